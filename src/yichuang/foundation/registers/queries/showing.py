"""Entries as a reader sees them: values in the office's words, hidden fields absent, masked ones covered; history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yichuang.foundation.people.actors import Actor
from yichuang.foundation.records.terms import By
from yichuang.foundation.registers import rights
from yichuang.foundation.registers.definition import Field, Register
from yichuang.foundation.registers.labels import Labels
from yichuang.foundation.registers.models import Entry, Evidence, Version
from yichuang.foundation.registers.targets import TARGETS
from yichuang.foundation.registers.terms import WORKING, EntryState, FieldType
from yichuang.foundation.registers.values import Facts, facts_of
from yichuang.foundation.registers.writing import written


@dataclass(frozen=True)
class Value:
    """One value as a reader sees it; `links` lead to what it refers to: (text, address)."""

    field: Field
    text: str
    is_masked: bool = False
    files: tuple[tuple[int, str], ...] = ()
    entry: tuple[str, int] | None = None
    link: str = ""

    @property
    def label(self) -> str:
        """Give the name of the field."""
        return str(self.field.name)


@dataclass(frozen=True)
class Line:
    """One row of a list."""

    entry: Entry
    version: Version
    values: tuple[Value, ...]
    facts: Facts


@dataclass(frozen=True)
class Difference:
    """How one field differs from the version before."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Happened:
    """One line of an entry's history."""

    n: int
    state: str
    by: By
    at: datetime
    recorded_at: datetime
    valid_from: date
    reason: str
    differences: tuple[Difference, ...]
    is_first: bool


def lines(
    register: Register, actor: Actor | None, rows: Iterable[Version], fields: Sequence[Field], on: date
) -> list[Line]:
    """Write the rows of a list; without an actor for the public, whose fields are open."""
    versions = list(rows)
    facts = [facts_of(register, each.read()) for each in versions]
    labels = Labels().more(fields, facts)
    return [
        Line(version.entry, version, tuple(values(actor, fields, known, labels, on)), known)
        for version, known in zip(versions, facts, strict=True)
    ]


def values(
    actor: Actor | None, fields: Iterable[Field], facts: Mapping[str, Any], labels: Labels, on: date
) -> Iterable[Value]:
    """Write values for one reader: what he does not see whole is masked where the field has a mask, else absent."""
    for field in fields:
        text = written(field, facts.get(field.id), labels, on)
        is_whole = not field.is_restricted if actor is None else rights.sees(actor, field)
        if not is_whole:
            if field.mask:
                yield Value(field, rights.masked(field, text), is_masked=True)
            continue
        yield _whole(field, facts.get(field.id), text, labels)


def shown(register: Register, actor: Actor, version: Version, on: date) -> list[Value]:
    """Write one version for one reader."""
    facts = facts_of(register, version.read())
    fields = rights.seen_fields(actor, register)
    return list(values(actor, fields, facts, Labels().more(fields, [facts]), on))


def public_values(register: Register, version: Version, on: date) -> list[Value]:
    """Write one version for the public."""
    assert register.public is not None, "the public sees nothing of this register"
    fields = [register.fields[name] for name in register.public.fields]
    facts = facts_of(register, version.read())
    return list(values(None, fields, facts, Labels().more(fields, [facts]), on))


def public_title(register: Register, version: Version) -> str:
    """Name an entry for the public: by its title where all of it is public, else by its number."""
    shown = register.public.fields if register.public else ()
    if set(register.title) <= set(shown):
        return version.entry.title
    return f"{register.entry_name} {version.entry.number}"


def entries_named(ids: Iterable[int]) -> dict[int, Entry]:
    """Give entries by id, for what a search has found and may be shown."""
    return Entry.objects.in_bulk(list(ids))


def history(register: Register, actor: Actor, entry: Entry, on: date) -> list[Happened]:
    """
    Tell what happened to an entry, newest first: who wrote, checked, published what, and how it differs.

    Pieces that a later version left of an earlier one are no events; hidden fields are not told of.
    """
    rows = list(Version.objects.filter(entry=entry).order_by("recorded_at", "pk"))
    fields = rights.seen_fields(actor, register)
    told = [(row, facts_of(register, row.read())) for row in rows]
    labels = Labels().more(fields, (facts for _row, facts in told))
    found: list[Happened] = []
    seen: set[tuple[int, str]] = set()
    before: Facts = {}
    last = 0
    for row, facts in told:
        if (row.n, row.state) in seen and row.state not in WORKING:
            continue
        is_new = row.n > last
        differences = _differences(actor, fields, before, facts, labels, on) if is_new and last else ()
        found.append(
            Happened(
                n=row.n,
                state=row.state,
                by=By.parse(row.by),
                at=row.at,
                recorded_at=row.recorded_at,
                valid_from=row.valid_from,
                reason=row.reason,
                differences=tuple(differences),
                is_first=not seen,
            )
        )
        seen.add((row.n, row.state))
        if is_new:
            before, last = facts, row.n
    return found[::-1]


def pending(register: Register, actor: Actor, entry: Entry, on: date) -> tuple[Difference, ...]:
    """Tell how a working copy differs from what is published; nothing where there is no such copy or publication."""
    current, standing = entry.current, entry.standing
    if current is None or standing is None or current.state not in WORKING or standing.state != EntryState.PUBLISHED:
        return ()
    fields = rights.seen_fields(actor, register)
    before, after = facts_of(register, standing.read()), facts_of(register, current.read())
    return tuple(_differences(actor, fields, before, after, Labels().more(fields, [before, after]), on))


def proposed(
    register: Register, actor: Actor, values_kept: Mapping[str, Any], entry: Entry | None, on: date
) -> list[Difference]:
    """Tell what a change request would change, for the one who decides."""
    after = facts_of(register, values_kept)
    before = facts_of(register, entry.current.read()) if entry and entry.current else {}
    fields = [each for each in rights.seen_fields(actor, register) if each.id in values_kept]
    return list(_differences(actor, fields, before, after, Labels().more(fields, [before, after]), on))


def evidence_of(register: Register, actor: Actor, entry: Entry) -> list[Evidence]:
    """List the files beside an entry that the reader may open; those of fields he does not see are left out."""
    hidden = [each.id for each in register.fields.values() if not rights.sees(actor, each)]
    rows = Evidence.objects.filter(entry=entry, removed_at=None).exclude(field__in=hidden)
    return list(rows.select_related("file").order_by("pk"))


def _whole(field: Field, value: Any, text: str, labels: Labels) -> Value:
    if value in (None, "", ()):
        return Value(field, text)
    match field.type:
        case FieldType.FILE:
            return Value(field, text, files=tuple((each, labels.name(field, each)) for each in value))
        case FieldType.ENTRY:
            return Value(field, text, entry=labels.places.get(value))
        case FieldType.ITEM | FieldType.PROJECT:
            return Value(field, text, link=TARGETS[field.type].link(value) if field.type in TARGETS else "")
    return Value(field, text)


def _differences(
    actor: Actor,
    fields: Iterable[Field],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    labels: Labels,
    on: date,
) -> Iterable[Difference]:
    for field in fields:
        old, new = before.get(field.id), after.get(field.id)
        if old == new:
            continue
        texts = [written(field, each, labels, on) for each in (old, new)]
        if not rights.sees(actor, field):
            texts = [rights.masked(field, each) for each in texts]
        yield Difference(str(field.name), *texts)
