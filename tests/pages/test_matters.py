"""The desk of a unit's items on pages: lists, one item, the editor check, schedule, publish, preview."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.support.catalogue import TUESDAY, as_item, complete, publish_items
from tests.support.people import make_account, make_unit
from tests.support.reading import cells, differences, page, sheet, words
from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.models import ItemDraft, ServiceItem
from yichuang.domains.catalogue.terms import TaskState
from yichuang.foundation.people.actors import actor_for
from yichuang.foundation.people.models import Account

pytestmark = pytest.mark.django_db
DESK = "/admin-desk/matters"


@pytest.fixture(autouse=True)
def business_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every page be answered on that Tuesday."""
    monkeypatch.setattr("yichuang.foundation.people.middleware.clock.business_now", lambda: TUESDAY)


@pytest.fixture(autouse=True)
def catalogue() -> None:
    """Publish what ships and one complete item of a unit."""
    make_unit("cgj", name="城管执法局")
    publish_items(as_item(complete(legal={"limit": 20, "basis": "行政许可法 第四十二条"})))


@pytest.fixture
def editor() -> Account:
    return make_account("item_editor", make_unit("cgj"), name="周敏")


@pytest.fixture
def client(editor: Account) -> Client:
    return of(editor)


@pytest.fixture
def draft(editor: Account) -> ItemDraft:
    return commands.begin_draft(code="sign", by=actor_for(editor, TUESDAY), at=TUESDAY)


def of(account: Account) -> Client:
    browser = Client()
    browser.force_login(account)
    return browser


def typed(html: str) -> dict[str, list[str]]:
    """Read what a browser would send of the editor's form, buttons aside."""
    form = html[html.index('name="revision"') - 50 : html.index("</form>", html.index('name="revision"'))]
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        said = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if said.get("type") in ("checkbox", "radio") and " checked" not in tag:
            continue
        found.setdefault(said["name"], []).append(said.get("value", ""))
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S):
        found[name] = [text]
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        found[name] = re.findall(r'value="([^"]*)" selected', options)[:1] or [""]
    return found


def sent(client: Client, draft: ItemDraft, topic: str, do: str = "save", **changes: str) -> str:
    """Open a page of the editor, type something, press a button, and give the page that comes."""
    address = f"{DESK}/drafts/{draft.pk}/{topic}"
    fields = typed(page(client, address)) | {name: [text] for name, text in changes.items()} | {"do": [do]}
    return client.post(address, fields, follow=True).content.decode()


class TestDesk:
    def test_lists_state_version_draft_change_and_faults(self, client: Client, draft: ItemDraft):
        html = page(client, f"{DESK}?q=sign")

        [row] = cells(html, "matters")[1:]
        assert row == ["户外招牌设置审批", "城管执法局", "在用", "1", "第 2 版 待提交", "2019-10-08 09:30", "0"]
        assert differences(cells(html, "matters"), sheet(client, f"{DESK}?q=sign&format=xlsx")) == []

    def test_counts_lead_to_exactly_their_rows(self, client: Client, draft: ItemDraft):
        asked = (("", "全部", 1), ("IN_FORCE", "在用", 1), ("ENDED", "已停用", 0), ("draft", "有草稿", 1))
        for state, label, number in asked:
            html = page(client, f"{DESK}?q=sign&state={state}")
            rows = [row for row in cells(html, "matters")[1:] if len(row) > 1]
            assert len(rows) == number
            assert f"{label} {number}" in words(html)

    def test_of_another_unit_there_is_nothing(self, draft: ItemDraft):
        other = of(make_account("item_editor", make_unit("other")))

        assert "没有符合条件的事项" in page(other, DESK)
        assert other.get(f"{DESK}/items/sign").status_code == 404
        assert other.get(f"{DESK}/drafts/{draft.pk}/limits").status_code == 404

    def test_many_are_cut_into_pages_and_found_by_name(self):
        admin = of(make_account("catalogue_admin", make_unit("xzspj")))
        for code in set(ServiceItem.objects.values_list("unit_code", flat=True)):
            make_unit(code)
        publish_items(*(as_item(complete(f"sign{number}", name=f"招牌{number}")) for number in range(30)))
        count = ServiceItem.objects.count()

        html = page(admin, f"{DESK}?page=2")

        assert f"全部 {count}" in words(html)
        assert len(cells(html, "matters")[1:]) == count - 50
        found = cells(page(admin, f"{DESK}?{urlencode({'q': '招牌29'})}"), "matters")
        assert [row[0] for row in found[1:]] == ["招牌29"]

    def test_a_new_item_begins_as_a_draft_and_wrong_codes_are_told(self, client: Client):
        wrong = client.post(f"{DESK}/new", {"name": "占道经营许可", "code": "占道", "unit": "cgj"}).content.decode()
        right = client.post(f"{DESK}/new", {"name": "占道经营许可", "code": "stall", "unit": "cgj"}, follow=True)

        assert "代号由小写字母" in wrong and "占道经营许可" in wrong
        assert "处需要改正" in right.content.decode()
        assert "占道经营许可" in page(client, f"{DESK}/drafts")


