"""The life of an application over the API: draft, hand in, steps, decision, paper, licence, proof."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.support import people
from tests.support.api import ITEM, ROOT, Caller, begun, caller, picture, ready, upload
from yichuang.domains.cases import commands
from yichuang.domains.cases.api.schemas import WaitingOut, WorkListOut
from yichuang.domains.cases.models import Case, Draft
from yichuang.domains.cases.rules import Brought
from yichuang.foundation.documents.models import Paper
from yichuang.foundation.documents.rendering import render_paper
from yichuang.foundation.records import commands as records
from yichuang.kernel import ledger

pytestmark = pytest.mark.django_db


class TestApplying:
    def test_items_are_found_and_told(self, hall):
        stranger = caller()
        rows = stranger.ask("GET", "/items?q=食品&limit=1")
        assert rows["items"][0]["name"].startswith("食品")

        item = stranger.ask("GET", f"/items/{ITEM}")
        assert item["promise"]["limit"] > 0
        assert {each["code"] for each in item["materials"]} >= {"food_floor_plan"}
        assert stranger.ask("GET", f"/forms/{item['form']}")["type"] == "object"

    def test_the_list_of_items_is_walked_by_cursor(self, hall):
        stranger, seen, cursor = caller(), [], ""
        while True:
            page = stranger.ask("GET", f"/items?limit=5&cursor={cursor}")
            seen += [row["id"] for row in page["items"]]
            cursor = page["next"]
            if not cursor:
                break

        assert seen == sorted(set(seen))
        assert ITEM in seen

    def test_from_draft_to_number(self, hall):
        client = hall.citizen_calls()
        draft = ready(client, hall)

        receipt = client.ask("POST", "/applications", {"draft": draft}, status=201)

        case = Case.objects.get()
        assert (receipt["number"], receipt["query_code"]) == (case.dossier.number, case.query_code)
        assert client.ask("GET", f"/cases/{receipt['number']}")["state_label"] == "已接件"
        assert client.ask("GET", f"/drafts/{draft}")["case"] == receipt["number"]
        assert client.ask("GET", "/drafts")["items"] == []
        assert client.ask("GET", f"/cases/{receipt['number']}/timeline")["items"][0]["title"] == "已接件"
        materials = client.ask("GET", f"/cases/{receipt['number']}/materials")["items"]
        plan = next(each for each in materials if each["code"] == "food_floor_plan")
        assert plan["state"] == "HANDED"
        assert client.get(plan["files"][0]["url"]).status_code == 200

    def test_a_draft_that_is_not_ready_says_all_that_is_wanting(self, hall):
        client = hall.citizen_calls()
        draft = client.ask("POST", "/drafts", {"item": ITEM}, status=201)

        no = client.ask("POST", "/applications", {"draft": draft["id"]}, status=422)

        assert no["code"] == "cases.draft_not_ready"
        assert "请先回答您的情况" in no["detail"] and "请先选择申请人" in no["detail"]
        assert {each["where"] for each in no["errors"]} >= {"situation", "applicant"}

    def test_handing_in_twice_gives_the_same_case(self, hall):
        client = hall.citizen_calls()
        draft = ready(client, hall)

        first = client.ask("POST", "/applications", {"draft": draft}, status=201)
        second = client.ask("POST", "/applications", {"draft": draft}, status=201)

        assert first["number"] == second["number"]
        assert Case.objects.count() == 1

    @pytest.mark.parametrize(
        ("path", "body", "where"),
        [
            ("situation", {"situation": {"business": "moon"}}, "body.situation.business"),
            ("situation", {"situation": {"moon": "x"}}, "body.situation.moon"),
            ("parties", {"applicant": 999999}, "body.applicant"),
            ("parties", {"applicant": "x"}, "body.applicant"),
        ],
    )
    def test_a_wrong_answer_is_422_and_names_its_place(self, hall, path, body, where):
        client = hall.citizen_calls()
        draft = client.ask("POST", "/drafts", {"item": ITEM}, status=201)

        no = client.ask("PUT", f"/drafts/{draft['id']}/{path}", body, status=422)

        assert [each["where"] for each in no["errors"]] == [where]
        assert no["errors"][0]["message"]

    def test_an_answer_is_held_to_the_schema(self, hall):
        client = hall.citizen_calls()
        draft = begun(client, hall)
        path = f"/drafts/{draft['id']}/answers"

        assert client.ask("PATCH", path, {"answers": {"moon": 1}}, status=422)["code"] == "cases.wrong_answer"
        code = next(iter(client.ask("GET", f"/forms/{draft['form']}")["properties"]))
        client.ask("PATCH", path, {"answers": {code: 12}}, status=422)
        client.ask("PATCH", path, {"answers": {code: None}})

    def test_post_needs_an_address(self, hall):
        client = hall.citizen_calls()
        draft = client.ask("POST", "/drafts", {"item": ITEM}, status=201)
        body = {"applicant": hall.party.pk, "delivery_kind": "POST"}

        no = client.ask("PUT", f"/drafts/{draft['id']}/parties", body, status=422)
        assert "recipient_address" in no["errors"][0]["message"]

    def test_a_file_comes_and_goes(self, hall):
        client = hall.citizen_calls()
        draft = begun(client, hall)["id"]
        upload(client, draft, "moon", status=404)

        made = upload(client, draft, "food_floor_plan")
        assert made["state"] == "HANDED"
        client.ask("DELETE", f"/drafts/{draft}/files/{made['files'][0]['id']}", status=204)

        rows = client.ask("GET", f"/drafts/{draft}/materials")["items"]
        assert next(each for each in rows if each["code"] == "food_floor_plan")["files"] == []
        client.ask("DELETE", f"/drafts/{draft}", status=204)
        client.ask("GET", f"/drafts/{draft}", status=404)

    def test_a_file_of_a_wrong_kind_is_a_no(self, hall):
        client = hall.citizen_calls()
        draft = begun(client, hall)["id"]
        body = {"file": SimpleUploadedFile("x.exe", b"MZ\x90\x00", content_type="image/png")}

        no = client.send(f"/drafts/{draft}/materials/food_floor_plan", body, status=409)

        assert no["code"].startswith("files.")

    def test_somebody_elses_draft_is_not_there(self, hall):
        draft = hall.citizen_calls().ask("POST", "/drafts", {"item": ITEM}, status=201)
        other = caller(people.make_account(party=people.make_party()))

        other.ask("GET", f"/drafts/{draft['id']}", status=404)
        other.ask("DELETE", f"/drafts/{draft['id']}", status=404)
        other.ask("POST", "/applications", {"draft": draft["id"]}, status=404)
        assert Draft.objects.exists()


class TestWholeLife:
    def test_from_the_first_word_to_the_proof(self, hall):
        """Everything that people and offices do between two jobs of the worker, over the API alone."""
        citizen, handler, reviewer = hall.citizen_calls(), hall.calls("handler"), hall.calls("reviewer")
        number = citizen.ask("POST", "/applications", {"draft": ready(citizen, hall)}, key="in", status=201)["number"]
        assert handler.ask("POST", f"/cases/{number}/accept", {}, key="accept")["state"] == "accepted"
        for client in (handler, reviewer):
            (step,) = client.ask("GET", "/steps")["items"]
            client.ask("POST", f"/steps/{step['id']}/claim", key="claim")
            done = {"outcome": step["outcomes"][0], "opinion": "同意"}
            assert client.ask("POST", f"/steps/{step['id']}/complete", done, key="done")["state"] == "done"
        approved = hall.calls("signer").ask("POST", f"/cases/{number}/approve", {"content": "准予经营"}, key="sign")

        papers = citizen.ask("GET", f"/cases/{number}/papers")["items"]
        paper_id = next(each["id"] for each in papers if f"{each['name']} {each['number']}" == approved["paper"])
        render_paper(paper_id, at=hall.at)  # what the worker does between two requests
        records.anchor(at=hall.at, keys=settings.KEYS)

        paper = citizen.ask("GET", f"/papers/{paper_id}")
        content = b"".join(citizen.get(f"{ROOT}/papers/{paper_id}/pdf").streaming_content)
        verified = caller().ask("GET", f"/verification/{paper['verify_code']}")
        assert verified["is_valid"] is True
        assert verified["sha256"] == sha256(content).hexdigest()
        told = citizen.ask("GET", f"/cases/{number}/proof")
        proof = ledger.Proof(told["inclusion"]["index"], told["inclusion"]["size"], tuple(told["inclusion"]["path"]))
        assert ledger.verify_proof(told["leaf"].encode(), proof, told["anchor"]["changes"])
        chain = citizen.ask("GET", f"/cases/{number}/records?limit=200")["items"]
        assert (chain[0]["digest"], len(chain)) == (told["head"], told["count"])


class TestIntake:
    """From what was received to the plan's first steps, or to the end."""

    @pytest.fixture
    def received(self, hall) -> str:
        return hall.receive().dossier.number

    def test_accepts_once(self, hall, received):
        window = hall.calls("window")

        case = window.ask("POST", f"/cases/{received}/accept", {})

        assert (case["state_label"], case["accepted_at"] is None) == ("已受理", False)
        assert {each["kind"] for each in case["clocks"]} >= {"promise", "legal"}
        assert window.ask("POST", f"/cases/{received}/accept", {}, status=409)["code"] == "work.not_open"

    def test_what_is_missing_is_named_at_once_with_the_law(self, hall):
        brought = {"lease": Brought(), "resident_id": Brought()}
        number = hall.receive(brought=brought).dossier.number

        no = hall.calls("window").ask("POST", f"/cases/{number}/accept", {}, status=409)

        assert (no["code"], no["basis"]) == ("cases.materials_missing", "行政许可法 第三十二条")
        assert all(name in no["detail"] for name in ("平面", "制度"))

    def test_is_corrected_once_and_handed_in_again(self, hall, received):
        window, citizen = hall.calls("window"), hall.citizen_calls()
        rows = [
            {"material": "food_floor_plan", "reason": "未标注操作间", "how": "补画操作间"},
            {"field": "经营面积", "reason": "与图纸不一致"},
        ]

        told = window.ask("POST", f"/cases/{received}/ask-correction", {"rows": rows})
        assert told["state"] == "correcting"
        assert [each["name"] for each in told["notices"][0]["rows"]] == [
            told["notices"][0]["rows"][0]["name"],
            "经营面积",
        ]

        half = citizen.send(f"/cases/{received}/hand-in-correction", {"经营面积": "45"}, status=409)
        assert half["code"] == "cases.still_missing"
        whole = {"food_floor_plan": picture(), "经营面积": "45"}
        after = citizen.send(f"/cases/{received}/hand-in-correction", whole, key="again")
        assert after["state"] == "corrected"
        whole = {"food_floor_plan": picture(), "经营面积": "45"}
        assert citizen.send(f"/cases/{received}/hand-in-correction", whole, key="again") == after
        materials = citizen.ask("GET", f"/cases/{received}/materials")["items"]
        assert len(next(each for each in materials if each["code"] == "food_floor_plan")["files"]) == 1

    @pytest.mark.parametrize(
        ("rows", "where"),
        [
            ([{"material": "moon", "reason": "x"}], "body.rows.0.material"),
            ([{"reason": "x"}], "body.rows.0"),
            ([{"material": "lease", "field": "y", "reason": "x"}], "body.rows.0"),
            ([{"material": "lease", "reason": ""}], "body.rows.0.reason"),
            ([], "body.rows"),
        ],
    )
    def test_a_correction_names_what_there_is(self, hall, received, rows, where):
        no = hall.calls("window").ask("POST", f"/cases/{received}/ask-correction", {"rows": rows}, status=422)

        assert [each["where"] for each in no["errors"]] == [where]

    def test_is_refused_with_reason_law_and_authority(self, hall, received):
        body = {"reason": "不属于本机关职权", "basis": "行政许可法 第三十二条", "authority": "区卫健局"}

        case = hall.calls("window").ask("POST", f"/cases/{received}/refuse", body)

        assert case["ended_at"] is not None
        decision = hall.citizen_calls().ask("GET", f"/cases/{received}/decisions")["items"][0]
        assert (decision["kind"], decision["basis"]) == ("REFUSED", body["basis"])

    def test_is_taken_back_before_acceptance_and_after(self, hall, received):
        citizen = hall.citizen_calls()
        assert citizen.ask("POST", f"/cases/{received}/take-back", {"reason": "不办了"})["ended_at"] is not None

        second = commands.accept_case(case_id=hall.receive().pk, by=hall.window, at=hall.at).dossier.number
        citizen.ask("POST", f"/cases/{second}/take-back", {"reason": ""}, status=422)
        assert citizen.ask("POST", f"/cases/{second}/take-back", {"reason": "不办了"})["ended_at"] is not None

    def test_somebody_elses_case_is_not_there_for_any_deed(self, hall, received):
        other = caller(people.make_account(party=people.make_party()))
        elsewhere = caller(people.make_account("handler", "cgj"))

        other.ask("POST", f"/cases/{received}/take-back", {"reason": "x"}, status=404)
        other.send(f"/cases/{received}/hand-in-correction", {"x": "y"}, status=404)
        elsewhere.ask("POST", f"/cases/{received}/accept", {}, status=404)


