"""The ways in which the report room says no; each tells the person what to do."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from yichuang.foundation.reports.terms import ReportState
from yichuang.kernel.errors import NotPossible


class NoTemplate(NotPossible):
    """There is no template of this name on the day."""

    code = "reports.no_template"

    def __init__(self, code: str, there: list[str]) -> None:
        said = {"code": code, "there": "、".join(there) or "—"}
        super().__init__(_("没有报告模板「%(code)s」；有：%(there)s。") % said)


class AheadOfTime(NotPossible):
    """A report on days that have not come could still change."""

    code = "reports.ahead_of_time"

    def __init__(self, day: date) -> None:
        super().__init__(_("%(day)s 还没有到，不能编写到这一天的报告。请选择今天或以前的日期。") % {"day": day})


class OwnDraft(NotPossible):
    """Whoever drafted a report does not check it."""

    code = "reports.own_draft"
    basis = "双人核对"

    def __init__(self) -> None:
        super().__init__(_("这份报告是您起草的，须由另一位同事核对。"))


class WrongState(NotPossible):
    """A report stands where this cannot be done."""

    code = "reports.wrong_state"

    def __init__(self, state: str) -> None:
        super().__init__(_("报告现为“%(state)s”，不能这样办理。请刷新页面。") % {"state": ReportState(state).label})


class ReasonMissing(NotPossible):
    """Sending back needs a reason."""

    code = "reports.reason_missing"

    def __init__(self) -> None:
        super().__init__(_("请写明退回的原因。"))


class FiguresMoved(NotPossible):
    """What would be published is not what was checked."""

    code = "reports.figures_moved"

    def __init__(self, names: list[str]) -> None:
        told = {"names": "、".join(names)}
        super().__init__(_("这些指标与核对时不一致：%(names)s。请退回，重新取数后再核对。") % told)
