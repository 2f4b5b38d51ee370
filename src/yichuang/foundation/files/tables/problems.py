"""The ways in which a file is no table at all; each tells the person what to do."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from yichuang.foundation.files.problems import FileRefused
from yichuang.foundation.files.terms import MEGABYTE


class NotATable(FileRefused):
    """Its content is neither a workbook nor text."""

    code = "files.not_a_table"

    def __init__(self, name: str) -> None:
        super().__init__(_("「%(name)s」不是表格。请上传 .xlsx 或 .csv 文件。") % {"name": name})


class OldWorkbook(FileRefused):
    """It is a workbook of the format before 2007."""

    code = "files.old_workbook"

    def __init__(self, name: str) -> None:
        text = _("「%(name)s」是旧版 Excel（.xls）格式。请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入。")
        super().__init__(text % {"name": name})


class TooManyCells(FileRefused):
    """It has more cells than are read at once."""

    code = "files.too_many_cells"

    def __init__(self, name: str, sheet: str, rows: int, columns: int, most: int) -> None:
        text = _(
            "「%(name)s」工作表“%(sheet)s”有内容的区域达 %(rows)s 行 × %(columns)s 列，"
            "超过 %(most)s 格的上限。请删除远处的多余内容，或拆成几个文件、另存为 .csv 再导入。"
        )
        super().__init__(text % {"name": name, "sheet": sheet, "rows": rows, "columns": columns, "most": most})


class TooManyRows(FileRefused):
    """It has more rows than are read at once."""

    code = "files.too_many_rows"

    def __init__(self, name: str, most: int) -> None:
        text = _("「%(name)s」超过 %(most)s 行。请拆成几个文件再导入。")
        super().__init__(text % {"name": name, "most": most})


class TooMuchUnpacked(FileRefused):
    """Unpacked it is far bigger than it looks."""

    code = "files.bomb"

    def __init__(self, name: str, most: int) -> None:
        text = _(
            "「%(name)s」解压后超过 %(most)s MB，或与文件大小不符，没有读取。请换一份正常导出的文件，或拆成几个文件。"
        )
        super().__init__(text % {"name": name, "most": most // MEGABYTE})


class EncodingUnknown(FileRefused):
    """Its text is neither UTF-8 nor GB 18030."""

    code = "files.encoding_unknown"

    def __init__(self, name: str, line: int) -> None:
        text = _(
            "「%(name)s」第 %(line)s 行附近既不是 UTF-8 也不是 GB18030（GBK）编码的文字。"
            "请用 Excel 或 WPS 另存为“CSV UTF-8”或 .xlsx 再导入。"
        )
        super().__init__(text % {"name": name, "line": line})


class TextBroken(FileRefused):
    """Its quotes or cells do not end."""

    code = "files.text_broken"

    def __init__(self, name: str, row: int, why: str) -> None:
        text = _("「%(name)s」第 %(row)s 行读不下去（%(why)s）。请检查这一行的双引号是否成对，或另存为 .xlsx 再导入。")
        super().__init__(text % {"name": name, "row": row, "why": why})


class NoSuchSheet(FileRefused):
    """The workbook has no sheet of this name."""

    code = "files.no_such_sheet"

    def __init__(self, name: str, wanted: str, there: Sequence[str]) -> None:
        text = _("「%(name)s」没有工作表“%(wanted)s”，有：%(there)s。请改用模板，或把工作表改回原名。")
        super().__init__(text % {"name": name, "wanted": wanted, "there": "、".join(there)})


class NoHeader(FileRefused):
    """No row of its beginning names columns that are known."""

    code = "files.no_header"

    def __init__(self, name: str, sheet: str, wanted: Sequence[str], within: int) -> None:
        where = _("「%(name)s」工作表“%(sheet)s”") if sheet else _("「%(name)s」")
        text = _("%(where)s的前 %(within)s 行里没有表头。表头应有这些列：%(wanted)s。")
        shown = "、".join(wanted[:8]) + ("……" if len(wanted) > 8 else "")
        where = where % {"name": name, "sheet": sheet}
        super().__init__(text % {"where": where, "within": within, "wanted": shown})


class EmptyTable(FileRefused):
    """No sheet has a filled cell."""

    code = "files.empty_table"

    def __init__(self, name: str) -> None:
        super().__init__(_("「%(name)s」里没有内容。请填写后再导入。") % {"name": name})


class TextTooLong(FileRefused):
    """A text does not fit in a cell of a workbook."""

    code = "files.text_too_long"

    def __init__(self, header: str, length: int, most: int) -> None:
        text = _("“%(header)s”有一格长 %(length)s 字，Excel 单元格最多 %(most)s 字。请改为导出 .csv。")
        super().__init__(text % {"header": header, "length": length, "most": most})
