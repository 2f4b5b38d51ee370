"""What the file room tells. Names of files may hold names of people, so events hold ids and digests only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileStored:
    """A file was taken in."""

    file_id: int
    sha256: str
    size: int
    kind: str
    purpose: str


@dataclass(frozen=True, slots=True)
class FilesAttached:
    """Files that were uploaded now hang on something."""

    file_ids: tuple[int, ...]
    purpose: str


@dataclass(frozen=True, slots=True)
class FileScanned:
    """The scanner answered about a file that had waited for it."""

    file_id: int
    virus: str  # empty: clean


@dataclass(frozen=True, slots=True)
class FileHeld:
    """A file may not be erased from now on."""

    file_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class FileReleased:
    """A legal hold ended."""

    file_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class FileErased:
    """A file's content was given up; the row stays."""

    file_id: int
    sha256: str
    reason: str
