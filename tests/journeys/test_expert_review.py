"""Story 4: an expert review stops the clocks; everybody sees why and until when, and a late suspension is noticed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.walking import People, hand_in, press, told, unfold
from tests.support.server import Server

pytestmark = [pytest.mark.journey, pytest.mark.both]


def ask_to_stop(page: Page, kind: str, ground: str) -> None:
    """Ask for a special procedure or a suspension."""
    unfold(page, "特别程序")
    form = page.locator("form[action$='/hold']").filter(has=page.locator("[name=kind][value=SPECIAL]"))
    form.locator(f"[name=kind][value={kind}]").check(force=True)
    form.locator("[name=ground]").select_option(ground)
    form.locator("[name=reason]").fill("功能分区与面积须专家论证")
    form.locator("[name=days]").fill("8")
    press(page, "提请批准")


def test_an_expert_review_stops_the_clocks_and_gives_a_new_date(people: People, server: Server, drawing: Path) -> None:
    server.shift("2019-10-08T09:05")
    citizen, handler = people["citizen"], people["handler"]
    page = citizen.go("/apply/food_business_permit")
    press(page, "开始")
    number = hand_in(page, drawing, ("catering", "restaurant", "own", "window", "WINDOW"))
    case = f"/dept/cases/{number}"
    press(handler.go(case), "受理")
    expect(handler.page.locator("main")).to_contain_text("2019-10-21 17:00")  # ten working days; 10-12 is one

    server.shift("2019-10-15T10:00")
    ask_to_stop(handler.go(case), "SPECIAL", "专家评审")
    handler.shot("hold-asked")
    press(people["dept_head"].go(case), "批准")
    told(people["dept_head"].page, "时限")
    page = citizen.go(f"/me/cases/{number}")
    told(page, "专家评审")
    told(page, "特别程序告知书")
    citizen.shot("paused")
    clock = handler.go(case).locator("tr", has_text="承诺时限").inner_text()
    assert re.search(r"\b4\b", clock), clock  # six of ten days are used

    server.shift("2019-10-25T10:00")
    page = handler.go(case)
    page.fill("form[action*='/hold/'] [name=note]", "专家组同意布局，出入口加宽")
    press(page, "结束并恢复时限")
    expect(page.locator("main")).to_contain_text("2019-10-31 17:00")

    server.shift("2019-10-30T09:00")
    page = citizen.go(f"/me/cases/{number}")
    expect(page.locator("main")).to_contain_text("2019-10-31")
    expect(page.locator("main")).to_contain_text("还剩 1 个工作日")
    expect(page.locator("main")).to_contain_text("临期")
    expect(handler.go(case).locator("tr", has_text="承诺时限")).to_contain_text("临期")

    server.shift("2019-10-31T16:50")
    ask_to_stop(handler.go(case), "SUSPENSION", "外部系统故障")
    page = people["office"].go("/supervise/evasion")
    row = page.locator("main li", has_text=number)
    expect(row).to_contain_text("10-31 16:50")
    people["office"].shot("evasion")
    proof = server.folder.command("records", "verify", "--json").stdout.splitlines()[-1]
    assert json.loads(proof)["ok"]
