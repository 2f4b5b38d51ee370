"""What happens in the hall, as others hear it. Persons are ids, never names or numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SitesLoaded:
    """Sites, queues and windows were taken over from a file."""

    sites: int
    queues: int
    windows: int


@dataclass(frozen=True, slots=True)
class ClerkSatDown:
    """A clerk took a window."""

    sitting_id: int
    window_id: int


@dataclass(frozen=True, slots=True)
class ClerkLeft:
    """A clerk left the window."""

    sitting_id: int
    window_id: int


@dataclass(frozen=True, slots=True)
class WindowPaused:
    """A window calls nobody for a while."""

    window_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class WindowResumed:
    """A window calls again."""

    window_id: int


@dataclass(frozen=True, slots=True)
class TicketIssued:
    """A ticket was given out."""

    ticket_id: int
    number: str
    queue_id: int
    priority: str


@dataclass(frozen=True, slots=True)
class TicketCalled:
    """A ticket was called to a window."""

    ticket_id: int
    number: str
    window_id: int


@dataclass(frozen=True, slots=True)
class TicketRecalled:
    """It was called again."""

    ticket_id: int
    n: int


@dataclass(frozen=True, slots=True)
class TicketBegun:
    """Its holder stands before the window."""

    ticket_id: int


@dataclass(frozen=True, slots=True)
class TicketPassed:
    """Nobody came."""

    ticket_id: int


@dataclass(frozen=True, slots=True)
class TicketTransferred:
    """It goes on in another queue or at another window, as a further leg with the same number."""

    ticket_id: int
    onward_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class TicketFinished:
    """Its matter is done."""

    ticket_id: int
    outcome: str


@dataclass(frozen=True, slots=True)
class TakenIn:
    """An application was received at a window, and answered on the spot."""

    case_id: int
    how: str
    window_id: int
    ticket_id: int | None


@dataclass(frozen=True, slots=True)
class EnteredLate:
    """The paper came before it was entered; the clocks run from its coming (practice 5)."""

    case_id: int
    received_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class CorrectionTaken:
    """What a notice asked for was received at a window, and answered on the spot."""

    case_id: int
    how: str
    window_id: int


@dataclass(frozen=True, slots=True)
class BagMade:
    """The paper of a case was put into a bag with a code."""

    bag_id: int
    case_id: int


@dataclass(frozen=True, slots=True)
class BagsGiven:
    """Bags left a place by a list that the giver signed."""

    list_id: int
    to_place: str
    bags: int


@dataclass(frozen=True, slots=True)
class BagsTaken:
    """Bags of a list were counted by scan and signed for; `missing` are on the list and did not come."""

    list_id: int
    bags: int
    missing: int


@dataclass(frozen=True, slots=True)
class HallClosed:
    """The night closed what the day left open: tickets not called, clerks still at their windows."""

    site_id: int
    passed: int
    finished: int
    left: int
