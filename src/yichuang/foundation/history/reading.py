"""
Reads rows by a mapping: words translated, moments brought to UTC, what is wrong noted at its row.

A row without a case, an activity or a readable time is an error. A date that cannot be, beside these, is a warning and
stays empty: old systems are full of 0001-01-01 and 2999-12-31.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, TypeVar

from django.utils.translation import gettext as _

from yichuang.foundation.files.tables import Findings, column_letter
from yichuang.foundation.files.tables.rows import Value
from yichuang.foundation.history.mapping import HistoryMapping, Take
from yichuang.foundation.history.seen import Seen
from yichuang.foundation.history.terms import FUTURE, MOMENTS, Transition

EARLIEST = datetime(1949, 10, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)
RECENT = 4_000
"""Cases of which is remembered what was said last: the events of one lie among those of others in a log."""

Text = str | None
Moment = int | None
"""Whole microseconds since 1970-01-01 UTC: small, exact, and the same in every zone."""


class Case(NamedTuple):
    """What one row says of its case; None where it says nothing."""

    title: Text
    item: Text
    opened: Moment
    accepted: Moment
    ended: Moment
    planned_end: Moment
    deadline: Moment
    channel: Text
    unit: Text
    person: Text
    outcome: Text


class Event(NamedTuple):
    """What one row says of an event."""

    at: int
    transition: str
    activity: str
    name: Text
    instance: Text
    unit: Text
    person: Text
    due: Moment
    outcome: Text
    digest: str  # of the whole row, whatever the mapping reads of it
    number: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One row, read."""

    case_id: str
    case: Case
    event: Event | None


V = TypeVar("V")


class Recent(dict[str, V]):
    """What was said last of cases: of the latest `RECENT` that were put in, so memory stays bounded."""

    def put(self, key: str, value: V) -> None:
        """Put in what holds of a case now."""
        self.pop(key, None)
        self[key] = value
        if len(self) > RECENT:
            del self[next(iter(self))]


Taker = Callable[[Seen], Text]
Teller = Callable[[Seen], Moment]


