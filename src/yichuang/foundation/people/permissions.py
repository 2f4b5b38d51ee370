"""
The permission table of `definitions/national/permissions.yaml`: role, permission, scope, masked and hidden fields.

Written by hand, read once per process, checked as a whole. Pages and deeds name a permission, never a role.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from django.conf import settings
from django.utils.translation import get_language

from yichuang.kernel.errors import DefinitionError

SCHEMA = Path(__file__).parent / "schemas" / "permissions.json"
NAME = "permissions.yaml"


class Scope(StrEnum):
    """How far a permission reaches."""

    OWN = "own"
    MANDATE = "mandate"
    UNIT = "unit"
    SUBTREE = "subtree"
    REGION = "region"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Allowance:
    """One cell of the table: where a role may, and which fields it does not see, or sees masked."""

    scopes: frozenset[Scope]
    masked: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Name:
    """What something is called on screen."""

    chinese: str
    english: str

    def __str__(self) -> str:
        return self.english if (get_language() or "").startswith("en") else self.chinese


@dataclass(frozen=True, slots=True)
class Role:
    """One row of the table."""

    id: str
    name: Name
    is_staff: bool
    may: Mapping[str, Allowance]


@dataclass(frozen=True, slots=True)
class Table:
    """The whole table."""

    permissions: Mapping[str, Name]
    roles: Mapping[str, Role]
    never_temporary: frozenset[str]
    apart: tuple[frozenset[str], ...]
    """Roles of which one person holds at most one."""
    masks: Mapping[str, str]
    """Personal field to the kind of its mask."""

    def allowance(self, role: str, permission: str) -> Allowance | None:
        """Find one cell; None where the role may not."""
        row = self.roles.get(role)
        return row.may.get(permission) if row else None

    def permission_name(self, permission: str) -> str:
        """Name a permission on screen, in the language of the reader; an unknown one by its id."""
        return str(self.permissions.get(permission, permission))

    def role_name(self, role: str) -> str:
        """Name a role on screen, in the language of the reader; an unknown one by its id."""
        row = self.roles.get(role)
        return str(row.name) if row else role

    def conflicts(self, held: frozenset[str], role: str) -> frozenset[str]:
        """Name the roles among `held` that nobody may hold together with `role`."""
        return frozenset().union(*(group & held for group in self.apart if role in group)) - {role}


@cache
def table() -> Table:
    """
    Read the table of this installation.

    :raises DefinitionError: the file is missing, does not fit its schema, or names what does not exist
    """
    for folder in settings.DEFINITIONS:
        path = Path(folder) / NAME
        if path.exists():
            return parse(yaml.safe_load(path.read_text(encoding="utf-8")), place=NAME)
    raise DefinitionError(NAME, "no such file", f"one in {', '.join(map(str, settings.DEFINITIONS))}")


def parse(data: Any, *, place: str) -> Table:
    """
    Make a table of what the file says.

    :raises DefinitionError: it does not fit the schema, or names an unknown permission, role or field
    """
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    for problem in validator.iter_errors(data):
        where = "/".join(map(str, problem.absolute_path))
        raise DefinitionError(f"{place}: {where}", problem.message)
    permissions = {name: Name(*texts) for name, texts in data["permissions"].items()}
    masks: dict[str, str] = data["masks"]
    shared = {name: _cells(data[name], permissions, masks, f"{place}: {name}") for name in ("everyone", "staff")}
    roles = {}
    for role_id, row in data["roles"].items():
        where = f"{place}: roles/{role_id}"
        own = _cells(row["may"], permissions, masks, where)
        base = shared["everyone"] | (shared["staff"] if row.get("staff", True) else {})
        roles[role_id] = Role(role_id, Name(*row["name"]), row.get("staff", True), base | own)
    for group in data["apart"]:
        for role_id in group:
            _known(role_id, roles, f"{place}: apart")
    for permission in data["never_temporary"]:
        _known(permission, permissions, f"{place}: never_temporary")
    return Table(
        permissions=permissions,
        roles=roles,
        never_temporary=frozenset(data["never_temporary"]),
        apart=tuple(frozenset(group) for group in data["apart"]),
        masks=masks,
    )


def _cells(
    cells: Mapping[str, Any], permissions: Mapping[str, Name], masks: Mapping[str, str], place: str
) -> dict[str, Allowance]:
    made = {}
    for permission, cell in cells.items():
        _known(permission, permissions, place)
        full = cell if isinstance(cell, dict) else {"scope": cell}
        scopes = [full["scope"]] if isinstance(full["scope"], str) else full["scope"]
        for field in (*full.get("masked", ()), *full.get("hidden", ())):
            _known(field, masks, f"{place}/{permission}")
        made[permission] = Allowance(
            frozenset(map(Scope, scopes)), frozenset(full.get("masked", ())), frozenset(full.get("hidden", ()))
        )
    return made


def _known(name: str, choices: Mapping[str, Any], place: str) -> None:
    if name not in choices:
        raise DefinitionError(place, f"unknown name {name!r}", "a name declared in this file", sorted(choices))
