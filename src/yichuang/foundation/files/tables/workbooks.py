"""
Workbooks: calamine reads the values; before that the sheet is walked once, in pieces, for what calamine does not tell.

The walk finds formulas without a saved result and error values, which calamine gives as blank, and how far the filled
area reaches: calamine keeps the area as a rectangle, so that two cells far apart would fill the memory.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import IO
from xml.etree.ElementTree import ParseError
from xml.parsers import expat

import python_calamine as calamine
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from yichuang.foundation.files.problems import Broken, Encrypted
from yichuang.foundation.files.tables import problems
from yichuang.foundation.files.tables.faults import Faults
from yichuang.foundation.files.tables.limits import Limits
from yichuang.foundation.files.tables.rows import EXACT, Value
from yichuang.foundation.files.terms import MEGABYTE

CHUNK = 1 << 18
MOST_COLUMNS = 16_384
"""Columns of a sheet, by the format."""
PARTS_MOST = 8 * MEGABYTE
"""What the list of sheets may unfold to."""
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_UNREADABLE = (zipfile.BadZipFile, OSError, ValueError, KeyError, NotImplementedError, EOFError, zlib.error)
_NO_XML = (ParseError, DefusedXmlException, expat.ExpatError)


class WorkbookSource:
    """The visible sheets of a workbook."""

    def __init__(
        self,
        book: calamine.CalamineWorkbook,
        archive: zipfile.ZipFile,
        parts: dict[str, str],
        name: str,
        limits: Limits,
    ) -> None:
        self._book, self._archive, self._parts, self._name, self._limits = book, archive, parts, name, limits
        self._faults: dict[str, Faults] = {}
        self._kept: tuple[str, calamine.CalamineSheet] | None = None
        self.sheets = tuple(
            each.name
            for each in book.sheets_metadata
            if each.typ == calamine.SheetTypeEnum.WorkSheet and each.visible == calamine.SheetVisibleEnum.Visible
        )

    @classmethod
    @contextmanager
    def opened(cls, stream: IO[bytes], name: str, limits: Limits) -> Iterator[WorkbookSource]:
        """
        Open a workbook whose parts unfold to no more than is allowed.

        :raises FileRefused: it is broken, has a password, is no workbook or unfolds to too much
        """
        with ExitStack() as stack:
            try:
                archive = stack.enter_context(zipfile.ZipFile(stream))
                _refuse_bomb(archive, stream.seek(0, 2), name, limits)
                parts = _parts(archive, name)
                _refuse_false_sizes(archive, set(parts.values()), name)
                stream.seek(0)
                book = stack.enter_context(calamine.load_workbook(stream))
            except calamine.PasswordError as reason:
                raise Encrypted(name) from reason
            except (*_UNREADABLE, calamine.CalamineError) as reason:
                raise Broken(name, "xlsx") from reason
            yield cls(book, archive, parts, name, limits)

    def rows(self, sheet: str) -> Iterator[Sequence[Value]]:
        """Stream the rows; the area is measured before calamine takes it in."""
        self.faults(sheet)
        for row in self._sheet(sheet).iter_rows():
            yield [_value(cell) for cell in row]

    def faults(self, sheet: str) -> Faults:
        """Give formulas without result, error values and merged ranges."""
        if sheet not in self._faults:
            walk = _Walk(self._archive, self._parts.get(sheet, ""), self._name)
            area = walk.last_row * walk.last_column
            if area > self._limits.cells:
                rows, columns = walk.last_row, walk.last_column
                raise problems.TooManyCells(self._name, sheet, rows, columns, self._limits.cells)
            self._faults[sheet] = walk.faults
            walk.faults.merged = self._sheet(sheet).merged_cell_ranges or ()
        return self._faults[sheet]

    def _sheet(self, name: str) -> calamine.CalamineSheet:
        """Keep one sheet in memory at a time."""
        if self._kept is None or self._kept[0] != name:
            self._kept = None
            try:
                self._kept = name, self._book.get_sheet_by_name(name)
            except (*_UNREADABLE, calamine.CalamineError) as reason:
                raise Broken(self._name, "xlsx") from reason
        return self._kept[1]


def _value(cell: object) -> Value:
    if cell == "":
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT:
        return int(cell)
    return cell  # type: ignore[return-value]


_COLUMNS: dict[str, int] = {}
"""Numbers of the columns seen so far, from 1."""


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    if not 0 < number <= MOST_COLUMNS:
        raise ValueError(letters)
    _COLUMNS[letters] = number
    return number


class _Walk:
    """One walk through a sheet's XML, in pieces: the parser calls back at each element that begins."""

    def __init__(self, archive: zipfile.ZipFile, part: str, name: str) -> None:
        self.faults = Faults()
        self.last_row = self.last_column = 0
        self._row = self._column = 0
        self._type = ""  # the cell's: e for an error value, str for the text of a formula
        self._has_formula = False
        self._said: list[str] = []
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._begin
        parser.StartDoctypeDeclHandler = self._refuse
        self._parser, self._name = parser, name
        try:
            for piece in inflated(archive, part, name):
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except (*_NO_XML, *_UNREADABLE) as reason:
            raise Broken(name, "xlsx") from reason
        self._close_cell()

    def _refuse(self, *_: object) -> None:
        raise Broken(self._name, "xlsx")

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2] if ":" in tag else tag
        if tag == "c":
            if self._has_formula or self._type == "e":
                self._close_cell()
            self._type = attributes.get("t", "")
            reference = attributes.get("r")
            if not reference:
                self._column += 1
            else:
                letters = reference.rstrip("0123456789")
                self._column = _COLUMNS.get(letters) or _column(letters)
                self._row = int(reference[len(letters) :])
        elif tag == "v" or tag == "is":
            if self._row > self.last_row:
                self.last_row = self._row
            if self._column > self.last_column:
                self.last_column = self._column
            if self._has_formula or self._type == "e":
                self._said = []
                self._parser.CharacterDataHandler = self._said.append
        elif tag == "f":
            self._has_formula = True
        elif tag == "row":
            self._close_cell()
            self._row, self._column = int(attributes.get("r", self._row + 1)), 0

    def _close_cell(self) -> None:
        """Judge the cell that ends here: the next one begins, or the row."""
        said = "".join(self._said).strip()
        if self._type == "e" and said:
            self.faults.add(self._row, self._column - 1, said[:20])
        elif self._has_formula and not said and self._type != "str":
            self.faults.add(self._row, self._column - 1, "")
        if self._said or self._has_formula:
            self._parser.CharacterDataHandler = None
            self._said = []
        self._has_formula, self._type = False, ""


