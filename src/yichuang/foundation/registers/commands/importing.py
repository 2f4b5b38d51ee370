"""Taking a file into a register: tried first, then all of it or nothing; a hundred thousand rows in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import IO, Any

from django.utils.translation import gettext as _

from yichuang.foundation.files import tables
from yichuang.foundation.people.actors import Actor, NotAllowed, local_day
from yichuang.foundation.people.visibility import visible
from yichuang.foundation.records.commands import deed
from yichuang.foundation.registers import events, problems, rights, sheets
from yichuang.foundation.registers.cells import Places, keys_of
from yichuang.foundation.registers.commands.editing import begins, differing, new_entry, place, stream_of, unit_for
from yichuang.foundation.registers.commands.spans import Draft, Writer
from yichuang.foundation.registers.definition import Field, Register
from yichuang.foundation.registers.lookup import Lookup, NewParty, settled
from yichuang.foundation.registers.models import Batch, Entry, Key
from yichuang.foundation.registers.queries import register as register_of
from yichuang.foundation.registers.reading import Read, read
from yichuang.foundation.registers.terms import WORKING, Action, FieldType
from yichuang.foundation.registers.values import Facts, facts_of

BLOCK = 500
"""Rows that are read, matched and written together."""
Progress = Callable[[int], object]
SAMPLES = 20
"""Changes that a trial shows."""


@dataclass
class Sample:
    """One change that a trial shows."""

    row: int
    number: int | None
    title: str
    fields: tuple[str, ...]


@dataclass
class Trial:
    """What a file would do: how many rows are new, changed, the same; and everything that forbids to take it in."""

    findings: tables.Findings = field(default_factory=tables.Findings)
    added: int = 0
    changed: int = 0
    same: int = 0
    samples: list[Sample] = field(default_factory=list)
    sha256: str = ""

    @property
    def rows(self) -> int:
        """Count the rows that were read."""
        return self.added + self.changed + self.same

    @property
    def is_clean(self) -> bool:
        """Say whether the file may be taken in."""
        return self.findings.is_clean


def try_file(
    *, register: str, content: IO[bytes], name: str, by: Actor, at: datetime, progress: Progress = lambda _rows: None
) -> Trial:
    """
    Read a file as if it were taken in, and tell what it would do; nothing is written. `progress` hears of rows read.

    :raises NotAllowed: the register's file does not let the actor import
    :raises FileRefused: it is no table that can be read
    """
    found = _importable(register, by, at)
    reader = _Reader(found, by, at)
    for _drafts in reader.plan(content, name, progress):
        pass
    reader.trial.sha256 = digest_of(content)
    return reader.trial


def import_file(
    *,
    register: str,
    content: IO[bytes],
    name: str,
    by: Actor,
    at: datetime,
    expected: str = "",
    is_synthetic: bool = False,
    progress: Progress = lambda _rows: None,
) -> Batch:
    """
    Take a file in, all of it or nothing; new and changed rows become working copies.

    :raises NotAllowed: the register's file does not let the actor import, or not for the unit of a row
    :raises NotTheSameFile: it is not the file that was tried (`expected` is the digest of that one)
    :raises ImportFaulty: something is wrong with it
    """
    found = _importable(register, by, at)
    digest = digest_of(content)
    if expected and expected != digest:
        raise problems.NotTheSameFile
    who = rights.require(by, found, Action.IMPORT)
    with deed("import_file", stream=stream_of(found, at), by=who, at=at) as pen:
        writer = Writer(found, by=str(who), at=at, on=local_day(at))
        batch = Batch.objects.create(register=writer.row, file_name=name[:160], sha256=digest, by=str(who), at=at)
        writer.batch = batch
        reader = _Reader(found, by, at, is_synthetic=is_synthetic)
        for drafts in reader.plan(content, name, progress):
            if reader.trial.is_clean and drafts:
                writer.put([_settled(each, at) for each in drafts])
        if not reader.trial.is_clean:
            raise problems.ImportFaulty(reader.trial.findings.error_count)
        trial = reader.trial
        batch.added, batch.changed, batch.same = trial.added, trial.changed, trial.same
        batch.save(update_fields=["added", "changed", "same"])
        pen.record(events.EntriesImported(found.id, batch.pk, digest, trial.added, trial.changed, trial.same))
    return batch


def digest_of(content: IO[bytes]) -> str:
    """Digest a file from its beginning."""
    content.seek(0)
    digest = sha256()
    while block := content.read(1 << 20):
        digest.update(block)
    content.seek(0)
    return digest.hexdigest()


@dataclass
class _Read:
    """One row of the file: what it says, and the entry that it is about."""

    row: tables.Row
    written: dict[str, Any]
    number: int | None
    entry: Entry | None = None
    found: Read | None = None


class _Reader:
    """Reads a file block by block: values, the entries that rows are about, everything that is wrong."""

    def __init__(self, register: Register, by: Actor, at: datetime, *, is_synthetic: bool = False) -> None:
        self.register, self.by, self.at, self.is_synthetic = register, by, at, is_synthetic
        self.fields = sheets.columns(register, by)
        self.lookup = Lookup(at, by)
        self.trial = Trial()
        self.here: set[str] = set()
        self.places = Places()
        self.seen_keys: dict[str, int] = {}
        self.seen_entries: dict[int, int] = {}

    def plan(self, content: IO[bytes], name: str, progress: Progress) -> Iterator[list[Draft]]:
        """Give what the file would write, a block at a time; what is wrong is noted on the way."""
        with tables.opened(content, name=name) as book:
            sheet = next((each for each in book.sheets if each.name.strip() not in _ASIDE), book.sheets[0])
            table = sheet.table(sheets.wanted(self.register, self.by), self.trial.findings)
            here = [each for each in self.fields if sheets.title(each) in table.header.places]
            self.here = {each.id for each in here}
            rows = table.rows()
            while block := list(islice(rows, BLOCK)):
                yield self._block(block, here)
                progress(len(block))

    def _block(self, rows: list[tables.Row], here: Sequence[Field]) -> list[Draft]:
        for party in (each for each in here if each.type is FieldType.PARTY):
            self.lookup.prefetch(party, (str(row[sheets.title(party)] or "") for row in rows))
        read_rows = [each for row in rows if (each := self._read(row, here)) is not None]
        self._match(read_rows)
        return [draft for each in read_rows if (draft := self._judge(each, here)) is not None]

    def _read(self, row: tables.Row, here: Sequence[Field]) -> _Read | None:
        number = row.whole(sheets.NUMBER, least=1) if row.has(sheets.NUMBER) else None
        if row.has(sheets.NUMBER) and number is None:
            return None
        return _Read(row, {each.id: row[sheets.title(each)] for each in here}, number)

    def _match(self, rows: list[_Read]) -> None:
        """Find the entries that rows are about: by their number, else by what may stand only once."""
        numbers = {each.number for each in rows if each.number is not None}
        own = visible(self.by, Entry).filter(register=self.register.id)
        known = {
            entry.number: entry
            for some in _blocks(sorted(numbers))
            for entry in own.filter(number__in=some).select_related("current", "standing")
        }
        for each in rows:
            if each.number is not None:
                each.entry = known.get(each.number)
        unmatched = [each for each in rows if each.number is None]
        if not self.register.keys or not unmatched:
            return
        wanted: dict[str, _Read] = {}
        for each in unmatched:
            each.found = read(self.register, each.written, self.lookup, fields=self.fields)
            if not any(isinstance(value, NewParty) for value in each.found.facts.values()):
                for value in keys_of(self.register, each.found.facts).values():
                    wanted.setdefault(value, each)
        for some in _blocks(sorted(wanted)):
            keys = Key.objects.filter(register=self.register.id, value__in=some)
            for key in keys.select_related("entry__current", "entry__standing"):
                wanted[key.value].entry = key.entry

    def _judge(self, each: _Read, here: Sequence[Field]) -> Draft | None:
        """Hold one row against the register; a draft where it is new or changes something."""
        row, entry = each.row, each.entry
        if each.number is not None and entry is None:
            said = _("没有编号 %(number)d 的条目，或不在您的管辖范围内。新增的行请把编号留空。")
            row.error(sheets.NUMBER, said % {"number": each.number})
            return None
        before = facts_of(self.register, entry.current.read()) if entry and entry.current else None
        found = each.found if entry is None else None
        found = found or read(self.register, each.written, self.lookup, fields=here, before=before)
        if found.complaints:
            for complaint in found.complaints:
                self._note(row, complaint.field, complaint.message)
            return None
        if not self._is_single(row, entry, found.facts) or not self._may(row, entry, found.facts):
            return None
        facts = _without_new(found.facts)
        changed = differing(self.register, before, found.facts) if before is not None else ()
        if entry is None:
            self.trial.added += 1
            entry = new_entry(self.register, facts, self.by, is_synthetic=self.is_synthetic, places=self.places)
            return Draft(entry, found.facts, begins(self.register, found.facts, self.at))
        if not changed:
            self.trial.same += 1
            return None
        self.trial.changed += 1
        self._show(row, entry, changed)
        place(self.register, entry, facts, self.places)
        is_working = entry.current is not None and entry.current.state in WORKING
        start = entry.current.valid_from if entry.current and is_working else local_day(self.at)
        return Draft(entry, found.facts, start, "导入")

    def _is_single(self, row: tables.Row, entry: Entry | None, facts: Facts) -> bool:
        """Hold that no two rows are about the same entry or say what may stand only once."""
        if entry is not None and (first := self.seen_entries.setdefault(entry.pk, row.number)) != row.number:
            said = _("与第 %(row)d 行是同一条（编号 %(number)d）。")
            row.error(sheets.NUMBER, said % {"row": first, "number": entry.number})
            return False
        if any(isinstance(value, NewParty) for value in facts.values()):
            facts = {name: value.uscc if isinstance(value, NewParty) else value for name, value in facts.items()}
        for rule, value in keys_of(self.register, facts).items():
            first = self.seen_keys.setdefault(value, row.number)
            if first != row.number:
                names = "、".join(str(self.register.fields[name].name) for name in rule.split("+"))
                said = _("与第 %(row)d 行的“%(names)s”相同。") % {"row": first, "names": names}
                self._note(row, rule.split("+")[0], said)
                return False
        return True

    def _may(self, row: tables.Row, entry: Entry | None, facts: Facts) -> bool:
        """Hold that the actor writes for the unit whose entry it is, and for the one whose it becomes."""
        old = entry.unit_id if entry is not None else unit_for(self.register, self.by)
        try:
            for unit_id in {old if entry is not None else None, self.places.unit_of(self.register, facts, old)} - {
                None
            }:
                rights.require(self.by, self.register, Action.EDIT, unit_id)
        except NotAllowed as reason:
            self._note(row, self.register.owner, reason.message)
            return False
        return True

    def _note(self, row: tables.Row, name: str, message: str) -> None:
        known = name in self.here
        row.error(sheets.title(self.register.fields[name]) if known else "", message, "registers.unfit")

    def _show(self, row: tables.Row, entry: Entry, changed: tuple[str, ...]) -> None:
        if len(self.trial.samples) < SAMPLES:
            names = tuple(str(self.register.fields[name].name) for name in changed)
            self.trial.samples.append(Sample(row.number, entry.number, entry.title, names))


_ASIDE = frozenset({"填表说明", "选项"})


def _importable(register: str, by: Actor, at: datetime) -> Register:
    found = register_of(register, local_day(at))
    rights.require(by, found, Action.IMPORT)
    if found.lifecycle:
        raise problems.StepByStep
    return found


def _settled(draft: Draft, at: datetime) -> Draft:
    draft.facts = settled(draft.facts, at)
    return draft


def _without_new(facts: Facts) -> Facts:
    return {name: None if isinstance(value, NewParty) else value for name, value in facts.items()}


def _blocks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[start : start + 200] for start in range(0, len(values), 200))
