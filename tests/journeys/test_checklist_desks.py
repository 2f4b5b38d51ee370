"""The browser checklist on the desks and everywhere: G1–G9 and V1–V3 of the experience, on the district of the demo."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.walking import label_of, value_for
from tests.support.folders import copied, ready_made
from tests.support.server import DESKTOP, Server, Visit, Visitor, _visits
from tools.vendor_assets import AXE

pytestmark = pytest.mark.journey

TODAY = "2019-10-30T09:00"
"""What `make demo` opens with: the district has cases in every state."""
RUN = "() => axe.run(document, {resultTypes: ['violations']})"
BANNER = "演示环境，非政府网站"
PAGES = {
    "": (
        "/", "/search?q=许可", "/matters", "/matters/food_business_permit", "/matters/food_business_permit/fit",
        "/apply/food_business_permit", "/track", "/verify", "/help", "/about", "/a11y", "/account/login/",
        "/screen/call/hall",
    ),
    "citizen": ("/me", "/notices", "/licences"),
    "company": ("/me", "/construction", "/construction/new"),
    "window": ("/desk", "/desk/prechecks", "/desk/bags"),
    "guide": ("/desk/tickets",),
    "handler": ("/dept", "/notices"),
    "office": ("/supervise", "/supervise/evasion", "/supervise?show=cards", "/construction"),
    "sysadmin": (
        "/admin-desk/people", "/admin-desk/units", "/admin-desk/calendar", "/admin-desk/jobs", "/admin-desk/health",
        "/admin-desk/gallery",
    ),
    "process_admin": ("/admin-desk/plans", "/admin-desk/definitions", "/admin-desk/roles"),
    "auditadmin": ("/admin-desk/records",),
}  # fmt: skip
"""Who opens what."""


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A house as `make demo` opens it, for all of this module: nothing here disturbs what another test looks at."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with copied(ready_made(shared, TODAY), tmp_path_factory.mktemp("checklist") / "data") as folder:
        running = Server.start(folder)
        yield running
        running.stop()


@pytest.fixture
def visit(browser: Browser, district: Server) -> Iterator[Visit]:
    """Come to that house; requests to elsewhere and errors of the console fail the test (G6)."""
    yield from _visits(browser, district.url)


def problems(page: Page) -> list[str]:
    """List what axe finds serious or critical, with the element."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return [
        f"{page.url} {one['id']}: {node['html'][:160]}"
        for one in page.evaluate(RUN)["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def overflow(page: Page) -> int:
    """Give the pixels by which the page is wider than the window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def a_case(visitor: Visitor, path: str = "/dept") -> str:
    """Give the number of the first case that is listed."""
    page = visitor.go(path)
    found = re.search(r"\b\d{20}\b", page.inner_text("main"))
    assert found, page.inner_text("main")
    return found[0]


def in_style(visitor: Visitor, style: str, width: int) -> None:
    """Put on a style and a width."""
    visitor.page.context.add_cookies([{"name": "style", "value": style, "url": visitor.url}])
    visitor.page.set_viewport_size({"width": width, "height": 768})


class TestEverywhere:
    @pytest.mark.parametrize("who", PAGES)
    def test_every_page_is_accessible_fits_and_says_what_it_is(self, visit: Visit, who: str) -> None:
        """G1, G3, G5, G6, G9: normal, elder and English; 320 px as at 400 % zoom."""
        visitor = visit(who)
        wrong: list[str] = []
        for path in PAGES[who]:
            for style, width in (("normal", 1366), ("elder", 1366), ("normal", 320)):
                in_style(visitor, style, width)
                page = visitor.go(path)
                wrong += [f"{style} {width}: {each}" for each in problems(page)] if width == 1366 else []
                wrong += [f"{style} {width}: {path} is {overflow(page)} px too wide"] if overflow(page) > 0 else []
            assert page.get_attribute("html", "lang") == "zh-Hans", path
            assert BANNER in page.inner_text("body"), path
        assert wrong == []

    @pytest.mark.parametrize("who", PAGES)
    def test_every_page_speaks_english(self, visit: Visit, who: str) -> None:
        """G1, G5: in English, at both ends accessible too."""
        visitor = visit(who)
        visitor.page.context.add_cookies([{"name": "django_language", "value": "en", "url": visitor.url}])
        wrong: list[str] = []
        for path in PAGES[who]:
            page = visitor.go(path)
            assert page.get_attribute("html", "lang") == "en", path
            wrong += problems(page)
        assert wrong == []

    @pytest.mark.parametrize(("who", "path"), [("window", "/desk"), ("citizen", "/licences")])
    def test_a_long_label_stands_beside_its_box(self, visit: Visit, who: str, path: str) -> None:
        """G3: on a phone an English label is longer than a line; it may not slip below the box that it names."""
        visitor = visit(who)
        for style in ("normal", "elder"):
            in_style(visitor, style, 375)
            page = visitor.go(path)
            below = page.evaluate(
                """() => ["radios", "checkboxes", "checkboxes govuk-checkboxes--small"].filter((kind) => {
                  const [name] = kind.split(" "), box = document.createElement("div");
                  box.className = `govuk-${kind}`;
                  box.innerHTML = `<div class="govuk-${name}__item">
                    <input class="govuk-${name}__input" type="checkbox">
                    <label class="govuk-label govuk-${name}__label">${"many words ".repeat(12)}</label></div>`;
                  document.querySelector("main").append(box);
                  const [input, label] = ["input", "label"].map((each) => box.querySelector(each));
                  return label.getBoundingClientRect().top >= input.getBoundingClientRect().bottom - 8;
                })"""
            )
            assert below == [], style

    def test_the_policy_lets_no_script_stand_in_a_page(self, visit: Visit) -> None:
        """G6."""
        visitor = visit()
        for path in PAGES[""]:
            answer = visitor.page.goto(f"{visitor.url}{path}")
            assert answer is not None
            policy = answer.headers["content-security-policy"]
            assert "default-src 'self'" in policy, path
            assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0], path
            assert visitor.page.locator("script:not([src]):not([type='application/json'])").count() == 0, path

    def test_no_page_bears_an_emblem(self, visit: Visit) -> None:
        """G9."""
        page = visit().go("/")

        pictures = page.evaluate("[...document.images].map((one) => one.src + one.alt).join(' ')")
        assert not re.search("emblem|国徽|党政机关", pictures + page.inner_text("body").replace(BANNER, ""))

    def test_the_large_style_is_kept_from_page_to_page(self, visit: Visit) -> None:
        """G4."""
        page = visit().go("/matters")

        page.get_by_role("button", name="长辈版").click()
        page.wait_for_url("**/matters")
        page.goto(page.url.replace("/matters", "/matters/food_business_permit"))

        size, line = page.evaluate(
            "(() => { const s = getComputedStyle(document.querySelector('main p'));"
            " return [s.fontSize, s.lineHeight].map(parseFloat); })()"
        )
        assert size >= 24
        assert line / size >= 1.5
        assert page.get_by_role("button", name="标准版").is_visible()


class TestLanguages:
    def test_the_switch_stays_on_the_page_and_beats_the_browser(self, visit: Visit) -> None:
        """G5: the switch, then Accept-Language, then Chinese."""
        visitor = visit(locale="en-GB")
        page = visitor.go("/search?q=许可")
        assert page.get_attribute("html", "lang") == "en"

        page.get_by_role("button", name="中文").click()
        page.wait_for_load_state()

        assert page.url.endswith("/search?q=%E8%AE%B8%E5%8F%AF")
        assert page.get_attribute("html", "lang") == "zh-Hans"
        assert visit(locale="fr-FR").go("/").get_attribute("html", "lang") == "zh-Hans"


class Keys:
    """Walks a page by keys alone."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, target: Locator) -> None:
        """Press Tab until the element has the focus; one that no Tab reaches fails."""
        wanted = target.element_handle()
        for _ in range(150):
            if self.page.evaluate("(e) => document.activeElement === e", wanted):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no Tab reaches {target}")

    def press(self, target: Locator) -> None:
        """Go to a button or link and press Enter."""
        self.page.evaluate("document.body.dataset.walked = '1'")
        self.to(target)
        self.page.keyboard.press("Enter")
        self.page.locator("body:not([data-walked])").wait_for(state="attached")
        self.page.wait_for_load_state()

    def fill(self) -> None:
        """Answer the form of this page: of choices the first, into inputs what their label asks for."""
        form = self.page.locator("main form").first
        for name in dict.fromkeys(one.get_attribute("name") for one in form.locator("input[type=radio]").all()):
            group = form.locator(f"input[type=radio][name='{name}']")
            if not any(one.is_checked() for one in group.all()):
                self.to(group.first)
                self.page.keyboard.press("Space")
        for one in form.locator("select").all():
            if not one.input_value():
                self.to(one)
                self.page.keyboard.press("ArrowDown")
        boxes = "input:not([type=hidden], [type=radio], [type=checkbox], [type=file]), textarea"
        for one in form.locator(boxes).all():
            if one.is_visible() and not one.input_value() and "选填" not in label_of(one):
                self.to(one)
                day = one.get_attribute("type") == "date"
                one.fill(value_for(one)) if day else self.page.keyboard.insert_text(value_for(one))

    def upload(self, file: Path) -> None:
        """Reach the file field by keys and choose a file; its dialog is the browser's, and not always opened unseen."""
        field = self.page.locator("input[type=file]").first
        self.to(field)
        field.set_input_files(str(file))
        self.press(self.page.locator("main form .actions button").first)


class TestByKeyboard:
    def test_an_application_from_the_start_to_the_number(self, visit: Visit, drawing: Path) -> None:
        """G2, F11, F13."""
        page = visit("citizen").go("/apply/food_business_permit")
        keys = Keys(page)
        keys.press(page.locator("main form .actions button"))
        tasks = page.url
        for _ in range(20):
            page.goto(tasks)
            rows = page.locator("main .govuk-task-list__item").all()
            todo = [row for row in rows if row.locator("a").count() and "已完成" not in row.inner_text()]
            keys.press(todo[0].locator("a"))
            if page.url.endswith("/check"):
                break
            if page.url.endswith("/materials"):
                for link in [each.get_attribute("href") for each in page.locator("main .govuk-task-list a").all()]:
                    page.goto(f"{tasks.partition('/drafts/')[0]}{link}")
                    keys.upload(drawing)
            else:
                keys.fill()
                keys.press(page.locator("main form .actions button").first)
        expect(page.locator("main a", has_text="更改").first).to_be_visible()

        keys.press(page.get_by_role("button", name="提交申请"))

        expect(page.locator(".govuk-panel")).to_contain_text(re.compile(r"\d{20}"))
        here = page.url
        page.goto(here)  # the address can be visited again
        expect(page.locator(".govuk-panel")).to_contain_text(re.compile(r"\d{20}"))

    def test_the_focus_is_seen(self, visit: Visit) -> None:
        """G2: at least three pixels, of #FFDD00 with #0B0C0C, or a ring of the same width."""
        page = visit().go("/matters/food_business_permit")
        for _ in range(12):
            page.keyboard.press("Tab")
            name, ring, shadow, ground = page.evaluate(
                "(() => { const e = document.activeElement, s = getComputedStyle(e);"
                " return [e.outerHTML.slice(0, 100), parseFloat(s.outlineWidth), s.boxShadow, s.backgroundColor]; })()"
            )
            widths = [float(each) for each in re.findall(r"(-?[\d.]+)px", shadow)]
            assert ring >= 3 or (ground == "rgb(255, 221, 0)" and max(widths, default=0) >= 2), name


class TestWithoutAScript:
    def test_search_guide_and_track(self, visit: Visit) -> None:
        """G7."""
        visitor = visit(js=False)
        page = visitor.go("/")
        page.fill("main input[name=q]", "开饭店")
        page.locator("main input[name=q]").press("Enter")
        page.get_by_role("link", name="食品经营许可（新办）").first.click()
        expect(page.locator("main")).to_contain_text("承诺 10 个工作日")
        expect(page.locator("main")).to_contain_text("场所租赁合同")

        visitor.go("/track")
        page.fill("input[name=number]", "42010620191030000001")
        page.fill("input[name=code]", "AAAAAA")
        page.locator("main form .actions button").click()
        expect(page.locator("main .govuk-error-summary")).to_contain_text("没有找到这件办件")

    def test_apply(self, visit: Visit) -> None:
        """G7: the questions of an application are asked, refused and kept without a script."""
        visitor = visit("company", js=False)
        page = visitor.go("/apply/food_business_permit")
        page.locator("main form .actions button").click()
        page.locator("main .govuk-task-list__item a").first.click()
        page.locator("main form .actions button").first.click()
        assert page.title().startswith("错误：")
        for name in dict.fromkeys(one.get_attribute("name") for one in page.locator("main input[type=radio]").all()):
            page.locator(f"main input[name='{name}']").first.check(force=True)

        page.locator("main form .actions button").first.click()

        expect(page.locator("main .govuk-task-list__item").first).to_contain_text("已完成")


class TestWorkList:
    def test_lamps_words_and_columns_in_their_order(self, visit: Visit) -> None:
        """V1: by remaining time, the paused ones at the foot, lamps with words."""
        page = visit("handler").go("/dept")

        heads = [each.strip() for each in page.locator("main thead th").all_inner_texts()]
        assert heads == [
            "灯", "剩余", "办件号", "事项", "申请人", "环节", "到我手上", "前手", "补正次数", "来源", "外部系统号",
        ]  # fmt: skip
        lamps = [each.split() for each in page.locator("main tbody tr td:first-child").all_inner_texts()]
        order = {"超期": 0, "临期": 1, "正常": 2, "已停表": 3}
        assert all(sign in "●▲■‖" and word in order for sign, word in lamps), lamps
        places = [order[word] for _sign, word in lamps]
        assert places == sorted(places)
        assert len(set(places)) > 1, "the district has more than one colour"

    def test_the_counts_are_filters_in_the_address(self, visit: Visit) -> None:
        """V1, V2: in their order, never more than eight; a filter survives a reload and the way back."""
        visitor = visit("handler")
        page = visitor.go("/dept")
        counts = page.locator("nav[aria-label='待办筛选'] a, [aria-label='待办筛选'] a")
        told = [re.sub(r"\s+", " ", each).strip() for each in counts.all_inner_texts()]
        names = ["已超期", "今日到期", "明日到期", "待签收", "待补正返回", "待会签", "特别程序中", "全部"]
        assert [next(name for name in names if name in each) for each in told] == names
        late = int(re.findall(r"\d+", told[0])[0])

        counts.first.click()

        page.wait_for_url("**/dept?show=overdue")
        rows = page.locator("main tbody tr")
        assert rows.count() == late
        page.reload()
        assert rows.count() == late
        assert {tuple(each.split()) for each in page.locator("main tbody .lamp").all_inner_texts()} <= {("■", "超期")}

    def test_a_case_on_one_screen(self, visit: Visit) -> None:
        """V3: who, materials beside the form, clocks, steps, history; J and K lead on."""
        visitor = visit("handler")
        number = a_case(visitor)

        page = visitor.go(f"/dept/cases/{number}")

        expect(page.locator("main")).to_contain_text(number)
        for heading in ("材料", "申请内容", "时限", "环节", "办理记录"):
            expect(page.get_by_role("heading", name=heading, exact=True).first).to_be_visible()
        materials = page.locator("#materials-heading").bounding_box()
        form = page.locator("#form-heading").bounding_box()
        assert materials is not None
        assert form is not None
        assert abs(materials["y"] - form["y"]) < 40  # side by side
        deciding = page.locator(".deciding").bounding_box()
        assert deciding is not None
        assert deciding["height"] < DESKTOP["height"] / 4, "most of the screen is the case"
        page.fill(".deciding textarea", "材料齐全。\n" * 5)
        grown = page.locator(".deciding").bounding_box()
        assert grown is not None
        assert grown["height"] > deciding["height"], "what is written can be read"
        page.locator("#materials-heading").click()
        page.keyboard.press("j")
        page.wait_for_url(lambda url: number not in url)


class TestInPlainWords:
    def test_a_page_that_one_may_not_open(self, visit: Visit) -> None:
        """G8."""
        page = visit("citizen").go("/admin-desk/people")

        assert page.locator("main a[href='/']").count() >= 1
        assert "编号" in page.inner_text("main")
