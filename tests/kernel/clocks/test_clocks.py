"""The rules of semantics §3, one by one."""

from datetime import time
from fractions import Fraction

import pytest

from tests.kernel.calendars.notices import shipped
from tests.kernel.clocks.moments import OFFICE, at, clock
from yichuang.kernel import clocks
from yichuang.kernel.calendars import Office, OfficeHours
from yichuang.kernel.clocks import Clock, Extension, Lamp, Pause, Unit


def paused(running: Clock, begin: str, end: str | None = None) -> Clock:
    resting = clocks.pause(running, at(begin), kind="听证", basis="行政许可法 第四十五条")
    return resting if end is None else clocks.resume(resting, at(end))


class TestPause:
    def test_inside_one_day_changes_nothing(self):
        plain = clock(5, "2019-10-08 10:00")
        rested = paused(plain, "2019-10-10 09:30", "2019-10-10 16:30")

        assert clocks.due(rested, OFFICE) == clocks.due(plain, OFFICE)
        assert clocks.used(rested, at("2019-10-11 10:00"), OFFICE) == 3

    def test_counts_its_first_day_and_not_the_day_of_resuming(self):
        rested = paused(clock(5, "2019-10-08 10:00"), "2019-10-09 10:00", "2019-10-10 10:00")

        assert clocks.due(rested, OFFICE) == at("2019-10-15")  # 9; 11, 12, 14, 15
        assert clocks.used(rested, at("2019-10-11 10:00"), OFFICE) == 2

    def test_begun_in_the_evening_begins_at_the_next_opening(self):
        evening = paused(clock(5, "2019-10-08 10:00"), "2019-10-09 18:00", "2019-10-14 10:00")
        morning = paused(clock(5, "2019-10-08 10:00"), "2019-10-10 09:00", "2019-10-14 10:00")

        assert clocks.due(evening, OFFICE) == clocks.due(morning, OFFICE) == at("2019-10-17")  # 9, 10; 15, 16, 17

    def test_that_ends_at_night_ends_at_the_next_opening(self):
        night = paused(clock(5, "2019-10-08 10:00"), "2019-10-09 10:00", "2019-10-11 22:00")

        assert clocks.due(night, OFFICE) == at("2019-10-17")  # 9; resumed Saturday the 12th; 14, 15, 16, 17

    def test_on_the_last_day_leaves_the_rest_of_the_day_of_resuming(self):
        rested = paused(clock(1, "2019-10-08 10:00"), "2019-10-09 10:00", "2019-10-16 10:00")

        assert clocks.used(rested, at("2019-10-16 12:00"), OFFICE) == 1
        assert clocks.due(rested, OFFICE) == at("2019-10-16")
        assert not clocks.is_overdue(rested, at("2019-10-16 17:00"), OFFICE)

    def test_at_the_very_close_of_the_last_day_was_in_time(self):
        rested = paused(clock(1, "2019-10-08 10:00"), "2019-10-09 17:00")

        assert not clocks.is_overdue(rested, at("2019-10-14 10:00"), OFFICE)
        assert clocks.due_if_resumed(rested, at("2019-10-14 10:00"), OFFICE) == at("2019-10-14")

    def test_after_the_end_undoes_nothing(self):
        late = paused(clock(1, "2019-10-08 10:00"), "2019-10-10 10:00")

        assert clocks.due(late, OFFICE) is None
        assert clocks.is_overdue(late, at("2019-10-14 10:00"), OFFICE)
        assert clocks.lamp(late, at("2019-10-14 10:00"), OFFICE) is Lamp.STOPPED
        assert clocks.due(clocks.resume(late, at("2019-10-14 10:00")), OFFICE) == at("2019-10-09")
        assert clocks.remaining(late, at("2019-10-14 10:00"), OFFICE) == -1  # the 10th counted

    def test_inside_a_pause_is_refused(self):
        resting = paused(clock(5, "2019-10-08 10:00"), "2019-10-09 10:00")

        with pytest.raises(clocks.PauseInsidePause, match="不能重复暂停"):
            paused(resting, "2019-10-10 10:00")

    def test_within_an_earlier_one_is_refused(self):
        rested = paused(clock(5, "2019-10-08 10:00"), "2019-10-09 10:00", "2019-10-14 10:00")

        with pytest.raises(clocks.PauseInsidePause):
            paused(rested, "2019-10-11 10:00")

    def test_may_follow_another_at_once(self):
        twice = paused(clock(2, "2019-10-08 10:00"), "2019-10-09 10:00", "2019-10-10 10:00")
        twice = paused(twice, "2019-10-10 10:00", "2019-10-11 10:00")

        assert clocks.due(twice, OFFICE) == at("2019-10-12")

    def test_that_was_cancelled_leaves_room_for_the_right_one(self):
        wrong = paused(clock(5, "2019-10-08 10:00"), "2019-10-09 10:00")

        right = paused(clocks.cancel_pause(wrong, wrong.pauses[0]), "2019-10-10 10:00")

        assert clocks.used(right, at("2019-10-16 10:00"), OFFICE) == 2

    def test_cannot_be_cancelled_twice(self):
        wrong = paused(clock(5, "2019-10-08 10:00"), "2019-10-09 10:00")
        corrected = clocks.cancel_pause(wrong, wrong.pauses[0])

        with pytest.raises(ValueError, match="no such pause"):
            clocks.cancel_pause(corrected, corrected.pauses[0])

    def test_says_no_to_what_makes_no_sense(self):
        running = clock(5, "2019-10-08 10:00")

        with pytest.raises(clocks.NotPaused):
            clocks.resume(running, at("2019-10-09 10:00"))
        with pytest.raises(ValueError, match="before the clock"):
            paused(running, "2019-10-07 10:00")
        with pytest.raises(ValueError, match="cannot end"):
            paused(running, "2019-10-10 10:00", "2019-10-09 10:00")
        with pytest.raises(ValueError, match="below zero"):
            clock(-1, "2019-10-08 10:00")

    def test_of_half_days_and_hours_and_days(self):
        half = paused(clock(4, "2019-10-08 10:00", Unit.HALF_DAY), "2019-10-09 10:00", "2019-10-10 13:00")
        hours = paused(clock(8, "2019-10-08 10:00", Unit.WORKING_HOUR), "2019-10-08 12:00", "2019-10-10 16:00")
        days = paused(clock(10, "2019-10-08 10:00", Unit.CALENDAR_DAY), "2019-10-10 10:00", "2019-10-15 10:00")

        assert clocks.due(half, OFFICE) == at("2019-10-11 17:00")  # 8 pm, 9 am; 11 am, 11 pm
        assert clocks.due(hours, OFFICE) == at("2019-10-11 14:00")  # 2 h; 1 h; 5 h
        assert clocks.due(days, OFFICE) == at("2019-10-23 17:00")  # 9, 10; 16 … 23


