"""Registries, tasks to claim, the code map, province-wide items and streets on pages."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.support.catalogue import TUESDAY, as_item, complete, publish_items
from tests.support.people import make_account, make_region, make_unit
from tests.support.reading import cells, differences, page, sheet, words
from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.models import ClaimTask, ItemDraft, ListingEntry
from yichuang.domains.catalogue.terms import ClaimState, EntryState, Registry, StreetMode, StreetOrigin, StreetState
from yichuang.foundation.jobs import runner
from yichuang.foundation.people.actors import actor_for, local_day
from yichuang.foundation.people.models import Account

pytestmark = pytest.mark.django_db
DESK = "/admin-desk/matters"
NET = f"{DESK}/registries/HB_ONE_NET"


@pytest.fixture(autouse=True)
def business_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every page be answered on that Tuesday."""
    monkeypatch.setattr("yichuang.foundation.people.middleware.clock.business_now", lambda: TUESDAY)


@pytest.fixture
def admin() -> Account:
    make_unit("cgj", name="城管执法局")
    make_unit("street_a", kind="STREET", name="中南路街道", region=make_region("420106011", "中南路街道", "STREET"))
    publish_items(
        as_item(complete("good", name="占道经营许可", handle_area="3", province_mode="ONLINE", online=True)),
        as_item(complete("bad", name="垃圾处置核准", complain="027-88936001", handling_system="PROVINCE")),
    )
    return make_account("catalogue_admin", make_unit("xzspj"))


@pytest.fixture
def client(admin: Account) -> Client:
    return of(admin)


def of(account: Account) -> Client:
    browser = Client()
    browser.force_login(account)
    return browser


