"""
What an aggregate makes of rows held in memory: of definitions, and of the examples in a figure's file.

`counting` asks the same of the database; a property test holds the two together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from yichuang.foundation.figures.formulas import Counted, Leaf, PerPeriod, Place
from yichuang.foundation.figures.measures import Row, as_day
from yichuang.foundation.figures.terms import Aggregate
from yichuang.kernel.conditions import Condition, Truth
from yichuang.kernel.indicators import PeriodKind, Span, mean, percentile, ranked, weeks
from yichuang.kernel.indicators.periods import DAY, months

Made = int | Decimal | Fraction | str | date | None
"""What came of an aggregate, not rounded."""


@dataclass(frozen=True, slots=True)
class Parts:
    """So many of so many."""

    of: int
    over: int

    @property
    def value(self) -> Fraction | None:
        """Give the share; None of nothing."""
        return Fraction(self.of, self.over) if self.over else None


Works = Callable[[date], bool]
"""Tells whether a day is a working day."""


class Differs(Exception):
    """Rows that were to share one value do not."""


def chosen(leaf: Leaf, rows: Iterable[Row], span: Span | None, day: str, as_of: date) -> list[Row]:
    """Give the rows that a leaf counts: in its period, not ended, and with its condition decided yes."""
    found = [row for row in rows if _is_yes(leaf.when, row) and _lasts(leaf, row, as_of)]
    if span is None or not day:
        return found
    return [row for row in found if isinstance(on := as_day(row.get(day)), date) and on in span]


def made_of(leaf: Leaf, rows: Sequence[Row], *, span: Span | None, day: str, as_of: date, works: Works) -> Made | Parts:
    """
    Make of chosen rows what a leaf asks.

    :raises Differs: `only` of rows that differ
    """
    match leaf:
        case Counted():
            return aggregate(leaf.aggregate, [row.get(leaf.column) for row in rows], leaf.percent, rows, day)
        case Place():
            return place_of(leaf, rows)
        case PerPeriod():
            met, all_of = per_period(leaf, [row.get(day) for row in rows], span, as_of, works)
            return Parts(len(met), len(all_of))


def aggregate(
    kind: Aggregate, values: Sequence[Any], percent: int = 0, rows: Sequence[Row] = (), day: str = ""
) -> Made:
    """
    Make one value of a column's values; what is absent is passed over.

    :raises Differs: `only` of values that differ
    """
    there: list[Any] = [as_day(value) for value in values if value is not None]
    match kind:
        case Aggregate.COUNT:
            return len(values)
        case Aggregate.DISTINCT:
            return len(set(there))
        case Aggregate.ONLY:
            if len(set(there)) > 1:
                raise Differs
            return there[0] if there else None
        case Aggregate.NEWEST:
            return newest(rows, values, day)
    return _of_numbers(kind, there, percent) if there else None


def _of_numbers(kind: Aggregate, there: list[Any], percent: int) -> Made:
    found: Made
    match kind:
        case Aggregate.SUM:
            found = sum((Fraction(value) for value in there), Fraction())
        case Aggregate.MIN:
            found = min(there)
        case Aggregate.MAX:
            found = max(there)
        case Aggregate.MEAN:
            found = mean(there)
        case _:
            found = percentile(there, percent or 50)
    return found


def newest(rows: Sequence[Row], values: Sequence[Any], day: str) -> Made:
    """Give the value of the row with the last day; of equal days the greatest value."""
    known = [(row.get(day) or date.min, value) for row, value in zip(rows, values, strict=True) if value is not None]
    return max(known)[1] if known else None


def place_of(leaf: Place, rows: Sequence[Row]) -> int | None:
    """Tell the place of one among others, or in how many groups it has the place that is counted."""
    if not leaf.each:
        return _place(leaf, rows)
    groups: defaultdict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.get(leaf.each)].append(row)
    return sum(_place(leaf, group) == leaf.counted for group in groups.values()) if groups else None


def _place(leaf: Place, rows: Sequence[Row]) -> int | None:
    values: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        values[str(row.get(leaf.among))].append(row.get(leaf.column))
    entries = [(name, _number(aggregate(leaf.aggregate, given)), len(given)) for name, given in values.items()]
    found = ranked(entries, leaf.own, highest_first=leaf.highest_first)
    return found.place if found else None


def _number(value: Made) -> int | Decimal | Fraction | None:
    assert not isinstance(value, str | date), "places are of numbers"
    return value


def per_period(
    leaf: PerPeriod, days: Iterable[Any], span: Span | None, as_of: date, works: Works
) -> tuple[set[date], list[date]]:
    """Give the weeks or months that have a row, and all that count: from the first row on, or of the period."""
    met_on = sorted(day for day in map(as_day, days) if isinstance(day, date) and day <= as_of)
    if span is None and not met_on:
        return set(), []
    whole = span or Span(met_on[0], as_of)
    begins = weeks(whole) if leaf.every is PeriodKind.WEEK else months(whole)
    ends = [*(each - DAY for each in begins[1:]), whole.last]
    lasts = {begin: max(begin, end) for begin, end in zip(begins, ends, strict=True)}
    all_of = [begin for begin in begins if _working_days(begin, lasts[begin], works) >= leaf.working]
    met = {begin for begin in begins if any(begin <= day <= lasts[begin] for day in met_on)}
    return met & set(all_of), all_of


def _working_days(first: date, last: date, works: Works) -> int:
    return sum(works(first + number * DAY) for number in range((last - first).days + 1))


def _lasts(leaf: Leaf, row: Row, as_of: date) -> bool:
    until = as_day(row.get(leaf.until)) if isinstance(leaf, Counted) and leaf.until else None
    return not isinstance(until, date) or until >= as_of


def _is_yes(when: Condition | None, row: Row) -> bool:
    return when is None or when.truth({name: as_day(value) for name, value in row.items()}) is Truth.YES
