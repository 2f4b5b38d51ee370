"""The deeds on messages: post, send, receive, collect, retry, compare the books; and on the systems themselves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from yichuang.foundation.connections import events
from yichuang.foundation.connections.adapters import Adapter, Answer, Incoming, Outgoing, Refused, adapter_for
from yichuang.foundation.connections.kinds import SYSTEM as KIND
from yichuang.foundation.connections.models import (
    Difference,
    Message,
    Reconciliation,
    System,
    sealed,
    unsealed,
)
from yichuang.foundation.connections.problems import NotConnected, NothingToRetry, OtherMessage, ReasonMissing
from yichuang.foundation.connections.rules import Line, differences
from yichuang.foundation.connections.terms import Direction, MessageState, SystemOf
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.jobs import commands as jobs
from yichuang.foundation.jobs.runner import FIRST_PAUSE, LONGEST_PAUSE, TRIES
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.records import realtime
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.pen import Pen
from yichuang.foundation.records.terms import CHINA, SYSTEM, By, day_stream
from yichuang.kernel.errors import Unavailable

SEND, COLLECT = "connections.send", "connections.collect"
ASK_AGAIN = timedelta(minutes=5)
"""How soon a system that answers later is asked for its answer; then after twice as long, up to an hour."""
LONGEST_WAIT = timedelta(days=30)
"""For so long a late answer is asked for."""

Event = events.MessageAnswered | events.MessageRefused | events.MessageParked


def post(*, system: str, kind: str, key: str, body: Mapping[str, Any], at: datetime) -> Message:
    """
    Put a message among those to be sent, in the transaction of the caller: it goes out if and only if the deed stands.

    The key is made where the message begins and names it for ever: posting it again gives the message that there is.
    While the system is switched off the message waits.

    :raises NotConnected: there is no such system
    :raises OtherMessage: the key names a message that says something else
    """
    with transaction.atomic():
        place = _system(system)
        row, made = Message.objects.get_or_create(
            system=place,
            direction=Direction.OUT,
            key=key,
            defaults={"kind": kind, "body": sealed(body), "state": MessageState.WAITING, "at": at},
        )
        if not made and (row.kind, unsealed(row.body)) != (kind, unsealed(sealed(body))):
            raise OtherMessage(key)
        if made and place.enabled:
            jobs.enqueue(SEND, str(row.pk), at)
    return row


def send(*, message_id: int, at: datetime) -> Message:
    """
    Hand one message to its system, outside any transaction. Done by the job; one that does not wait is left alone.

    The other side knows the key: a message that was taken before the line was cut is not done twice.

    :raises Unavailable: nobody answered; the runner tries again, after the eighth time the message is parked
    """
    row = Message.objects.select_related("system").get(pk=message_id)
    if row.state != MessageState.WAITING or not row.system.enabled:
        return row
    try:
        answer = _adapter(row.system).send(Outgoing(row.key, row.kind, unsealed(row.body), row.at))
    except Refused as no:
        _refused(row, str(no), at)
    except Unavailable as silent:
        _silent(row, silent, at)
        raise
    else:
        _taken(row, answer, at)
    return row


def receive(*, system: str, incoming: Incoming, at: datetime) -> tuple[Message, bool]:
    """
    Take in what a system tells us, once by its key; gives the message and whether it is new.

    What answers a message of ours ends that message. Others hear it as `MessageReceived`.

    :raises NotConnected: there is no such system
    """
    place = _system(system)
    incoming_rows = Message.objects.filter(system=place, direction=Direction.IN, key=incoming.key)
    if (known := incoming_rows.first()) is not None:
        return known, False
    try:
        with deed("receive_message", stream=day_stream("system", at), by=SYSTEM, at=at) as pen:
            row = Message.objects.create(
                system=place,
                direction=Direction.IN,
                key=incoming.key,
                kind=incoming.kind,
                body=sealed(incoming.body),
                state=MessageState.ANSWERED,
                at=at,
                answered_at=at,
                reference=incoming.reference,
                answers=incoming.answers,
            )
            pen.record(events.MessageReceived(row.pk, place.pk, row.kind, row.key))
            _end_answered(row, incoming, pen)
    except IntegrityError:  # it came twice at once
        return incoming_rows.get(), False
    return row, True


def collect(*, system: str, at: datetime) -> int:
    """
    Ask a system for what it has for us, late answers too; tell how many were new.

    :raises Unavailable: it does not answer
    """
    place = _system(system)
    waiting = Message.objects.filter(system=place, state=MessageState.SENT, at__gt=at - LONGEST_WAIT).order_by("at")
    oldest = waiting.first()
    since = local_day(oldest.at if oldest else at) - timedelta(days=1)
    found = _listened(place, lambda adapter: list(adapter.collect(since)))
    return sum(receive(system=system, incoming=each, at=at)[1] for each in found)


def expect_answer(*, system: str, at: datetime, pause: timedelta = ASK_AGAIN) -> None:
    """Let a job ask for late answers while a message waits for one; each time after twice as long, up to an hour."""
    if Message.objects.filter(system=system, state=MessageState.SENT, at__gt=at - LONGEST_WAIT).exists():
        due = at + pause
        longer = min(pause * 2, LONGEST_PAUSE)
        jobs.enqueue(COLLECT, f"{system}/{due:%Y%m%d%H%M}", due, {"pause": int(longer.total_seconds())})


def retry(*, message_id: int, by: Actor, at: datetime) -> None:
    """
    Send a message on its way again that was parked or refused.

    :raises NotAllowed: the actor may not
    :raises NothingToRetry: it is on its way, or done
    """
    unit = Message.objects.values_list("system__unit", flat=True).get(pk=message_id)
    resend(message_id=message_id, by=by.by_for("connections.retry", unit), at=at)


def resend(*, message_id: int, by: By, at: datetime) -> None:
    """
    Do the same for the room whose message it is, which has asked whether that may be.

    :raises NothingToRetry: it is on its way, or done
    """
    with deed("retry_message", stream=day_stream("system", at), by=by, at=at) as pen:
        row = Message.objects.select_for_update().get(pk=message_id)
        if row.direction != Direction.OUT or row.state not in (MessageState.PARKED, MessageState.FAILED):
            raise NothingToRetry(row.get_state_display())
        row.state, row.tries, row.not_before, row.answered_at = MessageState.WAITING, 0, None, None
        row.save(update_fields=["state", "tries", "not_before", "answered_at"])
        jobs.enqueue(SEND, str(row.pk), at, again=True)
        pen.record(events.MessageRetried(row.pk, row.system_id, row.kind, row.key))


def switch(*, system: str, enabled: bool, reason: str, by: Actor, at: datetime) -> None:
    """
    Stop sending to a system, or begin again; what waited then goes out.

    :raises NotAllowed: the actor may not
    :raises NotConnected: there is no such system
    :raises ReasonMissing: no reason is given
    """
    place = _system(system)
    who = by.by_for("connections.retry", place.unit_id)
    with deed("switch_system", stream=day_stream("system", at), by=who, at=at) as pen:
        if not reason.strip():
            raise ReasonMissing
        place.enabled = enabled
        place.save(update_fields=["enabled"])
        if enabled:
            _send_waiting(place, at)
        pen.record(events.SystemSwitched(system, enabled, reason))


def check(*, system: str) -> bool:
    """Ask a system whether it is there, and note it; tells the answer. Real time, no deed."""
    try:
        _listened(_system(system), lambda adapter: adapter.check())
    except Unavailable:
        return False
    return True


def reconcile(*, system: str, day: date, at: datetime) -> list[Difference]:
    """
    Compare our book of China's day with theirs, and keep the lines in which they differ in place of those found before.

    :raises NotConnected: there is no such system
    :raises Unavailable: it does not answer
    """
    place = _system(system)
    theirs = _listened(place, lambda adapter: list(adapter.list_for(day)))
    begins = datetime(day.year, day.month, day.day, tzinfo=CHINA)
    ours = Message.objects.filter(
        system=place, direction=Direction.OUT, at__gte=begins, at__lt=begins + timedelta(days=1)
    )
    lines = [Line(row.key, MessageState(row.state), row.reference) for row in ours]
    found = differences(lines, theirs)
    with deed("reconcile", stream=day_stream("system", at), by=SYSTEM, at=at) as pen:
        row, _made = Reconciliation.objects.update_or_create(
            system=place, day=day, defaults={"at": at, "ours": len(lines), "theirs": len(theirs)}
        )
        row.differences.all().delete()
        kept = Difference.objects.bulk_create(
            Difference(
                reconciliation=row,
                kind=each.kind,
                key=each.key,
                reference=each.reference,
                ours=each.ours or "",
                theirs=each.theirs or "",
            )
            for each in found
        )
        pen.record(events.Reconciled(system, day, len(lines), len(theirs), len(found)))
    return kept


def follow_definitions(*, at: datetime) -> tuple[str, ...]:
    """Bring the list of systems to what is in force on the day; names those that changed. Safe to run at any time."""
    wanted = definitions.all_in_force(KIND, local_day(at))
    changed = [each for each in wanted.values() if _differs(each)]
    if not changed:
        return ()
    with deed("follow_systems", stream=day_stream("system", at), by=SYSTEM, at=at) as pen:
        for each in changed:
            System.objects.update_or_create(code=each.code, defaults=_row(each))
        pen.record(events.SystemsFollowed(tuple(sorted(each.code for each in changed))))
    return tuple(sorted(each.code for each in changed))


def _row(system: SystemOf) -> dict[str, Any]:
    return {
        "name": system.name,
        "version": system.version,
        "adapter": system.adapter,
        "settings": json.dumps(dict(system.settings), ensure_ascii=False, sort_keys=True),
        "unit_id": Unit.objects.filter(code=system.unit).values_list("pk", flat=True).first(),
    }


def _differs(system: SystemOf) -> bool:
    row = System.objects.filter(code=system.code).first()
    return row is None or any(getattr(row, name) != value for name, value in _row(system).items())


def _system(code: str) -> System:
    row = System.objects.filter(code=code).first()
    if row is None:
        raise NotConnected(code)
    return row


def _adapter(system: System) -> Adapter:
    return adapter_for(system.code, system.adapter, json.loads(system.settings))


def _listened(system: System, ask: Any) -> Any:
    """Ask the adapter of a system something, and note that it answered, or that it did not."""
    try:
        answer = ask(_adapter(system))
    except Unavailable as silent:
        _note(system, str(silent))
        raise
    _note(system)
    return answer


def _note(system: System, error: str = "") -> None:
    now = realtime.now()
    said = {"last_failure_at": now, "last_error": error[:400]} if error else {"last_success_at": now, "last_error": ""}
    System.objects.filter(pk=system.pk).update(**said)


def _send_waiting(system: System, at: datetime) -> None:
    waiting = Message.objects.filter(system=system, direction=Direction.OUT, state=MessageState.WAITING)
    for key in waiting.order_by("pk").values_list("pk", flat=True):
        jobs.enqueue(SEND, str(key), at, again=True)


def _taken(row: Message, answer: Answer, at: datetime) -> None:
    _note(row.system)
    row.tries, row.error, row.not_before, row.sent_at = row.tries + 1, "", None, at
    row.reference, row.answer = answer.reference, sealed(answer.body)
    row.state = MessageState.ANSWERED if answer.is_final else MessageState.SENT
    row.answered_at = at if answer.is_final else None
    if answer.is_final:
        _end(row, events.MessageAnswered, at)
        return
    row.save()
    expect_answer(system=row.system_id, at=at)


def _end_answered(row: Message, incoming: Incoming, pen: Pen) -> None:
    """End the message of ours that something which came in answers, if it still waits for that."""
    waiting = Message.objects.select_for_update().filter(
        system=row.system_id, direction=Direction.OUT, key=incoming.answers, answered_at=None
    )
    ours = waiting.first() if incoming.answers else None
    if ours is None:
        return
    ours.state = MessageState.FAILED if incoming.refused else MessageState.ANSWERED
    ours.answered_at, ours.answer = row.at, row.body
    ours.sent_at, ours.reference = ours.sent_at or row.at, incoming.reference or ours.reference
    ours.save(update_fields=["state", "answered_at", "answer", "sent_at", "reference"])
    pen.record(_event(events.MessageRefused if incoming.refused else events.MessageAnswered, ours))


def _refused(row: Message, why: str, at: datetime) -> None:
    _note(row.system)
    row.tries, row.error, row.state, row.answered_at = row.tries + 1, why[:400], MessageState.FAILED, at
    _end(row, events.MessageRefused, at)


def _silent(row: Message, silent: Unavailable, at: datetime) -> None:
    _note(row.system, str(silent))
    row.tries, row.error = row.tries + 1, str(silent)[:400]
    row.not_before = realtime.now() + min(FIRST_PAUSE * 2 ** (row.tries - 1), LONGEST_PAUSE)
    if row.tries < TRIES:
        row.save()
        return
    row.state, row.not_before = MessageState.PARKED, None
    _end(row, events.MessageParked, at)


def _end(row: Message, event: type[Event], at: datetime) -> None:
    with deed("end_message", stream=day_stream("system", at), by=SYSTEM, at=at) as pen:
        row.save()
        pen.record(_event(event, row))


def _event(event: type[Event], row: Message) -> Event:
    if event is events.MessageAnswered:
        return events.MessageAnswered(row.pk, row.system_id, row.kind, row.key, row.reference)
    short = events.MessageRefused if event is events.MessageRefused else events.MessageParked
    return short(row.pk, row.system_id, row.kind, row.key)
