"""A table on a page and in a file: the same rows, the page's ends of a long one, and nothing taken for markup."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pytest
from django.template import Context
from django.utils.safestring import mark_safe
from openpyxl import load_workbook

from yichuang.ui.tables import Cell, Column, Table
from yichuang.ui.templatetags.ui import table_rows

COLUMNS = (Column("单位"), Column("件数", numeric=True))


def table(count: int, **ends: int) -> Table:
    return Table("units", "按单位", COLUMNS, [[f"单位{n}", n] for n in range(count)], **ends)


class TestEnds:
    @pytest.mark.parametrize("count", [0, 3, 5])
    def test_what_is_not_longer_is_shown_whole(self, count):
        shown = table(count, first=3, last=2)

        assert not shown.is_cut
        assert len(shown.context()["rows"]) == count
        assert shown.context()["caption"] == "按单位"

    def test_a_long_one_shows_its_ends_and_says_so(self):
        context = table(400, first=3, last=2).context()

        assert [row[0] for row in context["rows"]] == ["单位0", "单位1", "单位2", "单位398", "单位399"]
        assert context["caption"] == "按单位（共400行，列出最前3行和最后2行）"

    def test_or_its_first_rows(self):
        context = table(9, first=3).context()

        assert [row[0] for row in context["rows"]] == ["单位0", "单位1", "单位2"]
        assert context["caption"] == "按单位（共9行，列出最前3行）"

    def test_a_file_holds_all_of_it(self):
        assert len(list(table(400, first=3, last=2).kept())) == 400


class TestRows:
    def test_are_escaped_and_what_is_markup_stays(self):
        link = Cell("看", href="/x?a=1&b=2").shown

        html = table_rows(Context(), [["<b>局</b>", Decimal("3.50")], [link, mark_safe("<b>4</b>")]], columns())

        assert html == (
            '<tr><td>&lt;b&gt;局&lt;/b&gt;</td><td class="table__number">3.50</td></tr>'
            '<tr><td><a href="/x?a=1&amp;b=2">看</a></td><td class="table__number"><b>4</b></td></tr>'
        ).replace("</tr><tr>", "</tr>\n<tr>")

    def test_a_row_of_another_length_is_a_mistake(self):
        with pytest.raises(ValueError):
            table_rows(Context(), [["局"]], columns())


def columns() -> list[dict[str, object]]:
    return [{"label": each.label, "numeric": each.numeric} for each in COLUMNS]


@pytest.mark.parametrize(
    ("caption", "sheet"),
    [
        ("系统使用：全部，页面/dept/cases/0", "系统使用：全部，页面 dept cases 0"),
        ("在办[单位]：*?", "在办 单位 ："),
        ("'", "1"),
        ("很长的标题" * 9, ("很长的标题" * 9)[:31]),
    ],
)
def test_a_workbook_opens_whatever_the_caption(caption, sheet):
    answer = Table("t", caption, [Column("单位")], [["scjg"]]).download("单位/表")

    assert load_workbook(BytesIO(answer.content)).sheetnames == [sheet]
