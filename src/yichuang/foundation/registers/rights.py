"""
Who may do what in a register: a role needs the permission of the table and must be named by the register's file.

The table says what kinds of deed a role may do with registers at all; the file says in which register, and how far.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from yichuang.foundation.people.actors import Actor, Grant, NotAllowed
from yichuang.foundation.people.masking import mask
from yichuang.foundation.records.terms import By
from yichuang.foundation.registers.definition import Field, Register
from yichuang.foundation.registers.terms import Action, Reach


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows an action reaches: all, or those of some units."""

    everything: bool
    units: frozenset[int] = frozenset()

    @property
    def is_nothing(self) -> bool:
        """Say whether no row is reached."""
        return not self.everything and not self.units

    def has(self, unit_id: int | None) -> bool:
        """Say whether a row of this unit is reached; a row of no unit belongs to nobody in particular."""
        return self.everything or unit_id in self.units

    @property
    def as_filter(self) -> Q:
        """Give the condition over entries of one register."""
        return Q() if self.everything else Q(unit_id__in=self.units)


def rows(actor: Actor, register: Register, action: Action) -> Rows:
    """Tell which rows of a register the actor's roles reach for an action."""
    if actor.is_system:
        return Rows(True)
    units: frozenset[int] = frozenset()
    for grant in actor.grants:
        found = _units(grant, register, action)
        if found is None:
            return Rows(True)
        units |= found
    return Rows(False, units)


def may(actor: Actor, register: Register, action: Action, unit_id: int | None = None) -> bool:
    """Say whether the actor may do something in a register: anywhere, or with a row of a unit."""
    reached = rows(actor, register, action)
    return not reached.is_nothing if unit_id is None else reached.has(unit_id)


def require(actor: Actor, register: Register, action: Action, unit_id: int | None = None) -> By:
    """
    Insist on `may`, and say who acts: in the post that grants it.

    :raises NotAllowed: the table or the register's file does not name the actor's roles
    """
    if actor.is_system:
        return actor.by
    for grant in actor.grants:
        found = _units(grant, register, action)
        if found is None or (found and (unit_id is None or unit_id in found)):
            return By(actor.account_id, grant.post, grant.on_behalf_of)
    raise NotAllowed(action.permission)


def sees(actor: Actor, field: Field) -> bool:
    """Say whether the actor sees a field's values whole."""
    if not field.is_restricted or actor.is_system:
        return True
    return any(grant.role in field.seen_by for grant in actor.grants)


def seen_fields(actor: Actor, register: Register) -> tuple[Field, ...]:
    """Give the fields that the actor sees, whole or masked; the others are not there for him."""
    return tuple(each for each in register.fields.values() if sees(actor, each) or each.mask)


def masked(field: Field, text: str) -> str:
    """Cover a text as the field says."""
    return mask(text, field.mask) if text else ""


def _units(grant: Grant, register: Register, action: Action) -> frozenset[int] | None:
    """Give the units in which one role may; None means every row."""
    reach = register.access[action].get(grant.role)
    if reach is None or grant.allowance(action.permission) is None:
        return frozenset()
    match reach:
        case Reach.ALL:
            return None
        case Reach.SUBTREE:
            return grant.subtree
        case Reach.REGION:
            return grant.region
    return frozenset() if grant.unit_id is None else frozenset({grant.unit_id})
