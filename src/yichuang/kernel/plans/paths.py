"""How long a plan takes: the critical path, the slack of each step, and who works beside whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from yichuang.kernel.conditions import Truth
from yichuang.kernel.plans.plan import Facts, Plan
from yichuang.kernel.plans.standing import Standing, StepState


@dataclass(frozen=True, slots=True)
class CriticalPath:
    """
    The timetable of a plan in working days from its beginning.

    `steps` is one longest chain of required steps, `total` its length: the promise. `starts` and `ends` are the
    earliest ones of every step that takes part, `slack` the days that a required step may be late without moving the
    total; several chains may have none. Optional steps have no slack, as they do not hold the end.
    """

    steps: tuple[str, ...]
    total: int
    starts: Mapping[str, int]
    ends: Mapping[str, int]
    slack: Mapping[str, int]


def critical_path(
    plan: Plan, facts: Facts, durations: Mapping[str, int] | None = None, standing: Standing | None = None
) -> CriticalPath:
    """
    Compute the timetable; `durations` go before the plan's own days.

    Steps whose condition says no take part with no days, unknown ones count. With a standing, steps skipped or
    cancelled there count nothing and what was opened counts, whatever the facts say now.

    :raises ValueError: a required step that takes part has neither days nor a duration
    """
    taking_part = _taking_part(plan, facts, standing)
    days = {one: _days(plan, one, durations or {}) if one in taking_part else 0 for one in plan.order}
    starts: dict[str, int] = {}
    ends: dict[str, int] = {}
    for one in plan.order:
        starts[one] = max((ends[before] for before in plan.steps[one].after), default=0)
        ends[one] = starts[one] + days[one]
    required = [one for one in plan.order if one in taking_part and not plan.steps[one].optional]
    total = max((ends[one] for one in required), default=0)
    latest: dict[str, int] = {}
    for one in reversed(plan.order):
        if not plan.steps[one].optional:
            behind = (latest[s] - days[s] for s in plan.successors[one] if s in latest)
            latest[one] = min(behind, default=total)
    return CriticalPath(
        steps=_chain(plan, required, starts, ends, total),
        total=total,
        starts={one: starts[one] for one in plan.steps if one in taking_part},
        ends={one: ends[one] for one in plan.steps if one in taking_part},
        slack={one: latest[one] - ends[one] for one in plan.steps if one in required},
    )


def lanes(plan: Plan) -> Mapping[str, tuple[str, ...]]:
    """Group the steps by the unit that does them (the lead's first, its own steps under its id), each in order."""
    groups: dict[str, list[str]] = {plan.lead: []}
    for one in plan.order:
        groups.setdefault(plan.steps[one].unit or plan.lead, []).append(one)
    return {unit: tuple(steps) for unit, steps in groups.items() if steps}


def columns(plan: Plan) -> tuple[tuple[str, ...], ...]:
    """Group the steps by how many steps must come before: what stands in one column may run side by side."""
    column: dict[str, int] = {}
    for one in plan.order:
        column[one] = max((column[before] + 1 for before in plan.steps[one].after), default=0)
    return tuple(
        tuple(one for one in plan.steps if column[one] == number) for number in range(max(column.values()) + 1)
    )


def _taking_part(plan: Plan, facts: Facts, standing: Standing | None) -> frozenset[str]:
    part = set()
    for one, step in plan.steps.items():
        now = standing[one] if standing is not None else None
        undecided = now is None or (now.state is StepState.WAITING and now.attempt == 1)
        if undecided and step.when is not None:
            if step.when.decide(facts).truth is not Truth.NO:
                part.add(one)
        elif now is None or now.state not in (StepState.SKIPPED, StepState.CANCELLED):
            part.add(one)
    return frozenset(part)


def _days(plan: Plan, step: str, durations: Mapping[str, int]) -> int:
    days = durations.get(step, plan.steps[step].days)
    if days is None and plan.steps[step].optional:
        return 0
    if days is None:
        raise ValueError(f"step {step} has no days; give its duration")
    return days


def _chain(
    plan: Plan, required: list[str], starts: Mapping[str, int], ends: Mapping[str, int], total: int
) -> tuple[str, ...]:
    """Walk back from the first step that ends last, each time to the first that holds it up, over skipped ones too."""
    at = next((one for one in required if ends[one] == total), None)
    chain: list[str] = []
    while at is not None:
        if at in required:
            chain.append(at)
        start = starts[at]
        at = next((one for one in plan.steps[at].after if ends[one] == start), None)
    return tuple(reversed(chain))
