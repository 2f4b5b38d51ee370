"""What the figure room tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from yichuang.foundation.figures.terms import Said


@dataclass(frozen=True, slots=True)
class FiguresPublished:
    """Figures were published as of a day, as it was known at a moment."""

    occasion: str
    as_of: date
    known_at: datetime
    region: str
    figures: tuple[Said, ...]
