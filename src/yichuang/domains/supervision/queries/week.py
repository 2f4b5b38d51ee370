"""The week's chart of screen ③: what was newly found and what was settled, day by day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from yichuang.domains.supervision.models import Card, Order
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.visibility import visible
from yichuang.foundation.records.terms import CHINA


@dataclass(frozen=True, slots=True)
class Day:
    """One day: suspected cards and orders that were raised on it, and those that were decided or closed on it."""

    on: date
    new: int
    settled: int


def week(actor: Actor, at: datetime) -> list[Day]:
    """Tell the days of China's week, from Monday to today."""
    today = local_day(at)
    monday = today - timedelta(days=today.weekday())
    since = datetime.combine(monday, time(), CHINA)
    cards, orders = visible(actor, Card), visible(actor, Order)
    new = Counter(map(local_day, cards.filter(found_at__range=(since, at)).values_list("found_at", flat=True)))
    opened = orders.filter(dossier__opened_at__range=(since, at)).values_list("dossier__opened_at", flat=True)
    new.update(map(local_day, opened))
    decided = cards.filter(decided_at__range=(since, at)).values_list("decided_at", flat=True)
    settled = Counter(local_day(moment) for moment in decided if moment is not None)
    ended = orders.filter(dossier__ended_at__range=(since, at)).values_list("dossier__ended_at", flat=True)
    settled.update(local_day(moment) for moment in ended if moment is not None)
    days = [monday + timedelta(days=n) for n in range((today - monday).days + 1)]
    return [Day(day, new[day], settled[day]) for day in days]
