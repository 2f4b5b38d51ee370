"""The two-way comparison of a register with the things of an upper room: 两张皮 is what stands on one side alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.visibility import visible
from yichuang.foundation.registers.definition import Register
from yichuang.foundation.registers.models import Cell, Entry
from yichuang.foundation.registers.queries.standing import entries, meeting
from yichuang.foundation.registers.targets import TARGETS


@dataclass(frozen=True)
class Compared:
    """What fits, and what stands on one side alone."""

    both: int
    only_here: list[Entry]
    only_there: Mapping[str, str]
    hidden: int
    """Entries that stand here alone and that the reader may not open."""


def compared(register: Register, actor: Actor, on: date) -> Compared:
    """
    Compare what is published on a day with the things that the register's file names.

    The reader is named the entries that he may open; the others are counted.
    """
    match = register.match
    assert match is not None, "the register's file names nothing to compare with"
    rows = entries(register.id, on=on)
    if match.where is not None:
        rows = meeting(rows, register, match.where)
    there = TARGETS[match.target].listed(match.kinds)
    cells = Cell.objects.filter(field=match.field, version__in=rows.order_by().values("pk"))
    named: dict[int, set[str]] = {}
    for entry_id, key in cells.values_list("version__entry_id", "text"):
        named.setdefault(entry_id, set()).add(key or "")
    alone = [
        entry_id
        for entry_id in rows.order_by("entry_id").values_list("entry_id", flat=True)
        if not named.get(entry_id, set()) & there.keys()
    ]
    shown = list(visible(actor, Entry).filter(pk__in=alone).order_by("number"))
    here = {key for keys in named.values() for key in keys}
    missing = {key: name for key, name in there.items() if key not in here}
    return Compared(len(there) - len(missing), shown, missing, len(alone) - len(shown))
