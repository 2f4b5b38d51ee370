"""Permits found outside (体外循环): a permit for a project that no case brought about is an alarm until answered."""

from __future__ import annotations

from datetime import date, datetime

from yichuang.domains.construction import queries
from yichuang.domains.construction.commands.projects import leads_of
from yichuang.domains.construction.commands.refusals import AnsweredAlready, PermitKnown, ReasonMissing
from yichuang.domains.construction.events import PermitOutsideAnswered, PermitOutsideFound
from yichuang.domains.construction.models import OutsidePermit
from yichuang.domains.construction.terms import AlarmState
from yichuang.domains.licences import queries as licences
from yichuang.foundation.people.actors import SYSTEM, Actor, local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.work import deeds


def register_outside_permit(
    *,
    project_id: int,
    name: str,
    number: str,
    unit_id: int | None,
    issued_on: date | None,
    found_how: str,
    by: Actor,
    at: datetime,
    licence_id: int | None = None,
) -> OutsidePermit:
    """
    Register a permit that was issued for a project outside the system: it raises an alarm.

    :raises NotAllowed: `by` neither leads a stage nor watches over approvals
    :raises PermitKnown: a case of the project issued it, or it was registered before
    """
    may_watch = by.is_system or by.may("supervision.verify")
    permission = None if may_watch else "construction.lead"
    with deeds.deed(
        "register_outside_permit", on=project_id, by=by, at=at, permission=permission, unit_id=leads_of(at)
    ) as deed:
        code = deed.dossier.number
        issued_here = licences.of_project(code).filter(number=number.strip()).exclude(dossier=None)
        known = OutsidePermit.objects.filter(project_id=project_id, name=name.strip(), number=number.strip())
        if issued_here.exists() or known.exists():
            raise PermitKnown(number)
        alarm = OutsidePermit.objects.create(
            project_id=project_id,
            name=name.strip(),
            number=number.strip(),
            unit_id=unit_id,
            issued_on=issued_on,
            licence_id=licence_id,
            found_at=at,
            found_how=found_how,
        )
        unit = Unit.objects.filter(pk=unit_id or 0).first()
        deed.record(
            PermitOutsideFound(
                alarm_id=alarm.pk, project=code, permit=alarm.name, number=alarm.number, unit=unit.code if unit else ""
            )
        )
    return alarm


def answer_outside_permit(*, alarm_id: int, confirmed: bool, answer: str, by: Actor, at: datetime) -> OutsidePermit:
    """
    Answer for a permit found outside: explained, or confirmed as a detour round the system.

    :raises NotAllowed: `by` does not watch over approvals
    :raises ReasonMissing: nothing is said
    :raises AnsweredAlready: it was answered before
    """
    alarm = OutsidePermit.objects.get(pk=alarm_id)
    with deeds.deed(
        "answer_outside_permit", on=alarm.project_id, by=by, at=at, permission="supervision.verify"
    ) as deed:
        alarm = OutsidePermit.objects.get(pk=alarm_id)
        if alarm.state != AlarmState.OPEN:
            raise AnsweredAlready(alarm.answered_at)
        if not answer.strip():
            raise ReasonMissing
        alarm.state = AlarmState.CONFIRMED if confirmed else AlarmState.EXPLAINED
        alarm.answer, alarm.answered_at = answer, at
        alarm.save(update_fields=["state", "answer", "answered_at"])
        deed.record(PermitOutsideAnswered(alarm_id=alarm.pk, state=alarm.state))
    return alarm


def look_at_licence(*, licence_id: int, at: datetime) -> OutsidePermit | None:
    """
    Look whether a licence that appeared in the library went round the system; done by a reaction, safe to repeat.

    One that an item of the four stages issues, that bears a project's code, came from no case and is younger than the
    project's registration, is an alarm. What is older was taken over when the project was registered.
    """
    licence = licences.licence(licence_id)
    project = queries.by_code(licence.project_code) if licence.project_code else None
    if project is None or not licence.is_outside or licence.dossier_id is not None:
        return None
    if licence.licence_type not in queries.permit_types(local_day(at)):
        return None
    if licence.valid_from < local_day(project.applied_at):
        return None
    if OutsidePermit.objects.filter(licence_id=licence_id).exists():
        return None
    return register_outside_permit(
        project_id=project.pk,
        name=licence.name,
        number=licence.number,
        unit_id=licence.issuer_id,
        issued_on=licence.valid_from,
        found_how="证照库登记了没有办件的证照",
        licence_id=licence_id,
        by=SYSTEM,
        at=at,
    )
