"""Weeks in which a body owes a meeting: all but holiday weeks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from yichuang.domains.projects.terms import HOLIDAY_WEEK
from yichuang.kernel.calendars import Calendar


@dataclass(frozen=True, slots=True)
class Week:
    """One ISO week: its Monday, its working days, whether a meeting was held."""

    monday: date
    working_days: int
    is_met: bool

    @property
    def is_holiday(self) -> bool:
        """Say whether no meeting is owed: at most one working day is left of it."""
        return self.working_days <= HOLIDAY_WEEK

    @property
    def number(self) -> int:
        """Give the number of the ISO week."""
        return self.monday.isocalendar().week

    @property
    def is_missed(self) -> bool:
        """Say whether a meeting was owed and none was held."""
        return not self.is_met and not self.is_holiday


def monday_of(day: date) -> date:
    """
    Give the Monday of a day's week.

    >>> monday_of(date(2019, 10, 30))  # a Wednesday
    datetime.date(2019, 10, 28)
    """
    return day - timedelta(days=day.weekday())


def weeks(held_on: Iterable[date], until: date, calendar: Calendar) -> list[Week]:
    """List the weeks from that of the first meeting to that of `until`; none before the first meeting."""
    mondays = {monday_of(day) for day in held_on if day <= until}
    if not mondays:
        return []
    first, last = min(mondays), monday_of(until)
    all_of = (first + timedelta(days=7 * n) for n in range((last - first).days // 7 + 1))
    return [Week(monday, working_days(monday, calendar), monday in mondays) for monday in all_of]


def working_days(monday: date, calendar: Calendar) -> int:
    """Count the working days of a week, shifted ones included."""
    return sum(calendar.is_working(monday + timedelta(days=n)) for n in range(7))
