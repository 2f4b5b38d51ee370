"""
Writes one share of the stored cases, as a process of its own beside others: SQL alone, no Django.

`python -m yichuang.config.bench.writing DSN`, with what is to be written on its standard input as JSON.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import psycopg

from yichuang.kernel.ledger import GENESIS
from yichuang.kernel.ledger.digest import FORM

SEEDS = """
CREATE TEMP TABLE seed ON COMMIT DROP AS
SELECT n, n > %(ended)s AS open, %(fresh)s AS fresh, u.unit_id, h1, h2, at,
  'bench_item_' || lpad((place * %(items)s + h2 %% %(items)s)::text, 4, '0') AS item,
  (ARRAY['ONLINE', 'WINDOW', 'WINDOW', 'STREET'])[1 + h2 %% 4] AS channel,
  %(party)s::bigint + h2 %% %(parties)s AS party, %(clerk)s::bigint + h1 %% %(clerks)s AS clerk,
  CASE WHEN %(fresh)s OR h2 %% 10 < 6 THEN 1 WHEN h2 %% 10 < 9 THEN 2 ELSE 3 END AS phase,
  h1 %% 5 = 0 AND NOT %(fresh)s AS returned, h1 %% 64 = 1 AND NOT %(fresh)s AS paused,
  date_trunc('day', at + (h2 %% 12 + 4) * interval '1 day') + interval '9 hours' AS due_at
FROM (
  SELECT n, h1, h2, floor(%(units)s * power(h1 / 2147483648.0, 1.5))::int AS place,
    %(at)s::timestamptz - h2 %% 28800 * interval '1 second'
      - CASE WHEN n > %(ended)s THEN h1 %% 14 ELSE 20 + h1 %% 1000 END * interval '1 day' AS at
  FROM (SELECT n, hashint8(n) & 2147483647 AS h1, hashint8(n + 500000000) & 2147483647 AS h2
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) n) hashed
) placed JOIN unnest(%(unit_ids)s::bigint[]) WITH ORDINALITY AS u (unit_id, ordinal) ON u.ordinal = place + 1
"""

DOSSIERS = """
INSERT INTO work_dossier (id, kind, number, title, unit_id, region, item_code, state, root_id, lifecycle,
  lifecycle_version, plan, plan_version, pinned, limits, facts, opened_at, accepted_at, concluded_at, ended_at, outcome,
  version, watched, amber_at, due_at, legal_due_at, paused_since, is_synthetic, channel, source)
SELECT n, 'case', 'B' || n, '示例事项' || item || '（' || n || '）', unit_id, '420106', item,
  CASE WHEN NOT open THEN 'archived' WHEN paused THEN 'special_start' WHEN phase = 1 THEN 'accepted' ELSE 'processing'
  END, n, 'permit', 1, 'permit_three_hands', 1, '{}',
  '{"legal": {"limit": 20, "rule": "", "unit": "working_day"},'
    || ' "promise": {"limit": 10, "rule": "", "unit": "working_day"}}',
  '{}', at, at + interval '1 hour', CASE WHEN NOT open THEN at + interval '6 days' END,
  CASE WHEN NOT open THEN at + interval '9 days' END, CASE WHEN open THEN '' ELSE 'passed' END, 4,
  CASE WHEN open THEN 'promise' ELSE '' END, CASE WHEN open AND NOT paused THEN due_at - interval '56 hours' END,
  CASE WHEN open AND NOT paused THEN due_at END, CASE WHEN open AND NOT paused THEN due_at + interval '14 days' END,
  CASE WHEN open AND paused THEN at + interval '1 day' END, true, channel, ''
FROM seed
"""

TALLIES = """
INSERT INTO work_tally (dossier_id, kind, item_code, unit_id, region, channel, source, is_synthetic, opened_at,
  accepted_at, concluded_at, ended_at, outcome, promise_limit, promise_unit, due_at, legal_limit, legal_unit,
  legal_due_at, used, is_late, is_late_legally, valid_from, valid_to, recorded_at, superseded_at)
SELECT n, 'case', item, unit_id, '420106', channel, '', true, at, at + interval '1 hour',
  CASE WHEN t.concluded THEN at + interval '6 days' END, CASE WHEN t.concluded THEN at + interval '9 days' END,
  CASE WHEN t.concluded THEN 'passed' ELSE '' END, 10, 'working_day',
  CASE WHEN NOT (open AND paused) THEN due_at END, 20, 'working_day',
  CASE WHEN NOT (open AND paused) THEN due_at + interval '14 days' END, CASE WHEN t.concluded THEN 4 END,
  CASE WHEN t.concluded THEN due_at < at + interval '6 days' END, CASE WHEN t.concluded THEN false END,
  at + t.since, CASE WHEN t.until AND NOT open THEN at + interval '6 days' END, at + t.since,
  CASE WHEN t.until AND NOT open THEN at + interval '6 days' END
