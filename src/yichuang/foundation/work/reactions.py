"""What the engine does when a lower room has news."""

from __future__ import annotations

from yichuang.foundation.jobs import commands as jobs
from yichuang.foundation.records.models import Record
from yichuang.foundation.records.pen import read
from yichuang.foundation.records.reactions import reaction


@reaction("CalendarImported")
def recompute_open_clocks(record: Record) -> None:
    """Order the recomputation of every open clock, once per notice."""
    told = read(record)
    jobs.enqueue("work.recompute", f"{told['year']}/{told['version']}", record.at, {})
