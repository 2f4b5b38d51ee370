"""Projects: registered by the developer, changed, blocked after a broken promise, closed."""

from __future__ import annotations

import json
from datetime import datetime

from yichuang.domains.construction import queries
from yichuang.domains.construction.commands.refusals import (
    ProjectExists,
    ReasonMissing,
    StagesRunning,
)
from yichuang.domains.construction.events import (
    BlockLifted,
    ProjectBlocked,
    ProjectChanged,
    ProjectClosed,
    ProjectOpened,
)
from yichuang.domains.construction.models import Project
from yichuang.domains.construction.rules.registration import FURTHER, Registration
from yichuang.domains.construction.terms import PROJECT, CloseKind, Stage
from yichuang.foundation.people.actors import SYSTEM, Actor, local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.work import deeds
from yichuang.foundation.work.models import Dossier
from yichuang.foundation.work.terms import ScopeKind
from yichuang.kernel import identifiers

LEAD = "construction.lead"


def open_project(*, registration: Registration, by: Actor, at: datetime) -> Project:
    """
    Register a project under its code of the national investment platform; every unit concerned sees it from now on.

    :raises NotAllowed: `by` neither is the developer nor mandated
    :raises NotAnIdentifier: the code is no project code
    :raises ProjectExists: the code is registered
    """
    code = str(identifiers.parse_project_code(registration.code))
    if Dossier.objects.filter(number=code).exists():
        raise ProjectExists(code)
    on = local_day(at)
    unit = Unit.objects.get(code=queries.stage_item(Stage.LAND, on).unit)
    with deeds.opening(
        "open_project",
        kind=PROJECT,
        title=registration.name,
        unit_id=unit.pk,
        region=unit.region_id[:6],
        lifecycle=PROJECT,
        number=code,
        by=by,
        at=at,
        permission="construction.apply",
        party_id=registration.owner_id,
        is_synthetic=registration.is_synthetic,
    ) as deed:
        project = Project(dossier=deed.dossier, owner_id=registration.owner_id, applied_at=at)
        _fill(project, registration)
        deed.see(ScopeKind.PARTY, registration.owner_id)
        for unit_id in Unit.objects.filter(code__in=queries.units_of_all_stages(on)).values_list("pk", flat=True):
            deed.see(ScopeKind.UNIT, unit_id)
        deed.set_facts({"flow_class": registration.flow_class})
        deed.record(ProjectOpened(project=code, flow_class=registration.flow_class, owner_id=registration.owner_id))
    return project


def change_project(*, project_id: int, registration: Registration, by: Actor, at: datetime) -> Project:
    """
    Correct what a project says of itself; its code and its developer stay.

    :raises NotAllowed: `by` is neither the developer nor the lead
    """
    project = Project.objects.select_related("dossier").get(pk=project_id)
    own = by.may("construction.apply", party_id=project.owner_id)
    with deeds.deed(
        "change_project",
        on=project_id,
        by=by,
        at=at,
        permission="construction.apply" if own else LEAD,
        party_id=project.owner_id,
    ) as deed:
        _fill(project, registration)
        deed.dossier.title = registration.name
        deed.set_facts({"flow_class": registration.flow_class})
        deed.record(ProjectChanged(project=project.code, elements=tuple(sorted(registration.fields))))
    return project


def block_project(*, project_id: int, case_id: int, because: str, at: datetime) -> None:
    """Stop the next stage of a project as a promise was found broken; done by a reaction, safe to repeat."""
    project = Project.objects.get(pk=project_id)
    if project.blocked_at:
        return
    with deeds.deed("block", on=project_id, by=SYSTEM, at=at) as deed:
        project.blocked_at, project.blocked_because = at, because
        project.save(update_fields=["blocked_at", "blocked_because"])
        deed.record(ProjectBlocked(project=deed.dossier.number, case_id=case_id))


def lift_block(*, project_id: int, reason: str, by: Actor, at: datetime) -> None:
    """
    Let a blocked project go on after the rework was seen.

    :raises NotAllowed: `by` does not lead there
    :raises ReasonMissing: no reason is given
    """
    with deeds.deed("lift_block", on=project_id, by=by, at=at, permission=LEAD, unit_id=leads_of(at)) as deed:
        if not reason.strip():
            raise ReasonMissing
        Project.objects.filter(pk=project_id).update(blocked_at=None, blocked_because="")
        deed.record(BlockLifted(project=deed.dossier.number, reason=reason))


def close_project(*, project_id: int, kind: CloseKind, by: Actor, at: datetime) -> None:
    """
    Close a project: every stage is over, or it is given up.

    :raises NotAllowed: `by` does not lead there
    :raises StagesRunning: an application is not over
    """
    with deeds.deed("close", on=project_id, by=by, at=at, permission=LEAD, unit_id=leads_of(at)) as deed:
        running = [row.title for row in queries.stages_of(deed.dossier) if row.concluded_at is None]
        if running:
            raise StagesRunning(tuple(running))
        deed.because(kind=kind.value, reason=kind.value)
        deed.record(ProjectClosed(project=deed.dossier.number, kind=kind.value))


def leads_of(at: datetime) -> list[int]:
    """List the units that lead a stage: each of them acts for the project as a whole."""
    codes = {queries.stage_item(stage, local_day(at)).unit for stage in Stage}
    return list(Unit.objects.filter(code__in=codes).values_list("pk", flat=True))


def _fill(project: Project, said: Registration) -> None:
    project.flow_class, project.works_code = said.flow_class, said.works_code or project.dossier.number
    project.investment_source, project.works_class = said.investment_source, said.works_class
    project.total_investment_fen = said.total_investment_fen
    project.land_area_m2, project.building_area_m2 = said.land_area_m2, said.building_area_m2
    project.planned_start_on, project.planned_completion_on = said.planned_start_on, said.planned_completion_on
    kept = {name: said.fields[name] for name in FURTHER if said.fields.get(name) not in (None, "")}
    project.fields = json.dumps(kept, ensure_ascii=False, sort_keys=True, default=str)
    project.save()
