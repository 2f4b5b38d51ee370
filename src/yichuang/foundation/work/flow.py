"""
How work flowed: throughput, lateness, who held it, and the paths it took, of any dossiers, ours or brought in.

Every question is one statement over a list of tallies (`population` makes one; figures may bring their own), in the
same words on both databases: medians are row numbers, nothing is read row by row. Days are of 24 hours, with fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Q, QuerySet

from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.models import Unit
from yichuang.foundation.people.visibility import visible
from yichuang.foundation.work import tallies
from yichuang.foundation.work.models import Dossier, Tally

PURPOSE = "flow"
"""For what a dossier is seen when it is counted here."""

OURS = "-"
"""What is asked for instead of a source when only our own dossiers count."""

GROUPS = ("unit_id", "item_code", "region", "channel", "source")
"""By what lateness can be told apart."""

MEDIAN = "AVG(CASE WHEN place IN ((of + 1) / 2, (of + 2) / 2) THEN days END)"
"""The middle of the days of a group that are numbered by `place`, `of` how many: of two middle ones their mean."""

DONE = "CASE WHEN c.source = '' THEN s.name ELSE s.key END"
"""
What was done in a step `s` of a chosen `c`, by which steps are told apart.

Of ours the name says it: plans call by one key what is not the same (`handle`: 承办, 核对承诺书), by several what is.
An old system's own code says it; its names may have changed under it.
"""

PARTING = "\x1f"
"""Between the steps of a path."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which dossiers count; what is empty asks nothing. The period is that of opening, until before `until`."""

    source: str = ""
    item: str = ""
    unit_id: int | None = None
    channel: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took, in days: of how many, the middle one, the mean, the ninth of ten, the longest."""

    count: int
    median: float | None
    mean: float | None
    p90: float | None
    longest: float | None


@dataclass(frozen=True, slots=True)
class Throughput:
    """How many dossiers there are, how many are concluded, and how long they took."""

    opened: int
    concluded: int
    whole: Spread  # from the opening to the conclusion, as they are dated
    worked: Spread  # from the first step to the last that was done

    @property
    def unfinished(self) -> int:
        """Count those without a conclusion."""
        return self.opened - self.concluded


@dataclass(frozen=True, slots=True)
class Late:
    """How many of a group were owed by a date and are concluded, and how many of these were late; so of legal dates."""

    key: str
    count: int
    dated: int
    late: int
    dated_legally: int = 0
    late_legally: int = 0

    @property
    def share(self) -> float | None:
        """Give the share of late ones, 0–1; None where none was owed by a date."""
        return self.late / self.dated if self.dated else None


@dataclass(frozen=True, slots=True)
class InHand:
    """The step in which dossiers were when their date passed, and who had it; no step: it waited for nobody."""

    unit_id: int | None
    key: str
    name: str
    late: int


@dataclass(frozen=True, slots=True)
class StepTime:
    """How long one step, or all steps of one unit, was in hand, and how often later than it was owed."""

    unit_id: int | None
    key: str
    name: str
    held: Spread
    total: float  # days, all of them together
    dated: int
    late: int


@dataclass(frozen=True, slots=True)
class Path:
    """A way that dossiers went: its steps in order, how many went it, and how long the middle one of them took."""

    keys: tuple[str, ...]
    count: int
    median: float | None


@dataclass(frozen=True, slots=True)
class Paths:
    """The most frequent ways, and how many different ones there are."""

    found: tuple[Path, ...]
    different: int
    dossiers: int
    names: dict[str, str]


@dataclass(frozen=True, slots=True)
class Node:
    """A step of the directly-follows picture: how often it was done, and how far into a dossier it comes on average."""

    key: str
    name: str
    count: int
    place: float
    again: int  # how often it followed itself


@dataclass(frozen=True, slots=True)
class Edge:
    """One step directly followed by another: how often, and after how many days on average."""

    before: str
    after: str
    count: int
    days: float


@dataclass(frozen=True, slots=True)
class Follows:
    """The directly-follows graph: every step, and every pair that followed each other at least so often."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    left_out: int  # pairs that followed each other less often


