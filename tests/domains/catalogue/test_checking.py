"""The publication check: every reason at once, at its field, with what to do; each rule by an example of yes and no."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.support.catalogue import complete, publish_items
from yichuang.domains.catalogue import queries
from yichuang.domains.catalogue.rules import Flaw, Known, flaws, refusing
from yichuang.domains.catalogue.terms.elements import ELEMENTS, Topic

DAY = date(2019, 10, 8)  # a Tuesday
LEVEL_FOUR = (
    "name",
    "code",
    "unit",
    "legal_basis",
    "conditions",
    "materials",
    "legal",
    "promise",
    "steps",
    "result",
    "points",
    "hours",
    "consult",
    "complain",
    "themes",
    "serves",
)
KNOWN = Known(
    required={"4": LEVEL_FOUR, "5": (*LEVEL_FOUR, "town"), "6": (*LEVEL_FOUR, "town", "village")},
    units=frozenset({"cgj"}),
    regions=frozenset({"420106005", "420106005001"}),
    lifecycles=frozenset({"permit"}),
    plans=frozenset({"permit_three_hands"}),
    licence_types=frozenset({"business_licence"}),
    kept_proofs=frozenset({"kinship"}),
    intermediaries=frozenset({"drawing_check"}),
)


def found(**more: Any) -> list[Flaw]:
    return list(refusing(flaws(complete(**more), DAY, KNOWN)))


def codes(**more: Any) -> list[tuple[str, str]]:
    return [(each.code.removeprefix("catalogue."), each.key) for each in found(**more)]


def material(**more: Any) -> list[dict[str, Any]]:
    return [{"code": "paper", "name": "户口簿", "source": "10", "basis": "户口登记条例 第四条"} | more]


class TestSound:
    def test_a_complete_item_has_no_flaw(self):
        assert codes() == []

    def test_every_rule_speaks_of_an_element_and_says_what_to_do(self):
        all_wrong = flaws(WRONG_IN_EVERY_WAY, DAY, KNOWN)

        assert len(all_wrong) >= 15
        assert all(each.topic in Topic and each.label and each.found and each.todo.endswith("。") for each in all_wrong)


WRONG_IN_EVERY_WAY = {
    "item": "wrong",
    "level": "6",
    "unit": "nowhere",
    "handling": "INSTANT",
    "promise": {"limit": 30},
    "legal": {"limit": 20},
    "legal_basis": [{"law": "旧法", "article": "第一条", "to": "2018-12-31"}],
    "power_source": "5",
    "visits": 2,
    "online_depth": "IV",
    "charges": True,
    "handle_area": "3",
    "consult": "12345",
    "complain": "12345",
    "materials": [{"code": "kin", "name": "亲属关系证明", "proof": True}],
    "intermediaries": ["unknown_agency"],
    "in_force": {"from": "2019-10-08", "to": "2019-10-01"},
    "lifecycle": "nothing",
}


class TestAllAtOnce:
    def test_every_reason_is_told_in_the_order_of_the_pages(self):
        told = refusing(flaws(WRONG_IN_EVERY_WAY, DAY, KNOWN))
        order = [list(Topic).index(each.topic) for each in told]

        assert order == sorted(order)
        assert {each.code.removeprefix("catalogue.") for each in told} >= {
            "not_stated",
            "unit",
            "entrusted",
            "basis_not_in_force",
            "promise_over_legal",
            "instant_limit",
            "source",
            "proof_not_kept",
            "visits_reason",
            "depth_visits",
            "province_mode",
            "fees",
            "intermediary",
            "same_phone",
            "unknown",
            "ended",
        }

    def test_what_is_missing_is_named_by_what_people_call_it(self):
        said = [str(each) for each in found(conditions="", themes=[])]

        assert said == ["主题：没有填写。请填写“主题”。", "受理条件：没有填写。请填写“受理条件”。"]

    def test_an_empty_draft_is_told_all_it_lacks(self):
        told = refusing(flaws({"item": "new"}, DAY, KNOWN))

        assert {each.key for each in told if each.code == "catalogue.not_stated"} == set(LEVEL_FOUR)

    def test_a_condition_that_cannot_be_read_is_told_with_its_field(self):
        told = found(materials=material(when="area >"))

        assert [(each.code, each.topic) for each in told] == [("catalogue.unreadable", Topic.MATERIALS)]


class TestPerLevel:
    def test_a_street_names_its_street_and_a_community_itself_too(self):
        assert codes(level="5") == [("not_stated", "town")]
        assert codes(level="6") == [("not_stated", "town"), ("not_stated", "village")]
        assert codes(level="6", town="420106005", village="420106005001") == []

    def test_a_region_that_does_not_exist_is_refused(self):
        assert codes(level="5", town="999999999") == [("region", "town")]

    def test_nobody_asks_for_a_place_where_nobody_comes(self):
        assert codes(points=[], hours="") == []
        assert codes(points=[], hours="", visits=1, visits_reason="核对原件", online_depth="III") == [
            ("not_stated", "points"),
            ("not_stated", "hours"),
        ]


class TestLimits:
    @pytest.mark.parametrize(
        ("legal", "promise", "refused"),
        [
            ({"limit": 20}, {"limit": 20}, False),
            ({"limit": 20}, {"limit": 21}, True),
            ({"limit": 20}, {"limit": 28, "unit": "calendar_day"}, False),  # 28 days hold 20 working days
            ({"limit": 20}, {"limit": 29, "unit": "calendar_day"}, True),
            ({"limit": 14, "unit": "calendar_day"}, {"limit": 10}, False),  # 14 days hold 10 working days
            ({"limit": 14, "unit": "calendar_day"}, {"limit": 11}, True),
            ({"limit": 1, "unit": "month"}, {"limit": 21}, False),  # 365 / 12 × 5 / 7 = 21.7
            ({"limit": 1, "unit": "month"}, {"limit": 22}, True),
            ({"limit": 1}, {"limit": 8, "unit": "working_hour"}, False),
            ({"limit": 1}, {"limit": 9, "unit": "working_hour"}, True),
            ({"limit": 1}, {"limit": 3, "unit": "half_day"}, True),
        ],
    )
    def test_a_promise_is_within_the_law_whatever_the_units(self, legal, promise, refused):
        assert codes(legal=legal, promise=promise) == [("promise_over_legal", "promise")] * refused

    def test_the_common_measure_is_told_where_the_units_differ(self):
        (flaw,) = found(legal={"limit": 14, "unit": "calendar_day"}, promise={"limit": 11})

        assert flaw.found == "承诺 11 个工作日，多于法定 14 个自然日（折合 11.0 与 10.0 个工作日）"

    def test_each_variant_keeps_to_the_law_too(self):
        variants = [{"id": "large", "when": "area > 500", "promise": {"limit": 30}}]

        assert codes(variants=variants) == [("promise_over_legal", "variants.large.promise")]

    def test_a_promised_item_promises_something(self):
        body = complete()
        del body["promise"]

        assert [each.key for each in refusing(flaws(body, DAY, KNOWN))] == ["promise"]

    def test_no_legal_limit_is_explained_where_it_is_handled_elsewhere(self):
        elsewhere = complete(handling_system="PROVINCE", online_address="https://example.org")
        for key in ("legal", "lifecycle", "plan"):
            del elsewhere[key]
        elsewhere["steps"] = [{"name": "审核"}]

        assert [each.key for each in refusing(flaws(elsewhere, DAY, KNOWN))] == ["legal"]
        assert refusing(flaws(elsewhere | {"legal_absent": "法律未规定"}, DAY, KNOWN)) == ()

    def test_what_is_decided_on_the_spot_takes_no_week(self):
        elsewhere = {"handling": "INSTANT", "handling_system": "PROVINCE"}

        assert codes(**elsewhere, promise={"limit": 5}) == [("instant_limit", "promise")]
        assert codes(**elsewhere, promise={"limit": 1, "unit": "working_hour"}) == []


class TestBasis:
    @pytest.mark.parametrize(
        ("days", "refused"),
        [
            ({"from": "2019-10-08"}, False),
            ({"from": "2019-10-09"}, True),
            ({"to": "2019-10-08"}, False),
            ({"to": "2019-10-07"}, True),
            ({}, False),
        ],
    )
    def test_a_law_holds_on_the_day(self, days, refused):
        basis = [{"law": "食品安全法", "article": "第三十五条"} | days]

        assert codes(legal_basis=basis) == [("basis_not_in_force", "legal_basis")] * refused

    def test_the_flaw_names_law_and_span(self):
        (flaw,) = found(legal_basis=[{"law": "旧法", "article": "第一条", "from": "2001-01-01", "to": "2018-12-31"}])

        assert flaw.label == "“旧法 第一条”的设定依据"
        assert flaw.found == "2019-10-08 不在施行期间（2001-01-01—2018-12-31）"


class TestMaterials:
    def test_every_material_has_a_source(self):
        assert codes(materials=[{"code": "paper", "name": "户口簿"}]) == [("source", "materials.paper.source")]

    def test_what_somebody_issues_names_him_unless_it_is_fetched(self):
        assert codes(materials=material(source="20")) == [("source_note", "materials.paper.source_note")]
        assert codes(materials=material(source="20", source_note="公安机关")) == []
        assert codes(materials=material(source="20", licence_type="business_licence")) == []
        assert codes(materials=material(source="20", exempt="shared_data")) == []

    def test_a_licence_type_exists(self):
        assert codes(materials=material(source="20", licence_type="nothing")) == [
            ("licence_type", "materials.paper.licence_type")
        ]

    @pytest.mark.parametrize(
        ("proof", "refused"),
        [({"proof": True}, True), ({"proof_item": "lost"}, True), ({"proof_item": "kinship"}, False)],
    )
    def test_a_proof_is_asked_for_only_where_it_is_kept(self, proof, refused):
        assert codes(materials=material(**proof)) == [("proof_not_kept", "materials.paper.proof_item")] * refused

    def test_what_only_sounds_like_a_proof_is_warned_of(self):
        told = flaws(complete(materials=material(name="无犯罪记录证明")), DAY, KNOWN)

        assert [(each.code, each.is_warning) for each in told] == [("catalogue.proof_unmarked", True)]


class TestWays:
    def test_wholly_online_means_that_nobody_comes(self):
        assert codes(visits=1, visits_reason="核对原件") == [("depth_visits", "visits")]

    def test_who_must_come_is_told_why(self):
        assert codes(visits=1, online_depth="III") == [("visits_reason", "visits_reason")]

    def test_who_need_not_come_has_another_way_in(self):
        offline = {"online": False, "online_depth": "I", "visits": 0}

        assert codes(**offline, handle_types=["window"]) == [("no_way_in", "handle_types")]
        assert codes(**offline, handle_types=["window", "mail"]) == []

    def test_depth_and_flag_agree(self):
        assert codes(online_depth="II") == [("online_depth", "online_depth")]
        assert codes(online=False, handle_types=["window", "mail"]) == [("online_depth", "online_depth")]

    def test_kinds_and_flag_agree(self):
        assert codes(handle_types=["window"]) == [("handle_types", "handle_types")]

    def test_a_window_and_a_kiosk_stand_somewhere(self):
        assert codes(points=[], handle_types=["window", "online"])[-1] == ("no_place", "points")
        assert codes(handle_types=["window", "online", "kiosk"]) == [("no_kiosk", "kiosk")]
        assert codes(handle_types=["window", "online", "kiosk"], kiosk=True) == []

    @pytest.mark.parametrize(
        ("area", "refused"),
        [
            ({"handle_area": "3"}, [("province_mode", "province_mode")]),
            ({"handle_area": "4", "province_mode": "JOINT"}, [("province_mode", "handle_area")]),
            ({"handle_area": "3", "province_mode": "FORWARDED"}, []),
            (
                {
                    "handle_area": "3",
                    "province_mode": "ONLINE",
                    "visits": 1,
                    "visits_reason": "核对",
                    "online_depth": "III",
                },
                [("province_online", "province_mode")],
            ),
        ],
    )
    def test_what_is_done_in_the_whole_province_says_how(self, area, refused):
        assert codes(**area) == refused

    def test_a_fee_has_basis_rows_and_a_way_to_pay(self):
        assert codes(charges=True) == [("fees", "fees"), ("fees", "fee_basis"), ("fees", "pays_online")]
        fees = [{"name": "工本费", "amount_fen": 1000, "basis": "发改价格〔2013〕1号"}]
        assert codes(fees=fees) == [("fees", "pays_online")]
        assert codes(fees=fees, pays_online=False) == []
        assert codes(fees=fees, pays_online=False, charges=False) == [("fees", "charges")]


class TestTheRest:
    def test_two_telephone_numbers(self):
        assert codes(complain="027-88936001") == [("same_phone", "complain")]

    def test_services_of_agencies_stand_in_their_list(self):
        assert codes(intermediaries=["drawing_check"]) == []
        assert codes(intermediaries=["drawing_check", "other"]) == [("intermediary", "intermediaries")]

    def test_who_was_entrusted_says_by_whom(self):
        assert codes(power_source="6") == [("entrusted", "entrusted")]
        assert codes(power_source="6", entrusted="区城管局") == []

    def test_what_is_handled_here_stands_on_what_exists(self):
        assert codes(plan="nothing", lifecycle="") == [("handled_here", "lifecycle"), ("unknown", "plan")]

    def test_a_code_that_is_unusual_is_warned_of_and_published(self):
        told = flaws(complete(code="114201060000000000" + "3" + "000113033000"), DAY, KNOWN)

        assert refusing(told) == ()
        assert {each.key for each in told} == {"code", "level"}


class TestElements:
    def test_every_key_of_the_schema_has_a_name_and_a_page(self):
        from yichuang.foundation.definitions.kinds import KINDS

        schema = KINDS["item"].schema["properties"]

        assert set(schema) - set(ELEMENTS) == set()


@pytest.mark.django_db
class TestPublished:
    def test_what_stands_is_checked_with_the_shipped_rule(self):
        publish_items(("item", complete(unit="cgj", complain="027-88936001", handling_system="PROVINCE")))

        (told,) = queries.check(DAY, ["sign"])

        assert (told.code, told.version, told.name) == ("sign", 1, "户外招牌设置审批")
        assert [each.code for each in refusing(told.flaws)] == ["catalogue.unit", "catalogue.same_phone"]
