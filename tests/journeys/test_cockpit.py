"""A leader looks at the cockpit: from a tile to its rows, an address for others, tables beside charts, one sheet."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.journeys.walking import follow
from tests.support.server import PHONE, Visit
from tools.vendor_assets import AXE

pytestmark = [pytest.mark.journey, pytest.mark.both]

RUN = "() => axe.run(document, {resultTypes: ['violations']})"


def well(page: Page) -> None:
    """Hold the page to what every page is: accessible, no wider than its window."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{wide} pixels too wide"
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(RUN)["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == [], found


def test_from_a_tile_to_its_rows_and_back_by_an_address(module_visit: Visit, tmp_path) -> None:
    leader = module_visit("leader")
    page = leader.go("/cockpit")
    well(page)
    leader.shot("cockpit")

    tiles = page.locator("a.tile")
    assert tiles.count() == 14
    said = dict(each.rsplit(" ", 1) for each in tiles.evaluate_all("them => them.map(it => it.ariaLabel)"))
    street = max(said, key=lambda name: int(said[name]))
    assert int(said[street]) > 1 and len({number for number in said.values() if number != "0"}) > 1
    beside = page.locator("#tiles-table tr", has=page.get_by_role("cell", name=street, exact=True))
    expect(beside.locator("td").nth(1)).to_have_text(said[street])

    follow(page, tiles.filter(has_text=street))
    expect(page.locator("main")).to_contain_text(f"共 {said[street]} 行计入")
    rows = page.locator("main tbody a[href^='/dept/cases/']")
    assert rows.count() == int(said[street])

    leader.go("/cockpit")
    page.locator("[name=region]").select_option(label=street)
    page.locator("[name=as_of]").fill("2019-09-26")
    follow(page, page.get_by_role("button", name="查看"))
    assert re.search(r"as_of=2019-09-26.*region=\d{9}", page.url)
    address = page.url.removeprefix(leader.url)
    sentence = page.inner_text(".cockpit__sentence")
    assert "截至9月26日" in sentence and page.locator("a.tile").count() == 1

    other = module_visit("leader", viewport=PHONE)
    there = other.go(address)
    assert there.inner_text(".cockpit__sentence") == sentence
    well(there)
    other.shot("cockpit-phone")
    charts = there.locator("section:has(svg.chart)")
    assert charts.count() == 3 == there.locator("section:has(svg.chart):has(tbody tr)").count()

    leader.go("/cockpit")
    page.emulate_media(media="print")
    page.pdf(path=tmp_path / "page.pdf", format="A4", prefer_css_page_size=True)
    assert len(PdfReader(tmp_path / "page.pdf").pages) == 1
