"""Tasks of units to claim items of the national standard, and which new code took the place of which old one (S31)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yichuang.domains.catalogue.terms import TaskType
from yichuang.domains.catalogue.terms.registries import ClaimState
from yichuang.foundation.records.dated import Dated, dated_constraints


class ClaimTask(models.Model):
    """
    One catalogue item that a unit is asked to claim and fill in by a day.

    `claimed_at`, `published_at` are written once: figures count by them.
    """

    unit_code = models.CharField(_("单位"), max_length=40, db_index=True)
    catalog_code = models.CharField(_("基本编码"), max_length=36)
    name = models.CharField(_("目录名称"), max_length=200)
    task_type = models.CharField(_("事项类型"), max_length=2, choices=TaskType.choices)
    old_code = models.CharField(_("原编码"), max_length=40, default="", blank=True)
    due_on = models.DateField(_("认领期限"))
    state = models.CharField(_("状态"), max_length=10, choices=ClaimState.choices, default=ClaimState.TO_CLAIM)
    item_code = models.CharField(_("事项代号"), max_length=120, default="", blank=True, db_index=True)
    reason = models.TextField(_("驳回或不认领的理由"), default="", blank=True)
    assigned_at = models.DateTimeField(_("下发时间"))
    assigned_by = models.CharField(max_length=120)
    claimed_at = models.DateTimeField(_("认领时间"), null=True)
    claimed_by = models.CharField(max_length=120, default="", blank=True)
    filled_at = models.DateTimeField(_("填报时间"), null=True)
    checked_at = models.DateTimeField(_("审定时间"), null=True)
    published_at = models.DateTimeField(_("发布时间"), null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit_code", "catalog_code"], name="claim_task_once"),
            models.CheckConstraint(
                name="claim_task_claimed_has_item",
                condition=Q(state__in=[ClaimState.TO_CLAIM, ClaimState.DECLINED]) | ~Q(item_code=""),
            ),
            models.CheckConstraint(
                name="claim_task_declined_says_why", condition=~Q(state=ClaimState.DECLINED) | ~Q(reason="")
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "due_on"], name="claim_task_due")]

    def __str__(self) -> str:
        return f"{self.unit_code} {self.catalog_code}"


class ItemCodeMap(Dated):
    """Which new code stands for an old one; an item that was split has several rows, so have items that were merged."""

    KEY: ClassVar = ("old_code", "new_code")

    old_code = models.CharField(_("原编码"), max_length=40)
    new_code = models.CharField(_("新编码"), max_length=40, db_index=True)
    note = models.CharField(_("说明"), max_length=200, default="", blank=True)
    by = models.CharField(_("经办"), max_length=120)

    class Meta:
        constraints: ClassVar = [*dated_constraints("item_code_map", "old_code", "new_code")]