def population(actor: Actor, asked: Asked) -> QuerySet[Tally]:
    """List the tallies, as they stand now, of the dossiers that are asked for and that the actor may see."""
    seen = visible(actor, Dossier, PURPOSE)
    rows = tallies.now()
    if seen.query.where or seen.query.is_empty():
        rows = rows.filter(dossier__in=seen.order_by().values("pk"))
    return rows.filter(_asked(asked))


def throughput(rows: QuerySet[Tally]) -> Throughput:
    """Tell how many there are and how long they took."""
    told = rows.order_by().aggregate(opened=Count("pk"), concluded=Count("concluded_at"))
    whole = f"""
    SELECT {_days("c.opened_at", "c.concluded_at")} AS days FROM chosen c WHERE c.concluded_at IS NOT NULL
    """
    worked = f"""
    SELECT {_days("min(s.done_at)", "max(s.done_at)")} AS days
    FROM chosen c JOIN work_step s ON s.dossier_id = c.dossier_id AND s.state = 'done' GROUP BY c.dossier_id
    """
    return Throughput(told["opened"], told["concluded"], _spread(rows, whole), _spread(rows, worked))


def lateness(rows: QuerySet[Tally], by: str) -> list[Late]:
    """Tell for each unit, item, region, channel or source how many were late; those with most late ones first."""
    assert by in GROUPS, f"{by}: {GROUPS}"
    dated, late = Q(is_late__isnull=False), Q(is_late=True)
    owed, passed = Q(is_late_legally__isnull=False), Q(is_late_legally=True)
    found = (
        rows.order_by()
        .values(by)
        .annotate(count=Count("pk"), dated=Count("pk", filter=dated), late=Count("pk", filter=late))
        .annotate(owed=Count("pk", filter=owed), passed=Count("pk", filter=passed))
    )
    told = [Late(str(row[by]), *(row[name] for name in ("count", "dated", "late", "owed", "passed"))) for row in found]
    return sorted(told, key=lambda row: (-row.late, -row.dated, -row.count, row.key))


def in_hand(rows: QuerySet[Tally]) -> list[InHand]:
    """
    Tell in which step the late ones were when their date passed, and who had it in hand; the most frequent first.

    That is the first step that was done after the date. Where none was, the dossier waited, and no step is named.
    """
    found = _read(
        rows,
        f"""
        , overdue AS (
          SELECT c.dossier_id, s.unit_id, {DONE} AS key, s.name,
            ROW_NUMBER() OVER (PARTITION BY c.dossier_id ORDER BY s.done_at, s.id) AS place
          FROM chosen c LEFT JOIN work_step s
            ON s.dossier_id = c.dossier_id AND s.state = 'done' AND s.done_at > c.due_at
          WHERE c.is_late
        )
        SELECT unit_id, key, max(name), count(*) FROM overdue WHERE place = 1
        GROUP BY unit_id, key ORDER BY count(*) DESC, {_same("key")}, unit_id
        """,
    )
    return [InHand(unit, key or "", name or "", late) for unit, key, name, late in found]


