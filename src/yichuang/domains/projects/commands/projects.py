"""Projects: enrolled, changed, planned for a year, moved from stage to stage."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from yichuang.domains.projects import queries
from yichuang.domains.projects.commands.refusals import DayAhead, NotStarted, ReasonMissing
from yichuang.domains.projects.events import (
    MajorProjectChanged,
    MajorProjectEnrolled,
    MajorProjectMoved,
    MajorProjectStarted,
    YearPlanSet,
)
from yichuang.domains.projects.models import MajorProject, YearPlan
from yichuang.domains.projects.rules.progress import StartShown
from yichuang.domains.projects.rules.said import ProjectSaid
from yichuang.domains.projects.terms import MOVES, NEEDS_START, PROJECT, WAY, PlanKind, Stage
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.records import dated
from yichuang.foundation.work import deeds, numbers
from yichuang.foundation.work.deeds import Deed

MANAGE = "projects.manage"


def enrol_project(
    *,
    said: ProjectSaid,
    unit_id: int,
    by: Actor,
    at: datetime,
    stage: Stage = Stage.RESERVE,
    start: StartShown | None = None,
    is_synthetic: bool = False,
) -> MajorProject:
    """
    Take a project into the district's list, at the stage that it has reached already.

    :raises NotAllowed: `by` does not manage the projects of this unit
    :raises NotStarted: the stage needs a start, and neither `start` nor a permit shows one
    """
    unit = Unit.objects.get(pk=unit_id)
    day = local_day(at)
    with transaction.atomic():
        shown = start or queries.permit_of(said.construction_code, day)
        if stage in NEEDS_START and shown is None:
            raise NotStarted
        region = unit.region_id[:6]
        with deeds.opening(
            "enrol",
            kind=PROJECT,
            title=said.name,
            unit_id=unit.pk,
            region=region,
            lifecycle=PROJECT,
            number=f"ZD{region}-{day.year}-{numbers.take(f'major/{region}/{day.year}'):04d}",
            by=by,
            at=at,
            permission=MANAGE,
            is_synthetic=is_synthetic,
        ) as deed:
            project = MajorProject(dossier=deed.dossier)
            _fill(project, said)
            deed.record(MajorProjectEnrolled(deed.dossier.number, said.sector, said.total_investment_fen))
            for step in _way_to(stage):
                deed.move(MOVES[step])
            if stage in NEEDS_START and shown is not None:
                _has_started(project, shown, deed)
            project.save()
    return project


def change_project(*, project_id: int, said: ProjectSaid, by: Actor, at: datetime) -> MajorProject:
    """Correct what is said of a project; number, unit and stage stay."""
    project = MajorProject.objects.select_related("dossier").get(pk=project_id)
    before = {name: getattr(project, name, None) for name in asdict(said)} | {"name": project.dossier.title}
    with deeds.deed("change", on=project_id, by=by, at=at, permission=MANAGE) as deed:
        _fill(project, said)
        project.save()
        deed.dossier.title = said.name
        changed = tuple(sorted(name for name, value in asdict(said).items() if before[name] != value))
        deed.record(MajorProjectChanged(project.number, changed))
    return project


def set_plan(
    *,
    project_id: int,
    year: int,
    kind: PlanKind,
    plan_fen: int,
    by: Actor,
    at: datetime,
    valid_from: date | None = None,
    reason: str = "",
) -> None:
    """
    Set a year's plan of a project, or adjust it from a day on; the earlier plan stays for the days before.

    Without `valid_from` the first plan holds from the first day of its year, an adjusted one from today.

    :raises ReasonMissing: a plan is adjusted without saying why
    """
    with deeds.deed("set_plan", on=project_id, by=by, at=at, permission=MANAGE) as deed:
        has_one = YearPlan.objects.current().filter(project_id=project_id, year=year).exists()
        if has_one and not reason.strip():
            raise ReasonMissing
        begins = date(year, 1, 1)
        since = valid_from or (max(begins, local_day(at)) if has_one else begins)
        values = {"year_on": begins, "kind": kind.value, "plan_fen": plan_fen, "reason": reason}
        dated.write(YearPlan, [dated.Said({"project_id": project_id, "year": year}, values, since)])
        deed.record(YearPlanSet(deed.dossier.number, year, kind.value, plan_fen, reason))


def move_project(*, project_id: int, to: Stage, reason: str, by: Actor, at: datetime) -> None:
    """
    Bring a project to another stage.

    :raises NotOpen: its stage does not lead there
    :raises NotStarted: the stage needs a permit or a start node with evidence
    :raises ReasonMissing: it is suspended without saying why
    """
    project = MajorProject.objects.select_related("dossier").get(pk=project_id)
    with deeds.deed(MOVES[to], on=project_id, by=by, at=at, permission=MANAGE) as deed:
        if to == Stage.SUSPENDED and not reason.strip():
            raise ReasonMissing
        if to in NEEDS_START and project.started_on is None:
            shown = queries.start_of(project, local_day(at))
            if shown is None:
                raise NotStarted
            _has_started(project, shown, deed)
            project.save(update_fields=["started_on", "start_basis"])
        deed.record(MajorProjectMoved(project.number, to.value, reason))


def _fill(project: MajorProject, said: ProjectSaid) -> None:
    for name, value in asdict(said).items():
        if name != "name":
            setattr(project, name, value)


def _way_to(stage: Stage) -> tuple[Stage, ...]:
    """List the stages through which a project comes to `stage`; land may be skipped by one that starts at once."""
    if stage == Stage.SUSPENDED:
        return (Stage.PREPARING, Stage.SUSPENDED)
    return WAY[1 : WAY.index(stage) + 1]


def _has_started(project: MajorProject, shown: StartShown, deed: Deed) -> None:
    if shown.on > local_day(deed.at):
        raise DayAhead(shown.on)
    project.started_on, project.start_basis = shown.on, shown.basis
    deed.record(MajorProjectStarted(deed.dossier.number, shown.on, shown.basis))
