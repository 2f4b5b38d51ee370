"""Deciding: approve, deny, revoke; the paper is numbered in the deed, the licence issued with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from yichuang.domains.cases.commands.refusals import ReasonMissing, SameHands, StepsOpen, SupplementMissing
from yichuang.domains.cases.events import CaseCertified, CaseDecided, DecisionRevoked
from yichuang.domains.cases.models import Case, Decision
from yichuang.domains.cases.queries.answers import answers_in_words
from yichuang.domains.cases.terms import DecisionKind, MaterialState
from yichuang.domains.licences import commands as licences
from yichuang.domains.licences import queries as licence_queries
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.models import Account
from yichuang.foundation.records.prepared import Prepared
from yichuang.foundation.work import deeds
from yichuang.foundation.work.models import Step
from yichuang.foundation.work.steps import STEPS
from yichuang.foundation.work.terms import LIVE, StepKind, StepState

SIGN = "cases.decide"
CASE = Prepared(lambda pk: Case.objects.filter(pk=pk))


def approve_case(
    *,
    case_id: int,
    by: Actor,
    at: datetime,
    content: str = "",
    opinion: str = "",
    licence_fields: Mapping[str, Any] | None = None,
    valid_until: date | None = None,
) -> Decision:
    """
    Decide for the applicant: the decision is numbered, the licence of the item issued, delivery begins.

    With deferred material outstanding the approval is pending on it (容缺准予): the licence waits for `certify_case`.

    :raises NotAllowed: `by` does not sign there
    :raises AlreadyActed: somebody signed before; says who and when
    :raises SameHands: `by` handled the case and the item is not decided on the spot
    :raises StepsOpen: steps before the signature are not done
    :raises NotOpen: the state does not allow a decision
    """
    case = CASE.get(case_id)
    pending = case.materials.filter(state=MaterialState.DEFERRED).exists()
    name = "approve_pending" if pending else "approve"
    with _signing(name, case, by, at) as deed:
        kind = DecisionKind.APPROVED_PENDING if pending else DecisionKind.APPROVED
        decision = _conclude(deed, case, kind, "approve", opinion, content=content)
        paper = {"item": case.item.name, "content": content, "decision": decision.pk}
        deed.paper_facts("准予许可决定书", paper)
        if case.item.licence_type and not pending:
            _issue(deed, case, licence_fields or {}, valid_until)
        deed.record(CaseDecided(case_id=case_id, kind=kind, item=case.item_id))
    return _numbered(deed, decision)


def certify_case(
    *,
    case_id: int,
    by: Actor,
    at: datetime,
    licence_fields: Mapping[str, Any] | None = None,
    valid_until: date | None = None,
) -> None:
    """
    Issue the licence that a pending approval (容缺准予) held back, once all that was deferred has come and is right.

    :raises NotAllowed: `by` does not sign there
    :raises SupplementMissing: something of it is still open; names all
    :raises NotOpen: nothing waits for a certificate
    """
    case = Case.objects.select_related("dossier", "applicant").get(pk=case_id)
    with _signing("certify", case, by, at) as deed:
        _require_supplement(case)
        if case.item.licence_type and not licence_queries.of_dossier(case_id).exists():
            _issue(deed, case, licence_fields or {}, valid_until)
        deed.record(CaseCertified(case_id=case_id))


def deny_case(*, case_id: int, reason: str, basis: str, by: Actor, at: datetime, opinion: str = "") -> Decision:
    """
    Decide against the applicant, with reason, basis and remedies (行政许可法 第三十八条第二款).

    A pending approval whose deferred material never came ends so too.

    :raises NotAllowed: `by` does not sign there
    :raises ReasonMissing: reason or basis is empty
    :raises AlreadyActed: somebody signed before; says who and when
    :raises SameHands: `by` handled the case and the item is not decided on the spot
    :raises NotOpen: the state does not allow a decision
    """
    case = Case.objects.select_related("dossier", "applicant").get(pk=case_id)
    if not reason.strip() or not basis.strip():
        raise ReasonMissing
    with _signing("deny", case, by, at) as deed:
        decision = _conclude(
            deed, case, DecisionKind.DENIED, "deny", opinion, reason=reason, basis=basis, remedy=remedy(at)
        )
        deed.paper_facts("不予许可决定书", {"reason": reason, "basis": basis, "item": case.item.name})
        deed.record(CaseDecided(case_id=case_id, kind=DecisionKind.DENIED, item=case.item_id))
    return _numbered(deed, decision)


def revoke_decision(*, case_id: int, reason: str, basis: str, by: Actor, at: datetime) -> Decision:
    """
    Revoke a granted permit (行政许可法 第六十九条); its licence is revoked with it.

    :raises NotAllowed: `by` does not revoke there
    :raises ReasonMissing: reason or basis is empty
    :raises NotOpen: there is nothing to revoke
    """
    with deeds.deed("revoke", on=case_id, by=by, at=at, permission="cases.revoke") as deed:
        decision = revoke_in(deed, reason=reason, basis=basis)
    return _numbered(deed, decision)


def revoke_in(deed: deeds.Deed, *, reason: str, basis: str) -> Decision:
    """
    Do in a deed that moves the dossier to revoked what a revocation needs: decision, licence, paper, record.

    :raises ReasonMissing: reason or basis is empty
    """
    if not reason.strip() or not basis.strip():
        raise ReasonMissing
    case = Case.objects.get(pk=deed.dossier.pk)
    decision = Decision.objects.create(
        case=case,
        kind=DecisionKind.REVOKED,
        at=deed.at,
        by_id=deed.by.account_id,
        reason=reason,
        basis=basis,
        remedy=remedy(deed.at),
    )
    licences.revoke_of_case(deed, reason=reason)
    deed.paper_facts("撤销决定书", {"reason": reason, "basis": basis, "item": case.item.name})
    deed.record(DecisionRevoked(case_id=case.pk, reason=reason))
    return decision


def remedy(at: datetime) -> str:
    """Tell the remedies against an adverse decision, from the dated rules: 复议 and 诉讼 with their periods."""
    on = local_day(at)
    review, suit = definitions.rule("review_period", on), definitions.rule("litigation_period", on)
    unit = {"month": "个月", "calendar_day": "日"}
    return (
        f"如不服本决定，可以自收到决定书之日起{review.value}{unit.get(review.unit, '日')}内向本级人民政府申请行政复议，"
        f"或者在{suit.value}{unit.get(suit.unit, '个月')}内向人民法院提起行政诉讼。"
    )


def _signing(name: str, case: Case, by: Actor, at: datetime) -> Any:
    permission = "cases.decide_instant" if case.item.is_instant and by.may("cases.decide_instant") else SIGN
    return deeds.deed(name, on=case.pk, by=by, at=at, permission=permission)


def _conclude(
    deed: deeds.Deed,
    case: Case,
    kind: DecisionKind,
    outcome: str,
    opinion: str,
    *,
    content: str = "",
    reason: str = "",
    basis: str = "",
    remedy: str = "",
) -> Decision:
    signed_before = deed.dossier.state == "approved_pending"  # what was deferred never came: the plan is over
    steps = [] if signed_before else STEPS.all(case.pk)
    sign = next((row for row in reversed(steps) if row.permission == SIGN), None)
    if sign is not None:
        before = [row for row in steps if row.kind == StepKind.WORK and row.state in (*LIVE, StepState.WAITING)]
        if waiting := [row.name for row in before if row.pk != sign.pk and not row.optional]:
            raise StepsOpen(tuple(waiting))
        _two_persons(case, deed.by, steps)
        deed.complete(sign, outcome, opinion=opinion)
    if kind == DecisionKind.APPROVED:
        _require_supplement(case)
    return Decision.objects.create(
        case=case,
        kind=kind,
        at=deed.at,
        by_id=deed.by.account_id,
        content=content,
        reason=reason,
        basis=basis,
        remedy=remedy,
    )


def _require_supplement(case: Case) -> None:
    deferred = case.materials.filter(state=MaterialState.DEFERRED)
    if names := tuple(deferred.values_list("name", flat=True)):
        raise SupplementMissing(names)


def _two_persons(case: Case, by: Actor, steps: Iterable[Step]) -> None:
    if case.item.decides_alone or by.account_id is None:
        return
    done = [row for row in steps if row.permission == "cases.handle" and row.state == StepState.DONE]
    if any(row.done_by_id == by.account_id for row in done):
        raise SameHands(Account.objects.get(pk=by.account_id).name)


def _issue(deed: deeds.Deed, case: Case, fields: Mapping[str, Any], valid_until: date | None) -> None:
    licences.issue(
        deed,
        licence_type=case.item.licence_type,
        holder_id=case.applicant_id,
        unit_id=deed.dossier.unit_id,
        fields={**case.read("answers"), **fields},
        shown={code: text for code, text in answers_in_words(case).items() if code not in fields},
        project_code=case.project_code,
        valid_until=valid_until,
    )


def _numbered(deed: deeds.Deed, decision: Decision) -> Decision:
    if deed.papers:
        decision.paper_number = str(deed.papers[-1])  # the paper of the move, after the certificate
        decision.save(update_fields=["paper_number"])
    return decision