class TestExtension:
    def test_adds_to_the_limit(self):
        longer = clocks.extend(
            clock(20, "2019-09-24 10:00"), 10, at("2019-10-25 16:00"), OFFICE, basis="第四十二条", at_most=10
        )

        assert clocks.due(longer, OFFICE) == at("2019-11-08")
        assert clocks.remaining(longer, at("2019-10-25 16:59"), OFFICE) == 10
        assert clocks.remaining(longer, at("2019-10-25 15:00"), OFFICE) == 0  # not yet decided

    def test_happens_once(self):
        longer = clocks.extend(
            clock(20, "2019-09-24 10:00"), 5, at("2019-10-08 10:00"), OFFICE, basis="第四十二条", at_most=10
        )

        with pytest.raises(clocks.AlreadyExtended, match="不能再次延长"):
            clocks.extend(longer, 5, at("2019-10-09 10:00"), OFFICE, basis="第四十二条", at_most=10)
        with pytest.raises(clocks.AlreadyExtended):
            Clock(1, Unit.WORKING_DAY, at("2019-10-08"), extensions=(longer.extensions[0],) * 2)

    def test_is_decided_before_the_end(self):
        with pytest.raises(clocks.ExtensionTooLate):
            clocks.extend(clock(1, "2019-10-08 10:00"), 1, at("2019-10-09 17:01"), OFFICE, basis="x", at_most=10)

    def test_is_bounded_by_law(self):
        with pytest.raises(clocks.ExtensionTooLong, match="延长 11 超过规定的上限 10") as caught:
            clocks.extend(clock(20, "2019-10-08 10:00"), 11, at("2019-10-09"), OFFICE, basis="第四十二条", at_most=10)
        assert caught.value.basis == "第四十二条"

    def test_extends_by_something(self):
        with pytest.raises(ValueError, match="extends nothing"):
            Extension(0, at("2019-10-09"), "x")

    def test_of_months_counts_from_the_beginning(self):
        longer = clocks.extend(
            clock(1, "2019-12-31 10:00", Unit.MONTH), 1, at("2020-01-10"), OFFICE, basis="x", at_most=1
        )

        assert clocks.due(longer, OFFICE) == at("2020-03-02")  # 29 February is a Saturday, not 31 January plus a month


