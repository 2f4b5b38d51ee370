"""What people really type is read; what cannot be read is told with what would do."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.foundation.registers import formulas, typed, values
from yichuang.foundation.registers.definition import Choice, Field, Name
from yichuang.foundation.registers.terms import FieldType
from yichuang.foundation.registers.trying import Paper
from yichuang.kernel.errors import DefinitionError

CHOICES = (Choice("gold", Name("金种子", "Gold")), Choice("silver", Name("银种子", "Silver")))


def field(kind: FieldType, **more) -> Field:
    return Field("x", kind, Name("栏目"), **({"choices": CHOICES} if kind in ("code", "codes") else {}) | more)


def read(kind: FieldType, written, **more):
    return typed.read(field(kind, **more), written, Paper({}))


class TestRead:
    @pytest.mark.parametrize(
        "written", ["2019-10-30", "2019/10/30", "2019.10.30", "2019年10月30日", "２０１９年１０月３０日", "20191030",
                    "2019 年 10 月 30 日", date(2019, 10, 30), datetime(2019, 10, 30), "2019-10-30 00:00:00"]
    )  # fmt: skip
    def test_a_day_as_people_write_it(self, written):
        assert read(FieldType.DATE, written) == date(2019, 10, 30)

    @pytest.mark.parametrize("written", ["2019-02-29", "去年", "10/30/2019", 43768, "2019年13月1日"])
    def test_what_is_no_day_is_told(self, written):
        with pytest.raises(typed.Unfit, match="栏目"):
            read(FieldType.DATE, written)

    @pytest.mark.parametrize("written", ["2019年10月", "2019-10", "2019/10", "201910", date(2019, 10, 30)])
    def test_a_month(self, written):
        assert read(FieldType.MONTH, written) == date(2019, 10, 1)

    @pytest.mark.parametrize(
        ("written", "unit", "found"),
        [
            ("2.34亿元", "亿元", "2.34"),
            ("2.34亿", "亿元", "2.34"),
            ("23400万元", "亿元", "2.34"),
            ("２，３４０．５ 万元", "万元", "2340.5"),
            ("¥1,234.50", "元", "1234.50"),
            ("1亿元", "元", "100000000"),
            (0.1 + 0.2, "元", "0.30"),
            (25, "万元", "25"),
        ],
    )
    def test_an_amount_in_whatever_unit_is_said(self, written, unit, found):
        assert read(FieldType.MONEY, written, unit=unit) == Decimal(found)

    @pytest.mark.parametrize("written", ["1.234", "1.001元", "许多", "1e999", "NaN", "12美元", True])
    def test_an_amount_that_cannot_be_is_told(self, written):
        with pytest.raises(typed.Unfit):
            read(FieldType.MONEY, written, unit="元")

    def test_a_number_too_large_for_a_cell_is_told(self):
        with pytest.raises(typed.Unfit, match="太大"):
            read(FieldType.MONEY, "100000000000", unit="亿元")

    def test_more_digits_than_the_field_has_are_told(self):
        with pytest.raises(typed.Unfit, match="最多 1 位小数"):
            read(FieldType.NUMBER, "1.25", digits=1)
        with pytest.raises(typed.Unfit, match="应为整数"):
            read(FieldType.INTEGER, "1.5")

    def test_a_code_by_its_name_or_itself(self):
        assert read(FieldType.CODE, " 金种子") == "gold"
        assert read(FieldType.CODE, "silver") == "silver"
        with pytest.raises(typed.Unfit, match="可填：金种子、银种子"):
            read(FieldType.CODE, "铜种子")

    def test_several_codes_in_the_order_of_the_list(self):
        assert read(FieldType.CODES, "银种子、金种子；银种子") == ("gold", "silver")

    def test_yes_and_no(self):
        assert [read(FieldType.BOOL, each) for each in ("是", "√", "否", "no", True)] == [
            True,
            True,
            False,
            False,
            True,
        ]

    def test_a_code_that_a_workbook_made_a_number_of(self):
        assert read(FieldType.TEXT, 2019.0) == "2019"

    def test_control_characters_and_loose_spaces_go(self):
        assert read(FieldType.TEXT, "  甲\x07\n乙 ") == "甲 乙"

    def test_nothing_is_nothing(self):
        assert {read(kind, "  ") for kind in FieldType if kind not in ("file",)} == {None}

    @given(st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.booleans(), st.datetimes()))
    def test_anything_is_read_or_told(self, written):
        for kind in FieldType:
            if kind is not FieldType.FILE:
                try:
                    read(kind, written, **({"unit": "万元"} if kind is FieldType.MONEY else {}))
                except typed.Unfit as reason:
                    assert reason.message


class TestKept:
    @given(st.decimals(min_value=-(10**6), max_value=10**6, places=4))
    def test_an_amount_comes_back_as_it_was(self, amount):
        money = field(FieldType.MONEY, unit="亿元")

        assert values.read(money, values.kept(money, amount)) == amount

    def test_money_is_whole_fen(self):
        assert values.kept(field(FieldType.MONEY, unit="亿元"), Decimal("2.34")) == 23_400_000_000  # 2.34亿元 in fen

    def test_what_an_older_file_kept_as_something_else_counts_as_missing(self):
        assert values.read(field(FieldType.DATE), "甲") is None
        assert values.read(field(FieldType.NUMBER), "2019-10-30") is None


class TestFormulas:
    KINDS = {"a": formulas.NUMBER, "b": formulas.NUMBER, "since": formulas.DAY, "until": formulas.DAY}

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("a + b * 2", "14.00"),
            ("（a － b）÷ 2", "-2.00"),
            ("-a", "-2.00"),
            ("share(a, b)", "33.33"),
            ("days(since, until)", "30.00"),
            ("months(since, until)", "0.00"),
            ("year(until)", "2019.00"),
            ("least(a, b) + most(a, b)", "8.00"),
            ("0.1 + 0.2", "0.30"),
        ],
    )
    def test_works_out(self, text, found):
        facts = {"a": Decimal(2), "b": Decimal(6), "since": date(2019, 9, 30), "until": date(2019, 10, 30)}

        result = formulas.read(text, self.KINDS).work_out(facts, 2)

        # 2019-09-30 to 2019-10-30 is one whole month
        assert result == Decimal("1.00" if "months" in text else found)

    @pytest.mark.parametrize("text", ["a / (b - b)", "a + missing", "share(a, b - b)"])
    def test_what_cannot_be_known_is_missing(self, text):
        assert formulas.read(text).work_out({"a": Decimal(1), "b": Decimal(2)}, 2) is None

    @pytest.mark.parametrize(
        "text", ["a ** b", "a if b else a", "lambda: a", "a.b", "a[0]", "'a'", "True", "f(a)", "days(a, b)", "since",
                 "a +", "((((", "a" * 500, "a < b", "a; b", "max(a, b)", "1e100"]
    )  # fmt: skip
    def test_nothing_else_is_a_formula(self, text):
        with pytest.raises(DefinitionError):
            formulas.read(text, self.KINDS)

    @given(st.text(alphabet="ab+-*/() ,.0123456789since", max_size=60))
    def test_any_text_is_a_formula_or_told(self, text):
        try:
            read_formula = formulas.read(text, self.KINDS)
        except DefinitionError:
            return
        found = read_formula.work_out({"a": Decimal(2), "b": Decimal(3)}, 2)
        assert found is None or isinstance(found, Decimal)
