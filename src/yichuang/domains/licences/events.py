"""What happens to licences."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LicenceIssued:
    """A licence was issued from a decision, or entered from outside."""

    licence_id: int
    licence_type: str
    identifier: str


@dataclass(frozen=True, slots=True)
class LicenceFetched:
    """A licence stood in for a material, so that nobody had to hand it in (免提交)."""

    licence_id: int
    item: str
    unit_id: int


@dataclass(frozen=True, slots=True)
class LicenceRevoked:
    """A licence is no longer valid."""

    licence_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class LicenceSuspended:
    """A licence is withheld for a time (暂扣)."""

    licence_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class LicenceResumed:
    """A licence that was withheld is valid again."""

    licence_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class LicenceCancelled:
    """A licence was struck off (注销)."""

    licence_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class LicenceReplaced:
    """A new version took the place of a licence (换发); the old one stays as history."""

    licence_id: int
    new_id: int
    reason: str
