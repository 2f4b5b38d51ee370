"""The words of due work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    """Where a job stands."""

    WAITING = "WAITING", _("等待")
    RUNNING = "RUNNING", _("进行中")
    DONE = "DONE", _("已完成")
    PARKED = "PARKED", _("已搁置")


@dataclass(frozen=True, slots=True)
class Due:
    """
    A job as its function gets it.

    `due_at` is the moment for which it speaks (a deed done late keeps its true date), `at` the business moment of this
    run; `tries` counts this run too, from 1.
    """

    kind: str
    key: str
    payload: Mapping[str, Any]
    due_at: datetime
    at: datetime
    tries: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a job has to say for itself: how many rows it touched, and a sentence for the page 夜间任务."""

    rows: int = 0
    result: str = ""


@dataclass(frozen=True, slots=True)
class Ran:
    """What one call of the runner did."""

    done: int = 0
    failed: int = 0
    parked: int = 0

    @property
    def total(self) -> int:
        """Count every job that was begun."""
        return self.done + self.failed + self.parked
