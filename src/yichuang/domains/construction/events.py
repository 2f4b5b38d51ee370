"""What happens to construction projects, as others hear it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ProjectOpened:
    """A developer registered a project."""

    project: str
    flow_class: str
    owner_id: int


@dataclass(frozen=True, slots=True)
class ProjectChanged:
    """What a project says of itself was changed; names of elements, never values."""

    project: str
    elements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProjectClosed:
    """A project is over."""

    project: str
    kind: str


@dataclass(frozen=True, slots=True)
class ProjectBlocked:
    """A broken promise stops the project's next stage."""

    project: str
    case_id: int


@dataclass(frozen=True, slots=True)
class BlockLifted:
    """The lead let the project go on."""

    project: str
    reason: str


@dataclass(frozen=True, slots=True)
class PrecheckMerged:
    """The lead put the opinions of all units together."""

    case_id: int
    round: int
    rows: int
    silent: int


@dataclass(frozen=True, slots=True)
class StageBegun:
    """A department has begun to handle the first item of a stage."""

    stage_id: int


@dataclass(frozen=True, slots=True)
class ItemEnded:
    """An item's case ended because its stage did, or because it was moved to a later stage."""

    case_id: int
    because: str


@dataclass(frozen=True, slots=True)
class ItemMovedLater:
    """An optional item was moved to a later stage."""

    stage_id: int
    step_id: int
    to_stage: int
    reason: str


@dataclass(frozen=True, slots=True)
class ConsentAsked:
    """The lead asked the applicant whether an item's clock may stand still for a supplement."""

    hold_id: int


@dataclass(frozen=True, slots=True)
class ConsentAnswered:
    """The applicant answered."""

    hold_id: int
    given: bool


@dataclass(frozen=True, slots=True)
class JointOpinionsMerged:
    """The lead concluded a round of a joint review or joint acceptance."""

    case_id: int
    step: str
    round: int
    verdict: str
    shares: tuple[tuple[str, str], ...]  # unit, verdict


@dataclass(frozen=True, slots=True)
class VerdictsCarriedOver:
    """Verdicts that passed in the round before stand; only what failed is looked at again."""

    case_id: int
    round: int
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DrawingsHandedIn:
    """The applicant handed in drawings for the next round."""

    case_id: int
    round: int
    materials: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VisitProposed:
    """One side proposed a date for the one visit of a joint acceptance."""

    case_id: int
    round: int
    on: date
    side: str


@dataclass(frozen=True, slots=True)
class VisitAgreed:
    """The other side accepted it."""

    case_id: int
    round: int
    on: date


@dataclass(frozen=True, slots=True)
class ReworkDone:
    """The applicant says that what failed was put right."""

    case_id: int
    rework_id: int


@dataclass(frozen=True, slots=True)
class LayerPut:
    """A planning layer was put in or replaced."""

    layer_id: int
    kind: str
    area_m2: int


@dataclass(frozen=True, slots=True)
class RedLineDrawn:
    """A project has a red line."""

    project: str
    area_m2: int


@dataclass(frozen=True, slots=True)
class PlansChecked:
    """A red line was laid over the planning layers."""

    check_id: int
    conflicts: int


@dataclass(frozen=True, slots=True)
class EarlyOpinionsAsked:
    """Units were asked for early opinions; silence agrees."""

    check_id: int
    units: tuple[str, ...]
    silent_at: datetime


@dataclass(frozen=True, slots=True)
class PlansConcluded:
    """The check is concluded; the result feeds the first stage."""

    check_id: int
    state: str


@dataclass(frozen=True, slots=True)
class PermitOutsideFound:
    """A permit for a project appeared that no case brought about (体外循环)."""

    alarm_id: int
    project: str
    permit: str
    number: str
    unit: str


@dataclass(frozen=True, slots=True)
class PermitOutsideAnswered:
    """Such a permit was explained, or confirmed as a detour."""

    alarm_id: int
    state: str


@dataclass(frozen=True, slots=True)
class PackageExported:
    """The exchange tables were handed out."""

    projects: int
    rows: int
    digest: str
