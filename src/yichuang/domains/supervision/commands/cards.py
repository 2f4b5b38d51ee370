"""Cards: suspected by the machine, explained by the unit, decided by the office."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from yichuang.domains.supervision.commands.refusals import (
    AlreadyDecided,
    AppealOpen,
    NotHeardYet,
    ReasonMissing,
)
from yichuang.domains.supervision.events import CardDecided, CardExplained, CardSuspected
from yichuang.domains.supervision.models import Card
from yichuang.domains.supervision.terms import HEARING_DAYS, WAITING, CardState, Colour, Ground
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import SYSTEM, Actor, local_day
from yichuang.foundation.work import deeds
from yichuang.foundation.work.models import Step
from yichuang.foundation.work.terms import StepState


def suspect(
    *,
    dossier_id: int,
    colour: Colour,
    ground: Ground,
    cause: str,
    breached_at: datetime,
    at: datetime,
    detail: str = "",
) -> Card | None:
    """
    Raise a suspected card, once a cause; None where it stands already.

    It names the step on which the dossier stood at the breach, and until when the unit may explain itself.
    """
    if Card.objects.filter(cause=cause, ground=ground).exists():
        return None
    with deeds.deed("suspect_card", on=dossier_id, by=SYSTEM, at=at) as deed:
        dossier, office = deed.dossier, definitions.office()
        stood = Step.objects.filter(dossier=dossier, opened_at__lte=breached_at).exclude(state=StepState.CANCELLED)
        step = stood.exclude(done_at__lt=breached_at).order_by(F("due_at").asc(nulls_last=True), "pk").first()
        row = Card.objects.create(
            cause=cause,
            ground=ground,
            dossier=dossier,
            unit_id=step.unit_id if step and step.unit_id else dossier.unit_id,
            colour=colour,
            detail=detail,
            step=step,
            breached_at=breached_at,
            found_at=at,
            hear_by=office.closing(office.calendar.add(local_day(at), HEARING_DAYS)),
        )
        deed.record(CardSuspected(row.pk, colour, ground, row.unit.code, row.hear_by))
    return row


def explain_card(*, card_id: int, explanation: str, by: Actor, at: datetime) -> None:
    """
    Hear the unit.

    :raises AlreadyDecided: the office decided already
    :raises ReasonMissing: nothing was said
    """
    card = Card.objects.get(pk=card_id)
    with deeds.deed(
        "explain_card", on=card.dossier_id, by=by, at=at, permission="supervision.answer", unit_id=card.unit_id
    ) as deed:
        card.refresh_from_db()
        if card.state not in WAITING:
            raise AlreadyDecided
        if not explanation.strip():
            raise ReasonMissing
        card.state, card.explanation = CardState.HEARD, explanation
        card.heard_at, card.heard_by_id = at, by.account_id
        card.save()
        deed.record(CardExplained(card.pk, explanation))


def decide_card(*, card_id: int, is_confirmed: bool, reason: str, by: Actor, at: datetime) -> None:
    """
    Confirm a card, or dismiss it; only a confirmed one counts.

    :raises NotHeardYet: the unit still has time to explain itself
    :raises AlreadyDecided: it was decided before
    :raises AppealOpen: an appeal waits, which decides
    :raises ReasonMissing: no reason was given
    """
    card = Card.objects.get(pk=card_id)
    with deeds.deed(
        "decide_card", on=card.dossier_id, by=by, at=at, permission="supervision.verify", unit_id=card.unit_id
    ) as deed:
        card.refresh_from_db()
        if card.state not in WAITING:
            raise AlreadyDecided
        if card.appeals.filter(decided_at=None).exists():
            raise AppealOpen
        if not reason.strip():
            raise ReasonMissing
        if is_confirmed and card.state == CardState.SUSPECTED and at <= card.hear_by:
            raise NotHeardYet(definitions.office().to_office_time(card.hear_by))
        card.state = CardState.CONFIRMED if is_confirmed else CardState.DISMISSED
        card.reason, card.decided_at, card.decided_by_id = reason, at, by.account_id
        card.save()
        deed.record(CardDecided(card.pk, card.colour, card.state, reason))
