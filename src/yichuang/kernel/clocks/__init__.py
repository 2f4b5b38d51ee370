"""Limits that run in office time: what is used, what is left, when they end, and which lamp is lit.

A clock is a value: its limit, its start, a ledger of pauses, an extension. Everything else is computed from these and
from an office, so that a new calendar notice needs no repair, only another reading.
"""

from yichuang.kernel.clocks.clock import (
    AlreadyExtended,
    AlreadyStopped,
    Clock,
    Extension,
    NotPaused,
    Pause,
    PauseInsidePause,
    as_of,
    cancel_pause,
    pause,
    resume,
    stop,
)
from yichuang.kernel.clocks.reading import (
    ExtensionTooLate,
    ExtensionTooLong,
    amber_at,
    days_left,
    days_used,
    due,
    due_if_resumed,
    extend,
    is_overdue,
    lamp,
    remaining,
    used,
    was_late,
    when_used,
    working_days_left,
)
from yichuang.kernel.clocks.units import Lamp, Unit

__all__ = [
    "AlreadyExtended",
    "AlreadyStopped",
    "Clock",
    "Extension",
    "ExtensionTooLate",
    "ExtensionTooLong",
    "Lamp",
    "NotPaused",
    "Pause",
    "PauseInsidePause",
    "Unit",
    "amber_at",
    "as_of",
    "cancel_pause",
    "days_left",
    "days_used",
    "due",
    "due_if_resumed",
    "extend",
    "is_overdue",
    "lamp",
    "pause",
    "remaining",
    "resume",
    "stop",
    "used",
    "was_late",
    "when_used",
    "working_days_left",
]
