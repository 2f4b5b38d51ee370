"""When somebody may be disturbed, on plain values."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from yichuang.foundation.records.terms import CHINA
from yichuang.kernel.calendars import Calendar


def span(text: str) -> tuple[time, time]:
    """
    Read a span of hours.

    >>> span("21:00-08:00")
    (datetime.time(21, 0), datetime.time(8, 0))
    """
    begins, _, ends = text.partition("-")
    return time.fromisoformat(begins), time.fromisoformat(ends)


def after_quiet(at: datetime, begins: time, ends: time) -> datetime:
    """
    Give the first moment from `at` on which is not in the quiet hours, China's time; they begin included, end excluded.

    >>> after_quiet(datetime(2019, 10, 30, 22, 0, tzinfo=CHINA), time(21), time(8)).isoformat()
    '2019-10-31T08:00:00+08:00'
    """
    local = at.astimezone(CHINA)
    clock = local.time()
    is_quiet = begins <= clock < ends if begins < ends else (clock >= begins or clock < ends)
    if not is_quiet:
        return at
    morning = datetime.combine(local.date(), ends, CHINA)
    return morning if morning > local else morning + timedelta(days=1)


def next_digest(at: datetime, hour: time, calendar: Calendar) -> datetime:
    """Give the next moment after `at` at which digests go out: `hour` of a working day."""
    local = at.astimezone(CHINA)
    day = local.date()
    if not calendar.is_working(day) or local.time() >= hour:
        day = calendar.next_working(day)
    return datetime.combine(day, hour, CHINA)
