"""
Conditions over columns: many subjects at once, with the same answers as one by one. Needs Polars; import it only here.

Numbers are whole inside: Int64 of the value × 10**scale, so that nothing is rounded and nothing is a float. A Boolean
column with nulls is Truth: Polars joins such columns by Kleene's tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl
from polars.datatypes import DataTypeClass

from .condition import Condition
from .deciding import TURNED
from .reading import kind_of
from .terms import And, Compare, FactKind, Holds, Known, Literal, Member, Not, Op, Operand, Or, Path, Tree, Value

Dtype = pl.DataType | DataTypeClass

_WHOLE = (pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64)
_TEXTS = (pl.String, pl.Categorical, pl.Enum)
_FURTHEST = 18  # digits behind the point: two such columns still compare within Int128
_INT64 = 1 << 63


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds; None of an absent one, which is unknown everywhere. A list tells what is inside."""

    kind: FactKind | None
    scale: int = 0
    inside: FactKind | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The columns that some conditions ask for, made ready once: then each condition is one expression."""

    frame: pl.DataFrame
    columns: Mapping[str, Column]

    @classmethod
    def of(cls, frame: pl.DataFrame, paths: Iterable[str], scales: Mapping[str, int] | None = None) -> Table:
        """
        Take the columns named by `paths` out of a frame; one that is not there is unknown for every row.

        Numbers are whole or Decimal columns. `scales` names whole columns that already hold the value × 10**scale.

        :raises TypeError: a column is of a kind that no fact has (floats and moments among them), has more than 18
            digits behind the point, or holds a number beyond Int64
        """
        series: dict[str, pl.Series] = {}
        columns: dict[str, Column] = {}
        for name in sorted(paths):
            if name in frame.columns:
                series[name], columns[name] = _ready(frame, name, (scales or {}).get(name, 0))
            else:
                series[name] = pl.repeat(None, frame.height, dtype=pl.Boolean, eager=True)
                columns[name] = Column(None)
        return cls(pl.DataFrame(series), columns)

    def decide(self, conditions: Iterable[Condition]) -> list[pl.Series]:
        """
        Decide every condition for every row: one Boolean column each, null where unknown.

        :raises TypeError: a column is of another kind than a condition compares it with
        """
        expressions = [expression(each.tree, self).alias(f"{n}") for n, each in enumerate(conditions)]
        return self.frame.select(expressions).get_columns()


def columns(condition: Condition, frame: pl.DataFrame, scales: Mapping[str, int] | None = None) -> pl.Series:
    """
    Decide one condition for every row of a frame: a Boolean column, null where unknown.

    >>> from .condition import parse
    >>> frame = pl.DataFrame({"area": [1, None, None], "closed": [False, True, False]})
    >>> columns(parse("area > 0.5 and not closed"), frame).to_list()
    [True, False, None]

    :raises TypeError: as `Table.of` and `Table.decide`
    """
    return Table.of(frame, condition.paths, scales).decide([condition])[0]


def expression(tree: Tree, table: Table) -> pl.Expr:
    """
    Compile a tree to one expression over the table's frame.

    :raises TypeError: a column is of another kind than the tree compares it with
    """
    match tree:
        case And(parts) | Or(parts):
            first, *others = [expression(part, table) for part in parts]
            for other in others:
                first = first & other if isinstance(tree, And) else first | other
            return first
        case Not(part):
            return ~expression(part, table)
        case Known(path):
            return pl.col(path.name).is_not_null()
        case Holds(path):
            return _column(path, table, FactKind.BOOL)
        case Compare(left, op, right):
            return _compared(left, op, right, table)
        case Member(item, group, negated):
            inside = _inside(item, group, table)
            return ~inside if negated else inside


_KINDS = (
    (FactKind.NUMBER, _WHOLE),
    (FactKind.TEXT, _TEXTS),
    (FactKind.BOOL, (pl.Boolean,)),
    (FactKind.DATE, (pl.Date,)),
    (None, (pl.Null,)),
)


def _ready(frame: pl.DataFrame, name: str, scale: int) -> tuple[pl.Series, Column]:
    """Bring one column into its plain form: Int64, text, date, yes-or-no, or a list of one of these."""
    dtype = frame.schema[name]
    if isinstance(dtype, pl.List):
        inside = _described(name, dtype.inner, scale)
        plain, column = pl.col(name).list.eval(_plain(pl.element(), dtype.inner)), _list_of(inside)
    else:
        plain, column = _plain(pl.col(name), dtype), _described(name, dtype, scale)
    try:
        return frame.select(plain).to_series(), column
    except pl.exceptions.InvalidOperationError as reason:
        raise TypeError(f"{name} holds a number beyond 64 bits") from reason


def _described(name: str, dtype: Dtype, scale: int) -> Column:
    whole: Dtype = dtype
    if isinstance(dtype, pl.Decimal):
        whole, scale = pl.Int64(), dtype.scale
    if not 0 <= scale <= _FURTHEST:
        raise TypeError(f"{name} has {scale} digits behind the point; at most {_FURTHEST}")
    for kind, dtypes in _KINDS:
        if any(whole == known for known in dtypes):
            return Column(kind, scale if kind is FactKind.NUMBER else 0)
    raise TypeError(f"{name} is a column of {dtype}, which no fact is")


def _list_of(inside: Column) -> Column:
    return Column(FactKind.LIST, inside.scale, inside.kind)


def _plain(values: pl.Expr, dtype: Dtype) -> pl.Expr:
    if isinstance(dtype, pl.Decimal):
        return values.to_physical().cast(pl.Int64)
    if any(dtype == known for known in _WHOLE):
        return values.cast(pl.Int64)
    return values.cast(pl.String) if any(dtype == known for known in _TEXTS) else values


def _column(path: Path, table: Table, wanted: FactKind) -> pl.Expr:
    """
    Give a column that is compared as a `wanted`.

    :raises TypeError: it is of another kind
    """
    _same(path.name, table.columns[path.name].kind, wanted)
    return pl.col(path.name)


def _same(name: str, found: FactKind | None, wanted: FactKind) -> None:
    if found not in (None, wanted):
        raise TypeError(f"{name} is a column of {found}s, compared as a {wanted}")


def _constant(name: str, answer: bool) -> pl.Expr:
    """Answer alike for every row where the column is known."""
    return pl.when(pl.col(name).is_not_null()).then(pl.lit(answer))


_COMPARED: dict[Op, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    Op.EQ: pl.Expr.__eq__,
    Op.NE: pl.Expr.__ne__,
    Op.LT: pl.Expr.__lt__,
    Op.LE: pl.Expr.__le__,
    Op.GT: pl.Expr.__gt__,
    Op.GE: pl.Expr.__ge__,
}


def _compared(left: Operand, op: Op, right: Operand, table: Table) -> pl.Expr:
    if isinstance(left, Literal):
        left, op, right = right, TURNED[op], left
    assert isinstance(left, Path), "one side is a fact"
    name, compare = left.name, _COMPARED[op]
    if isinstance(right, Path):
        return _two_compared(left, op, right, table)
    assert not isinstance(right.value, tuple), "lists are not compared"
    column, held = _column(left, table, kind_of(right.value)), table.columns[name]
    if held.kind is None:
        return _constant(name, False)
    if not isinstance(right.value, Decimal):
        return compare(column, _literal(right.value))
    exact = Fraction(right.value) * 10**held.scale
    below = exact // 1
    if below != exact:  # between two values that the column can hold: equal to none
        if op in (Op.EQ, Op.NE):
            return _constant(name, op is Op.NE)
        compare = _COMPARED[Op.LE if op in (Op.LT, Op.LE) else Op.GT]
    if not -_INT64 <= below < _INT64:
        answers = {Op.NE, Op.LT, Op.LE} if below > 0 else {Op.NE, Op.GT, Op.GE}
        return _constant(name, op in answers)
    return compare(column, pl.lit(below, pl.Int64))


def _two_compared(left: Path, op: Op, right: Path, table: Table) -> pl.Expr:
    one, two = table.columns[left.name], table.columns[right.name]
    if one.kind is None or two.kind is None:
        return _constant(left.name if one.kind is None else right.name, False)
    _same(right.name, two.kind, one.kind)
    if one.kind is FactKind.LIST or (op not in (Op.EQ, Op.NE) and one.kind in (FactKind.TEXT, FactKind.BOOL)):
        raise TypeError(f"{left.name} is a column of {one.kind}s, which have no order")
    return _COMPARED[op](_at_scale(pl.col(left.name), one, two), _at_scale(pl.col(right.name), two, one))


def _at_scale(values: pl.Expr, column: Column, other: Column) -> pl.Expr:
    """Bring numbers to the finer of two scales, wide enough that nothing overflows."""
    if column.scale == other.scale:
        return values
    factor: int = 10 ** max(other.scale - column.scale, 0)
    return values.cast(pl.Int128) * factor


def _inside(item: Operand, group: Operand, table: Table) -> pl.Expr:
    if isinstance(group, Path):
        return _inside_column(item, group, table)
    assert isinstance(item, Path), "one side is a fact"
    assert isinstance(group.value, tuple), "`in` asks for a list"
    name, column = item.name, table.columns[item.name]
    _same(name, column.kind, kind_of(group.value[0]))
    values = [each for each in (_stored(value, column.scale) for value in group.value) if each is not None]
    return pl.col(name).is_in(values) if values and column.kind else _constant(name, False)


def _inside_column(item: Operand, group: Path, table: Table) -> pl.Expr:
    column = table.columns[group.name]
    _same(group.name, column.kind, FactKind.LIST)
    if column.kind is None:
        return _constant(group.name, False)
    values = pl.col(group.name)
    if isinstance(item, Literal):
        assert not isinstance(item.value, tuple), "no list is in a list"
        kind, wanted = kind_of(item.value), _stored(item.value, column.scale)
        if wanted is None or column.inside is None:
            return _constant(group.name, False)
        _same(group.name, column.inside, kind)
        return values.list.contains(_literal(wanted))
    single = table.columns[item.name]
    if single.kind is None:
        return _constant(item.name, False)
    if column.inside is None:  # lists without a single value
        return pl.when(pl.col(item.name).is_not_null()).then(_constant(group.name, False))
    _same(item.name, single.kind, column.inside)
    inside = Column(column.inside, column.scale)
    if inside.scale != single.scale:
        values = values.list.eval(_at_scale(pl.element(), inside, single))
    found = values.list.contains(_at_scale(pl.col(item.name), single, inside))
    return pl.when(pl.col(item.name).is_not_null()).then(found)


def _stored(value: Value, scale: int) -> Value | int | None:
    """Give a fixed value as a column of this scale would hold it; None when it cannot."""
    if not isinstance(value, Decimal):
        return value
    exact = Fraction(value) * 10**scale
    return int(exact) if exact.denominator == 1 and -_INT64 <= exact < _INT64 else None


def _literal(value: Value | int) -> pl.Expr:
    match value:
        case bool():
            return pl.lit(value, pl.Boolean)
        case int():
            return pl.lit(value, pl.Int64)
        case date():
            return pl.lit(value, pl.Date)
        case _:
            return pl.lit(value)
