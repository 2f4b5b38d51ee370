"""What the register room tells. No value of an entry stands in a record: keyed digests, names of fields, ids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class EntryAdded:
    """An entry was written for the first time."""

    register: str
    entry_id: int
    number: int
    version: int
    digest: str


@dataclass(frozen=True, slots=True)
class EntryChanged:
    """An entry says something else now; `fields` are the names of those that changed."""

    register: str
    entry_id: int
    version: int
    fields: tuple[str, ...]
    digest: str
    reason: str


@dataclass(frozen=True, slots=True)
class EntryChecked:
    """A person checked what another wrote."""

    register: str
    entry_id: int
    version: int


@dataclass(frozen=True, slots=True)
class EntrySentBack:
    """What was checked, or waited for a check, is to be corrected."""

    register: str
    entry_id: int
    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class EntryPublished:
    """A version holds from a day on: lists, figures and the public see it."""

    register: str
    entry_id: int
    version: int
    valid_from: date


@dataclass(frozen=True, slots=True)
class EntryWithdrawn:
    """An entry holds no more from a day on."""

    register: str
    entry_id: int
    valid_from: date
    reason: str


@dataclass(frozen=True, slots=True)
class DraftDiscarded:
    """A working copy was given up; what held before holds on."""

    register: str
    entry_id: int
    version: int


@dataclass(frozen=True, slots=True)
class EntryMoved:
    """The dossier of an entry went on by a deed of its lifecycle."""

    register: str
    entry_id: int
    deed: str
    stage: str


@dataclass(frozen=True, slots=True)
class EntriesImported:
    """A file was taken in, all of it."""

    register: str
    batch_id: int
    sha256: str
    added: int
    changed: int
    same: int


@dataclass(frozen=True, slots=True)
class ChangeProposed:
    """Somebody without the right to edit asks for a change."""

    register: str
    request_id: int
    entry_id: int | None
    kind: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeDecided:
    """The owner took or refused a change that was asked for."""

    register: str
    request_id: int
    state: str
    answer: str


@dataclass(frozen=True, slots=True)
class EvidenceRemoved:
    """A file no longer stands beside an entry; the file itself stays."""

    register: str
    entry_id: int
    file_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class CellsRebuilt:
    """The cells of a register were made anew from its versions."""

    register: str
    cells: int


@dataclass(frozen=True, slots=True)
class EntriesPromoted:
    """A register outgrew itself: its entries with their history went into a domain's tables."""

    register: str
    to: str
    entries: int
    versions: int
    sha256: str


@dataclass(frozen=True, slots=True)
class EntriesExported:
    """Somebody took rows of a register out as a file."""

    register: str
    rows: int
    kind: str
