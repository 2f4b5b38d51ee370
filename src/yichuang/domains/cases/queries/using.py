"""How the window on the net is used: cases by item and channel, and drafts that never became a case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet

from yichuang.domains.cases.models import Draft
from yichuang.domains.cases.terms import KIND, Channel
from yichuang.foundation.records.terms import CHINA
from yichuang.foundation.work import tallies
from yichuang.foundation.work.models import Tally

QUIET = timedelta(days=7)
"""A draft that was not touched for so long counts as given up."""


@dataclass(frozen=True, slots=True)
class DraftUse:
    """Drafts of one item begun within the days asked for: handed in, given up, or still being filled in."""

    item: str
    begun: int
    handed_in: int
    given_up: int

    @property
    def open(self) -> int:
        """Count those still being filled in."""
        return self.begun - self.handed_in - self.given_up


def received_by_item(since: date, until: date) -> dict[str, dict[str, int]]:
    """Count the cases received within these days (both inclusive) by item and channel."""
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    rows = _received(since, until).order_by().values_list("item_code", "channel").annotate(n=Count("id"))
    for item, channel, number in rows:
        found[item][channel] = number
    return dict(found)


def received_by_channel(since: date, until: date) -> list[tuple[str, int, int]]:
    """Tell of every channel how many cases came through it within these days, and of how many items."""
    rows = _received(since, until).order_by().values_list("channel")
    counted = {code: (n, items) for code, n, items in rows.annotate(n=Count("id"), i=Count("item_code", distinct=True))}
    return [(code, *counted.get(code, (0, 0))) for code in Channel.values]


def drafts_by_item(since: date, until: date, at: datetime) -> list[DraftUse]:
    """
    Tell what became of the drafts begun within these days, most of them first.

    A draft that its owner threw away is not there any more, nor one older than ninety days that was not handed in.
    """
    begin, end = _between(since, until)
    rows = Draft.objects.filter(started_at__gte=begin, started_at__lt=end).order_by().values_list("item_id")
    counted = rows.annotate(
        n=Count("id"),
        handed_in=Count("id", filter=Q(case__isnull=False)),
        given_up=Count("id", filter=Q(case=None, saved_at__lt=at - QUIET)),
    )
    return sorted((DraftUse(*row) for row in counted), key=lambda use: (-use.begun, use.item))


def online_of(channels: Mapping[str, int]) -> int:
    """Count the cases that came over the net."""
    return channels.get(Channel.ONLINE, 0)


def _received(since: date, until: date) -> QuerySet[Tally]:
    begin, end = _between(since, until)
    return tallies.now().filter(kind=KIND, opened_at__gte=begin, opened_at__lt=end)


def _between(since: date, until: date) -> tuple[datetime, datetime]:
    return datetime.combine(since, time(), CHINA), datetime.combine(until + timedelta(days=1), time(), CHINA)
