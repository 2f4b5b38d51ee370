"""What published versions spared people, by item and department; and how far items are from another region."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from django.db.models import F, QuerySet

from yichuang.domains.catalogue import rules
from yichuang.domains.catalogue.models import BenchmarkValue, ItemVersion, Reduction, ServiceItem
from yichuang.domains.catalogue.queries.listing import KIND, unit_names
from yichuang.domains.catalogue.terms import Amount, Item, Measures, Saving, Unit
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.definitions.problems import NotInForce
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.visibility import visible
from yichuang.kernel.plans import Plan

BEST = "best"
"""In place of a region: the best of all that are known, measure by measure."""
MEASURES = tuple(each.name for each in fields(Measures) if each.name != "legal")
"""steps, time, materials, visits, cost."""


@dataclass(frozen=True, slots=True)
class Rank:
    """What the versions of one unit's items spared people; those with the same share of reduced items share a place."""

    place: int | None
    """None where nothing was spared."""
    unit: str
    name: str
    items: int
    """Items of the unit in force."""
    reduced: int
    """Items with at least one reduction."""
    steps: int
    minutes: int
    materials: int
    fen: int
    """What was spared altogether, less what was added; time only where it is working time."""

    @property
    def percent(self) -> Decimal | None:
        """Give the share of items with a reduction."""
        return rules.percent(self.reduced, self.items, 1)


@dataclass(frozen=True, slots=True)
class Distance:
    """One item beside what another region asks for it; `gaps` above 0 say by how much ours asks more."""

    code: str
    name: str
    unit: str
    own: Measures
    theirs: Measures
    gaps: Mapping[str, int | None]
    region: str
    source: str

    @property
    def is_behind(self) -> bool:
        """Tell whether the other region asks less in anything."""
        return any(gap is not None and gap > 0 for gap in self.gaps.values())

    @property
    def saved_percent(self) -> Decimal | None:
        """Give the saving against the legal limit: (legal - promised) / legal."""
        own, legal = self.own.time, self.own.legal
        if own is None or legal is None or not legal.number or not rules.is_comparable(own, legal):
            return None
        return rules.percent(legal.number - own.number, legal.number, 1)


@dataclass(frozen=True, slots=True)
class UnitDistance:
    """The distances of one unit's items, added up measure by measure over those that are known."""

    name: str
    items: int
    behind: int
    gaps: Mapping[str, tuple[int, int]]
    """Sum of the gaps and number of items for which it is known."""

    def average(self, measure: str) -> Decimal | None:
        """Give the gap of an item on average."""
        total, known = self.gaps[measure]
        return rules.average(total, known)


def reductions(
    actor: Actor, day: date, *, unit: str = "", kind: str = "", since: date | None = None
) -> QuerySet[Reduction]:
    """List what versions spared or added by a day, the latest first."""
    rows = Reduction.objects.on(day).filter(item__in=visible(actor, ServiceItem, "ways").values("pk"))
    if unit:
        rows = rows.filter(unit_code=unit)
    if kind:
        rows = rows.filter(kind=kind)
    if since is not None:
        rows = rows.filter(valid_from__gte=since)
    return rows.select_related("item").order_by("-valid_from", "item", "kind")


def units_of_reductions(actor: Actor, day: date) -> dict[str, str]:
    """Name the units that have a row in the ledger, by code."""
    return unit_names(reductions(actor, day).order_by().values_list("unit_code", flat=True).distinct())


def units_with_benchmarks(actor: Actor, day: date) -> dict[str, str]:
    """Name the units of whose items values of other regions are known, by code."""
    items = visible(actor, ServiceItem, "ways").filter(pk__in=BenchmarkValue.objects.on(day).values("item"))
    return unit_names(items.order_by().values_list("unit_code", flat=True).distinct())


def kinds_of_reduction(day: date) -> list[Saving]:
    """Name the kinds in which anything was spared by a day."""
    rows = Reduction.objects.on(day).filter(before__gt=F("after")).order_by().values_list("kind", flat=True)
    return sorted({Saving(kind) for kind in rows}, key=list(Saving).index)


def ranking(actor: Actor, day: date, since: date | None = None) -> list[Rank]:
    """Rank units by the share of their items that ask less than they did; equal shares share a place."""
    in_force = visible(actor, ServiceItem, "ways").filter(state="IN_FORCE")
    items: dict[str, int] = defaultdict(int)
    for unit in in_force.order_by().values_list("unit_code", flat=True):
        items[unit] += 1
    spared: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    reduced: dict[str, set[str]] = defaultdict(set)
    for row in reductions(actor, day, since=since):
        spared[row.unit_code][row.counted_in] += row.spared
        if row.spared > 0:
            reduced[row.unit_code].add(row.item_id)
    names = unit_names({*items, *spared})
    shares = {unit: rules.percent(len(reduced[unit]), items[unit], 1) or Decimal(0) for unit in names}
    ordered = sorted(names, key=lambda unit: (-shares[unit], -len(reduced[unit]), unit))
    return [
        Rank(
            place=1 + sum(other > shares[unit] for other in shares.values()) if reduced[unit] else None,
            unit=unit,
            name=names[unit],
            items=items[unit],
            reduced=len(reduced[unit]),
            steps=spared[unit][Unit.STEP],
            minutes=spared[unit][Unit.MINUTE],
            materials=spared[unit][Unit.MATERIAL],
            fen=spared[unit][Unit.FEN],
        )
        for unit in ordered
    ]


