"""Lists of other systems are read by mappings, found by the header row; each room checks the keys of its own."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.definitions import EARLY
from yichuang.foundation.definitions import commands, mappings
from yichuang.foundation.definitions.folders import of_bodies
from yichuang.foundation.definitions.mappings import ListMapping, NoMapping, SeveralMappings, UnknownMapping
from yichuang.foundation.definitions.problems import DefinitionsFaulty
from yichuang.foundation.records.terms import SYSTEM

pytestmark = pytest.mark.django_db

OCTOBER = date(2019, 10, 30)


def body(name: str, **more: object) -> dict[str, object]:
    """Write a mapping of items that is as small as can be."""
    return {
        "mapping": name,
        "name": f"{name}清单",
        "version": 1,
        "takes": "items",
        "in_force": {"from": "2019-01-01"},
        "source": "测试",
        "header": ["编码", "名称"],
        "columns": {
            "编码": {"field": "code", "required": True},
            "名称": [{"field": "name"}, {"field": "unit.name"}],
            "类型": {"field": "task_type", "values": {"许可": "01"}},
        },
        "constants": {"handling": "PROMISE"},
    } | more


def publish(*bodies: dict[str, object]) -> None:
    commands.publish(of_bodies([("mapping", each) for each in bodies]), by=SYSTEM, at=EARLY)


def problems(**more: object) -> list[str]:
    return [str(each) for each in of_bodies([("mapping", body("m", **more))]).problems]


class TestFinding:
    def test_by_the_header_row_whatever_its_spaces_and_case(self):
        publish(body("a"), body("b", header=["Code", "Title"]))

        assert mappings.mapping_for("items", ["备注", " 编码 ", "名\n称"], OCTOBER).id == "a"
        assert mappings.mapping_for("items", ["CODE", "title", "x"], OCTOBER).id == "b"

    def test_the_stricter_of_two_wins(self):
        publish(body("a"), body("b", header=["编码", "名称", "类型"]))

        assert mappings.mapping_for("items", ["编码", "名称", "类型"], OCTOBER).id == "b"

    def test_says_so_where_several_fit(self):
        publish(body("a"), body("b", header=["编码", "类型"]))

        with pytest.raises(SeveralMappings, match="a（a清单）、b（b清单）。请用 --mapping 指定"):
            mappings.mapping_for("items", ["编码", "名称", "类型"], OCTOBER)

    def test_says_so_where_none_fits_and_names_the_nearest(self):
        publish(body("a"))

        with pytest.raises(NoMapping, match="最接近的是“a清单”（a），还缺列：名称。"):
            mappings.mapping_for("items", ["编码", "其他"], OCTOBER)
        with pytest.raises(NoMapping, match="没有对照表认得这份清单的表头（甲、乙）。请用"):
            mappings.mapping_for("items", ["甲", "乙"], OCTOBER)

    def test_other_rooms_do_not_see_it(self):
        publish(body("a"))

        assert mappings.mappings("cases", OCTOBER) == []
        with pytest.raises(UnknownMapping):
            mappings.mapping_named("cases", "a", OCTOBER)

    def test_by_name_or_by_file(self, tmp_path):
        publish(body("guangdong"))
        path = tmp_path / "mine.yaml"
        path.write_text(
            "mapping: mine\nname: 我的清单\ntakes: items\nin_force: {from: 2019-01-01}\nsource: 测试\n"
            "header: [a]\ncolumns: {a: [{field: code}, {field: name}, {field: unit.name}]}\n"
            "constants: {task_type: '01', handling: PROMISE}\n",
            encoding="utf-8",
        )

        assert mappings.mapping_named("items", "guangdong", OCTOBER).name == "guangdong清单"
        assert mappings.mapping_named("items", str(path), OCTOBER).header == ("a",)
        with pytest.raises(UnknownMapping, match="没有对照表“guangdon”。是不是“guangdong”？"):
            mappings.mapping_named("items", "guangdon", OCTOBER)

    def test_a_faulty_file_is_refused_with_its_line(self, tmp_path):
        path = tmp_path / "bad.yaml"
        path.write_text("mapping: bad\nname: 坏\ntakes: items\n", encoding="utf-8")

        with pytest.raises(DefinitionsFaulty, match="缺少"):
            mappings.mapping_named("items", str(path), OCTOBER)


class TestChecking:
    @pytest.mark.parametrize(
        ("more", "said"),
        [
            ({"takes": "nobody"}, "nobody"),
            ({"columns": {"编码": {"field": "codes"}}}, "没有字段 codes"),
            ({"columns": {"编码": {"fields": "code"}}}, "columns"),
            ({"columns": {"编码": {"field": "code"}}, "constants": {}}, "没有一列填 name"),
            ({"constants": {"handling": "PROMISE", "colour": "red"}}, "没有字段 colour"),
            ({"unit": {"relation": "FRIEND"}}, "FRIEND"),
            ({"log_name": "x"}, "log_name"),
            ({"header": []}, "header"),
        ],
    )
    def test_names_what_is_wrong(self, more, said):
        assert any(said in each for each in problems(**more)), problems(**more)

    def test_one_value_is_not_split(self):
        columns = {**body("m")["columns"], "电话": {"field": "consult", "separator": "；"}}

        assert any("电话.separator" in each for each in problems(columns=columns))

    def test_gives_the_room_what_it_made_of_its_keys(self):
        found = of_bodies([("mapping", body("m"))]).files[0].parsed

        assert isinstance(found, ListMapping)
        assert found.own.titles == ("编码", "名称", "类型")
        assert found.lacks(["编码"]) == ["名称"]
