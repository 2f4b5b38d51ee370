"""Questions to figures: which there are, what they come to, and the rows behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import chain

from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.figures import counting
from yichuang.foundation.figures.answering import Answer, Result, answer, ratio
from yichuang.foundation.figures.cubes import Ask, Counts
from yichuang.foundation.figures.figure import Figure
from yichuang.foundation.figures.formulas import (
    AsOf,
    Configured,
    Counted,
    Formula,
    Label,
    Leaf,
    PerPeriod,
    Place,
    Ratio,
    Reference,
    leaves,
)
from yichuang.foundation.figures.problems import NoSuchFigure
from yichuang.foundation.figures.terms import FIGURE, RULE, Missing, Part, Times
from yichuang.foundation.records import realtime


def figures(on: date) -> dict[str, Figure]:
    """Give all figures in force on a day, by id."""
    return definitions.kept((__name__, "figures", on), dict, lambda: definitions.all_in_force(FIGURE, on))


def listed(on: date) -> list[Figure]:
    """List all figures in force on a day: those of the report in its order, then the others by id."""
    return sorted(figures(on).values(), key=lambda each: (not each.report, int(each.report[1:] or "0"), each.id))


def find(id: str, on: date) -> Figure:
    """
    Find a figure by its id or the number it has in the report (F46).

    :raises NoSuchFigure: there is none in force on that day
    """
    known = figures(on)
    found = known.get(id) or next((each for each in known.values() if each.report == id), None)
    if found is None:
        raise NoSuchFigure(id, on)
    return found


def answers(ids: Iterable[str], times: Times, counts: Counts | None = None) -> dict[str, Answer]:
    """
    Answer many figures at once, each under the name by which it was asked for: every list is gone through once.

    What stands in `counts` is not counted again.

    :raises NoSuchFigure: one of them is not in force on the day
    """
    return answers_of({id: find(id, times.as_of) for id in ids}, times, counts)


def asks_of(ids: Iterable[str], times: Times) -> list[tuple[Ask, Times]]:
    """
    List what `answers` will ask of the database, for those who count everything together.

    :raises NoSuchFigure: one of them is not in force on the day
    """
    return counting.asks_of(_all_leaves({id: find(id, times.as_of) for id in ids}, times), times)


def version(id: str, number: int) -> Figure:
    """
    Give one version of a figure, in force or not: what was published goes by the version of then.

    :raises Definition.DoesNotExist: it was never published
    """
    found = definitions.get(FIGURE, id, number)
    assert isinstance(found, Figure)
    return found


def answers_of(asked: Mapping[str, Figure], times: Times, counts: Counts | None = None) -> dict[str, Answer]:
    """Answer figures that are at hand, each under the name given."""
    whole = _with_referred({figure.id: figure for figure in asked.values()}, times)
    outside = {figure.id: figure.outside for figure in whole.values() if figure.outside}
    made = counting.results(_all_leaves(asked, times), times, counts)
    known_at = times.known_at or realtime.now()
    found: dict[str, Answer] = {}
    for id, figure in asked.items():
        result = _result(figure, whole, made, times)
        bulletin = made[outside[figure.id]] if figure.id in outside else None
        found[id] = answer(id, figure, result, times, known_at, bulletin)
    return found


def monthly(ids: Iterable[str], times: Times, count: int, counts: Counts | None = None) -> dict[str, dict[str, Answer]]:
    """
    Answer figures as of the day and of the end of each month before, by month (2019-10), the newest first.

    A figure is left out of the months in which it was not defined yet.
    """
    wanted, counts = list(ids), counts or Counts()
    counts.gather(chain.from_iterable(asks_of(known_on(wanted, each.as_of), each) for each in months(times, count)))
    return {f"{each.as_of:%Y-%m}": answers(known_on(wanted, each.as_of), each, counts) for each in months(times, count)}


def months(times: Times, count: int) -> list[Times]:
    """Ask the same for the day and for the end of each month before, so many in all, the newest first."""
    found, last = [], times.as_of
    for _number in range(count):
        found.append(replace(times, as_of=last))
        last = last.replace(day=1) - timedelta(days=1)
    return found


def known_on(ids: Iterable[str], on: date) -> list[str]:
    """Name those of some figures that were defined on a day."""
    known = figures(on)
    return [id for id in ids if id in known]


def ask(id: str, times: Times) -> Answer:
    """
    Answer one figure.

    :raises NoSuchFigure: it is not in force on the day
    """
    return answers([id], times)[id]


def parts_of(figure: Figure, times: Times) -> list[tuple[Part, Leaf]]:
    """Name what a figure counts: its rows, or those of numerator and denominator."""
    if figure.formula is None:
        return []
    whole = _with_referred({figure.id: figure}, times)
    return list(_parts(figure.formula, whole, Part.NUMERATOR))


def _parts(formula: Formula, whole: Mapping[str, Figure], part: Part) -> Iterator[tuple[Part, Leaf]]:
    match formula:
        case Counted() | Place() | PerPeriod():
            yield part, formula
        case Reference(id):
            inner = whole[id].formula if id in whole else None
            if inner is not None:
                yield from _parts(inner, whole, part)
        case Ratio(of, over):
            yield from _parts(of, whole, part)
            yield from _parts(over, whole, Part.DENOMINATOR)


def _with_referred(asked: dict[str, Figure], times: Times) -> dict[str, Figure]:
    """Add the figures that others are made of."""
    known, whole, waiting = figures(times.as_of), dict(asked), list(asked.values())
    while waiting:
        figure = waiting.pop()
        for id in _referred(figure.formula):
            if id in known and id not in whole:
                whole[id] = known[id]
                waiting.append(known[id])
    return whole


def _referred(formula: Formula | None) -> list[str]:
    match formula:
        case Reference(figure):
            return [figure]
        case Ratio(of, over):
            return [*_referred(of), *_referred(over)]
    return []


def _all_leaves(asked: Mapping[str, Figure], times: Times) -> list[Leaf]:
    """List what figures ask, with those that they are made of and the bulletins beside them."""
    whole = _with_referred({figure.id: figure for figure in asked.values()}, times).values()
    counted = chain.from_iterable(leaves(figure.formula) for figure in whole if figure.formula)
    return [*counted, *(figure.outside for figure in whole if figure.outside)]


def _result(figure: Figure, whole: Mapping[str, Figure], made: Mapping[Leaf, Result], times: Times) -> Result:
    if figure.formula is None:
        return Result(missing=Missing.DOMAIN if figure.needs else Missing.NO_ROWS)
    return _of(figure.formula, whole, made, times)


def _of(formula: Formula, whole: Mapping[str, Figure], made: Mapping[Leaf, Result], times: Times) -> Result:
    match formula:
        case Counted() | Place() | PerPeriod():
            return made[formula]
        case Reference(id):
            if id not in whole:
                return Result(missing=Missing.NOT_IN_FORCE)
            found = _result(whole[id], whole, made, times)
            return Result(found.made, found.missing, whole[id].unit, whole[id].digits)
        case Ratio(of, over):
            return ratio(_of(of, whole, made, times), _of(over, whole, made, times))
        case AsOf():
            return Result(times.as_of)
        case Label(text):
            return Result(text)
    assert isinstance(formula, Configured)
    return _configured(formula, times)


def _configured(formula: Configured, times: Times) -> Result:
    row = definitions.in_force(RULE, formula.rule, times.as_of).row(times.as_of)
    if row is None:
        return Result(missing=Missing.NOT_IN_FORCE)
    value = row.value
    for key in filter(None, formula.at.split(".")):
        value = value[key]
    return Result(value)
