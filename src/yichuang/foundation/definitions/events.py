"""What the definition room tells."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Published:
    """One version as a record names it."""

    kind: str
    code: str
    version: int
    digest: str


@dataclass(frozen=True, slots=True)
class DefinitionsPublished:
    """New versions were published, all in one deed."""

    versions: tuple[Published, ...]


@dataclass(frozen=True, slots=True)
class DefinitionWithdrawn:
    """A version may not be used anew; what runs on it goes on."""

    kind: str
    code: str
    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class CalendarImported:
    """A year's notice came or changed: open clocks are to be recomputed."""

    year: int
    version: int
    digest: str
