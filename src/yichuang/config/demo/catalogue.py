"""The second part of a demo: the catalogue as it stands on the opening day, and what its four-ways registry lists."""

from __future__ import annotations

from yichuang.config import demo
from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.terms import Registry
from yichuang.foundation.people.actors import actor_for, local_day
from yichuang.foundation.people.models import Account

KEEPER = "catalogue_admin"
"""Who lists: the account of `accounts.yaml` that keeps registries."""


def load(district: demo.Demo) -> None:
    """Let the catalogue follow the definitions that are in force on the opening day, and list the district's items."""
    at = district.opened_at
    commands.refresh(at=at)
    keeper = actor_for(Account.objects.get(username=KEEPER), at)
    pairs = queries.proposed_entries(Registry.SIBAN, local_day(at))
    if commands.enter_listings(registry=Registry.SIBAN, pairs=pairs, by=keeper, at=at).new:
        commands.publish_listings(registry=Registry.SIBAN, by=keeper, at=at)
