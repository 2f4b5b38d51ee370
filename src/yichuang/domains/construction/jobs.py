"""Timed work on stages; reads the moment, then calls commands."""

from __future__ import annotations

from yichuang.domains.construction import commands
from yichuang.foundation.jobs.registry import job
from yichuang.foundation.jobs.terms import Due, Outcome


@job(commands.PRECHECK_JOB, label="阶段预审期满")
def precheck(due: Due) -> Outcome:
    """Let the silence of units speak when the pre-check clock of a stage has passed."""
    case_id = int(due.key.split("/")[0])
    return Outcome(rows=int(commands.precheck_by_silence(case_id=case_id, at=due.at)))
