"""Who was asked to sign a case too, what they said, and what this person may do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.work.models import Dossier, Share, Step
from yichuang.foundation.work.terms import COUNTERSIGN, ShareState


@dataclass(frozen=True, slots=True)
class Countersign:
    """One unit's countersign: what it was asked about which step, and what came of it."""

    share_id: int
    unit: str
    step: str
    asked: str
    state: ShareState
    outcome: str
    opinion: str
    who: str
    given_at: datetime | None
    silent_at: datetime | None
    may_give: bool
    may_take_back: bool


def countersigns(dossier: Dossier, mine: Step | None, actor: Actor, at: datetime) -> list[Countersign]:
    """List the countersigns of a case in the order in which they were asked; `mine` is the step that the actor has."""
    rows = Share.objects.filter(dossier=dossier, asked_by__isnull=False).select_related("unit", "step", "by")
    return [_seen(row, mine, actor, at) for row in rows.order_by("opened_at", "pk")]


def units_to_ask(dossier: Dossier, at: datetime) -> QuerySet[Unit]:
    """List the units that may be asked: all that exist on the day but the one that has the case."""
    day = local_day(at)
    there = Q(valid_to__isnull=True) | Q(valid_to__gt=day)
    return Unit.objects.filter(there, valid_from__lte=day, source="").exclude(pk=dossier.unit_id)


def _seen(row: Share, mine: Step | None, actor: Actor, at: datetime) -> Countersign:
    assert row.step is not None, "a countersign belongs to a step"
    is_open = row.state == ShareState.OPEN and (row.silent_at is None or at <= row.silent_at)
    return Countersign(
        share_id=row.pk,
        unit=row.unit.short_name,
        step=row.step.name,
        asked=row.asked,
        state=ShareState(row.state),
        outcome=row.outcome,
        opinion=row.opinion,
        who=row.by.name if row.by else "",
        given_at=row.given_at,
        silent_at=row.silent_at,
        may_give=is_open and actor.may(COUNTERSIGN, unit_id=row.unit_id),
        may_take_back=is_open and mine is not None and mine.pk == row.step_id,
    )
