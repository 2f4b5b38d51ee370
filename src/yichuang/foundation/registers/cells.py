"""Cells: what lists and figures find a version by. Derived from the versions; they can be made anew at any time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from yichuang.foundation.people.models import Unit
from yichuang.foundation.records import bulk
from yichuang.foundation.registers.definition import Field, Register
from yichuang.foundation.registers.labels import Labels
from yichuang.foundation.registers.models import Cell, Version
from yichuang.foundation.registers.terms import FieldType
from yichuang.foundation.registers.values import kept, whole
from yichuang.kernel.ledger import canonical

LONGEST = 200


COLUMNS = ("version_id", "register", "field", "text", "number", "day", "ref")
"""The columns of a cell, in the order of `cells_of`."""

Row = tuple[int, str, str, str | None, int | None, date | None, int | None]


def write(rows: Iterable[Row]) -> int:
    """Write cells, and tell how many; inside a deed."""
    made = list(rows)
    bulk.insert(Cell, COLUMNS, made)
    return len(made)


def cells_of(register: Register, version: Version, facts: Mapping[str, Any], labels: Labels) -> Iterator[Row]:
    """Make the cells of one version: one a value, several for a field of several codes, none for what is missing."""
    for each_field in register.having_cells():
        value = facts.get(each_field.id)
        if value in (None, "", ()):
            continue
        for each in value if isinstance(value, tuple) else (value,):
            yield (version.pk, register.id, each_field.id, *_columns(each_field, each, labels))
    if register.lifecycle and facts.get("stage"):
        yield (version.pk, register.id, "stage", facts["stage"], None, None, None)


def _columns(of: Field, value: Any, labels: Labels) -> tuple[str | None, int | None, date | None, int | None]:
    if of.type.is_numeric:
        return None, whole(of, value), None, None
    if of.type.is_day:
        return None, None, value, None
    match of.type:
        case FieldType.BOOL:
            return None, int(value), None, None
        case FieldType.PARTY | FieldType.ENTRY:
            return labels.name(of, value)[:LONGEST], None, None, value
    return str(value)[:LONGEST], None, None, None


def keys_of(register: Register, facts: Mapping[str, Any]) -> dict[str, str]:
    """Digest what may stand only once: rule → digest of its values; a rule with a missing value holds nothing."""
    found = {}
    for names in register.keys:
        given = [(register.fields[name], facts.get(name)) for name in names]
        values = [None if value in (None, "", ()) else kept(field, value) for field, value in given]
        if None not in values:
            found["+".join(names)] = sha256(canonical(values)).hexdigest()
    return found


@dataclass
class Places:
    """Whose entries are and where they lie; the units, of which there are few, are asked once."""

    _by_code: dict[str, int] = field(default_factory=dict)
    _regions: dict[int, str] = field(default_factory=dict)

    def unit_of(self, register: Register, facts: Mapping[str, Any], fallback: int | None) -> int | None:
        """Find whose entry it is: the unit that the owner field names, else the unit of whoever wrote it."""
        self._load()
        return self._by_code[facts[register.owner]] if register.owner else fallback

    def region_of(self, register: Register, facts: Mapping[str, Any], unit_id: int | None) -> str:
        """Find where an entry lies: the region that a field names, else that of its unit."""
        self._load()
        return str(facts[register.region]) if register.region else self._regions.get(unit_id or 0, "")

    def _load(self) -> None:
        if not self._by_code:
            for pk, code, region in Unit.objects.values_list("pk", "code", "region_id"):
                self._by_code[code], self._regions[pk] = pk, region


def first_day(register: Register, facts: Mapping[str, Any], fallback: date) -> date:
    """Find the day from which an entry holds at first: the field that the file names, else the day of the deed."""
    found = facts.get(register.valid_from) if register.valid_from else None
    assert found is None or isinstance(found, date)
    return found or fallback
