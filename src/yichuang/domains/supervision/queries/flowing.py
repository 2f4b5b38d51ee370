"""What the page on flow can be asked: sources, items and units of the dossiers that the reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from django.utils.translation import gettext as _

from yichuang.domains.catalogue.queries import item_names
from yichuang.foundation.history.models import OldItem, Source
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.work import flow

Named: TypeAlias = list[tuple[str, str]]
"""Codes with their names, in the order of a choice list."""


@dataclass(frozen=True, slots=True)
class FlowChoices:
    """What there is to choose from; each list begins with everything."""

    sources: Named
    items: Named
    units: Named


def flow_choices(actor: Actor) -> FlowChoices:
    """List what the dossiers that the actor may see come from, are about, and whose they are; by name."""
    rows = flow.population(actor, flow.Asked()).order_by()
    found = list(rows.values_list("source", "item_code", "unit_id").distinct())
    sources = {source for source, _item, _unit in found}
    old = dict(Source.objects.filter(code__in=sources).values_list("code", "name"))
    codes = {item for _source, item, _unit in found if item}
    names = item_names(codes) | dict(OldItem.objects.filter(code__in=codes).values_list("code", "name"))
    units = flow.unit_names([unit for _source, _item, unit in found])
    ours = [(flow.OURS, _("本系统办件"))] if "" in sources else []
    return FlowChoices(
        [("", _("全部来源")), *ours, *_by_name({code: old.get(code, code) for code in sources if code})],
        [("", _("全部事项")), *_by_name({code: names[code] for code in codes})],
        [("", _("全部单位")), *_by_name({str(key): name for key, name in units.items()})],
    )


def _by_name(names: dict[str, str]) -> Named:
    return sorted(names.items(), key=lambda pair: (pair[1], pair[0]))
