"""The lists of proofs and intermediary items as they stand on a day, with their histories and open requests."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from yichuang.domains.catalogue.models import IntermediaryChange, IntermediaryItem, ProofItem, ServiceItem
from yichuang.domains.catalogue.terms import (
    ChangeState,
    FeeKind,
    Intermediary,
    ListStatus,
    Payer,
    Proof,
    ProofLevel,
)


def proofs(day: date, *, level: str = "", status: str = "", q: str = "") -> QuerySet[ProofItem]:
    """List the proofs of a day, kept and cancelled."""
    rows = ProofItem.objects.on(day)
    if level:
        rows = rows.filter(level=level)
    if status:
        rows = rows.filter(status=status)
    if q:
        rows = rows.filter(Q(name__icontains=q) | Q(code__iexact=q) | Q(demanded_by__icontains=q))
    return rows.order_by("level", "code")


def kept_proofs(day: date) -> frozenset[str]:
    """Give the codes of the proofs that are kept on a day: only these may stand among the materials of an item."""
    return frozenset(ProofItem.objects.on(day).filter(status=ListStatus.KEPT).values_list("code", flat=True))


def proof_levels(day: date) -> list[ProofLevel]:
    """Name the levels that have a list of kept proofs on a day."""
    known = set(ProofItem.objects.on(day).filter(status=ListStatus.KEPT).order_by().values_list("level", flat=True))
    return [level for level in ProofLevel if level in known]


def proof_on(code: str, day: date) -> ProofItem | None:
    """Give one proof as it stands on a day."""
    return ProofItem.objects.on(day).filter(code=code).first()


def proof_history(code: str) -> QuerySet[ProofItem]:
    """List everything that was ever said of a proof, the latest knowledge first."""
    return ProofItem.objects.filter(code=code).order_by("-recorded_at", "-valid_from")


def last_versions(table: type[ProofItem] | type[IntermediaryItem], codes: Iterable[str]) -> dict[str, int]:
    """Give the highest version that was ever written of each code."""
    found: dict[str, int] = {}
    for code, version in table.objects.filter(code__in=list(codes)).values_list("code", "version"):
        found[code] = max(version, found.get(code, 0))
    return found


def intermediaries(day: date, *, status: str = "", q: str = "", item: str = "") -> QuerySet[IntermediaryItem]:
    """List the intermediary items of a day."""
    rows = IntermediaryItem.objects.on(day)
    if status:
        rows = rows.filter(status=status)
    if q:
        rows = rows.filter(Q(name__icontains=q) | Q(code__iexact=q) | Q(handles__icontains=q))
    if item:
        rows = rows.filter(approvals__contains=item)
    return rows.order_by("code")


def intermediaries_in_force(day: date) -> frozenset[str]:
    """Give the codes of the intermediary items in force on a day: only these may be named by an item."""
    rows = IntermediaryItem.objects.on(day).filter(status=ListStatus.KEPT)
    return frozenset(rows.values_list("code", flat=True))


def intermediary_on(code: str, day: date) -> IntermediaryItem | None:
    """Give one intermediary item as it stands on a day."""
    return IntermediaryItem.objects.on(day).filter(code=code).first()


def intermediary_history(code: str) -> QuerySet[IntermediaryItem]:
    """List everything that was ever said of an intermediary item, the latest knowledge first."""
    return IntermediaryItem.objects.filter(code=code).order_by("-recorded_at", "-valid_from")


def intermediary_changes(*, state: str = "", code: str = "") -> QuerySet[IntermediaryChange]:
    """List the requests to change the list, the newest first."""
    rows = IntermediaryChange.objects.select_related("unit", "asked_by", "checked_by", "decided_by")
    if state:
        rows = rows.filter(state=state)
    if code:
        rows = rows.filter(code=code)
    return rows.order_by("-pk")


def open_changes() -> QuerySet[IntermediaryChange]:
    """List the requests that wait for a check or a decision."""
    return intermediary_changes().filter(state__in=(ChangeState.ASKED, ChangeState.LAWFUL))


def item_names(codes: Iterable[str]) -> dict[str, str]:
    """Name items by their codes; one that is not there goes by its code."""
    wanted = set(codes)
    known = dict(ServiceItem.objects.filter(code__in=wanted).values_list("code", "name"))
    return {code: known.get(code, code) for code in wanted}


def items_here(codes: Iterable[str]) -> frozenset[str]:
    """Give those of some codes that items have."""
    return frozenset(ServiceItem.objects.filter(code__in=set(codes)).values_list("code", flat=True))


def proof_of(row: ProofItem) -> Proof:
    """Give what a row says of a proof."""
    return Proof(
        code=row.code,
        level=ProofLevel(row.level),
        name=row.name,
        basis=row.basis,
        demanded_by=row.demanded_by,
        issued_by=row.issued_by,
        guide=row.guide,
        items=row.item_codes,
        status=ListStatus(row.status),
        substitute=row.substitute,
    )


def intermediary_of(row: IntermediaryItem) -> Intermediary:
    """Give what a row says of an intermediary item."""
    return Intermediary(
        code=row.code,
        name=row.name,
        approvals=row.item_codes,
        fee_kind=FeeKind(row.fee_kind),
        fee_standard=row.fee_standard,
        basis=row.basis,
        handles=row.handles,
        payer=Payer(row.payer),
        time_limit=row.time_limit,
        output=row.output,
        qualification=row.qualification,
    )


def proposed(change: IntermediaryChange) -> Intermediary:
    """Give what a request proposes."""
    told = json.loads(change.proposed)
    return Intermediary(
        **told
        | {
            "approvals": tuple(told["approvals"]),
            "fee_kind": FeeKind(told["fee_kind"]),
            "payer": Payer(told["payer"]),
        }
    )
