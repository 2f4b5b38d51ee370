"""How a case was rated, as its applicant, its unit and the office read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from yichuang.domains.cases.models import Rating
from yichuang.domains.cases.terms import RatingReason, Stars
from yichuang.ui.words import in_parts, listed


@dataclass(frozen=True, slots=True)
class RatingSeen:
    """A rating in words; `reasons` is empty unless it is bad."""

    stars: Stars
    reasons: tuple[RatingReason, ...]
    text: str
    at: datetime
    added_text: str
    added_at: datetime | None

    @property
    def may_add(self) -> bool:
        """Tell whether the one word more is still free."""
        return self.added_at is None

    @property
    def rows(self) -> list[dict[str, str]]:
        """Tell it under labels: level and day, why, in words, and what was added."""
        found = [(_("满意度"), in_parts([self.stars.label, f"{localtime(self.at):%Y-%m-%d %H:%M}"]))]
        found += [(_("不满意的原因"), listed(each.label for each in self.reasons)), (_("想说的话"), self.text)]
        if self.added_at is not None:
            found.append((_("追评"), in_parts([self.added_text, f"{localtime(self.added_at):%Y-%m-%d %H:%M}"])))
        return [{"label": label, "value": value} for label, value in found if value]


def rating(case_id: int) -> RatingSeen | None:
    """Tell how a case was rated; None while it was not: 未评价 is no level."""
    row = Rating.objects.filter(case_id=case_id).first()
    if row is None:
        return None
    return RatingSeen(
        stars=Stars(row.stars),
        reasons=tuple(each for each in RatingReason if each in row.reasons.split(",")),
        text=row.text,
        at=row.at,
        added_text=row.added_text,
        added_at=row.added_at,
    )
