"""What a paper is told: by the deed, by the domain that owns the dossier, and by what the engine knows of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection

from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.documents.models import Paper
from yichuang.foundation.documents.papers import LETTERHEAD, Fact, Letterhead, Office, PaperDefinition
from yichuang.foundation.documents.sheets import flat
from yichuang.foundation.documents.terms import PaperState
from yichuang.foundation.documents.words import FactType
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.work.models import Clock, Dossier
from yichuang.foundation.work.terms import ClockKind, ScopeKind

if TYPE_CHECKING:
    from yichuang.foundation.work.deeds import Deed

Source = Callable[[Dossier], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a paper would be written by, if the deed were done now: for previews."""

    dossier: Dossier
    by: Actor
    at: datetime

    def running(self) -> list[Clock]:
        """Give the dossier's own clocks that run."""
        return list(Clock.objects.filter(dossier=self.dossier, step=None, stopped_at=None))


LIMITS = {
    "answer_by": ClockKind.ACCEPTANCE,
    "due_on": ClockKind.PROMISE,
    "legal_due_on": ClockKind.LEGAL,
    "reply_by": ClockKind.CORRECTION,
    "supplement_by": ClockKind.SUPPLEMENT,
    "check_by": ClockKind.CHECK,
}
"""Which running clock gives which day."""

APPLICANT = """
SELECT p.name, p.uscc FROM work_access a JOIN people_party p ON p.id = CAST(a.scope_id AS bigint)
WHERE a.dossier_id = %s AND a.scope_kind = %s ORDER BY a.id LIMIT 1
"""

_sources: dict[str, Source] = {}


def register_facts(kind: str, source: Source) -> None:
    """
    Say what every paper of a kind of dossier knows, in the domain's `AppConfig.ready`.

    It comes before what the engine knows (the first party is the applicant, the title the item), the deed before both.

    :raises AssertionError: another function speaks for this kind of dossier
    """
    assert _sources.get(kind, source) is source, f"{kind}: another function tells the facts of these dossiers"
    _sources[kind] = source


def gather(deed: Deed | Draft, paper: PaperDefinition, given: Mapping[str, Any]) -> dict[str, Any]:
    """Collect what a paper of the deed's dossier is told; what its definition does not know is left out."""
    source = _sources.get(deed.dossier.kind)
    told = _by_itself(deed, paper)
    told |= flat(_rows_as_declared(paper, source(deed.dossier) if source else {}))
    told |= flat(_rows_as_declared(paper, given))
    if "papers" in paper.facts and not told.get("papers"):
        told["papers"] = _decisions(deed.dossier)
    return {key: value for key, value in told.items() if key in paper.known and value is not None}


def letterhead(at: datetime) -> Letterhead:
    """
    Give what the district writes at the head of its papers.

    :raises NotInForce: the district has none on that day
    """
    found = definitions.in_force(LETTERHEAD, settings.DISTRICT, local_day(at))
    assert isinstance(found, Letterhead)
    return found


def office_of(paper: PaperDefinition, dossier: Dossier, at: datetime) -> Office:
    """Find who issues a paper of a dossier, with the mark of its numbers."""
    return letterhead(at).office(paper.issuer, dossier.unit.code, dossier.unit.name)


def _by_itself(deed: Deed | Draft, paper: PaperDefinition) -> dict[str, Any]:
    dossier, day, head = deed.dossier, local_day(deed.at), letterhead(deed.at)
    found = {
        "issued_on": day,
        "office": office_of(paper, dossier, deed.at).name,
        "district": head.district,
        "unit.name": dossier.unit.name,
        "unit.phone": dossier.unit.phone or None,
        "unit.address": dossier.unit.address or None,
        "case.number": dossier.number,
        "case.title": dossier.title,
        "item": dossier.title,
        "clerk.name": clerk_name(deed.by),
        "clerk.no": deed.by.staff_no or None,
        "received_at": dossier.opened_at,
        "received_on": local_day(dossier.opened_at),
        "accepted_on": local_day(dossier.accepted_at or deed.at),
        "review_body": head.review_body,
        "review_days": definitions.rule("review_period", day).value,
        "court": head.court,
        "litigation_months": definitions.rule("litigation_period", day).value,
    }
    days = {clock.kind: local_day(clock.due_at) for clock in deed.running() if clock.due_at}
    if applicant := _applicant(dossier):
        found |= {"applicant.name": applicant[0], "applicant.code": applicant[1] or None}
    return flat(found | {name: days[kind] for name, kind in LIMITS.items() if kind in days})


def _applicant(dossier: Dossier) -> tuple[str, str] | None:
    """Give name and code of the party for which the dossier was opened: the first through which it is seen."""
    with connection.cursor() as cursor:
        cursor.execute(APPLICANT, [dossier.pk, ScopeKind.PARTY.value])
        found: tuple[str, str] | None = cursor.fetchone()
    return found


def clerk_name(by: Actor) -> str:
    """Name who acts, as a paper does: people outside the staff leave the machine to act for them."""
    return by.name if by.is_staff else "系统"


def _decisions(dossier: Dossier) -> list[dict[str, Any]]:
    """List what a delivery hands over: the dossier's decisions and certificates that stand."""
    rows = Paper.objects.filter(dossier=dossier).exclude(state__in=[PaperState.VOID, PaperState.REVOKED])
    kept = [row for row in rows if definitions.get("paper", row.kind, row.version).retention == "永久"]
    return [{"name": row.name, "number": row.number, "copies": 1} for row in kept]


def _rows_as_declared(paper: PaperDefinition, given: Mapping[str, Any]) -> dict[str, Any]:
    """Let a deed give rows in short: a text for the first column, a tuple in the order of the columns, a mapping."""
    found = dict(given)
    for key, fact in paper.facts.items():
        if fact.kind is FactType.LIST and found.get(key) is not None:
            rows = found[key].items() if isinstance(found[key], Mapping) else found[key]
            found[key] = [_row(fact, row) for row in rows]
    return found


def _row(fact: Fact, row: Any) -> Mapping[str, Any]:
    if isinstance(row, Mapping):
        return row
    return dict(zip(fact.of, row if isinstance(row, list | tuple) else (row,), strict=False))
