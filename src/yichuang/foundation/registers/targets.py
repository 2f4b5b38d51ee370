"""What fields may refer to beyond parties, units, regions and entries: the things of upper rooms, each said once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Target:
    """
    A kind of thing that has a key and a name.

    `find` takes what somebody typed (key or whole name) and gives the keys that fit; `names` gives names by key;
    `listed` gives everything of some kinds (empty: of all), for two-way comparisons; `link` gives an address or "".
    """

    label: str | Promise
    find: Callable[[str], list[str]]
    names: Callable[[Collection[str]], Mapping[str, str]]
    listed: Callable[[Iterable[str]], Mapping[str, str]]
    link: Callable[[str], str] = lambda key: ""


TARGETS: dict[str, Target] = {}


def register_target(name: str, target: Target) -> None:
    """Let fields of type `name` (item, project) refer to the things of a room, in its `AppConfig.ready`."""
    TARGETS[name] = target
