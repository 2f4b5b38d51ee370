"""
Writes work of ours that is over: whole dossiers at once, thousands in a deed, as the engine would have left them.

What an old system handled comes in by `history`; this is work under our own lifecycles and plans whose records were
kept elsewhere, above all the made-up past of a demo. Due dates, what was used and what was late are computed by the
kernel from the clocks that are written, so that a figure cannot differ from its rows. Every dossier is at an end: no
clock runs, no job is ordered, nobody is told.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yichuang.foundation.records import bulk, realtime
from yichuang.foundation.work.models import Access, Clock, Dossier, Pause, Span, Step, Tally
from yichuang.foundation.work.terms import ClockKind, ScopeKind, StepKind, StepState
from yichuang.kernel import clocks as kernel
from yichuang.kernel.calendars import Office

Version = tuple[str, int]
"""Code and version of a definition to which a dossier is pinned."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What a dossier was held to from its acceptance to its conclusion: of a kind, in the units of `kernel.clocks`."""

    kind: ClockKind
    limit: int
    unit: str
    rule: str


@dataclass(frozen=True, slots=True)
class Halt:
    """A stretch in which the limits did not run, over by the conclusion."""

    from_at: datetime
    to_at: datetime
    kind: str
    basis: str
    reason: str


@dataclass(frozen=True, slots=True)
class DoneStep:
    """One step of the plan, done: by whom, since when in hand, until when, with what outcome and opinion."""

    key: str
    name: str
    permission: str
    opened_at: datetime
    done_at: datetime
    account_id: int | None
    outcome: str
    opinion: str = ""


@dataclass(frozen=True, slots=True)
class PastWork:
    """One dossier that is over, with the states that it went through (the first at its opening) and who may see it."""

    kind: str
    number: str
    title: str
    unit_id: int
    region: str
    item_code: str
    channel: str
    lifecycle: Version
    plan: Version
    pinned: dict[str, Version]
    opened_at: datetime
    accepted_at: datetime
    concluded_at: datetime
    outcome: str
    states: tuple[tuple[str, datetime], ...]
    steps: tuple[DoneStep, ...]
    limits: tuple[Limit, ...]
    halts: tuple[Halt, ...] = ()
    seen_by: tuple[tuple[ScopeKind, int], ...] = ()
    is_synthetic: bool = False

    @property
    def ended_at(self) -> datetime:
        """Give the moment of its last state."""
        return self.states[-1][1]

    def clock(self, limit: Limit) -> kernel.Clock:
        """Read a limit as the kernel's clock, stopped at the conclusion."""
        pauses = tuple(kernel.Pause(each.from_at, each.to_at, each.kind, each.basis) for each in self.halts)
        unit = kernel.Unit(limit.unit)
        return kernel.Clock(limit.limit, unit, self.accepted_at, pauses=pauses, stopped_at=self.concluded_at)


def write(rows: Sequence[PastWork], office: Office) -> list[int]:
    """Write dossiers with steps, clocks, pauses, spans, access and tallies; give their ids. Call it inside a deed."""
    recorded_at = realtime.database_now()
    pairs = list(zip(bulk.take_ids(Dossier, len(rows)), rows, strict=True))
    bulk.write(Dossier, [_dossier(pk, row) for pk, row in pairs])
    bulk.write(Step, [step for pk, row in pairs for step in _steps(pk, row)])
    clocks = [(_clock(pk, row, limit, office), row) for pk, row in pairs for limit in row.limits]
    bulk.write(Clock, [clock for clock, _row in clocks])
    bulk.write(Pause, [pause for clock, row in clocks for pause in _pauses(clock, row)])
    bulk.write(Span, [span for pk, row in pairs for span in _spans(pk, row, recorded_at)])
    bulk.write(Access, [access for pk, row in pairs for access in _access(pk, row)])
    bulk.write(Tally, [tally for pk, row in pairs for tally in _tallies(pk, row, office, recorded_at)])
    return [pk for pk, _row in pairs]


def _dossier(pk: int, row: PastWork) -> Dossier:
    return Dossier(
        pk=pk,
        kind=row.kind,
        number=row.number,
        title=row.title[:300],
        unit_id=row.unit_id,
        region=row.region,
        item_code=row.item_code,
        channel=row.channel,
        state=row.states[-1][0],
        root_id=pk,
        lifecycle=row.lifecycle[0],
        lifecycle_version=row.lifecycle[1],
        plan=row.plan[0],
        plan_version=row.plan[1],
        pinned=json.dumps(row.pinned),
        limits=json.dumps(
            {each.kind: {"limit": each.limit, "rule": each.rule, "unit": each.unit} for each in row.limits},
            ensure_ascii=False,
        ),
        opened_at=row.opened_at,
        accepted_at=row.accepted_at,
        concluded_at=row.concluded_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
        version=1,
        is_synthetic=row.is_synthetic,
    )


