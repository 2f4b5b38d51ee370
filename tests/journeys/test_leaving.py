"""Story 5: a clerk leaves with work in hand; the head moves it all, both sign, and no clock moves."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.walking import People, confirm, press
from tests.support.server import PASSWORD, Server

pytestmark = [pytest.mark.journey, pytest.mark.both]


def made(server: Server) -> dict[str, Any]:
    """Let Wang have eleven steps, three paper bags and one application put aside."""
    settings = {"DJANGO_SETTINGS_MODULE": "yichuang.config.settings"}
    ended = subprocess.run(
        [sys.executable, "-m", "tests.journeys.wang"],
        env=server.folder.environment | settings, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-3000:]
    told: dict[str, Any] = json.loads(ended.stdout)
    return told


def refused(page: Page, username: str) -> str:
    """Try to log in; gives what the page says then."""
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", PASSWORD)
    press(page, "登录")
    assert re.search("/account/(login|inactive)/", page.url), page.url
    return page.inner_text("main")


def test_a_clerk_leaves_and_nothing_is_lost(people: People, server: Server) -> None:
    server.shift("2019-10-09T09:05")  # a Wednesday
    told = made(server)
    person, numbers = f"/admin-desk/people/{told['wang']}", told["numbers"]
    assert len(numbers) == 11
    old = people["window"]

    admin = people.at("sysadmin", person)
    expect(admin.locator("main")).to_contain_text(numbers[0])
    confirm(admin, "停用账号")
    expect(admin.locator("body")).to_contain_text("在办环节 11 件、")
    expect(admin.locator("body")).to_contain_text("材料袋 3 件")
    expect(admin.locator("body")).to_contain_text("暂存 1 件")

    before = people.at("scjg_head", f"/dept/cases/{numbers[0]}").locator("tr", has_text="承诺时限").inner_text()
    page = people.at("hall_office", person)
    page.fill("[name=taker]", "window2")
    page.fill("[name=reason]", "调往首义路街道")
    for box in page.locator("[name=things]").all():
        box.check(force=True)
    people["hall_office"].shot("hand-over")
    press(page, "交接")
    expect(page.locator("main")).to_contain_text("名下没有未交接的事项")
    for who in ("window", "window2"):
        page = people.at(who, "/admin-desk/people")
        assert page.get_by_role("button", name="签字").count() == 3  # steps, bags, what was put aside
        for _ in range(3):
            press(page, "签字")
        expect(page.get_by_role("button", name="签字")).to_have_count(0)

    page = people.at("scjg_head", f"/dept/cases/{numbers[0]}")
    assert page.locator("tr", has_text="承诺时限").inner_text() == before  # nothing lost a minute
    expect(page.locator("tr", has_text="承办")).to_contain_text("李红")
    expect(page.locator("main")).to_contain_text("王芳")  # the history keeps who had it
    assert people.at("window2", "/dept").locator("tr", has_text="李红").count() >= 11
    expect(people.at("window2", "/desk/bags").locator("main")).to_contain_text(f"B{numbers[0]}")

    admin.goto(f"{server.url}{person}")
    confirm(admin, "停用账号")
    expect(admin.locator("main")).to_contain_text("已停用")
    old.go("/dept")
    assert "/account/login" in old.page.url  # her session has ended with the account
    refused(old.page, "window")

    server.shift("2019-10-10T00:05")  # the contract of a colleague ended at midnight
    refused(people.visit().go("/account/login/"), "window3")
    assert json.loads(server.folder.command("records", "verify", "--json").stdout.splitlines()[-1])["ok"]