def steps_in_plan(item: Item, on: date) -> int | None:
    """Count the steps of the plan under which an item is handled on a day; None where no plan of ours does."""
    if not item.plan:
        return None
    try:
        plan = definitions.in_force("plan", item.plan, on)
    except NotInForce:
        return None
    assert isinstance(plan, Plan)
    return len(plan.steps)


def measured(item: Item, on: date) -> Measures:
    """Measure an item as it is handled on a day."""
    return rules.measures_of(item, steps_in_plan(item, on))


def versions_in_turn(codes: Sequence[str], day: date) -> dict[str, list[ItemVersion]]:
    """Give for each item the versions that were ever in force by a day, the earliest first."""
    found: dict[str, list[ItemVersion]] = defaultdict(list)
    for row in ItemVersion.objects.filter(item__in=codes, valid_from__lte=day).order_by("valid_from", "number"):
        if row.until is None or row.until > row.valid_from:
            found[row.item_id].append(row)
    return found


def regions(day: date) -> list[str]:
    """Name the regions of which values are known on a day."""
    return sorted(set(BenchmarkValue.objects.on(day).order_by().values_list("region", flat=True)))


def benchmarks_of(code: str, day: date) -> QuerySet[BenchmarkValue]:
    """List what is known of other regions for an item."""
    return BenchmarkValue.objects.on(day).filter(item=code).order_by("region")


def benchmark_history(code: str) -> QuerySet[BenchmarkValue]:
    """List everything that was ever entered for an item, the latest knowledge first."""
    return BenchmarkValue.objects.filter(item=code).order_by("-recorded_at", "region")


def distances(actor: Actor, day: date, region: str, *, unit: str = "") -> list[Distance]:
    """Put items beside what a region (or the best of all) asks for them; those farthest behind come first."""
    items = visible(actor, ServiceItem, "ways").filter(state="IN_FORCE")
    if unit:
        items = items.filter(unit_code=unit)
    rows = BenchmarkValue.objects.on(day).filter(item__in=items.values("pk")).select_related("item")
    if region != BEST:
        rows = rows.filter(region=region)
    by_item: dict[str, list[BenchmarkValue]] = defaultdict(list)
    for row in rows.order_by("item", "region"):
        by_item[row.item_id].append(row)
    names = unit_names(known[0].item.unit_code for known in by_item.values())
    in_force = definitions.all_in_force(KIND, day) if by_item else {}
    found = [_distance(in_force[code], known, day, names) for code, known in by_item.items() if code in in_force]
    return sorted(found, key=lambda each: (-sum((gap or 0) > 0 for gap in each.gaps.values()), each.name, each.code))


def _distance(item: Item, known: Sequence[BenchmarkValue], day: date, names: Mapping[str, str]) -> Distance:
    own = measured(item, day)
    theirs = _best([_theirs(row) for row in known])
    return Distance(
        code=item.id,
        name=item.name,
        unit=names[item.unit],
        own=own,
        theirs=theirs,
        gaps={measure: _gap(getattr(own, measure), getattr(theirs, measure)) for measure in MEASURES},
        region="、".join(row.region for row in known),
        source="；".join(dict.fromkeys(row.source for row in known)),
    )


def _theirs(row: BenchmarkValue) -> Measures:
    return Measures(
        steps=_amount(row.steps, Unit.STEP),
        time=_amount(row.minutes, Unit.MINUTE),
        legal=None,
        materials=_amount(row.materials, Unit.MATERIAL),
        visits=_amount(row.visits, Unit.VISIT),
        cost=_amount(row.cost_fen, Unit.FEN),
    )


def _amount(number: int | None, unit: Unit) -> Amount | None:
    return None if number is None else Amount(number, unit)


def _best(known: Iterable[Measures]) -> Measures:
    told = list(known)
    best: dict[str, Amount | None] = {}
    for measure in MEASURES:
        amounts = [amount for each in told if (amount := getattr(each, measure)) is not None]
        best[measure] = min(amounts, key=lambda amount: amount.number, default=None)
    return Measures(**best, legal=None)


def _gap(own: Amount | None, theirs: Amount | None) -> int | None:
    if own is None or theirs is None or not rules.is_comparable(own, theirs):
        return None
    return own.number - theirs.number


def by_unit_behind(found: Iterable[Distance]) -> list[UnitDistance]:
    """Add up distances by unit, the unit with most items behind first."""
    groups: dict[str, list[Distance]] = defaultdict(list)
    for each in found:
        groups[each.unit].append(each)
    told = []
    for unit, mine in groups.items():
        gaps = {}
        for measure in MEASURES:
            known = [gap for each in mine if (gap := each.gaps[measure]) is not None]
            gaps[measure] = (sum(known), len(known))
        told.append(UnitDistance(unit, len(mine), sum(each.is_behind for each in mine), gaps))
    return sorted(told, key=lambda each: (-each.behind, each.name))
