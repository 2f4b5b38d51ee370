"""Dates checked by hand against the notice of 2019 (国办发明电〔2018〕15号, 国办发明电〔2019〕3号).

September 2019           October 2019
Mo Tu We Th Fr Sa Su     Mo Tu We Th Fr Sa Su
23 24 25 26 27 -- 29w    -- -- -- -- -- -- --     1 to 7 October off
30                       -- 08 09 10 11 12w --    12 October worked
                         14 15 16 17 18 -- --     29 September worked
                         21 22 23 24 25 -- --
                         28 29 30 31
"""

from datetime import UTC, datetime

import pytest

from tests.kernel.clocks.moments import OFFICE, at, clock
from yichuang.kernel import clocks
from yichuang.kernel.clocks import Lamp, Unit

WORKING_DAYS = [
    # started, limit, due
    ("2019-09-24 10:00", 20, "2019-10-25"),
    ("2019-04-26 10:00", 5, "2019-05-06"),  # Friday; Sundays 28 April and 5 May worked, 1 to 4 May off
    ("2019-01-31 10:00", 5, "2019-02-12"),  # Thursday; 2 and 3 February worked, 4 to 10 off
    ("2019-09-30 10:00", 1, "2019-10-08"),
    ("2019-09-27 16:59", 1, "2019-09-29"),
    ("2019-09-27 17:00", 1, "2019-09-29"),  # closing itself belongs to Friday
    ("2019-09-27 17:01", 1, "2019-09-30"),  # received on Sunday the 29th, which is day 0
    ("2019-09-28 10:00", 1, "2019-09-30"),
    ("2019-10-01 10:00", 1, "2019-10-09"),  # received on the 8th
    ("2019-10-08 08:00", 1, "2019-10-09"),
    ("2019-10-08 10:00", 0, "2019-10-08"),
    ("2019-10-11 10:00", 1, "2019-10-12"),  # the worked Saturday
    ("2019-12-31 10:00", 1, "2020-01-02"),  # 1 January 2020 off
    ("2020-01-23 10:00", 1, "2020-02-03"),  # the extended Spring Festival
]

OTHER_UNITS = [
    (Unit.HALF_DAY, "2019-10-08 10:00", 1, "2019-10-08 17:00"),
    (Unit.HALF_DAY, "2019-10-08 12:00", 1, "2019-10-09 12:00"),
    (Unit.HALF_DAY, "2019-10-08 16:00", 1, "2019-10-09 12:00"),
    (Unit.HALF_DAY, "2019-10-08 16:00", 2, "2019-10-09 17:00"),
    (Unit.HALF_DAY, "2019-09-30 17:30", 1, "2019-10-08 17:00"),  # received at the opening of the 8th
    (Unit.HALF_DAY, "2019-10-08 10:00", 0, "2019-10-08 12:00"),
    (Unit.WORKING_HOUR, "2019-10-08 10:00", 4, "2019-10-08 14:00"),
    (Unit.WORKING_HOUR, "2019-10-08 15:30", 4, "2019-10-09 11:30"),
    (Unit.WORKING_HOUR, "2019-10-08 09:00", 8, "2019-10-08 17:00"),
    (Unit.WORKING_HOUR, "2019-09-30 16:00", 1, "2019-09-30 17:00"),
    (Unit.WORKING_HOUR, "2019-09-30 20:00", 1, "2019-10-08 10:00"),
    (Unit.WORKING_HOUR, "2019-09-30 16:00", 2, "2019-10-08 10:00"),
    (Unit.WORKING_HOUR, "2019-10-08 10:15", 0, "2019-10-08 10:15"),
    (Unit.CALENDAR_DAY, "2019-10-08 10:00", 7, "2019-10-15 17:00"),
    (Unit.CALENDAR_DAY, "2019-10-08 10:00", 5, "2019-10-14 17:00"),  # Sunday the 13th moves to Monday
    (Unit.CALENDAR_DAY, "2019-10-08 10:00", 4, "2019-10-12 17:00"),  # Saturday, worked
    (Unit.CALENDAR_DAY, "2019-09-16 10:00", 15, "2019-10-08 17:00"),  # 1 October moves to the 8th
    (Unit.MONTH, "2019-09-16 10:00", 1, "2019-10-16 17:00"),
    (Unit.MONTH, "2019-08-31 10:00", 1, "2019-10-08 17:00"),  # Saturday → Monday 2 September → 2 October → 8 October
    (Unit.MONTH, "2019-08-30 10:00", 6, "2020-03-02 17:00"),  # clipped to 29 February, a Saturday
    (Unit.MONTH, "2019-12-31 10:00", 2, "2020-03-02 17:00"),
]

