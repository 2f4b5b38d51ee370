"""The one writer of records: collects what a deed tells and writes it, chained, as the deed ends."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from django.db import connection

from yichuang.foundation.records import bulk, reactions, realtime
from yichuang.foundation.records.models import Delivery, Record, Stream
from yichuang.foundation.records.prepared import Prepared, insert, update
from yichuang.foundation.records.terms import By
from yichuang.kernel.ledger import GENESIS, canonical, record_digest

MANY = 100
"""Records of one deed from which on they are written as an import writes its rows."""
STREAM = Prepared(lambda stream: Stream.objects.filter(id=stream), kind=str)
LOCKED = Prepared(lambda stream: Stream.objects.select_for_update().filter(id=stream), kind=str)


def plain(value: Any) -> Any:
    """
    Turn an event's value into JSON: dates and moments as ISO text, Decimals and enums as text, tuples as lists.

    :raises TypeError: the value has no plain form; an event holds ids, not rows
    """
    match value:
        case Enum():
            return plain(value.value)
        case None | bool() | int() | str():
            return value
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case dict():
            return {str(key): plain(each) for key, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(each) for each in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    raise TypeError(f"{value!r} has no plain form; an event holds ids and plain values")


@dataclass
class Pen:
    """Collects the records of one deed, in order; `write` locks the streams by id and puts them down."""

    by: By
    at: datetime
    stream: str
    begins: bool = False
    """Whether the deed begins its own stream: there is none yet that could be locked."""
    told: list[tuple[str, str, str, Any]] = field(default_factory=list)

    def record(self, event: Any, *, stream: str | None = None, **more: Any) -> None:
        """Tell one event, a frozen dataclass of a room's `events.py`; its class name is the record's kind."""
        assert is_dataclass(event) and not isinstance(event, type), "an event is a dataclass of events.py"
        payload = plain(event) | plain(more)
        self.told.append((stream or self.stream, type(event).__name__, type(event).__module__, payload))

    def add_to_first(self, more: dict[str, Any]) -> None:
        """Add what moved to the first event told in the deed's own stream."""
        own = next((payload for stream, _, _, payload in self.told if stream == self.stream), None)
        assert own is not None, "a deed records what it did"
        own.update(plain(more))

    def write(self, recorded_at: datetime | None = None) -> list[Record]:
        """
        Write what was told, and a delivery for every reaction that listens; `recorded_at` where it was read already.

        :raises AssertionError: the deed told nothing, a silent deed is a bug
        """
        assert self.told, "a deed records what it did"
        recorded_at = recorded_at or realtime.database_now()
        fresh = {self.stream: Stream(id=self.stream, head=GENESIS)} if self.begins else {}
        chains = {each: fresh.get(each) or _locked(each) for each in sorted({stream for stream, *_ in self.told})}
        rows = []
        for stream, kind, _module, payload in self.told:
            chain = chains[stream]
            body = canonical(payload)
            chain.count += 1
            digest = record_digest(
                stream=stream,
                seq=chain.count,
                kind=kind,
                by=str(self.by),
                at=self.at,
                recorded_at=recorded_at,
                payload=body,
                previous=chain.head,
            )
            rows.append(
                Record(
                    stream=stream,
                    seq=chain.count,
                    kind=kind,
                    by=str(self.by),
                    at=self.at,
                    recorded_at=recorded_at,
                    payload=body.decode(),
                    previous=chain.head,
                    digest=digest,
                )
            )
            chain.head = digest
        if len(rows) < MANY:
            Record.objects.bulk_create(rows)
        else:
            bulk.write(Record, rows)
        for chain in chains.values():
            if chain.pk in fresh:
                insert(chain)
            else:
                update(chain, "count", "head")
        _deliver(rows)
        return rows


def read(record: Record) -> dict[str, Any]:
    """Read a record's payload."""
    payload: dict[str, Any] = json.loads(record.payload)
    return payload


def _locked(stream: str) -> Stream:
    """Lock a stream, and make it where this is its first record: most have one, so that is looked at first."""
    rows = LOCKED if connection.features.has_select_for_update else STREAM
    row = rows.first(stream)
    if row is None:
        Stream.objects.bulk_create([Stream(id=stream, head=GENESIS)], ignore_conflicts=True)
        row = rows.get(stream)
    return row


def listeners(kind: str) -> list[str]:
    """Name the reactions that hear a kind of record."""
    return [name for name, reaction in reactions.REACTIONS.items() if reaction.kind == kind]


def _deliver(rows: list[Record]) -> None:
    Delivery.objects.bulk_create(
        Delivery(record=row, reaction=name, stream=row.stream) for row in rows for name in listeners(row.kind)
    )
