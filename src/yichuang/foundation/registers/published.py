"""Registers as their published files say them, and the names of their codes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import get_language

from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.definitions.problems import NotInForce
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.registers import rights
from yichuang.foundation.registers.definition import Field, Register
from yichuang.foundation.registers.scopes import known
from yichuang.foundation.registers.terms import REGISTER, Action


def register(code: str, on: date) -> Register:
    """
    Give a register as its file in force on a day says; before its first day, as the first file says.

    :raises NotInForce: there is none of this name
    """
    try:
        found = definitions.in_force(REGISTER, code, on)
    except NotInForce:
        earliest = definitions.versions(REGISTER, code).filter(withdrawn_at=None).last()
        if earliest is None:
            raise
        found = definitions.get(REGISTER, code, earliest.version)
    assert isinstance(found, Register)
    return found


def registers(on: date) -> list[Register]:
    """List the registers, by group and id."""
    found = [register(each.id, on) for each in known()]
    return sorted(found, key=lambda each: (each.group.chinese, each.id))


def registers_for(actor: Actor, on: date, action: Action = Action.VIEW) -> list[Register]:
    """List the registers in which an actor may do something."""
    return [each for each in registers(on) if rights.may(actor, each, action)]


def register_for(actor: Actor, code: str, on: date, action: Action = Action.VIEW) -> Register | None:
    """Find a register in which an actor may do something; whether there is another one is not told."""
    try:
        found = register(code, on)
    except NotInForce:
        return None
    return found if rights.may(actor, found, action) else None


def public_registers(on: date) -> list[Register]:
    """List the registers of which the public sees something."""
    return [each for each in registers(on) if each.public is not None]


def choices(field: Field, on: date) -> Mapping[str, str]:
    """Give the names of a field's codes in the language of the reader, in their order."""
    if field.codes:
        found = definitions.code_list(field.codes, on)
        is_english = (get_language() or "").startswith("en")
        return {code: found.english.get(code, name) if is_english else name for code, name in found.names.items()}
    return {each.code: str(each.name) for each in field.choices}


def chinese_choices(field: Field, on: date) -> Mapping[str, str]:
    """Give the Chinese names of a field's codes: what workbooks hold."""
    if field.codes:
        return definitions.code_list(field.codes, on).names
    return {each.code: each.name.chinese for each in field.choices}
