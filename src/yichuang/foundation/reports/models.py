"""What the report room keeps: reports as they were drafted, checked and published, with their figures' publications."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from yichuang.foundation.figures.terms import Times
from yichuang.foundation.reports.terms import ReportState, Span, SpanKind


class Report(models.Model):
    """One report. What it says stands in `content` from its draft on; checked and published it never changes."""

    template = models.CharField(_("模板"), max_length=120)
    version = models.PositiveIntegerField(_("模板版本"))
    title = models.CharField(_("标题"), max_length=200)
    kind = models.CharField(_("范围"), max_length=8, choices=SpanKind.choices)
    as_of = models.DateField(_("统计日"))
    before = models.DateField(null=True)
    known_at = models.DateTimeField(_("数据截止"))
    state = models.CharField(_("状态"), max_length=10, choices=ReportState.choices, default=ReportState.DRAFT)
    content = models.TextField()  # JSON, as `composing.compose` gives it
    drafted_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField()
    checked_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["template", "state", "as_of"], name="report_published")]

    def __str__(self) -> str:
        return self.title

    @property
    def span(self) -> Span:
        """Give what it is about."""
        return Span(SpanKind(self.kind), self.as_of, self.before)

    @property
    def times(self) -> Times:
        """Give the two times for which its figures were counted."""
        return Times(self.as_of, self.known_at)

    def read(self) -> dict[str, Any]:
        """Read what it says."""
        content: dict[str, Any] = json.loads(self.content)
        return content


class Told(models.Model):
    """One figure of a published report, and its publication with the rows that were counted."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="told")
    figure = models.CharField(max_length=120)
    snapshot = models.ForeignKey("figures.Snapshot", models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["report", "figure"], name="report_figure_once")]
