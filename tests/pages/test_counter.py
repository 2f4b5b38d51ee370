"""The pages of the hall with the test client: the desk as one long form that posts to itself, without a script."""

from __future__ import annotations

import re
from datetime import UTC
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfReader

from tests.support import people
from tests.support.counter import Counter
from yichuang.domains.cases.models import Case, Draft, Notice
from yichuang.domains.counter import commands, queries
from yichuang.domains.counter.models import CustodyList, PaperBag, Reception, Ticket
from yichuang.foundation.documents.models import Paper, PrintedCopy
from yichuang.foundation.people.actors import actor_for
from yichuang.foundation.people.models import AccessLog, Party
from yichuang.foundation.people.queries import number_of
from yichuang.foundation.records import clock
from yichuang.foundation.work.models import Dossier

pytestmark = pytest.mark.django_db

ITEM = "food_business_permit"
PERSON = "99999919840612122X"
FORM = {
    "enterprise_kind": "individual_business",
    "legal_representative__name": "刘敏",
    "legal_representative__id_number": PERSON,
    "legal_representative__phone": "13800000001",
    "enterprise_address__street": "粮道街道",
    "enterprise_address__detail": "示范巷8号",
    "food_business_form": "catering",
    "food_business_items-rows": "1",
    "food_business_items-0-item": "hot",
    "food_by_network": "shop_only",
    "food_premises__street": "粮道街道",
    "food_premises__detail": "示范巷8号",
    "food_premises_area_m2": "60",
    "food_safety_manager__name": "刘敏",
    "food_safety_manager__id_number": PERSON,
    "food_workers-rows": "1",
    "food_workers-0-name": "刘敏",
    "food_workers-0-post": "厨师",
    "food_workers-0-certificate": "HB1",
    "food_workers-0-until": "2020-10-01",
    "food_equipment-rows": "1",
    "food_equipment-0-name": "灶台",
    "food_equipment-0-count": "2",
    "contact_person__name": "刘敏",
    "contact_person__id_number": PERSON,
    "contact_person__phone": "13800000001",
    "delivery_kind": "window",
}
SITUATION = {"s_business": "restaurant", "s_place": "rented", "s_area": "small"}
MATERIALS = ("business_licence", "resident_id", "food_floor_plan", "food_safety_rules", "lease")
ALL_HERE = {f"state_{code}": "HANDED" for code in MATERIALS}


