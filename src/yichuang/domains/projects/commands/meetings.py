"""Meetings: planned with an agenda, held and numbered, minutes issued, followed until everything is verified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from yichuang.domains.projects import queries
from yichuang.domains.projects.commands.refusals import (
    AgendaEmpty,
    BodyUnknown,
    DayAhead,
    OutOfOrder,
    ReasonMissing,
)
from yichuang.domains.projects.events import (
    AgendaChanged,
    MeetingCancelled,
    MeetingFollowed,
    MeetingHeld,
    MeetingPlanned,
    MinutesIssued,
)
from yichuang.domains.projects.models import AgendaItem, Meeting, Resolution
from yichuang.domains.projects.terms import MEETING, MINUTES_DAYS, MeetingKind, MeetingState, Topic
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.records import realtime
from yichuang.foundation.records.labels import in_chinese
from yichuang.foundation.work import deeds, numbers
from yichuang.foundation.work.terms import ClockKind

MEET = "projects.meet"
RULE = "会议议事规则"


@dataclass(frozen=True, slots=True)
class AgendaSaid:
    """One matter of an agenda: what, of which project, and why."""

    subject: str
    project_id: int | None = None
    because: str = ""


def plan_meeting(
    *,
    body: str,
    kind: MeetingKind,
    topic: Topic,
    planned_at: datetime,
    agenda: Sequence[AgendaSaid],
    unit_id: int,
    by: Actor,
    at: datetime,
    place: str = "",
    is_synthetic: bool = False,
) -> Meeting:
    """
    Plan a meeting of a body; the unit is the office that keeps its papers.

    :raises BodyUnknown: the code list has no such body
    :raises AgendaEmpty: nothing stands on the agenda
    """
    day = local_day(at)
    bodies = queries.bodies(day)
    if body not in bodies:
        raise BodyUnknown(body)
    unit = Unit.objects.get(pk=unit_id)
    region = unit.region_id[:6]
    with (
        transaction.atomic(),
        deeds.opening(
            "plan_meeting",
            kind=MEETING,
            title=f"{bodies[body]}{in_chinese(kind.label)}",
            unit_id=unit.pk,
            region=region,
            lifecycle=MEETING,
            number=f"HY{region}-{day.year}-{numbers.take(f'meeting/{region}/{day.year}'):04d}",
            by=by,
            at=at,
            permission=MEET,
            is_synthetic=is_synthetic,
        ) as deed,
    ):
        meeting = Meeting.objects.create(
            dossier=deed.dossier, body=body, kind=kind, topic=topic, planned_at=planned_at, place=place
        )
        _put(meeting, agenda)
        deed.record(MeetingPlanned(body, len(agenda)))
    return meeting


def change_agenda(*, meeting_id: int, agenda: Sequence[AgendaSaid], by: Actor, at: datetime) -> None:
    """
    Write the agenda of a meeting anew.

    :raises AgendaEmpty: nothing stands on it
    """
    meeting = Meeting.objects.get(pk=meeting_id)
    with deeds.deed("change_agenda", on=meeting_id, by=by, at=at, permission=MEET) as deed:
        meeting.agenda.all().delete()
        _put(meeting, agenda)
        deed.record(AgendaChanged(len(agenda)))


def hold_meeting(
    *, meeting_id: int, held_on: date, by: Actor, at: datetime, chair: str = "", attendees: str = ""
) -> Meeting:
    """
    Note that a meeting was held: it gets the next number of its body in that year, and its minutes are owed.

    :raises NotOpen: it was held or cancelled
    :raises DayAhead: the day is to come
    :raises OutOfOrder: the body has a numbered meeting on a later day
    """
    with deeds.deed("hold", on=meeting_id, by=by, at=at, permission=MEET) as deed:
        meeting = Meeting.objects.get(pk=meeting_id)
        if held_on > local_day(at):
            raise DayAhead(held_on)
        later = Meeting.objects.filter(body=meeting.body, held_on__gt=held_on).order_by("-held_on").first()
        if later is not None and later.held_on is not None:
            raise OutOfOrder(later.held_on)
        deed.hold_to(ClockKind.ANSWER, limit=MINUTES_DAYS, unit="working_day", rule=RULE)
        meeting.held_on, meeting.year, meeting.recorded_at = held_on, held_on.year, realtime.database_now()
        meeting.chair, meeting.attendees = chair.strip(), attendees.strip()
        meeting.no = numbers.take(f"meeting/{deed.dossier.region}/{meeting.body}/{held_on.year}")
        deed.dossier.title = f"{deed.dossier.title} {held_on.year}年第{meeting.no}次"
        meeting.save()
        deed.record(MeetingHeld(meeting.body, meeting.no, held_on))
    return meeting


def issue_minutes(*, meeting_id: int, minutes: str, by: Actor, at: datetime) -> None:
    """
    Issue the minutes of a meeting that was held.

    :raises NotOpen: it was not held, or they were issued
    :raises ReasonMissing: they say nothing
    """
    with deeds.deed("issue", on=meeting_id, by=by, at=at, permission=MEET) as deed:
        if not minutes.strip():
            raise ReasonMissing
        meeting = Meeting.objects.get(pk=meeting_id)
        assert meeting.no is not None, "the lifecycle lets only a held meeting be issued"
        meeting.minutes, meeting.minutes_at = minutes.strip(), at
        meeting.save(update_fields=["minutes", "minutes_at"])
        deed.record(MinutesIssued(meeting.body, meeting.no, meeting.resolutions.count()))


def cancel_meeting(*, meeting_id: int, reason: str, by: Actor, at: datetime) -> None:
    """
    Say that a planned meeting does not take place.

    :raises ReasonMissing: it is not said why
    """
    with deeds.deed("cancel", on=meeting_id, by=by, at=at, permission=MEET) as deed:
        if not reason.strip():
            raise ReasonMissing
        deed.record(MeetingCancelled(reason))


def follow_meeting(*, meeting_id: int, by: Actor, at: datetime) -> bool:
    """Close a meeting with issued minutes once everything that it resolved is over; say whether it did. Safe twice."""
    meeting = Meeting.objects.select_related("dossier").get(pk=meeting_id)
    is_open = Resolution.objects.filter(meeting=meeting, dossier__ended_at=None).exists()
    if meeting.dossier.state != MeetingState.ISSUED or is_open or not meeting.resolutions.exists():
        return False
    with deeds.deed("follow", on=meeting_id, by=by, at=at) as deed:
        assert meeting.no is not None, "issued minutes are of a numbered meeting"
        deed.record(MeetingFollowed(meeting.body, meeting.no))
    return True


def _put(meeting: Meeting, agenda: Sequence[AgendaSaid]) -> None:
    said = [each for each in agenda if each.subject.strip()]
    if not said:
        raise AgendaEmpty
    rows = enumerate(said, 1)
    AgendaItem.objects.bulk_create(
        [
            AgendaItem(
                meeting=meeting,
                place=place,
                project_id=each.project_id,
                subject=each.subject.strip(),
                because=each.because,
            )
            for place, each in rows
        ]
    )
