"""
Build the Word file that reports are filled into: `foundation/reports/word/report.docx`.

Fonts, margins and headings as GB/T 9704-2012 has them; the tags between braces are those of docxtpl. An administration
that wants another look changes the file in Word and puts it as `report.docx` into its data folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

OUT = Path(__file__).resolve().parent.parent / "src" / "yichuang" / "foundation" / "reports" / "word" / "report.docx"
BODY, TITLE, HEADING, PART = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312"
LINE = Pt(28)


def main() -> None:
    """Write the file."""
    book = Document()
    page = book.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    _font(book.styles["Normal"], BODY, 16)
    _line(book, "{{ title }}", TITLE, 22, centred=True)
    _line(book, "{{ office }}　{{ span }}", PART, 16, centred=True)
    _line(book, "{%p if addressee %}")
    _line(book, "{{ addressee }}")
    _line(book, "{%p endif %}")
    _line(book, "{%p for b in blocks %}")
    _line(book, "{%p if b.kind == 'heading' %}")
    _line(book, "{{ b.title }}", HEADING, 16, indented=True)
    _line(book, "{%p elif b.kind == 'part' %}")
    _line(book, "{{ b.title }}", PART, 16, indented=True)
    _line(book, "{%p elif b.kind == 'text' %}")
    _line(book, "{{r b.words }}", indented=True)
    _line(book, "{%p elif b.kind == 'table' %}")
    _line(book, "{{ b.title }}", HEADING, 12, centred=True)
    _table(
        book,
        ["{%tc for h in b.heads %}", "{{ h }}", "{%tc endfor %}"],
        ["{%tc for c in row %}", "{{r c }}", "{%tc endfor %}"],
        "b.rows",
    )
    _line(book, "{%p else %}")
    _line(book, "{{ b.title }}", HEADING, 12, centred=True)
    _line(book, "{{ b.picture }}", centred=True)
    _line(book, "{%p endif %}")
    _line(book, "{%p endfor %}")
    _line(book, "附件　指标和口径", HEADING, 16)
    _table(
        book,
        ["编号", "指标", "数值", "口径"],
        ["{{ row.report }}", "{{ row.name }}", "{{r row.words }}", "{{ row.means }}"],
        "figures",
    )
    _line(book, "{%p if compared %}")
    _line(book, "附件　与上期相比（{{ before }}）", HEADING, 16)
    _table(
        book,
        ["指标", "本期", "上期", "增减"],
        ["{{ row.name }}", "{{r row.words }}", "{{r row.then }}", "{{r row.apart }}"],
        "compared",
    )
    _line(book, "{%p endif %}")
    OUT.parent.mkdir(exist_ok=True)
    book.save(str(OUT))
    print(OUT.name)


def _font(style: Any, name: str, size: float) -> None:
    style.font.name, style.font.size = name, Pt(size)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _line(
    book: Any, text: str, font: str = "", size: float = 16, *, centred: bool = False, indented: bool = False
) -> None:
    paragraph = book.add_paragraph()
    run = paragraph.add_run(text)
    if font:
        run.font.name, run.font.size = font, Pt(size)
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    form = paragraph.paragraph_format
    form.space_after, form.space_before = Pt(0), Pt(0)
    if "picture" not in text:
        form.line_spacing = LINE
    if indented:
        form.first_line_indent = Pt(32)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _table(book: Any, heads: list[str], cells: list[str], rows: str) -> None:
    """Write a table whose middle row is repeated for each of `rows`."""
    table = book.add_table(rows=4, cols=len(heads), style="Table Grid")
    table.rows[1].cells[0].text = "{%tr for row in " + rows + " %}"
    table.rows[3].cells[0].text = "{%tr endfor %}"
    for place, (head, cell) in enumerate(zip(heads, cells, strict=True)):
        table.rows[0].cells[place].text, table.rows[2].cells[place].text = head, cell
    for row in table.rows:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_after = Pt(0)
                for run in paragraph.runs:
                    run.font.size = Pt(10.5)


if __name__ == "__main__":
    main()
