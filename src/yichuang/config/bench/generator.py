"""
The stored cases: dossiers under the shipped plan of three hands, one in ten open, all chained with true digests.

The database writes them itself, some thousands to a batch and a transaction, so a million takes minutes; a run that was
broken off goes on with the batches that are missing. `records verify` accepts what is made.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg import connect
from psycopg.conninfo import make_conninfo
from tqdm import tqdm

from yichuang.config.bench import district
from yichuang.config.bench.writing import write
from yichuang.foundation.people.models import Unit

BATCH = 10_000
POOL = 50_000_000
"""Ids above this one are of cases made for one measurement, which uses them up."""
PROCESSES = 2
OPEN = 107
"""Of a thousand dossiers so many are open, with one open step each: three in a hundred of all steps."""

SEQUENCES = {"work_dossier": 1, "work_step": 8, "work_clock": 4}
"""Tables whose ids follow from the dossier's, and how many each dossier has."""
TABLES = (
    "work_dossier", "work_tally", "cases_case", "cases_notice", "cases_outsidenumber", "work_step", "work_clock",
    "work_pause", "work_span", "work_access", "records_record", "records_stream", "people_party", "people_account",
    "people_appointment", "people_unit", "django_session",
)  # fmt: skip


def fill(cases: int, at: datetime) -> int:
    """Make what is missing of so many stored cases; tells how many were made now."""
    held = _held()
    wanted = [first for first in range(1, cases + 1, BATCH) if first not in held]
    if not wanted:
        return 0
    said = _said(cases, at)
    command = [sys.executable, "-m", "yichuang.config.bench.writing", dsn()]
    children = []
    for place in range(min(PROCESSES, len(wanted))):
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert child.stdin is not None
        child.stdin.write(json.dumps(said | {"firsts": wanted[place::PROCESSES]}))
        child.stdin.close()
        children.append(child)
    made = 0
    with tqdm(total=len(wanted) * BATCH, unit=" cases", file=sys.stderr, disable=None) as bar:
        for child in children:
            assert child.stdout is not None
            for line in child.stdout:
                made += int(line)
                bar.update(int(line))
    if any(child.wait() for child in children):
        raise RuntimeError("the generator ended with an error")
    with connection.cursor() as cursor:
        for table, rows in SEQUENCES.items():
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), %s)", [(cases + 2) * rows])
        for table in TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")
        cursor.execute("CHECKPOINT")
    return made


def pool(size: int, at: datetime) -> range:
    """Make so many more cases, all of the unit of the lives and at their first step; gives their ids."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MAX(last), 0) FROM bench_batch WHERE first > %s", [POOL])
        (last,) = cursor.fetchone()
    first = max(POOL, last) + 1
    unit = Unit.objects.get(code=district.FOOD)
    said = _said(first, at) | {"fresh": True, "ended": 0, "unit_ids": [unit.pk], "units": 1}
    with connect(dsn()) as database:
        for begin in range(first, first + size, BATCH):
            write(database, said | {"first": begin, "last": min(begin + BATCH, first + size) - 1})
    return range(first, first + size)


def dsn() -> str:
    """Write the address of the database as PostgreSQL's own programs take it."""
    said = connection.get_connection_params()
    return make_conninfo(host=said["host"], dbname=said["dbname"], user=said["user"])


def _held() -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_batch (first bigint PRIMARY KEY, last bigint NOT NULL)")
        cursor.execute("SELECT first FROM bench_batch WHERE first < %s", [POOL])
        return {first for (first,) in cursor.fetchall()}


def _said(cases: int, at: datetime) -> dict[str, Any]:
    """Tell what every batch is told."""
    first, last = district.party_range()
    clerks = sorted(each.pk for each in district.clerks())
    units = district.unit_ids()
    return {
        "cases": cases, "batch": BATCH, "ended": cases - cases * OPEN // 1000, "at": at.isoformat(),
        "unit_ids": units, "units": len(units), "items": district.ITEMS_OF_A_UNIT, "party": first,
        "fresh": False, "parties": last - first + 1, "clerk": clerks[0], "clerks": CLERKS_IN_A_ROW,
    }  # fmt: skip


CLERKS_IN_A_ROW = district.CLERKS
"""Clerks are made in one go, so their ids follow each other."""
