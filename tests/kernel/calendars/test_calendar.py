"""The calendar agrees with the notices, counts like a finger on the wall calendar, and says what it does not know."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernel.calendars.notices import FOLDER, definition, notice, shipped
from yichuang.kernel.calendars import Calendar, Notice, NoticeDay, OutsideCalendar

days = st.dates(date(2003, 1, 1), date(2028, 12, 31))


def a_notice(year, *offs, worked=()):
    off = [NoticeDay("节日", day, True) for day in offs]
    return Notice(year, (), (*off, *(NoticeDay("节日", day, False) for day in worked)))


class TestShippedNotices:
    def test_agree_with_the_published_facts_on_every_day(self):
        calendar = shipped()

        day, differing = date(2004, 1, 1), []
        while day <= date(2026, 12, 31):
            if calendar.is_working(day) != chinese_calendar.is_workday(day):
                differing.append(day)
            day += timedelta(days=1)

        assert differing == []

    @pytest.mark.parametrize("year", range(2004, 2027))
    def test_hold_their_own_examples(self, year):
        shown = definition(year)

        assert shown["calendar"] == str(year) == FOLDER.joinpath(f"{year}.yaml").stem
        assert shown["name"] and shown["source"] and shown["in_force"]["from"]
        for example in shown["examples"]:
            gives = shipped().add(date.fromisoformat(example["start"]), example["days"])
            assert gives == date.fromisoformat(example["gives"])

    def test_2019_has_250_working_days(self):
        assert shipped().between(date(2018, 12, 31), date(2019, 12, 31)) == 250

    def test_2019_as_the_notice_has_it(self):
        spoken_of = {day.date for day in notice(2019).days if not day.is_off_day}

        assert sorted(spoken_of) == [
            date(2018, 12, 29),
            date(2019, 2, 2),
            date(2019, 2, 3),
            date(2019, 4, 28),
            date(2019, 5, 5),
            date(2019, 9, 29),
            date(2019, 10, 12),
        ]

    def test_the_spring_festival_of_2020_lasts_until_sunday(self):
        assert not shipped().is_working(date(2020, 1, 31))  # Friday
        assert not shipped().is_working(date(2020, 2, 1))  # Saturday, worked by the first notice, off by the second
        assert shipped().is_working(date(2020, 2, 3))


class TestAdd:
    @pytest.mark.parametrize(
        ("start", "n", "end"),
        [
            ("2019-09-24", 20, "2019-10-25"),
            ("2019-04-26", 5, "2019-05-06"),
            ("2019-01-31", 5, "2019-02-12"),
            ("2019-09-30", 1, "2019-10-08"),
            ("2018-12-28", 1, "2018-12-29"),  # Saturday, worked
            ("2018-12-29", 1, "2019-01-02"),
            ("2019-10-05", 1, "2019-10-08"),  # from a day off
            ("2019-10-08", -1, "2019-09-30"),
            ("2019-10-05", -1, "2019-09-30"),
            ("2019-10-05", 0, "2019-10-05"),
        ],
    )
    def test_counts_the_day_after_as_the_first(self, start, n, end):
        assert shipped().add(date.fromisoformat(start), n) == date.fromisoformat(end)

    @settings(deadline=None)
    @given(days, st.integers(-400, 400))
    def test_agrees_with_a_walk_day_by_day(self, start, n):
        day, left = start, abs(n)
        while left:
            day += timedelta(days=1 if n > 0 else -1)
            left -= shipped().is_working(day)

        assert shipped().add(start, n) == day

    @settings(deadline=None)
    @given(days, st.integers(1, 400))
    def test_between_is_its_inverse(self, start, n):
        assert shipped().between(start, shipped().add(start, n)) == n

    @pytest.mark.parametrize(("start", "n"), [("2019-01-01", 30_000), ("2019-01-01", -30_000), ("1989-12-31", 1)])
    def test_says_no_outside_its_years(self, start, n):
        with pytest.raises(OutsideCalendar, match="1990-01-01 至 2100-12-31"):
            shipped().add(date.fromisoformat(start), n)


class TestBetween:
    @settings(deadline=None)
    @given(days, days)
    def test_counts_the_end_and_not_the_beginning(self, a, b):
        low, high = sorted((a, b))
        counted = sum(shipped().is_working(low + timedelta(days=n)) for n in range(1, (high - low).days + 1))

        assert shipped().between(low, high) == counted
        assert shipped().between(high, low) == -counted

    @settings(deadline=None)
    @given(days)
    def test_neighbours_are_the_nearest_working_days(self, day):
        calendar = shipped()

        assert calendar.previous_working(day) < day < calendar.next_working(day)
        assert calendar.between(day, calendar.next_working(day)) == 1
        assert calendar.on_or_after(day) in (day, calendar.next_working(day))


class TestProvisional:
    def test_a_year_without_a_notice_has_its_weekends_off_and_says_so(self):
        calendar = shipped()

        assert calendar.is_provisional(date(2027, 10, 1))
        assert calendar.is_working(date(2027, 10, 1))  # Friday
        assert not calendar.is_working(date(2027, 10, 2))
        assert not calendar.is_provisional(date(2026, 10, 1))

    def test_a_day_named_by_the_next_years_notice_is_certain(self):
        calendar = Calendar.of([notice(2019)])

        assert not calendar.is_provisional(date(2018, 12, 31))
        assert calendar.is_provisional(date(2018, 12, 28))


class TestOf:
    def test_the_later_notice_for_a_year_replaces_the_earlier_entirely(self):
        first = a_notice(2030, date(2030, 5, 1), date(2030, 5, 2))
        second = a_notice(2030, date(2030, 5, 1), worked=[date(2030, 5, 4)])  # Saturday

        calendar = Calendar.of([first, second])

        assert calendar.is_working(date(2030, 5, 2))
        assert calendar.is_working(date(2030, 5, 4))
        assert calendar.notices[2030] is second

    @pytest.mark.parametrize("turn", [1, -1])
    def test_of_two_neighbouring_years_the_later_one_holds(self, turn):
        older = a_notice(2030, date(2030, 12, 31))  # Tuesday
        younger = a_notice(2031, date(2031, 1, 1), worked=[date(2030, 12, 29)])  # Sunday
        older_says_off = a_notice(2030, date(2030, 12, 29), date(2030, 12, 31))

        assert Calendar.of([older, younger][::turn]).is_working(date(2030, 12, 29))
        assert Calendar.of([older_says_off, younger][::turn]).is_working(date(2030, 12, 29))
        assert not Calendar.of([older, younger][::turn]).is_working(date(2030, 12, 31))

    def test_a_further_notice_makes_the_calendar_of_all(self):
        calendar = Calendar.of([notice(2018)]).with_notice(notice(2019))

        assert calendar.changed_days(Calendar.of([notice(2018), notice(2019)])) == ()
        assert calendar.changed_days(Calendar.of([notice(2018)]))[:2] == (date(2018, 12, 29), date(2018, 12, 31))
