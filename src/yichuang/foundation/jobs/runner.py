"""
Does what is due, in the order of due times.

Due times are business time, so a shift of that clock makes work due; leases and retries are real time, so a shift
leaves them alone. Any number of runners may work on one table, and each may be killed at any moment: its job comes
back when the lease ends, or at once if the runner was told to stop.
"""

from __future__ import annotations

import json
import traceback
from datetime import datetime, time, timedelta
from functools import partial

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q

from yichuang.foundation.jobs import commands, registry
from yichuang.foundation.jobs.models import Job
from yichuang.foundation.jobs.terms import Due, JobState, Outcome, Ran
from yichuang.foundation.records import realtime
from yichuang.foundation.records.retrying import again
from yichuang.foundation.records.terms import CHINA

TRIES = 8
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)

EVERY = Q()

log = structlog.get_logger(__name__)


class Overtaken(Exception):
    """The job was enqueued anew, or taken by another runner, while we worked: our work is rolled back."""


def run_due(*, at: datetime, limit: int = 100, only: str = "", but: str = "") -> Ran:
    """
    Do up to `limit` jobs that are due at the business moment `at`, the earliest first; those they enqueue too.

    Of one kind `only`, or of every kind `but` one, where two runners share the work.
    """
    done = failed = parked = 0
    kinds = Q(kind=only) if only else ~Q(kind=but) if but else EVERY
    while done + failed + parked < limit and (job := _take(at, kinds)) is not None:
        state = _run(job, at)
        done += state == JobState.DONE
        failed += state == JobState.WAITING
        parked += state == JobState.PARKED
    return Ran(done, failed, parked)


def enqueue_nights(*, at: datetime) -> int:
    """Enqueue the last night of every nightly kind that is past and has not run; tell how many."""
    count = 0
    for handler in registry.night_kinds():
        assert handler.nightly_at is not None  # night_kinds lists no others
        night = _last_night(handler.nightly_at, at)
        key = night.date().isoformat()
        last = Job.objects.filter(kind=handler.kind).order_by("-key").values_list("key", flat=True).first()
        if last is None or last < key:
            commands.enqueue(handler.kind, key, night)
            count += 1
    return count


def _last_night(hour: time, at: datetime) -> datetime:
    local = at.astimezone(CHINA)
    night = datetime.combine(local.date(), hour, CHINA)
    return night if night <= local else night - timedelta(days=1)


def _take(at: datetime, kinds: Q = EVERY) -> Job | None:
    """Lease the earliest job that may run; None when there is none."""
    now = realtime.now()
    ready = Q(state=JobState.WAITING, due_at__lte=at) & (Q(not_before=None) | Q(not_before__lte=now))
    abandoned = Q(state=JobState.RUNNING, lease_until__lt=now)
    wanted = (ready | abandoned) & kinds
    if not Job.objects.filter(wanted).exists():  # looking takes no lock
        return None
    with transaction.atomic():
        candidates = Job.objects.filter(wanted).order_by("due_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            candidates = candidates.select_for_update(skip_locked=True)
        job = candidates.first()
        if job is None:
            return None
        job.state, job.tries, job.lease_until, job.started_at = (
            JobState.RUNNING,
            job.tries + 1,
            now + timedelta(seconds=settings.JOB_LEASE_SECONDS),
            now,
        )
        job.save(update_fields=["state", "tries", "lease_until", "started_at"])
    return job


def _run(job: Job, at: datetime) -> str:
    """Do one leased job and note how it went; gives the state in which it was left."""
    handler = registry.handler_of(job.kind)
    due = Due(job.kind, job.key, json.loads(job.payload), job.due_at, at, job.tries)
    try:
        if handler is None:
            raise LookupError(f"no room that is installed does jobs of kind {job.kind}")
        if handler.atomic:
            again(partial(_at_once, job, handler, due))
        else:
            _finish(job, handler.work(due))
    except Overtaken:
        log.info("job overtaken", kind=job.kind, key=job.key)
        return JobState.RUNNING
    except Exception as failure:  # noqa: BLE001 - the outermost edge of the runner: whatever went wrong is shown
        return _fail(job, failure)
    except BaseException:  # told to stop in the middle: it was not tried, and need not wait for its lease
        Job.objects.filter(_mine(job)).update(state=JobState.WAITING, tries=F("tries") - 1, lease_until=None)
        raise
    return JobState.DONE


def _at_once(job: Job, handler: registry.Handler, due: Due) -> None:
    """Do a job and note that it is done, in one transaction."""
    with transaction.atomic():
        _finish(job, handler.work(due))


def _mine(job: Job) -> Q:
    return Q(pk=job.pk, state=JobState.RUNNING, lease_until=job.lease_until)


def _finish(job: Job, outcome: Outcome | None) -> None:
    said = outcome or Outcome()
    changed = Job.objects.filter(_mine(job)).update(
        state=JobState.DONE,
        done_at=realtime.now(),
        lease_until=None,
        last_error="",
        rows=said.rows if outcome else None,
        result=said.result,
    )
    if not changed:
        raise Overtaken


def _fail(job: Job, failure: Exception) -> str:
    now = realtime.now()
    state = JobState.PARKED if job.tries >= TRIES else JobState.WAITING
    pause = min(FIRST_PAUSE * 2 ** (job.tries - 1), LONGEST_PAUSE)
    log.error("job failed", kind=job.kind, key=job.key, tries=job.tries, state=state, exc_info=failure)
    Job.objects.filter(_mine(job)).update(
        state=state,
        lease_until=None,
        not_before=now + pause,
        last_error="".join(traceback.format_exception_only(failure)).strip()[:2000],
    )
    return state
