"""Keeping what is derived, and the way out: cells made anew, entries handed over to the domain that takes them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from yichuang.foundation.people.actors import SYSTEM as MACHINE
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.records.commands import deed
from yichuang.foundation.registers import events, rights
from yichuang.foundation.registers.cells import cells_of, write
from yichuang.foundation.registers.commands.editing import stream_of
from yichuang.foundation.registers.commands.spans import BLOCK, Writer
from yichuang.foundation.registers.definition import Register
from yichuang.foundation.registers.finding import follow
from yichuang.foundation.registers.labels import Labels
from yichuang.foundation.registers.models import Cell, Entry, Version
from yichuang.foundation.registers.models import Register as Row
from yichuang.foundation.registers.queries import register as register_of
from yichuang.foundation.registers.terms import STANDING, Action
from yichuang.foundation.registers.values import facts_of
from yichuang.kernel.errors import NotPossible
from yichuang.kernel.ledger import canonical


class NobodyTakes(NotPossible):
    """No domain has said that it takes over the entries of a register."""

    code = "registers.nobody_takes"

    def __init__(self, register: str, there: list[str]) -> None:
        known = "、".join(there) or "（一个也没有）"
        super().__init__(f"没有哪个领域登记接收台账「{register}」；已登记的：{known}。请先写好接收函数，再办理移交。")


@dataclass(frozen=True, slots=True)
class HandedOver:
    """One entry with its whole timeline, as a domain receives it: oldest row first, superseded ones too."""

    number: int
    title: str
    dossier_id: int | None
    is_synthetic: bool
    rows: tuple[dict[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        """Write it as a line of an export."""
        return {
            "number": self.number,
            "title": self.title,
            "dossier": self.dossier_id,
            "synthetic": self.is_synthetic,
            "rows": list(self.rows),
        }


Taker = Callable[[Iterator[HandedOver]], str]
"""Writes entries into the tables of a domain, inside the deed, and says where they went."""

_takers: dict[str, Taker] = {}


def register_taker(register: str, take: Taker) -> None:
    """Let a domain say, in its `AppConfig.ready`, that it takes over the entries of a register."""
    _takers[register] = take


def note_export(*, register: str, rows: int, kind: str, by: Actor, at: datetime) -> None:
    """
    Record that somebody takes rows out as a file, before he does.

    :raises NotAllowed: the register's file does not let the actor export
    """
    found = register_of(register, local_day(at))
    who = rights.require(by, found, Action.EXPORT)
    with deed("note_export", stream=stream_of(found, at), by=who, at=at) as pen:
        pen.record(events.EntriesExported(register, rows, kind))


def rebuild_cells(*, register: str, at: datetime, by: Actor = MACHINE) -> int:
    """
    Make the cells of a register anew from its versions, by the newest file; tells how many there are.

    For a field that a new version of the file marks, and whenever cells are doubted. Search follows too.
    """
    found = register_of(register, local_day(at))
    with deed("rebuild_cells", stream=stream_of(found, at), by=by.by, at=at) as pen:
        Row.objects.get_or_create(code=register)
        Cell.objects.filter(register=register).delete()
        made = sum(_cells(found, rows) for rows in _blocks_of_versions(register))
        for entries in _blocks_of_entries(register):
            follow(found, entries, local_day(at))
        Row.objects.filter(code=register).update(marks=found.marks)
        pen.record(events.CellsRebuilt(register, made))
    return made


def stale(on: date, registers: list[Register]) -> list[str]:
    """List the registers whose cells were made by other marks than their file has now."""
    rows = dict(Row.objects.values_list("code", "marks"))
    return [each.id for each in registers if each.id in rows and rows[each.id] != each.marks]


def promote(*, register: str, at: datetime, by: Actor = MACHINE) -> events.EntriesPromoted:
    """
    Hand the entries of a register over to the domain that takes them; from then on the register is only read.

    Entries and versions stay as history, ids and figures by the register's own rows stay as they were.

    :raises NobodyTakes: no domain takes them
    :raises IsPromoted: it has been done
    """
    found = register_of(register, local_day(at))
    if register not in _takers:
        raise NobodyTakes(register, sorted(_takers))
    with deed("promote", stream=stream_of(found, at), by=by.by, at=at) as pen:
        writer = Writer(found, by=str(pen.by), at=at, on=local_day(at))
        tally = _Tally()
        to = _takers[register](tally.through(handed_over(register)))
        Row.objects.filter(pk=writer.row.pk).update(promoted_at=at, promoted_to=to)
        told = events.EntriesPromoted(register, to, tally.entries, tally.versions, tally.digest.hexdigest())
        pen.record(told)
    return told


def handed_over(register: str) -> Iterator[HandedOver]:
    """Stream the entries of a register with their timelines: what `promote` hands over and the export writes."""
    for entries in _blocks_of_entries(register):
        rows: dict[int, list[dict[str, Any]]] = {}
        versions = Version.objects.filter(entry__in=[each.pk for each in entries], state__in=STANDING)
        for version in versions.order_by("entry_id", "recorded_at", "valid_from", "pk"):
            rows.setdefault(version.entry_id, []).append(_row(version))
        for entry in entries:
            history = tuple(rows.get(entry.pk, ()))
            yield HandedOver(entry.number, entry.title, entry.dossier_id, entry.is_synthetic, history)


class _Tally:
    """Counts and digests what goes by."""

    def __init__(self) -> None:
        self.entries = self.versions = 0
        self.digest = sha256()

    def through(self, entries: Iterator[HandedOver]) -> Iterator[HandedOver]:
        for each in entries:
            self.entries += 1
            self.versions += len(each.rows)
            self.digest.update(canonical(each.as_json()))
            yield each


def _row(version: Version) -> dict[str, Any]:
    return {
        "n": version.n,
        "state": version.state,
        "valid_from": version.valid_from.isoformat(),
        "valid_to": version.valid_to.isoformat() if version.valid_to else None,
        "recorded_at": version.recorded_at.isoformat(),
        "superseded_at": version.superseded_at.isoformat() if version.superseded_at else None,
        "by": version.by,
        "at": version.at.isoformat(),
        "reason": version.reason,
        "values": json.loads(version.values),
    }


def _cells(register: Register, rows: list[Version]) -> int:
    facts = [facts_of(register, each.read()) for each in rows]
    labels = Labels().more(register.fields.values(), facts)
    pairs = zip(rows, facts, strict=True)
    return write(each for row, values in pairs for each in cells_of(register, row, values, labels))


def _blocks_of_versions(register: str) -> Iterator[list[Version]]:
    """Give the versions that have cells: what stands or stood, and the working copies that are not superseded."""
    last = 0
    while True:
        rows = Version.objects.filter(register=register, pk__gt=last)
        rows = rows.filter(state__in=STANDING) | rows.filter(superseded_at__isnull=True)
        some = list(rows.order_by("pk")[:BLOCK])
        if not some:
            return
        yield some
        last = some[-1].pk


def _blocks_of_entries(register: str) -> Iterator[list[Entry]]:
    last = 0
    while True:
        rows = Entry.objects.filter(register=register, number__gt=last).select_related("standing")
        some = list(rows.order_by("number")[:BLOCK])
        if not some:
            return
        yield some
        last = some[-1].number
