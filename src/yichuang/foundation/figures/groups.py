"""A figure told apart by a column: by unit, item, channel, month; ranked; small groups kept from the public."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from yichuang.foundation.figures import counting, reckoning
from yichuang.foundation.figures.answering import Result, Shown, ratio, written
from yichuang.foundation.figures.cubes import Ask, Counts, code_of
from yichuang.foundation.figures.figure import Figure
from yichuang.foundation.figures.formulas import Counted, Formula, Leaf, Ratio, Reference
from yichuang.foundation.figures.measures import Column, Listing, measure_named
from yichuang.foundation.figures.queries import find
from yichuang.foundation.figures.results import result_of
from yichuang.foundation.figures.terms import ALL, LEAST_SHOWN, Aggregate, Missing, Times
from yichuang.foundation.people.actors import SYSTEM, Actor
from yichuang.kernel.errors import NotPossible
from yichuang.kernel.indicators import Ranked, Unranked, ranking


class NotApart(NotPossible):
    """A figure cannot be told apart by this column."""

    code = "figures.not_apart"
    status = 422

    def __init__(self, figure: Figure, by: str, choices: Mapping[str, Column]) -> None:
        said = {"figure": figure.label, "by": by}
        if choices:
            text = _("指标“%(figure)s”不能按“%(by)s”分组。可以按：%(choices)s。")
            said["choices"] = _("、").join(f"{column.name}{_('（')}{code}{_('）')}" for code, column in choices.items())
        else:
            text = _("指标“%(figure)s”不能分组。")
        super().__init__(text % said)


@dataclass(frozen=True, slots=True)
class Group:
    """
    One group: what came of it, and on how many rows it rests. A group kept from the reader has no numbers at all.

    Numbers are written when they are asked: of four hundred units a page shows some.
    """

    code: str
    label: str
    figure: Figure
    result: Result | None
    rows: int | None
    missing: Missing | None = None

    @property
    def value(self) -> Shown:
        """Write it in the figure's unit and digits."""
        return written(self.figure, self.result) if self.result else None

    @property
    def exact(self) -> Decimal | Fraction | int | None:
        """Give what is not rounded, where it is a number."""
        made = self.result.made if self.result else None
        return made if isinstance(made, int | Decimal | Fraction) else None

    @property
    def numerator(self) -> Shown:
        """Write what a ratio is of."""
        return self.result.of.alone if self.result and self.result.of else None

    @property
    def denominator(self) -> Shown:
        """Write what a ratio is over."""
        return self.result.over.alone if self.result and self.result.over else None


def groups(figure: Figure, by: str, times: Times, actor: Actor = SYSTEM, counts: Counts | None = None) -> list[Group]:
    """
    Tell a figure apart by a column that everything it counts has, in the order of the codes.

    Who does not see all figures is shown no group of fewer than five rows; where that is one alone the next smallest
    goes too, so that nobody finds it by subtraction.

    :raises NotApart: something that the figure counts does not have the column, or the reader does not see it
    """
    if figure.formula is None:
        return []
    column = _column(figure, by, times, actor)
    counts = counts or Counts()
    by_code, rows = _apart(figure, figure.formula, by, times, counts)
    words = counts.words(column, by_code)
    secret = _secret({code: rows[code] for code in by_code}) if not actor.may(ALL) else set()
    found = []
    for code in sorted(by_code):
        label, result = words.get(code, code), by_code[code]
        if code in secret:
            found.append(Group(code, label, figure, None, None, Missing.NOT_PUBLIC))
        else:
            found.append(Group(code, label, figure, result, rows[code], result.missing))
    return found


def asks_of(figure: Figure, by: str, times: Times) -> list[tuple[Ask, Times]]:
    """List what `groups` will ask of the database, for those who count everything together."""
    leaves = (leaf for leaf in _leaves(figure.formula, times) if isinstance(leaf, Counted))
    return [
        (Ask(leaf, by), times)
        for leaf in leaves
        if leaf.aggregate is not Aggregate.NEWEST
        and (source := measure_named(leaf.of, times.as_of)) is not None
        and by in source.columns
    ]


