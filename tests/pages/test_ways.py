"""The four ways on pages: shares, lists, confirming, trials, spread; each list is the same as its workbook."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from tests.support.catalogue import TUESDAY, item, publish_items
from tests.support.people import make_account, make_unit
from tests.support.reading import cells, differences, page, sheet, words
from yichuang.domains.catalogue import commands
from yichuang.domains.catalogue.models import ItemWay, WaysPublication, WayTarget, WhatIfRun
from yichuang.domains.catalogue.pages import bars
from yichuang.domains.catalogue.terms import FourWay
from yichuang.foundation.people.actors import actor_for, local_day

pytestmark = pytest.mark.django_db
TODAY = local_day(TUESDAY)


@pytest.fixture(autouse=True)
def business_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every page be answered on that Tuesday."""
    monkeypatch.setattr("yichuang.foundation.people.middleware.clock.business_now", lambda: TUESDAY)


@pytest.fixture(autouse=True)
def catalogue() -> None:
    """Publish what ships and three items of one unit; all units of items are there."""
    make_unit("cgj", name="城管执法局", short_name="城管局")
    publish_items(
        item("sign", name="户外招牌设置审批", serves=["person"], visits=2, promise={"limit": 1}),
        item("waste", name="垃圾处置核准", promise={"limit": 5}),
        item("night", name="夜间施工许可", promise={"limit": 1}, special=["听证"]),
    )


def logged_in(client: Client, role: str, unit: str = "cgj") -> Client:
    client.force_login(make_account(role, make_unit(unit)))
    return client


class TestOverview:
    def test_shows_shares_with_links_to_the_lists_behind(self, client: Client):
        html = page(logged_in(client, "office"), "/admin-desk/ways")
        rows = {row[0]: row for row in cells(html, "ratios")}

        assert set(rows) >= {"马上办", "网上办", "就近办", "一次办"}
        count, base = ItemWay.objects.on(TODAY).filter(way="once", flag=True).count(), 29  # 26 that ship and ours
        assert rows["一次办"][1:3] == [str(count), str(base)]
        assert "way=once&amp;flag=yes" in html
        assert "<svg" in html

    @pytest.mark.parametrize("table", ["ratios", "units"])
    def test_the_workbook_says_what_the_page_says(self, client: Client, table: str):
        logged_in(client, "office")
        shown = cells(page(client, "/admin-desk/ways"), table)

        kept = sheet(client, f"/admin-desk/ways?format=xlsx&table={table}")

        assert len(shown) > 1
        assert differences(shown, kept) == []

    def test_a_day_before_anything_is_empty_and_stands(self, client: Client):
        html = page(logged_in(client, "office"), "/admin-desk/ways?on=2010-01-01")

        assert cells(html, "ratios")[1][1:4] == ["0", "0", "—"]
        assert "这一天清单中没有事项" in html

    def test_a_target_is_set_and_shown(self, client: Client):
        logged_in(client, "office")

        answer = client.post(
            "/admin-desk/ways/targets",
            {"way": "once", "quarter": "2019q4", "percent": "95.5", "source": "2019年方案"},
            follow=True,
        )

        assert "目标已设定" in answer.content.decode()
        assert WayTarget.objects.get().hundredths == 9550
        assert "95.5" in words(page(client, "/admin-desk/ways"))

    def test_a_wrong_target_keeps_what_was_typed(self, client: Client):
        logged_in(client, "office")

        html = client.post(
            "/admin-desk/ways/targets", {"way": "once", "quarter": "夏天", "percent": "95", "source": "2019年方案"}
        ).content.decode()

        assert "季度写作 2019Q4" in html
        assert "夏天" in html and "2019年方案" in html

    def test_publishing_waits_for_the_departments_and_then_is_public(self, client: Client):
        logged_in(client, "office")

        refused = client.post("/admin-desk/ways/publish", {"registry": "ALL"}, follow=True).content.decode()
        confirm_everything()
        done = client.post("/admin-desk/ways/publish", {"registry": "ALL"}, follow=True).content.decode()

        assert "还有四办结果未经部门确认" in refused and "城管执法局" in refused
        assert "四办清单已公布" in done
        assert WaysPublication.objects.count() == 1
        public = words(page(Client(), "/four-ways?way=once"))
        assert "垃圾处置核准" in public and "户外招牌设置审批" not in public

    def test_nothing_public_yet_says_so(self):
        assert "四办清单还没有公布" in page(Client(), "/four-ways")


