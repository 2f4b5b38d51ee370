"""Writes tables for people: templates with lists to choose from, and exports that read back the same."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import IO

from yichuang.foundation.files.tables.rows import Value

WRITER = "yichuang.foundation.files.tables.workbook"
"""Loaded by the first that writes a workbook: its library takes half a second, and few processes ever do."""
_FORMULA = re.compile(r"[=+\-@\t]")


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a written table: its title, what to fill in, and the values to choose from where they are listed."""

    name: str
    hint: str = ""
    is_required: bool = False
    choices: tuple[str, ...] = ()
    is_open: bool = False  # other values than the choices may be typed: several of them, say
    width: int = 18


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """A sheet of a written workbook."""

    name: str
    fields: tuple[Field, ...]


def write_template(out: IO[bytes], sheets: Sequence[SheetPlan], notes: Sequence[str] = ()) -> None:
    """Write a workbook to be filled in: notes first, then the sheets with their titles, hints and lists."""
    write_workbook(out, [(each, ()) for each in sheets], notes)


def write_workbook(
    out: IO[bytes], sheets: Sequence[tuple[SheetPlan, Iterable[Sequence[Value]]]], notes: Sequence[str] = ()
) -> None:
    """
    Write rows into a workbook, one after the other, so that many need little memory. Text stays text, also '=1+1'.

    :raises TextTooLong: a text does not fit in a cell
    """
    import_module(WRITER).write(out, sheets, notes)


def write_csv(out: IO[bytes], names: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """
    Write rows as text that Excel and WPS open by a click: UTF-8 with its mark.

    A text that begins like a formula gets an apostrophe in front, which the reader takes off again.
    """
    out.write(codecs.BOM_UTF8)
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    writer = csv.writer(text)
    writer.writerow(names)
    for row in rows:
        writer.writerow([_disarmed(cell) for cell in row])
    text.flush()
    text.detach()


def armed(cell: str) -> str:
    """
    Take off the apostrophe that `write_csv` put in front of what begins like a formula.

    >>> armed("'=1+1"), armed("'s-Gravenhage"), armed("=1")
    ('=1+1', "'s-Gravenhage", '=1')
    """
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell[1:].lstrip("'")) else cell


def _disarmed(cell: Value) -> Value:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if not isinstance(cell, str):
        return cell
    return f"'{cell}" if _FORMULA.match(cell.lstrip("'")) else cell


def as_rows(names: Sequence[str], records: Iterable[Mapping[str, Value]]) -> Iterable[list[Value]]:
    """Put records in the order of columns; what a record lacks is blank."""
    return ([record.get(name) for name in names] for record in records)
