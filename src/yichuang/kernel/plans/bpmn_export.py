"""
A plan as BPMN 2.0 with a drawing that standard modellers open.

`after` becomes parallel gateways, `when` an exclusive gateway round the step (its default flow leads to the step, so
that the unknown opens it), a child dossier a call activity. Returns, denials, silence, units and days stand in
extension elements.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from yichuang.kernel.plans.bpmn_names import BPMN, BPMNDI, DC, DI, XSI, YC, when_gateway
from yichuang.kernel.plans.layout import Box, Drawing, lay_out
from yichuang.kernel.plans.plan import Example, Plan, Step

_TASK = (120, 80)
_GATEWAY = (50, 50)
_EVENT = (36, 36)
_LABEL = (140, 42)  # room kept for a gateway's question, under it


@dataclass(frozen=True, slots=True)
class _Node:
    id: str
    tag: str
    size: tuple[int, int]
    name: str = ""
    step: Step | None = None

    @property
    def room(self) -> tuple[int, int]:
        """The node and, where it is a gateway with a name, its label (above as much as below, to keep the middle)."""
        if self.tag != "exclusiveGateway" or not self.name:
            return self.size
        return max(self.size[0], _LABEL[0]), self.size[1] + 2 * _LABEL[1]


@dataclass(frozen=True, slots=True)
class _Flow:
    source: str
    target: str
    name: str = ""
    skips: str | None = None  # the condition whose no leads here

    @property
    def id(self) -> str:
        return f"flow-{self.source}-{self.target}"


@dataclass(slots=True)
class _Graph:
    nodes: dict[str, _Node] = field(default_factory=dict)
    flows: list[_Flow] = field(default_factory=list)

    def add(self, id_: str, tag: str, size: tuple[int, int], name: str = "", step: Step | None = None) -> str:
        self.nodes[id_] = _Node(id_, tag, size, name, step)
        return id_

    def flow(self, source: str, target: str, name: str = "", skips: str | None = None) -> None:
        self.flows.append(_Flow(source, target, name, skips))


def export_bpmn(plan: Plan) -> bytes:
    """Write the plan as a BPMN 2.0 document (UTF-8 XML); the same plan gives the same bytes."""
    graph = _graph(plan)
    drawing = lay_out(
        {node.id: node.room for node in graph.nodes.values()}, [(flow.source, flow.target) for flow in graph.flows]
    )
    root = Element(
        "bpmn:definitions",
        {
            **{f"xmlns:{prefix}": uri for prefix, uri in _PREFIXES.items()},
            "id": f"definitions-{plan.id}",
            "targetNamespace": YC,
            "exporter": "yichuang",
        },
    )
    process = SubElement(root, "bpmn:process", {"id": f"plan-{plan.id}", "name": plan.name, "isExecutable": "true"})
    _write_plan(SubElement(process, "bpmn:extensionElements"), plan)
    for node in graph.nodes.values():
        _write_node(process, node, graph)
    for flow in graph.flows:
        _write_flow(process, flow)
    _write_drawing(root, plan, graph, drawing)
    indent(root)
    body: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body + b"\n"


_PREFIXES = {"bpmn": BPMN, "bpmndi": BPMNDI, "dc": DC, "di": DI, "xsi": XSI, "yc": YC}


def _graph(plan: Plan) -> _Graph:
    """Turn the plan into tasks, events and gateways, steps in the order of the file."""
    graph = _Graph()
    graph.add("start-event", "startEvent", _EVENT, "开始")
    for step in plan.steps.values():
        tag = "userTask" if step.kind == "work" else "callActivity"
        graph.add(step.id, tag, _TASK, step.name, step)
    roots = [step.id for step in plan.steps.values() if not step.after]
    last_required = [step.id for step in plan.steps.values() if _is_last_required(plan, step)]
    exits: dict[str | None, str] = {None: _fan_out(graph, "start-event", "split-start", len(roots))}
    for step in plan.steps.values():
        behind = len(plan.successors[step.id]) + (step.id in last_required)
        last = step.id
        if step.when_text is not None:
            last = graph.add(f"merge-{step.id}", "exclusiveGateway", _GATEWAY)
            asks = graph.add(when_gateway(step.id), "exclusiveGateway", _GATEWAY, f"{step.when_text}？")
            graph.flow(asks, step.id, "是")
            graph.flow(asks, last, "否", step.when_text)
            graph.flow(step.id, last)
        exits[step.id] = _fan_out(graph, last, f"split-{step.id}", behind)
    for step in plan.steps.values():
        entry = step.id if step.when_text is None else when_gateway(step.id)
        _fan_in(graph, [exits[before] for before in step.after or (None,)], f"join-{step.id}", entry)
    graph.add("end-event", "endEvent", _EVENT, "结束")
    _fan_in(graph, [exits[step] for step in last_required], "join-end", "end-event")
    for step in plan.steps.values():
        if step.optional and not plan.successors[step.id]:
            graph.flow(exits[step.id], graph.add(f"end-{step.id}", "endEvent", _EVENT))
    return graph


def _is_last_required(plan: Plan, step: Step) -> bool:
    """Say whether the end waits for this step directly; optional steps end by themselves."""
    return not step.optional and all(plan.steps[one].optional for one in plan.successors[step.id])


def _fan_out(graph: _Graph, source: str, split: str, ways: int) -> str:
    if ways < 2:
        return source
    graph.flow(source, graph.add(split, "parallelGateway", _GATEWAY))
    return split


def _fan_in(graph: _Graph, sources: list[str], join: str, target: str) -> None:
    if len(sources) > 1:
        graph.add(join, "parallelGateway", _GATEWAY)
        graph.flow(join, target)
        target = join
    for source in sources:
        graph.flow(source, target)


def _write_plan(parent: Element, plan: Plan) -> None:
    keys = {"id": plan.id, "version": str(plan.version), "lead": plan.lead}
    keys |= {key: text for key, text in (("source", plan.source), ("note", plan.note)) if text}
    if plan.in_force is not None:
        first, last = plan.in_force
        keys["from"] = first.isoformat()
        if last is not None:
            keys["to"] = last.isoformat()
    SubElement(parent, "yc:plan", keys)
    for example in plan.examples:
        SubElement(parent, "yc:example").text = json.dumps(_example(example), ensure_ascii=False)


def _example(example: Example) -> dict[str, object]:
    given = {name: _plain(value) for name, value in example.given.items()}
    row = {
        "given": given,
        "done": dict(example.done),
        "opens": example.opens,
        "longest": example.longest,
        "ends": example.ends,
    }
    return {key: value for key, value in row.items() if value not in (None, {})}


def _plain(value: object) -> object:
    """Write what JSON has no word for as a mapping of one key."""
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Decimal):
        return {"number": str(value)}
    return list(value) if isinstance(value, tuple) else value


def _write_node(process: Element, node: _Node, graph: _Graph) -> None:
    keys = {"id": node.id}
    if node.name:
        keys["name"] = node.name
    if node.step is not None and node.step.kind == "dossier" and node.step.item is not None:
        keys["calledElement"] = node.step.item
    if node.step is None and node.tag == "exclusiveGateway" and node.name:
        keys["default"] = next(flow.id for flow in graph.flows if flow.source == node.id and flow.skips is None)
    element = SubElement(process, f"bpmn:{node.tag}", keys)
    if node.step is not None:
        _write_step(SubElement(element, "bpmn:extensionElements"), node.step)
    for flow in graph.flows:
        if flow.target == node.id:
            SubElement(element, "bpmn:incoming").text = flow.id
    for flow in graph.flows:
        if flow.source == node.id:
            SubElement(element, "bpmn:outgoing").text = flow.id


def _write_step(parent: Element, step: Step) -> None:
    keys = {
        "unit": step.unit,
        "item": step.item if step.kind == "work" else None,
        "days": None if step.days is None else str(step.days),
        "when": step.when_text,
        "optional": "true" if step.optional else None,
        "silence": step.silence if step.silence != "wait" else None,
        "silenceDays": None if step.silence_days is None else str(step.silence_days),
        "post": step.post,
    }
    element = SubElement(parent, "yc:step", {key: value for key, value in keys.items() if value is not None})
    for unit in step.joint:
        SubElement(element, "yc:joint", {"unit": unit})
    for output in step.outputs:
        SubElement(element, "yc:output", {"name": output})
    for outcome in step.outcomes.values():
        keys_of = {"id": outcome.id, "effect": outcome.effect.value}
        if outcome.return_to is not None:
            keys_of["returnTo"] = outcome.return_to
        SubElement(element, "yc:outcome", keys_of)


def _write_flow(process: Element, flow: _Flow) -> None:
    keys = {"id": flow.id, "sourceRef": flow.source, "targetRef": flow.target}
    if flow.name:
        keys["name"] = flow.name
    element = SubElement(process, "bpmn:sequenceFlow", keys)
    if flow.skips is not None:
        expression = SubElement(element, "bpmn:conditionExpression", {"xsi:type": "bpmn:tFormalExpression"})
        expression.text = f"not ({flow.skips})"


def _write_drawing(root: Element, plan: Plan, graph: _Graph, drawing: Drawing) -> None:
    diagram = SubElement(root, "bpmndi:BPMNDiagram", {"id": f"diagram-{plan.id}"})
    plane = SubElement(diagram, "bpmndi:BPMNPlane", {"id": f"plane-{plan.id}", "bpmnElement": f"plan-{plan.id}"})
    shapes = {node.id: _shape(node, drawing.boxes[node.id]) for node in graph.nodes.values()}
    for node in graph.nodes.values():
        keys = {"id": f"shape-{node.id}", "bpmnElement": node.id}
        if node.tag == "exclusiveGateway":
            keys["isMarkerVisible"] = "true"
        element = SubElement(plane, "bpmndi:BPMNShape", keys)
        _bounds(element, shapes[node.id])
        if node.name and node.step is None:
            _bounds(SubElement(element, "bpmndi:BPMNLabel"), _label_under(node, shapes[node.id]))
    for flow in graph.flows:
        points = list(drawing.lines[flow.source, flow.target])
        source, target = shapes[flow.source], shapes[flow.target]
        points[0] = (source.x + source.width, points[0][1])
        points[-1] = (target.x, points[-1][1])
        element = SubElement(plane, "bpmndi:BPMNEdge", {"id": f"edge-{flow.id}", "bpmnElement": flow.id})
        for x, y in points:
            SubElement(element, "di:waypoint", {"x": str(x), "y": str(y)})
        if flow.name:
            x, y = points[1] if len(points) > 2 else points[0]
            down = len(points) > 2 and points[2][1] > y
            _bounds(SubElement(element, "bpmndi:BPMNLabel"), Box(x + 4, y + 2 if down else y - 16, 14, 14))


def _shape(node: _Node, room: Box) -> Box:
    """Put the node in the middle of its room."""
    width, height = node.size
    return Box(room.x + (room.width - width) // 2, room.y + (room.height - height) // 2, width, height)


def _label_under(node: _Node, shape: Box) -> Box:
    width, height = _LABEL if node.tag == "exclusiveGateway" else (shape.width, 14)
    return Box(shape.x + (shape.width - width) // 2, shape.y + shape.height + 2, width, height - 4)


def _bounds(parent: Element, box: Box) -> None:
    places = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    SubElement(parent, "dc:Bounds", {key: str(value) for key, value in places.items()})
