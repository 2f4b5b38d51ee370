"""How a dossier stands in its plan, and the functions that move it. They keep nothing and read no clock."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from yichuang.kernel.conditions import Truth
from yichuang.kernel.errors import NotPossible
from yichuang.kernel.plans.plan import Facts, OutcomeEffect, Plan, Step


class StepState(Enum):
    """Where a step stands. RETURNED is for rows of an earlier attempt that a return broke off; no standing holds it."""

    WAITING = "waiting"
    OPEN = "open"
    CLAIMED = "claimed"
    DONE = "done"
    RETURNED = "returned"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


class StepNotOpen(NotPossible):
    """The step is not open: it waits still, or is done, skipped or cancelled."""

    code = "plans.step_not_open"


class OutcomeUndeclared(NotPossible):
    """The plan does not know this outcome of the step."""

    code = "plans.outcome_undeclared"


class StillNeeded(NotPossible):
    """A required step waits for this one, so that it can be skipped but not cancelled."""

    code = "plans.still_needed"


class NotOptional(NotPossible):
    """Only an optional step may move to a later stage."""

    code = "plans.not_optional"


class PlanOver(NotPossible):
    """The plan has ended; what is optional may still be finished, nothing may be returned or denied."""

    code = "plans.over"


@dataclass(frozen=True, slots=True)
class StepStanding:
    """How one step stands in its latest attempt; attempts count from 1, the outcome stands while DONE."""

    state: StepState
    attempt: int = 1
    outcome: str | None = None


class Standing(Mapping[str, StepStanding]):
    """An immutable mapping from each step of a plan to how it stands; made from rows with `Standing(rows)`."""

    __slots__ = ("_steps",)

    def __init__(self, steps: Mapping[str, StepStanding]) -> None:
        self._steps = dict(steps)

    def __getitem__(self, step: str) -> StepStanding:
        return self._steps[step]

    def __iter__(self) -> Iterator[str]:
        return iter(self._steps)

    def __len__(self) -> int:
        return len(self._steps)

    def __repr__(self) -> str:
        return f"Standing({self._steps!r})"

    def __hash__(self) -> int:
        return hash(frozenset(self._steps.items()))


@dataclass(frozen=True, slots=True)
class StepOpened:
    """
    A step is open now; `because` explains its condition.

    `unknown`: the condition could not be decided, the step opens all the same and the lead is told.
    """

    step: str
    attempt: int
    because: tuple[str, ...] = ()
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class StepSkipped:
    """A step does not apply; those after it need not wait for it."""

    step: str
    attempt: int
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StepCancelled:
    """A step was called off: by the lead, by a move to a later stage, or since the plan was denied."""

    step: str
    attempt: int
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StepWaits:
    """A step that was open or done waits again, as attempt `attempt`; the earlier attempt's row stays."""

    step: str
    attempt: int
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Denied:
    """The plan ended negatively by this step's outcome; cancellations of what ran follow, no PlanEnded does."""

    step: str
    attempt: int
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanEnded:
    """No required step is left; `step` is the one that brought the end ("" at the beginning)."""

    step: str
    attempt: int
    because: tuple[str, ...] = ()


Effect = StepOpened | StepSkipped | StepCancelled | StepWaits | Denied | PlanEnded
Result = tuple[Standing, tuple[Effect, ...]]


@dataclass(frozen=True, slots=True)
class WouldChange:
    """What later facts would have decided otherwise: `would` open a skipped step, or skip a running one."""

    step: str
    now: StepState
    would: StepState
    because: tuple[str, ...] = ()


_RUNNING = (StepState.OPEN, StepState.CLAIMED)
_UNFINISHED = (StepState.WAITING, StepState.OPEN, StepState.CLAIMED)


