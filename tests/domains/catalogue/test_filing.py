"""Listings go to the province by night: each once, at the pace it takes, on through silence, with what came back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.support.catalogue import TUESDAY, as_item, complete, publish_items
from tests.support.connections import make_system, run
from tests.support.engine import china
from tests.support.people import make_account, make_actor, make_unit
from tests.support.reading import cells, page, words
from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.models import ListingFiling
from yichuang.domains.catalogue.terms import PROVINCE, Registry
from yichuang.foundation.connections import commands as connections
from yichuang.foundation.connections.models import Message, SimulatedMessage
from yichuang.foundation.connections.terms import MessageState
from yichuang.foundation.jobs.models import Job
from yichuang.foundation.people.actors import Actor, local_day

pytestmark = pytest.mark.django_db
NIGHT = china("2019-10-08 22:00")
MORNING = china("2019-10-09 07:00")


@pytest.fixture
def admin() -> Actor:
    make_unit("cgj")
    publish_items(*(as_item(complete(f"item_{n}", name=f"招牌{n}")) for n in range(3)))
    admin = make_actor("catalogue_admin", make_unit("xzspj"))
    pairs = [(f"item_{n}", "cgj") for n in range(3)]
    commands.enter_listings(registry=Registry.HB_V3, pairs=pairs, by=admin, at=TUESDAY)
    commands.publish_listings(registry=Registry.HB_V3, by=admin, at=TUESDAY)
    return admin


def states() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("state", flat=True))


class TestFiling:
    def test_nothing_is_ordered_while_the_province_is_not_connected(self, admin):
        assert commands.file_listings(at=NIGHT) == 0
        assert len(queries.unfiled(local_day(NIGHT), 100)) == 3

    def test_each_row_goes_once_at_the_pace_of_the_rule(self, admin):
        make_system(PROVINCE)

        assert commands.file_listings(at=NIGHT) == 3
        assert commands.file_listings(at=NIGHT) == 0
        assert [row.at - NIGHT for row in Message.objects.order_by("pk")] == [
            timedelta(seconds=3 * n) for n in range(3)
        ]
        run(MORNING)
        assert states() == [MessageState.ANSWERED] * 3
        assert SimulatedMessage.objects.count() == 3

    def test_what_does_not_fit_into_the_window_goes_the_next_night(self, admin):
        make_system(PROVINCE)
        late = china("2019-10-09 05:59") + timedelta(seconds=54)

        assert commands.file_listings(at=late) == 2
        assert commands.file_listings(at=NIGHT + timedelta(days=1)) == 1

    def test_silence_is_waited_out_and_nothing_is_doubled(self, admin):
        make_system(PROVINCE, cuts=1)
        commands.file_listings(at=NIGHT)
        failed = run(MORNING)
        Job.objects.update(not_before=None)
        run(MORNING)

        assert failed == 3
        assert states() == [MessageState.ANSWERED] * 3
        assert SimulatedMessage.objects.count() == 3

    def test_a_withdrawn_listing_and_a_new_version_are_told(self, admin):
        make_system(PROVINCE)
        commands.file_listings(at=NIGHT)
        tomorrow = NIGHT + timedelta(days=1)
        commands.withdraw_listings(
            registry=Registry.HB_V3, pairs=[("item_0", "cgj")], reason="重复", by=admin, at=tomorrow
        )
        publish_items(
            as_item(complete("item_1", version=2, name="新招牌", in_force={"from": "2019-10-09"})), at=tomorrow
        )
        commands.publish_listings(registry=Registry.HB_V3, by=admin, at=tomorrow)

        assert commands.file_listings(at=tomorrow) == 2
        new = ListingFiling.objects.order_by("pk").values_list("listing__item", "listing__version", "kind")[3:]
        assert sorted(new) == [("item_0", 1, "WITHDRAW"), ("item_1", 2, "PUBLISH")]


class TestPage:
    def test_tells_what_was_sent_what_came_back_and_why(self, admin, monkeypatch):
        monkeypatch.setattr("yichuang.foundation.people.middleware.clock.business_now", lambda: MORNING)
        make_system(PROVINCE, refuses=["listing.publish"])
        client = Client()
        client.force_login(make_account("catalogue_admin", make_unit("xzspj")))
        assert "还有 3 条等待下一次报送" in page(client, "/admin-desk/matters/filings")
        commands.file_listings(at=NIGHT)
        run(MORNING)

        html = page(client, "/admin-desk/matters/filings?state=FAILED")
        rows = cells(html, "filings")[1:]
        assert len(rows) == 3 and {row[6] for row in rows} == {"模拟：不接收这类消息"}
        assert "对方退回 3" in words(html)
        make_system(PROVINCE)
        filing = ListingFiling.objects.order_by("pk").first()
        again = client.post(f"/admin-desk/matters/filings/{filing.pk}/retry", follow=True).content.decode()
        run(MORNING)
        assert "已重新排入发送" in again
        assert "已完成 1" in words(page(client, "/admin-desk/matters/filings"))
        connections.reconcile(system=PROVINCE, day=local_day(NIGHT), at=MORNING)
        assert "对账没有发现不一致" in page(client, "/admin-desk/matters/filings")
        head = Client()
        head.force_login(make_account("dept_head", make_unit("cgj")))
        assert "重新发送" not in page(head, "/admin-desk/matters/filings?state=FAILED")
        assert head.post(f"/admin-desk/matters/filings/{filing.pk}/retry").status_code == 403
