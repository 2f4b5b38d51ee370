"""Conditions by example."""

from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from yichuang.kernel.conditions import (
    And,
    Compare,
    Condition,
    FactKind,
    FactType,
    Holds,
    Literal,
    Not,
    Op,
    Path,
    Truth,
    parse,
)
from yichuang.kernel.conditions.columns import columns
from yichuang.kernel.errors import DefinitionError

FACTS = {
    "building.basement_area_m2": FactType(FactKind.NUMBER, "平方米", "申请表", "地下室建筑面积"),
    "building.height_m": FactType(FactKind.NUMBER, "米"),
    "project.source": FactType(FactKind.TEXT, name="投资来源", choices=("政府", "企业")),
    "project.accepted_on": FactType(FactKind.DATE, name="受理日期"),
    "land.with_scheme": FactType(FactKind.BOOL, name="土地带设计方案"),
    "firm.tags": FactType(FactKind.LIST, name="企业标签"),
}


class TestTruth:
    def test_has_kleene_s_tables(self):
        yes, no, unknown = Truth.YES, Truth.NO, Truth.UNKNOWN

        assert [one & two for one in (yes, no, unknown) for two in (yes, no, unknown)] == [
            yes, no, unknown, no, no, no, unknown, no, unknown,
        ]  # fmt: skip
        assert [one | two for one in (yes, no, unknown) for two in (yes, no, unknown)] == [
            yes, yes, yes, yes, no, unknown, yes, unknown, unknown,
        ]  # fmt: skip
        assert [~yes, ~no, ~unknown] == [no, yes, unknown]

    def test_refuses_to_be_taken_for_a_bool(self):
        with pytest.raises(TypeError, match="unknown"):
            bool(Truth.YES)


class TestParse:
    def test_reads_and_before_or_and_not_before_both(self):
        condition = parse("not a and b or c = 1")

        assert str(condition) == "not a and b or c = 1"
        assert condition.tree.parts[0] == And((Not(Holds(Path("a"))), Holds(Path("b"))))
        assert condition.tree.parts[1] == Compare(Path("c"), Op.EQ, Literal(Decimal(1)))

    @pytest.mark.parametrize(
        ("typed", "canonical"),
        [
            ("面积 ≥ 5", "面积 >= 5"),
            ("面积＞＝5", "面积 >= 5"),
            ("面积≠5", "面积 != 5"),
            ("（a ＝ “甲”） and b ＜ 2", "a = '甲' and b < 2"),
            ("类别 not in 【'甲'、'乙'，'丙'】", "类别 not in ['甲', '乙', '丙']"),
            ('a = "it\'s"', "a = 'it''s'"),
            ("not (a or b)", "not (a or b)"),
            ("a and (b and c)", "a and (b and c)"),
            ("known( a.b ) and flag = true", "known(a.b) and flag = true"),
            ("2019-10-30 <= on and x>-5", "2019-10-30 <= on and x > -5"),
        ],
    )
    def test_takes_signs_as_people_type_them(self, typed, canonical):
        assert str(parse(typed)) == canonical

    def test_knows_every_path_it_names(self):
        assert parse("a > b.c and not known(d) or 'x' in e").paths == {"a", "b.c", "d", "e"}

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("", "character 1 of “”: the end"),
            ("a >", "character 4"),
            ("a == 3", "“==”; expected “=” once"),
            ("a ; b", "character 3 of “a ; b”: ';'"),
            ("(a", "expected “)”"),
            ("a b", "“b”; expected “and”, “or” or the end"),
            ("1 < 2", "two fixed values"),
            ("a in []", "“]”"),
            ("a in [1, 'x']", "a list of different kinds"),
            ("a in 3", "“in” 3"),
            ("a = [1]", "a comparison with a list; expected “in”"),
            ("a < 'x'", "“<” between values of kind text"),
            ("a = 2019-02-30", "a day that no calendar has"),
            ("'x'", "'x' alone"),
            ("known(3)", "the name of a fact"),
            ("a = and", "“and”"),
            ("a.", "'.'"),
            ("not " * 200 + "a", "brackets inside brackets"),
            ("(" * 5000 + "a", "brackets inside brackets"),
        ],
    )
    def test_says_where_and_what_is_wrong(self, text, found):
        with pytest.raises(DefinitionError) as caught:
            parse(text)

        assert found in str(caught.value)

    def test_runs_nothing(self):
        with pytest.raises(DefinitionError):
            parse("__import__('os').system('true')")


class TestCheckedParse:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            (
                "building.basement_area > 0",
                "unknown fact building.basement_area; expected a declared fact; there are building.b",
            ),
            ("building.height_m = '高'", "number and text"),
            ("building.height_m > building.basement_area_m2", "in 米 beside building.basement_area_m2 in 平方米"),
            ("building.height_m", "a number, expected a comparison".replace(", expected", "; expected")),
            ("project.source > '企业'", "“>” between values of kind text"),
            (
                "project.source = '个人'",
                "'个人' is never the value of project.source; expected one of its choices; there are 政府, 企业",
            ),
            ("project.source in ['企业', '个人']", "'个人' is never"),
            ("land.with_scheme > false", "“>”"),
            ("land.with_scheme in [true]", "“in” with yes or no"),
            ("firm.tags = '高新'", "a comparison with a list"),
            ("3 in firm.tags", "a number, in a list of texts"),
            ("'x' in project.source", "which is a text; expected a list"),
            ("firm.tags in ['高新']", "a list in a list"),
        ],
    )
    def test_names_what_does_not_fit_the_facts(self, text, found):
        with pytest.raises(DefinitionError) as caught:
            parse(text, FACTS, "plans/x.yaml: steps.permit.when")

        assert str(caught.value).startswith("plans/x.yaml: steps.permit.when, character ")
        assert found in str(caught.value)

    def test_accepts_what_fits(self):
        text = "building.height_m > 24 and project.source = '企业' and land.with_scheme and '高新' in firm.tags"

        assert str(parse(text, FACTS)) == text


