"""The reception desk in a real browser: by keys alone, with a cut line, on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.domains.counter.test_two_clerks import begun, ended
from tests.pages.test_counter import FORM, SITUATION
from tests.support.folders import DataFolder
from tests.support.server import PHONE, Server, Visit, Visitor, _visits
from tools.vendor_assets import AXE

pytestmark = pytest.mark.journey

FIRM = "924201069999056A7D"  # 武昌区刘记热干面馆, of the demo data
OLD = "999999194103082317"
PREPARE = """
import django; django.setup()
from yichuang.domains.catalogue import commands as catalogue
from yichuang.domains.counter import commands
from tests.support.counter import demo_sites, china
at = china("2019-09-27 09:00")
commands.load_sites(demo_sites(), at=at)
catalogue.refresh(at=at)
"""
BY_KEY = ("delivery_kind", "enterprise_kind", "food_business_form", "food_by_network")


@pytest.fixture
def hall(data: DataFolder) -> Iterator[Server]:
    """A house whose hall has its windows."""
    ended(begun(data, PREPARE))
    running = Server.start(data)
    yield running
    running.stop()


@pytest.fixture
def visit(browser, hall: Server) -> Iterator[Visit]:
    yield from _visits(browser, hall.url)


class Keys:
    """Presses keys and counts them; a scanner's number counts as one."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def scan(self, text: str) -> None:
        self.page.keyboard.insert_text(text)
        self.press("Enter")


def take_ticket(visit: Visit, number: str = "") -> None:
    """The guide gives out a ticket."""
    guide = visit("guide")
    guide.go("/desk/tickets")
    guide.page.fill("#id_id_number", number)
    guide.page.keyboard.press("F2")
    expect(guide.page.locator(".slip__number")).to_be_visible()


def fill_form(page: Page) -> None:
    """Fill the item's form as the applicant tells it."""
    for name, value in SITUATION.items():
        page.check(f"[name='{name}'][value='{value}']")
        page.wait_for_load_state("networkidle")
    for name, value in FORM.items():
        field = page.locator(f"[name='{name}']")
        if name in BY_KEY:
            page.check(f"[name='{name}'][value='{value}']")
        elif name.endswith("-item"):
            field.select_option(value)
        elif not name.endswith("-rows"):
            field.fill(value)
    page.wait_for_load_state("networkidle")


def at_the_form(visit: Visit, keys: list[Keys] | None = None) -> Visitor:
    """Sit down, call, find the firm, choose the item, fill the form."""
    window = visit("window")
    page = window.go("/desk")
    page.keyboard.press("1")
    expect(page.locator("#bar")).to_be_visible()
    counted = Keys(page)
    counted.press("F2")
    expect(page.locator("#bar-ticket")).to_have_text("A001")
    page.select_option("#id_p-id_kind", "USCC")
    page.focus("#id_p-number")
    counted.scan(FIRM)
    expect(page.locator("#item_q")).to_be_focused()
    page.keyboard.insert_text("食品经营许可（新办）")
    counted.press("Enter")
    expect(page.locator("#situation")).to_be_visible()
    fill_form(page)
    if keys is not None:
        keys.append(counted)
    return window