class Fields(HTMLParser):
    """Reads what a browser would send of the form `desk`: hidden and text fields, what is checked and selected."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        name = said.get("name") or ""
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in said or self._select not in self.found):
            self.found[self._select] = said.get("value") or ""
        elif tag == "input" and name and said.get("type") not in ("file", "submit"):
            if said.get("type") in ("radio", "checkbox") and "checked" not in said:
                return
            self.found[name] = said.get("value") or ""


class At:
    """A clerk at the desk: sends the form as it stands, with what is typed."""

    def __init__(self, client: Any, hall: Counter) -> None:
        self.client, self.hall = client, hall
        self.page = client.get("/desk")

    @property
    def html(self) -> str:
        return self.page.content.decode()

    def send(self, **typed: Any) -> At:
        sent = Fields(self.html).found | {name.replace("p_", "p-"): value for name, value in typed.items()}
        self.page = self.client.post("/desk", sent)
        return self

    def post(self, typed: dict[str, Any]) -> At:
        self.page = self.client.post("/desk", Fields(self.html).found | typed)
        return self

    def follow(self) -> At:
        assert self.page.status_code == 302, self.errors
        self.page = self.client.get(self.page["Location"])
        return self

    @property
    def errors(self) -> list[str]:
        return [each["text"] for each in self.page.context["errors"]]

    @property
    def answer(self) -> Any:
        return self.page.context["answer"]


@pytest.fixture
def hall(client, settings, monkeypatch) -> Counter:
    settings.DEMO = True  # numbers made for demonstrations pass
    monkeypatch.setattr("yichuang.foundation.people.notes.ALIAS", "default")  # a second connection sees nothing
    made = Counter()
    made.seat()
    made.firm = people.make_party("武昌区刘记热干面馆", kind="ENTERPRISE")
    client.force_login(made.account(made.window))
    return made


@pytest.fixture
def at(client, hall, freeze) -> At:
    return At(client, hall)


@pytest.fixture
def freeze(monkeypatch, hall):
    """Let the business clock stand at the moment of the hall."""
    monkeypatch.setattr(clock, "business_now", lambda: hall.at.astimezone(UTC))


def with_item(at: At) -> At:
    at.post({"p-id_kind": "USCC", "p-number": number_of(at.hall.firm)})
    return at.post({"item": ITEM})


def filled(at: At) -> At:
    return with_item(at).post(SITUATION).post(FORM | {"do": "update"})


class TestSittingDown:
    @pytest.mark.parametrize("window", ["", "abc", "999999", "9" * 40])
    def test_a_window_that_there_is_not_is_asked_for_again(self, client, window):
        hall = Counter()
        client.force_login(hall.account(hall.window))

        page = client.post("/desk", {"do": "sit", "window": window})

        assert page.status_code == 422
        assert "请选择窗口。" in page.content.decode()

    def test_asks_for_the_window_first(self, client):
        hall = Counter()
        client.force_login(hall.account(hall.window))

        page = client.get("/desk")
        client.post("/desk", {"do": "sit", "window": hall.one.pk})

        assert "您在哪个窗口" in page.content.decode()
        assert queries.sitting_of(hall.window).window == hall.one

    def test_is_not_for_everybody(self, client):
        hall = Counter()
        client.force_login(hall.account(hall.handler))

        assert client.get("/desk").status_code == 403


class TestTheCallBar:
    def test_calls_and_shows_the_ticket(self, at):
        at.hall.issue()
        at.page = at.client.get("/desk")

        at.post({"do": "call"}).follow()

        assert "A001" in at.html
        assert 'data-key="F3"' in at.html

    def test_keeps_what_was_typed_while_a_ticket_is_recalled(self, at):
        at.hall.issue()
        at.post({"do": "call"}).follow()

        at.post({"do": "recall", "p-name": "刘敏", "p-number": "4201", "item_q": "spjy"})

        assert at.page.status_code == 200
        assert at.page.context["errors"] == []
        assert 'value="刘敏"' in at.html
        assert 'value="4201"' in at.html
        assert Ticket.objects.get().recalls == 1

    def test_a_known_person_is_not_begun_by_a_recall(self, at):
        at.hall.issue(id_kind="USCC", id_number=number_of(at.hall.firm))
        at.post({"do": "call"}).follow()
        assert "武昌区刘记热干面馆" in at.html

        at.post({"do": "recall"})
        assert Ticket.objects.get().state == "CALLED"
        at.post({"item": ITEM})

        assert Ticket.objects.get().state == "SERVING"

    def test_says_why_not(self, at):
        at.post({"do": "call"})

        assert at.page.status_code == 422
        assert at.errors == ["现在没有人等候本窗口。"]

    @pytest.mark.parametrize("do", ["pass", "finish", "pause", "transfer"])
    def test_each_key_does_its_deed(self, at, do):
        at.hall.issue()
        at.post({"do": "call"}).follow()

        at.post({"do": do, "onward": f"window-{at.hall.two.pk}"})

        states = {"pass": "PASSED", "finish": "DONE", "pause": "CALLED", "transfer": "TRANSFERRED"}
        assert at.page.status_code == 200, at.errors
        assert Ticket.objects.get(leg=1).state == states[do]
        assert ('value="resume"' in at.html) == (do == "pause")

    def test_is_sent_again_only_when_it_changed(self, at):
        version = at.page.context["bar"].version

        same = at.client.get(f"/desk/bar?v={version}")
        at.hall.issue()
        changed = at.client.get(f"/desk/bar?v={version}")

        assert (same.status_code, changed.status_code) == (204, 200)


class TestThePerson:
    def test_is_found_by_number(self, at):
        at.post({"p-id_kind": "USCC", "p-number": number_of(at.hall.firm)})

        assert at.page.context["person"].party.name == "武昌区刘记热干面馆"

    def test_is_registered_on_the_spot(self, at):
        at.post({"p-number": PERSON})
        assert "没有登记过" in at.errors[0]

        at.post({"p-number": PERSON, "p-name": "刘敏", "p-phone": ""})

        party = Party.objects.get(name="刘敏")
        assert party.born_on.isoformat() == "1984-06-12"
        assert number_of(party) == PERSON
        assert PERSON not in at.html  # masked from now on

    def test_a_wrong_number_is_told_at_its_field(self, at):
        at.post({"p-number": "42010619840612122X"})

        assert at.page.context["errors"][0]["href"] == "#id_p-number"
        assert not Party.objects.filter(name="").exists()

    def test_what_the_hall_knows_is_shown(self, at):
        with_item(at)

        assert "未启用" in at.html  # appointments
        assert "没有记录" in at.html  # last visit


class TestTheAccountOfThePerson:
    @pytest.fixture
    def liu(self):
        return people.make_party("刘敏", number=PERSON)

    def asked(self, at: At, party: Party, **typed: str) -> Any:
        return at.client.post(f"/desk/accounts/{party.pk}", {"tie": "SELF", "shown": "on"} | typed)

    def test_is_tied_to_him_once_he_has_shown_his_papers(self, at, liu):
        account = people.make_account("", username="newcomer")
        desk = at.client.get(f"/desk?party={liu.pk}").content.decode()

        answer = self.asked(at, liu, username="newcomer")
        account.refresh_from_db()

        assert f'href="/desk/accounts/{liu.pk}"' in desk
        assert answer["Location"] == f"/desk?party={liu.pk}"
        assert actor_for(account, at.hall.at).party_id == liu.pk

    def test_is_not_tied_unseen_nor_to_two_people_nor_for_staff(self, at, liu):
        people.make_account("", username="other", party=people.make_party("何某"))
        people.make_account("handler", "scjg", username="officer")
        people.make_account("", username="newcomer")

        for typed, why in (
            ({"username": "nobody"}, "没有用户名为“nobody”的账号"),
            ({"username": "other"}, "已核对为另一人"),
            ({"username": "officer"}, "是工作人员账号"),
            ({"username": "newcomer", "shown": ""}, "请勾选“已当面核对证件原件，人证一致”"),
        ):
            answer = self.asked(at, liu, **typed)
            assert answer.status_code == 422
            assert why in answer.content.decode()
        assert not liu.ties.exists()

    def test_may_act_for_a_firm(self, at):
        account = people.make_account("", username="newcomer")

        self.asked(at, at.hall.firm, username="newcomer", tie="LEGAL_REPRESENTATIVE")

        assert at.hall.firm.pk in actor_for(account, at.hall.at).party_ids


class TestTheItem:
    @pytest.mark.parametrize("typed", ["spjyxk", "开面馆", "食品经营", "餐饮许可"])
    def test_is_found_by_initials_names_and_aliases(self, at, typed):
        found = at.client.get("/desk/items", {"item_q": typed}).content.decode()

        assert f'value="{ITEM}"' in found

    def test_a_single_hit_is_taken_by_enter(self, at):
        at.post({"p-id_kind": "USCC", "p-number": number_of(at.hall.firm)}).post({"item_q": "食品经营许可（新办）"})

        assert at.page.context["desk"].item_id == ITEM

    def test_warns_of_an_open_case_of_the_same_applicant(self, at):
        """K6."""
        case = at.hall.receive(applicant_id=at.hall.firm.pk)

        with_item(at)

        assert "同一申请人的同一事项还在办理" in at.html
        assert f"/dept/cases/{case.dossier.number}" in at.html

    def test_begins_a_draft_and_notes_who_saw_what_was_filled_in(self, at):
        with_item(at)

        draft = Draft.objects.get()
        assert (draft.is_counter, draft.applicant) == (True, at.hall.firm)
        assert "已填好" in at.html
        assert AccessLog.objects.filter(purpose="reception").count() == 1

    def test_two_applicants_do_not_share_a_draft(self, at):
        with_item(at)
        other = people.make_party("另一家", kind="ENTERPRISE")

        at.post({"change_person": "1"}).post({"p-id_kind": "USCC", "p-number": number_of(other)}).post({"item": ITEM})

        assert Draft.objects.count() == 2


class TestTheForm:
    def test_hides_what_another_answer_has_to_open(self, at):
        form = with_item(at).html

        assert 'id="form-delivery_address" data-opened-by="delivery_kind" data-opened-on="post"' in form


class TestTheAnswer:
    def test_says_at_once_what_is_missing(self, at):
        with_item(at)

        assert not at.answer.can_accept
        assert "先回答情形问题" in [gap.text for gap in at.answer.others]

    def test_follows_the_situation(self, at):
        with_item(at).post(SITUATION | {"s_place": "own"})

        assert "lease" not in [row.code for row in at.page.context["rows"]]

    def test_promises_a_date_and_names_who_handles(self, at):
        filled(at).post(ALL_HERE)

        assert at.answer.can_accept, at.answer.gaps
        assert at.answer.due_at.date().isoformat() == "2019-11-13"
        assert at.answer.who == ("handler",)
        assert "可受理" in at.html

    def test_all_at_one_key(self, at):
        filled(at).post({"all_here": "1"})

        assert at.answer.can_accept

    def test_a_scan_makes_the_material_present(self, at):
        filled(at)
        content = BytesIO()
        Image.new("RGB", (40, 30), "white").save(content, "PNG")
        upload = SimpleUploadedFile("plan.png", content.getvalue(), content_type="image/png")

        at.post({"file_food_floor_plan": upload})

        row = next(each for each in at.page.context["rows"] if each.code == "food_floor_plan")
        assert (row.state, row.pages, len(row.files)) == ("HANDED", 1, 1)

    def test_the_page_of_one_material_takes_files_too_and_leads_back_to_the_desk(self, at, client):
        filled(at)
        draft = Draft.objects.get()
        address = f"/drafts/{draft.pk}/materials/lease"
        back = f"?back=%2Fdesk%3Fdraft%3D{draft.pk}"
        assert f'href="{address}{back}"' in at.html

        content = BytesIO()
        Image.new("RGB", (40, 30), "white").save(content, "PNG")
        done = client.post(address + back, {"upload": SimpleUploadedFile("lease.png", content.getvalue())})
        page = client.get(done["Location"]).content.decode()
        assert f'href="/desk?draft={draft.pk}"' in page
        desk = client.get(f"/desk?draft={draft.pk}")

        row = next(row for row in desk.context["rows"] if row.code == "lease")
        assert (row.state, row.pages, len(row.files)) == ("HANDED", 1, 1)

    def test_nothing_typed_is_lost_however_wrong(self, at):
        filled(at).post({"food_premises_area_m2": "六十", "reason_lease": "没有盖章"})

        assert 'value="六十"' in at.html
        assert 'value="没有盖章"' in at.html


class TestTheKeys:
    def test_enter_in_any_field_only_refreshes(self, at):
        filled(at)

        form = at.html.split('<form id="desk"')[1]

        first = re.search(r"<button[^>]*>", form)
        assert first is not None
        assert 'name="do" value="update"' in first[0]
        assert form.index('name="change_person"') > first.start()

    def test_f8_accepts_and_shows_the_number(self, at):
        filled(at).post(ALL_HERE).post({"do": "accept"}).follow()

        dossier = Dossier.objects.get()
        assert dossier.state == "accepted"
        assert dossier.number in at.html
        assert "撤回受理" in at.html
        assert Draft.objects.get().case_id == dossier.pk
        assert Case.objects.get().delivery_kind == "WINDOW"

    def test_f8_names_every_gap_at_once(self, at):
        """K3."""
        with_item(at).post({"do": "accept"})

        assert at.page.status_code == 422
        assert {"缺“场所租赁合同”", "缺“经营场所平面图和设备布局图”", "请填写“经营场所面积”"} <= set(at.errors)
        assert not Case.objects.exists()

    def test_f7_writes_all_gaps_into_one_notice(self, at):
        """K3, K5."""
        filled(at).post(ALL_HERE | {"state_lease": "MISSING", "reason_lease": "没有带来", "food_premises_area_m2": ""})

        at.post({"do": "notice"}).follow()

        notice = Notice.objects.get()
        assert sorted(row.reason for row in notice.rows.all()) == ["未填写或填写有误", "没有带来"]
        assert Dossier.objects.get().state == "correcting"

    def test_f10_refuses_with_reason_and_basis(self, at):
        filled(at).post({"do": "refuse", "x-how": "REFUSE", "x-reason": "", "x-basis": ""})
        assert "请写明理由和法律依据" in at.errors[0]

        at.post({"do": "refuse", "x-how": "REFUSE", "x-reason": "不属于职权", "x-basis": "许可法32条"}).follow()

        assert Dossier.objects.get().state == "refused"

    def test_f11_is_not_offered_for_what_is_promised(self, at):
        filled(at)

        assert 'data-key="F11"' not in at.html

    def test_f12_puts_aside_and_takes_up_again(self, at):
        filled(at).post({"do": "aside"}).follow()
        assert "武昌区刘记热干面馆" in at.html  # in the list

        at.page = at.client.get(f"/desk?draft={Draft.objects.get().pk}")

        assert at.page.context["desk"].item_id == ITEM
        assert 'value="60"' in at.html

    def test_what_was_begun_for_nothing_is_thrown_away_after_asking(self, at):
        filled(at)
        assert 'value="discard" data-confirm=' in at.html

        at.post({"do": "discard"}).follow()

        assert "已清除，没有收件" in at.html
        assert not Draft.objects.exists()
        assert not Case.objects.exists()

    def test_the_same_post_twice_makes_one_case(self, at):
        """K8: a retry after a cut line carries the same key."""
        filled(at).post(ALL_HERE)
        sent = Fields(at.html).found | {"do": "accept"}

        first, second = at.client.post("/desk", sent), at.client.post("/desk", sent)

        assert Case.objects.count() == 1
        assert first["Location"] == second["Location"]

    def test_paper_that_came_earlier_asks_for_a_reason_and_keeps_both_times(self, at):
        filled(at).post(ALL_HERE | {"r-received_at": "2019-10-29 16:00"}).post({"do": "accept"})
        assert "补录原因" in at.errors[0]

        at.post({"do": "accept", "r-late_because": "前一日停电"}).follow()

        case = Case.objects.get()
        assert (case.entered_at - case.received_at).total_seconds() == 17.5 * 3600
        assert "前一日停电" in at.html

    def test_tolerant_and_by_dictation_with_a_daughter(self, at):
        filled(at).post(ALL_HERE | {"state_food_safety_rules": "DEFERRED", "b-by_dictation": "on"})
        at.post({"a-number": PERSON, "a-name": "张秀云", "a-relation": "FAMILY"})

        at.post({"do": "accept"}).follow()

        case = Case.objects.get()
        assert (case.is_tolerant, case.by_dictation, case.agent.name) == (True, True, "张秀云")


class TestAfterwards:
    def test_undo_within_half_a_minute(self, at):
        filled(at).post(ALL_HERE).post({"do": "accept"}).follow()
        number = Dossier.objects.get().number

        page = at.client.post(f"/desk/case/{number}/undo", follow=True)

        assert Dossier.objects.get().state == "received"
        assert "已撤回受理操作" in page.content.decode()

    def test_a_correction_is_taken_in_at_the_window(self, at):
        filled(at).post(ALL_HERE | {"state_lease": "MISSING"}).post({"do": "notice"}).follow()
        number = Dossier.objects.get().number
        address = f"/desk/case/{number}/correct"
        assert "场所租赁合同" in at.client.get(address).content.decode()

        lacking = at.client.post(address, {"do": "accept"})
        at.client.post(address, {"do": "notice", "came_lease": "1", "wrong_lease": "1", "reason_lease": "没有盖章"})
        again = Notice.objects.get(n=2).rows.get()
        at.client.post(address, {"do": "accept", "came_lease": "1"})

        assert lacking.status_code == 422
        assert (again.reason, again.suspected) == ("没有盖章", False)
        assert Dossier.objects.get().state == "accepted"

    def test_the_result_is_not_for_another_hall(self, at, client):
        filled(at).post(ALL_HERE).post({"do": "accept"}).follow()
        number = Dossier.objects.get().number
        stranger = people.make_account("street_window", "street_shouyilu")
        client.force_login(stranger)

        assert client.get(f"/desk/case/{number}").status_code == 404


class TestTheHall:
    def test_the_guide_gives_out_tickets_by_queue(self, client, hall, freeze):
        client.force_login(hall.account(hall.guide))
        assert "综合受理" in client.get("/desk/tickets").content.decode()

        answer = client.post("/desk/tickets", {"queue": hall.queue.pk, "id_kind": "RESIDENT", "id_number": ""})

        slip = client.get(answer["Location"]).content.decode()
        assert "A001" in slip
        assert "前面还有 0 人" in slip

    def test_old_people_go_first_without_asking(self, client, hall, freeze):
        client.force_login(hall.account(hall.guide))

        number = "999999194103082317"
        client.post("/desk/tickets", {"queue": hall.queue.pk, "id_kind": "RESIDENT", "id_number": number})

        assert Ticket.objects.get().priority == "AGE"

    def test_the_page_is_live(self, client, hall, freeze):
        client.force_login(hall.account(hall.guide))
        version = client.get("/desk/tickets").context["version"]
        live = {"headers": {"HX-Request": "true"}}

        same = client.get(f"/desk/tickets?v={version}", **live)
        commands.pause_window(by=hall.window, at=hall.at)
        changed = client.get(f"/desk/tickets?v={version}", **live)

        assert same.status_code == 204
        assert "暂停服务" in changed.content.decode()  # K9

    def test_who_only_looks_gives_out_nothing(self, client, hall, freeze):
        client.force_login(people.make_account("hall_office", hall.hall))

        page = client.post("/desk/tickets", {"queue": hall.queue.pk, "id_kind": "RESIDENT"})

        assert not Ticket.objects.exists()
        assert not page.context["may_issue"]

    def test_the_public_screen_shows_numbers_and_no_names(self, client, hall, freeze):
        hall.issue(id_kind="USCC", id_number=number_of(hall.firm))
        commands.call_next(by=hall.window, at=hall.at)
        client.logout()

        page = client.get("/screen/call/hall").content.decode()

        assert "A001" in page
        assert "刘记" not in page


class TestBags:
    def test_go_by_scan_from_the_window_to_the_department(self, at, client):
        filled(at).post(ALL_HERE).post({"do": "accept"})
        code = PaperBag.objects.get().code
        assert code in client.get("/desk/bags").content.decode()
        assert code in client.get(f"/desk/bags/{code}/label").content.decode()

        given = client.post("/desk/bags", {"to_place": "DEPARTMENT", "codes": code})
        client.force_login(at.hall.account(at.hall.handler))
        client.post(given["Location"], {"codes": code})

        paper = CustodyList.objects.get()
        assert paper.taken_by_id == at.hall.handler.account_id
        assert Reception.objects.get().case.bag.place == "DEPARTMENT"

    def test_a_wrong_code_is_told_at_the_field(self, at, client):
        page = client.post("/desk/bags", {"to_place": "DEPARTMENT", "codes": "B1"})

        assert page.status_code == 422
        assert "以下袋号不在本处" in page.content.decode()


class TestPrinting:
    def taken_in(self, at: At) -> str:
        filled(at).post(ALL_HERE).post({"do": "accept"}).follow()
        assert "受理通知书" in at.html
        return Dossier.objects.get().number

    def test_gives_one_pdf_of_what_is_owed(self, at, client):
        self.taken_in(at)

        answer = client.post("/papers/print", {"dossier": Dossier.objects.get().pk})

        assert answer["Content-Type"] == "application/pdf"
        assert len(PdfReader(BytesIO(answer.content)).pages) >= 2  # 材料接收凭证, 受理通知书
        assert set(PrintedCopy.objects.values_list("n", flat=True)) == {0}

    def test_a_reprint_asks_for_a_reason_and_is_noted(self, at, client):
        number = self.taken_in(at)
        client.post("/papers/print", {"dossier": Dossier.objects.get().pk})
        paper = Paper.objects.get(name="受理通知书")

        without = client.post("/papers/print", {"paper": paper.pk})
        client.post("/papers/print", {"paper": paper.pk, "reason": "卡纸"})

        assert without.status_code == 422
        paper.refresh_from_db()
        assert paper.reprints == 1
        assert "已补打1次" in client.get(f"/desk/case/{number}").content.decode()

    def test_nothing_left_to_print_is_told(self, at, client):
        self.taken_in(at)
        client.post("/papers/print", {"dossier": Dossier.objects.get().pk})

        again = client.post("/papers/print", {"dossier": Dossier.objects.get().pk})

        assert "没有待打印的文书" in again.content.decode()
