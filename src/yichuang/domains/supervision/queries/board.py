"""Screen ③: who will be late tomorrow. Eight counts, a row a unit, and the cases behind each number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from fractions import Fraction
from typing import Any, TypeAlias

from django.db.models import Aggregate, Count, Exists, F, OuterRef, Q, QuerySet, Sum

from yichuang.domains.cases.queries import Case, Notice, Rating
from yichuang.domains.cases.terms import KIND, STAGE
from yichuang.domains.supervision.models import Order
from yichuang.domains.supervision.queries.cards import cards
from yichuang.domains.supervision.queries.evasion import MANY, leads
from yichuang.domains.supervision.terms import BAD_STARS
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.people.visibility import visible
from yichuang.foundation.records.terms import CHINA
from yichuang.foundation.work import queries as work
from yichuang.foundation.work import tallies
from yichuang.foundation.work.models import Dossier, Step
from yichuang.foundation.work.names import said
from yichuang.foundation.work.terms import LIVE, ClockKind, Lamp
from yichuang.kernel import clocks as kernel
from yichuang.ui import words

VIEW = "supervision.view"
LISTS = ("today", "over_promise", "over_legal")
"""Counts of the first row whose rows are cases."""
CELLS = ("live", "soon", "late", "corrected", "corrected_twice", "bad")
"""Columns whose rows are cases."""
Units: TypeAlias = frozenset[int] | None
"""Ids of units; None means every unit."""


@dataclass(frozen=True, slots=True)
class InHand:
    """How many cases one unit has in hand now, and of them those that each number of the page counts."""

    live: int
    soon: int
    late: int
    today: int
    over_promise: int
    over_legal: int


NOTHING = InHand(0, 0, 0, 0, 0, 0)
NONE = [0, 0, 0]
"""What was received of a unit of which nothing was, and of it what was corrected once and twice."""


@dataclass(frozen=True, slots=True)
class Row:
    """One unit: what it has in hand now, and how this month went. None: that domain is not there yet."""

    unit_id: int
    unit: str
    live: int
    soon: int
    late: int
    used: Fraction | None  # mean working days used by what was decided this month
    promised: Fraction | None  # mean promise of the same cases
    received: int
    corrected: int
    corrected_twice: int
    bad: int
    returned: None = None  # 退单 belongs to demands

    @property
    def time(self) -> str:
        """Write mean days used over mean days promised."""
        return (
            "" if self.used is None or self.promised is None else f"{float(self.used):.1f}/{float(self.promised):.1f}"
        )

    @property
    def share(self) -> str:
        """Write the share of cases received this month that were corrected."""
        return f"{100 * self.corrected / self.received:.1f}%" if self.received else ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One case behind a number; who has it in hand is told only when it was asked for."""

    number: str
    title: str
    unit: str
    state: str
    due_at: datetime | None
    lamp: Lamp | None
    is_paused: bool
    who: str


def in_hand(actor: Actor, at: datetime) -> dict[int, InHand]:
    """Count by unit what the actor supervises and is in hand now: everything that the page says of the present."""
    numbers = (_lamp(Lamp.YELLOW, at), _lamp(Lamp.RED, at), *(_over(name, at) for name in LISTS))
    rows = Dossier.objects.filter(_live(), kind__in=(KIND, STAGE))
    told = _by_unit(rows, "unit_id", actor.units(VIEW), Count("*"), *(Count("pk", filter=each) for each in numbers))
    return {unit: InHand(*found) for unit, found in told.items()}


def counts(
    actor: Actor, at: datetime, *, evasion: int | None = None, now: Mapping[int, InHand] | None = None
) -> dict[str, int | None]:
    """Tell the first row, in its order; None where nobody makes the number yet. `evasion`, `now` where known."""
    held = (in_hand(actor, at) if now is None else now).values()
    told: dict[str, int | None] = {name: sum(getattr(each, name) for each in held) for name in LISTS}
    return told | {
        "evasion": len(leads(actor, at)) if evasion is None else evasion,
        "cards": cards(actor).count(),
        "drafts": drafts(actor).count(),
        "demands": None,
        "visits": None,
    }


def drafts(actor: Actor) -> QuerySet[Order]:
    """List the orders that wait for a signature."""
    return _orders(actor).filter(dossier__state="draft")


def running_orders(actor: Actor) -> QuerySet[Order]:
    """List the orders that were signed and are not closed."""
    return _orders(actor).filter(dossier__ended_at=None).exclude(dossier__state="draft")


