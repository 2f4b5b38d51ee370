"""The reasons for which a deed on a project may say no."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from yichuang.domains.construction.terms import FlowClass, Stage
from yichuang.foundation.records.terms import CHINA
from yichuang.kernel.errors import NotPossible
from yichuang.ui.words import listed, with_note


class ProjectExists(NotPossible):
    """A project code is registered once."""

    code = "construction.project_exists"

    def __init__(self, code: str) -> None:
        super().__init__(_("项目代码%(code)s已经登记；请在“工程建设”中打开该项目，不必重复登记。") % {"code": code})


class ProjectMissing(NotPossible):
    """A stage belongs to a registered project."""

    code = "construction.project_missing"

    def __init__(self, code: str) -> None:
        what = _("项目代码%(code)s没有登记") % {"code": code} if code else _("没有选择项目")
        super().__init__(_("%(what)s；请先在“工程建设”中登记项目，再从项目页面申报阶段。") % {"what": what})


class NotOwner(NotPossible):
    """Only the developer of a project files its stages."""

    code = "construction.not_owner"

    def __init__(self, owner: str) -> None:
        super().__init__(_("该项目的建设单位是%(owner)s，请由建设单位或其受托人申报。") % {"owner": owner})


class ClassDiffers(NotPossible):
    """The class said in the application is not the one under which the project is registered."""

    code = "construction.class_differs"

    def __init__(self, flow_class: str) -> None:
        label = FlowClass(flow_class).label
        super().__init__(
            _("项目登记的类型是“%(label)s”，与申请中选择的不同；请改选，或先更正项目信息。") % {"label": label}
        )


class StageRunning(NotPossible):
    """A stage has one application at a time."""

    code = "construction.stage_running"

    def __init__(self, stage: Stage, number: str) -> None:
        super().__init__(
            _("%(label)s阶段已有办理中的申报（%(number)s），不能重复申报。") % {"label": stage.label, "number": number}
        )


class Blocked(NotPossible):
    """A promise of an earlier stage was found broken."""

    code = "construction.blocked"
    basis = "优化营商环境条例 第四十条"

    def __init__(self, because: str) -> None:
        super().__init__(
            _("项目暂停受理下一阶段：%(because)s。请先整改，由牵头单位核实后恢复。") % {"because": because}
        )


class ProjectClosedAlready(NotPossible):
    """A closed project takes no more applications."""

    code = "construction.project_closed"

    def __init__(self) -> None:
        super().__init__(_("该项目已经办结，不能再申报；确需继续的，请牵头单位恢复办理。"))


class StagesRunning(NotPossible):
    """A project is closed when none of its stages runs."""

    code = "construction.stages_running"

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(_("还有没有办结的阶段：%(names)s。") % {"names": listed(names)})


class NotOfThisCase(NotPossible):
    """A correction names a material of the application, or a field, and says why."""

    code = "construction.row_incomplete"

    def __init__(self, name: str) -> None:
        super().__init__(_("“%(name)s”没有写明需要补正的材料或原因；请逐条写清，一次告知。") % {"name": name})


class NotALaterStage(NotPossible):
    """An item moves forwards."""

    code = "construction.not_later"

    def __init__(self) -> None:
        super().__init__(_("事项只能移入后面的阶段；请选择本阶段之后的阶段。"))


class DecidedAlready(NotPossible):
    """What is decided does not move."""

    code = "construction.decided_already"

    def __init__(self) -> None:
        super().__init__(_("该事项已经办结，不能再移入后续阶段。"))


class ConsentMissing(NotPossible):
    """After acceptance a unit's question stops its clock only with the applicant's consent, asked through the lead."""

    code = "construction.consent_missing"
    basis = "平台约定：受理后需要补充材料的，经牵头单位征得申请人同意（规则 pause_grounds）"

    def __init__(self) -> None:
        super().__init__(_("申请人还没有同意停表；请由牵头单位在项目页面征求申请人意见，同意后再批准。"))


class AnsweredAlready(NotPossible):
    """It was answered before."""

    code = "construction.answered_already"

    def __init__(self, at: datetime | None) -> None:
        told = with_note(_("已经答复"), f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}" if at else "")
        super().__init__(_("%(what)s，不能重复提交。") % {"what": told})


class OpinionMissing(NotPossible):
    """Who does not pass says why."""

    code = "construction.opinion_missing"

    def __init__(self) -> None:
        super().__init__(_("结论不是合格的，请逐条写明意见，每行一条。"))


class VerdictsDiffer(NotPossible):
    """The lead concludes what the units said."""

    code = "construction.verdicts_differ"

    def __init__(self, label: str) -> None:
        super().__init__(
            _("各单位的结论汇总为“%(label)s”，汇总结论须与其一致；确有异议的，请该单位重新出具意见。")
            % {"label": label}
        )


class VisitNotAgreed(NotPossible):
    """One visit on one agreed date."""

    code = "construction.visit_not_agreed"

    def __init__(self) -> None:
        super().__init__(_("还没有约定验收日期；请一方提出日期，另一方确认。"))


class VisitNotYet(NotPossible):
    """Who signs has been there."""

    code = "construction.visit_not_yet"

    def __init__(self, on: date) -> None:
        super().__init__(_("约定的验收日期是%(on)s，到场之后才能签署意见。") % {"on": f"{on:%Y-%m-%d}"})


class OwnProposal(NotPossible):
    """The other side accepts a date."""

    code = "construction.own_proposal"

    def __init__(self) -> None:
        super().__init__(_("日期由您这一方提出，请等待对方确认；也可以改提别的日期。"))


class VisitInThePast(NotPossible):
    """A visit is arranged for a working day to come."""

    code = "construction.visit_day"

    def __init__(self, on: date) -> None:
        super().__init__(_("%(on)s不是今后的工作日，请另选一天。") % {"on": f"{on:%Y-%m-%d}"})


class ReworkOpen(NotPossible):
    """A recheck follows the rework."""

    code = "construction.rework_open"

    def __init__(self, units: tuple[str, ...]) -> None:
        super().__init__(_("整改还没有完成：%(units)s。请建设单位整改后在项目页面报告。") % {"units": listed(units)})


class DrawingsMissing(NotPossible):
    """A further round looks at new drawings."""

    code = "construction.drawings_missing"

    def __init__(self) -> None:
        super().__init__(_("请上传修改后的图纸，再提交下一轮审查。"))


class RedLineMissing(NotPossible):
    """Nothing to lay over the layers."""

    code = "construction.red_line_missing"

    def __init__(self) -> None:
        super().__init__(_("项目还没有用地红线；请先上传 CGCS2000 坐标的红线（GeoJSON）。"))


class OpinionsRunning(NotPossible):
    """The early opinions are waited for."""

    code = "construction.opinions_running"

    def __init__(self, until: datetime) -> None:
        super().__init__(
            _("还有单位没有答复，%(until)s后没有答复的视为同意，届时再作结论。")
            % {"until": f"{until.astimezone(CHINA):%Y-%m-%d %H:%M}"}
        )


class CheckConcluded(NotPossible):
    """A concluded check is not changed; the red line may be checked again."""

    code = "construction.check_concluded"

    def __init__(self) -> None:
        super().__init__(_("这次比对已经作出结论；红线或规划有变化的，请重新比对。"))


class ReasonMissing(NotPossible):
    """What another will read has a reason."""

    code = "construction.reason_missing"

    def __init__(self) -> None:
        super().__init__(_("请写明理由，理由会记入项目记录。"))


class PermitKnown(NotPossible):
    """A permit is registered once."""

    code = "construction.permit_known"

    def __init__(self, number: str) -> None:
        super().__init__(_("%(number)s已经登记过，或者由本系统的办件颁发，不属于体外循环。") % {"number": number})
