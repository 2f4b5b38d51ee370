"""The kinds of definition: a folder name, the list of keys, a parser, a check over all files, a runner of examples."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator, FormatChecker

if TYPE_CHECKING:
    from yichuang.foundation.definitions.folders import Folder
    from yichuang.foundation.definitions.problems import Problem

Body = dict[str, Any]
"""A definition as JSON: dates are ISO text, keys are text."""

SCHEMAS = Path(__file__).parent / "schemas"
FORMATS = FormatChecker()


def schema_file(path: Path) -> dict[str, Any]:
    """Read a JSON Schema that stands beside the room which owns the kind; a test holds all of them to the draft."""
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


COMMON = schema_file(SCHEMAS / "common.schema.json")
"""The keys of every definition: version, name, in_force, source or basis, note, examples."""


@dataclass(frozen=True)
class Kind:
    """
    One kind of definition.

    `schema` lists the kind's own keys (`properties`, `required`, `$defs`); the common ones are added. `parse` takes the
    body and its place and raises `DefinitionError`; what it gives is immutable. `check` looks over all files at once:
    unknown names, loose ends. `try_example` runs one of a file's own `examples` and returns what did not hold.
    `refers` names fields that hold the id of another definition: `{"steps.*.item": "item"}`; a `*` is every member.
    """

    name: str
    folder: str
    label: str
    schema: Mapping[str, Any]
    parse: Callable[[Body, str], object]
    check: Callable[[Folder], Iterable[Problem]] | None = None
    try_example: Callable[[Any, Body, Folder], Iterable[str]] | None = None
    refers: Mapping[str, str] = field(default_factory=dict)

    @property
    def required(self) -> tuple[str, ...]:
        """Name the keys without which there is no definition of the kind."""
        return (self.name, *COMMON["required"], *self.schema.get("required", ()))

    @cached_property
    def validator(self) -> Draft202012Validator:
        """Build the validator of the whole file: common keys, own keys, and no others."""
        own = dict(self.schema)
        properties = {self.name: COMMON["$defs"]["id"]} | COMMON["properties"] | own.pop("properties", {})
        required = list(self.required)
        whole = {**own, "type": "object", "properties": properties, "required": required, "additionalProperties": False}
        whole["$defs"] = COMMON["$defs"] | dict(own.get("$defs", {}))
        whole["allOf"] = [*own.get("allOf", []), *COMMON["allOf"]]
        return Draft202012Validator(whole, format_checker=FORMATS)


KINDS: dict[str, Kind] = {}


def register_kind(kind: Kind) -> None:
    """
    Make a kind known, in a room's `AppConfig.ready`.

    :raises AssertionError: another kind has this name or folder
    """
    taken = [each for each in KINDS.values() if kind.name == each.name or kind.folder == each.folder]
    assert not taken or taken == [KINDS.get(kind.name)], f"{kind.name}: the name or folder is taken by {taken[0].name}"
    KINDS[kind.name] = kind


def kind_named(name: str) -> Kind:
    """
    Find a kind.

    :raises KeyError: no room has registered it
    """
    return KINDS[name]
