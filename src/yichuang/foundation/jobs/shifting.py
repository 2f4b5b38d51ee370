"""Shifts the business clock of a demo folder, with everything that comes due on the way done in order."""

from __future__ import annotations

from datetime import datetime

from yichuang.foundation.jobs import queries, runner
from yichuang.foundation.jobs.terms import Ran
from yichuang.foundation.records import commands as records
from yichuang.foundation.records import queries as record_queries
from yichuang.foundation.records.terms import By


def shift_clock(*, to: datetime, by: By, at: datetime) -> Ran:
    """
    Move the business clock from `at` to `to`; every job due until then runs first, at its own moment.

    So no request is served at the new time before what was due is done, and each job sees the time at which it was due.

    :raises NotDemo: the folder is not a demo
    :raises OnlyForwards: `to` is not later than `at`
    """
    folder = record_queries.folder()
    if folder is None or not folder.is_demo:
        raise records.NotDemo
    if to <= at:
        raise records.OnlyForwards(at)
    ran = run_through(at=at, to=to)
    records.shift_clock(to=to, by=by, at=at)
    return ran


def run_through(*, at: datetime, to: datetime) -> Ran:
    """Do all that comes due from `at` until `to`, each at its moment, with the reactions to it in between."""
    runner.enqueue_nights(at=to)
    done = failed = parked = 0
    now = at
    while True:
        records.deliver(at=now)
        job = queries.due(to).first()
        if job is None:
            return Ran(done, failed, parked)
        now = max(now, job.due_at)
        ran = runner.run_due(at=now, limit=1)
        if ran.total == 0:  # what is left waits for a retry or for another runner
            return Ran(done, failed, parked)
        done, failed, parked = done + ran.done, failed + ran.failed, parked + ran.parked
