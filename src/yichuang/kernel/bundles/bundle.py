"""Merging items into one matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType

from yichuang.kernel.errors import DefinitionError


@dataclass(frozen=True, slots=True)
class BundleItem:
    """
    What one item asks and gives.

    `fields` are element codes, `materials` and `produces` material codes (a licence is a material too); `days` its
    promise in working days; `after` the items that must end first: those outside the bundle are ignored.
    """

    id: str
    name: str
    fields: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    produces: tuple[str, ...] = ()
    visits: int = 0
    days: int = 0
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A field or material that is asked once, and the ids of the items that want it."""

    code: str
    items: tuple[str, ...]


class Why(StrEnum):
    """Why a material is not asked of the applicant."""

    LIBRARY = "library", "证照库已有"
    SIBLING = "sibling", "由同批事项办出"
    ONCE = "once", "已由其他事项收取"

    label: str

    def __new__(cls, code: str, label: str) -> Why:
        self = str.__new__(cls, code)
        self._value_, self.label = code, label
        return self


@dataclass(frozen=True, slots=True)
class NotAsked:
    """A material that an item wants and the applicant need not bring; `source` names the licence or the item."""

    code: str
    item: str
    why: Why
    source: str
    because: str  # Chinese, for the material list


@dataclass(frozen=True, slots=True)
class Saving:
    """Materials, visits and working days, one by one (`…_before`) and as a bundle (`…_now`)."""

    materials_before: int
    materials_now: int
    visits_before: int
    visits_now: int
    days_before: int
    days_now: int

    @property
    def materials(self) -> int:
        """Materials saved."""
        return self.materials_before - self.materials_now

    @property
    def visits(self) -> int:
        """Visits saved."""
        return self.visits_before - self.visits_now

    @property
    def days(self) -> int:
        """Working days saved."""
        return self.days_before - self.days_now


@dataclass(frozen=True, slots=True)
class Bundle:
    """One form, one list of materials, what is not asked and why, who waits for whom, and the saving."""

    fields: tuple[Ask, ...]
    materials: tuple[Ask, ...]
    not_asked: tuple[NotAsked, ...]
    after: Mapping[str, tuple[str, ...]]
    saving: Saving


def merge(items: Sequence[BundleItem], holdings: Mapping[str, str]) -> Bundle:
    """
    Merge items into one matter.

    `holdings` are the materials which the licence library can supply: code → the licence in words, with its number.
    One that a sibling produces is not asked either, and who wants it waits for that sibling, even where `after` does
    not say so. Of what is left each material is asked once, by the first item that wants it. One by one, every item
    asks all of its materials and begins when the one before has ended; together, days are those of the longest chain
    and visits those of the item that needs most.

    >>> land = BundleItem("land", "用地", ("project_name",), ("form", "contract"), ("land_permit",), visits=1, days=4)
    >>> plan = BundleItem("plan", "规划", ("project_name",), ("form", "land_permit", "id"), visits=1, days=6)
    >>> bundle = merge([land, plan], {"id": "居民身份证"})
    >>> [ask.code for ask in bundle.materials], bundle.fields[0].items
    (['form', 'contract'], ('land', 'plan'))
    >>> [(each.code, each.why.value) for each in bundle.not_asked]
    [('form', 'once'), ('land_permit', 'sibling'), ('id', 'library')]
    >>> bundle.saving.materials, bundle.saving.visits, bundle.saving.days
    (3, 1, 0)

    :raises DefinitionError: an id stands twice, two items produce one material, or items wait in a circle
    """
    names = _names(items)
    makers = _makers(items)
    asked: dict[str, list[str]] = {}
    not_asked: list[NotAsked] = []
    after: dict[str, tuple[str, ...]] = {}
    for item in items:
        before = [other for other in item.after if other in names]
        for code in dict.fromkeys(item.materials):
            maker = makers.get(code, item.id)
            if maker != item.id:
                not_asked.append(_by_sibling(code, item, maker, names))
                before.append(maker)
            elif code in holdings:
                not_asked.append(NotAsked(code, item.id, Why.LIBRARY, holdings[code], f"证照库已有：{holdings[code]}"))
            elif code in asked:
                first = asked[code][0]
                because = f"办理“{names[first]}”时已收取，不再重复提交"
                not_asked.append(NotAsked(code, item.id, Why.ONCE, first, because))
                asked[code].append(item.id)
            else:
                asked[code] = [item.id]
        after[item.id] = tuple(dict.fromkeys(before))
    materials = tuple(Ask(code, tuple(wanted)) for code, wanted in asked.items())
    saving = Saving(
        materials_before=sum(len(set(item.materials)) for item in items),
        materials_now=len(materials),
        visits_before=sum(item.visits for item in items),
        visits_now=max((item.visits for item in items), default=0),
        days_before=sum(item.days for item in items),
        days_now=_longest(items, after),
    )
    return Bundle(_fields(items), materials, tuple(not_asked), MappingProxyType(after), saving)


def _names(items: Sequence[BundleItem]) -> dict[str, str]:
    names: dict[str, str] = {}
    for item in items:
        if item.id in names:
            raise DefinitionError(f"bundle: item {item.id}", "stands twice", "each item once")
        names[item.id] = item.name
    return names


def _makers(items: Sequence[BundleItem]) -> dict[str, str]:
    """Say which item produces which material."""
    makers: dict[str, str] = {}
    for item in items:
        for code in dict.fromkeys(item.produces):
            if code in makers:
                raise DefinitionError(f"bundle: {code}", f"produced by {makers[code]} and {item.id}", "one of them")
            makers[code] = item.id
    return makers


def _by_sibling(code: str, item: BundleItem, maker: str, names: Mapping[str, str]) -> NotAsked:
    return NotAsked(code, item.id, Why.SIBLING, maker, f"由同批办理的“{names[maker]}”办出，系统内流转")


def _fields(items: Sequence[BundleItem]) -> tuple[Ask, ...]:
    wanted: dict[str, list[str]] = {}
    for item in items:
        for code in dict.fromkeys(item.fields):
            wanted.setdefault(code, []).append(item.id)
    return tuple(Ask(code, tuple(ids)) for code, ids in wanted.items())


def _longest(items: Sequence[BundleItem], after: Mapping[str, tuple[str, ...]]) -> int:
    """Add up the days of the longest chain of items."""
    days = {item.id: item.days for item in items}
    ends: dict[str, int] = {}
    try:
        for item in TopologicalSorter(after).static_order():
            ends[item] = days[item] + max((ends[other] for other in after[item]), default=0)
    except CycleError as reason:
        circle = reason.args[1]
        raise DefinitionError("bundle", f"items wait for each other: {' → '.join(circle)}", "no circle") from reason
    return max(ends.values(), default=0)
