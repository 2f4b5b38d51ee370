"""What the guide of one item tells: its facts as they are in force, its steps with who does them and how long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import gettext as _

from yichuang.domains.catalogue.models import ItemVersion, ServiceItem
from yichuang.domains.catalogue.queries.freshness import LastCheck, News, last_check, news
from yichuang.domains.catalogue.queries.listing import KIND
from yichuang.domains.catalogue.queries.routes import Bundle, Route, Surroundings, bundle_of, route_of
from yichuang.domains.catalogue.queries.steps import GuideStep, steps_of
from yichuang.domains.catalogue.terms import Item, Limit
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.definitions.problems import NotInForce
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.models import Unit
from yichuang.foundation.people.visibility import visible


@dataclass(frozen=True, slots=True)
class Guide:
    """Everything that the guide of an item tells."""

    item: Item
    unit: str
    unit_address: str
    steps: tuple[GuideStep, ...]
    total_days: int
    """Working days of the longest way through the steps: those that run side by side count once."""
    licences: Mapping[str, str]
    """Names of the licence types from which materials are taken."""
    acceptance: Limit | None
    delivery: Limit | None
    published_at: datetime
    in_force_from: date
    parts_of: tuple[Item, ...]
    """The items (stages, bundles) in which this one is applied for together with others."""
    route: Route
    """The way of an applicant through it, from the hand-in to the result."""
    news: News | None
    """What its version changed; None where it is the first."""
    last_check: LastCheck
    bundle: Bundle | None
    """What is applied for together in it; None where it is one matter alone."""


STARTS: dict[str, str] = {}
"""Lifecycle → name of the page on which an application under it begins; it takes the item's id."""


def register_start(lifecycle: str, page: str) -> None:
    """Name the page on which applications under a lifecycle begin, in the `AppConfig.ready` of whoever takes them."""
    STARTS[lifecycle] = page


def in_force(code: str, actor: Actor, on: date) -> Item | None:
    """Give the item as it is in force on a day, if the actor may see it."""
    if not visible(actor, ServiceItem).filter(pk=code).exists():
        return None
    try:
        found = definitions.in_force(KIND, code, on)
    except NotInForce:
        return None
    assert isinstance(found, Item)
    return found


def guide(code: str, actor: Actor, on: date) -> Guide | None:
    """Give what the guide of an item tells on a day, if the actor may see it."""
    item = in_force(code, actor, on)
    if item is None:
        return None
    version = ServiceItem.objects.get(pk=code).versions.get(number=item.version)
    return _told(item, actor, on, version.published_at, version.valid_from, version)


def previewed(item: Item, actor: Actor, at: datetime, on: date) -> Guide:
    """Give what the guide of an item will tell that is not published yet, as if it were in force on a day."""
    plan = item.plan if item.plan in definitions.all_in_force("plan", on) else ""
    return _told(replace(item, plan=plan), actor, on, at, on)


def _told(
    item: Item,
    actor: Actor,
    on: date,
    published_at: datetime,
    in_force_from: date,
    version: ItemVersion | None = None,
) -> Guide:
    unit = Unit.objects.filter(code=item.unit).first()
    steps, total = steps_of(item, on)
    around = surroundings(item, on)
    return Guide(
        item=item,
        unit=around.unit,
        unit_address=unit.address if unit else "",
        steps=steps,
        total_days=total,
        licences=licence_names((material.licence_type for material in item.materials), on),
        acceptance=around.acceptance,
        delivery=around.delivery,
        published_at=published_at,
        in_force_from=in_force_from,
        parts_of=tuple(each for each in parents(on).get(item.id, ()) if in_force(each.id, actor, on)),
        route=route_of(item, steps, around),
        news=news(version) if version else None,
        last_check=last_check(version, around.unit, on) if version else LastCheck(on, around.unit, None, False),
        bundle=bundle_of(item, steps, on),
    )


def surroundings(item: Item, on: date) -> Surroundings:
    """Tell what is around the way through an item on a day: its body, where it is handled, the limits of the law."""
    unit = Unit.objects.filter(code=item.unit).first()
    return Surroundings(
        unit=unit.name if unit else item.unit,
        place=_("、").join(item.points) or (unit.address if unit else ""),
        acceptance=_rule("acceptance_limit", on),
        delivery=_rule("delivery_limit", on),
    )


def parents(on: date) -> Mapping[str, tuple[Item, ...]]:
    """Tell for each item that is a step of other items' plans which those are."""
    return definitions.kept((__name__, "parents", on), dict, lambda: _parents(on))


def _parents(on: date) -> dict[str, tuple[Item, ...]]:
    plans = definitions.all_in_force("plan", on)
    found: dict[str, tuple[Item, ...]] = {}
    for item in definitions.all_in_force(KIND, on).values():
        steps = plans[item.plan].steps.values() if item.plan in plans else ()
        for code in dict.fromkeys(step.item for step in steps if step.item):
            found[code] = (*found.get(code, ()), item)
    return found


def licence_names(types: Iterable[str], on: date) -> dict[str, str]:
    """Name licence types; one that is not in force is left out."""
    known = definitions.all_in_force("licence_type", on)
    return {each: known[each].name for each in set(types) if each in known}


def _rule(key: str, on: date) -> Limit | None:
    try:
        row = definitions.rule(key, on)
    except NotInForce:
        return None
    return Limit(int(row.value), row.unit, row.basis)
