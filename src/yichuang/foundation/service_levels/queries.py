"""Tells how the house answered, by day and door."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from yichuang.foundation.records.terms import CHINA
from yichuang.foundation.service_levels.models import ServiceSample
from yichuang.foundation.service_levels.terms import EDGES_MS, SLOWER, TARGET_MS, Door


@dataclass(frozen=True, slots=True)
class Level:
    """
    How one door answered on one day in China.

    `p95_ms` is the upper edge of the class in which the 95th of a hundred lies, `None` where it took longer than the
    last edge.
    """

    day: date
    door: Door
    answers: int
    failures: int
    in_time: int
    p95_ms: int | None

    @property
    def target_ms(self) -> int:
        """Milliseconds within which 95 of 100 are to be answered."""
        return TARGET_MS[self.door]

    @property
    def is_reached(self) -> bool:
        """Whether they were."""
        return self.p95_ms is not None and self.p95_ms <= self.target_ms

    @property
    def slowest_known_ms(self) -> int:
        """Milliseconds beyond which times are not told apart."""
        return EDGES_MS[-1]


def levels(until: datetime, days: int) -> list[Level]:
    """Tell the levels of so many days up to that of `until` (real clock), newest first; days without answers not."""
    last = until.astimezone(CHINA).date()
    begin = datetime.combine(last - timedelta(days=days - 1), time(), tzinfo=CHINA)
    counted: dict[tuple[date, Door], list[tuple[int, int, int]]] = defaultdict(list)
    rows = ServiceSample.objects.filter(hour__gte=begin, hour__lte=until).order_by("edge_ms")
    for hour, door, edge, answers, failures in rows.values_list("hour", "door", "edge_ms", "answers", "failures"):
        counted[hour.astimezone(CHINA).date(), Door(door)].append((edge, answers, failures))
    found = [_level(day, door, classes) for (day, door), classes in counted.items()]
    return sorted(found, key=lambda level: (-level.day.toordinal(), list(Door).index(level.door)))


def _level(day: date, door: Door, classes: list[tuple[int, int, int]]) -> Level:
    answers = sum(count for _edge, count, _failures in classes)
    below, p95 = 0, SLOWER
    for edge, count, _failures in sorted(classes):
        below += count
        if below * 100 >= answers * 95:
            p95 = edge
            break
    return Level(
        day=day,
        door=door,
        answers=answers,
        failures=sum(failures for _edge, _count, failures in classes),
        in_time=sum(count for edge, count, _failures in classes if edge <= TARGET_MS[door]),
        p95_ms=None if p95 == SLOWER else p95,
    )
