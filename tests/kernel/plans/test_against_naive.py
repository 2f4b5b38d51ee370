"""Random plans, random deeds: the same standing as the plain second implementation, after every single deed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernel.plans.naive import Naive, No
from tests.kernel.plans.strategies import facts, plan_steps
from tests.kernel.plans.support import plan_of
from yichuang.kernel.conditions import parse
from yichuang.kernel.errors import NotPossible
from yichuang.kernel.plans import (
    PlanEnded,
    StepState,
    begin,
    cancel,
    complete,
    critical_path,
    is_denied,
    is_ended,
    open_later,
    open_steps,
    return_to,
    skip,
)

DEEDS = ["passed", "passed", "passed", "revise", "failed", "odd", "skip", "cancel", "open_later", "return_to"]


@settings(max_examples=250, deadline=None)
@given(plan_steps(), facts, st.data())
def test_stands_as_the_plain_implementation_stands(steps, some_facts, data):
    plan = plan_of(steps)
    naive = Naive(steps, parse)
    naive.begin(some_facts)
    standing, _ = begin(plan, some_facts)
    assert_same(plan, standing, naive)

    for _ in range(data.draw(st.integers(0, 12), label="deeds")):
        some_facts = data.draw(facts, label="facts")
        step = data.draw(st.sampled_from(open_steps(plan, standing) * 3 + tuple(plan.steps)), label="step")
        deed = data.draw(st.sampled_from(DEEDS), label="deed")
        ended = is_ended(plan, standing)
        no = None
        try:
            if deed == "skip":
                result = skip(plan, standing, step, some_facts)
            elif deed == "cancel":
                result = cancel(plan, standing, step)
            elif deed == "open_later":
                result = open_later(plan, standing, step)
            elif deed == "return_to":
                result = return_to(plan, standing, step)
            else:
                result = complete(plan, standing, step, deed, some_facts)
        except NotPossible as reason:
            no = reason
        try:
            if deed == "skip":
                naive.skip(step, some_facts)
            elif deed in ("cancel", "open_later", "return_to"):
                getattr(naive, deed)(step)
            else:
                naive.complete(step, deed, some_facts)
            assert no is None
        except No:
            assert no is not None
            continue
        standing, effects = result
        assert_same(plan, standing, naive)
        told = any(isinstance(effect, PlanEnded) for effect in effects)
        assert told == (not ended and is_ended(plan, standing) and not is_denied(plan, standing))


@settings(max_examples=150, deadline=None)
@given(plan_steps(returns=False), facts, st.randoms(use_true_random=False))
def test_always_comes_to_its_end_in_any_order(steps, some_facts, random):
    plan = plan_of(steps)
    standing, _ = begin(plan, some_facts)

    while running := open_steps(plan, standing):
        standing, _ = complete(plan, standing, random.choice(running), "passed", some_facts)

    assert is_ended(plan, standing)
    assert {now.state for now in standing.values()} <= {StepState.DONE, StepState.SKIPPED}


@settings(max_examples=150, deadline=None)
@given(plan_steps(), facts)
def test_the_promise_is_the_longest_chain(steps, some_facts):
    plan = plan_of(steps)

    path = critical_path(plan, some_facts)

    assert path.total == Naive(steps, parse).longest(some_facts)
    assert sum(plan.steps[one].days for one in path.steps) == path.total
    assert all(path.slack[one] == 0 for one in path.steps)


@settings(max_examples=150, deadline=None)
@given(plan_steps(), facts, st.data())
def test_slack_is_exactly_the_lateness_that_moves_nothing(steps, some_facts, data):
    plan = plan_of(steps)
    path = critical_path(plan, some_facts)
    if not path.slack:
        return
    step = data.draw(st.sampled_from(sorted(path.slack)))
    days, slack = plan.steps[step].days, path.slack[step]

    assert critical_path(plan, some_facts, {step: days + slack}).total == path.total
    assert critical_path(plan, some_facts, {step: days + slack + 1}).total == path.total + 1


def assert_same(plan, standing, naive):
    assert {step: now.state.value for step, now in standing.items()} == naive.state
    assert {step: now.attempt for step, now in standing.items()} == naive.attempt
    assert {step: now.outcome for step, now in standing.items()} == naive.outcome
    assert is_ended(plan, standing) == naive.ended()
    assert is_denied(plan, standing) == naive.denied
