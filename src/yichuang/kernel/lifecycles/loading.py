"""From the YAML form to a checked lifecycle; whatever is wrong is named with its place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal

from yichuang.kernel.errors import DefinitionError
from yichuang.kernel.lifecycles.lifecycle import ClockEffects, Example, Lifecycle, Move, NotOpen, State
from yichuang.kernel.reading import Reader

_KEYS = {"lifecycle", "name", "version", "in_force", "source", "basis", "note", "states", "start", "ends", "pauses"} | {
    "deeds",
    "clocks",
    "moves",
    "examples",
}
_MOVE_KEYS = {"state", "states", "deed", "to", "clocks", "paper", "kinds", "by_job", "basis"} | {
    "opens",
    "closes",
    "after_end",
}
_CLOCK_KEYS = ("stop", "start", "pause", "resume")


def parse_lifecycle(data: Mapping[str, Any], place: str) -> Lifecycle:
    """
    Read and check a lifecycle from its YAML form; `place` (a file name) leads every complaint.

    :raises DefinitionError: an unknown key, state, deed or clock, a (state, deed) twice, an unreachable state, a state
        from which no end can be reached, an undeclared move out of an end, an example that does not hold
    """
    top = Reader(data, place, _KEYS)
    states = _states(top)
    labels = {deed: str(label) for deed, label in top.mapping("deeds").items()}
    clocks = {clock: str(label) for clock, label in top.mapping("clocks").items()}
    ends = top.texts("ends")
    if not ends:
        raise top.wrong("ends", "at least one state")
    for state in (*ends, top.text("start")):
        _known(state, states, "state", place)
    moves = tuple(move for row in top.rows("moves") for move in _moves(row, place, states, labels, clocks))
    pauses = top.text_or_none("pauses")
    if pauses not in (None, "children"):
        raise top.wrong("pauses", "children, or no such key")
    lifecycle = Lifecycle(
        id=top.text("lifecycle"),
        name=top.text("name"),
        version=top.number("version", least=1),
        source=top.text("basis") if "basis" in top else top.text("source"),
        states=states,
        start=top.text("start"),
        ends=frozenset(ends),
        moves=moves,
        clocks=clocks,
        pauses_children=pauses == "children",
        in_force=top.in_force(),
        examples=tuple(_example(row, f"{place}, examples {n}") for n, row in enumerate(top.rows("examples"), 1)),
    )
    _check_moves(lifecycle, labels, place)
    _check_ways(lifecycle, place)
    _check_examples(lifecycle, place)
    return lifecycle


def _states(top: Reader) -> dict[str, State]:
    states: dict[str, State] = {}
    codes: set[int] = set()
    for row in top.rows("states"):
        one = Reader(row, f"{top.place}, states", {"id", "code", "name", "outcome"})
        state = State(one.text("id"), one.number("code"), one.text("name"), one.text_or_none("outcome"))
        if state.id in states or state.code in codes:
            raise DefinitionError(one.place, f"{state.id} ({state.code}) twice", "each id and each code once")
        states[state.id] = state
        codes.add(state.code)
    return states


def _moves(
    row: object, place: str, states: Mapping[str, State], labels: Mapping[str, str], clocks: Mapping[str, str]
) -> list[Move]:
    one = Reader(row, f"{place}, moves", _MOVE_KEYS)
    deed = one.text("deed")
    one.place = f"{place}, move {deed}"
    _known(deed, labels, "deed", one.place)
    if ("state" in one) == ("states" in one):
        raise DefinitionError(one.place, "state and states", "one of the two")
    froms = one.texts("states") if "states" in one else (one.text("state"),)
    effects = Reader(one.mapping("clocks"), f"{one.place}, clocks", _CLOCK_KEYS)
    named = {key: effects.texts(key) for key in _CLOCK_KEYS}
    for clock in (clock for some in named.values() for clock in some):
        _known(clock, clocks, "clock", one.place)
    for state in (*froms, *one.texts("to")):
        _known(state, states, "state", one.place)
    return [
        Move(
            state=state,
            deed=deed,
            label=labels[deed],
            to=one.text("to", state),
            clocks=ClockEffects(**named),
            paper=one.text_or_none("paper"),
            kinds=one.texts("kinds"),
            by_job=one.flag("by_job"),
            opens=_plan_or_none(one, "opens"),
            closes=_plan_or_none(one, "closes"),
            after_end=one.flag("after_end"),
            basis=one.text("basis", ""),
        )
        for state in froms
    ]


def _plan_or_none(one: Reader, key: str) -> Literal["plan"] | None:
    if key not in one:
        return None
    if one.text(key) != "plan":
        raise one.wrong(key, "plan or null")
    return "plan"


def _example(row: object, place: str) -> Example:
    one = Reader(row, place, {"deeds", "reaches"})
    deeds = one.rows("deeds")
    if not deeds or not all(isinstance(deed, str) for deed in deeds):
        raise one.wrong("deeds", "a list of deeds")
    return Example(tuple(deeds), one.text("reaches"))


def _known(name: str, there_are: Collection[str], what: str, place: str) -> None:
    if name not in there_are:
        raise DefinitionError(place, f"unknown {what} {name!r}", choices=tuple(there_are))


def _check_moves(lifecycle: Lifecycle, labels: Mapping[str, str], place: str) -> None:
    seen: set[tuple[str, str]] = set()
    for move in lifecycle.moves:
        where = f"{place}, move {move.deed}"
        if (move.state, move.deed) in seen:
            raise DefinitionError(where, f"a second row for state {move.state!r}", "each (state, deed) once")
        seen.add((move.state, move.deed))
        if move.state in lifecycle.ends and not move.after_end:
            raise DefinitionError(where, f"{move.state!r} is an end", "after_end: true for a move out of an end")
        if move.after_end and move.state not in lifecycle.ends:
            raise DefinitionError(where, f"{move.state!r} is no end", "after_end only on a move out of an end")
    for deed in labels:
        if all(move.deed != deed for move in lifecycle.moves):
            raise DefinitionError(f"{place}, deeds", f"no move uses {deed!r}", "only deeds that a move uses")

    used = {clock for move in lifecycle.moves for clock in _clocks_of(move)}
    for clock in lifecycle.clocks:
        if clock not in used:
            raise DefinitionError(f"{place}, clocks", f"no move uses {clock!r}", "only clocks that a move uses")


def _clocks_of(move: Move) -> tuple[str, ...]:
    return (*move.clocks.stop, *move.clocks.start, *move.clocks.pause, *move.clocks.resume)


def _check_ways(lifecycle: Lifecycle, place: str) -> None:
    forward = _reach([lifecycle.start], [(move.state, move.to) for move in lifecycle.moves])
    for state in lifecycle.states:
        if state not in forward:
            raise DefinitionError(f"{place}, states", f"{state!r} cannot be reached from {lifecycle.start!r}")
    backward = _reach(lifecycle.ends, [(move.to, move.state) for move in lifecycle.moves])
    for state in lifecycle.states:
        if state not in backward:
            raise DefinitionError(f"{place}, states", f"no end can be reached from {state!r}")


def _reach(sources: Iterable[str], arrows: Collection[tuple[str, str]]) -> set[str]:
    found: set[str] = set()
    frontier = set(sources)
    while frontier:
        found |= frontier
        frontier = {after for before, after in arrows if before in frontier} - found
    return found


def _check_examples(lifecycle: Lifecycle, place: str) -> None:
    for number, example in enumerate(lifecycle.examples, 1):
        where = f"{place}, examples {number}"
        try:
            reached = lifecycle.walk(example.deeds)
        except NotOpen as reason:
            raise DefinitionError(where, f"{reason.deed!r} in {reason.state!r}", choices=reason.possible) from reason
        if reached.id != example.reaches:
            raise DefinitionError(where, f"reaches {reached.id!r}", repr(example.reaches))
