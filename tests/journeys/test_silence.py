"""Story 2: an online pre-check that nobody looks at becomes an acceptance from the day of receipt."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.walking import People, hand_in, press, told, unfold
from tests.support.server import Server

pytestmark = [pytest.mark.journey, pytest.mark.both]


def test_silence_of_five_working_days_is_acceptance_from_the_day_of_receipt(
    people: People, server: Server, drawing: Path
) -> None:
    server.shift("2019-09-27T17:20")  # Friday, after closing; the hall opens again on the working Sunday
    citizen, handler = people["citizen"], people["handler"]
    page = citizen.go("/apply/food_business_permit")
    press(page, "开始")
    number = hand_in(page, drawing, ("catering", "restaurant", "own", "window", "WINDOW"))
    expect(page.locator("main")).to_contain_text("2019-10-11")  # five working days from Sunday 09-29
    row = handler.go("/desk/prechecks").locator("main tr", has_text=number)
    expect(row).to_contain_text("10-11 17:00")

    server.shift("2019-10-11T16:40")  # the last twenty minutes
    late = handler.go(f"/dept/cases/{number}")
    unfold(late, "一次性告知补正")
    late.check("[name=ask_food_floor_plan]", force=True)
    late.fill("[name=reason_food_floor_plan]", "没有标明面积")
    server.shift("2019-10-12T09:00")  # the working Saturday after the limit

    page = citizen.go(f"/me/cases/{number}")
    told(page, "已受理")
    told(page, "2019-10-17")  # ten working days, counted from 09-29
    citizen.shot("deemed-accepted")
    expect(citizen.go("/notices").locator("main")).to_contain_text("视为受理")

    press(late, "发出一次性告知书")
    expect(late.locator("main .govuk-error-summary")).to_be_visible()
    late = handler.go(f"/dept/cases/{number}")
    assert "一次性告知补正" not in late.inner_text("main")
    expect(late.locator("main summary", has_text="特别程序")).to_be_visible()
    expect(handler.go("/desk/prechecks").locator("main")).not_to_contain_text(number)

    board = people["office"].go("/supervise?show=cards")
    card = board.locator("#cases li", has_text=number)
    told(board, number)
    expect(card).to_have_count(1)
    people["office"].shot("cards")
    expect(card).to_contain_text("超过受理时限")
    card.locator("a").click()
    expect(board.locator("h1")).to_contain_text(number)
