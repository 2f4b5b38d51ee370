"""The pages of figures: what each reader sees of values, rows, groups and publications; screen and workbook agree."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from html import unescape
from io import BytesIO

import pytest
from django.test import Client
from django.utils import translation
from openpyxl import load_workbook

from tests.domains.cases.test_figures import concluded
from tests.support import people
from tests.support.engine import Hall
from yichuang.foundation.figures import queries
from yichuang.foundation.figures.measures import flag, month, number
from yichuang.foundation.figures.models import Snapshot
from yichuang.foundation.figures.problems import NoSuchFigure
from yichuang.foundation.people.models import Account
from yichuang.ui.figures import cell, in_column, in_workbook

pytestmark = pytest.mark.django_db
DAY = "2019-10-31"


@pytest.fixture
def hall() -> Hall:
    people.make_demo()
    hall = Hall()
    concluded(hall, "2019-10-10", "甲某")
    concluded(hall, "2019-10-25", "乙某")
    return hall


def client(actor=None) -> Client:
    found = Client()
    if actor is not None:
        found.force_login(Account.objects.get(pk=actor.account_id))
    return found


def page(address: str, actor=None, status: int = 200) -> str:
    answer = client(actor).get(address)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.fixture
def office(hall):
    return people.make_actor("office", people.make_unit("office"), at=hall.at)


class TestList:
    def test_shows_values_and_why_there_is_none(self, hall):
        text = page(f"/figures?as_of={DAY}&kind=report")

        assert "工程建设项目审批事项数" in text and "17 项" in text

    def test_strangers_see_the_public_figures_alone(self, hall):
        assert "按时办结率" in page(f"/figures?as_of={DAY}&q=cases")
        assert "九成办件的用时" not in page(f"/figures?as_of={DAY}&q=cases")
        assert "九成办件的用时" in page(f"/figures?as_of={DAY}&q=cases", hall.handler)
        page("/figures/cases.p90_days", status=404)
        page("/figures/F00", status=404)

    def test_one_street_can_be_chosen(self, hall):
        people.make_region("420106077", "示例路街道", "STREET")

        text = page(f"/figures?as_of={DAY}&region=420106077")

        assert '<option value="420106077" selected>示例路街道</option>' in text
        assert "govuk-error-message" not in text

    def test_a_day_that_is_no_day_is_told_at_its_field(self, hall):
        assert "govuk-error-message" in page("/figures?as_of=yesterday")


class TestOne:
    def test_takes_the_number_of_the_report_too(self, hall):
        text = page(f"/figures/F22?as_of={DAY}")

        assert "37 份" in text and "由电子证照库调取的不计" in text
        assert "/matters/construction_stage_1" in text

    def test_a_reader_opens_his_rows_and_is_told_how_many_others_there_are(self, hall):
        own = page(f"/figures/cases.on_time_rate?as_of={DAY}", hall.handler)
        stranger = page(
            f"/figures/cases.on_time_rate?as_of={DAY}",
            people.make_actor("handler", people.make_unit("zjj"), at=hall.at),
        )
        public = page(f"/figures/cases.on_time_rate?as_of={DAY}")

        assert "50.0%" in own and "50.0%" in stranger and "50.0%" in public
        assert "共 1 行计入，您可打开 1 行" in own and "/dept/cases/" in own
        assert "您可打开 0 行。 不在您的管辖范围内：1。" in stranger and "/dept/cases/" not in stranger
        assert "不对外公开：1。" in public

    def test_each_part_of_a_ratio_is_a_link_to_its_rows(self, hall):
        text = page(f"/figures/cases.on_time_rate?as_of={DAY}", hall.handler)

        links = re.findall(r'href="(\?[^"]*part=[^"]*)"( aria-current="true")?>([^<]*)</a>', text)
        assert [(unescape(href), bool(current)) for href, current, _ in links] == [
            (f"?as_of={DAY}&part=numerator#rows", True),
            (f"?as_of={DAY}&part=denominator#rows", False),
        ]

    def test_denominator_has_its_own_rows(self, hall):
        assert "共 2 行计入" in page(f"/figures/cases.on_time_rate?as_of={DAY}&part=denominator", hall.handler)

    def test_small_groups_are_kept_from_the_public(self, hall):
        staff = page(f"/figures/cases.concluded?as_of={DAY}&by=unit", hall.handler)
        public = page(f"/figures/cases.concluded?as_of={DAY}&by=unit")

        assert ">2 件</a></td>" in staff
        assert "少于5，不公开" in public and "2 件" not in public.partition('id="groups"')[2].partition("</section>")[0]

    def test_the_number_of_a_group_opens_its_rows_for_who_sees_all(self, hall):
        staff = page(f"/figures/cases.concluded?as_of={DAY}&by=unit", hall.handler)
        public = page(f"/figures/cases.concluded?as_of={DAY}&by=unit")

        (href,) = re.findall(r'<a href="([^"]+)">2 件</a>', staff)
        assert "共 2 行计入" in page(unescape(href).removesuffix("#rows"), hall.handler)
        assert "in=unit" not in public

    def test_nobody_is_told_apart_by_what_he_may_not_see(self, hall):
        assert "经办人" not in page(f"/figures/cases.step_hours?as_of={DAY}", hall.handler)
        head = people.make_actor("dept_head", hall.unit, at=hall.at)
        assert "经办人" in page(f"/figures/cases.step_hours?as_of={DAY}&by=who", head)


class TestAsking:
    """What an address asks that cannot be read is told at its field, and stays there."""

    @pytest.mark.parametrize(
        ("query", "told"),
        [
            ("as_of=abc", "“统计日”请填写日期，例如 2019-10-30。"),
            ("as_of=1950-01-01", "这一天还没有生效的指标定义，请选更近的日子。"),
            ("as_of=2099-01-01", "统计日不能晚于今天。"),
            ("region=xx", "请从“区域”给出的选项中选择。"),
            ("known_at=abc", "请填写日期和时间，例如 2019-10-30 09:30。"),
            ("known_at=0001-01-01", "“数据截止”请填写 1900 年至 2100 年之间的日期。"),
            ("by=xx", "指标“办结数”不能按“xx”分组。可以按："),
            ("in=xx", "这个指标不能这样细分"),
        ],
    )
    def test_is_told(self, hall, office, query, told):
        name, _, typed = query.partition("=")
        text = unescape(page(f"/figures/cases.concluded?{query}", office))

        assert told in text
        if name in ("as_of", "known_at"):
            assert f'value="{typed}"' in text and "govuk-error-summary" in text

    def test_a_figure_that_began_later_takes_today(self, hall, office, monkeypatch):
        later = queries.find("cases.concluded", date(2019, 10, 31))
        monkeypatch.setattr(
            "yichuang.foundation.figures.queries.find",
            lambda id, on: later if on > date(2019, 10, 1) else (_ for _ in ()).throw(NoSuchFigure(id, on)),
        )

        text = page("/figures/cases.concluded?as_of=2019-09-01", office)

        assert "这一天还没有生效的指标定义，请选更近的日子。" in text

    def test_what_was_known_stays_when_something_else_is_changed(self, hall, office):
        text = page("/figures/cases.concluded?known_at=2019-10-30T10:00", office)

        assert 'name="known_at"' in text and 'value="2019-10-30T10:00"' in text

    def test_what_is_no_figure_is_told_with_a_way_out(self, hall, office):
        text = page("/figures/nonsense", office, status=404)

        assert "没有这个指标" in text and "“nonsense”" in text and 'href="/figures"' in text
        page("/figures/nonsense/export", office, status=404)

    def test_a_workbook_of_what_cannot_be_read_is_not_given(self, hall, office):
        answer = client(office).get("/figures/cases.concluded/export?as_of=abc")

        assert answer.status_code == 302 and answer["Location"] == "/figures/cases.concluded?as_of=abc"


class TestWorkbook:
    def test_holds_what_the_screen_shows(self, hall, office):
        answer = client(office).get(f"/figures/cases.on_time_rate/export?as_of={DAY}")
        book = load_workbook(BytesIO(answer.content))
        screen = page(f"/figures/cases.on_time_rate?as_of={DAY}&part=denominator", office)

        facts = {row[0]: row[1] for row in book["指标"].iter_rows(min_row=2, values_only=True)}
        assert facts["数值"] == "50.0%" and facts["分子 / 分母"] == "1 / 2"
        sheet = list(book["分母"].iter_rows(values_only=True))
        assert len(sheet) == 3
        assert all(str(value) in screen for row in sheet[1:] for value in row if value)

    def test_amounts_are_numbers_that_can_be_added_up(self):
        column = number("amount_fen", "完成投资", "fen")

        assert in_column(column) == "完成投资（万元）"
        assert in_workbook(32_940_000_000, column) == 32_940 and in_workbook(1_234_500, column) == 1.2345
        assert in_workbook(None, column) == "" and in_workbook(True, flag("is_new", "新开工")) == "是"
        with translation.override("en"):
            assert in_column(column) == "完成投资 (10,000 yuan)"


class TestPublishing:
    def test_publishes_once_and_compares_later(self, hall, office):
        browser = client(office)
        form = browser.get("/figures/publish?as_of=2019-10-10&id=cases.concluded").content.decode()
        assert "办结数：1 件" in form

        answer = browser.post(
            "/figures/publish",
            {"as_of": "2019-10-10", "occasion": "2019年10月上旬通报", "figures": ["cases.concluded"]},
        )

        assert answer.status_code == 302
        text = page("/figures/cases.concluded?as_of=2019-10-10", office)
        assert "上次发布（2019-10-10）：1 件" in text and "2019年10月上旬通报" in text
        concluded(hall, "2019-10-09", "丙某")
        assert "▲ 1 件" in page("/figures/cases.concluded?as_of=2019-10-10", office)
        published = Snapshot.objects.get()
        changed = page(f"/figures/published/{published.pk}", office)
        assert "已发布 <strong>1 件</strong>，现为 <strong>2 件</strong>" in changed and "1 行不同" in changed

    def test_what_is_missing_is_said_and_what_was_typed_stays(self, hall, office):
        text = (
            client(office)
            .post("/figures/publish", {"as_of": "2019-10-10", "occasion": "", "figures": ["F21"]})
            .content.decode()
        )

        assert "govuk-error-summary" in text and 'value="2019-10-10"' in text


class TestTimeliness:
    def test_a_row_a_unit_with_its_place_or_too_small_a_sample(self, hall):
        text = page(f"/figures/timeliness?as_of={DAY}&least=1", hall.handler)
        small = page(f"/figures/timeliness?as_of={DAY}", hall.handler)

        (row,) = re.findall(r"<tr><td>1</td><td>scjg</td>(.*?)</tr>", text)
        assert re.findall(r'<td class="table__number">(?:<a[^>]*>)?([^<]*)', row)[:2] == ["2", "50.0"]
        assert "样本不足（2）" in small

    @pytest.mark.parametrize("by", ["unit", "month", "step"])
    def test_every_number_opens_its_rows(self, hall, office, by):
        text = page(f"/figures/timeliness?as_of={DAY}&by={by}&least=1", office)

        numbers = re.findall(r'<td class="table__number"><a href="([^"]+)">([\d.,]+)</a></td>', text)
        assert numbers
        for href, shown in numbers:
            value = re.search(r'<p class="figure-value">([\d.,]+)', page(unescape(href).removesuffix("#rows"), office))
            assert value and value[1] == shown, href

    def test_a_sample_that_is_no_number_is_told_at_its_field(self, hall):
        text = page(f"/figures/timeliness?as_of={DAY}&least=abc", hall.handler)

        assert 'value="abc"' in text and "“参加排名的最少样本”请填写数字，例如 12。" in text

    @pytest.mark.parametrize("by", ["item", "channel", "month", "step"])
    def test_by_whatever_is_chosen(self, hall, by):
        assert "table__number" in page(f"/figures/timeliness?as_of={DAY}&by={by}", hall.handler)

    def test_months_go_back_a_year(self, hall):
        text = page(f"/figures/timeliness?as_of={DAY}&by=month", hall.handler)

        assert "2018-11" in text and "2019-10" in text


def test_the_newest_value_is_not_told_apart(hall, office):
    text = page(f"/figures/rankings.latest_place?as_of={DAY}&by=peer_group", office)

    assert "by=peer_group#groups" not in text and "不能分组。" in text


def test_a_day_beyond_all_calendars_is_told_at_its_field(hall):
    text = page("/figures?as_of=9999-12-31")

    assert "“统计日”请填写 1900 年至 2100 年之间的日期。" in text


def test_english_pages_say_everything(hall, office):
    browser = client(office)
    browser.cookies["django_language"] = "en"

    text = browser.get(f"/figures/cases.on_time_rate?as_of={DAY}&by=unit").content.decode()

    assert "Share concluded in time" in text


@pytest.mark.parametrize(("unit", "value", "said"), [("fen", 3_294_000_000, "3,294万元"), ("亿元", "2.34", "2.34亿元")])
def test_an_amount_in_a_row_stands_as_the_office_writes_it(unit, value, said):
    assert cell(Decimal(value), number("amount", "金额", unit)) == said


def test_a_month_is_written_as_a_month():
    assert cell(date(2019, 9, 1), month("month", "月份")) == "2019-09" and cell(date(2019, 9, 1)) == "2019-09-01"
