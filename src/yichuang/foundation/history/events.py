"""What this room tells."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImportBegan:
    """A file of an old system is being brought in, by this version of a mapping."""

    run_id: int
    source: str
    mapping: str
    mapping_version: int
    mapping_mark: str
    file_name: str
    file_digest: str


@dataclass(frozen=True, slots=True)
class CaseImported:
    """A case of an old system became a dossier; `digest` is over all that was written of it."""

    dossier_id: int
    number: str
    steps: int
    digest: str


@dataclass(frozen=True, slots=True)
class CaseGrown:
    """A later file had more of a case: steps added, or its dates and names changed."""

    dossier_id: int
    number: str
    steps: int
    digest: str


@dataclass(frozen=True, slots=True)
class CasesReread:
    """Rows of these cases changed in the file, but say nothing that was not known."""

    dossier_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NamesMade:
    """Units, people and items that only the old system knew were made, without log-in."""

    source: str
    units: int
    people: int
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportFinished:
    """A file was brought in to its end."""

    run_id: int
    cases: int
    events: int
    created: int
    updated: int
    unchanged: int
