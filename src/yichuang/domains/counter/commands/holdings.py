"""What a clerk holds and hands over when leaving (practice 13): the ticket in hand, paper bags."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from yichuang.domains.counter.models import PaperBag, Ticket
from yichuang.domains.counter.terms import IN_HAND
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.holdings import Held, register_holding


def register() -> None:
    """Make both kinds known."""
    register_holding("tickets", "票号", tickets_of, move_tickets)
    register_holding("bags", "材料袋", bags_of, move_bags)


def tickets_of(account_id: int) -> list[Held]:
    """List the ticket that a clerk has called and not finished."""
    rows = Ticket.objects.filter(account=account_id, state__in=IN_HAND).select_related("site")
    return [Held(str(row.pk), row.number, row.site.unit_id) for row in rows]


def bags_of(account_id: int) -> list[Held]:
    """List the bags for which somebody answers, those on their way and not signed for included."""
    rows = PaperBag.objects.filter(keeper=account_id, case__dossier__ended_at=None).order_by("code")
    return [Held(str(row.pk), row.code, row.unit_id) for row in rows]


def move_tickets(keys: Sequence[str], *, giver_id: int, taker_id: int, reason: str, by: Actor, at: datetime) -> None:
    """Let the successor go on with the ticket."""
    Ticket.objects.filter(pk__in=keys, account=giver_id).update(account=taker_id)


def move_bags(keys: Sequence[str], *, giver_id: int, taker_id: int, reason: str, by: Actor, at: datetime) -> None:
    """Let the successor answer for the bags."""
    PaperBag.objects.filter(pk__in=keys, keeper=giver_id).update(keeper=taker_id)
