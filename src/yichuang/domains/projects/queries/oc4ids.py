"""
Projects as an OC4IDS 0.9 package (Open Contracting for Infrastructure Data Standard).

Amounts are yuan (CNY), moments are China's midnights. A project is named by a prefix of the publisher and its number.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from yichuang.domains.projects.models import InvestmentEntry, MajorProject, Node, YearPlan
from yichuang.domains.projects.terms import CONSTRUCTION, EntryState, NodeKind, Sector, Stage
from yichuang.foundation.figures.terms import day_begins

VERSION = "0.9"
PREFIX = "oc4ids-yichuang"
"""Stands for the publisher until the district has registered a prefix of its own."""
STATUS = {
    Stage.RESERVE: "identification",
    Stage.PREPARING: "preparation",
    Stage.LAND: "preparation",
    Stage.STARTED: "implementation",
    Stage.BUILDING: "implementation",
    Stage.FINISHING: "completion",
    Stage.DONE: "completion",
}
SECTORS = {
    Sector.INDUSTRY: "economy",
    Sector.SERVICE: "economy",
    Sector.HOUSING: "socialHousing",
    Sector.INFRASTRUCTURE: "infrastructure",
    Sector.EDUCATION: "education",
    Sector.HEALTH: "health",
    Sector.ECOLOGY: "naturalEnvironment",
}


def package(rows: Iterable[MajorProject], at: datetime) -> dict[str, Any]:
    """Write projects as one package, ready to be dumped as JSON; an empty list gives an empty package."""
    projects = list(rows)
    ids = [row.pk for row in projects]
    nodes = _grouped(Node.objects.filter(project__in=ids, taken_back_at=None).order_by("planned_on", "pk"))
    plans = _grouped(YearPlan.objects.current().filter(project__in=ids).order_by("year", "-valid_from"))
    confirmed = InvestmentEntry.objects.filter(project__in=ids, state=EntryState.CONFIRMED)
    months = _grouped(confirmed.order_by("month", "pk"))
    return {
        "uri": f"tag:yichuang,{at.year}:oc4ids",
        "publishedDate": at.isoformat(timespec="seconds"),
        "version": VERSION,
        "projects": [
            _project(row, nodes.get(row.pk, []), plans.get(row.pk, []), months.get(row.pk, [])) for row in projects
        ],
    }


def _project(
    row: MajorProject, nodes: list[Node], plans: list[YearPlan], months: list[InvestmentEntry]
) -> dict[str, Any]:
    unit, done = row.dossier.unit, _done(nodes)
    said: dict[str, Any] = {
        "id": f"{PREFIX}-{row.number}",
        "updated": _moment(row.dossier.opened_at.date()),
        "language": "zh",
        "title": row.dossier.title,
        "status": _status(row),
        "type": "construction",
        "sector": [SECTORS[Sector(row.sector)]],
        "publicAuthority": {"id": unit.code, "name": unit.name},
        "parties": [
            {"id": unit.code, "name": unit.name, "roles": ["publicAuthority"]},
            {"id": f"{row.number}-developer", "name": row.developer, "roles": ["buyer"]},
        ],
        "budget": {"amount": _money(row.total_investment_fen)},
    }
    if row.content:
        said["description"] = row.content
    if row.place:
        said["locations"] = [{"id": "1", "description": row.place}]
    if row.construction_code:
        said["identifiers"] = [{"id": row.construction_code, "scheme": f"CN-{CONSTRUCTION}"}]
    if period := _period(row.planned_start_on, row.planned_completion_on):
        said["period"] = period
    if row.started_on and (period := _period(row.started_on, done)):
        said["implementationPeriod"] = period
    if done and row.dossier.state == Stage.DONE:
        said["completion"] = {"endDate": _moment(done)}
    if breakdown := [_plan(each) for each in _newest(plans)]:
        said["budget"]["budgetBreakdowns"] = [{"id": "year-plans", "budgetBreakdown": breakdown}]
    if nodes:
        said["milestones"] = [_milestone(each) for each in nodes]
    if months:
        observations = [_observation(each) for each in months]
        said["metrics"] = [{"id": "fundingExpended", "title": "完成投资", "observations": observations}]
    return said


def _status(row: MajorProject) -> str:
    stage = Stage(row.dossier.state)
    if stage == Stage.SUSPENDED:
        return "implementation" if row.started_on else "preparation"
    return STATUS[stage]


def _plan(row: YearPlan) -> dict[str, Any]:
    return {
        "id": str(row.year),
        "description": f"{row.year}年度计划",
        "amount": _money(row.plan_fen),
        "period": {"startDate": _moment(date(row.year, 1, 1)), "endDate": _moment(date(row.year, 12, 31))},
    }


def _milestone(row: Node) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": str(row.pk),
        "title": row.name or NodeKind(row.kind).name,
        "type": "preProcurement" if row.kind in (NodeKind.APPROVAL, NodeKind.CLEARING, NodeKind.LAND) else "delivery",
        "dueDate": _moment(row.planned_on),
        "status": "met" if row.done_on else "scheduled",
    }
    return said | ({"dateMet": _moment(row.done_on), "description": row.evidence} if row.done_on else {})


def _observation(row: InvestmentEntry) -> dict[str, Any]:
    first = row.month
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    said: dict[str, Any] = {
        "id": str(row.pk),
        "period": {"startDate": _moment(first), "endDate": _moment(after)},
        "value": _money(row.amount_fen),
    }
    return said | ({"notes": row.reason} if row.reason else {})


def _money(fen: int) -> dict[str, Any]:
    whole, rest = divmod(fen, 100)
    return {"amount": float(f"{fen / 100:.2f}") if rest else whole, "currency": "CNY"}


def _period(begin: date | None, end: date | None) -> dict[str, str]:
    days = {"startDate": begin, "endDate": end}
    return {name: _moment(day) for name, day in days.items() if day is not None}


def _moment(day: date) -> str:
    return day_begins(day).isoformat()


def _done(nodes: list[Node]) -> date | None:
    return next((each.done_on for each in nodes if each.kind == NodeKind.COMPLETION and each.done_on), None)


def _newest(plans: list[YearPlan]) -> list[YearPlan]:
    """Give the plan of each year that holds last."""
    by_year: dict[int, YearPlan] = {}
    for each in plans:
        by_year.setdefault(each.year, each)
    return list(by_year.values())


def _grouped(rows: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.project_id, []).append(row)
    return found