class TestItem:
    def test_shows_versions_and_what_is_in_force_when(self, client: Client, editor: Account):
        publish_items(
            as_item(complete(version=2, in_force={"from": "2019-12-01"}, promise={"limit": 3}, legal={"limit": 20}))
        )
        html = page(client, f"{DESK}/items/sign")

        rows = [row[:6] for row in cells(html, "versions")[1:]]
        assert [row[4] for row in rows] == ["尚未生效", "在用"]
        assert rows[1][3] == "2019-12-01"
        beside = cells(page(client, f"{DESK}/items/sign/compare?old=1&new=2"), "changes")
        assert ["办结时限", "承诺办结时限", "改动", "5 个工作日", "3 个工作日"] in beside
        assert client.get(f"{DESK}/items/sign/compare?old=1&new=9").status_code == 404

    def test_a_second_beginning_leads_to_the_draft_that_stands(self, client: Client):
        first = client.post(f"{DESK}/items/sign/begin")
        again = client.post(f"{DESK}/items/sign/begin")

        assert first.headers["Location"] == again.headers["Location"]
        assert ItemDraft.objects.count() == 1

    def test_a_version_is_withdrawn_with_a_reason(self, client: Client):
        admin = of(make_account("catalogue_admin", make_unit("xzspj")))
        address = f"{DESK}/items/sign/withdraw"

        unsaid = admin.post(address, {"version": "1", "reason": " "}).content.decode()
        done = admin.post(address, {"version": "1", "reason": "依据已废止"}, follow=True).content.decode()

        assert "请填写“理由”" in unsaid
        assert "第 1 版已撤回" in done and "已停用" in done
        assert client.post(address, {"version": "1", "reason": "试试"}).status_code == 403


