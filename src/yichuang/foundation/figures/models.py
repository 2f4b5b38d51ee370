"""What the figure room keeps: values as they were published, with the rows behind them."""

from __future__ import annotations

import zlib
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from yichuang.foundation.figures.terms import Times


class Snapshot(models.Model):
    """
    One figure as it was published: value, definition, both times, and the rows that were counted. Never changed.

    `lines` are the rows, sorted: part, key and what each brought to a sum, by tabs; compressed. The digest is theirs.
    """

    figure = models.CharField(_("指标"), max_length=120)
    version = models.PositiveIntegerField(_("定义版本"))
    as_of = models.DateField(_("统计日"))
    known_at = models.DateTimeField(_("数据截止"))
    region = models.CharField(_("区划"), max_length=12, default="", blank=True)
    value = models.CharField(_("数值"), max_length=200, null=True)
    unit = models.CharField(_("单位"), max_length=20)
    numerator = models.CharField(max_length=60, null=True)
    denominator = models.CharField(max_length=60, null=True)
    wording = models.CharField(max_length=60, default="", blank=True)
    reason = models.CharField(max_length=300, default="", blank=True)
    rows = models.PositiveIntegerField(_("行数"))
    lines = models.BinaryField()
    digest = models.CharField(max_length=64)
    occasion = models.CharField(_("发布事由"), max_length=120)
    published_at = models.DateTimeField(_("发布时间"))
    published_by = models.CharField(max_length=120)  # the text of `records.terms.By`

    class Meta:
        indexes: ClassVar = [models.Index(fields=["figure", "as_of", "id"], name="snapshot_figure")]

    def __str__(self) -> str:
        return f"{self.figure} {self.as_of}"

    @property
    def times(self) -> Times:
        """Give the two times and the region for which it was published."""
        return Times(self.as_of, self.known_at, self.region)

    def read(self) -> dict[tuple[str, str], str]:
        """Read the rows: part and key, and what each brought."""
        text = zlib.decompress(bytes(self.lines)).decode()
        found = {}
        for line in text.split("\n") if text else ():
            part, key, amount = line.split("\t")
            found[part, key] = amount
        return found


def packed(lines: list[str]) -> bytes:
    """Pack sorted lines as `Snapshot.lines` keeps them."""
    return zlib.compress("\n".join(lines).encode(), 6)
