"""Tasks to claim, by unit and by day; the map of codes; what is handled in the whole province; what streets handle."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from yichuang.domains.catalogue.models import ClaimTask, ItemCodeMap, ItemPlace, ServiceItem, StreetItem
from yichuang.domains.catalogue.queries.listing import KIND, by_name, unit_names
from yichuang.domains.catalogue.terms import ClaimState, HandleArea, ProvinceMode, StreetMode, StreetOrigin
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import Actor, Reach, local_day
from yichuang.foundation.people.models import Appointment, Unit
from yichuang.foundation.people.terms import UnitKind
from yichuang.foundation.people.visibility import register_scope, visible

OPEN_CLAIMS = (
    ClaimState.TO_CLAIM,
    ClaimState.CLAIMED,
    ClaimState.FILLED,
    ClaimState.CHECKED,
    ClaimState.REJECTED,
)
LATE = "late"
"""In a filter: a task whose day has passed and that is not published."""


def register() -> None:
    """Tell the one filter: tasks are seen by the staff who may see registries, each those of its units."""
    register_scope(ClaimTask, permission="catalogue.registries", units=_of_units)


def _of_units(reach: Reach) -> Q:
    return Q(unit_code__in=Unit.objects.filter(pk__in=reach.units).values("code"))


@dataclass(frozen=True, slots=True)
class ClaimFilters:
    """What the list of tasks is narrowed to; their names are those of the address."""

    state: str = ""
    unit: str = ""
    q: str = ""


@dataclass(frozen=True, slots=True)
class UnitClaims:
    """How far a unit is with its tasks."""

    unit: str
    name: str
    total: int
    claimed: int
    filled: int
    published: int
    late: int


def claims(actor: Actor, filters: ClaimFilters, day: date) -> QuerySet[ClaimTask]:
    """List the tasks that the actor may see; the nearest day first."""
    rows = _narrowed(actor, filters)
    if filters.state == LATE:
        rows = rows.filter(_late(day))
    elif filters.state:
        rows = rows.filter(state=filters.state)
    return rows.order_by("due_on", "unit_code", "catalog_code")


def claim_counts(actor: Actor, filters: ClaimFilters, day: date) -> dict[str, int]:
    """Count the tasks of each state under the other filters, those that are late, and under "" all of them."""
    rows = _narrowed(actor, filters).order_by()
    found = dict(rows.values_list("state").annotate(n=Count("pk")))
    counts = {state: found.get(state, 0) for state in ClaimState.values}
    return {"": sum(counts.values())} | counts | {LATE: rows.filter(_late(day)).count()}


def claim_of(actor: Actor, task_id: int) -> ClaimTask | None:
    """Give one task, if the actor may see it."""
    return visible(actor, ClaimTask).filter(pk=task_id).first()


def claims_by_unit(actor: Actor, day: date) -> list[UnitClaims]:
    """Tell how far each unit is, the one with most late tasks first."""
    rows = (
        visible(actor, ClaimTask)
        .order_by()
        .values_list("unit_code")
        .annotate(
            n=Count("pk"),
            claimed=Count("pk", filter=Q(claimed_at__isnull=False)),
            filled=Count("pk", filter=Q(filled_at__isnull=False)),
            published=Count("pk", filter=Q(state=ClaimState.PUBLISHED)),
            late=Count("pk", filter=_late(day)),
        )
    )
    found = list(rows)
    names = unit_names(unit for unit, *_ in found)
    told = [UnitClaims(unit, names[unit], *numbers) for unit, *numbers in found]
    return sorted(told, key=lambda each: (-each.late, each.unit))


def units_claiming(by: datetime) -> int:
    """Count the units that had claimed an item by a moment."""
    return ClaimTask.objects.filter(claimed_at__lte=by).values("unit_code").distinct().count()


def item_of_unit(code: str, unit: str) -> ServiceItem | None:
    """Give an item by its code, if it is the unit's."""
    return ServiceItem.objects.filter(pk=code, unit_code=unit).first()


def code_map(day: date, q: str = "") -> QuerySet[ItemCodeMap]:
    """List which new codes stand for old ones on a day; `q` is the beginning of either."""
    rows = ItemCodeMap.objects.on(day)
    if q:
        rows = rows.filter(Q(old_code__istartswith=q) | Q(new_code__istartswith=q))
    return rows.order_by("old_code", "new_code")


