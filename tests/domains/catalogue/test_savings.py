"""What versions spare people, and how far items are from another region: by hand, and as rows."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.support.catalogue import TUESDAY, item, publish_items
from tests.support.engine import china
from tests.support.people import make_actor, make_unit
from yichuang.domains.catalogue import commands, queries, rules
from yichuang.domains.catalogue.models import BenchmarkValue, Reduction
from yichuang.domains.catalogue.rules import parse_item
from yichuang.domains.catalogue.terms import Benchmark, Measures, Saving
from yichuang.foundation.definitions import commands as definitions
from yichuang.foundation.people.actors import NotAllowed, local_day
from yichuang.foundation.records import realtime
from yichuang.foundation.records.terms import SYSTEM

TODAY = local_day(TUESDAY)
FORM = {"code": "form", "name": "申请表", "source": "10"}
LEASE = {"code": "lease", "name": "租赁合同", "source": "10"}
LICENCE = {"code": "licence", "name": "营业执照", "source": "20", "licence_type": "business_licence"}
SHARED = {"code": "credit", "name": "信用记录", "source": "20", "exempt": "shared_data"}


def measures(in_plan: int | None = 3, /, **more: object) -> Measures:
    return rules.measures_of(parse_item(item("sign", **more)[1], "sign"), in_plan)


def told(before: Measures, after: Measures) -> set[tuple[str, int, int, str]]:
    return {(each.kind, each.before, each.after, each.unit) for each in rules.deltas(before, after)}


class TestMeasures:
    def test_counts_what_the_applicant_still_brings(self):
        assert measures(materials=[FORM, LEASE, LICENCE, SHARED]).materials.number == 2

    def test_a_fee_that_is_reckoned_is_no_number(self):
        known = {"name": "工本费", "amount_fen": 1000, "basis": "目录"}
        reckoned = {"name": "占道费", "standard": "每平方米每日", "basis": "目录"}

        assert measures(fees=[known, known]).cost.number == 2000
        assert measures(fees=[known, reckoned]).cost is None
        assert measures().cost.number == 0

    def test_steps_are_those_of_the_national_fields_where_no_plan_handles_it(self):
        flow = [{"name": "受理"}, {"name": "决定"}]

        assert measures(None, steps=flow).steps.number == 2
        assert measures(None).steps is None


class TestDeltas:
    @pytest.mark.parametrize(
        ("before", "after", "expected"),
        [
            ({}, {}, set()),
            ({"promise": {"limit": 5}}, {"promise": {"limit": 3}}, {("TIME", 2400, 1440, "minute")}),
            (
                {"promise": {"limit": 1}},
                {"promise": {"limit": 2, "unit": "working_hour"}},
                {("TIME", 480, 120, "minute")},
            ),
            ({"promise": {"limit": 3}}, {"promise": {"limit": 5}}, {("TIME", 1440, 2400, "minute")}),
            ({"materials": [FORM, LEASE]}, {"materials": [FORM, LICENCE]}, {("MATERIALS", 2, 1, "material")}),
            (
                {"fees": [{"name": "工本费", "amount_fen": 1000, "basis": "目录"}]},
                {},
                {("COST", 1000, 0, "fen")},
            ),
            # calendar days are no working days: not compared
            ({"promise": {"limit": 10, "unit": "calendar_day"}, "legal": {"limit": 1, "unit": "month"}}, {}, set()),
        ],
    )
    def test_by_hand(self, before, after, expected):
        assert told(measures(**before), measures(**after)) == expected

    def test_steps(self):
        assert told(measures(5), measures(3)) == {("STEPS", 5, 3, "step")}
        assert told(measures(None), measures(3)) == set()

    def test_at_once_is_less_than_any_time(self):
        month = {"promise": {"limit": 20, "unit": "calendar_day"}, "legal": {"limit": 1, "unit": "month"}}
        body = item("sign", handling="INSTANT")[1]
        del body["promise"]
        at_once = rules.measures_of(parse_item(body, "sign"), 3)

        assert told(measures(**month), at_once) == {("TIME", 20, 0, "calendar_day")}


@pytest.mark.django_db
class TestLedger:
    def test_follows_published_versions_from_the_day_they_come_into_force(self):
        publish_items(item("sign", promise={"limit": 5}, materials=[FORM, LEASE]))
        publish_items(item("sign", version=2, promise={"limit": 3}, materials=[FORM], in_force={"from": "2019-10-10"}))
        before = set(Reduction.objects.values_list("kind", flat=True))

        commands.refresh(at=china("2019-10-10 09:00"))

        rows = {row.kind: row for row in Reduction.objects.current().filter(item="sign")}
        assert before == set()
        assert {kind: (row.before, row.after) for kind, row in rows.items()} == {
            "TIME": (2400, 1440), "MATERIALS": (2, 1),
        }  # fmt: skip
        assert rows["TIME"].valid_from == date(2019, 10, 10)
        assert queries.kinds_of_reduction(date(2019, 10, 9)) == []
        assert queries.kinds_of_reduction(date(2019, 10, 10)) == [Saving.TIME, Saving.MATERIALS]

    def test_what_was_added_stands_in_it_but_is_no_reduction(self):
        publish_items(item("sign", promise={"limit": 3}))
        publish_items(item("sign", version=2, promise={"limit": 5}, in_force={"from": "2019-10-08"}))

        assert [row.spared for row in Reduction.objects.current()] == [-960]
        assert queries.kinds_of_reduction(TODAY) == []

    def test_a_withdrawn_version_spares_nothing_any_more(self):
        publish_items(item("sign", promise={"limit": 5}))
        publish_items(item("sign", version=2, promise={"limit": 3}, in_force={"from": "2019-10-08"}))
        at = china("2019-10-15 09:00")
        definitions.withdraw(kind="item", code="sign", version=2, reason="错了", by=SYSTEM, at=at)

        commands.refresh(at=at)

        spared = [Reduction.objects.on(date(2019, 10, day)).count() for day in (8, 14, 15)]
        assert spared == [1, 1, 0]

    def test_recomputing_writes_nothing_new(self):
        publish_items(item("sign", promise={"limit": 5}))
        publish_items(item("sign", version=2, promise={"limit": 3}, in_force={"from": "2019-10-08"}))

        assert commands.recompute_reductions(at=TUESDAY + timedelta(hours=1)) == 0

    def test_departments_are_ranked_by_the_share_of_their_items(self):
        make_unit("cgj")
        make_unit("zjj")
        office = make_actor("office", make_unit("yhb"))
        for code, unit in (("a", "cgj"), ("b", "cgj"), ("c", "zjj")):
            publish_items(item(code, unit=unit, promise={"limit": 5}))
        publish_items(
            item("a", version=2, unit="cgj", promise={"limit": 3}, in_force={"from": "2019-10-08"}),
            item("c", version=2, unit="zjj", promise={"limit": 4}, in_force={"from": "2019-10-08"}),
        )

        ranks = {each.unit: each for each in queries.ranking(office, TODAY)}

        assert (ranks["cgj"].items, ranks["cgj"].reduced, ranks["cgj"].minutes) == (3, 1, 960)  # one that ships
        assert ranks["cgj"].percent == Decimal("33.3")
        assert ranks["zjj"].reduced == 1
        ours = [each for each in queries.ranking(office, TODAY) if each.reduced]
        assert [each.place for each in ours] == [1, 2]


@pytest.mark.django_db
class TestBenchmarks:
    @pytest.fixture
    def office(self):
        make_unit("cgj")
        return make_actor("office", make_unit("yhb"))

    def value(self, code: str = "sign", **more: object) -> Benchmark:
        said = {"region": "杭州市", "source": "浙江政务服务网", "source_on": date(2019, 9, 1), "minutes": 480}
        return Benchmark(code, **(said | more))

    def test_say_how_far_an_item_is(self, office):
        publish_items(item("sign", promise={"limit": 5}, legal={"limit": 20}, materials=[FORM, LEASE], visits=1))
        value = self.value(materials=1, visits=1, steps=2, cost_fen=0)

        commands.keep_benchmarks(values=[value], by=office, at=TUESDAY)

        (found,) = queries.distances(office, TODAY, "杭州市")
        steps = queries.steps_in_plan(queries.version_of("sign", 1), TODAY)
        assert dict(found.gaps) == {"steps": steps - 2, "time": 1920, "materials": 1, "visits": 0, "cost": 0}
        assert found.is_behind
        assert found.saved_percent == Decimal("75.0")  # 5 of 20 days

    def test_what_is_not_known_is_not_compared(self, office):
        publish_items(item("sign"))
        commands.keep_benchmarks(values=[self.value()], by=office, at=TUESDAY)

        (found,) = queries.distances(office, TODAY, "杭州市")

        assert {name for name, gap in found.gaps.items() if gap is None} == {"steps", "materials", "visits", "cost"}

    def test_the_best_of_all_regions_measure_by_measure(self, office):
        publish_items(item("sign"))
        commands.keep_benchmarks(
            values=[
                self.value(minutes=480, materials=5),
                self.value(region="深圳市", source="广东政务服务网", minutes=960, materials=0),
            ],
            by=office,
            at=TUESDAY,
        )

        (found,) = queries.distances(office, TODAY, queries.BEST)

        assert (found.theirs.time.number, found.theirs.materials.number) == (480, 0)
        assert queries.regions(TODAY) == ["杭州市", "深圳市"]

    def test_a_newer_value_ends_the_older_and_both_stay_known(self, office):
        publish_items(item("sign"))
        commands.keep_benchmarks(values=[self.value(minutes=960)], by=office, at=TUESDAY)
        commands.keep_benchmarks(values=[self.value(minutes=480, source_on=date(2019, 10, 1))], by=office, at=TUESDAY)

        days = [date(2019, 9, 1), date(2019, 9, 30), date(2019, 10, 1)]
        assert [BenchmarkValue.objects.on(day).get().minutes for day in days] == [960, 960, 480]

    def test_units_are_added_up(self, office):
        publish_items(item("a", promise={"limit": 5}), item("b", promise={"limit": 1}))
        commands.keep_benchmarks(values=[self.value("a"), self.value("b")], by=office, at=TUESDAY)

        (unit,) = queries.by_unit_behind(queries.distances(office, TODAY, "杭州市"))

        assert (unit.items, unit.behind) == (2, 1)
        assert unit.average("time") == Decimal("960.0")
        assert unit.average("steps") is None

    def test_all_or_nothing(self, office):
        publish_items(item("sign"))

        with pytest.raises(commands.UnknownItems) as caught:
            commands.keep_benchmarks(values=[self.value(), self.value("nothing")], by=office, at=TUESDAY)

        assert caught.value.codes == ("nothing",)
        assert not BenchmarkValue.objects.exists()

    @pytest.mark.parametrize(
        "wrong", [{"minutes": None}, {"region": ""}, {"source": ""}, {"source_on": date(2019, 10, 9)}]
    )
    def test_a_row_says_something_from_somewhere(self, office, wrong):
        publish_items(item("sign"))

        with pytest.raises(commands.NoValues):
            commands.keep_benchmarks(values=[self.value(**wrong)], by=office, at=TUESDAY)

    def test_is_taken_back(self, office):
        publish_items(item("sign"))
        commands.keep_benchmarks(values=[self.value()], by=office, at=TUESDAY)
        known = realtime.database_now()

        commands.end_benchmark(code="sign", region="杭州市", by=office, at=TUESDAY)

        assert BenchmarkValue.objects.on(TODAY).count() == 0
        assert BenchmarkValue.objects.on(TODAY, known).count() == 1

    def test_a_department_does_not_enter_them(self):
        publish_items(item("sign"))
        head = make_actor("dept_head", make_unit("cgj"))

        with pytest.raises(NotAllowed):
            commands.keep_benchmarks(values=[self.value()], by=head, at=TUESDAY)
