"""Rows and search follow the published definitions, thousands at once; and what is wanted is counted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any, TypeVar

from yichuang.domains.catalogue import queries
from yichuang.domains.catalogue.commands.savings import follow_reductions
from yichuang.domains.catalogue.commands.ways import follow_ways
from yichuang.domains.catalogue.events import CatalogueRefreshed, PopularityCounted
from yichuang.domains.catalogue.models import ItemPlace, ItemTheme, ItemVersion, ServiceItem
from yichuang.domains.catalogue.terms import HandleArea, Item, ItemState, Way
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.definitions.folders import exact
from yichuang.foundation.definitions.models import Definition
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.terms import SYSTEM, By, day_stream
from yichuang.foundation.search import commands as search
from yichuang.foundation.search.tokens import syllables


@dataclass(frozen=True, slots=True)
class _Now:
    """One item as the definitions have it today."""

    item: Item
    state: ItemState
    versions: tuple[Definition, ...]

    @property
    def row(self) -> dict[str, Any]:
        """Give the columns of `ServiceItem`."""
        item = self.item
        return {
            "state": self.state,
            "version": item.version,
            "name": item.name,
            "name_key": " ".join(syllables(item.name))[:400],
            "task_code": item.code,
            "catalog_code": item.catalog_code,
            "unit_code": item.unit,
            "level": item.level,
            "task_type": item.task_type,
            "handling": item.handling,
            "handling_system": item.handling_system,
            "handle_area": item.handle_area,
            "province_mode": item.province_mode or "",
            "for_persons": "person" in item.serves,
            "for_firms": "firm" in item.serves,
            "is_online": Way.ONLINE in item.ways,
            "at_window": Way.WINDOW in item.ways,
            "promise_limit": item.promise.limit if item.promise else None,
            "promise_unit": item.promise.unit if item.promise else "",
            "first_published_at": min(each.published_at for each in self.versions),
        }


def refresh(*, at: datetime, by: By = SYSTEM, codes: Collection[str] | None = None) -> int:
    """
    Let rows and search follow what is in force on the day of `at`; tell how many items opened, changed or closed.

    With `codes` only those items are looked at. Safe to run at any time and twice: where nothing changed nothing is
    written or recorded.
    """
    today = _today(at, codes)
    rows = queries.all_items()
    standing = {row.code: row for row in (rows if codes is None else rows.filter(code__in=codes))}
    stale = [now for now in today if _differs(now, standing.get(now.item.id))]
    if not stale:
        return 0
    with deed("refresh_catalogue", stream=day_stream("system", at), by=by, at=at) as pen:
        _write(stale, standing)
        codes = [now.item.id for now in stale]
        follow_ways(codes, pen)
        follow_reductions(codes, pen)
        opened, changed, closed = _told(stale, standing)
        pen.record(CatalogueRefreshed(opened=opened, changed=changed, closed=closed))
    return len(stale)


def count_popularity(*, at: datetime, by: By = SYSTEM) -> int:
    """Count the applications of the year before `at`, by which equals are ordered; tell how many items moved."""
    counts = queries.applications_of_the_year(at)
    moved = [row for row in queries.all_items() if row.popularity != counts.get(row.code, 0)]
    if not moved:
        return 0
    with deed("count_popularity", stream=day_stream("system", at), by=by, at=at) as pen:
        for row in moved:
            row.popularity = counts.get(row.code, 0)
        ServiceItem.objects.bulk_update(moved, ["popularity"], batch_size=200)
        search.set_popularity(queries.KIND, counts)
        pen.record(PopularityCounted(items=len(moved)))
    return len(moved)


def _today(at: datetime, codes: Collection[str] | None) -> list[_Now]:
    day = local_day(at)
    in_force = definitions.all_in_force("item", day, codes)
    versions: dict[str, list[Definition]] = {}
    published = definitions.published("item").defer("body")
    for row in published if codes is None else published.filter(code__in=codes):
        versions.setdefault(row.code, []).append(row)
    found = []
    for code, rows in versions.items():
        usable = [row for row in rows if row.withdrawn_at is None] or rows
        item = in_force.get(code) or definitions.get("item", code, usable[0].version)
        coming = any(row.withdrawn_at is None and row.valid_from > day for row in rows)
        waiting = ItemState.COMING if coming else ItemState.ENDED
        found.append(_Now(item, ItemState.IN_FORCE if code in in_force else waiting, tuple(rows)))
    return found


def _differs(now: _Now, row: ServiceItem | None) -> bool:
    if row is None or any(getattr(row, name) != value for name, value in now.row.items()):
        return True
    return {(each.number, each.withdrawn_at, each.until) for each in row.versions.all()} != {
        (each.version, each.withdrawn_at, until) for each, until in _spans(now.versions)
    }


def _spans(versions: Iterable[Definition]) -> list[tuple[Definition, date | None]]:
    """
    Tell for each version the first day on which it is no longer the one in force, None while that is open.

    That is the day on which it ends, on which a newer one begins, or on which it was withdrawn: the first of them. A
    version that a newer one overtook before it began was never in force: it ends where it begins.
    """
    ordered = sorted(versions, key=lambda each: each.version)
    usable = [each for each in ordered if each.withdrawn_at is None]
    follows = {earlier.version: later.valid_from for earlier, later in pairwise(usable)}
    found = []
    for each in ordered:
        gone = local_day(each.withdrawn_at) if each.withdrawn_at else None
        ends = [day for day in (each.valid_to, follows.get(each.version), gone) if day is not None]
        found.append((each, max(min(ends), each.valid_from) if ends else None))
    return found


BATCH = 500
Part = TypeVar("Part", ItemTheme, ItemPlace)


def _write(stale: list[_Now], standing: dict[str, ServiceItem]) -> None:
    """Write rows, versions, themes, places and search, a few statements for all of them."""
    rows = [ServiceItem(code=now.item.id, **now.row) for now in stale]
    ServiceItem.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=list(stale[0].row),
        batch_size=BATCH,
    )
    areas = _areas(stale)
    ItemVersion.objects.bulk_create(
        [_version(now, each, until, areas[each.pk]) for now in stale for each, until in _spans(now.versions)],
        update_conflicts=True,
        unique_fields=["item", "number"],
        update_fields=["name", "valid_from", "valid_to", "handle_area", "published_at", "withdrawn_at", "until"],
        batch_size=BATCH,
    )
    _write_names(ItemTheme, {now.item.id: now.item.themes for now in stale})
    _write_names(ItemPlace, {now.item.id: now.item.points for now in stale})
    open_now = [now.item for now in stale if now.state == ItemState.IN_FORCE]
    wanted = {row.code: row.popularity for row in standing.values()}
    search.index_all(
        queries.KIND,
        (search.Thing(each.id, each.name, each.aliases, _text(each), wanted.get(each.id, 0)) for each in open_now),
    )
    search.forget(queries.KIND, *(now.item.id for now in stale if now.state != ItemState.IN_FORCE))


def _write_names(part: type[Part], names: Mapping[str, tuple[str, ...]]) -> None:
    part._default_manager.filter(item__in=list(names)).delete()
    rows = [part(item_id=code, name=name) for code, each in names.items() for name in dict.fromkeys(each)]
    part._default_manager.bulk_create(rows, batch_size=BATCH)


def _version(now: _Now, row: Definition, until: date | None, area: str) -> ItemVersion:
    return ItemVersion(
        item_id=now.item.id,
        number=row.version,
        name=row.name,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        until=until,
        handle_area=area,
        published_at=row.published_at,
        withdrawn_at=row.withdrawn_at,
    )


def _areas(stale: list[_Now]) -> dict[int, str]:
    """Tell where each version lets its item be handled, by row; bodies are read only of those that are not in force."""
    told = [(row, now.item) for now in stale for row in now.versions]
    found = {row.pk: str(item.handle_area) for row, item in told if row.version == item.version}
    others = [row.pk for row, _item in told if row.pk not in found]
    for start in range(0, len(others), BATCH):
        batch = Definition.objects.filter(pk__in=others[start : start + BATCH])
        for key, body in batch.values_list("pk", "body"):
            found[key] = str(exact(body).get("handle_area", HandleArea.DISTRICT.value))
    return found


def _text(item: Item) -> str:
    """Gather what else an item is found by: themes, result, materials, questions, its code."""
    said: Iterable[str] = (
        *item.themes,
        item.result_name,
        *(material.name for material in item.materials),
        *(choice.label for situation in item.situations for choice in situation.choices),
        *(faq.question for faq in item.faq),
        item.code,
        item.catalog_code,
    )
    return " ".join(dict.fromkeys(said))


def _told(
    stale: Iterable[_Now], standing: dict[str, ServiceItem]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    opened: list[str] = []
    changed: list[str] = []
    closed: list[str] = []
    for now in stale:
        row = standing.get(now.item.id)
        was_open = row is not None and row.state == ItemState.IN_FORCE
        is_open = now.state == ItemState.IN_FORCE
        (changed if was_open == is_open else opened if is_open else closed).append(now.item.id)
    return tuple(opened), tuple(changed), tuple(closed)
