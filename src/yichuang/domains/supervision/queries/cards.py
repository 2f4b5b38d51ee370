"""Cards as units and office see them: what waits for whom."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from yichuang.domains.supervision.models import Appeal, Card
from yichuang.domains.supervision.terms import APPEAL_DAYS, WAITING, CardState
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.visibility import visible

LONGEST = timedelta(days=21)
"""Three working days are over after that, whatever holidays lie between."""


def cards(actor: Actor) -> QuerySet[Card]:
    """List the cards that wait for the office, those first whose hearing ends first."""
    appealed = Exists(Appeal.objects.filter(card=OuterRef("pk"), decided_at=None))
    rows = visible(actor, Card).filter(Q(appealed) | Q(state__in=WAITING))
    return rows.select_related("dossier", "unit").order_by("hear_by", "pk")


def to_explain(actor: Actor) -> QuerySet[Card]:
    """List the cards that wait for the unit's word."""
    return visible(actor, Card, "answer").filter(state__in=WAITING).select_related("dossier").order_by("hear_by", "pk")


def to_appeal(actor: Actor, at: datetime) -> list[tuple[Card, datetime]]:
    """List the confirmed cards against which the unit may still appeal, with the moment until when."""
    rows = visible(actor, Card, "answer").filter(state=CardState.CONFIRMED, decided_at__gte=at - LONGEST)
    untils = [(card, appeal_until(card)) for card in rows.select_related("dossier").order_by("decided_at", "pk")]
    return [(card, until) for card, until in untils if until is not None and may_appeal(card, at)]


def may_appeal(card: Card, at: datetime) -> bool:
    """Say whether the unit may appeal now: in time, once, while no appeal waits."""
    until = appeal_until(card)
    in_time = card.state == CardState.CONFIRMED and until is not None and at <= until
    return in_time and not card.appeals.filter(Q(by__isnull=False) | Q(decided_at=None)).exists()


def appeal_until(card: Card) -> datetime | None:
    """Tell until when a decided card may be appealed against."""
    if card.decided_at is None:
        return None
    office = definitions.office()
    return office.closing(office.calendar.add(local_day(card.decided_at), APPEAL_DAYS))
