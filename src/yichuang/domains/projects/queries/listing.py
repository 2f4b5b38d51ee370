"""The list of major projects of a year: its filters, what was planned and done, and who is in trouble."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from yichuang.domains.projects.models import Difficulty, InvestmentEntry, MajorProject, Node, YearPlan
from yichuang.domains.projects.queries.finding import projects
from yichuang.domains.projects.rules.amounts import share
from yichuang.domains.projects.rules.progress import MONTHS, months_passed
from yichuang.domains.projects.terms import EntryState, PlanKind, Stage, Trouble
from yichuang.foundation.people.actors import Actor

TROUBLES = {
    Trouble.DIFFICULTY: "has_difficulty",
    Trouble.BEHIND: "is_behind",
    Trouble.NODE_LATE: "has_late_node",
    Trouble.UNREPORTED: "is_unreported",
    Trouble.SUSPENDED: "is_suspended",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a list is asked for; an empty word asks nothing."""

    year: int
    on: date
    q: str = ""
    stage: str = ""
    kind: str = ""
    sector: str = ""
    unit: str = ""
    trouble: str = ""
    sort: str = ""


SORTS = {
    "number": ("dossier__number",),
    "unit": ("dossier__unit__rank", "dossier__unit__code", "dossier__number"),
    "plan": ("-plan_fen", "dossier__number"),
    "done": ("-done_fen", "dossier__number"),
    "share": ("done_share", "dossier__number"),
}
"""Orders of the list by the word that asks for them."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One project of a year's list; amounts in fen."""

    project: MajorProject
    stage: Stage
    kind: PlanKind | None
    plan_fen: int
    done_fen: int
    troubles: tuple[Trouble, ...]

    @property
    def share(self) -> Decimal | None:
        """Give what was done in percent of the plan."""
        return share(self.done_fen, self.plan_fen)


def listed(rows: Iterable[MajorProject]) -> list[Listed]:
    """Show the rows that `asked_for` gave."""
    return [
        Listed(
            project=row,
            stage=Stage(row.dossier.state),
            kind=PlanKind(row.plan_kind) if row.plan_kind else None,  # type: ignore[attr-defined]
            plan_fen=row.plan_fen,  # type: ignore[attr-defined]
            done_fen=row.done_fen,  # type: ignore[attr-defined]
            troubles=tuple(trouble for trouble, name in TROUBLES.items() if getattr(row, name)),
        )
        for row in rows
    ]


def asked_for(actor: Actor, asked: Asked, purpose: str = "list") -> QuerySet[MajorProject]:
    """
    List the projects of a year's plan, or without one those that are not done, as a filter asks.

    Annotated with `plan_kind`, `plan_fen`, `done_fen` and a flag for each kind of trouble.
    """
    rows = _annotated(projects(actor, purpose), asked.year, asked.on)
    rows = rows.filter(Q(plan_fen__gt=0) | Q(plan_kind__gt="") | Q(dossier__ended_at=None))
    if word := asked.q.strip():
        rows = rows.filter(
            Q(dossier__title__icontains=word)
            | Q(dossier__number__icontains=word)
            | Q(developer__icontains=word)
            | Q(construction_code=word)
        )
    if asked.stage:
        rows = rows.filter(dossier__state=asked.stage)
    if asked.kind:
        rows = rows.filter(Q(plan_kind=asked.kind))
    if asked.sector:
        rows = rows.filter(sector=asked.sector)
    if asked.unit:
        rows = rows.filter(dossier__unit__code=asked.unit)
    if asked.trouble in Trouble.values:
        rows = rows.filter(**{TROUBLES[Trouble(asked.trouble)]: True})
    return rows.order_by(*SORTS.get(asked.sort, SORTS["number"]))


def in_trouble(actor: Actor, year: int, on: date) -> list[Listed]:
    """List the projects in trouble: difficulties first, then the largest gaps to the plan."""
    rows = _annotated(projects(actor), year, on).filter(dossier__ended_at=None)
    found = [row for row in listed(rows) if row.troubles]
    return sorted(found, key=lambda row: (list(Trouble).index(row.troubles[0]), row.done_fen - row.plan_fen))


def time_progress(on: date) -> Decimal:
    """Give how much of the plan's year has passed on a day, in percent with one digit (83.3 at the end of October)."""
    return (Decimal(months_passed(on.year, on)) * 100 / MONTHS).quantize(Decimal("0.1"), ROUND_HALF_UP)


def late_nodes(on: date) -> QuerySet[Node]:
    """List the nodes whose planned day passed without being reached."""
    return Node.objects.filter(done_on=None, taken_back_at=None, planned_on__lt=on)


def total_of(rows: Iterable[Listed]) -> tuple[int, int]:
    """Sum what was planned and done."""
    known = list(rows)
    return sum(row.plan_fen for row in known), sum(row.done_fen for row in known)


def _annotated(rows: QuerySet[MajorProject], year: int, on: date) -> QuerySet[MajorProject]:
    plan = YearPlan.objects.on(max(on, date(year, 1, 1))).filter(project=OuterRef("pk"), year=year)
    counted = InvestmentEntry.objects.filter(
        project=OuterRef("pk"), month__year=year, month__lte=on, state=EntryState.CONFIRMED
    )
    passed = months_passed(year, on)
    whole = BigIntegerField()
    rows = rows.annotate(
        plan_kind=Coalesce(Subquery(plan.values("kind")[:1]), Value(""), output_field=CharField()),
        plan_fen=Coalesce(Subquery(plan.values("plan_fen")[:1]), Value(0), output_field=whole),
        done_fen=Coalesce(
            Subquery(counted.order_by().values("project").annotate(sum=Sum("amount_fen")).values("sum")),
            Value(0),
            output_field=whole,
        ),
        has_difficulty=Exists(Difficulty.objects.filter(project=OuterRef("pk"), solved_at=None)),
        has_late_node=Exists(late_nodes(on).filter(project=OuterRef("pk"))),
    )
    lag = F("plan_fen") * passed - F("done_fen") * MONTHS
    rows = rows.annotate(
        lag=lag,
        done_share=Case(
            When(plan_fen=0, then=Value(0)), default=F("done_fen") * 10000 / F("plan_fen"), output_field=whole
        ),
    )
    true, false = Value(True), Value(False)
    owed = _reported(year, passed)
    return rows.annotate(
        is_behind=Case(When(lag__gt=0, dossier__ended_at=None, then=true), default=false),
        is_suspended=Case(When(dossier__state=Stage.SUSPENDED, then=true), default=false),
        is_unreported=Case(When(Q(plan_kind__gt="") & ~Exists(owed), then=true), default=false) if passed else false,
    )


def _reported(year: int, passed: int) -> QuerySet[InvestmentEntry]:
    standing = [EntryState.WAITING, EntryState.CONFIRMED]
    month = date(year, max(passed, 1), 1)
    return InvestmentEntry.objects.filter(project=OuterRef("pk"), month=month, state__in=standing)
