"""
The hottest deed, completing a step, in two statements on PostgreSQL: one that locks and reads, one that writes.

Between them plan, due dates and digest are computed in Python. What is not plain — a joint step, a child dossier, a
step that returns, ends or denies its plan, one that is done or in other hands — is left to `deeds`, which also gives
every refusal its words. Rows are the same either way, byte for byte; a test holds them together
(`docs/decisions/0003`). SQLite does everything by `deeds`: it lives in our process, and a statement costs nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.records.pen import listeners, plain
from yichuang.foundation.work import steps, timing
from yichuang.foundation.work.terms import LIVE, StepKind, StepState
from yichuang.kernel import clocks, plans
from yichuang.kernel.calendars import Office
from yichuang.kernel.ledger import canonical, record_digest

DEED = "complete_step"
UNIT = "working_day"

READ = """
WITH root AS MATERIALIZED (
  SELECT id FROM work_dossier WHERE id = (
    SELECT d.root_id FROM work_step s JOIN work_dossier d ON d.id = s.dossier_id WHERE s.id = %(step)s::bigint
  ) FOR UPDATE
), own AS MATERIALIZED (
  SELECT d.* FROM root JOIN work_dossier d ON d.id = (SELECT dossier_id FROM work_step WHERE id = %(step)s::bigint)
  FOR UPDATE OF d
)
SELECT own.id, own.version, own.lifecycle, own.lifecycle_version, own.plan, own.plan_version, own.facts,
  (SELECT version FROM work_dossier seen WHERE seen.id = own.id), clock_timestamp(), chain.count, chain.head,
  (SELECT json_agg(json_build_array(id, key, attempt, state, outcome, kind, unit_id, permission, claimed_by_id,
      claim_until) ORDER BY attempt) FROM work_step WHERE dossier_id = own.id),
  (SELECT json_agg(json_build_array(c.id, c.step_id, c.kind, c.due_at, c.amber_at,
      (SELECT min(from_at) FROM work_pause p WHERE p.clock_id = c.id AND to_at IS NULL AND cancelled_at IS NULL)))
    FROM work_clock c WHERE c.dossier_id = own.id AND c.stopped_at IS NULL),
  (SELECT array_agg(scope_id) FROM work_access WHERE dossier_id = own.id AND scope_kind = 'unit'),
  EXISTS (SELECT FROM work_share w WHERE w.step_id = %(step)s::bigint AND w.state = 'open')
FROM own JOIN records_stream chain ON chain.id = 'dossier/' || own.id
"""

WRITE = """
WITH next AS (
  SELECT * FROM json_to_recordset(%(next)s::json) AS n(
    place int, id bigint, state text, opened_at timestamptz, flagged boolean, because text, previous_by bigint,
    days int, due_at timestamptz, amber_at timestamptz, rung text, rung_at timestamptz)
), ended AS (
  UPDATE work_step SET state = 'done', due_at = NULL, amber_at = NULL, outcome = %(outcome)s, opinion = %(opinion)s,
    done_by_id = %(account)s, done_at = %(at)s WHERE id = %(step)s::bigint
), resumed AS (
  UPDATE work_pause SET to_at = %(at)s
  WHERE clock_id = ANY(%(clocks)s::bigint[]) AND to_at IS NULL AND cancelled_at IS NULL
), stopped AS (
  UPDATE work_clock SET stopped_at = %(at)s WHERE id = ANY(%(clocks)s::bigint[])
), followed AS (
  UPDATE work_step s SET state = n.state, because = n.because, flagged = n.flagged, opened_at = n.opened_at,
    previous_by_id = n.previous_by, due_at = n.due_at, amber_at = n.amber_at FROM next n WHERE s.id = n.id
), begun AS (
  INSERT INTO work_clock
    (dossier_id, step_id, kind, attempt, "limit", unit, rule, started_at, stopped_at, amber_at, due_at)
  SELECT %(dossier)s, id, 'step', 1, days, 'working_day', 'plan', %(at)s, NULL, amber_at, due_at
  FROM next WHERE days IS NOT NULL ORDER BY place RETURNING id, step_id
), expected AS (
  INSERT INTO jobs_job (kind, key, due_at, payload, state, tries, not_before, lease_until, started_at, done_at,
    last_error, rows, result)
  SELECT 'work.rung', b.id || '/' || n.rung, n.rung_at, '{}', 'WAITING', 0, NULL, NULL, NULL, NULL, '', NULL, ''
  FROM begun b JOIN next n ON n.id = b.step_id ORDER BY n.place
), seen AS (
  INSERT INTO work_access (dossier_id, scope_kind, scope_id)
  SELECT %(dossier)s, 'unit', unit FROM unnest(%(units)s::text[]) AS unit
), chain AS (
  UPDATE records_stream SET count = %(seq)s, head = %(digest)s
  WHERE id = %(stream)s AND count = %(seq)s - 1 AND head = %(previous)s RETURNING id
), told AS (
  INSERT INTO records_record (stream, seq, kind, by, at, recorded_at, payload, previous, digest)
  SELECT id, %(seq)s, %(kind)s, %(by)s, %(at)s, %(recorded_at)s, %(payload)s, %(previous)s, %(digest)s FROM chain
  RETURNING id
), heard AS (
  INSERT INTO records_delivery (record_id, reaction, stream, tries, done_at, parked_at, error)
  SELECT told.id, reaction, %(stream)s, 0, NULL, NULL, '' FROM told, unnest(%(reactions)s::text[]) AS reaction
)
UPDATE work_dossier SET version = version + 1, watched = %(watched)s, due_at = %(due_at)s, amber_at = %(amber_at)s,
  legal_due_at = %(legal_due_at)s, paused_since = %(paused_since)s
