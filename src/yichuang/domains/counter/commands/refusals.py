"""The reasons for which a deed of the hall may say no."""

from __future__ import annotations

from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from yichuang.kernel.errors import NotPossible
from yichuang.ui.words import listed, with_note


class HallClosed(NotPossible):
    """The hall or the queue does not serve at this time."""

    code = "counter.closed"

    def __init__(self, name: str, hours: str, note: str) -> None:
        when = _("今日服务时间%(hours)s") % {"hours": hours} if hours else _("今日不对外服务")
        told = {"name": name, "when": with_note(when, note)}
        super().__init__(_("%(name)s%(when)s，现在不能取号。请在服务时间内取号。") % told)


class TooManyTickets(NotPossible):
    """One identity holds open tickets enough (domain §7)."""

    code = "counter.too_many_tickets"

    def __init__(self, numbers: tuple[str, ...]) -> None:
        super().__init__(
            _("此人手上还有没有办完的票号：%(numbers)s。请先办理，或改用已有的票号。") % {"numbers": listed(numbers)}
        )


class WindowTaken(NotPossible):
    """Somebody else sits at the window."""

    code = "counter.window_taken"

    def __init__(self, window: str, name: str) -> None:
        super().__init__(
            _("%(window)s号窗口由%(name)s在岗。请选择其他窗口，或请其先离岗。") % {"window": window, "name": name}
        )


class SittingElsewhere(NotPossible):
    """The clerk sits at another window."""

    code = "counter.sitting_elsewhere"

    def __init__(self, window: str) -> None:
        super().__init__(_("您正在%(window)s号窗口在岗。请先离岗，再到新的窗口。") % {"window": window})


class NotSeated(NotPossible):
    """The clerk sits at no window."""

    code = "counter.not_seated"

    def __init__(self) -> None:
        super().__init__(_("您还没有选择窗口。请先选择窗口到岗，再叫号收件。"))


class StillInHand(NotPossible):
    """A ticket before the clerk must end first."""

    code = "counter.still_in_hand"

    def __init__(self, number: str) -> None:
        super().__init__(_("%(number)s 还没有办完。人没来请按过号（F4），办完请按办完。") % {"number": number})


class WindowIsPaused(NotPossible):
    """A paused window calls nobody."""

    code = "counter.window_is_paused"

    def __init__(self, since: datetime) -> None:
        super().__init__(
            _("窗口自 %(since)s 起暂停服务。请先恢复（F9），再叫号。") % {"since": f"{localtime(since):%H:%M}"}
        )


class NotPaused(NotPossible):
    """There is no pause to end."""

    code = "counter.not_paused"

    def __init__(self) -> None:
        super().__init__(_("窗口正在服务，不需要恢复。"))


class NobodyWaits(NotPossible):
    """There is no ticket to call."""

    code = "counter.nobody_waits"

    def __init__(self) -> None:
        super().__init__(_("现在没有人等候本窗口。"))


class NothingInHand(NotPossible):
    """No ticket stands before the clerk, or another than the one that was meant."""

    code = "counter.nothing_in_hand"

    def __init__(self) -> None:
        super().__init__(_("这个票号已不在本窗口办理。请先叫号（F2）。"))


class RecalledEnough(NotPossible):
    """A ticket is recalled three times (domain §7)."""

    code = "counter.recalled_enough"

    def __init__(self, number: str, times: int) -> None:
        super().__init__(
            _("%(number)s 已重呼%(times)s次。请按过号（F4），叫下一位。") % {"number": number, "times": times}
        )


class NotYetCome(NotPossible):
    """Its holder has come already."""

    code = "counter.already_begun"

    def __init__(self, number: str) -> None:
        super().__init__(_("%(number)s 正在办理，不能过号；办完请按办完，或转到其他窗口。") % {"number": number})


class NowhereToGo(NotPossible):
    """A transfer names another queue or window of the same hall."""

    code = "counter.nowhere_to_go"

    def __init__(self) -> None:
        super().__init__(_("请选择本大厅的另一个队列或窗口。"))


class LateReasonMissing(NotPossible):
    """Paper that came before it is entered asks for a reason (practice 5)."""

    code = "counter.late_reason_missing"

    def __init__(self) -> None:
        super().__init__(_("收件时间早于现在，请写明补录原因；收件时间和录入时间都会保留。"))


class ReceivedInFuture(NotPossible):
    """Nothing is received before it comes."""

    code = "counter.received_in_future"

    def __init__(self) -> None:
        super().__init__(_("收件时间不能晚于现在。请核对。"))


class MandateMissing(NotPossible):
    """Who acts for somebody and is no relative shows a mandate (practice 15)."""

    code = "counter.mandate_missing"

    def __init__(self) -> None:
        super().__init__(_("单位经办人、代办机构和帮办员须出示授权委托书。请核对后勾选，并填写有效期。"))


class NotInstant(NotPossible):
    """Only what is decided on the spot is concluded at the window."""

    code = "counter.not_instant"

    def __init__(self, name: str) -> None:
        super().__init__(_("“%(name)s”是承诺件，不能当场办结。请受理后交部门办理（F8）。") % {"name": name})


class CaseUnknown(NotPossible):
    """No case of this number is seen here."""

    code = "counter.case_unknown"

    def __init__(self, number: str) -> None:
        super().__init__(_("没有找到办件 %(number)s，或它不由本窗口办理。请核对办件号。") % {"number": number})


class BagUnknown(NotPossible):
    """A code that was scanned is no bag here."""

    code = "counter.bag_unknown"

    def __init__(self, codes: tuple[str, ...]) -> None:
        super().__init__(
            _("以下袋号不在本处：%(codes)s。请核对袋子，或由其所在单位先交出。") % {"codes": listed(codes)}
        )
        self.codes = codes


class NoBags(NotPossible):
    """A list has at least one bag."""

    code = "counter.no_bags"

    def __init__(self) -> None:
        super().__init__(_("请先扫描袋号，每行一个。"))
