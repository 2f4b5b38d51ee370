"""What the one filter lets people see of the hall."""

from __future__ import annotations

from django.db.models import Q

from yichuang.domains.counter.models import CustodyList, PaperBag, Reception, Site, Ticket
from yichuang.foundation.people.visibility import register_scope


def register_scopes() -> None:
    """Tell the one filter: a hall is seen by its unit, bags and lists by the units between which they go."""
    register_scope(
        Site,
        permission="counter.view",
        purposes={"call": "counter.call", "ticket": "counter.ticket"},
        units=lambda reach: Q(unit__in=reach.units),
    )
    register_scope(
        Ticket,
        permission="counter.view",
        purposes={"ticket": "counter.ticket"},
        units=lambda reach: Q(site__unit__in=reach.units),
    )
    register_scope(Reception, permission="counter.view", units=lambda reach: Q(window__site__unit__in=reach.units))
    register_scope(PaperBag, permission="cases.hand_over_paper", units=lambda reach: Q(unit__in=reach.units))
    register_scope(
        CustodyList,
        permission="cases.hand_over_paper",
        units=lambda reach: Q(from_unit__in=reach.units) | Q(to_unit__in=reach.units),
    )