def step_times(rows: QuerySet[Tally], *, by: str) -> list[StepTime]:
    """
    Tell how long steps were in hand, by `unit` or by `step` (and its unit); those that held most days first.

    A step is in hand from its opening; where an old system did not note that, from the step before it, the first one
    from the opening of the dossier.
    """
    assert by in ("unit", "step")
    group = "unit_id" if by == "unit" else "unit_id, key"
    name = "''" if by == "unit" else "max(name)"
    key = "''" if by == "unit" else "key"
    found = _read(
        rows,
        f"""
        , steps AS (
          SELECT s.id, s.unit_id, {DONE} AS key, s.name, s.done_at, COALESCE(s.opened_at,
            LAG(s.done_at) OVER (PARTITION BY s.dossier_id ORDER BY s.done_at, s.id), c.opened_at) AS since
          FROM chosen c JOIN work_step s ON s.dossier_id = c.dossier_id AND s.state = 'done' AND s.kind = 'work'
        ), held AS (
          SELECT t.unit_id, t.key, t.name, {_days("t.since", "t.done_at")} AS days,
            CASE WHEN k.due_at IS NULL THEN 0 ELSE 1 END AS dated,
            CASE WHEN t.done_at > k.due_at THEN 1 ELSE 0 END AS late
          FROM steps t LEFT JOIN work_clock k ON k.step_id = t.id AND k.kind = 'step' AND k.attempt = 1
        ), counted AS (
          SELECT unit_id, key, name, CASE WHEN days < 0 THEN 0 ELSE days END AS days, dated, late,
            ROW_NUMBER() OVER (PARTITION BY {group} ORDER BY days) AS place, COUNT(*) OVER (PARTITION BY {group}) AS of
          FROM held
        )
        SELECT unit_id, {key}, {name}, COUNT(*), {MEDIAN},
          AVG(days), MAX(CASE WHEN place = (of * 90 + 99) / 100 THEN days END), MAX(days),
          SUM(days), SUM(dated), SUM(late)
        FROM counted GROUP BY {group} ORDER BY SUM(days) DESC, {group}
        """,
    )
    return [
        StepTime(unit, key, name, Spread(count, *map(_float, spread)), float(total), int(dated), int(late))
        for unit, key, name, count, *spread, total, dated, late in found
    ]


def paths(rows: QuerySet[Tally], *, limit: int = 10) -> Paths:
    """Tell the ways that most dossiers went, step by step as they were done; those without any step are left out."""
    joined = "string_agg" if connection.vendor == "postgresql" else "group_concat"
    found = _read(
        rows,
        f"""
        , walked AS (
          SELECT {joined}({DONE}, '{PARTING}') OVER way AS path, LEAD(s.id) OVER way AS after,
            FIRST_VALUE(s.done_at) OVER way AS began, s.done_at
          FROM chosen c JOIN work_step s ON s.dossier_id = c.dossier_id AND s.state = 'done'
          WINDOW way AS (PARTITION BY s.dossier_id ORDER BY s.done_at, s.id)
        ), went AS (
          SELECT path, {_days("began", "done_at")} AS days FROM walked WHERE after IS NULL
        ), counted AS (
          SELECT path, days, ROW_NUMBER() OVER (PARTITION BY path ORDER BY days) AS place,
            COUNT(*) OVER (PARTITION BY path) AS of
          FROM went
        ), ways AS (
          SELECT path, COUNT(*) AS went_it, {MEDIAN} AS median
          FROM counted GROUP BY path
        )
        SELECT path, went_it, median, (SELECT COUNT(*) FROM ways), (SELECT SUM(went_it) FROM ways)
        FROM ways ORDER BY went_it DESC, {_same("path")} LIMIT %s
        """,
        limit,
    )
    told = tuple(Path(tuple(path.split(PARTING)), count, _float(median)) for path, count, median, _, _ in found)
    different, dossiers = (int(found[0][3]), int(found[0][4])) if found else (0, 0)
    return Paths(told, different, dossiers, names(rows, {key for path in told for key in path.keys}))


