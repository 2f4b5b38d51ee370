"""A project as its page tells it: four stages with budgets and one date each, the plan of each, what waits for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yichuang.domains.cases import queries as cases
from yichuang.domains.construction.models import Consent, OutsidePermit, PlanCheck, Project
from yichuang.domains.construction.queries import finding
from yichuang.domains.construction.queries.joining import joint_key
from yichuang.domains.construction.queries.timetable import Timetable, Total, budget, current, days_used, timetable
from yichuang.domains.construction.queries.timetable import total as total_of
from yichuang.domains.construction.terms import CONSENTED, Stage
from yichuang.domains.licences import queries as licences
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.work import queries as work
from yichuang.foundation.work import steps as step_rows
from yichuang.foundation.work.models import Dossier, Step
from yichuang.foundation.work.names import said
from yichuang.foundation.work.reasons import in_words
from yichuang.foundation.work.terms import LIVE, Lamp, StepState

UNDER_WAY = ("accepted", "processing", "special")
OVER = ("recalled", "refused", "withdrawn", "denied")
TONES = {
    "received": "active",
    "corrected": "active",
    "prechecked": "active",
    "accepted": "active",
    "processing": "active",
    "correcting": "soon",
    "special": "paused",
    "concluded": "ok",
    "archived": "ok",
    "denied": "late",
    "refused": "late",
}
MARKS = {
    StepState.DONE: "done",
    StepState.OPEN: "current",
    StepState.CLAIMED: "current",
    StepState.SKIPPED: "skipped",
    StepState.CANCELLED: "skipped",
}


@dataclass(frozen=True, slots=True)
class StepShown:
    """One item of a stage: who holds it, how long, on the critical path or with how much slack, under which lamp."""

    key: str
    title: str
    unit: str
    days: int
    starts: int | None  # working days after the stage's acceptance; None where it does not take part
    ends: int | None
    slack: int | None
    is_critical: bool
    is_optional: bool
    mark: str  # done, current, next, skipped, stopped
    label: str
    lamp: str
    due_at: datetime | None
    number: str  # of its case
    joint_href: bool  # it has a joint step that was opened
    step_id: int | None  # where it may be moved later
    because: str


@dataclass(frozen=True)
class StageShown:
    """One stage: budget, application, one date, and its items."""

    stage: Stage
    label: str
    budget: int
    used: int | None
    number: str
    state: str
    state_label: str
    tone: str
    accepted_at: datetime | None
    concluded_at: datetime | None
    due_at: datetime | None
    days_left: int | None
    lamp: str
    paused_because: str
    path_total: int
    critical: tuple[str, ...]
    steps: tuple[StepShown, ...]
    moved_in: tuple[StepShown, ...]
    timetable: Timetable
    may_start: bool
    in_precheck: bool
    lead: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A suspension that a unit asked for and the lead has yet to bring to the applicant."""

    case_id: int
    number: str
    title: str
    unit: str
    reason: str
    days: int


@dataclass(frozen=True)
class ProjectShown:
    """A project with everything that its page tells."""

    project: Project
    code: str
    name: str
    owner: str
    flow_class: str
    stages: tuple[StageShown, ...]
    total: Total
    check: PlanCheck | None
    alarms: tuple[OutsidePermit, ...]
    consents: tuple[Consent, ...]
    asked: tuple[Asked, ...]
    licences: tuple[Any, ...]
    is_open: bool
    is_own: bool
    leads: bool
    watches: bool
    checks_plans: bool

    @property
    def now(self) -> StageShown | None:
        """Give the stage that runs, or else the next one to start: whose date is the project's date."""
        running = [each for each in self.stages if each.number and each.state not in ("concluded", "archived", *OVER)]
        startable = [each for each in self.stages if each.may_start]
        return next(iter(running or startable), None)


def project_shown(project: Project, actor: Actor, at: datetime) -> ProjectShown:
    """Put a project together for one who looks at it."""
    on = local_day(at)
    own = actor.may("construction.apply", party_id=project.owner_id)
    alarms = OutsidePermit.objects.filter(project=project).select_related("unit").order_by("-found_at")
    is_open = project.dossier.ended_at is None
    return ProjectShown(
        project=project,
        code=project.code,
        name=project.dossier.title,
        owner=project.owner.name,
        flow_class=project.get_flow_class_display(),
        stages=tuple(_stage(project, stage, own and is_open, on, at) for stage in Stage),
        total=total_of(project, at),
        check=finding.latest_check(project),
        alarms=tuple(alarms) if not own or actor.is_staff else (),
        consents=tuple(finding.consents_waiting(project)) if own else (),
        asked=tuple(_asked(project)) if actor.may("construction.lead") else (),
        licences=tuple(licences.of_project(project.code).exclude(dossier=None)),
        is_open=is_open,
        is_own=own,
        leads=actor.may("construction.lead"),
        watches=actor.may("supervision.verify"),
        checks_plans=actor.may("construction.check_plans"),
    )


def money(fen: int) -> str:
    """Write fen in 万元 without needless zeros."""
    return f"{(Decimal(fen) / 1_000_000).normalize():f}"