class TestStop:
    def test_ends_what_is_used(self):
        done = clocks.stop(clock(5, "2019-10-08 10:00"), at("2019-10-10 10:00"))

        assert clocks.used(done, at("2019-10-30"), OFFICE) == 2
        assert clocks.days_used(done, at("2019-10-30"), OFFICE) == 2
        assert clocks.lamp(done, at("2019-10-30"), OFFICE) is None
        assert not clocks.is_overdue(done, at("2019-10-30"), OFFICE) and not clocks.was_late(done, OFFICE)
        assert clocks.lamp(done, at("2019-10-09 10:00"), OFFICE) is Lamp.GREEN

    def test_after_the_end_was_late(self):
        done = clocks.stop(clock(1, "2019-10-08 10:00"), at("2019-10-09 17:01"))

        assert clocks.was_late(done, OFFICE)
        assert not clocks.was_late(clocks.stop(clock(1, "2019-10-08 10:00"), at("2019-10-09 17:00")), OFFICE)

    def test_while_paused_uses_nothing_more(self):
        done = clocks.stop(paused(clock(5, "2019-10-08 10:00"), "2019-10-09 10:00"), at("2019-10-30"))

        assert clocks.used(done, at("2019-10-31"), OFFICE) == 1
        assert not clocks.was_late(done, OFFICE)
        assert clocks.due_if_resumed(done, at("2019-10-31"), OFFICE) is None

    def test_ends_all_notes(self):
        done = clocks.stop(clock(5, "2019-10-08 10:00"), at("2019-10-10 10:00"))

        with pytest.raises(clocks.AlreadyStopped):
            clocks.stop(done, at("2019-10-11"))
        with pytest.raises(clocks.AlreadyStopped):
            paused(done, "2019-10-11 10:00")
        with pytest.raises(clocks.AlreadyStopped):
            clocks.resume(done, at("2019-10-11"))
        with pytest.raises(clocks.AlreadyStopped):
            clocks.extend(done, 1, at("2019-10-11"), OFFICE, basis="x", at_most=1)
        with pytest.raises(ValueError, match="cannot stop"):
            clocks.stop(clock(5, "2019-10-08 10:00"), at("2019-10-07"))


class TestUsed:
    def test_of_hours_are_exact(self):
        running = clock(8, "2019-10-08 15:30", Unit.WORKING_HOUR)

        assert clocks.used(running, at("2019-10-08 20:00"), OFFICE) == Fraction(3, 2)
        assert clocks.used(running, at("2019-10-09 09:20"), OFFICE) == Fraction(11, 6)
        assert clocks.remaining(running, at("2019-10-09 09:20"), OFFICE) == Fraction(37, 6)

    def test_of_half_days_goes_on_after_an_end_at_noon(self):
        running = clock(1, "2019-10-08 12:00", Unit.HALF_DAY)  # until noon of the 9th

        moments = ("2019-10-09 11:59", "2019-10-09 12:00", "2019-10-09 12:01", "2019-10-10 09:00")
        assert [clocks.used(running, at(moment), OFFICE) for moment in moments] == [1, 1, 2, 3]

    def test_of_calendar_days_leaves_out_the_days_that_move_the_end(self):
        running = clock(5, "2019-10-08 10:00", Unit.CALENDAR_DAY)  # Sunday the 13th, moved to Monday

        assert [clocks.used(running, at(f"2019-10-{day} 10:00"), OFFICE) for day in (12, 13, 14, 15)] == [4, 5, 5, 6]

    def test_of_months_is_the_part_of_their_days(self):
        running = clock(1, "2019-09-16 10:00", Unit.MONTH)  # 30 days

        assert clocks.used(running, at("2019-09-26 10:00"), OFFICE) == Fraction(1, 3)
        assert clocks.used(clock(0, "2019-09-16 10:00", Unit.MONTH), at("2019-09-16 11:00"), OFFICE) == 0

    def test_before_the_start_is_nothing(self):
        running = clock(5, "2019-09-27 17:20")

        assert clocks.used(running, at("2019-09-20"), OFFICE) == 0
        assert clocks.used(running, at("2019-09-28 10:00"), OFFICE) == 0

    def test_days_used_are_working_days_whatever_the_unit(self):
        running = clock(240, "2019-09-30 10:00", Unit.WORKING_HOUR)

        assert clocks.days_used(running, at("2019-10-12 10:00"), OFFICE) == 5


