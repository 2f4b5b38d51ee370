"""BPMN out and in: the same plan comes back, standard models open or are refused by name, drawings do not overlap."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernel.plans.strategies import plan_steps
from tests.kernel.plans.support import plan_of
from yichuang.kernel.conditions import parse
from yichuang.kernel.errors import DefinitionError
from yichuang.kernel.plans import draw_steps, export_bpmn, import_bpmn, parse_plan

MIWG = Path(__file__).resolve().parents[4] / "shared" / "data" / "bpmn" / "miwg-reference"
NAMES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}

FULL = {
    "plan": "construction_permit_stage",
    "name": "施工许可 & 阶段 <试>",
    "version": 2,
    "in_force": {"from": date(2019, 7, 1), "to": date(2025, 6, 30)},
    "source": "国办发〔2019〕11号",
    "note": "试行",
    "lead": "housing_construction",
    "steps": {
        "drawing_review": {
            "name": "施工图联合审查",
            "joint": ["fire", "civil_defence"],
            "silence": "agree",
            "silence_days": 5,
            "days": 7,
            "outcomes": {"passed": "continue", "revise": {"return_to": "drawing_review"}, "failed": "deny"},
            "outputs": ["drawing_certificate"],
            "post": "承办",
        },
        "civil_defence": {
            "kind": "dossier",
            "item": "civil_defence_basement",
            "days": 5,
            "when": "building.basement",
        },
        "waste": {"kind": "dossier", "item": "waste_disposal", "optional": True, "when": "waste"},
        "permit": {
            "kind": "dossier",
            "item": "construction_permit",
            "unit": "housing_construction",
            "days": 3,
            "after": ["drawing_review", "civil_defence"],
            "outcomes": {"passed": "continue", "revise": {"return_to": "drawing_review"}},
        },
        "file": {"days": 0, "after": ["drawing_review", "permit"], "item": "filing"},
    },
    "examples": [
        {
            "given": {"building.basement": None, "on": date(2019, 9, 27), "area": Decimal("0.5")},
            "opens": ["drawing_review", "civil_defence", "waste"],
            "longest": 10,
        },
        {
            "given": {"building.basement": False, "waste": False},
            "done": {"drawing_review": "passed", "permit": "passed"},
            "opens": ["file"],
        },
    ],
}


class TestRoundTrip:
    def test_everything_comes_back(self):
        plan = parse_plan(FULL, "stage.yaml", parse)

        imported = import_bpmn(export_bpmn(plan))

        assert parse_plan(imported.plan_data, "back.yaml", parse) == plan
        assert imported.warnings == ()

    def test_the_yaml_form_comes_back_too_where_it_was_short(self):
        plan = plan_of({"a": {"days": 2}, "b": {"after": ["a"], "kind": "dossier", "item": "thing"}})

        imported = import_bpmn(export_bpmn(plan))

        assert imported.plan_data["steps"] == {
            "a": {"kind": "work", "days": 2},
            "b": {"kind": "dossier", "item": "thing", "after": ["a"]},
        }

    def test_what_comes_back_can_be_written_as_yaml(self):
        plan = parse_plan(FULL, "stage.yaml", parse)

        text = yaml.safe_dump(import_bpmn(export_bpmn(plan)).plan_data, allow_unicode=True, sort_keys=False)

        assert parse_plan(yaml.safe_load(text), "back.yaml", parse) == plan

    @settings(max_examples=120, deadline=None)
    @given(plan_steps())
    def test_any_plan_comes_back(self, steps):
        plan = plan_of(steps)

        imported = import_bpmn(export_bpmn(plan))

        assert parse_plan(imported.plan_data, "back.yaml", parse) == plan
        assert imported.warnings == ()

    def test_the_same_plan_gives_the_same_bytes(self):
        plan = parse_plan(FULL, "stage.yaml", parse)

        assert export_bpmn(plan) == export_bpmn(parse_plan(FULL, "stage.yaml", parse))

    def test_what_was_spoilt_in_the_file_is_no_sound_plan(self):
        xml = export_bpmn(plan_of({"a": {"days": 2}})).replace(b'days="2"', b'days="two"')

        with pytest.raises(DefinitionError, match="bpmn, step a: days: 'two'"):
            import_bpmn(xml, parse)

    def test_unknown_items_are_warnings(self):
        plan = plan_of({"a": {"kind": "dossier", "item": "thing"}})

        assert import_bpmn(export_bpmn(plan), known_items={"thing"}).warnings == ()
        assert import_bpmn(export_bpmn(plan), known_items={"other"}).warnings == (
            "callActivity a calls thing, which no item is called",
        )


class TestDrawing:
    @settings(max_examples=120, deadline=None)
    @given(plan_steps(most=9))
    def test_boxes_do_not_touch_and_lines_go_round_them(self, steps):
        shapes, lines = drawing(export_bpmn(plan_of(steps)))

        assert_apart(shapes)
        assert_lines_go_round(shapes, lines)

    @settings(max_examples=80, deadline=None)
    @given(plan_steps(most=9))
    def test_steps_alone_are_drawn_as_carefully(self, steps):
        plan = plan_of(steps)

        picture = draw_steps(plan)

        shapes = {step: (box.x, box.y, box.width, box.height) for step, box in picture.boxes.items()}
        assert_apart(shapes)
        assert_lines_go_round(shapes, picture.lines)
        assert all(x >= 0 and y >= 0 for x, y, _, _ in shapes.values())
        assert all(x + w <= picture.width and y + h <= picture.height for x, y, w, h in shapes.values())

    def test_everything_in_the_process_is_drawn_once(self):
        root = fromstring(export_bpmn(parse_plan(FULL, "stage.yaml", parse)))

        drawn = [one.get("bpmnElement") for one in root.iterfind(".//bpmndi:BPMNPlane/*", NAMES)]

        process = root.find("bpmn:process", NAMES)
        things = [one.get("id") for one in process if not one.tag.endswith("extensionElements")]
        assert sorted(drawn) == sorted(things)

    def test_ids_are_unique_and_references_lead_somewhere(self):
        root = fromstring(export_bpmn(parse_plan(FULL, "stage.yaml", parse)))
        # ids of extension elements are in their own namespace and no XML ids
        ids = [one.get("id") for one in root.iter() if one.get("id") and not one.tag.startswith("{urn:yichuang")]

        assert len(ids) == len(set(ids))
        for flow in root.iterfind(".//bpmn:sequenceFlow", NAMES):
            assert {flow.get("sourceRef"), flow.get("targetRef")} <= set(ids)
        for gateway in root.iterfind(".//bpmn:exclusiveGateway[@default]", NAMES):
            assert gateway.get("default") in ids

    def test_a_labelled_gateway_has_room_for_its_question(self):
        root = fromstring(export_bpmn(parse_plan(FULL, "stage.yaml", parse)))
        shapes, _ = drawing(export_bpmn(parse_plan(FULL, "stage.yaml", parse)))
        labels = {}
        for shape in root.iterfind(".//bpmndi:BPMNShape", NAMES):
            bounds = shape.find("bpmndi:BPMNLabel/dc:Bounds", NAMES)
            if bounds is not None:
                labels["label of " + shape.get("bpmnElement")] = rectangle(bounds)

        assert_apart(shapes | labels)


class TestForeign:
    @pytest.mark.parametrize("path", sorted(MIWG.glob("*.bpmn")) or [None], ids=lambda path: path and path.name)
    def test_reference_models_open_or_are_refused_by_name(self, path):
        if path is None:
            pytest.skip("the reference models are not here")
        xml = path.read_bytes()

        try:
            imported = import_bpmn(xml)
        except DefinitionError as no:
            assert no.place
            assert no.place == "bpmn" or no.place.encode() in xml
        else:
            plan = parse_plan(imported.plan_data, path.name, parse)
            assert parse_plan(import_bpmn(export_bpmn(plan)).plan_data, path.name, parse) == plan

    @pytest.mark.skipif(not MIWG.exists(), reason="the reference models are not here")
    def test_the_simple_reference_models_open(self):
        first = import_bpmn((MIWG / "A.1.0.bpmn").read_bytes()).plan_data["steps"]
        second = import_bpmn((MIWG / "A.2.0.bpmn").read_bytes()).plan_data["steps"]

        assert [row.get("after", []) for row in first.values()] == [[], ["task"], ["task_2"]]
        assert [row["name"] for row in second.values()] == ["Task 1", "Task 2", "Task 3", "Task 4"]

    def test_reads_tasks_calls_and_both_gateways(self):
        imported = import_bpmn(
            model(
                """
                <startEvent id="s"/><manualTask id="A1" name="Look at it"/><parallelGateway id="p"/>
                <task id="b"/><callActivity id="c" calledElement="x:thing"/><parallelGateway id="q"/>
                <serviceTask id="d"/><endEvent id="e"/>
                """,
                "s A1, A1 p, p b, p c, b q, c q, q d, d e",
            )
        )

        assert imported.plan_data["steps"] == {
            "look_at_it": {"name": "Look at it", "kind": "work"},
            "b": {"kind": "work", "after": ["look_at_it"]},
            "c": {"kind": "dossier", "item": "thing", "after": ["look_at_it"]},
            "d": {"kind": "work", "after": ["b", "c"]},
        }
        assert "serviceTask d becomes work of a unit" in imported.warnings

    def test_keeps_the_conditions_it_understands_as_when(self):
        xml = model(
            """
            <startEvent id="s"/><exclusiveGateway id="x" default="f2"/><task id="a"/><task id="b"/>
            <exclusiveGateway id="y"/><task id="c"/><endEvent id="e"/>
            """,
            "s x, x a | sun, x b, a y, b y, y c, c e",
        )

        steps = import_bpmn(xml, parse).plan_data["steps"]

        assert steps["a"]["when"] == "sun"
        assert steps["b"]["when"] == "not (sun)"
        assert steps["c"] == {"kind": "work", "after": ["a", "b"]}

    def test_inner_branches_stand_under_outer_ones(self):
        xml = model(
            """
            <startEvent id="s"/><exclusiveGateway id="x" default="f2"/><exclusiveGateway id="z" default="f4"/>
            <task id="a"/><task id="b"/><task id="c"/><exclusiveGateway id="y"/><endEvent id="e"/>
            """,
            "s x, x z | sun, x c, z a | rain, z b, a y, b y, c y, y e",
        )

        steps = import_bpmn(xml, parse).plan_data["steps"]

        assert steps["a"]["when"] == "(sun) and (rain)"
        assert steps["b"]["when"] == "(sun) and (not (rain))"
        assert steps["c"]["when"] == "not (sun)"

    def test_conditions_it_does_not_understand_are_warnings_and_open_the_step(self):
        xml = model(
            '<startEvent id="s"/><exclusiveGateway id="x"/><task id="a"/><task id="b"/>',
            "s x, x a | ${Ready}, x b",
        )

        imported = import_bpmn(xml, parse)

        assert "when" not in imported.plan_data["steps"]["a"]
        assert (
            "the condition of sequenceFlow f1 is not understood: ${Ready}; step a opens without it" in imported.warnings
        )

    def test_lanes_that_name_units_give_them(self):
        xml = model(
            """
            <laneSet id="ls"><lane id="l1" name="water"><flowNodeRef>a</flowNodeRef></lane>
            <lane id="l2" name="水务局"><flowNodeRef>b</flowNodeRef></lane></laneSet>
            <startEvent id="s"/><task id="a"/><task id="b"/>
            """,
            "s a, a b",
        )

        imported = import_bpmn(xml)

        assert imported.plan_data["steps"]["a"]["unit"] == "water"
        assert "lane l2 (水务局) names no unit and is not kept" in imported.warnings

    def test_a_model_without_a_start_begins_with_the_tasks_that_nothing_leads_to(self):
        assert import_bpmn(model('<task id="a"/><task id="b"/>', "a b")).plan_data["steps"]["b"]["after"] == ["a"]

    REFUSED = {
        "sub": ('<startEvent id="s"/><subProcess id="sub"/>', "", "a plan cannot hold subProcess sub"),
        "t": (
            '<startEvent id="t"><timerEventDefinition/></startEvent>',
            "",
            "a plan cannot hold startEvent t with timerEventDefinition",
        ),
        "i": ('<inclusiveGateway id="i"/>', "", "a plan cannot hold inclusiveGateway i"),
        "k": (
            '<task id="k"><multiInstanceLoopCharacteristics/></task>',
            "",
            "a plan cannot hold task k with multiInstanceLoopCharacteristics",
        ),
        "s2": ('<startEvent id="s1"/><startEvent id="s2"/>', "", "a second startEvent s2"),
        "b": ('<startEvent id="s"/><task id="a"/><task id="b"/>', "s a", "task b is reached by no flow"),
        "a": ('<startEvent id="s"/><task id="a"/><task id="a"/>', "", "the id a twice"),
        "f1": ('<startEvent id="s"/><task id="a"/>', "s a, a z", "sequenceFlow f1 ends at 'z'"),
        "f0": ('<task id="a"/><task id="b"/>', "a b | sun", "the conditional sequenceFlow f0 leaves task a"),
        "q": (
            """<startEvent id="s"/><exclusiveGateway id="x"/><task id="m"/><task id="n"/><parallelGateway id="q"/>""",
            "s x, x m, x n, m q, n q",
            "parallelGateway q waits for branches of which only some are taken",
        ),
        "y": (
            """<startEvent id="s"/><parallelGateway id="x"/><task id="m"/><task id="n"/><exclusiveGateway id="y"/>""",
            "s x, x m, x n, m y, n y",
            "exclusiveGateway y would run once for each of several branches",
        ),
        "p": ('<startEvent id="s"/><endEvent id="e"/>', "s e", "process p has no task"),
        "e": (
            '<startEvent id="s"/><task id="n"/><endEvent id="e"/>',
            "s n, n e, e n",
            "endEvent e with an outgoing flow",
        ),
    }

    @pytest.mark.parametrize("place", REFUSED)
    def test_refuses_what_a_plan_cannot_hold(self, place):
        body, flows, finding = self.REFUSED[place]

        with pytest.raises(DefinitionError) as no:
            import_bpmn(model(body, flows))

        assert no.value.place == place
        assert finding in str(no.value)

    def test_refuses_a_loop_by_an_element_of_it(self):
        xml = model(
            '<startEvent id="s"/><exclusiveGateway id="x"/><task id="a"/><exclusiveGateway id="y"/><endEvent id="e"/>',
            "s x, x a, a y, y x, y e",
        )

        with pytest.raises(DefinitionError, match="is part of a loop") as no:
            import_bpmn(xml)

        assert no.value.place in {"x", "a", "y"}

    @pytest.mark.parametrize(
        "xml",
        [
            b"",
            b"no xml",
            b"<a/>",
            b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
            b'<?xml version="1.0" encoding="nowhere"?><a/>',
            b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
            b"\xff\xfe\x00",
        ],
    )
    def test_refuses_what_is_no_bpmn(self, xml):
        with pytest.raises(DefinitionError) as no:
            import_bpmn(xml)

        assert no.value.place == "bpmn"

    @settings(max_examples=300, deadline=None)
    @given(st.data())
    def test_a_damaged_export_opens_or_is_refused(self, data):
        xml = export_bpmn(parse_plan(FULL, "stage.yaml", parse))
        at = data.draw(st.integers(0, len(xml) - 1))
        length = data.draw(st.integers(0, 60))
        xml = (
            xml[:at]
            + data.draw(st.sampled_from([b"", b"x", b"0", b'"', b"<", b"</bpmn:task>", b"[[", b"}"]))
            + xml[at + length :]
        )

        try:
            parse_plan(import_bpmn(xml).plan_data, "damaged.yaml", parse)
        except DefinitionError as no:
            assert str(no)


def model(body, flows):
    """A bare model: elements, and flows as `source target | condition`, numbered f0, f1, …"""
    rows = []
    for number, flow in enumerate(one.strip() for one in flows.split(",") if one.strip()):
        ends, _, condition = flow.partition("|")
        source, target = ends.split()
        inner = f"<conditionExpression>{condition.strip()}</conditionExpression>" if condition else ""
        rows.append(f'<sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>')
    process = f'<process id="p">{body}{"".join(rows)}</process>'
    return f'<definitions xmlns="{NAMES["bpmn"]}">{process}</definitions>'.encode()


def rectangle(bounds):
    return tuple(int(bounds.get(key)) for key in ("x", "y", "width", "height"))


def drawing(xml):
    root = fromstring(xml)
    shapes = {
        one.get("bpmnElement"): rectangle(one.find("dc:Bounds", NAMES))
        for one in root.iterfind(".//bpmndi:BPMNShape", NAMES)
    }
    ends = {
        one.get("id"): (one.get("sourceRef"), one.get("targetRef"))
        for one in root.iterfind(".//bpmn:sequenceFlow", NAMES)
    }
    lines = {
        ends[one.get("bpmnElement")]: tuple(
            (int(point.get("x")), int(point.get("y"))) for point in one.iterfind("di:waypoint", NAMES)
        )
        for one in root.iterfind(".//bpmndi:BPMNEdge", NAMES)
    }
    return shapes, lines


def assert_apart(shapes):
    for (one, (x, y, w, h)), (other, (x2, y2, w2, h2)) in combinations(shapes.items(), 2):
        assert x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y, (one, other)


def assert_lines_go_round(shapes, lines):
    for (source, target), points in lines.items():
        x, y, w, h = shapes[source]
        assert points[0] == (x + w, points[0][1])
        assert y <= points[0][1] <= y + h
        x, y, w, h = shapes[target]
        assert points[-1][0] == x
        assert y <= points[-1][1] <= y + h
        for (x1, y1), (x2, y2) in pairwise(points):
            assert x1 == x2 or y1 == y2
            for shape, (x, y, w, h) in shapes.items():
                if shape not in (source, target):
                    away = max(x1, x2) <= x or min(x1, x2) >= x + w or max(y1, y2) <= y or min(y1, y2) >= y + h
                    assert away, (source, target, shape)
