"""The house as a stranger finds it: errors in plain words, the page of the API, logging in as the start has printed."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.journey, pytest.mark.both]


def test_a_wrong_address_is_told_in_plain_words_with_a_number(module_visit):
    visitor = module_visit()

    page = visitor.go("/there-is-no-such-page")

    assert "没有找到这个页面" in page.inner_text("h1")
    assert page.locator("a[href='/']").count() >= 1
    assert page.locator("main").inner_text().count("编号") == 1


def test_the_same_in_english(module_visit):
    page = module_visit(locale="en-GB").go("/there-is-no-such-page")

    assert page.get_attribute("html", "lang") == "en"
    assert page.inner_text("h1") == "Page not found"


def test_the_page_of_the_api_asks_nobody_outside(module_visit):
    page = module_visit().go("/api/v1/docs")

    page.wait_for_selector(".swagger-ui .info")
    assert "一窗" in page.inner_text(".swagger-ui .info")


def test_people_log_in_with_what_the_start_has_printed(module_visit):
    page = module_visit("citizen").page

    assert "/account/login" not in page.url
