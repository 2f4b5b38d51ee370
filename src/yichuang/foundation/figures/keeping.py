"""
What was counted is told again as long as it is still so: each process remembers it, and asks if anything was learnt.

A measure whose changes are rows of their own (`Dating.written`) says by one statement when it last learnt something
that was true before the end of a day. What was counted at a moment by which everything recorded could be seen
(`realtime.settled_now`) holds as long as that is not later. So the eleven months before this one are counted once, and
a case that is entered afterwards for a day of March is in March's number at once.

Nothing is remembered of a deed's own transaction, which may be taken back, nor of the embedded database: it is small.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Max, Q

from yichuang.foundation.figures.measures import Measure
from yichuang.foundation.figures.terms import Times
from yichuang.foundation.records import realtime

if TYPE_CHECKING:
    from yichuang.foundation.figures.cubes import Apart, Ask

MARGIN = timedelta(seconds=5)
"""How long before its first write a deed may have read the clock: until then it is not among those who write."""
MOST = 4000
"""Answers that a process remembers; the longest unasked is forgotten first."""

_memory: OrderedDict[tuple[str, Ask, Times], tuple[datetime, Apart]] = OrderedDict()
_lock = Lock()


@dataclass
class Kept:
    """What was still so, and since which moment what is counted now may be told again; None: it may not."""

    found: dict[tuple[Ask, Times], Apart] = field(default_factory=dict)
    settled: datetime | None = None

    def keep(self, source: Measure, counted: Mapping[Ask, Apart], times: Times) -> None:
        """Remember what was counted since."""
        if self.settled is not None and _may_keep(source, times):
            for ask, apart in counted.items():
                _remember((source.id, ask, times), self.settled, apart)


def told(asked: Iterable[tuple[Measure, Ask, Times]]) -> Kept:
    """Give what is remembered and still so of what is asked."""
    wanted: defaultdict[str, list[tuple[Measure, Ask, Times]]] = defaultdict(list)
    for source, ask, times in asked:
        if _may_keep(source, times):
            wanted[source.id].append((source, ask, times))
    if not wanted or not _sees_what_is_settled():
        return Kept()
    kept = Kept(settled=realtime.settled_now() - MARGIN)
    for some in wanted.values():
        kept.found |= _still_so(some, kept.settled)
    return kept


def forget() -> None:
    """Forget everything."""
    with _lock:
        _memory.clear()


def _may_keep(source: Measure, times: Times) -> bool:
    return source.dating.written is not None and times.known_at is None


def _sees_what_is_settled() -> bool:
    """Say whether our own statements see all that others have settled, and nothing that may be taken back."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')")
        isolation, read_only = cursor.fetchone()
    return isolation == "read committed" and (read_only == "on" or not connection.in_atomic_block)


def _still_so(asked: list[tuple[Measure, Ask, Times]], settled: datetime | None) -> dict[tuple[Ask, Times], Apart]:
    there = {
        (ask, times): row for source, ask, times in asked if (row := _memory.get((source.id, ask, times))) is not None
    }
    if not there:
        return {}
    source = asked[0][0]
    learnt = _learnt(source, {times for _, times in there}, min(moment for moment, _ in there.values()))
    found = {}
    for (ask, times), (moment, apart) in there.items():
        last = learnt[times.end]
        if last is None or last <= moment:
            found[ask, times] = apart
            _remember((source.id, ask, times), settled or moment, apart)
    return found


def _learnt(source: Measure, asked: Iterable[Times], since: datetime) -> dict[datetime, datetime | None]:
    """Tell for the end of each day when something that was true before it was learnt last, after a moment."""
    assert source.dating.written is not None
    recorded, begins = source.dating.written
    ends = sorted({times.end for times in asked})
    wanted = {f"before_{number}": Max(recorded, filter=Q((f"{begins}__lt", end))) for number, end in enumerate(ends)}
    made = source.rows().filter(**{f"{recorded}__gt": since}).aggregate(**wanted)
    return {end: made[f"before_{number}"] for number, end in enumerate(ends)}


def _remember(key: tuple[str, Ask, Times], moment: datetime, apart: Apart) -> None:
    with _lock:
        _memory[key] = (moment, apart)
        _memory.move_to_end(key)
        while len(_memory) > MOST:
            _memory.popitem(last=False)
