"""The rows behind a figure: those that a reader may open, and by reason how many he may not; together all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from yichuang.foundation.figures import counting
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


@dataclass(frozen=True, slots=True)
class Behind:
    """The rows of one part of a figure for one reader."""

    part: Part
    source: Source
    leaf: Leaf
    columns: tuple[tuple[str, Column], ...]
    total: int
    opened: int
    hidden: Mapping[Reason, int]
    rows: Rows

    def lines(self, start: int = 0, stop: int | None = None) -> list[Line]:
        """Give some of the rows that the reader may open, in their order, with words for codes."""
        return list(_lines(self, self.rows.between(start, stop)))


class Rows:
    """The opened rows of a table or of a listing, fetched when they are asked for."""

    def __init__(self, source: Source, found: QuerySet[Any, Any] | Sequence[Row], names: Iterable[str]) -> None:
        """Keep what is needed to fetch them."""
        self.source, self.found, self.names = source, found, tuple(names)

    def between(self, start: int, stop: int | None) -> list[tuple[str, Row]]:
        """Fetch a stretch of the rows: key and values."""
        source = self.source
        if isinstance(source, Listing):
            assert not isinstance(self.found, QuerySet)
            return [(str(row[source.key]), row) for row in self.found[start:stop]]
        assert isinstance(self.found, QuerySet)
        paths = [source.key, *(source.columns[name].path for name in self.names)]
        return [
            (str(row[0]), {name: source.columns[name].value(it) for name, it in zip(self.names, row[1:], strict=True)})
            for row in self.found.values_list(*paths)[start:stop]
        ]


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
        for key, row in Rows(part.source, part.rows.found, [column] if column else []).between(0, None):
            amount = row.get(column) if column else None
            found.append(f"{part.part}\t{key}\t{'' if amount is None else amount}")
    return sorted(found)


def _behind(part: Part, leaf: Leaf, source: Source, times: Times, actor: Actor) -> Behind:
    out = frozenset[str]() if isinstance(source, Listing) else source.hidden_from(actor)
    shown = tuple(name for name in source.shown if name not in out)
    asked = tuple(name for name in _asked(leaf) if name not in out and name not in shown)
    if isinstance(source, Listing):
        listed = counting.chosen_listed(source, leaf, times)
        opened: Any = sorted(listed, key=lambda row: str(row[source.key]))
        total = count = len(listed)
    else:
        day = leaf.period.day or source.day
        whole = counting.chosen_rows(source, leaf, times, [*shown, *asked, *([day] if day else [])])
        opened = _ordered(source, source.open_to(actor, whole), day)
        total = whole.count()
        count = total if actor.is_system else opened.count()
    return Behind(
        part,
        source,
        leaf,
        tuple((name, source.columns[name]) for name in shown),
        total,
        count,
        {_reason(source, actor): total - count} if total > count else {},
        Rows(source, opened, (*shown, *asked)),
    )


def _ordered(source: Measure, rows: QuerySet[Any, Any], day: str) -> QuerySet[Any, Any]:
    first = [source.columns[day].path] if day else []
    return rows.order_by(*first, source.key)


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
