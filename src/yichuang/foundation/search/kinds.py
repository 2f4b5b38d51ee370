"""What is searched, and which of it an actor may see: the one filter holds for searches, too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from yichuang.foundation.people.actors import Actor

Seen = Callable[[Actor, Sequence[str]], Iterable[str]]
"""Gives those of some keys that an actor may see; few are asked for at a time, the best first."""

KINDS: dict[str, Seen] = {}


def register_kind(kind: str, seen: Seen) -> None:
    """Make a kind known, in a room's `AppConfig.ready`."""
    KINDS[kind] = seen
