"""Workbooks and text: the template, the trial with every fault at its cell, all or nothing, and back unchanged."""

from __future__ import annotations

import io
import tracemalloc
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.support.people import WEDNESDAY, make_demo, make_party, make_unit
from tests.support.registers import published
from tests.support.tables import workbook
from yichuang.foundation.files.problems import FileRefused
from yichuang.foundation.people.actors import NotAllowed
from yichuang.foundation.people.models import Party
from yichuang.foundation.registers import commands, problems, queries, sheets
from yichuang.foundation.registers.models import Batch, Entry, Version
from yichuang.foundation.registers.values import facts_of

OCTOBER = date(2019, 10, 30)
TITLES = ["编号", "银行", "企业", "责任单位", "类别", "授信额（亿元）", "签约日期"]
ROW = [None, "甲银行", "一号公司", "zjj", "质押贷", 2.34, "2019年9月2日"]


def tried(content: bytes, by, name="授信.xlsx"):
    return commands.try_file(register="loans", content=io.BytesIO(content), name=name, by=by, at=WEDNESDAY)


def imported(content: bytes, by, name="授信.xlsx", expected="") -> Batch:
    return commands.import_file(
        register="loans", content=io.BytesIO(content), name=name, by=by, at=WEDNESDAY, expected=expected
    )


def told(trial) -> list[str]:
    return [each.text for each in trial.findings.errors]


def exported(actor, *, as_csv=False) -> bytes:
    register = queries.register("loans", OCTOBER)
    rows = queries.listed(register, actor, queries.Asked(), "export")
    out = io.BytesIO()
    sheets.write_export(register, actor, rows.iterator(200), out, OCTOBER, as_csv=as_csv)
    return out.getvalue()


class TestTrial:
    def test_tells_what_would_be_done_and_writes_nothing(self, handler, head):
        published(by=handler, checker=head, at=WEDNESDAY)
        rows = [TITLES, [1, "甲银行", "一号公司", "zjj", "信用贷", "3亿元", "2019-09-02"], [None, "乙银行", *ROW[2:]]]

        trial = tried(workbook(rows), handler)

        assert (trial.added, trial.changed, trial.same) == (1, 1, 0)
        assert [(each.row, each.fields) for each in trial.samples] == [(2, ("授信额",))]
        assert Entry.objects.count() == 1

    def test_every_fault_at_its_cell(self, handler):
        rows = [
            TITLES,
            [None, "甲银行", "一号公司", "zjj", "抵押贷", "许多", "2019年2月30日"],
            [99, "乙银行", "二号公司", "zjj", "信用贷", 1, date(2019, 9, 2)],
            [None, "丙银行", None, "没有的局", "信用贷", -1, date(2019, 9, 2)],
            [None, "丁银行", "四号公司", "other", "信用贷", 1, date(2019, 9, 2)],
        ]

        found = told(tried(workbook(rows), handler))

        for place, said in [
            ("第 2 行“类别”(E2)", "没有“抵押贷”这一项；可填：信用贷、质押贷"),
            ("第 2 行“授信额（亿元）”(F2)", "应为数字"),
            ("第 2 行“签约日期”(G2)", "没有这一天"),
            ("第 3 行“编号”(A3)", "没有编号 99 的条目"),
            ("第 4 行“企业”(C4)", "请填写"),
            ("第 4 行“责任单位”(D4)", "没有“没有的局”"),
            ("第 4 行“授信额（亿元）”(F4)", "不能小于 0"),
            ("第 5 行“责任单位”(D5)", "不在您的管辖范围"),
        ]:
            assert any(place in each and said in each for each in found), (place, said, found)

    def test_one_fault_and_nothing_is_taken_in(self, handler):
        rows = [TITLES, ROW, [None, "乙银行", "二号公司", "zjj", "信用贷", "许多", date(2019, 9, 2)]]

        with pytest.raises(problems.ImportFaulty, match="1 处"):
            imported(workbook(rows), handler)

        assert (Entry.objects.count(), Batch.objects.count()) == (0, 0)

    def test_merged_cells_formulas_and_error_values_are_named(self, handler):
        def spoil(book):
            sheet = book.active
            sheet["B4"], sheet["F4"] = "丙银行", "=F2*2"
            sheet.merge_cells("C2:C3")

        found = told(tried(workbook([TITLES, ROW, [None, "乙银行", *ROW[2:]], [None, *ROW[1:]]], spoil), handler))

        assert any("C2:C3" in each and "合并单元格" in each for each in found)
        assert any("F4" in each and "没有保存它的结果" in each for each in found)

    def test_two_rows_about_the_same_are_told(self, handler, head):
        published(by=handler, checker=head, at=WEDNESDAY)
        twice = [TITLES, [1, *ROW[1:]], [1, *ROW[1:]]]
        equal = [TITLES, [None, "乙银行", *ROW[2:]], [None, "乙银行", *ROW[2:]]]

        assert any("与第 2 行是同一条" in each for each in told(tried(workbook(twice), handler)))
        assert any("与第 2 行的“银行、企业、签约日期”相同" in each for each in told(tried(workbook(equal), handler)))

    def test_a_missing_column_and_a_strange_one(self, handler):
        trial = tried(workbook([["银行", "备  注", "颜色"], ["甲银行", "x", "红"]]), handler)

        assert any("请填写“企业”" in each for each in told(trial))
        assert any("颜色" in each.text and "不认识" in each.text for each in trial.findings.warnings)

    @pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"PK\x03\x04broken", b"%PDF-1.4"])
    def test_what_is_no_table_is_refused(self, handler, content):
        with pytest.raises(FileRefused):
            tried(content, handler)

    def test_a_gbk_text_is_read(self, handler):
        text = "银行,企业,责任单位,授信额（亿元）,签约日期\n甲银行,一号公司,zjj,2.34,2019/9/2\n"

        imported(text.encode("gb18030"), handler, "授信.csv")

        assert Entry.objects.get().title == "甲银行 一号公司"

    def test_only_whom_the_file_names_imports(self, office, reviewer):
        for actor in (office, reviewer):
            with pytest.raises(NotAllowed):
                tried(workbook([TITLES, ROW]), actor)

    def test_the_file_that_was_tried_is_the_one_taken_in(self, handler):
        trial = tried(workbook([TITLES, ROW]), handler)

        with pytest.raises(problems.NotTheSameFile):
            imported(workbook([TITLES, [None, "乙银行", *ROW[2:]]]), handler, expected=trial.sha256)