def begin(plan: Plan, facts: Facts) -> Result:
    """Start the plan: open every step that waits for nothing, skip those whose condition says no."""
    steps = {step: StepStanding(StepState.WAITING) for step in plan.steps}
    effects = _open_ready(plan, steps, facts)
    if not _unfinished(plan, steps):
        effects.append(PlanEnded("", 0))
    return _both(steps, effects)


def complete(plan: Plan, standing: Standing, step: str, outcome: str, facts: Facts) -> Result:
    """
    End an open or claimed step with an outcome and let follow what the plan says.

    A joint step is completed once, when `share_units_missing` is empty.

    :raises StepNotOpen: the step is not open or claimed
    :raises OutcomeUndeclared: the plan does not know the outcome
    :raises PlanOver: an optional step, finished after the end, would return or deny
    """
    now = _standing_in(plan, standing, step, _RUNNING)
    declared = plan.steps[step].outcomes.get(outcome)
    if declared is None:
        known = "、".join(one.label for one in plan.steps[step].outcomes.values())
        raise OutcomeUndeclared(f"步骤“{plan.steps[step].name}”没有结果“{outcome}”；可选：{known}。")
    was_over = is_ended(plan, standing)
    if was_over and declared.effect is not OutcomeEffect.CONTINUE:
        raise PlanOver(f"流程已经结束，步骤“{plan.steps[step].name}”不能再退回或否决；请选择其他结果。")
    steps = dict(standing)
    steps[step] = replace(now, state=StepState.DONE, outcome=outcome)
    effects: list[Effect] = []
    because = (f"{plan.steps[step].name}：{declared.label}",)
    if declared.effect is OutcomeEffect.DENY:
        running = [one for one in plan.order if steps[one].state in _UNFINISHED]
        return _both(steps, [Denied(step, now.attempt, because), *(_cancel(steps, one, because) for one in running)])
    if declared.return_to is not None:
        effects += _reopen(plan, steps, declared.return_to, because)
    effects += _open_ready(plan, steps, facts)
    if not was_over and not _unfinished(plan, steps):
        effects.append(PlanEnded(step, now.attempt))
    return _both(steps, effects)


def skip(plan: Plan, standing: Standing, step: str, facts: Facts, because: tuple[str, ...] = ()) -> Result:
    """
    Let the lead drop a step that waits or runs; those after it need not wait for it.

    They still wait for the steps before it.

    :raises StepNotOpen: the step is done, skipped or cancelled
    """
    now = _standing_in(plan, standing, step, _UNFINISHED)
    was_over = is_ended(plan, standing)
    steps = dict(standing)
    steps[step] = replace(now, state=StepState.SKIPPED)
    effects: list[Effect] = [StepSkipped(step, now.attempt, because), *_open_ready(plan, steps, facts)]
    if not was_over and not _unfinished(plan, steps):
        effects.append(PlanEnded(step, now.attempt))
    return _both(steps, effects)


def cancel(plan: Plan, standing: Standing, step: str, because: tuple[str, ...] = ()) -> Result:
    """
    Let the lead call off a step that waits or runs, and the optional ones that wait for it.

    :raises StepNotOpen: the step is done, skipped or cancelled
    :raises StillNeeded: a required step waits for it, directly or not
    """
    now = _standing_in(plan, standing, step, _UNFINISHED)
    behind = [one for one in plan.order if one in plan.downstream[step] and standing[one].state in _UNFINISHED]
    if needing := [plan.steps[one].name for one in behind if not plan.steps[one].optional]:
        raise StillNeeded(
            f"必办步骤“{'、'.join(needing)}”还在等步骤“{plan.steps[step].name}”，不能取消；确不需要办理的，请改为跳过。"
        )
    was_over = is_ended(plan, standing)
    steps = dict(standing)
    effects: list[Effect] = [_cancel(steps, one, because) for one in (step, *behind)]
    if not was_over and not _unfinished(plan, steps):
        effects.append(PlanEnded(step, now.attempt))
    return _both(steps, effects)


