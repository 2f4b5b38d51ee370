"""Questions to the record room."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.functions import Collate

from yichuang.foundation.records import reading
from yichuang.foundation.records.models import Anchor, Delivery, Folder, Mark, Record, Stream
from yichuang.foundation.records.pen import read
from yichuang.foundation.records.terms import By
from yichuang.kernel import ledger

RECORD = ("stream", "seq", "kind", "by", "at", "recorded_at", "payload", "previous", "digest")


@dataclass(frozen=True, slots=True)
class Told:
    """One record as a page shows it."""

    id: int
    seq: int
    kind: str
    by: By
    at: datetime
    payload: dict[str, Any]


def told(stream: str) -> list[Told]:
    """List the records of a stream, oldest first."""
    rows = Record.objects.filter(stream=stream).order_by("seq")
    return [Told(row.id, row.seq, row.kind, By.parse(row.by), row.at, read(row)) for row in rows]


def latest(limit: int = 200, *, kind: str = "", stream: str = "", account: int | None = None) -> QuerySet[Record]:
    """List the latest records, newest first, by kind, stream or account."""
    rows = Record.objects.order_by("-id")
    if kind:
        rows = rows.filter(kind=kind)
    if stream:
        rows = rows.filter(stream=stream)
    if account is not None:
        rows = rows.filter(by__regex=rf"^{account}( |$)")
    return rows[:limit]


def folder() -> Folder | None:
    """Tell what this data folder is, or None before it was made."""
    return Folder.objects.first()


def parked() -> QuerySet[Delivery]:
    """List the deliveries that failed too often."""
    return Delivery.objects.exclude(parked_at=None).select_related("record").order_by("-id")


def waiting_deliveries() -> int:
    """Count the deliveries not yet made."""
    return Delivery.objects.filter(done_at=None, parked_at=None).count()


def verify(public_key: bytes, *, witnesses: Iterable[ledger.Anchor] = (), by_two: bool = False) -> ledger.Report:
    """
    Verify all rows against the heads and these against the anchors, as of one moment and with bounded memory.

    `by_two` lets two processes share the work where the database can give both the same moment: for commands.
    """
    if by_two and connection.vendor == "postgresql" and not connection.in_atomic_block:
        return reading.check_by_two().finish(public_key, witnesses)
    with reading.one_moment():
        return reading.check().finish(public_key, witnesses)


def kept_anchors(folder: Path) -> list[ledger.Anchor]:
    """Read the anchors that lie in a folder as a file; none where there is no file."""
    path = folder / "anchors.jsonl"
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as lines:
        return list(ledger.read_anchors(lines))


def export(public_key: bytes) -> Iterator[str]:
    """Write everything that an offline verifier needs, as of one moment, as lines of JSON (`kernel/ledger`)."""
    with reading.one_moment():
        yield from ledger.export(
            (ledger.RecordRow(*row) for row in _by_stream(Record.objects.all(), "stream", *RECORD, then="seq")),
            (ledger.Head(*row) for row in _by_stream(Stream.objects.exclude(count=0), "id", "id", "count", "head")),
            [reading.of_row(row) for row in Anchor.objects.order_by("number")],
            public_key,
            (
                ledger.Mark(anchor=number, stream=stream, count=count, head=head)
                for stream, number, count, head in _by_stream(
                    Mark.objects.all(), "stream", "stream", "anchor_id", "count", "head", then="anchor_id"
                )
            ),
        )


def payload_of(record: Record) -> dict[str, Any]:
    """Read what a record tells."""
    payload: dict[str, Any] = json.loads(record.payload)
    return payload


def _by_stream(rows: QuerySet[Any], key: str, *columns: str, then: str = "") -> Iterator[tuple[Any, ...]]:
    """Stream rows in code point order of the stream, which is the order of the kernel on either database."""
    collation = "C" if connection.vendor == "postgresql" else "BINARY"
    order: list[Any] = [Collate(F(key), collation), *([F(then)] if then else [])]
    return rows.order_by(*order).values_list(*columns).iterator(chunk_size=reading.BLOCK)
