"""Read a clock in an office's time: due, used, remaining, lamp. Costs grow with the pauses, not with the days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from yichuang.kernel.calendars import Office
from yichuang.kernel.clocks.clock import AlreadyStopped, Clock, Extension, as_of, resume
from yichuang.kernel.clocks.units import (
    CALENDAR_UNITS,
    Lamp,
    Unit,
    closing_of,
    day_length,
    hour_length,
    opening_of,
    tick,
    ticks_of,
)
from yichuang.kernel.errors import NotPossible


class ExtensionTooLate(NotPossible):
    """An extension is decided before the limit ends, not after."""

    code = "clocks.extension_too_late"
    basis = "行政许可法 第四十二条"

    def __init__(self) -> None:
        super().__init__("办理时限已经届满，不能再延长。延期必须在届满之前批准。")


class ExtensionTooLong(NotPossible):
    """The law bounds by how much a limit may be extended."""

    code = "clocks.extension_too_long"

    def __init__(self, amount: int, at_most: int, basis: str) -> None:
        super().__init__(f"延长 {amount} 超过规定的上限 {at_most}。请缩短延长的期限。", basis=basis)


class _Run(NamedTuple):
    """A stretch in which the clock runs, in office time; `until` is None while it lasts."""

    since: dt.datetime
    until: dt.datetime | None


def due(clock: Clock, office: Office) -> dt.datetime | None:
    """
    Say when the limit ends: close of office of the last day that counts; None while the clock is paused.

    The moment of starting is moved into office time and its day is day 0; the day of a pause counts, that of a resume
    does not. A clock paused before the close of its last day ends at the close of the day on which it is resumed.

    >>> from yichuang.kernel.calendars import SHANGHAI, Calendar
    >>> started = dt.datetime(2019, 1, 18, 17, 20, tzinfo=SHANGHAI)  # Friday evening: Monday is day 0
    >>> print(due(Clock(5, Unit.WORKING_DAY, started), Office(Calendar.of())))
    2019-01-28 17:00:00+08:00
    """
    return None if clock.is_paused else _end(clock, office)


def due_if_resumed(clock: Clock, at: dt.datetime, office: Office) -> dt.datetime | None:
    """
    Say when the limit would end if a pause that lasts ended at the moment; without one, when it does end.

    :raises ValueError: the moment lies before the pause
    """
    return _end(resume(clock, at), office) if clock.is_paused and clock.stopped_at is None else due(clock, office)


def used(clock: Clock, at: dt.datetime, office: Office) -> int | Fraction:
    """
    Say how much of the limit had been used at the moment, in the clock's unit; `used + remaining` is the whole limit.

    A day or half-day is used from its opening on. Days off by which a last day was moved are not used. Hours are exact
    fractions, and so are months: days gone over the days they have.
    """
    then = as_of(clock, at)
    until = at if then.stopped_at is None else then.stopped_at
    return _in_unit(_used(then, until, office), then, office)


def remaining(clock: Clock, at: dt.datetime, office: Office) -> int | Fraction:
    """Say how much was left at the moment, in the clock's unit, extension included; below zero when overdue."""
    return as_of(clock, at).whole - used(clock, at, office)


def days_left(limit: int, *, started_at: dt.datetime, at: dt.datetime, office: Office) -> int:
    """
    Count what is left of a limit in working days that never stood still: `remaining` of such a clock, for long lists.

    >>> from yichuang.kernel.calendars import SHANGHAI, Calendar
    >>> started = dt.datetime(2019, 1, 18, 17, 20, tzinfo=SHANGHAI)  # Friday evening: Monday is day 0
    >>> days_left(5, started_at=started, at=dt.datetime(2019, 1, 23, 10, tzinfo=SHANGHAI), office=Office(Calendar.of()))
    3
    """
    since = tick(Unit.WORKING_DAY, office, office.to_office_time(started_at))
    return limit - max(0, tick(Unit.WORKING_DAY, office, at) - since)


def days_used(clock: Clock, at: dt.datetime, office: Office) -> int:
    """Count the working days on which the clock had run by the moment, whatever its unit."""
    then = as_of(clock, at)
    until = at if then.stopped_at is None else then.stopped_at
    return sum(_ran(run, Unit.WORKING_DAY, office, run.since, until) for run in _runs(then, office))


def working_days_left(clock: Clock, at: dt.datetime, office: Office) -> int | None:
    """Count the working days after the moment's day until the due day; None while paused, below zero when overdue."""
    end = due(as_of(clock, at), office)
    return None if end is None else office.calendar.between(office.day(at), office.day(end))


def is_overdue(clock: Clock, at: dt.datetime, office: Office) -> bool:
    """
    Tell whether the limit had ended at the moment and the clock had not been stopped.

    A pause that began after the end does not undo it.
    """
    then = as_of(clock, at)
    end = _end(then, office)
    return then.stopped_at is None and end is not None and at > end


def was_late(clock: Clock, office: Office) -> bool:
    """Tell whether the clock was stopped after its limit had ended."""
    end = _end(clock, office)
    return clock.stopped_at is not None and end is not None and clock.stopped_at > end


def when_used(clock: Clock, amount: int, office: Office) -> dt.datetime | None:
    """
    Say from when on so much, in the clock's unit, is used; None when a pause keeps the clock from it.

    Days and half-days are used from their opening on; 0 is used from the opening of the day on which the clock starts.
    """
    start = office.day(office.to_office_time(clock.started_at))
    return _reached(clock, ticks_of(clock.unit, amount, start), office)


