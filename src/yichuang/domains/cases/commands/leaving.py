"""What was put aside at a window (暂存) goes to a successor when its clerk leaves (practice 13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from yichuang.domains.cases.models import Draft
from yichuang.domains.cases.queries import item_name
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.holdings import Held, register_holding


def register() -> None:
    """Make the kind known."""
    register_holding("drafts", "暂存", drafts_of, move_drafts)


def drafts_of(account_id: int) -> list[Held]:
    """List what a clerk put aside for somebody; what people fill in for themselves stays theirs."""
    rows = Draft.objects.filter(account=account_id, is_counter=True, case=None).select_related("applicant")
    return [Held(str(row.pk), f"{row.applicant or ''} {item_name(row, row.saved_at)}".strip()) for row in rows]


def move_drafts(keys: Sequence[str], *, giver_id: int, taker_id: int, reason: str, by: Actor, at: datetime) -> None:
    """Let the successor go on with them."""
    Draft.objects.filter(pk__in=keys, account=giver_id, case=None).update(account=taker_id)
