"""What an entry must satisfy. Pure: values in, complaints out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yichuang.foundation.registers.definition import Field, Register
from yichuang.foundation.registers.terms import FieldType
from yichuang.foundation.registers.values import for_conditions, worked_out
from yichuang.foundation.registers.writing import measured
from yichuang.kernel.conditions import Truth


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with an entry; `field` is empty where it concerns several."""

    field: str
    message: str


def complaints(register: Register, facts: Mapping[str, Any]) -> list[Complaint]:
    """List everything that is wrong: what is missing, out of bounds, or against a rule that can be decided."""
    found = [each for field in register.typed for each in _of_field(field, facts.get(field.id))]
    wrong = {each.field for each in found}
    whole = for_conditions(register, worked_out(register, facts))
    broken = [
        rule for rule in register.rules if wrong.isdisjoint(rule.fields) and rule.condition.truth(whole) is Truth.NO
    ]
    return found + [Complaint(rule.fields[0] if rule.fields else "", str(rule.message)) for rule in broken]


def _of_field(field: Field, value: Any) -> Iterator[Complaint]:
    if value in (None, "", ()):
        if field.required:
            yield Complaint(field.id, _("请填写“%(label)s”。") % {"label": str(field.name)})
        return
    label = str(field.name)
    if field.pattern and not re.fullmatch(field.pattern, value):
        told = str(field.help) or _("格式须为 %(pattern)s") % {"pattern": field.pattern}
        yield Complaint(
            field.id, _("“%(label)s”的格式不对：%(value)s。%(told)s") % {"label": label, "value": value, "told": told}
        )
    if field.type in (FieldType.NUMBER, FieldType.INTEGER, FieldType.MONEY):
        yield from _bounds(field, value, label)


def _bounds(field: Field, value: Any, label: str) -> Iterator[Complaint]:
    if field.minimum is not None and value < field.minimum:
        least = {"label": label, "limit": measured(Decimal(str(field.minimum)), field.unit)}
        yield Complaint(field.id, _("“%(label)s”不能小于 %(limit)s。") % least)
    if field.maximum is not None and value > field.maximum:
        most = {"label": label, "limit": measured(Decimal(str(field.maximum)), field.unit)}
        yield Complaint(field.id, _("“%(label)s”不能大于 %(limit)s。") % most)
