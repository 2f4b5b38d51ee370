"""Following one's own case, taking it back, rating it; tracking by what stands on the slip."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.support import people
from tests.support.engine import Hall
from yichuang.domains.cases.models import Case, Rating

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(client: Client) -> Case:
    """A case that was handed in and waits; its applicant is logged in."""
    hall = Hall()
    client.force_login(people.make_account("", party=hall.party))
    return hall.receive()


class TestRating:
    def test_waits_until_the_case_is_concluded(self, client: Client, case: Case) -> None:
        address = f"/me/cases/{case.dossier.number}/rate"

        asked = client.get(address, follow=True)
        sent = client.post(address, {"stars": "5", "key": "k"}, follow=True)

        for answer in (asked, sent):
            assert answer.redirect_chain[0][0] == f"/me/cases/{case.dossier.number}"
            assert "办结以后再请您评价" in answer.content.decode()
        assert not Rating.objects.exists()


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
