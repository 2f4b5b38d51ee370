"""Tables of items that somebody brought: looked over, released by a second person, taken in."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yichuang.domains.catalogue.terms.importing import ImportState


class ImportRun(models.Model):
    """
    One table of items on its way in.

    `done` counts what the running phase has behind it, `rows` what there is. `mark` is what was looked over: the
    content and what it would do here; another mark is not taken in.
    """

    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    name = models.CharField(_("文件"), max_length=200)
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+")  # of who brought it
    state = models.CharField(_("状态"), max_length=10, choices=ImportState.choices, default=ImportState.CHECKING)
    phase = models.CharField(max_length=40, default="", blank=True)
    done = models.PositiveIntegerField(default=0)
    source = models.CharField(_("读法"), max_length=200, default="", blank=True)
    rows = models.PositiveIntegerField(_("行数"), default=0)
    created = models.PositiveIntegerField(_("新增"), default=0)
    updated = models.PositiveIntegerField(_("更新"), default=0)
    unchanged = models.PositiveIntegerField(_("不变"), default=0)
    errors = models.PositiveIntegerField(_("错误"), default=0)
    warnings = models.PositiveIntegerField(pgettext_lazy("list", "提醒"), default=0)
    told = models.TextField(default="{}")  # JSON: findings with their places, changes in words
    units = models.TextField(default="[]")  # JSON: codes of the units that stand and whose items change
    refusal = models.TextField(_("未导入的原因"), default="", blank=True)
    mark = models.CharField(max_length=64, default="", blank=True)
    brought_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    brought_at = models.DateTimeField(_("上传时间"))
    released_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(_("发布时间"), null=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="import_run_released_by_a_person",
                condition=~Q(state__in=["RUNNING", "DONE"]) | Q(released_by__isnull=False),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "-brought_at"], name="import_run_of_unit")]

    def __str__(self) -> str:
        return self.name

    @property
    def report(self) -> dict[str, Any]:
        """Read what was found: `findings`, `changes`."""
        found: dict[str, Any] = json.loads(self.told)
        return found

    @property
    def unit_codes(self) -> tuple[str, ...]:
        """List the units whose items change."""
        return tuple(json.loads(self.units))

    @property
    def is_busy(self) -> bool:
        """Say whether a job works on it."""
        return self.state in (ImportState.CHECKING, ImportState.RUNNING)
