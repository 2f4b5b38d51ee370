"""The numbers of the cockpit: each figure asked once for the day and once for the period before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from yichuang.foundation.figures import queries, sight
from yichuang.foundation.figures.answering import Answer
from yichuang.foundation.figures.cubes import Ask, Counts
from yichuang.foundation.figures.figure import Figure
from yichuang.foundation.figures.terms import Missing, Times
from yichuang.foundation.people.actors import Actor
from yichuang.kernel.indicators import PeriodKind, span_before
from yichuang.ui.figures import said, written


@dataclass(frozen=True, slots=True)
class Number:
    """One figure on the day, and before: the last month's end, or the same day last year where it counts a year."""

    now: Answer
    before: Answer
    before_on: date

    @property
    def figure(self) -> Figure:
        """Give the definition."""
        return self.now.figure

    @property
    def value(self) -> str:
        """Write the value without its unit, or why there is none."""
        return short(self.now)

    @property
    def said(self) -> str:
        """Write the value with its unit, or why there is none."""
        return said(self.now) if self.now.value is not None else short(self.now)

    @property
    def is_there(self) -> bool:
        """Say whether there is a value."""
        return self.now.value is not None

    @property
    def difference(self) -> Decimal | None:
        """Give the change since before; None where one of the two is no number."""
        now, then = self.now.value, self.before.value
        return now - then if isinstance(now, Decimal) and isinstance(then, Decimal) else None

    @property
    def change(self) -> str:
        """Write the change with its direction; empty where nothing can be compared."""
        moved = self.difference
        if moved is None:
            return ""
        return f"{'▲' if moved > 0 else '▼'} {written(abs(moved))}" if moved else _("持平")

    @property
    def tone(self) -> str:
        """Say whether the change is for the better; empty where the definition does not say."""
        moved, better = self.difference, self.figure.better
        if not moved or not better:
            return ""
        return "ok" if (moved > 0) == (better == "higher") else "late"

    @property
    def span(self) -> str:
        """Tell the days that were counted."""
        span = self.now.span
        return f"{span.first} — {span.last}" if span else _("%(day)s 当日") % {"day": self.now.times.as_of}


def short(answer: Answer) -> str:
    """Write a value without its unit, or in a word why there is none: never a zero, never a guess."""
    if answer.value is not None:
        return written(answer.value)
    return _("未启用") if answer.missing is Missing.DOMAIN else str(answer.missing.label if answer.missing else "")


def numbers(ids: Iterable[str], actor: Actor, times: Times, counts: Counts) -> dict[str, Number]:
    """Ask figures for the day and before; those that the district does not define are left out."""
    known = queries.figures(times.as_of)
    wanted = [id for id in dict.fromkeys(ids) if id in known]
    now = sight.answers(wanted, actor, times, counts)
    then: dict[str, Answer] = {}
    for earlier, some in _earlier(wanted, times):
        then |= sight.answers(some, actor, earlier, counts)
    gone = {id: replace(now[id], value=None, missing=Missing.NOT_IN_FORCE) for id in wanted}
    return {id: Number(now[id], then.get(id, gone[id]), before(known[id], times.as_of)) for id in wanted}


def asks(ids: Iterable[str], times: Times) -> list[tuple[Ask, Times]]:
    """List what `numbers` will ask of the database."""
    wanted = queries.known_on(dict.fromkeys(ids), times.as_of)
    found = queries.asks_of(wanted, times)
    for earlier, some in _earlier(wanted, times):
        found += queries.asks_of(some, earlier)
    return found


def _earlier(ids: Iterable[str], times: Times) -> list[tuple[Times, list[str]]]:
    """Put figures together by the day with which they are compared, where they were defined then."""
    known = queries.figures(times.as_of)
    by_day: defaultdict[date, list[str]] = defaultdict(list)
    for id in ids:
        by_day[before(known[id], times.as_of)].append(id)
    return [(replace(times, as_of=day), queries.known_on(some, day)) for day, some in by_day.items()]


def before(figure: Figure, as_of: date) -> date:
    """Give the day with which a figure is compared."""
    kind = PeriodKind.MONTH if figure.period.kind is PeriodKind.STANDING else figure.period.kind
    found = span_before(kind, as_of)
    assert found is not None, "every period but a standing one has one before"
    return found


Numbers = Mapping[str, Number]
