"""Decisions: sign for or against the applicant, and what was decided."""

from __future__ import annotations

from ninja import Router

from yichuang.domains.cases import commands
from yichuang.domains.cases.api.looking import seen_case
from yichuang.domains.cases.api.schemas import ApproveIn, DecisionOut, DecisionsOut, DenyIn, RevokeIn
from yichuang.domains.cases.models import Decision
from yichuang.foundation.people.pages import ActingRequest
from yichuang.ui.api import Code, May, once

router = Router(tags=["decisions"])
SIGN = "cases.decide"


@router.get("/cases/{number}/decisions", response=DecisionsOut, auth=May("cases.view"), summary="Decisions on a case")
def decisions(request: ActingRequest, number: Code) -> DecisionsOut:
    """List what was decided, newest first."""
    rows = seen_case(request, number).decisions.select_related("by").order_by("-at", "-pk")
    return DecisionsOut(items=[_out(row) for row in rows])


@router.post("/cases/{number}/approve", response=DecisionOut, auth=May(SIGN), summary="Decide for the applicant")
def approve(request: ActingRequest, number: Code, body: ApproveIn) -> DecisionOut:
    """Sign for the applicant: the decision is numbered, the licence of the item issued, delivery begins."""
    case = seen_case(request, number)
    return once(
        request,
        DecisionOut,
        body.model_dump(),
        lambda: _out(
            commands.approve_case(
                case_id=case.pk, by=request.actor, at=request.at, content=body.content, opinion=body.opinion
            )
        ),
    )


@router.post("/cases/{number}/deny", response=DecisionOut, auth=May(SIGN), summary="Decide against the applicant")
def deny(request: ActingRequest, number: Code, body: DenyIn) -> DecisionOut:
    """Sign against the applicant, with reason and law; the remedies are added from the dated rules."""
    case = seen_case(request, number)
    return once(
        request,
        DecisionOut,
        body.model_dump(),
        lambda: _out(
            commands.deny_case(
                case_id=case.pk,
                reason=body.reason,
                basis=body.basis,
                opinion=body.opinion,
                by=request.actor,
                at=request.at,
            )
        ),
    )


@router.post("/cases/{number}/revoke", response=DecisionOut, auth=May("cases.revoke"), summary="Revoke a permit")
def revoke(request: ActingRequest, number: Code, body: RevokeIn) -> DecisionOut:
    """Revoke a granted permit, with reason and law; its licence is revoked with it."""
    case = seen_case(request, number)
    return once(
        request,
        DecisionOut,
        body.model_dump(),
        lambda: _out(
            commands.revoke_decision(
                case_id=case.pk, reason=body.reason, basis=body.basis, by=request.actor, at=request.at
            )
        ),
    )


def _out(row: Decision) -> DecisionOut:
    return DecisionOut(
        kind=row.kind,
        kind_label=str(row.get_kind_display()),
        at=row.at,
        by=str(row.by or ""),
        reason=row.reason,
        basis=row.basis,
        remedy=row.remedy,
        content=row.content,
        paper=row.paper_number,
    )
