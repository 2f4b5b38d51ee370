"""Makes workbooks and text tables as people bring them, good and bad."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path

import openpyxl

from yichuang.foundation.files import tables

SHEET = "xl/worksheets/sheet1.xml"


def workbook(rows: Iterable[Sequence[object]], change: Callable[[openpyxl.Workbook], object] | None = None) -> bytes:
    """Make a workbook of one sheet; `change` does to it what people do to theirs."""
    book = openpyxl.Workbook()
    book.active.title = "事项"
    for row in rows:
        book.active.append(row)
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_sheet_xml(content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Change the XML of the first sheet by hand."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            body = old.read(entry)
            new.writestr(entry, change(body) if entry.filename == SHEET else body)
    return out.getvalue()


def big_workbook(path: Path, rows: int, columns: int) -> None:
    """Write a sheet of many rows quickly, as a program would: every other column holds text that never repeats."""
    frame = workbook([["x"]])
    letters = [tables.column_letter(index) for index in range(columns)]
    with (
        zipfile.ZipFile(io.BytesIO(frame)) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for entry in old.infolist():
            if entry.filename != SHEET:
                new.writestr(entry, old.read(entry))
        with new.open(SHEET, "w") as sheet:
            sheet.write(b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>')
            for number in range(1, rows + 2):
                cells = "".join(
                    f'<c r="{letter}{number}" t="inlineStr"><is><t>{_said(number, index)}</t></is></c>'
                    if number == 1 or index % 2
                    else f'<c r="{letter}{number}"><v>{number * index}</v></c>'
                    for index, letter in enumerate(letters)
                )
                sheet.write(f'<row r="{number}">{cells}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")


def _said(number: int, index: int) -> str:
    return f"第{index}列" if number == 1 else f"第{number}行的办理地点和说明{index}"


def lying_workbook() -> bytes:
    """Make a workbook whose list of styles unfolds to more than its entry says."""
    content = workbook([["名称"], ["甲"]])
    part, real = "xl/styles.xml", b" " * 40_000_000
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            body = old.read(entry)
            new.writestr(
                entry.filename,
                body.replace(b"</styleSheet>", real + b"</styleSheet>") if entry.filename == part else body,
            )
        entry = new.getinfo(part)
        entry.file_size, entry.CRC = 100, zlib.crc32(b"")
    return out.getvalue()


def gzipped(text: bytes) -> bytes:
    """Pack text as .csv.gz."""
    return gzip.compress(text)


def compound(stream_name: str) -> bytes:
    """Make the beginning of a compound file: what .xls and workbooks with a password are."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + struct.pack("<504x") + stream_name.encode("utf-16-le") + bytes(512)


@contextmanager
def opened(content: bytes, name: str = "事项.xlsx", **options):
    """Open what was made."""
    with tables.opened(io.BytesIO(content), name=name, **options) as book:
        yield book
