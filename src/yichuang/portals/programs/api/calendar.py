"""The working calendar: is a day worked, the n-th working day, how many lie between."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from ninja import Router, Schema
from pydantic import Field

from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.pages import ActingRequest
from yichuang.kernel.calendars import Calendar
from yichuang.ui.api import May

router = Router(tags=["calendar"])

Days = Annotated[int, Field(ge=-5000, le=5000, description="working days; negative counts back")]
PROVISIONAL = "true where no holiday notice stands for the year: weekends are off, and the answer may change"


class DayOut(Schema):
    """One day."""

    day: dt.date
    is_working: bool
    is_provisional: bool = Field(description=PROVISIONAL)


class AddedOut(Schema):
    """The n-th working day after a day, which itself is day 0."""

    start: dt.date
    n: int
    day: dt.date
    is_provisional: bool = Field(description=PROVISIONAL)


class BetweenOut(Schema):
    """How many working days lie after a, up to and including b."""

    a: dt.date
    b: dt.date
    working_days: int
    is_provisional: bool = Field(description=PROVISIONAL)


@router.get("/calendar/add", response=AddedOut, auth=May("calendar.view"), summary="The n-th working day")
def add(request: ActingRequest, start: dt.date, n: Days) -> AddedOut:
    """Give the n-th working day after `start`."""
    calendar = definitions.calendar()
    day = calendar.add(start, n)
    return AddedOut(start=start, n=n, day=day, is_provisional=_provisional(calendar, start, day))


@router.get("/calendar/between", response=BetweenOut, auth=May("calendar.view"), summary="Working days in (a, b]")
def between(request: ActingRequest, a: dt.date, b: dt.date) -> BetweenOut:
    """Count the working days in (a, b]; negative when b lies before a."""
    calendar = definitions.calendar()
    days = calendar.between(a, b)
    return BetweenOut(a=a, b=b, working_days=days, is_provisional=_provisional(calendar, a, b))


@router.get("/calendar/{day}", response=DayOut, auth=May("calendar.view"), summary="Is a day worked?")
def day(request: ActingRequest, day: dt.date) -> DayOut:
    """Tell whether a day is worked."""
    calendar = definitions.calendar()
    return DayOut(day=day, is_working=calendar.is_working(day), is_provisional=calendar.is_provisional(day))


def _provisional(calendar: Calendar, a: dt.date, b: dt.date) -> bool:
    first, last = sorted((a.year, b.year))
    return any(calendar.is_provisional(dt.date(year, 7, 1)) for year in range(first, last + 1))
