"""Following one's own case, taking it back, rating it; tracking by what stands on the slip."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.support import people
from tests.support.engine import Hall, china
from yichuang.domains.cases.commands import refuse_case
from yichuang.domains.cases.models import Case, Rating

pytestmark = pytest.mark.django_db


AT = china("2019-10-08 11:00")  # Tuesday


@pytest.fixture
def case(client: Client) -> Case:
    """A case that was handed in and waits; its applicant is logged in."""
    hall = Hall()
    client.force_login(people.make_account("", party=hall.party))
    return hall.receive()


@pytest.fixture
def concluded(case: Case) -> Case:
    """The same case, refused: that concludes it too."""
    unit = case.dossier.unit
    by = people.make_actor("window", unit, at=AT)
    refuse_case(case_id=case.pk, reason="地址不在本区", basis="食品经营许可管理办法 第六条", authority="", by=by, at=AT)
    case.refresh_from_db()
    return case


class TestRating:
    def test_waits_until_the_case_is_concluded(self, client: Client, case: Case) -> None:
        address = f"/me/cases/{case.dossier.number}/rate"

        asked = client.get(address, follow=True)
        sent = client.post(address, {"stars": "5", "key": "k"}, follow=True)

        for answer in (asked, sent):
            assert answer.redirect_chain[0][0] == f"/me/cases/{case.dossier.number}"
            assert "办结以后再请您评价" in answer.content.decode()
        assert not Rating.objects.exists()

    def test_a_bad_one_asks_why_and_keeps_what_was_typed(self, client: Client, concluded: Case) -> None:
        address = f"/me/cases/{concluded.dossier.number}/rate"

        answer = client.post(address, {"stars": "1", "reasons": ["OTHER"], "key": "k"})

        page = answer.content.decode()
        assert answer.status_code == 200
        assert "请选择不满意的原因" in page
        assert 'value="OTHER" checked' in page
        assert 'value="1" checked' in page

    def test_reaches_the_unit_and_the_office(self, client: Client, concluded: Case) -> None:
        number = concluded.dossier.number
        client.post(
            f"/me/cases/{number}/rate", {"stars": "2", "reasons": ["LATE", "TRIPS"], "text": "来了三趟", "key": "k"}
        )

        for role, address in (("dept_head", f"/dept/cases/{number}"), ("office", f"/supervise/case/{number}")):
            reader = Client()
            reader.force_login(people.make_account(role, concluded.dossier.unit))
            page = reader.get(address).content.decode()
            assert "比承诺的日子晚、跑了多次" in page
            assert "来了三趟" in page

    def test_is_added_to_once(self, client: Client, concluded: Case) -> None:
        number = concluded.dossier.number
        more = f"/me/cases/{number}/rate/more"
        early = client.get(more, follow=True).content.decode()
        client.post(f"/me/cases/{number}/rate", {"stars": "5", "key": "k"})
        follow = client.get(f"/me/cases/{number}").content.decode()

        client.post(more, {"text": "后来又打电话来问过", "key": "l"})

        page = client.get(f"/me/cases/{number}").content.decode()
        assert "请先评价，再追评" in early
        assert more in follow
        assert "后来又打电话来问过" in page
        assert more not in page
        assert "已经追评过了" in client.get(more, follow=True).content.decode()


class TestTakingBack:
    def test_says_what_follows_from_it(self, client: Client, case: Case) -> None:
        page = client.get(f"/me/cases/{case.dossier.number}/take-back").content.decode()

        assert "这件办件就此终止" in page
        assert "确认撤回" in page

    def test_is_not_asked_a_second_time(self, client: Client, case: Case) -> None:
        address = f"/me/cases/{case.dossier.number}/take-back"
        client.post(address, {"reason": "填错了", "key": "k"})

        again = client.get(address, follow=True)

        assert "现在不能撤回" in again.content.decode()


class TestTracking:
    def test_the_sign_on_the_slip_brings_the_number(self, client: Client, case: Case) -> None:
        stranger = Client()

        page = stranger.get(f"/track/{case.dossier.number}", follow=True).content.decode()

        assert f'value="{case.dossier.number}"' in page

    def test_tells_nobody_whether_a_number_is_there(self, client: Client) -> None:
        page = client.get("/track/42010620191030009999", follow=True)

        assert page.status_code == 200
        assert 'value="42010620191030009999"' in page.content.decode()
