"""Timed work on applications; reads the moment, then calls commands."""

from __future__ import annotations

from datetime import time

from yichuang.domains.cases import commands
from yichuang.foundation.jobs.registry import job, nightly
from yichuang.foundation.jobs.terms import Due, Outcome


def _case(due: Due) -> int:
    """Read the case from a key: a case, and the day for which the job was ordered."""
    return int(due.key.split("/")[0])


@job("cases.deemed", label="视为受理")
def deemed(due: Due) -> Outcome:
    """Set 视为受理 where nobody answered in time."""
    return Outcome(rows=int(commands.accept_deemed(case_id=_case(due), at=due.at)))


@job("cases.lapse", label="逾期未补正")
def lapse(due: Due) -> Outcome:
    """Close cases whose date for corrections has passed."""
    return Outcome(rows=int(commands.lapse_correction(case_id=_case(due), at=due.at)))


@job("cases.check_commitment", label="承诺核查到期")
def check_commitment(due: Due) -> Outcome:
    """Remind of commitments whose after-check is due; the check itself is a person's deed."""
    return Outcome(rows=int(commands.remind_of_check(case_id=_case(due), at=due.at)))


@nightly("cases.drafts", at=time(2, 0), label="清除过期草稿")
def drafts(due: Due) -> Outcome:
    """Erase drafts that were never handed in."""
    return Outcome(rows=commands.erase_old_drafts(at=due.at))
