"""Deeds on due work: put it there, take it away, try it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from yichuang.foundation.jobs.models import Job
from yichuang.foundation.jobs.terms import JobState
from yichuang.kernel.errors import NotPossible

PUT = f"""
INSERT INTO jobs_job (kind, key, due_at, payload, state, tries, last_error, result)
VALUES (%s, %s, %s, %s, '{JobState.WAITING}', 0, '', '')
ON CONFLICT (kind, key) DO UPDATE SET due_at = excluded.due_at, payload = excluded.payload, state = excluded.state,
    tries = 0, not_before = NULL, lease_until = NULL, last_error = ''
WHERE jobs_job.state <> '{JobState.DONE}' OR %s
"""
"""One statement, the same on both databases: two writers at once meet in its row."""


class NotParked(NotPossible):
    """Only a job that was parked can be tried again by hand."""

    code = "jobs.not_parked"

    def __init__(self) -> None:
        super().__init__(str(_("该任务没有被搁置，无需重试。请刷新页面查看其最新状态。")))


def enqueue(
    kind: str, key: str, due_at: datetime, payload: Mapping[str, Any] | None = None, *, again: bool = False
) -> None:
    """
    Put a job among those waiting, in the transaction of the caller: it exists if and only if the deed does.

    Kind and key name the job. One that waits or is parked takes the new moment and payload; one that is running just
    now runs once more after; one that is done stays done unless `again`.
    """
    text = json.dumps(payload or {}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    due = connection.ops.adapt_datetimefield_value(due_at)
    with connection.cursor() as cursor:
        cursor.execute(PUT, [kind, key, due, text, again])


def cancel(kind: str, key: str) -> bool:
    """Take a job away that has not begun; tell whether there was one."""
    removed, _rows = Job.objects.filter(kind=kind, key=key, state__in=[JobState.WAITING, JobState.PARKED]).delete()
    return removed > 0


def retry(*, job_id: int) -> None:
    """
    Let a parked job run again from its first try.

    :raises NotParked: it is not parked (any more)
    """
    changed = Job.objects.filter(pk=job_id, state=JobState.PARKED).update(
        state=JobState.WAITING, tries=0, not_before=None, lease_until=None
    )
    if not changed:
        raise NotParked
