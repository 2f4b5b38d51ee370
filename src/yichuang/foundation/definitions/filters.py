"""Compiles a condition into a filter for lists: the same answers in SQL as one by one, the unknown included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import DecimalField, F, Field, Lookup, Q
from django.db.models import Value as SqlValue

from yichuang.kernel.conditions import (
    And,
    Compare,
    Condition,
    Holds,
    Known,
    Leaf,
    Literal,
    Member,
    Not,
    Op,
    Operand,
    Or,
    Path,
    Tree,
    Value,
)
from yichuang.kernel.errors import DefinitionError

Columns = Mapping[str, str]
"""Declared path → column, as `Q` names it; only real columns may stand in a list filter."""

LOOKUPS = {Op.EQ: "exact", Op.NE: "differs", Op.LT: "lt", Op.LE: "lte", Op.GT: "gt", Op.GE: "gte"}
OPPOSITE = {Op.EQ: Op.NE, Op.NE: Op.EQ, Op.LT: Op.GE, Op.GE: Op.LT, Op.GT: Op.LE, Op.LE: Op.GT}
MIRRORED = {Op.EQ: Op.EQ, Op.NE: Op.NE, Op.LT: Op.GT, Op.GT: Op.LT, Op.LE: Op.GE, Op.GE: Op.LE}


@Field.register_lookup
class Differs(Lookup):
    """`<>`: unlike `~Q` it is not true for NULL."""

    lookup_name = "differs"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Write `left <> right`."""
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        return f"{left} <> {right}", (*left_values, *right_values)


@dataclass(frozen=True, slots=True)
class Sides:
    """The rows for which the answer is yes, and those for which it is no; the rest are unknown."""

    yes: Q
    no: Q


def to_q(condition: Condition, columns: Columns) -> Q:
    """
    Compile the rows for which a condition is decided yes.

    :raises DefinitionError: it names a path that is no declared column, or looks into a list
    """
    return sides(condition, columns).yes


def sides(condition: Condition, columns: Columns) -> Sides:
    """
    Compile both sides of a condition.

    :raises DefinitionError: it names a path that is no declared column, or looks into a list
    """
    return _tree(condition.tree, columns)


def _tree(tree: Tree, columns: Columns) -> Sides:
    match tree:
        case Not(part):
            inner = _tree(part, columns)
            return Sides(inner.no, inner.yes)
        case And(parts):
            all_of = [_tree(part, columns) for part in parts]
            return Sides(reduce(and_, (each.yes for each in all_of)), reduce(or_, (each.no for each in all_of)))
        case Or(parts):
            any_of = [_tree(part, columns) for part in parts]
            return Sides(reduce(or_, (each.yes for each in any_of)), reduce(and_, (each.no for each in any_of)))
    return _leaf(tree, columns)


def _leaf(leaf: Leaf, columns: Columns) -> Sides:
    match leaf:
        case Known(path):
            column = _column(path, columns)
            return Sides(Q((f"{column}__isnull", False)), Q((f"{column}__isnull", True)))
        case Holds(path):
            column = _column(path, columns)
            return Sides(_present(column) & Q((column, True)), _present(column) & Q((column, False)))
        case Member(Path() as path, Literal(tuple() as group), negated):
            column = _column(path, columns)
            within = Q((f"{column}__in", [_sql(value) for value in group]))
            outside = reduce(and_, (Q((f"{column}__differs", _sql(value))) for value in group), Q())
            inside = Sides(_present(column) & within, _present(column) & outside)
            return Sides(inside.no, inside.yes) if negated else inside
        case Compare(left, op, right):
            return _compare(left, op, right, columns)
    raise DefinitionError("condition", "looks into a list", "a column compared with values", tuple(columns))


def _compare(left: Operand, op: Op, right: Operand, columns: Columns) -> Sides:
    if isinstance(left, Literal):
        left, op, right = right, MIRRORED[op], left
    assert isinstance(left, Path), "at least one side of a comparison is a path"
    column = _column(left, columns)
    present = _present(column)
    other: Any
    if isinstance(right, Path):
        other = F(_column(right, columns))
        present &= _present(_column(right, columns))
    else:
        assert not isinstance(right.value, tuple), "a list is compared by `in`"
        other = _sql(right.value)
    return Sides(
        present & Q((f"{column}__{LOOKUPS[op]}", other)),
        present & Q((f"{column}__{LOOKUPS[OPPOSITE[op]]}", other)),
    )


def _column(path: Path, columns: Columns) -> str:
    if path.name not in columns:
        raise DefinitionError("condition", f"{path.name} is no column of this list", "a declared one", tuple(columns))
    return columns[path.name]


def _present(column: str) -> Q:
    return Q((f"{column}__isnull", False))


def _sql(value: Value) -> Any:
    """Keep fractions from being cut to whole numbers beside a whole-number column."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else SqlValue(value, output_field=DecimalField())
