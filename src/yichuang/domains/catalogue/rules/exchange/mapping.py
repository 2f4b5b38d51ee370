"""A mapping of items: which column of a list fills which field, and how its words become ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from yichuang.domains.catalogue.rules.exchange.fields import LISTED, is_field
from yichuang.foundation.definitions.kinds import Body
from yichuang.kernel.errors import DefinitionError


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a column: the field that it fills, and how."""

    field: str  # a key of the item's definition, `unit.…`; empty: it is only kept
    values: Mapping[str, Any]  # the list's word → ours
    separator: str  # between several values in one cell
    part: tuple[int, int] | None  # which characters of the cell count
    prefix: str  # taken off where a cell begins with it
    is_required: bool
    agrees_with: str  # the field whose value the cell should repeat


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """One column of a list."""

    title: str
    uses: tuple[Use, ...]
    is_kept: bool  # the cell as it is written also goes into `source_fields`
    blank: frozenset[str]  # words of this column that mean nothing is there


@dataclass(frozen=True, slots=True)
class ItemMapping:
    """How a list of items is read."""

    columns: tuple[ColumnUse, ...]
    constants: Mapping[str, Any]
    unit: Mapping[str, str]  # kind and relation of units that the list brings

    @property
    def titles(self) -> tuple[str, ...]:
        """List the columns."""
        return tuple(each.title for each in self.columns)


def parse_mapping(body: Body, place: str) -> ItemMapping:
    """
    Read a mapping; its keys are those of `schemas/item_mapping.schema.json`.

    :raises DefinitionError: it names a field that items do not have, splits what is one value, or fills no code or name
    """
    blank = frozenset(body.get("blank", []))
    columns = tuple(_column(title, said, blank, place) for title, said in body["columns"].items())
    filled = {use.field for column in columns for use in column.uses} | set(body.get("constants", {}))
    for field in ("code", "name", "unit.name", "task_type", "handling"):
        if field not in filled:
            raise DefinitionError(f"{place}: columns", f"没有一列填 {field}", "一列或一个常量")
    for field in body.get("constants", {}):
        _known(field, f"{place}: constants.{field}")
    return ItemMapping(
        columns, MappingProxyType(dict(body.get("constants", {}))), MappingProxyType(dict(body.get("unit", {})))
    )


def _column(title: str, said: Any, blank: frozenset[str], place: str) -> ColumnUse:
    where = f"{place}: columns.{title}"
    given = said if isinstance(said, list) else [said]
    return ColumnUse(
        title=title,
        uses=tuple(_use(each, where) for each in given if each.get("field") or each.get("agrees_with")),
        is_kept=any(each.get("keep", False) for each in given),
        blank=blank | frozenset(word for each in given for word in each.get("blank", [])),
    )


def _use(said: Mapping[str, Any], where: str) -> Use:
    field = said.get("field", "")
    if field:
        _known(field, where)
    if said.get("agrees_with"):
        _known(said["agrees_with"], where)
    if "separator" in said and field not in LISTED:
        raise DefinitionError(f"{where}.separator", field, "一个可有多值的字段", sorted(LISTED))
    part = said.get("part")
    return Use(
        field=field,
        values=MappingProxyType(dict(said.get("values", {}))),
        separator=said.get("separator", ""),
        part=(part[0], part[1]) if part else None,
        prefix=said.get("prefix", ""),
        is_required=said.get("required", False),
        agrees_with=said.get("agrees_with", ""),
    )


def _known(field: str, where: str) -> None:
    if not is_field(field):
        raise DefinitionError(where, f"没有字段 {field}", "事项定义的一个字段，或 unit.name、unit.uscc 等")
