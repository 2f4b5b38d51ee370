"""
The real clock of the machine: sessions, tokens, leases, limits, retries, keys, signatures, backups, logs.

One of exactly two modules that read time (the other is `clock`).
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection


def now() -> datetime:
    """Read the real clock: an aware moment in UTC, in whole microseconds."""
    return datetime.now(UTC)


def settled_now() -> datetime:
    """
    Give a moment up to which everything that was recorded can be seen: nobody is still writing rows of before it.

    What a transaction records while it is open bears moments after its beginning, so the oldest one that writes is the
    bound. The embedded database has one writer at a time, and whoever asks inside a deed is it.
    """
    if connection.vendor != "postgresql":
        return now()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT LEAST(clock_timestamp(), (SELECT min(xact_start) FROM pg_stat_activity"
            " WHERE backend_xid IS NOT NULL AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            " AND datname = current_database()))"
        )
        (moment,) = cursor.fetchone()
    assert isinstance(moment, datetime)
    return moment.astimezone(UTC)


def database_now() -> datetime:
    """
    Read the clock of the database, by which `recorded_at` is set.

    The embedded database lives in this process, so its clock is ours.
    """
    if connection.vendor != "postgresql":
        return now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (moment,) = cursor.fetchone()
    assert isinstance(moment, datetime)
    return moment.astimezone(UTC)
