"""Filters, and what each of their values would leave."""

from __future__ import annotations

import pytest

from tests.support.catalogue import item, publish_items
from yichuang.domains.catalogue import queries
from yichuang.domains.catalogue.queries import Filters
from yichuang.foundation.people.actors import PUBLIC

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def three_items():
    publish_items(
        item("a", name="安", serves=["person"], themes=["测试甲"], unit="ua"),
        item("b", name="北", serves=["firm"], themes=["测试甲"], unit="ub", online=False),
        item("c", name="朝", serves=["person", "firm"], themes=["测试乙"], unit="ub"),
    )


def left(**chosen: str) -> list[str]:
    return [row.code for row in queries.items(PUBLIC, Filters(**chosen)) if row.code in "abc"]


def counts(name: str, **chosen: str) -> dict[str, int]:
    found = queries.options(queries.items(PUBLIC).filter(code__in="abc"), Filters(**chosen))
    return {option.value: option.count for option in found[name]}


@pytest.mark.parametrize(
    ("chosen", "codes"),
    [
        ({}, ["a", "b", "c"]),
        ({"serves": "person"}, ["a", "c"]),
        ({"theme": "测试甲"}, ["a", "b"]),
        ({"theme": "测试甲", "serves": "firm"}, ["b"]),
        ({"way": "online"}, ["a", "c"]),
        ({"unit": "ub"}, ["b", "c"]),
        ({"place": "区政务服务中心"}, ["a", "b", "c"]),
        ({"place": "别处"}, []),
    ],
)
def test_filters_narrow(chosen, codes):
    assert left(**chosen) == codes  # by pinyin: an, bei, chao


def test_each_value_is_counted_with_the_other_filters_as_they_are():
    assert counts("serves") == {"person": 2, "firm": 2}
    assert counts("serves", theme="测试甲") == {"person": 1, "firm": 1}
    assert counts("theme", theme="测试甲") == {"测试甲": 2, "测试乙": 1}
    assert counts("unit", serves="person") == {"ua": 1, "ub": 1}
    assert counts("way") == {"online": 2, "window": 3}


def test_a_chosen_value_that_leaves_nothing_stays_to_be_let_go():
    assert counts("unit", unit="uz") == {"ub": 2, "ua": 1, "uz": 0}
