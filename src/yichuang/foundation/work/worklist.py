"""
The work list: counts of every filter and one page of rows, in one statement.

Who sees what is compiled to one branch for each set of units in which permissions act, joined by UNION ALL; each walks
the index of live steps and nothing else (semantics §8). What stands still or is corrected is few, so two small indexes
of dossiers answer for it. The states stand as literals, so that the plan is kept for every clerk.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection

from yichuang.foundation.people.actors import Actor
from yichuang.foundation.records import statements
from yichuang.foundation.records.terms import CHINA
from yichuang.foundation.work import family, timing
from yichuang.foundation.work.models import Clock, Pause
from yichuang.foundation.work.terms import POSTS, Lamp
from yichuang.kernel import clocks as kernel
from yichuang.kernel.calendars import Office

FILTERS = {
    "overdue": "due_at < %(at)s",
    "today": "due_at >= %(at)s AND due_at < %(today)s",
    "tomorrow": "due_at >= %(today)s AND due_at < %(tomorrow)s",
    "to_claim": "state = 'open'",
    "correcting": "is_corrected",
    "to_countersign": "EXISTS (SELECT 1 FROM work_share h WHERE h.step_id = listed.id AND h.state = 'open')",
    "special": "is_paused",
    "all": "1 = 1",
}
"""The counts that filter, in the order of the screen 待办 (practice, screen 2)."""
LAMPS = {
    Lamp.RED: "NOT is_paused AND due_at < %(at)s",
    Lamp.YELLOW: "NOT is_paused AND due_at >= %(at)s AND amber_at <= %(at)s",
    Lamp.GREEN: "NOT is_paused AND due_at >= %(at)s AND (amber_at > %(at)s OR amber_at IS NULL)",
    Lamp.STOPPED: "is_paused",
}
ORDER = "is_paused, due_at IS NULL, due_at, id"
"""By remaining working time: what is due first, then what has no limit, and at the foot what stands still."""

LISTED = """
WITH mine AS MATERIALIZED ({branches}),
paused AS MATERIALIZED (SELECT id FROM work_dossier WHERE paused_since IS NOT NULL),
corrected AS MATERIALIZED (SELECT id FROM work_dossier WHERE state = 'correcting'),
listed AS MATERIALIZED (
  SELECT mine.id, mine.dossier_id, mine.state, mine.due_at, mine.amber_at,
    paused.id IS NOT NULL AS is_paused, corrected.id IS NOT NULL AS is_corrected
  FROM mine LEFT JOIN paused ON paused.id = mine.dossier_id LEFT JOIN corrected ON corrected.id = mine.dossier_id
)
"""
BRANCH = """
SELECT id, dossier_id, state, due_at, amber_at FROM work_step
WHERE state IN ('open', 'claimed') AND kind = 'work' AND permission {permissions} AND {where}
"""
COUNTED = """
, counted AS (SELECT {counts} FROM listed),
page AS (SELECT id, is_paused FROM listed WHERE {chosen} ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s)
SELECT counted.*, page.is_paused, s.id, s.dossier_id, s.name, s.state, s.item_code, s.opened_at, s.due_at, s.amber_at,
  s.claimed_by_id, d.number, d.title, d.state, s.unit_id, COALESCE(NULLIF(claimer.name, ''), claimer.username, ''),
  COALESCE(NULLIF(previous.name, ''), previous.username, ''), c.id, c.{limit}, c.unit, c.started_at,
  (SELECT p.id FROM work_pause p WHERE p.clock_id = c.id LIMIT 1) IS NOT NULL
    OR (SELECT e.id FROM work_extension e WHERE e.clock_id = c.id LIMIT 1) IS NOT NULL
FROM counted LEFT JOIN page ON 1 = 1 LEFT JOIN work_step s ON s.id = page.id
  LEFT JOIN work_dossier d ON d.id = s.dossier_id
  LEFT JOIN people_account claimer ON claimer.id = s.claimed_by_id
  LEFT JOIN people_account previous ON previous.id = s.previous_by_id
  LEFT JOIN work_clock c ON c.step_id = s.id AND c.stopped_at IS NULL
