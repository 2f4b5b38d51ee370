"""What the engine itself tells; domains tell their own events, into which the engine adds what moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class StepClaimed:
    """A person took a step into hand."""

    step_id: int
    key: str


@dataclass(frozen=True, slots=True)
class StepReleased:
    """A person gave a claimed step back to the post."""

    step_id: int
    key: str


@dataclass(frozen=True, slots=True)
class StepTransferred:
    """A head handed a step to another person or unit, with a reason; its clock did not move."""

    step_id: int
    key: str
    to_account: int | None
    to_unit: str
    reason: str


@dataclass(frozen=True, slots=True)
class StepCompleted:
    """A step ended with an outcome."""

    step_id: int
    key: str
    outcome: str


@dataclass(frozen=True, slots=True)
class ShareGiven:
    """A unit gave its part of a joint step or of a pre-check."""

    share_id: int
    unit: str
    outcome: str


@dataclass(frozen=True, slots=True)
class CountersignAsked:
    """Other units were asked to sign a step too (会签): it waits for them, or for the moment when silence agrees."""

    step_id: int
    units: tuple[str, ...]
    asked: str
    silent_at: datetime | None


@dataclass(frozen=True, slots=True)
class CountersignTakenBack:
    """A unit is no longer asked."""

    share_id: int
    unit: str
    reason: str


@dataclass(frozen=True, slots=True)
class SharesSilent:
    """Units that said nothing in time are counted as agreeing."""

    share_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StepMovedLater:
    """An optional step was cancelled here, to be opened in a later stage."""

    step_id: int
    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class FactsAmended:
    """Facts that conditions may ask were changed; what they decided before stays until the lead opens or cancels."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PauseCancelled:
    """A pause turned out wrong; its time counts again."""

    pause_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class ClocksRecomputed:
    """A new calendar notice moved due dates: clock, old and new moment."""

    notice: str
    moved: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True, slots=True)
class RungReached:
    """A clock passed a mark; what follows belongs to those who listen."""

    clock_id: int
    clock: str
    rung: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Migrated:
    """A dossier was moved to another version of its rules, after a preview."""

    what: str
    code: str
    from_version: int
    to_version: int
    reason: str


@dataclass(frozen=True, slots=True)
class ParentClockMoved:
    """A clock paused or went on because of a parent or child."""

    child_id: int
    paused: bool
