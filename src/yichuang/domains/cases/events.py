"""What happens to an application, as others hear it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DraftSaved:
    """A draft was begun; later savings of the same draft tell nothing."""

    draft_id: int
    item: str


@dataclass(frozen=True, slots=True)
class DraftDiscarded:
    """A draft was thrown away by its owner."""

    draft_id: int
    item: str


@dataclass(frozen=True, slots=True)
class ApplicationReceived:
    """An application was handed in."""

    case_id: int
    item: str
    channel: str
    received_at: datetime
    materials: tuple[tuple[str, str], ...]  # code, state


@dataclass(frozen=True, slots=True)
class CaseAccepted:
    """An application was accepted; promise and legal clocks run."""

    case_id: int
    tolerant: bool = False
    on_commitment: bool = False


@dataclass(frozen=True, slots=True)
class DeemedAccepted:
    """Nobody answered in time: accepted from the day of receipt (行政许可法 第三十二条第一款第四项)."""

    case_id: int


@dataclass(frozen=True, slots=True)
class AcceptanceUndone:
    """The clerk took a wrong acceptance back within thirty seconds."""

    case_id: int


@dataclass(frozen=True, slots=True)
class CorrectionAsked:
    """All that is to be corrected was told at once; `suspected` rows are new about what was in hand before."""

    case_id: int
    notice: int
    rows: int
    suspected: int


@dataclass(frozen=True, slots=True)
class CorrectionHandedIn:
    """The applicant handed in what a notice asked for."""

    case_id: int
    notice: int
    materials: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CorrectionLapsed:
    """The date for corrections passed."""

    case_id: int


@dataclass(frozen=True, slots=True)
class ToldByPhone:
    """A correction was told by telephone beside the notice."""

    notice: int
    reached: bool


@dataclass(frozen=True, slots=True)
class CaseRefused:
    """An application was not accepted."""

    case_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class CaseRecalled:
    """The applicant took the application back, before acceptance or after it."""

    case_id: int
    after_acceptance: bool
    reason: str


@dataclass(frozen=True, slots=True)
class StepHandled:
    """A department's step ended."""

    case_id: int
    step: str
    outcome: str


@dataclass(frozen=True, slots=True)
class HoldAsked:
    """A special procedure, suspension or extension was asked for."""

    hold_id: int
    kind: str
    ground: str


@dataclass(frozen=True, slots=True)
class HoldApproved:
    """It was approved; the clocks stand still or run longer."""

    hold_id: int
    kind: str
    ground: str


@dataclass(frozen=True, slots=True)
class HoldRejected:
    """It was not approved."""

    hold_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class HoldEnded:
    """The special procedure or suspension is over; the clocks go on."""

    hold_id: int
    result: str


@dataclass(frozen=True, slots=True)
class CaseDecided:
    """The case was decided."""

    case_id: int
    kind: str
    item: str


@dataclass(frozen=True, slots=True)
class CaseCertified:
    """Everything that an approval had been pending on is there: the licence was issued."""

    case_id: int


@dataclass(frozen=True, slots=True)
class DecisionRevoked:
    """A granted permit was revoked."""

    case_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class SupplementHandedIn:
    """What was accepted tolerantly was handed in afterwards."""

    case_id: int
    materials: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CommitmentChecked:
    """A commitment was checked afterwards."""

    case_id: int
    result: str


@dataclass(frozen=True, slots=True)
class CommitmentCheckDue:
    """The day of the after-check has come and nobody has made it."""

    case_id: int


@dataclass(frozen=True, slots=True)
class PaperHandedOver:
    """The paper of a case left one place for the next."""

    case_id: int
    n: int
    to_place: str


@dataclass(frozen=True, slots=True)
class PaperTaken:
    """The next place signed for it; `digest` covers both signatures."""

    case_id: int
    n: int
    digest: str


@dataclass(frozen=True, slots=True)
class ResultPosted:
    """The result was handed to the post: the legal limit of delivery ends."""

    case_id: int
    waybill: str


@dataclass(frozen=True, slots=True)
class ResultReturned:
    """The post brought it back."""

    case_id: int
    because: str


@dataclass(frozen=True, slots=True)
class CaseDelivered:
    """The holder has the result."""

    case_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class CaseArchived:
    """The file is closed and in the archive."""

    case_id: int


@dataclass(frozen=True, slots=True)
class CaseRated:
    """The applicant rated the case."""

    case_id: int
    stars: int
    channel: str


@dataclass(frozen=True, slots=True)
class OutsideLinked:
    """The case is known in a system outside under this number."""

    case_id: int
    system: str
    number: str


@dataclass(frozen=True, slots=True)
class PastCasesBrought:
    """Cases that were over when they came were written; `digest` is over numbers, openings and decisions."""

    cases: int
    first: str
    last: str
    digest: str
