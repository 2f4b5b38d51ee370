"""Periods: the days that a figure counts, told from the day as of which it is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DAY = timedelta(days=1)


class PeriodKind(StrEnum):
    """Which days count. All end with the day that is asked for: later ones are not known yet."""

    STANDING = "standing"  # what holds on that day, whenever it began
    DAY = "day"
    WEEK = "week"  # from Monday
    MONTH = "month"
    QUARTER = "quarter"
    YEAR_TO_DATE = "year_to_date"
    YEAR = "year"  # the year before, until the year that is asked for is over


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both counted."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def after(self) -> date:
        """Give the first day no longer counted."""
        return self.last + DAY


def span_of(kind: PeriodKind, as_of: date) -> Span | None:
    """
    Give the days that count as of a day; None where everything counts that holds on it.

    >>> span_of(PeriodKind.QUARTER, date(2019, 10, 30))
    Span(first=datetime.date(2019, 10, 1), last=datetime.date(2019, 10, 30))
    >>> span_of(PeriodKind.YEAR, date(2019, 10, 30)).first.year, span_of(PeriodKind.YEAR, date(2019, 12, 31)).first.year
    (2018, 2019)
    """
    if kind is PeriodKind.STANDING:
        return None
    if kind is PeriodKind.YEAR and as_of != date(as_of.year, 12, 31):
        return Span(date(as_of.year - 1, 1, 1), date(as_of.year - 1, 12, 31))
    return Span(BEGINNINGS[kind](as_of), as_of)


def span_before(kind: PeriodKind, as_of: date) -> date | None:
    """
    Give the day to ask for the same period before: the day before, last month's end, the same day last year.

    >>> span_before(PeriodKind.MONTH, date(2019, 10, 30)), span_before(PeriodKind.YEAR_TO_DATE, date(2020, 2, 29))
    (datetime.date(2019, 9, 30), datetime.date(2019, 2, 28))
    """
    match kind:
        case PeriodKind.STANDING:
            return None
        case PeriodKind.YEAR_TO_DATE:
            return _year_before(as_of)
        case PeriodKind.YEAR:
            found = span_of(kind, as_of)
            assert found is not None, "a year has days"
            return found.first - DAY
    return BEGINNINGS[kind](as_of) - DAY


def weeks(span: Span) -> list[date]:
    """
    List the Mondays of all weeks that have a day in the span.

    >>> len(weeks(Span(date(2019, 2, 11), date(2019, 10, 30))))
    38
    """
    monday = _monday(span.first)
    found = []
    while monday <= span.last:
        found.append(monday)
        monday += 7 * DAY
    return found


def months(span: Span) -> list[date]:
    """
    List the first days of all months that have a day in the span.

    >>> [each.month for each in months(Span(date(2018, 12, 31), date(2019, 2, 1)))]
    [12, 1, 2]
    """
    first = span.first.replace(day=1)
    found = []
    while first <= span.last:
        found.append(first)
        first = (first + 31 * DAY).replace(day=1)
    return found


def _monday(day: date) -> date:
    return day - day.weekday() * DAY


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


BEGINNINGS: dict[PeriodKind, Callable[[date], date]] = {
    PeriodKind.DAY: lambda day: day,
    PeriodKind.WEEK: _monday,
    PeriodKind.MONTH: lambda day: day.replace(day=1),
    PeriodKind.QUARTER: lambda day: day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1),
    PeriodKind.YEAR_TO_DATE: lambda day: day.replace(month=1, day=1),
    PeriodKind.YEAR: lambda day: day.replace(month=1, day=1),
}
