"""How work flowed, told by one statement each, against numbers counted by hand; for imported dossiers and for ours."""

from __future__ import annotations

import pytest

from tests.support import people
from tests.support.engine import Hall, china, publish
from tests.support.history import AT, bring_in, mapping, table
from yichuang.domains.cases import commands as cases
from yichuang.domains.cases.models import Case
from yichuang.foundation.people.actors import SYSTEM
from yichuang.foundation.people.models import Unit
from yichuang.foundation.work import flow
from yichuang.foundation.work import queries as work
from yichuang.foundation.work.flow import OURS, Asked
from yichuang.foundation.work.models import Step

pytestmark = pytest.mark.django_db

# four cases of ten days of March 2019; planned for the 5th at 12:00; 甲 → 乙 → 丙 thrice, once with 乙 twice
ROWS = """\
1,甲,2019-03-01 12:00,complete,,一科,,网上,2019-03-05 12:00,2019-03-03 12:00
1,乙,2019-03-02 12:00,complete,,二科,2019-03-02 09:00,网上,2019-03-05 12:00,2019-03-03 12:00
1,丙,2019-03-03 12:00,complete,,一科,,网上,2019-03-05 12:00,2019-03-03 12:00
2,甲,2019-03-01 12:00,complete,,一科,,网上,2019-03-05 12:00,2019-03-07 12:00
2,乙,2019-03-06 12:00,complete,,二科,2019-03-07 09:00,网上,2019-03-05 12:00,2019-03-07 12:00
2,丙,2019-03-07 12:00,complete,,一科,,网上,2019-03-05 12:00,2019-03-07 12:00
3,甲,2019-03-01 12:00,complete,,一科,,窗口,2019-03-05 12:00,2019-03-11 12:00
3,乙,2019-03-02 12:00,complete,,二科,,窗口,2019-03-05 12:00,2019-03-11 12:00
3,乙,2019-03-03 12:00,complete,,二科,,窗口,2019-03-05 12:00,2019-03-11 12:00
3,丙,2019-03-11 12:00,complete,,一科,,窗口,2019-03-05 12:00,2019-03-11 12:00
4,甲,2019-03-01 12:00,complete,,一科,,窗口,2019-03-05 12:00,
"""


@pytest.fixture(autouse=True)
def history(tmp_path) -> None:
    publish()
    rows = [line.split(",") for line in ROWS.splitlines()]
    named = mapping(tmp_path, activities=None, region={"code": "420106", "name": "武昌区"})
    bring_in(table(tmp_path / "flow.csv", rows), mapping=named)


def rows(**asked):
    return flow.population(SYSTEM, Asked(**asked))


def decided(hall: Hall) -> Case:
    case = cases.accept_case(case_id=hall.receive().pk, by=hall.window, at=hall.at)
    for who, at in ((hall.handler, "2019-10-10 09:30"), (hall.reviewer, "2019-10-11 09:30")):
        step = work.live_steps(case.dossier).get()
        cases.complete_step(step_id=step.pk, outcome="agree", opinion="", by=who, at=china(at))
    cases.approve_case(case_id=case.pk, by=hall.signer, at=china("2019-10-14 09:30"))
    return case


def unit(name: str) -> int:
    return Unit.objects.get(name=name).pk


class TestThroughput:
    def test_tells_the_whole_and_the_worked_time(self):
        told = flow.throughput(rows())

        assert (told.opened, told.concluded, told.unfinished) == (4, 3, 1)
        # whole: 2, 6 and 10 days; worked: 0, 2, 6 and 10 days
        assert (told.whole.median, told.whole.mean, told.whole.longest) == pytest.approx((6, 6, 10))
        assert (told.worked.median, told.worked.mean, told.worked.p90) == pytest.approx((4, 4.5, 10))

    def test_of_nothing_is_nothing(self):
        told = flow.throughput(rows(source="nobody"))

        assert (told.opened, told.whole.count, told.whole.median) == (0, 0, None)
        assert flow.paths(rows(source="nobody")).found == ()
        assert flow.follows(rows(source="nobody")).nodes == ()


class TestLateness:
    def test_by_channel(self):
        told = {row.key: (row.count, row.dated, row.late) for row in flow.lateness(rows(), "channel")}

        assert told == {"ONLINE": (2, 2, 1), "WINDOW": (2, 1, 1)}

    def test_says_in_which_step_the_date_passed_and_who_had_it(self):
        told = [(row.unit_id, row.name, row.late) for row in flow.in_hand(rows())]

        assert sorted(told, key=str) == sorted([(unit("二科"), "乙", 1), (unit("一科"), "丙", 1)], key=str)


