"""Lists of items with filters and counts, and finding one by what people call it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Collate

from yichuang.domains.catalogue.models import ItemPlace, ItemTheme, ServiceItem
from yichuang.domains.catalogue.terms import ItemState, Serves, Way
from yichuang.foundation.people.actors import SYSTEM, Actor, Reach
from yichuang.foundation.people.models import Unit
from yichuang.foundation.people.visibility import register_scope, visible
from yichuang.foundation.search import kinds as search_kinds
from yichuang.foundation.search.queries import search as find
from yichuang.foundation.search.terms import Hit
from yichuang.foundation.work import queries as work

KIND = "item"
"""What the search room calls an item."""
YEAR = timedelta(days=365)
MOST_HITS = 500


def register() -> None:
    """Tell the one filter: what is in force is public, the rest is for those who edit it. Let it be searched so."""
    register_scope(
        ServiceItem,
        permission="catalogue.view",
        purposes={"edit": "catalogue.edit", "drafts": "catalogue.drafts", "ways": "catalogue.ways"},
        everything=lambda reach: Q(state=ItemState.IN_FORCE),
        units=_of_units,
    )
    search_kinds.register_kind(KIND, _seen)


def _seen(actor: Actor, keys: Sequence[str]) -> QuerySet[ServiceItem, str]:
    return visible(actor, ServiceItem).filter(pk__in=keys).values_list("code", flat=True)


def _of_units(reach: Reach) -> Q:
    return Q(unit_code__in=Unit.objects.filter(pk__in=reach.units).values("code"))


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; an empty value leaves it wide. Their names are those of the address."""

    serves: str = ""
    unit: str = ""
    theme: str = ""
    way: str = ""
    place: str = ""

    def without(self, name: str) -> Filters:
        """Give the same filters but one."""
        return replace(self, **{name: ""})

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is filtered."""
        return self == Filters()


CONDITIONS: Mapping[str, Callable[[str], Q]] = {
    "serves": lambda value: Q(for_persons=True) if value == Serves.PERSON else Q(for_firms=True),
    "unit": lambda value: Q(unit_code=value),
    "theme": lambda value: Q(pk__in=ItemTheme.objects.filter(name=value).values("item")),
    "way": lambda value: Q(is_online=True) if value == Way.ONLINE else Q(at_window=True),
    "place": lambda value: Q(pk__in=ItemPlace.objects.filter(name=value).values("item")),
}


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter with how many items it would leave."""

    value: str
    label: str
    count: int
    chosen: bool


def all_items() -> QuerySet[ServiceItem]:
    """List every item that was ever published, for the deeds that follow the definitions."""
    return ServiceItem.objects.order_by("code").prefetch_related("versions")


def items(actor: Actor, filters: Filters = Filters(), purpose: str = "list") -> QuerySet[ServiceItem]:
    """List the items that the actor may see, by name."""
    return by_name(_narrowed(visible(actor, ServiceItem, purpose), filters))


def popular(actor: Actor, limit: int) -> list[ServiceItem]:
    """List what was wanted most in the last year; empty where nothing was ever applied for."""
    return list(visible(actor, ServiceItem).filter(popularity__gt=0).order_by("-popularity", "code")[:limit])


def themes(actor: Actor) -> list[tuple[str, int]]:
    """List the themes with the number of their items, the largest first."""
    rows = ItemTheme.objects.filter(item__in=visible(actor, ServiceItem))
    return list(rows.values_list("name").annotate(n=Count("item")).order_by("-n", "name"))


def options(rows: QuerySet[ServiceItem], filters: Filters) -> dict[str, list[Option]]:
    """
    Count for each filter what each of its values would leave, the other filters staying as they are.

    A value that would leave nothing is not listed, unless it is chosen.
    """
    found: dict[str, list[Option]] = {}
    for name, count in COUNTS.items():
        chosen = getattr(filters, name)
        listed = count(_narrowed(rows, filters.without(name)).order_by())
        if chosen and all(value != chosen for value, _, _ in listed):
            listed.append((chosen, chosen, 0))
        found[name] = [Option(value, label, n, value == chosen) for value, label, n in listed if n or value == chosen]
    return found


def search(query: str, actor: Actor) -> list[Hit]:
    """Find items by what people call them, best first."""
    return find(query, KIND, actor, MOST_HITS)


def applications_of_the_year(at: datetime) -> dict[str, int]:
    """Count the applications of the year before `at` for each item, by its code."""
    rows = work.dossiers(SYSTEM).filter(opened_at__gt=at - YEAR, opened_at__lte=at).exclude(item_code="")
    return dict(rows.order_by().values_list("item_code").annotate(n=Count("id")))


def by_name(rows: QuerySet[ServiceItem]) -> QuerySet[ServiceItem]:
    """Order by sound, the same on both databases."""
    collation = "C" if connection.vendor == "postgresql" else "BINARY"
    return rows.order_by(Collate(F("name_key"), collation), "code")


def _narrowed(rows: QuerySet[ServiceItem], filters: Filters) -> QuerySet[ServiceItem]:
    for name, condition in CONDITIONS.items():
        if value := getattr(filters, name):
            rows = rows.filter(condition(value))
    return rows


Counted = list[tuple[str, str, int]]


def _sides(rows: QuerySet[ServiceItem], columns: Mapping[Serves | Way, str]) -> Counted:
    counts = rows.aggregate(**{side.value: Count("pk", filter=Q(**{column: True})) for side, column in columns.items()})
    return [(side.value, str(side.label), counts[side.value]) for side in columns]


def _units(rows: QuerySet[ServiceItem]) -> Counted:
    counts = list(rows.values_list("unit_code").annotate(n=Count("pk")).order_by("-n", "unit_code"))
    names = unit_names(code for code, _ in counts)
    return [(code, names[code], n) for code, n in counts]


def _named(names: QuerySet[Any, Any]) -> Counted:
    return [(name, name, n) for name, n in names.annotate(n=Count("pk")).order_by("-n", "name")]


def _themes(rows: QuerySet[ServiceItem]) -> Counted:
    return _named(ItemTheme.objects.filter(item__in=rows).values_list("name"))


def _places(rows: QuerySet[ServiceItem]) -> Counted:
    return _named(ItemPlace.objects.filter(item__in=rows).values_list("name"))


def unit_names(codes: Iterable[str], *, in_short: bool = False) -> dict[str, str]:
    """Name units by their codes, where there is little room in short; one that is not loaded goes by its code."""
    wanted = set(codes)
    known = dict(Unit.objects.filter(code__in=wanted).values_list("code", "short_name" if in_short else "name"))
    return {code: known.get(code, code) for code in wanted}


COUNTS: Mapping[str, Callable[[QuerySet[ServiceItem]], Counted]] = {
    "serves": lambda rows: _sides(rows, {Serves.PERSON: "for_persons", Serves.FIRM: "for_firms"}),
    "unit": _units,
    "theme": _themes,
    "way": lambda rows: _sides(rows, {Way.ONLINE: "is_online", Way.WINDOW: "at_window"}),
    "place": _places,
}
