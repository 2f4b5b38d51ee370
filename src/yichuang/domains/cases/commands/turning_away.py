"""Turning away: an application is refused, needs no permit, or is taken back by the applicant."""

from __future__ import annotations

from datetime import datetime

from yichuang.domains.cases.commands.deciding import remedy
from yichuang.domains.cases.commands.refusals import ReasonMissing
from yichuang.domains.cases.events import CaseRecalled, CaseRefused
from yichuang.domains.cases.models import Case, Decision
from yichuang.domains.cases.terms import DecisionKind
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.work import deeds


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