def new_codes(old: str, day: date) -> list[str]:
    """Give the new codes that stand for an old one on a day."""
    return list(code_map(day).filter(old_code=old).values_list("new_code", flat=True))


def province_wide(actor: Actor, mode: str = "") -> QuerySet[ServiceItem]:
    """List the items that are handled in the whole province or wider, by name."""
    wide = [HandleArea.NATION, HandleArea.PROVINCES, HandleArea.PROVINCE]
    rows = visible(actor, ServiceItem).filter(handle_area__in=wide)
    return by_name(rows.filter(province_mode=mode) if mode else rows)


def province_counts(actor: Actor) -> dict[ProvinceMode, int]:
    """Count the province-wide items of each mode."""
    found = dict(province_wide(actor).order_by().values_list("province_mode").annotate(n=Count("pk")))
    return {mode: found.get(mode.value, 0) for mode in ProvinceMode}


def street_items(day: date, *, mode: str = "", origin: str = "", street: str = "") -> QuerySet[StreetItem]:
    """List what streets handle on a day."""
    rows = StreetItem.objects.on(day).select_related("item")
    if mode:
        rows = rows.filter(mode=mode)
    if origin:
        rows = rows.filter(origin=origin)
    if street:
        rows = rows.filter(pk__in=[row.pk for row in StreetItem.objects.on(day) if street in row.street_codes])
    return rows.order_by("item")


def street_item(code: str, day: date) -> StreetItem | None:
    """Give one item as streets handle it on a day."""
    return StreetItem.objects.on(day).select_related("item").filter(item=code).first()


def street_modes(day: date, known_at: datetime | None = None) -> dict[StreetMode, int]:
    """Count the streets' items by mode: the parts add up to all of them."""
    rows = StreetItem.objects.on(day, known_at).order_by().values_list("mode").annotate(n=Count("pk"))
    found = dict(rows)
    return {mode: found.get(mode.value, 0) for mode in StreetMode}


def street_origins(day: date) -> dict[StreetOrigin, int]:
    """Count the streets' items by origin: the parts add up to all of them."""
    found = dict(StreetItem.objects.on(day).order_by().values_list("origin").annotate(n=Count("pk")))
    return {origin: found.get(origin.value, 0) for origin in StreetOrigin}


def by_street(day: date) -> Mapping[str, int]:
    """Count the items of each street by its code."""
    counts: dict[str, int] = {}
    for row in StreetItem.objects.on(day):
        for street in row.street_codes:
            counts[street] = counts.get(street, 0) + 1
    return counts


def items_with_flow(codes: Iterable[str], on: date) -> frozenset[str]:
    """Give those of some items whose steps are told, by a plan or by themselves."""
    found = definitions.all_in_force(KIND, on, set(codes))
    return frozenset(code for code, item in found.items() if item.plan or item.flow)


def streets() -> list[tuple[str, str]]:
    """List the streets and communities that may handle items, by their codes."""
    rows = Unit.objects.filter(kind__in=[UnitKind.STREET, UnitKind.COMMUNITY])
    return list(rows.order_by("rank", "code").values_list("code", "name"))


def places_of(codes: Iterable[str]) -> dict[str, list[str]]:
    """Name the places at which items are accepted."""
    found: dict[str, list[str]] = {}
    for code, name in ItemPlace.objects.filter(item__in=list(codes)).order_by("pk").values_list("item", "name"):
        found.setdefault(code, []).append(name)
    return found


def _late(day: date) -> Q:
    return Q(state__in=OPEN_CLAIMS, due_on__lt=day)


def _narrowed(actor: Actor, filters: ClaimFilters) -> QuerySet[ClaimTask]:
    rows = visible(actor, ClaimTask)
    if filters.unit:
        rows = rows.filter(unit_code=filters.unit)
    if filters.q:
        rows = rows.filter(Q(name__icontains=filters.q) | Q(catalog_code__istartswith=filters.q))
    return rows


def units_with(role: str, units: Collection[str], at: datetime) -> frozenset[str]:
    """Give those of some units in which somebody holds a role at a moment."""
    day = local_day(at)
    rows = Appointment.objects.filter(unit__code__in=units, role=role, valid_from__lte=day)
    rows = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
    return frozenset(rows.values_list("unit__code", flat=True))
