"""Item codes, licence identifiers, case numbers, project codes."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yichuang.kernel import identifiers
from yichuang.kernel.identifiers import CaseNumber, NotAnIdentifier

ITEMS = Path(__file__).resolve().parents[4] / "shared" / "data" / "items" / "items_2262.csv"
LICENCE = "1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F"  # domain.md §6
BODY = "11440000006939756B"


class TestItemCode:
    @pytest.mark.parametrize(
        ("code", "body", "level", "handling"),
        [
            ("440101007000", "", "", ""),
            ("11440000006939756B2440101007000", BODY, "2", ""),
            ("11440000006939756B244010100700001", BODY, "2", "01"),
        ],
    )
    def test_has_12_31_or_33_places(self, code, body, level, handling):
        found = identifiers.parse_item_code(code)

        assert str(found) == code
        assert (found.body, found.level, found.handling) == (body, level, handling)
        assert (found.catalogue, found.task) == ("440101007000", f"{body}{level}440101007000" if body else "")
        assert (found.province, found.kind, found.department, found.main, found.sub) == ("44", "01", "01", "007", "000")
        assert identifiers.make_item_code("440101007000", body=body, level=level, handling=handling) == code

    def test_warns_of_a_body_that_fails_its_check_and_takes_it(self):
        found = identifiers.parse_item_code("11440000006939757B8440101007000")

        assert found.warnings == (
            "实施主体的统一社会信用代码有误：校验位不符，可能有一位抄错",
            "行使层级 8 不在 1 至 6 之内",
        )

    @pytest.mark.parametrize(
        ("code", "why"),
        [
            ("44010100700", "应为 12、31、33 位"),
            ("4401010070中0", "第 11 位"),
            ("4A0101007000", "第 2 位"),
            ("11440000006939756BX440101007000", "第 19 位"),
            ("11440000006939756B2440A01007000", "第 23 位"),
        ],
    )
    def test_says_what_is_wrong(self, code, why):
        with pytest.raises(NotAnIdentifier, match=why):
            identifiers.parse_item_code(code)

    def test_is_made_of_all_its_parts(self):
        for parts in ({"body": BODY}, {"level": "2"}, {"handling": "01"}):
            with pytest.raises(NotAnIdentifier, match="按顺序给全"):
                identifiers.make_item_code("440101007000", **parts)

    def test_reads_a_province_s_list_and_warns(self):
        if not ITEMS.exists():
            pytest.skip("the list of items is not here")
        with ITEMS.open(encoding="utf-8-sig", newline="") as rows:
            codes = [identifiers.parse_item_code(row["TASK_CODE"]) for row in csv.DictReader(rows)]

        assert len(codes) == 2262
        assert sum(bool(code.handling) for code in codes) == 363
        assert {code.body for code in codes if code.warnings} == {"13440000515356094L", "TE440000GD030003VV"}


class TestLicenceIdentifier:
    def test_of_the_standard_is_right(self):
        found = identifiers.parse_licence_identifier(LICENCE)

        assert str(found) == LICENCE
        assert found.warnings == ()
        assert (found.issuer, found.serial, found.version, found.check) == ("11220000013544541J", "2430599", "001", "F")

    def test_is_made_of_its_parts(self):
        found = identifiers.parse_licence_identifier(LICENCE)

        made = identifiers.make_licence_identifier(type_code=found.type_code, issuer=found.issuer, serial=found.serial)

        assert made == LICENCE

    def test_is_read_as_people_type_it(self):
        assert str(identifiers.parse_licence_identifier(LICENCE.lower().replace(".", "．") + " ")) == LICENCE

    @settings(deadline=None)
    @given(st.integers(0, 50), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    def test_with_one_character_changed_is_wrong(self, place, other):
        body = LICENCE.removeprefix("1.2.156.3005.2.")
        place %= len(body)
        if body[place] not in ("." + other):
            changed = body[:place] + other + body[place + 1 :]
            assert not identifiers.is_valid(identifiers.parse_licence_identifier, f"1.2.156.3005.2.{changed}")

    @settings(deadline=None)
    @given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=32), st.integers(1, 999))
    def test_that_was_made_is_read(self, serial, version):
        made = identifiers.make_licence_identifier(
            type_code="11100000000013338W032", issuer="11220000013544541J", serial=serial, version=f"{version:03}"
        )

        assert str(identifiers.parse_licence_identifier(made)) == made

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("1.2.156.3005.3.x", "应以 1.2.156.3005.2 开头"),
            (LICENCE + ".1", "应有 5 段，现有 6 段"),
            (LICENCE.replace("W032", "W32"), "证照类型代码有误：应为 21 位"),
            (LICENCE.replace("541J", "541"), "颁发机构代码有误：应为 18 位"),
            (LICENCE.replace(".001.", ".01."), "版本号有误"),
            (LICENCE.replace("2430599", ""), "流水号应为 1 至 32 位"),
            (LICENCE.replace("2430599", "9" * 33), "流水号应为 1 至 32 位"),
            (LICENCE.replace("2430599", "24305/9"), "应为数字或大写字母"),
            (LICENCE[:-1], "校验位有误"),
            (LICENCE[:-1] + "G", "校验位不符"),
        ],
    )
    def test_says_what_is_wrong(self, text, why):
        with pytest.raises(NotAnIdentifier, match=why):
            identifiers.parse_licence_identifier(text)

    def test_warns_of_codes_that_fail_their_check(self):
        made = identifiers.make_licence_identifier(
            type_code="11100000000013339W032", issuer="11220000013544541K", serial="1"
        )

        assert len(identifiers.parse_licence_identifier(made).warnings) == 2


class TestCaseNumber:
    def test_is_region_day_and_serial(self):
        made = identifiers.make_case_number(region="420106", on=date(2019, 9, 27), serial=42)

        assert made == "42010620190927000042"
        assert identifiers.parse_case_number(f" {made[:6]}-{made[6:]} ") == CaseNumber("420106", date(2019, 9, 27), 42)

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("4201062019092700004", "应为 20 位"),
            ("4201062019092700004X", "第 20 位应为数字"),
            ("42010620190931000042", "日期不存在"),
            ("42010620190927000000", "从 000001 开始"),
        ],
    )
    def test_says_what_is_wrong(self, text, why):
        with pytest.raises(NotAnIdentifier, match=why):
            identifiers.parse_case_number(text)

    def test_has_a_million_less_one_a_day(self):
        with pytest.raises(ValueError, match="serial 1000000 does not fit"):
            identifiers.make_case_number(region="420106", on=date(2019, 9, 27), serial=1_000_000)


class TestProjectCode:
    def test_has_24_characters(self):
        made = identifiers.make_project_code(year=2019, region="420106", industry="47", kind="03", serial=12345)

        assert made == "2019-420106-47-03-012345" and len(made) == 24
        assert str(identifiers.parse_project_code("2019 420106 47 03 012345")) == made

    @pytest.mark.parametrize(
        ("text", "why"), [("2019-420106-47-03-1234", "应为 24 位"), ("2019-42010A-47-03-012345", "第 10 位")]
    )
    def test_says_what_is_wrong(self, text, why):
        with pytest.raises(NotAnIdentifier, match=why):
            identifiers.parse_project_code(text)

    def test_cannot_be_made_of_wrong_parts(self):
        with pytest.raises(NotAnIdentifier, match="各 2 位"):
            identifiers.make_project_code(year=2019, region="42010", industry="470", kind="03", serial=1)
        with pytest.raises(ValueError, match="serial"):
            identifiers.make_project_code(year=2019, region="420106", industry="47", kind="03", serial=-1)
