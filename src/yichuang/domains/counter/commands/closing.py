"""The night: what the day left open is closed (practice 9)."""

from __future__ import annotations

from datetime import datetime

from yichuang.domains.counter.commands.windows import end_sitting
from yichuang.domains.counter.events import HallClosed
from yichuang.domains.counter.models import Site, Sitting, Ticket
from yichuang.domains.counter.terms import OPEN, Outcome, TicketState
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.terms import SYSTEM, day_stream


def close_hall(*, site_id: int, at: datetime) -> int:
    """
    Pass the tickets of days before the day of `at` that nobody served, finish the others, and end open sittings.

    Done by a job, safe to repeat; tells how many rows it closed.
    """
    site = Site.objects.get(pk=site_id)
    open_tickets = Ticket.objects.filter(site=site, day__lt=local_day(at), state__in=OPEN)
    sittings = Sitting.objects.filter(window__site=site, to_at=None)
    if not open_tickets.exists() and not sittings.exists():
        return 0
    with deed("close_hall", stream=day_stream(f"unit/{site.unit_id}", at), by=SYSTEM, at=at) as pen:
        serving = open_tickets.filter(state=TicketState.SERVING)
        finished = serving.update(state=TicketState.DONE, ended_at=at, outcome=Outcome.OTHER)
        passed = open_tickets.update(state=TicketState.PASSED, ended_at=at)
        left = list(sittings)
        pen.record(HallClosed(site_id=site.pk, passed=passed, finished=finished, left=len(left)))
        for sitting in left:
            end_sitting(pen, sitting, at)
    return passed + finished + len(left)
