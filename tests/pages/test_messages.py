"""The list of messages: one's own, marked as read, leading to what they are about; works without a script."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.support import people
from tests.support.engine import Hall
from yichuang.foundation.notices.models import Notice
from yichuang.foundation.records import commands as records

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall() -> Hall:
    made = Hall()
    made.receive()
    while records.deliver(at=made.at):
        pass
    return made


def logged_in(hall: Hall) -> Client:
    client = Client()
    client.force_login(people.make_account(party=hall.party))
    return client


def test_shows_ones_own_and_leads_to_the_case(hall: Hall) -> None:
    client = Client()
    client.force_login(Notice.objects.get().account)

    page = client.get("/notices")
    assert "已收到您的申请" in page.content.decode()
    assert "未读" in page.content.decode()

    notice = Notice.objects.get()
    answer = client.post(f"/notices/{notice.pk}")
    assert answer["Location"] == notice.link
    assert client.get(answer["Location"]).status_code == 200
    assert Notice.objects.filter(read_at=None).count() == 0


def test_all_are_marked_at_once_and_in_english(hall: Hall) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(Notice.objects.get().account)
    assert "We have your application" in client.get("/notices").content.decode()

    client.post("/notices/read", {"key": "k1"})
    client.post("/notices/read", {"key": "k1"})

    assert Notice.objects.filter(read_at=None).count() == 0
    assert "You have no messages" in client.get("/notices?show=new").content.decode()


def test_somebody_elses_is_not_there(hall: Hall) -> None:
    client = logged_in(hall)  # another account of the same person gets its own messages

    assert "没有消息" in client.get("/notices").content.decode()
    assert client.post(f"/notices/{Notice.objects.get().pk}").status_code == 404


def test_staff_find_it_at_their_desk(hall: Hall) -> None:
    client = Client()
    client.force_login(people.make_account("handler", hall.unit))

    assert client.get("/notices").context["layout"] == "ui/layouts/desk.html"
