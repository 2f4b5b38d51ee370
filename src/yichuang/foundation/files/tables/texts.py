"""Text tables: encoding and separator are found, rows are streamed."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from yichuang.foundation.files.problems import Broken
from yichuang.foundation.files.tables import problems
from yichuang.foundation.files.tables.faults import Faults
from yichuang.foundation.files.tables.limits import Limits
from yichuang.foundation.files.tables.rows import Value
from yichuang.foundation.files.tables.writing import armed

CHUNK = 1 << 18
ENCODINGS = ("utf-8-sig", "gb18030")
"""Tried in this order over the whole file: what is valid UTF-8 is never meant as GB 18030."""
SEPARATORS = ",\t;|"
_SIGNATURES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"SQLite format 3")
_UNZIPPED = (OSError, EOFError, zlib.error)


def is_text(head: bytes) -> bool:
    """Say whether a beginning looks like a table of text, not like a program's file or a web page named .xls."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    if b"\0" in head or head.startswith(_SIGNATURES):
        return False
    return not re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml|table|head|meta)", head, re.IGNORECASE)


@contextmanager
def unzipped(stream: IO[bytes], name: str, limits: Limits) -> Iterator[IO[bytes]]:
    """Open a gzip stream that stops where it unfolds to too much."""
    size = stream.seek(0, 2)
    stream.seek(0)
    with gzip.GzipFile(fileobj=stream) as inner:
        yield io.BufferedReader(_Bounded(inner, name, limits.unpacked_of(size), limits.unpacked))


class _Bounded(io.RawIOBase):
    """Reads a gzip stream up to a number of bytes; says in the file room's words what is wrong with it."""

    def __init__(self, inner: gzip.GzipFile, name: str, most: int, shown: int) -> None:
        self._inner, self._name, self._most, self._shown, self._read = inner, name, most, shown, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        assert offset == 0 and whence == 0, "only back to the beginning"
        self._read = 0
        return self._inner.seek(0)

    def tell(self) -> int:
        return self._read

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            piece = self._inner.read(len(buffer))
        except _UNZIPPED as reason:
            raise Broken(self._name, "csv.gz") from reason
        self._read += len(piece)
        if self._read > self._most:
            raise problems.TooMuchUnpacked(self._name, self._shown)
        buffer[: len(piece)] = piece
        return len(piece)


class TextSource:
    """The one table of a text file."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream, self._name = stream, name
        self.encoding = encoding_of(stream, name)
        self.separator = self._separator()
        self.sheets = ("",)

    def rows(self, sheet: str) -> Iterator[Sequence[Value]]:
        """Stream the rows; a row that does not end is refused with its number."""
        read = 0
        with self._text() as text:
            try:
                for cells in csv.reader(text, delimiter=self.separator, strict=True):
                    read += 1
                    yield [armed(cell) if cell[:1] == "'" else cell for cell in cells]
            except csv.Error as reason:
                raise problems.TextBroken(self._name, read + 1, str(reason)) from reason

    def faults(self, sheet: str) -> Faults:
        """Say that text has no formulas and nothing merged."""
        return Faults()

    @contextmanager
    def _text(self) -> Iterator[io.TextIOWrapper]:
        self._stream.seek(0)
        text = io.TextIOWrapper(self._stream, encoding=self.encoding, newline="")
        try:
            yield text
        finally:
            if not text.closed:  # a reader that nobody finishes ends after its file
                text.detach()

    def _separator(self) -> str:
        """Take the sign that stands most often outside quotes in the first lines; of equals the comma."""
        with self._text() as text:
            outside = re.sub(r'"[^"]*"?', "", "".join(text.readline(CHUNK) for _ in range(10)))
        return max(SEPARATORS, key=lambda sign: (outside.count(sign), -SEPARATORS.index(sign)))


def encoding_of(stream: IO[bytes], name: str) -> str:
    """
    Find the encoding by reading the whole stream.

    :raises EncodingUnknown: no encoding fits
    """
    stream.seek(0)
    head = stream.read(2)
    if head in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    furthest = 0
    for encoding in ENCODINGS:
        line = _first_bad_line(stream, encoding)
        if not line:
            return encoding
        furthest = max(furthest, line)
    raise problems.EncodingUnknown(name, furthest)


def _first_bad_line(stream: IO[bytes], encoding: str) -> int:
    """Give the line at which the stream is no text of this encoding, 0 where it is."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 1
    while True:
        chunk = stream.read(CHUNK)
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as reason:
            return lines + chunk[: reason.start].count(b"\n")
        if not chunk:
            return 0
        lines += chunk.count(b"\n")
