"""Timed work of the engine."""

from __future__ import annotations

from yichuang.foundation.jobs.registry import job
from yichuang.foundation.jobs.terms import Due, Outcome
from yichuang.foundation.work import commands, tallies


@job("work.rung", label="时限节点")
def rung(due: Due) -> Outcome:
    """Note the rungs that a clock has passed."""
    return Outcome(rows=commands.pass_rungs(clock_id=int(due.key.split("/")[0]), at=due.at))


@job("work.recompute", atomic=False, label="按新放假安排重算时限")
def recompute(due: Due) -> Outcome:
    """Compute the open clocks anew after a calendar notice."""
    moved = commands.recompute(notice=due.key, at=due.at)
    return Outcome(rows=moved, result=f"{moved} 件的到期时间有变化")


@job("work.silence", label="逾期视为同意")
def silence(due: Due) -> Outcome:
    """Let the silence of units speak."""
    return Outcome(rows=commands.let_silence_speak(dossier_id=int(due.key.split("/")[0]), at=due.at))


@job("work.tally", atomic=False, label="补记办件统计行")
def tally(_due: Due) -> Outcome:
    """Write the tallies of dossiers from before there were any, a few hundred at a time; safe to break off."""
    written = 0
    while found := tallies.catch_up():
        written += found
    return Outcome(rows=written)
