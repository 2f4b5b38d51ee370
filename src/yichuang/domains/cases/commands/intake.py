"""Taking in: an application is received, accepted, refused or taken back."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from yichuang.domains.cases import rules
from yichuang.domains.cases.commands.deciding import CASE, remedy
from yichuang.domains.cases.commands.refusals import (
    CannotApply,
    HandedInBefore,
    MaterialsMissing,
    NotOffered,
    ReasonMissing,
    TooLateToUndo,
)
from yichuang.domains.cases.events import (
    AcceptanceUndone,
    ApplicationReceived,
    CaseAccepted,
    CaseRecalled,
    CaseRefused,
    DeemedAccepted,
)
from yichuang.domains.cases.models import Case, CaseMaterial, Commitment, Decision, Draft, MaterialFile, ProofUse
from yichuang.domains.cases.queries import placing
from yichuang.domains.cases.rules import Application, Brought
from yichuang.domains.cases.terms import (
    KIND,
    STAGE,
    Channel,
    DecisionKind,
    MaterialState,
)
from yichuang.domains.catalogue.terms import Item, Need, Substitute
from yichuang.domains.licences import commands as licence_deeds
from yichuang.domains.licences import queries as licences
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.files import commands as files
from yichuang.foundation.jobs import commands as jobs
from yichuang.foundation.people.actors import SYSTEM, Actor, local_day
from yichuang.foundation.people.models import Party, Unit
from yichuang.foundation.records.prepared import insert
from yichuang.foundation.work import deeds
from yichuang.foundation.work.models import Clock, Dossier
from yichuang.foundation.work.terms import ClockKind, ScopeKind
from yichuang.kernel.ledger import canonical, salted

MATERIAL_FILES = "case_material"
"""The purpose under which files hang on a case; registered with the one filter."""

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
        raise NotOffered(f"“{item.name}”在“{item.handling_system.label}”办理，本系统不收件。请到该系统办理。")
    if application.channel == Channel.ONLINE and not item.is_online:
        raise NotOffered(f"“{item.name}”暂不支持网上申请，请到{'、'.join(item.points) or '政务服务大厅'}办理。")
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
        materials = _write_materials(deed, case, application, asked or asked_for(item, application))
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


def refuse_case(*, case_id: int, reason: str, basis: str, authority: str, by: Actor, at: datetime) -> None:
    """
    Refuse acceptance (不予受理) with reason, basis and the authority that is competent.

    :raises NotAllowed: `by` may not refuse
    :raises ReasonMissing: reason or basis is empty
    :raises NotOpen: it was accepted or closed before
    """
    _turn_away("refuse", DecisionKind.REFUSED, case_id, reason, basis, authority, by, at)


def not_needed(*, case_id: int, reason: str, by: Actor, at: datetime) -> None:
    """
    Tell that no permit is needed (不受理), at once (行政许可法 第三十二条第一款第一项).

    :raises ReasonMissing: no reason is given
    :raises NotOpen: it was accepted or closed before
    """
    basis = "行政许可法 第三十二条第一款第一项"
    _turn_away("not_needed", DecisionKind.NOT_NEEDED, case_id, reason, basis, "", by, at)


def recall_case(*, case_id: int, reason: str, by: Actor, at: datetime) -> None:
    """
    Let the applicant take the application back before acceptance.

    :raises NotAllowed: `by` neither is the applicant nor takes in cases
    :raises NotOpen: it was accepted or closed before
    """
    _take_back("recall", case_id, reason, by, at, after=False)


def withdraw_case(*, case_id: int, reason: str, by: Actor, at: datetime) -> None:
    """
    Let the applicant withdraw after acceptance and before the decision.

    :raises NotAllowed: `by` neither is the applicant nor takes in cases
    :raises NotOpen: it is not under handling
    """
    _take_back("withdraw", case_id, reason, by, at, after=True)


def asked_for(item: Item, application: Application) -> tuple[rules.Asked, ...]:
    """List what is asked for in this application's situation, with what the library supplies marked exempt."""
    facts = {**application.facts, **item.facts_of(application.situation)}
    wanted = {material.licence_type for material in item.materials if material.licence_type}
    holders = [each for each in (application.applicant_id, application.representative_id) if each]
    held = licences.valid_for(
        holder_ids=holders, types=wanted, on=local_day(application.received_at), project_code=application.project_code
    )
    return rules.asked_materials(item, facts, {kind: (each.pk, each.proof) for kind, each in held.items()})


