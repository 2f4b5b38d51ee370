"""Whether an item may be listed for a body: the publication check of its level, and the body's own facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from yichuang.domains.catalogue.rules.checking import flaws, refusing
from yichuang.domains.catalogue.rules.flaws import Known
from yichuang.domains.catalogue.terms import UseLevel

TOWN_DIGITS = 9
LEVELS = {"STREET": UseLevel.STREET, "COMMUNITY": UseLevel.COMMUNITY}
"""Kind of a unit → the level at which it exercises an item; all others at the item's own."""


@dataclass(frozen=True, slots=True)
class EntryOf:
    """What is asked about: an item as a body of a level and region lists it."""

    item: str
    unit: str
    level: str
    region: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The version that would be listed (0: none is in force) and every reason against it."""

    version: int
    flaws: tuple[str, ...]


def level_of(kind: str, own: str) -> str:
    """
    Tell the level at which a unit of a kind exercises an item.

    >>> level_of("STREET", "4"), level_of("BUREAU", "4")
    ('5', '4')
    """
    return LEVELS[kind].value if kind in LEVELS else own


def verdicts(on: date, known: Known) -> Callable[[EntryOf, Mapping[str, Any] | None], Verdict]:
    """
    Give the judge of one run; what an item lacks at a level is found once, however many bodies list it.

    The judge takes the entry and the body that is in force, None where none is.
    """
    remembered: dict[tuple[str, str], tuple[str, ...]] = {}

    def judge(entry: EntryOf, body: Mapping[str, Any] | None) -> Verdict:
        if body is None:
            return Verdict(0, (_("%(day)s 没有在用的版本。请先发布事项。") % {"day": on},))
        key = (entry.item, entry.level)
        if key not in remembered:
            remembered[key] = tuple(str(each) for each in refusing(flaws(_as_listed(body, entry), on, known)))
        own = () if entry.unit in known.units else (_("没有单位“%(unit)s”。") % {"unit": entry.unit},)
        return Verdict(int(body["version"]), (*remembered[key], *own))

    return judge


def _as_listed(body: Mapping[str, Any], entry: EntryOf) -> dict[str, Any]:
    """Give the body as the unit of the entry would state it: its level, street and community are its own."""
    listed = {**body, "level": entry.level}
    if entry.level in (UseLevel.STREET, UseLevel.COMMUNITY):
        listed["town"] = entry.region[:TOWN_DIGITS]
    if entry.level == UseLevel.COMMUNITY:
        listed["village"] = entry.region
    return listed
