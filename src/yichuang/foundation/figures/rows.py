"""The rows behind a figure: those that a reader may open, and by reason how many he may not; together all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from heapq import merge
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from yichuang.foundation.figures import counting
from yichuang.foundation.figures.cubes import chosen_rows
from yichuang.foundation.figures.figure import Figure
from yichuang.foundation.figures.formulas import Counted, Leaf, Place
from yichuang.foundation.figures.measures import Column, Listing, Measure, Row, Source, measure_named, own_column
from yichuang.foundation.figures.queries import parts_of
from yichuang.foundation.figures.terms import Part, Reason, Times
from yichuang.foundation.people.actors import Actor

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """One row that was counted. `amount` is what it brings to a sum, a mean, a percentile; None where rows count."""

    part: Part
    key: str
    values: Row
    amount: Any
    link: str


@dataclass(frozen=True)
class Behind:
    """The rows of one part of a figure for one reader; how many there are is counted when it is asked."""

    part: Part
    source: Source
    leaf: Leaf
    columns: tuple[tuple[str, Column], ...]
    actor: Actor
    whole: Rows
    rows: Rows

    @cached_property
    def total(self) -> int:
        """Count all rows."""
        return self.whole.count()

    @cached_property
    def opened(self) -> int:
        """Count the rows that the reader may open."""
        return self.total if self.actor.is_system else self.rows.count()

    @property
    def hidden(self) -> Mapping[Reason, int]:
        """Count the rows that he may not, by reason."""
        missing = self.total - self.opened
        return {_reason(self.source, self.actor): missing} if missing else {}

    def lines(self, start: int = 0, stop: int | None = None) -> list[Line]:
        """Give some of the rows that the reader may open, in their order, with words for codes."""
        return list(_lines(self, self.rows.between(start, stop)))


@dataclass(frozen=True, slots=True)
class Rows:
    """
    Rows of a table or of a listing, fetched when they are asked for.

    Those of a table are in as many lists as its `Dating.apart` has filters, each in the order of `by`. `counted`
    are the same lists in the form that is counted, where that is another.
    """

    source: Source
    names: tuple[str, ...]
    tables: Sequence[QuerySet[Any, Any]] = ()
    listed: Sequence[Row] = ()
    by: tuple[str, ...] = ()
    counted: Sequence[QuerySet[Any, Any]] = ()

    def count(self) -> int:
        """Count them."""
        return len(self.listed) + sum(table.count() for table in self.counted or self.tables)

    def between(self, start: int, stop: int | None) -> list[tuple[str, Row]]:
        """Fetch a stretch of the rows: key and values."""
        source = self.source
        if isinstance(source, Listing):
            return [(str(row[source.key]), row) for row in self.listed[start:stop]]
        paths = [source.key, *(source.columns[name].path for name in self.names), *self.by]
        return [
            (str(row[0]), {name: source.columns[name].value(it) for name, it in zip(self.names, row[1:], strict=False)})
            for row in self._stretch(paths, start, stop)
        ]

    def _stretch(self, paths: list[str], start: int, stop: int | None) -> Iterable[tuple[Any, ...]]:
        """Fetch a stretch, of several lists merged."""
        found = [table.values_list(*paths) for table in self.tables]
        if len(found) == 1:
            return found[0][start:stop]
        return islice(merge(*(each[:stop] for each in found), key=self._place), start, stop)

    def _place(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """Tell by what a row is sorted: as PostgreSQL does, what is empty last."""
        return tuple((value is None, value) for value in row[len(row) - len(self.by) :])

    def with_columns(self, names: Iterable[str]) -> Rows:
        """Give the same rows with other columns."""
        return replace(self, names=tuple(names))


def behind(figure: Figure, times: Times, actor: Actor) -> list[Behind]:
    """Give the rows behind a figure, a part each; an outside bulletin's lines come first."""
    parts = parts_of(figure, times)
    if figure.outside is not None:
        parts = [(Part.OUTSIDE, figure.outside), *parts]
    found = []
    for part, leaf in parts:
        source = measure_named(leaf.of, times.as_of)
        if source is not None and all(own_column(source, name) for name, _ in times.inside):
            found.append(_behind(part, leaf, source, times, actor))
    return found


def as_lines(figure: Figure, times: Times, actor: Actor) -> list[str]:
    """Write every row behind a figure as a line, sorted: part, key, and what it brings to a sum, by tabs."""
    found = []
    for part in behind(figure, times, actor):
        column = part.leaf.column if isinstance(part.leaf, Counted | Place) else ""
        for key, row in part.rows.with_columns([column] if column else []).between(0, None):
            amount = row.get(column) if column else None
            found.append(f"{part.part}\t{key}\t{'' if amount is None else amount}")
    return sorted(found)


def _behind(part: Part, leaf: Leaf, source: Source, times: Times, actor: Actor) -> Behind:
    out = frozenset[str]() if isinstance(source, Listing) else source.hidden_from(actor)
    shown = tuple(name for name in source.shown if name not in out)
    asked = tuple(name for name in _asked(leaf) if name not in out and name not in shown)
    names = (*shown, *asked)
    if isinstance(source, Listing):
        listed = sorted(counting.chosen_listed(source, leaf, times), key=lambda row: str(row[source.key]))
        whole = opened = Rows(source, names, listed=listed)
    else:
        day = leaf.period.day or source.day
        by = (*([source.columns[day].path] if day else []), source.key)
        holdings = source.dating.apart(times)
        tables = [chosen_rows(source, leaf, times, [*names, *([day] if day else [])], each) for each in holdings]
        whole = Rows(source, names, tables)
        lists = [source.open_to(actor, each).order_by(*by) for each in tables]
        counted = [source.open_to(actor, each, counting=True) for each in tables]
        opened = Rows(source, names, lists, by=by, counted=counted)
    columns = tuple((name, source.columns[name]) for name in shown)
    return Behind(part, source, leaf, columns, actor, whole, opened)


def _asked(leaf: Leaf) -> list[str]:
    match leaf:
        case Counted() | Place():
            return [leaf.column] if leaf.column else []
    return []


def _reason(source: Source, actor: Actor) -> Reason:
    if not actor.is_staff:
        return Reason.NOT_PUBLIC
    permission = source.permission if isinstance(source, Measure) else ""
    return Reason.NO_PERMISSION if permission and not actor.may(permission) else Reason.ELSEWHERE


def _lines(behind: Behind, fetched: list[tuple[str, Row]]) -> Iterator[Line]:
    source, leaf = behind.source, behind.leaf
    words = {name: column.words(row.get(name) for _, row in fetched) for name, column in behind.columns}
    column = leaf.column if isinstance(leaf, Counted | Place) else ""
    for key, row in fetched:
        values = {name: words[name].get(str(row.get(name)), row.get(name)) for name, _ in behind.columns}
        amount = row.get(column) if column else None
        yield Line(behind.part, key, values, amount, source.link(key, row) if source.link else "")