class TestDesk:
    def step(self, client: Caller) -> dict:
        return client.ask("GET", "/steps")["items"][0]

    def complete(self, client: Caller, outcome: str) -> dict:
        step = self.step(client)
        return client.ask("POST", f"/steps/{step['id']}/complete", {"outcome": outcome, "opinion": "同意"})

    def test_from_claim_to_delivery(self, hall, accepted):
        handler, number = hall.calls("handler"), accepted.dossier.number
        step = self.step(handler)
        assert (step["case"], step["mine"]) == (number, False)
        assert handler.ask("POST", f"/steps/{step['id']}/claim")["mine"] is True
        assert handler.ask("POST", f"/steps/{step['id']}/release")["mine"] is False

        self.complete(handler, step["outcomes"][0])
        reviewer = hall.calls("reviewer")
        self.complete(reviewer, self.step(reviewer)["outcomes"][0])
        signer = hall.calls("signer")
        assert self.step(signer)["outcomes"] == ["send_back"]
        decision = signer.ask("POST", f"/cases/{number}/approve", {"content": "准予经营"}, key="sign")
        assert decision == signer.ask("POST", f"/cases/{number}/approve", {"content": "准予经营"}, key="sign")
        assert decision["kind"] == "APPROVED"

        citizen = hall.citizen_calls()
        assert [each["kind"] for each in citizen.ask("GET", f"/cases/{number}/decisions")["items"]] == ["APPROVED"]
        licence = citizen.ask("GET", "/licences")["items"][0]
        whole = citizen.ask("GET", f"/licences/{licence['id']}")
        assert whole["standing"] == "VALID"
        checked = caller().ask("GET", f"/verification/{whole['verify_code']}")
        assert (checked["is_valid"], checked["kind"]) == (True, "licence")
        assert checked["holder"] == "刘*"

        handed = {"receiver": "刘某", "kind": "WINDOW"}
        assert hall.calls("delivery").ask("POST", f"/cases/{number}/deliver", handed)["state_label"] == "已送达"
        signer.ask("POST", f"/cases/{number}/revoke", {"reason": "以欺骗取得", "basis": "行政许可法 第六十九条"})
        assert caller().ask("GET", f"/verification/{whole['verify_code']}")["standing"] == "REVOKED"

    def test_the_work_list_fits_its_schema_and_counts_what_the_screen_counts(self, hall, accepted):
        told = hall.calls("handler").ask("GET", "/worklist")

        listed = WorkListOut.model_validate(told)
        assert [(each.case, each.applicant) for each in listed.items] == [(accepted.dossier.number, "刘某")]
        assert (listed.count, listed.counts["all"], listed.lamps["green"]) == (1, 1, 1)
        assert set(told["items"][0]) == set(WaitingOut.model_fields)
        assert hall.calls("handler").ask("GET", "/worklist?show=overdue")["items"] == []
        hall.calls("handler").ask("GET", "/worklist?show=moon", status=422)
        hall.calls("handler").ask("GET", "/worklist?page=0", status=422)

    def test_a_step_is_not_ended_by_what_it_does_not_know(self, hall, accepted):
        handler = hall.calls("handler")
        step = self.step(handler)

        no = handler.ask("POST", f"/steps/{step['id']}/complete", {"outcome": "moon"}, status=422)

        assert no["code"] == "cases.outcome_unknown"
        assert all(each in no["detail"] for each in step["outcomes"])

    def test_a_decision_is_not_made_by_ending_its_step(self, hall, accepted):
        handler, reviewer = hall.calls("handler"), hall.calls("reviewer")
        for client in (handler, reviewer):
            self.complete(client, self.step(client)["outcomes"][0])
        signer = hall.calls("signer")

        signer.ask("POST", f"/steps/{self.step(signer)['id']}/complete", {"outcome": "approve"}, status=422)

    def test_the_second_of_two_is_told_who_acted(self, hall, accepted):
        handler = hall.calls("handler")
        step = self.step(handler)
        body = {"outcome": step["outcomes"][0], "opinion": "同意"}
        handler.ask("POST", f"/steps/{step['id']}/complete", body)
        other = caller(people.make_account("handler", hall.unit))

        no = other.ask("POST", f"/steps/{step['id']}/complete", body, status=409)

        assert no["code"] == "work.already_acted"

    def test_a_denial_needs_its_law(self, hall, accepted):
        hall.calls("signer").ask("POST", f"/cases/{accepted.dossier.number}/deny", {"reason": "面积不符"}, status=422)

    def test_another_unit_sees_nothing(self, hall, accepted):
        stranger = caller(people.make_account("handler", "cgj"))
        step = self.step(hall.calls("handler"))

        assert stranger.ask("GET", "/steps")["items"] == []
        assert stranger.ask("GET", "/cases")["items"] == []
        stranger.ask("POST", f"/steps/{step['id']}/claim", status=404)
        stranger.ask("GET", f"/cases/{accepted.dossier.number}", status=404)
        assert stranger.ask("GET", f"/cases/{accepted.dossier.number}/papers")["items"] == []


