"""What this room tells. Ids and names of fields only: never a personal value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class PeopleLoaded:
    """Regions, units, posts and accounts were taken over from a file."""

    regions: int
    units: int
    posts: int
    accounts: int
    appointments: int


@dataclass(frozen=True, slots=True)
class UnitsBrought:
    """An imported list named units that the folder lacked: codes of those that were made, and of their regions."""

    source: str
    units: tuple[str, ...]
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccountOpened:
    """An account was opened."""

    account_id: int
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class AccountClosed:
    """An account was closed; it held nothing any more."""

    account_id: int


@dataclass(frozen=True, slots=True)
class AccountUnlocked:
    """An account that wrong passwords had locked may log in again."""

    account_id: int


@dataclass(frozen=True, slots=True)
class Appointed:
    """Somebody was given a role in a unit."""

    appointment_id: int
    account_id: int
    unit_id: int
    role: str
    staff_kind: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class AppointmentEnded:
    """A role ended; `on` is the first day on which it is no longer held."""

    appointment_id: int
    account_id: int
    on: date


@dataclass(frozen=True, slots=True)
class SubstituteSet:
    """One person covers another."""

    substitution_id: int
    absent_id: int
    substitute_id: int
    kind: str
    from_at: datetime
    to_at: datetime


@dataclass(frozen=True, slots=True)
class SubstitutionEnded:
    """The absent person is back before the time."""

    substitution_id: int


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What one person held was moved to another by the head."""

    hand_over_id: int
    giver_id: int
    taker_id: int
    holding: str
    keys: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class HandOverSigned:
    """Giver or taker signed a hand-over."""

    hand_over_id: int
    signer_id: int


@dataclass(frozen=True, slots=True)
class PartyRegistered:
    """A person or organisation became known."""

    party_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class PartyChanged:
    """Facts about a party were corrected: these fields."""

    party_id: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccountTied:
    """An account may act for a party."""

    account_id: int
    party_id: int
    tie: str


@dataclass(frozen=True, slots=True)
class MandateGiven:
    """One party lets another act for it."""

    mandate_id: int
    principal_id: int
    agent_id: int
    kind: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class MandateEnded:
    """A mandate was withdrawn; `on` is the first day on which it no longer holds."""

    mandate_id: int
    on: date


@dataclass(frozen=True, slots=True)
class Unmasked:
    """Somebody asked for personal values uncovered, and why."""

    subject: str
    fields: tuple[str, ...]
    reason: str
