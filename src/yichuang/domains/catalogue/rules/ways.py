"""Which of the four ways (四办) an item is handled in, and what would have to change. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from yichuang.domains.catalogue.rules.measures import minutes_of
from yichuang.domains.catalogue.terms.item import Item
from yichuang.domains.catalogue.terms.ways import (
    DAY_MINUTES,
    HOUR_MINUTES,
    Element,
    ElementChange,
    Elements,
    FourWay,
    Verdict,
    Ways,
)
from yichuang.domains.catalogue.terms.words import (
    HandlingSystem,
    HandlingType,
    OnlineDepth,
    OnlineStage,
    PlaceKind,
    Server,
)

FARTHEST = 10**9
basis = "武汉市“马上办网上办就近办一次办”改革（2018年）；本系统的判定口径"


def elements_of(item: Item) -> Elements:
    """Read what decides the ways of an item."""
    near = {place.kind for place in item.places} - {PlaceKind.HALL}
    return Elements(
        handling=item.handling,
        promise=minutes_of(item.promise),
        has_special=bool(item.special),
        is_online=item.is_online,
        accepts_online=_accepts_online(item),
        serves_persons=Server.PERSON in item.servers,
        near=frozenset(near | ({PlaceKind.KIOSK} if item.at_kiosk else set())),
        visits=item.visits,
    )


def _accepts_online(item: Item) -> bool:
    """Tell whether an application goes online as far as acceptance; an item of this house that names no depth does."""
    if item.online_stage is not None:
        return item.online_stage >= OnlineStage.ACCEPT
    if item.online_depth is not None:
        return item.online_depth in (OnlineDepth.BEGUN, OnlineDepth.WHOLE)
    return item.is_online and item.handling_system is HandlingSystem.HERE


def ways_of(elements: Elements) -> Ways:
    """Decide the four ways, each with the elements that decide it."""
    return {
        FourWay.INSTANT: _instant(elements),
        FourWay.ONLINE: _all(
            {Element.IS_ONLINE: elements.is_online, Element.DEPTH: elements.accepts_online},
        ),
        FourWay.NEARBY: _all({Element.SERVES: elements.serves_persons, Element.PLACES: bool(elements.near)}),
        FourWay.ONCE: _all({Element.VISITS: elements.visits <= 1}),
    }


def _instant(elements: Elements) -> Verdict:
    """即办件; or promised within the hour, where no special procedure may stop it."""
    if elements.handling is HandlingType.INSTANT:
        return Verdict(True, (Element.HANDLING,))
    within_the_hour = elements.promise is not None and elements.promise <= HOUR_MINUTES
    return _all({Element.PROMISE: within_the_hour, Element.SPECIAL: not elements.has_special})


def _all(held: dict[Element, bool]) -> Verdict:
    against = tuple(element for element, holds in held.items() if not holds)
    return Verdict(not against, against or tuple(held))


def is_in_base(way: FourWay, elements: Elements) -> bool:
    """Tell whether an item counts below the line of a way's ratio: 就近办 is asked of what serves persons alone."""
    return way is not FourWay.NEARBY or elements.serves_persons


def may_become_instant(elements: Elements) -> bool:
    """Suggest an item for 即办: promised within a working day, and nothing special may come between."""
    return (
        elements.handling is HandlingType.PROMISE
        and elements.promise is not None
        and elements.promise <= DAY_MINUTES
        and not elements.has_special
    )


def distance(elements: Elements, element: Element) -> int:
    """
    Tell how far an element is from where it lets a way in: minutes above the hour, visits above one; else 0.

    A promise that is not working time is farther than any that is.
    """
    if element is Element.PROMISE:
        return FARTHEST if elements.promise is None else elements.promise - HOUR_MINUTES
    return elements.visits - 1 if element is Element.VISITS else 0


def is_quarter(text: str) -> bool:
    """
    Tell whether a text names a quarter.

    >>> is_quarter("2019Q4"), is_quarter("2019Q5"), is_quarter("19Q1")
    (True, False, False)
    """
    return len(text) == 6 and text[:4].isdecimal() and text[4] == "Q" and text[5] in "1234"


def changed(elements: Elements, change: ElementChange) -> Elements:
    """Give the elements with one of them as it might be."""
    match change.element:
        case Element.HANDLING:
            return replace(elements, handling=HandlingType.INSTANT, promise=None)
        case Element.PROMISE:
            return replace(elements, promise=change.number)
        case Element.SPECIAL:
            return replace(elements, has_special=False)
        case Element.IS_ONLINE:
            return replace(elements, is_online=True)
        case Element.DEPTH:
            return replace(elements, accepts_online=True)
        case Element.PLACES:
            return replace(elements, near=elements.near | {PlaceKind.STREET})
        case Element.VISITS:
            return replace(elements, visits=change.number)
    raise ValueError(f"{change.element} does not change")


def percent(count: int, base: int, places: int = 2) -> Decimal | None:
    """
    Give a share in percent, half up; None of nothing.

    >>> percent(559, 855), percent(241, 280), percent(0, 0)
    (Decimal('65.38'), Decimal('86.07'), None)
    """
    if not base:
        return None
    return (Decimal(100 * count) / base).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def spread(values: Iterable[Decimal]) -> tuple[Decimal, Decimal, Decimal] | None:
    """
    Give the best, the median (the lower of two in the middle, percentile_disc) and the worst; None of nothing.

    >>> spread([Decimal(9), Decimal(1), Decimal(5), Decimal(7)])
    (Decimal('9'), Decimal('5'), Decimal('1'))
    """
    sorted_values = sorted(values)
    if not sorted_values:
        return None
    return sorted_values[-1], sorted_values[(len(sorted_values) - 1) // 2], sorted_values[0]