class TestSeeing:
    def test_names_are_shown_as_each_may_see_them(self, hall, accepted):
        path = f"/cases/{accepted.dossier.number}"
        leader = caller(people.make_account("leader", "qu"))

        assert hall.citizen_calls().ask("GET", path)["applicant"] == "刘某"
        assert hall.citizen_calls().ask("GET", path)["answers"] is not None
        assert hall.calls("handler").ask("GET", path)["applicant"] == "刘某"
        assert hall.calls("handler").ask("GET", path)["answers"] is None
        assert leader.ask("GET", path)["applicant"] == "刘*"

    def test_lists_are_filtered(self, hall, accepted):
        client = hall.citizen_calls()

        for query, count in (
            ("", 1), ("?own=true", 1), (f"?item={ITEM}", 1), ("?item=moon", 0), ("?state=accepted", 1),
            ("?lamp=green", 1), ("?lamp=red", 0), ("?lamp=stopped", 0),
        ):  # fmt: skip
            assert len(client.ask("GET", f"/cases{query}")["items"]) == count, query
        client.ask("GET", "/cases?lamp=blue", status=422)
        client.ask("GET", "/cases?cursor=!!", status=422)

    def test_a_paper_is_fetched_when_it_is_made(self, hall, accepted):
        client = hall.citizen_calls()
        (paper, *_more) = client.ask("GET", f"/cases/{accepted.dossier.number}/papers")["items"]
        no = client.ask("GET", f"/papers/{paper['id']}/pdf", status=409)
        assert no["code"] == "papers.being_made"

        render_paper(paper["id"], at=hall.at)

        answer = client.get(f"{ROOT}/papers/{paper['id']}/pdf")
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert b"".join(answer.streaming_content).startswith(b"%PDF")
        made = client.ask("GET", f"/papers/{paper['id']}")
        checked = caller().ask("GET", f"/verification/{made['verify_code']}")
        assert (checked["kind"], checked["sha256"]) == ("paper", made["sha256"])
        assert Paper.objects.get(pk=paper["id"]).file is not None

    def test_an_unknown_code_tells_nothing_and_many_are_stopped(self, hall, monkeypatch):
        stranger = caller()
        stranger.ask("GET", "/verification/ABCD", status=404)

        monkeypatch.setattr("yichuang.portals.papers.checking.CHECKS", 0)
        assert stranger.ask("GET", "/verification/ABCD", status=429)["code"] == "papers.checked_too_often"


