"""What this room does by itself: send, ask for late answers, compare the books every night."""

from __future__ import annotations

from datetime import date, time, timedelta

from django.utils.translation import gettext_lazy as _

from yichuang.foundation.connections import commands
from yichuang.foundation.connections.models import System
from yichuang.foundation.jobs import commands as jobs
from yichuang.foundation.jobs.registry import job, nightly
from yichuang.foundation.jobs.terms import Due, Outcome
from yichuang.foundation.people.actors import local_day

RECONCILE = "connections.reconcile"


@job(commands.SEND, atomic=False, label=_("发送外部消息"))
def send(due: Due) -> Outcome:
    """Hand one message over."""
    row = commands.send(message_id=int(due.key), at=due.at)
    return Outcome(1, f"{row} {row.state}")


@job(commands.COLLECT, atomic=False, label=_("领取外部系统的回复"))
def collect(due: Due) -> Outcome:
    """Ask for late answers, and again later while any is missing."""
    system = due.key.split("/")[0]
    found = commands.collect(system=system, at=due.at)
    commands.expect_answer(system=system, at=due.at, pause=timedelta(seconds=due.payload["pause"]))
    return Outcome(found)


@job(RECONCILE, atomic=False, label=_("与外部系统对账"))
def reconcile(due: Due) -> Outcome:
    """Compare the books of one system and day; late answers are fetched first."""
    system, day = due.key.split("/")
    commands.collect(system=system, at=due.at)
    return Outcome(len(commands.reconcile(system=system, day=date.fromisoformat(day), at=due.at)))


@nightly("connections.night", at=time(2, 30), label=_("外部系统夜间对账"))
def night(due: Due) -> Outcome:
    """Follow what comes into force, and order the comparison of yesterday's books, one job a system."""
    commands.follow_definitions(at=due.at)
    yesterday = local_day(due.due_at) - timedelta(days=1)
    codes = list(System.objects.filter(enabled=True).values_list("pk", flat=True))
    for code in codes:
        jobs.enqueue(RECONCILE, f"{code}/{yesterday.isoformat()}", due.due_at, again=True)
    return Outcome(len(codes))
