"""What goes to the province: what waits to be filed, what was, how it ended there and why, where the books differ."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from yichuang.domains.catalogue.models import ItemListing, ListingFiling
from yichuang.domains.catalogue.queries.listing import KIND
from yichuang.domains.catalogue.terms import PROVINCE, FilingKind, Registry
from yichuang.foundation.connections import queries as connections
from yichuang.foundation.connections.models import Difference
from yichuang.foundation.connections.terms import MessageState
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.definitions.folders import exact
from yichuang.foundation.definitions.problems import NotInForce
from yichuang.foundation.people.actors import Actor, Reach
from yichuang.foundation.people.models import Unit
from yichuang.foundation.people.visibility import register_scope, visible

PACE_RULE = "province_filing_pace"
FILED = (Registry.HB_ONE_NET, Registry.HB_V3)
"""The registries that the province keeps itself."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many rows a minute the province takes, and until which time of the night."""

    per_minute: int
    until: time


@dataclass(frozen=True, slots=True)
class FilingFilters:
    """What the list of filings is narrowed to; their names are those of the address."""

    q: str = ""
    state: str = ""
    unit: str = ""


def register() -> None:
    """Tell the one filter: filings are seen by the staff who may see registries, each those of its units."""
    register_scope(ListingFiling, permission="catalogue.registries", units=_of_units)


def _of_units(reach: Reach) -> Q:
    return Q(listing__unit_code__in=Unit.objects.filter(pk__in=reach.units).values("code"))


def filing_pace(on: date) -> Pace | None:
    """Give the pace that the rule sets on a day; None where nothing is to be sent."""
    try:
        row = definitions.rule(PACE_RULE, on)
    except NotInForce:
        return None
    return Pace(int(row.value["per_minute"]), time.fromisoformat(str(row.value["until"])))


def unfiled(on: date, most: int) -> list[tuple[ItemListing, FilingKind]]:
    """
    Give what the province does not know yet on a day, at most so many: listings first, the oldest first.

    What was taken back is told where its listing had been filed and nothing newer is listed of it.
    """
    filed = ListingFiling.objects.filter(listing=OuterRef("pk"))
    rows = ItemListing.objects.on(on).filter(registry__in=FILED)
    new = rows.exclude(Exists(filed.filter(kind=FilingKind.PUBLISH))).order_by("pk")[: max(most, 0)]
    found = [(row, FilingKind.PUBLISH) for row in new]
    if (room := most - len(found)) <= 0:
        return found
    now = rows.filter(item=OuterRef("item"), registry=OuterRef("registry"), unit_code=OuterRef("unit_code"))
    gone = (
        ItemListing.objects.filter(Exists(filed.filter(kind=FilingKind.PUBLISH)))
        .exclude(Exists(filed.filter(kind=FilingKind.WITHDRAW)))
        .exclude(Exists(now))
        .order_by("pk")
    )
    return [*found, *((row, FilingKind.WITHDRAW) for row in gone[:room])]


def bodies_of_versions(wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], Any]:
    """Give the bodies of published versions, in one statement."""
    rows = definitions.published(KIND).filter(code__in={code for code, _version in wanted})
    found = rows.values_list("code", "version", "body")
    return {(code, version): exact(body) for code, version, body in found if (code, version) in wanted}


def filings(actor: Actor, filters: FilingFilters = FilingFilters()) -> QuerySet[ListingFiling]:
    """List what was filed, the newest first."""
    rows = _narrowed(actor, filters)
    if filters.state in MessageState.values:
        rows = rows.filter(message__state=filters.state)
    return rows.select_related("listing__item", "message").order_by("-pk")


def filing_counts(actor: Actor, filters: FilingFilters = FilingFilters()) -> dict[str, int]:
    """Count the filings of each state under the other filters, under "" all of them."""
    rows = _narrowed(actor, filters).order_by().values_list("message__state").annotate(n=Count("pk"))
    found = dict(rows)
    return {"": sum(found.values())} | {state: found.get(state, 0) for state in MessageState.values}


def units_filed(actor: Actor) -> list[str]:
    """Name the units of whose listings something was filed."""
    return sorted(set(visible(actor, ListingFiling).order_by().values_list("listing__unit_code", flat=True)))


def filing_differences() -> QuerySet[Difference]:
    """List where the book of the province differs from ours (省级不一致), the newest day first."""
    return connections.differences(system=PROVINCE)


def _narrowed(actor: Actor, filters: FilingFilters) -> QuerySet[ListingFiling]:
    rows = visible(actor, ListingFiling)
    if filters.q:
        rows = rows.filter(Q(listing__item__name__icontains=filters.q) | Q(listing__item__code__iexact=filters.q))
    return rows.filter(listing__unit_code=filters.unit) if filters.unit else rows
