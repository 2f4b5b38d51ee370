"""The four ways as they stand: shares of a registry, lists behind them, what is one element away, what changes do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from yichuang.domains.catalogue import rules
from yichuang.domains.catalogue.models import ItemListing, ItemWay, ServiceItem, WaysPublication, WayTarget, WhatIfRun
from yichuang.domains.catalogue.queries.listing import KIND, unit_names
from yichuang.domains.catalogue.queries.registries import listed_on
from yichuang.domains.catalogue.terms import Element, ElementChange, FourWay, Item, Registry, WayState
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.definitions.problems import NotInForce
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.models import Account, Unit
from yichuang.foundation.people.visibility import visible

WHOLE = "ALL"
"""In place of a registry: everything in force."""
CITY_RULE = "four_ways_city"
"""The dated rule with the shares that the city published."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    count: int
    base: int

    @property
    def percent(self) -> Decimal | None:
        """Give the share in percent, half up to two places; None of nothing."""
        return rules.percent(self.count, self.base)


@dataclass(frozen=True, slots=True)
class Ratio:
    """The share of one way in a registry, with what it is held against and what waits."""

    way: FourWay
    count: int
    base: int
    waiting: int
    """Rows that no department has confirmed."""
    questioned: int
    """Overrides that the elements no longer bear out as they did."""
    city: Decimal | None = None
    target: Decimal | None = None

    @property
    def percent(self) -> Decimal | None:
        """Give the share in percent; None of nothing."""
        return rules.percent(self.count, self.base)


@dataclass(frozen=True, slots=True)
class UnitShares:
    """One unit's items in a registry, and its share of each way."""

    code: str
    name: str
    items: int
    ways: dict[FourWay, Share]
    instant_items: Share
    """即办率: items that are 即办件 of all."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How far units lie apart in one way: best, median and worst share, and whose they are."""

    way: FourWay
    best: Decimal
    median: Decimal
    worst: Decimal
    best_units: tuple[str, ...]
    worst_units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NearMiss:
    """One item that one element alone keeps out of a way."""

    code: str
    name: str
    unit: str
    element: Element
    item: Item
    """The version in which it stands against it."""
    distance: int
    """By which such items are ordered: minutes above an hour, visits above one; 0 where it is yes or no."""
    is_candidate: bool
    """Promised within a day and nothing special: suggested for 即办."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to one way."""

    way: FourWay
    base: int
    before: int
    after: int
    gained: tuple[str, ...]

    @property
    def percent_before(self) -> Decimal | None:
        """Give today's share."""
        return rules.percent(self.before, self.base)

    @property
    def percent_after(self) -> Decimal | None:
        """Give the share as it would be."""
        return rules.percent(self.after, self.base)


def registry_names() -> list[tuple[str, str]]:
    """Name what shares may be counted over: registries that list anything, the base first, and everything in force."""
    there = set(ItemListing.objects.current().filter(valid_to=None).order_by().values_list("registry", flat=True))
    listed = [(each.value, str(each.label)) for each in Registry if each in there]
    return [*listed, (WHOLE, _("全部在用事项"))]


def base_registry() -> str:
    """Name the registry over which the four ways are counted: SIBAN; everything in force until it lists anything."""
    rows = ItemListing.objects.current().filter(registry=Registry.SIBAN, valid_to=None)
    return Registry.SIBAN.value if rows.exists() else WHOLE


def names_of(accounts: Iterable[int | None]) -> dict[int, str]:
    """Name the staff who did something."""
    wanted = {each for each in accounts if each is not None}
    return dict(Account.objects.filter(pk__in=wanted).values_list("pk", "name"))


def codes_by_task() -> dict[str, str]:
    """Give the codes of items by what people call them by: the code itself, or the 实施编码 where one item has it."""
    found: dict[str, str] = {}
    shared: set[str] = set()
    for code, task in ServiceItem.objects.values_list("code", "task_code"):
        if task in found:
            shared.add(task)
        found[task] = code
    kept = {task: code for task, code in found.items() if task and task not in shared}
    return kept | {code: code for code in all_codes()}


def all_codes() -> list[str]:
    """Name every item that was ever published."""
    return list(ServiceItem.objects.order_by("code").values_list("code", flat=True))


def last_ways(codes: Sequence[str]) -> QuerySet[ItemWay]:
    """Give the last row known of each way of these items, whether it still holds or has ended."""
    rows = ItemWay.objects.current()
    latest = rows.filter(item=OuterRef("item"), way=OuterRef("way")).order_by("-valid_from").values("pk")[:1]
    return rows.filter(item__in=codes, pk=Subquery(latest)).select_related("item")


