"""The names of what values refer to, asked for all values of a page at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from yichuang.foundation.files.models import StoredFile
from yichuang.foundation.people.models import Party, Region, Unit
from yichuang.foundation.registers.definition import Field
from yichuang.foundation.registers.lookup import NewParty
from yichuang.foundation.registers.models import Entry
from yichuang.foundation.registers.targets import TARGETS
from yichuang.foundation.registers.terms import FieldType

BLOCK = 500


@dataclass
class Labels:
    """Names by type and key; `more` looks up what is not known yet, in blocks."""

    known: dict[FieldType, dict[Any, str]] = field(default_factory=dict)
    numbers: dict[int, str] = field(default_factory=dict)  # credit codes of parties
    places: dict[int, tuple[str, int]] = field(default_factory=dict)  # register and number of entries

    def more(self, fields: Iterable[Field], rows: Iterable[Mapping[str, Any]]) -> Labels:
        """Look up the names of everything that rows refer to."""
        wanted: dict[FieldType, set[Any]] = {}
        referring = [each for each in fields if each.type.is_reference or each.type is FieldType.FILE]
        for facts in rows:
            for each in referring:
                value = facts.get(each.id)
                if value not in (None, ()) and not isinstance(value, NewParty):
                    wanted.setdefault(each.type, set()).update(value if isinstance(value, tuple) else (value,))
        for kind, keys in wanted.items():
            known = self.known.setdefault(kind, {})
            new = sorted(keys - known.keys())
            for start in range(0, len(new), BLOCK):
                known.update(self._names(kind, new[start : start + BLOCK]))
        return self

    def name(self, field: Field, key: Any) -> str:
        """Name one thing; what is not there any more by its key."""
        if isinstance(key, NewParty):
            return key.name
        return self.known.get(field.type, {}).get(key, str(key))

    def _names(self, kind: FieldType, keys: list[Any]) -> Mapping[Any, str]:
        match kind:
            case FieldType.PARTY:
                rows = Party.objects.filter(pk__in=keys).values_list("pk", "name", "uscc")
                found = {pk: (name, uscc) for pk, name, uscc in rows}
                self.numbers |= {pk: uscc for pk, (_name, uscc) in found.items()}
                return {pk: name for pk, (name, _uscc) in found.items()}
            case FieldType.UNIT:
                return dict(Unit.objects.filter(code__in=keys).values_list("code", "short_name"))
            case FieldType.REGION:
                return dict(Region.objects.filter(code__in=keys).values_list("code", "name"))
            case FieldType.ENTRY:
                entries = list(Entry.objects.filter(pk__in=keys))
                self.places |= {row.pk: (row.register_id, row.number) for row in entries}
                return {row.pk: row.title for row in entries}
            case FieldType.FILE:
                return dict(StoredFile.objects.filter(pk__in=keys).values_list("pk", "name"))
        return TARGETS[kind].names(keys) if kind in TARGETS else {}
