"""The words of this room."""

from __future__ import annotations

from enum import StrEnum

TAKES = "history"
"""What a mapping says that it takes, when this room reads it."""


class Transition(StrEnum):
    """What an event of a log says of its activity; logs have more words, a mapping brings them to these."""

    START = "start"
    COMPLETE = "complete"
    CANCEL = "cancel"
    PASS_OVER = "pass_over"


TRANSITIONS = {
    "": Transition.COMPLETE,
    "complete": Transition.COMPLETE,
    "start": Transition.START,
    "ate_abort": Transition.CANCEL,
    "pi_abort": Transition.CANCEL,
    "withdraw": Transition.CANCEL,
    "schedule": Transition.PASS_OVER,
    "assign": Transition.PASS_OVER,
    "reassign": Transition.PASS_OVER,
    "suspend": Transition.PASS_OVER,
    "resume": Transition.PASS_OVER,
    "autoskip": Transition.PASS_OVER,
    "manualskip": Transition.PASS_OVER,
}
"""The words of IEEE 1849 (XES), lifecycle extension, in small letters; a mapping may add its own."""

CASE_FIELDS = (
    "id",
    "title",
    "item",
    "opened",
    "accepted",
    "ended",
    "planned_end",
    "deadline",
    "channel",
    "unit",
    "person",
    "outcome",
)
"""What a mapping may say of a case."""

EVENT_FIELDS = ("activity", "name", "time", "transition", "instance", "unit", "person", "due", "outcome")
"""What a mapping may say of an event."""

MOMENTS = frozenset({"opened", "accepted", "ended", "planned_end", "deadline", "time", "due"})
FUTURE = frozenset({"planned_end", "deadline", "due"})
"""Moments that may lie ahead."""