class TestImport:
    def test_new_rows_become_drafts_of_one_batch(self, handler):
        batch = imported(workbook([TITLES, ROW, [None, "乙银行", *ROW[2:]]]), handler)

        assert (batch.added, batch.changed, batch.same) == (2, 0, 0)
        assert list(Entry.objects.values_list("number", "state", "batch")) == [
            (1, "draft", batch.pk),
            (2, "draft", batch.pk),
        ]
        first = Entry.objects.get(number=1).current
        assert first.valid_from == date(2019, 9, 2)

    def test_a_blank_cell_clears_and_a_missing_column_stays(self, handler, head):
        entry = published(by=handler, checker=head, at=WEDNESDAY, note="备注", rate=Decimal("4.35"))

        imported(workbook([["编号", "利率（%）"], [1, None]]), handler)

        entry.refresh_from_db()
        facts = facts_of(queries.register("loans", OCTOBER), entry.current.read())
        assert (facts["rate"], facts["note"]) == (None, "备注")

    def test_rows_without_a_number_are_known_by_what_stands_once(self, handler, head):
        published(by=handler, checker=head, at=WEDNESDAY)

        batch = imported(
            workbook([TITLES, [None, "甲银行", "一号公司", "zjj", "信用贷", 5, date(2019, 9, 2)]]), handler
        )

        assert (batch.added, batch.changed) == (0, 1)

    @pytest.mark.parametrize("as_csv", [False, True])
    def test_what_is_exported_changes_nothing_when_it_comes_back(self, handler, head, as_csv):
        published(by=handler, checker=head, at=WEDNESDAY, drawn=Decimal("0.5"), rate=Decimal("4.35"), is_first=True,
                  tags=("tech", "export"), note="=1+1", ends_on=date(2020, 9, 1))  # fmt: skip
        published(by=handler, checker=head, at=WEDNESDAY, bank="-乙", credit=Decimal("0.0000000001"), kind=None)
        before = Version.objects.count()

        for actor in (handler, head):
            batch = imported(exported(actor, as_csv=as_csv), actor, f"x.{'csv' if as_csv else 'xlsx'}")
            assert (batch.added, batch.changed, batch.same) == (0, 0, 2)
        assert Version.objects.count() == before

    def test_a_firm_that_is_not_registered_is_registered_with_its_name(self, handler, db):
        from tests.support.definitions import publish
        from tests.support.registers import loans
        from yichuang.kernel.identifiers import make_synthetic_uscc

        make_demo()
        firm = {"type": "party", "name": "公司", "figure": True}
        publish(loans(version=2, in_force={"from": "2019-10-01"}, fields__firm=firm), at=WEDNESDAY)
        number, known = make_synthetic_uscc(777), make_party("旧公司", kind="ENTERPRISE")
        rows = [
            [*TITLES, "公司"],
            [*ROW, f"新公司 {number}"],
            [None, "乙银行", *ROW[2:], known.uscc],
            [None, "丙银行", *ROW[2:], "旧公司"],
        ]

        imported(workbook(rows), handler)

        register = queries.register("loans", OCTOBER)
        firms = [facts_of(register, each.current.read())["firm"] for each in Entry.objects.order_by("number")]
        assert firms == [Party.objects.get(uscc=number).pk, known.pk, known.pk]
        assert Party.objects.get(uscc=number).name == "新公司"

    @pytest.mark.slow
    @pytest.mark.sqlite  # reading a file is the same on both
    def test_many_rows_in_bounded_memory(self, handler, tmp_path: Path):
        """The file is read in blocks: what grows are the digests that find two equal rows."""
        path = tmp_path / "many.csv"
        with path.open("w", encoding="utf-8") as out:
            out.write("银行,企业,责任单位,授信额（亿元）,签约日期\n")
            out.writelines(f"银行{n % 50},企业{n},zjj,{n % 900 / 100:.2f},2019-09-02\n" for n in range(30_000))
        tracemalloc.start()

        with path.open("rb") as content:
            trial = commands.try_file(register="loans", content=content, name=path.name, by=handler, at=WEDNESDAY)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert (trial.added, trial.is_clean) == (30_000, True)
        assert peak < 40 * 1024 * 1024


