"""The list of published versions, kept in memory and read anew when the table has grown or a version was withdrawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock

from django.db.models import Count, Max

from yichuang.foundation.definitions.folders import exact
from yichuang.foundation.definitions.kinds import KINDS
from yichuang.foundation.definitions.models import Definition
from yichuang.foundation.records import realtime

PATIENCE = timedelta(seconds=1)
"""How long (real time) another process may go on without what was just published here."""

BATCH = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One published version, without its body."""

    kind: str
    code: str
    version: int
    valid_from: date
    valid_to: date | None
    published_at: datetime
    digest: str
    withdrawn_at: datetime | None

    @property
    def is_withdrawn(self) -> bool:
        """Tell whether the version may not be used anew."""
        return self.withdrawn_at is not None

    def holds(self, on: date) -> bool:
        """Tell whether the version is valid on a day: `valid_from` is the first one, `valid_to` the first no longer."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


Mark = tuple[int, int | None, datetime | None]


@dataclass
class _Memory:
    looked_at: datetime | None = None
    mark: Mark = (0, None, None)
    entries: dict[str, dict[str, list[Entry]]] = field(default_factory=dict)
    parsed: dict[tuple[str, str, int, str], object] = field(default_factory=dict)
    derived: dict[tuple[object, ...], object] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)


_memory = _Memory()


def versions(kind: str, code: str) -> list[Entry]:
    """List the versions of a definition, newest first."""
    return _entries().get(kind, {}).get(code, [])


def codes(kind: str) -> list[str]:
    """List the ids of a kind that were ever published, sorted."""
    return sorted(_entries().get(kind, {}))


def parsed(entry: Entry) -> object:
    """Give what a version was parsed into: immutable, and parsed once a process."""
    key = _key(entry)
    if key not in _memory.parsed:
        body = Definition.objects.values_list("body", flat=True).get(
            kind=entry.kind, code=entry.code, version=entry.version
        )
        _memory.parsed[key] = _read(entry, body)
    return _memory.parsed[key]


def parsed_all(entries: Iterable[Entry]) -> list[object]:
    """Give what many versions were parsed into; the bodies that are not known yet are read in a few statements."""
    wanted = list(entries)
    unread = [each for each in wanted if _key(each) not in _memory.parsed]
    for start in range(0, len(unread), BATCH):
        batch = {(each.kind, each.code, each.version): each for each in unread[start : start + BATCH]}
        kinds, codes = {key[0] for key in batch}, {key[1] for key in batch}
        rows = Definition.objects.filter(kind__in=kinds, code__in=codes).values_list("kind", "code", "version", "body")
        for kind, code, version, body in rows:
            if entry := batch.get((kind, code, version)):
                _memory.parsed[_key(entry)] = _read(entry, body)
    return [_memory.parsed[_key(each)] for each in wanted]


def _key(entry: Entry) -> tuple[str, str, int, str]:
    return entry.kind, entry.code, entry.version, entry.digest


def _read(entry: Entry, body: str) -> object:
    return KINDS[entry.kind].parse(exact(body), f"{entry.kind} {entry.code} v{entry.version}")


def derived() -> dict[tuple[object, ...], object]:
    """Give a place for what is built from many versions (the calendar); it is emptied whenever the index changes."""
    _entries()
    return _memory.derived


def forget() -> None:
    """Read the index anew at the next question."""
    _memory.looked_at = None


def _entries() -> dict[str, dict[str, list[Entry]]]:
    now = realtime.now()
    if _memory.looked_at is None or not timedelta() <= now - _memory.looked_at < PATIENCE:
        with _memory.lock:
            _look()
            _memory.looked_at = now
    return _memory.entries


def _look() -> None:
    state = Definition.objects.aggregate(rows=Count("id"), last=Max("id"), withdrawn=Max("withdrawn_at"))
    mark: Mark = (state["rows"], state["last"], state["withdrawn"])
    if mark == _memory.mark and _memory.looked_at is not None:
        return
    fresh: dict[str, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    columns = ("kind", "code", "version", "valid_from", "valid_to", "published_at", "digest", "withdrawn_at")
    for row in Definition.objects.order_by("-version").values_list(*columns):
        entry = Entry(*row)
        fresh[entry.kind][entry.code].append(entry)
    _memory.entries, _memory.mark, _memory.derived = fresh, mark, {}
