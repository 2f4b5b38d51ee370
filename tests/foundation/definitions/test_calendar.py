import json
from datetime import UTC, date, datetime

import pytest

from tests.support.definitions import publish_shipped
from yichuang.foundation.definitions import commands, index, queries
from yichuang.foundation.definitions.models import Definition
from yichuang.foundation.definitions.problems import NoticeFaulty
from yichuang.foundation.records.models import Record
from yichuang.foundation.records.terms import SYSTEM

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)  # a Friday


def notice(year=2027, **more):
    days = [{"name": "元旦", "date": f"{year}-01-01", "isOffDay": True}]
    return json.dumps({"$id": "x", "year": year, "papers": ["国办发明电〔2026〕1号"], "days": days} | more).encode()


class TestImportNotice:
    def test_makes_the_year_certain_and_tells_it(self):
        assert queries.calendar().is_provisional(date(2027, 3, 1))

        commands.import_notice(notice(), by=SYSTEM, at=AT)

        assert not queries.calendar().is_provisional(date(2027, 3, 1))
        assert not queries.calendar().is_working(date(2027, 1, 1))
        assert json.loads(Record.objects.get(kind="CalendarImported").payload)["year"] == 2027

    def test_the_same_notice_again_changes_nothing(self):
        first = commands.import_notice(notice(), by=SYSTEM, at=AT)

        assert commands.import_notice(notice(), by=SYSTEM, at=AT) == first
        assert Record.objects.filter(kind="CalendarImported").count() == 1

    def test_a_changed_notice_is_the_next_version(self):
        commands.import_notice(notice(), by=SYSTEM, at=AT)
        more = [{"name": "元旦", "date": f"2027-01-0{day}", "isOffDay": True} for day in (1, 4)]  # Friday and Monday

        changed = commands.import_notice(notice(days=more), by=SYSTEM, at=AT)

        assert changed.version == 2
        assert not queries.calendar().is_working(date(2027, 1, 4))

    def test_a_shipped_year_can_be_changed(self):
        publish_shipped("calendar", "rule")
        body = json.loads(Definition.objects.get(kind="calendar", code="2019").body)
        days = [*body["days"], {"name": "临时放假", "date": "2019-10-30", "isOffDay": True}]

        commands.import_notice(notice(2019, days=days), by=SYSTEM, at=datetime(2019, 10, 8, 2, tzinfo=UTC))

        assert not queries.calendar().is_working(date(2019, 10, 30))

    @pytest.mark.parametrize(
        "data", [b"", b"[]", b"{}", b"\xff", notice(days=[]), notice(days="x"), notice(year="2027")]
    )
    def test_refuses_what_is_no_notice(self, data):
        with pytest.raises(NoticeFaulty):
            commands.import_notice(data, by=SYSTEM, at=AT)


class TestOffice:
    def test_counts_by_the_shipped_calendar(self):
        publish_shipped("calendar", "rule")
        index.forget()

        calendar = queries.office().calendar

        assert calendar.add(date(2019, 9, 24), 20) == date(2019, 10, 25)  # over National Day
        assert calendar.add(date(2019, 4, 26), 5) == date(2019, 5, 6)  # over the shifted Labour Day
        assert queries.office() is queries.office()

    def test_knows_only_what_was_valid_by_a_day(self):
        publish_shipped("calendar", "rule")

        assert queries.calendar(date(2019, 10, 30)).is_provisional(date(2020, 3, 2))
        assert not queries.calendar().is_provisional(date(2020, 3, 2))

    def test_pause_grounds_begin_with_the_eight_of_the_law(self):
        publish_shipped("calendar", "rule")

        grounds = queries.pause_grounds(date(2019, 10, 30))

        assert [each.name for each in grounds if each.is_special] == [
            "听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审",
        ]  # fmt: skip
        assert all(each.needs_approval for each in grounds)