def _stage(project: Project, stage: Stage, own: bool, on: date, at: datetime) -> StageShown:
    dossier = current(project.dossier, stage)
    counted = dossier if dossier is not None and dossier.state not in OVER else None
    planned = timetable(project, stage, counted, on)
    label, lamp, left, because = "", "", None, ""
    if dossier is not None:
        lifecycle = definitions.get("lifecycle", dossier.lifecycle, dossier.lifecycle_version)
        label = said(lifecycle.states[dossier.state].label)
        lamp = work.lamp_of(dossier, at) or ""
        clock = next((each for each in work.clocks_of(dossier, at) if each.kind == dossier.watched), None)
        left = clock.days_left if clock and not clock.stopped_at else None
        because = work.paused_because(dossier) if dossier.paused_since else ""
    shown = _steps(counted, planned, at)
    return StageShown(
        stage=stage,
        label=str(stage.label),
        budget=budget(project.flow_class, stage, on),
        used=days_used(dossier, at) if dossier else None,
        number=dossier.number if dossier else "",
        state=dossier.state if dossier else "",
        state_label=label or _("未申报"),
        tone=TONES.get(dossier.state, "plain") if dossier else "plain",
        accepted_at=dossier.accepted_at if dossier else None,
        concluded_at=dossier.concluded_at if dossier else None,
        due_at=dossier.due_at if dossier else None,
        days_left=left,
        lamp=lamp,
        paused_because=because,
        path_total=planned.path.total,
        critical=tuple(planned.plan.steps[key].name for key in planned.path.steps),
        steps=tuple(each for each in shown if each.key in planned.plan.steps),
        moved_in=tuple(each for each in shown if each.key not in planned.plan.steps),
        timetable=planned,
        may_start=own and (dossier is None or dossier.state in OVER),
        in_precheck=dossier is not None and dossier.state in ("received", "corrected", "prechecked", "correcting"),
        lead=_unit_name(planned.plan.lead),
    )


def _steps(dossier: Dossier | None, planned: Timetable, at: datetime) -> list[StepShown]:
    plan, path = planned.plan, planned.path
    rows = step_rows.rows_of(dossier) if dossier is not None and dossier.plan else {}
    found = []
    for key in [*plan.order, *(key for key in rows if key not in plan.steps)]:
        row = rows.get(key)
        child = Dossier.objects.select_related("unit").filter(pk=row.child_id or 0).first() if row else None
        takes_part = key in path.starts
        found.append(
            StepShown(
                key=key,
                title=row.name if row else plan.steps[key].name,
                unit=_step_unit(row, plan.steps[key].unit if key in plan.steps else None),
                days=planned.days.get(key, 0),
                starts=path.starts.get(key),
                ends=path.ends.get(key),
                slack=path.slack.get(key),
                is_critical=key in path.steps,
                is_optional=row.optional if row else plan.steps[key].optional,
                mark=_mark(row, child, takes_part),
                label=_label(row, child, takes_part),
                lamp=_lamp(row, child, at),
                due_at=child.due_at if child and row and row.state in LIVE else None,
                number=child.number if child else "",
                joint_href=bool(child and joint_key(child)),
                step_id=row.pk if row and row.optional and row.state in LIVE and key in plan.steps else None,
                because=in_words(row.because, local_day(at)) if row else "",
            )
        )
    return found


def _mark(row: Step | None, child: Dossier | None, takes_part: bool) -> str:
    if row is None:
        return "next" if takes_part else "skipped"
    if child is not None and child.paused_since is not None and row.state in LIVE:
        return "stopped"
    return MARKS.get(StepState(row.state), "next")


def _label(row: Step | None, child: Dossier | None, takes_part: bool) -> str:
    if row is None:
        return _("未开始") if takes_part else _("不涉及")
    if row.state == StepState.CANCELLED and row.because.startswith("移入"):
        return _("已移入后续阶段")
    if child is not None and row.state in (*LIVE, StepState.DONE):
        lifecycle = definitions.get("lifecycle", child.lifecycle, child.lifecycle_version)
        return said(lifecycle.states[child.state].label)
    return str(row.get_state_display())


def _lamp(row: Step | None, child: Dossier | None, at: datetime) -> str:
    if row is None or row.state not in LIVE:
        return ""
    found = work.lamp_of(child if child is not None else row, at)
    return found.value if isinstance(found, Lamp) else ""


def _step_unit(row: Step | None, code: str | None) -> str:
    if row is not None and row.unit is not None:
        return row.unit.short_name
    return _unit_name(code or "")


def _unit_name(code: str) -> str:
    return Unit.objects.filter(code=code).values_list("short_name", flat=True).first() or code


def _asked(project: Project) -> list[Asked]:
    found = []
    items = Dossier.objects.filter(root_id=project.pk, parent__kind="stage", ended_at=None).select_related("unit")
    for item in items:
        hold = cases.running_hold(item.pk)
        if hold is None or hold.ground != CONSENTED or Consent.objects.filter(hold=hold).exists():
            continue
        found.append(Asked(item.pk, item.number, item.title, item.unit.short_name, hold.reason, hold.expected_days))
    return found
