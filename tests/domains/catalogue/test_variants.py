"""An item may promise otherwise where the facts say so; never more than the law gives."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.definitions import shipped
from yichuang.domains.catalogue.rules import parse_item
from yichuang.kernel.errors import DefinitionError

SMALL = {"id": "small", "when": "area_m2 < 100", "promise": {"limit": 3}}


def body(code: str = "drawing_review", **more: Any) -> dict[str, Any]:
    (file,) = [each for each in shipped().of("item") if each.code == code]
    return {**file.body, **more}


def test_the_first_variant_that_surely_holds_counts():
    item = parse_item(body(variants=[SMALL, {"id": "any", "when": "area_m2 > 0", "plan": "filing_two_hands"}]), "test")

    assert item.for_facts({"area_m2": 50}).promise.limit == 3
    assert item.for_facts({"area_m2": 50}).plan == item.plan
    assert item.for_facts({"area_m2": 500}).plan == "filing_two_hands"
    assert item.for_facts({"area_m2": 500}).promise == item.promise
    assert item.for_facts({}) is item


def test_a_variant_promises_no_more_than_the_law():
    with pytest.raises(DefinitionError, match=r"variants\.small"):
        parse_item(body(variants=[SMALL | {"promise": {"limit": 16}}]), "test")


def test_what_is_decided_on_the_spot_has_no_variants():
    with pytest.raises(DefinitionError, match="variants"):
        parse_item(body("food_registration_small", variants=[SMALL]), "test")


def test_the_signed_commitment_is_one_of_the_materials():
    commitment = {"text": "承诺", "check_days": 60, "material": "nothing_such"}

    with pytest.raises(DefinitionError, match=r"commitment\.material"):
        parse_item(body("soil_conservation", commitment=commitment), "test")
