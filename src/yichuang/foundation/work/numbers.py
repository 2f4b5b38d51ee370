"""Numbers: one counter row per key, taken last in a deed; gaps are allowed, duplicates never."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection
from django.db.models import Model

from yichuang.foundation.records.terms import CHINA
from yichuang.foundation.work.models import Counter
from yichuang.kernel import identifiers


def local_day(at: datetime) -> date:
    """Tell China's day of a moment."""
    return at.astimezone(CHINA).date()


def take(key: str) -> int:
    """Take the next number for a key, from 1; the row stays locked until the deed ends."""
    return take_from(Counter, key)


def take_from(counters: type[Model], key: str) -> int:
    """Take the next number for a key from a table of counters, each row a key with the `last` number given for it."""
    table, column = counters._meta.db_table, counters._meta.pk.column
    with connection.cursor() as cursor:  # one statement, of which both databases have the same
        cursor.execute(
            f"INSERT INTO {table} ({column}, last) VALUES (%s, 1) "
            f"ON CONFLICT ({column}) DO UPDATE SET last = {table}.last + 1 RETURNING last",
            [key],
        )
        (last,) = cursor.fetchone()
    assert isinstance(last, int)
    return last


def next_case_number(region: str, at: datetime) -> str:
    """Make the next case number of a district and day: region(6) + yyyymmdd + sequence(6)."""
    day = local_day(at)
    return identifiers.make_case_number(region=region[:6], on=day, serial=take(f"case/{region[:6]}/{day:%Y%m%d}"))
