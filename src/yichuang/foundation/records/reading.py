"""
Reads all that is kept as of one moment and in the order of the kernel's check: alone, or each half in its own process.

Streams come by code points, which a PostgreSQL of the locale C has as its index; under another locale it sorts.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import merge
from multiprocessing.connection import Connection
from typing import Any

from django.db import connection, transaction

from yichuang.foundation.records.models import Anchor
from yichuang.kernel import ledger

BLOCK = 2000
"""Rows that are fetched at once."""
RECORDS = 'SELECT stream, seq, kind, "by", {at}, {recorded_at}, payload, previous, digest FROM records_record'
MARKS = "SELECT stream, count, 1, anchor_id, head FROM records_mark"
HEADS = "SELECT id, {last}, 2, count, head FROM records_stream"
LAST = 1 << 62
"""The place of a head: behind every record and every mark of its stream."""
MOMENT = "(extract(epoch FROM {}) * 1000000)::bigint"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the streams: those from one on, those before one; empty has no bound."""

    since: str = ""
    until: str = ""
    before: ledger.Before = ledger.NOTHING


def of_row(row: Anchor) -> ledger.Anchor:
    """Read an anchor as the kernel knows it."""
    return ledger.Anchor(
        row.number, row.at, row.streams, row.records, row.root, row.changes, row.previous, row.signature
    )


@contextmanager
def one_moment(*, of: str = "") -> Iterator[None]:
    """
    Let all that is read inside be as of one moment, `of` another connection's exported one; nothing can be written.

    Inside a transaction it is the moments of that one.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            if of:
                cursor.execute(f"SET TRANSACTION SNAPSHOT '{of}'")  # takes no parameter; the name is the database's own
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")  # a reader's: Django's own would keep writers out
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def check(part: Part = Part()) -> ledger.Check:
    """Read a part of the streams, the whole of them by default, into a check; call it inside `one_moment`."""
    found = ledger.Check(_anchors(), part.before)
    others = merge(_rows(MARKS, "stream", part, "anchor_id"), _rows(HEADS.format(last=LAST), "id", part))
    other = next(others, None)
    for record in _records(part):
        place = (record[0], record[1], 0)
        while other is not None and other < place:
            found.take(_entry(*other))
            other = next(others, None)
        found.take_record(*record)
    while other is not None:
        found.take(_entry(*other))
        other = next(others, None)
    found.end()
    return found


def check_by_two() -> ledger.Check:
    """
    Read everything with two processes over one exported moment, each one half of the streams; PostgreSQL only.

    The process is forked before anything is read, so call it where no other thread runs: in a command.

    :raises ChildProcessError: the second process ended without an answer
    """
    connection.close()
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    second = context.Process(target=_second, args=(theirs,))
    second.start()
    theirs.close()
    try:
        with one_moment():
            half = middle()
            ours.send((_exported(), Part(since=half, before=before(half))) if half else None)
            found = check(Part(until=half))
            if half:
                found.join(ours.recv())
    except EOFError as ended:
        raise ChildProcessError("the second process that verifies ended without an answer") from ended
    finally:
        ours.close()
        second.join()
    return found


def heads() -> Iterator[tuple[str, int, str, int]]:
    """Stream the heads of all streams that have records: id, count, digest, and the count that is anchored."""
    yield from _selected("SELECT id, count, head, anchored FROM records_stream WHERE count <> 0", "id")


def collated(column: str) -> str:
    """Write a column so that it is compared by code points, in the form that an index has where there is one."""
    if connection.vendor != "postgresql" or _locale() in ("C", "POSIX"):
        return column
    return f'{column} COLLATE "C"'


def _second(pipe: Connection) -> None:
    told = pipe.recv()
    if told is not None:
        snapshot, part = told
        with one_moment(of=snapshot):
            pipe.send(check(part))
    connection.close()


def _exported() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        return str(cursor.fetchone()[0])


def middle() -> str:
    """Name the stream with which the second half begins; empty where there is none."""
    ordered = f"SELECT id FROM records_stream ORDER BY {collated('id')}"
    with connection.cursor() as cursor:
        cursor.execute(f"{ordered} LIMIT 1 OFFSET (SELECT count(*) / 2 FROM records_stream)")
        found = cursor.fetchone()
    return found[0] if found else ""


def before(stream: str) -> ledger.Before:
    """Count what lies before a stream: marks by anchor, and streams that have one."""
    where = f"WHERE {collated('stream')} < %s"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT anchor_id, count(*) FROM records_mark {where} GROUP BY anchor_id", [stream])
        marks = dict(cursor.fetchall())
        cursor.execute(f"SELECT count(*) FROM (SELECT DISTINCT stream FROM records_mark {where}) marked", [stream])
        return ledger.Before(marks, cursor.fetchone()[0])


def _anchors() -> list[ledger.Anchor]:
    return [of_row(row) for row in Anchor.objects.order_by("number")]


def _records(part: Part) -> Iterator[tuple[Any, ...]]:
    if connection.vendor == "postgresql":
        statement = RECORDS.format(at=MOMENT.format("at"), recorded_at=MOMENT.format("recorded_at"))
        yield from _rows(statement, "stream", part, "seq")
        return
    for row in _rows(RECORDS.format(at="at", recorded_at="recorded_at"), "stream", part, "seq"):
        yield *row[:4], _microseconds(row[4]), _microseconds(row[5]), *row[6:]


def _microseconds(at: datetime) -> int:
    """Count from a moment as the embedded database gives it: in UTC, and without a zone."""
    return ledger.microseconds(at.replace(tzinfo=UTC))


def _entry(stream: str, count: int, what: int, number: int, head: str) -> ledger.Mark | ledger.Head:
    return ledger.Mark(number, stream, count, head) if what == 1 else ledger.Head(stream, number, head)


def _rows(statement: str, key: str, part: Part, then: str = "") -> Iterator[tuple[Any, ...]]:
    bounds = {f"{collated(key)} >= %s": part.since, f"{collated(key)} < %s": part.until}
    asked = [each for each, bound in bounds.items() if bound]
    if key == "id":
        asked.append("count <> 0")
    where = f" WHERE {' AND '.join(asked)}" if asked else ""
    return _selected(statement + where, key, then, [bound for bound in bounds.values() if bound])


def _selected(statement: str, key: str, then: str = "", said: list[str] | None = None) -> Iterator[tuple[Any, ...]]:
    """Stream rows by code points of the stream, from a cursor of the server."""
    order = ", ".join(filter(None, [collated(key), then]))
    with connection.chunked_cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.cursor() as planner:
                planner.execute("SET LOCAL enable_sort = off")  # walking the index beats sorting gigabytes on disk
        cursor.execute(f"{statement} ORDER BY {order}", said or [])
        while rows := cursor.fetchmany(BLOCK):
            yield from rows


def _locale() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datcollate FROM pg_database WHERE datname = current_database()")
        return str(cursor.fetchone()[0])
