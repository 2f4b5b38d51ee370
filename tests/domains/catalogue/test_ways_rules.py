"""The four ways by their elements: a table made by hand, and what holds of any elements."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.catalogue import item
from yichuang.domains.catalogue import rules
from yichuang.domains.catalogue.rules import parse_item
from yichuang.domains.catalogue.terms import (
    CHANGEABLE,
    Element,
    ElementChange,
    Elements,
    FourWay,
    HandlingType,
    PlaceKind,
)

PLAIN = Elements(
    handling=HandlingType.PROMISE,
    promise=5 * 480,
    has_special=False,
    is_online=True,
    accepts_online=True,
    serves_persons=True,
    near=frozenset(),
    visits=1,
)
"""A permit of five working days, asked for online by persons, with one visit at the hall."""


def verdict(way: FourWay, **more: object) -> tuple[bool, set[Element]]:
    found = rules.ways_of(replace(PLAIN, **more))[way]
    return found.holds, set(found.decided_by)


@pytest.mark.parametrize(
    ("way", "elements", "holds", "decided_by"),
    [
        # 马上办: 即办件, or an hour and nothing special
        ("instant", {}, False, {"promise_day"}),
        ("instant", {"handling": HandlingType.INSTANT, "promise": None}, True, {"project_type"}),
        ("instant", {"handling": HandlingType.INSTANT, "has_special": True}, True, {"project_type"}),
        ("instant", {"promise": 60}, True, {"promise_day", "special_procedure"}),
        ("instant", {"promise": 61}, False, {"promise_day"}),
        ("instant", {"promise": 60, "has_special": True}, False, {"special_procedure"}),
        ("instant", {"promise": 480, "has_special": True}, False, {"promise_day", "special_procedure"}),
        ("instant", {"promise": None}, False, {"promise_day"}),
        # 网上办: online, and as far as acceptance
        ("online", {}, True, {"is_online", "online_handle_depth"}),
        ("online", {"accepts_online": False}, False, {"online_handle_depth"}),
        ("online", {"is_online": False}, False, {"is_online"}),
        ("online", {"is_online": False, "accepts_online": False}, False, {"is_online", "online_handle_depth"}),
        # 就近办: for persons, and somewhere near them
        ("nearby", {}, False, {"transact_addr"}),
        ("nearby", {"near": frozenset({PlaceKind.STREET})}, True, {"server_type", "transact_addr"}),
        ("nearby", {"near": frozenset({PlaceKind.BANK})}, True, {"server_type", "transact_addr"}),
        ("nearby", {"near": frozenset({PlaceKind.PARK}), "serves_persons": False}, False, {"server_type"}),
        ("nearby", {"serves_persons": False}, False, {"server_type", "transact_addr"}),
        # 一次办: at most one visit
        ("once", {"visits": 0}, True, {"limit_scene_num"}),
        ("once", {"visits": 1}, True, {"limit_scene_num"}),
        ("once", {"visits": 2}, False, {"limit_scene_num"}),
    ],
)
def test_the_table(way, elements, holds, decided_by):
    assert verdict(FourWay(way), **elements) == (holds, decided_by)


class TestElementsOf:
    """What the definition of an item says, read into elements."""

    def read(self, **more: object) -> Elements:
        return rules.elements_of(parse_item(item("sign", **more)[1], "sign"))

    @pytest.mark.parametrize(
        ("limit", "minutes"),
        [
            ({"limit": 1, "unit": "working_hour"}, 60),
            ({"limit": 1, "unit": "half_day"}, 240),
            ({"limit": 3}, 1440),
            ({"limit": 10, "unit": "calendar_day"}, None),
        ],
    )
    def test_a_promise_in_working_time(self, limit, minutes):
        assert self.read(promise=limit, legal={"limit": 30}).promise == minutes

    @pytest.mark.parametrize(
        ("more", "accepts"),
        [
            ({}, True),  # taken online by this house
            ({"online": False}, False),
            ({"online_depth": "II"}, False),
            ({"online_depth": "III"}, True),
            ({"online_depth": "IV"}, True),
            ({"online_depth": "IV", "online_stage": "3"}, False),  # 预审: the finer one decides
            ({"online_stage": "4"}, True),
            ({"handling_system": "PROVINCE"}, False),  # elsewhere, and nothing is known of how deep
            ({"handling_system": "PROVINCE", "online_depth": "III"}, True),
        ],
    )
    def test_how_deep_it_goes_online(self, more, accepts):
        assert self.read(**more).accepts_online is accepts

    def test_places_near_people(self):
        places = [{"name": "区政务服务中心"}, {"name": "中华路街道", "kind": "street"}]

        assert self.read(points=places).near == {PlaceKind.STREET}
        assert self.read(points=["区政务服务中心"], kiosk=True).near == {PlaceKind.KIOSK}
        assert self.read(points=["区政务服务中心"]).near == frozenset()

    def test_serves_persons_after_whom_it_serves(self):
        assert not self.read(serves=["firm"]).serves_persons
        assert self.read(serves=["person", "firm"]).serves_persons


@pytest.mark.parametrize(
    ("more", "suggested"),
    [
        ({"promise": 480}, True),
        ({"promise": 481}, False),
        ({"promise": 240, "has_special": True}, False),
        ({"promise": None}, False),
        ({"promise": 240, "handling": HandlingType.INSTANT}, False),
    ],
)
def test_what_may_become_instant(more, suggested):
    assert rules.may_become_instant(replace(PLAIN, **more)) is suggested


elements = st.builds(
    Elements,
    handling=st.sampled_from(HandlingType),
    promise=st.one_of(st.none(), st.sampled_from([30, 60, 61, 480, 2400])),
    has_special=st.booleans(),
    is_online=st.booleans(),
    accepts_online=st.booleans(),
    serves_persons=st.booleans(),
    near=st.frozensets(st.sampled_from(PlaceKind)),
    visits=st.integers(0, 3),
)


@given(elements)
def test_one_away_means_that_changing_this_element_lets_it_in(drawn):
    better = {Element.PROMISE: 60, Element.VISITS: 1}
    for way, found in rules.ways_of(drawn).items():
        if not found.is_one_away or found.decided_by[0] not in CHANGEABLE:
            continue
        (element,) = found.decided_by

        after = rules.ways_of(rules.changed(drawn, ElementChange(element, better.get(element, 0))))

        assert after[way].holds


@given(elements, st.sampled_from(CHANGEABLE))
def test_making_one_element_better_takes_no_way_away(drawn, element):
    better = {Element.PROMISE: 0, Element.VISITS: 0}

    before, after = (
        rules.ways_of(drawn),
        rules.ways_of(rules.changed(drawn, ElementChange(element, better.get(element, 0)))),
    )

    assert all(after[way].holds for way, found in before.items() if found.holds)


@given(elements)
def test_every_verdict_names_an_element_and_only_persons_are_asked_for_nearby(drawn):
    found = rules.ways_of(drawn)

    assert all(each.decided_by for each in found.values())
    assert rules.is_in_base(FourWay.NEARBY, drawn) is drawn.serves_persons
    assert all(rules.is_in_base(way, drawn) for way in FourWay if way is not FourWay.NEARBY)


class TestPercent:
    @pytest.mark.parametrize(
        ("count", "base", "said"), [(559, 855, "65.38"), (785, 855, "91.81"), (241, 280, "86.07"), (811, 855, "94.85")]
    )
    def test_the_report_of_the_district(self, count, base, said):
        assert str(rules.percent(count, base)) == said

    def test_nothing_has_no_share(self):
        assert rules.percent(0, 0) is None