def units_table(actor: Actor, at: datetime, *, now: Mapping[int, InHand] | None = None) -> list[Row]:
    """
    Tell a row for every unit that has a case in hand or had one this month, those with most overdue first.

    `now` is `in_hand`, where it is known.
    """
    begin, units = month_begins(at), actor.units(VIEW)
    held = in_hand(actor, at) if now is None else now
    month = _month(units, begin, at)
    bad = _ratings(units, begin, at)
    days = _days(units, begin, at)
    names = Unit.objects.filter(pk__in={*held, *month, *bad, *days}).order_by("rank", "code")
    rows = [
        Row(
            unit_id=unit,
            unit=name,
            live=held.get(unit, NOTHING).live,
            soon=held.get(unit, NOTHING).soon,
            late=held.get(unit, NOTHING).late,
            used=days[unit][0] if unit in days else None,
            promised=days[unit][1] if unit in days else None,
            received=month.get(unit, NONE)[0],
            corrected=month.get(unit, NONE)[1],
            corrected_twice=month.get(unit, NONE)[2],
            bad=bad.get(unit, 0),
        )
        for unit, name in names.values_list("pk", "short_name")
    ]
    return sorted(rows, key=lambda row: (-row.late, -row.soon))


def behind(actor: Actor, name: str, at: datetime, *, unit_id: int | None = None) -> QuerySet[Dossier]:
    """
    List the cases behind a number of the first row or of a unit's row.

    :raises LookupError: no number bears this name
    """
    mine = supervised(actor, unit_id)
    rows = mine.filter(_live(), _over(name, at)) if name in LISTS else _cell(mine, name, at)
    return rows.order_by(F("due_at").asc(nulls_last=True), "pk")


def count_behind(name: str, now: Mapping[int, InHand], rows: Sequence[Row], unit_id: int | None) -> int:
    """Tell how many cases `behind` lists, from what was counted by unit already."""
    held: dict[int, InHand | Row] = {**now} if name in LISTS else {row.unit_id: row for row in rows}
    return sum(getattr(each, name) for unit, each in held.items() if unit_id in (None, unit))


def listed(keys: Sequence[int], at: datetime, *, with_who: bool = False) -> list[Listed]:
    """Show the cases with these keys as rows, in their order; with `with_who` also who has them in hand."""
    who = _in_hand(keys) if with_who else {}
    found = Dossier.objects.select_related("unit").in_bulk(keys)
    rows = [found[key] for key in keys]
    return [
        Listed(
            number=row.number,
            title=row.title,
            unit=row.unit.short_name,
            state=said(definitions.get("lifecycle", row.lifecycle, row.lifecycle_version).states[row.state].label),
            due_at=row.due_at,
            lamp=work.lamp_of(row, at),
            is_paused=row.paused_since is not None,
            who=who.get(row.pk, ""),
        )
        for row in rows
    ]


def supervised(actor: Actor, unit_id: int | None = None) -> QuerySet[Dossier]:
    """List the cases and stages of the units that the actor supervises; of one of them alone where it is named."""
    units = actor.units(VIEW)
    rows = Dossier.objects.filter(kind__in=(KIND, STAGE))
    if unit_id is not None:
        return rows.filter(unit_id=unit_id) if units is None or unit_id in units else rows.none()
    return rows if units is None else rows.filter(unit_id__in=units)


def month_begins(at: datetime) -> datetime:
    """Give the first moment of China's month."""
    return datetime.combine(local_day(at).replace(day=1), time(), CHINA)


def _orders(actor: Actor) -> QuerySet[Order]:
    return visible(actor, Order).select_related("dossier__unit", "about").order_by("dossier__due_at", "pk")


def _live() -> Q:
    return Q(ended_at=None, concluded_at=None)


def _lamp(lamp: Lamp, at: datetime) -> Q:
    return Q(due_at__lt=at) if lamp == Lamp.RED else Q(amber_at__lte=at, due_at__gte=at)


def _over(name: str, at: datetime) -> Q:
    """
    Say which cases in hand a number of the first row counts, by what stands on the dossier.

    Its lamp follows the promise while that runs: no lifecycle lets the limit of the acceptance or a correction run
    beside it.
    """
    if name == "today":
        begin = datetime.combine(local_day(at), time(), CHINA)
        return Q(due_at__gte=begin, due_at__lt=begin + timedelta(days=1))
    return Q(legal_due_at__lt=at) if name == "over_legal" else Q(watched=ClockKind.PROMISE, due_at__lt=at)