def hold_to_limits(deed: deeds.Deed, item: Item, at: datetime) -> None:
    """Hold a case to the limits of law and promise that are in force on the day."""
    on = local_day(at)
    for kind, rule in (
        (ClockKind.ACCEPTANCE, "acceptance_limit"),
        (ClockKind.CORRECTION, "correction_period"),
        (ClockKind.DELIVERY, "delivery_limit"),
        (ClockKind.PRECHECK, "preacceptance_opinion_limit"),
    ):
        row = definitions.rule(rule, on)
        deed.hold_to(kind, limit=int(row.value), unit=row.unit, rule=f"{rule}：{row.basis}")
    if item.tolerant_days:
        rule_id = f"item:{item.id}@{item.version}"
        deed.hold_to(ClockKind.SUPPLEMENT, limit=item.tolerant_days, unit="working_day", rule=rule_id)
    else:
        row = definitions.rule("supplement_limit", on)
        deed.hold_to(ClockKind.SUPPLEMENT, limit=int(row.value), unit=row.unit, rule=row.basis)


def take_over_rules(deed: deeds.Deed, case: Case) -> None:
    """Pin, on acceptance, the versions of item, plan and form, and the limits that they promise for these facts."""
    variant = case.item.variant_for(deed.facts())
    item = case.item.for_facts(deed.facts())
    rule = f"item:{item.id}@{item.version}" + (f"/{variant.id}" if variant else "")
    deed.dossier.accepted_at = deed.effective_at
    assert item.legal is not None, "an item that is handled here has a legal limit"
    deed.hold_to(ClockKind.LEGAL, limit=item.legal.limit, unit=item.legal.unit, rule=item.legal.basis)
    if item.promise is None:
        deed.hold_to_none(ClockKind.PROMISE)
    else:
        deed.hold_to(ClockKind.PROMISE, limit=item.promise.limit, unit=item.promise.unit, rule=rule)
    deed.take_plan(definitions.in_force("plan", item.plan, on=local_day(deed.at)))
    deed.pin("plan", deed.dossier.plan, deed.dossier.plan_version or 0)
    deed.pin("item", item.id, item.version)
    if item.form:
        deed.pin("form", item.form, definitions.version_in_force("form", item.form, on=local_day(deed.at)))
    deed.paper_facts("受理通知书", {"item": item.name, "legal": item.legal.limit, "due": True})


def fetch_licences(deed: deeds.Deed, case: Case, materials: Iterable[CaseMaterial]) -> None:
    """Draw from the library what the case need not hand in of its materials, each with its proof."""
    for material in materials:
        if material.licence_id is not None:
            licence_deeds.fetch(deed, licence_id=material.licence_id, item=case.item_id, unit_id=deed.dossier.unit_id)


def spare_proofs(deed: deeds.Deed, case: Case) -> None:
    """Note the proofs that the case need not bring, each with what stands in for it; other materials are no proofs."""
    proofs = {material.code: material for material in case.item.materials if material.is_proof}
    modes = {MaterialState.EXEMPT: Substitute.LICENCE, MaterialState.PROMISED: Substitute.COMMITMENT}
    spared = case.materials.filter(code__in=proofs, state__in=modes)
    ProofUse.objects.bulk_create(
        ProofUse(
            case=case,
            material=row.code,
            name=row.name,
            proof_item=proofs[row.code].proof_item,
            mode=modes[MaterialState(row.state)],
            at=deed.at,
        )
        for row in spared
    )


def signed_word(case: Case) -> dict[str, str] | None:
    """Read the commitment off the signed paper that was handed in; None where the item asks for none or none came."""
    code = case.item.commitment_material
    if not code or not case.materials.filter(code=code, state=MaterialState.HANDED).exists():
        return None
    return {"text": case.item.commitment_text, "signed_by": case.applicant.name}


