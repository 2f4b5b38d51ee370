"""What is kept of old systems beside their dossiers: which they were, what each import brought, under which key."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.Model):
    """One old system, by the name that stands on every dossier brought in from it."""

    code = models.CharField(max_length=30, primary_key=True)
    name = models.CharField(_("名称"), max_length=200)
    organisation = models.ForeignKey("people.Unit", models.PROTECT, related_name="+")  # whose system it was
    region = models.CharField(max_length=12)
    first_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name


class Run(models.Model):
    """One import of one file, by which mapping, and what came of it; its records are `import/<source>/<id>`."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="runs")
    mapping = models.CharField(max_length=120)
    mapping_version = models.PositiveIntegerField()
    mapping_mark = models.CharField(max_length=16)  # a digest of it
    file_name = models.CharField(_("文件"), max_length=200)
    began_at = models.DateTimeField(_("开始"))
    finished_at = models.DateTimeField(_("完成"), null=True)  # empty: it was broken off; the next run goes on
    cases = models.PositiveIntegerField(_("办件"), default=0)
    events = models.PositiveBigIntegerField(_("事件"), default=0)
    created = models.PositiveIntegerField(_("新增"), default=0)
    updated = models.PositiveIntegerField(_("更新"), default=0)
    unchanged = models.PositiveIntegerField(_("未变"), default=0)

    @property
    def stream(self) -> str:
        """Name the stream of its records."""
        return f"import/{self.source_id}/{self.pk}"


class OldCase(models.Model):
    """Which dossier a case of an old system became; `digest` is over all that its file last said of it."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="cases", db_index=False)
    key = models.CharField(max_length=200)
    dossier = models.OneToOneField("work.Dossier", models.PROTECT, related_name="old_case")
    run = models.ForeignKey(Run, models.PROTECT, related_name="+", db_index=False)  # the last that wrote it
    digest = models.CharField(max_length=32)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "key"], name="old_case_once")]


class OldItem(models.Model):
    """A service item that a file named and the catalogue does not have: its code stands on the dossiers."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(_("名称"), max_length=200)
    source = models.ForeignKey(Source, models.PROTECT, related_name="items")

    class Meta:
        ordering: ClassVar = ["code"]