class TestDecide:
    def test_tells_fact_found_and_wanted(self):
        decision = parse("building.basement_area_m2 > 0", FACTS).decide({"building.basement_area_m2": Decimal("0.0")})

        assert decision.truth is Truth.NO
        assert decision.because == (
            "地下室建筑面积（building.basement_area_m2）为 0.0 平方米，不符合条件“大于 0 平方米”",
        )

    def test_tells_all_that_stands_in_the_way_and_nothing_else(self):
        condition = parse(
            "building.height_m >= 24 and project.source = '企业' and project.accepted_on >= 2019-07-01", FACTS
        )

        decision = condition.decide(
            {"building.height_m": 30, "project.source": "政府", "project.accepted_on": date(2019, 6, 30)}
        )

        assert decision.because == (
            "投资来源（project.source）为 政府，不符合条件“等于 企业”",
            "受理日期（project.accepted_on）为 2019-06-30，不符合条件“不早于 2019-07-01”",
        )

    def test_tells_what_is_not_known(self):
        decision = parse("building.height_m > 24 and land.with_scheme", FACTS).decide({"building.height_m": 30})

        assert decision.truth is Truth.UNKNOWN
        assert decision.because == ("尚不知道土地带设计方案（land.with_scheme），条件是“是”",)

    def test_tells_a_negation_as_what_was_wanted(self):
        decision = parse("not ('高新' in firm.tags or land.with_scheme)", FACTS).decide(
            {"firm.tags": ["高新", "上市"], "land.with_scheme": False}
        )

        assert decision.truth is Truth.NO
        assert decision.because == ("企业标签（firm.tags）为 高新、上市，不符合条件“不含 高新”",)

    def test_tells_both_sides_of_two_facts(self):
        decision = parse("paid >= due").decide({"paid": 3, "due": 5})

        assert decision.because == ("paid 为 3，不符合条件“不少于 due（5）”",)

    def test_a_missing_value_is_unknown_in_every_comparison_and_its_negation(self):
        for text in ("a = 1", "a != 1", "a < 1", "a in [1]", "a not in [1]", "1 in a", "a = b", "a in b", "not a"):
            assert parse(text).truth({"b": 1, "a": None} if text == "a = b" else {}) is Truth.UNKNOWN, text

    def test_known_alone_tests_presence(self):
        assert parse("known(a)").truth({}) is Truth.NO
        assert parse("not known(a)").truth({"a": None}) is Truth.YES
        assert parse("known(a)").truth({"a": False}) is Truth.YES

    def test_a_settled_answer_does_not_wait_for_the_unknown(self):
        assert parse("a = 1 and b = 2").truth({"b": 3}) is Truth.NO
        assert parse("a = 1 or b = 2").truth({"b": 2}) is Truth.YES

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("x > 1", 1.5),
            ("x > 1", True),
            ("x > 1", "2"),
            ("x > 1", Decimal("NaN")),
            ("x = 'a'", 3),
            ("x > 2019-10-30", datetime(2019, 10, 30, tzinfo=UTC)),
            ("x", 1),
            ("'a' in x", "abc"),
            ("x in ['a']", ["a"]),
        ],
    )
    def test_a_fact_of_another_kind_is_a_bug_and_loud(self, text, value):
        with pytest.raises(TypeError, match=r"^x is "):
            parse(text).decide({"x": value})

    def test_compares_decimals_exactly(self):
        assert parse("x = 0.3").truth({"x": Decimal("0.1") + Decimal("0.2")}) is Truth.YES


class TestColumns:
    def test_refuses_floats_and_moments(self):
        for values in ([1.5], [datetime(2019, 10, 30)]):
            with pytest.raises(TypeError, match="which no fact is"):
                columns(parse("x > 1"), pl.DataFrame({"x": values}))

    def test_refuses_a_column_of_another_kind(self):
        with pytest.raises(TypeError, match="x is a column of texts, compared as a number"):
            columns(parse("x > 1"), pl.DataFrame({"x": ["1"]}))

    def test_refuses_numbers_that_64_bits_cannot_hold(self):
        frame = pl.DataFrame({"x": [2**63]}, schema={"x": pl.UInt64})

        with pytest.raises(TypeError, match="beyond 64 bits"):
            columns(parse("x > 1"), frame)

    def test_takes_categories_for_texts(self):
        frame = pl.DataFrame({"x": ["甲", None, "乙"]}, schema={"x": pl.Categorical})

        assert columns(parse("x in ['甲']"), frame).to_list() == [True, None, False]

    def test_leaves_other_columns_alone(self):
        frame = pl.DataFrame({"x": [1, 2], "y": [0.5, 0.5]})

        assert columns(parse("x = 1 and not known(z)"), frame).to_list() == [True, False]


def test_two_conditions_are_equal_when_their_trees_are():
    assert parse("a ≥ 1.0") == parse("a >= 1") == Condition(Compare(Path("a"), Op.GE, Literal(Decimal(1))))
    assert len({parse("a ≥ 1.0"), parse("a >= 1")}) == 1
