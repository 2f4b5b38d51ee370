"""Writes the cases of two times as Parquet: a month and a unit at a time, and the folder whole or not at all."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby, islice, zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow.parquet as pq
from django.db.models import Max, Min, Q, QuerySet

from yichuang.config.lake.columns import OPEN, PATHS, SCHEMA, months_between, table_of
from yichuang.foundation.figures.measures import Measure, measure_named
from yichuang.foundation.figures.terms import Times, day_begins
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.records import realtime
from yichuang.kernel.errors import NotPossible

CASES = "cases.cases"
"""The measure that is exported: what the figures of timeliness count."""
MANIFEST = "_lake.json"
"""Says what a lake holds; engines pass over names that begin with an underscore."""
CHUNK = 20_000
"""Rows held at once, and rows of a group in a file."""
FORMAT = 1


class NotALake(NotPossible):
    """There is something else where the lake is to be, or to be read."""

    code = "lake.not_a_lake"

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} 不是本系统导出的数据湖（没有 {MANIFEST}）。请换一个目录，或先移走里面的内容。")


@dataclass(frozen=True, slots=True)
class Lake:
    """What a lake holds: for which two times, how many rows, in how many files."""

    as_of: str
    known_at: str
    rows: int
    files: int
    format: int = FORMAT

    @property
    def times(self) -> Times:
        """Give the two times for which figures of the house say the same."""
        return Times(datetime.fromisoformat(self.as_of).date(), datetime.fromisoformat(self.known_at))


def read_manifest(folder: Path) -> Lake:
    """
    Read what a lake holds.

    :raises NotALake: it is none, or of a format that we do not know
    """
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        lake = Lake(**told)
    except (OSError, ValueError, TypeError) as reason:
        raise NotALake(folder) from reason
    if lake.format != FORMAT:
        raise NotALake(folder)
    return lake


def export(folder: Path, times: Times, progress: Callable[[int], None] = lambda _rows: None) -> Lake:
    """
    Write `cases/month=M/unit=U/part-0.parquet` and the manifest; an earlier lake there is replaced at the end.

    The rows are those that stand for the two times, so that later deeds change nothing while it runs. At most `CHUNK`
    rows are held.

    :raises NotALake: there is something else in the folder
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        read_manifest(folder)
    known_at = times.known_at or realtime.settled_now()
    folder.absolute().parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.absolute().parent))
    try:
        rows = files = 0
        for month, found in _months(_standing(Times(times.as_of, known_at))):
            for unit, of_unit in groupby(found, key=lambda row: str(row[UNIT])):
                place = new / "cases" / f"month={month}" / f"unit={quote(unit, safe='')}"
                for written in _write(place, of_unit):
                    rows += written
                    progress(written)
                files += 1
        lake = Lake(times.as_of.isoformat(), known_at.isoformat(), rows, files)
        (new / MANIFEST).write_text(json.dumps(asdict(lake), indent=1) + "\n", encoding="utf-8")
        new.chmod(0o750)
        _put(new, folder)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    return lake


UNIT = PATHS.index("unit__code")

Rows = Iterator[tuple[Any, ...]]


def _standing(times: Times) -> QuerySet[Any, Any]:
    measure = measure_named(CASES, times.as_of)
    assert isinstance(measure, Measure), "cases are rows of a table"
    return measure.population(times, None)


def _months(rows: QuerySet[Any, Any]) -> Iterator[tuple[str, Rows]]:
    """Give the rows month by month of conclusion, the open ones at the end, those of a unit behind each other."""
    ordered = rows.order_by("unit__code", "dossier_id").values_list(*PATHS)
    span = rows.order_by().aggregate(first=Min("concluded_at"), last=Max("concluded_at"))
    months = months_between(local_day(span["first"]), local_day(span["last"])) if span["first"] else []
    for month, after in zip_longest(months, months[1:]):
        within = Q(concluded_at__gte=day_begins(month))
        if after:
            within &= Q(concluded_at__lt=day_begins(after))
        yield f"{month:%Y-%m}", ordered.filter(within).iterator(chunk_size=CHUNK)
    yield OPEN, ordered.filter(concluded_at=None).iterator(chunk_size=CHUNK)


def _write(place: Path, rows: Rows) -> Iterator[int]:
    place.mkdir(parents=True)
    with pq.ParquetWriter(place / "part-0.parquet", SCHEMA, compression="zstd") as writer:
        while chunk := list(islice(rows, CHUNK)):
            writer.write_table(table_of(chunk))
            yield len(chunk)


def _put(new: Path, folder: Path) -> None:
    """Put a folder in its place; what was there is moved aside before and thrown away after."""
    if not folder.exists():
        new.rename(folder)
        return
    old = new.with_name(f"{new.name}.old")
    folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old)
