"""
Writes what another system handled: whole dossiers at once, thousands in a deed, in the same tables by the one writer.

What comes in is over: every state is an end, every clock stands, no job is ordered, nobody is told. An import adds and
never takes away: `grow` writes what a dossier has that it had not before. Decision 0011 says why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max

from yichuang.foundation.people.actors import local_day
from yichuang.foundation.records import bulk, realtime
from yichuang.foundation.work import tallies
from yichuang.foundation.work.models import Access, Clock, Dossier, Span, Step, Tally
from yichuang.foundation.work.terms import POSTS, ClockKind, ScopeKind, StepKind, StepState

KIND = "history"
LIFECYCLE = "history"
"""What the engine calls a dossier of an old system, and the table of its states."""

IMPORTED = "imported"
"""The rule of a clock that another system kept: its due date is what that system said."""

DAY = "calendar_day"
DONE = "done"
"""The outcome of a step of which the old system kept none."""

NOT_ENDED = "原系统没有记录结束时刻"
PERMISSION = POSTS["承办"]


@dataclass(frozen=True, slots=True)
class PastStep:
    """One thing that was done: what, by whom, since when, until when, and by when it was owed."""

    key: str
    name: str
    unit_id: int | None
    account_id: int | None
    opened_at: datetime | None
    done_at: datetime | None
    due_at: datetime | None = None
    outcome: str = DONE

    @property
    def identity(self) -> tuple[Any, ...]:
        """Give what makes it the same step when the file is brought in again."""
        return self.key, self.opened_at, self.done_at, self.unit_id, self.account_id, self.outcome

    @property
    def at(self) -> datetime:
        """Give the moment by which steps are put in order."""
        moment = self.done_at or self.opened_at
        assert moment, "a step happened at some time"
        return moment


@dataclass(frozen=True, slots=True)
class PastDossier:
    """One dossier of an old system, with its steps in the order in which they happened."""

    number: str
    title: str
    unit_id: int
    region: str
    item_code: str
    channel: str
    source: str
    opened_at: datetime
    states: tuple[tuple[str, datetime], ...]  # each state that it entered, and when; the first at its opening
    steps: tuple[PastStep, ...]
    accepted_at: datetime | None = None
    concluded_at: datetime | None = None
    outcome: str = ""
    planned_at: datetime | None = None  # by when it was to be done: the promise
    deadline_at: datetime | None = None  # by when it had to be: the law

    @property
    def ended_at(self) -> datetime:
        """Give the moment after which nothing is known of it: it is no open work of ours."""
        return self.concluded_at or max([self.opened_at, *(step.at for step in self.steps)])


def write(rows: Sequence[PastDossier], *, lifecycle_version: int) -> list[int]:
    """Write dossiers with their steps, clocks, spans, access and tallies; give their ids. Call it inside a deed."""
    if not rows:
        return []
    recorded_at = realtime.database_now()
    ids = bulk.take_ids(Dossier, len(rows))
    pairs = list(zip(ids, rows, strict=True))
    bulk.insert(Dossier, DOSSIER, (_dossier(pk, row, lifecycle_version) for pk, row in pairs))
    steps = bulk.take_ids(Step, sum(len(row.steps) for row in rows))
    numbered = iter(steps)
    with_ids = [(pk, row, [next(numbered) for _ in row.steps]) for pk, row in pairs]
    bulk.insert(Step, STEP, (said for pk, row, own in with_ids for said in _steps(pk, row, own, Counter())))
    bulk.insert(Clock, CLOCK, (said for pk, row, own in with_ids for said in _clocks(pk, row, own)))
    bulk.insert(Span, SPAN, (said for pk, row in pairs for said in _spans(pk, row, recorded_at)))
    bulk.insert(Access, ACCESS, (said for pk, row in pairs for said in _access(pk, row)))
    bulk.insert(Tally, TALLY, (_tally(pk, row, recorded_at) for pk, row in pairs))
    return ids


def grow(dossier_id: int, row: PastDossier, *, anew: bool = False) -> bool:
    """
    Add to a dossier what it has not: steps, and what is now said of it; tell whether anything was new.

    `row.steps` are all its steps, those that stand already among them. Steps that the file no longer has stay, unless
    all of it is written `anew`.
    """
    dossier = Dossier.objects.select_for_update().get(pk=dossier_id)
    if anew and [step.identity for step in steps_of(dossier_id)] != [step.identity for step in row.steps]:
        Clock.objects.filter(step__dossier_id=dossier_id).delete()
        Step.objects.filter(dossier_id=dossier_id).delete()
    there = Counter(step.identity for step in steps_of(dossier_id))
    new = []
    for step in row.steps:
        if there[step.identity]:
            there[step.identity] -= 1
        else:
            new.append(step)
    changes = {name: value for name, value in _said(row).items() if getattr(dossier, name) != value}
    if not new and not changes and not _limits_moved(dossier_id, row):
        return False
    for name, value in changes.items():
        setattr(dossier, name, value)
    dossier.version += 1
    dossier.save()
    if new:
        _add_steps(dossier_id, row, new)
    if new or changes:
        Span.objects.filter(dossier_id=dossier_id).delete()
        bulk.insert(Span, SPAN, _spans(dossier_id, row, realtime.database_now()))
    Clock.objects.filter(dossier_id=dossier_id, step=None).delete()
    bulk.insert(Clock, CLOCK, _own_clocks(dossier_id, row))
    known = set(Access.objects.filter(dossier_id=dossier_id).values_list("scope_kind", "scope_id"))
    bulk.insert(Access, ACCESS, [said for said in _access(dossier_id, row) if said[1:] not in known])
    tallies.put(dossier_id, tally_of(row), since=row.opened_at)
    return True


def read(dossier_id: int) -> PastDossier:
    """Read a dossier as it was brought in."""
    row = Dossier.objects.get(pk=dossier_id)
    limits = dict(Clock.objects.filter(dossier_id=dossier_id, step=None).values_list("kind", "due_at"))
    return PastDossier(
        number=row.number,
        title=row.title,
        unit_id=row.unit_id,
        region=row.region,
        item_code=row.item_code,
        channel=row.channel,
        source=row.source,
        opened_at=row.opened_at,
        states=tuple(Span.objects.filter(dossier=row).order_by("from_at", "pk").values_list("state", "from_at")),
        steps=tuple(steps_of(dossier_id)),
        accepted_at=row.accepted_at,
        concluded_at=row.concluded_at,
        outcome=row.outcome,
        planned_at=limits.get(ClockKind.PROMISE),
        deadline_at=limits.get(ClockKind.LEGAL),
    )


def steps_of(dossier_id: int) -> Iterator[PastStep]:
    """Read the steps of a dossier as they were brought in, in their order."""
    due = dict(Clock.objects.filter(dossier_id=dossier_id).exclude(step=None).values_list("step_id", "due_at"))
    for step in Step.objects.filter(dossier_id=dossier_id).order_by("pk"):
        yield PastStep(
            key=step.key,
            name=step.name,
            unit_id=step.unit_id,
            account_id=step.done_by_id,
            opened_at=step.opened_at,
            done_at=step.done_at,
            due_at=due.get(step.pk),
            outcome=step.outcome or DONE,
        )


def tally_of(row: PastDossier) -> dict[str, Any]:
    """Say what figures count of it: late against what the old system had promised, in calendar days."""
    over, opened = row.concluded_at, row.opened_at
    return {
        "kind": KIND,
        "item_code": row.item_code,
        "unit_id": row.unit_id,
        "region": row.region,
        "channel": row.channel,
        "source": row.source,
        "is_synthetic": False,
        "opened_at": opened,
        "accepted_at": row.accepted_at,
        "concluded_at": over,
        "ended_at": row.ended_at,
        "outcome": row.outcome,
        "promise_limit": _days(opened, row.planned_at),
        "promise_unit": DAY if row.planned_at else "",
        "due_at": row.planned_at,
        "legal_limit": _days(opened, row.deadline_at),
        "legal_unit": DAY if row.deadline_at else "",
        "legal_due_at": row.deadline_at,
        "used": _days(opened, over) if row.planned_at else None,
        "is_late": over > row.planned_at if over and row.planned_at else None,
        "is_late_legally": over > row.deadline_at if over and row.deadline_at else None,
    }


# ── rows, column by column ──────────────────────────────────────────────────────────────────────────────────────────

DOSSIER = [
    "id",
    "kind",
    "number",
    "title",
    "unit_id",
    "region",
    "item_code",
    "channel",
    "source",
    "state",
    "root_id",
    "lifecycle",
    "lifecycle_version",
    "plan",
    "pinned",
    "limits",
    "facts",
    "opened_at",
    "accepted_at",
    "concluded_at",
    "ended_at",
    "outcome",
    "version",
    "watched",
    "is_synthetic",
]
STEP = [
    "id",
    "dossier_id",
    "root_id",
    "key",
    "attempt",
    "kind",
    "name",
    "unit_id",
    "permission",
    "item_code",
    "state",
    "optional",
    "flagged",
    "because",
    "opened_at",
    "done_by_id",
    "done_at",
    "outcome",
    "opinion",
]
CLOCK = ["dossier_id", "step_id", "kind", "attempt", "limit", "unit", "rule", "started_at", "stopped_at", "due_at"]
SPAN = ["dossier_id", "state", "from_at", "to_at", "recorded_at"]
ACCESS = ["dossier_id", "scope_kind", "scope_id"]
TALLY = ["dossier_id", *tallies.COLUMNS, "valid_from", "recorded_at"]


def _said(row: PastDossier) -> dict[str, Any]:
    """Give the columns of a dossier that a later file may change."""
    return {
        "title": row.title,
        "unit_id": row.unit_id,
        "item_code": row.item_code,
        "channel": row.channel,
        "state": row.states[-1][0],
        "opened_at": row.opened_at,
        "accepted_at": row.accepted_at,
        "concluded_at": row.concluded_at,
        "ended_at": row.ended_at,
        "outcome": row.outcome,
    }


def _dossier(pk: int, row: PastDossier, lifecycle_version: int) -> tuple[Any, ...]:
    return (
        pk, KIND, row.number, row.title, row.unit_id, row.region, row.item_code, row.channel, row.source,
        row.states[-1][0], pk, LIFECYCLE, lifecycle_version, "", "{}", "{}", "{}", row.opened_at, row.accepted_at,
        row.concluded_at, row.ended_at, row.outcome, 1, "", False,
    )  # fmt: skip


def _steps(pk: int, row: PastDossier, ids: Iterable[int], attempts: Counter[str]) -> Iterator[tuple[Any, ...]]:
    """Write steps; `attempts` holds how often each key was there before."""
    for id_, step in zip(ids, row.steps, strict=True):
        yield _step(pk, row, id_, step, attempts)


def _step(pk: int, row: PastDossier, id_: int, step: PastStep, attempts: Counter[str]) -> tuple[Any, ...]:
    attempts[step.key] += 1
    over = step.done_at is not None
    return (
        id_, pk, pk, step.key, attempts[step.key], StepKind.WORK.value, step.name, step.unit_id, PERMISSION,
        row.item_code, (StepState.DONE if over else StepState.CANCELLED).value, False, False,
        "" if over else NOT_ENDED, step.opened_at, step.account_id, step.done_at, step.outcome if over else "", "",
    )  # fmt: skip


def _add_steps(pk: int, row: PastDossier, new: Sequence[PastStep]) -> None:
    last = dict(Step.objects.filter(dossier_id=pk).values_list("key").annotate(last=Max("attempt")))
    attempts, ids = Counter(last), bulk.take_ids(Step, len(new))
    bulk.insert(Step, STEP, [_step(pk, row, id_, step, attempts) for id_, step in zip(ids, new, strict=True)])
    before = dict(zip(map(id, row.steps), [None, *row.steps], strict=False))
    clocks = (_step_clock(pk, row, id_, step, before[id(step)]) for id_, step in zip(ids, new, strict=True))
    bulk.insert(Clock, CLOCK, [clock for clock in clocks if clock])


def _clocks(pk: int, row: PastDossier, steps: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    yield from _own_clocks(pk, row)
    before: PastStep | None = None
    for id_, step in zip(steps, row.steps, strict=True):
        if clock := _step_clock(pk, row, id_, step, before):
            yield clock
        before = step


def _own_clocks(pk: int, row: PastDossier) -> Iterator[tuple[Any, ...]]:
    for kind, due in ((ClockKind.PROMISE, row.planned_at), (ClockKind.LEGAL, row.deadline_at)):
        if due is not None:
            yield pk, None, kind.value, 1, _days(row.opened_at, due), DAY, IMPORTED, row.opened_at, row.ended_at, due


def _step_clock(pk: int, row: PastDossier, id_: int, step: PastStep, before: PastStep | None) -> tuple[Any, ...] | None:
    """Write the clock of a step that was owed by some time; it began with the step, else with the one before it."""
    if step.due_at is None:
        return None
    began = step.opened_at or (before.at if before else row.opened_at)
    limit = _days(began, step.due_at)
    return pk, id_, ClockKind.STEP.value, 1, limit, DAY, IMPORTED, began, step.done_at or row.ended_at, step.due_at


def _spans(pk: int, row: PastDossier, recorded_at: datetime) -> Iterator[tuple[Any, ...]]:
    ends: list[datetime | None] = [*(since for _, since in row.states[1:]), None]
    for (state, since), until in zip(row.states, ends, strict=True):
        yield pk, state, since, until, recorded_at


def _access(pk: int, row: PastDossier) -> Iterator[tuple[Any, ...]]:
    """Let the units that had it in hand see it."""
    units = dict.fromkeys([row.unit_id, *(step.unit_id for step in row.steps)])
    for unit in units:
        if unit is not None:
            yield pk, ScopeKind.UNIT.value, str(unit)


def _tally(pk: int, row: PastDossier, recorded_at: datetime) -> tuple[Any, ...]:
    said = tally_of(row)
    return pk, *(said[column] for column in tallies.COLUMNS), row.opened_at, recorded_at


def _limits_moved(dossier_id: int, row: PastDossier) -> bool:
    own = Clock.objects.filter(dossier_id=dossier_id, step=None).values_list("kind", "due_at")
    said = {ClockKind.PROMISE.value: row.planned_at, ClockKind.LEGAL.value: row.deadline_at}
    return dict(own) != {kind: due for kind, due in said.items() if due is not None}


def _days(since: datetime, until: datetime | None) -> int | None:
    """Count the days of China between two moments, never below zero; None without an end."""
    return None if until is None else max(0, (local_day(until) - local_day(since)) // timedelta(days=1))