class TestCalendar:
    def test_counts_working_days(self, hall):
        stranger = caller()

        day = stranger.ask("GET", "/calendar/2019-09-29")  # a Sunday that is worked
        assert day == {"day": "2019-09-29", "is_working": True, "is_provisional": False}
        assert stranger.ask("GET", "/calendar/add?start=2019-09-27&n=5")["day"] == "2019-10-10"
        assert stranger.ask("GET", "/calendar/between?a=2019-09-27&b=2019-10-10")["working_days"] == 5
        assert stranger.ask("GET", "/calendar/add?start=2040-01-02&n=1")["is_provisional"] is True
        assert stranger.ask("GET", "/calendar/1500-01-01", status=422)["code"] == "calendars.outside"


class TestProof:
    def test_anybody_can_check_that_an_anchor_holds_the_records(self, hall, accepted):
        client, path = hall.citizen_calls(), f"/cases/{accepted.dossier.number}"
        before = client.ask("GET", f"{path}/proof")
        assert (before["inclusion"], before["anchored_count"]) == (None, None)
        records.anchor(at=hall.at, keys=settings.KEYS)

        told = client.ask("GET", f"{path}/proof")

        proof = ledger.Proof(told["inclusion"]["index"], told["inclusion"]["size"], tuple(told["inclusion"]["path"]))
        assert ledger.verify_proof(told["leaf"].encode(), proof, told["anchor"]["changes"])
        assert (told["anchored_count"], told["anchored_head"]) == (told["count"], told["head"])
        fields = {name: told["anchor"][name] for name in ("number", "streams", "records", "root", "changes")}
        anchor = ledger.Anchor(
            at=moment(told["anchor"]["at"]),
            previous=told["anchor"]["previous"],
            signature=told["anchor"]["signature"],
            **fields,
        )
        assert ledger.verify_anchor(anchor, bytes.fromhex(told["public_key"]))

    def test_the_chain_is_whole_for_who_may_see_records_and_without_words_for_others(self, hall, accepted):
        path = f"/cases/{accepted.dossier.number}/records"
        theirs = hall.citizen_calls().ask("GET", path)["items"]
        handlers = hall.calls("handler").ask("GET", path)["items"]
        ours = caller(people.make_account("office", "ysb")).ask("GET", path)["items"]

        assert handlers == theirs
        assert [each["kind"] for each in theirs] == [each["kind"] for each in ours]
        assert theirs[0]["previous"] == theirs[1]["digest"]
        assert all(each["payload"] is None and each["by"] is None for each in theirs)
        for each in ours:
            digest = ledger.record_digest(
                stream=accepted.dossier.stream,
                seq=each["seq"],
                kind=each["kind"],
                by=each["by"],
                at=moment(each["at"]),
                recorded_at=moment(each["recorded_at"]),
                payload=ledger.canonical(each["payload"]),
                previous=each["previous"],
            )
            assert digest == each["digest"]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
