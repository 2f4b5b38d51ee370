"""Comparing two books of one day, on plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from yichuang.foundation.connections.adapters import Theirs
from yichuang.foundation.connections.terms import THEIRS, DifferenceKind, MessageState, TheirState


@dataclass(frozen=True, slots=True)
class Line:
    """One line of our book."""

    key: str
    state: MessageState
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One line in which the books differ."""

    kind: DifferenceKind
    key: str
    reference: str
    ours: MessageState | None
    theirs: TheirState | None


def differences(ours: Iterable[Line], theirs: Iterable[Theirs]) -> list[Found]:
    """
    Find what one side has and the other has not, and what stands differently; ours in their order, then theirs.

    What still waits here, is parked or was refused need not be over there; if it is, the line was cut and we do not
    know it yet: it stands differently.
    """
    here = {line.key: line for line in ours}
    there = {line.key or f"their own {line.reference}": line for line in theirs}
    found = []
    for key, line in here.items():
        other = there.get(key)
        expected = THEIRS.get(line.state)
        if other is None:
            if line.state in (MessageState.SENT, MessageState.ANSWERED):
                found.append(Found(DifferenceKind.OURS_ONLY, key, line.reference, line.state, None))
        elif other.state != expected:
            found.append(Found(DifferenceKind.STATE_DIFFERS, key, other.reference, line.state, other.state))
    for key, other in there.items():
        if key not in here:
            found.append(Found(DifferenceKind.THEIRS_ONLY, other.key, other.reference, None, other.state))
    return found
