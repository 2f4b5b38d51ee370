"""Counts answers in this process, and adds them to the rows of the hour and of the day."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db import Error, connection, models, transaction
from django.utils.crypto import salted_hmac

from yichuang.foundation.records.terms import CHINA
from yichuang.foundation.service_levels.models import ServiceSample, UseMark, UseOfDay
from yichuang.foundation.service_levels.terms import ANY_PAGE, TARGET_MS, Door, User, edge_of

MARKS_KEPT = timedelta(days=1)
"""How long marks stay after their day: a process may write what it counted before midnight after it."""
USE_KEPT = timedelta(days=800)
"""How long the sums of a day stay: two years, to compare with."""

K = TypeVar("K", bound=Hashable)


class Tally(Generic[K]):
    """What this process has counted since it last wrote; threads may count at the same time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sums: dict[K, tuple[int, ...]] = {}

    def add(self, key: K, *sums: int) -> None:
        """Add to the sums of a key; every key has equally many."""
        with self._lock:
            before = self._sums.get(key, (0,) * len(sums))
            self._sums[key] = tuple(old + more for old, more in zip(before, sums, strict=True))

    def take(self) -> list[tuple[K, tuple[int, ...]]]:
        """Take out what was counted."""
        with self._lock:
            found = list(self._sums.items())
            self._sums.clear()
        return found


tally: Tally[tuple[datetime, Door, int]] = Tally()
"""By hour, door and class: answers, and the failures among them."""

uses: Tally[tuple[date, str, User]] = Tally()
"""By day, page and user: answers, deeds, refused, failures, late."""


def note(door: Door, *, seconds: float, failed: bool, at: datetime) -> None:
    """Count one answer of this moment of the real clock, that took so many seconds."""
    key = (at.replace(minute=0, second=0, microsecond=0), door, edge_of(seconds * 1000))
    tally.add(key, 1, int(failed))


def note_use(page: str, user: User, *, door: Door, seconds: float, status: int, sent: bool, at: datetime) -> None:
    """Count one answer of a page to a user; `sent` says that a form or a deed was sent in."""
    day = at.astimezone(CHINA).date()
    sums = (
        1,
        int(sent and status < 400),
        int(400 <= status < 500),
        int(status >= 500),
        int(seconds * 1000 > TARGET_MS[door]),
    )
    for each in (page[:100], ANY_PAGE):
        uses.add((day, each, user), *sums)


def write() -> int:
    """
    Add what this process counted to the rows of the hours and days; tell how many answers.

    All or nothing: where the database refuses, everything stays counted and goes with the next time. What a process
    has not written when it is killed is lost; these are measurements and no records.
    """
    taken, used = tally.take(), uses.take()
    try:
        with transaction.atomic():
            _add(ServiceSample, ("hour", "door", "edge_ms"), ("answers", "failures"), [(*k, *s) for k, s in taken])
            _write_uses(used)
    except Error:
        for key, sums in taken:
            tally.add(key, *sums)
        for use, sums in used:
            uses.add(use, *sums)
        return 0
    return sum(answers for _key, (answers, _failures) in taken)


SUMS = ("answers", "deeds", "refused", "failures", "late", "people")


def _write_uses(used: Sequence[tuple[tuple[date, str, User], tuple[int, ...]]]) -> None:
    """Add uses to the sums of the days, by unit and role; somebody already marked is not counted as a person again."""
    if not used:
        return
    known = _marked(_mark(*key) for key, _sums in used if key[2].account_id)
    rows: dict[tuple[date, str, int, str], list[int]] = {}
    for (day, page, user), sums in used:
        row = rows.setdefault((day, page, user.unit_id, user.role), [0] * len(SUMS))
        is_new = user.account_id is not None and _mark(day, page, user) not in known
        for index, more in enumerate((*sums, int(is_new))):
            row[index] += more
    _add(UseOfDay, ("day", "page", "unit_id", "role"), SUMS, [(*key, *sums) for key, sums in rows.items()])
    new = {_mark(*key) for key, _sums in used if key[2].account_id} - known
    UseMark.objects.bulk_create([UseMark(day=day, mark=mark) for day, mark in sorted(new)])
    today = max(day for (day, _page, _user), _sums in used)
    UseMark.objects.filter(day__lt=today - MARKS_KEPT).delete()
    UseOfDay.objects.filter(day__lt=today - USE_KEPT).delete()


def _mark(day: date, page: str, user: User) -> tuple[date, str]:
    said = f"{day}|{page}|{user.unit_id}|{user.role}|{user.account_id}"
    return day, salted_hmac("yichuang.service_levels.use", said, algorithm="sha256").hexdigest()


def _marked(marks: Iterable[tuple[date, str]]) -> set[tuple[date, str]]:
    return set(UseMark.objects.filter(mark__in=[mark for _day, mark in marks]).values_list("day", "mark"))


def _add(model: type[models.Model], keys: Sequence[str], sums: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """
    Add sums to the rows of their keys, and make those that are not there: one statement that both databases know.

    The rows go in the order of their keys, so that two processes never wait for each other.
    """
    name, columns = connection.ops.quote_name(model._meta.db_table), (*keys, *sums)
    more = ", ".join(f"{each} = {name}.{each} + excluded.{each}" for each in sums)
    statement = (
        f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))}) "
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {more}"
    )
    there = {field.attname: field for field in model._meta.concrete_fields}
    fields = [there[each] for each in columns]
    kept = [
        tuple(field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True))
        for row in sorted(rows, key=lambda row: row[: len(keys)])
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, kept)
