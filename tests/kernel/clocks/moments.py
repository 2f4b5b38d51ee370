"""Moments in China, and the office of the tests: the shipped calendar, 9 to 17."""

from datetime import datetime

from tests.kernel.calendars.notices import shipped
from yichuang.kernel.calendars import SHANGHAI, Office
from yichuang.kernel.clocks import Clock, Unit

OFFICE = Office(shipped())


def at(text: str) -> datetime:
    """Read `2019-09-27 17:20`; a day alone is its close of office."""
    return datetime.fromisoformat(text if " " in text else f"{text} 17:00").replace(tzinfo=SHANGHAI)


def clock(limit: int, started: str, unit: Unit = Unit.WORKING_DAY) -> Clock:
    return Clock(limit=limit, unit=unit, started_at=at(started))
