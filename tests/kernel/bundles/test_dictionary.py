"""The element dictionary: what is shipped is whole, and a wrong one is named."""

from pathlib import Path

import pytest
import yaml

from tests.kernel.bundles.construction import BROUGHT, ITEMS, STAGE
from yichuang.kernel.bundles import BundleItem, ElementKind, parse_elements
from yichuang.kernel.errors import DefinitionError

FOLDER = Path(__file__).parents[3] / "definitions" / "national" / "elements"
FILES = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))}
SHIPPED = parse_elements(FILES)


class TestShipped:
    def test_has_thirty_seven_construction_materials_by_stage_8_11_14_4(self):
        materials = FILES["construction_materials"]["materials"]

        assert len(materials) == 37
        assert set(materials) == {code for codes in BROUGHT.values() for code in codes}
        stages = [STAGE[id] for id, codes in BROUGHT.items() for _ in codes]
        assert [stages.count(stage) for stage in (1, 2, 3, 4)] == [8, 11, 14, 4]
        assert not any(SHIPPED.materials[code].library for code in materials)

    def test_names_each_construction_material_after_its_item(self):
        numbers = {id: number for number, id in enumerate(BROUGHT, 1)}
        chinese = {1: "一", 2: "二", 3: "三", 4: "四"}

        for id, codes in BROUGHT.items():
            for code in codes:
                assert SHIPPED.materials[code].source == f"第{chinese[STAGE[id]]}阶段 事项{numbers[id]}", code

    def test_has_the_eight_licences_that_the_library_supplies(self):
        names = {SHIPPED.materials[code].name for code in FILES["licences"]["materials"]}

        assert names == {
            "营业执照",
            "法定代表人身份证",
            "项目备案证（批复）",
            "建设用地规划许可证",
            "不动产权证书",
            "建设工程规划许可证",
            "建筑工程施工许可证",
            "施工图设计文件审查合格书",
        }
        assert all(SHIPPED.materials[code].library for code in FILES["licences"]["materials"])

    def test_knows_all_that_the_seventeen_items_ask_and_give(self):
        for item in ITEMS:
            SHIPPED.check(item)

    def test_has_every_field_of_the_national_project_table(self):
        columns = {
            source.split("；")[0].removeprefix("SPGL_XMJBXXB.")
            for source in (element.source for element in SHIPPED.elements.values())
            if source.startswith("SPGL_XMJBXXB.")
        }

        assert {
            "XZQHDM",
            "XMDM",
            "XMMC",
            "GCDM",
            "GCFW",
            "XMTZLY",
            "TDHQFS",
            "SPLCLX",
            "LXLX",
            "YDMJ",
            "JZMJ",
        } <= columns
        assert len(columns) == 28

    def test_names_every_field_in_chinese_with_a_source(self):
        for element in SHIPPED.elements.values():
            assert any("\u4e00" <= sign <= "\u9fff" for sign in element.name), element.code
            assert element.source, element.code
        for material in SHIPPED.materials.values():
            assert any("\u4e00" <= sign <= "\u9fff" for sign in material.name), material.code

    def test_marks_persons_as_personal(self):
        persons = [each for each in SHIPPED.elements.values() if each.kind is ElementKind.PERSON]

        assert persons
        assert all(each.personal for each in persons)

    def test_covers_numbers_that_have_no_format_of_their_own(self):
        known = SHIPPED.elements

        assert known["identity_number"].mask == known["born_on"].mask == known["social_security_number"].mask
        assert (known["bank_account"].mask, known["contact_phone"].mask) == ("bank_account", "phone")

    def test_tells_the_unit_of_whatever_is_measured(self):
        ratios = {"floor_area_ratio", "flow_version"}

        bare = {each.code for each in SHIPPED.elements.values() if each.kind is ElementKind.NUMBER and not each.unit}

        assert bare == ratios

    @pytest.mark.parametrize("group", ["project", "enterprise", "person", "food_licence", "pension"])
    def test_has_each_group(self, group):
        assert FILES[group]["element"] == group
        assert FILES[group]["elements"]


class TestParse:
    @pytest.mark.parametrize(
        ("content", "found"),
        [
            (
                {"elements": {"a": {"name": "甲", "kind": "colour", "source": "x"}}},
                "x.yaml: elements.a: kind: 'colour'",
            ),
            ({"elements": {"a": {"name": "甲", "kind": "text"}}}, "source is missing"),
            (
                {"elements": {"a": {"name": "甲", "kind": "text", "source": "x", "colour": "red"}}},
                "unknown key 'colour'",
            ),
            ({"elements": {"A b": {"name": "甲", "kind": "text", "source": "x"}}}, "code 'A b'"),
            ({"elements": {"a": {"name": "甲", "kind": "choice", "source": "x"}}}, "choices is missing"),
            (
                {"elements": {"a": {"name": "甲", "kind": "text", "source": "x", "choices": {"b": "乙"}}}},
                "nothing for any",
            ),
            (
                {"elements": {"a": {"name": "甲", "kind": "choice", "source": "x", "choices": {"b": 1}}}},
                "a label for each",
            ),
            ({"elements": {"a": {"name": "甲", "kind": "text", "source": "x", "mask": "phone"}}}, "personal: true"),
            (
                {"elements": {"a": {"name": "甲", "kind": "file", "source": "x", "personal": True, "mask": "name"}}},
                "on one of these kinds",
            ),
            ({"materials": {"m": {"name": "甲"}}}, "source is missing"),
            ({"materials": {"m": {"name": "甲", "source": "x", "library": 1}}}, "true or false"),
            ({"materials": ["m"]}, "a mapping of names"),
        ],
    )
    def test_names_what_is_wrong_with_its_place(self, content, found):
        with pytest.raises(DefinitionError) as caught:
            parse_elements({"x.yaml": content})

        assert found in str(caught.value)

    def test_a_code_stands_in_one_file_only(self):
        row = {"m": {"name": "甲", "source": "x"}}

        with pytest.raises(DefinitionError, match=r"b\.yaml: materials\.m: stands twice"):
            parse_elements({"a.yaml": {"materials": row}, "b.yaml": {"materials": row}})

    def test_an_item_that_asks_for_an_unknown_code_is_told_the_near_ones(self):
        with pytest.raises(DefinitionError) as caught:
            SHIPPED.check(BundleItem("x", "某事项", materials=("land_permits",)))

        assert "unknown code land_permits" in str(caught.value)
        assert "land_permit" in caught.value.choices
