"""Holds the timeliness figures of a lake against those of the house for the same two times, group by group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from yichuang.config.lake.columns import month_of
from yichuang.config.lake.exporting import Lake
from yichuang.config.lake.timeliness import APART, Timely, timely
from yichuang.foundation.figures import groups, queries
from yichuang.foundation.figures.answering import Result, Shown, ratio, written
from yichuang.foundation.figures.terms import day_begins

FIGURES = {
    "cases.concluded": "concluded",
    "cases.concluded_with_limit": "with_limit",
    "cases.on_time": "on_time",
    "cases.on_time_rate": "rate",
    "cases.median_days": "median",
    "cases.p90_days": "p90",
}
"""Figures of the house, and what a lake calls them."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One value: of which figure, told apart by what, of which group; as the house says it and as the lake does."""

    figure: str
    by: str
    group: str
    ours: Shown
    theirs: Shown

    @property
    def agrees(self) -> bool:
        """Say whether both say the same."""
        return self.ours == self.theirs


def compare(cases: Any, lake: Lake) -> Iterator[Compared]:
    """Compare the month of the lake's day, as a whole and told apart in every way."""
    times = lake.times
    month = month_of(day_begins(times.as_of))
    for by in APART:
        found = timely(cases, month, by)
        for id, name in FIGURES.items():
            figure = queries.find(id, times.as_of)
            if by:
                ours = {each.code: each.value for each in groups.groups(figure, by, times)}
            else:
                ours = {"": queries.answers([id], times)[id].value}
            for group in sorted({*ours, *found}):
                said = _said(found.get(group), name)
                if group not in ours and said.made == 0:
                    said = Result()  # the house does not list a group of which it counts nothing
                yield Compared(id, by, group, ours.get(group), written(figure, said))


def _said(found: Timely | None, name: str) -> Result:
    """Give what a lake says of a group, to be written as the house writes it."""
    if found is None:
        return Result()
    if name == "rate":
        return ratio(Result(found.on_time), Result(found.with_limit))
    return Result(getattr(found, name))
