"""Tables as files: what Excel would refuse is never written."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from yichuang.ui.tables import Column, Table


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
