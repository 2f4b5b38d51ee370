"""What is said of a project when it is enrolled, changed or imported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectSaid:
    """What is said of a project; amounts in fen."""

    name: str
    developer: str
    sector: str
    total_investment_fen: int
    place: str = ""
    content: str = ""
    planned_start_on: date | None = None
    planned_completion_on: date | None = None
    construction_code: str = ""