class TestWhenUsed:
    def test_is_the_opening_of_that_day(self):
        running = clock(5, "2019-09-30 10:00")

        assert clocks.when_used(running, 1, OFFICE) == at("2019-10-08 09:00")
        assert clocks.when_used(running, 0, OFFICE) == at("2019-09-30 09:00")

    def test_is_not_reached_behind_a_pause(self):
        resting = paused(clock(5, "2019-09-30 10:00"), "2019-10-08 10:00")

        assert clocks.when_used(resting, 1, OFFICE) == at("2019-10-08 09:00")
        assert clocks.when_used(resting, 2, OFFICE) is None


class TestLamp:
    @pytest.mark.parametrize(
        ("limit", "unit", "started", "amber", "due"),
        [
            (1, Unit.WORKING_DAY, "2019-10-08 10:00", "2019-10-08 09:00", "2019-10-09"),
            (2, Unit.WORKING_DAY, "2019-10-08 10:00", "2019-10-09 09:00", "2019-10-10"),
            (5, Unit.WORKING_DAY, "2019-09-30 10:00", "2019-10-11 09:00", "2019-10-12"),
            (10, Unit.WORKING_DAY, "2019-09-30 10:00", "2019-10-16 09:00", "2019-10-18"),
            (20, Unit.WORKING_DAY, "2019-09-24 10:00", "2019-10-21 09:00", "2019-10-25"),
            (0, Unit.WORKING_DAY, "2019-10-08 10:00", "2019-10-08 09:00", "2019-10-08"),
            (4, Unit.HALF_DAY, "2019-10-08 10:00", "2019-10-09 09:00", "2019-10-10 12:00"),
            (16, Unit.WORKING_HOUR, "2019-10-08 10:00", "2019-10-09 10:00", "2019-10-10 10:00"),
            (50, Unit.WORKING_HOUR, "2019-10-08 09:00", "2019-10-12 17:00", "2019-10-15 11:00"),  # 10 h left
            (5, Unit.CALENDAR_DAY, "2019-10-08 10:00", "2019-10-12 09:00", "2019-10-14"),  # one working day left
            (30, Unit.CALENDAR_DAY, "2019-09-16 10:00", "2019-10-10 09:00", "2019-10-16"),  # 24 of 30 used
            (1, Unit.MONTH, "2019-09-16 10:00", "2019-10-10 09:00", "2019-10-16"),
            (15, Unit.CALENDAR_DAY, "2019-09-16 10:00", "2019-09-29 09:00", "2019-10-08"),  # 12th day is 28 September
        ],
    )
    def test_turns_yellow_at_an_opening(self, limit, unit, started, amber, due):
        running = clock(limit, started, unit)

        assert clocks.amber_at(running, OFFICE) == at(amber)
        assert clocks.due(running, OFFICE) == at(due)

    def test_of_an_overdue_clock_is_red_until_it_is_stopped(self):
        running = clock(1, "2019-10-08 10:00")

        assert clocks.lamp(running, at("2019-10-09 17:00"), OFFICE) is Lamp.YELLOW
        assert clocks.lamp(running, at("2019-10-09 17:00:01"), OFFICE) is Lamp.RED


class TestOfficeHours:
    def test_count_hours_of_another_office(self):
        short = Office(shipped(), OfficeHours(time(8, 30), time(12), time(17, 30)))

        assert clocks.due(clock(9, "2019-10-08 08:00", Unit.WORKING_HOUR), short) == at("2019-10-08 17:30")
        assert clocks.due(clock(1, "2019-10-08 17:20"), short) == at("2019-10-09 17:30")


class TestLedger:
    def test_takes_pauses_in_any_order(self):
        first = Pause(at("2019-10-09 10:00"), at("2019-10-09 10:00"), "更正", "")
        second = Pause(at("2019-10-09 10:00"), at("2019-10-10 10:00"), "听证", "")
        last = Pause(at("2019-10-11 10:00"), None, "听证", "")

        running = Clock(5, Unit.WORKING_DAY, at("2019-10-08 10:00"), pauses=(last, second, first))

        assert running.in_effect == (first, second, last)
        assert running.is_paused