STORY_4 = [
    # moment, used, remaining, lamp
    ("2019-10-08 16:00", 0, 10, Lamp.GREEN),
    ("2019-10-09 08:59", 0, 10, Lamp.GREEN),
    ("2019-10-09 09:00", 1, 9, Lamp.GREEN),
    ("2019-10-12 10:00", 4, 6, Lamp.GREEN),
    ("2019-10-13 10:00", 4, 6, Lamp.GREEN),
    ("2019-10-15 09:30", 6, 4, Lamp.GREEN),
    ("2019-10-15 10:30", 6, 4, Lamp.STOPPED),
    ("2019-10-22 10:00", 6, 4, Lamp.STOPPED),
    ("2019-10-25 16:00", 6, 4, Lamp.GREEN),
    ("2019-10-28 10:00", 7, 3, Lamp.GREEN),
    ("2019-10-29 10:00", 8, 2, Lamp.YELLOW),  # two of ten days are 20 %, not more
    ("2019-10-30 10:00", 9, 1, Lamp.YELLOW),
    ("2019-10-31 17:00", 10, 0, Lamp.YELLOW),
    ("2019-10-31 17:01", 10, 0, Lamp.RED),
    ("2019-11-01 10:00", 11, -1, Lamp.RED),
]


class TestDue:
    @pytest.mark.parametrize(("started", "limit", "due"), WORKING_DAYS)
    def test_is_the_close_of_the_nth_working_day(self, started, limit, due):
        assert clocks.due(clock(limit, started), OFFICE) == at(due)

    @pytest.mark.parametrize(("unit", "started", "limit", "due"), OTHER_UNITS)
    def test_in_other_units(self, unit, started, limit, due):
        assert clocks.due(clock(limit, started, unit), OFFICE) == at(due)

    def test_reads_a_start_of_any_zone(self):
        started = datetime(2019, 9, 27, 9, 20, tzinfo=UTC)  # 17:20 in China

        assert clocks.due(clocks.Clock(1, Unit.WORKING_DAY, started), OFFICE) == at("2019-09-30")


class TestPreCheckThatNobodyLookedAt:
    """Story 2: filed on Friday evening, received on Sunday, never answered."""

    acceptance = clock(5, "2019-09-27 17:20")

    def test_is_received_on_the_worked_sunday(self):
        assert OFFICE.to_office_time(self.acceptance.started_at) == at("2019-09-29 09:00")

    def test_may_be_answered_until_11_october(self):
        assert clocks.due(self.acceptance, OFFICE) == at("2019-10-11")
        assert not clocks.is_overdue(self.acceptance, at("2019-10-11 17:00"), OFFICE)
        assert clocks.is_overdue(self.acceptance, at("2019-10-12 09:00"), OFFICE)

    def test_the_promise_counts_from_the_day_of_receipt(self):
        promise = clock(10, "2019-09-29 09:00")  # 30, 8, 9, 10, 11, 12, 14, 15, 16, 17

        assert clocks.due(promise, OFFICE) == at("2019-10-17")


class TestExpertReview:
    """Story 4: accepted on 8 October, ten days, paused on the 15th, resumed on the 25th."""

    promise = clock(10, "2019-10-08 10:00")
    paused = clocks.pause(promise, at("2019-10-15 10:00"), kind="专家评审", basis="行政许可法 第四十五条")
    resumed = clocks.resume(paused, at("2019-10-25 15:00"))

    def test_is_due_on_the_21st_at_first(self):
        assert clocks.due(self.promise, OFFICE) == at("2019-10-21")
        assert clocks.amber_at(self.promise, OFFICE) == at("2019-10-17 09:00")  # 18 and 21 are left

    def test_has_no_date_while_paused_but_says_which_it_would_be(self):
        assert clocks.due(self.paused, OFFICE) is None
        assert clocks.amber_at(self.paused, OFFICE) is None
        assert clocks.working_days_left(self.paused, at("2019-10-22 10:00"), OFFICE) is None
        assert clocks.due_if_resumed(self.paused, at("2019-10-25 15:00"), OFFICE) == at("2019-10-31")
        assert clocks.due_if_resumed(self.paused, at("2019-10-22 10:00"), OFFICE) == at("2019-10-28")

    def test_is_due_on_the_31st_afterwards(self):
        assert clocks.due(self.resumed, OFFICE) == at("2019-10-31")
        assert clocks.due_if_resumed(self.resumed, at("2019-10-26 10:00"), OFFICE) == at("2019-10-31")
        assert clocks.amber_at(self.resumed, OFFICE) == at("2019-10-29 09:00")
        assert clocks.working_days_left(self.resumed, at("2019-10-30 10:00"), OFFICE) == 1

    @pytest.mark.parametrize(("moment", "used", "remaining", "lamp"), STORY_4)
    def test_reads_as_counted_by_hand(self, moment, used, remaining, lamp):
        moment = at(moment)

        assert clocks.used(self.resumed, moment, OFFICE) == used
        assert clocks.remaining(self.resumed, moment, OFFICE) == remaining
        assert clocks.days_used(self.resumed, moment, OFFICE) == used
        assert clocks.lamp(self.resumed, moment, OFFICE) == lamp

    def test_a_pause_cancelled_by_a_correcting_row_never_was(self):
        wrong = self.resumed.pauses[0]

        corrected = clocks.cancel_pause(self.resumed, wrong)

        assert clocks.due(corrected, OFFICE) == clocks.due(self.promise, OFFICE)
        assert corrected.pauses[0].cancelled and corrected.pauses[0].from_at == wrong.from_at