def open_ways(codes: Sequence[str]) -> QuerySet[ItemWay]:
    """Give the rows of these items that hold for good as it is known now."""
    return ItemWay.objects.current().filter(item__in=codes, valid_to=None).select_related("item")


def way_row(code: str, way: FourWay) -> ItemWay:
    """Give the row of one way that holds for good."""
    return open_ways([code]).get(way=way)


def way_history(code: str) -> QuerySet[ItemWay]:
    """List everything that was ever known of the ways of an item, the latest knowledge first."""
    return ItemWay.objects.filter(item=code).order_by("-recorded_at", "-valid_from", "way")


def unit_ids(codes: Iterable[str]) -> dict[str, int]:
    """Give the ids of units by their codes."""
    return dict(Unit.objects.filter(code__in=set(codes)).values_list("code", "pk"))


def ways_in(registry: str, day: date, known_at: datetime | None = None) -> QuerySet[ItemWay]:
    """Give the ways of a registry's items on a day, as is known now or was known at a moment."""
    rows = ItemWay.objects.on(day, known_at)
    if registry != WHOLE:
        rows = rows.filter(item__in=listed_on(Registry(registry), day, known_at).values("item"))
    return rows


def ways_seen(actor: Actor, registry: str, day: date) -> QuerySet[ItemWay]:
    """Give of these what the actor may see."""
    return ways_in(registry, day).filter(item__in=visible(actor, ServiceItem, "ways").values("pk"))


def ratios(registry: str, day: date, known_at: datetime | None = None) -> list[Ratio]:
    """Give the share of each way in a registry on a day; the ways overlap and have no sum."""
    counted = {
        row["way"]: row
        for row in ways_in(registry, day, known_at)
        .filter(in_base=True)
        .order_by()
        .values("way")
        .annotate(
            base=Count("pk"),
            n=Count("pk", filter=Q(flag=True)),
            waiting=Count("pk", filter=Q(state=WayState.COMPUTED)),
            questioned=Count("pk", filter=Q(is_questioned=True)),
        )
    }
    city, targets = city_shares(day), targets_on(registry, day)
    nothing = {"n": 0, "base": 0, "waiting": 0, "questioned": 0}
    return [
        Ratio(way, told["n"], told["base"], told["waiting"], told["questioned"], city.get(way), targets.get(way))
        for way in FourWay
        for told in [counted.get(way, nothing)]
    ]


def city_shares(day: date) -> dict[FourWay, Decimal]:
    """Give the shares that the city published last by a day; none where it had not."""
    try:
        row = definitions.rule(CITY_RULE, day)
    except NotInForce:
        return {}
    return {way: Decimal(str(row.value[way])) for way in FourWay if way in row.value}


def quarter_of(day: date) -> str:
    """
    Name the quarter of a day.

    >>> quarter_of(date(2019, 10, 30))
    '2019Q4'
    """
    return f"{day.year}Q{(day.month + 2) // 3}"


def targets_on(registry: str, day: date) -> dict[FourWay, Decimal]:
    """Give the targets of the quarter of a day, as they stood on it."""
    rows = WayTarget.objects.on(day).filter(registry=registry, quarter=quarter_of(day))
    return {FourWay(row.way): Decimal(row.hundredths) / 100 for row in rows}


def targets(registry: str, day: date) -> QuerySet[WayTarget]:
    """List the targets of a registry as they stand on a day, by quarter."""
    return WayTarget.objects.on(day).filter(registry=registry).order_by("-quarter", "way")


def by_unit(registry: str, day: date) -> list[UnitShares]:
    """Give each unit's shares, the unit with most items first."""
    counts: dict[str, Counter[tuple[FourWay, str]]] = defaultdict(Counter)
    rows = ways_in(registry, day).values_list("item__unit_code", "way", "in_base", "flag", "decided_by")
    for unit, way, in_base, flag, decided_by in rows:
        told = counts[unit]
        told[FourWay(way), "items"] += 1
        if in_base:
            told[FourWay(way), "base"] += 1
            told[FourWay(way), "flag"] += flag
        if way == FourWay.INSTANT:
            told[FourWay.INSTANT, "handling"] += decided_by == Element.HANDLING
    names = unit_names(counts)
    shares = [
        UnitShares(
            code=unit,
            name=names[unit],
            items=told[FourWay.INSTANT, "items"],
            ways={way: Share(told[way, "flag"], told[way, "base"]) for way in FourWay},
            instant_items=Share(told[FourWay.INSTANT, "handling"], told[FourWay.INSTANT, "items"]),
        )
        for unit, told in counts.items()
    ]
    return sorted(shares, key=lambda each: (-each.items, each.code))


