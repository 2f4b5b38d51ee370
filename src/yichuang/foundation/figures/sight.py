"""What a reader is shown of figures: the public ones and no small groups, or all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from yichuang.foundation.figures import queries, rows
from yichuang.foundation.figures.answering import Answer
from yichuang.foundation.figures.cubes import Counts
from yichuang.foundation.figures.figure import Figure
from yichuang.foundation.figures.measures import measure_named, own_column
from yichuang.foundation.figures.problems import NoSuchFigure
from yichuang.foundation.figures.terms import ALL, LEAST_SHOWN, Missing, Times
from yichuang.foundation.people.actors import SYSTEM, Actor


def sees_all(actor: Actor) -> bool:
    """Say whether a reader sees every figure and every group."""
    return actor.may(ALL)


def listed(actor: Actor, on: date) -> list[Figure]:
    """List the figures that a reader may see: those of the report in its order, then the others."""
    return [figure for figure in queries.listed(on) if figure.is_public or sees_all(actor)]


def find(id: str, actor: Actor, on: date) -> Figure:
    """
    Find a figure that a reader may see.

    :raises NoSuchFigure: there is none, or not for this reader
    """
    figure = queries.find(id, on)
    if not (figure.is_public or sees_all(actor)):
        raise NoSuchFigure(id, on)
    return figure


def answers(ids: list[str], actor: Actor, times: Times, counts: Counts | None = None) -> dict[str, Answer]:
    """
    Answer figures as a reader may see them: of a part of the district the public sees no value of fewer than 5 rows.

    What stands in `counts` is not counted again.

    :raises NoSuchFigure: there is none, or not for this reader
    """
    for id in ids:
        figure = find(id, actor, times.as_of)
        if times.inside and not may_look_inside(figure, actor, times):
            raise NoSuchFigure(id, times.as_of)
    found = queries.answers(ids, times, counts)
    if times.region and not sees_all(actor):
        found = {id: _veiled(answer) for id, answer in found.items()}
    return found


def may_look_inside(figure: Figure, actor: Actor, times: Times) -> bool:
    """Say whether a reader may ask for one group: he sees all groups, and the columns by which they are told apart."""
    hidden = {
        column
        for _, leaf in queries.parts_of(figure, times)
        if (source := measure_named(leaf.of, times.as_of)) is not None
        for name, _ in times.inside
        if (column := own_column(source, name)) in source.hidden_from(actor)
        or (column and source.columns[column].personal)
    }
    return sees_all(actor) and not hidden


def _veiled(answer: Answer) -> Answer:
    sizes = [part.total for part in rows.behind(answer.figure, answer.times, SYSTEM)]
    if not any(0 < size < LEAST_SHOWN for size in sizes):
        return answer
    return replace(answer, value=None, wording="", numerator=None, denominator=None, missing=Missing.NOT_PUBLIC)