def confirm_everything() -> None:
    """Let the departments of all items confirm what waits, whichever units those are."""
    units = set(ItemWay.objects.current().values_list("item__unit_code", flat=True))
    for code in units:
        head = actor_for(make_account("dept_head", make_unit(code)), TUESDAY)
        keys = ItemWay.objects.current().filter(item__unit_code=code).values_list("item", "way")
        commands.confirm_ways(keys=[(one, FourWay(way)) for one, way in keys], by=head, at=TUESDAY)


class TestList:
    def test_filters_stand_in_the_address(self, client: Client):
        logged_in(client, "office")

        not_once = cells(page(client, "/admin-desk/ways/list?way=once&flag=no&unit=cgj"), "ways")
        special = cells(page(client, "/admin-desk/ways/list?element=special_procedure&unit=cgj&flag=no"), "ways")
        by_name = cells(page(client, "/admin-desk/ways/list?q=%E5%A4%9C%E9%97%B4&way=once"), "ways")

        assert [row[1] for row in not_once[1:]] == ["户外招牌设置审批"]
        assert [row[1] for row in special[1:]] == ["夜间施工许可"]
        assert [row[1] for row in by_name[1:]] == ["夜间施工许可"]

    def test_a_filter_that_is_none_is_passed_over(self, client: Client):
        assert "户外招牌设置审批" in page(logged_in(client, "office"), "/admin-desk/ways/list?way=none&unit=cgj")

    def test_nothing_found_says_so(self, client: Client):
        assert "没有符合条件的事项" in page(logged_in(client, "office"), "/admin-desk/ways/list?q=nothing")

    def test_the_workbook_has_all_pages_and_no_boxes(self, client: Client):
        logged_in(client, "dept_head")
        shown = cells(page(client, "/admin-desk/ways/list?unit=cgj"), "ways")

        kept = sheet(client, "/admin-desk/ways/list?unit=cgj&format=xlsx")

        assert shown[0][0] == "选"
        assert differences([row[1:] for row in shown], kept) == []

    def test_a_department_confirms_what_it_ticks(self, client: Client):
        logged_in(client, "dept_head")

        answer = client.post(
            "/admin-desk/ways/confirm",
            {"key": ["sign/once", "sign/online"], "do": "ticked", "query": "way=once"},
            follow=True,
        )

        assert "已确认 2 条" in answer.content.decode()
        assert ItemWay.objects.on(TODAY).get(item="sign", way="once").state == "CONFIRMED"
        assert answer.request["QUERY_STRING"] == "way=once"

    def test_or_all_that_the_filters_leave_of_its_own(self, client: Client):
        logged_in(client, "dept_head")

        client.post("/admin-desk/ways/confirm", {"do": "all", "query": "way=once"}, follow=True)

        confirmed = ItemWay.objects.on(TODAY).filter(state="CONFIRMED")
        assert set(confirmed.values_list("way", "item__unit_code")) == {("once", "cgj")}
        assert confirmed.count() == ItemWay.objects.on(TODAY).filter(way="once", item__unit_code="cgj").count()

    def test_another_unit_is_refused_in_words(self, client: Client):
        logged_in(client, "dept_head", "zjj")

        answer = client.post("/admin-desk/ways/confirm", {"key": ["sign/once"], "do": "ticked"}, follow=True)

        assert "您没有“确认四办”的权限" in answer.content.decode()

    def test_costs_few_statements_however_long(self, client: Client, django_assert_max_num_queries):
        logged_in(client, "office")
        client.get("/admin-desk/ways/list")

        with django_assert_max_num_queries(22):
            client.get("/admin-desk/ways/list")


class TestItem:
    def test_shows_what_decides_and_what_it_says(self, client: Client):
        html = words(page(logged_in(client, "dept_head"), "/admin-desk/ways/items/sign"))

        assert "到办事现场次数：2 次" in html
        assert "承诺办结时限：1 个工作日" in html
        assert "按要素计算：不属于" in html

    def test_an_override_needs_a_reason_and_is_kept_with_it(self, client: Client):
        logged_in(client, "dept_head")

        empty = client.post("/admin-desk/ways/items/sign/once", {"flag": "yes", "reason": ""}).content.decode()
        done = client.post(
            "/admin-desk/ways/items/sign/once", {"flag": "yes", "reason": "第二次由窗口代办"}, follow=True
        ).content.decode()

        assert "请填写“理由”" in empty
        assert "已记录人工认定" in done and "第二次由窗口代办" in done
        assert ItemWay.objects.on(TODAY).get(item="sign", way="once").flag is True

    def test_confirming_on_the_page(self, client: Client):
        logged_in(client, "dept_head")

        client.post("/admin-desk/ways/items/sign/online", {"do": "confirm"}, follow=True)

        assert ItemWay.objects.on(TODAY).get(item="sign", way="online").state == "CONFIRMED"

    def test_who_only_looks_gets_no_buttons(self, client: Client):
        html = page(logged_in(client, "auditor"), "/admin-desk/ways/items/sign")

        assert "记录人工认定" not in html and "变更记录" in html


