from datetime import date
from decimal import Decimal

import pytest

from yichuang.foundation.forms.asking import Ask, Wrong
from yichuang.foundation.forms.terms import Format, Kind
from yichuang.kernel.identifiers import make_synthetic_resident_id, make_synthetic_uscc


def text(form=Format.PLAIN, **more):
    return Ask("x", "内容", Kind.TEXT, form, **more)


def number(**more):
    return Ask("x", "面积", Kind.NUMBER, unit="平方米", **more)


def why(ask, typed):
    with pytest.raises(Wrong) as wrong:
        ask.clean(typed)
    return str(wrong.value)


class TestText:
    def test_takes_spaces_and_full_width(self):
        assert text().clean(" 武昌区　中华路１２号Ａ座 ") == "武昌区 中华路12号A座"

    def test_keeps_the_lines_of_a_long_text(self):
        assert text(Format.LONG).clean("一\r\n\r\n二　 三") == "一\n\n二 三"

    def test_blank_is_nothing_unless_required(self):
        assert text(required=False).clean("  ") is None
        assert why(text(), "　") == "请填写“内容”。"

    def test_says_how_much_is_too_long(self):
        assert why(text(longest=3), "一二三四") == "“内容”不超过 3 个字，现有 4 个，请删减。"


class TestNumbersOfCards:
    def test_takes_a_small_x_spaces_and_full_width(self, settings):
        settings.DEMO = True
        for order in range(200):
            made = make_synthetic_resident_id(born=date(1949, 10, 1), order=order)
            if made.endswith("X"):
                break

        assert text(Format.RESIDENT_ID).clean(f" {made[:6]} {made[6:14]} {made[14:17]}ｘ") == made

    def test_tells_the_fix(self):
        assert why(text(Format.USCC), "123") == "请输入18位统一社会信用代码。"
        assert why(text(Format.RESIDENT_ID), "123") == "请输入18位居民身份证号码，最后一位可以是 X。"
        assert "校验位不符" in why(text(Format.USCC), "111000000000133380")

    def test_takes_a_real_code_of_a_public_body(self):
        assert text(Format.USCC).clean("1110 0000 0000 1333 8w") == "11100000000013338W"

    def test_numbers_made_for_demonstrations_pass_only_in_a_demo(self, settings):
        made = make_synthetic_uscc(7)
        assert "演示" in why(text(Format.USCC), made)

        settings.DEMO = True

        assert text(Format.USCC).clean(made) == made

    @pytest.mark.parametrize(
        "phone", ["13800000000", "138 0000 0000", "027-88936000", "０２７－８８９３６０００", "88936000"]
    )
    def test_takes_mobile_and_landline(self, phone):
        assert text(Format.PHONE).clean(phone)

    def test_refuses_half_a_phone(self):
        assert "例如 027-88936000" in why(text(Format.PHONE), "138000")

    def test_writes_a_project_code_with_its_hyphens(self):
        assert (
            text(Format.PROJECT_CODE).clean("201942010647 03 000001".replace("47 03", "4703"))
            == "2019-420106-47-03-000001"
        )


class TestNumber:
    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("1200", "1200"),
            ("１，２００．５０", "1200.5"),
            (" 3,200.5 平方米", "3200.5"),
            ("0", "0"),
            ("-0.00", "0"),
            ("007", "7"),
        ],
    )
    def test_takes_what_people_type(self, typed, kept):
        assert number().clean(typed) == kept

    @pytest.mark.parametrize("typed", ["约三百", "1.2.3", "nan", "inf", "1e400000000", "--2"])
    def test_refuses_what_is_no_number(self, typed):
        assert why(number(), typed).startswith("“面积”")

    def test_says_the_bounds_with_their_unit(self):
        assert why(number(least=Decimal(1)), "0") == "“面积”应不小于 1 平方米。"
        assert why(number(most=Decimal(9)), "10") == "“面积”应不大于 9 平方米。"
        assert why(number(), "1.234") == "“面积”最多保留 2 位小数。"
        assert why(number(digits=0), "1.5") == "“面积”请填写整数，例如 12。"

    def test_what_was_cleaned_cleans_to_itself(self):
        assert number().clean(number().clean("１，２００．５０")) == "1200.5"


class TestDate:
    @pytest.mark.parametrize(
        "typed", ["2019-10-30", "2019年10月30日", "20191030", "2019/10/30", "２０１９．１０．３０", "2019 - 10 - 30"]
    )
    def test_takes_dates_as_people_write_them(self, typed):
        assert Ask("x", "日期", Kind.DATE).clean(typed) == "2019-10-30"

    @pytest.mark.parametrize("typed", ["2019-02-30", "30-10-2019", "十月", "2019105", "2019"])
    def test_refuses_others(self, typed):
        assert why(Ask("x", "日期", Kind.DATE), typed) == "“日期”请填写日期，例如 2019-10-30。"


class TestChoice:
    choices = {"a": "甲", "b": "乙"}

    def test_only_what_is_offered(self):
        assert Ask("x", "类别", Kind.CHOICE, choices=self.choices).clean("a") == "a"
        assert why(Ask("x", "类别", Kind.CHOICE, choices=self.choices), "c") == "“类别”请从给出的选项中选择。"
        assert why(Ask("x", "类别", Kind.CHOICE, choices=self.choices), "") == "请选择“类别”。"

    def test_several_each_once(self):
        ask = Ask("x", "类别", Kind.CHOICES, choices=self.choices)

        assert ask.clean(["b", "a", "b"]) == ["b", "a"]
        assert ask.shown(["b", "a"]) == "乙、甲"
        assert why(ask, []) == "请选择“类别”。"


def test_files_are_asked_by_uploading():
    ask = Ask("x", "照片", Kind.FILE)

    assert ask.clean(["7", "9", "7"]) == ["7", "9"]
    assert why(ask, []) == "请上传“照片”。"
