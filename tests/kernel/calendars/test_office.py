"""A moment is moved into the hours of an office."""

from datetime import UTC, date, datetime, time

import pytest

from tests.kernel.calendars.notices import shipped
from yichuang.kernel.calendars import SHANGHAI, Office, OfficeHours
from yichuang.kernel.errors import DefinitionError

office = Office(shipped())


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


class TestToOfficeTime:
    @pytest.mark.parametrize(
        ("moment", "moved"),
        [
            ("2019-09-27 08:59:59", "2019-09-27 09:00"),
            ("2019-09-27 09:00", "2019-09-27 09:00"),
            ("2019-09-27 12:30", "2019-09-27 12:30"),
            ("2019-09-27 17:00", "2019-09-27 17:00"),
            ("2019-09-27 17:00:00.000001", "2019-09-29 09:00"),  # Friday evening → the worked Sunday
            ("2019-09-27 17:20", "2019-09-29 09:00"),
            ("2019-09-28 10:00", "2019-09-29 09:00"),
            ("2019-09-30 18:00", "2019-10-08 09:00"),
            ("2019-10-12 10:00", "2019-10-12 10:00"),  # a worked Saturday
        ],
    )
    def test_moves_what_lies_outside(self, moment, moved):
        assert office.to_office_time(at(moment)) == at(moved)

    def test_reads_a_moment_of_any_zone(self):
        moved = office.to_office_time(datetime(2019, 9, 27, 9, 20, tzinfo=UTC))  # 17:20 in Shanghai

        assert moved == at("2019-09-29 09:00")

    def test_needs_the_zone(self):
        with pytest.raises(ValueError, match="zone"):
            office.to_office_time(datetime(2019, 9, 27, 9, 20))


class TestOffice:
    def test_knows_its_hours(self):
        day = date(2019, 9, 27)

        assert (office.opening(day), office.closing(day)) == (at("2019-09-27 09:00"), at("2019-09-27 17:00"))
        assert office.is_open(at("2019-09-27 17:00")) and not office.is_open(at("2019-09-28 10:00"))
        assert office.day(datetime(2019, 9, 27, 17, tzinfo=UTC)) == date(2019, 9, 28)

    def test_refuses_hours_out_of_order(self):
        with pytest.raises(DefinitionError, match="opens before noon before closes"):
            OfficeHours(opens=time(13))
