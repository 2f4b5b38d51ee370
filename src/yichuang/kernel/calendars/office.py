"""The hours of an office, and how a moment is moved into them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from yichuang.kernel.calendars.calendar import Calendar
from yichuang.kernel.errors import DefinitionError

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """
    When an office opens, when its second half-day begins, and when it closes: the same on every working day.

    These are the hours by which limits are counted. The service hours of a hall are another table.

    :raises DefinitionError: the three do not follow each other
    """

    opens: dt.time = dt.time(9)
    noon: dt.time = dt.time(12)
    closes: dt.time = dt.time(17)

    def __post_init__(self) -> None:
        if not self.opens < self.noon < self.closes:
            found = f"found {self.opens}, {self.noon}, {self.closes}"
            raise DefinitionError("office hours", found, "opens before noon before closes")

    @property
    def length(self) -> dt.timedelta:
        """The working time of one day, noon included: eight hours from 9 to 17."""
        return dt.datetime.combine(dt.date.min, self.closes) - dt.datetime.combine(dt.date.min, self.opens)


@dataclass(frozen=True, slots=True)
class Office:
    """A calendar with hours in a zone: what is needed to say when a limit ends."""

    calendar: Calendar
    hours: OfficeHours = field(default_factory=OfficeHours)
    zone: dt.tzinfo = SHANGHAI

    def local(self, at: dt.datetime) -> dt.datetime:
        """
        Give the moment as the office's wall clock shows it.

        :raises ValueError: the moment has no zone
        """
        if at.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return at.astimezone(self.zone)

    def day(self, at: dt.datetime) -> dt.date:
        """Give the office's day in which the moment lies."""
        return self.local(at).date()

    def opening(self, day: dt.date) -> dt.datetime:
        """Give the moment at which the office opens on the day, worked or not."""
        return dt.datetime.combine(day, self.hours.opens, self.zone)

    def noon(self, day: dt.date) -> dt.datetime:
        """Give the moment at which the second half of the day begins."""
        return dt.datetime.combine(day, self.hours.noon, self.zone)

    def closing(self, day: dt.date) -> dt.datetime:
        """Give the moment at which the office closes on the day."""
        return dt.datetime.combine(day, self.hours.closes, self.zone)

    def is_open(self, at: dt.datetime) -> bool:
        """Tell whether the moment lies within the hours of a working day, both ends included."""
        local = self.local(at)
        return self.calendar.is_working(local.date()) and self.hours.opens <= local.time() <= self.hours.closes

    def to_office_time(self, at: dt.datetime) -> dt.datetime:
        """
        Move a moment into office time.

        Before opening it becomes that opening; after closing or on a day off, the opening of the next working day;
        the moment of closing itself still belongs to its day.

        >>> office = Office(Calendar.of())
        >>> print(office.to_office_time(dt.datetime(2019, 1, 25, 17, 20, tzinfo=SHANGHAI)))  # a Friday
        2019-01-28 09:00:00+08:00
        """
        local = self.local(at)
        day = local.date()
        if not self.calendar.is_working(day) or local.time() > self.hours.closes:
            return self.opening(self.calendar.next_working(day))
        return max(local, self.opening(day))
