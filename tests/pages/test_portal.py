"""The portal: found by what people say, told in eight facts, asked one question at a time; and the doors of a demo."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.template import engines
from django.utils.html import strip_tags

from tests.support.catalogue import item, publish_items
from tests.support.people import make_account, make_party, make_unit
from tests.support.server import DESKTOP, PHONE
from tests.support.showing import Window
from tests.ui.conftest import Undefined
from yichuang.domains.catalogue import queries as catalogue
from yichuang.domains.catalogue.models import ServiceItem
from yichuang.foundation.people.actors import PUBLIC
from yichuang.foundation.records import clock
from yichuang.foundation.records import commands as records
from yichuang.foundation.records.models import Record
from yichuang.foundation.records.realtime import now
from yichuang.foundation.records.terms import CHINA

pytestmark = pytest.mark.django_db

FOOD = "food_business_permit"
GUIDE = f"/matters/{FOOD}"
FIT = f"{GUIDE}/fit"


@pytest.fixture(autouse=True)
def strict_templates(monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", Undefined("%s"))


@pytest.fixture(autouse=True)
def items():
    make_unit("scjg", name="区市场监督管理局")
    publish_items()


def text(answer) -> str:
    """Read a page as a person does: without markup, blanks as one."""
    assert answer.status_code == 200, answer.status_code
    return " ".join(re.sub("<[^>]+>", " ", answer.content.decode()).split())


def titles(answer) -> list[str]:
    return [strip_tags(one) for one in re.findall(r'<h3 class="results__title">(.*?)</h3>', answer.content.decode())]


class TestHome:
    def test_offers_search_entrances_themes_and_progress(self, client):
        page = client.get("/")

        assert 'role="search" action="/search"' in page.content.decode()
        for words in ("您要办什么事？", "个人办事", "企业办事", "按主题找", "查办件进度"):
            assert words in text(page)

    def test_shows_what_is_wanted_most(self, client):
        ServiceItem.objects.filter(pk="elderly_allowance").update(popularity=7)

        assert "常办事项 老年人补贴" in text(client.get("/"))

    def test_has_no_demo_door_outside_a_demo(self, client):
        assert "/demo" not in client.get("/").content.decode()

    @pytest.mark.parametrize("path", ["/about", "/help", "/a11y"])
    def test_the_pages_about_the_house_open(self, client, path):
        assert "12345" in text(client.get(path))

    def test_crawlers_are_kept_from_what_is_personal(self, client):
        assert "Disallow: /me" in client.get("/robots.txt").content.decode()

    def test_speaks_english(self, client):
        page = client.get("/", headers={"Accept-Language": "en"})

        assert "What do you want to get done?" in page.content.decode()
        assert not re.search("[\u4e00-\u9fff]{2,}", _without_names(page.content.decode()))


def _without_names(html: str) -> str:
    """Leave out what is Chinese in every language: names of matters, what may be typed, the switch of languages."""
    html = html[html.index("<main") :]  # the menu is that of all rooms
    html = re.sub(r'<(\w+)[^>]* lang="zh-Hans"[^>]*>.*?</\1>', "", html, flags=re.S)
    return strip_tags(html).replace("开饭店", "").replace("施工许可", "").replace("中文", "")


class TestSearch:
    @pytest.mark.parametrize("query", ["许可", "餐", "spjy", "shipin", "开饭店"])
    def test_finds_the_food_licence_among_the_first_five(self, client, query):
        page = client.get("/search", {"q": query})

        assert "食品经营许可（新办）" in titles(page)[:5]
        assert "<mark>" in page.content.decode()

    def test_finds_the_permit_stage(self, client):
        assert "工程建设项目施工许可阶段" in titles(client.get("/search", {"q": "施工许可"}))[:3]

    def test_says_that_nothing_was_found_and_offers_ways_on(self, client):
        page = text(client.get("/search", {"q": "量子<纠缠>"}))

        assert "没有找到与“量子&lt;纠缠&gt;”有关的事项" in page
        assert "按主题找" in page
        assert "可以办的事项" in page

    def test_says_that_what_has_only_a_part_of_the_question_is_near(self, client):
        page = client.get("/search", {"q": "施工喷泉"})
        near = text(page)
        exact = text(client.get("/search", {"q": "施工许可"}))

        assert "没有与“施工喷泉”完全相符的事项，下面是相近的" in near
        assert '?q=%E6%96%BD%E5%B7%A5%E5%96%B7%E6%B3%89">留言提问</a>' in page.content.decode()
        assert titles(page)
        assert "下面是相近的" not in exact

    def test_an_empty_question_is_no_failure(self, client):
        assert "没有找到" not in text(client.get("/search", {"q": "  "}))

    def test_filters_stay_in_the_address_with_counts(self, client):
        page = client.get("/search", {"q": "许可", "serves": "person"})

        assert titles(page) == ["食品经营许可（新办）"]
        assert 'aria-current="true"' in page.content.decode()
        assert "/search?q=%E8%AE%B8%E5%8F%AF&amp;serves=firm" in page.content.decode()

    def test_filters_that_leave_nothing_can_be_cleared(self, client):
        page = text(client.get("/search", {"q": "高龄津贴", "serves": "firm"}))

        assert "按这些筛选没有事项" in page
        assert "清除全部筛选" in page

    def test_what_no_filter_knows_is_passed_over(self, client):
        assert titles(client.get("/search", {"q": "许可", "serves": "' OR 1=1", "page": "x", "way": "fax"}))

    def test_costs_the_same_whatever_is_found(self, client, django_assert_max_num_queries):
        client.get("/search", {"q": "许可"})  # definitions and the folder are in memory from here on

        with django_assert_max_num_queries(24):
            client.get("/search", {"q": "许可"})


class TestMatters:
    def test_lists_everything_in_pages(self, client):
        count = ServiceItem.objects.count()

        page = client.get("/matters")

        assert f"共 {count} 条" in text(page)
        assert len(titles(page)) == 20

    def test_counts_what_each_filter_leaves(self, client):
        page = client.get("/matters", {"serves": "person"})

        people = ServiceItem.objects.filter(for_persons=True).count()
        assert len(titles(page)) == people
        assert f"个人 {people}" in text(page)


class TestGuide:
    def test_tells_eight_facts(self, client):
        page = client.get(GUIDE)
        facts = re.findall(
            r'<dt class="facts__label">(.*?)</dt><dd class="facts__value">(.*?)</dd>', page.content.decode()
        )

        assert [label for label, _ in facts[:8]] == [
            "办结时限", "到现场次数", "收费", "办理形式", "实施机关", "办理地点和时间", "咨询电话", "监督投诉电话",
        ]  # fmt: skip
        said = dict(facts)
        assert said["办结时限"] == "承诺 10 个工作日（法定 20 个工作日）"
        assert said["实施机关"] == "区市场监督管理局"
        assert all(said.values())

    def test_says_none_instead_of_a_blank(self, client):
        publish_items(item("outdoor_sign", points=[], online=False))

        page = client.get("/matters/outdoor_sign").content.decode()

        assert page.count('<dd class="facts__value">无</dd>') == 2  # way of applying, place

    def test_tells_of_each_material_what_is_needed(self, client):
        page = text(client.get(GUIDE))

        assert "营业执照 复印件 1 份 纸质或电子 政府部门核发 免提交 证照库里有“营业执照”的不用交" in page
        assert "您的情况是：租用" in page
        assert "可容缺后补" in page

    def test_tells_the_steps_with_unit_and_days(self, client):
        page = text(client.get(GUIDE))

        assert "承办 谁来办 区市场监督管理局，" in page
        assert "最短当天，最长 25 个工作日（5 + 5 + 3 + 2 + 10）" in page

    def test_leads_to_the_application_and_to_the_questions(self, client):
        page = client.get(GUIDE).content.decode()

        assert f'href="/apply/{FOOD}"' in page
        assert f'<a href="{FIT}">回答 3 个问题</a>' in page

    def test_of_a_part_leads_to_the_stage(self, client):
        page = client.get("/matters/construction_permit").content.decode()

        assert "/matters/construction_stage_3" in page
        assert 'href="/apply/construction_permit"' not in page

    def test_prints_a_code_that_leads_back(self, client):
        page = client.get(GUIDE).content.decode()

        assert re.search(r'class="print-only">\s*<figure class="qr">.*<svg', page, re.S)

    def test_of_what_is_not_in_force_is_not_there(self, client):
        publish_items(item("future_sign", in_force={"from": "2199-01-01"}))

        assert client.get("/matters/future_sign").status_code == 404
        assert client.get("/matters/nothing").status_code == 404

    def test_every_item_has_a_guide_and_an_end(self, client):
        for row in catalogue.items(PUBLIC):
            page = text(client.get(f"/matters/{row.code}"))
            assert row.name in page
            assert client.get(f"/matters/{row.code}/fit").status_code == 200


class TestFit:
    def test_asks_one_question_a_page(self, client):
        page = text(client.get(FIT, {"business": "restaurant"}))

        assert "第 2 题" in page
        assert "经营场所是自有还是租用？" in page
        assert "您要开办什么？" not in page

    def test_answers_stand_in_a_clean_address(self, client):
        answer = client.get(FIT, {"asked": "place", "business": "restaurant", "place": "rented"})

        assert (answer.status_code, answer["Location"]) == (302, f"{FIT}?business=restaurant&place=rented")

    def test_insists_on_an_answer(self, client):
        page = client.get(FIT, {"asked": "business"})

        assert "错误：" in text(page)
        assert '<a href="#answer_business">请选择一项，再继续。</a>' in page.content.decode()

    def test_ends_in_ones_own_list(self, client):
        rented = text(client.get(FIT, {"business": "shop", "place": "rented", "area": "small"}))
        own = text(client.get(FIT, {"business": "shop", "place": "own", "area": "small"}))

        assert "按您的情况，可以申请食品经营许可（新办）" in rented
        assert "按您的情况不用交：" not in rented
        assert "按您的情况不用交： 场所租赁合同" in own

    def test_an_answer_can_be_changed_with_the_others_kept(self, client):
        answers = {"business": "shop", "place": "own", "area": "small"}

        assert (
            "?business=shop&amp;place=own&amp;area=small&amp;again=place" in client.get(FIT, answers).content.decode()
        )
        page = client.get(FIT, answers | {"again": "place"}).content.decode()

        assert '<input type="hidden" name="area" value="small">' in page
        assert re.search(r'value="own"[^>]* checked', page)

    def test_says_no_with_reason_basis_and_whom_to_ask(self, client):
        page = client.get("/matters/food_registration_small/fit", {"place": "shop"})

        assert "按您的情况，不能申请食品摊贩登记" in text(page)
        assert "有固定门店的，请办“食品经营许可（新办）”" in text(page)
        assert "依据： 食品安全法 第三十六条" in text(page)
        assert "027-00001021" in text(page)
        assert "govuk-error" not in page.content.decode()

    def test_what_nobody_asked_is_passed_over(self, client):
        page = text(client.get(FIT, {"business": "' OR 1=1", "colour": "red"}))

        assert "第 1 题" in page

    def test_of_a_stage_names_only_what_applies(self, client):
        answers = {"flow_class": "class_4", "basement": "has_not", "waste": "has_not", "greenery": "has_not"}
        page = text(client.get("/matters/construction_stage_3/fit", answers | {"drainage": "has_not"}))

        assert "承诺 12 个工作日" in page
        steps = page.split("怎么办、谁来办")[1]
        assert "施工许可证核发" in steps
        assert "防空地下室建设审批" not in steps


class TestTheBeginning:
    def log_in(self, client, account, **more):
        account.set_password("a-long-secret")
        account.save()
        sent = {"login": account.username, "password": "a-long-secret"}
        return client.post("/account/login/", sent | more, follow=True)

    def test_a_log_in_leads_the_staff_to_their_work(self, client):
        page = self.log_in(client, make_account("handler", "scjg", username="chen"))

        assert page.redirect_chain[-1][0] == "/dept"

    def test_a_log_in_greets_by_name(self, client):
        page = self.log_in(client, make_account(party=make_party("刘某"), username="liu", name="刘某"))

        assert "刘某，您已登录。" in page.content.decode()

    def test_and_people_to_what_is_theirs(self, client):
        page = self.log_in(client, make_account(party=make_party("刘某"), username="liu"))

        assert page.redirect_chain[-1][0] == "/me"

    def test_or_to_the_page_that_asked_for_it(self, client):
        page = self.log_in(client, make_account(party=make_party("刘某"), username="liu"), next="/help")

        assert page.redirect_chain[-1][0] == "/help"

    def test_the_first_page_asks_for_nothing_and_others_for_themselves(self, client):
        assert 'href="/account/login/"' in client.get("/").content.decode()
        assert 'href="/account/login/?next=/help"' in client.get("/help").content.decode()

    def test_from_the_portal_the_staff_find_their_work_and_everybody_the_way_out(self, client):
        client.force_login(make_account("handler", "scjg"))
        of_staff = client.get("/").content.decode()
        client.force_login(make_account(party=make_party("刘某")))
        of_people = client.get("/").content.decode()

        assert 'href="/begin"' in of_staff
        assert 'href="/begin"' not in of_people
        assert 'action="/account/logout/"' in of_staff
        assert 'action="/account/logout/"' in of_people

    def test_the_name_of_the_house_on_a_desk_leads_to_ones_own_work(self, client):
        client.force_login(make_account("handler", "scjg"))

        assert 'class="top__name" href="/begin"' in client.get("/dept").content.decode()

    def test_password_and_second_factor_are_found_without_typing_an_address(self, client):
        client.force_login(make_account(party=make_party("刘某")))
        mine = client.get("/me").content.decode()
        client.force_login(make_account("handler", "scjg"))
        desk = client.get("/dept").content.decode()

        assert 'href="/account/password/change/"' in mine
        assert 'href="/account/2fa/"' in mine
        assert 'href="/account/password/change/"' in desk

    def test_people_are_told_that_a_page_is_for_the_staff(self, client):
        client.force_login(make_account(party=make_party("刘某")))
        to_people = client.get("/dept").content.decode()
        client.force_login(make_account("leader", "office"))
        to_staff = client.get("/desk").content.decode()

        assert "这是工作人员的页面" in to_people
        assert "您的岗位目前没有" not in to_people
        assert "您的岗位目前没有" in to_staff

    def test_strangers_begin_at_the_first_page(self, client):
        assert client.get("/begin")["Location"] == "/"


@pytest.fixture
def demo(settings):
    """Make this database a demo folder."""
    settings.DEMO = True
    records.make_folder(district="wuchang", is_demo=True, opened_at=now() - timedelta(days=30))


@pytest.mark.usefixtures("demo")
class TestDemo:
    HOST = {"host": "127.0.0.1:8000"}

    def test_lists_everybody_to_enter_as(self, client):
        make_account("handler", "scjg", username="chen", name="陈工")
        make_account(party=make_party("刘某"), username="liu", name="刘某")

        page = text(client.get("/demo", headers=self.HOST))

        assert "陈工 承办 · scjg" in page
        assert "刘某 个人" in page

    def test_one_click_logs_in_and_leads_to_the_work(self, client):
        account = make_account("handler", "scjg", username="chen")

        answer = client.post("/demo/enter", {"username": "chen"}, headers=self.HOST)

        assert answer.status_code == 302
        assert answer["Location"] not in ("/", "/demo")
        assert client.session["_auth_user_id"] == str(account.pk)

    def test_only_demo_accounts(self, client):
        make_account("handler", "scjg", username="real", is_demo=False)

        assert client.post("/demo/enter", {"username": "real"}, headers=self.HOST).status_code == 404

    @pytest.mark.parametrize(
        "more",
        [
            {"REMOTE_ADDR": "10.0.0.9"},
            {"REMOTE_ADDR": ""},
            {"HTTP_HOST": "yichuang.example.org"},
            {"HTTP_HOST": "[::1]"},
            {"HTTP_X_FORWARDED_FOR": "10.0.0.9"},
        ],
    )
    def test_is_not_there_from_elsewhere(self, client, settings, more):
        settings.ALLOWED_HOSTS = ["*"]
        make_account("handler", "scjg", username="chen")
        asked = {"HTTP_HOST": "127.0.0.1"} | more

        assert client.get("/demo", **asked).status_code == 404
        assert client.post("/demo/enter", {"username": "chen"}, **asked).status_code == 404
        assert client.post("/demo/clock", {"to": "2019-10-30 09:00"}, **asked).status_code == 404
        assert "_auth_user_id" not in client.session

    def test_is_not_there_in_a_real_folder(self, client, settings):
        settings.DEMO = False

        assert client.get("/demo", headers=self.HOST).status_code == 404

    def test_the_clock_goes_forwards_and_records_who_moved_it(self, client):
        account = make_account("leader", "scjg", username="qu")
        client.force_login(account)
        to = clock.business_now() + timedelta(days=3)

        answer = client.post("/demo/clock", {"to": f"{to.astimezone(CHINA):%Y-%m-%d %H:%M}"}, headers=self.HOST)

        assert answer.status_code == 302
        assert clock.business_now() > to - timedelta(minutes=2)
        assert Record.objects.get(kind="ClockShifted").by.startswith(str(account.pk))

    @pytest.mark.parametrize(
        ("to", "said"),
        [("2001-01-01 09:00", "只能向前拨"), ("2099-01-01 09:00", "一次最多拨一年"), ("morgen", "请填写日期和时间")],
    )
    def test_the_clock_says_why_not(self, client, to, said):
        client.force_login(make_account("leader", "scjg"))

        answer = client.post("/demo/clock", {"to": to}, headers=self.HOST)

        assert answer.status_code == 422
        assert said in answer.content.decode()

    def test_a_stranger_does_not_move_the_clock(self, client):
        answer = client.post("/demo/clock", {"to": "2099-01-01 09:00"}, headers=self.HOST)

        assert answer.status_code == 422
        assert "请先以任一角色进入" in answer.content.decode()


PAGES = {
    "home": "/",
    "search": "/search?q=许可",
    "nothing": "/search?q=量子纠缠",
    "matters": "/matters",
    "guide": GUIDE,
    "stage": "/matters/construction_stage_3",
    "fit": FIT,
    "fit-error": f"{FIT}?asked=business",
    "fit-result": f"{FIT}?business=restaurant&place=rented&area=small",
    "fit-no": "/matters/food_registration_small/fit?place=shop",
    "help": "/help",
}


@pytest.mark.journey
class TestInABrowser:
    @pytest.mark.parametrize(("size", "viewport"), [("desktop", DESKTOP), ("phone", PHONE)], ids=["1366", "375"])
    @pytest.mark.parametrize("style", ["normal", "elder"])
    def test_is_accessible_and_fits(self, client, browser, size, viewport, style):
        client.cookies["style"] = style
        window = Window(browser, client, viewport)
        for name, path in PAGES.items():
            window.go(path)
            if style == "normal":
                window.shot(f"portal-{name}-{size}")
            assert (name, window.problems(), window.overflow()) == (name, [], 0)
        window.close()

        assert (window.complaints, window.strangers) == ([], [])

    @pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["1366x768", "375x667"])
    def test_the_search_box_needs_no_scrolling_and_the_first_tab_skips(self, client, browser, viewport):
        window = Window(browser, client, viewport)
        page = window.go("/")

        box = page.locator("main input[type=search]").bounding_box()
        page.keyboard.press("Tab")

        assert box["y"] + box["height"] < viewport["height"]
        assert page.evaluate("document.activeElement.className") == "govuk-skip-link"
        window.close()

    def test_the_guide_prints_without_navigation_and_with_all_tabs(self, client, browser):
        window = Window(browser, client)
        page = window.go(GUIDE)

        page.emulate_media(media="print")

        assert not page.locator(".top").is_visible()
        assert not page.locator(".actions").is_visible()
        assert all(page.locator(f"#{panel}").is_visible() for panel in ("conditions", "materials", "steps", "basis"))
        assert page.locator(".print-only svg").is_visible()
        window.close()

    def test_in_english(self, client, browser):
        client.cookies["django_language"] = "en"
        window = Window(browser, client)
        page = window.go(GUIDE)
        window.shot("portal-guide-english")

        assert page.evaluate("document.documentElement.lang") == "en"
        assert (window.problems(), window.overflow()) == ([], 0)
        window.close()

    @pytest.mark.usefixtures("demo")
    def test_the_demo_doors(self, client, browser):
        for role in ("window", "handler", "leader", "sysadmin"):
            make_account(role, "scjg")
        window = Window(browser, client)
        window.go("/demo")
        window.shot("portal-demo-desktop")

        assert (window.problems(), window.overflow()) == ([], 0)
        window.close()
