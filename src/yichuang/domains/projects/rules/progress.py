"""How far a year and a plan are, and when a project falls behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from yichuang.domains.projects.terms import REPORT_DAY

MONTHS = 12


@dataclass(frozen=True, slots=True)
class StartShown:
    """What shows that a project has started: since when, by which permit or evidence."""

    on: date
    basis: str


def months_passed(year: int, on: date) -> int:
    """
    Count the months of a plan's year that count as passed on a day: each from its 25th day on.

    >>> [months_passed(2019, on) for on in (date(2019, 10, 30), date(2019, 10, 24), date(2020, 1, 1))]
    [10, 9, 12]
    """
    if on.year != year:
        return MONTHS if on.year > year else 0
    return on.month if on.day >= REPORT_DAY else on.month - 1


def time_share(year: int, on: date) -> Fraction:
    """
    Give the share of a plan's year that has passed (S45: 10/12 at the end of October).

    >>> time_share(2019, date(2019, 10, 30))
    Fraction(5, 6)
    """
    return Fraction(months_passed(year, on), MONTHS)


def month_of(day: date) -> date:
    """
    Give the first day of a day's month.

    >>> month_of(date(2019, 10, 30))
    datetime.date(2019, 10, 1)
    """
    return day.replace(day=1)
