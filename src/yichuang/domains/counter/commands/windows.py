"""Windows: a clerk sits down, pauses, goes on, leaves."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime

from yichuang.domains.counter import queries
from yichuang.domains.counter.commands.refusals import (
    NotPaused,
    NotSeated,
    SittingElsewhere,
    StillInHand,
    WindowIsPaused,
    WindowTaken,
)
from yichuang.domains.counter.events import ClerkLeft, ClerkSatDown, WindowPaused, WindowResumed
from yichuang.domains.counter.models import Break, Sitting, Window
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.pen import Pen
from yichuang.foundation.records.terms import day_stream

CALL = "counter.call"


def hall_deed(name: str, unit_id: int, by: Actor, at: datetime, permission: str = CALL) -> AbstractContextManager[Pen]:
    """
    Open a deed in the day stream of a hall's unit.

    :raises NotAllowed: `by` may not, there
    """
    return deed(name, stream=day_stream(f"unit/{unit_id}", at), by=by.by_for(permission, unit_id), at=at)


def seated(by: Actor) -> Sitting:
    """
    Give the sitting of a clerk.

    :raises NotSeated: the clerk sits at no window
    """
    sitting = queries.sitting_of(by)
    if sitting is None:
        raise NotSeated
    return sitting


def sit_down(*, window_id: int, by: Actor, at: datetime) -> Sitting:
    """
    Take a window. Who sits there already stays there.

    :raises NotAllowed: `by` does not call tickets in that hall
    :raises WindowTaken: somebody else sits there
    :raises SittingElsewhere: `by` sits at another window
    """
    window = Window.objects.select_related("site").get(pk=window_id)
    with hall_deed("sit_down", window.site.unit_id, by, at) as pen:
        own = queries.sitting_of(by)
        if own is not None and own.window_id != window_id:
            raise SittingElsewhere(own.window.number)
        if own is not None:
            pen.record(ClerkSatDown(sitting_id=own.pk, window_id=window_id))
            return own
        other = Sitting.objects.filter(window=window, to_at=None).select_related("account").first()
        if other is not None:
            raise WindowTaken(window.number, str(other.account))
        assert by.account_id is not None, "a person sits down"
        sitting = Sitting.objects.create(window=window, account_id=by.account_id, from_at=at)
        pen.record(ClerkSatDown(sitting_id=sitting.pk, window_id=window_id))
    return sitting


def leave_window(*, by: Actor, at: datetime) -> None:
    """
    Leave the window; a pause ends with it.

    :raises NotSeated: the clerk sits at no window
    :raises StillInHand: a ticket has not ended
    """
    sitting = seated(by)
    with hall_deed("leave_window", sitting.window.site.unit_id, by, at) as pen:
        if ticket := queries.ticket_in_hand(by):
            raise StillInHand(ticket.number)
        end_sitting(pen, sitting, at)


def pause_window(*, reason: str = "", by: Actor, at: datetime) -> Break:
    """
    Call nobody for a while; the screens show it.

    :raises NotSeated: the clerk sits at no window
    :raises WindowIsPaused: it is paused
    """
    sitting = seated(by)
    with hall_deed("pause_window", sitting.window.site.unit_id, by, at) as pen:
        if running := queries.running_break(sitting):
            raise WindowIsPaused(running.from_at)
        row = Break.objects.create(sitting=sitting, reason=reason.strip()[:80], from_at=at)
        pen.record(WindowPaused(window_id=sitting.window_id, reason=row.reason))
    return row


def resume_window(*, by: Actor, at: datetime) -> None:
    """
    Call again.

    :raises NotSeated: the clerk sits at no window
    :raises NotPaused: it is not paused
    """
    sitting = seated(by)
    with hall_deed("resume_window", sitting.window.site.unit_id, by, at) as pen:
        if not Break.objects.filter(sitting=sitting, to_at=None).update(to_at=at):
            raise NotPaused
        pen.record(WindowResumed(window_id=sitting.window_id))


def end_sitting(pen: Pen, sitting: Sitting, at: datetime) -> None:
    """End a sitting and its pause, inside a deed."""
    Break.objects.filter(sitting=sitting, to_at=None).update(to_at=at)
    Sitting.objects.filter(pk=sitting.pk).update(to_at=at)
    pen.record(ClerkLeft(sitting_id=sitting.pk, window_id=sitting.window_id))
