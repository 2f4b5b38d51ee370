"""A project as its page shows it: plan, months, nodes, difficulties, links, and what the reader may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from yichuang.domains.licences import queries as licences
from yichuang.domains.projects.models import Difficulty, InvestmentEntry, MajorProject, Node, Resolution, YearPlan
from yichuang.domains.projects.queries.finding import construction_of, plan_of, resolutions
from yichuang.domains.projects.queries.listing import Asked, Listed, asked_for, listed
from yichuang.domains.projects.rules.progress import months_passed, time_share
from yichuang.domains.projects.terms import MOVES, EntryState, Stage
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.work.models import Dossier
from yichuang.kernel.lifecycles import Lifecycle


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a plan's year: what is locked, and every entry with who made it."""

    month: date
    locked_fen: int | None
    entries: tuple[InvestmentEntry, ...]

    @property
    def is_locked(self) -> bool:
        """Say whether anything of it is locked."""
        return self.locked_fen is not None


@dataclass(frozen=True, slots=True)
class ProjectShown:
    """A project and all that stands on its page."""

    project: MajorProject
    row: Listed
    year: int
    plan: YearPlan | None
    time_percent: float
    months: tuple[Month, ...]
    nodes: tuple[Node, ...]
    difficulties: tuple[Difficulty, ...]
    matters: tuple[Resolution, ...]
    construction: Dossier | None
    permits: tuple[str, ...]
    stages: tuple[Stage, ...]
    may_report: bool
    may_confirm: bool
    may_manage: bool


def project_shown(found: MajorProject, actor: Actor, at: datetime, year: int) -> ProjectShown:
    """Gather what the page of a project shows of a year."""
    on, unit = local_day(at), found.dossier.unit_id
    rows = asked_for(actor, Asked(year=year, on=on)).filter(pk=found.pk)
    row = next(iter(listed(rows)), None) or Listed(found, Stage(found.dossier.state), None, 0, 0, ())
    nodes = Node.objects.filter(project=found).prefetch_related("files__file").select_related("done_by")
    return ProjectShown(
        project=found,
        row=row,
        year=year,
        plan=plan_of(found.pk, year),
        time_percent=round(float(time_share(year, on)) * 100, 1),
        months=months_of(found, year, on),
        nodes=tuple(nodes.order_by("planned_on", "pk")),
        difficulties=tuple(found.difficulties.select_related("raised_by").order_by("solved_at", "raised_at")),
        matters=tuple(resolutions(actor).filter(project=found)),
        construction=construction_of(found),
        permits=_permits(found),
        stages=next_stages(found.dossier),
        may_report=actor.may("projects.report", unit),
        may_confirm=actor.may("projects.confirm", unit),
        may_manage=actor.may("projects.manage", unit),
    )


def months_of(found: MajorProject, year: int, on: date) -> tuple[Month, ...]:
    """List the months of a year that have begun or have entries, each with its entries in their order."""
    rows = found.entries.filter(month__year=year).select_related("entered_by", "decided_by")
    entries: dict[date, list[InvestmentEntry]] = {}
    for row in rows.order_by("month", "entered_at", "pk"):
        entries.setdefault(row.month, []).append(row)
    last = on.month if on.year == year else months_passed(year, on)
    shown = {date(year, number, 1) for number in range(1, last + 1)} | set(entries)
    return tuple(
        Month(
            month,
            sum(each.amount_fen for each in locked) if (locked := _locked(entries.get(month, []))) else None,
            tuple(entries.get(month, [])),
        )
        for month in sorted(shown)
    )


def next_stages(dossier: Dossier) -> tuple[Stage, ...]:
    """List the stages to which the lifecycle leads from here."""
    table: Lifecycle = definitions.get("lifecycle", dossier.lifecycle, dossier.lifecycle_version)
    open_ = {move.deed for move in table.deeds_from(dossier.state)}
    return tuple(stage for stage, deed in MOVES.items() if deed in open_)


def _locked(entries: list[InvestmentEntry]) -> list[InvestmentEntry]:
    return [each for each in entries if each.state == EntryState.CONFIRMED]


def _permits(found: MajorProject) -> tuple[str, ...]:
    if not found.construction_code:
        return ()
    return tuple(f"{row.name} {row.number}" for row in licences.of_project(found.construction_code))
