"""A plan from BPMN 2.0: all that the export writes and simple acyclic models; anything else is refused by name."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring

from yichuang.kernel.errors import DefinitionError
from yichuang.kernel.plans.bpmn_flow import Flow, Guard, Node, read_flow
from yichuang.kernel.plans.bpmn_names import BPMN, BPMNDI, YC, when_gateway
from yichuang.kernel.plans.loading import STEP_ID, default_outcomes, parse_plan
from yichuang.kernel.plans.plan import ParseCondition

_TASKS = {"task", "userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask"}
_MACHINE = {"serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask"}
_NODES = _TASKS | {"callActivity", "startEvent", "endEvent", "parallelGateway", "exclusiveGateway"}
_ARTIFACTS = {"textAnnotation", "association", "group", "laneSet"}
# Declarations beside the process: what uses them is refused there, by themselves they say nothing.
_DECLARATIONS = {"import", "itemDefinition", "message", "error", "signal", "escalation", "dataStore", "interface"} | {
    *("category", "resource", "relationship", "globalTask", "globalUserTask", "globalManualTask")
}
_ROLES = {"resourceRole", "performer", "humanPerformer", "potentialOwner"}
_EMPTY: tuple[Any, ...] = ("", [], {})
_SILENT = {"documentation", "extensionElements", "incoming", "outgoing"}


@dataclass(frozen=True, slots=True)
class Imported:
    """The plan in its YAML form, ready for `parse_plan`, and what was not understood or not kept."""

    plan_data: dict[str, Any]
    warnings: tuple[str, ...]


def import_bpmn(
    xml: bytes, parse_condition: ParseCondition | None = None, known_items: Collection[str] | None = None
) -> Imported:
    """
    Read a BPMN 2.0 document as a plan; publishes nothing, and an id that exists already is no refusal.

    Conditions of foreign models are kept when `parse_condition` understands them, else they become warnings and the
    step opens always; with it, the plan is checked as a whole too. Child items outside `known_items` are warnings.

    :raises DefinitionError: not BPMN, or an element that a plan cannot hold (the place is the element's id), or no
        sound plan
    """
    imported = _Reading(_process(_document(xml)), parse_condition, known_items).imported()
    if parse_condition is not None:
        parse_plan(imported.plan_data, "bpmn", parse_condition)
    return imported


def _document(xml: bytes) -> Element:
    try:
        root: Element = fromstring(xml, forbid_dtd=True)
    except (ParseError, ValueError, LookupError) as reason:
        raise DefinitionError("bpmn", f"no readable XML ({reason})", "a BPMN 2.0 document") from reason
    if root.tag != f"{{{BPMN}}}definitions":
        raise DefinitionError("bpmn", f"the root is {root.tag}", "definitions of BPMN 2.0")
    return root


def _process(root: Element) -> tuple[Element, list[str]]:
    """Find the one process; what else stands beside it is passed over with a warning or refused."""
    processes, warnings = [], []
    for child in root:
        tag = _tag(child)
        if tag == "process":
            processes.append(child)
        elif tag == "collaboration":
            warnings += _collaboration(child)
        elif tag in _DECLARATIONS:
            warnings.append(f"{tag} {_id(child)} is not kept")
        elif child.tag != f"{{{BPMNDI}}}BPMNDiagram" and tag not in _SILENT:
            raise _refused(child, root)
    if not processes:
        raise DefinitionError("bpmn", "no process", "one process")
    if len(processes) > 1:
        raise DefinitionError(
            _id(processes[1]), f"a second process {_id(processes[1])}", "one process, as a plan is one"
        )
    return processes[0], warnings


def _collaboration(element: Element) -> list[str]:
    for child in element:
        if _tag(child) not in {"participant", *_ARTIFACTS, *_SILENT}:
            raise _refused(child, element)
    participants = [child for child in element if _tag(child) == "participant"]
    if len(participants) > 1:
        raise DefinitionError(_id(participants[1]), f"a second participant {_id(participants[1])}", "one process alone")
    return [f"participant {_id(one)} is not kept" for one in participants]


def _tag(element: Element) -> str:
    """Give the BPMN name of an element; of another language, its full name."""
    return element.tag.removeprefix(f"{{{BPMN}}}")


def _id(element: Element) -> str:
    return element.get("id") or "(no id)"


def _refused(element: Element, parent: Element) -> DefinitionError:
    if id_ := element.get("id"):
        return DefinitionError(id_, f"a plan cannot hold {_tag(element)} {id_}")
    return DefinitionError(_id(parent), f"a plan cannot hold the {_tag(element)} of {_tag(parent)} {_id(parent)}")


def _words(text: str | None) -> str:
    return " ".join((text or "").split())


def _slug(text: str) -> str:
    """Make a step id of a text, or nothing when it has no Latin letter."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_0123456789")


