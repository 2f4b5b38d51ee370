"""
Scores of the Doing Business kind: how far a value stands from the worst (0) towards the best (100).

A topic is the mean of its indicators, the whole the mean of its topics. Which indicators there are, with best and
worst, is data (a dated rule): nothing of a method is written here but its arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from yichuang.kernel.errors import DefinitionError

from .rounding import Number


@dataclass(frozen=True, slots=True)
class Scale:
    """Best and worst value of one indicator; the best may be the lower one (days) or the higher one (an index)."""

    best: Number
    worst: Number

    def __post_init__(self) -> None:
        """
        Refuse a scale without length.

        :raises DefinitionError: best and worst are the same
        """
        if self.best == self.worst:
            raise DefinitionError("scale", f"best and worst are both {self.best}", "two values")


def score(value: Number, scale: Scale) -> Fraction:
    """
    Score one value, 0 to 100; what lies beyond best or worst is cut off.

    >>> from decimal import Decimal
    >>> float(score(Decimal("1.8"), Scale(Decimal("0.5"), 100)))
    98.69346733668341
    >>> score(400, Scale(0, 200)), score(18, Scale(15, 0))
    (Fraction(0, 1), Fraction(100, 1))
    """
    way = Fraction(scale.worst) - Fraction(scale.best)
    found = (Fraction(scale.worst) - Fraction(value)) / way * 100
    return min(max(found, Fraction(0)), Fraction(100))


def topic(scores: Iterable[Number | Iterable[Number]]) -> Fraction | None:
    """
    Give the mean of a topic's scores, None without any; several measurements of one indicator count as their mean.

    >>> topic([100, [80, 60], 30])
    Fraction(200, 3)
    """
    each = [_one(given) for given in scores]
    known = [found for found in each if found is not None]
    return sum(known, Fraction()) / len(known) if known else None


def overall(topics: Mapping[str, Number | None]) -> Fraction | None:
    """Give the mean of the topics that have a score, None without any."""
    return topic(value for value in topics.values() if value is not None)


def _one(given: Number | Iterable[Number]) -> Fraction | None:
    if isinstance(given, Iterable):
        return topic(given)
    return Fraction(given)
