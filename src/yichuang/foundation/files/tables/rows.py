"""One row of a table: getters that understand what people type, and note at the cell what they do not understand."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from django.utils.translation import gettext as _

from yichuang.foundation.files.tables.findings import Findings, column_letter

if TYPE_CHECKING:
    from yichuang.foundation.files.tables.headers import Header

Value: TypeAlias = str | int | float | bool | date | datetime | time | timedelta | None
"""What a cell holds; None: it is blank."""

T = TypeVar("T")

EXACT = 10**15
"""Numbers from here on have lost digits: a spreadsheet keeps fifteen."""

SEPARATORS = "、,，;；^|\n"
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?|(\d{4})(\d{2})(\d{2})")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_YES = {"是", "有", "y", "yes", "true", "1", "√", "✓", "需要", "支持"}
_NO = {"否", "无", "n", "no", "false", "0", "×", "不需要", "不支持"}
_FIRST_DAY = date(1899, 12, 30)


def plain_text(value: Value) -> str:
    """
    Write a value as the person sees it: no '.0', no carriage returns, no control characters, no spaces at the ends.

    >>> plain_text(20.0), plain_text(date(2019, 9, 24)), plain_text(" a\\r\\nb "), plain_text(None), plain_text(True)
    ('20', '2019-09-24', 'a\\nb', '', '是')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < EXACT else repr(value)
    if isinstance(value, str):
        text = value.replace("\r\n", "\n").replace("\r", "\n")
        return unicodedata.normalize("NFC", _CONTROL.sub("", text)).strip()
    return str(value)


