"""How what was made of a column is said: in the column's unit, and as it is written alone."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from yichuang.foundation.figures.answering import Result
from yichuang.foundation.figures.formulas import Counted, Leaf, PerPeriod
from yichuang.foundation.figures.measures import Source, as_day
from yichuang.foundation.figures.reckoning import Parts
from yichuang.foundation.figures.terms import FEN, Aggregate, Missing
from yichuang.kernel.indicators import PeriodKind

UNITS = {PeriodKind.WEEK: "周", PeriodKind.MONTH: "个月"}


def stored(source: Source, leaf: Counted, made: Any) -> Result:
    """Say what was made of a column as the database keeps it."""
    column = source.columns.get(leaf.column)
    if column is None or made is None:
        return result_of(source, leaf, made)
    if column.scale and isinstance(made, int | Decimal | Fraction):
        return result_of(source, leaf, Fraction(made) / 10**column.scale)
    return result_of(source, leaf, column.value(made))


def result_of(source: Source, leaf: Leaf, made: Any) -> Result:
    """Say how what was made, in the column's unit, is written alone: money in 亿元, what is counted as it is."""
    if isinstance(made, Parts):
        unit = UNITS[leaf.every] if isinstance(leaf, PerPeriod) else ""
        of, over = Result(made.of, unit=unit), Result(made.over, unit=unit)
        return Result(made.value, Missing.NO_ROWS if made.value is None else None, of=of, over=over)
    made = as_day(made)
    if made is None:
        return Result(missing=Missing.NO_ROWS)
    column = source.columns.get(leaf.column) if isinstance(leaf, Counted) else None
    if column is None or (isinstance(leaf, Counted) and leaf.aggregate is Aggregate.DISTINCT):
        return Result(made)
    if column.is_money:
        return Result(Fraction(made) * FEN[column.unit], None, "亿元", 2)
    return Result(str(made) if isinstance(made, bool) else made, None, column.unit)
