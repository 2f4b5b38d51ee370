"""What was found wrong or odd in a table, each at its cell, in words that the keeper of the table can act on."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from django.utils.translation import gettext as _

MOST_KEPT = 1000
"""Findings of one level that are kept with their words; further ones are only counted."""


class Level(Enum):
    """Whether a finding forbids to take the table in."""

    ERROR = "error"
    WARNING = "warning"


def column_letter(index: int) -> str:
    """
    Name a column, counted from 0, as a spreadsheet does.

    >>> column_letter(0), column_letter(25), column_letter(26), column_letter(701), column_letter(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One finding. `row` is counted from 1 as the spreadsheet shows it, 0: it is about the whole sheet.

    `cell` is a name (D3) or a range (A3:A5), empty where it is about the whole row; `code` is for programs.
    """

    level: Level
    sheet: str
    row: int
    cell: str
    header: str
    message: str
    code: str = ""

    @property
    def place(self) -> str:
        """Say where: 工作表“事项”第 3 行“承诺时限”(D3)."""
        sheet = _("工作表“%(name)s”") % {"name": self.sheet} if self.sheet else ""
        row = _("第 %(row)s 行") % {"row": self.row} if self.row else ""
        header = _("“%(name)s”") % {"name": self.header} if self.header else ""
        return f"{sheet}{row}{header}" + (f"({self.cell})" if self.cell else "")

    @property
    def text(self) -> str:
        """Say where and what."""
        return f"{self.place}：{self.message}" if self.place else self.message

    def as_json(self) -> dict[str, str | int]:
        """Give it to a program."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "cell": self.cell,
            "column": self.header,
            "code": self.code,
            "message": self.message,
            "text": self.text,
        }


@dataclass
class Findings:
    """All findings of one reading: the first `most` of each level in words, all of them by number."""

    most: int = MOST_KEPT
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    error_count: int = 0
    warning_count: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, finding: Finding) -> None:
        """Note one."""
        self.counts[finding.code] = self.counts.get(finding.code, 0) + 1
        if finding.level is Level.ERROR:
            self.error_count += 1
            kept = self.errors
        else:
            self.warning_count += 1
            kept = self.warnings
        if len(kept) < self.most:
            kept.append(finding)

    def error(
        self, message: str, *, sheet: str = "", row: int = 0, cell: str = "", header: str = "", code: str = ""
    ) -> None:
        """Note what forbids to take the table in."""
        self.add(Finding(Level.ERROR, sheet, row, cell, header, message, code))

    def warning(
        self, message: str, *, sheet: str = "", row: int = 0, cell: str = "", header: str = "", code: str = ""
    ) -> None:
        """Note what is odd, and taken in all the same."""
        self.add(Finding(Level.WARNING, sheet, row, cell, header, message, code))

    @property
    def is_clean(self) -> bool:
        """Say whether nothing forbids to take the table in."""
        return not self.error_count
