"""What the room does when definitions are published: cells follow the fields that a new file marks."""

from __future__ import annotations

from yichuang.foundation.people.actors import local_day
from yichuang.foundation.records.models import Record
from yichuang.foundation.records.reactions import reaction
from yichuang.foundation.registers import commands, queries


@reaction("DefinitionsPublished")
def follow_files(record: Record) -> None:
    """Make the cells of those registers anew whose marks have changed; safe to run twice."""
    day = local_day(record.at)
    for code in commands.stale(day, queries.registers(day)):
        commands.rebuild_cells(register=code, at=record.at)
