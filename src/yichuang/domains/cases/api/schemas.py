"""What programs send and are told of applications."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field, model_validator

from yichuang.ui.api import Code, Id, Line, Text


class DraftIn(Schema):
    """For which item a draft is begun."""

    item: Code
    project: Line = Field("", max_length=32, description="code of the project, for items of a project")


class SituationIn(Schema):
    """Answers to the questions about the situation: question → choice."""

    situation: dict[Code, Code] = Field(max_length=50)


class AnswersIn(Schema):
    """Answers to the form: element code → answer as its JSON Schema says; null takes an answer back."""

    answers: dict[Code, Any] = Field(max_length=300)


class PartiesIn(Schema):
    """Who applies, and how the result is to come."""

    applicant: Id
    delivery_kind: Literal["WINDOW", "POST", "ELECTRONIC"] = "WINDOW"
    recipient_name: Line = Field("", max_length=80)
    recipient_phone: Line = Field("", max_length=32)
    recipient_address: Line = Field("", max_length=200)

    @model_validator(mode="after")
    def _post_needs_an_address(self) -> PartiesIn:
        if self.delivery_kind == "POST" and not (self.recipient_name.strip() and self.recipient_address.strip()):
            raise ValueError("POST needs recipient_name and recipient_address")
        return self


class PartyChoice(Schema):
    """Somebody for whom the caller may apply."""

    id: int
    name: str


class QuestionOut(Schema):
    """One question about the situation that is asked now, with the choice made."""

    id: str
    question: str
    choices: dict[str, str]
    chosen: str


class AskedOut(Schema):
    """One material as it is asked for in this situation."""

    code: str
    name: str
    need: str
    exempt: str = Field(description="why it need not be brought; empty: it must be uploaded")
    files: int


class DraftRow(Schema):
    """One draft in a list."""

    id: int
    item: str
    item_name: str
    saved_at: datetime


class WantingOut(Schema):
    """One thing that keeps a draft from being handed in."""

    where: str = Field(description="situation, applicant, answers.INPUT or materials.CODE")
    message: str


class DraftOut(DraftRow):
    """One draft with all that is asked."""

    case: str = Field(description="number of the case that it became; empty: not handed in")
    project: str
    applicant: int | None
    parties: list[PartyChoice]
    situation: list[QuestionOut]
    form: str
    answers: dict[str, Any]
    prefilled: dict[str, str] = Field(description="element code → where its answer came from")
    errors: dict[str, str] = Field(description="input → what is wrong or missing")
    materials: list[AskedOut]
    delivery: dict[str, Any]
    wanting: list[WantingOut] = Field(description="what keeps it from being handed in; empty: it is ready")


class FileOut(Schema):
    """One uploaded file."""

    id: int = Field(description="of the file within its draft or material; with this it is taken off again")
    name: str
    size: int
    pages: int | None
    url: str


class MaterialOut(Schema):
    """One material with its files."""

    code: str
    name: str
    need: str
    state: str = Field(description="MISSING, HANDED, DEFERRED, EXEMPT, PROMISED or NOT_ASKED")
    proof: str = Field(description="why it is not asked for")
    files: list[FileOut]


class MaterialsOut(Schema):
    """The materials of a draft or case, in their order."""

    items: list[MaterialOut]


class ApplicationIn(Schema):
    """Which draft is handed in."""

    draft: Id


class ApplicationOut(Schema):
    """What the receipt says."""

    number: str
    query_code: str = Field(description="with the number it opens the tracking page, for people without an account")
    received_at: datetime
    due_at: datetime | None = Field(description="by when acceptance is answered")


class CaseRow(Schema):
    """One case in a list."""

    number: str
    item: str
    title: str
    applicant: str = Field(description="as the caller may see the name")
    unit: str
    state: str
    state_label: str
    channel: str
    received_at: datetime
    due_at: datetime | None
    lamp: str = Field(description="green, yellow, red or stopped; empty: no limit runs")
    paused_since: datetime | None
    ended_at: datetime | None


class AcceptIn(Schema):
    """How an application is accepted."""

    tolerant: bool = Field(False, description="容缺受理: what may be handed in later is")


class RowIn(Schema):
    """One thing to correct: a material of the case, or something in the form."""

    material: Line = Field("", description="code of the material; empty: it is about the form")
    field: Line = Field("", description="what in the form, as its label says; empty: it is about a material")
    reason: Text = Field(min_length=1)
    how: Text = ""

    @model_validator(mode="after")
    def _one_of_them(self) -> RowIn:
        if bool(self.material) is bool(self.field.strip()):
            raise ValueError("give material or field, one of them")
        return self


class CorrectionIn(Schema):
    """Everything that is to be corrected, told once."""

    rows: list[RowIn] = Field(min_length=1, max_length=100)
    channel: Literal["WINDOW", "ONLINE", "POST"] = "ONLINE"


class RefuseIn(Schema):
    """Why acceptance is refused, by which law, and who is competent."""

    reason: Text = Field(min_length=1)
    basis: Line = Field(min_length=1)
    authority: Line = ""


class ReasonIn(Schema):
    """Why."""

    reason: Text = Field(min_length=1)


class DeliverIn(Schema):
    """How the result reached its holder."""

    kind: Literal["WINDOW", "POST", "LOCKER", "ELECTRONIC", "SUBSTITUTE"] = "WINDOW"
    receiver: Line = Field(min_length=1, max_length=80)
    identity: Literal["READER", "MANUAL", "LICENCE", "ACCOUNT"] = "MANUAL"


class RevokeIn(Schema):
    """Why a permit is revoked, and by which law."""

    reason: Text = Field(min_length=1)
    basis: Line = Field(min_length=1)


class ClockOut(Schema):
    """One limit of a case."""

    kind: str
    label: str
    limit: int
    unit: str
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    days_left: int | None
    paused_since: datetime | None
    due_if_resumed: datetime | None
    overdue: bool


class RowOut(Schema):
    """One thing to correct."""

    material: str
    field: str
    name: str
    reason: str
    how: str
    solved: bool


class NoticeOut(Schema):
    """One correction notice."""

    n: int
    told_at: datetime
    channel: str
    rows: list[RowOut]


class CaseOut(CaseRow):
    """One case: state, date, who holds what, what is wanted."""

    item_version: int
    accepted_at: datetime | None
    concluded_at: datetime | None
    agent: str
    deemed: bool
    tolerant: bool
    on_commitment: bool
    project: str
    paused_because: str
    clocks: list[ClockOut]
    notices: list[NoticeOut]
    answers: dict[str, Any] | None = Field(description="the applicant's own alone; null for others")


class MomentOut(Schema):
    """One turn or step on the way of a case."""

    title: str
    state: str = Field(description="done, current, next or skipped")
    who: str
    at: datetime | None
    text: str


class TimelineOut(Schema):
    """The way of a case: what was done, goes on and comes next, in order."""

    items: list[MomentOut]


class StepRow(Schema):
    """One step that waits for the caller's posts."""

    id: int
    case: str
    title: str
    step: str
    unit: str
    state: str
    opened_at: datetime | None
    due_at: datetime | None
    lamp: str
    paused: bool
    claimed_by: str
    mine: bool
    outcomes: list[str] = Field(description="with what it may be completed; a signature is made by a decision instead")