@dataclass(slots=True)
class _Reading:
    """One import: the process element, what was met in it, and the warnings so far."""

    found: tuple[Element, list[str]]
    parse_condition: ParseCondition | None
    known_items: Collection[str] | None
    elements: dict[str, Element] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def imported(self) -> Imported:
        process, self.warnings = self.found
        for child in process:
            self.take(child, process)
        self.connect()
        meaning = read_flow(self.nodes)
        tasks = [id_ for id_, node in self.nodes.items() if node.is_task]
        if not tasks:
            raise DefinitionError(_id(process), f"process {_id(process)} has no task", "at least one")
        names = self.names(tasks)
        steps = {
            names[id_]: self.step(id_, [names[one] for one in meaning.after[id_]], meaning.guard[id_]) for id_ in tasks
        }
        return Imported(self.head(process) | {"steps": steps} | self.examples(process), tuple(self.warnings))

    # what stands in the process

    def take(self, child: Element, process: Element) -> None:
        tag = _tag(child)
        if tag in _NODES:
            self.take_node(child, tag)
        elif tag == "sequenceFlow":
            self.take_flow(child)
        elif tag == "laneSet":
            self.take_lanes(child)
        elif tag in _ARTIFACTS:
            self.warnings.append(f"{tag} {_id(child)} is not kept")
        elif tag not in _SILENT:
            raise _refused(child, process)

    def take_node(self, element: Element, tag: str) -> None:
        for child in element:
            if _tag(child) in _ROLES:
                self.warnings.append(f"{_tag(child)} of {tag} {_id(element)} is not kept")
            elif _tag(child) not in _SILENT:
                raise DefinitionError(_id(element), f"a plan cannot hold {tag} {_id(element)} with {_tag(child)}")
        if element.get("isForCompensation") == "true":
            raise DefinitionError(_id(element), f"a plan cannot hold {tag} {_id(element)} for compensation")
        if tag in _MACHINE:
            self.warnings.append(f"{tag} {_id(element)} becomes work of a unit")
        id_ = self.new_id(element)
        self.elements[id_] = element
        self.nodes[id_] = Node(id_, tag, _words(element.get("name")), element.get("default"))
        starts = [one for one in self.nodes.values() if one.tag == "startEvent"]
        if len(starts) > 1:
            raise DefinitionError(id_, f"a second {starts[1].place}", "one startEvent")

    def take_flow(self, element: Element) -> None:
        condition = ""
        for child in element:
            if _tag(child) == "conditionExpression":
                condition = _words(child.text)
            elif _tag(child) not in _SILENT:
                raise DefinitionError(
                    _id(element), f"a plan cannot hold sequenceFlow {_id(element)} with {_tag(child)}"
                )
        source, target = element.get("sourceRef", ""), element.get("targetRef", "")
        id_ = self.new_id(element)
        self.flows[id_] = Flow(id_, source, target, _words(element.get("name")), condition)

    def take_lanes(self, element: Element) -> None:
        for lane in element.iter(f"{{{BPMN}}}lane"):
            unit = _words(lane.get("name"))
            if not STEP_ID.fullmatch(unit):
                self.warnings.append(f"lane {_id(lane)} ({unit}) names no unit and is not kept")
                continue
            self.units.update({_words(ref.text): unit for ref in lane.iter(f"{{{BPMN}}}flowNodeRef")})

    def new_id(self, element: Element) -> str:
        id_ = element.get("id")
        if not id_:
            raise DefinitionError("bpmn", f"{_tag(element)} without id", "an id")
        if id_ in self.nodes or id_ in self.flows:
            raise DefinitionError(id_, f"the id {id_} twice", "each id once")
        return id_

    def connect(self) -> None:
        for flow in self.flows.values():
            for end in (flow.source, flow.target):
                if end not in self.nodes:
                    raise DefinitionError(flow.id, f"sequenceFlow {flow.id} ends at {end!r}, which is no node here")
            source = self.nodes[flow.source]
            if flow.condition and source.tag != "exclusiveGateway":
                raise DefinitionError(flow.id, f"the conditional sequenceFlow {flow.id} leaves {source.place}")
            source.outgoing.append(flow)
            self.nodes[flow.target].incoming.append(flow)
        has_start = any(node.tag == "startEvent" for node in self.nodes.values())
        for node in self.nodes.values():
            if node.tag == "startEvent" and node.incoming:
                raise DefinitionError(node.id, f"{node.place} with an incoming flow")
            if node.tag == "endEvent" and node.outgoing:
                raise DefinitionError(node.id, f"{node.place} with an outgoing flow")
            if node.tag != "startEvent" and not node.incoming and (has_start or not node.is_task):
                raise DefinitionError(node.id, f"{node.place} is reached by no flow")

    # what becomes of it

    def names(self, tasks: list[str]) -> dict[str, str]:
        """Keep ids that can be step ids; make the others from names, each once."""
        names = {id_: id_ for id_ in tasks if STEP_ID.fullmatch(id_)}
        used = set(names.values())
        for id_ in tasks:
            if id_ not in names:
                base = _slug(self.nodes[id_].name) or _slug(id_) or "step"
                number, name = 1, base
                while name in used:
                    number, name = number + 1, f"{base}_{number + 1}"
                names[id_] = name
                used.add(name)
        return {id_: names[id_] for id_ in tasks}

    def step(self, id_: str, after: list[str], guard: Guard) -> dict[str, Any]:
        node, element = self.nodes[id_], self.elements[id_]
        extension = element.find(f"{{{BPMN}}}extensionElements/{{{YC}}}step")
        own = extension.attrib if extension is not None else {}
        kind = "dossier" if node.tag == "callActivity" else "work"
        name = element.get("name", "") if extension is not None else node.name
        row: dict[str, Any] = {
            "name": name if name != id_ else None,
            "kind": kind,
            "unit": own.get("unit") or self.units.get(id_),
            "item": self.item(id_) if kind == "dossier" else own.get("item"),
            "days": _whole(own.get("days")),
            "after": after,
            "when": self.when(id_, own.get("when"), guard),
            "optional": True if own.get("optional") == "true" else None,
            "silence": own.get("silence"),
            "silence_days": _whole(own.get("silenceDays")),
            "post": own.get("post"),
        }
        if extension is not None:
            row |= _lists(extension, kind, optional=own.get("optional") == "true")
        return {
            key: value for key, value in row.items() if value is not None and value is not False and value not in _EMPTY
        }

    def item(self, id_: str) -> str:
        called = self.elements[id_].get("calledElement", "").rpartition(":")[2]
        item = called or _slug(self.nodes[id_].name) or _slug(id_) or "item"
        if not called:
            self.warnings.append(f"callActivity {id_} calls nothing; {item} stands in for its item")
        elif self.known_items is not None and item not in self.known_items:
            self.warnings.append(f"callActivity {id_} calls {item}, which no item is called")
        return item

    def when(self, id_: str, own: str | None, guard: Guard) -> str | None:
        """Write the branches under which a task runs as a condition; what is not understood opens it."""
        if own is not None:
            guard = frozenset(frozenset(one for one in term if one[0] != when_gateway(id_)) for term in guard)
        texts: list[str] = []
        for term in sorted(guard, key=sorted):
            known = [self.branch(gateway, flow, id_) for gateway, flow in sorted(term)]
            if len(guard) > 1 and None in known:
                return own
            texts.append(_joined("and", [text for text in known if text is not None]))
        branches = _joined("or", [text for text in texts if text])
        return _joined("and", [text for text in (own, branches) if text]) or None

    def branch(self, gateway: str, flow_id: str, task: str) -> str | None:
        node, flow = self.nodes[gateway], self.flows[flow_id]
        if flow_id == node.default:
            others = [self.branch(gateway, other.id, task) for other in node.outgoing if other.id != flow_id]
            known = [f"not ({other})" for other in others if other is not None]
            return " and ".join(known) if len(known) == len(others) else None
        if flow.condition and self.parse_condition is not None:
            try:
                self.parse_condition(flow.condition)
            except DefinitionError:
                pass
            else:
                return flow.condition
        said = flow.condition or flow.name or "(nothing)"
        warning = f"the condition of sequenceFlow {flow.id} is not understood: {said}; step {task} opens without it"
        if warning not in self.warnings:
            self.warnings.append(warning)
        return None

    def head(self, process: Element) -> dict[str, Any]:
        own = process.find(f"{{{BPMN}}}extensionElements/{{{YC}}}plan")
        name = _words(process.get("name"))
        if own is None:
            self.warnings.append("the model names no lead unit; 'lead' stands in for it")
            id_ = _slug(name) or _slug(_id(process)) or "plan"
            return {"plan": id_, "name": name or id_, "version": 1, "lead": "lead"}
        head: dict[str, Any] = {
            "plan": own.get("id"),
            "name": process.get("name"),
            "version": _whole(own.get("version")),
        }
        if own.get("from"):
            head["in_force"] = {key: _day(own.get(key), process) for key in ("from", "to") if own.get(key)}
        head |= {key: own.get(key) for key in ("source", "note") if own.get(key)}
        return head | {"lead": own.get("lead")}

    def examples(self, process: Element) -> dict[str, Any]:
        rows = []
        for element in process.iterfind(f"{{{BPMN}}}extensionElements/{{{YC}}}example"):
            try:
                row = json.loads(element.text or "")
                given = {name: _fact(value) for name, value in row.pop("given", {}).items()}
            except (ValueError, TypeError, AttributeError, RecursionError) as reason:
                raise DefinitionError(_id(process), f"an example that cannot be read ({reason})") from reason
            rows.append({"given": given} | row)
        return {"examples": rows} if rows else {}


