"""Who comes first: ties share a place, and whoever has too few cases is shown apart, never ranked."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from .rounding import Number


@dataclass(frozen=True, slots=True)
class Ranked:
    """One place. `tied` says that others have the same value, and so the same place."""

    name: str
    value: Number
    sample: int
    place: int
    tied: bool


@dataclass(frozen=True, slots=True)
class Unranked:
    """One that has no place: `sample` is below the least, or there is no value."""

    name: str
    value: Number | None
    sample: int


Entry = tuple[str, Number | None, int]
"""Name, value, and how many rows the value rests on."""


def ranking(
    entries: Iterable[Entry], *, highest_first: bool = True, least_sample: int = 1
) -> tuple[list[Ranked], list[Unranked]]:
    """
    Rank by value; equal values share a place and the next one is so many further on (1, 2, 2, 4).

    Within a place the order is that of the names.

    >>> places, rest = ranking([("甲", 90, 40), ("乙", 95, 40), ("丙", 90, 50), ("丁", 100, 3)], least_sample=20)
    >>> [(each.name, each.place, each.tied) for each in places], [each.name for each in rest]
    ([('乙', 1, False), ('丙', 2, True), ('甲', 2, True)], ['丁'])
    """
    entries = list(entries)
    fit = [(name, value, sample) for name, value, sample in entries if value is not None and sample >= least_sample]
    rest = [Unranked(name, value, sample) for name, value, sample in entries if value is None or sample < least_sample]
    values = sorted(value for _, value, _ in fit)
    found = []
    for name, value, sample in fit:
        below, upto = bisect_left(values, value), bisect_right(values, value)
        before = len(values) - upto if highest_first else below
        found.append(Ranked(name, value, sample, place=1 + before, tied=upto - below > 1))
    return sorted(found, key=lambda each: (each.place, each.name)), sorted(rest, key=lambda each: each.name)


def ranked(entries: Iterable[Entry], name: str, *, highest_first: bool = True, least_sample: int = 1) -> Ranked | None:
    """Find the place of one; None where it has none."""
    places, _ = ranking(entries, highest_first=highest_first, least_sample=least_sample)
    return next((each for each in places if each.name == name), None)