def problems(page: Page) -> list[str]:
    """List what axe finds serious or critical."""
    page.evaluate(Path(AXE).read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [
        f"{one['id']}: {node['html'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


class TestByKeys:
    def test_call_accept_print_in_eight_keys(self, visit):
        """K1."""
        take_ticket(visit)
        counted: list[Keys] = []
        page = at_the_form(visit, counted).page
        (keys,) = counted
        page.focus("#answer")

        keys.press("a")
        expect(page.locator("#answer-heading")).to_have_text("可受理")
        keys.press("F8")

        expect(page).to_have_url(re.compile(r"/desk/case/\d+$"))
        expect(page.locator(".panel__number")).to_have_text(re.compile(r"^\d{20}$"))
        expect(page.locator("#key-f2")).to_be_focused()  # the cursor is back in the call bar
        expect(page.locator("[data-countdown]")).to_be_visible()
        assert keys.pressed <= 8

    def test_each_material_by_its_key(self, visit):
        """K3: Space = here, Q = missing, R = later; the answer follows at once."""
        take_ticket(visit)
        page = at_the_form(visit).page
        rows = [row.get_attribute("id") for row in page.locator("[data-row]").all()]  # not those that the library has
        page.focus(f"#{rows[0]}")

        for row in rows:
            expect(page.locator(f"#{row}")).to_be_focused()
            page.keyboard.press({"material-food_floor_plan": "Q", "material-food_safety_rules": "r"}.get(row, "Space"))

        expect(page.locator("#answer .gaps").first).to_have_text("经营场所平面图和设备布局图")
        page.keyboard.press("F8")
        expect(page.locator("[data-error-summary]")).to_contain_text("缺“经营场所平面图和设备布局图”")
        page.keyboard.press("F7")
        expect(page.locator(".govuk-panel__title")).to_have_text("补正（开始）")

    def test_escape_loses_nothing(self, visit):
        window = visit("window")
        page = window.go("/desk")
        page.keyboard.press("1")
        page.fill("#id_p-name", "刘敏")

        page.keyboard.press("Escape")

        expect(page.locator("#id_p-name")).to_have_value("刘敏")


class TestACutLine:
    def test_keeps_the_text_and_makes_one_case(self, visit):
        """K8: the house has done it, the answer is lost on the way, the retry leads to the same case."""
        take_ticket(visit)
        window = at_the_form(visit)
        page = window.page
        page.focus("#answer")
        page.keyboard.press("a")
        expect(page.locator("#answer-heading")).to_have_text("可受理")

        def cut(route: Route) -> None:
            route.fetch(max_redirects=0)
            route.abort()

        page.route("**/desk", cut)
        page.keyboard.press("F8")
        expect(page.locator("#alerts")).to_contain_text("网络中断")
        expect(page.locator("[name='food_premises_area_m2']")).to_have_value("60")
        page.unroute("**/desk")
        window.complaints.clear()  # the cut line itself
        page.get_by_role("button", name="重试").click()

        expect(page).to_have_url(re.compile(r"/desk/case/\d+$"))
        window.go("/desk/bags")
        expect(page.locator("td a[href*='/label']")).to_have_count(1)


class TestTheHall:
    def test_pause_is_seen_within_three_seconds(self, visit):
        """K9."""
        guide = visit("guide")
        watching = guide.go("/desk/tickets")
        window = visit("window")
        page = window.go("/desk")
        page.keyboard.press("1")
        expect(page.locator("#bar")).to_be_visible()

        page.keyboard.press("F9")

        expect(watching.locator("#waiting")).to_contain_text("暂停服务", timeout=3000)

    def test_the_old_come_first(self, visit):
        take_ticket(visit)
        take_ticket(visit, OLD)
        window = visit("window")
        page = window.go("/desk")
        page.keyboard.press("1")
        expect(page.locator("#bar-waiting")).to_have_text("2")

        page.keyboard.press("F2")

        expect(page.locator("#bar-ticket")).to_have_text("A002")
        expect(page.locator("#bar")).to_contain_text("65岁以上")


class TestLooks:
    def test_is_accessible_and_fits_a_phone(self, visit):
        take_ticket(visit)
        page = at_the_form(visit).page
        assert problems(page) == []

        page.set_viewport_size(PHONE)

        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        assert problems(page) == []

    def test_works_without_a_script(self, visit):
        take_ticket(visit)
        window = visit("window", js=False)
        page = window.go("/desk")
        page.click("text=1 综合受理")

        page.click("button[value=call]")
        page.select_option("#id_p-id_kind", "USCC")
        page.fill("#id_p-number", FIRM)
        page.click("text=查找或登记")
        page.fill("#item_q", "食品经营许可（新办）")
        page.keyboard.press("Enter")

        expect(page.locator("#situation")).to_be_visible()
        expect(page.locator("#answer-heading")).to_contain_text("缺")