def open_later(plan: Plan, standing: Standing, step: str, because: tuple[str, ...] = ()) -> Result:
    """
    Cancel an optional step here, since the lead moves it to a later stage and opens it there.

    :raises NotOptional: the step is required
    :raises StepNotOpen: the step is done, skipped or cancelled
    """
    if not plan.steps[step].optional:
        raise NotOptional(f"步骤“{plan.steps[step].name}”是必办步骤，不能移入后续阶段；只有可选步骤可以。")
    return cancel(plan, standing, step, because)


def return_to(plan: Plan, standing: Standing, step: str, because: tuple[str, ...] = ()) -> Result:
    """
    Open a step that was done or skipped as its next attempt; every successor that was open or done waits again.

    Where a step before it waits itself, the step waits for that one first. What was skipped stays skipped.

    This is what an outcome with `return_to` does, and the lead's deed when later facts call for a skipped step.

    :raises StepNotOpen: the step still waits or runs, or was cancelled
    :raises PlanOver: the plan was denied
    """
    if is_denied(plan, standing):
        raise PlanOver("流程已经否决，不能退回；需要时请重新申请。")
    _standing_in(plan, standing, step, (StepState.DONE, StepState.SKIPPED))
    steps = dict(standing)
    effects = _reopen(plan, steps, step, because)
    return _both(steps, effects)


def carry_over(plan: Plan, standing: Standing, facts: Facts) -> Result:
    """
    Go on by another version of the plan: steps that it knows stand as they did, its new ones wait, what is ready opens.

    What ran keeps running, whatever it would now wait for; what only the earlier version knew is not in the result.

    :raises OutcomeUndeclared: a step was done with an outcome that this version does not know
    """
    steps = {step: standing.get(step, StepStanding(StepState.WAITING)) for step in plan.steps}
    for step, now in steps.items():
        if now.state is StepState.DONE and now.outcome not in plan.steps[step].outcomes:
            raise OutcomeUndeclared(f"步骤“{plan.steps[step].name}”已有结果“{now.outcome}”，新版本没有这个结果。")
    effects = _open_ready(plan, steps, facts)
    if not _unfinished(plan, steps):
        effects.append(PlanEnded("", 0))
    return _both(steps, effects)


def preview_facts(plan: Plan, standing: Standing, facts: Facts) -> tuple[WouldChange, ...]:
    """
    List what was decided on other facts and would be decided otherwise on these; nothing changes.

    Steps still waiting are not listed: they will be decided when their turn comes. Done steps are not either.
    """
    changes: list[WouldChange] = []
    for step in plan.steps.values():
        now = standing[step.id].state
        if step.when is None or now not in (*_RUNNING, StepState.SKIPPED):
            continue
        decision = step.when.decide(facts)
        would = StepState.SKIPPED if decision.truth is Truth.NO else StepState.OPEN
        if (would is StepState.SKIPPED) != (now is StepState.SKIPPED):
            changes.append(WouldChange(step.id, now, would, decision.because))
    return tuple(changes)


def open_steps(plan: Plan, standing: Standing) -> tuple[str, ...]:
    """List the steps that are open or claimed, in the order of the file."""
    return tuple(step for step in plan.steps if standing[step].state in _RUNNING)


def is_ended(plan: Plan, standing: Standing) -> bool:
    """Say whether no required step is left, or one was done with an outcome that denies."""
    return not _unfinished(plan, standing) or is_denied(plan, standing)


def is_denied(plan: Plan, standing: Standing) -> bool:
    """Say whether a step was done with an outcome that denies."""
    return any(
        now.outcome is not None
        and now.state is StepState.DONE
        and plan.steps[step].outcomes[now.outcome].effect is OutcomeEffect.DENY
        for step, now in standing.items()
    )


def share_units_missing(step: Step, given: Collection[str], *, silence_passed: bool) -> tuple[str, ...]:
    """List the units whose share a joint step still waits for; none when silence agrees and its date has passed."""
    if silence_passed and step.silence == "agree":
        return ()
    return tuple(unit for unit in step.joint if unit not in given)


