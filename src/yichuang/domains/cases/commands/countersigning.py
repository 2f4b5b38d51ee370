"""会签 of an ordinary case: another unit says whether it agrees, and why not."""

from __future__ import annotations

from datetime import datetime

from yichuang.domains.cases.commands.refusals import OpinionMissing
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.work import commands as work


def give_countersign(*, share_id: int, agrees: bool, opinion: str, by: Actor, at: datetime) -> None:
    """
    Say for one's own unit whether it agrees to what it was asked.

    :raises NotAllowed: `by` does not speak for that unit
    :raises OpinionMissing: it does not agree and says no reason
    :raises ShareGivenAlready: it was given before, taken back, or silence spoke
    """
    if not agrees and not opinion.strip():
        raise OpinionMissing
    outcome = "agree" if agrees else "disagree"
    work.give_share(share_id=share_id, outcome=outcome, opinion=opinion.strip(), by=by, at=at)
