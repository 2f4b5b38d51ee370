"""What a plan is made of. Immutable, checked by `parse_plan`, cached by (id, version)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal, Protocol

from yichuang.kernel.conditions import Decision
from yichuang.kernel.reading import InForce


class Condition(Protocol):
    """What a plan asks of a condition; those of `yichuang.kernel.conditions` are such."""

    def decide(self, facts: Mapping[str, Any]) -> Decision:
        """Decide on flat facts, with reasons."""
        ...


ParseCondition = Callable[[str], Condition]
Facts = Mapping[str, Any]


class OutcomeEffect(Enum):
    """What follows when a step ends with an outcome."""

    CONTINUE = "continue"
    RETURN_TO = "return_to"
    DENY = "deny"


OUTCOME_LABELS = {
    "passed": "通过",
    "passed_with_conditions": "附条件通过",
    "revise": "退回修改",
    "failed": "不通过",
    "withdrawn": "申请人撤回",
    "not_needed": "无需办理",
    "agree": "同意",
    "disagree": "不同意",
    "send_back": "退回",
    "approve": "准予",
    "deny": "不予许可",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One declared way in which a step can end; `return_to` names the step that opens again, with RETURN_TO only."""

    id: str
    effect: OutcomeEffect
    return_to: str | None = None

    @property
    def label(self) -> str:
        """Name the outcome in Chinese, or by its id where the plan uses a word of its own."""
        return OUTCOME_LABELS.get(self.id, self.id)


@dataclass(frozen=True, slots=True)
class Step:
    """
    One piece of a plan: work of one unit, or a child dossier of one item.

    `days` are promised working days (None: the item's own). `after` stands in the order of the file. `joint` lists
    the units that each give a share; `silence` says whether a share not given by its date agrees, `silence_days`
    when that is (None: with the step). `unit` None is the lead. `post` is the duty that does it (承办, 审核, 签发).
    `when_text` is the condition as written.
    """

    id: str
    name: str
    kind: Literal["work", "dossier"]
    unit: str | None = None
    item: str | None = None
    days: int | None = None
    after: tuple[str, ...] = ()
    when: Condition | None = field(default=None, compare=False, repr=False)
    when_text: str | None = None
    optional: bool = False
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    joint: tuple[str, ...] = ()
    silence: Literal["agree", "wait"] = "wait"
    silence_days: int | None = None
    post: str | None = None
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """What the plan promises of itself: with these facts, after these outcomes, these steps are open."""

    given: Mapping[str, Any]
    opens: tuple[str, ...] | None = None
    longest: int | None = None
    done: Mapping[str, str] = field(default_factory=dict)
    ends: Literal["concluded", "denied"] | None = None


@dataclass(frozen=True)
class Plan:
    """
    Steps that open one another. A DAG: it cannot wait for itself.

    `order` lists the steps so that each comes after those it waits for (ties as in the file); `successors` are the
    direct ones, `downstream` all of them.
    """

    id: str
    name: str
    version: int
    lead: str
    steps: Mapping[str, Step]
    source: str = ""
    note: str = ""
    in_force: InForce | None = None
    examples: tuple[Example, ...] = ()
    order: tuple[str, ...] = field(init=False, compare=False, repr=False)
    successors: Mapping[str, tuple[str, ...]] = field(init=False, compare=False, repr=False)
    downstream: Mapping[str, frozenset[str]] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Work out the order once, so that moving a dossier is one pass over it."""
        order, left = in_order({step.id: step.after for step in self.steps.values()})
        if left:
            raise ValueError(f"{self.id}: {', '.join(left)} wait for each other")
        successors = {one: tuple(s for s in self.steps if one in self.steps[s].after) for one in self.steps}
        downstream: dict[str, frozenset[str]] = {}
        for one in reversed(order):
            downstream[one] = frozenset(successors[one]).union(*(downstream[s] for s in successors[one]))
        object.__setattr__(self, "order", order)
        object.__setattr__(self, "successors", successors)
        object.__setattr__(self, "downstream", downstream)


def in_order(before: Mapping[str, Iterable[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """
    Sort names so that each comes after those it waits for, ties as given; then those caught in a loop or behind it.

    >>> in_order({"b": ["a"], "a": [], "x": ["y"], "y": ["x"]})
    (('a', 'b'), ('x', 'y'))
    """
    waits = {one: set(some) for one, some in before.items()}
    order: list[str] = []
    while ready := [one for one, some in waits.items() if not some]:
        order.append(ready[0])
        del waits[ready[0]]
        for some in waits.values():
            some.discard(ready[0])
    return tuple(order), tuple(waits)