def take_commitment(deed: deeds.Deed, case: Case, signed: Mapping[str, str], at: datetime) -> None:
    """
    Take the applicant's signed word (告知承诺): what may be brought later is promised, the after-check is ordered.

    :raises NotOffered: the item is not open to it
    """
    item = case.item
    if not item.commitment:
        raise NotOffered(f"“{item.name}”没有列入告知承诺事项，须提交全部材料。")
    days = item.check_days or int(definitions.rule("commitment_check", local_day(at)).value)
    due = deed.office.closing(deed.office.calendar.add(local_day(at), days))
    told = {"case": case.pk, "text": signed["text"], "by": signed["signed_by"], "at": at.isoformat()}
    Commitment.objects.create(
        case=case,
        text_id=item.commitment,
        text=signed["text"],
        signed_at=at,
        signed_by=signed["signed_by"],
        sign_hash=salted(canonical(told).decode(), str(case.pk).rjust(16, "0").encode()),
        check_due_at=due,
    )
    case.on_commitment = True
    deferred = case.materials.filter(need=Need.DEFERRABLE, state=MaterialState.MISSING)
    deferred.update(state=MaterialState.PROMISED)
    case.save(update_fields=["on_commitment"])
    deed.owe_paper("告知承诺书", {"text": signed["text"], "signed_by": signed["signed_by"]})
    jobs.enqueue("cases.check_commitment", str(case.pk), due, {})


def expect_silence(dossier: Dossier, running: Iterable[Clock]) -> None:
    """Order the job that sets 视为受理 when the acceptance clock, among those that run, passes unanswered."""
    clock = next((each for each in running if each.kind == ClockKind.ACCEPTANCE), None)
    if clock and clock.due_at:
        jobs.enqueue("cases.deemed", f"{dossier.pk}/{clock.due_at:%Y%m%d}", clock.due_at, {}, again=True)


def add_files(material: CaseMaterial, file_ids: tuple[int, ...], *, deed: deeds.Deed, round_: int = 1) -> None:
    """Hang files on a material."""
    _add_files({material: file_ids}, deed, round_)


def _add_files(by_material: Mapping[CaseMaterial, tuple[int, ...]], deed: deeds.Deed, round_: int) -> None:
    files.attach_each(deed, by_material.values(), purpose=MATERIAL_FILES)
    MaterialFile.objects.bulk_create(
        MaterialFile(material=material, file_id=file_id, place=place, round=round_, added_at=deed.at)
        for material, file_ids in by_material.items()
        for place, file_id in enumerate(file_ids)
    )


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


def _write_materials(
    deed: deeds.Deed, case: Case, application: Application, asked: tuple[rules.Asked, ...]
) -> list[CaseMaterial]:
    rows = []
    for place, each in enumerate(asked):
        brought = application.brought.get(each.material.code)
        rows.append(
            CaseMaterial(
                case=case,
                code=each.material.code,
                name=each.material.name,
                need=each.material.need,
                form=each.material.form,
                copies=each.material.copies,
                place=place,
                state=_state(each, brought),
                pages=brought.pages if brought else 0,
                licence_id=each.licence_id,
                proof=each.exempt,
                handed_at=deed.at if brought and brought.state == MaterialState.HANDED else None,
            )
        )
    made = CaseMaterial.objects.bulk_create(rows)
    _add_files({row: application.brought[row.code].files for row in made if row.code in application.brought}, deed, 1)
    return made


def _state(asked: rules.Asked, brought: Brought | None) -> MaterialState:
    if brought is not None:
        return brought.state
    if asked.exempt:
        return MaterialState.EXEMPT
    return MaterialState.HANDED if asked.material.filled_by_form else MaterialState.MISSING


def _turn_away(
    name: str, kind: DecisionKind, case_id: int, reason: str, basis: str, authority: str, by: Actor, at: datetime
) -> None:
    with deeds.deed(name, on=case_id, by=by, at=at, permission="cases.refuse") as deed:
        if not reason.strip() or not basis.strip():
            raise ReasonMissing
        content = f"请向{authority}申请" if authority else ""
        Decision.objects.create(
            case_id=case_id,
            kind=kind,
            at=at,
            by_id=by.account_id,
            reason=reason,
            basis=basis,
            content=content,
            remedy=remedy(at) if kind == DecisionKind.REFUSED else "",
        )
        deed.paper_facts("不予受理决定书", {"reason": reason, "basis": basis, "authority": authority})
        deed.record(CaseRefused(case_id=case_id, kind=kind))


def _take_back(name: str, case_id: int, reason: str, by: Actor, at: datetime, *, after: bool) -> None:
    case = Case.objects.get(pk=case_id)
    permission = "cases.withdraw" if by.may("cases.withdraw", party_id=case.applicant_id) else "cases.accept"
    with deeds.deed(name, on=case_id, by=by, at=at, permission=permission, party_id=case.applicant_id) as deed:
        deed.paper_facts("撤回确认书", {"reason": reason})
        deed.record(CaseRecalled(case_id=case_id, after_acceptance=after, reason=reason))


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
