"""Finding projects, meetings and resolved matters, through the one filter."""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

from django.db.models import Q, QuerySet, Sum

from yichuang.domains.licences import queries as licences
from yichuang.domains.licences.terms import Standing
from yichuang.domains.projects.models import (
    InvestmentEntry,
    MajorProject,
    Meeting,
    Node,
    NodeFile,
    Resolution,
    ResolutionFile,
    YearPlan,
)
from yichuang.domains.projects.rules.progress import StartShown
from yichuang.domains.projects.terms import (
    BODIES,
    CONSTRUCTION,
    FILES,
    START_PERMIT,
    EntryKind,
    EntryState,
    NodeKind,
)
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.files.scopes import register_file_scope
from yichuang.foundation.people.actors import Actor, Reach
from yichuang.foundation.people.visibility import register_scope, visible
from yichuang.foundation.work import sight
from yichuang.foundation.work.models import Dossier
from yichuang.foundation.work.terms import ScopeKind

VIEW, EXPORT = "projects.view", "projects.export"
Entries: TypeAlias = "QuerySet[InvestmentEntry]"


def register_scopes() -> None:
    """Tell the one filter: projects, meetings and resolved matters are seen by the units that their dossiers name."""
    for model in (MajorProject, Meeting, Resolution):
        register_scope(model, permission=VIEW, purposes={"export": EXPORT, "answer": "projects.answer"}, units=_units)
    register_file_scope(FILES, _readable)


def projects(actor: Actor, purpose: str = "list") -> QuerySet[MajorProject]:
    """List the projects that the actor may see, by number."""
    return visible(actor, MajorProject, purpose).select_related("dossier__unit").order_by("dossier__number")


def project(number: str, actor: Actor) -> MajorProject | None:
    """Find a project by its number among those that the actor may see."""
    return projects(actor).filter(dossier__number=number).first()


def meetings(actor: Actor) -> QuerySet[Meeting]:
    """List the meetings that the actor may see, newest first."""
    return visible(actor, Meeting).select_related("dossier__unit").order_by("-planned_at", "-pk")


def meeting(number: str, actor: Actor) -> Meeting | None:
    """Find a meeting by its dossier's number among those that the actor may see."""
    return meetings(actor).filter(dossier__number=number).first()


def resolutions(actor: Actor, purpose: str = "list") -> QuerySet[Resolution]:
    """List the resolved matters that the actor may see, those due first at the top."""
    rows = visible(actor, Resolution, purpose)
    related = "dossier__unit", "meeting__dossier", "project__dossier", "reported_by", "verified_by"
    return rows.select_related(*related).order_by("due_on", "pk")


def resolution(number: str, actor: Actor) -> Resolution | None:
    """Find a resolved matter by its number among those that the actor may see."""
    return resolutions(actor).filter(dossier__number=number).first()


def plan_of(project_id: int, year: int, on: date | None = None) -> YearPlan | None:
    """Give the plan of a year: the one that holds on a day, without a day the last one."""
    rows = YearPlan.objects.current() if on is None else YearPlan.objects.on(on)
    return rows.filter(project_id=project_id, year=year).order_by("-valid_from").first()


def report_of(project_id: int, month: date) -> InvestmentEntry | None:
    """Give the report of a month that waits or is locked."""
    standing = Q(state__in=[EntryState.WAITING, EntryState.CONFIRMED])
    rows = InvestmentEntry.objects.filter(standing, project_id=project_id, month=month, kind=EntryKind.REPORT)
    return rows.first()


def locked_fen(project_id: int, month: date) -> int | None:
    """Sum what is locked of a month; None where nothing is."""
    rows = InvestmentEntry.objects.filter(project_id=project_id, month=month, state=EntryState.CONFIRMED)
    found: int | None = rows.aggregate(sum=Sum("amount_fen"))["sum"]
    return found


def correction_waiting(project_id: int, month: date) -> bool:
    """Say whether a correction of a month waits."""
    waiting = {"kind": EntryKind.CORRECTION, "state": EntryState.WAITING}
    return InvestmentEntry.objects.filter(project_id=project_id, month=month, **waiting).exists()


def waiting_entries(actor: Actor) -> Entries:
    """List the entries that wait for confirmation by the actor, oldest first; one's own are confirmed by others."""
    rows = InvestmentEntry.objects.filter(project__in=visible(actor, MajorProject), state=EntryState.WAITING)
    units = actor.units("projects.confirm")
    if units is not None:
        rows = rows.filter(project__dossier__unit_id__in=units)
    return rows.select_related("project__dossier__unit", "entered_by").order_by("month", "entered_at", "pk")


def permit_of(construction_code: str, on: date) -> StartShown | None:
    """Give the first valid building permit of a construction project, where the licence library holds one."""
    if not construction_code:
        return None
    rows = licences.of_project(construction_code).filter(licence_type=START_PERMIT, valid_from__lte=on)
    for row in rows.order_by("valid_from", "pk"):
        if licences.standing(row, on) in (Standing.VALID, Standing.EXPIRED, Standing.REPLACED):
            return StartShown(row.valid_from, f"{row.name} {row.number}")
    return None


def start_of(project_row: MajorProject, on: date) -> StartShown | None:
    """Give what shows that a project has started by a day: a permit, or a start node with evidence."""
    permit = permit_of(project_row.construction_code, on)
    rows = Node.objects.filter(project=project_row, kind=NodeKind.START, taken_back_at=None, done_on__lte=on)
    node = rows.order_by("done_on").first()
    if node is not None and node.done_on is not None:
        return StartShown(node.done_on, node.evidence)
    return permit


def construction_of(project_row: MajorProject) -> Dossier | None:
    """Give the dossier of the construction approvals of a project, where one is registered under its code."""
    if not project_row.construction_code:
        return None
    return Dossier.objects.filter(number=project_row.construction_code, kind=CONSTRUCTION).first()


def bodies(on: date) -> dict[str, str]:
    """Name the bodies that meet, by code."""
    return dict(definitions.code_list(BODIES, on).names)


def _units(reach: Reach) -> Q:
    return Q(pk__in=sight.through(ScopeKind.UNIT, reach.units))


def _readable(actor: Actor) -> Q:
    of_nodes = NodeFile.objects.filter(node__project__in=visible(actor, MajorProject))
    of_matters = ResolutionFile.objects.filter(resolution__in=visible(actor, Resolution))
    return Q(pk__in=of_nodes.values("file_id")) | Q(pk__in=of_matters.values("file_id"))
