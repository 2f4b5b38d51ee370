"""Every "no" of supervision, with what to do."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from yichuang.kernel.errors import NotPossible


class RemindedToday(NotPossible):
    """A unit is reminded of a dossier once a day."""

    code = "supervision.reminded_today"

    def __init__(self) -> None:
        super().__init__(_("今天已就该件催办过该单位，每天只能催办一次；如需加强，请拟督办单。"))


class AlreadyEnded(NotPossible):
    """There is nothing left to hurry."""

    code = "supervision.already_ended"

    def __init__(self) -> None:
        super().__init__(_("该件已经办结，不需要催办。"))


class ReasonMissing(NotPossible):
    """What is decided about a unit is reasoned."""

    code = "supervision.reason_missing"

    def __init__(self) -> None:
        super().__init__(_("请写明理由或情况。"))


class NotHeardYet(NotPossible):
    """The unit has not spoken and still has time."""

    code = "supervision.not_heard_yet"

    def __init__(self, until: datetime) -> None:
        super().__init__(
            _("单位还没有申辩，申辩期限到 %(until)s 为止；请听取申辩后再认定。") % {"until": f"{until:%Y-%m-%d %H:%M}"}
        )


class AlreadyDecided(NotPossible):
    """A card is decided once."""

    code = "supervision.already_decided"

    def __init__(self) -> None:
        super().__init__(_("该牌已经核实过，请刷新页面查看结果。"))


class AppealOpen(NotPossible):
    """An open appeal is decided before anything else."""

    code = "supervision.appeal_open"

    def __init__(self) -> None:
        super().__init__(_("该牌有未处理的申诉，请先处理申诉。"))


class NoAppealOpen(NotPossible):
    """There is no appeal to decide."""

    code = "supervision.no_appeal_open"

    def __init__(self) -> None:
        super().__init__(_("该牌没有待处理的申诉，请刷新页面查看结果。"))


class NotToAppeal(NotPossible):
    """Only a confirmed card is appealed against, once."""

    code = "supervision.not_to_appeal"

    def __init__(self) -> None:
        super().__init__(_("只有已认定的牌可以申诉，且只能申诉一次。"))


class AppealLate(NotPossible):
    """The time for an appeal has passed."""

    code = "supervision.appeal_late"

    def __init__(self, until: datetime) -> None:
        super().__init__(_("申诉期限已于 %(until)s 届满。") % {"until": f"{until:%Y-%m-%d %H:%M}"})


class NoReminderAhead(NotPossible):
    """Nothing would be sent by itself."""

    code = "supervision.no_reminder_ahead"

    def __init__(self) -> None:
        super().__init__(_("该时限没有待发出的自动催办，无需暂缓。"))


class DeferredTooLong(NotPossible):
    """A reminder is held back for some days, not for good."""

    code = "supervision.deferred_too_long"

    def __init__(self, first: date, last: date) -> None:
        super().__init__(_("暂缓日期须在 %(first)s 至 %(last)s 之间。") % {"first": first, "last": last})


class OrderOpen(NotPossible):
    """One order at a time about the same dossier to the same unit."""

    code = "supervision.order_open"

    def __init__(self, number: str) -> None:
        super().__init__(_("该件已有未销号的督办件 %(number)s，请在其中继续办理。") % {"number": number})


class OwnDebt(NotPossible):
    """Nobody closes an order against the own unit."""

    code = "supervision.own_debt"

    def __init__(self) -> None:
        super().__init__(_("销号和核查须由被督办单位以外的人办理。"))


class DraftedByMachine(NotPossible):
    """A machine drafts, a person signs."""

    code = "supervision.person_signs"

    def __init__(self) -> None:
        super().__init__(_("督办单须由人签发。"))
