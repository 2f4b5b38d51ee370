"""Deeds on a case before and after it is handled: accept, correct, refuse, take back, deliver."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from ninja import Router

from yichuang.domains.cases import commands, queries, rules
from yichuang.domains.cases.api.cases import told
from yichuang.domains.cases.api.looking import look_again, seen_case
from yichuang.domains.cases.api.refusals import MaterialUnknown
from yichuang.domains.cases.api.schemas import AcceptIn, CaseOut, CorrectionIn, DeliverIn, ReasonIn, RefuseIn
from yichuang.domains.cases.models import Case
from yichuang.domains.cases.rules import Brought
from yichuang.domains.cases.terms import DeliveryKind, IdentityCheck, NoticeChannel
from yichuang.foundation.files import commands as files
from yichuang.foundation.people.pages import ActingRequest
from yichuang.ui.api import Code, May, once

router = Router(tags=["cases"])

HANDED_IN = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "description": "A file for each material that the notice names, under its code, and a text for "
                    "each thing in the form, under its `field`.",
                    "additionalProperties": {"type": "string"},
                }
            }
        },
    }
}


@router.post("/cases/{number}/accept", response=CaseOut, auth=May("cases.accept"), summary="Accept an application")
def accept(request: ActingRequest, number: Code, body: AcceptIn) -> CaseOut:
    """Accept what is complete: the promised and the legal limit run, the plan opens the departments' steps."""
    return _done(
        request,
        number,
        body.model_dump(),
        lambda case: commands.accept_case(case_id=case.pk, by=request.actor, at=request.at, tolerant=body.tolerant),
    )


@router.post(
    "/cases/{number}/ask-correction", response=CaseOut, auth=May("cases.correct"), summary="Ask for corrections, once"
)
def ask_correction(request: ActingRequest, number: Code, body: CorrectionIn) -> CaseOut:
    """Tell the applicant everything that is to be corrected, at once; the acceptance clock stops."""

    def deed(case: Case) -> None:
        names = dict(queries.materials(case.pk).values_list("code", "name"))
        for place, row in enumerate(body.rows):
            if row.material and row.material not in names:
                raise MaterialUnknown(f"body.rows.{place}.material", row.material, list(names))
        rows = [
            rules.Row(
                name=names.get(row.material, row.field),
                reason=row.reason,
                how=row.how,
                material=row.material,
                field=row.field,
            )
            for row in body.rows
        ]
        channel = NoticeChannel(body.channel)
        commands.ask_correction(case_id=case.pk, rows=rows, channel=channel, by=request.actor, at=request.at)

    return _done(request, number, body.model_dump(), deed)


@router.post(
    "/cases/{number}/hand-in-correction",
    response=CaseOut,
    auth=May("cases.apply"),
    summary="Hand in what a notice asks for",
    openapi_extra=HANDED_IN,
)
def hand_in_correction(request: ActingRequest, number: Code) -> CaseOut:
    """Hand in everything that the last notice asks for; a new acceptance clock of the full limit runs."""
    seen_case(request, number)
    kept = {
        code: files.put(content=upload.file, name=upload.name or "")
        for code, upload in request.FILES.items()
        if isinstance(upload, UploadedFile) and upload.file is not None
    }
    answers = dict(request.POST.items())

    def deed(case: Case) -> None:
        brought = {}
        for code, content in kept.items():
            row = files.enter_upload(kept=content, by=request.actor, at=request.at, is_synthetic=request.actor.is_demo)
            brought[code] = Brought(files=(row.pk,), pages=row.pages or 1)
        commands.hand_in_correction(case_id=case.pk, brought=brought, answers=answers, by=request.actor, at=request.at)

    asked = {"answers": answers, "files": {code: each.sha256 for code, each in kept.items()}}
    return _done(request, number, asked, deed)


@router.post("/cases/{number}/refuse", response=CaseOut, auth=May("cases.refuse"), summary="Refuse acceptance")
def refuse(request: ActingRequest, number: Code, body: RefuseIn) -> CaseOut:
    """Refuse acceptance (不予受理), with reason, law and the authority that is competent."""
    return _done(
        request,
        number,
        body.model_dump(),
        lambda case: commands.refuse_case(
            case_id=case.pk,
            reason=body.reason,
            basis=body.basis,
            authority=body.authority,
            by=request.actor,
            at=request.at,
        ),
    )


@router.post(
    "/cases/{number}/take-back", response=CaseOut, auth=May("cases.withdraw"), summary="Take an application back"
)
def take_back(request: ActingRequest, number: Code, body: ReasonIn) -> CaseOut:
    """Take one's application back: before acceptance it is recalled, later withdrawn."""

    def deed(case: Case) -> None:
        withdraws = queries.for_applicant(case, request.at).may_withdraw
        take = commands.withdraw_case if withdraws else commands.recall_case
        take(case_id=case.pk, reason=body.reason, by=request.actor, at=request.at)

    return _done(request, number, body.model_dump(), deed)


@router.post("/cases/{number}/deliver", response=CaseOut, auth=May("cases.deliver"), summary="Note the delivery")
def deliver(request: ActingRequest, number: Code, body: DeliverIn) -> CaseOut:
    """Note that the holder has the result, and how he showed who he is."""
    return _done(
        request,
        number,
        body.model_dump(),
        lambda case: commands.deliver_result(
            case_id=case.pk,
            kind=DeliveryKind(body.kind),
            receiver=body.receiver,
            identity=IdentityCheck(body.identity),
            by=request.actor,
            at=request.at,
        ),
    )


def _done(request: ActingRequest, number: str, asked: dict[str, Any], deed: Callable[[Case], object]) -> CaseOut:
    case = seen_case(request, number)

    def answer() -> CaseOut:
        deed(case)
        return told(request, look_again(case))

    return once(request, CaseOut, asked, answer)
