"""For which times and where programs ask: they may write anything, so what no record reaches is told as such."""

from __future__ import annotations

from datetime import date, datetime

from yichuang.foundation.figures.problems import NoSuchRegion, OutOfReach
from yichuang.foundation.figures.terms import Times
from yichuang.foundation.people.models import Region
from yichuang.foundation.records.terms import CHINA

EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)


def times(as_of: date, known_at: datetime | None = None, region: str = "") -> Times:
    """
    Ask for a day, a moment and a region; a moment without a zone is China's.

    :raises OutOfReach: the day or the moment is not between 1900 and 2100
    :raises NoSuchRegion: nothing there has a code that begins so
    """
    if known_at is not None and known_at.tzinfo is None:
        known_at = known_at.replace(tzinfo=CHINA)
    for day in (as_of, known_at.date() if known_at else as_of):
        if not EARLIEST <= day <= LATEST:
            raise OutOfReach(day)
    if region and not Region.objects.filter(code__startswith=region).exists():
        raise NoSuchRegion(region)
    return Times(as_of, known_at, region)