def _steps(pk: int, row: PastWork) -> Iterator[Step]:
    attempts: dict[str, int] = {}
    before: int | None = None
    for step in row.steps:
        attempts[step.key] = attempts.get(step.key, 0) + 1
        yield Step(
            dossier_id=pk,
            root_id=pk,
            key=step.key,
            attempt=attempts[step.key],
            kind=StepKind.WORK,
            name=step.name,
            unit_id=row.unit_id,
            permission=step.permission,
            item_code=row.item_code,
            state=StepState.DONE,
            opened_at=step.opened_at,
            done_by_id=step.account_id,
            done_at=step.done_at,
            outcome=step.outcome,
            opinion=step.opinion,
            previous_by_id=before,
        )
        before = step.account_id


def _clock(pk: int, row: PastWork, limit: Limit, office: Office) -> Clock:
    clock = row.clock(limit)
    return Clock(
        dossier_id=pk,
        kind=limit.kind,
        limit=limit.limit,
        unit=limit.unit,
        rule=limit.rule[:120],
        started_at=row.accepted_at,
        stopped_at=row.concluded_at,
        amber_at=kernel.amber_at(clock, office),
        due_at=kernel.due(clock, office),
    )


def _pauses(clock: Clock, row: PastWork) -> Iterator[Pause]:
    for each in row.halts:
        yield Pause(
            clock_id=clock.pk,
            from_at=each.from_at,
            to_at=each.to_at,
            kind=each.kind,
            reason=each.reason,
            basis=each.basis,
        )


def _spans(pk: int, row: PastWork, recorded_at: datetime) -> Iterator[Span]:
    ends: list[datetime | None] = [*(since for _state, since in row.states[1:]), None]
    for (state, since), until in zip(row.states, ends, strict=True):
        yield Span(dossier_id=pk, state=state, from_at=since, to_at=until, recorded_at=recorded_at)


def _access(pk: int, row: PastWork) -> Iterator[Access]:
    for kind, scope in dict.fromkeys([(ScopeKind.UNIT, row.unit_id), *row.seen_by]):
        yield Access(dossier_id=pk, scope_kind=kind, scope_id=str(scope))


def _tallies(pk: int, row: PastWork, office: Office, recorded_at: datetime) -> Iterator[Tally]:
    """Say of it how it stood while it was open, and how since it is concluded."""
    common: dict[str, Any] = {
        "dossier_id": pk,
        "kind": row.kind,
        "item_code": row.item_code,
        "unit_id": row.unit_id,
        "region": row.region,
        "channel": row.channel,
        "source": "",
        "is_synthetic": row.is_synthetic,
        "opened_at": row.opened_at,
        "accepted_at": row.accepted_at,
        "recorded_at": recorded_at,
        **_limits(row, office),
    }
    until = {"valid_from": row.opened_at, "valid_to": row.concluded_at, "superseded_at": recorded_at}
    yield Tally(**common, **until, outcome="")
    said = {"concluded_at": row.concluded_at, "ended_at": row.ended_at, "outcome": row.outcome}
    yield Tally(**common, **said, **_used(row, office), valid_from=row.concluded_at)


def _limits(row: PastWork, office: Office) -> dict[str, Any]:
    said: dict[str, Any] = {"promise_limit": None, "promise_unit": "", "legal_limit": None, "legal_unit": ""}
    for limit in row.limits:
        due = kernel.due(row.clock(limit), office)
        if limit.kind == ClockKind.PROMISE:
            said |= {"promise_limit": limit.limit, "promise_unit": limit.unit, "due_at": due}
        elif limit.kind == ClockKind.LEGAL:
            said |= {"legal_limit": limit.limit, "legal_unit": limit.unit, "legal_due_at": due}
    return said


def _used(row: PastWork, office: Office) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for limit in row.limits:
        clock = row.clock(limit)
        if limit.kind == ClockKind.PROMISE:
            said["used"] = int(kernel.used(clock, row.concluded_at, office))
            said["is_late"] = kernel.was_late(clock, office)
        elif limit.kind == ClockKind.LEGAL:
            said["is_late_legally"] = kernel.was_late(clock, office)
    return said
