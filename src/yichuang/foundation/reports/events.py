"""What the report room tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ReportDrafted:
    """A report was filled from the records, for the first time or again."""

    report_id: int
    template: str
    version: int
    as_of: date
    digest: str


@dataclass(frozen=True, slots=True)
class ReportChecked:
    """Another person than the one who drafted it found it right."""

    report_id: int
    digest: str


@dataclass(frozen=True, slots=True)
class ReportSentBack:
    """A checked report is to be drafted again."""

    report_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReportPublished:
    """A report was published, its figures with it."""

    report_id: int
    figures: int
    digest: str
