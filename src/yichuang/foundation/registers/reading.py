"""Reads all values that somebody typed for one entry, and says at each what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from yichuang.foundation.registers import typed
from yichuang.foundation.registers.definition import Field, Register
from yichuang.foundation.registers.rules import Complaint, complaints
from yichuang.foundation.registers.values import Facts


@dataclass(frozen=True)
class Read:
    """The values as facts, and everything that is wrong with them."""

    facts: Facts
    complaints: tuple[Complaint, ...]


def read(
    register: Register,
    written: Mapping[str, Any],
    lookup: typed.Lookup,
    *,
    fields: Iterable[Field],
    before: Mapping[str, Any] | None = None,
) -> Read:
    """
    Read the values of `fields`; those of others stay as they were `before`, or have their default in a new entry.

    What cannot be read is not judged any further; everything else is held against the rules.
    """
    known: Facts = dict(before) if before is not None else _defaults(register, lookup)
    unfit: list[Complaint] = []
    for field in fields:
        if field.id not in written or field.formula is not None:
            continue
        try:
            known[field.id] = typed.read(field, written[field.id], lookup)
        except typed.Unfit as reason:
            unfit.append(Complaint(field.id, reason.message))
            known[field.id] = None
    wrong = {each.field for each in unfit}
    judged = [each for each in complaints(register, known) if each.field not in wrong]
    return Read(known, (*unfit, *judged))


def _defaults(register: Register, lookup: typed.Lookup) -> Facts:
    return {field.id: typed.read(field, field.default, lookup) for field in register.typed if field.default is not None}
