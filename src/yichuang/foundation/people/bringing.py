"""
Units that an imported list names and the folder lacks: made with their source, without posts, people or log-in.

A list of items or an old system's history names offices of other places. They are rows like ours, so that lists and
figures can name them, and they say where they come from, so that nobody sends them orders.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.text import slugify

from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.events import UnitsBrought
from yichuang.foundation.people.models import Region, Unit
from yichuang.foundation.people.terms import Level, Relation, UnitKind
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.terms import By, day_stream

NOWHERE = "990000"
"""The region of units of which a list does not say where they are; GB/T 2260 gives it to nobody."""
BATCH = 200


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A unit as a list names it; all but the name may be empty."""

    name: str
    uscc: str = ""
    code: str = ""  # as the list has it; ours where it is one of ours
    region: str = ""  # GB/T 2260, six digits
    region_name: str = ""
    kind: str = UnitKind.BUREAU
    relation: str = Relation.VERTICAL


def known_units(named: Iterable[NamedUnit]) -> dict[NamedUnit, str]:
    """
    Find the codes of those that are there: by uniform code, by our code, or by the whole name.

    A name counts only within the region that the list says: every city has its bureau of the same name.
    """
    rows = list(Unit.objects.order_by("-valid_from").values_list("code", "uscc", "name", "short_name", "region_id"))
    by_uscc = {uscc: code for code, uscc, *_rest in rows if uscc}
    codes = {code for code, *_rest in rows}
    by_name = {
        (name, place): code
        for code, _uscc, long, short, region in rows
        for name in (short, long)
        for place in (region, "")
    }
    found = {}
    for each in named:
        own = each.code if each.code in codes else own_code(each) if own_code(each) in codes else None
        code = by_uscc.get(each.uscc) or own or by_name.get((each.name, each.region))
        if code:
            found[each] = code
    return found


def bring_units(named: Iterable[NamedUnit], *, source: str, by: By, at: datetime) -> dict[NamedUnit, str]:
    """
    Find the named units or make those that the folder lacks, with their regions; give the code of each.

    What is made bears `source`, is valid from the day of `at`, and belongs to nobody here.
    """
    named = list(dict.fromkeys(named))
    found = known_units(named)
    lacking = {own_code(each): each for each in reversed(named) if each not in found}
    if lacking:
        with deed("bring_units", stream=day_stream("system", at), by=by, at=at) as pen:
            regions = _bring_regions(lacking.values())
            _bring(lacking, source, at)
            pen.record(UnitsBrought(source=source, units=tuple(sorted(lacking)), regions=tuple(regions)))
    return found | {each: own_code(each) for each in named if each not in found}


def own_code(unit: NamedUnit) -> str:
    """
    Give the code under which such a unit is made.

    >>> own_code(NamedUnit("广东省教育厅", uscc="11440000006940116U")), own_code(NamedUnit("Group 1"))
    ('11440000006940116u', 'x-group-1')
    """
    said = slugify(unit.uscc or unit.code)
    if said:
        return said[:40]
    latin = slugify(unit.name)
    place = f"{unit.region}-" if unit.region else ""
    digest = hashlib.sha256(unit.name.encode()).hexdigest()[:12]
    return f"x-{place}{latin if latin and unit.name.isascii() and len(latin) < 24 else digest}"


def _bring(lacking: dict[str, NamedUnit], source: str, at: datetime) -> None:
    day = local_day(at)
    rows = [
        Unit(
            code=code,
            name=each.name[:80],
            short_name=each.name[:20],
            kind=each.kind,
            relation=each.relation,
            region_id=each.region or NOWHERE,
            uscc=each.uscc if len(each.uscc) == 18 else "",
            source=source[:200],
            rank=9000,
            valid_from=day,
        )
        for code, each in lacking.items()
    ]
    Unit.objects.bulk_create(rows, batch_size=BATCH)
    made = list(Unit.objects.filter(code__in=list(lacking)))
    for unit in made:
        unit.path = f"/{unit.pk}/"
    Unit.objects.bulk_update(made, ["path"], batch_size=BATCH)


def _bring_regions(units: Iterable[NamedUnit]) -> list[str]:
    """Make the regions that are not there, provinces first; what stands above them is not made up."""
    wanted = {each.region or NOWHERE: each.region_name for each in units}
    there = set(Region.objects.values_list("code", flat=True))
    made = []
    for code in sorted(set(wanted) - there):
        level = level_of(code)
        above = next((each for each in (code[:4] + "00", code[:2] + "0000") if each != code and each in there), None)
        name = wanted[code] or ("未载明" if code == NOWHERE else code)
        Region.objects.create(code=code, name=name, level=level, parent_id=above)
        there.add(code)
        made.append(code)
    return made


def level_of(code: str) -> Level:
    """Tell the level of a region by its code."""
    if len(code) > 6:
        return Level.STREET if len(code) == 9 else Level.COMMUNITY
    if code.endswith("0000"):
        return Level.PROVINCE
    return Level.CITY if code.endswith("00") else Level.DISTRICT
