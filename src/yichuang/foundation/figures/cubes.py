"""
One pass over the rows of a measure for everything that is asked of it: whole and told apart by columns.

`Counts` is told beforehand what will be asked, so that a page with fifty numbers goes through each list once. Whatever
was not told beforehand is counted when it is asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from functools import reduce
from itertools import accumulate
from operator import or_
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum, Value, Window
from django.db.models.functions import RowNumber

from yichuang.foundation.figures import keeping
from yichuang.foundation.figures.answering import Result
from yichuang.foundation.figures.formulas import Counted, Leaf, Period, columns_of
from yichuang.foundation.figures.measures import Column, Measure, as_day, measure_named
from yichuang.foundation.figures.results import result_of, stored
from yichuang.foundation.figures.terms import Aggregate, Missing, Times

WHOLE = ""
"""The code of the one group of what is not told apart."""
TOGETHER = 2
"""Columns by which one statement groups at most: more would make more groups than there are rows of a small list."""
SORTED = (Aggregate.MEDIAN, Aggregate.PERCENTILE)


@dataclass(frozen=True, slots=True)
class Ask:
    """One aggregate of the rows of a measure, told apart by the column `by`, or whole."""

    leaf: Counted
    by: str = ""


@dataclass(frozen=True, slots=True)
class Sized:
    """What came of a group, and how many rows it rests on; of the whole that is not told."""

    result: Result
    rows: int = 0


Apart = Mapping[str, Sized]
"""By the code of the group; a group without rows is not there, the whole always is."""


class Counts:
    """What was counted, each once: told beforehand together, or when it is asked."""

    def __init__(self) -> None:
        self._found: dict[tuple[Ask, Times], Apart] = {}
        self._known: dict[tuple[str, datetime | None], bool] = {}
        self._words: dict[tuple[Column, frozenset[str]], Mapping[str, str]] = {}

    def of(self, ask: Ask, times: Times) -> Apart:
        """Give what was asked of a measure in the database, by group."""
        if (ask, times) not in self._found:
            self.gather([(ask, times)])
        return self._found[ask, times]

    def is_known(self, source: Measure, times: Times) -> bool:
        """Say whether anything was ever learnt for a measure."""
        key = source.id, times.known_at
        if key not in self._known:
            self._known[key] = source.known(times).exists()
        return self._known[key]

    def words(self, column: Column, codes: Iterable[str]) -> Mapping[str, str]:
        """Give words for the codes of a column."""
        key = column, frozenset(codes)
        if key not in self._words:
            self._words[key] = column.words(key[1])
        return self._words[key]

    def gather(self, asks: Iterable[tuple[Ask, Times]]) -> None:
        """Count everything that is asked of measures in the database, in as few statements as there are lists."""
        wanted: defaultdict[tuple[str, Times], list[Ask]] = defaultdict(list)
        for ask, times in dict.fromkeys(asks):
            if (ask, times) not in self._found:
                wanted[ask.leaf.of, times].append(ask)
        lists = {key: source for key in wanted if isinstance(source := measure_named(key[0], key[1].as_of), Measure)}
        kept = keeping.told([(source, ask, key[1]) for key, source in lists.items() for ask in wanted[key]])
        self._found |= kept.found
        for key, source in lists.items():
            _, times = key
            by_period: defaultdict[Period, list[Ask]] = defaultdict(list)
            for ask in wanted[key]:
                if (ask, times) not in self._found:
                    by_period[ask.leaf.period].append(ask)
            standing = list(source.dating.apart(times)) if by_period else []
            for period, some in by_period.items():
                made = _counted(source, period, some, times, standing)
                counted = {ask: made[ask] for ask in some}
                self._found |= {(ask, times): apart for ask, apart in counted.items()}
                kept.keep(source, counted, times)


def chosen_rows(
    source: Measure, leaf: Leaf, times: Times, names: Iterable[str] = (), holding: Q | None = None
) -> QuerySet[Any, Any]:
    """Give the rows that a leaf counts, with its columns and `names`: the one list behind value and drill-down."""
    asked = {*columns_asked(source, leaf), *names}
    annotations, within = source.compiled(leaf.when)
    rows = source.population(times, leaf.period.span(times.as_of), leaf.period.day, asked, holding)
    if annotations:
        rows = rows.annotate(**annotations)
    return rows.filter(within & _lasting(source, leaf, times))


def columns_asked(source: Measure, leaf: Leaf) -> set[str]:
    """Name the columns that a leaf asks for; those of its condition where the measure does not compile it itself."""
    asked = set(columns_of(leaf).values())
    return asked | leaf.when.paths if leaf.when is not None and source.compiling is None else asked


def code_of(value: Any) -> str:
    """Tell the code of a group; empty where the column is empty."""
    told = as_day(value)
    return "" if told is None else str(told)


def path_of(source: Measure, leaf: Counted) -> str:
    """Name where what a leaf counts stands: its column, or what identifies a row."""
    return source.columns[leaf.column].path if leaf.column else source.key


def _lasting(source: Measure, leaf: Leaf, times: Times) -> Q:
    """Leave out what ended before the day."""
    if not isinstance(leaf, Counted) or not leaf.until:
        return Q()
    path = source.columns[leaf.until].path
    return Q(**{f"{path}__isnull": True}) | Q(**{f"{path}__gte": times.as_of})


def _counted(source: Measure, period: Period, asks: list[Ask], times: Times, standing: list[Q]) -> dict[Ask, Apart]:
    """
    Count what is asked of one list for one period; `standing` are the filters of which every row that holds passes one.

    Where they are several, rows of a period are found by its days and by one filter: the days bound them already.
    """
    at_once = standing[0] if len(standing) == 1 else source.dating.holds(times)
    apart = standing if period.span(times.as_of) is None else [at_once]
    found: dict[Ask, Apart] = {}
    by_value: defaultdict[Ask, list[Ask]] = defaultdict(list)
    for ask in asks:
        leaf = ask.leaf
        if leaf.aggregate is Aggregate.DISTINCT:
            found |= _added(source, period, [ask], times, [at_once])
        elif leaf.aggregate in SORTED and not source.columns[leaf.column].repeats:
            found[ask] = _by_number(source, ask, times)
        elif leaf.aggregate in SORTED:
            by_value[Ask(replace(leaf, aggregate=Aggregate.COUNT, percent=0), ask.by)].append(ask)
    for rows, some in by_value.items():
        counted = _by_value(source, rows, times, at_once)
        sizes = {code: sum(values.values()) for code, values in counted.items()}
        for ask in some:
            made = {code: _percentile(values, ask.leaf.percent or 50) for code, values in counted.items()}
            found[ask] = {
                code: Sized(stored(source, ask.leaf, value), sizes[code] if ask.by else 0)
                for code, value in made.items()
            }
        count = Ask(replace(rows.leaf, column=""), rows.by)
        found[count] = {code: Sized(Result(size), size if rows.by else 0) for code, size in sizes.items()}
    adding = [ask for ask in asks if ask not in found]
    columns = list(dict.fromkeys(ask.by for ask in adding if ask.by))
    if len(columns) <= TOGETHER:
        return found | _added(source, period, adding, times, apart)
    for number, column in enumerate(columns):
        some = [ask for ask in adding if ask.by == column or (not ask.by and number == 0)]
        found |= _added(source, period, some, times, apart)
    return found


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the database, and how what it makes of two groups is put together."""

    of: Callable[[str, Q], Any]
    together: Callable[[Any, Any], Any]


