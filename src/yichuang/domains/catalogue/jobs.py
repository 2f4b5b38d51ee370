"""Timed work of the catalogue: versions begin and end at midnight, and what is wanted is counted at night."""

from __future__ import annotations

from datetime import time

from yichuang.domains.catalogue import commands
from yichuang.foundation.jobs.registry import job, nightly
from yichuang.foundation.jobs.terms import Due, Outcome


@job("catalogue.refresh", label="更新事项目录")
def refresh(due: Due) -> Outcome:
    """Follow what was published or withdrawn just now."""
    return Outcome(rows=commands.refresh(at=due.at))


@nightly("catalogue.new_day", at=time(0, 5), label="事项版本生效和失效")
def new_day(due: Due) -> Outcome:
    """Let versions begin and end with the day."""
    return Outcome(rows=commands.refresh(at=due.at))


@nightly("catalogue.popularity", at=time(3, 30), label="统计常办事项")
def popularity(due: Due) -> Outcome:
    """Count the applications of the last year."""
    return Outcome(rows=commands.count_popularity(at=due.at))


@nightly("catalogue.ways", at=time(0, 20), label="核算四办和四减")
def ways(due: Due) -> Outcome:
    """Compute the four ways and the ledger of reductions anew: what follows every change is so checked once a day."""
    return Outcome(rows=commands.recompute_ways(at=due.at) + commands.recompute_reductions(at=due.at))


@nightly("catalogue.file_listings", at=time(22, 0), label="报送省级事项库")
def file_listings(due: Due) -> Outcome:
    """Order that what changed of the provincial registries is sent tonight."""
    return Outcome(rows=commands.file_listings(at=due.at))


@job(commands.PUBLISH_JOB, label="定时发布事项")
def publish_draft(due: Due) -> Outcome:
    """Publish a draft whose day has come, or hold it back where the check refuses it."""
    return Outcome(rows=int(commands.publish_scheduled(draft_id=int(due.key), at=due.at)))


@job(commands.LISTING_JOB, atomic=False, label="发布事项库")
def publish_listings(due: Due) -> Outcome:
    """Check a registry by batches, each kept as it is done, and list all that are sound in one deed."""
    run = commands.run_listings(run_id=int(due.key), at=due.at)
    return Outcome(rows=run.published)


@job(commands.CHECK_JOB, atomic=False, label="核对事项表格")
def check_table(due: Due) -> Outcome:
    """Look a table of items over; its row tells how far it is."""
    return Outcome(rows=commands.check_table(run_id=int(due.key), at=due.at).rows)


@job(commands.RUN_JOB, atomic=False, label="导入事项表格")
def take_table_in(due: Due) -> Outcome:
    """Take in a table of items that was released, all of it or nothing."""
    return Outcome(rows=commands.take_table_in(run_id=int(due.key), at=due.at).done)
