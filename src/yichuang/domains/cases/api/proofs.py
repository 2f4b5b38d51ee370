"""The records of a case, and the proof that an anchor holds them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from ninja import Router

from yichuang.domains.cases.api.looking import seen_case
from yichuang.domains.cases.api.schemas import AnchorOut, InclusionOut, ProofOut, RecordOut
from yichuang.foundation.people.pages import ActingRequest
from yichuang.foundation.records.commands import signing_key
from yichuang.foundation.records.models import Anchor, Mark, Record, Stream
from yichuang.foundation.records.queries import payload_of
from yichuang.kernel import ledger
from yichuang.ui.api import Code, Cursor, Limit, Listed, May, listed

router = Router(tags=["records"])
VIEW = "cases.view"


@router.get("/cases/{number}/records", response=Listed[RecordOut], auth=May(VIEW), summary="Records of a case")
def records(request: ActingRequest, number: Code, cursor: Cursor = "", limit: Limit = 50) -> dict[str, Any]:
    """List the records of a case, newest first; without the right to see records, the chain of digests alone."""
    dossier = seen_case(request, number).dossier
    rows = Record.objects.filter(stream=dossier.stream)
    whole = request.actor.may("records.view", dossier.unit_id)
    return listed(rows, lambda row: _record(row, whole=whole), cursor=cursor, limit=limit)


@router.get("/cases/{number}/proof", response=ProofOut, auth=May(VIEW), summary="Proof that an anchor holds them")
def proof(request: ActingRequest, number: Code) -> ProofOut:
    """
    Prove how far the records had come at the last anchor that saw them grow.

    An anchor signs, as `changes`, the Merkle root (RFC 6962) over the heads that grew since the one before it; each
    anchor names the one before. So the proof is short however many cases there are.
    """
    stream = seen_case(request, number).dossier.stream
    now = Stream.objects.get(pk=stream)
    mark = Mark.objects.select_related("anchor").filter(stream=stream).order_by("-anchor").first()
    last = Anchor.objects.order_by("-number").values_list("number", flat=True).first()
    return ProofOut(
        stream=stream,
        count=now.count,
        head=now.head,
        anchored_count=mark.count if mark else None,
        anchored_head=mark.head if mark else None,
        leaf=_head(mark).leaf.decode() if mark else None,
        inclusion=_inclusion(mark) if mark else None,
        anchor=_anchor(mark.anchor) if mark else None,
        last_anchor=last,
        public_key=ledger.public_key_of(signing_key(settings.KEYS)).hex() if mark else "",
    )


def _inclusion(mark: Mark) -> InclusionOut:
    heads = sorted((_head(each) for each in Mark.objects.filter(anchor=mark.anchor_id)), key=lambda head: head.stream)
    place = next(place for place, head in enumerate(heads) if head.stream == mark.stream)
    found = ledger.inclusion_proof([head.leaf for head in heads], place)
    return InclusionOut(index=found.index, size=found.size, path=list(found.path))


def _head(mark: Mark) -> ledger.Head:
    return ledger.Head(mark.stream, mark.count, mark.head)


def _anchor(row: Anchor) -> AnchorOut:
    return AnchorOut(
        number=row.number,
        at=row.at.isoformat(),
        streams=row.streams,
        records=row.records,
        root=row.root,
        changes=row.changes,
        previous=row.previous,
        signature=row.signature,
    )


def _record(row: Record, *, whole: bool) -> RecordOut:
    return RecordOut(
        seq=row.seq,
        kind=row.kind,
        at=row.at.isoformat(),
        recorded_at=row.recorded_at.isoformat(),
        by=row.by if whole else None,
        payload=payload_of(row) if whole else None,
        previous=row.previous,
        digest=row.digest,
    )