class TestTemplate:
    def test_has_titles_hints_and_lists(self, handler):
        out = io.BytesIO()
        sheets.write_template(queries.register("loans", OCTOBER), handler, out, WEDNESDAY)

        book = openpyxl.load_workbook(io.BytesIO(out.getvalue()))
        sheet = book["授信台账"]
        titles = [cell.value for cell in sheet[1]]
        assert titles[:3] == ["编号", "银行*", "企业*"]
        assert "授信额（亿元）*" in titles
        assert not {"联系人", "风险说明", "协议书"} & set(titles)
        lists = {str(rule.sqref).partition("2:")[0]: rule for rule in sheet.data_validations.dataValidation}
        assert openpyxl.utils.get_column_letter(titles.index("类别") + 1) in lists
        assert "到期日不能早于签约日期" in "".join(str(cell.value) for row in book["填表说明"] for cell in row)

    def test_who_sees_more_fills_in_more(self, head):
        out = io.BytesIO()
        sheets.write_template(queries.register("loans", OCTOBER), head, out, WEDNESDAY)

        titles = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(out.getvalue()))["授信台账"][1]]
        assert {"联系人", "风险说明"} <= set(titles)

    def test_a_filled_template_is_taken_in(self, handler):
        out = io.BytesIO()
        sheets.write_template(queries.register("loans", OCTOBER), handler, out, WEDNESDAY)
        book = openpyxl.load_workbook(io.BytesIO(out.getvalue()))
        sheet = book["授信台账"]
        titles = [str(cell.value).removesuffix("*") for cell in sheet[1]]
        said = {
            "银行": "甲银行",
            "企业": "一号公司",
            "责任单位": "zjj",
            "授信额（亿元）": "2340万元",
            "签约日期": date(2019, 9, 2),
        }
        for name, value in said.items():
            sheet.cell(2, titles.index(name) + 1, value)
        filled = io.BytesIO()
        book.save(filled)

        batch = imported(filled.getvalue(), handler)

        assert batch.added == 1
        assert facts_of(queries.register("loans", OCTOBER), Entry.objects.get().current.read())["credit"] == Decimal(
            "0.234"
        )


def test_a_unit_of_another_district_is_not_reached(handler):
    make_unit("far")

    assert any(
        "管辖范围" in each
        for each in told(tried(workbook([TITLES, [None, "甲", "乙", "far", None, 1, "2019-09-02"]]), handler))
    )
