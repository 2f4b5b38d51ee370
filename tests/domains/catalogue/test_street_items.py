"""What went down to the streets has one origin and one mode; a state is reached only with what it needs (S41)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.support.catalogue import TUESDAY, complete, item, publish_items
from tests.support.people import make_actor, make_unit
from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.commands import Sunk
from yichuang.domains.catalogue.models import StreetItem
from yichuang.domains.catalogue.terms import StreetMode, StreetOrigin, StreetState
from yichuang.foundation.people.actors import Actor, NotAllowed

pytestmark = pytest.mark.django_db
DAY = date(2019, 10, 8)
NEXT_DAY = TUESDAY + timedelta(days=1)


@pytest.fixture
def admin() -> Actor:
    make_unit("cgj")
    make_unit("street_a", kind="STREET")
    make_unit("street_b", kind="STREET")
    publish_items(("item", complete()))
    return make_actor("catalogue_admin", make_unit("xzspj"))


def sunk(**more: object) -> Sunk:
    said = {"origin": StreetOrigin.MOVED, "mode": StreetMode.AT_ONCE, "state": StreetState.AGREED}
    return Sunk("sign", **(said | {"streets": ("street_a",)} | more))


def keep(admin: Actor, *items: Sunk, at=TUESDAY) -> int:
    return commands.keep_street_items(items=items, by=admin, at=at)


class TestKeeping:
    def test_modes_and_origins_are_parts_of_the_whole(self, admin):
        publish_items(*(item(f"item_{n}") for n in range(5)))
        modes = [StreetMode.FOR_YOU] * 1 + [StreetMode.ONLINE] * 2 + [StreetMode.AT_ONCE] * 2
        keep(
            admin,
            *(
                Sunk(f"item_{n}", StreetOrigin.RAISED, mode, StreetState.AGREED, ("street_a", "street_b"))
                for n, mode in enumerate(modes)
            ),
        )

        assert queries.street_modes(DAY) == {StreetMode.FOR_YOU: 1, StreetMode.ONLINE: 2, StreetMode.AT_ONCE: 2}
        assert sum(queries.street_origins(DAY).values()) == queries.street_items(DAY).count() == 5
        assert queries.by_street(DAY) == {"street_a": 5, "street_b": 5}
        assert queries.street_items(DAY, mode="ONLINE").count() == 2

    def test_another_mode_takes_the_place_of_the_first_from_its_day(self, admin):
        keep(admin, sunk())

        keep(admin, sunk(mode=StreetMode.ONLINE), at=NEXT_DAY)

        assert queries.street_modes(DAY)[StreetMode.AT_ONCE] == 1
        assert queries.street_modes(date(2019, 10, 9)) == {
            StreetMode.FOR_YOU: 0,
            StreetMode.ONLINE: 1,
            StreetMode.AT_ONCE: 0,
        }

    def test_what_is_lacking_is_told_all_at_once(self, admin):
        with pytest.raises(commands.StreetItemIncomplete) as caught:
            keep(admin, sunk(origin=StreetOrigin.HANDED_DOWN, state=StreetState.RUNNING))

        assert [said.split("”")[1] for said in caught.value.lacking] == [
            "由职能部门下放，移交时须有委托文书",
            "的承接街道还没有窗口人员账号：street_a单位",
        ]
        assert not StreetItem.objects.exists()

    def test_runs_with_paper_flow_and_staff(self, admin):
        make_actor("street_window", make_unit("street_a"))

        keep(admin, sunk(origin=StreetOrigin.HANDED_DOWN, state=StreetState.RUNNING, delegation="武昌政办〔2019〕1号"))

        row = queries.street_item("sign", DAY)
        assert (row.state, row.delegation, row.street_codes) == ("RUNNING", "武昌政办〔2019〕1号", ("street_a",))

    def test_nothing_goes_to_a_bureau(self, admin):
        with pytest.raises(commands.UnknownUnits, match="cgj"):
            keep(admin, sunk(streets=("street_a", "cgj")))

    def test_nothing_goes_down_that_is_not_here(self, admin):
        with pytest.raises(commands.NoSuchItem, match="lost"):
            keep(admin, Sunk("lost", StreetOrigin.MOVED, StreetMode.ONLINE, StreetState.AGREED, ("street_a",)))

    def test_only_by_those_who_keep_registries(self, admin):
        with pytest.raises(NotAllowed):
            keep(make_actor("street", make_unit("street_a")), sunk())

    def test_the_database_itself_wants_the_paper(self, admin):
        keep(admin, sunk(origin=StreetOrigin.HANDED_DOWN))

        with pytest.raises(IntegrityError), transaction.atomic():
            StreetItem.objects.update(state=StreetState.HANDED_OVER)


class TestEnding:
    def test_is_taken_back_from_a_day_on(self, admin):
        keep(admin, sunk())

        commands.end_street_item(item="sign", reason="收回区级", by=admin, at=NEXT_DAY)

        assert queries.street_items(DAY).count() == 1
        assert queries.street_items(date(2019, 10, 9)).count() == 0
        with pytest.raises(commands.NoSuchItem):
            commands.end_street_item(item="sign", reason="", by=admin, at=NEXT_DAY)


class TestProvinceWide:
    def test_items_are_counted_by_mode(self, admin):
        publish_items(
            item("a", handle_area="3", province_mode="ONLINE"),
            item("b", handle_area="1", province_mode="FORWARDED"),
            item("c", handle_area="4"),
        )

        assert {mode.value: n for mode, n in queries.province_counts(admin).items()} == {
            "ONLINE": 1,
            "FORWARDED": 1,
            "JOINT": 0,
        }
        assert [row.code for row in queries.province_wide(admin, "FORWARDED")] == ["b"]
