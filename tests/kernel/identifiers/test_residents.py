"""公民身份号码. The two real-looking numbers are the standard's own examples; all others are made here."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yichuang.kernel import identifiers
from yichuang.kernel.identifiers import NotAnIdentifier, SyntheticIdentifier

EXAMPLES = ["11010519491231002X", "440524188001010014"]  # GB 11643-1999, annex
WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]


class TestResidentId:
    @pytest.mark.parametrize("number", EXAMPLES)
    def test_of_the_standard_is_right(self, number):
        assert identifiers.check_resident_id(number) == number

    def test_tells_its_parts(self):
        found = identifiers.parse_resident_id("110105 19491231 002ｘ")

        assert (found.region, found.born, found.sex) == ("110105", date(1949, 12, 31), "female")
        assert found.masked == "110105********002X"
        assert identifiers.parse_resident_id(EXAMPLES[1]).sex == "male"

    @pytest.mark.parametrize(
        ("typed", "why"),
        [
            ("11010519491231002", "应为 18 位，现为 17 位"),
            ("X1010519491231002X", "第 1 位应为数字"),
            ("11010519491231002A", "第 18 位应为数字或 X"),
            ("990105194912310021", "前两位"),
            ("110105194902300021", "日期不存在"),
            ("110105194912310020", "校验位不符"),
        ],
    )
    def test_says_what_is_wrong_and_not_the_number(self, typed, why):
        with pytest.raises(NotAnIdentifier) as caught:
            identifiers.parse_resident_id(typed)

        assert why in caught.value.message
        assert typed not in caught.value.message

    def test_of_somebody_not_born_yet_is_refused(self):
        number = identifiers.make_resident_id(region="420106", born=date(2019, 10, 31), order=1)

        assert identifiers.check_resident_id(number, on=date(2019, 10, 31)) == number
        with pytest.raises(NotAnIdentifier, match="2019-10-30 之后"):
            identifiers.check_resident_id(number, on=date(2019, 10, 30))

    @settings(deadline=None)
    @given(st.dates(date(1900, 1, 1), date(2019, 12, 31)), st.integers(0, 999))
    def test_made_for_demonstrations_is_marked(self, born, order):
        made = identifiers.make_synthetic_resident_id(born=born, order=order)

        total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, made, strict=False))
        assert made[17] == "10X98765432"[total % 11]
        assert identifiers.check_resident_id(made, allow_synthetic=True) == made
        with pytest.raises(SyntheticIdentifier):
            identifiers.check_resident_id(made)

    def test_cannot_be_made_of_wrong_parts(self):
        with pytest.raises(ValueError, match="order 1000 does not fit"):
            identifiers.make_synthetic_resident_id(born=date(1980, 1, 1), order=1000)
        with pytest.raises(NotAnIdentifier):
            identifiers.make_resident_id(region="42010", born=date(1980, 1, 1), order=1)