def _standing_in(plan: Plan, standing: Standing, step: str, allowed: tuple[StepState, ...]) -> StepStanding:
    now = standing[step]
    if now.state not in allowed:
        raise StepNotOpen(
            f"步骤“{plan.steps[step].name}”{_STATE_LABELS[now.state]}，不能这样办理；请刷新页面查看最新进度。"
        )
    return now


_STATE_LABELS = {
    StepState.WAITING: "尚在等待前置步骤",
    StepState.OPEN: "正在办理",
    StepState.CLAIMED: "正在办理",
    StepState.DONE: "已经办完",
    StepState.RETURNED: "已经退回",
    StepState.SKIPPED: "已经跳过",
    StepState.CANCELLED: "已经取消",
}


def _open_ready(plan: Plan, steps: dict[str, StepStanding], facts: Facts) -> list[Effect]:
    """Open or skip, in one pass, every waiting step whose `after` is satisfied; only a first attempt is decided."""
    effects: list[Effect] = []
    satisfied: set[str] = set()
    for one in plan.order:
        now, step = steps[one], plan.steps[one]
        ready = satisfied.issuperset(step.after)
        if now.state is StepState.WAITING and ready:
            decision = step.when.decide(facts) if step.when is not None and now.attempt == 1 else None
            because = decision.because if decision is not None else ()
            if decision is not None and decision.truth is Truth.NO:
                now = replace(now, state=StepState.SKIPPED)
                effects.append(StepSkipped(one, now.attempt, because))
            else:
                now = replace(now, state=StepState.OPEN)
                unknown = decision is not None and decision.truth is Truth.UNKNOWN
                effects.append(StepOpened(one, now.attempt, because, unknown))
            steps[one] = now
        if now.state is StepState.DONE or (now.state is StepState.SKIPPED and ready):
            satisfied.add(one)
    return effects


def _reopen(plan: Plan, steps: dict[str, StepStanding], step: str, because: tuple[str, ...]) -> list[Effect]:
    """Open a step anew, or let it wait where a step before it does; put back what came after it."""
    effects: list[Effect] = []
    for one in plan.order:
        if one in plan.downstream[step] and steps[one].state in (*_RUNNING, StepState.DONE):
            steps[one] = StepStanding(StepState.WAITING, steps[one].attempt + 1)
            effects.append(StepWaits(one, steps[one].attempt, because))
    attempt = steps[step].attempt + 1
    if _satisfied(plan, steps).issuperset(plan.steps[step].after):
        steps[step] = StepStanding(StepState.OPEN, attempt)
        return [StepOpened(step, attempt, because), *effects]
    steps[step] = StepStanding(StepState.WAITING, attempt)
    return [StepWaits(step, attempt, because), *effects]


def _satisfied(plan: Plan, steps: Mapping[str, StepStanding]) -> set[str]:
    """Collect the steps that hold up no other: done, or skipped with nothing open before them."""
    satisfied: set[str] = set()
    for one in plan.order:
        now = steps[one].state
        if now is StepState.DONE or (now is StepState.SKIPPED and satisfied.issuperset(plan.steps[one].after)):
            satisfied.add(one)
    return satisfied


def _cancel(steps: dict[str, StepStanding], step: str, because: tuple[str, ...]) -> StepCancelled:
    steps[step] = replace(steps[step], state=StepState.CANCELLED)
    return StepCancelled(step, steps[step].attempt, because)


def _both(steps: Mapping[str, StepStanding], effects: Sequence[Effect]) -> Result:
    return Standing(steps), tuple(effects)


def _unfinished(plan: Plan, steps: Mapping[str, StepStanding]) -> bool:
    return any(now.state in _UNFINISHED and not plan.steps[step].optional for step, now in steps.items())