def _joined(word: str, texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else f" {word} ".join(f"({text})" for text in texts)


def _whole(text: str | None) -> int | str | None:
    """Read a whole number; anything else stays as it is, for `parse_plan` to complain about."""
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,6}", text) else text


def _day(text: str | None, process: Element) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError as reason:
        raise DefinitionError(_id(process), f"{text!r} is no day") from reason


def _fact(value: object) -> object:
    """Read back what the export wrote as a mapping of one key."""
    if isinstance(value, Mapping):
        if "date" in value:
            return date.fromisoformat(value["date"])
        return float(value["number"]) if "number" in value else value  # as YAML has it; `parse_plan` makes it exact
    return value


def _lists(extension: Element, kind: str, *, optional: bool) -> dict[str, Any]:
    """Read units of a joint step, outputs and outcomes; outcomes are left out where they are the usual ones."""
    outcomes: dict[str, Any] = {}
    for element in extension.iterfind(f"{{{YC}}}outcome"):
        target, effect = element.get("returnTo"), element.get("effect", "continue")
        outcomes[element.get("id") or ""] = {"return_to": target} if target is not None else effect
    usual = {one.id: one.effect.value for one in default_outcomes(kind, optional).values()}
    return {
        "outcomes": outcomes if outcomes != usual else {},
        "joint": [element.get("unit") for element in extension.iterfind(f"{{{YC}}}joint")],
        "outputs": [element.get("name") for element in extension.iterfind(f"{{{YC}}}output")],
    }