def _functions(leaf: Counted) -> dict[str, Function]:
    """Name the functions of the database that an aggregate is made of."""
    count = Function(lambda path, within: Count(path, filter=within or None), _sum)
    total = Function(lambda path, within: Sum(path, filter=within or None), _sum)
    match leaf.aggregate:
        case Aggregate.COUNT:
            return {"size": SIZE}
        case Aggregate.DISTINCT:
            return {"count": Function(lambda path, within: Count(path, distinct=True, filter=within or None), _sum)}
        case Aggregate.SUM:
            return {"sum": total}
        case Aggregate.MEAN:
            return {"sum": total, "count": count}
    least = Function(lambda path, within: Min(path, filter=within or None), _present(min))
    most = Function(lambda path, within: Max(path, filter=within or None), _present(max))
    return {"min": least, "max": most}


def _sum(one: Any, other: Any) -> Any:
    return other if one is None else one if other is None else one + other


def _present(choose: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda one, other: other if one is None else one if other is None else choose(one, other)


SIZE = Function(lambda _path, within: Count(Value(1), filter=within) if within else Count("*"), _sum)
"""How many rows, whatever they are: not by a column, so that an index may answer alone."""


def _added(source: Measure, period: Period, asks: list[Ask], times: Times, holdings: list[Q]) -> dict[Ask, Apart]:
    """
    Make aggregates of which those of groups make that of the whole, by one statement over their columns.

    It is asked for each filter of `holdings`, of which every row passes one.
    """
    if not asks:
        return {}
    leaves = list(dict.fromkeys(ask.leaf for ask in asks))
    columns = list(dict.fromkeys(ask.by for ask in asks if ask.by))
    paths = [source.columns[name].path for name in columns]
    functions = [_functions(leaf) | ({"size": SIZE} if columns else {}) for leaf in leaves]
    wanted: dict[str, Any] = {}
    annotations: dict[str, Any] = {}
    conditions = []
    for number, leaf in enumerate(leaves):
        added, within = source.compiled(leaf.when)
        annotations |= added
        within &= _lasting(source, leaf, times)
        conditions.append(within)
        for name, function in functions[number].items():
            wanted[f"a{number}_{name}"] = function.of(path_of(source, leaf), within)
    narrow = reduce(or_, conditions) if all(conditions) else Q()
    names = {name for leaf in leaves for name in columns_asked(source, leaf)} | set(columns)
    made: list[tuple[tuple[str, ...], Mapping[str, Any]]] = []
    for holding in holdings:
        rows = source.population(times, period.span(times.as_of), period.day, names, holding)
        rows = rows.annotate(**annotations).filter(narrow)
        if columns:
            grouped = rows.order_by().values(*paths).annotate(**wanted)
            made += [(tuple(code_of(row[path]) for path in paths), row) for row in grouped]
        else:
            made.append(((), rows.aggregate(**wanted)))
    return {
        ask: _put_together(
            source,
            ask,
            functions[number := leaves.index(ask.leaf)],
            [
                (
                    codes[columns.index(ask.by)] if ask.by else WHOLE,
                    {name: row[f"a{number}_{name}"] for name in functions[number]},
                )
                for codes, row in made
            ],
        )
        for ask in asks
    }


def _put_together(
    source: Measure, ask: Ask, functions: Mapping[str, Function], made: Iterable[tuple[str, dict[str, Any]]]
) -> Apart:
    """Put together what was made of rows with the same code; of the whole, whatever there is."""
    groups: dict[str, dict[str, Any]] = {} if ask.by else {WHOLE: dict.fromkeys(functions)}
    for code, parts in made:
        before = groups.get(code)
        groups[code] = parts if before is None else _together(functions, before, parts)
    return {
        code: Sized(_of_parts(source, ask.leaf, parts), parts["size"] if ask.by else 0)
        for code, parts in groups.items()
        if not ask.by or parts["size"]
    }


def _together(functions: Mapping[str, Function], one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    return {name: function.together(one[name], other[name]) for name, function in functions.items()}


def _of_parts(source: Measure, leaf: Counted, parts: Mapping[str, Any]) -> Result:
    match leaf.aggregate:
        case Aggregate.COUNT:
            made: Any = parts["size"] or 0
        case Aggregate.DISTINCT:
            return result_of(source, leaf, parts["count"])
        case Aggregate.MEAN:
            made = Fraction(parts["sum"]) / parts["count"] if parts["count"] else None
        case Aggregate.ONLY:
            if parts["min"] != parts["max"]:
                return Result(missing=Missing.DIFFERS)
            made = parts["min"]
        case _:
            made = parts[leaf.aggregate]
    return stored(source, leaf, made)


def _by_value(source: Measure, ask: Ask, times: Times, holding: Q) -> dict[str, dict[Any, int]]:
    """Count by group how often each value of a column is there."""
    path = path_of(source, ask.leaf)
    by = [source.columns[ask.by].path] if ask.by else []
    rows = chosen_rows(source, ask.leaf, times, (ask.by,) if ask.by else (), holding).order_by().values(*by, path)
    counted: dict[str, dict[Any, int]] = {} if by else {WHOLE: {}}
    for row in rows.annotate(figure_times=Count("*")):
        values = counted.setdefault(code_of(row[by[0]]) if by else WHOLE, {})
        values[row[path]] = values.get(row[path], 0) + row["figure_times"]
    return counted


def _percentile(values: Mapping[Any, int], percent: int) -> Any:
    """Give the value of the row whose number is `percent` of their count, rounded up; None where no row has one."""
    known = sorted((value, there) for value, there in values.items() if value is not None)
    wanted = (sum(there for _, there in known) * percent + 99) // 100
    upto = accumulate(there for _, there in known)
    return next((value for (value, _), number in zip(known, upto, strict=True) if number >= wanted), None)


def _by_number(source: Measure, ask: Ask, times: Times) -> Apart:
    """
    Find percentiles by row numbers, in the same words on every database (`percentile_disc`).

    The rows of a group are numbered in the order of the value; it is the one whose number is `percent` of their count,
    rounded up.
    """
    path, percent = path_of(source, ask.leaf), ask.leaf.percent or 50
    rows = chosen_rows(source, ask.leaf, times, (ask.by,) if ask.by else ()).order_by()
    by = source.columns[ask.by].path if ask.by else None
    known = rows.filter(**{f"{path}__isnull": False})
    apart = F(by) if by else None
    numbered = known.annotate(
        figure_number=Window(RowNumber(), order_by=[F(path).asc(), F("pk").asc()], partition_by=apart),
        figure_count=Window(Count("pk"), partition_by=apart),
    )
    found = numbered.filter(figure_number=(F("figure_count") * percent + 99) / 100)
    if by is None:
        return {WHOLE: Sized(stored(source, ask.leaf, found.values_list(path, flat=True).first()))}
    made = {code_of(code): value for code, value in found.values_list(by, path)}
    sizes = rows.values_list(by).annotate(figure_size=Count("*"))
    return {
        code: Sized(stored(source, ask.leaf, made.get(code)), size)
        for code, size in ((code_of(code), size) for code, size in sizes)
    }
