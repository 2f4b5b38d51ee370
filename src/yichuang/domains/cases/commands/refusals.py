"""The reasons for which a deed on an application may say no."""

from __future__ import annotations

from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from yichuang.domains.cases.models import Case
from yichuang.kernel.errors import NotPossible
from yichuang.ui.words import in_parts, listed, with_note


class MaterialsMissing(NotPossible):
    """Required materials are not in hand; all of them are named, so that they are asked for once."""

    code = "cases.materials_missing"
    basis = "行政许可法 第三十二条"

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(_("缺少材料：%(missing)s。请补齐，或一次性告知申请人补正。") % {"missing": listed(missing)})
        self.missing = missing


class NotOffered(NotPossible):
    """The item is not offered this way."""

    code = "cases.not_offered"


class CannotApply(NotPossible):
    """The answers say that this person cannot apply for this item."""

    code = "cases.cannot_apply"

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__(in_parts(reasons))
        self.reasons = reasons


class HandedInBefore(NotPossible):
    """A draft becomes one case, however often it is handed in and however many do it at once."""

    code = "cases.handed_in_before"

    def __init__(self, case: Case) -> None:
        super().__init__(_("这份草稿已经提交，办件编号 %(number)s，无需再次提交。") % {"number": case.dossier.number})
        self.case = case


class OpinionMissing(NotPossible):
    """Who does not agree says why."""

    code = "cases.opinion_missing"

    def __init__(self) -> None:
        super().__init__(_("不同意会签须写明意见，承办单位据此办理。请补充意见后再提交。"))


class ReasonMissing(NotPossible):
    """An adverse deed has a reason and a basis."""

    code = "cases.reason_missing"
    basis = "行政许可法 第三十八条第二款"

    def __init__(self) -> None:
        super().__init__(_("请写明理由和法律依据，决定书上须一并告知。"))


class NothingAsked(NotPossible):
    """A correction notice names at least one thing."""

    code = "cases.nothing_asked"

    def __init__(self) -> None:
        super().__init__(_("请至少列出一项需要补正的材料或内容，并写明原因。"))


class StillMissing(NotPossible):
    """What the notice asked for has not all been handed in."""

    code = "cases.still_missing"

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(_("以下内容还没有补正：%(names)s。补齐后再提交，避免再次退回。") % {"names": listed(names)})
        self.names = names


class TooLateToUndo(NotPossible):
    """Thirty seconds have passed, or the paper is on its way."""

    code = "cases.too_late_to_undo"

    def __init__(self) -> None:
        super().__init__(_("受理超过30秒或已移交部门，不能撤回受理操作；确需更正的，请按撤回或转办处理。"))


class HoldRunning(NotPossible):
    """One special procedure, suspension or extension at a time."""

    code = "cases.hold_running"

    def __init__(self) -> None:
        super().__init__(_("该办件已有待批准或进行中的停表、延期事项，请先办结。"))


class GroundUnknown(NotPossible):
    """The item or the law does not know this ground."""

    code = "cases.ground_unknown"

    def __init__(self, ground: str, choices: tuple[str, ...]) -> None:
        super().__init__(
            _("“%(ground)s”不能作为事由；可以选择：%(choices)s。") % {"ground": ground, "choices": listed(choices)}
        )


class OwnRequest(NotPossible):
    """Who asks for a pause does not approve it."""

    code = "cases.own_request"

    def __init__(self) -> None:
        super().__init__(_("停表、延期须由申请人以外的负责人批准。"))


class SameHands(NotPossible):
    """承办 and 签发 of one case are two persons unless the item is decided on the spot (practice 14)."""

    code = "cases.same_hands"

    def __init__(self, name: str) -> None:
        super().__init__(_("%(name)s已经承办本件，不能同时签发；请由其他签发人办理。") % {"name": name})


class DecideInstead(NotPossible):
    """A signature is given by a decision, not as the outcome of its step."""

    code = "cases.decide_instead"

    def __init__(self) -> None:
        super().__init__(_("准予或不予须以决定签发，附理由、依据和文书；不能直接办结签发环节。"))


class StepsOpen(NotPossible):
    """A decision waits for the steps before it."""

    code = "cases.steps_open"

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(_("以下环节还没有办完：%(names)s。") % {"names": listed(names)})


class SupplementMissing(NotPossible):
    """What was deferred has to be there, or the decision is pending on it."""

    code = "cases.supplement_missing"

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(
            _("容缺材料还没有补交：%(names)s。可以作容缺准予，或待补交后决定。") % {"names": listed(names)}
        )


class NotConcluded(NotPossible):
    """A case is rated when it is concluded: what goes on has no result yet."""

    code = "cases.not_concluded"

    def __init__(self) -> None:
        super().__init__(_("这件办件还没有办结，办结以后再请您评价。"))


class NotRated(NotPossible):
    """Something is added to a rating that is there."""

    code = "cases.not_rated"

    def __init__(self) -> None:
        super().__init__(_("这件办件还没有评价，请先评价，再追评。"))


class RatingReasonMissing(NotPossible):
    """A bad rating says why: who calls back has to know what went wrong."""

    code = "cases.rating_reason_missing"

    def __init__(self) -> None:
        super().__init__(_("请选择不满意的原因，或者写几句：负责回访的人据此改进。"))


class AlreadyRated(NotPossible):
    """A case is rated once; a word may be added once."""

    code = "cases.already_rated"

    def __init__(self) -> None:
        super().__init__(_("本件已经评价，每件只评价一次；可以追加一次评价。"))


class NotThere(NotPossible):
    """The paper is not where it is to be taken from."""

    code = "cases.paper_not_there"


class NotWaiting(NotPossible):
    """There is nothing waiting that could be answered."""

    code = "cases.not_waiting"

    def __init__(self, what: str, since: datetime | None = None) -> None:
        told = with_note(what, f"{localtime(since):%Y-%m-%d %H:%M}" if since else "")
        super().__init__(_("%(what)s，无需再次处理。") % {"what": told})
