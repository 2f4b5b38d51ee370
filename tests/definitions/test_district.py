"""The people of the demo district: units and streets as the domain names them, an account for every role."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from tests.support.definitions import EARLY, shipped
from yichuang.foundation.people.loading import load_units
from yichuang.foundation.people.models import Account, Appointment, Mandate, Party, Region, Unit
from yichuang.foundation.people.permissions import table
from yichuang.foundation.records.commands import make_folder
from yichuang.kernel.identifiers import check_resident_id, check_uscc, parse_item_code, parse_uscc

DEMO = Path(settings.DEFINITIONS[0]).parent / "wuchang" / "demo"
CONSTRUCTION = ["fgj", "zrzy", "zjj", "sthj", "swj", "yljj", "cgj", "rfb", "zfj", "jgdd", "wlj", "qxj", "daj"]
STREETS = ["001", "002", "003", "005", "006", "007", "008", "009", "010", "011", "012", "013", "014", "015"]
OUTSIDE = {"public", "citizen", "firm"}


def read(name: str) -> dict[str, Any]:
    return yaml.safe_load((DEMO / f"{name}.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def district(db: None) -> None:
    make_folder(district="wuchang", is_demo=True, opened_at=EARLY)
    load_units(read("units"), at=EARLY)
    load_units(read("accounts"), at=EARLY)


def test_thirty_five_units_and_fourteen_streets():
    units = read("units")["units"]
    kinds = Counter("street" if row["kind"] == "STREET" else row.get("parent") == "hall" for row in units)

    assert kinds == {False: 35, "street": 14, True: 3}  # three places where others apply on somebody's behalf
    assert set(CONSTRUCTION) <= {row["code"] for row in units}
    assert [row["code"] for row in units if row.get("is_utility")] == ["water", "power", "gas"]


def test_relations_say_whom_the_district_orders():
    relations = {row["code"]: row["relation"] for row in read("units")["units"]}

    assert relations["zrzy"] == relations["sthj"] == relations["jgdd"] == "CITY_BRANCH"
    assert relations["qxj"] == relations["tax"] == "VERTICAL"
    assert relations["cgj"] == "DISTRICT"
    assert relations["gas"] == "ENTERPRISE"


def test_streets_have_their_codes():
    codes = [row["code"] for row in read("units")["regions"] if row["level"] == "STREET"]

    assert codes == [f"420106{street}" for street in STREETS]


def test_every_code_of_a_unit_is_valid_and_made_up():
    codes = [row["uscc"] for row in read("units")["units"]]

    assert len(set(codes)) == len(codes)
    for code in codes:
        assert parse_uscc(check_uscc(code, allow_synthetic=True)).is_synthetic


def test_nobody_of_the_parties_is_real():
    parties = read("accounts")["parties"]

    for row in parties:
        assert row["is_synthetic"]
        check = check_resident_id if row["id_kind"] == "RESIDENT" else check_uscc
        check(row["number"], allow_synthetic=True)


def test_the_code_of_an_item_names_the_unit_that_decides():
    codes = {row["code"]: row["uscc"] for row in read("units")["units"]}

    for file in shipped().of("item"):
        code = parse_item_code(file.parsed.code)
        assert (code.body, code.catalogue) == (codes[file.parsed.unit], file.parsed.catalog_code), file.code


def test_every_unit_in_a_plan_or_item_exists():
    known = {row["code"] for row in read("units")["units"]} | {"deciding_unit"}
    named = {file.parsed.unit for file in shipped().of("item")}
    for file in shipped().of("plan"):
        named |= {file.parsed.lead}
        for step in file.parsed.steps.values():
            named |= {*step.joint, *([step.unit] if step.unit else [])}

    assert named - known == set()


def test_a_unit_works_on_the_items_that_it_decides():
    rights = {item: row["code"] for row in read("units")["units"] for item in row.get("items", [])}

    assert rights == {file.code: file.parsed.unit for file in shipped().of("item")}


def test_every_role_has_an_account_of_its_name():
    names = {row["username"] for row in read("accounts")["accounts"]}

    assert set(table().roles) - OUTSIDE - names == set()
    assert {"citizen", "company", "window2"} <= names


def test_each_department_has_its_three_hands_and_its_head():
    rows = read("accounts")["accounts"]
    held = {row["username"]: {each["role"] for each in row.get("appointments", [])} for row in rows}
    hands = {"handler": "handler", "reviewer": "reviewer", "signer": "signer", "head": "dept_head"}

    for unit in [*CONSTRUCTION, "scjg", "rsj", "mzj"]:
        assert {name: held[f"{unit}_{name}"] for name in hands} == {name: {role} for name, role in hands.items()}


def test_both_files_load_and_load_again_without_a_change(district):
    counts = [model.objects.count() for model in (Region, Unit, Party, Account, Appointment, Mandate)]

    load_units(read("units"), at=EARLY)
    load_units(read("accounts"), at=EARLY)

    assert [model.objects.count() for model in (Region, Unit, Party, Account, Appointment, Mandate)] == counts
    assert Unit.objects.get(code="hall").path.startswith(Unit.objects.get(code="xzspj").path)


def test_the_daughter_acts_for_her_father_in_one_matter_alone(district):
    mandate = Mandate.objects.get(agent__name="张秀云")

    assert mandate.principal.name == "张德福"
    assert mandate.covers("elderly_allowance")
    assert not mandate.covers("food_business_permit")
