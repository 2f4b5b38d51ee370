"""Dossiers in their plans, told as stories: opening, skipping, returning, denying, moving, silence, dates."""

from __future__ import annotations

import pytest

from tests.kernel.plans.support import plan_of
from yichuang.kernel.errors import NotPossible
from yichuang.kernel.plans import (
    Denied,
    NotOptional,
    OutcomeUndeclared,
    PlanEnded,
    PlanOver,
    Standing,
    StepCancelled,
    StepNotOpen,
    StepOpened,
    StepSkipped,
    StepStanding,
    StepState,
    StepWaits,
    StillNeeded,
    begin,
    cancel,
    carry_over,
    columns,
    complete,
    critical_path,
    is_denied,
    is_ended,
    lanes,
    open_later,
    open_steps,
    preview_facts,
    return_to,
    share_units_missing,
    skip,
)

# Stage 3 of domain.md §3.3 in small: review and basement in parallel, the permit after both, waste may come later.
STEPS = {
    "review": {
        "name": "图审",
        "days": 7,
        "outcomes": {"passed": "continue", "revise": {"return_to": "review"}, "failed": "deny"},
    },
    "basement": {"name": "人防", "unit": "civil_defence", "days": 5, "when": "basement_m2 > 0"},
    "waste": {"name": "渣土", "unit": "city_management", "days": 5, "optional": True},
    "permit": {
        "name": "施工许可",
        "days": 3,
        "after": ["review", "basement"],
        "outcomes": {"passed": "continue", "revise": {"return_to": "review"}},
    },
}
PLAN = plan_of(STEPS)
WITH, WITHOUT = {"basement_m2": 820}, {"basement_m2": 0}


def states(standing):
    return {step: now.state.value for step, now in standing.items()}


def after(facts, *done):
    """Stand where the plan stands when these steps were done one after the other, as `step=outcome`."""
    standing, _ = begin(PLAN, facts)
    for one in done:
        step, _, outcome = one.partition("=")
        standing, _ = complete(PLAN, standing, step, outcome or "passed", facts)
    return standing


class TestBegin:
    def test_opens_what_waits_for_nothing(self):
        standing, effects = begin(PLAN, WITH)

        assert open_steps(PLAN, standing) == ("review", "basement", "waste")
        assert [type(effect) for effect in effects] == [StepOpened] * 3

    def test_skips_on_a_no_and_says_why(self):
        standing, effects = begin(PLAN, WITHOUT)

        (skipped,) = [effect for effect in effects if isinstance(effect, StepSkipped)]
        assert skipped.step == "basement"
        assert "basement_m2" in skipped.because[0]
        assert states(standing)["basement"] == "skipped"

    def test_opens_on_the_unknown_and_flags_it(self):
        standing, effects = begin(PLAN, {})

        (flagged,) = [effect for effect in effects if isinstance(effect, StepOpened) and effect.unknown]
        assert flagged.step == "basement"
        assert states(standing)["basement"] == "open"

    def test_a_plan_of_which_nothing_applies_ends_at_once(self):
        plan = plan_of({"a": {"when": "odd"}})

        standing, effects = begin(plan, {"odd": False})

        assert is_ended(plan, standing)
        assert effects[-1] == PlanEnded("", 0)