FROM seed, (VALUES (false, interval '0', true), (true, interval '6 days', false)) AS t (concluded, since, until)
WHERE NOT open OR NOT t.concluded
"""

CASES = """
INSERT INTO cases_case (dossier_id, item_id, item_version, applicant_id, agent_relation, recipient_name,
  recipient_phone, recipient_address, delivery_kind, channel, site, "window", received_at, entered_at, identity_check,
  by_dictation, answers, answers_before, situation, query_code, on_commitment, is_tolerant, deemed, project_code)
SELECT n, item, 1, party, '', '', '', '', 'WINDOW', channel, '', '',
  at, at, 'ACCOUNT', false, '{"phone": "10000001234"}', '{}', '{}', lpad((h2 % 100000000)::text, 8, '0'), false, false,
  false, ''
FROM seed
"""

NOTICES = """
INSERT INTO cases_notice (case_id, n, channel, told_at, told_by_id, is_precheck, answered_at)
SELECT n, 1, 'ONLINE', at + interval '20 minutes', clerk, true, at + interval '40 minutes' FROM seed WHERE h2 % 12 = 0
"""

OUTSIDE = """
INSERT INTO cases_outsidenumber (case_id, system, number, state, at)
SELECT n, 'province', 'P' || n, '', at FROM seed WHERE h1 % 40 = 0
"""

STEPS = """
INSERT INTO work_step (id, dossier_id, root_id, key, attempt, kind, name, unit_id, permission, item_code, state,
  optional, flagged, because, opened_at, claimed_by_id, claimed_at, claim_until, done_by_id, done_at, outcome, opinion,
  previous_by_id, amber_at, due_at)
SELECT n * 8 + row, n, n, key, attempt, 'work', name, unit_id, permission, item,
  CASE WHEN is_done THEN 'done' WHEN NOT is_live THEN 'waiting' WHEN claimed THEN 'claimed' ELSE 'open' END, false,
  false, '', CASE WHEN is_done OR is_live THEN at + interval '1 hour' + (row - 1) * interval '1 day' END,
  CASE WHEN claimed THEN clerk END, CASE WHEN claimed THEN at + row * interval '1 day' END,
  CASE WHEN claimed THEN at + row * interval '1 day' END, CASE WHEN is_done THEN clerk END,
  CASE WHEN is_done THEN at + row * interval '1 day' END,
  CASE WHEN NOT is_done THEN '' WHEN back THEN 'send_back' WHEN place = 3 THEN 'approve' ELSE 'agree' END,
  CASE WHEN is_done THEN '同意。' ELSE '' END,
  CASE WHEN row > 1 AND (is_done OR is_live) THEN clerk END,
  CASE WHEN is_live AND NOT paused THEN due_at - interval '32 hours' END,
  CASE WHEN is_live AND NOT paused THEN due_at END
FROM (
  SELECT *, is_live AND claimable AND h2 % 7 = 0 AS claimed FROM (
    SELECT seed.*, s.*, NOT open OR s.row < live_row AS is_done, open AND s.row = live_row AS is_live,
      NOT fresh AS claimable
    FROM (SELECT *, CASE WHEN returned THEN phase + 2 ELSE phase END AS live_row FROM seed) seed,
      (VALUES (true, 1, 'handle', 1, 1, '承办', 'cases.handle', false),
        (true, 2, 'review', 1, 2, '审核', 'cases.review', true),
        (true, 3, 'handle', 2, 1, '承办', 'cases.handle', false),
        (true, 4, 'review', 2, 2, '审核', 'cases.review', false),
        (true, 5, 'sign', 1, 3, '签发', 'cases.decide', false),
        (false, 1, 'handle', 1, 1, '承办', 'cases.handle', false),
        (false, 2, 'review', 1, 2, '审核', 'cases.review', false),
        (false, 3, 'sign', 1, 3, '签发', 'cases.decide', false))
        AS s (way, row, key, attempt, place, name, permission, back)
    WHERE s.way = returned) each
) steps
"""

CLOCKS = """
INSERT INTO work_clock
  (id, dossier_id, step_id, kind, attempt, "limit", unit, rule, started_at, stopped_at, amber_at, due_at)
SELECT n * 4 + c.place, n, CASE WHEN c.kind = 'step' THEN n * 8 + CASE WHEN returned THEN phase + 2 ELSE phase END END,
  c.kind, 1, c.days, 'working_day', '', at + interval '1 hour', CASE WHEN NOT open THEN at + interval '6 days' END,
  CASE WHEN NOT (open AND paused) THEN due_at - interval '56 hours' END,
  CASE WHEN NOT (open AND paused) THEN due_at + CASE WHEN c.kind = 'legal' THEN interval '14 days' ELSE interval '0' END
  END