def amber_at(clock: Clock, office: Office) -> dt.datetime | None:
    """
    Say from when on the lamp is yellow, None while the clock is paused.

    Yellow is: 20 % of the limit, or one working day, or less is left. That is the opening of a day or half-day, and for
    working hours the very moment. A lamp of calendar days or months that would turn on a day off turns with the opening
    of the next working day.
    """
    last = _last_run(clock, office)
    if clock.is_paused or last is None:
        return None
    whole = _whole(clock, office)
    if clock.unit not in CALENDAR_UNITS:
        return _reached(clock, whole - max(whole // 5, day_length(clock.unit, office)), office)
    run, end = last
    one_left = office.opening(max(office.calendar.previous_working(office.day(end)), office.day(run.since)))
    fifth_left = _reached(clock, whole - whole // 5, office)
    return one_left if fifth_left is None else min(fifth_left, one_left)


def lamp(clock: Clock, at: dt.datetime, office: Office) -> Lamp | None:
    """
    Say which lamp is lit at the moment; a paused clock is `STOPPED` and has none, one that has ended gives None.

    Green is: more than 20 % and more than one working day left. Red is: overdue. All else is yellow.
    """
    then = as_of(clock, at)
    if then.stopped_at is not None:
        return None
    end, amber = due(then, office), amber_at(then, office)
    if end is None or amber is None:
        return Lamp.STOPPED
    if at > end:
        return Lamp.RED
    return Lamp.YELLOW if at >= amber else Lamp.GREEN


def extend(clock: Clock, amount: int, at: dt.datetime, office: Office, *, basis: str, at_most: int) -> Clock:
    """
    Note that the limit is extended by so much, in the clock's unit.

    :raises AlreadyStopped: the clock has ended
    :raises AlreadyExtended: it was extended before
    :raises ExtensionTooLate: the limit ended before the moment
    :raises ExtensionTooLong: the law allows `at_most`
    """
    if clock.stopped_at is not None:
        raise AlreadyStopped
    longer = replace(clock, extensions=(*clock.extensions, Extension(amount=amount, decided_at=at, basis=basis)))
    if amount > at_most:
        raise ExtensionTooLong(amount, at_most, basis)
    if is_overdue(clock, at, office):
        raise ExtensionTooLate
    return longer


def _runs(clock: Clock, office: Office) -> Iterator[_Run]:
    since = office.to_office_time(clock.started_at)
    for each in clock.in_effect:
        yield _Run(since, office.to_office_time(each.from_at))
        if each.to_at is None:
            return
        since = office.to_office_time(each.to_at)
    yield _Run(since, None)


def _end(clock: Clock, office: Office) -> dt.datetime | None:
    """Give the end of the limit, also of a clock that was paused after it."""
    last = _last_run(clock, office)
    return None if last is None else last[1]


def _last_run(clock: Clock, office: Office) -> tuple[_Run, dt.datetime] | None:
    """
    Find the run in which the limit ends, and its end: the first close of office, with the clock running, by which the
    whole limit is used. None if a pause comes before it and lasts.
    """
    left = _whole(clock, office)
    for run in _runs(clock, office):
        behind = tick(clock.unit, office, run.since)
        end = max(closing_of(clock.unit, office, behind + left), run.since)
        if run.until is None or run.until > end:
            return run, end
        left = max(0, left - (tick(clock.unit, office, run.until) - behind))
    return None


def _reached(clock: Clock, amount: int, office: Office) -> dt.datetime | None:
    """Find the opening at which so many ticks are used."""
    left = amount
    for run in _runs(clock, office):
        if left <= 0:
            return office.opening(office.day(run.since))
        behind = tick(clock.unit, office, run.since)
        if run.until is None or tick(clock.unit, office, run.until) >= behind + left:
            return opening_of(clock.unit, office, behind + left)
        left -= tick(clock.unit, office, run.until) - behind
    return None


def _used(clock: Clock, at: dt.datetime, office: Office) -> int:
    """Count the ticks used: until the end no more than the whole limit, and after it without the days that moved it."""
    runs, end, whole = [*_runs(clock, office)], _end(clock, office), _whole(clock, office)
    ran = sum(_ran(run, clock.unit, office, run.since, at) for run in runs)
    if end is None or at <= end:
        return min(ran, whole)
    if clock.unit not in CALENDAR_UNITS:
        return ran
    return whole + sum(_ran(run, clock.unit, office, max(run.since, end), at) for run in runs)


def _ran(run: _Run, unit: Unit, office: Office, since: dt.datetime, until: dt.datetime) -> int:
    """Count the ticks of one run between two moments."""
    last = until if run.until is None else min(until, run.until)
    return tick(unit, office, last) - tick(unit, office, since) if last > since else 0


def _whole(clock: Clock, office: Office) -> int:
    return ticks_of(clock.unit, clock.whole, office.day(office.to_office_time(clock.started_at)))


def _in_unit(ticks: int, clock: Clock, office: Office) -> int | Fraction:
    match clock.unit:
        case Unit.WORKING_HOUR:
            return Fraction(ticks, hour_length())
        case Unit.MONTH:
            return Fraction(ticks * clock.whole, _whole(clock, office)) if clock.whole else Fraction(ticks)
        case _:
            return ticks
