"""What this room does by itself: send, and gather the morning's digests."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yichuang.foundation.jobs.registry import job
from yichuang.foundation.jobs.terms import Due, Outcome
from yichuang.foundation.notices import commands


@job(commands.SEND, atomic=False, label=_("发送消息"))
def send(due: Due) -> Outcome:
    """Send one message by one channel."""
    row = commands.send(sending_id=int(due.key), at=due.at)
    return Outcome(1, row.state)


@job(commands.DIGEST, label=_("负责人每日摘要"))
def digest(due: Due) -> Outcome:
    """Send somebody's digest."""
    return Outcome(len(commands.send_digest(account_id=int(due.key.split("/")[0]), at=due.at)))
