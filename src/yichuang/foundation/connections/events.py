"""What this room tells. Bodies of messages may name people, so events hold ids, keys and references only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class SystemsFollowed:
    """The list of systems was brought to what the definitions say."""

    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SystemSwitched:
    """Sending to a system was stopped or begun again; what waits goes on waiting."""

    system: str
    enabled: bool
    reason: str


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """A system told us something."""

    message_id: int
    system: str
    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class MessageAnswered:
    """A system did what a message asked for; `reference` is how it is known there."""

    message_id: int
    system: str
    kind: str
    key: str
    reference: str


@dataclass(frozen=True, slots=True)
class MessageRefused:
    """A system said no to a message; sending it again as it is would not help."""

    message_id: int
    system: str
    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class MessageParked:
    """A system did not answer so often that the message waits for a person."""

    message_id: int
    system: str
    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class MessageRetried:
    """A person sent a message on its way again."""

    message_id: int
    system: str
    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The books of one day were compared."""

    system: str
    day: date
    ours: int
    theirs: int
    differences: int
