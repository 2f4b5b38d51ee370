"""The four ways of items as rows: they follow versions, are confirmed, overridden, made public, and counted."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.support.catalogue import TUESDAY, item, publish_items
from tests.support.engine import china, publish
from tests.support.people import make_actor, make_region, make_unit
from yichuang.domains.catalogue import commands, queries, rules
from yichuang.domains.catalogue.models import ItemWay
from yichuang.domains.catalogue.terms import Element, ElementChange, FourWay, WayState
from yichuang.foundation.definitions import commands as definitions
from yichuang.foundation.definitions.models import Definition
from yichuang.foundation.people.actors import NotAllowed, local_day
from yichuang.foundation.records import realtime
from yichuang.foundation.records.models import Record
from yichuang.foundation.records.pen import read
from yichuang.foundation.records.terms import SYSTEM

pytestmark = pytest.mark.django_db
TODAY = local_day(TUESDAY)
INSTANT, ONLINE, NEARBY, ONCE = FourWay
ALL = queries.WHOLE
"""No registry: everything in force."""


def row(code: str, way: FourWay, day: date = TODAY) -> ItemWay:
    return ItemWay.objects.on(day).get(item=code, way=way)


def flags(code: str, day: date = TODAY) -> dict[str, bool]:
    return dict(ItemWay.objects.on(day).filter(item=code).values_list("way", "flag"))


def instant(code: str, **more: object) -> tuple[str, dict[str, object]]:
    kind, body = item(code, handling="INSTANT", **more)
    del body["promise"]
    return kind, body


@pytest.fixture
def alone() -> None:
    """Let the items of a test be the only ones: those that ship are withdrawn."""
    publish()
    for code, version in Definition.objects.filter(kind="item").values_list("code", "version"):
        definitions.withdraw(kind="item", code=code, version=version, reason="测试", by=SYSTEM, at=TUESDAY)


@pytest.fixture
def head() -> object:
    return make_actor("dept_head", make_unit("cgj"))


@pytest.fixture
def office() -> object:
    make_unit("cgj")
    return make_actor("office", make_unit("yhb"))


class TestFollowing:
    def test_a_new_item_has_its_ways_from_the_day_of_its_version(self):
        publish_items(item("sign", serves=["person"], visits=2))

        assert flags("sign") == {"instant": False, "online": True, "nearby": False, "once": False}
        assert row("sign", ONCE).element_names == "到办事现场次数"
        assert row("sign", ONCE).state == WayState.COMPUTED
        assert flags("sign", date(2019, 1, 1)) == flags("sign")
        assert flags("sign", date(2018, 12, 31)) == {}

    def test_a_version_that_comes_into_force_changes_them_from_its_day(self):
        publish_items(item("sign", visits=2))
        publish_items(item("sign", version=2, visits=1, in_force={"from": "2019-10-10"}))

        commands.refresh(at=TUESDAY + timedelta(days=2))

        assert [flags("sign", day)["once"] for day in (date(2019, 10, 9), date(2019, 10, 10))] == [False, True]
        assert row("sign", ONCE, date(2019, 10, 10)).version == 2

    def test_versions_of_the_past_have_their_own_days(self):
        publish_items(item("sign", visits=2, in_force={"from": "2018-01-01"}))
        publish_items(item("mark", visits=3, in_force={"from": "2018-01-01"}), at=TUESDAY)
        publish_items(item("mark", version=2, visits=0, in_force={"from": "2019-05-01"}), at=TUESDAY)

        assert [flags("mark", day)["once"] for day in (date(2018, 6, 1), date(2019, 4, 30), date(2019, 5, 1))] == [
            False, False, True,
        ]  # fmt: skip

    def test_an_item_that_ends_has_none_any_more(self):
        publish_items(item("sign", in_force={"from": "2019-01-01", "to": "2019-10-09"}))

        commands.refresh(at=TUESDAY + timedelta(days=2))  # Thursday, the 10th

        assert flags("sign", date(2019, 10, 9)) != {}
        assert flags("sign", date(2019, 10, 10)) == {}

    def test_a_withdrawn_version_gives_the_days_back_to_the_one_before(self):
        publish_items(item("sign", visits=2))
        publish_items(item("sign", version=2, visits=1, in_force={"from": "2019-10-10"}))
        commands.refresh(at=china("2019-10-10 09:00"))
        definitions.withdraw(
            kind="item", code="sign", version=2, reason="错了", by=SYSTEM, at=china("2019-10-15 09:00")
        )

        commands.refresh(at=china("2019-10-15 10:00"))

        days = [date(2019, 10, day) for day in (9, 10, 14, 15)]
        assert [flags("sign", day)["once"] for day in days] == [False, True, True, False]

    def test_nothing_is_written_where_nothing_changed(self):
        publish_items(item("sign"))
        before = ItemWay.objects.count()

        again = commands.recompute_ways(at=TUESDAY + timedelta(hours=1))

        assert (again, ItemWay.objects.count()) == (0, before)


class TestConfirming:
    def test_a_department_confirms_what_its_elements_say(self, head):
        publish_items(item("sign"))

        confirmed = commands.confirm_ways(keys=[("sign", way) for way in FourWay], by=head, at=TUESDAY)

        assert confirmed == 4
        assert row("sign", ONLINE).state == WayState.CONFIRMED
        assert row("sign", ONLINE).by == str(head.by)
        told = read(Record.objects.filter(kind="WaysConfirmed").get())
        assert ["sign", "online"] in told["confirmed"]
        assert commands.confirm_ways(keys=[("sign", ONLINE)], by=head, at=TUESDAY) == 0

    def test_another_department_may_not(self):
        publish_items(item("sign"))
        make_unit("cgj")
        other = make_actor("dept_head", make_unit("zjj"))

        with pytest.raises(NotAllowed):
            commands.confirm_ways(keys=[("sign", ONLINE)], by=other, at=TUESDAY)

    def test_what_is_not_in_force_has_nothing_to_confirm(self, head):
        with pytest.raises(commands.NoSuchWay):
            commands.confirm_ways(keys=[("nothing", ONLINE)], by=head, at=TUESDAY)

    def test_a_new_version_with_the_same_verdict_stays_confirmed(self, head):
        publish_items(item("sign"))
        commands.confirm_ways(keys=[("sign", ONCE)], by=head, at=TUESDAY)

        publish_items(item("sign", version=2, name="户外广告", in_force={"from": "2019-10-08"}))

        assert (row("sign", ONCE).state, row("sign", ONCE).version) == (WayState.CONFIRMED, 2)

    def test_a_new_version_with_another_verdict_waits_again(self, head):
        publish_items(item("sign"))
        commands.confirm_ways(keys=[("sign", ONCE)], by=head, at=TUESDAY)

        publish_items(item("sign", version=2, visits=3, in_force={"from": "2019-10-08"}))

        assert (row("sign", ONCE).state, row("sign", ONCE).flag) == (WayState.COMPUTED, False)


class TestOverriding:
    def test_says_otherwise_with_a_reason_and_keeps_what_the_elements_say(self, head):
        publish_items(item("sign", visits=2))

        found = commands.override_way(code="sign", way=ONCE, flag=True, reason="第二次由窗口代办", by=head, at=TUESDAY)

        assert (found.flag, found.computed, found.state) == (True, False, WayState.OVERRIDDEN)
        assert found.reason == "第二次由窗口代办"

    @pytest.mark.parametrize("reason", ["", "   "])
    def test_needs_a_reason(self, head, reason):
        publish_items(item("sign", visits=2))

        with pytest.raises(commands.ReasonMissing):
            commands.override_way(code="sign", way=ONCE, flag=True, reason=reason, by=head, at=TUESDAY)

    def test_is_refused_where_the_elements_say_the_same(self, head):
        publish_items(item("sign", visits=2))

        with pytest.raises(commands.SameAsComputed):
            commands.override_way(code="sign", way=ONCE, flag=False, reason="一样", by=head, at=TUESDAY)

    def test_survives_a_new_version_and_is_questioned_when_the_verdict_changes(self, head):
        publish_items(item("sign", visits=2))
        commands.override_way(code="sign", way=ONCE, flag=True, reason="代办", by=head, at=TUESDAY)

        publish_items(item("sign", version=2, visits=3, in_force={"from": "2019-10-08"}))
        same = row("sign", ONCE)
        publish_items(item("sign", version=3, visits=1, in_force={"from": "2019-10-08"}))
        other = row("sign", ONCE)

        assert (same.flag, same.reason, same.is_questioned, same.version) == (True, "代办", False, 2)
        assert (other.flag, other.state, other.is_questioned, other.computed) == (True, WayState.OVERRIDDEN, True, True)

    def test_confirming_ends_it(self, head):
        publish_items(item("sign", visits=2))
        commands.override_way(code="sign", way=ONCE, flag=True, reason="代办", by=head, at=TUESDAY)

        commands.confirm_ways(keys=[("sign", ONCE)], by=head, at=TUESDAY)

        assert (row("sign", ONCE).flag, row("sign", ONCE).state) == (False, WayState.CONFIRMED)

    def test_every_step_stays_in_the_history(self, head):
        publish_items(item("sign", visits=2))
        before = realtime.database_now()
        commands.override_way(code="sign", way=ONCE, flag=True, reason="代办", by=head, at=TUESDAY)
        commands.confirm_ways(keys=[("sign", ONCE)], by=head, at=TUESDAY + timedelta(days=1))

        known_then = ItemWay.objects.on(TODAY, known_at=before).get(item="sign", way=ONCE)
        states = [each.state for each in queries.way_history("sign") if each.way == ONCE]

        assert known_then.flag is False
        assert {"COMPUTED", "OVERRIDDEN", "CONFIRMED"} <= set(states)
        assert flags("sign", TODAY)["once"] is True
        assert flags("sign", TODAY + timedelta(days=1))["once"] is False


@pytest.mark.usefixtures("alone")
class TestRatios:
    def test_each_way_has_its_own_base(self):
        publish_items(
            item("a", serves=["person"], points=[{"name": "街道", "kind": "street"}]),
            item("b", serves=["person"], visits=2),
            instant("c"),
        )

        told = {each.way: (each.count, each.base) for each in queries.ratios(ALL, TODAY)}

        assert told == {INSTANT: (1, 3), ONLINE: (3, 3), NEARBY: (1, 2), ONCE: (2, 3)}

    def test_an_override_counts(self, head):
        publish_items(item("b", serves=["person"], visits=2))
        commands.override_way(code="b", way=ONCE, flag=True, reason="代办", by=head, at=TUESDAY)

        told = {each.way: each for each in queries.ratios(ALL, TODAY)}

        assert (told[ONCE].count, told[ONCE].base, told[ONCE].waiting) == (1, 1, 0)
        assert told[INSTANT].waiting == 1

    def test_units_lie_apart(self):
        publish_items(
            item("a", unit="cgj", visits=2),
            item("b", unit="cgj"),
            item("c", unit="zjj", visits=2),
            instant("d", unit="mzj"),
        )
        units = queries.by_unit(ALL, TODAY)

        once = {each.code: each.ways[ONCE].percent for each in units}
        found = {each.way: each for each in queries.spreads(units)}

        assert once == {"cgj": Decimal("50.00"), "zjj": Decimal("0.00"), "mzj": Decimal("100.00")}
        assert (found[ONCE].best, found[ONCE].median, found[ONCE].worst) == (Decimal(100), Decimal(50), Decimal(0))
        assert next(each for each in units if each.code == "mzj").instant_items.percent == Decimal(100)


@pytest.mark.usefixtures("alone")
class TestNearAndWhatIf:
    def publish(self) -> None:
        publish_items(
            item("far", promise={"limit": 5}),
            item("day", promise={"limit": 1}),
            item("hours", promise={"limit": 2, "unit": "working_hour"}),
            item("special", promise={"limit": 1, "unit": "working_hour"}, special=["听证"]),
            item("both", promise={"limit": 3}, special=["听证"]),
        )

    def test_lists_what_one_element_keeps_out_the_nearest_first(self, office):
        self.publish()

        found = queries.near_misses(office, ALL, INSTANT, TODAY)

        assert [(each.code, each.element, each.is_candidate) for each in found] == [
            ("hours", Element.PROMISE, True),
            ("day", Element.PROMISE, True),
            ("special", Element.SPECIAL, False),
            ("far", Element.PROMISE, False),
        ]
        assert [each.code for each in queries.candidates(office, ALL, TODAY)] == ["hours", "day"]

    def test_a_change_moves_the_ratio_and_is_kept(self, office):
        self.publish()

        run = commands.try_change(
            registry=ALL,
            change=ElementChange(Element.PROMISE, 60),
            codes=["hours", "day", "both"],
            note="试算",
            by=office,
            at=TUESDAY,
        )

        effect = run.effects.get(way=INSTANT)
        assert (effect.base, effect.before, effect.after, effect.gained.split()) == (5, 0, 2, ["day", "hours"])
        assert run.effects.get(way=ONCE).gained == ""
        assert flags("day")["instant"] is False  # tried, not done

    def test_an_override_stays_in_a_trial(self, office, head):
        self.publish()
        publish_items(item("kept", visits=1))
        commands.override_way(code="kept", way=ONCE, flag=False, reason="实际两次", by=head, at=TUESDAY)

        run = commands.try_change(
            registry=ALL, change=ElementChange(Element.VISITS, 0), codes=["kept"], note="", by=office, at=TUESDAY
        )

        effect = run.effects.get(way=ONCE)
        assert (effect.before, effect.after) == (5, 5)

    def test_items_outside_change_nothing(self, office):
        self.publish()

        with pytest.raises(commands.NothingListed):
            commands.try_change(
                registry=ALL, change=ElementChange(Element.VISITS, 0), codes=["x"], note="", by=office, at=TUESDAY
            )


@pytest.mark.usefixtures("alone")
class TestPublishing:
    def test_waits_for_the_departments(self, office, head):
        publish_items(item("sign"))

        with pytest.raises(commands.WaysUnconfirmed) as caught:
            commands.publish_ways(registry=ALL, by=office, at=TUESDAY)

        assert caught.value.by_unit == {"cgj单位": 1}

    def test_shows_for_ever_what_was_public(self, office, head):
        publish_items(item("sign"))
        commands.confirm_ways(keys=[("sign", way) for way in FourWay], by=head, at=TUESDAY)

        publication = commands.publish_ways(registry=ALL, by=office, at=TUESDAY)
        commands.override_way(code="sign", way=ONLINE, flag=False, reason="系统停用", by=head, at=TUESDAY)

        public = {(each.item_id, each.way) for each in queries.public_ways(publication)}
        assert public == {("sign", ONLINE), ("sign", ONCE)}
        assert flags("sign")["online"] is False

    def test_a_department_does_not_publish(self, head):
        publish_items(item("sign"))

        with pytest.raises(NotAllowed):
            commands.publish_ways(registry=ALL, by=head, at=TUESDAY)

    def test_nothing_is_not_published(self, office):
        with pytest.raises(commands.NothingListed):
            commands.publish_ways(registry=ALL, by=office, at=TUESDAY)


class TestTargets:
    def test_are_set_for_a_quarter_and_held_against_the_ratio(self, office):
        publish_items(item("sign"))
        said = {"registry": ALL, "way": INSTANT, "source": "2019年四办提升方案", "by": office, "at": TUESDAY}

        commands.set_target(quarter="2019Q4", percent=Decimal("65.5"), **said)
        commands.set_target(quarter="2020Q1", percent=Decimal(70), **said)

        told = {each.way: each.target for each in queries.ratios(ALL, TODAY)}
        assert told[INSTANT] == Decimal("65.5")
        assert told[ONCE] is None

    @pytest.mark.parametrize(("quarter", "percent"), [("2019Q4", "100.01"), ("2019Q4", "-1"), ("2019-4", "50")])
    def test_are_a_share_and_a_quarter(self, office, quarter, percent):
        with pytest.raises(commands.TargetWrong):
            commands.set_target(
                registry=ALL, way=INSTANT, quarter=quarter, percent=Decimal(percent), source="", by=office, at=TUESDAY
            )


deeds = st.lists(
    st.one_of(
        st.tuples(st.just("version"), st.integers(0, 3)),
        st.tuples(st.just("override"), st.booleans()),
        st.tuples(st.just("confirm"), st.none()),
    ),
    max_size=6,
)


class TestAnyHistory(TestCase):
    """Recomputed is the same as computed fresh, whatever was done in between."""

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(deeds)
    def test_recompute_is_fresh_and_overrides_stay(self, drawn):
        head = make_actor("dept_head", make_unit("cgj", region=make_region()))
        publish_items(item("sign", visits=2))
        version, overridden = 1, None
        for number, (deed, value) in enumerate(drawn, start=1):
            at = TUESDAY + timedelta(days=number)
            day = local_day(at)
            if deed == "version":
                version += 1
                publish_items(item("sign", version=version, visits=value, in_force={"from": str(day)}), at=at)
            elif deed == "confirm":
                commands.confirm_ways(keys=[("sign", ONCE)], by=head, at=at)
                overridden = None
            elif row("sign", ONCE, day).computed != value:
                commands.override_way(code="sign", way=ONCE, flag=value, reason="理由", by=head, at=at)
                overridden = value
            standing = row("sign", ONCE, day)
            fresh = rules.ways_of(rules.elements_of(queries.version_of("sign", version)))[ONCE]

            assert commands.recompute_ways(at=at) == 0
            assert standing.computed == fresh.holds
            assert standing.flag == (fresh.holds if overridden is None else overridden)
            assert standing.is_questioned == (overridden is not None and overridden == fresh.holds)
