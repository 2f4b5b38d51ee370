"""The checklist of applying and tracking, row by row in a browser: F1 to F9, F11 to F13, T1 to T4, T6."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.walking import People, fill, follow, go_to, hand_in, press, told, unfold, upload_all
from tests.support.server import PHONE, Visit

pytestmark = pytest.mark.journey

ITEM = "/apply/food_business_permit"
FITS = "business=restaurant&place=own&area=small"
PART_SENT = "() => { const sent = document.querySelector('progress')?.value; return sent > 0 && sent < 100 }"
CHOSEN = ("catering", "restaurant", "own", "window", "WINDOW")


def begun(page: Page) -> str:
    """Begin with the situation answered and the applicant chosen; gives the address of the task list."""
    press(page, "开始申请")
    tasks = page.url
    go_to(page, "为谁办理")
    fill(page, CHOSEN)
    press(page, "保存并继续")
    return tasks


def applied(people: People, drawing: Path) -> str:
    """Let the citizen apply; gives the number."""
    page = people["citizen"].go(f"{ITEM}?{FITS}")
    press(page, "开始申请")
    return hand_in(page, drawing, CHOSEN)


class TestFilling:
    def test_the_start_page_says_what_is_needed_how_long_it_takes_and_that_it_is_saved(self, visit: Visit) -> None:
        main = visit(viewport=PHONE).go(ITEM).locator("main")  # F1

        for words in ("您需要准备", "填写大约需要 15 分钟", "每一步都会自动保存"):
            expect(main).to_contain_text(words)
        expect(main.get_by_role("button", name="开始申请")).to_be_visible()

    def test_the_task_list_says_how_far_each_part_is(self, people: People) -> None:
        page = people["citizen"].go(ITEM)
        press(page, "开始申请")
        rows = page.locator(".govuk-task-list__item")

        expect(rows.filter(has_text="您的情况")).to_contain_text("未开始")  # F2
        last = rows.filter(has_text="检查并提交")
        expect(last).to_contain_text("暂不能开始")
        expect(last.locator("a")).to_have_count(0)

    def test_one_topic_a_page_known_data_marked_and_back_keeps_the_answers(self, people: People) -> None:
        page = people["citizen"].go(f"{ITEM}?{FITS}")
        tasks = begun(page)
        follow(page, page.locator(".govuk-task-list a", has_text="联系与领取"))

        expect(page.locator("h1")).to_have_count(1)  # F3: one topic, a way back, one button
        expect(page.locator("h1")).to_have_text("联系与领取")
        expect(page.get_by_role("link", name="返回任务列表")).to_be_visible()
        expect(page.locator("main form .actions button")).to_have_text(["保存并继续"])
        expect(page.locator("main")).to_contain_text("来自账户")  # F4
        assert page.locator("main form[novalidate]").count() == 1  # F5
        assert "*" not in page.inner_text("main form")

        name = page.locator("main form input[name*=name]").first
        name.fill("刘敏敏")
        fill(page, CHOSEN)
        press(page, "保存并继续")
        page.go_back()
        expect(name).to_have_value("刘敏敏")  # F3: the browser's Back keeps answers
        page.goto(tasks)
        expect(page.locator(".govuk-task-list__item", has_text="联系与领取")).to_contain_text("已完成")

    @pytest.mark.parametrize("js", [True, False])
    def test_an_error_is_told_first_linked_and_says_the_fix(self, visit: Visit, js: bool) -> None:
        page = visit("citizen", js=js).go(f"{ITEM}?{FITS}")
        page.get_by_role("button", name="开始申请").click()
        page.locator(".govuk-task-list a", has_text="为谁办理").click()
        page.locator("[name=applicant]").first.check(force=True)
        page.get_by_role("button", name="保存并继续").click()
        page.locator(".govuk-task-list a", has_text="联系与领取").click()
        street = page.locator("[name=delivery_address__street]")
        expect(street).to_be_visible(visible=not js)  # asked only of who has it sent
        page.locator("[name=delivery_kind][value=post]").check(force=True)
        street.fill("粮道街")
        page.get_by_role("button", name="保存并继续").click()

        summary = page.locator("[data-error-summary]")  # F6
        expect(summary).to_be_visible()
        assert page.title().startswith("错误：")
        link = summary.locator("a", has_text="请填写“收件地址详细地址”")  # F7
        expect(page.locator(str(link.get_attribute("href")))).to_be_visible()
        expect(street).to_have_value("粮道街")
        if js:
            expect(summary).to_be_focused()

    def test_numbers_are_read_as_people_type_them(self, visit: Visit) -> None:
        page = visit("company").go(f"{ITEM}?{FITS}")
        begun(page)
        follow(page, page.locator(".govuk-task-list a", has_text="申请人").last)
        code = page.locator("main form input[name*=uscc]").first
        code.fill("９１４２０１０６ 9999056b5b")  # F7: full width, a space, small letters
        fill(page, CHOSEN)
        press(page, "保存并继续")
        page.go_back()
        page.reload()

        expect(code).to_have_value("914201069999056B5B")


@contextmanager
def slow_line(page: Page) -> Iterator[None]:
    """Let a page send 30 KB a second until the block ends, as on a phone in a cellar."""
    line = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 30_000}
    line.send("Network.emulateNetworkConditions", slow)
    yield
    line.send("Network.emulateNetworkConditions", slow | {"latency": 0, "uploadThroughput": -1})
    line.detach()


class TestFiles:
    def test_an_upload_says_its_limits_is_examined_shown_and_taken_off(self, people: People, drawing: Path) -> None:
        page = people["citizen"].go(f"{ITEM}?{FITS}")
        tasks = begun(page)
        page.goto(f"{tasks}/materials/food_floor_plan")
        expect(page.locator("main")).to_contain_text("每个不超过 20 MB")  # F8
        bad = drawing.with_name("plan.pdf.exe")
        bad.write_bytes(b"MZ\x90\x00" + b"\x00" * 64)
        page.set_input_files("input[type=file]", str(bad))
        page.get_by_role("button", name="上传").click()
        expect(page.locator("[data-error-summary]")).to_be_visible()

        photo = drawing.with_name("平面图.png")
        Image.effect_noise((500, 400), 90).save(photo)  # some 200 KB
        with slow_line(page):
            page.set_input_files("input[type=file]", str(photo))
            page.get_by_role("button", name="上传").click()
            expect(page.locator("progress[aria-label]")).to_be_visible()
            page.wait_for_function(PART_SENT)
        row = page.locator("li.file")
        expect(row).to_contain_text(photo.name)
        expect(row.get_by_role("link", name=re.compile("预览"))).to_have_count(1)
        row.get_by_role("button", name=re.compile("删除")).click()
        page.get_by_role("button", name="确定").click()
        expect(row).to_have_count(0)

    def test_a_draft_goes_on_at_another_browser(self, visit: Visit) -> None:
        begun(visit("citizen").go(f"{ITEM}?{FITS}"))

        other = visit("citizen", viewport=PHONE).go("/me")
        go_to(other, "食品经营许可")  # F9: log in, one click

        expect(other.locator(".govuk-task-list__item", has_text="为谁办理")).to_contain_text("已完成")


class TestHandingIn:
    def test_checked_changed_handed_in_once_and_confirmed(self, people: People, drawing: Path) -> None:
        page = people["citizen"].go(f"{ITEM}?{FITS}")
        tasks = begun(page)
        page.goto(f"{tasks}/materials")
        upload_all(page, drawing)
        for _ in range(12):
            page.goto(tasks)
            rows = [row for row in page.locator(".govuk-task-list__item").all() if row.locator("a").count()]
            todo = [row for row in rows if "已完成" not in row.inner_text() and "检查" not in row.inner_text()]
            if not todo:
                break
            follow(page, todo[0].locator("a"))
            fill(page, CHOSEN)
            follow(page, page.locator("main form .actions button").first)
        page.goto(f"{tasks}/check")

        expect(page.locator("main")).to_contain_text("未提供")  # F11: skipped ones
        change = page.get_by_role("link", name="更改 许可期限")  # the hidden text tells the links apart
        follow(page, change)
        press(page, "保存并继续")
        assert page.url == f"{tasks}/check"

        page.get_by_role("button", name="提交申请").dblclick()  # F12
        page.wait_for_url(re.compile("/submitted"))
        number = page.inner_text(".govuk-panel").split()[-1]
        expect(page.locator("main")).to_contain_text("查询码：")  # F13
        for words in ("最迟在", "咨询电话", "材料接收凭证"):
            expect(page.locator("main")).to_contain_text(words)
        expect(page.get_by_role("link", name="查看办理进度")).to_be_visible()
        page.goto(f"{tasks}/check")
        assert page.url.endswith(f"/me/cases/{number}/submitted")
        listed = people["citizen"].go("/me").inner_text("main")
        assert listed.count(number) == 1


class TestFollowing:
    def test_tracked_by_number_and_code_masked_and_limited(self, visit: Visit, people: People, drawing: Path) -> None:
        number = applied(people, drawing)
        code = re.findall(r"查询码：([0-9A-Z]{6})", people["citizen"].page.inner_text("main"))[0]
        page = visit(js=False).go("/track")

        def ask(asked: str, slip: str) -> str:
            page.goto(page.url.split("/track")[0] + "/track")
            page.fill("input[name=number]", asked)
            page.fill("input[name=code]", slip)
            page.locator("main form .actions button").click()
            return page.inner_text("main")

        ask(number, code)
        main = page.locator("main")
        expect(main).to_contain_text("已接件")  # T1
        assert "13800000001" not in page.content()
        assert page.locator(".steps li[aria-current], .steps [aria-current]").count() >= 1  # T2: marked in the list too
        expect(main).to_contain_text("工作日")  # T3: the day, and what is left

        wrong = [
            re.findall("没有找到[^\n]+", ask(*each)) for each in ((number, "000000"), ("42010620190101000009", code))
        ]
        assert wrong[0] == wrong[1] != []
        assert any("查询次数过多" in ask(number, "000000") for _ in range(20))  # each worker of the demo counts ten

    def test_a_correction_lists_all_and_takes_only_that(self, people: People, drawing: Path) -> None:
        number = applied(people, drawing)
        page = people.at("handler", f"/dept/cases/{number}")
        unfold(page, "一次性告知补正")
        for name, reason in (("food_floor_plan", "没有标明面积"), ("food_safety_rules", "没有签字")):
            page.check(f"[name=ask_{name}]", force=True)
            page.fill(f"[name=reason_{name}]", reason)
        press(page, "发出一次性告知书")

        page = people.at("citizen", f"/me/cases/{number}")
        follow(
            page, page.get_by_role("button", name="查看并补正").or_(page.get_by_role("link", name="查看并补正")).first
        )

        expect(page.locator("main")).to_contain_text("全部内容")  # T4: all of it, why, until when, and no more
        expect(page.locator("main")).to_contain_text(re.compile(r"请在 2019-\d\d-\d\d 前提交"))
        for words in ("没有标明面积", "没有签字"):
            expect(page.locator("main")).to_contain_text(words)
        assert page.locator("main input[type=file]").count() == 2

    def test_a_refusal_says_why_by_which_law_and_what_can_be_done(self, people: People, drawing: Path) -> None:
        number = applied(people, drawing)
        page = people.at("signer", f"/dept/cases/{number}")
        unfold(page, "不予受理")
        page.fill("#refuse_reason", "经营场所不在本区")
        page.fill("#refuse_basis", "行政许可法 第三十二条第一款第二项")
        page.fill("#refuse-authority", "洪山区市场监督管理局")
        page.get_by_role("button", name="作出不予受理决定").click()
        follow(page, page.get_by_role("button", name="确定"))

        page = people.at("citizen", f"/me/cases/{number}")

        told(page, "不予受理")  # T6
        for words in ("经营场所不在本区", "第三十二条第一款第二项", "行政复议", "行政诉讼"):
            expect(page.locator("main")).to_contain_text(words)