def follows(rows: QuerySet[Tally], *, at_least: int = 1) -> Follows:
    """Tell which step directly followed which, of the pairs that did so at least so often."""
    walked = f"""
        , walked AS (
          SELECT {DONE} AS key, s.name, s.done_at, s.dossier_id,
            LEAD({DONE}) OVER (PARTITION BY s.dossier_id ORDER BY s.done_at, s.id) AS after,
            LEAD(s.done_at) OVER (PARTITION BY s.dossier_id ORDER BY s.done_at, s.id) AS after_at,
            ROW_NUMBER() OVER (PARTITION BY s.dossier_id ORDER BY s.done_at, s.id) AS place
          FROM chosen c JOIN work_step s ON s.dossier_id = c.dossier_id AND s.state = 'done'
        )
        """
    found = _read(
        rows,
        f"{walked} SELECT key, after, COUNT(*), AVG({_days('done_at', 'after_at')}) FROM walked "
        f"WHERE after IS NOT NULL GROUP BY key, after ORDER BY COUNT(*) DESC, {_same('key')}, {_same('after')}",
    )
    edges = [Edge(before, after, count, float(days)) for before, after, count, days in found]
    again = {edge.before: edge.count for edge in edges if edge.before == edge.after}
    nodes = _read(
        rows,
        f"{walked} SELECT key, MAX(name), COUNT(*), AVG(place * 1.0) FROM walked "
        f"GROUP BY key ORDER BY AVG(place * 1.0), {_same('key')}",
    )
    pairs = [edge for edge in edges if edge.before != edge.after]
    kept = tuple(edge for edge in pairs if edge.count >= at_least)
    return Follows(
        tuple(Node(key, name, count, float(place), again.get(key, 0)) for key, name, count, place in nodes),
        kept,
        len(pairs) - len(kept),
    )


def names(rows: QuerySet[Tally], keys: set[str]) -> dict[str, str]:
    """Give the names of steps by what tells them apart."""
    if not keys:
        return {}
    places = ", ".join(["%s"] * len(keys))
    found = _read(
        rows,
        f" SELECT {DONE}, MAX(s.name) FROM chosen c JOIN work_step s ON s.dossier_id = c.dossier_id "
        f"WHERE {DONE} IN ({places}) GROUP BY {DONE}",
        *sorted(keys),
    )
    return dict(found)


def unit_names(ids: Sequence[int | None]) -> dict[int, str]:
    """Give the short names of units."""
    found = Unit.objects.filter(pk__in={each for each in ids if each is not None})
    return dict(found.values_list("pk", "short_name"))


def _asked(asked: Asked) -> Q:
    found = Q()
    if asked.source:
        found &= Q(source="" if asked.source == OURS else asked.source)
    for column, value in (("item_code", asked.item), ("unit_id", asked.unit_id), ("channel", asked.channel)):
        if value:
            found &= Q((column, value))
    if asked.since:
        found &= Q(opened_at__gte=asked.since)
    return found & Q(opened_at__lt=asked.until) if asked.until else found


def _spread(rows: QuerySet[Tally], days: str) -> Spread:
    """Tell the spread of a list of days, by row numbers (percentile_disc)."""
    (found,) = _read(
        rows,
        f"""
        , listed AS ({days}), counted AS (
          SELECT days, ROW_NUMBER() OVER (ORDER BY days) AS place, COUNT(*) OVER () AS of FROM listed
        )
        SELECT COUNT(*), {MEDIAN}, AVG(days),
          MAX(CASE WHEN place = (of * 90 + 99) / 100 THEN days END), MAX(days) FROM counted
        """,
    )
    return Spread(found[0], *map(_float, found[1:]))


def _read(rows: QuerySet[Tally], statement: str, *more: Any) -> list[tuple[Any, ...]]:
    """Ask one statement over the chosen tallies, which it knows as `chosen`."""
    columns = ("dossier_id", "opened_at", "concluded_at", "due_at", "is_late", "source")
    try:
        chosen, parameters = rows.order_by().values_list(*columns).query.sql_with_params()
    except EmptyResultSet:  # the actor may see none at all
        chosen, parameters = f"SELECT {', '.join(columns)} FROM work_tally WHERE 1 = 0", ()
    with connection.cursor() as cursor:
        cursor.execute(f"WITH chosen ({', '.join(columns)}) AS ({chosen}) {statement}", (*parameters, *more))
        return list(cursor.fetchall())


def _days(since: str, until: str) -> str:
    """Write the days between two moments as the database counts them."""
    if connection.vendor == "postgresql":
        return f"CAST(EXTRACT(EPOCH FROM ({until}) - ({since})) / 86400 AS double precision)"
    return f"(julianday({until}) - julianday({since}))"


def _same(column: str) -> str:
    """Order a text by its code points, on either database."""
    return f'{column} COLLATE "C"' if connection.vendor == "postgresql" else column


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
