"""Dated rules: a legal limit, a target, a list of grounds. Law and local practice are rows with validity and basis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from yichuang.kernel.errors import DefinitionError

Value = Any
"""A whole number, a Decimal, a text, or an immutable mapping or tuple of these."""


@dataclass(frozen=True, slots=True)
class Row:
    """What a rule says in one span of time; `valid_to` is the first day on which it no longer does."""

    value: Value
    unit: str
    basis: str
    valid_from: date
    valid_to: date | None
    note: str = ""

    def holds(self, on: date) -> bool:
        """Tell whether the row is valid on a day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule and all its rows, oldest first, without gap or overlap."""

    key: str
    name: str
    rows: tuple[Row, ...]

    def row(self, on: date) -> Row | None:
        """Find the row of a day, None before the first or after the last."""
        return next((row for row in self.rows if row.holds(on)), None)


@dataclass(frozen=True, slots=True)
class PauseGround:
    """A reason for which a clock may stand still; `name` is the kind that lifecycles and pauses carry."""

    name: str
    is_special: bool
    """One of the eight procedures that the law does not count."""
    needs_approval: bool
    needs_consent: bool
    basis: str


def pause_grounds(row: Row) -> tuple[PauseGround, ...]:
    """Read the row of the rule `pause_grounds`."""
    return tuple(
        PauseGround(each["name"], each["special"], each["approval"], each["consent"], each["basis"])
        for each in row.value
    )


def frozen(value: Any) -> Value:
    """Make a JSON value immutable."""
    if isinstance(value, dict):
        return MappingProxyType({key: frozen(each) for key, each in value.items()})
    return tuple(map(frozen, value)) if isinstance(value, list) else value


def parse_rule(body: Mapping[str, Any], place: str) -> Rule:
    """
    Read a rule.

    :raises DefinitionError: two rows overlap or leave a gap
    """
    rows = tuple(_row(body, row) for row in body["rows"])
    for number, (earlier, later) in enumerate(pairwise(rows), start=1):
        if earlier.valid_to is None or earlier.valid_to != later.valid_from:
            ends = earlier.valid_to or "没有止期"
            found = f"上一行止于 {ends}，本行始于 {later.valid_from}"
            raise DefinitionError(f"{place}: rows.{number}", found, "行与行首尾相接，既无空档也不重叠")
    return Rule(str(body["rule"]), str(body["name"]), rows)


def _row(body: Mapping[str, Any], row: Mapping[str, Any]) -> Row:
    return Row(
        value=frozen(row["value"]),
        unit=str(row.get("unit", body.get("unit", ""))),
        basis=str(row["basis"]),
        valid_from=date.fromisoformat(row["from"]),
        valid_to=date.fromisoformat(row["to"]) + timedelta(days=1) if "to" in row else None,
        note=str(row.get("note", "")),
    )