class TestEditor:
    def test_every_topic_opens_and_saving_it_unchanged_changes_nothing(self, client: Client, draft: ItemDraft):
        for topic in re.findall(rf'href="{DESK}/drafts/{draft.pk}/(\w+)"', page(client, f"{DESK}/drafts/{draft.pk}")):
            if topic != "preview":
                assert "已保存" in sent(client, draft, topic), topic

        draft.refresh_from_db()
        assert draft.revision == 1

    def test_what_ships_goes_through_the_editor_unchanged(self, client: Client):
        code = "food_business_permit"
        admin = make_account("item_editor", make_unit(ServiceItem.objects.get(pk=code).unit_code))
        begun = commands.begin_draft(code=code, by=actor_for(admin, TUESDAY), at=TUESDAY)
        for topic in ("situations", "materials", "limits", "places", "result"):
            assert "已保存" in sent(of(admin), begun, topic), topic
        begun.refresh_from_db()
        assert begun.revision == 1, [each.text for each in queries.draft_changes(begun)]

    def test_no_two_fields_of_a_topic_bear_one_label(self, client: Client, draft: ItemDraft):
        for topic in re.findall(rf'href="{DESK}/drafts/{draft.pk}/(\w+)"', page(client, f"{DESK}/drafts/{draft.pk}")):
            html = page(client, f"{DESK}/drafts/{draft.pk}/{topic}")
            labels = re.findall(r'<label class="govuk-label" for="([^"]+)">\s*([^<]+?)\s*<', html)
            own = [label for name, label in labels if not re.search(r"-\d+-", name)]  # rows tell theirs by number
            assert len(own) == len(set(own)), (topic, own)
            assert topic != "limits" or {"法定办结时限", "承诺办结时限"} < set(own)

    def test_the_limits_themselves_come_before_what_is_rarely_said(self, client: Client, draft: ItemDraft):
        html = page(client, f"{DESK}/drafts/{draft.pk}/limits")

        places = [html.index(f'name="{name}"') for name in ("legal-limit", "promise-limit", "legal_absent", "special")]
        assert places == sorted(places)

    def test_limits_are_saved_and_told_in_the_words_of_the_office(self, client: Client, draft: ItemDraft):
        sent(client, draft, "limits", **{"promise-limit": "３"})

        html = page(client, f"{DESK}/drafts/{draft.pk}")
        assert ["办结时限", "承诺办结时限", "改动", "5 个工作日", "3 个工作日"] in cells(html, "changes")

    def test_what_the_check_says_beside_a_field_is_english_to_its_last_stop(self, client: Client, draft: ItemDraft):
        sent(client, draft, "limits", **{"legal-limit": "2"})
        client.cookies["django_language"] = "en"

        html = page(client, f"{DESK}/drafts/{draft.pk}/limits")

        (said,) = list(re.findall(r"Promises 5 working days[^<]*", html))
        assert "statutory 2 working days. Shorten" in said and "。" not in said

    def test_a_wrong_value_is_told_beside_its_field_and_what_was_typed_stays(self, client: Client, draft: ItemDraft):
        html = sent(client, draft, "limits", **{"promise-limit": "三天", "legal_absent": "条文没有写"})

        assert 'id="id_promise-limit_error"' in html and 'value="三天"' in html and "条文没有写" in html
        assert ItemDraft.objects.get(pk=draft.pk).revision == 1

    def test_rows_come_and_go_without_losing_what_was_typed(self, client: Client, draft: ItemDraft):
        more = sent(client, draft, "materials", "add/materials", **{"materials-0-name": "改了名的效果图"})
        fields = typed(more) | {"materials-1-name": ["场所证明"], "materials-1-source": ["20"]}
        address = f"{DESK}/drafts/{draft.pk}/materials"
        up = client.post(address, fields | {"do": ["up/materials/1"]}).content.decode()
        less = client.post(address, typed(up) | {"do": ["remove/materials/1"]}).content.decode()
        client.post(address, typed(less) | {"do": ["save"]})

        assert "本页还没有保存" in more and "改了名的效果图" in more
        assert typed(up)["materials-0-name"] == ["场所证明"] and typed(up)["materials-1-name"] == ["改了名的效果图"]
        kept = queries.draft_body(ItemDraft.objects.get(pk=draft.pk))["materials"]
        assert [(each["name"], each["code"]) for each in kept] == [("场所证明", "m1")]

    def test_rows_in_rows(self, client: Client, draft: ItemDraft):
        address = f"{DESK}/drafts/{draft.pk}/situations"
        html = sent(client, draft, "situations", "add/situations")
        for _n in range(2):
            html = client.post(address, typed(html) | {"do": ["add/situations-0-choices"]}).content.decode()
        fields = typed(html) | {
            "situations-0-question": ["是不是新开的店？"],
            "situations-0-choices-0-label": ["是"],
            "situations-0-choices-0-facts": ["new_shop：是"],
        }
        one = client.post(address, fields | {"do": ["save"]}).content.decode()
        client.post(address, typed(one) | {"situations-0-choices-1-label": ["不是"], "do": ["save"]})

        assert "是不是新开的店？" in one and "请改正以下问题" in one
        [kept] = queries.draft_body(ItemDraft.objects.get(pk=draft.pk))["situations"]
        assert kept["choices"] == [
            {"id": "c1", "label": "是", "facts": {"new_shop": True}},
            {"id": "c2", "label": "不是"},
        ]

    def test_a_condition_that_is_none_is_told(self, client: Client, draft: ItemDraft):
        html = sent(client, draft, "materials", **{"materials-0-when": "new_shop ="})

        assert "这不是一个条件" in html and 'id="id_materials-0-when_error"' in html

    def test_somebody_who_saved_in_between_is_named_and_nothing_is_lost(self, client: Client, draft: ItemDraft):
        other = of(make_account("item_editor", make_unit("cgj"), name="王磊"))
        address = f"{DESK}/drafts/{draft.pk}/limits"
        mine = typed(page(client, address)) | {"promise-limit": ["2"], "do": ["save"]}
        sent(other, draft, "limits", **{"promise-limit": "4"})

        html = client.post(address, mine).content.decode()
        again = client.post(address, typed(html) | {"do": ["save"]}, follow=True).content.decode()

        assert "王磊在 2019-10-08 09:30 保存过这份草稿" in html
        assert ["办结时限", "承诺办结时限", "改动", "4 个工作日", "2 个工作日"] in cells(html, "changes")
        assert "已保存" in again
        assert queries.draft_body(ItemDraft.objects.get(pk=draft.pk))["promise"] == {"limit": 2}

    def test_who_only_checks_reads_it(self, draft: ItemDraft):
        head = of(make_account("dept_head", make_unit("cgj")))
        address = f"{DESK}/drafts/{draft.pk}/limits"

        assert "您只能查看这份草稿" in page(head, address)
        assert head.post(address, {"promise-limit": "1"}).status_code == 403


