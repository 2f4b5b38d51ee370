"""Resolved matters: assigned, taken, reported with evidence, verified by somebody else, sent back or dropped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from yichuang.domains.projects.commands.refusals import DayPast, EvidenceMissing, NotHeld, OwnWork, ReasonMissing
from yichuang.domains.projects.events import (
    MatterResolved,
    ResolutionDropped,
    ResolutionReported,
    ResolutionSentBack,
    ResolutionTaken,
    ResolutionVerified,
)
from yichuang.domains.projects.models import Meeting, Resolution, ResolutionFile
from yichuang.domains.projects.terms import FILES, RESOLUTION
from yichuang.foundation.files import commands as files
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.work import deeds, numbers
from yichuang.foundation.work.deeds import Deed
from yichuang.foundation.work.terms import ClockKind, ScopeKind

MEET, ANSWER, VERIFY = "projects.meet", "projects.answer", "projects.verify"
RULE = "会议议定事项"


def resolve_matter(
    *,
    meeting_id: int,
    text: str,
    unit_id: int,
    due_on: date,
    by: Actor,
    at: datetime,
    project_id: int | None = None,
) -> Resolution:
    """
    Note what a meeting resolved: which unit owes it, until when. Its clock runs from now.

    :raises NotHeld: the meeting was not held
    :raises DayPast: no working day is left until then
    :raises ReasonMissing: nothing is said
    """
    if not text.strip():
        raise ReasonMissing
    unit, year = Unit.objects.get(pk=unit_id), local_day(at).year
    with deeds.deed("resolve", on=meeting_id, by=by, at=at, permission=MEET) as on_meeting:
        meeting = Meeting.objects.get(pk=meeting_id)
        if meeting.held_on is None:
            raise NotHeld
        on_meeting.see(ScopeKind.UNIT, unit.pk)
        dossier = on_meeting.dossier
        n = meeting.resolutions.count() + 1
        with deeds.opening(
            "assign",
            kind=RESOLUTION,
            title=text.strip()[:300],
            unit_id=unit.pk,
            region=dossier.region,
            lifecycle=RESOLUTION,
            number=f"YD{dossier.region}-{year}-{numbers.take(f'resolution/{dossier.region}/{year}'):04d}",
            by=by,
            at=at,
            is_synthetic=dossier.is_synthetic,
        ) as deed:
            deed.see(ScopeKind.UNIT, dossier.unit_id)
            _owe(deed, due_on)
            row = Resolution.objects.create(
                dossier=deed.dossier,
                meeting=meeting,
                project_id=project_id,
                n=n,
                text=text.strip(),
                due_on=due_on,
            )
            deed.record(MatterResolved(dossier.number, unit.code, due_on))
        on_meeting.record(MatterResolved(dossier.number, unit.code, due_on))
    return row


def take_resolution(*, resolution_id: int, by: Actor, at: datetime) -> None:
    """Take a resolved matter in hand."""
    with deeds.deed("take", on=resolution_id, by=by, at=at, permission=ANSWER) as deed:
        deed.record(ResolutionTaken(deed.dossier.unit.code))


def report_resolution(
    *, resolution_id: int, report: str, by: Actor, at: datetime, file_ids: Sequence[int] = ()
) -> None:
    """
    Say that it is done, with what shows it.

    :raises EvidenceMissing: nothing is said and nothing shown
    """
    with deeds.deed("report", on=resolution_id, by=by, at=at, permission=ANSWER) as deed:
        if not report.strip():
            raise EvidenceMissing
        row = Resolution.objects.get(pk=resolution_id)
        ResolutionFile.objects.bulk_create([ResolutionFile(resolution=row, file_id=each) for each in file_ids])
        files.attach(deed, file_ids, purpose=FILES)
        row.report, row.reported_by_id = report.strip(), by.account_id
        row.save(update_fields=["report", "reported_by"])
        deed.record(ResolutionReported(row.report, tuple(file_ids)))


def send_back_resolution(*, resolution_id: int, reason: str, due_on: date, by: Actor, at: datetime) -> None:
    """
    Say that it is not enough; a new limit runs until `due_on`.

    :raises OwnWork: the doer or somebody of the owing unit would do so
    :raises ReasonMissing: it is not said why
    :raises DayPast: no working day is left until then
    """
    with deeds.deed("send_back", on=resolution_id, by=by, at=at, permission=VERIFY) as deed:
        _another(deed, resolution_id, by)
        _owe(deed, due_on)
        Resolution.objects.filter(pk=resolution_id).update(due_on=due_on)
        deed.record(ResolutionSentBack(_said(reason), due_on))


def verify_resolution(*, resolution_id: int, finding: str, by: Actor, at: datetime) -> None:
    """
    Verify that it is done (核销); by somebody other than the doer, of another unit.

    :raises OwnWork: the doer or somebody of the owing unit would verify
    :raises ReasonMissing: it is not said what was found
    """
    with deeds.deed("verify", on=resolution_id, by=by, at=at, permission=VERIFY) as deed:
        _another(deed, resolution_id, by)
        Resolution.objects.filter(pk=resolution_id).update(finding=_said(finding), verified_by=by.account_id)
        deed.record(ResolutionVerified(finding))


def drop_resolution(*, resolution_id: int, reason: str, by: Actor, at: datetime) -> None:
    """
    Stop following a resolved matter, with the reason.

    :raises ReasonMissing: it is not said why
    """
    with deeds.deed("drop", on=resolution_id, by=by, at=at, permission=MEET) as deed:
        deed.record(ResolutionDropped(_said(reason)))


def _owe(deed: Deed, due_on: date) -> None:
    """Hold the matter to the working days that are left until a day."""
    days = deed.office.calendar.between(local_day(deed.at), due_on) if due_on > local_day(deed.at) else 0
    if days < 1:
        raise DayPast(due_on)
    deed.hold_to(ClockKind.ANSWER, limit=days, unit="working_day", rule=RULE)


def _another(deed: Deed, resolution_id: int, by: Actor) -> None:
    """Refuse the doer, and whoever is appointed in the unit that owes it or under it."""
    doer = Resolution.objects.values_list("reported_by_id", flat=True).get(pk=resolution_id)
    within = Unit.objects.filter(pk__in=by.unit_ids, path__startswith=deed.dossier.unit.path)
    if (doer is not None and doer == by.account_id) or within.exists():
        raise OwnWork


def _said(text: str) -> str:
    if not text.strip():
        raise ReasonMissing
    return text.strip()
