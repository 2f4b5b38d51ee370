"""
Rows that are true from a day to a day, and known since a moment: what figures may count (`semantics.md` §4).

A table inherits `Dated`, names what its rows are about in `KEY` and adds `dated_constraints`. `write` is its one
writer: it never changes what was said, it supersedes it, so that the same two times give the same rows for ever.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Self, TypeVar

from django.db import connection, models
from django.db.models import F, Q

from yichuang.foundation.records import realtime

BATCH = 200
"""Rows a statement: the embedded database takes few parameters."""


class DatedQuerySet(models.QuerySet[Any]):
    """Questions that every dated table answers."""

    def on(self, day: date, known_at: datetime | None = None) -> Self:
        """Give what was true on a day, as it is known now or was known at a moment."""
        rows = self.current() if known_at is None else self.known(known_at)
        return rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)

    def current(self) -> Self:
        """Give every span as it is known now."""
        return self.filter(superseded_at__isnull=True)

    def known(self, at: datetime) -> Self:
        """Give every span as it was known at a moment of the real clock."""
        return self.filter(Q(superseded_at__isnull=True) | Q(superseded_at__gt=at), recorded_at__lte=at)


DatedManager = models.Manager.from_queryset(DatedQuerySet)


class Dated(models.Model):
    """A row that holds on the days from `valid_from` until before `valid_to`, and is known since `recorded_at`."""

    KEY: ClassVar[tuple[str, ...]]
    """The columns that say what a row is about: of each key one row holds a day. Foreign keys end in `_id`."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, help_text="the first day on which it no longer holds")
    recorded_at = models.DateTimeField(help_text="when we learnt it: real clock of the database")
    superseded_at = models.DateTimeField(null=True, help_text="when we learnt better")

    objects = DatedManager()

    class Meta:
        abstract = True


def dated_constraints(name: str, *key: str) -> list[models.BaseConstraint]:
    """Give what the database itself holds of a dated table: one open row a key, one row a first day, order of days."""
    known = Q(superseded_at__isnull=True)
    return [
        models.UniqueConstraint(fields=key, condition=known & Q(valid_to__isnull=True), name=f"{name}_one_open"),
        models.UniqueConstraint(fields=[*key, "valid_from"], condition=known, name=f"{name}_one_a_day"),
        models.CheckConstraint(
            condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name=f"{name}_ends_after_it_begins"
        ),
    ]


@dataclass(frozen=True, slots=True)
class Said:
    """
    What is to hold of a key on the days from `valid_from` until before `valid_to`, for good where that is None.

    `values` None says that nothing holds. `key` has the columns of the table's `KEY`.
    """

    key: Mapping[str, Any]
    values: Mapping[str, Any] | None
    valid_from: date
    valid_to: date | None = None


M = TypeVar("M", bound=Dated)


def write(table: type[M], said: Iterable[Said]) -> list[M]:
    """
    Let `said` hold, later ones over earlier ones; give the rows that are new. Call it inside a deed.

    What held on other days stays: a row that is cut is superseded, and what is left of it is written anew. Where all of
    it holds already nothing is written.
    """
    assert connection.in_atomic_block, "dated rows are written in a deed"
    wanted = list(said)
    _lock(table)
    spans = _standing(table, wanted)
    old = {row.pk for rows in spans.values() for row in rows}
    for each in wanted:
        key = _key(table, each.key)
        spans[key] = _with(table, spans[key], each)
    kept = {row.pk for rows in spans.values() for row in rows if row.pk}
    new = [row for rows in spans.values() for row in rows if not row.pk]
    moment = realtime.database_now()
    for row in new:
        row.recorded_at = moment
    for some in _batches(sorted(old - kept)):
        table._default_manager.filter(pk__in=some).update(superseded_at=moment)
    table._default_manager.bulk_create(new, batch_size=BATCH)
    return new


def _batches(values: list[Any]) -> Iterator[list[Any]]:
    return (values[start : start + BATCH] for start in range(0, len(values), BATCH))


def _lock(table: type[Dated]) -> None:
    """Let writers of one table wait for each other: two who know nothing of one another would overlap."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [table._meta.db_table])


def _standing(table: type[M], wanted: list[Said]) -> dict[Hashable, list[M]]:
    """Give the rows known now of every key that is spoken of, by key."""
    found: dict[Hashable, list[M]] = defaultdict(list)
    keys = {_key(table, each.key) for each in wanted}
    first = table.KEY[0]
    for some in _batches(sorted({each.key[first] for each in wanted})):
        for row in table._default_manager.filter(**{f"{first}__in": some}, superseded_at__isnull=True):
            if (key := tuple(getattr(row, name) for name in table.KEY)) in keys:
                found[key].append(row)
    return found


def _key(table: type[Dated], key: Mapping[str, Any]) -> Hashable:
    assert set(key) == set(table.KEY), f"{table.__name__} is about {table.KEY}, not {tuple(key)}"
    return tuple(key[name] for name in table.KEY)


def _with(table: type[M], rows: list[M], said: Said) -> list[M]:
    """Give the spans of one key after `said`."""
    assert said.valid_to is None or said.valid_from < said.valid_to, "a span has a day"
    met = [row for row in rows if _meet(row, said)]
    if said.values is None and not met:
        return rows
    if len(met) == 1 and said.values is not None and _covers(met[0], said) and _holds(met[0], said.values):
        return rows
    left = [row for row in rows if row not in met]
    left += [piece for row in met for piece in _pieces(row, said)]
    if said.values is not None:
        left.append(table(**said.key, **said.values, valid_from=said.valid_from, valid_to=said.valid_to))
    return left


def _meet(row: Dated, said: Said) -> bool:
    begins_before_it_ends = said.valid_to is None or row.valid_from < said.valid_to
    return begins_before_it_ends and (row.valid_to is None or row.valid_to > said.valid_from)


def _covers(row: Dated, said: Said) -> bool:
    return row.valid_from <= said.valid_from and (
        row.valid_to is None or (said.valid_to is not None and said.valid_to <= row.valid_to)
    )


def _holds(row: Dated, values: Mapping[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in values.items())


def _pieces(row: M, said: Said) -> Iterator[M]:
    """Give what is left of a row beside the days of `said`."""
    if row.valid_from < said.valid_from:
        yield _copy(row, row.valid_from, said.valid_from)
    if said.valid_to is not None and (row.valid_to is None or said.valid_to < row.valid_to):
        yield _copy(row, said.valid_to, row.valid_to)


def _copy(row: M, valid_from: date, valid_to: date | None) -> M:
    own = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}
    return type(row)(**(own | {"valid_from": valid_from, "valid_to": valid_to, "superseded_at": None}))
