"""`yichuang doctor`: can this machine and this folder work? Each check says what it saw and what to do."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error

from yichuang.config.rooms import PACKAGE
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.definitions.folders import read_folder
from yichuang.foundation.jobs import queries as jobs
from yichuang.foundation.records import clock, realtime, triggers
from yichuang.foundation.records import queries as records
from yichuang.foundation.records.terms import CHINA

M5 = timedelta(days=60)
"""How long before a year without a holiday notice begins it is warned of."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. Only what is `needed` makes the doctor say no."""

    name: str
    ok: bool
    said: str
    needed: bool = True


def run(arguments: Namespace) -> int:
    """Print every finding; 1 when something needed is not well."""
    findings = list(_look())
    well = all(each.ok for each in findings if each.needed)
    if arguments.json:
        print(json.dumps({"ok": well, "checks": [asdict(each) for each in findings]}, ensure_ascii=False, indent=1))
    else:
        for each in findings:
            mark = "ok  " if each.ok else "NO  " if each.needed else "note"
            print(f"{mark} {each.name}: {each.said}")
    return 0 if well else 1


def _look() -> Iterator[Finding]:
    yield _python()
    yield from _sqlite()
    yield _folder()
    yield _keys()
    yield _definitions()
    yield _fonts()
    yield _tool("pdfsig", "checks seals on PDF (Debian: poppler-utils)")
    yield _avx2()
    answers = _database()
    yield answers
    if answers.ok:
        yield from _inside()


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", sys.version_info >= (3, 11), f"{version}; 3.11 or newer is needed")


def _sqlite() -> Iterator[Finding]:
    needed = connection.vendor == "sqlite"
    with sqlite3.connect(":memory:") as memory:
        options = {row[0] for row in memory.execute("PRAGMA compile_options")}
        version = sqlite3.sqlite_version
        yield Finding("sqlite", sqlite3.sqlite_version_info >= (3, 35), f"{version}; 3.35 or newer is needed", needed)
        yield Finding("sqlite fts5", "ENABLE_FTS5" in options, "full text search", needed)
        json1 = memory.execute("SELECT json_extract('{\"a\":1}', '$.a')").fetchone() == (1,)
        yield Finding("sqlite json1", json1, "JSON functions", needed)


def _folder() -> Finding:
    folder = next(each for each in (settings.DATA, *settings.DATA.parents) if each.exists())
    free = shutil.disk_usage(folder).free // 2**20
    return Finding("folder", os.access(folder, os.W_OK) and free > 200, f"{settings.DATA}, {free} MiB free")


def _keys() -> Finding:
    if not settings.KEYS.exists():
        return Finding("keys", True, "made with the folder on first use")
    open_to_others = [
        each.name
        for each in settings.KEYS.iterdir()
        if stat.S_IMODE(each.stat().st_mode) & 0o077 and each.suffix in ("", ".key", ".pem", ".p12")
    ]
    said = (
        f"others may read {', '.join(sorted(open_to_others))}; chmod 600"
        if open_to_others
        else "only their owner may read them"
    )
    return Finding("keys", not open_to_others, said)


def _definitions() -> Finding:
    folder = read_folder(settings.DEFINITIONS)
    said = (
        f"{len(folder.files)} definitions are sound"
        if not folder.problems
        else f"{len(folder.problems)} problems: yichuang definitions check"
    )
    return Finding("definitions", not folder.problems, said)


def _fonts() -> Finding:
    shipped = [path.name for path in Path(PACKAGE).glob("**/fonts/*.[ot]tf")]
    return Finding(
        "fonts", bool(shipped), f"shipped: {', '.join(sorted(shipped)) or 'none'}; fonts-noto-cjk adds rare characters"
    )


def _tool(name: str, use: str) -> Finding:
    return Finding(name, shutil.which(name) is not None, use, needed=False)


def _avx2() -> Finding:
    if find_spec("polars") is None:
        return Finding("polars", True, "not installed; SQL does its work", needed=False)
    info = Path("/proc/cpuinfo")
    has = (
        not info.exists()
        or "avx2" in info.read_text(encoding="ascii", errors="replace")
        or os.uname().machine != "x86_64"
    )
    return Finding("polars", has, "its wheel wants AVX2" if not has else "installed", needed=False)


def _database() -> Finding:
    if connection.vendor == "sqlite" and not Path(str(connection.settings_dict["NAME"])).exists():
        return Finding("database", True, "made on first use")
    try:
        connection.ensure_connection()
    except Error as reason:
        return Finding("database", False, f"{connection.vendor}: {reason}")
    return Finding("database", True, connection.vendor)


def _inside() -> Iterator[Finding]:
    """Look into a database that exists."""
    executor = MigrationExecutor(connection)
    if not executor.loader.applied_migrations:
        yield Finding("schema", True, "empty; made on first use")
        return
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    known = executor.loader.disk_migrations or {}
    newer = [
        key
        for key in executor.loader.applied_migrations
        if key[0] in executor.loader.migrated_apps and key not in known
    ]
    yield Finding(
        "schema",
        not newer and not missing,
        f"{len(missing)} steps behind (yichuang migrate), {len(newer)} from a newer release",
    )
    if missing or newer:
        return
    checks: list[Callable[[], Finding]] = [_triggers, _journal, _year, _clock, _jobs, _reactions]
    for check in checks:
        yield check()


def _triggers() -> Finding:
    found = triggers.installed()
    missing = sorted(name for name, there in found.items() if not there)
    return Finding(
        "append-only triggers", not missing, f"missing: {', '.join(missing)}" if missing else f"{len(found)} installed"
    )


def _journal() -> Finding:
    if connection.vendor != "sqlite":
        return Finding("journal", True, "write-ahead log of the server")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        (mode,) = cursor.fetchone()
    return Finding("journal", mode == "wal", f"{mode}; wal is needed")


def _year() -> Finding:
    soon = (clock.business_now() + M5).astimezone(CHINA).date()
    provisional = definitions.calendar().is_provisional(soon)
    said = (
        f"{soon.year} 年还没有放假安排：yichuang calendar import FILE"
        if provisional
        else f"known up to {soon} and beyond"
    )
    return Finding("calendar", not provisional, said, needed=False)


def _clock() -> Finding:
    apart = abs(realtime.database_now() - realtime.now())
    return Finding(
        "clock",
        apart < timedelta(seconds=2),
        f"ours and the database's differ by {apart.total_seconds():.1f} s",
        needed=False,
    )


def _jobs() -> Finding:
    health = jobs.health(clock.business_now())
    said = f"{health.waiting} waiting, {health.late} late, {health.parked} parked"
    return Finding("jobs", not health.parked and not health.late, said, needed=False)


def _reactions() -> Finding:
    parked = records.parked().count()
    return Finding("reactions", not parked, f"{records.waiting_deliveries()} waiting, {parked} parked", needed=False)
