"""Items that are being edited: the next version of an item, until it is published or given up."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yichuang.domains.catalogue.terms import TaskState

OPEN = (TaskState.DRAFT, TaskState.CHECKED, TaskState.SENT_BACK)
"""The states in which a draft is still worked on."""


class ItemDraft(models.Model):
    """
    One version of an item in the making.

    `body` is the canonical JSON of the definition that it will become; what it lacks is told by the publication check.
    Who sees it is told by its unit. A draft that was published or given up stays as it was.
    """

    code = models.CharField(_("代号"), max_length=120)  # the definition's id
    unit_code = models.CharField(_("实施机关"), max_length=40, db_index=True)
    name = models.CharField(_("事项名称"), max_length=200)
    name_key = models.CharField(max_length=400)
    level = models.CharField(_("行使层级"), max_length=1, default="4")
    version = models.PositiveIntegerField(_("版本"))  # the version that it will be
    base_version = models.PositiveIntegerField(_("所依据的版本"), null=True)  # None: a new item
    body = models.TextField()
    state = models.CharField(_("状态"), max_length=1, choices=TaskState.choices, default=TaskState.DRAFT)
    revision = models.PositiveIntegerField(default=1)  # counts what was saved: two editors do not overwrite each other
    flaws = models.PositiveIntegerField(_("待改正"))  # how many reasons refused it when it was last saved
    begun_by = models.CharField(max_length=120)
    begun_at = models.DateTimeField(_("开始时间"))
    edited_by = models.CharField(_("编辑"), max_length=120)  # the text of `records.terms.By`
    edited_at = models.DateTimeField(_("最后编辑时间"))
    submitted_at = models.DateTimeField(_("提交时间"), null=True)
    checked_by = models.CharField(_("审定"), max_length=120, default="", blank=True)
    checked_at = models.DateTimeField(_("审定时间"), null=True)
    reason = models.TextField(_("驳回理由"), default="", blank=True)  # why it was sent back, held or given up
    publish_on = models.DateField(_("定于何日发布"), null=True)
    ended_at = models.DateTimeField(_("发布或取消时间"), null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(state__in=[each.value for each in OPEN]),
                name="item_draft_one_open",
                violation_error_message=_("该事项已有一份草稿。"),
            ),
            models.CheckConstraint(
                name="item_draft_checked_by_somebody",
                condition=~Q(state=TaskState.CHECKED) | Q(checked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="item_draft_scheduled_only_when_checked",
                condition=Q(publish_on__isnull=True) | Q(state__in=[TaskState.CHECKED, TaskState.PUBLISHED]),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["publish_on"], name="item_draft_due", condition=Q(state=TaskState.CHECKED)),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    @property
    def is_open(self) -> bool:
        """Tell whether it is still worked on."""
        return self.state in OPEN

    @property
    def is_submitted(self) -> bool:
        """Tell whether it waits for the check."""
        return self.state == TaskState.DRAFT and self.submitted_at is not None
