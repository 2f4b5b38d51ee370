"""A notice is checked day by day, and every mistake is named by its field."""

import json
from datetime import date

import pytest

from yichuang.kernel.calendars import Notice, NoticeDay, parse_notice, read_notice
from yichuang.kernel.errors import DefinitionError


def form(**changes):
    day = {"name": "元旦", "date": "2019-01-01", "isOffDay": True}
    return {"year": 2019, "papers": ["国办发明电〔2018〕15号"], "days": [day]} | changes


def day(**changes):
    return {"name": "国庆节", "date": "2019-10-01", "isOffDay": True} | changes


class TestParseNotice:
    def test_reads_the_public_form(self):
        notice = parse_notice(form() | {"$schema": "passed over"})

        assert notice == Notice(2019, ("国办发明电〔2018〕15号",), (NoticeDay("元旦", date(2019, 1, 1), True),))

    def test_reads_back_what_it_writes(self):
        notice = parse_notice(form(days=[day(), day(date="2019-10-12", isOffDay=False)]))

        assert read_notice(json.dumps(notice.as_json(), ensure_ascii=False)) == notice

    def test_takes_a_date_as_yaml_reads_it(self):
        notice = parse_notice(form(days=[day(date=date(2019, 10, 1))]))

        assert notice.days[0].date == date(2019, 10, 1)

    def test_takes_the_new_year_days_of_december(self):
        notice = parse_notice(form(days=[day(date="2018-12-29", isOffDay=False), day(date="2018-12-31")]))

        assert len(notice.days) == 2

    @pytest.mark.parametrize(
        ("wrong", "place"),
        [
            ([], "f.json"),
            ({"papers": [], "days": []}, "f.json: year"),
            (form(year="2019"), "f.json: year"),
            (form(year=True), "f.json: year"),
            (form(year=1890), "f.json: year"),
            ({"year": 2019, "days": []}, "f.json: papers"),
            (form(papers="国办发明电"), "f.json: papers"),
            (form(papers=[15]), "f.json: papers"),
            (form(days={}), "f.json: days"),
            (form(days="2019-10-01"), "f.json: days"),
            (form(days=[]), "f.json: days"),
            (form(title="x"), "f.json: title"),
            (form(days=[day(), 7]), "f.json: days[1]"),
            (form(days=[{"name": "国庆节", "date": "2019-10-01"}]), "f.json: days[0]: isOffDay"),
            (form(days=[day(holiday=True)]), "f.json: days[0]: holiday"),
            (form(days=[day(name=None)]), "f.json: days[0].name"),
            (form(days=[day(name=" ")]), "f.json: days[0].name"),
            (form(days=[day(isOffDay=1)]), "f.json: days[0].isOffDay"),
            (form(days=[day(date="2019-02-30")]), "f.json: days[0].date"),
            (form(days=[day(date="20191001")]), "f.json: days[0].date"),
            (form(days=[day(date=20191001)]), "f.json: days[0].date"),
            (form(days=[day(date="2018-11-30")]), "f.json: days[0].date"),
            (form(days=[day(date="2020-02-01")]), "f.json: days[0].date"),
            (form(days=[day(), day(name="中秋节")]), "f.json: days[1].date"),
            (form(days=[day(), day(isOffDay=False)]), "f.json: days[1].date"),
            (form(days=[day(date="2019-10-11", isOffDay=False)]), "f.json: days[0].isOffDay"),  # a Friday
        ],
    )
    def test_names_the_field_of_every_mistake(self, wrong, place):
        with pytest.raises(DefinitionError) as caught:
            parse_notice(wrong, "f.json")

        assert caught.value.place == place

    def test_says_what_was_found_and_expected(self):
        with pytest.raises(DefinitionError, match="2019-10-11 is a Friday and worked anyway; expected a weekend day"):
            parse_notice(form(days=[day(date="2019-10-11", isOffDay=False)]))


class TestReadNotice:
    def test_names_the_line_of_what_is_no_json(self):
        with pytest.raises(DefinitionError, match="line 2 column"):
            read_notice('{"year": 2019,\n oops}')

    def test_refuses_a_key_given_twice(self):
        with pytest.raises(DefinitionError, match="year: given twice"):
            read_notice('{"year": 2019, "year": 2020, "papers": [], "days": []}')
