"""Listings of the provincial registries are filed with the province by night, a row at a time (代发布)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from yichuang.domains.catalogue import queries
from yichuang.domains.catalogue.commands.drafting import unit_id
from yichuang.domains.catalogue.events import ListingsFiled
from yichuang.domains.catalogue.models import ItemListing, ListingFiling
from yichuang.domains.catalogue.terms import PROVINCE, FilingKind
from yichuang.foundation.connections import commands as connection_commands
from yichuang.foundation.connections import queries as systems
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.terms import CHINA, SYSTEM, day_stream

SECONDS_A_DAY = 24 * 3600


def file_listings(*, at: datetime) -> int:
    """
    Order that what changed of the provincial registries is sent tonight; tell how many rows.

    Each row has its moment, so that no more go out in a minute than the rule allows; what does not fit into the window
    waits for the next night. A row is ordered once: running it again goes on where it was stopped. Nothing is ordered
    while the province is not connected.
    """
    pace = queries.filing_pace(local_day(at))
    if pace is None or not systems.is_open(PROVINCE):
        return 0
    room = _seconds_until(pace.until, at) * pace.per_minute // 60
    waiting = queries.unfiled(local_day(at), room)
    if not waiting:
        return 0
    with deed("file_listings", stream=day_stream("system", at), by=SYSTEM, at=at) as pen:
        bodies = queries.bodies_of_versions({(row.item_id, row.version) for row, _kind in waiting})
        for number, (row, kind) in enumerate(waiting):
            moment = at + timedelta(seconds=number * 60 // pace.per_minute)
            message = connection_commands.post(
                system=PROVINCE,
                kind=f"listing.{kind.value.lower()}",
                key=f"listing/{row.pk}/{kind.value.lower()}",
                body=_said(row, kind, bodies),
                at=moment,
            )
            ListingFiling.objects.create(listing=row, kind=kind, message=message, filed_at=at)
        gone = sum(kind == FilingKind.WITHDRAW for _row, kind in waiting)
        pen.record(ListingsFiled(system=PROVINCE, published=len(waiting) - gone, withdrawn=gone))
    return len(waiting)


def refile(*, filing_id: int, by: Actor, at: datetime) -> None:
    """
    Send a row again that the province refused or did not answer.

    :raises NotAllowed: `by` does not keep registries for the unit
    :raises NothingToRetry: it is on its way, or done
    """
    row = ListingFiling.objects.select_related("listing").get(pk=filing_id)
    acting = by.by_for("catalogue.keep_registries", unit_id(row.listing.unit_code))
    connection_commands.resend(message_id=row.message_id, by=acting, at=at)


def _said(row: ItemListing, kind: FilingKind, bodies: Mapping[tuple[str, int], Any]) -> dict[str, Any]:
    """Say what the province is told of one listing: the whole of what it publishes, or that it is gone."""
    named = {
        "registry": row.registry,
        "item": row.item_id,
        "unit": row.unit_code,
        "level": row.level,
        "region": row.region,
        "version": row.version,
    }
    return named if kind == FilingKind.WITHDRAW else named | {"definition": bodies[row.item_id, row.version]}


def _seconds_until(until: time, at: datetime) -> int:
    """Tell how long the window is still open: until that time of the same night."""
    here = at.astimezone(CHINA)
    end = datetime.combine(here.date(), until, tzinfo=CHINA)
    if end <= here:
        end += timedelta(days=1)
    return int((end - here).total_seconds()) % SECONDS_A_DAY