class TestComplete:
    def test_a_skipped_step_satisfies_those_after_it(self):
        assert states(after(WITHOUT, "review"))["permit"] == "open"

    def test_all_that_come_before_must_be_done(self):
        assert states(after(WITH, "review"))["permit"] == "waiting"
        assert states(after(WITH, "review", "basement"))["permit"] == "open"

    def test_optional_steps_do_not_hold_the_end(self):
        standing = after(WITHOUT, "review")

        standing, effects = complete(PLAN, standing, "permit", "passed", WITHOUT)

        assert effects == (PlanEnded("permit", 1),)
        assert is_ended(PLAN, standing)
        assert states(standing)["waste"] == "open"

    def test_and_may_be_finished_after_it_without_a_second_end(self):
        standing, effects = complete(PLAN, after(WITHOUT, "review", "permit"), "waste", "passed", WITHOUT)

        assert effects == ()
        assert states(standing)["waste"] == "done"

    def test_the_moment_of_the_condition_is_when_its_turn_comes(self):
        plan = plan_of({"a": {}, "b": {"after": ["a"], "when": "big"}})
        standing, _ = begin(plan, {"big": True})

        standing, effects = complete(plan, standing, "a", "passed", {"big": False})

        assert [type(effect) for effect in effects] == [StepSkipped, PlanEnded]

    def test_a_claimed_step_is_completed_as_an_open_one(self):
        claimed = Standing({**after(WITHOUT), "review": StepStanding(StepState.CLAIMED)})

        standing, _ = complete(PLAN, claimed, "review", "passed", WITHOUT)

        assert standing["review"] == StepStanding(StepState.DONE, 1, "passed")

    def test_says_no_to_a_step_that_waits(self):
        with pytest.raises(StepNotOpen, match="步骤“施工许可”尚在等待前置步骤"):
            complete(PLAN, after(WITH), "permit", "passed", WITH)

    def test_says_no_to_the_second_of_two(self):
        with pytest.raises(StepNotOpen, match="已经办完"):
            complete(PLAN, after(WITH, "review"), "review", "passed", WITH)

    def test_says_no_to_an_outcome_that_nobody_declared(self):
        with pytest.raises(
            OutcomeUndeclared, match="步骤“图审”没有结果“splendid”；可选：通过、退回修改、不通过。"
        ) as no:
            complete(PLAN, after(WITH), "review", "splendid", WITH)

        assert isinstance(no.value, NotPossible)
        assert no.value.code == "plans.outcome_undeclared"

    def test_leaves_the_standing_it_was_given(self):
        before = after(WITH)

        complete(PLAN, before, "review", "passed", WITH)

        assert before == after(WITH)


class TestDeny:
    def test_cancels_all_that_runs_or_waits_each_by_name(self):
        standing, effects = complete(PLAN, after(WITH), "review", "failed", WITH)

        assert effects[0] == Denied("review", 1, ("图审：不通过",))
        assert [effect.step for effect in effects[1:]] == ["basement", "waste", "permit"]
        assert {type(effect) for effect in effects[1:]} == {StepCancelled}
        assert is_denied(PLAN, standing)
        assert is_ended(PLAN, standing)
        assert open_steps(PLAN, standing) == ()

    def test_nothing_returns_from_it(self):
        standing = after(WITH, "review=failed")

        with pytest.raises(PlanOver, match="流程已经否决"):
            return_to(PLAN, standing, "review")


class TestReturn:
    def test_opens_the_step_again_and_what_came_after_waits(self):
        standing, effects = complete(PLAN, after(WITH, "review", "basement"), "permit", "revise", WITH)

        assert standing["review"] == StepStanding(StepState.OPEN, 2)
        assert standing["permit"] == StepStanding(StepState.WAITING, 2)
        assert effects == (
            StepOpened("review", 2, ("施工许可：退回修改",)),
            StepWaits("permit", 2, ("施工许可：退回修改",)),
        )

    def test_siblings_not_downstream_keep_what_they_have(self):
        standing, _ = complete(PLAN, after(WITH, "review", "basement"), "permit", "revise", WITH)

        assert standing["basement"] == StepStanding(StepState.DONE, 1, "passed")
        assert standing["waste"] == StepStanding(StepState.OPEN)

    def test_a_round_of_review_is_a_return_to_itself(self):
        standing, _ = complete(PLAN, after(WITH), "review", "revise", WITH)
        standing, _ = complete(PLAN, standing, "review", "revise", WITH)

        assert standing["review"] == StepStanding(StepState.OPEN, 3)

    def test_the_way_forward_opens_the_next_attempt(self):
        standing, _ = complete(PLAN, after(WITH, "review", "basement"), "permit", "revise", WITH)

        _, effects = complete(PLAN, standing, "review", "passed", WITH)

        assert effects == (StepOpened("permit", 2),)

    def test_a_decided_condition_is_not_asked_again(self):
        plan = plan_of(
            {
                "a": {},
                "b": {"after": ["a"], "when": "big"},
                "c": {"after": ["b"], "outcomes": {"passed": "continue", "revise": {"return_to": "a"}}},
            }
        )
        standing, _ = begin(plan, {"big": False})
        standing, _ = complete(plan, standing, "a", "passed", {"big": False})
        standing, _ = complete(plan, standing, "c", "revise", {"big": True})
        assert states(standing) == {"a": "open", "b": "skipped", "c": "waiting"}

        standing, _ = complete(plan, standing, "a", "passed", {"big": True})

        assert states(standing) == {"a": "done", "b": "skipped", "c": "open"}

    def test_the_lead_may_open_what_was_skipped(self):
        standing, effects = return_to(PLAN, after(WITHOUT, "review"), "basement", ("增加了地下室",))

        assert effects == (
            StepOpened("basement", 2, ("增加了地下室",)),
            StepWaits("permit", 2, ("增加了地下室",)),
        )
        assert open_steps(PLAN, standing) == ("basement", "waste")

    def test_a_running_step_cannot_be_returned_to(self):
        with pytest.raises(StepNotOpen, match="正在办理"):
            return_to(PLAN, after(WITH), "review")


