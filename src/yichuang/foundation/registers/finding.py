"""Letting search find published entries: the public by what is public, the staff by what nobody is kept from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.visibility import visible
from yichuang.foundation.registers.definition import Field, Register
from yichuang.foundation.registers.labels import Labels
from yichuang.foundation.registers.models import Entry
from yichuang.foundation.registers.scopes import known
from yichuang.foundation.registers.terms import EntryState, FieldType
from yichuang.foundation.registers.values import facts_of
from yichuang.foundation.registers.writing import written
from yichuang.foundation.search import commands as search
from yichuang.foundation.search.kinds import register_kind

STAFF, PUBLIC = "register", "public_register"


def is_found(register: Register) -> bool:
    """Say whether entries of a register are searched at all: its file marks a field so."""
    return any(each.is_searched for each in register.fields.values())


def follow(register: Register, entries: Sequence[Entry], on: date | None = None) -> None:
    """Let search follow what entries say now; those that hold no more are found no more."""
    if not is_found(register):
        return
    standing = [each for each in entries if each.standing and each.standing.state == EntryState.PUBLISHED]
    facts = {each.pk: facts_of(register, each.standing.read()) for each in standing if each.standing}
    labels = Labels().more(register.fields.values(), facts.values())
    if gone := [str(each.pk) for each in entries if each.pk not in facts]:
        search.forget(STAFF, *gone)
        search.forget(PUBLIC, *gone)

    def things(fields: Sequence[Field]) -> Iterator[search.Thing]:
        for each in standing:
            yield _thing(register, each, fields, facts[each.pk], labels, on or each.changed_at.date())

    search.index_all(STAFF, things(_open_fields(register)))
    if register.public:
        search.index_all(PUBLIC, things([register.fields[name] for name in register.public.fields]))


def _open_fields(register: Register) -> list[Field]:
    return [each for each in register.fields.values() if not each.is_restricted]


def _thing(
    register: Register, entry: Entry, fields: Sequence[Field], facts: Mapping[str, Any], labels: Labels, on: date
) -> search.Thing:
    """Words of searched fields are names, found by pinyin too; the others are text. Hidden ones are neither."""
    shown = {each.id for each in fields}
    names = [
        written(each, facts.get(each.id), labels, on)
        for each in register.fields.values()
        if each.is_searched and each.id in shown
    ]
    title = entry.title if set(register.title) <= shown else " ".join(filter(None, names)) or str(register.entry_name)
    rest = [
        written(each, facts.get(each.id), labels, on)
        for each in fields
        if not each.is_searched and each.type in (FieldType.TEXT, FieldType.LONG, FieldType.CODE, FieldType.CODES)
    ]
    return search.Thing(
        str(entry.pk),
        title,
        tuple(each for each in names if each and each != title),
        " ".join([*rest, register.name.chinese]),
    )


def register_kinds() -> None:
    """Tell search which entries an actor may find."""
    register_kind(STAFF, _staff)
    register_kind(PUBLIC, _public)


def _staff(actor: Actor, keys: Sequence[str]) -> set[str]:
    return _published(visible(actor, Entry), keys)


def _public(actor: Actor, keys: Sequence[str]) -> set[str]:
    codes = [each.id for each in known() if each.public]
    return _published(Entry.objects.filter(register__in=codes), keys)


def _published(rows: QuerySet[Entry], keys: Sequence[str]) -> set[str]:
    found = rows.filter(standing__state=EntryState.PUBLISHED, pk__in=[int(key) for key in keys])
    return {str(pk) for pk in found.values_list("pk", flat=True)}
