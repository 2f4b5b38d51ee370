"""The whole provincial list, 5,458 rows, is listed as one deed on both databases; `yichuang bench` times it."""

from __future__ import annotations

import pytest

from tests.support.catalogue import TUESDAY, complete, publish_items
from tests.support.people import make_actor, make_region, make_unit
from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.terms import Registry
from yichuang.foundation.records.models import Record

pytestmark = pytest.mark.django_db
WHOLE_LIST = 5458
ITEMS = 420
STREETS = 14


def test_five_thousand_four_hundred_fifty_eight_rows_are_one_deed():
    make_unit("cgj")
    for n in range(STREETS):
        street = make_region(f"420106{n:03}", f"{n}街道", "STREET")
        make_unit(f"street_{n}", kind="STREET", region=street)
    publish_items(*(("item", complete(f"item_{n}")) for n in range(ITEMS)))
    admin = make_actor("catalogue_admin", make_unit("xzspj"))
    bodies = ["cgj", *(f"street_{n}" for n in range(STREETS))]
    pairs = [(f"item_{n}", body) for n in range(ITEMS) for body in bodies][:WHOLE_LIST]
    commands.enter_listings(registry=Registry.HB_ONE_NET, pairs=pairs, by=admin, at=TUESDAY)
    heard = []

    run = commands.publish_listings(
        registry=Registry.HB_ONE_NET, by=admin, at=TUESDAY, tell=lambda run: heard.append(run.percent)
    )

    assert run.published == queries.listed_count(Registry.HB_ONE_NET, TUESDAY.date()) == WHOLE_LIST
    assert Record.objects.filter(kind="ListingsPublished").count() == 1
    assert heard == sorted(heard)
    assert len(heard) >= WHOLE_LIST // 500
