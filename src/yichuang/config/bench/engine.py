"""
Completing a step against the database's own limit: pgbench that sends the same rows statement by statement.

Numbers of a busy machine say little by themselves, so each run runs every way once and the ratios are taken inside the
run. Every run uses up cases that are made for it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from django.db import connection
from psycopg import connect

from yichuang.config.bench import district, generator
from yichuang.config.bench.main import AT
from yichuang.config.bench.results import Result, milliseconds

SECONDS = 4.0
CLIENTS = (1, 8)
WAYS = {"fused": "two statements", "deed": "statement by statement through the ORM"}
NEEDED = {("fused", 1): 2500, ("fused", 8): 1200, ("deed", 1): 400, ("deed", 8): 200}
"""Cases that one client uses up in a run, generously."""
SPARE = 2000
"""Cases on which pgbench writes, again and again."""
KEPT = 2
"""Records that a case of the pool has when it is made: received and accepted."""

PGBENCH = """
\\set d random(%d, %d)
BEGIN;
SELECT id FROM work_dossier WHERE id = :d FOR UPDATE;
SELECT * FROM work_dossier WHERE id = :d;
SELECT * FROM work_step WHERE dossier_id = :d;
SELECT * FROM work_clock WHERE dossier_id = :d AND stopped_at IS NULL;
SELECT scope_id FROM work_access WHERE dossier_id = :d AND scope_kind = 'unit';
UPDATE work_step SET state = 'done', due_at = NULL, amber_at = NULL, outcome = 'agree', opinion = '同意。',
  done_at = now() WHERE dossier_id = :d AND key = 'handle';
UPDATE work_clock SET stopped_at = now() WHERE dossier_id = :d AND kind = 'step' AND stopped_at IS NULL;
UPDATE work_step SET state = 'open', opened_at = now(), due_at = now(), amber_at = now()
  WHERE dossier_id = :d AND key = 'review';
INSERT INTO work_clock (dossier_id, step_id, kind, attempt, "limit", unit, rule, started_at, amber_at, due_at)
  SELECT :d, id, 'step', 1, 3, 'working_day', 'plan', now(), now(), now()
  FROM work_step WHERE dossier_id = :d AND key = 'review';
INSERT INTO jobs_job (kind, key, due_at, payload, state, tries, last_error, result)
  VALUES ('work.rung', lastval() || '/amber', now(), '{}', 'WAITING', 0, '', '');
SELECT count, head FROM records_stream WHERE id = 'dossier/' || :d::text FOR UPDATE;
UPDATE records_stream SET count = count + 1, head = md5(head) || md5(id) WHERE id = 'dossier/' || :d::text;
INSERT INTO records_record (stream, seq, kind, by, at, recorded_at, payload, previous, digest)
  SELECT id, count, 'StepCompleted', '1 as handle', now(), now(),
    '{"deed":"complete_step","due_at":"2019-10-22T09:00:00+00:00","key":"handle","outcome":"agree","papers":[],'
    '"step_id":1,"steps":[["StepOpened","review",1,[]]]}', head, head
  FROM records_stream WHERE id = 'dossier/' || :d::text;
UPDATE work_dossier SET version = version + 1, due_at = now() + interval '14 days', amber_at = now() + interval '9 days'
  WHERE id = :d;
COMMIT;
"""


def measure(runs: int) -> Iterator[Result]:
    """Let pgbench, the fused statements and the ORM complete steps, one after the other, with one and eight clients."""
    ratios: dict[tuple[str, int], list[float]] = defaultdict(list)
    rates: dict[tuple[str, int], list[float]] = defaultdict(list)
    p95: dict[tuple[str, int], list[float]] = defaultdict(list)
    for _run in range(runs):
        spare = generator.pool(SPARE, AT)
        for clients in CLIENTS:
            limit = _pgbench(clients, spare)
            _take_back(spare)
            rates["pgbench", clients].append(limit)
            for way in WAYS:
                rate, took = _ours(way, clients)
                rates[way, clients].append(rate)
                ratios[way, clients].append(100 * rate / limit)
                p95[way, clients].append(milliseconds(took)["p95"])
    for (way, clients), found in ratios.items():
        is_target = (way, clients) == ("fused", 8)
        who = f"{clients} client" + ("s" if clients > 1 else "")
        limit, rate = sorted(rates["pgbench", clients])[runs // 2], sorted(rates[way, clients])[runs // 2]
        note = f"{rate:.0f} /s of {limit:.0f} /s"
        what = f"a step completed, {WAYS[way]}, {who}: of pgbench"
        yield Result("engine", what, "%", tuple(found), 50 if is_target else None, higher=True, note=note)
        yield Result("engine", f"the same: p95, {who}", "ms", tuple(p95[way, clients]), 25 if is_target else None)


def _ours(way: str, clients: int) -> tuple[float, list[float]]:
    """Let clients of ours run side by side, each on its own cases; gives deeds a second and how long each took."""
    size = NEEDED[way, clients]
    cases = generator.pool(clients * size, AT)
    people = [district.of_food(role)[0].pk for role in ("handler", "reviewer")]
    connection.close()
    command = [sys.executable, "-m", "yichuang.config.bench.engine_client", way, str(SECONDS)]
    started = []
    for place in range(clients):
        own = cases[place * size : (place + 1) * size]
        started.append(
            subprocess.Popen(
                [*command, str(own[0]), str(own[-1]), *map(str, people)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
        )  # fmt: skip
    for each in started:
        assert each.stdout is not None
        if each.stdout.readline() != "ready\n":
            raise RuntimeError("a client did not begin")
    for each in started:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    told = [json.loads(each.communicate()[0]) for each in started]
    rate = sum(len(each["took"]) / each["elapsed"] for each in told)
    return rate, [seconds for each in told for seconds in each["took"]]


def _pgbench(clients: int, cases: range) -> float:
    """Let pgbench write the same rows, statement by statement, prepared; gives transactions a second."""
    said = connection.get_connection_params()
    with tempfile.TemporaryDirectory() as scratch:
        script = Path(scratch, "step.sql")
        script.write_text(PGBENCH % (cases[0], cases[-1]), encoding="utf-8")
        command = [
            _program(), "-n", "-M", "prepared", "-c", clients, "-j", min(clients, 2), "-T", int(SECONDS),
            "-f", script, "-h", said["host"], "-U", said["user"], said["dbname"],
        ]  # fmt: skip
        ended = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(ended.stderr)
    (line,) = [line for line in ended.stdout.splitlines() if line.startswith("tps")]
    return float(line.split()[2])


def _take_back(cases: range) -> None:
    """Take away the records that pgbench wrote: their digests are made up, and verifying would find every one."""
    said = {"streams": [f"dossier/{n}" for n in cases], "kept": KEPT}
    with connect(generator.dsn()) as database:
        database.execute("SET LOCAL session_replication_role = replica")  # records are append-only
        database.execute("DELETE FROM records_record WHERE stream = ANY(%(streams)s) AND seq > %(kept)s", said)
        database.execute(
            "UPDATE records_stream SET count = r.seq, head = r.digest FROM records_record r WHERE records_stream.id = "
            "ANY(%(streams)s) AND r.stream = records_stream.id AND r.seq = %(kept)s",
            said,
        )


def _program() -> str:
    """Find pgbench: beside the server's programs, or in the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))
    name = str(found[-1]) if found else shutil.which("pgbench")
    if name is None:
        raise RuntimeError("pgbench is not installed: apt-get install postgresql")
    return name
