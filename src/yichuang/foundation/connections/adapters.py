"""
What speaks with one outside system, and what the two sides say to each other.

An adapter knows the other side's protocol and nothing of us: it gets messages with a key, and says how each ended.
Sending the same key twice must do the thing once over there; an adapter for a system that cannot promise this looks
first (`list_for`) whether the key is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from yichuang.foundation.connections.terms import TheirState
from yichuang.kernel.errors import DefinitionError

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Settings = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message of ours; `key` is made here and never changes."""

    key: str
    kind: str
    body: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back at once; `is_final` is false where the other side has taken it and will answer later."""

    reference: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    is_final: bool = True


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something that they tell us; `answers` is the key of the message of ours that it ends, empty for news."""

    key: str
    kind: str
    body: Mapping[str, Any]
    answers: str = ""
    reference: str = ""
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Theirs:
    """One line of their book; `key` is ours, or empty where somebody else began it."""

    key: str
    state: TheirState
    reference: str = ""
    kind: str = ""


class Refused(Exception):
    """The other side said no for good; its words are for a person."""


class Adapter(Protocol):
    """How to speak with one system. Every method may raise `Unavailable`, which is tried again later."""

    def send(self, message: Outgoing) -> Answer:
        """
        Hand a message over; a key that is there already is answered as the first time.

        :raises Refused: they will not take it
        :raises Unavailable: they did not answer
        """

    def collect(self, since: date) -> Iterable[Incoming]:
        """Give what they have for us since a day, late answers too; the same may come again and again."""

    def list_for(self, day: date) -> Iterable[Theirs]:
        """List what their book holds of a day."""

    def check(self) -> None:
        """
        Ask whether anybody is there.

        :raises Unavailable: nobody is
        """


Maker = Callable[[str, Settings], Adapter]


@dataclass(frozen=True, slots=True)
class Kind:
    """One way of connecting; `settings` are the names that a definition may set."""

    name: str
    label: StrOrPromise
    make: Maker
    settings: frozenset[str]
    required: frozenset[str] = frozenset()


_kinds: dict[str, Kind] = {}


def register_adapter(kind: Kind) -> None:
    """Make a way of connecting known, in a room's `AppConfig.ready`."""
    _kinds[kind.name] = kind


def adapter_kinds() -> Mapping[str, Kind]:
    """List the ways of connecting by name."""
    return dict(_kinds)


def adapter_for(code: str, name: str, settings: Settings) -> Adapter:
    """
    Make the adapter of one system.

    :raises DefinitionError: no such adapter, or it does not know a setting
    """
    return known_kind(name, settings, code).make(code, settings)


def known_kind(name: str, settings: Settings, place: str) -> Kind:
    """
    Find a way of connecting and hold the settings to it.

    :raises DefinitionError: no such adapter, an unknown setting, or one that is missing
    """
    kind = _kinds.get(name)
    if kind is None:
        raise DefinitionError(f"{place}: adapter", f"没有接入方式「{name}」", "", sorted(_kinds))
    if unknown := sorted(settings.keys() - kind.settings):
        raise DefinitionError(f"{place}: settings.{unknown[0]}", "没有这项设置", "", sorted(kind.settings))
    if missing := sorted(kind.required - settings.keys()):
        raise DefinitionError(f"{place}: settings", f"缺少 {missing[0]}", "、".join(sorted(kind.required)))
    return kind
