"""Rows and search follow the published definitions, whenever and however often they are told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.support.catalogue import TUESDAY, item, publish_items
from tests.support.engine import china
from tests.support.people import make_actor, make_region, make_unit
from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.models import ServiceItem
from yichuang.domains.catalogue.terms import ItemState
from yichuang.foundation.definitions import commands as definitions
from yichuang.foundation.jobs import runner
from yichuang.foundation.people.actors import PUBLIC
from yichuang.foundation.records import commands as records
from yichuang.foundation.records.models import Record
from yichuang.foundation.records.pen import read
from yichuang.foundation.records.terms import SYSTEM
from yichuang.foundation.search.models import Entry
from yichuang.foundation.work.models import Dossier

pytestmark = pytest.mark.django_db


def codes(*, actor=PUBLIC, purpose: str = "list") -> set[str]:
    return {row.code for row in queries.items(actor, purpose=purpose)}


class TestRefresh:
    def test_mirrors_what_is_in_force(self):
        publish_items(item("sign", serves=["person", "firm"], themes=["开店"], points=["一楼", "二楼"]))

        row = ServiceItem.objects.get(pk="sign")

        assert (row.state, row.version, row.name, row.unit_code) == ("IN_FORCE", 1, "户外招牌设置审批", "cgj")
        assert (row.for_persons, row.for_firms, row.is_online, row.at_window) == (True, True, True, True)
        assert row.promise.text == "5 个工作日"
        assert row.name_key.startswith("hu wai zhao pai")
        assert row.first_published_at == TUESDAY
        assert sorted(row.places.values_list("name", flat=True)) == ["一楼", "二楼"]
        assert list(row.versions.values_list("number", "valid_to")) == [(1, None)]

    def test_records_what_opened_and_says_nothing_the_second_time(self):
        publish_items(item("sign"))
        told = read(Record.objects.filter(kind="CatalogueRefreshed").latest("id"))

        again = commands.refresh(at=TUESDAY + timedelta(hours=1))

        assert "sign" in told["opened"]
        assert again == 0
        assert Record.objects.filter(kind="CatalogueRefreshed").count() == 1

    def test_a_version_begins_on_its_day(self):
        publish_items(item("sign"))
        publish_items(item("sign", version=2, name="户外广告设置审批", in_force={"from": "2019-10-10"}))
        assert ServiceItem.objects.get(pk="sign").version == 1

        commands.refresh(at=china("2019-10-10 00:05"))

        row = ServiceItem.objects.get(pk="sign")
        assert (row.version, row.name) == (2, "户外广告设置审批")
        assert [hit.key for hit in queries.search("户外广告", PUBLIC)] == ["sign"]

    def test_what_is_to_come_is_listed_and_found_by_nobody(self):
        publish_items(item("sign", in_force={"from": "2020-01-01"}))

        assert ServiceItem.objects.get(pk="sign").state == ItemState.COMING
        assert "sign" not in codes()
        assert not Entry.objects.filter(key="sign").exists()

    def test_what_is_withdrawn_is_closed(self):
        publish_items(item("sign"))
        definitions.withdraw(kind="item", code="sign", version=1, reason="测试", by=SYSTEM, at=TUESDAY)

        commands.refresh(at=TUESDAY)

        assert ServiceItem.objects.get(pk="sign").state == ItemState.ENDED
        assert "sign" not in codes()
        assert queries.search("户外招牌", PUBLIC) == []
        assert read(Record.objects.filter(kind="CatalogueRefreshed").latest("id"))["closed"] == ["sign"]

    def test_the_worker_does_it_when_definitions_are_published(self):
        publish_items(item("sign"))
        ServiceItem.objects.get(pk="sign").versions.all().delete()

        records.deliver(at=TUESDAY)
        records.deliver(at=TUESDAY)
        runner.run_due(at=TUESDAY)

        assert ServiceItem.objects.get(pk="sign").versions.count() == 1


class TestPopularity:
    def test_counts_the_applications_of_the_last_year(self):
        publish_items(item("sign"), item("unwanted"))
        for number, days in (("1", 400), ("2", 300), ("3", 1)):
            applied("sign", number, at=TUESDAY - timedelta(days=days))

        moved = commands.count_popularity(at=TUESDAY)
        again = commands.count_popularity(at=TUESDAY)

        assert (moved, again) == (1, 0)
        assert [(row.code, row.popularity) for row in queries.popular(PUBLIC, 5)] == [("sign", 2)]
        assert Entry.objects.get(key="sign").popularity == 2

    def test_what_nobody_wants_any_more_sinks_again(self):
        publish_items(item("sign"))
        applied("sign", "1", at=TUESDAY)
        commands.count_popularity(at=TUESDAY)

        commands.count_popularity(at=TUESDAY + timedelta(days=366))

        assert queries.popular(PUBLIC, 5) == []
        assert Entry.objects.get(key="sign").popularity == 0


def applied(code: str, number: str, *, at: datetime) -> None:
    """Put an application there, as the engine would have left it."""
    Dossier.objects.create(
        kind="case",
        number=number,
        title=code,
        unit=make_unit("cgj"),
        region="420106",
        item_code=code,
        state="received",
        lifecycle="permit",
        lifecycle_version=1,
        opened_at=at,
    )


class TestWhoSees:
    def test_those_who_edit_see_what_is_not_in_force_in_their_region(self):
        make_unit("cgj")
        far = make_region("420102", "江岸区")
        make_unit("far", region=far)
        publish_items(
            item("sign", in_force={"from": "2020-01-01"}), item("other", unit="far", in_force={"from": "2020-01-01"})
        )
        editor = make_actor("catalogue_admin", "zjj")

        assert "sign" in codes(actor=editor, purpose="edit")
        assert "other" not in codes(actor=editor, purpose="edit")
        assert "sign" not in codes(actor=editor)
        assert codes(actor=PUBLIC, purpose="edit") == set()
