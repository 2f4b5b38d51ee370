"""The status events 1–15 of an item, from the state spans of its stage and its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.models import Account
from yichuang.foundation.records import queries as records
from yichuang.foundation.work.models import Dossier, Span

EXCHANGED = range(1, 16)
"""The codes that the standard knows; ours above them say nothing new to others and stay at home."""


@dataclass(frozen=True, slots=True)
class Event:
    """One status event of an item, as it is exchanged."""

    code: int
    at: datetime
    who: str
    says: str


def events_of(child: Dossier) -> list[Event]:
    """
    List the status events of an item in order: the application of its stage up to the acceptance, then its own.

    States that the standard does not know are left out, and one that says the same again.
    """
    spans = [*_exchanged(child.parent, before_acceptance=True), *_exchanged(child, before_acceptance=False)]
    found: list[Event] = []
    for event in spans:
        if not found or found[-1].code != event.code:
            found.append(event)
    return found


def _exchanged(dossier: Dossier | None, *, before_acceptance: bool) -> Iterator[Event]:
    if dossier is None:
        return
    lifecycle = definitions.get("lifecycle", dossier.lifecycle, dossier.lifecycle_version)
    who = _who_moved(dossier)
    for span in Span.objects.filter(dossier=dossier).order_by("from_at", "pk"):
        code = lifecycle.states[span.state].code
        if code not in EXCHANGED or before_acceptance != (code in (1, 6, 7)):
            continue
        name = who.get((span.from_at, span.state)) or who.get((span.from_at, "")) or "系统"
        yield Event(code, span.from_at, name, lifecycle.states[span.state].label)


def _who_moved(dossier: Dossier) -> dict[tuple[datetime, str], str]:
    """Name who brought a dossier into a state at a moment; with an empty state, who acted at that moment at all."""
    told = records.told(dossier.stream)
    names = Account.objects.in_bulk({each.by.account_id for each in told if each.by.account_id})
    found: dict[tuple[datetime, str], str] = {}
    for each in told:
        moment = datetime.fromisoformat(each.payload["effective_at"]) if "effective_at" in each.payload else each.at
        if each.by.account_id:
            moved = each.payload.get("state") or ["", ""]
            found.setdefault((moment, moved[1]), str(names[each.by.account_id]))
            found.setdefault((moment, ""), str(names[each.by.account_id]))
    return found
