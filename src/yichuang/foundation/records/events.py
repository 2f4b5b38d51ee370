"""What the record room itself tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FolderMade:
    """A data folder was made."""

    district: str
    is_demo: bool
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class ClockShifted:
    """The business clock of a demo folder was moved forwards."""

    from_at: datetime
    to_at: datetime


@dataclass(frozen=True, slots=True)
class ReactionParked:
    """A reaction failed too often and waits for a person."""

    record_id: int
    reaction: str


@dataclass(frozen=True, slots=True)
class ReactionRetried:
    """A person sent a parked reaction on its way again."""

    record_id: int
    reaction: str
