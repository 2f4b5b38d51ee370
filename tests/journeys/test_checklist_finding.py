"""The checklist of finding and understanding, row by row in a browser without scripts: P1, P2, P4, P5, P8, P9."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.server import DESKTOP, PHONE, Visit

pytestmark = pytest.mark.journey

FOOD = "食品经营许可（新办）"
FACTS = ["办结时限", "到现场次数", "收费", "办理形式", "实施机关", "办理地点和时间", "咨询电话", "监督投诉电话"]


def titles(page: Page) -> list[str]:
    return page.locator(".results__title").all_inner_texts()


def found(page: Page) -> list[str]:
    """Without their order: among equals the more wanted comes first, and that is counted anew at any time."""
    return sorted(titles(page))


class TestFinding:
    @pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
    def test_the_search_box_is_there_at_once_and_skipping_comes_first(self, visit: Visit, viewport) -> None:
        page = visit(viewport=viewport, js=False).go("/")
        box = page.get_by_label("您要办什么事？")

        place = box.bounding_box()  # P1
        assert place and place["y"] + place["height"] <= viewport["height"]
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_attribute("href", re.compile("^#"))

    def test_found_by_two_characters_pinyin_and_what_people_say(self, visit: Visit) -> None:
        visitor = visit(viewport=PHONE, js=False)

        for query in ("许可", "餐", "spjy", "shipin", "开饭店"):  # P2
            page = visitor.go(f"/search?q={query}")
            assert FOOD in titles(page)[:5], query
            expect(page.locator(".results mark").first).to_be_visible()

    def test_filters_live_in_the_address_and_survive_back_and_reload(self, visit: Visit) -> None:
        page = visit(viewport=DESKTOP, js=False).go("/search?q=许可")
        wide = found(page)
        person = page.locator(".filters__link", has_text="个人")
        count = int(person.locator(".filters__count").inner_text())

        person.click()  # P4
        assert "serves=person" in page.url
        assert len(found(page)) == count < len(wide)
        narrow = found(page)
        page.reload()
        assert found(page) == narrow
        page.go_back()
        assert found(page) == wide


class TestUnderstanding:
    def test_eight_facts_and_none_is_blank(self, visit: Visit) -> None:
        page = visit(viewport=PHONE, js=False).go("/matters/food_business_permit")

        assert page.locator(".guide-facts dt").all_inner_texts() == FACTS  # P5
        assert all(said.strip() for said in page.locator(".guide-facts dd").all_inner_texts())

    def test_one_question_a_page_ends_in_a_list_that_can_be_shared_and_changed(self, visit: Visit) -> None:
        page = visit(viewport=PHONE, js=False).go("/matters/food_business_permit/fit")
        for value in ("restaurant", "rented", "small"):  # P8
            page.locator(f"input[value={value}]").check(force=True)
            page.get_by_role("button", name="继续").click()
        expect(page.locator("h1")).to_have_text(f"按您的情况，可以申请{FOOD}")
        expect(page.locator(".materials")).to_contain_text("场所租赁合同")
        shared = page.url

        again = visit(viewport=DESKTOP, js=False).go(shared[shared.index("/matters") :])
        expect(again.locator(".materials")).to_contain_text("场所租赁合同")
        again.goto(shared.replace("place=rented", "place=own"))
        expect(again.locator(".materials")).not_to_contain_text("场所租赁合同")

    def test_who_cannot_apply_is_told_why_by_which_law_and_whom_to_ask(self, visit: Visit) -> None:
        page = visit(viewport=PHONE, js=False).go("/matters/elderly_allowance/fit?age=younger")
        main = page.locator("main")

        for words in ("不能申请", "年满65周岁的次月起可以申请", "老年人权益保障法", "027-00001023"):  # P9
            expect(main).to_contain_text(words)
        expect(page.locator("[data-error-summary]")).to_have_count(0)
