"""Subscribing to records: an upper room says which kind it wants to hear; deliveries are made by the worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yichuang.foundation.records.models import Record

PATIENCE = 8
"""Failures after which a delivery is parked and shown."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """One subscriber: which kind of record, and the function that hears it. It must be safe to run twice."""

    kind: str
    hear: Callable[[Record], None]


REACTIONS: dict[str, Reaction] = {}


def reaction(kind: str) -> Callable[[Callable[[Record], None]], Callable[[Record], None]]:
    """Subscribe a function of a room's `reactions.py` to a kind of record."""

    def subscribe(function: Callable[[Record], None]) -> Callable[[Record], None]:
        REACTIONS[f"{function.__module__}.{function.__name__}"] = Reaction(kind, function)
        return function

    return subscribe
