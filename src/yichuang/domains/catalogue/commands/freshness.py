"""The editor of a unit confirms that a guide is still right."""

from __future__ import annotations

from datetime import datetime

from yichuang.domains.catalogue.commands.drafting import NoSuchItem, unit_id
from yichuang.domains.catalogue.events import GuideConfirmed
from yichuang.domains.catalogue.models import GuideCheck, ServiceItem
from yichuang.domains.catalogue.terms import ItemState
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.terms import day_stream


def confirm_guide(*, code: str, by: Actor, at: datetime) -> GuideCheck:
    """
    Note that the guide in force was looked at and is still right, from now on.

    :raises NoSuchItem: nothing of that code is in force
    :raises NotAllowed: `by` does not edit the items of its unit
    """
    item = ServiceItem.objects.filter(pk=code, state=ItemState.IN_FORCE).first()
    if item is None:
        raise NoSuchItem(code)
    acting = by.by_for("catalogue.edit", unit_id(item.unit_code))
    with deed("confirm_guide", stream=day_stream(f"unit/{item.unit_code}", at), by=acting, at=at) as pen:
        row = GuideCheck.objects.create(
            item=item, version=item.version, unit_code=item.unit_code, checked_at=at, by=str(acting)
        )
        pen.record(GuideConfirmed(item=item.code, version=item.version, unit=item.unit_code))
    return row
