"""Opens a table by its content, whatever its suffix, and streams the rows of its sheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Protocol

from django.utils.translation import gettext as _

from yichuang.foundation.files.content import kind_of
from yichuang.foundation.files.names import suffix_of
from yichuang.foundation.files.problems import Broken, EmptyFile, Encrypted, KindNotAllowed
from yichuang.foundation.files.tables import problems
from yichuang.foundation.files.tables.faults import Faults
from yichuang.foundation.files.tables.findings import Findings, column_letter
from yichuang.foundation.files.tables.headers import WITHIN, Column, Header, find_header
from yichuang.foundation.files.tables.limits import Limits
from yichuang.foundation.files.tables.rows import Row, Value
from yichuang.foundation.files.tables.texts import TextSource, is_text, unzipped
from yichuang.foundation.files.tables.workbooks import WorkbookSource
from yichuang.foundation.files.terms import FileKind

_ZIP, _OLE, _GZIP = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1f\x8b"


class Source(Protocol):
    """What reads one format: names of the visible sheets, their rows from the first on, and their faulty cells."""

    @property
    def sheets(self) -> tuple[str, ...]:
        """List the visible sheets."""

    def rows(self, sheet: str) -> Iterator[Sequence[Value]]:
        """Stream the rows, blank ones too."""

    def faults(self, sheet: str) -> Faults:
        """Say which cells hold no value although something stands there."""


class Sheet:
    """One sheet, or the one table of a text file."""

    def __init__(self, source: Source, name: str, file_name: str, shown: str, limits: Limits) -> None:
        self.name, self.file_name, self.shown = name, file_name, shown
        self._source, self._limits = source, limits

    def rows(self) -> Iterator[Sequence[Value]]:
        """
        Stream all rows as they stand, blank ones too.

        :raises FileRefused: one of its kinds, where the file cannot be read on
        """
        for number, row in enumerate(self._source.rows(self.name), 1):
            if number > self._limits.rows:
                raise problems.TooManyRows(self.file_name, self._limits.rows)
            yield row

    def head(self) -> list[Sequence[Value]]:
        """Read the first rows, among which the header stands."""
        return list(islice(self.rows(), WITHIN))

    def header(self, columns: Sequence[Column]) -> Header | None:
        """Find the header row for these columns, None where no row names one of them."""
        return find_header(self.head(), columns)

    def table(self, columns: Sequence[Column], findings: Findings) -> Table:
        """
        Find the header row and note in `findings` which columns are missing, repeated or unknown.

        :raises NoHeader: no row names a wanted column
        """
        header = self.header(columns)
        if header is None:
            raise problems.NoHeader(self.file_name, self.shown, [each.name for each in columns], WITHIN)
        header.note(findings, self.shown)
        return Table(self, header, findings, self._source.faults(self.name))


class Table:
    """The rows below a header; nothing is read where the header is faulty."""

    def __init__(self, sheet: Sheet, header: Header, findings: Findings, faults: Faults) -> None:
        self.sheet, self.header, self.findings, self.faults = sheet, header, findings, faults
        self._wanted = {index: name for name, index in header.places.items()}

    def rows(self) -> Iterator[Row]:
        """
        Stream the rows that have something in a wanted column; faulty cells are noted on the way.

        :raises FileRefused: one of its kinds, where the file cannot be read on
        """
        if not self.header.is_usable:
            return
        self._note_merged()
        untitled = [index for index, title in enumerate(self.header.titles) if not title]
        for number, cells in enumerate(self.sheet.rows(), 1):
            if number <= self.header.row:
                continue
            self._note_faults(number)
            if any(cells[index] not in (None, "") for index in self._wanted if index < len(cells)):
                self._note_surplus(number, cells, untitled)
                yield Row(number, cells, self.header, self.sheet.shown, self.findings)
        self._note_rest()

    def _note_merged(self) -> None:
        for (top, left), (bottom, right) in self.faults.merged:
            if bottom + 1 >= self.header.row and any(left <= index <= right for index in self._wanted):
                cell = f"{column_letter(left)}{top + 1}:{column_letter(right)}{bottom + 1}"
                title = self.header.titles[left] if left < len(self.header.titles) else ""
                said = _("是合并单元格，只有左上角一格有值。请取消合并，并在每一格填写。")
                self._error(said, row=top + 1, cell=cell, header=title, code="cell.merged")

    def _note_faults(self, number: int) -> None:
        for index, what in self.faults.at(number):
            if index not in self._wanted:
                continue
            if what:
                said = _("是错误值 %(value)s。请改正公式，或填入内容。") % {"value": what}
                code = "cell.error_value"
            else:
                said = _("是公式，文件里没有保存它的结果。请用 Excel 或 WPS 打开后保存，或粘贴为数值。")
                code = "cell.formula"
            cell = f"{column_letter(index)}{number}"
            self._error(said, row=number, cell=cell, header=self.header.titles[index], code=code)

    def _note_surplus(self, number: int, cells: Sequence[Value], untitled: Sequence[int]) -> None:
        for index in (*untitled, *range(len(self.header.titles), len(cells))):
            if index < len(cells) and cells[index] not in (None, ""):
                said = _("这一列没有表头，不知填的是什么。请检查这一行是否多了一格，或补上表头。")
                cell = f"{column_letter(index)}{number}"
                self._error(said, row=number, cell=cell, header="", code="row.surplus")
                return

    def _note_rest(self) -> None:
        if self.faults.uncounted:
            said = _("另有 %(n)s 格是没有结果的公式或错误值。") % {"n": self.faults.uncounted}
            self._error(said, row=0, cell="", header="", code="cell.formula")

    def _error(self, said: str, *, row: int, cell: str, header: str, code: str) -> None:
        self.findings.error(said, sheet=self.sheet.shown, row=row, cell=cell, header=header, code=code)


class Book:
    """An opened file with its sheets; hidden ones are left out."""

    def __init__(self, source: Source, file_name: str, limits: Limits) -> None:
        several = len(source.sheets) > 1
        self.file_name = file_name
        self.sheets = tuple(Sheet(source, name, file_name, name if several else "", limits) for name in source.sheets)

    def sheet(self, name: str) -> Sheet:
        """
        Give a sheet by its name.

        :raises NoSuchSheet: there is none
        """
        for each in self.sheets:
            if each.name.strip() == name:
                return each
        raise problems.NoSuchSheet(self.file_name, name, [each.name for each in self.sheets])

    def has(self, name: str) -> bool:
        """Say whether there is a sheet of this name."""
        return any(each.name.strip() == name for each in self.sheets)


@contextmanager
def opened(source: Path | IO[bytes], *, name: str = "", limits: Limits | None = None) -> Iterator[Book]:
    """
    Open a workbook or a text table; the kind is found by content. `name` is shown to people; a stream must be seekable.

    :raises FileRefused: one of its kinds: empty, broken, with a password, no table, too big
    """
    limits = limits or Limits()
    with ExitStack() as stack:
        if isinstance(source, Path):
            name = name or source.name
            source = stack.enter_context(source.open("rb"))
        yield Book(stack.enter_context(_source(source, name, limits)), name, limits)


def insist(stream: IO[bytes], name: str) -> None:
    """
    Turn away what is no table, with what to bring instead; the stream stands at its beginning afterwards.

    :raises FileRefused: it is of another kind, of the format before 2007, or has a password
    """
    stream.seek(0)
    if stream.read(len(_OLE)) == _OLE:
        stream.seek(0)
        raise _no_to_ole(stream, name)
    try:
        kind = kind_of(stream, name)
    except KindNotAllowed as reason:
        raise problems.NotATable(name) from reason
    stream.seek(0)
    if kind not in (FileKind.XLSX, FileKind.TXT) or suffix_of(name) not in ("xlsx", "csv", "txt", ""):
        raise problems.NotATable(name)


@contextmanager
def _source(stream: IO[bytes], name: str, limits: Limits) -> Iterator[Source]:
    stream.seek(0)
    head = stream.read(4096)
    stream.seek(0)
    if not head:
        raise EmptyFile(name)
    if head.startswith(_ZIP):
        with WorkbookSource.opened(stream, name, limits) as workbook:
            yield workbook
    elif head.startswith(_OLE):
        raise _no_to_ole(stream, name)
    elif head.startswith(_GZIP):
        with unzipped(stream, name, limits) as text:
            if not is_text(text.read(4096)):
                raise problems.NotATable(name)
            yield TextSource(text, name)
    elif is_text(head):
        yield TextSource(stream, name)
    else:
        raise problems.NotATable(name)


def _no_to_ole(stream: IO[bytes], name: str) -> Exception:
    """Tell a workbook with a password from one of the old format: both are compound files."""
    content = stream.read(4 * 1024 * 1024)
    if "EncryptedPackage".encode("utf-16-le") in content:
        return Encrypted(name)
    old = any(each.encode("utf-16-le") in content for each in ("Workbook", "Book"))
    return problems.OldWorkbook(name) if old else Broken(name, "xlsx")
