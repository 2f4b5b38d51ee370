"""What this room does when definitions are published or withdrawn."""

from __future__ import annotations

from yichuang.foundation.connections import commands
from yichuang.foundation.connections.kinds import SYSTEM
from yichuang.foundation.records.models import Record
from yichuang.foundation.records.pen import read
from yichuang.foundation.records.reactions import reaction


@reaction("DefinitionsPublished")
def follow_new_systems(record: Record) -> None:
    """Follow where a system is among what was published."""
    if any(each["kind"] == SYSTEM for each in read(record)["versions"]):
        commands.follow_definitions(at=record.at)


@reaction("DefinitionWithdrawn")
def follow_withdrawn_systems(record: Record) -> None:
    """Follow where a system was withdrawn: an earlier version that is still valid comes back."""
    if read(record)["kind"] == SYSTEM:
        commands.follow_definitions(at=record.at)
