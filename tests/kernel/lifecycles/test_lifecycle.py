"""The table: its questions, its one no, and everything that the loader refuses."""

from __future__ import annotations

import copy

import pytest

from yichuang.kernel.errors import DefinitionError
from yichuang.kernel.lifecycles import ClockEffects, NotOpen, parse_lifecycle

DOOR = {
    "lifecycle": "door",
    "name": "门",
    "version": 1,
    "source": "测试用",
    "states": [
        {"id": "open", "code": 1, "name": "开着"},
        {"id": "shut", "code": 2, "name": "关着"},
        {"id": "walled", "code": 3, "name": "砌死", "outcome": "failed"},
    ],
    "start": "open",
    "clocks": {"draught": "透风"},
    "deeds": {"shut": "关门", "knock": "敲门", "wall_up": "砌墙", "decay": "风化"},
    "moves": [
        {"state": "open", "deed": "shut", "to": "shut", "clocks": {"stop": "draught"}, "paper": "关门通知"},
        {"state": "shut", "deed": "knock", "kinds": ["轻", "重"]},
        {"states": ["open", "shut"], "deed": "wall_up", "to": "walled"},
        {"state": "shut", "deed": "decay", "to": "open", "clocks": {"start": "draught"}, "by_job": True},
    ],
    "ends": ["walled"],
    "examples": [{"deeds": ["shut", "decay", "shut", "knock", "wall_up"], "reaches": "walled"}],
}


def changed(**keys):
    return {**copy.deepcopy(DOOR), **keys}


class TestMove:
    def test_tells_where_the_deed_leads_and_what_it_does(self):
        door = parse_lifecycle(DOOR, "door.yaml")

        move = door.move("open", "shut")

        assert (move.to, move.label, move.paper) == ("shut", "关门", "关门通知")
        assert move.clocks == ClockEffects(stop=("draught",))

    def test_a_move_without_a_goal_stays(self):
        door = parse_lifecycle(DOOR, "door.yaml")

        assert door.move("shut", "knock").to == "shut"
        assert door.move("shut", "knock").kinds == ("轻", "重")

    def test_says_no_with_the_state_and_what_people_can_do_instead(self):
        door = parse_lifecycle(DOOR, "door.yaml")

        with pytest.raises(NotOpen) as no:
            door.move("shut", "shut")

        assert no.value.code == "work.not_open"
        assert no.value.message == "门现为“关着”，不能“关门”；现在可以：敲门、砌墙。"
        assert no.value.possible == ("knock", "wall_up")

    def test_says_so_when_nothing_is_possible_any_more(self):
        door = parse_lifecycle(DOOR, "door.yaml")

        with pytest.raises(NotOpen, match="门现为“砌死”，不能“fly”；已无可办理的动作。"):
            door.move("walled", "fly")

    def test_lists_the_moves_of_a_state_with_those_of_the_jobs(self):
        door = parse_lifecycle(DOOR, "door.yaml")

        assert [move.deed for move in door.deeds_from("shut")] == ["knock", "wall_up", "decay"]


WRONG = {
    "unknown key": (changed(colour="red"), "unknown key 'colour'"),
    "no start": (changed(start=None), "start is missing"),
    "no ends": (changed(ends=[]), "ends"),
    "unknown end": (changed(ends=["gone"]), "unknown state 'gone'; there are open, shut, walled"),
    "unknown start": (changed(start="gone"), "unknown state 'gone'"),
    "version zero": (changed(version=0), "version: 0; expected a whole number from 1"),
    "state twice": (changed(states=[*DOOR["states"], {"id": "open", "code": 9, "name": "又"}]), "open (9) twice"),
    "code twice": (changed(states=[*DOOR["states"], {"id": "ajar", "code": 1, "name": "半开"}]), "ajar (1) twice"),
    "unreachable state": (
        changed(states=[*DOOR["states"], {"id": "ajar", "code": 9, "name": "半开"}]),
        "'ajar' cannot be reached from 'open'",
    ),
    "no way to an end": (
        changed(
            states=[*DOOR["states"], {"id": "ajar", "code": 9, "name": "半开"}],
            moves=[*DOOR["moves"], {"state": "open", "deed": "knock", "to": "ajar"}],
        ),
        "no end can be reached from 'ajar'",
    ),
    "unknown state in a move": (
        changed(moves=[*DOOR["moves"], {"state": "gone", "deed": "knock"}]),
        "move knock: unknown state 'gone'",
    ),
    "unknown goal": (changed(moves=[{"state": "open", "deed": "shut", "to": "gone"}]), "unknown state 'gone'"),
    "unknown clock": (
        changed(moves=[{"state": "open", "deed": "shut", "to": "shut", "clocks": {"stop": "time"}}]),
        "unknown clock 'time'; there are draught",
    ),
    "unknown clock effect": (
        changed(moves=[{"state": "open", "deed": "shut", "clocks": {"halt": "draught"}}]),
        "unknown key 'halt'; there are pause, resume, start, stop",
    ),
    "unknown deed": (changed(moves=[{"state": "open", "deed": "fly"}]), "unknown deed 'fly'"),
    "unused clock": (changed(clocks={"draught": "透风", "time": "时间"}), "no move uses 'time'"),
    "unused deed": (changed(deeds={**DOOR["deeds"], "fly": "飞"}), "no move uses 'fly'"),
    "state and states": (
        changed(moves=[{"state": "open", "states": ["shut"], "deed": "shut"}]),
        "state and states; expected one of the two",
    ),
    "deed twice": (
        changed(moves=[*DOOR["moves"], {"state": "open", "deed": "shut", "to": "walled"}]),
        "a second row for state 'open'",
    ),
    "undeclared move out of an end": (
        changed(moves=[*DOOR["moves"], {"state": "walled", "deed": "knock"}]),
        "'walled' is an end; expected after_end: true",
    ),
    "after_end elsewhere": (
        changed(moves=[{**DOOR["moves"][0], "after_end": True}, *DOOR["moves"][1:]]),
        "'open' is no end",
    ),
    "opens something": (changed(moves=[{"state": "open", "deed": "shut", "opens": "box"}]), "opens: 'box'"),
    "pauses something": (changed(pauses="parents"), "pauses: 'parents'"),
    "example stuck": (changed(examples=[{"deeds": ["knock"], "reaches": "open"}]), "'knock' in 'open'"),
    "example elsewhere": (
        changed(examples=[{"deeds": ["shut"], "reaches": "open"}]),
        "reaches 'shut'; expected 'open'",
    ),
    "not a mapping": (["door"], "expected a mapping"),
    "moves no list": (changed(moves={"a": 1}), "expected a list"),
}


@pytest.mark.parametrize("name", WRONG)
def test_refuses_with_place_and_finding(name):
    data, finding = WRONG[name]

    with pytest.raises(DefinitionError) as wrong:
        parse_lifecycle(data, "door.yaml")

    assert wrong.value.place.startswith("door.yaml")
    assert finding in str(wrong.value)


def test_allows_a_declared_move_out_of_an_end():
    data = changed(moves=[*DOOR["moves"], {"state": "walled", "deed": "knock", "to": "open", "after_end": True}])

    assert parse_lifecycle(data, "door.yaml").move("walled", "knock").after_end


def test_pausing_reaches_the_children_only_when_the_table_says_so():
    assert not parse_lifecycle(DOOR, "door.yaml").pauses_children
    assert parse_lifecycle(changed(pauses="children"), "door.yaml").pauses_children