class TestNear:
    def test_suggests_what_may_become_instant_first(self, client: Client):
        rows = cells(page(logged_in(client, "dept_head"), "/admin-desk/ways/near?way=instant"), "near")

        names = [row[1] for row in rows[1:]]
        assert rows[1][1] == "户外招牌设置审批" and rows[1][-1] == "建议"
        assert "垃圾处置核准" in names and "夜间施工许可" not in names

    def test_a_trial_of_what_was_ticked_is_kept_and_shown(self, client: Client):
        logged_in(client, "office")

        answer = client.post(
            "/admin-desk/ways/near?way=instant",
            {"item": ["sign", "waste"], "element": "promise_day", "number": "0.125", "note": "试算", "do": "ticked"},
            follow=True,
        )

        run = WhatIfRun.objects.get()
        html = answer.content.decode()
        assert (run.number, run.codes) == (60, ("sign", "waste"))
        row = next(row for row in cells(html, "effects") if row[0] == "马上办")
        assert row[6] == "2" and row[7] == "户外招牌设置审批、垃圾处置核准"
        assert "试算" in page(client, "/admin-desk/ways/what-if")

    @pytest.mark.parametrize(
        ("sent", "said"),
        [
            ({"element": "promise_day", "do": "all"}, "请填写改为多少"),
            ({"element": "special_procedure", "do": "ticked"}, "请勾选要改的事项"),
        ],
    )
    def test_what_is_missing_is_asked_for(self, client: Client, sent: dict[str, str], said: str):
        logged_in(client, "office")

        assert said in client.post("/admin-desk/ways/near?way=instant", sent).content.decode()
        assert not WhatIfRun.objects.exists()

    def test_no_trial_yet_says_so(self, client: Client):
        assert "还没有测算过" in page(logged_in(client, "office"), "/admin-desk/ways/what-if")

    def test_a_trial_that_is_not_there(self, client: Client):
        assert logged_in(client, "office").get("/admin-desk/ways/what-if/99").status_code == 404


class TestSpread:
    def test_shows_best_median_and_worst_with_whose_they_are(self, client: Client):
        html = page(logged_in(client, "leader"), "/admin-desk/ways/spread")

        rows = {row[0]: row for row in cells(html, "spread")}
        assert Decimal(rows["一次办"][1]) >= Decimal(rows["一次办"][2]) >= Decimal(rows["一次办"][3])
        assert "城管执法局" in rows["一次办"][6] or "城管执法局" in words(html)
        assert "即办率" in html
        drawing = html.partition('class="bars"')[2].partition("</svg>")[0]
        assert "城管局" in drawing and "城管执法局" not in drawing
        alike = [row for row in rows.values() if row[1:2] == row[3:4]]
        assert alike and all(row[5:] == ["各单位相同"] * 2 for row in alike)

    def test_the_picture_never_cuts_a_name_without_a_sign(self):
        drawn = bars.drawn("占比", [bars.Bar("武昌区人力资源和社会保障局", None), bars.Bar("长" * 40, None)])

        assert "武昌区人力资源和社会保障局" in drawn
        assert f"{'长' * 17}…" in drawn and "长" * 18 not in drawn

    @pytest.mark.parametrize("table", ["spread", "units"])
    def test_the_workbook_says_the_same(self, client: Client, table: str):
        logged_in(client, "leader")
        shown = cells(page(client, "/admin-desk/ways/spread"), table)

        kept = sheet(client, f"/admin-desk/ways/spread?format=xlsx&table={table}")

        assert differences(shown, kept) == []


def test_a_version_that_comes_into_force_moves_the_share(client: Client, monkeypatch: pytest.MonkeyPatch):
    logged_in(client, "office")
    before = cells(page(client, "/admin-desk/ways"), "ratios")[4][1]
    later = TUESDAY + timedelta(days=1)
    publish_items(
        item("sign", name="户外招牌设置审批", version=2, serves=["person"], visits=1, in_force={"from": "2019-10-09"}),
        at=later,
    )

    after = cells(page(client, "/admin-desk/ways?on=2019-10-09"), "ratios")[4][1]

    assert (int(after) - int(before), cells(page(client, "/admin-desk/ways"), "ratios")[4][1]) == (1, before)