WHERE id = %(dossier)s AND EXISTS (SELECT FROM told)
"""


class Overtaken(Exception):
    """Somebody wrote into the dossier's stream who does not lock dossiers: all is rolled back and done by `deeds`."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A row of a step, as far as completing one asks."""

    id: int
    key: str
    attempt: int
    state: str
    outcome: str
    kind: str
    unit_id: int | None
    permission: str
    claimed_by_id: int | None
    claim_until: str | None


@dataclass(frozen=True, slots=True)
class _Read:
    """What the first statement gave: the dossier is locked, and this is how it stands."""

    dossier_id: int
    lifecycle: tuple[str, int]
    plan: tuple[str, int]
    facts: str
    recorded_at: datetime
    count: int
    head: str
    steps: tuple[_Step, ...]
    running: tuple[tuple[int, int | None, timing.Running], ...]
    units: frozenset[str]

    @property
    def latest(self) -> dict[str, _Step]:
        """Give the latest attempt of every step, by key."""
        return {each.key: each for each in self.steps}


def complete(*, step_id: int, outcome: str, opinion: str, by: Actor, at: datetime, told: Callable[[str], Any]) -> bool:
    """
    Complete a plain step; False, with nothing done, where it is not plain or this is not PostgreSQL.

    `told(key of the step)` gives the event of the deed.

    :raises NotAllowed: the actor's posts do not act on it
    :raises NotPossible: what the plan says to this outcome
    """
    if connection.vendor != "postgresql":
        return False
    try:
        with transaction.atomic():
            read = _read(step_id)
            written = read and _write(read, step_id, outcome, opinion, by, at, told)
            if not written:
                return False
            with connection.cursor() as cursor:
                cursor.execute(WRITE, written)
                if cursor.rowcount != 1:
                    raise Overtaken
    except Overtaken:
        return False
    return True


def _read(step_id: int) -> _Read | None:
    """
    Lock the root and the dossier, and read; None where there is no such step, no plan or no stream.

    A statement that waited for a lock still sees the other rows as they were before it waited. Every deed counts up
    the dossier's version, and of a locked row the newest one is given: where it differs from the version seen, a second
    reading sees what that deed wrote.
    """
    with connection.cursor() as cursor:
        for _reading in range(2):
            cursor.execute(READ, {"step": step_id})
            row = cursor.fetchone()
            if row is None:
                return None
            (dossier, version, lifecycle, lifecycle_version, plan, plan_version, facts, seen, recorded_at, count, head,
             rows, running, units, waits) = row  # fmt: skip
            if version == seen:
                break
    if not plan or plan_version is None or version != seen or waits:
        return None
    return _Read(
        dossier_id=dossier,
        lifecycle=(lifecycle, lifecycle_version),
        plan=(plan, plan_version),
        facts=facts,
        recorded_at=recorded_at,
        count=count,
        head=head,
        steps=tuple(_Step(*each) for each in _parsed(rows)),
        running=tuple(_running(*each) for each in _parsed(running)),
        units=frozenset(units or ()),
    )