class WaitingOut(Schema):
    """One row of the work list."""

    id: int = Field(description="of the step")
    case: str
    title: str
    applicant: str
    step: str
    lamp: Literal["green", "yellow", "red", "stopped", ""]
    days_left: int | None = Field(description="working days; below zero when overdue")
    due_at: datetime | None
    paused: str = Field(description="why it stands still; empty while it runs")
    opened_at: datetime | None
    previous: str = Field(description="who had it before")
    corrections: int
    channel: str
    outside: str = Field(description="the number in a system outside")
    claimed_by: str
    mine: bool


class WorkListOut(Schema):
    """One page of the work list, and the exact counts of all of it."""

    counts: dict[str, int] = Field(description="by `show`")
    lamps: dict[str, int]
    count: int = Field(description="of what is shown, on all pages")
    page: int
    pages: int
    items: list[WaitingOut]


class CompleteIn(Schema):
    """How a step ends."""

    outcome: Code
    opinion: Text = ""


class ApproveIn(Schema):
    """What is permitted."""

    content: Text = ""
    opinion: Text = ""


class DenyIn(Schema):
    """Why it is denied, and by which law."""

    reason: Text = Field(min_length=1)
    basis: Line = Field(min_length=1)
    opinion: Text = ""


class DecisionOut(Schema):
    """One decision."""

    kind: str
    kind_label: str
    at: datetime
    by: str
    reason: str
    basis: str
    remedy: str
    content: str
    paper: str = Field(description="name and number of its paper")


class DecisionsOut(Schema):
    """The decisions on a case, newest first; a later one supersedes."""

    items: list[DecisionOut]


class RecordOut(Schema):
    """
    One record of the chain. `by` and `payload` are for those who may see records; the digests let anybody follow it.

    Moments are texts to the microsecond, as the digest covers them.
    """

    seq: int
    kind: str
    at: str
    recorded_at: str
    by: str | None
    payload: dict[str, Any] | None
    previous: str
    digest: str


class AnchorOut(Schema):
    """A signed statement over all streams of a moment, which is told to the microsecond."""

    number: int
    at: str
    streams: int
    records: int
    root: str
    changes: str
    previous: str
    signature: str = Field(description="Ed25519 over the digest of the anchor, in hex")


class InclusionOut(Schema):
    """That a head stands under `changes` of its anchor: where, among how many, and the neighbours to the root."""

    index: int
    size: int
    path: list[str]


class ProofOut(Schema):
    """How far the records of a case had come at the last anchor that saw them grow, with the proof."""

    stream: str
    count: int = Field(description="records now")
    head: str = Field(description="digest of the last record now")
    anchored_count: int | None = Field(description="records that the anchor saw; null: not anchored yet")
    anchored_head: str | None
    leaf: str | None = Field(description="the bytes that the proof is about, as text")
    inclusion: InclusionOut | None
    anchor: AnchorOut | None
    last_anchor: int | None = Field(description="number of the latest anchor of all; each names the one before")
    public_key: str = Field(description="Ed25519, in hex; empty before the first anchor")
