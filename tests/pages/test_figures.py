"""The pages of figures: what each reader sees of values, rows, groups and publications; screen and workbook agree."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests.domains.cases.test_figures import concluded
from tests.support import people
from tests.support.engine import Hall
from yichuang.foundation.figures.measures import number
from yichuang.foundation.figures.models import Snapshot
from yichuang.foundation.people.models import Account
from yichuang.ui.figures import cell

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

    def test_denominator_has_its_own_rows(self, hall):
        assert "共 2 行计入" in page(f"/figures/cases.on_time_rate?as_of={DAY}&part=denominator", hall.handler)

    def test_small_groups_are_kept_from_the_public(self, hall):
        staff = page(f"/figures/cases.concluded?as_of={DAY}&by=unit", hall.handler)
        public = page(f"/figures/cases.concluded?as_of={DAY}&by=unit")

        assert '<td class="table__number">2 件</td>' in staff
        assert "少于5，不公开" in public and '<td class="table__number">2 件</td>' not in public

    def test_nobody_is_told_apart_by_what_he_may_not_see(self, hall):
        assert "经办人" not in page(f"/figures/cases.step_hours?as_of={DAY}", hall.handler)
        head = people.make_actor("dept_head", hall.unit, at=hall.at)
        assert "经办人" in page(f"/figures/cases.step_hours?as_of={DAY}&by=who", head)


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

        assert '<td>1</td><td>scjg</td><td class="table__number">2</td><td class="table__number">50.0</td>' in text
        assert "样本不足（2）" in small

    @pytest.mark.parametrize("by", ["item", "channel", "month", "step"])
    def test_by_whatever_is_chosen(self, hall, by):
        assert "table__number" in page(f"/figures/timeliness?as_of={DAY}&by={by}", hall.handler)

    def test_months_go_back_a_year(self, hall):
        text = page(f"/figures/timeliness?as_of={DAY}&by=month", hall.handler)

        assert "2018-11" in text and "2019-10" in text


def test_the_newest_value_is_not_told_apart(hall, office):
    text = page(f"/figures/rankings.latest_place?as_of={DAY}&by=peer_group", office)

    assert "by=peer_group#groups" not in text


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
