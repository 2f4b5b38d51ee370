"""What this room does when a resolved matter is over."""

from __future__ import annotations

from yichuang.domains.projects import commands
from yichuang.domains.projects.models import Resolution
from yichuang.foundation.people.actors import SYSTEM
from yichuang.foundation.records.models import Record
from yichuang.foundation.records.reactions import reaction


@reaction("ResolutionVerified")
def follow_after_verifying(record: Record) -> None:
    """Close the meeting when this was its last open matter."""
    _follow(record)


@reaction("ResolutionDropped")
def follow_after_dropping(record: Record) -> None:
    """Close the meeting when this was its last open matter."""
    _follow(record)


def _follow(record: Record) -> None:
    dossier_id = int(record.stream.removeprefix("dossier/"))
    meeting_id = Resolution.objects.values_list("meeting_id", flat=True).get(pk=dossier_id)
    commands.follow_meeting(meeting_id=meeting_id, by=SYSTEM, at=record.at)
