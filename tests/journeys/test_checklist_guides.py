"""The checklist of guides and of the catalogue's tables, row by row in one house: P3, P6, P7, P10, P11, M3."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.support.server import DESKTOP, PHONE, Visit

pytestmark = pytest.mark.journey

FOOD = "/matters/food_business_permit"
STAGE = "/matters/construction_stage_3"
ASKED = ["谁来办", "您得到什么", "要带什么", "费用", "时间", "依据", "能否网上办", "向谁投诉"]
IMPORT = "/admin-desk/matters/import"


def said(page: Page, label: str) -> str:
    """Read what the totals say of one thing."""
    return page.locator(".route__totals .facts__item", has_text=label).locator("dd").inner_text()


def count(text: str, name: str) -> int:
    found = re.search(rf"{name} (\d+) 份", text)
    return int(found.group(1)) if found else 0


def test_a_search_without_a_hit_repeats_the_question_and_leads_on(module_visit: Visit) -> None:
    page = module_visit(viewport=PHONE, js=False).go("/search?q=量子纠缠")  # P3

    expect(page.locator("h1")).to_contain_text("量子纠缠")
    for heading in ("按主题找", re.compile("常办事项|可以办的事项")):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    page.get_by_role("link", name="留言提问").click()
    expect(page.get_by_label("您要说的内容")).to_have_value(re.compile("量子纠缠"))
    page.get_by_role("button", name="提交留言").click()
    expect(page.locator("h1")).to_have_text("留言已收到")


def test_every_step_says_what_it_takes_and_the_totals_are_the_sums(module_visit: Visit) -> None:
    visitor = module_visit(viewport=PHONE, js=False)
    for address in (FOOD, STAGE):  # P6
        page = visitor.go(address)
        steps = page.locator(".route .steps__item")
        sheets: dict[str, int] = {"原件": 0, "复印件": 0, "表格": 0}
        days = 0
        for step in steps.all():
            assert step.locator("dt").all_inner_texts() == ASKED
            facts = dict(zip(ASKED, step.locator("dd").all_inner_texts(), strict=True))
            assert all(facts.values())
            for name in sheets:
                sheets[name] += count(facts["要带什么"], name)
            most = re.search(r"最长 (\d+) 个", facts["时间"])
            days += int(most.group(1)) if most and "不另加时间" not in facts["时间"] else 0

        assert f"最长 {days} 个工作日" in said(page, "时间合计")
        assert {name: count(said(page, "材料合计"), name) for name in sheets} == sheets
        assert said(page, "费用合计") == "不收费"


def test_every_material_says_how_it_is_handed_in_and_forms_can_be_taken_along(module_visit: Visit) -> None:
    page = module_visit(viewport=DESKTOP, js=False).go(FOOD)  # P7

    rows = page.locator(".materials tbody tr")
    assert rows.count() == 6
    for row in rows.all():
        assert all(cell.strip() for cell in row.locator("td").all_inner_texts())
    expect(rows.filter(has_text="营业执照")).to_contain_text("免提交")
    expect(rows.filter(has_text="场所租赁合同")).to_contain_text("您的情况是：租用")
    form = rows.filter(has_text="食品经营许可申请书")
    for name in ("空白表格", "填写示例"):
        href = form.get_by_role("link", name=name).get_attribute("href")
        assert page.request.get(page.url.split("/matters")[0] + (href or "")).body().startswith(b"%PDF-")


def test_prints_without_navigation_with_the_way_back_and_comes_as_pdf(module_visit: Visit) -> None:
    page = module_visit(viewport=DESKTOP).go(FOOD)  # P10

    pdf = page.get_by_role("link", name="下载 PDF").get_attribute("href") or ""
    got = page.request.get(page.url.split("/matters")[0] + pdf)
    assert got.headers["content-type"] == "application/pdf"
    assert got.body().startswith(b"%PDF-")
    page.emulate_media(media="print")
    for hidden in (".top", ".foot", ".menu", ".tabs__list", ".actions"):
        expect(page.locator(hidden).first).to_be_hidden()
    for panel in ("#conditions", "#materials", "#steps", "#basis", "#changes", "#questions"):
        expect(page.locator(panel)).to_be_visible()
    expect(page.locator(".print-only svg")).to_be_visible()
    expect(page.locator(".print-only")).to_contain_text(FOOD)


def test_one_thing_is_one_form_with_its_departments_and_every_material_once(module_visit: Visit) -> None:
    page = module_visit(viewport=PHONE, js=False).go(STAGE)  # P11

    bundle = page.locator(".bundle")
    for words in ("一张申请表", "涉及部门", "武昌区城乡建设局", "一起办的时间", "每份只交一次"):
        expect(bundle).to_contain_text(words)
    names = page.locator(".materials tbody th").evaluate_all("all => all.map(one => one.firstChild.textContent)")
    assert len(names) == len(set(names))
    expect(page.get_by_role("button", name="开始申请")).to_be_visible()


def test_a_table_is_checked_row_by_row_released_by_another_and_changes_nothing_again(
    module_visit: Visit, tmp_path: Path
) -> None:
    admin, office = module_visit("catalogue_admin"), module_visit("office")
    template = workbook(admin.go(IMPORT), f"{IMPORT}/template")  # M3
    assert template["事项"].data_validations.dataValidation
    book = workbook(admin.page, f"{IMPORT}/export")
    bring(admin.go(IMPORT), book, tmp_path)
    expect(admin.page.locator("main")).to_contain_text("完全一样")

    sheet = book["事项"]
    head = [str(cell.value).rstrip("*") for cell in sheet[1]]
    line = next(row for row in sheet.iter_rows(min_row=2) if row[head.index("代号")].value == "food_business_permit")
    line[head.index("承诺时限")].value = 9
    line[head.index("实施机关")].value = "区市场监管居"
    bring(admin.go(IMPORT), book, tmp_path)
    fault = admin.page.locator("#findings tbody tr", has_text="错误").first
    expect(fault).to_contain_text(f"实施机关 D{line[0].row}")
    expect(admin.page.get_by_role("alert")).to_contain_text("没有导入任何事项")

    line[head.index("实施机关")].value = "武昌区市场监督管理局"
    bring(admin.go(IMPORT), book, tmp_path)
    expect(admin.page.locator("main")).to_contain_text("10 个工作日 → 9 个工作日")
    expect(admin.page.get_by_role("button", name="发布")).to_have_count(0)
    page = office.go(admin.page.url[admin.page.url.index("/admin-desk") :])
    page.get_by_role("button", name="发布").click()
    expect(page.locator("main")).to_contain_text("已导入：新增 0 项，更新 1 项")
    bring(admin.go(IMPORT), workbook(admin.page, f"{IMPORT}/export"), tmp_path)
    expect(admin.page.locator("main")).to_contain_text("完全一样")


def workbook(page: Page, address: str) -> openpyxl.Workbook:
    got = page.request.get(page.url.split("/admin-desk")[0] + address)
    return openpyxl.load_workbook(io.BytesIO(got.body()))


def bring(page: Page, book: openpyxl.Workbook, folder: Path) -> None:
    """Upload a workbook, and wait until the worker has looked it over."""
    path = folder / "事项.xlsx"
    book.save(path)
    page.get_by_label("事项表格").set_input_files(path)
    page.get_by_role("button", name="上传并核对").click()
    expect(page.locator("#run .facts")).to_be_visible(timeout=60_000)
