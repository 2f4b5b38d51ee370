"""催办: one click, once a day, recorded on the dossier that it is about; what the machine would send may wait."""

from __future__ import annotations

from datetime import date, datetime

from yichuang.domains.supervision.commands.refusals import (
    AlreadyEnded,
    DeferredTooLong,
    NoReminderAhead,
    ReasonMissing,
    RemindedToday,
)
from yichuang.domains.supervision.events import ReminderDeferred, UnitReminded
from yichuang.domains.supervision.models import Deferral, Reminder
from yichuang.domains.supervision.queries.reminders import deferrable, next_moment, reminder_words
from yichuang.domains.supervision.terms import DEFERRED
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.jobs import commands as jobs
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.work import deeds
from yichuang.foundation.work.models import Clock


def remind(*, dossier_id: int, by: Actor, at: datetime) -> Reminder:
    """
    Remind the unit that owes a dossier.

    :raises RemindedToday: it was reminded of it today
    :raises AlreadyEnded: it was decided or closed already
    """
    with deeds.deed("remind", on=dossier_id, by=by, at=at, permission="supervision.remind") as deed:
        dossier, day = deed.dossier, local_day(at)
        if dossier.ended_at or dossier.concluded_at:
            raise AlreadyEnded
        if Reminder.objects.filter(dossier=dossier, unit_id=dossier.unit_id, on=day).exists():
            raise RemindedToday
        row = Reminder.objects.create(
            dossier=dossier,
            unit_id=dossier.unit_id,
            on=day,
            at=at,
            by_id=by.account_id,
            text=reminder_words(dossier.number),
        )
        deed.record(UnitReminded(row.pk, dossier.unit.code, day, row.text))
    return row


def defer_reminder(*, clock_id: int, until: date, reason: str, by: Actor, at: datetime) -> Deferral:
    """
    Hold back the automatic reminder of a limit until the opening of a day, or of the working day after it.

    :raises NoReminderAhead: none would be sent by itself
    :raises DeferredTooLong: the day is not after that of the reminder, or too far from it
    :raises ReasonMissing: no reason was given
    """
    clock = Clock.objects.get(pk=clock_id)
    with deeds.deed("defer_reminder", on=clock.dossier_id, by=by, at=at, permission="supervision.remind") as deed:
        clock.refresh_from_db()
        moment = next_moment(clock, at)
        if moment is None or deed.dossier.concluded_at or deed.dossier.ended_at:
            raise NoReminderAhead
        first, last = deferrable(clock)
        if not first <= until <= last:
            raise DeferredTooLong(first, last)
        if not reason.strip():
            raise ReasonMissing
        assert by.account_id, "a person holds a reminder back"
        row = Deferral.objects.create(clock=clock, until=until, reason=reason, at=at, by_id=by.account_id)
        office = definitions.office()
        jobs.enqueue(DEFERRED, str(clock.pk), office.opening(office.calendar.on_or_after(until)), again=True)
        deed.record(ReminderDeferred(clock.pk, until, reason))
    return row


def remind_after_all(*, clock_id: int, by: Actor, at: datetime) -> bool:
    """Remind where a reminder was held back until now and the limit is still overdue; tell whether it was."""
    clock = Clock.objects.get(pk=clock_id)
    if clock.stopped_at is not None or clock.due_at is None or clock.due_at > at:
        return False
    try:
        remind(dossier_id=clock.dossier_id, by=by, at=at)
    except (RemindedToday, AlreadyEnded):
        return False
    return True
