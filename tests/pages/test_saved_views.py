"""A person's own views of a list: kept under a name, found again, dropped; nobody sees another's."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.support import people as make
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.models import Account, SavedView
from yichuang.foundation.people.saving import MOST

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def business_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every page be answered on Wednesday 2019-10-09 at 10:00."""
    monkeypatch.setattr("yichuang.foundation.people.middleware.clock.business_now", lambda: make.WEDNESDAY)


@pytest.fixture
def handler(client: Client) -> Actor:
    """A handler who is logged in."""
    actor = make.make_actor("handler", "scjg")
    client.force_login(Account.objects.get(pk=actor.account_id))
    return actor


def keep(client: Client, name: str, query: str = "show=today", place: str = "/dept") -> Any:
    return client.post(reverse("ui:keep_view"), {"place": place, "query": query, "name": name})


class TestKeeping:
    def test_a_view_is_kept_found_again_and_shown_as_the_current_one(self, client: Client, handler: Actor) -> None:
        done = keep(client, "今日到期")

        assert done["Location"] == "/dept?show=today"
        page = client.get("/dept?show=today&page=1").content.decode()
        assert '<a href="?show=today" aria-current="true">今日到期</a>' in page

    def test_the_same_name_takes_the_place_of_the_former(self, client: Client, handler: Actor) -> None:
        keep(client, "早上先看", "show=today")
        keep(client, "早上先看", "show=overdue")

        assert [(view.name, view.query) for view in SavedView.objects.all()] == [("早上先看", "show=overdue")]

    def test_a_blank_name_and_one_too_many_are_told(self, client: Client, handler: Actor) -> None:
        for n in range(MOST):
            keep(client, f"视图{n}")

        keep(client, "再来一个")
        too_many = client.get("/dept").content.decode()
        keep(client, "  ")
        nameless = client.get("/dept").content.decode()

        assert "最多保存12个视图" in too_many
        assert "没有名称" in nameless
        assert SavedView.objects.count() == MOST

    @pytest.mark.parametrize("place", ["https://elsewhere.example/", "//elsewhere.example/dept", "dept"])
    def test_leads_nowhere_else(self, client: Client, handler: Actor, place: str) -> None:
        assert keep(client, "外面", place=place).status_code == 404


class TestOwn:
    def test_nobody_sees_or_drops_anothers(self, client: Client, handler: Actor) -> None:
        other = make.make_actor("handler", "scjg")
        theirs = SavedView.objects.create(account_id=other.account_id, place="/dept", name="别人的", query="show=all")

        assert "别人的" not in client.get("/dept").content.decode()
        assert client.post(reverse("ui:drop_view", args=[theirs.pk])).status_code == 404
        assert SavedView.objects.filter(pk=theirs.pk).exists()

    def test_ones_own_is_dropped(self, client: Client, handler: Actor) -> None:
        keep(client, "今日到期")
        view = SavedView.objects.get()

        done = client.post(reverse("ui:drop_view", args=[view.pk]))

        assert done["Location"] == "/dept"
        assert not SavedView.objects.exists()
