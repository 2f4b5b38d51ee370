"""The shipped tables: they load with their examples, and the permit's agrees with the exchange codes row by row."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from yichuang.kernel.lifecycles import NotOpen, parse_lifecycle

FOLDER = Path(__file__).parents[3] / "definitions" / "national" / "lifecycles"

# Allowed next states by code: domain.md §2.1 as corrected by semantics.md §3.
NEXT = {
    0: {1},
    1: {2, 3, 4, 5, 6},
    2: set(),
    3: {1, 8, 11, 13, 14},  # 1: the undo of thirty seconds
    4: set(),
    5: set(),
    6: {7, 2},
    7: {3, 5, 6},
    8: {9, 11, 12, 13, 14, 50},
    9: {10, 14},
    10: {8, 9, 11, 12, 13},
    11: {15, 20, 30},
    12: {13, 15, 20},
    13: {30},
    14: set(),
    15: set(),
    20: {15, 30},
    30: {15, 40},
    40: {15},
    50: {8},
}


def load(name):
    path = FOLDER / f"{name}.yaml"
    return parse_lifecycle(yaml.safe_load(path.read_text(encoding="utf-8")), path.name)


@pytest.mark.parametrize("name", ["permit", "stage", "project", "order"])
def test_loads_and_its_examples_hold(name):
    lifecycle = load(name)

    assert lifecycle.id == name
    assert lifecycle.examples


@pytest.mark.parametrize("name", ["permit", "stage", "project", "order"])
def test_every_deed_is_shown_by_an_example_or_keeps_the_state(name):
    lifecycle = load(name)

    shown = {deed for example in lifecycle.examples for deed in example.deeds}

    silent = {move.deed for move in lifecycle.moves if move.deed not in shown and move.state != move.to}
    assert silent == set()


class TestPermit:
    def test_goes_from_state_to_state_exactly_as_the_table_of_codes(self):
        permit = load("permit")
        code = {state.id: state.code for state in permit.states.values()}

        goes = {code[one]: {code[move.to] for move in permit.deeds_from(one) if move.to != one} for one in code}

        assert goes == NEXT

    def test_the_machine_alone_accepts_in_silence_and_lapses(self):
        permit = load("permit")

        assert {move.deed for move in permit.moves if move.by_job} == {"deemed_accepted", "lapse"}

    def test_accepting_stops_one_clock_starts_two_and_opens_the_plan(self):
        accept = load("permit").move("received", "accept")

        assert (accept.clocks.stop, accept.clocks.start) == (("acceptance",), ("promise", "legal"))
        assert (accept.paper, accept.opens) == ("受理通知书", "plan")

    def test_handed_in_corrections_start_a_new_acceptance_clock(self):
        hand_in = load("permit").move("correcting", "hand_in_correction")

        assert hand_in.clocks.start == ("acceptance",)
        assert hand_in.clocks.stop == ("correction",)

    def test_the_eight_special_procedures_pause_both_clocks(self):
        begin = load("permit").move("processing", "begin_special")

        assert begin.clocks.pause == ("promise", "legal")
        assert len(begin.kinds) == 8

    def test_clocks_that_start_can_stop_and_clocks_that_pause_can_resume(self):
        for name in ("permit", "stage", "project", "order"):
            moves = load(name).moves
            started = {clock for move in moves for clock in move.clocks.start}
            stopped = {clock for move in moves for clock in move.clocks.stop}
            paused = {clock for move in moves for clock in move.clocks.pause}
            resumed = {clock for move in moves for clock in move.clocks.resume}

            assert started == stopped
            assert paused == resumed

    def test_a_granted_permit_is_not_granted_again(self):
        with pytest.raises(NotOpen, match="现为“办结（通过）”，不能“准予”；现在可以：制证、交邮、送达、撤销许可。"):
            load("permit").move("approved", "approve")

    def test_tells_the_parent_how_it_went(self):
        states = load("permit").states

        assert {one.id: one.outcome for one in states.values() if one.outcome} == {
            "recalled": "withdrawn",
            "not_needed": "not_needed",
            "refused": "failed",
            "approved": "passed",
            "approved_pending": "passed_with_conditions",
            "denied": "failed",
            "withdrawn": "withdrawn",
        }


class TestStage:
    def test_items_open_at_acceptance_and_units_are_asked_before(self):
        stage = load("stage")

        assert stage.move("prechecked", "accept").opens == "plan"
        assert stage.move("draft", "receive").clocks.start == ("acceptance", "precheck")
        with pytest.raises(NotOpen):
            stage.move("received", "accept")


class TestOrder:
    def test_a_draft_becomes_an_order_or_a_letter(self):
        order = load("order")

        assert order.move("draft", "issue").paper == "督办单"
        assert order.move("draft", "issue_letter").paper == "商请函"
        assert "signing" not in order.move("draft", "issue_letter").clocks.start
