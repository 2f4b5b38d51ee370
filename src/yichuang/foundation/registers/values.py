"""The values of an entry in their two forms: as they are kept (canonical JSON) and as they are computed with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from yichuang.foundation.registers.definition import Field, Register
from yichuang.foundation.registers.terms import FieldType
from yichuang.kernel.ledger import canonical

Facts = dict[str, Any]
"""Field → Decimal, date, bool, text, list of texts, or id; what is missing is None or absent."""


def kept(field: Field, value: Any) -> Any:
    """
    Write a value as it is kept: amounts in fen, numbers with their digits, days as ISO text.

    >>> from yichuang.foundation.registers.definition import Name
    >>> kept(Field("credit", FieldType.MONEY, Name("授信额"), unit="亿元"), Decimal("2.34"))
    23400000000
    """
    match field.type:
        case FieldType.MONEY:
            return whole(field, value)
        case FieldType.NUMBER:
            return f"{value:.{field.digits}f}"
        case FieldType.INTEGER:
            return int(value)
        case FieldType.DATE:
            return value.isoformat()
        case FieldType.MONTH:
            return f"{value:%Y-%m}"
    return list(value) if field.type in (FieldType.CODES, FieldType.FILE) else value


def read(field: Field, stored: Any) -> Any:
    """Read what was kept; what was kept under another type (the file has changed since) counts as missing."""
    if stored is None:
        return None
    try:
        match field.type:
            case FieldType.MONEY:
                return Decimal(stored).scaleb(-field.scale)
            case FieldType.NUMBER | FieldType.INTEGER:
                return Decimal(stored).quantize(Decimal(1).scaleb(-field.digits), ROUND_HALF_UP)
            case FieldType.DATE:
                return date.fromisoformat(stored)
            case FieldType.MONTH:
                return date.fromisoformat(f"{stored}-01")
    except (ValueError, TypeError, ArithmeticError):
        return None
    return tuple(stored) if isinstance(stored, list) else stored


def whole(field: Field, value: Decimal) -> int:
    """Shift a number to the whole number of its cell, rounding half up what its digits do not hold."""
    return int(value.scaleb(field.scale).quantize(Decimal(1), ROUND_HALF_UP))


def canonical_text(register: Register, facts: Mapping[str, Any]) -> str:
    """Write the typed values of an entry in RFC 8785 form; what is missing does not stand there."""
    return canonical(as_kept(register, facts)).decode()


def as_kept(register: Register, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Give the typed values as they are kept."""
    given = ((field, facts.get(field.id)) for field in register.typed)
    found = {field.id: kept(field, value) for field, value in given if value not in (None, "", ())}
    return found | ({"stage": facts["stage"]} if register.lifecycle and facts.get("stage") else {})


def facts_of(register: Register, stored: Mapping[str, Any]) -> Facts:
    """Read the values of an entry, and work out its computed columns."""
    facts: Facts = {field.id: read(field, stored.get(field.id)) for field in register.typed}
    if "stage" in stored:
        facts["stage"] = stored["stage"]
    return worked_out(register, facts)


def worked_out(register: Register, facts: Mapping[str, Any]) -> Facts:
    """Add the computed columns; they stand in an order in which each finds what it reads."""
    whole_facts = dict(facts)
    for field in register.computed:
        assert field.formula is not None
        whole_facts[field.id] = field.formula.work_out(whole_facts, field.digits)
    return whole_facts


def for_conditions(register: Register, facts: Mapping[str, Any]) -> Facts:
    """Give the facts as conditions take them: what is referred to by an id is a text there."""
    by_id = (FieldType.PARTY, FieldType.ENTRY)
    found: Facts = {}
    for name, value in facts.items():
        field = register.fields.get(name)
        if field and value is not None and field.type in by_id:
            found[name] = str(value)
        elif field and field.type is FieldType.FILE:
            found[name] = [str(each) for each in value or ()] or None
        else:
            found[name] = list(value) if isinstance(value, tuple) else value
    return found