FROM seed, (VALUES (1, 'promise', 10), (2, 'legal', 20), (3, 'step', 5)) AS c (place, kind, days)
WHERE open OR c.kind <> 'step'
"""

PAUSES = """
INSERT INTO work_pause (clock_id, from_at, kind, reason, basis, cancelled_because)
SELECT n * 4 + place, at + interval '1 day', '专家评审', '示例', '行政许可法 第四十五条', ''
FROM seed, generate_series(1, 3) place WHERE open AND paused
"""

SPANS = """
INSERT INTO work_span (dossier_id, state, from_at, to_at, recorded_at)
SELECT n, s.state, at + s.since, CASE WHEN open AND s.place = 2 OR s.place = 3 THEN NULL ELSE at + s.until END,
  at + s.since
FROM seed, (VALUES (1, 'received', interval '0', interval '1 hour'),
  (2, 'accepted', interval '1 hour', interval '6 days'), (3, 'archived', interval '9 days', NULL))
  AS s (place, state, since, until)
WHERE NOT open OR s.place < 3
"""

ACCESS = """
INSERT INTO work_access (dossier_id, scope_kind, scope_id)
SELECT n, s.kind, s.id FROM seed, LATERAL (VALUES ('unit', unit_id::text), ('party', party::text))
  AS s (kind, id)
"""

TOLD = (
    ("ApplicationReceived", "0 hours", '"channel":"ONLINE","item":"\' || item || \'","papers":["材料接收凭证"]'),
    ("CaseAccepted", "1 hours", '"due_at":"\' || due_at || \'","on_commitment":false,"state":["received","accepted"]'),
    ("StepHandled", "24 hours", '"outcome":"agree","step":"handle","steps":[["StepOpened","review",1,[]]]'),
    ("StepHandled", "48 hours", '"outcome":"agree","step":"review","steps":[["StepOpened","sign",1,[]]]'),
    ("CaseDecided", "144 hours", '"kind":"APPROVED","outcome":"passed","papers":["准予许可决定书"]'),
    ("ResultDelivered", "200 hours", '"receiver":"示例","state":["approved","delivered"]'),
)
"""The six records of an ended case: kind, when after it was opened, and what they say beside the case's id."""


def _records() -> str:
    """Write the statement that chains the records of a batch, each with the digest of the one before."""
    columns, links, rows = [], [], []
    previous = f"'{GENESIS}'"
    for n, (kind, after, said) in enumerate(TOLD, 1):
        moment = f"(extract(epoch FROM at + interval '{after}') * 1000000)::bigint"
        payload = f"('{{\"case_id\":' || n || ',{said}}}')"
        columns.append(f"{payload} AS p{n}, {moment} AS t{n}")
        head = (
            f"'[\"{FORM}\",\"dossier/' || n || '\",{n},\"{kind}\",\"' || by || '\",' || t{n} || ',' || t{n} || ',\"'"
            f" || {previous} || '\"]' || chr(10) || p{n}"
        )
        links.append(f"CROSS JOIN LATERAL (SELECT encode(sha256(convert_to({head}, 'UTF8')), 'hex') AS d{n}) l{n}")
        rows.append(f"({n}, '{kind}', at + interval '{after}', p{n}, {previous}, d{n})")
        previous = f"d{n}"
    digests = ", ".join(f"d{n}" for n in range(1, len(TOLD) + 1))
    return f"""
WITH chained AS MATERIALIZED (
  SELECT said.*, {digests} FROM (
    SELECT n, at, clerk || ' as bench/handle' AS by, CASE WHEN open THEN phase + 1 ELSE {len(TOLD)} END AS count,
      {", ".join(columns)} FROM seed) said {" ".join(links)}
), told AS (
  INSERT INTO records_record (stream, seq, kind, by, at, recorded_at, payload, previous, digest)
  SELECT 'dossier/' || n, r.seq, r.kind, by, r.at, r.at, r.payload, r.previous, r.digest
  FROM chained, LATERAL (VALUES {", ".join(rows)}) AS r (seq, kind, at, payload, previous, digest)
  WHERE r.seq <= count ORDER BY n, r.seq
)
INSERT INTO records_stream (id, count, head) SELECT 'dossier/' || n, count, (ARRAY[{digests}])[count] FROM chained
"""


FILLED = (DOSSIERS, TALLIES, CASES, NOTICES, OUTSIDE, STEPS, CLOCKS, PAUSES, SPANS, ACCESS, _records())


def main(dsn: str) -> int:
    """Write a share, batch by batch, each in one transaction; tells how many cases each batch was."""
    told = json.load(sys.stdin)
    with psycopg.connect(dsn) as database:
        for first in told.pop("firsts"):
            last = min(first + told["batch"] - 1, told["cases"])
            write(database, told | {"first": first, "last": last})
            print(last - first + 1, flush=True)
    return 0


def write(database: psycopg.Connection, told: dict[str, Any]) -> None:
    """Write one batch in one transaction."""
    with database.transaction(), database.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # keys are right by construction
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute(SEEDS, told)
        for statement in FILLED:
            cursor.execute(statement)
        cursor.execute("INSERT INTO bench_batch VALUES (%(first)s, %(last)s)", told)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
