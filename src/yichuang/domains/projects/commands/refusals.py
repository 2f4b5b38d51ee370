"""Every "no" of this room, with what to do."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from yichuang.kernel.errors import NotPossible


class ReasonMissing(NotPossible):
    """What is decided or corrected is reasoned."""

    code = "projects.reason_missing"

    def __init__(self) -> None:
        super().__init__(_("请写明理由或情况。"))


class PlanMissing(NotPossible):
    """Investment is counted against a year's plan."""

    code = "projects.plan_missing"

    def __init__(self, year: int) -> None:
        super().__init__(_("该项目没有列入%(year)s年计划；请先由主管单位下达年度计划。") % {"year": year})


class MonthAhead(NotPossible):
    """Nothing is invested in a month that has not begun."""

    code = "projects.month_ahead"

    def __init__(self, month: date) -> None:
        super().__init__(_("%(month)s尚未开始，不能填报。") % {"month": f"{month:%Y-%m}"})


class MonthLocked(NotPossible):
    """A confirmed month is never changed."""

    code = "projects.month_locked"

    def __init__(self, month: date) -> None:
        super().__init__(
            _("%(month)s的数据已经锁定，不能改填；确有错误的，请提交更正并写明理由。") % {"month": f"{month:%Y-%m}"}
        )


class MonthOpen(NotPossible):
    """Only a locked month is corrected; an open one is filled in again."""

    code = "projects.month_open"

    def __init__(self, month: date) -> None:
        super().__init__(_("%(month)s还没有锁定的数据，请直接填报。") % {"month": f"{month:%Y-%m}"})


class CorrectionWaiting(NotPossible):
    """One correction of a month at a time."""

    code = "projects.correction_waiting"

    def __init__(self, month: date) -> None:
        super().__init__(_("%(month)s已有一笔待审核的更正，请等审核后再提交。") % {"month": f"{month:%Y-%m}"})


class NothingChanged(NotPossible):
    """A correction changes something."""

    code = "projects.nothing_changed"

    def __init__(self) -> None:
        super().__init__(_("更正后的数值与已锁定的相同，不需要更正。"))


class AmountUnfit(NotPossible):
    """A month's investment is not negative."""

    code = "projects.amount_unfit"

    def __init__(self) -> None:
        super().__init__(_("金额不能是负数；当月没有投资的填0。"))


class OwnEntry(NotPossible):
    """Nobody confirms what he entered himself."""

    code = "projects.own_entry"

    def __init__(self) -> None:
        super().__init__(_("填报人不能审核自己填报的数据，请由他人审核。"))


class EntryDecided(NotPossible):
    """An entry is confirmed or returned once."""

    code = "projects.entry_decided"

    def __init__(self) -> None:
        super().__init__(_("这笔数据已经处理过，请刷新页面查看结果。"))


class EvidenceMissing(NotPossible):
    """A node or a resolved matter is done with evidence."""

    code = "projects.evidence_missing"

    def __init__(self) -> None:
        super().__init__(_("请写明凭据的名称和文号，或上传凭据文件。"))


class DayAhead(NotPossible):
    """What has happened did not happen tomorrow."""

    code = "projects.day_ahead"

    def __init__(self, day: date) -> None:
        super().__init__(_("%(day)s还没有到，请填写实际日期。") % {"day": day})


class DayPast(NotPossible):
    """What is to be done is not due yesterday."""

    code = "projects.day_past"

    def __init__(self, day: date) -> None:
        super().__init__(_("期限 %(day)s 须晚于今天。") % {"day": day})


class NodeDone(NotPossible):
    """A node is reached once."""

    code = "projects.node_done"

    def __init__(self) -> None:
        super().__init__(_("该节点已经完成；填错的，请先撤回并写明理由。"))


class NodeOpen(NotPossible):
    """Only a node that was reached is taken back."""

    code = "projects.node_open"

    def __init__(self) -> None:
        super().__init__(_("该节点没有完成记录，不需要撤回。"))


class NotStarted(NotPossible):
    """A project has started with a permit or a start node with evidence."""

    code = "projects.not_started"
    basis = "建筑法 第七条"

    def __init__(self) -> None:
        super().__init__(
            _("没有开工依据：请先关联有施工许可的项目代码，或填报有凭据的“开工”节点，再转入已开工及以后的阶段。")
        )


class StartShown(NotPossible):
    """The start node of a project that counts as started is not taken back."""

    code = "projects.start_shown"

    def __init__(self) -> None:
        super().__init__(_("该项目已凭这个节点认定开工，不能撤回。"))


class DifficultyDecided(NotPossible):
    """A difficulty is solved once."""

    code = "projects.difficulty_solved"

    def __init__(self) -> None:
        super().__init__(_("该难点已经标记解决。"))


class BodyUnknown(NotPossible):
    """Bodies are those of the code list."""

    code = "projects.body_unknown"

    def __init__(self, body: str) -> None:
        super().__init__(_("没有会议主体“%(body)s”；请从列表中选择。") % {"body": body})


class AgendaEmpty(NotPossible):
    """A meeting has something to speak about."""

    code = "projects.agenda_empty"

    def __init__(self) -> None:
        super().__init__(_("请至少列一项议题。"))


class NotHeld(NotPossible):
    """A meeting resolves nothing before it is held."""

    code = "projects.not_held"

    def __init__(self) -> None:
        super().__init__(_("会议还没有召开，不能交办议定事项。"))


class OutOfOrder(NotPossible):
    """Meetings of a body are numbered in the order of their days."""

    code = "projects.out_of_order"

    def __init__(self, last: date) -> None:
        super().__init__(
            _("该会议主体 %(last)s 已有会议编号，补记更早的会议会打乱次序；请填写不早于该日的日期。") % {"last": last}
        )


class OwnWork(NotPossible):
    """What was resolved is verified by somebody else."""

    code = "projects.own_work"

    def __init__(self) -> None:
        super().__init__(_("核销须由办理人和承办单位以外的人进行。"))
