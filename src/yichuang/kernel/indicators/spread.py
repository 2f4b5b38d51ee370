"""Mean and percentiles of whole or exact numbers; the percentile is one of the values, never between two."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from .rounding import Number


def percentile(values: Sequence[Number], percent: int) -> Number | None:
    """
    Give the least value that at least so many percent of the values do not exceed (`percentile_disc`).

    >>> percentile([3, 1, 2, 10], 50), percentile([3, 1, 2, 10], 90), percentile([], 50)
    (2, 10, None)
    """
    if not values:
        return None
    return sorted(values)[place(len(values), percent) - 1]


def place(count: int, percent: int) -> int:
    """
    Tell which of `count` sorted values, from 1, is the percentile.

    >>> place(4, 50), place(5, 50), place(10, 90), place(1, 1)
    (2, 3, 9, 1)
    """
    return max(1, -(-count * percent // 100))


def mean(values: Sequence[Number]) -> Fraction | None:
    """
    Give the exact mean, None of nothing.

    >>> mean([1, 2, 2])
    Fraction(5, 3)
    """
    return sum((Fraction(value) for value in values), Fraction()) / len(values) if values else None
