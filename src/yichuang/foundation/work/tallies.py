"""
Tallies: the narrow, dated rows that figures count, kept by the engine with every deed that changes them.

A tally says of one dossier what kind it is, whose, through which door it came, when it was opened, accepted and
concluded, until when it was owed, how much of the promise it used, and whether it was late. `as_of` reads them as they
stood at one moment, as they were known at another: the same two moments give the same rows for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet

from yichuang.foundation.records import realtime
from yichuang.foundation.records.prepared import Prepared, insert, update
from yichuang.foundation.work import timing
from yichuang.foundation.work.models import Clock, Dossier, Tally
from yichuang.foundation.work.terms import ClockKind
from yichuang.kernel import clocks as kernel
from yichuang.kernel.calendars import Office

DATED = ("id", "dossier", "valid_from", "valid_to", "recorded_at", "superseded_at")
"""What a tally says of itself; every other column is about the dossier."""

COLUMNS = tuple(each.attname for each in Tally._meta.concrete_fields if each.name not in DATED)
"""What a tally says of its dossier, in the order of the table."""

COPIED = (
    "kind",
    "item_code",
    "unit_id",
    "region",
    "channel",
    "source",
    "is_synthetic",
    "opened_at",
    "accepted_at",
    "concluded_at",
    "ended_at",
    "outcome",
)
"""Columns that stand on the dossier under the same name."""

BATCH = 500

STANDING = Prepared(lambda dossier_id: Tally.objects.filter(dossier_id=dossier_id, superseded_at=None))


def now() -> QuerySet[Tally]:
    """Give the latest tally of every dossier."""
    return Tally.objects.filter(superseded_at=None)


def as_of(moment: datetime, *, known_at: datetime | None = None) -> QuerySet[Tally]:
    """Give the tally of every dossier as it stood at a moment (business time), as it was known at `known_at`."""
    return Tally.objects.filter(standing(moment + timedelta(microseconds=1), known_at))


def standing(before: datetime, known_at: datetime | None = None) -> Q:
    """Filter tallies: those that stood just before a moment (the end of a day), as it was known then or is now."""
    still = Q(superseded_at=None) | Q(valid_to__gte=before)
    if known_at is None:
        return Q(valid_from__lt=before) & still
    return Q(valid_from__lt=before, recorded_at__lte=known_at) & (still | Q(superseded_at__gt=known_at))


def standing_apart(before: datetime, known_at: datetime | None = None) -> list[Q]:
    """Filter the same tallies as `standing` by what no row passes twice, so that each goes along its index."""
    if known_at is not None:
        return [standing(before, known_at)]
    left = Q(superseded_at__isnull=False)
    last = Tally.objects.filter(left).aggregate(last=Max("valid_to"))["last"]  # an index ends with it
    found = [Q(valid_from__lt=before, superseded_at=None)]
    return [*found, left & Q(valid_from__lt=before, valid_to__gte=before)] if last and last >= before else found


def keep(
    dossier: Dossier,
    clocks: Iterable[Clock],
    office: Office,
    *,
    since: datetime,
    recorded_at: datetime | None = None,
    is_first: bool = False,
) -> None:
    """Write what a deed changed, true from `since`; nothing where all of it stands already."""
    said = told(dossier, clocks, office)
    put(dossier.pk, said, since=since, recorded_at=recorded_at, is_first=is_first)


def put(
    dossier_id: int,
    said: Mapping[str, Any],
    *,
    since: datetime,
    recorded_at: datetime | None = None,
    is_first: bool = False,
) -> None:
    """
    Let a dossier's tally say this, true from `since`; the row before it ends there. We learnt it now or then.

    `is_first` where the dossier was made just now, so that there is no row before it.
    """
    row = None if is_first else STANDING.first(dossier_id)
    if row is not None and all(getattr(row, column) == value for column, value in said.items()):
        return
    valid_from, recorded_at = min(since, said["opened_at"]), recorded_at or realtime.database_now()
    if row is not None:
        valid_from = max(since, row.valid_from)
        row.valid_to, row.superseded_at = valid_from, recorded_at
        update(row, "valid_to", "superseded_at")
    insert(Tally(dossier_id=dossier_id, valid_from=valid_from, recorded_at=recorded_at, **said))


def told(dossier: Dossier, clocks: Iterable[Clock], office: Office) -> dict[str, Any]:
    """Work out what a tally says of a dossier, from its row and its own clocks alone."""
    said = {column: getattr(dossier, column) for column in COPIED}
    latest = {row.kind: row for row in sorted(clocks, key=lambda each: (each.attempt, each.pk))}
    promise, legal = latest.get(ClockKind.PROMISE), latest.get(ClockKind.LEGAL)
    return (
        said
        | _limit("promise", promise)
        | _limit("legal", legal)
        | {
            "due_at": _due(promise, office),
            "legal_due_at": _due(legal, office),
            "used": _used(dossier, promise, office),
            "is_late": _is_late(dossier, promise, office),
            "is_late_legally": _is_late(dossier, legal, office),
        }
    )


def missing() -> QuerySet[Dossier]:
    """List the dossiers that have no tally: those of a folder from before there were any."""
    return Dossier.objects.filter(tallies=None).order_by("pk")


def catch_up(*, limit: int = BATCH) -> int:
    """Write the tallies that are missing, as the dossiers stand now; tell how many of at most `limit`."""
    office, recorded_at = timing.office(), realtime.database_now()
    rows = [
        Tally(dossier=row, valid_from=row.opened_at, recorded_at=recorded_at, **told(row, _own(row), office))
        for row in missing()[:limit]
    ]
    Tally.objects.bulk_create(rows, ignore_conflicts=True)  # a deed may have been quicker
    return len(rows)


def _own(dossier: Dossier) -> QuerySet[Clock]:
    return timing.with_ledger(Clock.objects.filter(dossier=dossier, step=None))


def _limit(name: str, row: Clock | None) -> dict[str, Any]:
    return {f"{name}_limit": row.limit if row else None, f"{name}_unit": row.unit if row else ""}


def _due(row: Clock | None, office: Office) -> datetime | None:
    """Give the due date: that of a stopped clock counts a pause that ended with it."""
    if row is None or row.stopped_at is None:
        return row.due_at if row else None
    return kernel.due(timing.clock_of(row), office)


def _used(dossier: Dossier, row: Clock | None, office: Office) -> int | None:
    if row is None or dossier.concluded_at is None:
        return None
    return int(kernel.used(timing.clock_of(row), row.stopped_at or dossier.concluded_at, office))


def _is_late(dossier: Dossier, row: Clock | None, office: Office) -> bool | None:
    if row is None or dossier.concluded_at is None:
        return None
    clock = timing.clock_of(row)
    return kernel.was_late(clock, office) if row.stopped_at else kernel.is_overdue(clock, dossier.concluded_at, office)
