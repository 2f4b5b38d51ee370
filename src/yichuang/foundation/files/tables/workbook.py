"""Writes a workbook by openpyxl, which is loaded by the first one that writes: it takes half a second."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from yichuang.foundation.files.tables.findings import column_letter
from yichuang.foundation.files.tables.problems import TextTooLong
from yichuang.foundation.files.tables.rows import Value
from yichuang.foundation.files.tables.writing import Field, SheetPlan

LONGEST = 32_767
"""Characters of one cell, by the format."""
CHOICES_DOWN_TO = 20_000
"""Rows that get a list to choose from."""
LISTS_SHEET = "选项"
NOTES_SHEET = "填表说明"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def write(out: IO[bytes], sheets: Sequence[tuple[SheetPlan, Iterable[Sequence[Value]]]], notes: Sequence[str]) -> None:
    """Write notes and sheets; see `writing.write_workbook`, which is how others call it."""
    book = Workbook(write_only=True)
    plans = [plan for plan, _rows in sheets]
    lists = _Lists()
    try:
        if notes:
            _write_notes(book, plans, notes)
        for plan, rows in sheets:
            _write_sheet(book, plan, rows, lists)
        lists.write(book)
        book.save(out)
    finally:
        for sheet in book.worksheets:
            if not sheet.closed:
                sheet.close()


class _Lists:
    """The hidden sheet of values to choose from: a list typed into the rule itself may hold 255 characters only."""

    def __init__(self) -> None:
        self._columns: dict[tuple[str, ...], str] = {}

    def formula(self, choices: tuple[str, ...]) -> str:
        letter = self._columns.setdefault(choices, column_letter(len(self._columns)))
        return f"'{LISTS_SHEET}'!${letter}$1:${letter}${len(choices)}"

    def write(self, book: Workbook) -> None:
        if not self._columns:
            return
        sheet = book.create_sheet(LISTS_SHEET)
        sheet.sheet_state = "hidden"
        lists = list(self._columns)
        for index in range(max(map(len, lists))):
            sheet.append([_cell(sheet, each[index]) if index < len(each) else None for each in lists])


_HEAD = PatternFill("solid", fgColor="E8EEF7")
_WRAP = Alignment(wrap_text=True, vertical="top")


def _write_sheet(book: Workbook, plan: SheetPlan, rows: Iterable[Sequence[Value]], lists: _Lists) -> None:
    sheet = book.create_sheet(plan.name)
    sheet.freeze_panes = "A2"
    for index, field in enumerate(plan.fields):
        letter = column_letter(index)
        sheet.column_dimensions[letter].width = field.width
        if field.choices:
            rule = DataValidation("list", formula1=lists.formula(field.choices), allow_blank=True)
            rule.showErrorMessage = not field.is_open
            rule.errorTitle, rule.error = field.name, _("请从列表中选择。")
            rule.add(f"{letter}2:{letter}{CHOICES_DOWN_TO}")
            sheet.data_validations.append(rule)
    sheet.append([_title(sheet, field) for field in plan.fields])
    names = [field.name for field in plan.fields]
    for row in rows:
        sheet.append([_cell(sheet, value, name) for name, value in zip(names, row, strict=True)])


def _title(sheet: Any, field: Field) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, f"{field.name}*" if field.is_required else field.name)
    cell.font, cell.fill, cell.alignment = Font(bold=True), _HEAD, _WRAP
    if field.hint:
        cell.comment = Comment(field.hint, "", width=260, height=110)
    return cell


def _cell(sheet: Any, value: Value, name: str = "") -> WriteOnlyCell | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, ("是" if value else "否") if isinstance(value, bool) else value)
    if len(value) > LONGEST:
        raise TextTooLong(name, len(value), LONGEST)
    cell = WriteOnlyCell(sheet, _CONTROL.sub("", value))
    cell.data_type = "s"  # never a formula
    if len(value) > 11 and value.isdigit():
        cell.number_format = "@"
    return cell


def _write_notes(book: Workbook, plans: Sequence[SheetPlan], notes: Sequence[str]) -> None:
    sheet = book.create_sheet(NOTES_SHEET)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 90
    for note in notes:
        sheet.append([None, _cell(sheet, note)])
    for plan in plans:
        sheet.append([])
        head = WriteOnlyCell(sheet, plan.name)
        head.font = Font(bold=True)
        sheet.append([head])
        for field in plan.fields:
            said = _("必填。") if field.is_required else ""
            listed = _("可选：%(choices)s。") % {"choices": "、".join(field.choices[:20])} if field.choices else ""
            sheet.append([_cell(sheet, field.name), _cell(sheet, f"{said}{field.hint}{listed}")])