def spreads(units: Sequence[UnitShares], least: int = 1) -> list[Spread]:
    """Tell how far units with at least `least` items below the line lie apart, way by way."""
    found = []
    for way in FourWay:
        known = {
            each.name: percent
            for each in units
            if each.ways[way].base >= least and (percent := each.ways[way].percent) is not None
        }
        ends = rules.spread(known.values())
        if ends is None:
            continue
        best, median, worst = ends
        found.append(
            Spread(
                way,
                best,
                median,
                worst,
                tuple(name for name, percent in known.items() if percent == best),
                tuple(name for name, percent in known.items() if percent == worst),
            )
        )
    return found


def unconfirmed_by_unit(rows: QuerySet[ItemWay]) -> dict[str, int]:
    """Count by the name of the unit the items of which a way waits to be confirmed or looked at again."""
    waiting = rows.filter(Q(state=WayState.COMPUTED) | Q(is_questioned=True)).filter(in_base=True)
    counted = list(
        waiting.order_by().values_list("item__unit_code").annotate(n=Count("item", distinct=True)).order_by("-n")
    )
    names = unit_names(code for code, _n in counted)
    return {names[code]: n for code, n in counted}


def near_misses(actor: Actor, registry: str, way: FourWay, day: date) -> list[NearMiss]:
    """List the items that one element keeps out of a way, the nearest first."""
    rows = ways_seen(actor, registry, day).filter(way=way, in_base=True, flag=False, computed=False)
    rows = rows.exclude(decided_by__contains=" ").select_related("item")
    names = unit_names(row.item.unit_code for row in rows)
    found = [_near_miss(row, names[row.item.unit_code]) for row in rows]
    return sorted(found, key=lambda each: (not each.is_candidate, each.distance, each.name, each.code))


def candidates(actor: Actor, registry: str, day: date) -> list[NearMiss]:
    """List what is suggested for 即办: promised within a working day, without a special procedure."""
    return [each for each in near_misses(actor, registry, FourWay.INSTANT, day) if each.is_candidate]


def _near_miss(row: ItemWay, unit: str) -> NearMiss:
    item = version_of(row.item_id, row.version)
    (element,) = row.elements
    elements = rules.elements_of(item)
    return NearMiss(
        code=row.item_id,
        name=item.name,
        unit=unit,
        element=element,
        item=item,
        distance=rules.distance(elements, element),
        is_candidate=row.way == FourWay.INSTANT and rules.may_become_instant(elements),
    )


def version_of(code: str, version: int) -> Item:
    """Give one version of an item."""
    found = definitions.get(KIND, code, version)
    assert isinstance(found, Item)
    return found


def effects(registry: str, day: date, change: ElementChange, codes: Sequence[str]) -> list[Effect]:
    """Tell what a change of these items would do to each way; empty where the registry has none of them."""
    wanted = set(codes)
    rows = list(ways_in(registry, day).filter(in_base=True).order_by("item", "way"))
    changed: dict[str, dict[FourWay, bool]] = {}
    for row in rows:
        if row.item_id in wanted and row.item_id not in changed:
            elements = rules.changed(rules.elements_of(version_of(row.item_id, row.version)), change)
            changed[row.item_id] = {way: verdict.holds for way, verdict in rules.ways_of(elements).items()}
    if not changed:
        return []
    found = []
    for way in FourWay:
        mine = [row for row in rows if row.way == way]
        after = {row.item_id for row in mine if _flag_after(row, changed)}
        before = {row.item_id for row in mine if row.flag}
        found.append(Effect(way, len(mine), len(before), len(after), tuple(sorted(after - before))))
    return found


def _flag_after(row: ItemWay, changed: dict[str, dict[FourWay, bool]]) -> bool:
    if row.item_id not in changed or row.state == WayState.OVERRIDDEN:
        return row.flag
    return changed[row.item_id][FourWay(row.way)]


def what_ifs(limit: int = 50) -> QuerySet[WhatIfRun]:
    """List the changes that were tried, the newest first."""
    return WhatIfRun.objects.order_by("-pk").prefetch_related("effects")[:limit]


def what_if(pk: int) -> WhatIfRun | None:
    """Give one that was tried."""
    return WhatIfRun.objects.filter(pk=pk).prefetch_related("effects").first()


def published_ways(registry: str = WHOLE) -> WaysPublication | None:
    """Give the newest list that was made public."""
    return WaysPublication.objects.filter(registry=registry).order_by("-published_at").first()


def public_ways(publication: WaysPublication) -> QuerySet[ItemWay]:
    """Give the rows that a publication made public: those of its day, as they were known at its moment."""
    return ways_in(publication.registry, publication.on, publication.known_at).filter(in_base=True, flag=True)
