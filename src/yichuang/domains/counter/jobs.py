"""Timed work of the hall."""

from __future__ import annotations

from datetime import time

from yichuang.domains.counter import commands
from yichuang.domains.counter.models import Site
from yichuang.foundation.jobs.registry import nightly
from yichuang.foundation.jobs.terms import Due, Outcome


@nightly("counter.close", at=time(0, 30), label="关闭未结票号")
def close(due: Due) -> Outcome:
    """Close what the day left open in every hall (practice 9)."""
    return Outcome(rows=sum(commands.close_hall(site_id=site.pk, at=due.at) for site in Site.objects.all()))
