"""What major projects and meetings tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class MajorProjectEnrolled:
    """A project came into the district's list (入库)."""

    project: str
    sector: str
    total_investment_fen: int


@dataclass(frozen=True, slots=True)
class MajorProjectChanged:
    """What is said of a project was corrected."""

    project: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MajorProjectMoved:
    """A project came to another stage."""

    project: str
    stage: str
    reason: str


@dataclass(frozen=True, slots=True)
class MajorProjectStarted:
    """A project has started, shown by a permit or a start node."""

    project: str
    on: date
    basis: str


@dataclass(frozen=True, slots=True)
class YearPlanSet:
    """A year's plan of a project was set or adjusted."""

    project: str
    year: int
    kind: str
    plan_fen: int
    reason: str


@dataclass(frozen=True, slots=True)
class InvestmentEntered:
    """A month's investment was entered; it does not count yet."""

    project: str
    month: date
    amount_fen: int
    entry_id: int


@dataclass(frozen=True, slots=True)
class InvestmentConfirmed:
    """An entry was locked and counts."""

    project: str
    month: date
    amount_fen: int
    entry_id: int


@dataclass(frozen=True, slots=True)
class InvestmentReturned:
    """An entry was given back with a reason."""

    project: str
    month: date
    entry_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class InvestmentCorrected:
    """A correction of a locked month was entered as a new entry."""

    project: str
    month: date
    difference_fen: int
    entry_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class NodePlanned:
    """A node was planned."""

    project: str
    node_id: int
    kind: str
    planned_on: date


@dataclass(frozen=True, slots=True)
class NodeReached:
    """A node was reached, with evidence."""

    project: str
    node_id: int
    kind: str
    done_on: date
    evidence: str
    files: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NodeTakenBack:
    """A node was wrongly said to be reached."""

    project: str
    node_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class DifficultyRaised:
    """A unit named what it cannot solve alone."""

    project: str
    difficulty_id: int
    chain: str


@dataclass(frozen=True, slots=True)
class DifficultySolved:
    """A difficulty is solved."""

    project: str
    difficulty_id: int


@dataclass(frozen=True, slots=True)
class ProjectsImported:
    """A table of projects was taken in."""

    digest: str
    rows: int
    enrolled: int


@dataclass(frozen=True, slots=True)
class MeetingPlanned:
    """A meeting was planned with its agenda."""

    body: str
    items: int


@dataclass(frozen=True, slots=True)
class AgendaChanged:
    """The agenda of a meeting was written anew."""

    items: int


@dataclass(frozen=True, slots=True)
class MeetingHeld:
    """A meeting was held and has its number."""

    body: str
    no: int
    held_on: date


@dataclass(frozen=True, slots=True)
class MinutesIssued:
    """The minutes of a meeting were issued."""

    body: str
    no: int
    resolutions: int


@dataclass(frozen=True, slots=True)
class MeetingCancelled:
    """A planned meeting does not take place."""

    reason: str


@dataclass(frozen=True, slots=True)
class MeetingFollowed:
    """Everything that a meeting resolved is verified or dropped."""

    body: str
    no: int


@dataclass(frozen=True, slots=True)
class MatterResolved:
    """A meeting resolved a matter and said who owes it, by when."""

    meeting: str
    unit: str
    due_on: date


@dataclass(frozen=True, slots=True)
class ResolutionTaken:
    """The unit took a resolved matter in hand."""

    unit: str


@dataclass(frozen=True, slots=True)
class ResolutionReported:
    """The unit said that it did what was resolved."""

    report: str
    files: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ResolutionSentBack:
    """What was done is not enough; a new day is set."""

    reason: str
    due_on: date


@dataclass(frozen=True, slots=True)
class ResolutionVerified:
    """Somebody else saw that it is done (核销)."""

    finding: str


@dataclass(frozen=True, slots=True)
class ResolutionDropped:
    """A resolved matter is no longer followed, with a reason."""

    reason: str
