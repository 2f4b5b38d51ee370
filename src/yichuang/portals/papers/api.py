"""Papers for those who see their case, and the public check of a paper or licence by its code."""

from __future__ import annotations

from datetime import date, datetime

from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from yichuang.domains.licences import queries as licences
from yichuang.foundation.documents import queries
from yichuang.foundation.documents.models import Paper
from yichuang.foundation.files.serving import serve
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.masking import mask
from yichuang.foundation.people.pages import ActingRequest
from yichuang.kernel.errors import NotPossible
from yichuang.portals.papers.checking import may_check
from yichuang.ui.api import Code, Id, May

router = Router(tags=["papers"])
VIEW = "cases.view"


class CheckedTooOften(NotPossible):
    """One address checks codes too often."""

    code = "papers.checked_too_often"
    status = 429

    def __init__(self) -> None:
        super().__init__(_("查验过于频繁，请十分钟后再试。"))


class BeingMade(NotPossible):
    """The file of a paper is not made yet."""

    code = "papers.being_made"

    def __init__(self) -> None:
        super().__init__(_("文书正在生成，请稍后再取。"))


class PaperOut(Schema):
    """One paper."""

    id: int
    case: str
    kind: str
    name: str
    number: str
    state: str = Field(description="DUE until its file is made; then RENDERED or SEALED; VOID or REVOKED at its end")
    issued_at: datetime
    valid_until: date | None
    pdf: bool = Field(description="whether its file can be fetched")
    sha256: str
    verify_code: str


class PapersOut(Schema):
    """The papers of a case, newest first."""

    items: list[PaperOut]


class VerificationOut(Schema):
    """What anybody is told of a paper or licence: its standing and its face."""

    kind: str = Field(description="paper or licence")
    standing: str = Field(description="VALID and other words of the two libraries")
    is_valid: bool
    name: str
    number: str
    issuer: str
    holder: str = Field(description="of a licence: a firm's name, or a person's masked")
    issued_on: date
    valid_until: date | None
    ended_on: date | None
    sha256: str = Field(description="of the file that was issued; empty while there is none")
    synthetic: bool = Field(description="made for a demonstration: no office issued it")


@router.get("/cases/{number}/papers", response=PapersOut, auth=May(VIEW), summary="Papers of a case")
def papers(request: ActingRequest, number: Code) -> PapersOut:
    """List the papers of a case that the caller may see; of another case the list is empty."""
    rows = queries.papers_for(request.actor).filter(dossier__number=number)
    return PapersOut(items=[_out(row) for row in rows])


@router.get("/papers/{paper_id}", response=PaperOut, auth=May(VIEW), summary="One paper")
def paper(request: ActingRequest, paper_id: Id) -> PaperOut:
    """Give one paper."""
    return _out(_paper(request, paper_id))


@router.get(
    "/papers/{paper_id}/pdf",
    auth=May(VIEW),
    summary="The sealed PDF",
    openapi_extra={"responses": {200: {"description": "OK", "content": {"application/pdf": {}}}}},
)
def pdf(request: ActingRequest, paper_id: Id) -> HttpResponseBase:
    """Give the sealed file of a paper; 409 while it is being made."""
    row = _paper(request, paper_id)
    if row.file is None:
        raise BeingMade
    return serve(row.file, request.actor)


@router.get(
    "/verification/{code}",
    response=VerificationOut,
    auth=May("licences.verify"),
    tags=["verification"],
    summary="Check a paper or licence by its code",
)
def verification(request: ActingRequest, code: Code) -> VerificationOut:
    """Tell whether a paper or licence is valid; an unknown code tells nothing else. Limited by address."""
    if not may_check(request):
        raise CheckedTooOften
    found = licences.verify(code, local_day(request.at))
    of_paper = queries.verify(code, at=request.at)
    if row := found.licence:
        return VerificationOut(
            kind="licence",
            standing=found.standing,
            is_valid=found.standing == "VALID",
            name=row.name,
            number=row.number,
            issuer=row.issuer.name,
            holder=mask(row.holder.name, "name") if row.holder.is_person else row.holder.name,
            issued_on=local_day(row.issued_at),
            valid_until=row.valid_until,
            ended_on=local_day(row.ended_at) if row.ended_at else None,
            sha256=of_paper.sha256 if of_paper else "",
            synthetic=row.is_synthetic,
        )
    if of_paper is None:
        raise Http404
    return VerificationOut(
        kind="paper",
        standing=of_paper.standing.name,
        is_valid=of_paper.is_valid,
        name=of_paper.name,
        number=of_paper.number,
        issuer=of_paper.office,
        holder="",
        issued_on=of_paper.issued_on,
        valid_until=of_paper.valid_until,
        ended_on=of_paper.ended_on,
        sha256=of_paper.sha256,
        synthetic=of_paper.is_synthetic,
    )


def _paper(request: ActingRequest, paper_id: int) -> Paper:
    row = queries.paper_for(request.actor, paper_id)
    if row is None:
        raise Http404
    return row


def _out(row: Paper) -> PaperOut:
    return PaperOut(
        id=row.pk,
        case=row.dossier.number,
        kind=row.kind,
        name=row.name,
        number=row.number,
        state=row.state,
        issued_at=row.issued_at,
        valid_until=row.valid_until,
        pdf=row.file is not None,
        sha256=row.file.sha256 if row.file else "",
        verify_code=row.verify_code,
    )
