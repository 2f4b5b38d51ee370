"""The steps of an item as its guide tells them: from the plan in force, or in the item's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yichuang.domains.catalogue.queries.listing import KIND, unit_names
from yichuang.domains.catalogue.terms import Item
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.definitions.problems import NotInForce
from yichuang.kernel.conditions import Truth
from yichuang.kernel.plans import Plan, Step, critical_path


@dataclass(frozen=True, slots=True)
class GuideStep:
    """
    One step as the guide tells it.

    `days` are working days, None where none are promised; `code` is the item that the step is, with a guide of its
    own; `beside` says that it runs beside another step; `only_if` that it is not done for everybody.
    """

    title: str
    who: tuple[str, ...]
    post: str
    days: int | None
    code: str = ""
    beside: bool = False
    only_if: bool = False
    counts: bool = True
    """Whether its days are part of the longest way, the total: of what runs side by side the longest counts."""
    item: Item | None = None
    """The item that the step is, where it is one."""


def steps_of(item: Item, on: date, facts: Mapping[str, Any] | None = None) -> tuple[tuple[GuideStep, ...], int]:
    """
    Tell the steps of an item's plan in their order, and the working days of the longest way through them.

    An item that is handled elsewhere has none; its own words tell them. With facts, steps that these rule out are left
    out, and those that they settle are no longer conditional.
    """
    if not item.plan:
        return _told_steps(item)
    plan = definitions.in_force("plan", item.plan, on)
    assert isinstance(plan, Plan)
    known = facts or {}
    truths = {one.id: one.when.decide(known).truth if one.when else Truth.YES for one in plan.steps.values()}
    children: Children = {one.item: _child(one.item, on) for one in plan.steps.values() if one.item}
    days = {one.id: _days(one, item, children) for one in plan.steps.values()}
    path = critical_path(plan, known, {one: n or 0 for one, n in days.items()})
    names = unit_names(code for one in plan.steps.values() for code in _units_of(one, item, children))
    told = []
    done = [plan.steps[each] for each in plan.order if truths[each] is not Truth.NO]
    for one in done:
        child = children.get(one.item or "")
        told.append(
            GuideStep(
                title=child.name if child else one.name,
                who=tuple(names[code] for code in _units_of(one, item, children)),
                post=one.post or "",
                days=days[one.id],
                code=child.id if child else "",
                beside=any(_are_side_by_side(one, other, plan) for other in done),
                only_if=truths[one.id] is Truth.UNKNOWN or one.optional,
                counts=one.id in path.steps,
                item=child,
            )
        )
    return tuple(told), path.total


def _told_steps(item: Item) -> tuple[tuple[GuideStep, ...], int]:
    """Give the steps that an item itself tells, one after the other, where no plan of ours does."""
    steps = tuple(GuideStep(each.name, (each.role,) if each.role else (), "", each.days) for each in item.flow)
    return steps, sum(each.days or 0 for each in item.flow)


Children = Mapping[str | None, Item | None]
"""The items that steps of a plan are, where they are in force."""


def _child(code: str, on: date) -> Item | None:
    try:
        found = definitions.in_force(KIND, code, on)
    except NotInForce:
        return None
    return found if isinstance(found, Item) else None


def _days(step: Step, item: Item, children: Children) -> int | None:
    if step.days is not None:
        return step.days
    owner = children.get(step.item) or item
    return owner.promise.limit if owner.promise else None


def _units_of(step: Step, item: Item, children: Children) -> tuple[str, ...]:
    """Name the units that do a step: those of a joint step, its own, that of the item it is, or who decides."""
    child = children.get(step.item)
    own = step.unit or (child.unit if child else item.unit)
    return step.joint or (own,)


def _are_side_by_side(one: Step, other: Step, plan: Plan) -> bool:
    """Tell whether neither of two steps waits for the other."""
    return one is not other and one.id not in plan.downstream[other.id] and other.id not in plan.downstream[one.id]
