"""Cards and orders as the one filter shows them."""

from __future__ import annotations

from django.db.models import Q

from yichuang.domains.supervision.models import Card, Order, Reminder
from yichuang.foundation.people.visibility import register_scope


def register_scopes() -> None:
    """Tell the one filter: supervision is seen by unit, region or all; the debtor sees what it must answer."""
    answering = {"answer": "supervision.answer"}
    register_scope(
        Card, permission="supervision.view", purposes=answering, units=lambda reach: Q(unit_id__in=reach.units)
    )
    register_scope(
        Order,
        permission="supervision.view",
        purposes=answering,
        units=lambda reach: Q(dossier__unit_id__in=reach.units),
    )
    register_scope(Reminder, permission="supervision.view", units=lambda reach: Q(unit_id__in=reach.units))