def ranked(found: Iterable[Group], *, highest_first: bool, least_sample: int) -> tuple[list[Ranked], list[Unranked]]:
    """Rank groups by their exact values; ties share a place, groups with too few rows stand apart."""
    return ranking(
        [(group.label, group.exact, group.rows or 0) for group in found],
        highest_first=highest_first,
        least_sample=least_sample,
    )


def columns_of(figure: Figure, times: Times, actor: Actor = SYSTEM) -> dict[str, Column]:
    """
    Name the columns by which a reader may have a figure told apart: those that everything it counts has.

    There are none where a figure is not a count of rows alone: a place, a setting, the value of the newest row.
    """
    if not _is_apart(figure.formula, times):
        return {}
    sources = [measure_named(leaf.of, times.as_of) for leaf in _leaves(figure.formula, times)]
    if not sources or None in sources:
        return {}
    there = [source for source in sources if source is not None]
    shared = set.intersection(*(set(source.columns) for source in there))
    hidden = {name for source in there for name in source.hidden_from(actor)}
    return {
        name: column
        for name, column in there[0].columns.items()
        if name in shared and name not in hidden and column.is_dimension
    }


def _column(figure: Figure, by: str, times: Times, actor: Actor) -> Column:
    there = columns_of(figure, times, actor)
    if by not in there:
        raise NotApart(figure, by, there)
    return there[by]


def _is_apart(formula: Formula | None, times: Times) -> bool:
    """Say whether a formula is made of groups of rows throughout."""
    match formula:
        case Counted(aggregate=aggregate):
            return aggregate is not Aggregate.NEWEST
        case Reference(id):
            return _is_apart(find(id, times.as_of).formula, times)
        case Ratio(of, over):
            return _is_apart(of, times) and _is_apart(over, times)
    return False


def _leaves(formula: Formula | None, times: Times) -> list[Leaf]:
    match formula:
        case Counted():
            return [formula]
        case Reference(id):
            return _leaves(find(id, times.as_of).formula, times)
        case Ratio(of, over):
            return [*_leaves(of, times), *_leaves(over, times)]
    return []


Apart = tuple[Mapping[str, Result], Mapping[str, int]]
"""By code: what came of the formula, and how many rows it rests on."""


def _apart(figure: Figure, formula: Formula, by: str, times: Times, counts: Counts) -> Apart:
    match formula:
        case Counted():
            return _of_leaf(figure, formula, by, times, counts)
        case Reference(id):
            inner = find(id, times.as_of)
            assert inner.formula is not None, "what has no formula is not told apart"
            made, rows = _apart(inner, inner.formula, by, times, counts)
            return {code: replace(each, unit=inner.unit, digits=inner.digits) for code, each in made.items()}, rows
        case Ratio(of, over):
            above, _ = _apart(figure, of, by, times, counts)
            below, rows = _apart(figure, over, by, times, counts)
            nothing = Result(0)
            whole = {code: ratio(above.get(code, nothing), below.get(code, nothing)) for code in {*above, *below}}
            return whole, {code: rows.get(code, 0) for code in whole}
    raise NotApart(figure, by, {})


def _of_leaf(figure: Figure, leaf: Counted, by: str, times: Times, counts: Counts) -> Apart:
    source = measure_named(leaf.of, times.as_of)
    if source is None or by not in source.columns:
        raise NotApart(figure, by, source.columns if source else {})
    if isinstance(source, Listing):
        return _of_listing(source, leaf, by, times)
    found = counts.of(Ask(leaf, by), times)
    return {code: each.result for code, each in found.items()}, {code: each.rows for code, each in found.items()}


def _of_listing(source: Listing, leaf: Counted, by: str, times: Times) -> Apart:
    gathered: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in counting.chosen_listed(source, leaf, times):
        gathered[code_of(row.get(by))].append(row)
    made = {
        code: result_of(
            source,
            leaf,
            reckoning.aggregate(leaf.aggregate, [row.get(leaf.column) for row in rows], leaf.percent, rows, source.day),
        )
        for code, rows in gathered.items()
    }
    return made, {code: len(rows) for code, rows in gathered.items()}


def _secret(sizes: Mapping[str, int]) -> set[str]:
    """Name the groups that the public is not shown."""
    small = {code for code, size in sizes.items() if 0 < size < LEAST_SHOWN}
    others = sorted((size, code) for code, size in sizes.items() if code not in small and size)
    return small | {others[0][1]} if len(small) == 1 and others else small
