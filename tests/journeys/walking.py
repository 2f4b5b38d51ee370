"""How people walk through the pages: fill in what is asked, press what is offered, wait for what comes."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.support.server import Visit, Visitor

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\nxref\n0 4\n0000000000 65535 f \n"
    b"0000000009 00000 n \n0000000052 00000 n \n0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\n"
    b"startxref\n164\n%%EOF\n"
)
NAMED = (
    ("信用代码", "914201069999056B5B"),
    ("证件号|身份证", "999999197004174519"),
    ("电话|手机", "13800000003"),
    ("行业", "E4710"),
    ("经度", "114.31"),
    ("纬度", "30.54"),
)
"""What fits an input, by words of its label."""


def follow(page: Page, button: Locator) -> None:
    """Press what leads to another page, and wait for it; when none comes, what is wrong stands on this one."""
    page.evaluate("document.body.dataset.walked = '1'")
    button.click()
    try:
        page.locator("body:not([data-walked])").wait_for(state="attached")
    except PlaywrightTimeout as stuck:
        raise AssertionError(f"{page.url}\n{page.inner_text('main')}") from stuck
    page.wait_for_load_state()


def press(page: Page, name: str) -> None:
    """Press the button whose name begins so."""
    follow(page, page.get_by_role("button", name=re.compile(f"^({name})")).first)


def confirm(page: Page, name: str) -> None:
    """Press a button that asks whether one is sure, and say yes."""
    page.locator("main").get_by_role("button", name=name).first.click()
    follow(page, page.locator("dialog button").first)


def go_to(page: Page, name: str) -> None:
    """Follow the link with these words."""
    follow(page, page.locator("main a:visible", has_text=name).first)


def unfold(page: Page, words: str) -> None:
    """Open what is folded away under these words."""
    page.locator("main summary", has_text=words).first.click()


def told(page: Page, words: str, *, seconds: int = 20) -> None:
    """Wait until the page says so; what the worker does, it does a moment later."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if words in page.inner_text("main"):
            return
        page.wait_for_timeout(300)
        page.reload()
    raise AssertionError(f"{page.url} does not say {words}:\n{page.inner_text('main')}")


def label_of(box: Locator) -> str:
    """Read the label of an input."""
    return str(box.evaluate("(e) => (e.labels && e.labels[0] ? e.labels[0].innerText : '')"))


def value_for(box: Locator) -> str:
    """Choose what fits an input, by its label and kind."""
    label = label_of(box)
    for words, value in NAMED:
        if re.search(words, label):
            return value
    if box.get_attribute("type") == "date":
        return "2021-12-31" if re.search("成|竣|止|完|至", label) else "2019-12-01"
    group = box.evaluate("(e) => (e.closest('[data-field]') || e).innerText")
    if "没有的填 0" in group and "垃圾" not in label:
        return "0"
    return "12" if box.get_attribute("inputmode") in ("numeric", "decimal") else "示例内容"


def fill(page: Page, chosen: tuple[str, ...] = (), *, within: str = "main form") -> None:
    """Answer what a topic must know and does not yet; of choices the first of `chosen`, else the first one."""
    form = page.locator(within).first
    radios = form.locator("input[type=radio]").all()
    for name in dict.fromkeys(radio.get_attribute("name") for radio in radios):
        group = [radio for radio in radios if radio.get_attribute("name") == name]
        if not any(radio.is_checked() for radio in group):
            wanted = ("has",) if name == "waste" else chosen
            [*fitting] = [radio for radio in group if radio.get_attribute("value") in wanted]
            label = page.locator(f"label[for='{(fitting or group)[0].get_attribute('id')}']")
            if label.is_visible():  # else it is asked only after another answer of the page
                label.click()
    for select in form.locator("select").all():
        if select.is_visible() and not select.input_value():
            select.select_option(index=1)
    for box in form.locator("input:not([type=hidden], [type=radio], [type=checkbox], [type=file]), textarea").all():
        if box.is_visible() and not box.input_value() and "选填" not in label_of(box):
            box.fill(value_for(box))


def upload_all(page: Page, pdf: Path) -> None:
    """Upload the same file for every material that is asked for."""
    materials = page.url
    hrefs = [link.get_attribute("href") for link in page.locator("main .govuk-task-list a").all()]
    for href in hrefs:
        page.goto(materials.split("/drafts/")[0] + str(href))
        page.set_input_files("input[type=file]", str(pdf))
        press(page, "上传")
    page.goto(materials)


def hand_in(page: Page, pdf: Path, chosen: tuple[str, ...] = ()) -> str:
    """Go through the task list of an application until it is handed in; gives the case's number."""
    tasks = page.url
    for _ in range(20):
        page.goto(tasks)
        rows = page.locator("main .govuk-task-list__item").all()
        todo = [row for row in rows if row.locator("a").count() and "已完成" not in row.inner_text()]
        if not todo:
            raise AssertionError(page.inner_text("main"))
        follow(page, todo[0].locator("a"))
        if page.url.endswith("/check"):
            press(page, "提交申请")
            return page.inner_text(".govuk-panel").split()[-1]
        if page.url.endswith("/materials"):
            upload_all(page, pdf)
        else:
            fill(page, chosen)
            follow(page, page.locator("main form .actions button").first)
    raise AssertionError("the application has no end: " + page.inner_text("main"))


@dataclass
class People:
    """The people of a story, each at a browser of their own, logged in once."""

    visit: Visit
    there: dict[str, Visitor] = field(default_factory=dict)

    def __getitem__(self, username: str) -> Visitor:
        """Give somebody; who was not there yet logs in."""
        if username not in self.there:
            self.there[username] = self.visit(username)
        return self.there[username]

    def at(self, username: str, path: str) -> Page:
        """Let somebody open a page."""
        return self[username].go(path)

    def says(self, username: str, path: str, *words: str) -> Page:
        """Let somebody open a page and find these words there."""
        page = self.at(username, path)
        for each in words:
            expect(page.locator("main")).to_contain_text(each)
        return page

    def sign(self, unit: str, number: str, *, handle: bool = True) -> None:
        """Handle, review and sign a case for its applicant; `unit` is the beginning of three user names."""
        if handle:
            press(self.at(f"{unit}handler", f"/dept/cases/{number}"), "拟同意|同意")
        press(self.at(f"{unit}reviewer", f"/dept/cases/{number}"), "同意")
        page = self.at(f"{unit}signer", f"/dept/cases/{number}")
        press(page, "预览并签发准予决定")
        press(page, "签发准予决定")
