"""What figures make of rows: of the database, of published definitions, of the examples in a figure's file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeGuard

from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.figures import reckoning
from yichuang.foundation.figures.answering import Result
from yichuang.foundation.figures.cubes import WHOLE, Ask, Counts, chosen_rows, code_of, path_of
from yichuang.foundation.figures.formulas import Counted, Leaf, Period, PerPeriod, Place, columns_of
from yichuang.foundation.figures.measures import Listing, Measure, Row, Source, measure_named, own_column
from yichuang.foundation.figures.reckoning import Differs
from yichuang.foundation.figures.results import result_of, stored
from yichuang.foundation.figures.terms import Aggregate, Missing, Times


def results(leaves: Iterable[Leaf], times: Times, counts: Counts | None = None) -> dict[Leaf, Result]:
    """Make of every leaf what it asks for two times; leaves of one list and one period go into one statement."""
    found: dict[Leaf, Result] = {}
    counts = counts or Counts()
    wanted = list(dict.fromkeys(leaves))
    counts.gather(asks_of(wanted, times))
    groups: defaultdict[tuple[str, Period], list[Leaf]] = defaultdict(list)
    for leaf in wanted:
        groups[leaf.of, leaf.period].append(leaf)
    for (of, _), asked in groups.items():
        source = measure_named(of, times.as_of)
        if missing := _missing(source, times):
            found |= {leaf: Result(missing=missing) for leaf in asked}
        elif isinstance(source, Listing):
            found |= _of_listing(source, asked, times)
        else:
            assert source is not None
            found |= _of_table(source, asked, times, counts)
    return found


def asks_of(leaves: Iterable[Leaf], times: Times) -> list[tuple[Ask, Times]]:
    """List what `results` will ask of the database, for those who count everything together."""
    return [(Ask(leaf), times) for leaf in leaves if _is_asked(leaf, times)]


def _is_asked(leaf: Leaf, times: Times) -> TypeGuard[Counted]:
    """Say whether a leaf is one aggregate that can be asked of the database for these times."""
    is_one = isinstance(leaf, Counted) and not _is_newest(leaf)
    return is_one and not _missing(measure_named(leaf.of, times.as_of), times)


def _missing(source: Source | None, times: Times) -> Missing | None:
    """Say why a list cannot be asked."""
    if source is None:
        return Missing.NO_SOURCE
    if times.region and not source.region:
        return Missing.NO_REGION
    if not all(own_column(source, name) for name, _ in times.inside):
        return Missing.NOT_APART
    return None


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


def _of_table(source: Measure, asked: list[Leaf], times: Times, counts: Counts) -> dict[Leaf, Result]:
    found = _newest(source, [leaf for leaf in asked if _is_newest(leaf)], times)
    for leaf in asked:
        if _is_asked(leaf, times):
            found[leaf] = counts.of(Ask(leaf), times)[WHOLE].result
        elif leaf not in found:
            found[leaf] = _alone(source, leaf, times)
    if any(result.made in (None, 0) for result in found.values()) and not counts.is_known(source, times):
        found = {leaf: Result(missing=Missing.NO_ROWS) for leaf in found}
    return found


def _is_newest(leaf: Leaf) -> TypeGuard[Counted]:
    return isinstance(leaf, Counted) and leaf.aggregate is Aggregate.NEWEST


def _newest(source: Measure, asked: Sequence[Counted], times: Times) -> dict[Leaf, Result]:
    """
    Find of each column the value of the row that began last; of those that began together the greatest.

    Columns of the same rows are read together, from the latest rows on; only where one of them is older than these it
    is looked for by itself.
    """
    found: dict[Leaf, Result] = {}
    alike: defaultdict[Counted, list[Counted]] = defaultdict(list)
    for leaf in asked:
        alike[replace(leaf, column="")].append(leaf)
    begins = source.dating.begins or source.key
    for rows_of, leaves in alike.items():
        paths = [path_of(source, leaf) for leaf in leaves]
        names = [leaf.column for leaf in leaves if leaf.column]
        rows = chosen_rows(source, rows_of, times, names)
        latest = list(rows.order_by(f"-{begins}").values_list(begins, *paths)[:LATEST])
        for place, (leaf, path) in enumerate(zip(leaves, paths, strict=True), 1):
            known = [(row[0], row[place]) for row in latest if row[place] is not None]
            if len(latest) < LATEST or (known and known[0][0] != latest[-1][0]):
                made = max((value for began, value in known if began == known[0][0]), default=None)
            else:
                older = rows.filter(**{f"{path}__isnull": False}).order_by(f"-{begins}", f"-{path}")
                made = older.values_list(path, flat=True).first()
            found[leaf] = stored(source, leaf, made)
    return found


LATEST = 20
"""Rows among which the latest values are looked for first."""


def _alone(source: Measure, leaf: Leaf, times: Times) -> Result:
    rows = chosen_rows(source, leaf, times, [leaf.period.day or source.day])
    match leaf:
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
