"""Units that only an imported list names: made once, with their source, and nobody sends them anything."""

from __future__ import annotations

import pytest

from tests.support.people import WEDNESDAY, make_region, make_unit
from yichuang.foundation.people import queries
from yichuang.foundation.people.bringing import NamedUnit, bring_units, known_units, own_code
from yichuang.foundation.people.models import Account, Region, Unit
from yichuang.foundation.records.models import Record
from yichuang.foundation.records.terms import SYSTEM

pytestmark = pytest.mark.django_db

EDUCATION = NamedUnit("广东省教育厅", uscc="11440000006940116U", region="440000", region_name="广东省")
POLICE = NamedUnit("广州市公安局", uscc="11440100007483172X", region="440100", region_name="广东省广州市")


def bring(*named: NamedUnit, source: str = "广东事项清单") -> dict[NamedUnit, str]:
    return bring_units(named, source=source, by=SYSTEM, at=WEDNESDAY)


class TestBringUnits:
    def test_makes_what_is_lacking_with_its_source_and_region_and_no_log_in(self):
        codes = bring(EDUCATION, POLICE, EDUCATION)

        assert codes == {EDUCATION: "11440000006940116u", POLICE: "11440100007483172x"}
        unit = Unit.objects.get(code="11440000006940116u")
        assert (unit.name, unit.uscc, unit.source) == ("广东省教育厅", "11440000006940116U", "广东事项清单")
        assert unit.path == f"/{unit.pk}/" and not unit.takes_orders
        assert [(r.code, r.name, r.level, r.parent_id) for r in Region.objects.all()] == [
            ("440000", "广东省", "PROVINCE", None),
            ("440100", "广东省广州市", "CITY", "440000"),
        ]
        assert not Account.objects.exists()
        assert [record.kind for record in Record.objects.all()] == ["UnitsBrought"]

    def test_a_second_time_changes_nothing(self):
        first = bring(EDUCATION)

        assert bring(EDUCATION, source="另一份清单") == first
        assert Unit.objects.get().source == "广东事项清单"
        assert Record.objects.count() == 1

    def test_finds_units_of_our_own_by_uniform_code_code_and_name(self):
        make_unit("jyj", name="武昌区教育局", short_name="区教育局", uscc="11420106999900079A")
        by_uscc = NamedUnit("教育局（旧名）", uscc="11420106999900079A")
        by_code = NamedUnit("教育局", code="jyj")
        by_name = NamedUnit("区教育局", region="420106")

        assert set(bring(by_uscc, by_code, by_name).values()) == {"jyj"}
        assert Unit.objects.count() == 1

    def test_a_bureau_of_the_same_name_elsewhere_is_another(self):
        make_unit("gaj", name="公安局")
        elsewhere = NamedUnit("公安局", region="440100")

        assert known_units([elsewhere]) == {}
        assert bring(elsewhere)[elsewhere] != "gaj"

    def test_a_unit_without_a_place_lies_nowhere(self):
        group = NamedUnit("Group 4")

        assert bring(group) == {group: "x-group-4"}
        assert Unit.objects.get().region.code == "990000"

    def test_codes_differ_where_names_do(self):
        assert own_code(NamedUnit("甲局")) != own_code(NamedUnit("乙局"))
        assert own_code(NamedUnit("甲局", region="440100")) != own_code(NamedUnit("甲局", region="440300"))

    def test_is_offered_to_nobody_as_an_addressee(self):
        make_region()
        own = make_unit("zjj")
        bring(EDUCATION)

        assert list(queries.units_in_force(WEDNESDAY)) == [own]
