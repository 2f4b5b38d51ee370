"""Finding projects, through the one filter; and what waits for somebody."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypeAlias

from django.db.models import F, Q, QuerySet

from yichuang.domains.construction.models import Consent, OutsidePermit, PlanCheck, PlanLayer, Project
from yichuang.domains.construction.terms import PROJECT, STAGE, AlarmState, ConsentState
from yichuang.foundation.people.actors import Actor, Reach
from yichuang.foundation.people.visibility import register_scope, visible
from yichuang.foundation.work import sight
from yichuang.foundation.work.models import Dossier, Share
from yichuang.foundation.work.terms import ScopeKind, ShareState

Shares: TypeAlias = "QuerySet[Share]"
VIEW = "construction.view"


def register_scopes() -> None:
    """Tell the one filter who sees a project: its developer, who is mandated, and the units concerned."""
    register_scope(
        Project,
        permission=VIEW,
        purposes={"export": "construction.export"},
        own=lambda reach: Q(pk__in=sight.through(ScopeKind.PARTY, reach.parties)),
        mandate=lambda reach: Q(pk__in=sight.through(ScopeKind.PARTY, reach.principals)),
        units=_units,
    )


def project(code: str, actor: Actor) -> Project | None:
    """Find a project by its code among those that the actor may see."""
    rows = visible(actor, Project).select_related("dossier__unit", "owner")
    return rows.filter(dossier__number=code).first()


def projects(actor: Actor, purpose: str = "list") -> QuerySet[Project]:
    """List the projects that the actor may see, newest first."""
    return visible(actor, Project, purpose).select_related("dossier__unit", "owner").order_by("-applied_at")


def own_projects(actor: Actor) -> QuerySet[Project]:
    """List the projects of somebody's own firms and of those who mandated him."""
    mine = actor.party_ids | actor.principal_ids
    return projects(actor).filter(owner_id__in=mine)


def by_code(code: str) -> Project | None:
    """Find a project by its code, for rooms and reactions that act for the house."""
    return Project.objects.select_related("dossier").filter(dossier__number=code).first()


def answers_of(code: str) -> dict[str, Any]:
    """Give what is registered of a project as answers to forms, by element code; nothing for an unknown code."""
    found = by_code(code)
    if found is None:
        return {}
    known: dict[str, Any] = {
        "project_code": code,
        "project_name": found.dossier.title,
        "works_code": found.works_code,
        "investment_source": found.investment_source,
        "works_class": found.works_class,
        "flow_class": found.flow_class,
        "total_investment": f"{Decimal(found.total_investment_fen) / 1_000_000:f}",
        "land_area_m2": str(found.land_area_m2),
        "building_area_m2": str(found.building_area_m2),
        "planned_start_on": found.planned_start_on.isoformat() if found.planned_start_on else None,
        "planned_completion_on": found.planned_completion_on.isoformat() if found.planned_completion_on else None,
    }
    more = {name: value for name, value in found.read_fields().items() if name != "site"}
    site = found.read_fields().get("site")
    known |= {name: str(value) for name, value in more.items()} | ({"site": {"detail": site}} if site else {})
    return {name: value for name, value in known.items() if value not in (None, "")}


def of_dossier(dossier: Dossier) -> Project | None:
    """Find the project at whose root a dossier stands."""
    return Project.objects.select_related("dossier", "owner").filter(dossier_id=dossier.root_id or dossier.pk).first()


def precheck_shares(case_id: int, round_: int) -> Shares:
    """List the shares of one round of a stage's pre-check."""
    rows = Share.objects.filter(dossier_id=case_id, step=None, round=round_)
    return rows.select_related("unit", "by").order_by("unit__rank", "unit_id")


def precheck_round(case_id: int) -> int:
    """Tell the round that runs or ran last; 0 before the first."""
    rows = Share.objects.filter(dossier_id=case_id, step=None).order_by("-round")
    return rows.values_list("round", flat=True).first() or 0


def waiting_prechecks(actor: Actor) -> QuerySet[Share]:
    """List the pre-checks of stages that wait for a word of the actor's units; the lead speaks when it merges."""
    return _waiting(actor, STAGE).exclude(unit_id=F("dossier__unit_id"))


def waiting_early_opinions(actor: Actor) -> QuerySet[Share]:
    """List the multi-plan checks that wait for a word of the actor's units."""
    return _waiting(actor, PROJECT)


def stages_to_merge(actor: Actor) -> QuerySet[Dossier]:
    """List the stage applications whose pre-check the actor leads."""
    units = actor.units("construction.lead")
    rows = Dossier.objects.filter(kind=STAGE, state__in=["received", "corrected", "prechecked"])
    return (rows if units is None else rows.filter(unit_id__in=units)).select_related("parent").order_by("due_at")


def consents(project_row: Project) -> QuerySet[Consent]:
    """List what the applicant of a project is asked, newest first."""
    rows = Consent.objects.filter(case__dossier__root_id=project_row.pk).select_related("case__dossier__unit", "hold")
    return rows.order_by("-asked_at")


def consents_waiting(project_row: Project) -> QuerySet[Consent]:
    """List what waits for the applicant's answer."""
    return consents(project_row).filter(state=ConsentState.ASKED)


def layers(on: object) -> QuerySet[PlanLayer]:
    """List the planning layers that hold on a day."""
    rows = PlanLayer.objects.filter(valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gt=on))
    return rows.select_related("unit").order_by("kind", "pk")


def latest_check(project_row: Project) -> PlanCheck | None:
    """Give the last multi-plan check of a project."""
    return project_row.checks.order_by("-n").first()


def early_shares(check: PlanCheck) -> Shares:
    """List the early opinions that a check asked for."""
    rows = Share.objects.filter(dossier_id=check.project_id, step=None, round=check.n)
    return rows.select_related("unit", "by").order_by("unit__rank", "unit_id")


def alarms(actor: Actor) -> QuerySet[OutsidePermit]:
    """List the permits found outside that nobody has answered for, in projects that the actor may see."""
    rows = OutsidePermit.objects.filter(project__in=visible(actor, Project), state=AlarmState.OPEN)
    return rows.select_related("project__dossier", "unit").order_by("-found_at")


def _waiting(actor: Actor, kind: str) -> QuerySet[Share]:
    units = actor.units("cases.handle")
    rows = Share.objects.filter(step=None, state=ShareState.OPEN, dossier__kind=kind)
    rows = rows if units is None else rows.filter(unit_id__in=units)
    return rows.select_related("dossier__parent", "unit").order_by("silent_at", "pk")


def _units(reach: Reach) -> Q:
    return Q(pk__in=sight.through(ScopeKind.UNIT, reach.units))
