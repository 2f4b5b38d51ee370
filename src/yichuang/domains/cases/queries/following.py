"""A case as its applicant follows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from yichuang.domains.cases.models import Case, CaseMaterial, Decision
from yichuang.domains.cases.queries.finding import Asking, decision, notices
from yichuang.domains.cases.queries.ratings import RatingSeen, rating
from yichuang.domains.cases.terms import MaterialState
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.work import queries as work
from yichuang.foundation.work.models import Span
from yichuang.foundation.work.names import said
from yichuang.foundation.work.terms import ClockKind


@dataclass(frozen=True, slots=True)
class CaseForApplicant:
    """A case as its applicant follows it: one state, one date, who holds what, and why a clock stands still."""

    case: Case
    number: str
    item_name: str
    state: str
    state_label: str
    tone: str
    unit: str
    query_code: str
    due_at: datetime | None
    days_left: int | None
    lamp: str
    paused_since: datetime | None
    paused_because: str
    due_if_resumed: datetime | None
    clock_label: str
    steps: tuple[dict[str, Any], ...]
    notices: tuple[Asking, ...]
    asks_correction: bool
    awaits_supplement: tuple[tuple[str, str], ...]
    materials: tuple[CaseMaterial, ...]
    decision: Decision | None
    may_withdraw: bool
    may_recall: bool
    may_rate: bool
    rating: RatingSeen | None
    is_over: bool
    is_concluded: bool

    @property
    def decision_rows(self) -> list[dict[str, str]]:
        """Tell why an adverse decision was made, by which law, and what can be done against it."""
        if self.decision is None:
            return []
        found = (
            (_("理由"), self.decision.reason),
            (_("依据"), self.decision.basis),
            (_("救济途径"), self.decision.remedy),
        )
        return [{"label": label, "value": value} for label, value in found if value]


TONES = {
    "received": "active",
    "corrected": "active",
    "accepted": "active",
    "processing": "active",
    "correcting": "soon",
    "special_start": "paused",
    "approved": "ok",
    "approved_pending": "ok",
    "certified": "ok",
    "delivered": "ok",
    "archived": "ok",
    "concluded": "ok",
    "denied": "late",
    "refused": "late",
    "revoked": "late",
}


def for_applicant(case: Case, at: datetime) -> CaseForApplicant:
    """Tell a case to its applicant."""
    dossier = case.dossier
    lifecycle = definitions.get("lifecycle", dossier.lifecycle, dossier.lifecycle_version)
    clocks = {each.kind: each for each in work.clocks_of(dossier, at) if each.stopped_at is None}
    clock = clocks.get(ClockKind(dossier.watched)) if dossier.watched else None
    rated = rating(case.pk)
    deferred = case.materials.filter(state=MaterialState.DEFERRED)
    return CaseForApplicant(
        case=case,
        number=dossier.number,
        item_name=dossier.title,
        state=dossier.state,
        state_label=said(lifecycle.states[dossier.state].label),
        tone=TONES.get(dossier.state, "plain"),
        unit=dossier.unit.name,
        query_code=case.query_code,
        due_at=clock.due_at if clock else None,
        days_left=clock.days_left if clock else None,
        lamp=(clock.lamp or "") if clock else "",
        paused_since=clock.paused_since if clock else None,
        paused_because=clock.paused_because if clock else "",
        due_if_resumed=clock.due_if_resumed if clock else None,
        clock_label=clock.label if clock else "",
        steps=tuple(_journey(case, lifecycle, at)),
        notices=tuple(notices(case.pk)),
        asks_correction=dossier.state == "correcting",
        awaits_supplement=tuple(deferred.values_list("code", "name")),
        materials=tuple(case.materials.order_by("place").prefetch_related("files__file")),
        decision=decision(case.pk),
        may_withdraw=dossier.state in ("accepted", "processing"),
        may_recall=dossier.state in ("received", "correcting"),
        may_rate=dossier.concluded_at is not None and rated is None,
        rating=rated,
        is_over=dossier.ended_at is not None,
        is_concluded=dossier.concluded_at is not None,
    )


def _journey(case: Case, lifecycle: Any, at: datetime) -> list[dict[str, Any]]:
    """List what was done in the order of its moments, then what goes on and comes next, equal to the picture."""
    marks = {"done": "done", "open": "current", "claimed": "current", "skipped": "skipped", "cancelled": "skipped"}
    steps: list[dict[str, Any]] = [
        {
            "title": step.name,
            "state": marks.get(step.state, "next"),
            "who": step.unit,
            "at": step.done_at or step.opened_at,
            "text": step.label if marks.get(step.state) == "skipped" else "",
        }
        for step in work.steps_of(case.dossier, at)
    ]
    is_resting = case.dossier.concluded_at is None and all(row["state"] != "current" for row in steps)
    spans = Span.objects.filter(dossier=case.dossier).exclude(state=lifecycle.start).order_by("from_at", "pk")
    states: list[dict[str, Any]] = [
        {
            "title": said(lifecycle.states[span.state].label),
            "state": "current" if span.to_at is None and is_resting else "done",
            "who": case.dossier.unit.short_name,
            "at": span.from_at,
            "text": "",
        }
        for span in spans
    ]
    past = sorted((row for row in steps + states if row["state"] == "done"), key=lambda row: row["at"])
    return past + [row for row in states + steps if row["state"] != "done"]
