"""What this room does when the system that sends SMS says how one ended."""

from __future__ import annotations

from yichuang.foundation.notices import commands
from yichuang.foundation.notices.queries import SMS_SYSTEM
from yichuang.foundation.notices.terms import SendingState
from yichuang.foundation.records.models import Record
from yichuang.foundation.records.pen import read
from yichuang.foundation.records.reactions import reaction


@reaction("MessageAnswered")
def sms_sent(record: Record) -> None:
    """Note that an SMS was delivered."""
    _note(record, SendingState.SENT)


@reaction("MessageRefused")
def sms_refused(record: Record) -> None:
    """Note that an SMS could not be delivered."""
    _note(record, SendingState.FAILED)


@reaction("MessageParked")
def sms_parked(record: Record) -> None:
    """Note that an SMS waits for a person."""
    _note(record, SendingState.PARKED)


@reaction("MessageRetried")
def sms_retried(record: Record) -> None:
    """Note that an SMS is on its way again."""
    _note(record, SendingState.HANDED)


def _note(record: Record, state: SendingState) -> None:
    told = read(record)
    if told["system"] == SMS_SYSTEM and told["kind"] == commands.SMS_KIND:
        commands.sms_ended(key=told["key"], state=state, at=record.at)
