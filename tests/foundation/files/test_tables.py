"""Tables as people bring them: every fault is told at its cell, nothing is lost in silence, memory stays bounded."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.support import tables as make
from yichuang.foundation.files import tables
from yichuang.foundation.files.problems import Broken, EmptyFile, Encrypted, FileRefused
from yichuang.foundation.files.tables import Column, problems

NAME, LIMIT, DAY = Column("事项名称", is_required=True), Column("承诺时限", is_required=True), Column("生效日期")
COLUMNS = (NAME, LIMIT, DAY)
TITLES = ["事项名称", "承诺时限", "生效日期"]


def read(content: bytes, name: str = "事项.xlsx", columns=COLUMNS, take=None):
    """Read everything with the getters that fit, and give rows and findings."""
    findings = tables.Findings()
    with make.opened(content, name) as book:
        table = book.sheets[0].table(columns, findings)
        take = take or (lambda row: (row.number, row.text("事项名称"), row.whole("承诺时限"), row.day("生效日期")))
        return [take(row) for row in table.rows()], findings


def told(findings: tables.Findings) -> list[str]:
    return [each.text for each in findings.errors]


class TestWorkbookWithFaults:
    """One table of hard cases: what stands in row 3, and what is answered."""

    @pytest.mark.parametrize(
        ("limit", "day", "answer"),
        [
            ("三天", None, "第 3 行“承诺时限”(B3)：应填数字，现为“三天”。"),
            (2.5, None, "第 3 行“承诺时限”(B3)：应填整数，现为“2.5”。"),
            ("=A1+1", None, "第 3 行“承诺时限”(B3)：是公式，文件里没有保存它的结果。"),
            ("#N/A", None, "第 3 行“承诺时限”(B3)：是错误值 #N/A。"),
            (date(2019, 9, 24), None, "第 3 行“承诺时限”(B3)：应填数字，现为“2019-09-24"),
            (True, None, "第 3 行“承诺时限”(B3)：应填数字，现为“是”。"),
            (3, "明年", "第 3 行“生效日期”(C3)：应填日期，如 2019-09-24，现为“明年”。"),
            (3, "2019-02-30", "第 3 行“生效日期”(C3)：应填日期，如 2019-09-24，现为“2019-02-30”。"),
            (3, 43732, "第 3 行“生效日期”(C3)：是数字 43732，不是日期（按 Excel 序号约为 2019-09-24）。"),
        ],
    )
    def test_names_the_cell_and_what_to_do(self, limit, day, answer):
        content = make.workbook([TITLES, ["甲", 1, None], ["乙", limit, day]])

        rows, findings = read(content)

        assert len(rows) == 2
        assert len(told(findings)) == 1 and told(findings)[0].startswith(answer)

    def test_tells_all_faults_at_once_with_the_sheet_where_there_are_several(self):
        content = make.workbook(
            [TITLES, ["甲", "x", "y"], ["乙", "=1", None]], lambda book: book.create_sheet("材料").append(["名称"])
        )

        _rows, findings = read(content)

        assert [each.place for each in findings.errors] == [
            "工作表“事项”第 2 行“承诺时限”(B2)",
            "工作表“事项”第 2 行“生效日期”(C2)",
            "工作表“事项”第 3 行“承诺时限”(B3)",
        ]
        assert findings.errors[0].as_json()["cell"] == "B2"

    def test_refuses_merged_cells_in_the_data_but_not_in_the_title(self):
        def merge(book):
            book.active.merge_cells("A1:C1")
            book.active.merge_cells("B3:B5")

        content = make.workbook([["武昌区事项"], TITLES, ["甲", 3], ["乙"], ["丙"]], merge)

        rows, findings = read(content)

        assert [row[:3] for row in rows] == [(3, "甲", 3), (4, "乙", None), (5, "丙", None)]
        assert told(findings) == [
            "第 3 行“承诺时限”(B3:B5)：是合并单元格，只有左上角一格有值。请取消合并，并在每一格填写。"
        ]

    def test_keeps_the_first_thousand_faults_and_counts_the_rest(self):
        content = make.workbook([TITLES, *([f"第{n}项", "=1+1", None] for n in range(1500))])

        _rows, findings = read(content)

        assert findings.error_count == 1001
        assert told(findings)[0].startswith("第 2 行“承诺时限”(B2)：是公式")
        assert findings.counts["cell.formula"] == 1001

    def test_a_cell_beyond_the_header_is_told(self):
        content = make.workbook([TITLES, ["甲", 1, None], ["乙", 2, None, "多出"]])

        _rows, findings = read(content)

        assert told(findings) == ["第 3 行(D3)：这一列没有表头，不知填的是什么。请检查这一行是否多了一格，或补上表头。"]


class TestWorkbookThatIsRight:
    def test_reads_what_people_type(self):
        rows = [
            ["武昌区事项清单"],
            ["填表单位：某局", None, "2019年"],
            ["事项名称 *", "承诺\n时限（必填）", "生效日期"],
            ["食品经营许可", 20, date(2019, 9, 24)],
            [None, None, None],
            [" 户外广告\r\n设置 ", "２０", "2019年9月24日"],
            [12345678901, 7.0, "2019/9/4"],
            ["乙", "1,000", "20190924"],
        ]

        found, findings = read(make.workbook(rows))

        assert found == [
            (4, "食品经营许可", 20, date(2019, 9, 24)),
            (6, "户外广告\n设置", 20, date(2019, 9, 24)),
            (7, "12345678901", 7, date(2019, 9, 4)),
            (8, "乙", 1000, date(2019, 9, 24)),
        ]
        assert findings.is_clean and not findings.warnings

    def test_reads_days_of_a_workbook_that_counts_from_1904(self):
        def from_1904(book):
            book.epoch = CALENDAR_MAC_1904

        rows, findings = read(make.workbook([TITLES, ["甲", 1, date(2019, 9, 24)]], from_1904))

        assert rows == [(2, "甲", 1, date(2019, 9, 24))]
        assert findings.is_clean

    def test_takes_the_saved_result_of_a_formula(self):
        saved = make.with_sheet_xml(
            make.workbook([TITLES, ["甲", "=2+3", None]]),
            lambda xml: (
                xml.replace(b"<v></v>", b"<v>5</v>").replace(b"<v />", b"<v>5</v>").replace(b"<v/>", b"<v>5</v>")
            ),
        )

        rows, findings = read(saved)

        assert rows == [(2, "甲", 5, None)]
        assert findings.is_clean

    def test_keeps_zeros_of_codes_stored_as_text_and_refuses_digits_that_are_lost(self):
        content = make.workbook([["事项名称", "承诺时限"], ["00123", 1], [11440000006939756, 1]])

        rows, findings = read(content)

        assert rows[0][1] == "00123"
        assert told(findings) == [
            "第 3 行“事项名称”(A3)：超过 15 位的数字在表格里已丢失末尾几位（11440000006939760）。"
            "请把这一列设为“文本”格式后重新填写。"
        ]

    def test_leaves_hidden_sheets_out(self):
        def hide(book):
            book.create_sheet("选项").sheet_state = "hidden"

        with make.opened(make.workbook([TITLES], hide)) as book:
            assert [sheet.name for sheet in book.sheets] == ["事项"]
            with pytest.raises(problems.NoSuchSheet, match="没有工作表“材料”，有：事项"):
                book.sheet("材料")

    def test_comments_and_far_formatting_count_as_nothing(self):
        def dress(book):
            book.active["B2"].comment = Comment("核对", "张三")
            book.active["XFD1048576"].number_format = "0.00"

        rows, findings = read(make.workbook([TITLES, ["甲", 1, None]], dress))

        assert rows == [(2, "甲", 1, None)]
        assert findings.is_clean


class TestHeader:
    def test_names_what_is_missing_with_the_nearest_title(self):
        rows, findings = read(make.workbook([["事项名称", "承诺期限", "备注"], ["甲", 1, ""]]))

        assert rows == []
        assert told(findings) == ["第 1 行：缺少必需的列“承诺时限”，最接近的是“承诺期限”(B1)。"]
        assert [each.text for each in findings.warnings] == [
            "第 1 行“承诺期限”(B1)：不认识这一列，没有读取；是不是“承诺时限”？",
            "第 1 行“备注”(C1)：不认识这一列，没有读取。",
        ]

    def test_refuses_a_title_that_stands_twice(self):
        rows, findings = read(make.workbook([["事项名称", "承诺时限", "承诺 时限"], ["甲", 1, 2]]))

        assert rows == []
        assert told(findings) == ["第 1 行：列“承诺时限”出现了 2 次（B1、C1），不知读哪一列。请删去或改名。"]

    def test_says_so_where_there_is_none(self):
        with pytest.raises(problems.NoHeader, match="前 20 行里没有表头。表头应有这些列：事项名称、承诺时限、生效日期"):
            read(make.workbook([["甲", 1], ["乙", 2]]))

    def test_prefers_the_row_that_names_most(self):
        header = tables.find_header([["事项名称"], ["事项名称", "承诺时限"], ["事项名称", "承诺时限"]], COLUMNS)

        assert header is not None and header.row == 2


class TestText:
    ROWS = '事项名称,承诺时限,生效日期\r\n食品经营许可,20,2019-09-24\r\n"甲,乙\n丙",3,\r\n'
    EXPECTED = [(2, "食品经营许可", 20, date(2019, 9, 24)), (3, "甲,乙\n丙", 3, None)]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
    def test_finds_the_encoding(self, encoding):
        rows, findings = read(self.ROWS.encode(encoding), "事项.csv")

        assert rows == self.EXPECTED
        assert findings.is_clean

    @pytest.mark.parametrize("separator", ["\t", ";", "|"])
    def test_finds_the_separator(self, separator):
        rows, _findings = read("事项名称,承诺时限\n甲,1\n".replace(",", separator).encode(), "事项.csv")

        assert rows == [(2, "甲", 1, None)]

    def test_opens_gzip(self):
        rows, _findings = read(make.gzipped(self.ROWS.encode("gbk")), "事项.csv.gz")

        assert rows == self.EXPECTED

    def test_finds_gb18030_although_the_beginning_is_latin(self):
        text = "事项名称,承诺时限\n" + "a,1\n" * 70_000 + "行政许可,2\n"

        rows, _findings = read(text.encode("gbk"), "事项.csv")

        assert rows[-1] == (70_002, "行政许可", 2, None)

    def test_names_the_line_that_is_in_no_encoding(self):
        content = "事项名称,承诺时限\n甲,1\n".encode() + b"\xff\xff\xff,2\n"

        with pytest.raises(problems.EncodingUnknown, match="第 3 行附近既不是 UTF-8 也不是 GB18030"):
            read(content, "事项.csv")

    def test_names_the_row_whose_quote_does_not_end(self):
        with pytest.raises(problems.TextBroken, match="第 3 行读不下去"):
            read('事项名称,承诺时限\n甲,1\n"乙,2\n丙,3\n'.encode(), "事项.csv")


class TestFilesThatAreNoTables:
    @pytest.mark.parametrize(
        ("content_of", "name", "kind"),
        [
            (lambda: b"", "空.xlsx", EmptyFile),
            (lambda: make.compound("EncryptedPackage"), "加密.xlsx", Encrypted),
            (lambda: make.compound("Workbook"), "旧.xls", problems.OldWorkbook),
            (lambda: make.compound("WordDocument"), "文.doc", Broken),
            (lambda: make.workbook([TITLES])[:800], "断.xlsx", Broken),
            (lambda: b"PK\x03\x04" + b"x" * 200, "坏.xlsx", Broken),
            (lambda: b"%PDF-1.7\n", "图.pdf", problems.NotATable),
            (lambda: b"<html><table><tr><td>a</td></tr></table></html>", "导出.xls", problems.NotATable),
            (lambda: b"a\x00b", "程序", problems.NotATable),
            (lambda: make.gzipped(b"a,b\n" * 9000)[:60], "断.csv.gz", Broken),
            (lambda: make.gzipped(b"\0" * 3_000_000), "弹.csv.gz", problems.NotATable),
            (lambda: make.gzipped(b"a,b\n" * 9_000_000), "弹.csv.gz", problems.TooMuchUnpacked),
            (lambda: make.lying_workbook(), "弹.xlsx", problems.TooMuchUnpacked),
        ],
        ids=lambda part: part if isinstance(part, str) else getattr(part, "__name__", "").strip("<>"),
    )
    def test_says_what_is_wrong_and_what_to_do(self, content_of, name, kind):
        with pytest.raises(kind) as caught:
            read(content_of(), name)

        assert name in caught.value.message or kind is Broken
        assert caught.value.message.endswith("。")

    def test_refuses_two_cells_so_far_apart_that_the_area_would_fill_the_memory(self):
        content = make.with_sheet_xml(
            make.workbook([TITLES]),
            lambda xml: xml.replace(
                b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
            ),
        )

        with pytest.raises(problems.TooManyCells, match="达 1048576 行 × 16384 列"):
            read(content)

    def test_refuses_entities_that_multiply(self):
        content = make.with_sheet_xml(
            make.workbook([TITLES]), lambda xml: b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa">]>' + xml
        )

        with pytest.raises(Broken):
            read(content)

    def test_refuses_more_rows_than_the_caller_wants(self):
        limits = tables.Limits(rows=2)

        with (
            make.opened(make.workbook([TITLES, ["甲", 1], ["乙", 2]]), limits=limits) as book,
            pytest.raises(problems.TooManyRows, match="超过 2 行"),
        ):
            list(book.sheets[0].rows())

    @pytest.mark.parametrize("seed", range(60))
    def test_a_damaged_workbook_is_refused_or_read_and_never_a_crash(self, seed):
        import random

        dice = random.Random(seed)
        content = bytearray(make.workbook([TITLES, ["甲", 1, date(2019, 9, 24)]]))
        for _ in range(dice.randint(1, 6)):
            content[dice.randrange(len(content))] = dice.randrange(256)

        try:
            read(bytes(content))
        except FileRefused as reason:
            assert reason.message


MEASURE = """
import json, resource, sys
from pathlib import Path
import django
django.setup()
from yichuang.foundation.files import tables
start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
findings, rows, last = tables.Findings(), 0, ""
with tables.opened(Path(sys.argv[1])) as book:
    columns = [tables.Column(f"第{n}列") for n in range(10)]
    for row in book.sheets[0].table(columns, findings).rows():
        rows, last = rows + 1, row.text("第1列")
