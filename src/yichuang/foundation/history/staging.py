"""
Brings the rows of a file together by case, on disk: rows of one case may stand anywhere in it.

What was read lies in a temporary database beside the process and is sorted there, so memory stays the same for ten rows
and for ten million. Rows of one case keep the order of the file.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory

from yichuang.foundation.history.reading import Case, Entry, Event, Recent

CACHE = -32_768
"""Kilobytes of its cache: what a sort takes of memory before it goes to disk."""

EVENT = ", ".join(f'"{name}"' for name in Event._fields)
NO_EVENT = (None,) * len(Event._fields)


class Stage:
    """Takes entries in, then gives them back case by case."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        for setting in ("journal_mode=OFF", "synchronous=OFF", f"cache_size={CACHE}", "temp_store=FILE"):
            self._database.execute(f"PRAGMA {setting}")
        self._database.execute(f"CREATE TABLE entry (case_id TEXT NOT NULL, case_said TEXT, {EVENT})")
        self.events = 0

    def take(self, entries: Iterable[Entry]) -> None:
        """Take in what was read; what rows say of their case is kept where it is not what was said of it before."""
        self._database.execute("BEGIN")
        places = ", ".join("?" * (2 + len(Event._fields)))
        self._database.executemany(f"INSERT INTO entry VALUES ({places})", self._rows(entries))
        self._database.execute("COMMIT")

    def count(self) -> int:
        """Count the cases."""
        return int(self._database.execute("SELECT count(DISTINCT case_id) FROM entry").fetchone()[0])

    def cases(self) -> Iterator[tuple[str, list[Case], list[Event]]]:
        """Give each case once with all that was said of it and its events, in the order of the file."""
        rows = self._database.execute(f"SELECT case_id, case_said, {EVENT} FROM entry ORDER BY case_id, rowid")
        for case_id, group in groupby(rows, key=itemgetter(0)):
            said, events = [], []
            for _, case, *event in group:
                if case is not None:
                    said.append(Case(*json.loads(case)))
                if event[0] is not None:  # every event has a moment
                    events.append(Event._make(event))
            yield case_id, said, events

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _rows(self, entries: Iterable[Entry]) -> Iterator[tuple[str | int | None, ...]]:
        recent: Recent[Case] = Recent()
        encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
        for entry in entries:
            said = None
            if recent.get(entry.case_id) != entry.case:
                said = encode(entry.case)
                recent.put(entry.case_id, entry.case)
            self.events += entry.event is not None
            yield entry.case_id, said, *(entry.event or NO_EVENT)


@contextmanager
def staged() -> Iterator[Stage]:
    """Make a place to bring rows together; it goes with all that lies in it."""
    with TemporaryDirectory(prefix="yichuang-history-") as folder:
        stage = Stage(Path(folder, "entries.sqlite3"))
        try:
            yield stage
        finally:
            stage.close()