class TestStepTimes:
    def test_of_units_are_from_the_step_before(self):
        told = {row.unit_id: row for row in flow.step_times(rows(), by="unit")}

        first, second = told[unit("一科")], told[unit("二科")]
        # 一科: 甲 four times 0, 丙 1, 1 and 8; 二科: 乙 1, 5, 1, 1
        assert (first.held.count, first.total, first.held.longest) == (7, pytest.approx(10), pytest.approx(8))
        assert (second.held.count, second.total, second.held.median) == (4, pytest.approx(8), pytest.approx(1))
        assert (second.dated, second.late) == (2, 1)

    def test_of_steps_come_with_their_unit(self):
        told = {(row.unit_id, row.name): row.held.count for row in flow.step_times(rows(), by="step")}

        assert told == {(unit("一科"), "甲"): 4, (unit("一科"), "丙"): 3, (unit("二科"), "乙"): 4}


class TestPaths:
    def test_the_most_frequent_come_first(self):
        told = flow.paths(rows())

        assert [(path.keys, path.count) for path in told.found] == [
            (("甲", "乙", "丙"), 2), (("甲",), 1), (("甲", "乙", "乙", "丙"), 1),
        ]  # fmt: skip
        assert (told.different, told.dossiers, told.names["甲"]) == (3, 4, "甲")
        assert told.found[0].median == pytest.approx(4)  # 2 and 6 days

    def test_no_more_than_asked_for(self):
        told = flow.paths(rows(), limit=1)

        assert (len(told.found), told.different) == (1, 3)


class TestFollows:
    def test_counts_pairs_and_what_followed_itself(self):
        told = flow.follows(rows())

        assert {(edge.before, edge.after): (edge.count, round(edge.days, 2)) for edge in told.edges} == {
            ("甲", "乙"): (3, 2.33), ("乙", "丙"): (3, 3.33),
        }  # fmt: skip
        assert {node.name: (node.count, node.again) for node in told.nodes} == {
            "甲": (4, 0),
            "乙": (4, 1),
            "丙": (3, 0),
        }

    def test_leaves_out_what_is_rare_and_says_how_much(self):
        told = flow.follows(rows(), at_least=4)

        assert (told.edges, told.left_out) == ((), 2)


class TestAsking:
    def test_by_period_of_opening(self):
        assert flow.throughput(rows(since=china("2019-03-01 12:00"), until=china("2019-03-01 12:01"))).opened == 4
        assert flow.throughput(rows(since=china("2019-03-01 12:01"))).opened == 0

    def test_ours_and_an_old_system_are_told_apart(self):
        decided(Hall())

        told = flow.throughput(rows(source=OURS))

        assert (told.opened, told.concluded, told.whole.median) == (1, 1, pytest.approx(6))
        (path,) = flow.paths(rows(source=OURS)).found
        assert (path.keys, path.median) == (("承办", "审核", "签发"), pytest.approx(4))
        held = {row.key: row.held.median for row in flow.step_times(rows(source=OURS), by="step")}
        assert held == pytest.approx({"承办": 2, "审核": 1, "签发": 3})
        assert flow.throughput(rows(source="old_desk", item="old_desk.permit")).opened == 4
        assert flow.throughput(rows(item="food_business_permit")).opened == 1

    def test_steps_that_plans_call_by_one_key_are_told_apart_by_their_names(self):
        hall = Hall()
        _plain, joint = decided(hall), decided(hall)
        Step.objects.filter(dossier=joint.pk, key="sign").update(name="签发联合验收意见书")

        paths, graph = flow.paths(rows(source=OURS)), flow.follows(rows(source=OURS))

        names = {"承办": 2, "审核": 2, "签发": 1, "签发联合验收意见书": 1}
        assert {path.keys[-1]: path.count for path in paths.found} == {"签发": 1, "签发联合验收意见书": 1}
        assert paths.names == {name: name for name in names}
        assert {node.name: node.count for node in graph.nodes} == names
        assert {edge.after for edge in graph.edges if edge.before == "审核"} == {"签发", "签发联合验收意见书"}
        assert {row.name: row.held.count for row in flow.step_times(rows(source=OURS), by="step")} == names

    def test_steps_of_an_old_system_are_told_apart_by_its_own_code(self):
        Step.objects.filter(key="丙", dossier__source="old_desk", unit=unit("一科"), name="丙").filter(
            done_at=china("2019-03-03 12:00")
        ).update(name="后来的名称")

        graph = flow.follows(rows(source="old_desk"))

        assert sorted(node.count for node in graph.nodes) == [3, 4, 4]


class TestSeeing:
    def test_who_supervises_the_region_sees_it_and_another_unit_does_not(self):
        wuchang = people.make_unit("office")
        office = people.make_actor("office", wuchang, at=AT)
        elsewhere = people.make_actor("dept_head", people.make_unit("zjj"), at=AT)
        nobody = people.make_actor("handler", people.make_unit("zjj"), at=AT)

        assert flow.throughput(flow.population(office, Asked())).opened == 4
        assert flow.throughput(flow.population(elsewhere, Asked())).opened == 0
        assert flow.throughput(flow.population(nobody, Asked())).opened == 0
        assert flow.step_times(flow.population(nobody, Asked()), by="unit") == []
