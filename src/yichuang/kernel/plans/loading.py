"""From the YAML form to a checked plan; whatever is wrong is named with its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from math import isfinite
from typing import Any, Literal

from yichuang.kernel.errors import DefinitionError
from yichuang.kernel.plans.paths import critical_path
from yichuang.kernel.plans.plan import Example, Outcome, OutcomeEffect, ParseCondition, Plan, Step, in_order
from yichuang.kernel.plans.standing import begin, complete, is_denied, is_ended, open_steps
from yichuang.kernel.reading import Reader

STEP_ID = re.compile(r"[a-z][a-z0-9_]*")

_KEYS = {"plan", "name", "version", "in_force", "source", "basis", "note", "lead", "steps", "examples"}
_STEP_KEYS = {"name", "kind", "unit", "item", "days", "after", "when", "optional", "outcomes"} | {
    *("joint", "silence", "silence_days", "post", "outputs")
}
_GOES_ON = OutcomeEffect.CONTINUE
# What a step without `outcomes` can end with. The child's lifecycle says which of them its end means.
_WORK_OUTCOMES = {"passed": _GOES_ON}
_CHILD_OUTCOMES = {"passed": _GOES_ON, "passed_with_conditions": _GOES_ON, "not_needed": _GOES_ON} | {
    "failed": OutcomeEffect.DENY,
    "withdrawn": OutcomeEffect.DENY,
}


def parse_plan(data: Mapping[str, Any], place: str, parse_condition: ParseCondition) -> Plan:
    """
    Read and check a plan from its YAML form; `place` (a file name) leads every complaint.

    :raises DefinitionError: an unknown key, step or effect, a loop, a condition that does not parse, a return that
        does not lead back, an optional step before a required one, an example that does not hold
    """
    top = Reader(data, place, _KEYS)
    rows = top.mapping("steps")
    if not rows:
        raise top.wrong("steps", "at least one step")
    steps = {name: _step(name, row, rows, place, parse_condition) for name, row in rows.items()}
    _, left = in_order({step.id: step.after for step in steps.values()})
    if left:
        raise DefinitionError(place, f"steps that wait for each other: {', '.join(_loop(steps, left))}", "no loop")
    plan = Plan(
        id=top.text("plan"),
        name=top.text("name"),
        version=top.number("version", least=1),
        lead=top.text("lead"),
        steps=steps,
        source=top.text("source", "") or top.text("basis", ""),
        note=top.text("note", ""),
        in_force=top.in_force(),
        examples=tuple(_example(row, f"{place}, examples {n}") for n, row in enumerate(top.rows("examples"), 1)),
    )
    _check_returns(plan, place)
    _check_optional(plan, place)
    for number, example in enumerate(plan.examples, 1):
        _check_example(plan, example, f"{place}, examples {number}")
    return plan


def default_outcomes(kind: str, optional: bool) -> dict[str, Outcome]:
    """Give what a step without `outcomes` can end with; an optional one denies nothing."""
    effects = _WORK_OUTCOMES if kind == "work" else _CHILD_OUTCOMES
    return {id_: Outcome(id_, _GOES_ON if optional else effect) for id_, effect in effects.items()}


def _step(name: str, row: object, all_steps: Collection[str], place: str, parse_condition: ParseCondition) -> Step:
    if not STEP_ID.fullmatch(name):
        raise DefinitionError(place, f"step {name!r}", "a name of small letters, digits and _")
    one = Reader(row, f"{place}, step {name}", _STEP_KEYS)
    kind = _kind(one)
    after = one.texts("after")
    for before in after:
        if before not in all_steps:
            raise DefinitionError(
                place, f"step {name} comes after {before!r}, which no step is called", choices=tuple(all_steps)
            )
    optional = one.flag("optional")
    when_text = one.text_or_none("when")
    step = Step(
        id=name,
        name=one.text("name", name),
        kind=kind,
        unit=one.text_or_none("unit"),
        item=one.text_or_none("item"),
        days=one.number_or_none("days"),
        after=tuple(before for before in all_steps if before in after),
        when=_condition(when_text, one.place, parse_condition) if when_text is not None else None,
        when_text=when_text,
        optional=optional,
        outcomes=_outcomes(one, kind, optional, all_steps),
        joint=one.texts("joint"),
        silence=_silence(one),
        silence_days=one.number_or_none("silence_days", least=1),
        post=one.text_or_none("post"),
        outputs=one.texts("outputs"),
    )
    _check_shape(step, one.place)
    return step


def _kind(one: Reader) -> Literal["work", "dossier"]:
    kind = one.text("kind", "work")
    if kind == "work":
        return "work"
    if kind == "dossier":
        return "dossier"
    raise one.wrong("kind", "a kind of step", ("work", "dossier"))


def _silence(one: Reader) -> Literal["agree", "wait"]:
    silence = one.text("silence", "wait")
    if silence == "wait":
        return "wait"
    if silence == "agree":
        return "agree"
    raise one.wrong("silence", "what silence means", ("agree", "wait"))


def _condition(text: str, place: str, parse_condition: ParseCondition) -> Any:
    try:
        return parse_condition(text)
    except DefinitionError as reason:
        raise DefinitionError(f"{place}, when", str(reason)) from reason


def _outcomes(one: Reader, kind: str, optional: bool, all_steps: Collection[str]) -> dict[str, Outcome]:
    if "outcomes" not in one:
        return default_outcomes(kind, optional)
    outcomes: dict[str, Outcome] = {}
    for id_, effect in one.mapping("outcomes").items():
        place = f"{one.place}, outcome {id_}"
        if isinstance(effect, Mapping):
            target = Reader(effect, place, ("return_to",)).text("return_to")
            if target not in all_steps:
                raise DefinitionError(
                    place, f"returns to {target!r}, which no step is called", choices=tuple(all_steps)
                )
            outcomes[id_] = Outcome(id_, OutcomeEffect.RETURN_TO, target)
        elif effect in (OutcomeEffect.CONTINUE.value, OutcomeEffect.DENY.value):
            outcomes[id_] = Outcome(id_, OutcomeEffect(effect))
        else:
            raise DefinitionError(
                place, f"unknown effect {effect!r}", choices=("continue", "deny", "{return_to: STEP}")
            )
    if all(outcome.effect is not _GOES_ON for outcome in outcomes.values()):
        raise DefinitionError(one.place, "no outcome that continues", "one at least, else the plan cannot end")
    return outcomes


def _check_shape(step: Step, place: str) -> None:
    if step.kind == "dossier" and step.item is None:
        raise DefinitionError(place, "a child dossier without item", "item: the service item that it opens")
    if step.kind == "dossier" and step.joint:
        raise DefinitionError(place, "a joint child dossier", "joint in the plan of the item itself")
    if (step.silence == "agree" or step.silence_days is not None) and not step.joint:
        raise DefinitionError(place, "silence without joint", "joint: the units that may be silent")


def _loop(steps: Mapping[str, Step], left: Collection[str]) -> list[str]:
    """Follow waiting steps back until one comes again."""
    path = [next(iter(left))]
    while True:
        before = next(one for one in steps[path[-1]].after if one in left)
        if before in path:
            return path[path.index(before) :]
        path.append(before)


def _check_returns(plan: Plan, place: str) -> None:
    for step in plan.steps.values():
        for outcome in step.outcomes.values():
            target = outcome.return_to
            if target is not None and target != step.id and step.id not in plan.downstream[target]:
                raise DefinitionError(
                    f"{place}, step {step.id}, outcome {outcome.id}",
                    f"returns to {target!r}, which does not come before it",
                    choices=tuple(one for one in plan.steps if one == step.id or step.id in plan.downstream[one]),
                )


def _check_optional(plan: Plan, place: str) -> None:
    for step in plan.steps.values():
        required = [one for one in plan.successors[step.id] if not plan.steps[one].optional]
        if step.optional and required:
            raise DefinitionError(
                f"{place}, step {step.id}",
                f"optional, but the required {required[0]} waits for it",
                "optional steps to have only optional steps after them",
            )
    if all(step.optional for step in plan.steps.values()):
        raise DefinitionError(f"{place}, steps", "every step is optional", "one required step at least")


def _example(row: object, place: str) -> Example:
    one = Reader(row, place, ("given", "done", "opens", "longest", "ends"))
    ends = one.text_or_none("ends")
    if ends not in (None, "concluded", "denied"):
        raise one.wrong("ends", "how the plan ends", ("concluded", "denied"))
    return Example(
        given={name: _exact(value, f"{place}, given {name}") for name, value in one.mapping("given").items()},
        opens=one.texts("opens") if "opens" in one else None,
        longest=one.number_or_none("longest"),
        done={step: str(outcome) for step, outcome in one.mapping("done").items()},
        ends=None if ends is None else "denied" if ends == "denied" else "concluded",
    )


def _exact(value: object, place: str) -> object:
    """Facts know no floats: 0.1 as written is exactly one tenth."""
    if not isinstance(value, float):
        return value
    if not isfinite(value):
        raise DefinitionError(place, f"{value}", "a number")
    return Decimal(str(value))


def _check_example(plan: Plan, example: Example, place: str) -> None:
    try:
        standing, _ = begin(plan, example.given)
        for step, outcome in example.done.items():
            if step not in open_steps(plan, standing):
                raise DefinitionError(place, f"{step!r} is not open there", choices=open_steps(plan, standing))
            if outcome not in plan.steps[step].outcomes:
                choices = tuple(plan.steps[step].outcomes)
                raise DefinitionError(place, f"{step} has no outcome {outcome!r}", choices=choices)
            standing, _ = complete(plan, standing, step, outcome, example.given)
        total = critical_path(plan, example.given).total if example.longest is not None else None
    except (TypeError, ValueError) as reason:
        if isinstance(reason, DefinitionError):
            raise
        raise DefinitionError(place, str(reason)) from reason
    opens = open_steps(plan, standing)
    if example.opens is not None and set(example.opens) != set(opens):
        raise DefinitionError(place, f"opens {', '.join(opens) or 'nothing'}", ", ".join(example.opens) or "nothing")
    if example.longest != total:
        raise DefinitionError(place, f"longest is {total}", str(example.longest))
    if example.ends is not None:
        ends = "denied" if is_denied(plan, standing) else "concluded" if is_ended(plan, standing) else "open"
        if ends != example.ends:
            raise DefinitionError(place, f"ends {ends}", example.ends)
