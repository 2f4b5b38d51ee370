"""Registries: enter items of bodies, check all of them, publish thousands in one deed, take some back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from yichuang.domains.catalogue import queries
from yichuang.domains.catalogue.events import (
    ListingsEntered,
    ListingsOrdered,
    ListingsPublished,
    ListingsWithdrawn,
)
from yichuang.domains.catalogue.models import ItemListing, ListingEntry, ListingRun, ServiceItem
from yichuang.domains.catalogue.rules.listing import EntryOf, Verdict, level_of, verdicts
from yichuang.domains.catalogue.terms import EntryState, Registry, RunState
from yichuang.foundation.jobs import commands as jobs
from yichuang.foundation.people.actors import Actor, NotAllowed, local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.dated import Said, write
from yichuang.foundation.records.terms import By, day_stream
from yichuang.kernel.errors import NotPossible
from yichuang.kernel.ledger import canonical

LISTING_JOB = "catalogue.publish_listings"
KEEP = "catalogue.keep_registries"
BATCH = 500
Told = Callable[[ListingRun], None]


class UnknownEntries(NotPossible):
    """Only items and units that are here can be entered; all others are named at once."""

    code = "catalogue.unknown_entries"

    def __init__(self, items: Iterable[str], units: Iterable[str]) -> None:
        self.items, self.units = tuple(items), tuple(units)
        said = []
        if self.items:
            said.append(_("没有这些事项：%(codes)s。") % {"codes": "、".join(self.items)})
        if self.units:
            said.append(_("没有这些单位：%(codes)s。") % {"codes": "、".join(self.units)})
        super().__init__("".join(said) + _("一条也没有录入，请改正后重新提交。"))


class RunStands(NotPossible):
    """A registry is published by one run at a time."""

    code = "catalogue.listing_run_stands"

    def __init__(self) -> None:
        super().__init__(_("这个事项库正在发布，请等它完成后再试。"))


class NothingEntered(NotPossible):
    """There is nothing in the registry that could be published or taken back."""

    code = "catalogue.nothing_entered"

    def __init__(self) -> None:
        super().__init__(_("没有可处理的条目。请先录入事项，或先选择要撤回的条目。"))


@dataclass(frozen=True, slots=True)
class Entered:
    """How many entries are new, and how many stood already."""

    new: int
    known: int


def enter_listings(*, registry: Registry, pairs: Iterable[tuple[str, str]], by: Actor, at: datetime) -> Entered:
    """
    Enter items of bodies (item, unit) for a registry; those that stand already are passed over, withdrawn ones return.

    :raises UnknownEntries: an item or a unit is not here; nothing is entered
    :raises NotAllowed: `by` does not keep registries for one of the units
    """
    wanted = list(dict.fromkeys(pairs))
    units = _units(unit for _item, unit in wanted)
    items = dict(_items(item for item, _unit in wanted))
    lost = ({item for item, _ in wanted} - set(items), {unit for _, unit in wanted} - set(units))
    if any(lost):
        raise UnknownEntries(sorted(lost[0]), sorted(lost[1]))
    acting = _acting(by, units.values())
    standing = queries.entries_of(registry)
    fresh = [pair for pair in wanted if standing.get(pair, EntryState.WITHDRAWN) == EntryState.WITHDRAWN]
    if not fresh:
        return Entered(0, len(wanted))
    with deed("enter_listings", stream=day_stream("system", at), by=acting, at=at) as pen:
        ListingEntry.objects.bulk_create(
            [
                ListingEntry(
                    registry=registry,
                    item_id=item,
                    unit_code=unit,
                    level=level_of(units[unit].kind, items[item]),
                    region=units[unit].region_id,
                    state=EntryState.ENTERED,
                    entered_at=at,
                )
                for item, unit in fresh
            ],
            update_conflicts=True,
            unique_fields=["registry", "item", "unit_code"],
            update_fields=["level", "region", "state", "entered_at"],
            batch_size=BATCH,
        )
        pen.record(ListingsEntered(registry=registry, entries=len(fresh), digest=digest_of(fresh)))
    return Entered(len(fresh), len(wanted) - len(fresh))


def order_listings(*, registry: Registry, by: Actor, at: datetime) -> ListingRun:
    """
    Let a job check and publish everything of a registry that is entered; its row tells how far it is.

    :raises NotAllowed: `by` does not keep registries
    :raises RunStands: the registry is being published
    :raises NothingEntered: nothing waits
    """
    run = _order(registry, by, at)
    jobs.enqueue(LISTING_JOB, str(run.pk), at)
    return run


def publish_listings(*, registry: Registry, by: Actor, at: datetime, tell: Told | None = None) -> ListingRun:
    """
    Check and publish everything of a registry that is entered, here and now; `tell` hears how far it is.

    :raises NotAllowed: `by` does not keep registries
    :raises RunStands: the registry is being published
    :raises NothingEntered: nothing waits
    """
    return run_listings(run_id=_order(registry, by, at).pk, at=at, tell=tell)


def run_listings(*, run_id: int, at: datetime, tell: Told | None = None) -> ListingRun:
    """
    Do what was ordered: check by batches, then list all that are sound in one deed with one record.

    Safe to run again where it was stopped: what was checked stays checked, and what was listed is listed once.
    """
    run = ListingRun.objects.get(pk=run_id)
    if run.state == RunState.DONE:
        return run
    say = tell or (lambda _run: None)
    waiting = list(queries.waiting_entries(Registry(run.registry)))
    run.state, run.total, run.checked = RunState.CHECKING, len(waiting), 0
    run.save(update_fields=["state", "total", "checked"])
    sound: list[tuple[ListingEntry, int]] = []
    for batch, found in _checked(waiting, at):
        with transaction.atomic():
            _keep(batch, found, at)
            run.checked += len(batch)
            run.save(update_fields=["checked"])
        sound += [(entry, verdict.version) for entry, verdict in zip(batch, found, strict=True) if not verdict.flaws]
        say(run)
    run.state = RunState.WRITING
    run.save(update_fields=["state"])
    say(run)
    _list(run, sound, at)
    say(run)
    return run


def withdraw_listings(
    *, registry: Registry, pairs: Iterable[tuple[str, str]], reason: str, by: Actor, at: datetime
) -> int:
    """
    Take entries (item, unit) out of a registry, listed or not; tell how many.

    :raises NotAllowed: `by` does not keep registries for one of the units
    :raises NothingEntered: none of them stands in the registry
    """
    standing = queries.entries_of(registry)
    gone = [pair for pair in dict.fromkeys(pairs) if standing.get(pair, EntryState.WITHDRAWN) != EntryState.WITHDRAWN]
    if not gone:
        raise NothingEntered
    acting = _acting(by, _units(unit for _item, unit in gone).values())
    day = local_day(at)
    with deed("withdraw_listings", stream=day_stream("system", at), by=acting, at=at) as pen:
        write(ItemListing, [Said(_key(registry, item, unit), None, day) for item, unit in gone])
        wanted = set(gone)
        rows = ListingEntry.objects.filter(registry=registry, item__in={item for item, _ in gone})
        keys = [row.pk for row in rows if (row.item_id, row.unit_code) in wanted]
        ListingEntry.objects.filter(pk__in=keys).update(state=EntryState.WITHDRAWN, published_at=None)
        pen.record(
            ListingsWithdrawn(registry=registry, entries=len(gone), digest=digest_of(gone), reason=reason.strip())
        )
    return len(gone)


def digest_of(pairs: Iterable[tuple[str, str] | tuple[str, str, int]]) -> str:
    """Give the digest over a list of entries, whatever their order."""
    return sha256(canonical(sorted(list(each) for each in pairs))).hexdigest()


def _order(registry: Registry, by: Actor, at: datetime) -> ListingRun:
    units = set(queries.waiting_entries(registry).order_by().values_list("unit_code", flat=True))
    if not units:
        raise NothingEntered
    acting = _acting(by, _units(units).values())
    with deed("order_listings", stream=day_stream("system", at), by=acting, at=at) as pen:
        if ListingRun.objects.select_for_update().filter(registry=registry).exclude(state=RunState.DONE).exists():
            raise RunStands
        total = queries.waiting_entries(registry).count()
        run = ListingRun.objects.create(registry=registry, total=total, ordered_by=str(acting), ordered_at=at)
        pen.record(ListingsOrdered(run=run.pk, registry=registry, entries=total))
    return run


def _checked(waiting: list[ListingEntry], at: datetime) -> Iterator[tuple[list[ListingEntry], list[Verdict]]]:
    """Check entries by batches; an item that many bodies list is checked once for each level."""
    on = local_day(at)
    judge = verdicts(on, queries.known(on))
    for start in range(0, len(waiting), BATCH):
        batch = waiting[start : start + BATCH]
        bodies = queries.bodies_in_force({entry.item_id for entry in batch}, on)
        asked = [EntryOf(entry.item_id, entry.unit_code, entry.level, entry.region) for entry in batch]
        yield batch, [judge(each, bodies.get(each.item)) for each in asked]


def _keep(batch: list[ListingEntry], found: list[Verdict], at: datetime) -> None:
    """Note what the check found: few statements, as most are sound and of few versions."""
    sound: dict[int, list[int]] = {}
    faulty = []
    for entry, verdict in zip(batch, found, strict=True):
        if verdict.flaws:
            entry.state, entry.flaws, entry.checked_at = EntryState.FAULTY, "\n".join(verdict.flaws), at
            entry.version = verdict.version or None
            faulty.append(entry)
        else:
            sound.setdefault(verdict.version, []).append(entry.pk)
    for version, keys in sound.items():
        ListingEntry.objects.filter(pk__in=keys).update(
            state=EntryState.CHECKED, flaws="", version=version, checked_at=at
        )
    ListingEntry.objects.bulk_update(faulty, ["state", "flaws", "checked_at", "version"], batch_size=100)


def _list(run: ListingRun, sound: list[tuple[ListingEntry, int]], at: datetime) -> None:
    """Write the dated rows of all that are sound in one deed, and one record with the digest over them."""
    registry, day = Registry(run.registry), local_day(at)
    with deed("publish_listings", stream=day_stream("system", at), by=By.parse(run.ordered_by), at=at) as pen:
        published_at = queries.first_published(registry)
        write(
            ItemListing,
            [
                Said(
                    _key(registry, entry.item_id, entry.unit_code),
                    {
                        "level": entry.level,
                        "region": entry.region,
                        "version": version,
                        "published_at": published_at.get((entry.item_id, entry.unit_code), at),
                    },
                    day,
                )
                for entry, version in sound
            ],
        )
        keys = [entry.pk for entry, _version in sound]
        for start in range(0, len(keys), BATCH):
            ListingEntry.objects.filter(pk__in=keys[start : start + BATCH]).update(
                state=EntryState.PUBLISHED, published_at=at
            )
        run.state, run.ended_at, run.published = RunState.DONE, at, len(sound)
        run.faulty = run.total - len(sound)
        run.digest = digest_of((entry.item_id, entry.unit_code, version) for entry, version in sound)
        run.save()
        pen.record(
            ListingsPublished(
                run=run.pk,
                registry=registry,
                published=run.published,
                faulty=run.faulty,
                levels=_by_level(entry for entry, _version in sound),
                digest=run.digest,
            )
        )


def _by_level(entries: Iterable[ListingEntry]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for entry in entries:
        counts[entry.level] = counts.get(entry.level, 0) + 1
    return dict(sorted(counts.items()))


def _key(registry: Registry, item: str, unit: str) -> dict[str, object]:
    return {"item_id": item, "registry": registry.value, "unit_code": unit}


def _items(codes: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Give code and level of the items that are here."""
    wanted = list(set(codes))
    for start in range(0, len(wanted), BATCH):
        yield from ServiceItem.objects.filter(pk__in=wanted[start : start + BATCH]).values_list("code", "level")


def _units(codes: Iterable[str]) -> dict[str, Unit]:
    return {unit.code: unit for unit in Unit.objects.filter(code__in=set(codes))}


def _acting(by: Actor, units: Iterable[Unit]) -> By:
    """Say who acts, if it is his to keep registries for every one of the units."""
    reach = by.units(KEEP)
    if reach is not None and any(unit.pk not in reach for unit in units):
        raise NotAllowed(KEEP)
    return by.by_for(KEEP)
