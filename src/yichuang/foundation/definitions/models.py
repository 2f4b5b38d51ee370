"""What the definition room keeps: every version of every definition that was ever published."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Definition(models.Model):
    """One published version. Its body never changes; `withdrawn_at` is written once and stops new use."""

    kind = models.CharField(max_length=32)
    code = models.CharField(max_length=120)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, help_text="the first day on which it is no longer in force")
    source = models.TextField()
    body = models.TextField(help_text="JSON in the order of its file; the digest is over the RFC 8785 form")
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=120, help_text="the text of `records.terms.By`")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "code", "version"], name="definition_version_once"),
            models.CheckConstraint(
                name="definition_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code} v{self.version}"
