"""Which reminder the machine sends next, and what a reminder says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yichuang.domains.cases.terms import KIND, STAGE
from yichuang.domains.supervision.models import Deferral
from yichuang.domains.supervision.queries.board import VIEW, supervised
from yichuang.domains.supervision.queries.evasion import MANY
from yichuang.domains.supervision.terms import DEFER_DAYS, REMIND_RUNG
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.records.terms import CHINA
from yichuang.foundation.work import timing
from yichuang.foundation.work.models import Clock
from yichuang.foundation.work.terms import ClockKind

BATCH = 50

REMINDED = (ClockKind.ACCEPTANCE, ClockKind.PROMISE, ClockKind.LEGAL)
"""Limits of which the machine reminds."""


@dataclass(frozen=True, slots=True)
class Upcoming:
    """One reminder that the machine will send, and why it waits where somebody held it back."""

    clock_id: int
    number: str
    title: str
    unit: str
    unit_id: int
    limit: str
    at: datetime
    because: str
    until: tuple[date, date]  # the first and the last day until which it may be held back


def upcoming(actor: Actor, at: datetime, n: int) -> list[Upcoming]:
    """List the `n` next reminders that the machine will send about what the actor supervises, the first first."""
    last = definitions.office().calendar.previous_working(local_day(at))
    running = Clock.objects.filter(kind__in=REMINDED, step=None, stopped_at=None, due_at__isnull=False)
    held = list(Deferral.objects.filter(until__gte=last).values_list("clock", flat=True))
    soon = running.filter(due_at__gte=_not_reminded_of(last, at)).exclude(pk__in=held)
    clocks = _supervised(actor, running.filter(pk__in=held)) + list(islice(_in_order(actor, soon), n))
    deferrals = {each.clock_id: each for each in Deferral.objects.filter(clock__in=clocks).order_by("pk")}
    found = [(_moment(clock, deferrals.get(clock.pk)), clock) for clock in clocks]
    first = sorted(((moment, clock) for moment, clock in found if moment > at), key=lambda each: (each[0], each[1].pk))
    return [_row(clock, moment, deferrals.get(clock.pk)) for moment, clock in first[:n]]


def _not_reminded_of(day: date, at: datetime) -> datetime:
    """Give the begin of the first day from `day` on of whose limits nobody was reminded by `at`."""
    office = definitions.office()
    while timing.rungs_between(None, office.closing(day), office)[REMIND_RUNG] <= at:
        day += timedelta(days=1)
    return datetime.combine(day, time(), CHINA)


def _in_order(actor: Actor, rows: QuerySet[Clock]) -> Iterator[Clock]:
    """
    Give the limits that the actor supervises, the first due first.

    Who supervises few units is given theirs. Else limits are read along their index and those of others are left out:
    a database that joins first joins all of them.
    """
    units, begin, size = actor.units(VIEW), 0, BATCH
    if units is not None and len(units) <= MANY:
        rows = rows.filter(dossier__in=supervised(actor).filter(ended_at=None, concluded_at=None))
    while True:
        keys = list(rows.order_by("due_at", "pk").values_list("pk", flat=True)[begin : begin + size])
        yield from _supervised(actor, Clock.objects.filter(pk__in=keys))
        if len(keys) < size:
            return
        begin, size = begin + size, size * 2


def _supervised(actor: Actor, rows: QuerySet[Clock]) -> list[Clock]:
    """Give those of a few limits that the actor supervises, with their dossiers, the first due first."""
    units = actor.units(VIEW)
    rows = rows.filter(dossier__kind__in=(KIND, STAGE), dossier__ended_at=None, dossier__concluded_at=None)
    rows = rows if units is None else rows.filter(dossier__unit_id__in=units)
    return list(rows.select_related("dossier__unit").order_by("due_at", "pk"))


def one_upcoming(actor: Actor, clock_id: int, at: datetime) -> Upcoming | None:
    """Show the next reminder of one limit; None where none is ahead, or the actor does not supervise it."""
    clock = next(iter(_supervised(actor, Clock.objects.filter(pk=clock_id, kind__in=REMINDED, step=None))), None)
    moment = next_moment(clock, at) if clock else None
    return _row(clock, moment, held_back(clock)) if clock and moment else None


def next_moment(clock: Clock, at: datetime) -> datetime | None:
    """Tell when the machine reminds of a running limit by itself; None where it did, or there is nothing to hurry."""
    if clock.stopped_at is not None or clock.due_at is None:
        return None
    moment = _moment(clock, held_back(clock))
    return moment if moment > at else None


def held_back(clock: Clock) -> Deferral | None:
    """Give the deferral that holds for a limit."""
    return clock.deferrals.order_by("-pk").first()


def deferrable(clock: Clock) -> tuple[date, date]:
    """Tell the first and the last day until which the reminder of a limit may wait."""
    day = local_day(_rung(clock))
    return day + timedelta(days=1), definitions.office().calendar.add(day, DEFER_DAYS)


def reminder_words(number: str) -> str:
    """Say what a reminder says."""
    return _("请抓紧办理：%(number)s") % {"number": number}


def _rung(clock: Clock) -> datetime:
    return timing.rung_moments(clock, definitions.office())[REMIND_RUNG]


def _moment(clock: Clock, deferral: Deferral | None) -> datetime:
    """Tell when the machine reminds of a limit: on its rung, or on the day until which it was held back."""
    moment, office = _rung(clock), definitions.office()
    if deferral is None:
        return moment
    return max(moment, office.opening(office.calendar.on_or_after(deferral.until)))


def _row(clock: Clock, moment: datetime, deferral: Deferral | None) -> Upcoming:
    dossier = clock.dossier
    return Upcoming(
        clock_id=clock.pk,
        number=dossier.number,
        title=dossier.title,
        unit=dossier.unit.short_name,
        unit_id=dossier.unit_id,
        limit=clock.get_kind_display(),
        at=moment,
        because=deferral.reason if deferral else "",
        until=deferrable(clock),
    )
