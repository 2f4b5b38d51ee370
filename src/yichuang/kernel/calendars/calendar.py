"""Which days are worked, from 1990 to 2100, in constant time."""

from __future__ import annotations

import datetime as dt
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate, compress, count
from types import MappingProxyType

from yichuang.kernel.calendars.notices import Notice, NoticeDay
from yichuang.kernel.errors import NotPossible

FIRST_DAY, LAST_DAY = dt.date(1990, 1, 1), dt.date(2100, 12, 31)

_FIRST = FIRST_DAY.toordinal()
_LENGTH = LAST_DAY.toordinal() - _FIRST + 1
_WEEK = bytes((1, 1, 1, 1, 1, 0, 0))  # Monday first
_PLAIN = (_WEEK * (_LENGTH // 7 + 2))[FIRST_DAY.weekday() : FIRST_DAY.weekday() + _LENGTH]


class OutsideCalendar(NotPossible):
    """The day lies outside the years that a calendar covers."""

    code = "calendars.outside"

    def __init__(self) -> None:
        super().__init__(f"日期超出工作日历的范围（{FIRST_DAY} 至 {LAST_DAY}）。请检查日期和天数。")


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """
    The working days that follow from a set of notices.

    Two tables carry everything: how many working days lie before each day, and the working days in order.
    """

    notices: Mapping[int, Notice]  # year → the notice in force for it
    named: Mapping[dt.date, NoticeDay]  # the days which a notice speaks of
    _before: array[int]
    _working: array[int]

    @classmethod
    def of(cls, notices: Iterable[Notice] = ()) -> Calendar:
        """
        Make the calendar of these notices, in the order in which they were issued.

        A notice is the whole arrangement of its year: a later one for the same year replaces the earlier entirely.
        Where the notices of two neighbouring years speak of one day, that of the later year holds, being the younger.
        """
        in_force = {notice.year: notice for notice in notices}
        named = {day.date: day for year in sorted(in_force) for day in in_force[year].days}
        worked = bytearray(_PLAIN)
        for date, day in named.items():
            worked[date.toordinal() - _FIRST] = not day.is_off_day
        return cls(
            notices=MappingProxyType(in_force),
            named=MappingProxyType(named),
            _before=array("l", accumulate(worked, initial=0)),
            _working=array("l", compress(count(_FIRST), worked)),
        )

    def with_notice(self, notice: Notice) -> Calendar:
        """Make the calendar in which this notice, too, has been issued."""
        return Calendar.of([*self.notices.values(), notice])

    def is_working(self, day: dt.date) -> bool:
        """
        Tell whether the day is worked.

        >>> Calendar.of().is_working(dt.date(2019, 10, 12))  # a Saturday; only a notice makes it a working day
        False

        :raises OutsideCalendar: the day is before 1990 or after 2100
        """
        here = self._index(day)
        return self._before[here + 1] > self._before[here]

    def is_provisional(self, day: dt.date) -> bool:
        """Tell whether no notice has been issued for the day's year, so that the day may still change."""
        return day.year not in self.notices and day not in self.named

    def number(self, day: dt.date) -> int:
        """Count the working days from the beginning of the calendar to the day, the day included."""
        return self._before[self._index(day) + 1]

    def numbered(self, number: int) -> dt.date:
        """
        Give the working day with this number; the first has number 1.

        :raises OutsideCalendar: there is no such day
        """
        if not 1 <= number <= len(self._working):
            raise OutsideCalendar
        return dt.date.fromordinal(self._working[number - 1])

    def add(self, day: dt.date, n: int) -> dt.date:
        """
        Give the n-th working day after the day, which itself is day 0, worked or not.

        Negative n counts back from the day; 0 gives the day itself.

        >>> Calendar.of().add(dt.date(2019, 1, 25), 2)  # Friday, then Monday and Tuesday
        datetime.date(2019, 1, 29)

        :raises OutsideCalendar: the day or the result is not covered
        """
        if n == 0:
            return dt.date.fromordinal(_FIRST + self._index(day))
        if n > 0:
            return self.numbered(self.number(day) + n)
        return self.numbered(self._before[self._index(day)] + n + 1)

    def between(self, a: dt.date, b: dt.date) -> int:
        """
        Count the working days after a up to and including b; negative when b lies before a.

        >>> Calendar.of().between(dt.date(2019, 1, 25), dt.date(2019, 1, 29))
        2
        """
        return self.number(b) - self.number(a)

    def next_working(self, day: dt.date) -> dt.date:
        """Give the first working day after the day."""
        return self.add(day, 1)

    def previous_working(self, day: dt.date) -> dt.date:
        """Give the last working day before the day."""
        return self.add(day, -1)

    def on_or_after(self, day: dt.date) -> dt.date:
        """Give the day if it is worked, else the next working day."""
        return day if self.is_working(day) else self.add(day, 1)

    def changed_days(self, other: Calendar) -> tuple[dt.date, ...]:
        """Name the days on which two calendars differ, in order: what a new notice really changes."""
        spoken_of = sorted(self.named.keys() | other.named.keys())
        return tuple(day for day in spoken_of if self.is_working(day) != other.is_working(day))

    def _index(self, day: dt.date) -> int:
        index = day.toordinal() - _FIRST
        if not 0 <= index < _LENGTH:
            raise OutsideCalendar
        return index
