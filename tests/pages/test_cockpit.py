"""The cockpit: its numbers open exactly their rows, for every reader; page and files say the same."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests.domains.cases.test_figures import concluded
from tests.support import people
from tests.support.engine import Hall, china
from tests.support.projects import District
from yichuang.domains.cases import commands as cases
from yichuang.domains.cases.terms import Channel, Stars
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.models import Account
from yichuang.foundation.registers import commands as registers

pytestmark = pytest.mark.django_db
DAY = "2019-10-30"
STREET = "420106001"
OTHER = "420106005"
LINK = re.compile(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', re.S)
COUNTS = re.compile(r"共 ([\d,]+) 行计入，您可打开 ([\d,]+) 行。(.*?)</p>", re.S)


@dataclass
class House:
    """A district with cases, projects, targets and a ranking, small enough to be counted by hand."""

    leader: Actor
    office: Actor
    head: Actor
    stranger: Actor
    hall: Hall
    district: District
    late: str


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    people.make_demo()
    at = china(f"{DAY} 10:00")
    monkeypatch.setattr("yichuang.foundation.records.clock.business_now", lambda: at)
    hall = Hall()
    people.make_region(STREET, "积玉桥街道", "STREET")
    for day, name in (("2019-10-10", "甲某"), ("2019-10-14", "乙某"), ("2019-10-25", "丙某")):
        case = concluded(hall, day, name)
    cases.rate_case(
        case_id=case.pk,
        stars=Stars.VERY_GOOD,
        reasons=(),
        text="",
        channel=Channel.ONLINE,
        by=people.make_actor("", party=case.applicant),
        at=china("2019-10-25 12:00"),
    )
    late = hall.receive(applicant_id=people.make_party("丁某").pk)
    cases.accept_case(case_id=late.pk, by=hall.window, at=hall.at)
    district = District(at)
    for number, (plan, done) in enumerate(((12_000, (9_000, 1_697)), (0, ()), (8_000, (7_131,)))):
        if plan:
            project = district.project(name=f"示例项目{number}", plan_wan=plan)
            for month, wan in enumerate(done, start=9):
                district.invest(project, month, wan)
    checker = people.make_actor("office", district.office_unit, at=at, name="办公室戊")
    for register, values in (
        ("speed_target", target("企业开办", "工作日", "2", "1.8")),
        ("speed_target", target("施工许可", "工作日", "5", "4.5")),
        ("city_rank", place("武昌区", "96.20", 2)),
        ("city_rank", place("江岸区", "96.54", 1)),
    ):
        entry = registers.add_entry(register=register, values=values, by=district.office, at=at)
        registers.check_entries(register=register, entry_ids=[entry.pk], by=checker, at=at)
        registers.publish_entries(register=register, entry_ids=[entry.pk], by=checker, at=at)
    return House(
        leader=people.make_actor("leader", people.make_unit("qzfb"), at=at),
        office=district.office,
        head=people.make_actor("dept_head", hall.unit, at=at),
        stranger=people.make_actor("dept_head", people.make_unit("swj"), at=at),
        hall=hall,
        district=district,
        late=late.dossier.number,
    )


def target(indicator: str, unit: str, city: str, district: str) -> dict[str, Any]:
    numbers = {"city": Decimal(city), "district": Decimal(district)}
    return {"indicator": indicator, "unit_of_measure": unit, "lead": "fgj", "since": date(2019, 1, 1), **numbers}


def place(district: str, score: str, n: int) -> dict[str, Any]:
    told = {"month": date(2019, 9, 1), "peer_group": "urban", "score": Decimal(score), "place": Decimal(n)}
    return {"district": district, **told}


def client(actor: Actor) -> Client:
    found = Client()
    found.force_login(Account.objects.get(pk=actor.account_id))
    return found


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


def plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html)).strip()


def tables(page: str) -> dict[str, list[list[str]]]:
    found = {}
    for body in re.findall(r"<table.*?</table>", page, re.S):
        caption = plain(re.findall(r"<caption.*?</caption>", body, re.S)[0])
        rows = [re.findall(r"<t[hd].*?</t[hd]>", row, re.S) for row in re.findall(r"<tr>.*?</tr>", body, re.S)]
        found[caption] = [[plain(cell) for cell in row] for row in rows if "colspan" not in "".join(row)]
    return found


def links(page: str) -> list[tuple[str, str]]:
    return [(unescape(href), plain(words)) for href, words in LINK.findall(page.split("<main")[1].split("</main>")[0])]


def number(words: str) -> Decimal | None:
    found = re.fullmatch(r"([\d,]+(?:\.\d+)?)\s*(?:%|[^\d\s.].*)?", words)
    return Decimal(found[1].replace(",", "")) if found else None


class TestOutcome:
    def test_the_leader_sees_the_share_clicks_and_has_the_projects_with_months_and_who_entered_them(self, house):
        browser = client(house.leader)
        page = text(browser.get("/cockpit"))

        href = next(href for href, words in links(page) if words == "89.14%")
        behind = text(browser.get(href))

        assert "共 2 个项目、3 笔月度投资计入，您可打开 2 个项目。" in behind
        assert "完成 1.78 亿元，年度计划 2.00 亿元。" in behind
        rows = tables(behind)["计入的项目，每月投资和填报人"][1:]
        assert [row[1:4] for row in rows] == [["示例项目0", "fgj单位", "12,000"], ["示例项目2", "fgj单位", "8,000"]]
        assert "2019-09：9,000 万元，承办甲 2019-10-30 填报，办公室丙 确认" in rows[0][4]
        assert rows[0][4].count("填报") == 2 and rows[1][4].count("填报") == 1
        assert text(browser.get(re.findall(r'<td><a href="(/projects/[^"]+)"', behind)[0]))


class TestSentence:
    def test_says_what_is_in_hand_what_is_overdue_whose_and_the_place(self, house):
        page = text(client(house.leader).get("/cockpit"))

        sentence = plain(page.split('class="cockpit__sentence">')[1].split("</div>")[0])
        assert "截至10月30日：在办 1 件，超期 1 件（scjg1）。" in sentence
        assert "2019-09 全市考核第 2 位，得分 96.20 分，距第1差 0.34 分（第1 96.54 分）。" in sentence

        assert page.count("未启用：相应业务模块尚未建设") == 2
        early = text(client(house.leader).get("/cockpit", {"as_of": "2019-01-31"}))
        assert "全市月度考核：没有记录。" in early
        assert tables(early)["市考核排名"][1][:2] == ["全市月度考核名次", "没有记录"]
        assert "统计日不能晚于今天" in text(client(house.leader).get("/cockpit", {"as_of": "2019-11-01"}))
        assert "还没有生效的指标定义" in text(client(house.leader).get("/cockpit", {"as_of": "2001-01-01"}))


class TestNumbers:
    def test_every_number_opens_exactly_its_rows(self, house):
        for actor in (house.leader, house.head, house.stranger):
            browser = client(actor)
            page = text(browser.get("/cockpit"))
            told = {(href, words) for href, words in links(page) if number(words) is not None}

            if actor is not house.leader:  # one number of each page will do for those who may open fewer rows
                told = set({href.partition("?")[0]: (href, words) for href, words in told}.values())
            assert sum(self._holds(browser, href, words) for href, words in told) >= 12

    def _holds(self, browser: Client, href: str, words: str) -> bool:
        """Open a number: a figure says the same value or count, and accounts for all of its rows."""
        behind = text(browser.get(href.partition("#")[0], follow=True))
        value = number(words)
        if href.startswith("/supervise"):
            listed = behind.split('id="cases"')[-1].split("</section>")[0]
            rows = listed.partition("<tbody>")[2] if "<tbody>" in listed else listed
            assert (rows.count("<tr>") or rows.count("<li>")) == value or (value == 0 and "<a " not in rows), href
        if not href.startswith("/figures/"):
            return False
        own = number(plain(behind.split('class="figure-value">')[1].split("</p>")[0]).split("（")[0])
        part = COUNTS.search(behind)
        assert part, href
        total, opened = (int(each.replace(",", "")) for each in part.groups()[:2])
        assert total == opened + sum(int(n) for n in re.findall(r"：(\d+)。", part[3])), href
        assert value in (own, total), (href, words)
        assert value == total or not words.endswith((" 件", " 个")), (href, words)
        return True

    def test_heads_see_their_own_unit_alone(self, house):
        page = text(client(house.head).get("/cockpit"))
        other = text(client(house.stranger).get("/cockpit", {"unit": "scjg"}))

        assert "scjg，截至10月30日：在办 1 件" in plain(page)
        assert "govuk-error-message" in other
        assert "swj，截至10月30日：在办 0 件，超期 0 件。" in plain(other)
        assert Client().get("/cockpit").status_code == 302
        assert client(house.hall.handler).get("/cockpit").status_code == 403

    def test_one_group_is_refused_to_who_may_not_tell_it_apart(self, house):
        assert Client().get("/figures/cases.concluded", {"as_of": DAY, "in": "unit:scjg"}).status_code == 404
        handler = client(house.hall.handler)
        assert handler.get("/figures/cases.step_hours", {"in": "who:1"}).status_code == 404
        assert "这个指标不能这样细分" in text(handler.get("/figures/F22", {"in": "unit:scjg"}))
        assert "3 件" in text(handler.get("/figures/cases.concluded", {"as_of": DAY, "in": "unit:scjg"}))

    def test_is_asked_in_few_statements_however_many_rows_there_are(self, house):
        browser = client(house.leader)
        browser.get("/cockpit")
        with CaptureQueriesContext(
            connection,
        ) as before:
            browser.get("/cockpit")
        concluded(house.hall, "2019-10-29", "戊某")
        with CaptureQueriesContext(connection) as after:
            browser.get("/cockpit")

        assert len(after) <= len(before) + 2
        assert len(before) <= 120


class TestStreets:
    """Three cases in one street, one in another, and the four of the house of which no street is known."""

    @pytest.fixture
    def streets(self, house: House) -> House:
        people.make_region(OTHER, "粮道街道", "STREET")
        house.hall.at = china("2019-10-09 09:30")
        numbers = [self._in(house, name) for name in ("积玉桥街道", "积玉桥街", "积玉桥街道", "粮道街道")]
        self.numbers = {STREET: set(numbers[:3]), OTHER: set(numbers[3:])}
        return house

    def _in(self, house: House, street: str) -> str:
        said = {"food_premises": {"street": street, "detail": "示范巷8号"}}
        case = house.hall.receive(applicant_id=people.make_party(f"{street}某").pk, answers=said)
        return case.dossier.number

    def test_each_tile_leads_to_exactly_its_rows(self, streets):
        browser = client(streets.leader)
        page = text(browser.get("/cockpit"))

        tiles = re.findall(r'<a href="([^"]+)" class="tile tile--(\d)" aria-label="(\S+) ([\d,]+)"', page)
        assert [tile[1:] for tile in tiles] == [("4", "积玉桥街道", "3"), ("2", "粮道街道", "1")]
        for (href, *_), (street, numbers) in zip(tiles, self.numbers.items(), strict=True):
            behind = text(browser.get(unescape(href).partition("#")[0]))
            assert set(re.findall(r'href="/dept/cases/(\d+)"', behind)) == numbers, street
        table = tables(page)["办件按街道"][1:]
        assert [row[:3] for row in table] == [
            ["积玉桥街道", "3", "3"], ["粮道街道", "1", "1"], ["没有分到街道（420106）", "4", "1"],
        ]  # fmt: skip
        assert "在办 5 件" in plain(page) and sum(int(row[2]) for row in table) == 5

    def test_the_street_is_in_the_address_and_filters_every_number(self, streets):
        page = text(client(streets.leader).get("/cockpit", {"region": STREET}))

        assert f'<option value="{STREET}" selected>积玉桥街道' in page
        assert "在办 3 件，超期 0 件" in plain(page)
        assert [row[:3] for row in tables(page)["办件按街道"][1:]] == [["积玉桥街道", "3", "3"]]
        own = [href for href, _ in links(page) if href.startswith("/figures/cases.")]
        assert own and all(f"region={STREET}" in href for href in own)

    def test_who_is_of_a_street_sees_his_street_alone(self, streets):
        at = streets.hall.at
        office = people.make_unit("street_a", kind="STREET", region=people.make_region(STREET))
        actor = people.make_actor("street", office, at=at)
        window = people.make_actor("street_window", office, at=at)
        taken = cases.receive(application=streets.hall.application(channel=Channel.STREET), by=window, at=at)
        browser = client(actor)

        page = text(browser.get("/cockpit"))
        other = text(browser.get("/cockpit", {"region": OTHER, "unit": "scjg"}))

        assert "street_a，截至10月30日：在办 4 件，超期 0 件。" in plain(page)
        assert [row[:3] for row in tables(page)["办件按街道"][1:]] == [["积玉桥街道", "4", "4"]]
        assert OTHER not in page and "粮道街道" not in page
        assert "govuk-error-message" in other and "在办 4 件" in plain(other)
        href = next(href for href, words in links(page) if words == "4 件")
        behind = text(browser.get(href.partition("#")[0]))
        assert "共 4 行计入，您可打开 1 行" in plain(behind)
        assert set(re.findall(r'href="/dept/cases/(\d+)"', behind)) == {taken.dossier.number}


class TestFiles:
    def test_say_cell_by_cell_what_the_page_says(self, house):
        browser = client(house.leader)
        page = tables(text(browser.get("/cockpit")))
        answer = browser.get("/cockpit/export", {"as_of": DAY})
        book = load_workbook(io.BytesIO(answer.content))
        lines = list(csv.reader(io.StringIO(browser.get("/cockpit/export?format=csv").content.decode("utf-8-sig"))))

        assert set(page) <= {line[0] for line in lines if len(line) == 1}
        for caption, rows in page.items():
            sheet = [[_kept(cell) for cell in row] for row in book[caption[:31]].iter_rows(values_only=True)]
            shown = [[_kept(cell) for cell in row] for row in rows]
            assert sheet == shown, caption
            start = lines.index([caption])
            assert lines[start + 1 : start + 1 + len(rows)] == rows, caption


def _kept(cell: Any) -> Any:
    """Compare numbers as numbers: the page writes thousands apart, a workbook does not."""
    if cell in (None, "—"):
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    try:
        return Decimal(str(cell).replace(",", "")).normalize()
    except ArithmeticError:
        return str(cell)


def test_charts_have_tables_the_wall_renews_itself_and_names_nobody_and_english_is_whole(house):
    browser = client(house.leader)
    page, wall = text(browser.get("/cockpit")), text(browser.get("/cockpit/wall"))

    assert page.count('<svg xmlns="http://www.w3.org/2000/svg" class="chart') == 3
    assert 'class="tile tile--0" aria-label="积玉桥街道 0"' in page and "示意图，不代表实际边界" in page
    assert "style=" not in page.split("<main")[1]
    assert '<meta http-equiv="refresh" content="300">' in wall
    assert "甲某" not in wall and "late-cases" not in wall and house.late not in wall

    browser.cookies["django_language"] = "en"
    page = text(browser.get("/cockpit"))
    assert "By 10/30: in hand 1 cases, overdue 1 cases" in plain(page)
    assert not re.findall("[一-鿿]", "".join(tables(page)) + plain(page.split('class="cards"')[1].split("</ul>")[0]))


def test_no_filter_says_that_it_may_be_left_empty(house):
    assert "选填" not in text(client(house.leader).get("/cockpit"))


def test_no_file_is_given_of_a_day_that_cannot_be_read(house):
    answer = client(house.leader).get("/cockpit/export?as_of=abc")

    assert answer.status_code == 302 and answer["Location"] == "/cockpit?as_of=abc"


def test_targets_stand_as_they_were_set_and_the_picture_of_steps_says_what_its_bars_are(house):
    page = text(client(house.leader).get("/cockpit"))

    rows = re.findall(r"<tr>(.*?)</tr>", page.partition('id="speed-table"')[2].partition("</table>")[0], re.S)
    cells = [[plain(each) for each in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.S)] for row in rows]
    assert ["企业开办", "工作日", "2", "1.8"] in [row[:4] for row in cells]
    english = client(house.leader)
    english.cookies["django_language"] = "en"
    told = text(english.get("/cockpit"))
    assert "working days" in told and "place 2, score 96.20 points" in plain(told)
    picture = page.partition("chart--bars")[2].partition("</svg>")[0]
    assert "用时中位数（小时）" in picture and "九成用时（小时）" in picture
