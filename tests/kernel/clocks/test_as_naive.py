"""Clocks against a naive one that walks from opening to opening, through random lives."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.kernel.calendars.notices import notice, shipped
from yichuang.kernel import clocks
from yichuang.kernel.calendars import SHANGHAI, Calendar, Notice, NoticeDay, Office
from yichuang.kernel.clocks import Clock, Lamp, Unit

NINE, NOON, FIVE = time(9), time(12), time(17)

NOTICES = st.lists(st.dates(date(2027, 1, 1), date(2027, 3, 31)), min_size=1, max_size=25, unique=True).map(
    lambda days: Notice(
        2027, (), tuple(NoticeDay("节日", day, day.weekday() < 5) for day in sorted(days))
    )  # weekdays off, weekend days worked
)
MOMENTS = st.datetimes(datetime(2026, 12, 20), datetime(2027, 1, 20)).map(lambda at: at.replace(tzinfo=SHANGHAI))
STEPS = st.one_of(
    st.integers(0, 60 * 30).map(lambda minutes: timedelta(minutes=minutes)),
    st.integers(0, 12).map(lambda days: timedelta(days=days)),
)


class Naive:
    """The words of semantics §3, said in loops."""

    def __init__(self, office: Office, clock: Clock):
        self.office, self.clock = office, clock
        self.runs = []
        since = self.moved(clock.started_at)
        for pause in clock.in_effect:
            self.runs.append((since, self.moved(pause.from_at)))
            since = None if pause.to_at is None else self.moved(pause.to_at)
        if since is not None:
            self.runs.append((since, None))

    def moved(self, at):
        day = at.date()
        if self.office.calendar.is_working(day) and at.time() <= FIVE:
            return max(at, self.on(day, NINE))
        day += timedelta(days=1)
        while not self.office.calendar.is_working(day):
            day += timedelta(days=1)
        return self.on(day, NINE)

    def on(self, day, hour):
        return datetime.combine(day, hour, SHANGHAI)

    def ran_before(self, opening):
        return any(since < opening and (until is None or opening <= until) for since, until in self.runs)

    def runs_at(self, closing):
        return any(since <= closing and (until is None or closing < until) for since, until in self.runs)

    def openings(self, until):
        """Walk the openings after the start: (opening, its close)."""
        day = self.moved(self.clock.started_at).date()
        while day <= until:
            worked = self.office.calendar.is_working(day)
            if self.clock.unit is Unit.HALF_DAY and worked:
                yield self.on(day, NINE), self.on(day, NOON)
                yield self.on(day, NOON), self.on(day, FIVE)
            elif worked:
                yield self.on(day, NINE), self.on(day, FIVE)
            elif self.clock.unit is Unit.CALENDAR_DAY:
                yield self.on(day, NINE), None
            day += timedelta(days=1)

    def due(self):
        if self.clock.is_paused:
            return None
        counted = 0
        for opening, closing in self.openings(date(2028, 6, 1)):
            counted += self.ran_before(opening)
            started = closing is not None and closing >= self.runs[0][0]
            if started and counted >= self.clock.whole and self.runs_at(closing):
                return closing
        raise AssertionError("the limit never ends")

    def used(self, at):
        return sum(self.ran_before(opening) for opening, _ in self.openings(at.date()) if opening <= at)

    def hours(self, at):
        """Sum the office time of every run, day by day."""
        total = timedelta()
        for since, until in self.runs:
            until = at if until is None else min(until, at)
            day = since.date()
            while day <= until.date():
                if self.office.calendar.is_working(day):
                    begin, end = max(since, self.on(day, NINE)), min(until, self.on(day, FIVE))
                    total += max(end - begin, timedelta())
                day += timedelta(days=1)
        return Fraction(total // timedelta(microseconds=1), 3_600_000_000)


class LifeOfAClock(RuleBasedStateMachine):
    """Start, pause, resume, cancel, extend, stop, and new notices, in any order, as time goes on."""

    @initialize(unit=st.sampled_from(list(Unit)), limit=st.integers(0, 25), at=MOMENTS)
    def start(self, unit, limit, at):
        self.notices = [notice(2026)]
        self.office = Office(Calendar.of(self.notices))
        self.at = at
        self.clock = Clock(limit=limit if unit is not Unit.MONTH else limit % 4, unit=unit, started_at=at)

    @rule(step=STEPS)
    def time_passes(self, step):
        self.at += step

    @precondition(lambda self: not self.clock.is_paused and self.clock.stopped_at is None)
    @rule()
    def pause(self):
        before = clocks.used(self.clock, self.at, self.office)
        self.clock = clocks.pause(self.clock, self.at, kind="专家评审", basis="行政许可法 第四十五条")
        assert clocks.used(self.clock, self.at, self.office) == before

    @precondition(lambda self: self.clock.is_paused and self.clock.stopped_at is None)
    @rule()
    def resume(self):
        before = clocks.used(self.clock, self.at, self.office)
        expected = clocks.due_if_resumed(self.clock, self.at, self.office)
        self.clock = clocks.resume(self.clock, self.at)
        assert clocks.used(self.clock, self.at, self.office) == before
        assert clocks.due(self.clock, self.office) == expected

    @precondition(lambda self: any(not pause.cancelled for pause in self.clock.pauses))
    @rule(data=st.data())
    def cancel_a_pause(self, data):
        wrong = data.draw(st.sampled_from([pause for pause in self.clock.pauses if not pause.cancelled]))
        self.clock = clocks.cancel_pause(self.clock, wrong)

    @precondition(lambda self: not self.clock.extensions and self.clock.stopped_at is None)
    @rule(amount=st.integers(1, 10))
    def extend(self, amount):
        left = clocks.remaining(self.clock, self.at, self.office)
        overdue = clocks.is_overdue(self.clock, self.at, self.office)
        try:
            self.clock = clocks.extend(self.clock, amount, self.at, self.office, basis="第四十二条", at_most=10)
        except clocks.ExtensionTooLate:
            assert overdue
        else:
            assert not overdue
            if self.clock.unit in (Unit.WORKING_DAY, Unit.HALF_DAY, Unit.WORKING_HOUR):
                assert clocks.remaining(self.clock, self.at, self.office) == left + amount

    @precondition(lambda self: self.clock.stopped_at is None)
    @rule()
    def stop(self):
        overdue = clocks.is_overdue(self.clock, self.at, self.office)
        self.clock = clocks.stop(self.clock, self.at)
        assert clocks.was_late(self.clock, self.office) == overdue

    @rule(issued=NOTICES)
    def a_notice_is_issued(self, issued):
        self.notices.append(issued)
        self.office = Office(self.office.calendar.with_notice(issued))
        afresh = Office(Calendar.of(self.notices))
        assert clocks.due(self.clock, self.office) == clocks.due(self.clock, afresh)
        assert clocks.amber_at(self.clock, self.office) == clocks.amber_at(self.clock, afresh)
        assert clocks.used(self.clock, self.at, self.office) == clocks.used(self.clock, self.at, afresh)

    @invariant()
    def used_and_remaining_are_the_limit(self):
        used = clocks.used(self.clock, self.at, self.office)
        assert used >= 0
        assert used + clocks.remaining(self.clock, self.at, self.office) == self.clock.whole

    @invariant()
    def a_pause_stands_still(self):
        if self.clock.is_paused and self.clock.stopped_at is None:
            later = self.at + timedelta(days=40)
            first = min(p.from_at for p in self.clock.pauses if p.to_at is None and not p.cancelled)
            settled = self.office.to_office_time(first)
            assert clocks.due(self.clock, self.office) is None
            assert clocks.used(self.clock, later, self.office) == clocks.used(
                self.clock, max(self.at, settled), self.office
            )

    @invariant()
    def agrees_with_the_naive_clock(self):
        naive = Naive(self.office, self.clock)
        due = clocks.due(self.clock, self.office)
        used = clocks.used(self.clock, self.at, self.office)
        match self.clock.unit:
            case Unit.WORKING_DAY | Unit.HALF_DAY:
                assert due == naive.due()
                expected = naive.used(self.clock.stopped_at or self.at)
                at_noon = (self.clock.stopped_at or self.at) == due  # the next half-day begins as the limit ends
                assert used == (min(expected, self.clock.whole) if at_noon else expected)
            case Unit.CALENDAR_DAY:  # days off that move the end are not used
                assert due == naive.due()
                assert used == naive.used(self.clock.stopped_at or self.at) or used >= self.clock.whole
            case Unit.WORKING_HOUR:
                assert used == naive.hours(self.clock.stopped_at or self.at)
                assert due is None or naive.hours(due) == self.clock.whole

    @invariant()
    def the_lamp_is_a_range_of_the_two_stored_moments(self):
        due, amber = clocks.due(self.clock, self.office), clocks.amber_at(self.clock, self.office)
        shown = clocks.lamp(self.clock, self.at, self.office)
        if self.clock.stopped_at is not None:
            assert shown is None
        elif due is None or amber is None:
            assert shown is Lamp.STOPPED and due is None and amber is None
        else:
            assert amber <= due
            expected = Lamp.RED if self.at > due else Lamp.YELLOW if self.at >= amber else Lamp.GREEN
            assert shown is expected
            assert (shown is Lamp.RED) == clocks.is_overdue(self.clock, self.at, self.office)

    @invariant()
    def green_is_more_than_a_fifth_and_more_than_a_day(self):
        shown = clocks.lamp(self.clock, self.at, self.office)
        left, whole = clocks.remaining(self.clock, self.at, self.office), self.clock.whole
        day = {Unit.WORKING_DAY: 1, Unit.HALF_DAY: 2, Unit.WORKING_HOUR: 8}.get(self.clock.unit)
        start = self.office.opening(self.office.day(self.office.to_office_time(self.clock.started_at)))
        if shown in (Lamp.GREEN, Lamp.YELLOW) and day and self.at >= start:
            assert (shown is Lamp.GREEN) == (left * 5 > whole and left > day)
        elif shown is Lamp.GREEN and not day:  # lamps change with the opening of a working day, §8: not on days off
            opened, extended = self.last_opening(), [replace(e, decided_at=start) for e in self.clock.extensions]
            known = replace(self.clock, extensions=tuple(extended))  # what was left then, of the limit as it is now
            assert clocks.remaining(known, opened, self.office) * 5 > whole or opened < start

    def last_opening(self):
        """Find the last opening of a working day by the moment."""
        day = self.at.date() if self.at.time() >= NINE else self.at.date() - timedelta(days=1)
        while not self.office.calendar.is_working(day):
            day -= timedelta(days=1)
        return datetime.combine(day, NINE, SHANGHAI)


LifeOfAClock.TestCase.settings = settings(max_examples=50, stateful_step_count=20, deadline=None)
TestLifeOfAClock = LifeOfAClock.TestCase


@settings(deadline=None)
@given(st.integers(1, 30), MOMENTS)
def test_a_limit_holds_as_many_working_days_as_it_promises(limit, start):
    calendar, office = shipped(), Office(shipped())

    due = clocks.due(Clock(limit, Unit.WORKING_DAY, start), office)

    first = office.to_office_time(start).date()
    counted = [first + timedelta(days=n) for n in range(1, (due.date() - first).days + 1)]
    assert sum(calendar.is_working(day) for day in counted) == limit
    assert calendar.is_working(due.date()) and due.time() == FIVE