class Reader:
    """Reads rows of one file by one mapping; `at` is now: what was done cannot lie ahead."""

    def __init__(
        self, mapping: HistoryMapping, columns: Sequence[str], wanted: Sequence[str], findings: Findings, at: datetime
    ) -> None:
        self.mapping, self.findings = mapping, findings
        self._columns, self._wanted = list(columns), list(wanted)
        self._now = at + DAY
        self._id = self._text(mapping.case["id"])
        self._case_places = [self._wanted.index(take.column) for take in mapping.case.values() if take.column]
        self._case_takers = [self._taker(mapping.case, name) for name in Case._fields]
        event = mapping.event
        self._activity = self._text(event["activity"])
        self._time = self._moment("time", event["time"])
        self._transition = self._text(event.get("transition"))
        self._texts = [self._text(event.get(name)) for name in ("name", "instance", "unit", "person", "outcome")]
        self._due = self._moment("due", event.get("due"))
        self._last: tuple[list[Value], Case] | None = None
        self._recent: Recent[tuple[list[Value], Case]] = Recent()

    def read(self, seen: Seen) -> Entry | None:
        """Read one row; None where it cannot be read, which is noted, or says nothing that counts."""
        case_id = self._id(seen)
        if not case_id:
            self._error(seen, "id", _("没有办件号，不知属于哪一件"), "history.no_case")
            return None
        if len(case_id) > 200:
            self._error(seen, "id", _("办件号超过 200 个字符"), "history.case_id_long")
            return None
        case = self._case(case_id, seen)
        if not seen.digest:
            if case.opened is None:
                self._error(seen, "opened", _("办件没有事件，也没有收件时间"), "history.case_without_time")
                return None
            return Entry(case_id, case, None)
        event = self._event(seen)
        return Entry(case_id, case, event) if event else None

    def _case(self, case_id: str, seen: Seen) -> Case:
        """Read what a row says of its case: once for rows that say the same, where nothing was odd about it."""
        said = [seen.values[place] for place in self._case_places]
        if self._last is not None and self._last[0] == said:
            return self._last[1]
        known = self._recent.get(case_id)
        if known is not None and known[0] == said:
            self._last = known
            return known[1]
        noted = self.findings.warning_count
        self._last = said, Case._make(take(seen) for take in self._case_takers)
        if self.findings.warning_count == noted:
            self._recent.put(case_id, self._last)
        return self._last[1]

    def _event(self, seen: Seen) -> Event | None:
        activity = self._activity(seen)
        if not activity:
            self._error(seen, "activity", _("没有环节名称"), "history.no_activity")
            return None
        if not self.mapping.others_are_steps and activity not in self.mapping.activities:
            text = _("对照里没有“%(activity)s”这个环节") % {"activity": activity}
            self._error(seen, "activity", text, "history.unknown_activity")
            return None
        word = (self._transition(seen) or "").lower()
        meant = self.mapping.transitions.get(word)
        if meant is None:
            self._warning(
                seen, "transition", _("不认识的事件状态“%(word)s”，按完成计") % {"word": word}, "history.transition"
            )
            meant = Transition.COMPLETE
        at = self._time(seen)
        if at is None:
            return None
        name, instance, unit, person, outcome = (take(seen) for take in self._texts)
        due, digest = self._due(seen), seen.digest.hex()
        return Event(at, meant.value, activity, name, instance, unit, person, due, outcome, digest, seen.number)

    # ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _taker(self, takes: Mapping[str, Take], name: str) -> Taker | Teller:
        take = takes.get(name)
        return self._moment(name, take) if name in MOMENTS else self._text(take)

    def _text(self, take: Take | None) -> Taker:
        """Make what takes a text: translated where the mapping translates it, None where it is missing."""
        if take is None:
            return lambda seen: None
        if not take.column:
            return lambda seen: take.value
        place, values, missing = self._wanted.index(take.column), take.values, self.mapping.missing

        def text(seen: Seen) -> Text:
            value = seen.values[place]
            said = value.strip() if isinstance(value, str) else "" if value is None else str(value)
            return None if said in missing else values.get(said, said)

        return text

    def _moment(self, name: str, take: Take | None) -> Teller:
        """Make what takes a moment; None where it is missing or cannot be, and then that is noted."""
        if take is None:
            return lambda seen: None
        zone, form, missing = take.zone or self.mapping.zone, take.format, self.mapping.missing
        place = self._wanted.index(take.column) if take.column else None
        latest = LATEST if name in FUTURE else self._now
        note = self._error if name == "time" else self._warning

        def moment(seen: Seen) -> Moment:
            said = take.value if place is None else seen.values[place]
            if isinstance(said, str):
                said = said.strip()
            if said is None or said in missing:
                if name == "time":
                    note(seen, name, _("没有时间"), "history.no_time")
                return None
            try:
                found = _moment_of(said, form)
            except (ValueError, OverflowError):
                text = _("“%(value)s”读不成时间；应为 2011-10-11T13:45:40+08:00 这样，或在对照里写明 format")
                note(seen, name, text % {"value": str(said)[:40]}, "history.bad_time")
                return None
            if found.tzinfo is None:
                found = found.replace(tzinfo=zone)
            if not EARLIEST <= found < latest:
                text = _("%(value)s 不会是真的时间") % {"value": str(said)[:40]}
                note(seen, name, text, "history.time_out_of_range")
                return None
            return (found - EPOCH) // TICK

        return moment

    # ── what is noted ───────────────────────────────────────────────────────────────────────────────────────────────

    def _error(self, seen: Seen, name: str, message: str, code: str) -> None:
        self.findings.error(message, row=seen.number, code=code, **self._place(seen, name))

    def _warning(self, seen: Seen, name: str, message: str, code: str) -> None:
        self.findings.warning(message, row=seen.number, code=code, **self._place(seen, name))

    def _place(self, seen: Seen, name: str) -> dict[str, str]:
        take = self.mapping.event.get(name) or self.mapping.case.get(name)
        column = take.column if take else ""
        where = self._columns.index(column) if column in self._columns else None
        return {"header": column, "cell": "" if where is None else f"{column_letter(where)}{seen.number}"}


def _moment_of(value: Value, form: str) -> datetime:
    """
    Read a moment.

    :raises ValueError: it is none
    """
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    if not isinstance(value, str):
        raise ValueError(value)
    return datetime.strptime(value, form) if form else datetime.fromisoformat(value.replace("/", "-"))  # noqa: DTZ007


def entries(rows: Iterator[Seen], reader: Reader) -> Iterator[Entry]:
    """Read rows, leaving out those that cannot be read."""
    for seen in rows:
        entry = reader.read(seen)
        if entry is not None:
            yield entry
