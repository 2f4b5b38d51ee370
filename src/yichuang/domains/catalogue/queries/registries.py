"""Registries: what is entered, what waits, what is listed on a day, counts by level and by body, reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from yichuang.domains.catalogue.models import ClaimTask, ItemListing, ListingEntry, ListingRun, ServiceItem, StreetItem
from yichuang.domains.catalogue.queries.listing import KIND, unit_names
from yichuang.domains.catalogue.terms import ClaimState, EntryState, ItemState, Registry, RunState, UseLevel
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.definitions.folders import exact
from yichuang.foundation.people.actors import Actor, Reach
from yichuang.foundation.people.models import Unit
from yichuang.foundation.people.visibility import register_scope, visible

BATCH = 500


def register() -> None:
    """Tell the one filter: entries are seen by the staff who may see registries, each those of its units."""
    register_scope(ListingEntry, permission="catalogue.registries", units=_of_units)


def _of_units(reach: Reach) -> Q:
    return Q(unit_code__in=Unit.objects.filter(pk__in=reach.units).values("code"))


@dataclass(frozen=True, slots=True)
class EntryFilters:
    """What the list of entries is narrowed to; their names are those of the address."""

    q: str = ""
    state: str = ""
    level: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """One line of a count: what it counts, how many are listed, wait, and are faulty."""

    code: str
    label: str
    listed: int
    waiting: int
    faulty: int


def entries(actor: Actor, registry: Registry, filters: EntryFilters = EntryFilters()) -> QuerySet[ListingEntry]:
    """List the entries of a registry that the actor may see; the faulty ones first."""
    rows = _narrowed(actor, registry, filters)
    rows = rows.filter(state=filters.state) if filters.state else rows.exclude(state=EntryState.WITHDRAWN)
    return rows.select_related("item").order_by("state", "item", "unit_code")


def entry_counts(actor: Actor, registry: Registry, filters: EntryFilters = EntryFilters()) -> dict[str, int]:
    """Count the entries of each state under the other filters, under "" all that were not taken back."""
    counted = _narrowed(actor, registry, filters).order_by().values_list("state").annotate(n=Count("pk"))
    found = dict(counted)
    counts = {state: found.get(state, 0) for state in EntryState.values}
    return {"": sum(counts.values()) - counts[EntryState.WITHDRAWN]} | counts


def pairs_of(actor: Actor, registry: Registry, keys: Iterable[str]) -> list[tuple[str, str]]:
    """Give item and unit of some entries by their keys, as far as the actor may see them."""
    wanted = [key for key in keys if key.isdecimal() and len(key) < 12]
    rows = visible(actor, ListingEntry).filter(registry=registry, pk__in=wanted)
    return list(rows.values_list("item", "unit_code"))


def listings_of(actor: Actor, code: str) -> list[ListingEntry]:
    """List in which registries an item stands, for which bodies."""
    rows = visible(actor, ListingEntry).filter(item=code).exclude(state=EntryState.WITHDRAWN)
    return list(rows.order_by("registry", "level", "unit_code"))


def edition_of(registry: Registry) -> tuple[int, ListingRun | None]:
    """Tell the how manieth publication the last one was, and which."""
    done = ListingRun.objects.filter(registry=registry, state=RunState.DONE)
    return done.count(), done.order_by("-ended_at", "-pk").first()


def by_level(actor: Actor, registry: Registry) -> list[Counted]:
    """Count the entries of a registry by level, the highest first."""
    return _counted(actor, registry, "level", lambda codes: {each: str(UseLevel(each).label) for each in codes})


def by_body(actor: Actor, registry: Registry) -> list[Counted]:
    """Count the entries of a registry by body, the largest first."""
    found = _counted(actor, registry, "unit_code", unit_names)
    return sorted(found, key=lambda each: (-each.listed - each.waiting, each.code))


def listed_on(registry: Registry, day: date, known_at: datetime | None = None) -> QuerySet[ItemListing]:
    """Give what a registry lists on a day, as is known now or was known at a moment."""
    rows: QuerySet[ItemListing] = ItemListing.objects.on(day, known_at).filter(registry=registry)
    return rows


def listed_count(registry: Registry, day: date, levels: Collection[str] = (), known_at: datetime | None = None) -> int:
    """Count what a registry lists on a day, at some levels or at all."""
    rows = listed_on(registry, day, known_at)
    return rows.filter(level__in=levels).count() if levels else rows.count()


def entries_of(registry: Registry) -> dict[tuple[str, str], EntryState]:
    """Give the state of every entry of a registry, by item and unit."""
    rows = ListingEntry.objects.filter(registry=registry).values_list("item", "unit_code", "state")
    return {(item, unit): EntryState(state) for item, unit, state in rows.iterator(chunk_size=5000)}


def waiting_entries(registry: Registry) -> QuerySet[ListingEntry]:
    """List what a run has to check: what is not listed yet, and what is listed in an older version."""
    unlisted = Q(state__in=[EntryState.ENTERED, EntryState.FAULTY, EntryState.CHECKED])
    older = Q(state=EntryState.PUBLISHED) & ~Q(version=F("item__version"))
    return ListingEntry.objects.filter(registry=registry).filter(unlisted | older).order_by("item", "unit_code")


def first_published(registry: Registry) -> dict[tuple[str, str], datetime]:
    """Tell since when each entry is listed, for those that are."""
    rows = ItemListing.objects.current().filter(registry=registry, valid_to=None)
    return {(item, unit): at for item, unit, at in rows.values_list("item", "unit_code", "published_at")}


def bodies_in_force(codes: Collection[str], on: date) -> dict[str, dict[str, Any]]:
    """Give the bodies of items that are in force on a day, in a few statements."""
    wanted = definitions.versions_in_force(KIND, on, codes)
    rows = definitions.published(KIND).filter(code__in=list(wanted)).values_list("code", "version", "body")
    return {code: exact(body) for code, version, body in rows if wanted[code] == version}


def last_run(registry: Registry) -> ListingRun | None:
    """Give the newest run of a registry."""
    return ListingRun.objects.filter(registry=registry).order_by("-ordered_at", "-pk").first()


def is_running(registry: Registry) -> bool:
    """Tell whether a registry is being published."""
    return ListingRun.objects.filter(registry=registry).exclude(state=RunState.DONE).exists()


def proposed_entries(registry: Registry, day: date) -> Iterator[tuple[str, str]]:
    """
    Give the entries (item, unit) that the catalogue itself would enter for a registry on a day.

    Every item in force by its own body; in the provincial net also by each street that took it over. What is claimed
    of the national standard comes by its tasks, and what went down to the streets is what `StreetItem` says.
    """
    in_force = ServiceItem.objects.filter(state=ItemState.IN_FORCE)
    streets = StreetItem.objects.on(day)
    match registry:
        case Registry.STREET_DOWN:
            yield from in_force.filter(pk__in=streets.values("item")).values_list("code", "unit_code")
        case Registry.NATIONAL_STD:
            yield from ClaimTask.objects.filter(state=ClaimState.PUBLISHED).values_list("item_code", "unit_code")
        case Registry.SIBAN:
            yield from in_force.filter(level=UseLevel.DISTRICT).values_list("code", "unit_code")
        case _:
            yield from in_force.values_list("code", "unit_code")
            if registry == Registry.HB_ONE_NET:
                yield from ((row.item_id, street) for row in streets for street in row.street_codes)


def _narrowed(actor: Actor, registry: Registry, filters: EntryFilters) -> QuerySet[ListingEntry]:
    rows = visible(actor, ListingEntry).filter(registry=registry)
    if filters.level:
        rows = rows.filter(level=filters.level)
    if filters.unit:
        rows = rows.filter(unit_code=filters.unit)
    if filters.q:
        rows = rows.filter(Q(item__name__icontains=filters.q) | Q(item__code__iexact=filters.q))
    return rows


def _counted(
    actor: Actor, registry: Registry, column: str, names: Callable[[list[str]], Mapping[str, str]]
) -> list[Counted]:
    rows = visible(actor, ListingEntry).filter(registry=registry).order_by()
    counts: dict[str, Counter[str]] = {}
    for code, state, n in rows.values_list(column, "state").annotate(n=Count("pk")):
        counts.setdefault(code, Counter())[state] += n
    labels = names(list(counts))
    return [
        Counted(
            code,
            labels[code],
            counts[code][EntryState.PUBLISHED],
            counts[code][EntryState.ENTERED] + counts[code][EntryState.CHECKED],
            counts[code][EntryState.FAULTY],
        )
        for code in sorted(counts)
        if any(n for state, n in counts[code].items() if state != EntryState.WITHDRAWN)
    ]
