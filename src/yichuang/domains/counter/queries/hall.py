"""Questions about windows, queues and tickets."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Avg, Case, Count, F, IntegerField, Min, Q, QuerySet, Value, When

from yichuang.domains.counter import rules
from yichuang.domains.counter.models import Break, Queue, Site, Sitting, Ticket, Window
from yichuang.domains.counter.terms import Priority, Served, ServiceHours, TicketState
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.definitions.problems import NotInForce
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.visibility import visible
from yichuang.foundation.records.terms import CHINA
from yichuang.ui.words import listed

LAST_CALLED = 6


@dataclass(frozen=True, slots=True)
class Bar:
    """The call bar of a window: what stands in it, in its order (practice, screen 1)."""

    window: Window
    ticket: Ticket | None
    waiting: int
    longest_minutes: int
    done: int
    mean_seconds: int | None
    paused_since: datetime | None

    @property
    def mean(self) -> str:
        """Write the mean time of service: 6′40″."""
        if self.mean_seconds is None:
            return "—"
        return f"{self.mean_seconds // 60}′{self.mean_seconds % 60:02d}″"

    @property
    def version(self) -> str:
        """Tell one state of the bar from another, so that an unchanged one is not sent again."""
        ticket = (self.ticket.pk, self.ticket.state, self.ticket.recalls) if self.ticket else None
        told = (self.window.pk, ticket, self.waiting, self.longest_minutes, self.done, self.mean, self.paused_since)
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class QueueSeen:
    """One queue as the guide sees it."""

    queue: Queue
    waiting: int
    priority: int
    longest_minutes: int
    windows: str
    next_number: str


@dataclass(frozen=True, slots=True)
class WindowSeen:
    """One window as the hall sees it."""

    window: Window
    clerk: str
    ticket: Ticket | None
    paused_since: datetime | None


def sites(actor: Actor, purpose: str = "list") -> QuerySet[Site]:
    """List the halls that somebody may see, call in or give out tickets in."""
    return visible(actor, Site, purpose).select_related("unit")


def site_of(code: str) -> Site | None:
    """Find a hall by its code, for the public screens."""
    return Site.objects.filter(code=code).first()


def sitting_of(actor: Actor) -> Sitting | None:
    """Find the window at which a clerk sits."""
    rows = Sitting.objects.filter(account=actor.account_id or 0, to_at=None)
    return rows.select_related("window__site__unit", "account").first()


def free_windows(actor: Actor) -> QuerySet[Window]:
    """List the windows at which nobody sits, in the halls where somebody may call."""
    taken = Sitting.objects.filter(to_at=None).values("window")
    rows = Window.objects.filter(site__in=sites(actor, "call")).exclude(pk__in=taken)
    return rows.select_related("site").order_by("site", "number")


def running_break(sitting: Sitting) -> Break | None:
    """Give the pause of a window that lasts."""
    return Break.objects.filter(sitting=sitting, to_at=None).first()


def ticket_in_hand(actor: Actor) -> Ticket | None:
    """Give the ticket that stands before a clerk."""
    rows = Ticket.objects.filter(account=actor.account_id or 0, state__in=[TicketState.CALLED, TicketState.SERVING])
    return rows.select_related("site", "queue", "party", "window").first()


def ticket_seen(actor: Actor, ticket_id: int) -> Ticket | None:
    """Find a ticket to print its slip."""
    return visible(actor, Ticket, "ticket").select_related("site", "queue").filter(pk=ticket_id).first()


def waiting_for(window: Window, day: date) -> QuerySet[Ticket]:
    """List who waits for a window, in the order of calling: transferred, then priority, then as they came."""
    here = Q(to_window=window) | Q(to_window=None, queue__in=window.queues.values("pk"))
    rows = Ticket.objects.filter(here, site=window.site_id, day=day, state=TicketState.ISSUED)
    rank = Case(
        When(leg__gt=1, then=Value(0)),
        When(~Q(priority=Priority.NONE), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return rows.order_by(rank, "issued_at", "pk")


def bar(sitting: Sitting, actor: Actor, at: datetime) -> Bar:
    """Put the call bar of a clerk together."""
    day = local_day(at)
    waiting = waiting_for(sitting.window, day).order_by().aggregate(n=Count("pk"), first=Min("issued_at"))
    done = Ticket.objects.filter(account=actor.account_id, day=day, state=TicketState.DONE)
    told = done.aggregate(n=Count("pk"), mean=Avg(F("ended_at") - F("serving_at")))
    paused = running_break(sitting)
    return Bar(
        window=sitting.window,
        ticket=ticket_in_hand(actor),
        waiting=waiting["n"],
        longest_minutes=_minutes(at - waiting["first"]) if waiting["first"] else 0,
        done=told["n"],
        mean_seconds=int(told["mean"].total_seconds()) if told["mean"] else None,
        paused_since=paused.from_at if paused else None,
    )


def onward_places(sitting: Sitting) -> list[tuple[str, str]]:
    """List where a ticket may be sent on: other queues and other windows of the hall."""
    site = sitting.window.site
    queues = [(f"queue-{row.pk}", row.name) for row in Queue.objects.filter(site=site)]
    manned = Sitting.objects.filter(to_at=None).exclude(pk=sitting.pk).values("window")
    return queues + [(f"window-{row.pk}", str(row)) for row in Window.objects.filter(site=site, pk__in=manned)]


def queues_seen(site: Site, at: datetime) -> list[QueueSeen]:
    """Tell how long each queue of a hall is now; two queries however many there are."""
    rows = Ticket.objects.filter(site=site, day=local_day(at), state=TicketState.ISSUED).order_by("issued_at")
    waiting: dict[int, list[Ticket]] = {}
    for row in rows:
        waiting.setdefault(row.queue_id, []).append(row)
    return [_queue_seen(queue, waiting.get(queue.pk, []), at) for queue in _queues(site)]


def windows_seen(site: Site) -> list[WindowSeen]:
    """Tell of each window who sits there, what is called there, and whether it is paused."""
    manned = Sitting.objects.filter(window__site=site, to_at=None).select_related("account")
    sittings = {row.window_id: row for row in manned}
    breaks = dict(Break.objects.filter(sitting__in=sittings.values(), to_at=None).values_list("sitting_id", "from_at"))
    tickets = Ticket.objects.filter(site=site, state__in=[TicketState.CALLED, TicketState.SERVING])
    in_hand = {row.window_id: row for row in tickets}
    return [
        WindowSeen(
            window=row,
            clerk=str(sittings[row.pk].account) if row.pk in sittings else "",
            ticket=in_hand.get(row.pk),
            paused_since=breaks.get(sittings[row.pk].pk) if row.pk in sittings else None,
        )
        for row in Window.objects.filter(site=site)
    ]


def called(site: Site, at: datetime) -> list[Ticket]:
    """List what was called last, the newest first: what the public screen shows, without any name."""
    rows = Ticket.objects.filter(site=site, day=local_day(at)).exclude(called_at=None)
    rows = rows.filter(state__in=[TicketState.CALLED, TicketState.SERVING])
    return list(rows.select_related("window").order_by("-called_at")[:LAST_CALLED])


def served_on(site: Site, at: datetime, queue: str = "") -> Served | None:
    """Tell the service hours of a hall, or one queue, on the day of `at`; None where it names no hours."""
    hours = hours_of(site, at)
    if hours is None:
        return None
    day = local_day(at)
    return rules.served(hours, day, is_working=definitions.calendar().is_working(day), queue=queue)


def hours_of(site: Site, at: datetime) -> ServiceHours | None:
    """Give the service hours in force of a hall."""
    if not site.hours:
        return None
    try:
        found = definitions.in_force("service_hours", site.hours, on=local_day(at))
    except NotInForce:
        return None
    assert isinstance(found, ServiceHours)
    return found


def moment_of_day(at: datetime) -> time:
    """Give China's time of day."""
    return at.astimezone(CHINA).time()


def _queues(site: Site) -> QuerySet[Queue]:
    return Queue.objects.filter(site=site).prefetch_related("windows")


def _queue_seen(queue: Queue, rows: list[Ticket], at: datetime) -> QueueSeen:
    return QueueSeen(
        queue=queue,
        waiting=len(rows),
        priority=sum(bool(row.priority) for row in rows),
        longest_minutes=_minutes(at - rows[0].issued_at) if rows else 0,
        windows=listed(window.number for window in queue.windows.all()),
        next_number=rows[0].number if rows else "",
    )


def _minutes(span: timedelta) -> int:
    return max(0, int(span.total_seconds() // 60))
