"""The table itself, its questions, and the one no: this deed is not open in this state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from yichuang.kernel.errors import NotPossible
from yichuang.kernel.reading import InForce


class NotOpen(NotPossible):
    """The dossier's present state does not allow this deed; says which ones it does."""

    code = "work.not_open"

    def __init__(self, message: str, *, state: str, deed: str, possible: tuple[str, ...]) -> None:
        super().__init__(message)
        self.state, self.deed, self.possible = state, deed, possible


@dataclass(frozen=True, slots=True)
class State:
    """
    Where a dossier can stand.

    `code` is the number of the exchange tables. `outcome` is what the parent's step is completed with when a child
    enters this state for the first time (`passed`, `failed`, `withdrawn`, …); None: the child goes on.
    """

    id: str
    code: int
    label: str
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class ClockEffects:
    """What a move does to the dossier's clocks, by name: each is stopped, started afresh, paused or resumed."""

    stop: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    pause: tuple[str, ...] = ()
    resume: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """
    One row of the table: in `state` the deed leads to `to` (the same state when only clocks change).

    `kinds` are the grounds of which the deed names exactly one; empty: it names none. `by_job` moves are done by the
    engine alone when their moment has come. `opens` begins the plan, `closes` cancels what is open of it. `paper` is
    the document owed. `after_end` marks a move out of an end.
    """

    state: str
    deed: str
    label: str
    to: str
    clocks: ClockEffects = ClockEffects()
    paper: str | None = None
    kinds: tuple[str, ...] = ()
    by_job: bool = False
    opens: Literal["plan"] | None = None
    closes: Literal["plan"] | None = None
    after_end: bool = False
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A life that the table promises: these deeds from the start lead to this state."""

    deeds: tuple[str, ...]
    reaches: str


@dataclass(frozen=True)
class Lifecycle:
    """A checked table. Made by `parse_lifecycle`; immutable, cached by (id, version)."""

    id: str
    name: str
    version: int
    source: str
    states: Mapping[str, State]
    start: str
    ends: frozenset[str]
    moves: tuple[Move, ...]
    clocks: Mapping[str, str]
    pauses_children: bool = False
    in_force: InForce | None = None
    examples: tuple[Example, ...] = ()
    _table: Mapping[tuple[str, str], Move] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Index the rows by state and deed."""
        object.__setattr__(self, "_table", {(move.state, move.deed): move for move in self.moves})

    def move(self, state: str, deed: str) -> Move:
        """
        Give the row for a deed in a state.

        :raises NotOpen: the state does not allow the deed; the message lists what people can do there
        """
        if (move := self._table.get((state, deed))) is not None:
            return move
        possible = tuple(move for move in self.deeds_from(state) if not move.by_job)
        wanted = next((move.label for move in self.moves if move.deed == deed), deed)
        choices = f"现在可以：{'、'.join(move.label for move in possible)}。" if possible else "已无可办理的动作。"
        raise NotOpen(
            f"{self.name}现为“{self.states[state].label}”，不能“{wanted}”；{choices}",
            state=state,
            deed=deed,
            possible=tuple(move.deed for move in possible),
        )

    def deeds_from(self, state: str) -> tuple[Move, ...]:
        """List the moves out of a state in the order of the file, those of the jobs too."""
        return tuple(move for move in self.moves if move.state == state)

    def walk(self, deeds: Iterable[str]) -> State:
        """
        Follow deeds from the start and give the state reached.

        :raises NotOpen: one of them is not allowed where it stands
        """
        state = self.start
        for deed in deeds:
            state = self.move(state, deed).to
        return self.states[state]
