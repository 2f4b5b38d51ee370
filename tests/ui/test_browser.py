"""The gallery and the script in a real browser: accessible in every style, and no typed text is lost."""

from __future__ import annotations

import json
import re

import pytest
from django.utils import translation
from playwright.sync_api import expect

from tools.vendor_assets import AXE
from yichuang.ui import gallery

pytestmark = pytest.mark.journey

RUN = "() => axe.run(document, {resultTypes: ['violations'], rules: {region: {enabled: true}}})"


def problems(page) -> list[str]:
    """List what axe finds serious or critical, with the element."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(RUN)["violations"]
    return [
        f"{one['id']}: {node['html'][:160]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def widest(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.fixture
def shown(draw, a_request):
    """Draw the gallery in a style."""

    def html(style: str = "normal") -> str:
        return draw('{% extends "ui/gallery.html" %}', gallery.gallery(a_request()), a_request(style=style))

    return html


FORM = """{% extends "ui/layouts/public.html" %}{% load ui %}{% block title %}项目{% endblock %}
{% block content %}{% include "ui/components/error_summary.html" with form=form only %}<h1>项目</h1>
{% deed_form key=key multipart=True %}{{ form }}
<button data-key="F8">保存并继续</button>{% end_deed_form %}{% endblock %}"""

DESK = """{% extends "ui/layouts/desk.html" %}{% load ui %}{% block title %}材料{% endblock %}
{% block content %}<h1>材料</h1>
<form method="get"><label class="govuk-label" for="q">票号</label>
<input class="govuk-input" id="q" name="q" data-key="F2"></form>
<ul class="files">{% for name in "AB" %}<li class="file" data-row>
<a href="#{{ name }}" data-key="Space">{{ name }} 齐</a>
<a href="#{{ name }}-missing" data-key="Q">缺</a></li>{% endfor %}</ul>
{% deed_form key="k" action="/desk" %}
{% include "ui/components/button.html" with label="撤回" kind="warning" confirm="确定撤回？" key="F9" only %}
{% end_deed_form %}{% endblock %}
{% block keys %}{% include "ui/components/key_hints.html" with keys=keys only %}{% endblock %}"""


class TestAccessibility:
    @pytest.mark.parametrize(
        ("style", "width"), [("normal", 1366), ("elder", 1366), ("normal", 320), ("elder", 320)], ids=str
    )
    def test_the_gallery(self, house, shown, style, width):
        house.page.set_viewport_size({"width": width, "height": 800})

        page = house.open("/gallery", shown(style))

        assert problems(page) == []
        assert widest(page) == 0
        assert house.strangers == []
        assert house.complaints == []

    def test_the_gallery_in_english(self, house, shown):
        with translation.override("en"):
            page = house.open("/gallery", shown())

        assert page.evaluate("document.documentElement.lang") == "en"
        assert problems(page) == []

    @pytest.mark.parametrize("layout", ["public", "desk", "kiosk", "error"])
    def test_the_layouts(self, house, draw, layout):
        source = f'{{% extends "ui/layouts/{layout}.html" %}}{{% block title %}}页{{% endblock %}}'
        page = house.open("/", draw(source + "{% block content %}<h1>页</h1><p>内容</p>{% endblock %}"))

        assert problems(page) == []

    def test_the_elder_style_is_large_and_airy(self, house, draw, a_request):
        source = '{% extends "ui/layouts/public.html" %}{% block content %}<h1>页</h1><p>一</p><p>二</p>{% endblock %}'

        page = house.open("/", draw(source, {}, a_request(style="elder")))

        look = page.evaluate(
            "() => { const s = getComputedStyle(document.querySelector('main p'));"
            " return [s.fontSize, s.lineHeight, s.marginBottom].map(parseFloat); }"
        )
        size, line, gap = look
        assert size >= 24
        assert line / size >= 1.5
        assert gap / line >= 1.3

    def test_the_skip_link_is_the_first_stop_and_works(self, house, draw):
        page = house.open(
            "/", draw('{% extends "ui/layouts/public.html" %}{% block content %}<h1>页</h1>{% endblock %}')
        )

        page.keyboard.press("Tab")
        expect(page.locator(".govuk-skip-link")).to_be_focused()
        page.keyboard.press("Enter")

        assert page.evaluate("document.activeElement.id") == "main"

    def test_the_font_is_a_chinese_one(self, house, shown):
        page = house.open("/gallery", shown())
        devtools = page.context.new_cdp_session(page)
        devtools.send("DOM.enable")
        devtools.send("CSS.enable")
        root = devtools.send("DOM.getDocument")["root"]["nodeId"]
        heading = devtools.send("DOM.querySelector", {"nodeId": root, "selector": "h1"})["nodeId"]

        fonts = devtools.send("CSS.getPlatformFontsForNode", {"nodeId": heading})["fonts"]

        assert all(any(name in font["familyName"] for name in ("CJK", "Noto Sans SC", "WenQuanYi")) for font in fonts)


class TestForms:
    @pytest.fixture
    def form_page(self, house, draw):
        def at(key="k1", data=None, **initial):
            form = gallery.SampleForm(data, initial=initial)
            return draw(FORM, {"form": form, "key": key})

        house.render = at
        page = house.open("/apply", at())
        return page

    def test_a_wrong_form_puts_the_focus_on_the_summary(self, house, form_page):
        again = house.render(key="k2", data={"name": "示例公司"})
        house.answers.append(
            lambda route: route.fulfill(body=again, headers={"Content-Type": "text/html; charset=utf-8"})
        )
        form_page.fill("#id_name", "示例公司")

        form_page.get_by_role("button", name="保存并继续").click()

        expect(form_page.locator("[data-error-summary]")).to_be_focused()
        expect(form_page).to_have_title("错误：项目 - 一窗")
        expect(form_page.locator("#id_name")).to_have_value("示例公司")
        form_page.get_by_role("link", name="请填写“总建筑面积（平方米）”。").click()
        expect(form_page.locator("#id_area")).to_be_focused()
        assert house.complaints == []

    def test_a_double_click_hands_in_once(self, house, form_page):
        held = []
        house.answers += [held.append, held.append]
        form_page.get_by_role("button", name="保存并继续").dblclick()
        form_page.wait_for_timeout(200)

        assert len(house.posts) == 1

    def test_a_cut_network_keeps_the_text_and_tries_again_with_the_same_key(self, house, form_page):
        house.pages["/done"] = "<!doctype html><html lang=zh><title>完成</title><h1>已提交</h1></html>"
        house.answers += [
            lambda route: route.abort("internetdisconnected"),
            lambda route: route.fulfill(status=204, headers={"X-Ui-Location": "/done"}),
        ]
        form_page.fill("#id_name", "示例公司")
        form_page.get_by_role("button", name="保存并继续").click()
        expect(form_page.get_by_text("网络中断，没有提交成功")).to_be_visible()
        expect(form_page.locator("#id_name")).to_have_value("示例公司")

        form_page.get_by_role("button", name="重试").click()

        expect(form_page.get_by_role("heading", name="已提交")).to_be_visible()
        assert len(house.posts) == 2
        assert all('name="key"\r\n\r\nk1\r\n' in post for post in house.posts)

    def test_text_survives_a_reload_after_a_cut_with_its_key(self, house, form_page):
        house.answers.append(lambda route: route.abort("internetdisconnected"))
        form_page.fill("#id_name", "示例公司")
        form_page.check("#id_kind_1")
        form_page.get_by_role("button", name="保存并继续").click()
        expect(form_page.get_by_text("网络中断，没有提交成功")).to_be_visible()
        house.pages["/apply"] = house.render(key="k-new")

        form_page.reload()

        expect(form_page.get_by_text("已恢复您上次没有提交的内容")).to_be_visible()
        expect(form_page.locator("#id_name")).to_have_value("示例公司")
        expect(form_page.locator("#id_kind_1")).to_be_checked()
        expect(form_page.locator("main input[name=key]")).to_have_value("k1")

    def test_a_failure_of_the_server_keeps_the_text(self, house, form_page):
        house.answers.append(lambda route: route.fulfill(status=500, body="x", headers={"X-Request-Id": "R-7"}))
        form_page.fill("#id_name", "示例公司")

        form_page.get_by_role("button", name="保存并继续").click()

        expect(form_page.get_by_text("R-7")).to_be_visible()
        expect(form_page.locator("#id_name")).to_have_value("示例公司")

    def test_a_refusal_is_said_in_the_words_of_its_page_and_keeps_the_text(self, house, form_page):
        page = "<!doctype html><main><h1>表单已过期</h1><p>请刷新后重新提交。</p></main>"
        house.answers.append(
            lambda route: route.fulfill(status=403, body=page, headers={"Content-Type": "text/html; charset=utf-8"})
        )
        form_page.fill("#id_name", "示例公司")

        form_page.get_by_role("button", name="保存并继续").click()

        expect(form_page.get_by_text("表单已过期 请刷新后重新提交。")).to_be_visible()
        expect(form_page.locator("#id_name")).to_have_value("示例公司")
        form_page.reload()
        expect(form_page.locator("#id_name")).to_have_value("示例公司")

    def test_kept_text_is_not_shown_to_another_person(self, house, form_page):
        house.pages["/apply"] = house.render().replace('<body class="', '<body data-who="5" class="')
        form_page.reload()
        house.answers.append(lambda route: route.abort("internetdisconnected"))
        form_page.fill("#id_name", "示例公司")
        form_page.get_by_role("button", name="保存并继续").click()
        expect(form_page.get_by_text("网络中断，没有提交成功")).to_be_visible()
        house.pages["/apply"] = house.render().replace('<body class="', '<body data-who="6" class="')

        form_page.reload()

        expect(form_page.locator("#id_name")).to_have_value("")
        assert form_page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('kept:'))") == []

    def test_nothing_stays_in_the_browser_after_it_was_handed_in(self, house, form_page):
        house.pages["/done"] = "<!doctype html><html lang=zh><title>完成</title><h1>已提交</h1></html>"
        house.answers.append(lambda route: route.fulfill(status=204, headers={"X-Ui-Location": "/done"}))
        form_page.get_by_role("button", name="保存并继续").click()
        form_page.wait_for_url("**/done")

        kept = json.loads(form_page.evaluate("JSON.stringify(Object.keys(sessionStorage))"))
        assert [key for key in kept if key.startswith("kept:")] == []


class TestTimeOut:
    @pytest.fixture
    def idle_page(self, house, draw):
        form = gallery.SampleForm()
        html = draw(FORM, {"form": form, "key": "k1"}).replace('<body class="', '<body data-idle-seconds="600" class="')
        house.page.clock.install()
        return house.open("/apply", html)

    def test_is_told_two_minutes_before_and_keeps_the_text(self, idle_page):
        idle_page.evaluate("document.getElementById('id_name').value = '示例公司'")
        idle_page.clock.run_for(479_000)
        expect(idle_page.locator(".alert")).to_have_count(0)

        idle_page.clock.run_for(2_000)
        expect(idle_page.get_by_text("2 分钟后将自动退出")).to_be_visible()

        idle_page.clock.run_for(120_000)
        expect(idle_page.get_by_text("登录已超时")).to_be_visible()
        idle_page.get_by_role("button", name="重试").click()
        expect(idle_page.locator("#id_name")).to_have_value("示例公司")

    def test_whoever_stays_is_warned_again_later(self, idle_page):
        idle_page.clock.run_for(481_000)
        idle_page.get_by_role("button", name="继续使用").click()
        expect(idle_page.locator(".alert")).to_have_count(0)

        idle_page.clock.run_for(481_000)

        expect(idle_page.get_by_text("2 分钟后将自动退出")).to_be_visible()

    def test_whoever_types_is_not_disturbed(self, idle_page):
        idle_page.clock.run_for(60_000)
        idle_page.fill("#id_name", "示例公司")

        idle_page.clock.run_for(425_000)

        expect(idle_page.locator(".alert")).to_have_count(0)


class TestKeys:
    @pytest.fixture
    def desk(self, house, draw):
        return house.open("/desk", draw(DESK, {"keys": [{"key": "F2", "label": "票号"}]}))

    def test_function_keys_work_from_anywhere(self, desk):
        desk.keyboard.press("F2")

        expect(desk.locator("#q")).to_be_focused()

    def test_letters_do_nothing_while_one_types(self, desk):
        desk.keyboard.press("F2")
        desk.keyboard.type("Q J")

        expect(desk.locator("#q")).to_have_value("Q J")
        assert "missing" not in desk.url

    def test_a_key_works_on_the_row_that_has_the_focus(self, desk):
        desk.get_by_role("link", name="A 齐").focus()
        desk.keyboard.press("j")
        expect(desk.get_by_role("link", name="B 齐")).to_be_focused()

        desk.keyboard.press("q")

        expect(desk).to_have_url(re.compile("#B-missing$"))

    def test_the_question_mark_lists_the_keys(self, desk):
        desk.keyboard.press("?")

        expect(desk.locator(".keys__list")).to_be_visible()

    def test_what_cannot_be_taken_back_is_asked_first(self, house, desk):
        house.answers.append(lambda route: route.fulfill(status=204, headers={"X-Ui-Location": "/desk#done"}))
        desk.keyboard.press("F9")
        expect(desk.get_by_role("dialog", name="请确认")).to_be_visible()
        assert problems(desk) == []
        desk.get_by_role("button", name="取消").click()
        assert house.posts == []

        desk.keyboard.press("F9")
        desk.get_by_role("button", name="确定").click()

        desk.wait_for_url("**/desk#done")
        assert len(house.posts) == 1


class TestTheFrame:
    @pytest.mark.parametrize(("entries", "beside"), [(8, True), (14, False)])
    def test_a_menu_that_does_not_fit_beside_the_name_stands_below_it_and_the_tools(self, house, draw, entries, beside):
        links = [{"label": "议定事项", "href": f"#{n}", "current": n == 0} for n in range(entries)]
        page = house.open("/desk", draw(DESK, {"keys": [], "desk_menu": links}))
        page.set_viewport_size({"width": 1366, "height": 768})

        name, menu, tools = (page.locator(part).bounding_box() for part in (".top__name", ".menu", ".top__tools"))

        assert abs(name["y"] + name["height"] / 2 - tools["y"] - tools["height"] / 2) < 8
        assert (menu["y"] < name["y"] + name["height"]) is beside

    def test_what_has_the_focus_is_not_under_the_bar_of_buttons(self, house, draw):
        long = """{% extends "ui/layouts/public.html" %}{% load ui %}{% block title %}长表{% endblock %}
        {% block content %}<h1>长表</h1>{% deed_form key="k" %}{% for n in lines %}
        <p><label for="f{{ n }}">第 {{ n }} 行</label>
        <input class="govuk-input" id="f{{ n }}"></p>{% endfor %}
        <div class="actions"><button class="govuk-button">保存</button></div>{% end_deed_form %}{% endblock %}"""
        page = house.open("/long", draw(long, {"lines": range(40)}))
        page.set_viewport_size({"width": 1366, "height": 768})
        page.focus("#f0")

        hidden = []
        for n in range(1, 38):
            page.keyboard.press("Tab")
            field, bar = (page.locator(part).bounding_box() for part in (":focus", ".actions"))
            if field["y"] + field["height"] > bar["y"]:
                hidden.append(n)

        assert hidden == []


class TestWithoutTheScript:
    def test_tabs_are_sections_one_under_the_other(self, house, shown):
        html = shown().replace("ui/yichuang.js", "ui/none.js")

        page = house.open("/gallery", html)

        expect(page.locator("#ex-materials")).to_be_visible()
        expect(page.locator("#ex-basis")).to_be_visible()

    def test_with_it_they_are_tabs(self, house, shown):
        page = house.open("/gallery", shown())
        expect(page.locator("#ex-basis")).to_be_hidden()

        page.get_by_role("tab", name="条件").press("ArrowLeft")

        expect(page.locator("#ex-basis")).to_be_visible()
        expect(page.get_by_role("tab", name="依据")).to_have_attribute("aria-selected", "true")