def _write(
    read: _Read, step_id: int, outcome: str, opinion: str, by: Actor, at: datetime, told: Callable[[str], Any]
) -> dict[str, Any] | None:
    """Compute what the second statement is given; None where the deed is not plain."""
    row = next(each for each in read.steps if each.id == step_id)
    who = by.by_for(row.permission, row.unit_id)
    plan: plans.Plan = definitions.get("plan", *read.plan)
    if not _is_plain(read, row, plan, by, at):
        return None
    standing = plans.Standing({key: _standing(each) for key, each in read.latest.items() if key in plan.steps})
    _, effects = plans.complete(plan, standing, row.key, outcome, steps.facts_in(read.facts))
    office = timing.office()
    following = _following(read, plan, effects, by, at, office)
    if following is None:
        return None
    watch = timing.watched({running.kind: running for _, step, running in read.running if step is None})
    event = told(row.key)
    body = canonical(
        plain(event)
        | plain(
            {
                "deed": DEED,
                "steps": [[type(each).__name__, each.step, each.attempt, list(each.because)] for each in effects],
                "due_at": watch["due_at"],
                "papers": [],
            }
        )
    )
    stream, kind = f"dossier/{read.dossier_id}", type(event).__name__
    digest = record_digest(
        stream=stream,
        seq=read.count + 1,
        kind=kind,
        by=str(who),
        at=at,
        recorded_at=read.recorded_at,
        payload=body,
        previous=read.head,
    )
    opened = {str(read.latest[each["key"]].unit_id): None for each in following if each["state"] == StepState.OPEN}
    return watch | {
        "dossier": read.dossier_id,
        "step": step_id,
        "outcome": outcome,
        "opinion": opinion,
        "account": by.account_id,
        "at": at,
        "clocks": [clock for clock, of_step, _ in read.running if of_step == step_id],
        "next": json.dumps(following, ensure_ascii=False, default=str),
        "units": [unit for unit in opened if unit not in read.units],
        "stream": stream,
        "seq": read.count + 1,
        "previous": read.head,
        "digest": digest,
        "kind": kind,
        "by": str(who),
        "recorded_at": read.recorded_at,
        "payload": body.decode(),
        "reactions": listeners(kind),
    }


def _is_plain(read: _Read, row: _Step, plan: plans.Plan, by: Actor, at: datetime) -> bool:
    declared = plan.steps.get(row.key)
    claimed = row.claimed_by_id is not None and row.claimed_by_id != by.account_id and not by.is_system
    lifecycle = definitions.get("lifecycle", *read.lifecycle)
    return (
        declared is not None
        and not declared.joint
        and row.state in LIVE
        and read.latest[row.key] is row
        and not (claimed and (row.claim_until is None or at <= datetime.fromisoformat(row.claim_until)))
        and not any(move.deed == DEED for move in lifecycle.moves)
    )


def _following(
    read: _Read, plan: plans.Plan, effects: Iterable[plans.Effect], by: Actor, at: datetime, office: Office
) -> list[dict[str, Any]] | None:
    """List how each step is written that follows; None where one is not plain."""
    found: list[dict[str, Any]] = []
    for place, effect in enumerate(effects):
        step, row = plan.steps.get(effect.step), read.latest.get(effect.step)
        if step is None or row is None or row.attempt != effect.attempt or row.state != StepState.WAITING:
            return None
        said: dict[str, Any] = {"place": place, "id": row.id, "key": row.key, "because": "；".join(effect.because)}
        match effect:
            case plans.StepSkipped():
                found.append(said | {"state": StepState.SKIPPED, "flagged": False})
            case plans.StepOpened() if step.kind == StepKind.WORK.value and not step.joint and row.unit_id is not None:
                said |= {"state": StepState.OPEN, "flagged": effect.unknown, "opened_at": at}
                found.append(said | {"previous_by": by.account_id} | _clock(step.days, at, office))
            case _:
                return None
    return found


def _clock(days: int | None, at: datetime, office: Office) -> dict[str, Any]:
    """Tell when a step's clock is due that starts now, and which rung it passes first; nothing without a limit."""
    if not days:
        return {}
    clock = clocks.Clock(limit=days, unit=clocks.Unit(UNIT), started_at=at)
    due, amber = clocks.due(clock, office), clocks.amber_at(clock, office)
    moments = timing.rungs_between(amber, due, office)
    rung = next(iter(moments))
    return {"days": days, "due_at": due, "amber_at": amber, "rung": rung, "rung_at": moments[rung]}


def _standing(row: _Step) -> plans.StepStanding:
    return plans.StepStanding(plans.StepState(row.state), row.attempt, row.outcome or None)


def _running(
    clock: int, step: int | None, kind: str, due: str | None, amber: str | None, paused: str | None
) -> tuple[int, int | None, timing.Running]:
    return clock, step, timing.Running(kind, _moment(due), _moment(amber), _moment(paused))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _parsed(value: Any) -> list[Any]:
    """Read what PostgreSQL aggregated: the driver gives JSON as text or read already, nothing as None."""
    if value is None:
        return []
    rows: list[Any] = json.loads(value) if isinstance(value, str) else value
    return rows
