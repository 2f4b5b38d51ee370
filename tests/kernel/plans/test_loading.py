"""What a plan may be, and everything that the loader refuses, with place and finding."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal

import pytest
import yaml

from yichuang.kernel.conditions import parse
from yichuang.kernel.errors import DefinitionError
from yichuang.kernel.plans import OutcomeEffect, parse_plan

STAGE = yaml.safe_load("""
plan: construction_permit_stage
name: 施工许可阶段
version: 2
in_force: {from: 2019-07-01}
lead: housing_construction
steps:
  drawing_review: {kind: dossier, item: joint_drawing_review, days: 7}
  civil_defence:  {kind: dossier, item: civil_defence_basement, days: 5, when: building.basement_area_m2 > 0}
  permit:         {kind: dossier, item: construction_permit, days: 3, after: [drawing_review, civil_defence]}
examples:
  - given: {building.basement_area_m2: 0}
    opens: [drawing_review]
    longest: 10
  - given: {building.basement_area_m2: 820.5}
    opens: [drawing_review, civil_defence]
    longest: 10
  - given: {building.basement_area_m2: 0}
    done: {drawing_review: passed}
    opens: [permit]
  - given: {building.basement_area_m2: 0}
    done: {drawing_review: failed}
    ends: denied
""")


def load(data):
    return parse_plan(data, "stage.yaml", parse)


def with_step(name="extra", **keys):
    data = copy.deepcopy(STAGE)
    data["steps"][name] = keys
    return data | {"examples": []}


def with_example(**keys):
    return {**copy.deepcopy(STAGE), "examples": [keys]}


class TestPlan:
    def test_reads_the_house_example(self):
        plan = load(STAGE)

        assert (plan.id, plan.version, plan.lead) == ("construction_permit_stage", 2, "housing_construction")
        assert plan.in_force == (date(2019, 7, 1), None)
        assert plan.order == ("drawing_review", "civil_defence", "permit")
        assert plan.downstream["drawing_review"] == {"permit"}
        assert plan.steps["civil_defence"].when_text == "building.basement_area_m2 > 0"

    def test_facts_of_examples_are_exact(self):
        assert load(STAGE).examples[1].given == {"building.basement_area_m2": Decimal("820.5")}

    def test_after_stands_in_the_order_of_the_file_however_it_was_written(self):
        plan = load(with_step(kind="work", after=["permit", "drawing_review"]))

        assert plan.steps["extra"].after == ("drawing_review", "permit")

    def test_a_child_that_fails_denies_a_required_step_and_lets_an_optional_one_be(self):
        plan = load(with_step(kind="dossier", item="waste", optional=True))

        assert plan.steps["permit"].outcomes["failed"].effect is OutcomeEffect.DENY
        assert plan.steps["extra"].outcomes["failed"].effect is OutcomeEffect.CONTINUE

    def test_work_without_outcomes_passes(self):
        assert list(load(with_step(days=1)).steps["extra"].outcomes) == ["passed"]

    def test_a_joint_step_names_its_units(self):
        step = load(with_step(joint=["fire", "water"], silence="agree", silence_days=5)).steps["extra"]

        assert (step.joint, step.silence, step.silence_days) == (("fire", "water"), "agree", 5)

    def test_optional_steps_may_follow_each_other(self):
        data = with_step(optional=True)
        data["steps"]["more"] = {"after": ["extra"], "optional": True}

        assert load(data).steps["more"].optional


WRONG = {
    "unknown key": (STAGE | {"colour": "red"}, "unknown key 'colour'"),
    "no steps": (STAGE | {"steps": {}}, "steps"),
    "no lead": (STAGE | {"lead": None}, "lead is missing"),
    "unknown step key": (with_step(unknown=1), "stage.yaml, step extra: unknown key 'unknown'"),
    "odd step name": (with_step("图审"), "step '图审'; expected a name of small letters"),
    "unknown kind": (with_step(kind="task"), "kind: 'task'; expected a kind of step; there are work, dossier"),
    "days": (with_step(days=-1), "days: -1; expected a whole number from 0"),
    "days as truth": (with_step(days=True), "days: True"),
    "unknown step before": (
        with_step(after=["drawing"]),
        "stage.yaml: step extra comes after 'drawing', which no step is called; there are drawing_review",
    ),
    "loop": (
        {
            **STAGE,
            "examples": [],
            "steps": {"a": {"after": ["c"]}, "b": {"after": ["a"]}, "c": {"after": ["b"]}, "d": {"after": ["c"]}},
        },
        "steps that wait for each other: a, c, b; expected no loop",
    ),
    "itself": (with_step(after=["extra"]), "wait for each other: extra"),
    "condition": (with_step(when="area >"), "stage.yaml, step extra, when"),
    "unknown effect": (
        with_step(outcomes={"passed": "continue", "odd": "explode"}),
        "step extra, outcome odd: unknown effect 'explode'; there are continue, deny, {return_to: STEP}",
    ),
    "return to nowhere": (
        with_step(outcomes={"passed": "continue", "revise": {"return_to": "gone"}}),
        "returns to 'gone', which no step is called",
    ),
    "return forwards": (
        with_step(outcomes={"passed": "continue", "revise": {"return_to": "permit"}}),
        "returns to 'permit', which does not come before it; there are extra",
    ),
    "nothing continues": (with_step(outcomes={"failed": "deny"}), "no outcome that continues"),
    "optional before required": (
        STAGE | {"steps": {"a": {"optional": True}, "b": {"after": ["a"]}}, "examples": []},
        "step a: optional, but the required b waits for it",
    ),
    "all optional": (STAGE | {"steps": {"a": {"optional": True}}, "examples": []}, "every step is optional"),
    "child without item": (with_step(kind="dossier"), "a child dossier without item"),
    "joint child": (with_step(kind="dossier", item="x", joint=["fire"]), "a joint child dossier"),
    "silence alone": (with_step(silence="agree"), "silence without joint"),
    "unknown silence": (with_step(joint=["fire"], silence="shout"), "silence: 'shout'"),
    "opens otherwise": (
        with_example(given={"building.basement_area_m2": 0}, opens=["permit"]),
        "stage.yaml, examples 1: opens drawing_review; expected permit",
    ),
    "longest otherwise": (
        with_example(given={"building.basement_area_m2": 0}, longest=9),
        "examples 1: longest is 10; expected 9",
    ),
    "ends otherwise": (with_example(given={}, ends="concluded"), "ends open; expected concluded"),
    "undeclared outcome": (
        with_example(given={}, done={"drawing_review": "splendid"}),
        "drawing_review has no outcome 'splendid'; there are passed",
    ),
    "not open": (with_example(given={}, done={"permit": "passed"}), "'permit' is not open there"),
    "days missing": (
        {
            **with_step(),
            "examples": [{"given": {}, "longest": 1}],
        },
        "step extra has no days",
    ),
    "fact of another kind": (
        with_example(given={"building.basement_area_m2": "large"}, opens=["drawing_review"]),
        "examples 1",
    ),
    "no number": (with_example(given={"area": float("nan")}), "examples 1, given area: nan; expected a number"),
    "span turned round": (STAGE | {"in_force": {"from": "2019-07-01", "to": "2018-01-01"}}, "not before the first"),
    "no day": (STAGE | {"in_force": {"from": "soon"}}, "a day such as 2019-07-01"),
}


@pytest.mark.parametrize("name", WRONG)
def test_refuses_with_place_and_finding(name):
    data, finding = WRONG[name]

    with pytest.raises(DefinitionError) as wrong:
        load(data)

    assert wrong.value.place.startswith("stage.yaml")
    assert finding in str(wrong.value)
