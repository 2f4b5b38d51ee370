"""How entries are filtered: told once to the one filter, which lists, search, export and files go through."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people import visibility
from yichuang.foundation.people.actors import Actor, Reach
from yichuang.foundation.registers import rights
from yichuang.foundation.registers.definition import Register
from yichuang.foundation.registers.models import ChangeRequest, Entry, Evidence, Version
from yichuang.foundation.registers.terms import REGISTER, Action, EntryState, FieldType

PURPOSES = {action: action.permission for action in (Action.EDIT, Action.CHECK, Action.PUBLISH, Action.EXPORT)}
"""What else than looking rows are filtered for."""


def known() -> list[Register]:
    """Give every register that was ever published, in its newest version: rights follow the newest file."""
    return definitions.kept((REGISTER, "newest"), list, _newest)


def _newest() -> list[Register]:
    newest: dict[str, Register] = {}
    for row in definitions.published(REGISTER).defer("body"):
        if row.code not in newest and row.withdrawn_at is None:
            newest[row.code] = definitions.get(REGISTER, row.code, row.version)
    return list(newest.values())


def reached(actor: Actor, action: Action, *, register: str = "register_id", unit: str = "unit_id") -> Q:
    """Compile the rows of all registers that the actor's roles reach for an action."""
    whole: list[str] = []
    parts: dict[frozenset[int], list[str]] = {}
    for each in known():
        found = rights.rows(actor, each, action)
        if found.everything:
            whole.append(each.id)
        elif found.units:
            parts.setdefault(found.units, []).append(each.id)
    condition = Q((f"{register}__in", whole))
    for units, codes in parts.items():
        condition |= Q((f"{register}__in", codes), (f"{unit}__in", units))
    return condition


def files(actor: Actor) -> Q:
    """
    Let people read the files that stand beside entries they see, and the public those of fields that are public.

    A file of a field that only some see is read by those alone.
    """
    shown = Evidence.objects.filter(removed_at=None)
    readable = Q(pk__in=[])
    for each in known():
        hidden = [name for name, field in each.fields.items() if not rights.sees(actor, field)]
        reached_rows = rights.rows(actor, each, Action.VIEW)
        if not reached_rows.is_nothing:
            rows = Entry.objects.filter(reached_rows.as_filter, register=each.id)
            readable |= Q(pk__in=shown.filter(entry__in=rows).exclude(field__in=hidden).values("file"))
        open_fields = (
            [name for name in each.public.fields if each.fields[name].type is FieldType.FILE] if each.public else []
        )
        if open_fields:
            standing = Entry.objects.filter(register=each.id, standing__state=EntryState.PUBLISHED)
            readable |= Q(pk__in=shown.filter(entry__in=standing, field__in=open_fields).values("file"))
    return readable


def register() -> None:
    """Tell the one filter about the room's models."""
    actions = {permission: action for action, permission in PURPOSES.items()} | {Action.VIEW.permission: Action.VIEW}

    def through(register_path: str, unit_path: str) -> Callable[[Reach], Q]:
        return lambda reach: reached(reach.actor, actions[reach.permission], register=register_path, unit=unit_path)

    for model, paths in (
        (Entry, ("register_id", "unit_id")),
        (Version, ("register", "entry__unit_id")),
        (ChangeRequest, ("register_id", "unit_id")),
    ):
        scope = through(*paths)
        visibility.register_scope(
            model,
            permission=Action.VIEW.permission,
            purposes={action.value: permission for action, permission in PURPOSES.items()},
            units=scope,
            everything=scope,
        )
