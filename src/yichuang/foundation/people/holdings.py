"""
What a person may hold: open steps, tickets, paper bags, seals, devices, reports. Upper rooms register their kinds.

An account that still holds something cannot be closed; the head moves everything to successors first (practice 13).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from yichuang.foundation.people.actors import Actor


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that somebody holds."""

    key: str
    label: str
    unit_id: int | None = None


class Mover(Protocol):
    """Moves things of one kind; called inside the deed of the hand-over, clocks do not move."""

    def __call__(
        self, keys: Sequence[str], *, giver_id: int, taker_id: int, reason: str, by: Actor, at: datetime
    ) -> None:
        """Move these things from one person to another."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A kind of thing that people hold."""

    name: str
    label: str
    held_by: Callable[[int], list[Held]]
    """Lists what an account holds now."""
    move: Mover


HOLDINGS: dict[str, Holding] = {}


def register_holding(name: str, label: str, held_by: Callable[[int], list[Held]], move: Mover) -> None:
    """Make a kind known, in a room's `AppConfig.ready`."""
    HOLDINGS[name] = Holding(name, label, held_by, move)


def held_by(account_id: int) -> dict[str, list[Held]]:
    """List everything an account holds, by kind; kinds of which it holds nothing are left out."""
    found = {name: holding.held_by(account_id) for name, holding in HOLDINGS.items()}
    return {name: things for name, things in found.items() if things}
