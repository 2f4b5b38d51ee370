"""Pure decisions of the hall: when it serves, who goes first, what is still missing on the desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any

from yichuang.domains.counter.terms import PRIORITY_AGE, Priority, Served, ServiceHours, Spans, SpecialDay
from yichuang.kernel.errors import DefinitionError

SATURDAY, SUNDAY = 6, 7


def parse_hours(body: Mapping[str, Any], place: str) -> ServiceHours:
    """
    Read the service hours of a hall; the keys are those of `schemas/service_hours.schema.json`.

    :raises DefinitionError: a span ends before it begins or overlaps the one before
    """
    days = body.get("special_days", [])
    return ServiceHours(
        id=body["service_hours"],
        version=body.get("version", 1),
        working_day=_spans(body["working_day"], f"{place}: working_day"),
        saturday=_spans(body.get("saturday", []), f"{place}: saturday"),
        sunday=_spans(body.get("sunday", []), f"{place}: sunday"),
        weekend_note=body.get("weekend_note", ""),
        special_days=MappingProxyType({date.fromisoformat(day["date"]): _special(day, place) for day in days}),
        runs=tuple(time.fromisoformat(text) for text in body.get("hand_over_runs", [])),
    )


def served(hours: ServiceHours, day: date, *, is_working: bool, queue: str = "") -> Served:
    """
    Tell the hours of a day, of one queue or of the hall; no span means closed.

    A special day comes first, then the legal calendar's working day, then Saturday and Sunday; holidays are closed.
    """
    special = hours.special_days.get(day)
    if special and (not special.queues or queue in special.queues):
        return Served(special.spans, special.note)
    if is_working:
        return Served(hours.working_day)
    weekend = {SATURDAY: hours.saturday, SUNDAY: hours.sunday}.get(day.isoweekday(), ())
    return Served(weekend, hours.weekend_note if weekend else "")


def is_open(hours: Served, moment: time) -> bool:
    """Say whether somebody is served at this time of day; the end of a span is no longer served."""
    return any(start <= moment < end for start, end in hours.spans)


def next_run(runs: Iterable[time], moment: time) -> time | None:
    """Tell when the paper is fetched next today; None when the last run is over."""
    return min((run for run in runs if run > moment), default=None)


def priority(*, born_on: date | None, is_disabled: bool, asked: bool, on: date) -> Priority:
    """Say why a ticket goes first: by age and disability without being asked, else because it was asked for."""
    if born_on is not None and age(born_on, on) >= PRIORITY_AGE:
        return Priority.AGE
    if is_disabled:
        return Priority.DISABLED
    return Priority.ASKED if asked else Priority.NONE


def age(born_on: date, on: date) -> int:
    """
    Count full years.

    >>> age(date(1954, 10, 31), date(2019, 10, 30)), age(date(1954, 10, 30), date(2019, 10, 30))
    (64, 65)
    """
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def is_late_entry(received_at: datetime, at: datetime) -> bool:
    """Say whether the paper came in an earlier minute than it is entered: then a reason is asked for (practice 5)."""
    return received_at.replace(second=0, microsecond=0) < at.replace(second=0, microsecond=0)


def ticket_number(prefix: str, n: int) -> str:
    """
    Write the n-th ticket of a queue.

    >>> ticket_number("A", 23)
    'A023'
    """
    return f"{prefix}{n:03d}"


def try_example(hours: ServiceHours, example: Mapping[str, Any]) -> Iterable[str]:
    """Run one example of a file: a date, whether it is worked, a time, and whether the hall is open then."""
    given = example["given"]
    day, moment = date.fromisoformat(given["date"]), time.fromisoformat(given["time"])
    hours_of_day = served(hours, day, is_working=given["working"], queue=given.get("queue", ""))
    if is_open(hours_of_day, moment) != example["open"]:
        yield f"{given['date']} {given['time']}: open is {not example['open']}"


def _special(day: Mapping[str, Any], place: str) -> SpecialDay:
    spans = _spans(day.get("spans", []), f"{place}: special_days/{day['date']}")
    return SpecialDay(spans, day["note"], tuple(day.get("queues", [])))


def _spans(rows: Iterable[Iterable[str]], place: str) -> Spans:
    spans: list[tuple[time, time]] = []
    for row in rows:
        start, end = (time.fromisoformat(text) for text in row)
        if end <= start or (spans and start < spans[-1][1]):
            raise DefinitionError(place, f"{start:%H:%M}-{end:%H:%M}", "spans in order that end after they begin")
        spans.append((start, end))
    return tuple(spans)