def inflated(archive: zipfile.ZipFile, part: str, name: str) -> Iterator[bytes]:
    """
    Unfold a part in pieces, and refuse it where it is more than its entry says: the ratio was checked on what it says.

    :raises TooMuchUnpacked: it is more
    """
    entry, raw = archive.getinfo(part), archive.fp
    assert raw is not None, "the archive is open"
    raw.seek(entry.header_offset)
    signature, lengths = raw.read(4), raw.read(26)[-4:]
    if signature != b"PK\x03\x04" or entry.compress_type not in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
        raise Broken(name, "xlsx")
    place = entry.header_offset + 30 + sum(int.from_bytes(lengths[at : at + 2], "little") for at in (0, 2))
    engine = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    left, unfolded = entry.compress_size, 0
    while left and not (engine and engine.eof):
        raw.seek(place)
        packed = raw.read(min(CHUNK, left))
        if not packed:
            raise EOFError(part)
        place, left = place + len(packed), left - len(packed)
        while packed and not (engine and engine.eof):
            piece = engine.decompress(packed, CHUNK) if engine else packed
            packed = engine.unconsumed_tail if engine else b""
            unfolded += len(piece)
            if unfolded > entry.file_size:
                raise problems.TooMuchUnpacked(name, entry.file_size)
            yield piece


def _refuse_bomb(archive: zipfile.ZipFile, size: int, name: str, limits: Limits) -> None:
    entries = archive.infolist()
    if any(each.flag_bits & 1 for each in entries):
        raise Encrypted(name)
    if len({each.filename for each in entries}) < len(entries):
        raise Broken(name, "xlsx")
    if "xl/workbook.xml" not in {each.filename for each in entries}:
        raise problems.NotATable(name)
    if sum(each.file_size for each in entries) > limits.unpacked_of(size):
        raise problems.TooMuchUnpacked(name, limits.unpacked)


def _refuse_false_sizes(archive: zipfile.ZipFile, sheets: set[str], name: str) -> None:
    """Unfold once what calamine will read besides the sheets, which are walked anyway: it trusts no size and no end."""
    for entry in archive.infolist():
        if entry.filename.startswith("xl/") and entry.filename.endswith(".xml") and entry.filename not in sheets:
            for _piece in inflated(archive, entry.filename, name):
                pass


def _parts(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    """Find the part of the archive that holds each sheet."""
    try:
        book = fromstring(_small(archive, "xl/workbook.xml", name), forbid_dtd=True)
        links = fromstring(_small(archive, "xl/_rels/workbook.xml.rels", name), forbid_dtd=True)
    except (*_NO_XML, *_UNREADABLE) as reason:
        raise Broken(name, "xlsx") from reason
    targets = {each.get("Id"): each.get("Target", "") for each in links}
    found = {}
    for each in book.iter():
        if each.tag.rpartition("}")[2] == "sheet":
            target = targets.get(each.get(_OFFICE) or each.get(_STRICT), "")
            found[each.get("name", "")] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
    return found


def _small(archive: zipfile.ZipFile, part: str, name: str) -> bytes:
    if archive.getinfo(part).file_size > PARTS_MOST:
        raise problems.TooMuchUnpacked(name, PARTS_MOST)
    return b"".join(inflated(archive, part, name))
