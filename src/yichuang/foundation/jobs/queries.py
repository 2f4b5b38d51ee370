"""Questions about due work, for the console and the health page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from yichuang.foundation.jobs import registry
from yichuang.foundation.jobs.models import Job
from yichuang.foundation.jobs.terms import JobState


@dataclass(frozen=True, slots=True)
class Health:
    """How due work stands: `late` counts jobs more than five minutes past their moment."""

    waiting: int
    running: int
    parked: int
    late: int


@dataclass(frozen=True, slots=True)
class Night:
    """The last run of one nightly kind; all None where it has not run yet."""

    kind: str
    label: str
    last: Job | None


def jobs(state: str = "") -> QuerySet[Job]:
    """List jobs, the latest due first; of one state where one is named."""
    found = Job.objects.order_by("-due_at", "-id")
    return found.filter(state=state) if state else found


def parked() -> QuerySet[Job]:
    """List what failed eight times and waits for a person, the oldest first."""
    return Job.objects.filter(state=JobState.PARKED).order_by("due_at", "id")


def due(at: datetime) -> QuerySet[Job]:
    """List what waits and is due at `at`, in the order in which it will run."""
    return Job.objects.filter(state=JobState.WAITING, due_at__lte=at).order_by("due_at", "id")


def health(at: datetime) -> Health:
    """Count the jobs of each state."""
    return Health(
        waiting=Job.objects.filter(state=JobState.WAITING).count(),
        running=Job.objects.filter(state=JobState.RUNNING).count(),
        parked=parked().count(),
        late=due(at - timedelta(minutes=5)).count(),
    )


def nights() -> list[Night]:
    """Tell how each nightly kind went last, in the order of their hour."""
    return [
        Night(
            handler.kind,
            str(handler.label) or handler.kind,
            Job.objects.filter(kind=handler.kind).order_by("-due_at").first(),
        )
        for handler in registry.night_kinds()
    ]
