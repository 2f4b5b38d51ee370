"""What the gateways of an acyclic model mean for its tasks: what each waits for, and under which branches it runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from yichuang.kernel.errors import DefinitionError
from yichuang.kernel.plans.plan import in_order

_MOST_TERMS = 64  # branches that one node may depend on; beyond that nobody can read the model either


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; `condition` is its expression, `name` what the drawing says."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str = ""


@dataclass(slots=True)
class Node:
    """A flow node by its BPMN name (`userTask`, `parallelGateway`, …) with its flows in the order of the document."""

    id: str
    tag: str
    name: str = ""
    default: str | None = None
    incoming: list[Flow] = field(default_factory=list)
    outgoing: list[Flow] = field(default_factory=list)

    @property
    def place(self) -> str:
        """Name the node for a complaint."""
        return f"{self.tag} {self.id}"

    @property
    def is_task(self) -> bool:
        """Say whether the node becomes a step."""
        return not self.tag.endswith(("Gateway", "Event"))


Term = frozenset[tuple[str, str]]  # (exclusive gateway, flow taken), all of them
Guard = frozenset[Term]  # one of them
ALWAYS: Guard = frozenset({frozenset()})


@dataclass(frozen=True, slots=True)
class Meaning:
    """Of every task: the tasks it waits for, in the order of the document, and the branches under which it runs."""

    after: Mapping[str, tuple[str, ...]]
    guard: Mapping[str, Guard]


def read_flow(nodes: Mapping[str, Node]) -> Meaning:
    """
    Work out `after` and guards from the gateways.

    :raises DefinitionError: a loop, a join that would wait for a branch not taken, a merge of branches that both run
    """
    order, left = in_order({id_: [flow.source for flow in node.incoming] for id_, node in nodes.items()})
    if left:
        raise DefinitionError(
            left[0], f"{nodes[_in_loop(nodes, left)].place} is part of a loop", "a model without loops"
        )
    after: dict[str, tuple[str, ...]] = {}
    before_all: dict[str, frozenset[str]] = {}  # of a task: every task before it
    leaving: dict[str, tuple[str, ...]] = {}  # of a node: the tasks that whoever comes next waits for
    guards: dict[str, Guard] = {}
    taken: dict[str, Guard] = {}  # of a flow
    for id_ in order:
        node = nodes[id_]
        guards[id_] = _guard(node, [taken[flow.id] for flow in node.incoming], nodes)
        waits = tuple(dict.fromkeys(task for flow in node.incoming for task in leaving[flow.source]))
        if node.tag != "parallelGateway" and len(node.incoming) > 1:
            waits = tuple(one for one in waits if not any(one in before_all[other] for other in waits))
        if node.is_task:
            after[id_] = waits
            before_all[id_] = frozenset(waits).union(*(before_all[one] for one in waits))
        leaving[id_] = (id_,) if node.is_task else waits
        splits = node.tag == "exclusiveGateway" and len(node.outgoing) > 1
        for flow in node.outgoing:
            here = guards[id_]
            taken[flow.id] = frozenset(term | {(id_, flow.id)} for term in here) if splits else here
    return Meaning(after, {id_: guards[id_] for id_ in after})


def _in_loop(nodes: Mapping[str, Node], left: Iterable[str]) -> str:
    caught = list(left)
    at, seen = caught[0], set[str]()
    while at not in seen:
        seen.add(at)
        at = next(flow.source for flow in nodes[at].incoming if flow.source in caught)
    return at


def _guard(node: Node, incoming: list[Guard], nodes: Mapping[str, Node]) -> Guard:
    if not incoming:
        return ALWAYS
    if node.tag == "parallelGateway":
        if any(guard != incoming[0] for guard in incoming):
            raise DefinitionError(node.id, f"{node.place} waits for branches of which only some are taken")
        return incoming[0]
    for number, guard in enumerate(incoming):
        for other in incoming[:number]:
            if not all(_exclude(one, two) for one in guard for two in other):
                raise DefinitionError(
                    node.id,
                    f"{node.place} would run once for each of several branches",
                    "a parallelGateway to join them",
                )
    merged = _simple(frozenset(term for guard in incoming for term in guard), nodes)
    if len(merged) > _MOST_TERMS:
        raise DefinitionError(node.id, f"{node.place} depends on more than {_MOST_TERMS} combinations of branches")
    return merged


def _exclude(one: Term, two: Term) -> bool:
    other = dict(two)
    return any(other.get(gateway, flow) != flow for gateway, flow in one)


def _simple(guard: Guard, nodes: Mapping[str, Node]) -> Guard:
    """Forget a gateway where all its branches have come together again."""
    for term in guard:
        for gateway, flow in term:
            rest = term - {(gateway, flow)}
            whole = frozenset(rest | {(gateway, out.id)} for out in nodes[gateway].outgoing)
            if whole <= guard:
                return _simple((guard - whole) | {rest}, nodes)
    return guard
