"""Tickets: issue, call, call again, pass, transfer, begin, finish."""

from __future__ import annotations

from datetime import date, datetime

from yichuang.domains.counter import queries, rules
from yichuang.domains.counter.commands.refusals import (
    HallClosed,
    NobodyWaits,
    NothingInHand,
    NotYetCome,
    NowhereToGo,
    RecalledEnough,
    StillInHand,
    TooManyTickets,
    WindowIsPaused,
)
from yichuang.domains.counter.commands.windows import hall_deed, seated
from yichuang.domains.counter.events import (
    TicketBegun,
    TicketCalled,
    TicketFinished,
    TicketIssued,
    TicketPassed,
    TicketRecalled,
    TicketTransferred,
)
from yichuang.domains.counter.models import Queue, Ticket, Window
from yichuang.domains.counter.terms import MOST_RECALLS, OPEN, Outcome, TicketState
from yichuang.foundation.people import queries as people
from yichuang.foundation.people import sealing
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.masking import mask
from yichuang.foundation.people.models import Party
from yichuang.foundation.people.numbers import checked_number
from yichuang.foundation.people.terms import IdKind
from yichuang.foundation.records.pen import Pen
from yichuang.foundation.records.terms import CHINA
from yichuang.kernel.identifiers import parse_resident_id


def issue_ticket(
    *,
    queue_id: int,
    by: Actor,
    at: datetime,
    id_kind: str = IdKind.RESIDENT,
    id_number: str = "",
    asks_priority: bool = False,
    item_id: str = "",
) -> Ticket:
    """
    Give out the next number of a queue; the old and the disabled go first without asking.

    Without an identity number it is anybody's.

    :raises NotAllowed: `by` gives out no tickets in that hall
    :raises HallClosed: hall or queue do not serve now
    :raises NotAnIdentifier: no such identity number can be
    :raises TooManyTickets: this identity holds open tickets enough
    """
    queue = Queue.objects.select_related("site").get(pk=queue_id)
    number = checked_number(id_kind, id_number) if id_number.strip() else ""
    day = local_day(at)
    with hall_deed("issue_ticket", queue.site.unit_id, by, at, "counter.ticket") as pen:
        Queue.objects.select_for_update().get(pk=queue_id)
        _must_be_open(queue, at)
        party = people.party_by_number(id_kind, number) if number else None
        token = sealing.fingerprint(id_kind, number) if number else ""
        _not_too_many(queue, token, day)
        n = Ticket.objects.filter(queue=queue, day=day, leg=1).count() + 1
        ticket = Ticket.objects.create(
            site=queue.site,
            queue=queue,
            day=day,
            number=rules.ticket_number(queue.prefix, n),
            party=party,
            token=token,
            shown=_shown(party, number),
            item_id=item_id,
            priority=rules.priority(
                born_on=_born_on(party, id_kind, number),
                is_disabled=party is not None and party.is_priority,
                asked=asks_priority,
                on=day,
            ),
            issued_at=at,
        )
        pen.record(
            TicketIssued(ticket_id=ticket.pk, number=ticket.number, queue_id=queue.pk, priority=str(ticket.priority))
        )
    return ticket


def call_next(*, by: Actor, at: datetime) -> Ticket:
    """
    Call the next ticket of the window's queues: transferred ones first, then those with priority, then as they came.

    What was being served is finished with it. No ticket is ever called twice, however many clerks call at once.

    :raises NotSeated: the clerk sits at no window
    :raises WindowIsPaused: the window is paused
    :raises StillInHand: a called ticket has neither come nor been passed
    :raises NobodyWaits: there is none
    """
    sitting = seated(by)
    with hall_deed("call_next", sitting.window.site.unit_id, by, at) as pen:
        if running := queries.running_break(sitting):
            raise WindowIsPaused(running.from_at)
        if before := queries.ticket_in_hand(by):
            if before.state == TicketState.CALLED:
                raise StillInHand(before.number)
            _finish(pen, before, "", at)
        waiting = queries.waiting_for(sitting.window, local_day(at))
        ticket = waiting.select_for_update(skip_locked=True, of=("self",)).first()
        if ticket is None:
            raise NobodyWaits
        Ticket.objects.filter(pk=ticket.pk).update(
            state=TicketState.CALLED, called_at=at, window=sitting.window, account=by.account_id
        )
        ticket.refresh_from_db()
        pen.record(TicketCalled(ticket_id=ticket.pk, number=ticket.number, window_id=sitting.window_id))
    return ticket


def recall_ticket(*, ticket_id: int, by: Actor, at: datetime) -> int:
    """
    Call the ticket again; tell how often it has been.

    :raises NothingInHand: it is not before this clerk
    :raises NotYetCome: its holder has come
    :raises RecalledEnough: three times already
    """
    ticket = _in_hand(ticket_id, by)
    with hall_deed("recall_ticket", ticket.site.unit_id, by, at) as pen:
        if ticket.state != TicketState.CALLED:
            raise NotYetCome(ticket.number)
        if ticket.recalls >= MOST_RECALLS:
            raise RecalledEnough(ticket.number, MOST_RECALLS)
        Ticket.objects.filter(pk=ticket.pk).update(recalls=ticket.recalls + 1)
        pen.record(TicketRecalled(ticket_id=ticket.pk, n=ticket.recalls + 1))
    return ticket.recalls + 1


