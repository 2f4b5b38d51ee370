"""Items as tables and back: whatever an item says is the same after it was written and read."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import HealthCheck, given, settings

from tests.support import item_tables as make
from yichuang.domains.catalogue.apps import SCHEMAS
from yichuang.domains.catalogue.rules.exchange import own
from yichuang.domains.catalogue.rules.exchange.bodies import canonical, overlaid
from yichuang.domains.catalogue.rules.exchange.fields import ITEM_FIELDS, PART_SHEETS
from yichuang.domains.catalogue.rules.exchange.oddities import oddities
from yichuang.domains.catalogue.terms.importing import Incoming, Part, Spot
from yichuang.foundation.files import tables
from yichuang.foundation.files.tables import Findings

HERE = Spot("", 2)


def written(bodies: list[dict], form: str) -> io.BytesIO:
    out = io.BytesIO()
    if form == "csv":
        tables.write_csv(out, own.text_titles(), own.text_rows(lambda: bodies, {}))
    else:
        plans = own.sheet_plans({})
        tables.write_workbook(out, list(zip(plans, own.sheet_rows(lambda: bodies, {}), strict=True)), ["说明"])
    return out


def read(content: io.BytesIO, form: str) -> tuple[list[Incoming], Findings]:
    findings = Findings()
    with tables.opened(content, name=f"items.{form}") as book:
        assert own.is_own(book)
        return list(own.read_book(book, findings)), findings


class TestWhatIsWrittenReadsBack:
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(body=make.bodies())
    @pytest.mark.parametrize("form", ["xlsx", "csv"])
    def test_the_same_into_what_stands_and_into_an_empty_folder(self, form, body):
        incoming, findings = read(written([body], form), form)

        assert [each.text for each in findings.errors] == []
        (said,) = incoming
        assert said.id == body["item"] and said.unit.name == canonical(body)["unit"]
        assert overlaid(body, said) == canonical(body)
        assert overlaid(None, said) | {"unit": canonical(body)["unit"]} == canonical(body)

    @pytest.mark.parametrize("name", ["{", "{a}", "a=b", "a\nb", "甲"])
    def test_names_of_pairs_that_look_like_something_else(self, name):
        said = {"unit": "scjg", "version": 1, "in_force": {"from": "2019-01-01"}, "source_fields": {name: "乙"}}
        body = TestOverlay.BODY | said

        incoming, findings = read(written([body], "xlsx"), "xlsx")

        assert [each.text for each in findings.errors if "来源字段" in each.text] == []
        assert overlaid(None, incoming[0])["source_fields"] == {name: "乙"}

    def test_every_key_of_the_schema_has_its_column(self):
        schema = json.loads((SCHEMAS / "item.schema.json").read_text(encoding="utf-8"))
        columns = {field.key for field in ITEM_FIELDS} | {part.key for part in PART_SHEETS}

        lacking = []
        for key, said in schema["properties"].items():
            inner = said.get("properties") or (schema["$defs"]["limit"]["properties"] if "$ref" in said else {})
            lacking += [f"{key}.{each}" for each in inner if key != "special_days" and f"{key}.{each}" not in columns]
            lacking += [] if inner or key in columns else [key]
        assert lacking == []

    @pytest.mark.parametrize("part", PART_SHEETS, ids=lambda part: part.key)
    def test_every_key_of_a_list_has_its_column(self, part):
        schema = json.loads((SCHEMAS / "item.schema.json").read_text(encoding="utf-8"))
        items = schema["properties"][part.key]["items"]
        if "oneOf" in items:
            items = items["oneOf"][1]
        name = items.get("$ref", "").rpartition("/")[2]
        keys = set((schema["$defs"][name] if name else items)["properties"])

        assert keys - {field.path[0] for field in part.fields} == set()


class TestOverlay:
    BODY = {
        "item": "a",
        "name": "甲",
        "consult": "1",
        "materials": [
            {"code": "form", "name": "申请表", "source": "10", "standard": "原件"},
            {"code": "id", "name": "身份证明", "source": "20"},
        ],
        "legal_basis": ["某法 第一条"],
    }

    def test_leaves_what_the_table_has_no_column_for(self):
        said = Incoming(HERE, {("name",): "乙"}, None)

        assert overlaid(self.BODY, said) == canonical(self.BODY | {"name": "乙"})

    def test_clears_what_the_table_leaves_blank(self):
        assert "consult" not in overlaid(self.BODY, Incoming(HERE, {("consult",): None}, None))

    def test_knows_materials_again_by_the_columns_that_are_there(self):
        names = Part(({"name": "身份证明"}, {"name": "照片"}), frozenset({"name"}))

        found = overlaid(self.BODY, Incoming(HERE, {("materials",): names}, None))["materials"]

        assert found == [{"code": "id", "name": "身份证明", "source": "20"}, {"code": "m2", "name": "照片"}]

    def test_a_list_said_whole_replaces_the_other(self):
        whole = Part(({"code": "form", "name": "申请表"},), None)

        assert overlaid(self.BODY, Incoming(HERE, {("materials",): whole}, None))["materials"] == [
            {"code": "form", "name": "申请表"}
        ]


class TestOddities:
    RIGHT = {
        "code": "11440000006940116U2440102002003",
        "catalog_code": "440102002003",
        "level": "2",
        "handling": "PROMISE",
        "legal": {"limit": 20, "unit": "working_day"},
        "promise": {"limit": 5, "unit": "working_day"},
        "consult": "1",
        "complain": "2",
    }

    def test_a_plain_item_has_none(self):
        assert list(oddities(self.RIGHT)) == []

    @pytest.mark.parametrize(
        ("more", "code"),
        [
            ({"code": "11440000006940116U244010200200301"}, "item.handling_digits"),
            ({"code": "11440000006940117U2440102002003"}, "item.body_code"),
            ({"code": "12345"}, "item.code"),
            ({"level": "3"}, "item.level"),
            ({"catalog_code": "440102002004"}, "item.catalog_code"),
            ({"legal": None}, "item.no_legal_limit"),
            ({"promise": None}, "item.no_promise"),
            ({"promise": {"limit": 21, "unit": "working_day"}}, "item.promise_longer"),
            ({"promise": {"limit": 1}}, "item.one_day"),
            ({"complain": "1"}, "item.same_phone"),
            ({"online_address": "javascript:alert(1)"}, "item.address"),
        ],
    )
    def test_each_is_told(self, more, code):
        assert code in [odd for odd, _field, _words in oddities(self.RIGHT | more)]
