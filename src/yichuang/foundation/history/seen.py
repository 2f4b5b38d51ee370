"""Reads a table or a log as it stands: one row after another, whatever its format, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from yichuang.foundation.files.tables import Limits, opened
from yichuang.foundation.files.tables.rows import Value
from yichuang.foundation.history import xes

LIMITS = Limits(cells=10**12, rows=10**9, unpacked=1 << 40, ratio=1000)
"""Ten years of an old system are many rows; they are streamed, so only the disk bounds them."""

Progress = Callable[[int, int], None]
"""Told how many bytes of how many were read."""


class Seen(NamedTuple):
    """
    One row: its number in the file, its values in the order of the columns asked for, and a digest of the whole row.

    In a log the number counts traces, and a trace without events is one row whose `digest` is empty.
    """

    number: int
    values: Sequence[Value]
    digest: bytes


@dataclass(frozen=True)
class Face:
    """By what a file is known: the columns of its header, and the name of the log."""

    columns: tuple[str, ...]
    log: str = ""
    is_log: bool = False


def is_log(path: Path) -> bool:
    """Say whether a file is a log, by its name; packed or not."""
    return path.name.lower().removesuffix(".gz").endswith(".xes")


def face_of(path: Path) -> Face:
    """
    Look at the beginning of a file.

    :raises FileRefused: it cannot be read
    """
    if is_log(path):
        name, columns = xes.face(path)
        return Face(columns, name, is_log=True)
    with opened(path, limits=LIMITS) as book:
        for row in book.sheets[0].rows():
            if any(cell not in (None, "") for cell in row):
                return Face(tuple(str(cell).strip() if cell is not None else "" for cell in row))
    return Face(())


def rows_of(
    path: Path, wanted: Sequence[str], progress: Progress = lambda done, of: None
) -> AbstractContextManager[Iterator[Seen]]:
    """
    Stream the rows of a file with the values of these columns; a column that is not there gives None.

    :raises FileRefused: one of its kinds, where the file cannot be read on
    """
    return _log(path, wanted, progress) if is_log(path) else _table(path, wanted, progress)


@contextmanager
def _table(path: Path, wanted: Sequence[str], progress: Progress) -> Iterator[Iterator[Seen]]:
    size = path.stat().st_size
    with path.open("rb") as stream, opened(stream, name=path.name, limits=LIMITS) as book:
        yield _rows(book.sheets[0].rows(), wanted, lambda: progress(stream.tell(), size))


def _rows(rows: Iterator[Sequence[Value]], wanted: Sequence[str], progress: Callable[[], None]) -> Iterator[Seen]:
    places: list[int | None] | None = None
    for number, cells in enumerate(rows, 1):
        if not any(cell not in (None, "") for cell in cells):
            continue
        if places is None:
            titles = [str(cell).strip() if cell is not None else "" for cell in cells]
            places = [titles.index(name) if name in titles else None for name in wanted]
            continue
        width = len(cells)
        values = [cells[place] if place is not None and place < width else None for place in places]
        yield Seen(number, values, digest_of(map(str, cells)))
        if not number % 1000:
            progress()
    progress()


@contextmanager
def _log(path: Path, wanted: Sequence[str], progress: Progress) -> Iterator[Iterator[Seen]]:
    yield _traces(path, wanted, progress)


def _traces(path: Path, wanted: Sequence[str], progress: Progress) -> Iterator[Seen]:
    of_case = [name.removeprefix("case:") if name.startswith("case:") else "" for name in wanted]
    for number, trace in enumerate(xes.traces(path, progress), 1):
        told = [trace.attributes.get(name) if name else None for name in of_case]
        if not trace.events:
            yield Seen(number, told, b"")
        for event in trace.events:
            values = [
                value if name else event.get(column) for value, name, column in zip(told, of_case, wanted, strict=True)
            ]
            yield Seen(number, values, digest_of(f"{key}={value}" for key, value in event.items()))


def digest_of(parts: Iterator[str]) -> bytes:
    """Digest a row, to know a second one that says the very same."""
    return blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
