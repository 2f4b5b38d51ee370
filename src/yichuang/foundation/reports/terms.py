"""The words of the report room."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

REPORT = "report"
"""The kind of definition."""
NO_RECORDS = "无记录"
"""What stands where a figure has no value: never a guess."""

VIEW, DRAFT, CHECK, PUBLISH = "reports.view", "reports.draft", "reports.check", "reports.publish"
"""The permissions."""


class ReportState(models.TextChoices):
    """Where a report stands."""

    DRAFT = "draft", _("草稿")
    CHECKED = "checked", _("已核对")
    PUBLISHED = "published", _("已发布")


class SpanKind(models.TextChoices):
    """What a report is about: everything up to a day, one month, one year."""

    DAY = "day", _("截至某日")
    MONTH = "month", _("月")
    YEAR = "year", _("年")


class BlockKind(StrEnum):
    """The pieces of a report."""

    HEADING = "heading"
    PART = "part"  # a heading below a heading
    TEXT = "text"
    TABLE = "table"
    CHART = "chart"


@dataclass(frozen=True, slots=True)
class Span:
    """
    What a report is about. `as_of` is the last day that counts; `before` the last day of the span before, to compare.

    >>> Span.of(SpanKind.MONTH, date(2019, 10, 5), today=date(2019, 10, 30))
    Span(kind=<SpanKind.MONTH: 'month'>, as_of=datetime.date(2019, 10, 30), before=datetime.date(2019, 9, 30))
    """

    kind: SpanKind
    as_of: date
    before: date | None

    @classmethod
    def of(cls, kind: SpanKind, day: date, *, today: date) -> Span:
        """Make the span in which a day lies; of one that still runs what is over counts."""
        if kind is SpanKind.MONTH:
            first = day.replace(day=1)
            last = day.replace(day=monthrange(day.year, day.month)[1])
        elif kind is SpanKind.YEAR:
            first, last = date(day.year, 1, 1), date(day.year, 12, 31)
        else:
            return cls(kind, day, None)
        return cls(kind, min(last, max(today, first)), first - timedelta(days=1))

    @property
    def words(self) -> str:
        """Say it as the office does: 2019年10月; 截至2019年10月30日."""
        as_of = self.as_of
        if self.kind is SpanKind.YEAR:
            return f"{as_of.year}年"
        if self.kind is SpanKind.MONTH:
            return f"{as_of.year}年{as_of.month}月"
        return f"截至{as_of.year}年{as_of.month}月{as_of.day}日"
