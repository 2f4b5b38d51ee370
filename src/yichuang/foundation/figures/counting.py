"""What figures make of the rows of the database: many aggregates of one list in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.figures import reckoning
from yichuang.foundation.figures.answering import Result
from yichuang.foundation.figures.formulas import Counted, Leaf, Period, PerPeriod, Place, columns_of
from yichuang.foundation.figures.measures import Listing, Measure, Row, Source, as_day, measure_named, own_column
from yichuang.foundation.figures.reckoning import Differs, Made
from yichuang.foundation.figures.terms import FEN, Aggregate, Missing, Times
from yichuang.kernel.indicators import PeriodKind

TOGETHER = (
    Aggregate.COUNT,
    Aggregate.DISTINCT,
    Aggregate.SUM,
    Aggregate.MIN,
    Aggregate.MAX,
    Aggregate.MEAN,
    Aggregate.ONLY,
)
"""Aggregates of which one statement makes as many as are asked."""


def results(leaves: Iterable[Leaf], times: Times) -> dict[Leaf, Result]:
    """Make of every leaf what it asks for two times; leaves of one list and one period go into one statement."""
    found: dict[Leaf, Result] = {}
    groups: defaultdict[tuple[str, Period], list[Leaf]] = defaultdict(list)
    for leaf in dict.fromkeys(leaves):
        groups[leaf.of, leaf.period].append(leaf)
    for (of, period), asked in groups.items():
        source = measure_named(of, times.as_of)
        if source is None:
            found |= {leaf: Result(missing=Missing.NO_SOURCE) for leaf in asked}
        elif times.region and not source.region:
            found |= {leaf: Result(missing=Missing.NO_REGION) for leaf in asked}
        elif not all(own_column(source, name) for name, _ in times.inside):
            found |= {leaf: Result(missing=Missing.NOT_APART) for leaf in asked}
        elif isinstance(source, Listing):
            found |= _of_listing(source, asked, times)
        else:
            found |= _of_table(source, asked, times, period)
    return found


def chosen_rows(source: Measure, leaf: Leaf, times: Times, names: Collection[str] = ()) -> QuerySet[Any, Any]:
    """Give the rows that a leaf counts, with its columns and `names`: the one list behind value and drill-down."""
    asked = {*_columns(source, leaf), *names}
    annotations, within = source.compiled(leaf.when)
    rows = source.population(times, leaf.period.span(times.as_of), leaf.period.day, asked)
    if annotations:
        rows = rows.annotate(**annotations)
    return rows.filter(within & _lasting(source, leaf, times))


def _columns(source: Measure, leaf: Leaf) -> set[str]:
    """Name the columns that a leaf asks for; those of its condition where the measure does not compile it itself."""
    asked = set(columns_of(leaf).values())
    return asked | leaf.when.paths if leaf.when is not None and source.compiling is None else asked


def _lasting(source: Measure, leaf: Leaf, times: Times) -> Q:
    """Leave out what ended before the day."""
    if not isinstance(leaf, Counted) or not leaf.until:
        return Q()
    path = source.columns[leaf.until].path
    return Q(**{f"{path}__isnull": True}) | Q(**{f"{path}__gte": times.as_of})


def chosen_listed(source: Listing, leaf: Leaf, times: Times) -> list[Mapping[str, Any]]:
    """Give the rows that a leaf counts, of a listing."""
    day = leaf.period.day or source.day
    return list(reckoning.chosen(leaf, _listed(source, times), leaf.period.span(times.as_of), day, times.as_of))


def _listed(source: Listing, times: Times) -> Sequence[Row]:
    """Give the rows of a listing, of one group where the times ask for it."""
    asked = [(own_column(source, name), code) for name, code in times.inside]
    rows = source.rows(times)
    return [row for row in rows if all(code_of(row.get(name)) == code for name, code in asked)] if asked else rows


def works() -> reckoning.Works:
    """Tell working days by the calendar that is known."""
    return definitions.calendar().is_working


def _of_listing(source: Listing, asked: list[Leaf], times: Times) -> dict[Leaf, Result]:
    rows = _listed(source, times)
    return {leaf: of_listed(source, leaf, rows, times) for leaf in asked}


def of_listed(
    source: Source, leaf: Leaf, rows: Sequence[Row], times: Times, working: reckoning.Works | None = None
) -> Result:
    """Make of rows in memory what a leaf asks."""
    day, span = leaf.period.day or source.day, leaf.period.span(times.as_of)
    found = reckoning.chosen(leaf, rows, span, day, times.as_of)
    try:
        made = reckoning.made_of(leaf, found, span=span, day=day, as_of=times.as_of, works=working or works())
    except Differs:
        return Result(missing=Missing.DIFFERS)
    return result_of(source, leaf, made) if rows else Result(missing=Missing.NO_ROWS)


def _of_table(source: Measure, asked: list[Leaf], times: Times, period: Period) -> dict[Leaf, Result]:
    together = [leaf for leaf in asked if isinstance(leaf, Counted) and leaf.aggregate in TOGETHER]
    found = _together(source, together, times, period)
    for leaf in asked:
        if leaf not in found:
            found[leaf] = _alone(source, leaf, times)
    if any(result.made in (None, 0) for result in found.values()) and not source.known(times).exists():
        found = {leaf: Result(missing=Missing.NO_ROWS) for leaf in found}
    return found


def grouped(source: Measure, leaf: Counted, by: str, times: Times) -> dict[str, Result]:
    """Make of every group of chosen rows what a leaf asks, in one statement; `by` is the column that they share."""
    functions = _functions(leaf.aggregate)
    path, shared = _path(source, leaf), source.columns[by].path
    rows = chosen_rows(source, leaf, times, (by,)).order_by().values(shared)
    found: dict[str, Result] = {}
    for row in rows.annotate(**{f"figure_{name}": function(path, Q()) for name, function in functions.items()}):
        parts = {name: row[f"figure_{name}"] for name in functions}
        found[code_of(row[shared])] = _of_parts(source, leaf, parts)
    return found


def code_of(value: Any) -> str:
    """Tell the code of a group; empty where the column is empty."""
    told = as_day(value)
    return "" if told is None else str(told)


def _path(source: Measure, leaf: Counted) -> str:
    return source.columns[leaf.column].path if leaf.column else source.key


def _together(source: Measure, asked: list[Counted], times: Times, period: Period) -> dict[Leaf, Result]:
    if not asked:
        return {}
    wanted: dict[str, Any] = {}
    annotations: dict[str, Any] = {}
    for number, leaf in enumerate(asked):
        added, within = source.compiled(leaf.when)
        annotations |= added
        within &= _lasting(source, leaf, times)
        for name, function in _functions(leaf.aggregate).items():
            wanted[f"a{number}_{name}"] = function(_path(source, leaf), within)
    names = {name for leaf in asked for name in _columns(source, leaf)}
    rows = source.population(times, period.span(times.as_of), period.day, names).annotate(**annotations)
    made = rows.aggregate(**wanted)
    found: dict[Leaf, Result] = {}
    for number, leaf in enumerate(asked):
        parts = {name: made[f"a{number}_{name}"] for name in _functions(leaf.aggregate)}
        found[leaf] = _of_parts(source, leaf, parts)
    return found


def _functions(aggregate: Aggregate) -> dict[str, Any]:
    """Name the functions of the database that an aggregate is made of."""
    match aggregate:
        case Aggregate.COUNT:
            return {"count": lambda path, within: Count(path, filter=within or None)}
        case Aggregate.DISTINCT:
            return {"count": lambda path, within: Count(path, distinct=True, filter=within or None)}
        case Aggregate.SUM:
            return {"sum": lambda path, within: Sum(path, filter=within or None)}
        case Aggregate.MEAN:
            return {
                "sum": lambda path, within: Sum(path, filter=within or None),
                "count": lambda path, within: Count(path, filter=within or None),
            }
    return {
        "min": lambda path, within: Min(path, filter=within or None),
        "max": lambda path, within: Max(path, filter=within or None),
    }


def _of_parts(source: Measure, leaf: Counted, parts: Mapping[str, Any]) -> Result:
    match leaf.aggregate:
        case Aggregate.MEAN:
            made: Any = Fraction(parts["sum"]) / parts["count"] if parts["count"] else None
        case Aggregate.ONLY:
            if parts["min"] != parts["max"]:
                return Result(missing=Missing.DIFFERS)
            made = parts["min"]
        case Aggregate.DISTINCT:
            return result_of(source, leaf, parts["count"])
        case _:
            made = parts[leaf.aggregate]
    return stored(source, leaf, made)


def _alone(source: Measure, leaf: Leaf, times: Times) -> Result:
    rows = chosen_rows(source, leaf, times, [leaf.period.day or source.day])
    match leaf:
        case Counted(aggregate=Aggregate.NEWEST):
            path, begins = _path(source, leaf), source.dating.begins or source.key
            known = rows.filter(**{f"{path}__isnull": False}).order_by(f"-{begins}", f"-{path}")
            return stored(source, leaf, known.values_list(path, flat=True).first())
        case Counted():
            return stored(source, leaf, percentile(rows, _path(source, leaf), leaf.percent or 50))
        case Place():
            names = columns_of(leaf).values()
            paths = [source.columns[name].path for name in names]
            listed = [dict(zip(names, row, strict=True)) for row in rows.values_list(*paths)]
            return result_of(source, leaf, reckoning.place_of(leaf, listed))
    assert isinstance(leaf, PerPeriod)
    span = leaf.period.span(times.as_of)
    days = rows.values_list(source.columns[leaf.period.day or source.day].path, flat=True)
    met, all_of = reckoning.per_period(leaf, days, span, times.as_of, works())
    return result_of(source, leaf, reckoning.Parts(len(met), len(all_of)))


def percentile(rows: QuerySet[Any, Any], path: str, percent: int) -> Made:
    """
    Give the percentile by row numbers, in the same words on every database (`percentile_disc`).

    The rows are numbered in the order of the value; it is the one whose number is `percent` of their count, rounded up.
    """
    known = rows.filter(**{f"{path}__isnull": False}).order_by()
    numbered = known.annotate(
        figure_number=Window(RowNumber(), order_by=[F(path).asc(), F("pk").asc()]),
        figure_count=Window(Count("pk")),
    )
    found = numbered.filter(figure_number=(F("figure_count") * percent + 99) / 100)
    value: Made = found.values_list(path, flat=True).first()
    return value


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
    if isinstance(made, reckoning.Parts):
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


UNITS = {PeriodKind.WEEK: "周", PeriodKind.MONTH: "个月"}
