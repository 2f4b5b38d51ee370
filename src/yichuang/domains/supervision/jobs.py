"""Timed work of supervision; reads the moment, then calls commands."""

from __future__ import annotations

from yichuang.domains.supervision import commands
from yichuang.domains.supervision.terms import DEFERRED
from yichuang.foundation.jobs.registry import job
from yichuang.foundation.jobs.terms import Due, Outcome
from yichuang.foundation.people.actors import SYSTEM


@job(DEFERRED, label="发出暂缓的催办")
def remind(due: Due) -> Outcome:
    """Send a reminder that was held back until now."""
    return Outcome(rows=int(commands.remind_after_all(clock_id=int(due.key), by=SYSTEM, at=due.at)))
