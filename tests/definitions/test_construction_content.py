"""The construction content: 17 items of 13 departments in four stages, 37 materials, five classes with their days."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal

import pytest

from tests.support.definitions import shipped
from yichuang.domains.catalogue.terms import Item
from yichuang.domains.licences.terms import LicenceType
from yichuang.foundation.definitions.standard import together
from yichuang.kernel import plans
from yichuang.kernel.bundles import BundleItem, Elements, merge

IN_2019 = date(2019, 10, 30)
STAGES = (1, 2, 3, 4)
CLASSES = ("1", "2", "3", "4", "5")
EVERYTHING = {
    "annual_energy_tce": 5000,
    "annual_electricity_kwh": 900,
    "environmental_class": "report",
    "heritage_within": "within",
    "works_class": "housing",
    "basement_area_m2": Decimal("3200.5"),
    "construction_waste_m3": 12000,
    "greenery_area_m2": 150,
    "drainage_m3_per_day": 40,
}
TABLE = {  # domain table: item → (stage, unit, days, after, materials that the applicant brings)
    "project_filing": (1, "fgj", 1, (), 2),
    "site_selection": (1, "zrzy", 5, (), 3),
    "land_permit": (1, "zrzy", 4, ("site_selection",), 2),
    "energy_review": (1, "fgj", 5, ("project_filing",), 1),
    "scheme_review": (2, "zrzy", 8, (), 3),
    "works_permit": (2, "zrzy", 6, ("scheme_review",), 3),
    "environment_approval": (2, "sthj", 8, (), 2),
    "soil_conservation": (2, "swj", 1, (), 2),
    "heritage_permit": (2, "wlj", 8, (), 1),
    "drawing_review": (3, "zjj", 7, (), 3),
    "civil_defence": (3, "rfb", 5, (), 2),
    "construction_permit": (3, "zjj", 3, ("drawing_review", "civil_defence"), 4),
    "waste_disposal": (3, "cgj", 5, (), 2),
    "greenery_occupation": (3, "yljj", 5, (), 2),
    "drainage_permit": (3, "swj", 5, (), 1),
    "joint_acceptance": (4, "zjj", 10, (), 3),
    "completion_filing": (4, "zjj", 1, ("joint_acceptance",), 1),
}
LONGEST_BY_HAND = {  # stage → the longest chain in classes 1 to 5, everything applying
    1: (9, 9, 9, 6, 6),  # 5 + 4; 3 + 3
    2: (14, 14, 14, 9, 5),  # 8 + 6; 5 + 4; without the scheme: environment 5 beside works permit 4
    3: (10, 10, 10, 7, 7),  # 7 + 3; 5 + 2
    4: (11, 11, 11, 7, 7),  # 10 + 1; 6 + 1
}


def item(code: str) -> Item:
    found: Item = shipped().get("item", code)
    return found


def stage_items(stage: int) -> list[Item]:
    return [item(code) for code, row in TABLE.items() if row[0] == stage]


def plan(code: str) -> plans.Plan:
    found: plans.Plan = shipped().get("plan", code)
    return found


def dictionary() -> Elements:
    return together(file.parsed for file in shipped().of("element"))


def rule(code: str):
    return shipped().get("rule", code).row(IN_2019).value


def facts(flow_class: str) -> dict[str, object]:
    return EVERYTHING | {"flow_class": flow_class}


def brought(one: Item) -> tuple[str, ...]:
    return tuple(material.code for material in one.materials if not material.licence_type)


def fetched(one: Item) -> tuple[str, ...]:
    return tuple(material.code for material in one.materials if material.licence_type)


class TestTheTable:
    def test_seventeen_items_stand_in_four_stages(self):
        inside = [
            step.item for stage in STAGES for step in plan(f"construction_stage_{stage}").steps.values() if step.item
        ]

        assert sorted(inside) == sorted(TABLE)
        assert len(TABLE) == 17

    @pytest.mark.parametrize("code", TABLE)
    def test_each_item_is_as_the_table_says(self, code):
        stage, unit, days, after, count = TABLE[code]
        step = plan(f"construction_stage_{stage}").steps[code]
        one = item(code)

        assert (one.unit, one.promise.limit, len(brought(one))) == (unit, days, count)
        assert (step.unit, step.days, step.after, step.kind) == (unit, days, after, "dossier")

    def test_thirteen_departments_work_on_them(self):
        units = {one.unit for code in TABLE for one in [item(code)]}
        for code in TABLE:
            units |= {unit for step in plan(item(code).plan).steps.values() for unit in step.joint}

        assert units == {"fgj", "zrzy", "zjj", "sthj", "swj", "yljj", "cgj", "rfb", "zfj", "jgdd", "wlj", "qxj", "daj"}

    def test_only_what_nothing_required_waits_for_may_move_to_a_later_stage(self):
        optional = {
            step.id for stage in STAGES for step in plan(f"construction_stage_{stage}").steps.values() if step.optional
        }

        assert optional == {"waste_disposal", "greenery_occupation", "drainage_permit"}

    def test_the_soil_scheme_is_granted_on_a_commitment(self):
        one = item("soil_conservation")

        assert one.commitment_material in brought(one)
        assert (one.check_days, one.plan) == (60, "permit_on_commitment")


class TestMaterials:
    def test_the_applicant_brings_thirty_seven_in_all(self):
        by_stage = [len(brought(item(f"construction_stage_{stage}"))) for stage in STAGES]

        assert by_stage == [8, 11, 14, 4]
        assert sum(by_stage) == 37

    @pytest.mark.parametrize("stage", STAGES)
    def test_a_stage_asks_what_the_bundle_of_its_items_asks(self, stage):
        whole, known = item(f"construction_stage_{stage}"), dictionary()
        parts = [
            BundleItem(one.id, one.name, materials=tuple(m.code for m in one.materials), produces=one.outputs)
            for one in stage_items(stage)
        ]
        for part in parts:
            known.check(part)
        library = {code: row.name for code, row in known.materials.items() if row.library}

        bundle = merge(parts, library)

        assert set(brought(whole)) == {ask.code for ask in bundle.materials}
        assert set(fetched(whole)) == {each.code for each in bundle.not_asked if each.why == "library"}
        assert len(brought(whole)) == len(set(brought(whole)))

    @pytest.mark.parametrize("stage", STAGES)
    def test_what_waits_for_a_sibling_s_licence_comes_after_that_sibling(self, stage):
        makers = {code: one.id for one in stage_items(stage) for code in one.outputs}
        steps = plan(f"construction_stage_{stage}").steps

        for one in stage_items(stage):
            needed = {makers[material.code] for material in one.materials if material.code in makers}
            assert needed <= set(steps[one.id].after)

    @pytest.mark.parametrize("stage", STAGES)
    def test_papers_of_an_item_that_may_not_apply_are_asked_on_the_same_condition(self, stage):
        raw = {file.code: file.body for file in shipped().of("item")}
        asked = {row["code"]: row.get("when") for row in raw[f"construction_stage_{stage}"]["materials"]}

        for step in plan(f"construction_stage_{stage}").steps.values():
            for code in brought(item(step.item)):
                assert asked[code] == step.when_text

    def test_names_are_those_of_the_dictionary(self):
        known = dictionary().materials
        codes = [*TABLE, *(f"construction_stage_{stage}" for stage in STAGES)]

        for material in (each for code in codes for each in item(code).materials):
            assert material.name == known[material.code].name
            assert bool(material.licence_type) == known[material.code].library

    def test_every_licence_that_is_asked_or_issued_has_its_type(self):
        types = {file.code for file in shipped().of("licence_type")}
        named = {m.licence_type for file in shipped().of("item") for m in file.parsed.materials if m.licence_type}
        named |= {file.parsed.licence_type for file in shipped().of("item") if file.parsed.licence_type}

        assert named - types == set()

    def test_an_output_is_found_by_project_under_the_code_of_the_material(self):
        for code in TABLE:
            one = item(code)
            kind: LicenceType = shipped().get("licence_type", one.licence_type)
            assert one.outputs == (one.licence_type,)
            assert kind.by_project

    def test_no_two_types_of_licences_share_a_code(self):
        codes = [file.parsed.code for file in shipped().of("licence_type")]

        assert len(set(codes)) == len(codes)
        assert {len(code) for code in codes} == {21}

    def test_certificates_show_fields_that_the_dictionary_knows(self):
        known = dictionary().elements

        for file in shipped().of("licence_type"):
            assert {code for code, _ in file.parsed.fields} <= set(known), file.code


class TestClasses:
    @pytest.mark.parametrize("flow_class", CLASSES)
    @pytest.mark.parametrize("stage", STAGES)
    def test_a_stage_promises_its_budget(self, stage, flow_class):
        code = f"construction_stage_{stage}"

        assert (
            item(code).for_facts(facts(flow_class)).promise.limit == rule("construction_stage_budget")[flow_class][code]
        )

    @pytest.mark.parametrize("flow_class", CLASSES)
    @pytest.mark.parametrize("stage", STAGES)
    def test_the_longest_chain_is_as_computed_by_hand_and_fits_the_budget(self, stage, flow_class):
        whole = item(f"construction_stage_{stage}").for_facts(facts(flow_class))

        longest = plans.critical_path(plan(whole.plan), facts(flow_class)).total

        assert longest == LONGEST_BY_HAND[stage][int(flow_class) - 1]
        assert longest <= whole.promise.limit

    @pytest.mark.parametrize("flow_class", CLASSES)
    @pytest.mark.parametrize("code", TABLE)
    def test_an_item_promises_its_days_by_the_factor_of_the_class(self, code, flow_class):
        one = item(code).for_facts(facts(flow_class))
        whole = item(f"construction_stage_{TABLE[code][0]}").for_facts(facts(flow_class))
        days = math.ceil(TABLE[code][2] * Decimal(str(rule("construction_class_factor")[flow_class])))

        assert one.promise.limit == days
        assert plan(whole.plan).steps[code].days == days
        assert plans.critical_path(plan(one.plan), facts(flow_class)).total == days

    def test_a_class_that_is_not_known_has_the_full_days(self):
        assert item("drawing_review").for_facts({}).promise.limit == 7

    def test_totals_are_those_of_the_city_s_goal(self):
        totals = [sum(rule("construction_stage_budget")[each].values()) for each in CLASSES]

        assert totals == [68, 68, 60, 38, 44]
        assert max(totals) == rule("construction_city_target")

    def test_the_district_s_goal_is_a_tenth_better(self):
        goal = rule("construction_city_target") * rule("construction_district_factor")

        assert rule("construction_district_target") == goal == Decimal("61.2")

    @pytest.mark.parametrize("flow_class", CLASSES)
    def test_only_land_with_a_scheme_needs_no_scheme_review(self, flow_class):
        whole = item("construction_stage_2").for_facts(facts(flow_class))

        standing, _ = plans.begin(plan(whole.plan), facts(flow_class))

        assert ("scheme_review" in plans.open_steps(plan(whole.plan), standing)) is (flow_class != "5")


class TestPlansOfItems:
    def test_the_child_s_end_is_an_outcome_of_its_step(self):
        lifecycle = shipped().get("lifecycle", "permit")
        ends = {state.outcome for state in lifecycle.states.values() if state.outcome}

        for stage in STAGES:
            for code in (f"construction_stage_{stage}", f"construction_stage_{stage}_reduced"):
                for step in plan(code).steps.values():
                    assert set(step.outcomes) == ends

    def test_every_decision_is_signed_and_may_be_against_the_applicant(self):
        for file in shipped().of("item"):
            for code in {file.parsed.plan, *(variant.plan for variant in file.parsed.variants)}:
                if file.parsed.lifecycle == "permit":
                    assert {"approve", "deny"} <= set(plan(code).steps["sign"].outcomes), code
                    assert plan(code).steps["sign"].post == "签发"

    def test_drawings_that_are_to_be_revised_go_into_another_round(self):
        review = plan("joint_drawing_review")
        standing, _ = plans.begin(review, {})
        standing, _ = plans.complete(review, standing, "distribute", "agree", {})

        standing, _ = plans.complete(review, standing, "review", "revise", {})

        assert plans.open_steps(review, standing) == ("distribute",)
        assert standing["distribute"].attempt == 2

    def test_silence_is_agreement_for_opinions_and_never_for_drawings_or_sites(self):
        assert plan("scheme_joint_review").steps["consult"].silence == "agree"
        assert plan("joint_drawing_review").steps["review"].silence == "wait"
        assert plan("joint_acceptance").steps["inspect"].silence == "wait"


class TestGuides:
    @pytest.mark.parametrize("file", shipped().of("item"), ids=lambda file: file.code)
    def test_an_item_tells_where_when_and_whom_to_ask(self, file):
        one: Item = file.parsed

        assert one.points
        assert one.hours
        assert one.conditions
        assert one.aliases
        assert one.faq or one.id == "food_business_permit"
        assert one.consult != one.complain

    def test_one_item_is_decided_on_the_spot_and_one_handled_in_the_province_s_system(self):
        assert item("food_registration_small").is_instant
        assert item("social_security_registration").handling_system == "PROVINCIAL"
        assert item("social_security_registration").link_mode == "SCAN"

    def test_who_is_too_young_for_the_allowance_is_told_why(self):
        (age, *_) = item("elderly_allowance").situations

        assert [bool(choice.not_eligible) for choice in age.choices] == [False, False, True]
