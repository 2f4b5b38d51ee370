"""Registries: items of bodies are entered, checked with every reason, and listed by thousands in one deed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.support.catalogue import TUESDAY, complete, publish_items
from tests.support.engine import china
from tests.support.people import make_actor, make_region, make_unit
from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.models import ItemListing, ListingEntry, ListingRun
from yichuang.domains.catalogue.queries import EntryFilters
from yichuang.domains.catalogue.terms import EntryState, Registry, RunState
from yichuang.foundation.jobs import runner
from yichuang.foundation.people.actors import Actor, NotAllowed
from yichuang.foundation.records.models import Record
from yichuang.foundation.records.pen import read

pytestmark = pytest.mark.django_db
NET = Registry.HB_ONE_NET
NEXT_DAY = TUESDAY + timedelta(days=1)


@pytest.fixture
def admin() -> Actor:
    make_unit("cgj")
    district = make_region()
    for code in ("001", "002"):
        street = make_region(f"420106{code}", f"{code}街道", "STREET")
        make_unit(f"street_{code}", kind="STREET", region=street)
    make_unit("village", kind="COMMUNITY", region=make_region("420106001001", "社区", "COMMUNITY"))
    publish_items(
        ("item", complete("good")),
        ("item", complete("bad", complain="027-88936001", handling_system="PROVINCE", online_address="https://x.cn")),
    )
    assert district
    return make_actor("catalogue_admin", make_unit("xzspj"))


def enter(admin: Actor, *pairs: tuple[str, str], registry: Registry = NET) -> commands.Entered:
    return commands.enter_listings(registry=registry, pairs=pairs, by=admin, at=TUESDAY)


def publish(admin: Actor, at=TUESDAY, registry: Registry = NET) -> ListingRun:
    return commands.publish_listings(registry=registry, by=admin, at=at)


class TestEntering:
    def test_an_item_counts_once_for_each_body(self, admin):
        entered = enter(admin, ("good", "cgj"), ("good", "street_001"), ("good", "village"), ("good", "cgj"))

        assert entered == commands.Entered(3, 0)
        assert list(ListingEntry.objects.order_by("level").values_list("unit_code", "level", "region")) == [
            ("cgj", "4", "420106"),
            ("street_001", "5", "420106001"),
            ("village", "6", "420106001001"),
        ]
        assert read(Record.objects.get(kind="ListingsEntered"))["entries"] == 3

    def test_what_stands_is_passed_over(self, admin):
        enter(admin, ("good", "cgj"))

        assert enter(admin, ("good", "cgj"), ("good", "street_001")) == commands.Entered(1, 1)
        assert enter(admin, ("good", "cgj")) == commands.Entered(0, 1)
        assert Record.objects.filter(kind="ListingsEntered").count() == 2

    def test_all_that_is_not_here_is_named_and_nothing_entered(self, admin):
        with pytest.raises(commands.UnknownEntries) as caught:
            enter(admin, ("good", "nowhere"), ("nothing", "cgj"), ("good", "cgj"))

        assert (caught.value.items, caught.value.units) == (("nothing",), ("nowhere",))
        assert not ListingEntry.objects.exists()

    def test_only_by_those_who_keep_registries_of_these_units(self, admin):
        with pytest.raises(NotAllowed):
            enter(make_actor("item_editor", make_unit("cgj")), ("good", "cgj"))
        far = make_region("420102", "江岸区")
        with pytest.raises(NotAllowed):
            enter(make_actor("catalogue_admin", make_unit("far", region=far)), ("good", "cgj"))


class TestPublishing:
    def test_lists_what_is_sound_and_tells_every_reason_of_the_rest(self, admin):
        enter(admin, ("good", "cgj"), ("good", "street_001"), ("bad", "cgj"))

        run = publish(admin)

        assert (run.state, run.total, run.published, run.faulty) == (RunState.DONE, 3, 2, 1)
        faulty = ListingEntry.objects.get(state=EntryState.FAULTY)
        assert (faulty.item_id, len(faulty.reasons)) == ("bad", 1)
        assert "与咨询方式相同" in faulty.reasons[0]
        rows = ItemListing.objects.order_by("unit_code").values_list(
            "item", "unit_code", "level", "version", "valid_from"
        )
        assert list(rows) == [
            ("good", "cgj", "4", 1, date(2019, 10, 8)),
            ("good", "street_001", "5", 1, date(2019, 10, 8)),
        ]

    def test_is_one_record_with_counts_and_digest(self, admin):
        enter(admin, ("good", "cgj"), ("good", "street_001"))

        run = publish(admin)

        told = read(Record.objects.get(kind="ListingsPublished"))
        assert (told["published"], told["levels"], told["digest"]) == (2, {"4": 1, "5": 1}, run.digest)
        assert len(run.digest) == 64

    def test_a_street_states_its_own_street(self, admin):
        publish_items(("item", complete("down", level="5", code="11420106999900038E5000113033000")))
        enter(admin, ("down", "street_002"))

        assert publish(admin).faulty == 0

    def test_what_is_listed_is_not_listed_twice(self, admin):
        enter(admin, ("good", "cgj"))
        publish(admin)

        with pytest.raises(commands.NothingEntered):
            publish(admin)

        assert ItemListing.objects.count() == 1

    def test_what_was_mended_is_listed_by_the_next_run(self, admin):
        enter(admin, ("bad", "cgj"))
        publish(admin)
        mended = complete("bad", version=2, in_force={"from": "2019-10-09"})
        publish_items(("item", mended), at=NEXT_DAY)

        run = publish(admin, NEXT_DAY)

        assert run.published == 1
        entry = ListingEntry.objects.get()
        assert (entry.state, entry.flaws, entry.version) == (EntryState.PUBLISHED, "", 2)

    def test_a_new_version_is_listed_from_its_day_and_keeps_since_when(self, admin):
        enter(admin, ("good", "cgj"))
        publish(admin)
        publish_items(("item", complete("good", version=2, in_force={"from": "2019-10-09"})), at=NEXT_DAY)

        publish(admin, NEXT_DAY)

        assert list(queries.listed_on(NET, date(2019, 10, 8)).values_list("version", "published_at")) == [(1, TUESDAY)]
        assert list(queries.listed_on(NET, date(2019, 10, 9)).values_list("version", "published_at")) == [(2, TUESDAY)]

    def test_one_run_at_a_time(self, admin):
        enter(admin, ("good", "cgj"))
        commands.order_listings(registry=NET, by=admin, at=TUESDAY)

        with pytest.raises(commands.RunStands):
            commands.order_listings(registry=NET, by=admin, at=TUESDAY)

        assert queries.is_running(NET)

    def test_a_job_does_what_was_ordered_and_may_run_twice(self, admin):
        enter(admin, ("good", "cgj"))
        run = commands.order_listings(registry=NET, by=admin, at=TUESDAY)

        runner.run_due(at=TUESDAY)
        again = commands.run_listings(run_id=run.pk, at=TUESDAY)

        assert (again.state, again.published) == (RunState.DONE, 1)
        assert ItemListing.objects.count() == 1

    def test_what_was_stopped_in_the_middle_goes_on(self, admin):
        enter(admin, ("good", "cgj"), ("good", "street_001"))
        run = commands.order_listings(registry=NET, by=admin, at=TUESDAY)

        def stop(_run: ListingRun) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            commands.run_listings(run_id=run.pk, at=TUESDAY, tell=stop)
        done = commands.run_listings(run_id=run.pk, at=TUESDAY)

        assert (done.published, ItemListing.objects.count()) == (2, 2)

    def test_tells_how_far_it_is(self, admin):
        enter(admin, ("good", "cgj"), ("good", "street_001"))
        heard = []

        commands.publish_listings(
            registry=NET, by=admin, at=TUESDAY, tell=lambda run: heard.append((run.state, run.checked, run.percent))
        )

        assert heard == [("CHECKING", 2, 90), ("WRITING", 2, 90), ("DONE", 2, 100)]

    def test_what_is_not_in_force_is_told(self, admin):
        publish_items(("item", complete("coming", in_force={"from": "2020-01-01"})))
        enter(admin, ("coming", "cgj"))

        publish(admin)

        assert ListingEntry.objects.get().reasons == ["2019-10-08 没有在用的版本。请先发布事项。"]


class TestWithdrawing:
    def test_ends_the_listing_on_that_day_and_the_past_stays(self, admin):
        enter(admin, ("good", "cgj"), ("good", "street_001"))
        publish(admin)

        gone = commands.withdraw_listings(
            registry=NET, pairs=[("good", "cgj")], reason="职责调整", by=admin, at=NEXT_DAY
        )

        assert gone == 1
        assert queries.listed_count(NET, date(2019, 10, 8)) == 2
        assert queries.listed_count(NET, date(2019, 10, 9)) == 1
        assert read(Record.objects.get(kind="ListingsWithdrawn"))["reason"] == "职责调整"

    def test_what_does_not_stand_is_not_taken_out(self, admin):
        with pytest.raises(commands.NothingEntered):
            commands.withdraw_listings(registry=NET, pairs=[("good", "cgj")], reason="", by=admin, at=TUESDAY)

    def test_may_return(self, admin):
        enter(admin, ("good", "cgj"))
        publish(admin)
        commands.withdraw_listings(registry=NET, pairs=[("good", "cgj")], reason="误撤", by=admin, at=NEXT_DAY)

        back = commands.enter_listings(registry=NET, pairs=[("good", "cgj")], by=admin, at=NEXT_DAY)
        publish(admin, china("2019-10-10 09:00"))

        assert back.new == 1
        assert [queries.listed_count(NET, date(2019, 10, day)) for day in (8, 9, 10)] == [1, 0, 1]


class TestCounting:
    def test_by_level_and_by_body_with_what_waits_and_what_is_wrong(self, admin):
        enter(admin, ("good", "cgj"), ("good", "street_001"), ("bad", "cgj"))
        publish(admin)
        enter(admin, ("good", "street_002"))

        levels = [(each.label, each.listed, each.waiting, each.faulty) for each in queries.by_level(admin, NET)]
        bodies = [(each.code, each.listed, each.waiting, each.faulty) for each in queries.by_body(admin, NET)]

        assert levels == [("区级", 1, 0, 1), ("街道级", 1, 1, 0)]
        assert bodies == [("cgj", 1, 0, 1), ("street_001", 1, 0, 0), ("street_002", 0, 1, 0)]

    def test_a_unit_sees_its_own(self, admin):
        enter(admin, ("good", "cgj"), ("good", "street_001"))

        head = make_actor("dept_head", make_unit("cgj"))

        assert [row.unit_code for row in queries.entries(head, NET)] == ["cgj"]
        assert [row.unit_code for row in queries.entries(admin, NET, EntryFilters(level="5"))] == ["street_001"]

    def test_the_four_ways_may_be_taken_of_a_registry(self, admin):
        enter(admin, ("good", "cgj"), registry=Registry.SIBAN)
        publish(admin, registry=Registry.SIBAN)

        rows = queries.ways_in(Registry.SIBAN, date(2019, 10, 8))

        assert set(rows.values_list("item", flat=True)) == {"good"}
        assert not queries.ways_in(Registry.SIBAN, date(2019, 10, 7)).exists()


class TestProposed:
    def test_the_provincial_net_lists_street_items_for_each_street(self, admin):
        commands.keep_street_items(
            items=[commands.Sunk("good", "MOVED", "AT_ONCE", "AGREED", ("street_001", "street_002"))],
            by=admin,
            at=TUESDAY,
        )

        day = date(2019, 10, 8)

        found = set(queries.proposed_entries(NET, day))
        assert {("good", "cgj"), ("good", "street_001"), ("good", "street_002"), ("bad", "cgj")} <= found
        assert set(queries.proposed_entries(Registry.STREET_DOWN, day)) == {("good", "cgj")}