def pass_ticket(*, ticket_id: int, by: Actor, at: datetime) -> None:
    """
    Pass a ticket whose holder did not come.

    :raises NothingInHand: it is not before this clerk
    :raises NotYetCome: its holder has come
    """
    ticket = _in_hand(ticket_id, by)
    with hall_deed("pass_ticket", ticket.site.unit_id, by, at) as pen:
        if ticket.state != TicketState.CALLED:
            raise NotYetCome(ticket.number)
        Ticket.objects.filter(pk=ticket.pk).update(state=TicketState.PASSED, ended_at=at)
        pen.record(TicketPassed(ticket_id=ticket.pk))


def transfer_ticket(
    *,
    ticket_id: int,
    by: Actor,
    at: datetime,
    queue_id: int | None = None,
    window_id: int | None = None,
    reason: str = "",
) -> Ticket:
    """
    Send the holder on to another queue or to one window; the same number is called there before all others.

    :raises NothingInHand: it is not before this clerk
    :raises NowhereToGo: neither names another place of the same hall
    """
    ticket = _in_hand(ticket_id, by)
    with hall_deed("transfer_ticket", ticket.site.unit_id, by, at) as pen:
        queue, window = _whereto(ticket, queue_id, window_id)
        Ticket.objects.filter(pk=ticket.pk).update(state=TicketState.TRANSFERRED, ended_at=at)
        onward = Ticket.objects.create(
            site=ticket.site,
            queue=queue,
            day=ticket.day,
            number=ticket.number,
            leg=ticket.leg + 1,
            came_from=ticket,
            to_window=window,
            party=ticket.party,
            token=ticket.token,
            shown=ticket.shown,
            item_id=ticket.item_id,
            priority=ticket.priority,
            issued_at=at,
        )
        pen.record(TicketTransferred(ticket_id=ticket.pk, onward_id=onward.pk, reason=reason.strip()))
    return onward


def begin_ticket(*, ticket_id: int, by: Actor, at: datetime, party_id: int | None = None) -> None:
    """
    Note that the holder stands before the window, and who it is once that is known. Safe to repeat.

    :raises NothingInHand: it is not before this clerk
    """
    ticket = _in_hand(ticket_id, by)
    if ticket.state == TicketState.SERVING and (party_id is None or ticket.party_id == party_id):
        return
    with hall_deed("begin_ticket", ticket.site.unit_id, by, at) as pen:
        Ticket.objects.filter(pk=ticket.pk).update(
            state=TicketState.SERVING, serving_at=ticket.serving_at or at, party=party_id or ticket.party_id
        )
        pen.record(TicketBegun(ticket_id=ticket.pk))


def finish_ticket(*, ticket_id: int, by: Actor, at: datetime, outcome: str = "") -> None:
    """
    End a ticket as done. Without `outcome` it is 收件 where something was taken in, else 咨询.

    :raises NothingInHand: it is not before this clerk
    """
    ticket = _in_hand(ticket_id, by)
    with hall_deed("finish_ticket", ticket.site.unit_id, by, at) as pen:
        _finish(pen, ticket, outcome, at)


def _finish(pen: Pen, ticket: Ticket, outcome: str, at: datetime) -> None:
    found = outcome or (Outcome.RECEIVED if ticket.receptions.exists() else Outcome.CONSULTED)
    Ticket.objects.filter(pk=ticket.pk).update(
        state=TicketState.DONE, serving_at=ticket.serving_at or ticket.called_at, ended_at=at, outcome=found
    )
    pen.record(TicketFinished(ticket_id=ticket.pk, outcome=found))


def _in_hand(ticket_id: int, by: Actor) -> Ticket:
    ticket = queries.ticket_in_hand(by)
    if ticket is None or ticket.pk != ticket_id:
        raise NothingInHand
    return ticket


def _must_be_open(queue: Queue, at: datetime) -> None:
    hours = queries.served_on(queue.site, at, queue.code)
    if hours is not None and not rules.is_open(hours, at.astimezone(CHINA).time()):
        spans = "、".join(f"{start:%H:%M}—{end:%H:%M}" for start, end in hours.spans)
        raise HallClosed(queue.site.name, spans, hours.note)


def _not_too_many(queue: Queue, token: str, day: date) -> None:
    if not token:
        return
    held = Ticket.objects.filter(site=queue.site, day=day, token=token, state__in=OPEN)
    numbers = tuple(held.order_by("pk").values_list("number", flat=True))
    if len(numbers) >= queue.site.most_open:
        raise TooManyTickets(numbers)


def _shown(party: Party | None, number: str) -> str:
    name = mask(party.name, "name") if party and party.is_person else party.name if party else ""
    return f"{name} {mask(number, 'id')}".strip() if number else ""


def _born_on(party: Party | None, id_kind: str, number: str) -> date | None:
    if party is not None and party.born_on is not None:
        return party.born_on
    return parse_resident_id(number).born if number and id_kind == IdKind.RESIDENT else None


def _whereto(ticket: Ticket, queue_id: int | None, window_id: int | None) -> tuple[Queue, Window | None]:
    window = Window.objects.filter(pk=window_id or 0, site=ticket.site).exclude(pk=ticket.window_id or 0).first()
    if window is not None:
        return window.queues.first() or ticket.queue, window
    queue = Queue.objects.filter(pk=queue_id or 0, site=ticket.site).exclude(pk=ticket.queue_id).first()
    if queue is None:
        raise NowhereToGo
    return queue, None