class TestPublishing:
    def test_all_reasons_at_once_lead_to_their_fields(self, client: Client, draft: ItemDraft):
        sent(client, draft, "limits", **{"promise-limit": "30"})
        sent(client, draft, "contact", complain="027-88936001")
        sent(client, draft, "materials", **{"materials-0-source": ""})

        html = client.post(f"{DESK}/drafts/{draft.pk}/do", {"do": "submit"}).content.decode()

        assert "请改正以下问题" in html and "还有 3 处需要改正" in html
        for place in ("limits#id_promise-limit", "contact#id_complain", "materials#id_materials-0-source"):
            assert f'href="{DESK}/drafts/{draft.pk}/{place}"' in html
        beside = page(client, f"{DESK}/drafts/{draft.pk}/materials")
        assert "没有来源渠道" in beside and 'id="id_materials-0-source_error"' in beside
        assert ItemDraft.objects.get(pk=draft.pk).state == TaskState.DRAFT

    def test_two_hands_then_a_day_then_now_and_the_public_sees_it(self, client: Client, draft: ItemDraft):
        head = of(make_account("dept_head", make_unit("cgj")))
        office = of(make_account("catalogue_admin", make_unit("xzspj")))
        do = f"{DESK}/drafts/{draft.pk}/do"
        sent(client, draft, "limits", **{"promise-limit": "3"})
        client.post(do, {"do": "submit"})

        assert "待审定 1" in words(page(head, f"{DESK}/drafts"))
        assert "请写明驳回的理由" in head.post(do, {"do": "send_back", "reason": ""}).content.decode()
        head.post(do, {"do": "approve"})
        past = office.post(do, {"do": "schedule", "on": "2019-10-08"}).content.decode()
        office.post(do, {"do": "schedule", "on": "2019-11-01"})

        assert "不晚于今天" in past and 'value="2019-10-08"' in past
        [row] = cells(page(office, f"{DESK}/drafts?state=scheduled"), "drafts")[1:]
        assert row[2:4] == ["第 2 版 定于 2019-11-01 发布", "2019-11-01"]
        assert "承诺 3 个工作日" in page(office, f"{DESK}/drafts/{draft.pk}/preview")
        assert "承诺 5 个工作日" in page(Client(), "/matters/sign")
        office.post(do, {"do": "publish"})
        assert "承诺 3 个工作日" in page(Client(), "/matters/sign")

    def test_who_may_not_is_told_and_a_draft_can_be_given_up(self, client: Client, draft: ItemDraft):
        do = f"{DESK}/drafts/{draft.pk}/do"

        assert "权限" in client.post(do, {"do": "approve"}).content.decode()
        client.post(do, {"do": "give_up", "reason": "不改了"})

        assert ItemDraft.objects.get(pk=draft.pk).state == TaskState.CANCELLED
        assert client.post(do, {"do": "nothing"}).status_code == 404