class Row:
    """One row. `number` is counted from 1 as the spreadsheet shows it; columns are asked for by the wanted name."""

    __slots__ = ("_findings", "_header", "cells", "number", "sheet")

    def __init__(self, number: int, cells: Sequence[Value], header: Header, sheet: str, findings: Findings) -> None:
        self.number, self.cells, self.sheet = number, cells, sheet
        self._header, self._findings = header, findings

    def __getitem__(self, name: str) -> Value:
        index = self._header.places.get(name)
        return self.cells[index] if index is not None and index < len(self.cells) else None

    def has(self, name: str) -> bool:
        """Say whether the cell is filled."""
        return plain_text(self[name]) != ""

    def cell(self, name: str) -> str:
        """Name the cell: D3. Empty where the table has no such column."""
        index = self._header.places.get(name)
        return "" if index is None else f"{column_letter(index)}{self.number}"

    def error(self, name: str, message: str, code: str = "cell") -> None:
        """Note at the cell of a column, or at the row where the name is empty, what forbids to take the table in."""
        where = {"sheet": self.sheet, "cell": self.cell(name), "header": self._title(name), "code": code}
        self._findings.error(message, row=self.number, **where)

    def warning(self, name: str, message: str, code: str = "cell") -> None:
        """Note at the cell of a column, or at the row where the name is empty, what is odd."""
        where = {"sheet": self.sheet, "cell": self.cell(name), "header": self._title(name), "code": code}
        self._findings.warning(message, row=self.number, **where)

    def _title(self, name: str) -> str:
        index = self._header.places.get(name)
        return name if index is None else self._header.titles[index]

    def text(self, name: str, *, is_required: bool = False, longest: int = 0) -> str:
        """Read text, also of a number or a day; empty where blank or wrong."""
        value = self[name]
        text = plain_text(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= EXACT:
            said = _("超过 15 位的数字在表格里已丢失末尾几位（%(value)s）。请把这一列设为“文本”格式后重新填写。")
            self.error(name, said % {"value": f"{value:.0f}"}, "cell.digits_lost")
            return ""
        if is_required and not text:
            self.error(name, _("必填，这里是空的。"), "cell.blank")
        if longest and len(text) > longest:
            said = _("有 %(n)s 字，最多 %(most)s 字。") % {"n": len(text), "most": longest}
            self.error(name, said, "cell.too_long")
        return text

    def whole(self, name: str, *, least: int | None = None, most: int | None = None) -> int | None:
        """Read a whole number, also one stored as text; None where blank or wrong."""
        number = self.number_of(name)
        if number is None:
            return None
        if number != number.to_integral_value():
            self.error(name, _("应填整数，现为“%(value)s”。") % {"value": plain_text(self[name])}, "cell.not_whole")
            return None
        whole = int(number)
        if (least is not None and whole < least) or (most is not None and whole > most):
            said = _("应在 %(least)s 与 %(most)s 之间，现为 %(value)s。")
            bounds = {"least": "" if least is None else least, "most": "∞" if most is None else most}
            self.error(name, said % {**bounds, "value": whole}, "cell.out_of_range")
            return None
        return whole

    def number_of(self, name: str) -> Decimal | None:
        """Read a number, also one stored as text or with thousands' commas; None where blank or wrong."""
        value = self[name]
        text = unicodedata.normalize("NFKC", plain_text(value)).replace(",", "").replace(" ", "")
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if isinstance(value, bool | date | time | timedelta) or not number.is_finite():
            self.error(name, _("应填数字，现为“%(value)s”。") % {"value": plain_text(value)}, "cell.not_a_number")
            return None
        return number

    def money_fen(self, name: str) -> int | None:
        """Read an amount in yuan as whole fen; None where blank or wrong."""
        amount = self.number_of(name)
        if amount is None:
            return None
        fen = amount * 100
        if fen != fen.to_integral_value() or fen < 0:
            said = _("应填以元为单位、最多两位小数的金额，现为“%(value)s”。")
            self.error(name, said % {"value": plain_text(self[name])}, "cell.not_money")
            return None
        return int(fen)

    def day(self, name: str) -> date | None:
        """Read a day: a date cell, or text such as 2019-09-24, 2019/9/24, 2019年9月24日, 20190924."""
        value = self[name]
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        text = plain_text(value)
        if not text:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value < 100_000:
            said = _("是数字 %(value)s，不是日期（按 Excel 序号约为 %(day)s）。请把单元格格式改为日期。")
            day = _FIRST_DAY + timedelta(days=int(value))
            self.error(name, said % {"value": text, "day": day}, "cell.serial_day")
            return None
        try:
            found = _DAY.fullmatch(unicodedata.normalize("NFKC", text))
            if found:
                return date(*(int(part) for part in found.groups() if part))
        except ValueError:
            pass
        self.error(name, _("应填日期，如 2019-09-24，现为“%(value)s”。") % {"value": text}, "cell.not_a_day")
        return None

    def yes_no(self, name: str) -> bool | None:
        """Read 是 or 否 and what people write instead; None where blank or wrong."""
        value = self[name]
        if isinstance(value, bool):
            return value
        text = plain_text(value)
        if not text:
            return None
        if (low := text.casefold()) in _YES | _NO:
            return low in _YES
        self.error(name, _("应填“是”或“否”，现为“%(value)s”。") % {"value": text}, "cell.not_yes_no")
        return None

    def choice(self, name: str, choices: Mapping[str, T]) -> T | None:
        """Read one of some labels; None where blank or wrong. The answer names the nearest label."""
        text = self.text(name)
        return self.chosen(name, text, choices) if text else None

    def chosen(self, name: str, text: str, choices: Mapping[str, T]) -> T | None:
        """Understand a text of this column as one of some labels."""
        if text in choices:
            return choices[text]
        loose = {label.casefold().replace(" ", ""): value for label, value in choices.items()}
        if (key := text.casefold().replace(" ", "")) in loose:
            return loose[key]
        near = difflib.get_close_matches(text, list(choices), n=1, cutoff=0.4)
        shown = "、".join(list(choices)[:12]) + ("……" if len(choices) > 12 else "")
        if near:
            said = _("“%(value)s”不在可选值中，是不是“%(near)s”？可选：%(shown)s。")
        else:
            said = _("“%(value)s”不在可选值中。可选：%(shown)s。")
        named = {"value": text, "near": "".join(near), "shown": shown}
        self.error(name, said % named, "cell.not_a_choice")
        return None

    def several(self, name: str, separators: str = SEPARATORS) -> tuple[str, ...]:
        """Read a list of texts, in their order, each once."""
        parts = re.split(f"[{re.escape(separators)}]", self.text(name))
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
