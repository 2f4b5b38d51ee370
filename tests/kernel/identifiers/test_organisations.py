"""统一社会信用代码 and 组织机构代码."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yichuang.kernel import identifiers
from yichuang.kernel.identifiers import NotAnIdentifier, SyntheticIdentifier
from yichuang.kernel.identifiers.organisations import ALPHABET

PUBLIC_BODIES = ["11100000000013338W", "11220000013544541J"]
ENTERPRISES = Path(__file__).resolve().parents[4] / "shared" / "data" / "enterprises"


def column(name):
    file = ENTERPRISES / name
    if not file.exists():
        pytest.skip(f"{name} is not here")
    with file.open(encoding="utf-8-sig", newline="") as rows:
        return [row["统一社会信用代码"] for row in csv.DictReader(rows)]


class TestUscc:
    @pytest.mark.parametrize("code", PUBLIC_BODIES)
    def test_of_public_bodies_is_right(self, code):
        found = identifiers.parse_uscc(code)

        assert str(found) == code == identifiers.check_uscc(code)
        assert found.warnings == () and not found.is_synthetic

    @pytest.mark.parametrize("code", PUBLIC_BODIES)
    def test_with_any_one_character_changed_is_wrong(self, code):
        for place in range(18):
            for other in set(ALPHABET) - {code[place]}:
                changed = code[:place] + other + code[place + 1 :]
                assert not identifiers.is_valid(identifiers.parse_uscc, changed)

    @pytest.mark.parametrize(
        "typed",
        [
            "11100000000013338w",
            " 1110 0000 0000 1333 8W\n",
            "１１１０００００００００１３３３８Ｗ",
            "111000000-00013338-W\u200b",
        ],
    )
    def test_is_read_as_people_type_it(self, typed):
        assert identifiers.check_uscc(typed) == "11100000000013338W"

    @pytest.mark.parametrize(
        ("typed", "why"),
        [
            ("", "应为 18 位，现为 0 位"),
            ("1110000000001333", "应为 18 位，现为 16 位"),
            ("1110000000001333OW", "第 17 位应为数字或大写字母（不含 I、O、S、V、Z）"),
            ("11A00000000013338W", "第 3 位应为数字（行政区划）"),
            ("11100000000013339W", "校验位不符"),
            ("中1100000000013338W", "第 1 位"),
        ],
    )
    def test_says_what_is_wrong(self, typed, why):
        with pytest.raises(NotAnIdentifier, match="统一社会信用代码有误") as caught:
            identifiers.parse_uscc(typed)
        assert why in caught.value.message

    def test_of_other_authorities_is_right(self):
        made = identifiers.make_uscc(authority="Y", category="1", region="420106", organisation="01354454")

        assert identifiers.parse_uscc(made).authority == "Y"

    @settings(deadline=None)
    @given(st.integers(0, 31**4 - 1))
    def test_made_for_demonstrations_is_marked(self, serial):
        made = identifiers.make_synthetic_uscc(serial)

        assert identifiers.parse_uscc(made).is_synthetic and identifiers.parse_uscc(made).warnings == ()
        assert identifiers.check_uscc(made, allow_synthetic=True) == made
        with pytest.raises(SyntheticIdentifier, match="演示数据"):
            identifiers.check_uscc(made)

    def test_made_for_demonstrations_has_bounds(self):
        assert identifiers.make_synthetic_uscc(0) != identifiers.make_synthetic_uscc(1)
        with pytest.raises(ValueError, match="does not fit"):
            identifiers.make_synthetic_uscc(31**4)

    def test_cannot_be_made_of_wrong_parts(self):
        for part in ({"authority": "I"}, {"region": "42010"}, {"region": "42010A"}, {"organisation": "0135445"}):
            right = {"authority": "9", "category": "1", "region": "420106", "organisation": "01354454"}
            with pytest.raises(NotAnIdentifier):
                identifiers.make_uscc(**right | part)

    def test_of_real_enterprises_is_right(self):
        codes = column("wuchang_300.csv")

        warned = [code for code in codes if identifiers.parse_uscc(code).warnings]

        assert len(codes) == 300
        assert len(warned) == 1  # right as a whole, while the organisation code inside is not
        assert not any(identifiers.parse_uscc(code).is_synthetic for code in codes)

    def test_of_rows_known_to_be_wrong_is_wrong(self):
        codes = column("invalid_uscc_rows.csv")

        assert len(codes) == 8
        assert not any(identifiers.is_valid(identifiers.parse_uscc, code) for code in codes)


class TestOrganisationCode:
    @pytest.mark.parametrize("code", ["000013338", "01354454-1", "０１３５４４５４－１"])
    def test_of_public_bodies_is_right(self, code):
        assert len(identifiers.check_organisation_code(code)) == 9

    def test_may_end_in_x(self):
        ends = {identifiers.make_organisation_code(f"{n:08}")[8] for n in range(40)}

        assert ends == set("0123456789X")

    @pytest.mark.parametrize("code", ["013544542", "01354454", "0135445#1"])
    def test_says_no(self, code):
        with pytest.raises(NotAnIdentifier, match="组织机构代码有误"):
            identifiers.parse_organisation_code(code)

    def test_made_for_demonstrations_is_refused(self):
        made = identifiers.make_organisation_code("99990001")

        assert identifiers.check_organisation_code(made, allow_synthetic=True) == made
        with pytest.raises(SyntheticIdentifier):
            identifiers.check_organisation_code(made)
