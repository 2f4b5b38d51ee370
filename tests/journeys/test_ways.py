"""The office looks at the four ways, a department confirms and overrides, a benchmark is typed in, the public reads."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.walking import follow, go_to, press
from tests.support.server import PHONE, Visit, Visitor
from tools.vendor_assets import AXE

pytestmark = pytest.mark.journey

RUN = "() => axe.run(document, {resultTypes: ['violations']})"
HEADS = ("scjg", "fgj", "zrzy", "zjj", "sthj", "swj", "yljj", "cgj", "rfb", "wlj", "mzj", "rsj")


def well(visitor: Visitor, name: str) -> None:
    """Hold a page to what every page is: accessible, no wider than its window, in English too; keep its picture."""
    page = visitor.page
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} is {wide} pixels too wide"
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(RUN)["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == [], (name, found)
    visitor.shot(f"ways-{name}")


def download(page: Page, tmp_path: Path) -> list[list[object]]:
    """Take the first workbook that a page offers."""
    with page.expect_download() as begun:
        page.get_by_role("link", name="导出 Excel").first.click()
    path = tmp_path / "list.xlsx"
    begun.value.save_as(path)
    rows = openpyxl.load_workbook(io.BytesIO(path.read_bytes())).worksheets[0].iter_rows(values_only=True)
    return [list(row) for row in rows]


def test_ways_are_confirmed_published_and_read(visit: Visit, tmp_path: Path) -> None:
    office = visit("office")
    page = office.go("/admin-desk/ways")
    well(office, "overview")
    assert download(page, tmp_path)[0][0] == "四办"

    head = visit("dept_head")  # of the market supervision bureau
    theirs = head.go("/admin-desk/ways/list?unit=scjg&way=instant&flag=no")
    well(head, "list")
    go_to(theirs, "食品经营许可（新办）")
    well(head, "item")
    card = theirs.locator("section", has=theirs.get_by_role("heading", name="马上办"))
    card.locator("summary").click()
    card.get_by_role("button", name="记录人工认定").click()
    expect(theirs.locator(".govuk-error-summary")).to_contain_text("请填写“理由”")
    card = theirs.locator("section", has=theirs.get_by_role("heading", name="马上办"))
    card.get_by_label("理由").fill("新办与延续合并后当场发证")
    follow(theirs, card.get_by_role("button", name="记录人工认定"))
    expect(theirs.locator("#history")).to_contain_text("新办与延续合并后当场发证")

    for username in HEADS:
        each = head if username == "scjg" else visit(f"{username}_head")
        each.go(f"/admin-desk/ways/list?unit={username}&state=COMPUTED")
        each.page.get_by_role("button", name="确认本单位筛选出的全部待确认").click()
        follow(each.page, each.page.locator("dialog button").first)
        expect(each.page.locator("body")).to_contain_text("已确认")

    page = office.go("/admin-desk/ways")
    press(page, "公布四办清单")
    expect(page.locator("body")).to_contain_text("四办清单已公布")

    office.go("/admin-desk/ways/near?way=instant")
    well(office, "near")
    page.locator("input[name=item]").first.check()
    press(page, "对所选测算")
    expect(page.locator("h1")).to_have_text("测算结果")
    well(office, "trial")
    office.go("/admin-desk/ways/spread")
    well(office, "spread")

    office.go("/admin-desk/benchmarks/items/food_business_permit")
    page.get_by_label("对标地区").fill("杭州市")
    page.get_by_label("办结时限（工作日）").fill("0.5")
    page.get_by_label("来源", exact=True).fill("浙江政务服务网")
    page.get_by_label("来源日期").fill("2019-09-01")
    press(page, "保存")
    well(office, "benchmark")
    office.go("/admin-desk/benchmarks")
    well(office, "benchmarks")
    expect(page.locator("#distances")).to_contain_text("食品经营许可（新办）")
    office.go("/admin-desk/reductions")
    well(office, "reductions")
    for address in ("proofs", "intermediaries"):
        office.go(f"/admin-desk/{address}")
        well(office, address)

    stranger = visit(viewport=PHONE, js=False)
    public = stranger.go("/four-ways?way=instant")
    expect(public.locator("#ways")).to_contain_text("食品经营许可（新办）")
    stranger.shot("ways-public-phone")
    small = visit(viewport=PHONE)
    for address in ("/four-ways", "/proofs", "/intermediaries"):
        small.go(address)
        well(small, f"public{address.replace('/', '-')}")
    phone = visit("office", viewport=PHONE, locale="en")
    for address in ("ways", "ways/list", "ways/near", "ways/items/food_business_permit", "benchmarks", "reductions"):
        phone.go(f"/admin-desk/{address}")
        well(phone, f"phone-en-{address.replace('/', '-')}")
