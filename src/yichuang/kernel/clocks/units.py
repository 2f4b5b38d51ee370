"""The units of limits as whole ticks: how many openings, or how much office time, lie behind a moment.

In every unit the tick of a moment never falls as time goes on, and what a clock used between two moments is the
difference of their ticks. So a year of running costs as much to compute as a day.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from yichuang.kernel.calendars import Office


class Unit(StrEnum):
    """In what a limit is given."""

    WORKING_DAY = "working_day"
    HALF_DAY = "half_day"
    WORKING_HOUR = "working_hour"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"


class Lamp(StrEnum):
    """What a running clock shows: 绿灯 正常, 黄灯 临期, 红灯 超期; a paused one stands (停表) and has no colour."""

    GREEN = "GREEN"
    YELLOW = "YELLOW"
    RED = "RED"
    STOPPED = "STOPPED"


_MICROSECOND = dt.timedelta(microseconds=1)

CALENDAR_UNITS = (Unit.CALENDAR_DAY, Unit.MONTH)


def tick(unit: Unit, office: Office, at: dt.datetime) -> int:
    """
    Count what lies behind a moment: openings of working days, of half-days, microseconds of office time, or days.

    A day, worked or not, lies behind from the hour of opening on.
    """
    local = office.local(at)
    day, clock = local.date(), local.time()
    calendar, hours = office.calendar, office.hours
    if unit in CALENDAR_UNITS:
        return day.toordinal() - (clock < hours.opens)
    number = calendar.number(day)
    if unit is Unit.WORKING_DAY:
        return number - (clock < hours.opens and calendar.is_working(day))
    if not calendar.is_working(day):
        behind, today = number, 0
    elif unit is Unit.HALF_DAY:
        behind, today = number - 1, (clock >= hours.opens) + (clock >= hours.noon)
    else:
        inside = min(max(local, office.opening(day)), office.closing(day)) - office.opening(day)
        behind, today = number - 1, inside // _MICROSECOND
    return behind * day_length(unit, office) + today


def opening_of(unit: Unit, office: Office, number: int) -> dt.datetime:
    """Give the first moment of office time that has this tick: an opening, or in working hours the very moment."""
    calendar = office.calendar
    match unit:
        case Unit.WORKING_DAY:
            return office.opening(calendar.numbered(number))
        case Unit.HALF_DAY:
            day = calendar.numbered((number + 1) // 2)
            return office.opening(day) if number % 2 else office.noon(day)
        case Unit.WORKING_HOUR:
            return _hour(office, number)
        case _:
            return office.opening(calendar.on_or_after(dt.date.fromordinal(number)))


def closing_of(unit: Unit, office: Office, number: int) -> dt.datetime:
    """Give the close of office of the day or half-day with this tick; a last day off moves to the next working day."""
    calendar = office.calendar
    match unit:
        case Unit.WORKING_DAY:
            return office.closing(calendar.numbered(number))
        case Unit.HALF_DAY:
            day = calendar.numbered((number + 1) // 2)
            return office.noon(day) if number % 2 else office.closing(day)
        case Unit.WORKING_HOUR:
            return _hour(office, number)
        case _:
            return office.closing(calendar.on_or_after(dt.date.fromordinal(number)))


def day_length(unit: Unit, office: Office) -> int:
    """Tell how many ticks one working day has."""
    match unit:
        case Unit.HALF_DAY:
            return 2
        case Unit.WORKING_HOUR:
            return office.hours.length // _MICROSECOND
        case _:
            return 1


def hour_length() -> int:
    """Tell how many ticks one working hour has."""
    return dt.timedelta(hours=1) // _MICROSECOND


def ticks_of(unit: Unit, limit: int, start: dt.date) -> int:
    """
    Tell how many ticks a limit has; months depend on the day they begin.

    >>> ticks_of(Unit.MONTH, 1, dt.date(2019, 1, 31))  # until 28 February
    28
    """
    match unit:
        case Unit.WORKING_HOUR:
            return limit * hour_length()
        case Unit.MONTH:
            return (add_months(start, limit) - start).days
        case _:
            return limit


def add_months(day: dt.date, months: int) -> dt.date:
    """
    Give the same day number so many months later, clipped to the last day of the month.

    >>> add_months(dt.date(2020, 1, 31), 1), add_months(dt.date(2019, 11, 30), 3)
    (datetime.date(2020, 2, 29), datetime.date(2020, 2, 29))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = dt.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(day.day, last))


def _hour(office: Office, number: int) -> dt.datetime:
    """Give the earliest moment with so much office time behind it: a close of office rather than the next opening."""
    whole, rest = divmod(number, day_length(Unit.WORKING_HOUR, office))
    if not rest:
        return office.closing(office.calendar.numbered(whole))
    return office.opening(office.calendar.numbered(whole + 1)) + rest * _MICROSECOND
