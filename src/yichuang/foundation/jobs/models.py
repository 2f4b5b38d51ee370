"""The table of due work."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yichuang.foundation.jobs.terms import JobState


class Job(models.Model):
    """One piece of due work. `due_at` is business time; leases, retries and what was noted of a run are real time."""

    kind = models.CharField(_("种类"), max_length=80)
    key = models.CharField(_("键"), max_length=200)
    due_at = models.DateTimeField(_("到期时刻"), help_text="business clock")
    payload = models.TextField(default="{}", help_text="JSON; ids only, nothing personal")
    state = models.CharField(_("状态"), max_length=8, choices=JobState.choices, default=JobState.WAITING)
    tries = models.PositiveSmallIntegerField(_("次数"), default=0)
    not_before = models.DateTimeField(null=True, help_text="real clock: when a failed job may be tried again")
    lease_until = models.DateTimeField(null=True, help_text="real clock: a runner that died loses its job then")
    started_at = models.DateTimeField(_("开始"), null=True, help_text="real clock")
    done_at = models.DateTimeField(_("结束"), null=True, help_text="real clock")
    last_error = models.TextField(_("最近一次失败"), default="")
    rows = models.PositiveIntegerField(_("行数"), null=True)
    result = models.TextField(_("结果"), default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "key"], name="job_once")]
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], name="job_waiting", condition=Q(state="WAITING")),
            models.Index(fields=["lease_until"], name="job_running", condition=Q(state="RUNNING")),
            models.Index(fields=["kind", "due_at"], name="job_kind_due"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
