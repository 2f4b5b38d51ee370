"""Joint steps as pages and sheets tell them: rounds, shares by unit, the agreed visit, reworks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from yichuang.domains.cases import queries as cases
from yichuang.domains.construction.models import Rework, Visit
from yichuang.domains.construction.rules.opinions import together
from yichuang.domains.construction.terms import Verdict
from yichuang.foundation.work import steps
from yichuang.foundation.work.models import Dossier, Share, Step
from yichuang.foundation.work.terms import LIVE, ShareState


@dataclass(frozen=True, slots=True)
class ShareSeen:
    """One unit's part of a round."""

    id: int
    unit: str
    state: str
    label: str
    opinion: tuple[str, ...]
    by: str
    at: datetime | None
    days: int | None


@dataclass(frozen=True, slots=True)
class RoundSeen:
    """One round: who said what, and how it was concluded."""

    n: int
    step_id: int
    is_open: bool
    opened_at: datetime | None
    due_at: datetime | None
    verdict: str
    merged: tuple[str, ...]  # the one list
    shares: tuple[ShareSeen, ...]


def joint_key(dossier: Dossier) -> str:
    """Name the joint step of a case's plan; empty where it has none."""
    if not dossier.plan:
        return ""
    return next((step.id for step in steps.plan_of(dossier).steps.values() if step.joint), "")


def joint_step(case_id: int) -> Step | None:
    """Give the latest attempt of the joint step of a case."""
    dossier = Dossier.objects.get(pk=case_id)
    rows = Step.objects.filter(dossier=dossier, key=joint_key(dossier)).select_related("unit", "dossier")
    return rows.order_by("-attempt").first()


def round_of(case_id: int) -> int:
    """Tell the round that runs or comes next: the attempt of the joint step."""
    found = joint_step(case_id)
    return found.attempt if found else 1


def sending_step(case_id: int) -> Step | None:
    """Give the open step after which the joint step opens: the lead sends the round out."""
    dossier = Dossier.objects.get(pk=case_id)
    key = joint_key(dossier)
    if not key:
        return None
    before = steps.plan_of(dossier).steps[key].after
    rows = Step.objects.filter(dossier=dossier, key__in=before, state__in=LIVE).select_related("unit", "dossier")
    return rows.order_by("-attempt").first()


def joint_shares(step: Step) -> QuerySet[Share]:
    """List the shares of one attempt of a joint step."""
    rows = Share.objects.filter(step=step).exclude(state=ShareState.CANCELLED)
    return rows.select_related("unit", "by").order_by("unit__rank", "unit_id")


def rounds(case_id: int, office: Any) -> list[RoundSeen]:
    """Tell every round of a case's joint step that was opened, the latest first."""
    dossier = Dossier.objects.get(pk=case_id)
    rows = Step.objects.filter(dossier=dossier, key=joint_key(dossier)).exclude(opened_at=None)
    return [_round(row, office) for row in rows.order_by("-attempt")]


def visit(case_id: int, round_: int) -> Visit | None:
    """Give the date that stands for a round's visit, proposed or agreed."""
    return Visit.objects.filter(case_id=case_id, round=round_, replaced_at=None).first()


def reworks(case_id: int) -> QuerySet[Rework]:
    """List what was found wrong at visits, newest first."""
    return Rework.objects.filter(case_id=case_id).select_related("unit").order_by("-opened_at", "unit__rank")


def drawings_since(case_id: int, at: datetime | None) -> QuerySet[Any]:
    """List the files that came after a moment."""
    assert at is not None, "the step was opened"
    return cases.files_since(case_id, at)


def _round(row: Step, office: Any) -> RoundSeen:
    shares = tuple(_share(each, row, office) for each in joint_shares(row))
    done = row.state == "done"
    verdict = Verdict(row.outcome).label if done and row.outcome in Verdict.values else ""
    merged = tuple(f"{share.unit}：{line}" for share in shares for line in share.opinion)
    return RoundSeen(
        n=row.attempt,
        step_id=row.pk,
        is_open=row.state in LIVE,
        opened_at=row.opened_at,
        due_at=row.due_at,
        verdict=str(verdict),
        merged=merged,
        shares=shares,
    )


def _share(share: Share, row: Step, office: Any) -> ShareSeen:
    label = Verdict(share.outcome).label if share.outcome in Verdict.values else share.get_state_display()
    days = None
    if share.given_at and row.opened_at:
        days = office.calendar.between(office.day(row.opened_at), office.day(share.given_at))
    return ShareSeen(
        id=share.pk,
        unit=share.unit.short_name,
        state=share.state,
        label=str(label),
        opinion=tuple(line.strip() for line in share.opinion.splitlines() if line.strip()),
        by=str(share.by or ""),
        at=share.given_at,
        days=days,
    )


def verdict_together(step: Step) -> Verdict:
    """Tell what the units' verdicts say together so far."""
    return together(share.outcome for share in joint_shares(step))
