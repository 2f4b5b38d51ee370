"""`yichuang calendar …`: the last line is the answer, what comes before it explains."""

from __future__ import annotations

from argparse import Namespace
from datetime import date

from yichuang.foundation.definitions import commands, queries
from yichuang.foundation.records import clock
from yichuang.foundation.records.terms import SYSTEM
from yichuang.kernel.calendars import Calendar


def add(arguments: Namespace) -> int:
    """Print the n-th working day after a day."""
    calendar = queries.calendar()
    found = calendar.add(arguments.start, arguments.n)
    _explain(calendar, arguments.start, found)
    print(found)
    return 0


def between(arguments: Namespace) -> int:
    """Print the number of working days in (a, b]."""
    calendar = queries.calendar()
    _explain(calendar, arguments.a, arguments.b)
    print(calendar.between(arguments.a, arguments.b))
    return 0


def import_notice(arguments: Namespace) -> int:
    """Take in a year's holiday notice; open clocks are recomputed by the worker."""
    published = commands.import_notice(arguments.file.read_bytes(), by=SYSTEM, at=clock.business_now())
    print(f"{published.name} 第 {published.version} 版")
    return 0


def _explain(calendar: Calendar, first: date, last: date) -> None:
    for year in range(min(first, last).year, max(first, last).year + 1):
        if calendar.is_provisional(date(year, 1, 1)):
            print(f"{year} 年没有放假安排，暂按周末休息推算；请在公布后导入（yichuang calendar import）。")