class TestLead:
    def test_skips_a_step_and_the_next_opens(self):
        standing, effects = skip(PLAN, after(WITH, "review"), "basement", WITH, ("改为告知承诺",))

        assert effects == (StepSkipped("basement", 1, ("改为告知承诺",)), StepOpened("permit", 1))
        assert states(standing)["permit"] == "open"

    def test_a_step_skipped_early_still_waits_in_its_place(self):
        plan = plan_of({"a": {}, "b": {"after": ["a"]}, "c": {"after": ["b"]}})
        standing, _ = begin(plan, {})

        standing, _ = skip(plan, standing, "b", {})

        assert states(standing)["c"] == "waiting"
        standing, _ = complete(plan, standing, "a", "passed", {})
        assert states(standing)["c"] == "open"

    def test_does_not_cancel_what_is_still_needed(self):
        with pytest.raises(StillNeeded, match="必办步骤“施工许可”还在等步骤“人防”"):
            cancel(PLAN, after(WITH), "basement")

    def test_cancelling_the_last_that_was_needed_ends_the_plan(self):
        _, effects = cancel(PLAN, after(WITHOUT, "review"), "permit")

        assert effects == (StepCancelled("permit", 1), PlanEnded("permit", 1))

    def test_moves_an_optional_step_to_a_later_stage(self):
        standing, effects = open_later(PLAN, after(WITH), "waste", ("移入竣工验收阶段",))

        assert effects == (StepCancelled("waste", 1, ("移入竣工验收阶段",)),)
        assert not is_ended(PLAN, standing)

    def test_moves_no_required_step(self):
        with pytest.raises(NotOptional, match="步骤“图审”是必办步骤"):
            open_later(PLAN, after(WITH), "review")

    def test_optional_steps_that_wait_are_moved_along(self):
        plan = plan_of({"a": {}, "b": {"optional": True}, "c": {"optional": True, "after": ["b"]}})
        standing, _ = begin(plan, {})

        standing, effects = open_later(plan, standing, "b")

        assert [effect.step for effect in effects] == ["b", "c"]


class TestLaterFacts:
    def test_are_previewed_and_change_nothing(self):
        would_open = preview_facts(PLAN, after(WITHOUT), WITH)
        would_skip = preview_facts(PLAN, after(WITH), WITHOUT)

        assert [(one.step, one.now.value, one.would.value) for one in would_open] == [("basement", "skipped", "open")]
        assert [(one.step, one.now.value, one.would.value) for one in would_skip] == [("basement", "open", "skipped")]
        assert would_open[0].because

    def test_do_not_touch_what_is_done_or_waits(self):
        assert preview_facts(PLAN, after(WITH, "basement"), WITHOUT) == ()
        assert preview_facts(PLAN, after(WITH), WITH) == ()


