"""Papers on pages: seen by those who see the case, made, printed, printed again; the public check; licences."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.support import people
from tests.support.engine import Hall, china
from yichuang.domains.cases import commands as cases
from yichuang.domains.cases.models import Case
from yichuang.domains.licences.models import Licence
from yichuang.foundation.documents.models import Paper, PrintedCopy
from yichuang.foundation.documents.rendering import render_paper
from yichuang.foundation.files.stores import store
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.models import Account
from yichuang.foundation.work import queries as work

pytestmark = pytest.mark.django_db

SIGNED = china("2019-10-11 10:00")


@pytest.fixture(autouse=True)
def business_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every page be answered on Monday 2019-10-14 at 10:00."""
    answered_at(monkeypatch, china("2019-10-14 10:00"))


def answered_at(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr("yichuang.foundation.people.middleware.clock.business_now", lambda: at.astimezone(UTC))


def log_in(client: Client, actor: Actor) -> None:
    client.force_login(Account.objects.get(pk=actor.account_id))


def accepted(hall: Hall) -> tuple[Case, Paper]:
    """Accept an application at the window and give the notice of it."""
    case = hall.receive()
    cases.accept_case(case_id=case.pk, by=hall.window, at=hall.at)
    return case, Paper.objects.get(dossier=case.dossier, name="受理通知书")


def licensed(hall: Hall) -> Licence:
    case = hall.receive(
        answers={
            "food_business_form": "catering",
            "food_premises": {"street": "中南路街道", "detail": "示例路1号"},
        }
    )
    cases.accept_case(case_id=case.pk, by=hall.window, at=hall.at)
    for at, who in (("2019-10-09 10:00", hall.handler), ("2019-10-10 10:00", hall.reviewer)):
        step = work.live_steps(case.dossier).get()
        cases.complete_step(step_id=step.pk, outcome="agree", opinion="同意", by=who, at=china(at))
    cases.approve_case(case_id=case.pk, by=hall.signer, at=SIGNED)
    return Licence.objects.get(dossier=case.dossier)


def content_of(paper: Paper) -> bytes:
    assert paper.file
    with store().open(paper.file.sha256) as file:
        return file.read()


class TestPaper:
    def test_the_applicant_finds_it_on_the_own_case(self, client: Client) -> None:
        hall = Hall()
        case, paper = accepted(hall)
        log_in(client, hall.citizen)

        for address in (f"/me/cases/{case.dossier.number}", f"/me/cases/{case.dossier.number}/submitted"):
            assert f'href="/papers/{paper.pk}"' in client.get(address).content.decode()
        page = client.get(f"/papers/{paper.pk}").content.decode()
        assert paper.number in page
        assert "PDF正在生成" in page

    def test_a_look_makes_nothing_and_the_button_does(self, client: Client) -> None:
        hall = Hall()
        _, paper = accepted(hall)
        log_in(client, hall.citizen)

        waiting = client.get(f"/papers/{paper.pk}.pdf")
        paper.refresh_from_db()
        assert (waiting.status_code, paper.state) == (302, "DUE")

        made = client.post(f"/papers/{paper.pk}/make")
        assert made["Location"] == f"/papers/{paper.pk}.pdf"
        pdf = client.get(made["Location"])
        assert pdf["Content-Type"] == "application/pdf"
        assert b"".join(pdf.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]
        assert "attachment" in client.get(f"/papers/{paper.pk}.pdf?save=1")["Content-Disposition"]

    @pytest.mark.parametrize("rest", ["", ".pdf"])
    def test_a_stranger_to_the_case_finds_nothing(self, client: Client, rest: str) -> None:
        hall = Hall()
        _, paper = accepted(hall)
        log_in(client, people.make_actor("", party=people.make_party("他人"), at=hall.at))

        assert client.get(f"/papers/{paper.pk}{rest}").status_code == 404
        assert client.post(f"/papers/{paper.pk}/make").status_code == 404


class TestPrint:
    def test_all_papers_of_a_case_in_one_file_and_again_only_with_a_reason(self, client: Client) -> None:
        hall = Hall()
        case, _ = accepted(hall)
        ids = list(Paper.objects.filter(dossier=case.dossier).values_list("pk", flat=True))
        log_in(client, hall.window)

        screen = client.get(f"/dept/cases/{case.dossier.number}").content.decode()
        assert f'id="paper-{ids[0]}" type="checkbox" name="paper" value="{ids[0]}" checked' in screen
        first = client.post("/papers/print", {"paper": ids})
        assert (first.status_code, first["Content-Type"]) == (200, "application/pdf")

        again = client.post("/papers/print", {"paper": ids})
        assert again.status_code == 422
        assert "补打请写明原因" in again.content.decode()
        reasoned = client.post("/papers/print", {"paper": ids, "reason": "申请人遗失"})
        assert reasoned.content.startswith(b"%PDF-")
        assert sorted(PrintedCopy.objects.filter(paper=ids[0]).values_list("n", flat=True)) == [0, 1]

    def test_not_those_of_another_unit(self, client: Client) -> None:
        hall = Hall()
        _, paper = accepted(hall)
        log_in(client, people.make_actor("handler", "wlj", at=hall.at))

        assert client.post("/papers/print", {"paper": [paper.pk]}).status_code == 404


class TestVerify:
    def test_a_form_leads_to_the_answer(self, client: Client) -> None:
        answer = client.get("/verify", {"code": "abcd 2345"})

        assert answer["Location"] == "/verify/ABCD2345"

    def test_an_unknown_code_is_told_so(self, client: Client) -> None:
        answer = client.get("/verify/ABCD2345EFGH6789")

        assert answer.status_code == 404
        assert "查无此件" in answer.content.decode()

    def test_a_licence_is_valid_then_expired(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        row = licensed(Hall())
        paper = render_paper(row.paper_id or 0, at=SIGNED)
        address = f"/verify/{row.verify_code}"

        page = client.get(address).content.decode()
        assert "有效" in page
        assert row.number in page
        assert paper.file
        assert paper.file.sha256 in page
        assert "刘某" not in page
        answered_at(monkeypatch, china("2024-10-12 10:00"))
        assert "已过期" in client.get(address).content.decode()

    def test_a_revoked_licence_is_told_so_in_english_too(self, client: Client) -> None:
        hall = Hall()
        row = licensed(hall)
        cases.revoke_decision(
            case_id=row.dossier_id or 0,
            reason="隐瞒情况",
            basis="行政许可法第六十九条",
            by=hall.signer,
            at=china("2019-10-14 09:30"),
        )

        assert "已撤销" in client.get(f"/verify/{row.verify_code}").content.decode()
        client.cookies["django_language"] = "en"
        assert "Revoked" in client.get(f"/verify/{row.verify_code}").content.decode()

    @pytest.mark.parametrize(("more", "said"), [(b"", "一致：您手里的文件"), (b"\n", "不一致：您手里的文件")])
    def test_a_file_is_compared_with_what_was_issued(self, client: Client, more: bytes, said: str) -> None:
        _, paper = accepted(Hall())
        paper = render_paper(paper.pk, at=SIGNED)
        file = SimpleUploadedFile("notice.pdf", content_of(paper) + more, "application/pdf")

        assert said in client.post(f"/verify/{paper.verify_code}", {"file": file}).content.decode()


class TestLicences:
    def test_the_holder_sees_the_own_with_words_and_a_sign_to_scan(self, client: Client) -> None:
        hall = Hall()
        row = licensed(hall)
        log_in(client, hall.citizen)

        assert row.number in client.get("/licences").content.decode()
        page = client.get(f"/licences/{row.pk}").content.decode()
        assert "餐饮服务经营者" in page
        assert "中南路街道示例路1号" in page
        assert f"/verify/{row.verify_code}" in page
        assert f"/papers/{row.paper_id}.pdf" in page
        assert client.get(f"/papers/{row.paper_id}").status_code == 200

    def test_the_issuer_sees_what_the_unit_issued_with_names_masked(self, client: Client) -> None:
        hall = Hall()
        row = licensed(hall)
        log_in(client, hall.signer)

        page = client.get("/licences", {"q": row.number}).content.decode()

        assert row.number in page
        assert "刘某" not in page

    def test_nobody_else_sees_it(self, client: Client) -> None:
        row = licensed(Hall())
        log_in(client, people.make_actor("", party=people.make_party("他人"), at=SIGNED))

        assert row.number not in client.get("/licences").content.decode()
        assert client.get(f"/licences/{row.pk}").status_code == 404
