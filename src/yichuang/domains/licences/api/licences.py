"""Licences: a holder's own, and for staff those that their unit issued."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.http import Http404
from ninja import Router, Schema
from pydantic import Field

from yichuang.domains.licences import queries
from yichuang.domains.licences.models import Licence
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest
from yichuang.foundation.people.visibility import fields
from yichuang.ui.api import Cursor, Id, Limit, Line, Listed, May, listed

router = Router(tags=["licences"])


class LicenceRow(Schema):
    """One licence in a list."""

    id: int
    name: str
    number: str
    type: str
    holder: str
    issuer: str
    valid_from: date
    valid_until: date | None = Field(description="the last valid day; null: no end")
    standing: str = Field(description="what it is worth today: VALID, EXPIRED, SUSPENDED, REVOKED or REPLACED")


class LicenceOut(LicenceRow):
    """One licence with what stands on it."""

    identifier: str
    issued_at: datetime
    face: dict[str, str] = Field(description="what the certificate says, by label; the holder's own alone")
    digest: str
    verify_code: str
    paper_id: int | None
    outside: bool = Field(description="issued elsewhere and entered here")
    synthetic: bool


@router.get("/licences", response=Listed[LicenceRow], auth=May("licences.view"), summary="Licences that one may see")
def licences(request: ActingRequest, q: Line = "", cursor: Cursor = "", limit: Limit = 50) -> dict[str, Any]:
    """List licences, newest first; `q` finds by name, number or identifier."""
    rows = queries.licences(request.actor)
    if asked := q.strip():
        rows = rows.filter(Q(number__icontains=asked) | Q(identifier=asked) | Q(name__icontains=asked))
    return listed(rows, lambda row: LicenceRow(**_row(request, row)), cursor=cursor, limit=limit)


@router.get("/licences/{licence_id}", response=LicenceOut, auth=May("licences.view"), summary="One licence")
def licence(request: ActingRequest, licence_id: Id) -> LicenceOut:
    """Give one licence."""
    row = queries.licences(request.actor).filter(pk=licence_id).first()
    if row is None:
        raise Http404
    return LicenceOut(
        **_row(request, row),
        identifier=row.identifier,
        issued_at=row.issued_at,
        face=row.read_face() if _is_own(request, row) else {},
        digest=row.digest,
        verify_code=row.verify_code,
        paper_id=row.paper_id,
        outside=row.is_outside,
        synthetic=row.is_synthetic,
    )


def _row(request: ActingRequest, row: Licence) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "number": row.number,
        "type": row.licence_type,
        "holder": _holder(request, row),
        "issuer": row.issuer.name,
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "standing": queries.standing(row, local_day(request.at)),
    }


def _is_own(request: ActingRequest, row: Licence) -> bool:
    return row.holder_id in request.actor.party_ids | request.actor.principal_ids


def _holder(request: ActingRequest, row: Licence) -> str:
    """Name the holder as this caller may see him; a firm's name is public."""
    if not row.holder.is_person:
        return row.holder.name
    return fields(request.actor, Licence, own=_is_own(request, row)).show("name", row.holder.name)