class TestCarryOver:
    """Going on by another version of the plan."""

    def other(self, **change):
        steps = {key: step for key, step in (STEPS | change).items() if step is not None}
        return plan_of(steps, version=2)

    def test_what_it_knows_stands_as_it_did_and_what_is_new_and_ready_opens(self):
        standing = after(WITHOUT, "review=passed")
        fire = {"name": "消防", "days": 3}
        plan = self.other(fire=fire, permit=STEPS["permit"] | {"after": ["review", "fire"]})

        carried, effects = carry_over(plan, standing, {})

        assert carried["review"] == standing["review"]
        assert [(type(each), each.step) for each in effects] == [(StepOpened, "fire")]
        assert carried["permit"] == standing["permit"]  # it ran, and keeps running

    def test_what_only_the_earlier_version_knew_is_gone(self):
        carried, _ = carry_over(self.other(waste=None), after(WITHOUT), {})

        assert "waste" not in carried

    def test_an_outcome_that_it_does_not_know_is_refused(self):
        plan = self.other(review=STEPS["review"] | {"outcomes": {"agreed": "continue"}})

        with pytest.raises(OutcomeUndeclared, match="passed"):
            carry_over(plan, after(WITHOUT, "review=passed"), {})


class TestJointStep:
    STEP = plan_of({"a": {"joint": ["fire", "water", "parks"]}}).steps["a"]
    SILENT = plan_of({"a": {"joint": ["fire", "water", "parks"], "silence": "agree", "silence_days": 5}}).steps["a"]

    def test_waits_for_every_share(self):
        assert share_units_missing(self.STEP, {"water"}, silence_passed=False) == ("fire", "parks")
        assert share_units_missing(self.STEP, {"water", "fire", "parks"}, silence_passed=False) == ()

    def test_silence_agrees_only_where_the_plan_says_so(self):
        assert share_units_missing(self.STEP, {"water"}, silence_passed=True) == ("fire", "parks")
        assert share_units_missing(self.SILENT, {"water"}, silence_passed=True) == ()
        assert share_units_missing(self.SILENT, {"water"}, silence_passed=False) == ("fire", "parks")


class TestDates:
    def test_the_promise_is_the_longest_chain_and_the_other_has_slack(self):
        path = critical_path(PLAN, WITH)

        assert path.steps == ("review", "permit")
        assert path.total == 10  # 7 + 3 by hand
        assert path.slack == {"review": 0, "basement": 2, "permit": 0}
        assert (path.starts["permit"], path.ends["permit"]) == (7, 10)

    def test_what_does_not_apply_takes_no_time(self):
        path = critical_path(PLAN, WITHOUT, {"review": 1})

        assert path.total == 4
        assert "basement" not in path.slack

    def test_the_unknown_counts(self):
        assert critical_path(PLAN, {}, {"basement": 9}).total == 12

    def test_durations_go_before_the_promised_days(self):
        assert critical_path(PLAN, WITH, {"basement": 8}).steps == ("basement", "permit")

    def test_a_standing_tells_what_really_runs(self):
        standing = after(WITHOUT)

        assert critical_path(PLAN, WITH, {"basement": 9}, standing).total == 10

    def test_missing_days_are_named(self):
        with pytest.raises(ValueError, match="step a has no days"):
            critical_path(plan_of({"a": {}}), {})


class TestPicture:
    def test_lanes_hold_the_steps_of_each_unit(self):
        assert lanes(PLAN) == {
            "lead": ("review", "permit"),
            "civil_defence": ("basement",),
            "city_management": ("waste",),
        }

    def test_columns_hold_what_may_run_side_by_side(self):
        assert columns(PLAN) == (("review", "basement", "waste"), ("permit",))


class TestStanding:
    def test_equal_standings_are_equal_and_hash_alike(self):
        assert after(WITH) == after(WITH)
        assert hash(after(WITH)) == hash(after(WITH))
        assert after(WITH) != after(WITHOUT)
