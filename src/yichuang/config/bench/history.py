"""
A million events of an old system: the file that the generator writes, and its import into an empty folder.

Two hundred thousand cases of five events each, in the order of time as a log has them, so that the events of one case
lie far apart; forty units, four hundred persons, twenty items. The import runs as the command does, in a process of its
own, on a database that is copied from an empty one in each run.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection

from yichuang.config.bench.results import Result, timed

CASES = 200_000
STAGES = ("登记", "受理", "审查", "复核", "决定")
TARGET = 360
"""Seconds. The design asks for a million cases; a fifth as many with their million events is what is measured here."""
MEMORY = 512
"""Megabytes of the process that imports: bounded, whatever the file."""
BEGAN = datetime.fromisoformat("2012-01-02T09:00:00+08:00")
SPREAD = timedelta(hours=31)
"""Between two events of a case."""
HEADER = ("case", "what", "when", "who", "office", "item", "door", "planned", "ended")
EMPTY, COPY = "bench_empty", "bench_history"

MAPPING = """\
mapping: bench_log
takes: history
name: 示例旧系统
version: 1
in_force: {from: 2010-01-01}
source: 示例
header: [case, what, when]
zone: Asia/Shanghai
organisation: 示例旧政务中心
items:
%s
case:
  id: case
  item: {column: item, values: {%s}}
  ended: ended
  planned_end: planned
  channel: {column: door, values: {网上: ONLINE, 窗口: WINDOW}}
event: {activity: what, time: when, person: who, unit: office}
activities:
  登记: {deed: receive}
  受理: {step: S2}
  审查: {step: S3}
  复核: {step: S4}
  决定: {deed: grant}
"""
ITEMS = 20


def write_log(path: Path, cases: int) -> int:
    """Write a log of so many cases as gzipped CSV; tells how many events it has."""
    with gzip.open(path, "wt", encoding="utf-8", newline="", compresslevel=1) as out:
        write = csv.writer(out)
        write.writerow(HEADER)
        step = timedelta(minutes=7)
        behind = SPREAD // step  # so many cases later the next stage of this one follows
        count = 0
        for n in range(cases + behind * (len(STAGES) - 1)):
            for place, stage in enumerate(STAGES):
                case = n - place * behind
                if 0 <= case < cases:
                    write.writerow(_row(case, place, stage, BEGAN + case * step + place * SPREAD, BEGAN + case * step))
                    count += 1
    return count


def _row(case: int, place: int, stage: str, at: datetime, began: datetime) -> tuple[str, ...]:
    """Write one event; what is said of the case stands in each of its rows, as in a table made from a log."""
    ended = began + (len(STAGES) - 1) * SPREAD
    return (
        f"L{case}", stage, at.isoformat(), f"示例经办{(case * 7 + place) % 400}", f"示例{case % 40}科",
        f"事项{case % ITEMS}", "窗口" if case % 3 else "网上",
        (began + timedelta(days=4 + case % 3)).isoformat(), ended.isoformat(),
    )  # fmt: skip


def write_mapping(path: Path) -> None:
    """Write what the columns of the log mean."""
    items = "\n".join(f"  item{n}: {{code: bench_log.item{n}, name: 示例旧事项{n}}}" for n in range(ITEMS))
    values = ", ".join(f"事项{n}: item{n}" for n in range(ITEMS))
    path.write_text(MAPPING % (items, values), encoding="utf-8")


def measure(runs: int) -> Iterator[Result]:
    """Write the file, then import it in each run into a database of its own."""
    with tempfile.TemporaryDirectory(prefix="yichuang-bench-") as scratch:
        path, mapping = Path(scratch, "log.csv.gz"), Path(scratch, "bench_log.yaml")
        events = write_log(path, CASES)
        write_mapping(mapping)
        seconds, told = [], {}
        data = Path(scratch, "data")
        try:
            _database(EMPTY)
            subprocess.run(_command("migrate"), env=_environment(data, EMPTY), check=True, stdout=subprocess.DEVNULL)
            for _run in range(runs):
                _database(COPY, template=EMPTY)
                command = _command("cases", "import", str(path), "--mapping", str(mapping), "--json")
                ran: list[subprocess.CompletedProcess[str]] = []
                seconds.append(timed(lambda: ran.append(_ran(command, _environment(data, COPY)))))  # noqa: B023
                told = json.loads(ran[0].stdout)
        finally:
            for name in (COPY, EMPTY):
                _drop(name)
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    assert (told["events"], told["created"]) == (events, CASES), told
    yield Result("history", f"{events:,} events of {CASES:,} cases imported", "s", tuple(seconds), TARGET)
    yield Result("history", "the same: cases a second", "/s", tuple(CASES / each for each in seconds), 2778, True)
    yield Result("history", "memory of the process that imports", "MB", (megabytes,), MEMORY)


def _ran(command: Sequence[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(ended.stdout[-2000:] + ended.stderr[-2000:])
    return ended


def _environment(data: Path, name: str) -> dict[str, str]:
    here = os.environ["DATABASE_URL"].rpartition("/")[0]
    return os.environ | {"YICHUANG_DATA": str(data), "DATABASE_URL": f"{here}/{name}"}


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "yichuang", *arguments]


def _database(name: str, *, template: str = "template0") -> None:
    _drop(name)
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def _drop(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
