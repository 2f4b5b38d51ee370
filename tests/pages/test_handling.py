"""The desks of a department on pages: list, one screen a case, deeds, and the second of two approvers."""

from __future__ import annotations

from typing import ClassVar

import pytest
from django.test import Client

from tests.domains.cases.test_pending_approval import pending
from tests.support import people
from tests.support.engine import Hall, china
from yichuang.domains.cases import commands
from yichuang.domains.cases.models import Case
from yichuang.domains.cases.rules import Row
from yichuang.domains.cases.terms import Channel, NoticeChannel
from yichuang.domains.licences.models import Licence
from yichuang.foundation.people import queries as people_queries
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.models import AccessLog, Account
from yichuang.foundation.records.models import Record
from yichuang.foundation.work import commands as work_commands
from yichuang.foundation.work import queries as work
from yichuang.foundation.work.models import Clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def business_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every page be answered on Wednesday 2019-10-09 at 10:00."""
    monkeypatch.setattr("yichuang.foundation.people.middleware.clock.business_now", lambda: china("2019-10-09 10:00"))


def log_in(client: Client, actor: Actor) -> None:
    client.force_login(Account.objects.get(pk=actor.account_id))


def accepted(hall: Hall, **more: object) -> Case:
    case = hall.receive(**more)
    commands.accept_case(case_id=case.pk, by=hall.window, at=hall.at)
    return case


class TestWorkList:
    def test_counts_and_rows_of_the_own_unit(self, client: Client) -> None:
        hall = Hall()
        case = accepted(hall)
        log_in(client, hall.handler)

        page = client.get("/dept").content.decode()

        assert case.dossier.number in page
        assert "已超期" in page

    def test_shows_nothing_of_another_unit(self, client: Client) -> None:
        hall = Hall()
        case = accepted(hall)
        log_in(client, people.make_actor("handler", "wlj", at=hall.at))

        assert case.dossier.number not in client.get("/dept").content.decode()
        assert client.get(f"/dept/cases/{case.dossier.number}").status_code == 404

    def test_a_row_escapes_what_people_wrote(self, client: Client) -> None:
        hall = Hall()
        hall.party.name = "<b>刘</b> & {applicant}"
        hall.party.save()
        accepted(hall)
        log_in(client, hall.handler)

        page = client.get("/dept").content.decode()

        assert "<td>&lt;b&gt;刘&lt;/b&gt; &amp; {applicant}</td>" in page
        assert page.count("<tr data-row>") == 1

    def test_an_address_that_asks_for_no_page_gets_the_first_and_one_too_far_the_last(self, client: Client) -> None:
        hall = Hall()
        case = accepted(hall)
        log_in(client, hall.handler)

        for asked in ("", "0", "-1", "x", "99", "9" * 30):
            page = client.get(f"/dept?show=all&page={asked}")
            assert page.status_code == 200
            assert case.dossier.number in page.content.decode()


class TestPrecheck:
    def test_an_online_application_is_listed_and_accepted(self, client: Client) -> None:
        hall = Hall()
        case = hall.receive(channel=Channel.ONLINE)
        log_in(client, hall.handler)

        assert case.dossier.number in client.get("/desk/prechecks").content.decode()
        done = client.post(f"/dept/cases/{case.dossier.number}/accept", {"key": "k1"})

        assert done.status_code == 302
        case.dossier.refresh_from_db()
        assert case.dossier.state == "accepted"

    def test_the_window_opens_what_it_checks_though_it_is_of_another_unit(self, client: Client) -> None:
        hall = Hall()
        case = hall.receive(channel=Channel.ONLINE)
        log_in(client, hall.window)
        address = f"/dept/cases/{case.dossier.number}"

        listed = client.get("/desk/prechecks").content.decode()
        opened = client.get(address)
        accepted = client.post(f"{address}/accept", {"key": "k1"}, follow=True)

        assert f'href="{address}"' in listed
        assert opened.status_code == 200
        assert accepted.status_code == 200, accepted.redirect_chain
        case.dossier.refresh_from_db()
        assert case.dossier.state == "accepted"

    def test_the_same_key_twice_changes_nothing(self, client: Client) -> None:
        hall = Hall()
        case = hall.receive(channel=Channel.ONLINE)
        log_in(client, hall.handler)
        address = f"/dept/cases/{case.dossier.number}/accept"

        client.post(address, {"key": "k1"})
        again = client.post(address, {"key": "k1"})

        assert again.status_code == 302

    def test_a_notice_names_every_ticked_material_with_its_reason(self, client: Client) -> None:
        hall = Hall()
        case = hall.receive(channel=Channel.ONLINE)
        log_in(client, hall.handler)

        client.post(
            f"/dept/cases/{case.dossier.number}/ask-correction",
            {"key": "k", "ask_food_floor_plan": "1", "reason_food_floor_plan": "未标面积"},
        )

        (notice,) = case.notices.all()
        assert [(row.material, row.reason) for row in notice.rows.all()] == [("food_floor_plan", "未标面积")]

    def test_a_no_loses_nothing_of_what_was_ticked_and_written(self, client: Client) -> None:
        hall = Hall()
        case = hall.receive(channel=Channel.ONLINE)
        log_in(client, hall.window)
        address = f"/dept/cases/{case.dossier.number}/ask-correction"
        said = {"ask_food_floor_plan": "1", "reason_food_floor_plan": "没有标注尺寸", "field_reason": "与执照不符"}

        page = client.post(address, said | {"field": "经营场所" * 20})

        html = page.content.decode()
        assert page.status_code == 422
        assert "不超过 64 个字" in html
        assert 'name="ask_food_floor_plan" value="1" checked' in html
        assert "没有标注尺寸" in html
        assert "与执照不符" in html
        assert not case.notices.exists()


class TestSigning:
    def test_the_second_of_two_approvers_is_told_who_acted(self, client: Client) -> None:
        hall = Hall()
        case = accepted(hall)
        step = work.live_steps(case.dossier).get()
        other = people.make_actor("handler", hall.unit, at=hall.at, name="乙")
        commands.complete_step(step_id=step.pk, outcome="agree", opinion="", by=hall.handler, at=hall.at)
        log_in(client, other)

        late = client.post(
            f"/dept/cases/{case.dossier.number}/steps/{step.pk}/complete",
            {"key": "k", "outcome": "agree", "opinion": "我的意见"},
        )

        page = late.content.decode()
        assert late.status_code == 422
        assert "已由handler于2019-10-08 09:30处理" in page

    def test_from_opinion_to_the_signed_decision(self, client: Client) -> None:
        hall = Hall()
        case = accepted(hall)
        base = f"/dept/cases/{case.dossier.number}"
        for actor, outcome in ((hall.handler, "agree"), (hall.reviewer, "agree")):
            log_in(client, actor)
            assert client.get(base).status_code == 200
            step = work.live_steps(case.dossier).get()
            client.post(f"{base}/steps/{step.pk}/complete", {"key": outcome, "outcome": outcome, "opinion": "同意"})
        log_in(client, hall.signer)
        assert "签发准予决定" in client.get(base).content.decode()

        client.post(f"{base}/approve", {"key": "sign", "content": "准予经营餐饮"})

        case.dossier.refresh_from_db()
        assert case.dossier.state == "approved"
        assert client.get(base).status_code == 200

    def test_a_denial_without_basis_is_not_signed(self, client: Client) -> None:
        hall = Hall()
        case = accepted(hall)
        log_in(client, hall.signer)

        refused = client.post(f"/dept/cases/{case.dossier.number}/deny", {"key": "k", "reason": "不符", "basis": ""})

        assert refused.status_code == 422
        case.dossier.refresh_from_db()
        assert case.dossier.state == "accepted"


class TestPreview:
    """Before a decision is signed it is read as it will be printed (practice, screen 2)."""

    def test_of_an_approval_signs_nothing_and_says_what_will_be_printed(self, client: Client) -> None:
        hall = Hall()
        case = accepted(hall)
        log_in(client, hall.signer)
        address = f"/dept/cases/{case.dossier.number}/approve"

        page = client.post(address, {"do": "preview", "content": "准予经营餐饮", "opinion": "同意"}).content.decode()

        assert "准予行政许可决定书" in page
        assert "许可内容：准予经营餐饮" in page
        assert "〔签发时编号〕" in page
        assert f'action="{address}"' in page
        assert 'name="content" value="准予经营餐饮"' in page
        assert not case.decisions.exists()

    def test_of_a_denial_shows_reason_basis_and_remedies(self, client: Client) -> None:
        hall = Hall()
        case = accepted(hall)
        log_in(client, hall.signer)
        address = f"/dept/cases/{case.dossier.number}/deny"

        page = client.post(address, {"do": "preview", "reason": "面积不足", "basis": "食品安全法 第三十三条"})

        for text in ("面积不足", "食品安全法 第三十三条", "行政复议", "行政诉讼"):
            assert text in page.content.decode()
        assert not case.decisions.exists()

    def test_is_not_drawn_without_basis(self, client: Client) -> None:
        hall = Hall()
        case = accepted(hall)
        log_in(client, hall.signer)

        refused = client.post(f"/dept/cases/{case.dossier.number}/deny", {"do": "preview", "reason": "面积不足"})

        assert refused.status_code == 422
        assert 'href="#deny_basis"' in refused.content.decode()


class TestOneScreen:
    def test_who_acted_before_and_what_he_wrote(self, client: Client) -> None:
        hall = Hall()
        case = accepted(hall)
        step = work.live_steps(case.dossier).get()
        commands.complete_step(step_id=step.pk, outcome="agree", opinion="现场相符", by=hall.handler, at=hall.at)
        log_in(client, hall.reviewer)

        page = client.get(f"/dept/cases/{case.dossier.number}").content.decode()

        top = page[: page.index('id="materials-heading"')]
        assert all(text in top for text in ("前手意见", "handler", "同意", "现场相符"))
        assert "环节办理" in page
        assert "StepHandled" not in page

    def test_marks_what_a_correction_changed(self, client: Client) -> None:
        hall = Hall()
        case = hall.receive(answers={"food_business_form": "catering"})
        row = Row(name="主体业态", reason="填错", field="food_business_form")
        commands.ask_correction(case_id=case.pk, rows=[row], channel=NoticeChannel.WINDOW, by=hall.window, at=hall.at)
        commands.hand_in_correction(
            case_id=case.pk, brought={}, answers={"food_business_form": "canteen"}, by=hall.citizen, at=hall.at
        )
        log_in(client, hall.handler)

        page = client.get(f"/dept/cases/{case.dossier.number}").content.decode()

        assert page.count('class="was"') == 1
        assert "餐饮服务经营者" in page[page.index('class="was"') :][:200]

    def test_a_phrase_of_ones_own_fills_the_opinion(self, client: Client) -> None:
        hall = Hall()
        case = accepted(hall)
        log_in(client, hall.handler)
        client.post("/dept/phrases", {"phrase_1": "材料齐全，现场相符，建议准予。", "phrase_2": " "})
        address = f"/dept/cases/{case.dossier.number}"

        assert 'data-key="Alt+1"' in client.get(address).content.decode()
        assert ">材料齐全，现场相符，建议准予。</textarea>" in client.get(
            f"{address}?phrase=1"
        ).content.decode().replace("\n", "")
        log_in(client, hall.reviewer)
        assert 'data-key="Alt+1"' not in client.get(address).content.decode()

    def test_the_history_says_which_limit_came_due_and_how_late_it_is(self, client: Client) -> None:
        hall = Hall()
        case = accepted(hall)
        clock = Clock.objects.get(dossier=case.dossier, kind="promise", step=None)
        work_commands.pass_rungs(clock_id=clock.pk, at=china("2019-11-05 09:00"))
        log_in(client, hall.handler)

        page = client.get(f"/dept/cases/{case.dossier.number}").content.decode()

        assert [
            said for said in ("承诺时限 进入临期", "承诺时限 到期", "承诺时限 超期 5 个工作日") if said not in page
        ] == []


class TestHandingOut:
    @pytest.fixture
    def address(self, client: Client) -> str:
        hall = Hall()
        case = accepted(hall)
        for who in (hall.handler, hall.reviewer):
            step = work.live_steps(case.dossier).get()
            commands.complete_step(step_id=step.pk, outcome="agree", opinion="", by=who, at=hall.at)
        commands.approve_case(case_id=case.pk, by=hall.signer, at=hall.at)
        log_in(client, hall.delivery)
        return f"/dept/cases/{case.dossier.number}/deliver"

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            ({}, "请填写领取人；邮寄的，请填写邮寄单号。"),
            ({"receiver": "刘" * 81}, "不超过 80 个字"),
            ({"waybill": "E" * 41}, "不超过 40 个字"),
        ],
    )
    def test_says_who_has_it(self, client: Client, address: str, said: dict[str, str], told: str) -> None:
        page = client.post(address, said)

        assert page.status_code == 422
        assert told in page.content.decode()
        assert Case.objects.get().dossier.state == "approved"

    def test_goes_out_to_one_person(self, client: Client, address: str) -> None:
        assert client.post(address, {"receiver": "刘某"}).status_code == 302

        assert Case.objects.get().dossier.state == "delivered"


class TestCheckingACommitment:
    @pytest.mark.parametrize("said", [{"result": "BREACHED"}, {"result": "nonsense", "finding": "相符"}, {}])
    def test_a_breach_says_what_was_found(self, client: Client, said: dict[str, str]) -> None:
        hall = Hall()
        case = accepted(hall)
        log_in(client, hall.handler)

        page = client.post(f"/dept/cases/{case.dossier.number}/check-commitment", said)

        assert page.status_code == 422
        assert "govuk-error-summary" in page.content.decode()


class TestBesideTheHandling:
    def asked(self, hall: Hall) -> Case:
        case = hall.receive()
        row = Row(name="经营场所平面图", reason="没有标注面积", material="food_floor_plan")
        commands.ask_correction(case_id=case.pk, rows=[row], channel=NoticeChannel.WINDOW, by=hall.window, at=hall.at)
        return case

    def test_a_call_is_noted_also_when_nobody_answered(self, client: Client) -> None:
        hall = Hall()
        case = self.asked(hall)
        log_in(client, hall.handler)
        base = f"/dept/cases/{case.dossier.number}"
        assert "记录电话告知" in client.get(base).content.decode()

        client.post(f"{base}/phone", {"key": "a", "number": "13900000001", "said": "请补平面图"})

        page = client.get(base).content.decode()
        assert "未接通" in page
        assert "请补平面图" in page
        assert "电话告知补正" in page

    def test_deferred_material_is_taken_in_and_the_licence_made(self, client: Client) -> None:
        hall = Hall()
        case = pending(hall)
        base = f"/dept/cases/{case.dossier.number}"
        log_in(client, hall.handler)
        client.post(f"{base}/supplement", {"key": "a", "came_food_safety_rules": "1"})
        log_in(client, hall.signer)
        assert "制证并核发证照" in client.get(base).content.decode()

        client.post(f"{base}/certify", {"key": "b"})

        case.dossier.refresh_from_db()
        assert case.dossier.state == "certified"
        assert Licence.objects.filter(dossier=case.dossier).exists()

    def test_a_number_outside_stands_on_the_work_list(self, client: Client) -> None:
        hall = Hall()
        case = accepted(hall)
        log_in(client, hall.handler)

        client.post(
            f"/dept/cases/{case.dossier.number}/outside", {"key": "a", "system": "省一张网", "number": "HB-2019-7"}
        )

        assert "HB-2019-7" in client.get("/dept").content.decode()


class TestApplicant:
    @pytest.fixture(autouse=True)
    def one_connection(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("yichuang.foundation.people.notes.ALIAS", "default")  # a second one sees nothing

    def test_the_whole_number_is_shown_after_it_was_noted_who_looked_and_why(self, client: Client) -> None:
        hall = Hall()
        case = accepted(hall)
        whole = people_queries.number_of(case.applicant)
        log_in(client, hall.handler)
        address = f"/dept/cases/{case.dossier.number}/applicant"
        screen = client.get(f"/dept/cases/{case.dossier.number}").content.decode()
        assert whole not in screen
        assert address in screen

        asked = client.get(address).content.decode()
        refused = client.post(address, {"reason": " "}).content.decode()
        assert whole not in asked + refused
        assert not Record.objects.filter(kind="Unmasked").exists()

        shown = client.post(address, {"reason": "核对营业执照"})

        assert whole in shown.content.decode()
        assert "no-store" in shown["Cache-Control"]
        noted = Record.objects.get(kind="Unmasked")
        assert "核对营业执照" in noted.payload
        assert str(hall.handler.account_id) in noted.by

    ANSWERS: ClassVar = {
        "food_safety_manager": {"name": "欧阳娜", "id_number": "999999198603170020"},
        "contact_person": {"name": "欧阳娜", "id_number": "999999198603170020", "phone": "13800001234"},
        "food_workers": [{"name": "钱进宝", "post": "厨师", "certificate": "示0001", "until": "2020-06-30"}],
    }

    def test_numbers_among_the_answers_are_covered_and_shown_whole_beside_the_applicants(self, client: Client) -> None:
        hall = Hall()
        case = accepted(hall, answers=self.ANSWERS)
        log_in(client, hall.handler)
        address = f"/dept/cases/{case.dossier.number}/applicant"

        screen = client.get(f"/dept/cases/{case.dossier.number}").content.decode()
        assert "999999********0020" in screen
        assert "138****1234" in screen
        assert "欧阳娜" in screen
        assert "999999198603170020" not in screen
        assert "13800001234" not in screen

        shown = client.post(address, {"reason": "约看现场"}).content.decode()

        assert "身份证号码：999999198603170020" in shown
        assert "联系电话：13800001234" in shown
        assert "厨师" not in shown, "only what the screen covers"
        noted = AccessLog.objects.order_by("pk").values_list("subject", "fields", "reason")
        assert list(noted) == [
            (f"people.Party/{case.applicant_id}", "id_number phone address", "约看现场"),
            (f"cases.Case/{case.pk}", "answers", "约看现场"),
        ]
        assert Record.objects.filter(kind="Unmasked").count() == 2

    def test_what_a_correction_changed_is_covered_too(self, client: Client) -> None:
        hall = Hall()
        case = accepted(hall, answers=self.ANSWERS)
        case.write("answers_before", {"contact_person": {"name": "欧阳娜", "id_number": "999999197702140332"}})
        case.save()
        log_in(client, hall.handler)

        screen = client.get(f"/dept/cases/{case.dossier.number}").content.decode()

        assert "999999197702140332" not in screen
        assert "已改" in screen
        assert "999999********0332" in screen

    def test_who_sees_names_covered_sees_none_of_a_person(self, client: Client) -> None:
        hall = Hall()
        case = accepted(hall, answers=self.ANSWERS)
        log_in(client, people.make_actor("discipline", people.make_unit("jw"), at=hall.at))

        screen = client.get(f"/dept/cases/{case.dossier.number}").content.decode()

        assert "欧**" in screen
        assert "钱**" in screen
        assert "刘*" in screen
        assert not [name for name in ("欧阳娜", "钱进宝", hall.party.name) if name in screen]

    def test_of_another_unit_there_is_none(self, client: Client) -> None:
        hall = Hall()
        case = accepted(hall)
        log_in(client, people.make_actor("handler", "wlj", at=hall.at))

        assert client.post(f"/dept/cases/{case.dossier.number}/applicant", {"reason": "看看"}).status_code == 404


class TestCountersigning:
    def test_is_asked_given_and_lets_the_step_end(self, client: Client) -> None:
        hall = Hall()
        case = accepted(hall)
        fire = people.make_actor("handler", "fire", at=hall.at)
        unit = next(iter(fire.unit_ids))
        step = work.live_steps(case.dossier).get()
        address = f"/dept/cases/{case.dossier.number}"
        log_in(client, hall.handler)

        client.post(f"{address}/steps/{step.pk}/countersign", {"key": "a", "units": [unit], "asked": "消防通道"})
        refused = client.post(f"{address}/steps/{step.pk}/complete", {"key": "b", "outcome": "agree"})
        assert refused.status_code == 422
        assert "还有单位没有给出意见" in refused.content.decode()

        log_in(client, fire)
        assert "待会签" in client.get("/dept").content.decode()
        share = case.dossier.shares.get()
        unreasoned = client.post(f"{address}/countersigns/{share.pk}", {"key": "c", "outcome": "disagree"})
        assert "不同意会签须写明意见" in unreasoned.content.decode()
        client.post(f"{address}/countersigns/{share.pk}", {"key": "d", "outcome": "agree", "countersign_opinion": "好"})

        log_in(client, hall.handler)
        assert client.post(f"{address}/steps/{step.pk}/complete", {"key": "e", "outcome": "agree"}).status_code == 302

    def test_what_was_ticked_and_typed_stays_with_what_is_wrong(self, client: Client) -> None:
        hall = Hall()
        case = accepted(hall)
        people.make_actor("handler", "fire", at=hall.at)
        step = work.live_steps(case.dossier).get()
        log_in(client, hall.handler)

        answer = client.post(
            f"/dept/cases/{case.dossier.number}/steps/{step.pk}/countersign", {"key": "a", "asked": "请看消防通道"}
        )

        assert answer.status_code == 422
        assert "请看消防通道" in answer.content.decode()

    def test_a_share_of_another_case_is_not_found(self, client: Client) -> None:
        hall = Hall()
        one, other = accepted(hall), accepted(hall)
        step = work.live_steps(one.dossier).get()
        fire = people.make_actor("handler", "fire", at=hall.at)
        client.force_login(Account.objects.get(pk=hall.handler.account_id))
        client.post(
            f"/dept/cases/{one.dossier.number}/steps/{step.pk}/countersign",
            {"key": "a", "units": list(fire.unit_ids), "asked": "消防通道"},
        )
        share = one.dossier.shares.get()

        log_in(client, hall.handler)
        answer = client.post(
            f"/dept/cases/{other.dossier.number}/countersigns/{share.pk}/take-back", {"key": "b", "because": "错"}
        )

        assert answer.status_code == 404
