"""Writes a sheet as plain characters on a grid, as needle printers for three-part forms want it: nothing drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import east_asian_width

from yichuang.foundation.documents.sheets import Part, Sheet

COLUMNS = 80
"""Half-width cells a line, 10 to the inch."""
LINES = 30
"""Lines a page: 140 mm at 6 to the inch, less the margins."""


def width_of(text: str) -> int:
    """
    Count half-width cells.

    >>> width_of("受理A1")
    6
    """
    return sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in text)


def wrapped(text: str, columns: int) -> list[str]:
    """
    Break a text into lines of at most so many half-width cells.

    >>> wrapped("一二三四", 6)
    ['一二三', '四']
    """
    lines, line, used = [], "", 0
    for sign in text:
        if used + width_of(sign) > columns:
            lines.append(line)
            line, used = "", 0
        line, used = line + sign, used + width_of(sign)
    return [*lines, line]


@dataclass(frozen=True, slots=True)
class TextGrid:
    """Lines of at most `COLUMNS` half-width cells."""

    lines: tuple[str, ...]

    @classmethod
    def of(cls, sheet: Sheet) -> TextGrid:
        """Write a sheet."""
        return cls(tuple(_lines(sheet)))

    @property
    def text(self) -> str:
        """Give the whole as plain text."""
        return "\n".join(self.lines)

    def pages(self) -> list[list[list[tuple[str, int]]]]:
        """Give pages of lines of (character, cells), for setting."""
        rows = [[(sign, width_of(sign)) for sign in line] for line in self.lines]
        return [rows[start : start + LINES] for start in range(0, len(rows), LINES)]


def _lines(sheet: Sheet) -> Iterator[str]:
    for text in (sheet.head, sheet.title, sheet.number):
        if text:
            yield " " * ((COLUMNS - width_of(text)) // 2) + text
    yield ""
    if sheet.addressee:
        yield from wrapped(sheet.addressee, COLUMNS)
    for part in sheet.parts:
        yield from _of_part(part)
    if sheet.signature:
        yield ""
        for text in (sheet.signature, sheet.date):
            yield " " * (COLUMNS - width_of(text) - 8) + text
    yield ""
    for text in sheet.foot:
        yield from wrapped(text, COLUMNS)


def _of_part(part: Part) -> Iterator[str]:
    match part.kind:
        case "text":
            yield from wrapped("　　" + part.text, COLUMNS)
        case "table":
            shares = sum(part.widths)
            columns = [max(4, (COLUMNS - 2 * len(part.widths)) * share // shares) for share in part.widths]
            for row in (part.heads, *part.rows):
                yield from _row(row, columns)
        case "box":
            for cell in part.cells:
                yield from wrapped(f"{cell.label}：{cell.value}", COLUMNS)
        case "items" | "entries":
            for line in part.lines:
                yield from wrapped(line, COLUMNS)
        case "lines":
            for line in part.lines:
                yield from wrapped(line + "_" * 20, COLUMNS)
        case _:
            yield from wrapped(part.text, COLUMNS)


def _row(row: tuple[str, ...], columns: list[int]) -> Iterator[str]:
    cells = [wrapped(text, width) for text, width in zip(row, columns, strict=True)]
    for number in range(max(map(len, cells))):
        pieces = [cell[number] if number < len(cell) else "" for cell in cells]
        yield "  ".join(
            piece + " " * (width - width_of(piece)) for piece, width in zip(pieces, columns, strict=True)
        ).rstrip()
