"""What stands around every page: language, skip link, banner, style, menus."""

from __future__ import annotations

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.template import engines
from django.utils import translation

from yichuang.ui import context, menus, paging
from yichuang.ui.middleware import PostAnswer

LAYOUTS = ["public", "desk", "kiosk", "error"]


def page(layout: str, extra: str = "") -> str:
    return (
        f'{{% extends "ui/layouts/{layout}.html" %}}{{% block title %}}待办{{% endblock %}}'
        f"{{% block content %}}<h1>待办</h1>{{% endblock %}}{extra}"
    )


@pytest.fixture(params=LAYOUTS)
def layout(request) -> str:
    return request.param


class TestEveryLayout:
    def test_begins_with_the_skip_link(self, draw, layout):
        html = draw(page(layout))

        first = html.index("<body")
        assert html.index("govuk-skip-link", first) < html.index("<header", first)
        assert 'id="main"' in html

    def test_says_its_language(self, draw, layout):
        assert '<html lang="zh-Hans"' in draw(page(layout))
        with translation.override("en"):
            assert '<html lang="en"' in draw(page(layout))

    def test_has_no_demo_banner_in_earnest(self, draw, layout, settings):
        settings.DEMO = False

        assert "演示环境，非政府网站" not in draw(page(layout))

    def test_has_the_banner_in_a_demo_even_without_a_request(self, layout, settings):
        settings.DEMO = True

        html = engines["django"].get_template("ui/layouts/error.html").render({"heading": "没有找到这个页面"})

        assert "演示环境，非政府网站" in html

    def test_grows_for_the_elder_style(self, draw, layout, a_request):
        assert " elder" in draw(page(layout), {}, a_request(style="elder")).split("<head>")[0]
        assert " elder" not in draw(page(layout), {}, a_request(style="huge")).split("<head>")[0]

    def test_title_begins_with_the_error(self, draw, layout):
        html = draw(page(layout), {"errors": [{"text": "请填写项目名称。"}]})

        assert "<title>错误：待办" in html


class TestTools:
    def test_language_and_style_come_back_to_the_page(self, draw):
        html = draw(page("public"))

        assert html.count('name="next" value="/desk?page=2"') == 2
        assert 'name="language" value="en"' in html
        assert 'name="style" value="elder"' in html


class TestMessages:
    def test_of_the_last_deed_are_shown(self, draw):
        html = draw(page("desk"), {"messages": [Message(constants.SUCCESS, "已受理。")]})

        assert "notice--ok" in html and "已受理。" in html


class TestMenus:
    @pytest.fixture(autouse=True)
    def own_menus(self, monkeypatch):
        monkeypatch.setattr(menus, "_menus", {})
        menus.add(
            "desk",
            menus.Entry("样式", "ui:style", permission="style.choose", order=20),
            menus.Entry("语言", "set_language", order=10),
        )

    def test_shows_what_one_may_open_in_order(self):
        assert [link.label for link in menus.links("desk", may=lambda _: True, here="/")] == ["语言", "样式"]
        assert [link.label for link in menus.links("desk", may=lambda _: False, here="/")] == ["语言"]

    def test_marks_where_one_is(self):
        shown = menus.links("desk", may=lambda _: True, here="/i18n/setlang/")

        assert [link.current for link in shown] == [True, False]

    def test_adding_twice_changes_nothing(self):
        menus.add("desk", menus.Entry("语言", "set_language", order=10))

        assert len(menus.links("desk", may=lambda _: True, here="/")) == 2

    def test_header_and_footer_show_only_what_rooms_added(self, draw):
        assert 'role="search"' not in draw(page("public"))

        menus.add("search", menus.Entry("搜索", "set_language"))
        menus.add("footer", menus.Entry("无障碍", "ui:style"))

        html = draw(page("public"))
        assert 'role="search" action="/i18n/setlang/"' in html
        assert '<li><a href="/ui/style">无障碍</a></li>' in html

    def test_an_unknown_menu_is_empty(self):
        assert menus.links("kitchen", may=lambda _: True, here="/") == []


class TestContext:
    def test_nobody_recognised_is_nobody(self, a_request):
        given = context.house(a_request())

        assert given["actor"] is None
        assert given["staff"] is False
        assert given["idle_seconds"] == 0
        assert given["watermark"] == ""


class TestPaging:
    def test_keeps_the_filters(self, a_request):
        given = paging.links(Paginator(range(300), 25).page(3), a_request("/desk?show=late&page=3"))

        assert given["next"] == "?show=late&page=4"
        assert given["count"] == 300
        assert [link.get("number", "…") for link in given["links"]] == [1, 2, 3, 4, "…", 12]

    def test_names_a_page_that_is_left_out_alone_by_its_gap(self, a_request):
        given = paging.links(Paginator(range(300), 25).page(6), a_request("/desk"))

        assert [link.get("number", "…") for link in given["links"]] == [1, "…", 5, 6, 7, "…", 12]

    def test_one_page_has_no_neighbours(self, a_request):
        given = paging.links(Paginator(range(3), 25).page(1), a_request("/desk"))

        assert (given["previous"], given["next"], given["pages"]) == ("", "", 1)


class TestPostAnswer:
    def answer(self, request, response):
        return PostAnswer(lambda _: response)(request)

    def test_names_the_address_to_a_script(self, a_request):
        request = a_request("/x", method="post", a="1")
        request.META["HTTP_X_UI_POST"] = "1"
        redirect = HttpResponseRedirect("/done")
        redirect.set_cookie("messages", "已受理")

        answer = self.answer(request, redirect)

        assert answer.status_code == 204
        assert answer.headers["X-Ui-Location"] == "/done"
        assert "messages" in answer.cookies

    def test_leaves_others_alone(self, a_request):
        assert self.answer(a_request("/x", method="post", a="1"), HttpResponseRedirect("/done")).status_code == 302
        request = a_request("/x", method="post", a="1")
        request.META["HTTP_X_UI_POST"] = "1"
        assert self.answer(request, HttpResponse("again", status=422)).status_code == 422