ORDER BY page.is_paused, s.due_at IS NULL, s.due_at, s.id
"""
NUMBERS = """
SELECT d.number FROM listed JOIN work_dossier d ON d.id = listed.dossier_id
ORDER BY is_paused, listed.due_at IS NULL, listed.due_at, listed.id LIMIT %(limit)s
"""
SLOW = frozenset({"to_countersign"})
"""Filters that are not counted beside the others: their count is asked for elsewhere, or only when chosen."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One live step on a work list."""

    step_id: int
    dossier_id: int
    number: str
    title: str
    dossier_state: str
    item_code: str
    step: str
    state: str
    unit_id: int | None
    opened_at: datetime | None
    due_at: datetime | None
    lamp: Lamp | None
    days_left: int | None
    is_paused: bool
    paused_because: str
    claimed_by_id: int | None
    claimed_by: str
    previous: str


@dataclass(frozen=True, slots=True)
class WorkList:
    """One page of a work list, with the exact counts of all of it."""

    rows: tuple[Waiting, ...]
    counts: dict[str, int]
    lamps: dict[Lamp, int]
    count: int
    """Of the filter that was chosen."""
    number: int
    """Of the page."""
    size: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.count // self.size))


def worklist(
    actor: Actor,
    at: datetime,
    *,
    show: str = "all",
    number: int = 1,
    size: int = 100,
    permissions: Iterable[str] = tuple(POSTS.values()),
) -> WorkList:
    """
    List one page of the live steps on which the actor's posts act, the most urgent first, and count all of them.

    `show` is one of `FILTERS`; a page after the last is the last.
    """
    branches, said = _branches(actor, permissions)
    if not branches:
        return WorkList((), dict.fromkeys(FILTERS, 0), dict.fromkeys(LAMPS, 0), 0, 1, size)
    said |= _moments(at) | {"limit": size, "offset": (max(1, number) - 1) * size}
    statement = LISTED.format(branches=branches) + COUNTED.format(
        counts=_counts(show), chosen=FILTERS[show], order=ORDER, limit=connection.ops.quote_name("limit")
    )
    found = _asked(statement, said)
    names = [*(name for name in FILTERS if name not in SLOW), *LAMPS, ""]
    told = dict(zip(names, found[0], strict=False))
    count = told.pop("")
    if number > 1 and found[0][len(names) + 1] is None and count:
        return worklist(actor, at, show=show, number=-(-count // size), size=size, permissions=permissions)
    rows = _rows([each[len(names) :] for each in found if each[len(names) + 1] is not None], at)
    lamps = {lamp: told.pop(lamp) for lamp in LAMPS}
    counts = {name: told.get(name, count if name == show else 0) for name in FILTERS}
    return WorkList(rows, counts, lamps, count, max(1, number), size)


def numbers(actor: Actor, limit: int = 500) -> list[str]:
    """List the numbers of the dossiers on the actor's work list, the most urgent first, each as often as it waits."""
    branches, said = _branches(actor, POSTS.values())
    if not branches:
        return []
    return [number for (number,) in _asked(LISTED.format(branches=branches) + NUMBERS, said | {"limit": limit})]


def _branches(actor: Actor, permissions: Iterable[str]) -> tuple[str, dict[str, Any]]:
    """Write one branch for each set of units, with the permissions that act there; they do not overlap."""
    places: dict[frozenset[int] | None, list[str]] = {}
    for permission in permissions:
        units = actor.units(permission)
        if units is None or units:
            places.setdefault(units, []).append(permission)
    written, said = [], dict[str, Any]()
    for place, (units, held) in enumerate(places.items()):
        permitted, more = statements.among(f"p{place}_", held, "text")
        where = "1 = 1"
        if units is not None:
            among, of_units = statements.among(f"u{place}_", sorted(units), "bigint")
            where, more = f"unit_id {among}", more | of_units
        written.append(BRANCH.format(permissions=permitted, where=where))
        said |= more
    return " UNION ALL ".join(written), said


def _counts(show: str) -> str:
    counted = [text for name, text in FILTERS.items() if name not in SLOW] + [*LAMPS.values(), FILTERS[show]]
    return ", ".join(f"count(*) FILTER (WHERE {text}) AS n{place}" for place, text in enumerate(counted))


def _moments(at: datetime) -> dict[str, Any]:
    day = timing.local(at).date()
    ends = [datetime.combine(day + timedelta(days=n), time(), CHINA) for n in (1, 2)]
    return {name: statements.written(each) for name, each in zip(("at", "today", "tomorrow"), (at, *ends), strict=True)}


def _asked(statement: str, said: dict[str, Any]) -> list[tuple[Any, ...]]:
    """
    Ask one statement; PostgreSQL keeps one plan of it for everybody.

    A plan made for one clerk's units costs more to make than it saves; the setting ends with the statement.
    """
    keeps = connection.vendor == "postgresql" and connection.in_atomic_block
    with connection.cursor() as cursor:
        if keeps:
            cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(statement, said)
        rows = cursor.fetchall()
        if keeps:
            cursor.execute("SET LOCAL plan_cache_mode = auto")
        return list(rows)


def _rows(found: list[tuple[Any, ...]], at: datetime) -> tuple[Waiting, ...]:
    """Read rows; what of them stands still, or has a ledger of pauses, is asked for once more, all at once."""
    office = timing.office()
    still = [row[2] for row in found if row[0]]
    ledgers = [row[16] for row in found if row[16] is not None and not _is_plain(row)]
    grounds = dict(reversed(pauses_of(still))) if still else {}
    clocks = timing.with_ledger(Clock.objects.filter(pk__in=ledgers)) if ledgers else ()
    left = {row.pk: int(kernel.remaining(timing.clock_of(row), at, office)) for row in clocks}
    return tuple(_waiting(row, at, office, grounds, left) for row in found)


def pauses_of(dossier_ids: Iterable[int]) -> list[tuple[int, str]]:
    """Tell of dossiers why the clocks of their own stand still, the first pause of each first."""
    rows = Pause.objects.filter(
        clock__dossier__in=dossier_ids, clock__step=None, to_at=None, cancelled_at=None
    ).select_related("clock")
    return [(row.clock.dossier_id, family.because(row.kind, row.reason)) for row in rows.order_by("pk")]


def _waiting(
    row: tuple[Any, ...], at: datetime, office: Office, grounds: dict[int, str], left: dict[int, int]
) -> Waiting:
    (paused, step_id, dossier_id, name, state, item_code, opened_at, due_at, amber_at, claimed_by_id, number, title,
     dossier_state, unit_id, claimed_by, previous, clock_id, limit, _unit, started_at, _ledger) = row  # fmt: skip
    due, amber = statements.moment(due_at), statements.moment(amber_at)
    days_left = left.get(clock_id)
    if days_left is None and clock_id is not None:
        days_left = kernel.days_left(limit, started_at=statements.moment(started_at) or at, at=at, office=office)
    return Waiting(
        step_id=step_id,
        dossier_id=dossier_id,
        number=number,
        title=title,
        dossier_state=dossier_state,
        item_code=item_code,
        step=name,
        state=state,
        unit_id=unit_id,
        opened_at=statements.moment(opened_at),
        due_at=due,
        lamp=timing.lamp(amber_at=amber, due_at=due, at=at, paused=bool(paused)),
        days_left=days_left,
        is_paused=bool(paused),
        paused_because=grounds.get(dossier_id, "") if paused else "",
        claimed_by_id=claimed_by_id,
        claimed_by=claimed_by,
        previous=previous,
    )


def _is_plain(row: tuple[Any, ...]) -> bool:
    """Say whether a step's clock never stood still, so that its start says all."""
    unit, has_ledger = row[18], row[20]
    return unit == kernel.Unit.WORKING_DAY and not has_ledger
