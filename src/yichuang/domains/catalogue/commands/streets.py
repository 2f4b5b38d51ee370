"""What goes down to the streets: agreed, handed over, trained, running; each with one origin and one mode (S41)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from yichuang.domains.catalogue import queries
from yichuang.domains.catalogue.commands.claims import UnknownUnits
from yichuang.domains.catalogue.commands.drafting import NoSuchItem
from yichuang.domains.catalogue.events import StreetItemEnded, StreetItemsKept
from yichuang.domains.catalogue.models import StreetItem
from yichuang.domains.catalogue.terms import StreetMode, StreetOrigin, StreetState
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.people.terms import UnitKind
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.dated import Said, write
from yichuang.foundation.records.terms import day_stream
from yichuang.kernel.errors import NotPossible

KEEP = "catalogue.keep_registries"
STAFF = "street_window"
"""The role of those who handle items at a street."""


class StreetItemIncomplete(NotPossible):
    """An item goes on only with what its next state needs; all that is lacking is told at once."""

    code = "catalogue.street_item_incomplete"

    def __init__(self, lacking: Sequence[str]) -> None:
        super().__init__(_("还不能这样登记：%(lacking)s") % {"lacking": "；".join(lacking)})
        self.lacking = tuple(lacking)


@dataclass(frozen=True, slots=True)
class Sunk:
    """One item as it goes down: from where, to which streets, how it is handled, how far it is."""

    item: str
    origin: StreetOrigin
    mode: StreetMode
    state: StreetState
    streets: tuple[str, ...]
    flow: str = ""
    delegation: str = ""


def keep_street_items(*, items: Sequence[Sunk], by: Actor, at: datetime) -> int:
    """
    Keep items that streets handle, from today on, all or none; tell how many rows are new.

    :raises NotAllowed: `by` does not keep registries
    :raises NoSuchItem: an item is not here
    :raises UnknownUnits: a street is none
    :raises StreetItemIncomplete: what the state needs is lacking: streets, the paper of delegation, the flow, staff
    """
    acting = by.by_for(KEEP)
    here = queries.items_here(each.item for each in items)
    if lost := [each.item for each in items if each.item not in here]:
        raise NoSuchItem("、".join(lost))
    asked = {street for each in items for street in each.streets}
    streets = set(
        Unit.objects.filter(code__in=asked, kind__in=[UnitKind.STREET, UnitKind.COMMUNITY]).values_list(
            "code", flat=True
        )
    )
    if unknown := sorted(asked - streets):
        raise UnknownUnits(unknown)
    names = queries.item_names(here)
    staffed = queries.units_with(STAFF, asked, at)
    flows = queries.items_with_flow([each.item for each in items], local_day(at))
    if lacking := [said for each in items for said in _lacking(each, names[each.item], staffed=staffed, flows=flows)]:
        raise StreetItemIncomplete(lacking)
    with deed("keep_street_items", stream=day_stream("system", at), by=acting, at=at) as pen:
        rows = write(
            StreetItem,
            [
                Said(
                    {"item_id": each.item},
                    {
                        "origin": each.origin,
                        "mode": each.mode,
                        "state": each.state,
                        "streets": "\n".join(each.streets),
                        "flow": each.flow,
                        "delegation": each.delegation,
                        "by": str(acting),
                    },
                    local_day(at),
                )
                for each in items
            ],
        )
        pen.record(StreetItemsKept(items=tuple(each.item for each in items), rows=len(rows)))
    return len(rows)


def end_street_item(*, item: str, reason: str, by: Actor, at: datetime) -> None:
    """
    Take an item back from the streets, from today on.

    :raises NotAllowed: `by` does not keep registries
    :raises NoSuchItem: no street handles it
    """
    acting = by.by_for(KEEP)
    if not StreetItem.objects.on(local_day(at)).filter(item=item).exists():
        raise NoSuchItem(item)
    with deed("end_street_item", stream=day_stream("system", at), by=acting, at=at) as pen:
        write(StreetItem, [Said({"item_id": item}, None, local_day(at))])
        pen.record(StreetItemEnded(item=item, reason=reason.strip()))


def _lacking(each: Sunk, name: str, *, staffed: frozenset[str], flows: frozenset[str]) -> list[str]:
    """Tell what an item lacks for its state, in words."""
    found = []
    order = list(StreetState)
    if not each.streets:
        found.append(_("“%(item)s”没有承接街道") % {"item": name})
    if each.state != StreetState.AGREED and each.origin == StreetOrigin.HANDED_DOWN and not each.delegation:
        found.append(_("“%(item)s”由职能部门下放，移交时须有委托文书") % {"item": name})
    if order.index(each.state) >= order.index(StreetState.TRAINED) and not each.flow and each.item not in flows:
        found.append(_("“%(item)s”没有逐项完善的办理流程") % {"item": name})
    if each.state == StreetState.RUNNING and (empty := [code for code in each.streets if code not in staffed]):
        units = "、".join(queries.unit_names(empty).values())
        found.append(_("“%(item)s”的承接街道还没有窗口人员账号：%(units)s") % {"item": name, "units": units})
    return found
