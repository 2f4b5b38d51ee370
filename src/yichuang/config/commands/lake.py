"""`yichuang lake …`: cases as Parquet for other engines, and the timeliness figures on it."""

from __future__ import annotations

import json
import shutil
import sys
import time
from argparse import Namespace
from dataclasses import asdict
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from tqdm import tqdm

from yichuang.foundation.figures.terms import Times
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.records import clock

NEEDED = {"export": ("pyarrow",), "duckdb": ("pyarrow", "ibis", "duckdb"), "spark": ("pyarrow", "ibis", "pyspark")}
INSTALL = {"spark": "requirements/lake.txt"}


def export(arguments: Namespace) -> int:
    """Write the cases as they stand on a day into a folder, partitioned by month of conclusion and unit."""
    if _lacks("export"):
        return 2
    exporting = import_module("yichuang.config.lake.exporting")
    times = Times(arguments.as_of or local_day(clock.business_now()))
    with tqdm(unit="row", disable=not sys.stderr.isatty()) as bar:
        lake = exporting.export(arguments.folder, times, bar.update)
    told = asdict(lake)
    print(
        json.dumps(told)
        if arguments.json
        else f"{arguments.folder}: {lake.rows} 件，{lake.files} 个文件，统计日 {lake.as_of}"
    )
    return 0


def timeliness(arguments: Namespace) -> int:
    """Tell the timeliness figures of a month on a lake, without the database."""
    cases = _opened(arguments)
    if cases is None:
        return 2
    module = import_module("yichuang.config.lake.timeliness")
    found = module.timely(cases, f"{arguments.month:%Y-%m}", arguments.by)
    rows = [
        {
            "group": group,
            "concluded": each.concluded,
            "with_limit": each.with_limit,
            "on_time": each.on_time,
            "on_time_percent": None if each.rate is None else round(float(each.rate * 100), 4),
            "median": each.median,
            "p90": each.p90,
        }
        for group, each in sorted(found.items())
    ]
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for row in rows:
        print("  ".join("—" if value is None else str(value) for value in row.values()))
    return 0


def check(arguments: Namespace) -> int:
    """Hold the figures of a lake against those of this folder for the same two times; 1 where one differs."""
    cases = _opened(arguments)
    if cases is None:
        return 2
    exporting, comparing = (import_module(f"yichuang.config.lake.{name}") for name in ("exporting", "comparing"))
    lake = exporting.read_manifest(arguments.folder)
    began = time.perf_counter()
    compared = list(comparing.compare(cases, lake))
    wrong = [each for each in compared if not each.agrees]
    for each in compared:
        if not each.by or not each.agrees:
            sign = "=" if each.agrees else "≠"
            print(f"{each.figure:28} {each.by or '全部'} {each.group} {each.ours} {sign} {each.theirs}")
    took = time.perf_counter() - began
    said = f"{arguments.engine}: 统计日 {lake.as_of}，{lake.rows} 件，比对 {len(compared)} 个数"
    print(f"{said}，不一致 {len(wrong)} 个，{took:.1f} 秒")
    return 1 if wrong else 0


def _opened(arguments: Namespace) -> Any:
    """Open the cases of a lake on the engine that was asked for; None where something is missing, which is told."""
    if _lacks(arguments.engine):
        return None
    import_module("yichuang.config.lake.exporting").read_manifest(arguments.folder)
    return import_module(f"yichuang.config.lake.on_{arguments.engine}").opened(arguments.folder)


def _lacks(what: str) -> bool:
    missing = [name for name in NEEDED[what] if find_spec(name) is None]
    file = INSTALL.get(what, "requirements/extra.txt")
    if missing:
        print(f"缺少 {'、'.join(missing)}：请先 pip install --require-hashes -r {file}", file=sys.stderr)
    if what == "spark" and shutil.which("java") is None:
        print("缺少 Java（17 或更新）：例如 apt-get install default-jre-headless", file=sys.stderr)
        return True
    return bool(missing)
