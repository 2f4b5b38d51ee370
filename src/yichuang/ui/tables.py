"""A table that is shown on a page and given as a workbook: the same columns, the same rows."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias, TypeVar, overload
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yichuang.foundation.files.tables import Field, SheetPlan, Value, write_csv, write_workbook

T = TypeVar("T")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOTHING = "—"
_REFUSED = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `on_screen` stands on the page alone: a box to tick."""

    label: str | Promise
    numeric: bool = False
    on_screen: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what the workbook holds, what the page says instead, where it leads."""

    value: Value | Decimal | SafeString
    text: str = ""
    href: str = ""

    @property
    def shown(self) -> str | SafeString:
        """Write the cell for a page."""
        if isinstance(self.value, SafeString):
            return self.value
        return format_html('<a href="{}">{}</a>', self.href, self.said) if self.href else self.said

    @property
    def said(self) -> str:
        """Write the cell without its link."""
        return self.text or (NOTHING if self.value is None or self.value == "" else str(self.value))

    @property
    def kept(self) -> Value:
        """Give the value for a workbook."""
        return float(self.value) if isinstance(self.value, Decimal) else self.value


Plain: TypeAlias = Cell | Value | Decimal | SafeString


class Lines(Sequence[Sequence[Plain]]):
    """Rows that are made when they are read: a page reads the ends of a long table, a file all of it."""

    def __init__(self, of: Sequence[T], make: Callable[[T], Sequence[Plain]]) -> None:
        """Keep what the rows are of, and what makes one."""
        self._of, self._make = of, make

    def __len__(self) -> int:
        """Count them."""
        return len(self._of)

    @overload
    def __getitem__(self, place: int) -> Sequence[Plain]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Sequence[Plain]]: ...
    def __getitem__(self, place: int | slice) -> Sequence[Plain] | Sequence[Sequence[Plain]]:
        """Make one, or some."""
        if isinstance(place, slice):
            return [self._make(each) for each in self._of[place]]
        return self._make(self._of[place])


@dataclass(frozen=True, slots=True)
class Table:
    """
    Rows under columns with a caption; `empty` is said where there is no row.

    Of a table that is longer than `first` and `last` together a page shows its ends and says so; files hold all of it.
    """

    id: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Plain]]
    empty: str = ""
    first: int = 0
    last: int = 0

    @property
    def is_cut(self) -> bool:
        """Say whether a page shows not all of it."""
        return 0 < self.first + self.last < len(self.rows)

    def context(self) -> dict[str, Any]:
        """Give what the table component is included with."""
        rows, caption = self.rows, self.caption
        if self.is_cut:
            rows = [*rows[: self.first], *rows[len(rows) - self.last :]]
            caption = f"{caption}{self._cut_to()}"
        return {
            "id": self.id,
            "caption": caption,
            "columns": [{"label": each.label, "numeric": each.numeric} for each in self.columns],
            "rows": [[_cell(each).shown for each in row] for row in rows],
            "empty": self.empty,
        }

    def _cut_to(self) -> str:
        told = {"count": len(self.rows), "first": self.first, "last": self.last}
        if self.last:
            return _("（共%(count)s行，列出最前%(first)s行和最后%(last)s行）") % told
        return _("（共%(count)s行，列出最前%(first)s行）") % told

    def download(self, name: str) -> HttpResponse:
        """Give the same table as a workbook of that name."""
        return download([self], name)

    def as_csv(self, name: str) -> HttpResponse:
        """Give the same table as text of that name."""
        out = io.BytesIO()
        write_csv(out, self.titles(), self.kept())
        return _file(out.getvalue(), "text/csv; charset=utf-8", f"{name}.csv")

    def titles(self) -> list[str]:
        """Name the columns of a file."""
        return [str(column.label) for column in self.columns if not column.on_screen]

    def kept(self) -> Iterator[list[Value]]:
        """Give the rows of a file."""
        return ([_cell(row[index]).kept for index in self._indexes()] for row in self.rows)

    def words(self) -> Iterator[list[str]]:
        """Give the rows as the page says them."""
        return ([_cell(row[index]).said for index in self._indexes()] for row in self.rows)

    def _indexes(self) -> list[int]:
        return [index for index, column in enumerate(self.columns) if not column.on_screen]


def download(tables: Sequence[Table], name: str) -> HttpResponse:
    """Give tables as a workbook of that name, a sheet each."""
    out = io.BytesIO()
    plans = [SheetPlan(_sheet_name(table.caption), tuple(Field(each) for each in table.titles())) for table in tables]
    write_workbook(out, [(plan, table.kept()) for plan, table in zip(plans, tables, strict=True)])
    return _file(out.getvalue(), XLSX, f"{name}.xlsx")


def _sheet_name(caption: str) -> str:
    """Name a sheet by its caption: at most 31 characters, none of those that Excel refuses."""
    return _REFUSED.sub(" ", caption)[:31].strip(" '") or "1"


def download_text(tables: Sequence[Table], name: str) -> HttpResponse:
    """Give tables as one text of that name, as the page says them: a caption above each, an empty line below."""
    out, lines = io.BytesIO(), list[list[str]]()
    for table in tables:
        lines += [[table.caption], table.titles(), *table.words(), []]
    write_csv(out, lines[0], lines[1:-1])
    return _file(out.getvalue(), "text/csv; charset=utf-8", f"{name}.csv")


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def _cell(value: Plain) -> Cell:
    return value if isinstance(value, Cell) else Cell(value)
