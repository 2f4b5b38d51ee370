"""Appeals: opened by the unit, or by the machine where a calendar notice moved the limit; decided by the office."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from yichuang.domains.supervision.commands.refusals import (
    AppealLate,
    AppealOpen,
    NoAppealOpen,
    NotToAppeal,
    ReasonMissing,
)
from yichuang.domains.supervision.events import AppealDecided, CardAppealed
from yichuang.domains.supervision.models import Appeal, Card
from yichuang.domains.supervision.queries.cards import appeal_until
from yichuang.domains.supervision.terms import WAITING, CardState
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import SYSTEM, Actor
from yichuang.foundation.work import deeds
from yichuang.foundation.work.models import Clock


def appeal_card(*, card_id: int, text: str, by: Actor, at: datetime) -> Appeal:
    """
    Appeal against a confirmed card, once and in time.

    :raises NotToAppeal: it is not confirmed, or its unit appealed before
    :raises AppealOpen: an appeal waits already
    :raises AppealLate: the time has passed
    :raises ReasonMissing: nothing was said
    """
    card = Card.objects.get(pk=card_id)
    with deeds.deed(
        "appeal_card", on=card.dossier_id, by=by, at=at, permission="supervision.answer", unit_id=card.unit_id
    ) as deed:
        card.refresh_from_db()
        until = appeal_until(card)
        if card.appeals.filter(decided_at=None).exists():
            raise AppealOpen
        if card.state != CardState.CONFIRMED or until is None or card.appeals.filter(by__isnull=False).exists():
            raise NotToAppeal
        if at > until:
            raise AppealLate(definitions.office().to_office_time(until))
        if not text.strip():
            raise ReasonMissing
        return _open(deed, card, text, at, by.account_id)


def appeal_for_notice(*, clock: Clock, at: datetime) -> int:
    """
    Open an appeal against every card of a limit that a calendar notice has moved past `at`; tell how many.

    The card itself stays: what was overdue never becomes timely in silence.
    """
    if clock.due_at is None or clock.due_at <= at:
        return 0
    moved = Card.objects.filter(cause__startswith=f"clock/{clock.pk}/", state__in=(*WAITING, CardState.CONFIRMED))
    opened = 0
    for card in moved:
        if card.appeals.filter(decided_at=None).exists():
            continue
        due = definitions.office().to_office_time(clock.due_at)
        text = _("放假安排调整后到期日为 %(due)s，不再超期。") % {"due": f"{due:%Y-%m-%d %H:%M}"}
        with deeds.deed("appeal_card", on=card.dossier_id, by=SYSTEM, at=at) as deed:
            _open(deed, card, text, at, None)
        opened += 1
    return opened


def decide_appeal(*, card_id: int, is_granted: bool, reason: str, by: Actor, at: datetime) -> None:
    """
    Grant an appeal, and the card is withdrawn, or let the card stay.

    :raises NoAppealOpen: none waits
    :raises ReasonMissing: no reason was given
    """
    card = Card.objects.get(pk=card_id)
    with deeds.deed(
        "decide_appeal", on=card.dossier_id, by=by, at=at, permission="supervision.verify", unit_id=card.unit_id
    ) as deed:
        card.refresh_from_db()
        appeal = card.appeals.filter(decided_at=None).first()
        if appeal is None:
            raise NoAppealOpen
        if not reason.strip():
            raise ReasonMissing
        appeal.is_granted, appeal.reason = is_granted, reason
        appeal.decided_at, appeal.decided_by_id = at, by.account_id
        appeal.save()
        if is_granted:
            if card.decided_at is None:
                card.reason, card.decided_at, card.decided_by_id = reason, at, by.account_id
            card.state = CardState.WITHDRAWN
            card.save()
        deed.record(AppealDecided(card.pk, is_granted, reason))


def _open(deed: deeds.Deed, card: Card, text: str, at: datetime, by: int | None) -> Appeal:
    appeal = Appeal.objects.create(card=card, opened_at=at, by_id=by, text=text)
    deed.record(CardAppealed(card.pk, text))
    return appeal
