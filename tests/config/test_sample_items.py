"""The items of the sample district: their ways are counted by the rule alone, whatever order the families stand in."""

from __future__ import annotations

import copy
import random
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import pytest
import yaml

from tests.support.construction import DEMO
from tests.support.definitions import shipped
from tests.support.engine import china
from yichuang.config import demo
from yichuang.config.demo import Demo, Profile
from yichuang.config.sample import families, items
from yichuang.domains.catalogue.rules.reading import parse_item
from yichuang.domains.catalogue.rules.ways import elements_of, is_in_base, ways_of
from yichuang.domains.catalogue.terms import Item
from yichuang.kernel.errors import DefinitionError

SAMPLE = DEMO.parent / "sample"
OPENED = china("2019-10-30 09:00")
REPORTED = {"items": 855, "instant": 559, "online": 785, "persons": 280, "nearby": 241, "once": 811, "province": 82}
FILES = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((SAMPLE / "items").glob("*.yaml"))]
WORDS = families.words(
    yaml.safe_load((SAMPLE / "kinds.yaml").read_text(encoding="utf-8")),
    yaml.safe_load((DEMO / "units.yaml").read_text(encoding="utf-8"))["units"],
)


@cache
def of_the_demo() -> list[Item]:
    """Read the items that are shipped as definitions: they stand in the registry too."""
    return [parse_item(each.body, each.file) for each in shipped().of("item")]


def ways(files: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """Count the registry, the ways and what is handled province-wide, by the catalogue's own rule."""
    latest = {body["item"]: body for body in families.bodies(files, WORDS)}
    counts: Counter[str] = Counter()
    for item in [*(parse_item(body, body["item"]) for body in latest.values()), *of_the_demo()]:
        elements = elements_of(item)
        counts.update(items=1, province=item.handle_area < "4", persons=elements.serves_persons)
        counts.update(
            {str(way): verdict.holds for way, verdict in ways_of(elements).items() if is_in_base(way, elements)}
        )
    return counts


def test_the_counts_of_the_report_come_out_of_the_elements():
    counts = ways(FILES)

    assert {key: counts[key] for key in REPORTED} == REPORTED
    units = {file["unit"] for file in FILES}
    assert len(units) == 35
    assert {each["type"] for file in FILES for each in file["families"]} == set(WORDS.types)


def test_shuffled_families_mains_and_sub_items_give_the_same_items():
    dice = random.Random(7)
    shuffled = copy.deepcopy(FILES)
    dice.shuffle(shuffled)
    for file in shuffled:
        dice.shuffle(file["families"])
        for family in file["families"]:
            mains = [(main, dice.sample(subs, len(subs)) if subs else subs) for main, subs in family["mains"].items()]
            dice.shuffle(mains)
            family["mains"] = dict(mains)

    def by_code(files: Iterable[Mapping[str, Any]]) -> dict[tuple[str, int], dict[str, Any]]:
        return {(each["item"], each["version"]): each for each in families.bodies(files, WORDS)}

    assert ways(shuffled) == ways(FILES)
    assert by_code(shuffled) == by_code(FILES)


def family(files: list[dict[str, Any]], unit: str, name: str) -> dict[str, Any]:
    """Find a family by its unit and name."""
    file = next(each for each in files if each["unit"] == unit)
    found: dict[str, Any] = next(each for each in file["families"] if each["family"] == name)
    return found


@pytest.mark.parametrize(
    ("unit", "name", "change", "moved"),
    [
        ("mzj", "殡葬惠民", {"online": "none", "offline_why": "交件", "visits": 1, "visits_why": "交"}, {"online": -2}),
        ("mzj", "殡葬惠民", {"at_once": False, "promise": 3}, {"instant": -2}),
        ("mzj", "殡葬惠民", {"near": [], "near_why": "只在区里办"}, {"nearby": -2}),
        ("mzj", "收养登记", {"visits": 1}, {"once": 3}),
    ],
)  # fmt: skip
def test_one_element_moves_the_way_and_the_count_by_its_items(unit, name, change, moved):
    files = copy.deepcopy(FILES)
    family(files, unit, name).update(change)

    assert {key: n - REPORTED[key] for key in REPORTED if (n := ways(files)[key]) != REPORTED[key]} == moved


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"online": "none"}, "offline_why"),
        ({"visits": 2}, "visits_why"),
        ({"near": []}, "near_why"),
        ({"near": ["moon"]}, "moon"),
        ({"mains": {"121 减免": ["随便"]}}, "随便"),
        ({"mains": {"121 减免": [{"name": "首次", "colour": "red"}]}}, "colour"),
        ({"before": {"colour": "red"}}, "colour"),
    ],
)
def test_a_family_without_its_reason_or_with_an_unknown_word_is_told_by_its_place(change, said):
    files = [copy.deepcopy(next(each for each in FILES if each["unit"] == "mzj"))]
    family(files, "mzj", "殡葬惠民").update(change)

    with pytest.raises(DefinitionError) as told:
        list(families.bodies(files, WORDS))
    assert "mzj: 殡葬惠民" in str(told.value)
    assert said in str(told.value)


def test_a_profile_says_what_is_loaded():
    assert len(items.read(Demo(SAMPLE, OPENED, Profile.SMALL))) < len(items.read(Demo(SAMPLE, OPENED, Profile.FULL)))
    assert demo.Profile("small") is Profile.SMALL