more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start) // 1024
print(json.dumps({"rows": rows, "last": last, "more_mb": more, "errors": findings.error_count}))
"""


class TestAHundredThousandRows:
    def measure(self, path: Path) -> dict:
        done = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    def test_a_workbook_of_a_million_cells_takes_less_than_250_mb(self, tmp_path):
        make.big_workbook(tmp_path / "大.xlsx", rows=100_000, columns=10)

        seen = self.measure(tmp_path / "大.xlsx")

        assert seen["rows"] == 100_000 and seen["errors"] == 0
        assert seen["last"] == "第100001行的办理地点和说明1"
        assert seen["more_mb"] < 250

    def test_text_takes_next_to_nothing(self, tmp_path):
        with (tmp_path / "大.csv").open("w", encoding="gbk") as out:
            out.write(",".join(f"第{n}列" for n in range(10)) + "\n")
            out.writelines(",".join(f"第{row}行{n}" for n in range(10)) + "\n" for row in range(100_000))

        seen = self.measure(tmp_path / "大.csv")

        assert seen["rows"] == 100_000 and seen["last"] == "第99999行1"
        assert seen["more_mb"] < 20


class TestGetters:
    def row(self, *cells, titles=("甲", "乙")):
        findings = tables.Findings()
        with make.opened(make.workbook([titles, cells])) as book:
            table = book.sheets[0].table([Column(name) for name in titles], findings)
            return next(table.rows()), findings

    def test_choices_know_the_nearest_label(self):
        row, findings = self.row("行政许客", "行政 许可")
        kinds = {"行政许可": "01", "公共服务": "20"}

        assert row.choice("甲", kinds) is None
        assert row.choice("乙", kinds) == "01"
        assert told(findings) == [
            "第 2 行“甲”(A2)：“行政许客”不在可选值中，是不是“行政许可”？可选：行政许可、公共服务。"
        ]

    @pytest.mark.parametrize(("typed", "fen"), [("12.50", 1250), (12.5, 1250), ("1,200", 120_000), (0, 0), ("", None)])
    def test_money_is_whole_fen(self, typed, fen):
        row, findings = self.row(typed, "x")

        assert row.money_fen("甲") == fen
        assert findings.is_clean

    @pytest.mark.parametrize("typed", ["12.505", "-1", "十元", "NaN"])
    def test_what_is_no_money_is_told(self, typed):
        row, findings = self.row(typed, "x")

        assert row.money_fen("甲") is None
        assert findings.error_count == 1

    @pytest.mark.parametrize(
        ("typed", "said"), [("是", True), ("否", False), ("√", True), (1, True), (False, False), ("", None)]
    )
    def test_yes_and_no_in_many_ways(self, typed, said):
        row, findings = self.row(typed, "x")

        assert row.yes_no("甲") is said
        assert findings.is_clean

    def test_several_values_in_a_cell(self):
        row, _findings = self.row("自然人；企业法人、自然人\n其他组织", "x")

        assert row.several("甲") == ("自然人", "企业法人", "其他组织")

    def test_bounds(self):
        row, findings = self.row(7, 3.25)

        assert row.whole("甲", least=8) is None
        assert row.number_of("乙") == Decimal("3.25")
        assert row.text("丙") == "" and row.cell("丙") == ""
        assert findings.error_count == 1

    def test_a_moment_is_a_day_too(self):
        row, _findings = self.row(datetime(2019, 9, 24, 8, 30), "x")

        assert row.day("甲") == date(2019, 9, 24)


PLAN = tables.SheetPlan(
    "事项",
    (
        tables.Field("名称", "与目录一致", is_required=True),
        tables.Field("类型", choices=("行政许可", "公共服务")),
        tables.Field("说明"),
    ),
)

words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=30)


class TestWriting:
    def test_a_template_has_lists_hints_and_notes_and_reads_back(self):
        import openpyxl

        out = io.BytesIO()
        tables.write_template(out, [PLAN], ["一行一个事项。"])

        book = openpyxl.load_workbook(out)
        assert book.sheetnames == ["填表说明", "事项", "选项"]
        assert book["选项"].sheet_state == "hidden"
        rule = book["事项"].data_validations.dataValidation[0]
        assert rule.formula1 == "'选项'!$A$1:$A$2" and "B2:B20000" in str(rule.sqref)
        assert [row[0].value for row in book["选项"].iter_rows()] == ["行政许可", "公共服务"]
        assert book["事项"]["A1"].value == "名称*" and book["事项"]["A1"].comment.text == "与目录一致"
        with make.opened(out.getvalue()) as again:
            header = again.sheet("事项").header([Column("名称"), Column("类型"), Column("说明")])
            assert header is not None and header.is_usable and not header.unknown

    @settings(max_examples=40, deadline=None)
    @given(rows=st.lists(st.tuples(words.filter(str.strip), words, words), min_size=1, max_size=5))
    @pytest.mark.parametrize("form", ["xlsx", "csv"])
    def test_what_is_written_reads_back_the_same(self, form, rows):
        from yichuang.foundation.files.tables.rows import plain_text

        out, names = io.BytesIO(), [field.name for field in PLAN.fields]
        if form == "xlsx":
            tables.write_workbook(out, [(PLAN, rows)])
        else:
            tables.write_csv(out, names, rows)

        found, findings = read(
            out.getvalue(), f"x.{form}", [Column(name) for name in names], lambda row: tuple(map(row.text, names))
        )

        assert found == [tuple(map(plain_text, row)) for row in rows]
        assert findings.is_clean

    @pytest.mark.parametrize("text", ["=1+1", "+86 27", "-", "@x", "'=1", "'s-Gravenhage", "00123"])
    def test_no_text_becomes_a_formula_and_none_changes(self, text):
        import openpyxl

        workbook, plain = io.BytesIO(), io.BytesIO()
        tables.write_workbook(workbook, [(PLAN, [(text, "", "")])])
        tables.write_csv(plain, ["名称"], [[text]])

        assert openpyxl.load_workbook(workbook)["事项"]["A2"].data_type == "s"
        assert not plain.getvalue().decode("utf-8-sig").splitlines()[1].startswith(("=", "+", "-", "@"))
        for content in (workbook.getvalue(), plain.getvalue()):
            rows, _findings = read(content, "x", [Column("名称")], lambda row: row.text("名称"))
            assert rows == [text]

    def test_a_text_too_long_for_a_cell_is_told(self):
        with pytest.raises(problems.TextTooLong, match="“说明”有一格长 40000 字"):
            tables.write_workbook(io.BytesIO(), [(PLAN, [("甲", "", "长" * 40_000)])])