def _cell(rows: QuerySet[Dossier], name: str, at: datetime) -> QuerySet[Dossier]:
    begin = month_begins(at)
    match name:
        case "live":
            return rows.filter(_live())
        case "soon":
            return rows.filter(_live(), _lamp(Lamp.YELLOW, at))
        case "late":
            return rows.filter(_live(), _lamp(Lamp.RED, at))
        case "corrected":
            return _corrected(rows, begin, at, times=1)
        case "corrected_twice":
            return _corrected(rows, begin, at, times=2)
        case "bad":
            return _bad(rows, begin, at)
    raise LookupError(name)


def _corrected(rows: QuerySet[Dossier], begin: datetime, at: datetime, *, times: int) -> QuerySet[Dossier]:
    asked = Notice.objects.filter(case=OuterRef("pk"), n=times)
    return rows.filter(Exists(asked), _in_month(begin, at))


def _bad(rows: QuerySet[Dossier], begin: datetime, at: datetime) -> QuerySet[Dossier]:
    rated = Rating.objects.filter(case=OuterRef("pk"), stars__lte=BAD_STARS, at__gte=begin, at__lte=at)
    return rows.filter(Exists(rated))


def _in_month(begin: datetime, at: datetime) -> Q:
    """Filter what was received in a month: nothing is entered before it came, and when it was entered has an index."""
    return Q(opened_at__gte=begin, case__received_at__gte=begin, case__received_at__lte=at)


def _month(units: Units, begin: datetime, at: datetime) -> dict[int, list[int]]:
    """Count by unit what was received in the month, and of it what was corrected once at least, and twice at least."""
    earlier = Case.objects.filter(entered_at__gt=F("received_at"), entered_at__gte=begin, received_at__lt=begin)
    rows = Dossier.objects.filter(kind__in=(KIND, STAGE), opened_at__gte=begin, opened_at__lte=at)
    corrected = (Notice.objects.filter(n=times, told_at__gte=begin).values("case") for times in (1, 2))
    numbers = (Count("*"), *(Count("pk", filter=Q(pk__in=some)) for some in corrected))
    return _by_unit(rows.exclude(pk__in=earlier.values("pk")), "unit_id", units, *numbers)


def _ratings(units: Units, begin: datetime, at: datetime) -> dict[int, int]:
    kinds = {"case__dossier__kind__in": (KIND, STAGE)}
    rows = Rating.objects.filter(stars__lte=BAD_STARS, at__gte=begin, at__lte=at, **kinds)
    return {unit: n for unit, (n,) in _by_unit(rows, "case__dossier__unit_id", units, Count("*")).items()}


def _days(units: Units, begin: datetime, at: datetime) -> dict[int, tuple[Fraction, Fraction]]:
    """Average, by unit, the working days used and promised of what was decided since `begin`: from the tallies."""
    rows = tallies.now().filter(
        kind__in=(KIND, STAGE),
        concluded_at__gte=begin,
        concluded_at__lte=at,
        promise_unit=kernel.Unit.WORKING_DAY.value,
        used__isnull=False,
    )
    told = _by_unit(rows, "unit_id", units, Sum("used"), Sum("promise_limit"), Count("*"))
    return {unit: (Fraction(used, n), Fraction(promised, n)) for unit, (used, promised, n) in told.items()}


def _by_unit(rows: QuerySet[Any], unit: str, units: Units, *numbers: Aggregate) -> dict[int, list[int]]:
    """Group rows by unit. Of many units the database is not told which: it groups all, and the others are left out."""
    if units is not None and len(units) <= MANY:
        rows = rows.filter(**{f"{unit}__in": units})
    told = rows.order_by().values_list(unit).annotate(**{f"n{place}": each for place, each in enumerate(numbers)})
    return {key: found for key, *found in told if units is None or key in units}


def _in_hand(ids: Sequence[int]) -> dict[int, str]:
    """Name who has the live step of each case in hand, else the post that waits."""
    found: dict[int, list[str]] = defaultdict(list)
    for step in Step.objects.filter(dossier__in=ids, state__in=LIVE).select_related("claimed_by", "unit"):
        found[step.dossier_id].append(f"{step.name} {step.claimed_by or step.unit or ''}".strip())
    return {key: words.listed(names) for key, names in found.items()}
