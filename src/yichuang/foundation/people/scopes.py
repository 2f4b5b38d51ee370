"""How the rows of this room are filtered."""

from __future__ import annotations

from django.db.models import Q

from yichuang.foundation.people.models import Account, Appointment, Party, Unit
from yichuang.foundation.people.visibility import register_scope


def register() -> None:
    """Register parties, accounts and appointments; units are open to all."""
    register_scope(
        Party,
        permission="parties.view",
        own=lambda reach: Q(pk__in=reach.parties),
        mandate=lambda reach: Q(pk__in=reach.actor.principal_ids),
    )
    register_scope(
        Account,
        permission="people.view",
        purposes={"manage": "people.manage", "grant": "people.grant", "export": "people.export"},
        own=lambda reach: Q(pk=reach.actor.account_id),
        units=lambda reach: Q(pk__in=Appointment.objects.filter(unit__in=reach.units).values("account")),
    )
    register_scope(
        Appointment,
        permission="people.view",
        purposes={"manage": "people.manage", "export": "people.export"},
        own=lambda reach: Q(account=reach.actor.account_id),
        units=lambda reach: Q(unit__in=reach.units),
    )
    register_scope(Unit, permission="public.view", everything=lambda reach: Q())
