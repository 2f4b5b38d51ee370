"""The steps that a person has in hand, and hands over when leaving (practice 13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.holdings import Held, register_holding
from yichuang.foundation.work import events
from yichuang.foundation.work.deeds import deed
from yichuang.foundation.work.models import Step
from yichuang.foundation.work.terms import LIVE


def register() -> None:
    """Make the kind known."""
    register_holding("steps", "在办环节", steps_of, move_steps)


def steps_of(account_id: int) -> list[Held]:
    """List the steps that somebody has signed for and not ended."""
    rows = Step.objects.filter(claimed_by=account_id, state__in=LIVE).select_related("dossier").order_by("pk")
    return [Held(str(row.pk), f"{row.dossier.number} {row.dossier.title} {row.name}", row.unit_id) for row in rows]


def move_steps(keys: Sequence[str], *, giver_id: int, taker_id: int, reason: str, by: Actor, at: datetime) -> None:
    """Put each step into the successor's hands, one record each; no clock moves. The head was asked for already."""
    rows = Step.objects.filter(pk__in=keys, claimed_by=giver_id, state__in=LIVE).order_by("dossier__root_id", "pk")
    for step in rows.select_related("dossier"):
        with deed("hand_over_step", on=step.dossier_id, by=by, at=at) as done:
            step.previous_by_id, step.claimed_by_id, step.claimed_at = giver_id, taker_id, at
            step.save(update_fields=["previous_by", "claimed_by", "claimed_at"])
            done.record(
                events.StepTransferred(step_id=step.pk, key=step.key, to_account=taker_id, to_unit="", reason=reason)
            )