def table(*rows: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("表.csv", "\n".join(rows).encode())


class TestRegistries:
    def test_nothing_yet_says_so(self, client: Client):
        rows = cells(page(client, f"{DESK}/registries"), "registries")[1:]

        assert len(rows) == len(Registry)
        assert rows[1][1:3] == ["还没有发布过", "0"]
        assert "没有可处理的条目" in client.post(f"{NET}/do", {"do": "publish"}, follow=True).content.decode()
        assert client.get(f"{DESK}/registries/NOTHING").status_code == 404

    def test_one_press_checks_and_publishes_all_and_says_why_some_are_left(self, client: Client, admin: Account):
        pairs = [(item, unit) for item in ("good", "bad") for unit in ("cgj", "street_a")]
        commands.enter_listings(registry=Registry.HB_ONE_NET, pairs=pairs, by=actor_for(admin, TUESDAY), at=TUESDAY)
        client.post(f"{NET}/do", {"do": "publish"})
        waiting = page(client, f"{NET}/progress")
        runner.run_due(at=TUESDAY, limit=5)

        assert "等待检查" in waiting and 'hx-trigger="every 1s"' in waiting
        assert "hx-trigger" not in page(client, f"{NET}/progress")
        html = page(client, NET)
        assert "已发布 2" in words(html) and "检查未通过 2" in words(html)
        assert [row[1:] for row in cells(html, "levels")[1:]] == [["1", "0", "1"], ["1", "0", "1"]]
        faulty = cells(page(client, f"{NET}?state=FAULTY"), "entries")[1:]
        assert len(faulty) == 2 and all(row[-1] != "—" for row in faulty)
        assert differences([row[1:] for row in cells(html, "entries")], sheet(client, f"{NET}?format=xlsx")) == []
        overview = cells(page(client, f"{DESK}/registries"), "registries")
        assert overview[2][1:5] == ["第 1 次发布 2019-10-08 09:30", "2", "0", "2"]
        assert "全省“一张网”区、街道、社区事项" in words(page(client, f"{DESK}/items/good"))

    def test_entries_are_taken_back_with_a_reason(self, client: Client, admin: Account):
        pairs = [("good", "cgj")]
        commands.enter_listings(registry=Registry.HB_ONE_NET, pairs=pairs, by=actor_for(admin, TUESDAY), at=TUESDAY)
        key = ListingEntry.objects.get().pk

        unsaid = client.post(f"{NET}/do", {"do": "withdraw", "entry": key, "reason": ""}).content.decode()
        client.post(f"{NET}/do", {"do": "withdraw", "entry": key, "reason": "重复"})

        assert "请填写“理由”" in unsaid
        assert ListingEntry.objects.get().state == EntryState.WITHDRAWN

    def test_who_only_looks_sees_no_buttons_and_a_unit_sees_its_own(self, client: Client, admin: Account):
        pairs = [("good", "cgj"), ("good", "street_a")]
        commands.enter_listings(registry=Registry.HB_ONE_NET, pairs=pairs, by=actor_for(admin, TUESDAY), at=TUESDAY)
        head = of(make_account("dept_head", make_unit("cgj")))
        html = page(head, NET)

        assert "检查并发布" not in html and "共 1 条" in words(html)
        assert head.post(f"{NET}/do", {"do": "publish"}).status_code == 403


class TestClaims:
    def test_a_table_gives_tasks_out_or_says_what_is_wrong_at_its_cell(self, client: Client):
        assign = f"{DESK}/claims/assign"
        head = "单位,基本编码,目录名称,事项类型,原编码"
        bad = client.post(assign, {"due_on": "2019-10-31", "table": table(head, "cgj,000113033000,招牌,许愿,")})
        lost = client.post(assign, {"due_on": "2019-10-31", "table": table(head, "nobody,1,招牌,行政许可,")})
        good = client.post(
            assign,
            {"due_on": "2019-10-31", "table": table(head, "cgj,000113033000,招牌设置,行政许可,11-22")},
            follow=True,
        )

        assert "没有这种事项类型：许愿" in bad.content.decode() and "D2" in bad.content.decode()
        assert "没有这些单位：nobody" in lost.content.decode()
        assert "表中 1 项，下发 1 项" in good.content.decode()
        assert ClaimTask.objects.count() == 1

    def test_a_unit_declines_with_a_reason_or_claims_and_gets_a_draft(self, client: Client, admin: Account):
        given = [commands.Assignment("cgj", f"00011303300{n}", f"招牌{n}", "01", "") for n in range(2)]
        by = actor_for(admin, TUESDAY)
        commands.assign_claims(tasks=given, due_on=date(2019, 10, 8), by=by, at=TUESDAY)
        ClaimTask.objects.filter(name="招牌1").update(due_on=date(2019, 10, 5))
        first, second = ClaimTask.objects.order_by("catalog_code")
        unit = of(make_account("item_editor", make_unit("cgj"), name="周敏"))

        late = cells(page(unit, f"{DESK}/claims?state=late"), "tasks")[1:]
        unsaid = unit.post(f"{DESK}/claims/{second.pk}", {"do": "decline", "reason": ""}).content.decode()
        unknown = unit.post(f"{DESK}/claims/{first.pk}", {"do": "claim", "item_code": "nothing"}).content.decode()
        unit.post(f"{DESK}/claims/{second.pk}", {"do": "decline", "reason": "不属于本单位"})
        claimed = unit.post(f"{DESK}/claims/{first.pk}", {"do": "claim"}, follow=True)

        assert [row[4] for row in late] == ["3"]
        assert "请写明不予认领的理由" in unsaid and "没有事项“nothing”" in unknown
        assert [each.state for each in ClaimTask.objects.order_by("catalog_code")] == [
            ClaimState.CLAIMED,
            ClaimState.DECLINED,
        ]
        assert ItemDraft.objects.get().name == "招牌0" and "处需要改正" in claimed.content.decode()
        assert "周敏" in page(unit, f"{DESK}/claims/{first.pk}")
        assert "不属于本单位" in page(client, f"{DESK}/claims?state=DECLINED")
        assert client.get(f"{DESK}/claims/99").status_code == 404

    def test_codes_are_taken_in_with_their_result(self, client: Client):
        address = f"{DESK}/codes/import"
        same = client.post(address, {"table": table("原编码,新编码,说明", "A1,A1,")}).content.decode()
        done = client.post(address, {"table": table("原编码,新编码,说明", "A1,B1,拆分", "A1,B2,拆分")}, follow=True)

        assert "新编码与原编码相同：A1" in same
        assert "表中 2 行，新增或改动 2 行" in done.content.decode()
        assert [row[:3] for row in cells(page(client, f"{DESK}/codes?q=b2"), "codes")[1:]] == [["A1", "B2", "拆分"]]
        assert "没有符合条件的对照" in page(client, f"{DESK}/codes?q=zz")


class TestProvinceAndStreets:
    def test_province_wide_items_by_mode(self, client: Client):
        html = page(client, f"{DESK}/province?state=ONLINE")

        assert ["占道经营许可", "城管执法局", "全省通办", "全程网办", "网上", "城管执法局"] in cells(html, "province")

    def test_counts_of_streets_open_their_rows_and_add_up(self, client: Client, admin: Account):
        said = (StreetOrigin.RAISED, StreetMode.ONLINE, StreetState.AGREED, ("street_a",))
        rows = [commands.Sunk("good", *said), commands.Sunk("bad", StreetOrigin.MOVED, *said[1:])]
        commands.keep_street_items(items=rows, by=actor_for(admin, TUESDAY), at=TUESDAY)

        html = page(client, f"{DESK}/streets")

        assert "全部 2" in words(html) and "全程网上办 2" in words(html)
        assert cells(html, "origins")[-1] == ["合计", "2"]
        assert len(cells(page(client, f"{DESK}/streets?origin=MOVED"), "streets")[1:]) == 1
        assert len(cells(page(client, f"{DESK}/streets?street=street_a"), "streets")[1:]) == 2

    def test_an_item_goes_down_with_what_it_needs_and_is_taken_back(self, client: Client):
        said = {"item": "good", "origin": "HANDED_DOWN", "mode": "ONLINE", "state": "HANDED_OVER"}
        lacking = client.post(f"{DESK}/streets/new", said).content.decode()
        done = client.post(
            f"{DESK}/streets/new", said | {"streets": ["street_a"], "delegation": "武街委〔2019〕1号"}, follow=True
        ).content.decode()

        assert "没有承接街道" in lacking and "须有委托文书" in lacking and 'value="good"' in lacking
        assert "已登记" in done and "下放区职能部门" in done
        assert "请填写“理由”" in client.post(f"{DESK}/streets/good/end", {"reason": ""}).content.decode()
        client.post(f"{DESK}/streets/good/end", {"reason": "试点结束"})
        assert not queries.street_items(local_day(TUESDAY)).exists()
