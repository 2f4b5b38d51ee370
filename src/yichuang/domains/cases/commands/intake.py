"""Taking in: an application is received and accepted, by a clerk or as nobody answered in time."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from yichuang.domains.cases import rules
from yichuang.domains.cases.commands.deciding import CASE
from yichuang.domains.cases.commands.materials import asked_for, fetch_licences, spare_proofs, write_materials
from yichuang.domains.cases.commands.promising import hold_to_limits, signed_word, take_commitment, take_over_rules
from yichuang.domains.cases.commands.refusals import (
    CannotApply,
    HandedInBefore,
    MaterialsMissing,
    NotOffered,
    TooLateToUndo,
)
from yichuang.domains.cases.events import AcceptanceUndone, ApplicationReceived, CaseAccepted, DeemedAccepted
from yichuang.domains.cases.models import Case, Draft
from yichuang.domains.cases.queries import placing
from yichuang.domains.cases.rules import Application
from yichuang.domains.cases.terms import KIND, STAGE, Channel
from yichuang.domains.catalogue.terms import Item, Need
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.jobs import commands as jobs
from yichuang.foundation.people.actors import SYSTEM, Actor, local_day
from yichuang.foundation.people.models import Party, Unit
from yichuang.foundation.records.prepared import insert
from yichuang.foundation.work import deeds
from yichuang.foundation.work.models import Clock, Dossier
from yichuang.foundation.work.terms import ClockKind, ScopeKind
from yichuang.ui.words import listed

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def receive(
    *,
    application: Application,
    by: Actor,
    at: datetime,
    draft_id: int | None = None,
    asked: tuple[rules.Asked, ...] | None = None,
) -> Case:
    """
    Take an application in at a window or online: number, slip code, list of what came; the acceptance clock runs.

    The clock starts at `received_at`, when the paper came, not when it was typed. `draft_id` names the actor's own
    draft that it was written in; it is taken in the deed, so that two at once do not both become a case. `asked` is
    what is asked for, where the caller has looked.

    :raises NotOffered: the item is not in force, or not offered through this channel
    :raises CannotApply: the answers say that this person cannot apply here
    :raises HandedInBefore: the draft became a case already
    """
    item = _item(application.item_id, local_day(application.received_at))
    if item.is_guide_only:
        raise NotOffered(
            _("“%(name)s”在“%(system)s”办理，本系统不收件。请到该系统办理。")
            % {"name": item.name, "system": item.handling_system.label}
        )
    if application.channel == Channel.ONLINE and not item.is_online:
        raise NotOffered(
            _("“%(name)s”暂不支持网上申请，请到%(where)s办理。")
            % {"name": item.name, "where": listed(item.points) or _("政务服务大厅")}
        )
    if reasons := rules.not_eligible(item, application.situation):
        raise CannotApply(reasons)
    permission = "cases.apply" if application.channel in (Channel.ONLINE, Channel.KIOSK) else "cases.accept"
    applicant = Party.objects.get(pk=application.applicant_id)
    unit = Unit.objects.get(code=item.unit)
    project = _project(application.project_code)
    with deeds.opening(
        "receive",
        kind=STAGE if item.lifecycle == STAGE else KIND,
        title=item.name,
        unit_id=unit.pk,
        region=placing.region_of(application, unit=unit, by=by, applicant=applicant, project=project),
        parent=project,
        lifecycle=item.lifecycle,
        item_code=item.id,
        channel=application.channel,
        by=by,
        at=at,
        permission=permission,
        party_id=application.applicant_id,
        effective_at=application.received_at,
        is_synthetic=application.is_synthetic,
    ) as deed:
        deed.dossier.unit = unit
        case = _write(deed, application, item, at)
        materials = write_materials(deed, case, application, asked or asked_for(item, application))
        _take_draft(draft_id, case, by)
        deed.record(
            ApplicationReceived(
                case_id=case.pk,
                item=item.id,
                channel=application.channel,
                received_at=application.received_at,
                materials=tuple((row.code, str(row.state)) for row in materials),
            )
        )
        hold_to_limits(deed, item, at)
        deed.pin("item", item.id, item.version)
        deed.paper_facts("材料接收凭证", {"materials": [row.name for row in materials]})
    expect_silence(deed.dossier, deed.running())
    return case


def submit_draft(*, draft_id: int, application: Application, by: Actor, at: datetime) -> Case:
    """
    Hand in a draft, once: a second submission returns the case that the first one made.

    :raises NotOffered: the item is not offered any more
    :raises CannotApply: the answers say that this person cannot apply here
    :raises MaterialsMissing: something required has no file and is not exempt
    """
    draft = Draft.objects.select_related("case").get(pk=draft_id)
    if draft.case:
        return draft.case
    item = _item(application.item_id, local_day(at))
    asked = asked_for(item, application)
    lacking = [
        each.material.name
        for each in asked
        if each.material.need == Need.REQUIRED
        and not each.exempt
        and not each.material.filled_by_form
        and each.material.code not in application.brought
    ]
    if lacking:
        raise MaterialsMissing(tuple(lacking))
    try:
        return receive(application=application, by=by, at=at, draft_id=draft.pk, asked=asked)
    except HandedInBefore as before:
        return before.case


def accept_case(
    *, case_id: int, by: Actor, at: datetime, tolerant: bool = False, commitment: Mapping[str, str] | None = None
) -> Case:
    """
    Accept an application that is complete: promise and legal clocks run, the plan opens the departments' steps.

    `tolerant` accepts what may be handed in later and starts the supplement clock; `commitment` (text_id, text,
    signed_by) accepts on the applicant's signed word (告知承诺); else the signed paper that came counts.

    :raises NotAllowed: `by` does not take in cases
    :raises NotOpen: it was accepted or closed before
    :raises MaterialsMissing: something required is not in hand; all of it is named at once
    """
    case = CASE.get(case_id)
    name = "tolerant_accept" if tolerant else "accept"
    with deeds.deed(name, on=case_id, by=by, at=at, permission="cases.accept") as deed:
        commitment = commitment or signed_word(case)
        materials = list(case.materials.all())
        states = [(row.name, row.need, row.state) for row in materials]
        if lacking := rules.missing(states, tolerant=tolerant, on_commitment=commitment is not None):
            raise MaterialsMissing(lacking)
        if commitment is not None:
            take_commitment(deed, case, commitment, at)
        if case.is_tolerant != tolerant:
            case.is_tolerant = tolerant
            case.save(update_fields=["is_tolerant"])
        take_over_rules(deed, case)
        deed.record(CaseAccepted(case_id=case.pk, tolerant=tolerant, on_commitment=commitment is not None))
        fetch_licences(deed, case, materials)
        spare_proofs(deed, case)
    return case


def accept_deemed(*, case_id: int, at: datetime) -> bool:
    """
    Set 视为受理 as nobody answered within the acceptance limit; clocks run from the day of receipt.

    Done by a job, safe to repeat: tells whether it was set. A limit that a calendar notice moved is waited for.
    """
    case = Case.objects.select_related("dossier").get(pk=case_id)
    if case.dossier.state not in ("received", "corrected", "prechecked"):
        return False
    clock = Clock.objects.filter(dossier=case.dossier, kind=ClockKind.ACCEPTANCE, stopped_at=None).first()
    if clock is None or clock.due_at is None or at < clock.due_at:
        expect_silence(case.dossier, [clock] if clock else [])
        return False
    with deeds.deed("deemed_accepted", on=case_id, by=SYSTEM, at=at, effective_at=clock.started_at) as deed:
        case.deemed = True
        case.save(update_fields=["deemed"])
        take_over_rules(deed, case)
        deed.paper_facts("受理通知书", {"deemed": "是"})
        deed.record(DeemedAccepted(case_id=case.pk))
    return True


def undo_acceptance(*, case_id: int, by: Actor, at: datetime) -> None:
    """
    Take a wrong acceptance back within thirty seconds, before the paper was handed over.

    :raises TooLateToUndo: the half minute is over, or a department has the case
    """
    with deeds.deed("undo_accept", on=case_id, by=by, at=at, permission="cases.accept") as deed:
        accepted = deed.dossier.accepted_at
        case = Case.objects.get(pk=case_id)
        if accepted is None or at - accepted > timedelta(seconds=rules.UNDO_SECONDS) or case.handovers.exists():
            raise TooLateToUndo
        deed.dossier.accepted_at = None
        deed.record(AcceptanceUndone(case_id=case_id))
    expect_silence(deed.dossier, deed.running())


def expect_silence(dossier: Dossier, running: Iterable[Clock]) -> None:
    """Order the job that sets 视为受理 when the acceptance clock, among those that run, passes unanswered."""
    clock = next((each for each in running if each.kind == ClockKind.ACCEPTANCE), None)
    if clock and clock.due_at:
        jobs.enqueue("cases.deemed", f"{dossier.pk}/{clock.due_at:%Y%m%d}", clock.due_at, {}, again=True)


def _write(deed: deeds.Deed, application: Application, item: Item, at: datetime) -> Case:
    case = Case(
        dossier=deed.dossier,
        item_id=item.id,
        item_version=item.version,
        applicant_id=application.applicant_id,
        representative_id=application.representative_id,
        agent_id=application.agent_id,
        agent_relation=application.agent_relation,
        mandate_id=application.mandate_id,
        recipient_name=application.recipient_name,
        recipient_phone=application.recipient_phone,
        recipient_address=application.recipient_address,
        delivery_kind=application.delivery_kind,
        channel=application.channel,
        site=application.site,
        window=application.window,
        received_at=application.received_at,
        entered_at=at,
        identity_check=application.identity_check,
        by_dictation=application.by_dictation,
        answers=json.dumps(application.answers, ensure_ascii=False, sort_keys=True, default=str),
        situation=json.dumps(dict(application.situation), ensure_ascii=False, sort_keys=True),
        query_code="".join(secrets.choice(CODE_LETTERS) for _ in range(6)),
        project_code=application.project_code,
    )
    insert(case)
    deed.set_facts({**application.facts, **item.facts_of(application.situation)})
    deed.see(ScopeKind.PARTY, application.applicant_id)
    for party in (application.agent_id, application.representative_id):
        if party:
            deed.see(ScopeKind.AGENT, party)
    for own in deed.by.unit_ids:
        deed.see(ScopeKind.UNIT, own)
    return case


def _take_draft(draft_id: int | None, case: Case, by: Actor) -> None:
    own = Draft.objects.filter(pk=draft_id or 0, account_id=by.account_id or 0)
    if own.filter(case=None).update(case=case):
        return
    if before := Case.objects.filter(draft__in=own).first():
        raise HandedInBefore(before)


def _project(code: str) -> Dossier | None:
    """Find the project that an application belongs to: its dossier bears the project code as number."""
    return Dossier.objects.filter(kind="project", number=code).first() if code else None


def _item(item_id: str, on: date) -> Item:
    found: Item = definitions.in_force("item", item_id, on=on)
    return found
