"""Moving an optional item to a later stage, and what a unit may ask after acceptance."""

from __future__ import annotations

from datetime import datetime

from yichuang.domains.cases import queries as case_queries
from yichuang.domains.construction import queries
from yichuang.domains.construction.commands.following import end_child, open_moved
from yichuang.domains.construction.commands.refusals import (
    AnsweredAlready,
    DecidedAlready,
    NotALaterStage,
    ReasonMissing,
)
from yichuang.domains.construction.events import ConsentAnswered, ConsentAsked, ItemMovedLater, StageBegun
from yichuang.domains.construction.models import Consent, MovedItem, Project
from yichuang.domains.construction.terms import CONSENTED, STAGE, ConsentState, Stage
from yichuang.foundation.people.actors import SYSTEM, Actor
from yichuang.foundation.records.labels import in_chinese
from yichuang.foundation.work import deeds
from yichuang.foundation.work.models import Dossier, Step
from yichuang.kernel import plans

LEAD = "construction.lead"
UNDER_WAY = ("accepted", "processing", "special")


def move_item_later(*, step_id: int, to_stage: Stage, reason: str, by: Actor, at: datetime) -> MovedItem:
    """
    Move an optional item to a later stage: its case ends here, another opens there, linked, when that stage runs.

    :raises NotAllowed: `by` does not lead the stage
    :raises ReasonMissing: no reason is given
    :raises NotALaterStage: the stage does not come later
    :raises NotOptional: a required item
    :raises DecidedAlready: the item is decided
    """
    step = Step.objects.select_related("dossier", "child").get(pk=step_id)
    with deeds.deed("move_item", on=step.dossier_id, by=by, at=at, permission=LEAD) as deed:
        stage = queries.stage_of(deed.dossier)
        assert stage is not None, "items are steps of a stage"
        if not reason.strip():
            raise ReasonMissing
        if to_stage <= stage:
            raise NotALaterStage
        step = Step.objects.select_related("dossier").get(pk=step_id)
        there = f"移入{in_chinese(to_stage.label)}阶段"
        deed.drop(step, plans.open_later, f"{there}：{reason}")
        if step.child_id is not None:
            child = Dossier.objects.get(pk=step.child_id)
            if child.concluded_at is not None or not end_child(deed, child, there):
                raise DecidedAlready
        moved = MovedItem.objects.create(
            step=step,
            project=Project.objects.get(dossier=deed.dossier.parent),
            to_stage=to_stage,
            reason=reason,
            moved_at=at,
            by_id=by.account_id,
        )
        deed.record(ItemMovedLater(stage_id=deed.dossier.pk, step_id=step.pk, to_stage=to_stage.value, reason=reason))
    later = queries.current(moved.project.dossier, to_stage)
    if later is not None and later.state in UNDER_WAY:
        _open_there(moved, later, at)
    return moved


def ask_consent(*, case_id: int, by: Actor, at: datetime) -> Consent:
    """
    Ask the applicant, as the lead, whether an item's clock may stand still for what its unit asks.

    :raises NotAllowed: `by` does not lead the stage
    :raises ReasonMissing: no unit has asked for such a suspension
    :raises AnsweredAlready: the applicant was asked before
    """
    case = Dossier.objects.select_related("parent").get(pk=case_id)
    hold = case_queries.running_hold(case_id)
    stage_unit = case.parent.unit_id if case.parent else case.unit_id
    with deeds.deed("ask_consent", on=case_id, by=by, at=at, permission=LEAD, unit_id=stage_unit) as deed:
        if hold is None or hold.ground != CONSENTED:
            raise ReasonMissing
        known = Consent.objects.filter(hold=hold).first()
        if known:
            raise AnsweredAlready(known.answered_at)
        consent = Consent.objects.create(case_id=case_id, hold=hold, asked_by_id=by.account_id, asked_at=at)
        deed.record(ConsentAsked(hold_id=hold.pk))
    return consent


def answer_consent(*, consent_id: int, given: bool, by: Actor, at: datetime) -> None:
    """
    Answer as the applicant: the clock may stand still, or the item is decided on what is there.

    :raises NotAllowed: `by` neither is the applicant nor mandated
    :raises AnsweredAlready: it was answered before
    """
    consent = Consent.objects.select_related("case").get(pk=consent_id)
    applicant = consent.case.applicant_id
    with deeds.deed(
        "answer_consent", on=consent.case_id, by=by, at=at, permission="construction.apply", party_id=applicant
    ) as deed:
        consent = Consent.objects.get(pk=consent_id)
        if consent.state != ConsentState.ASKED:
            raise AnsweredAlready(consent.answered_at)
        consent.state = ConsentState.GIVEN if given else ConsentState.REFUSED
        consent.answered_by_id, consent.answered_at = by.account_id, at
        consent.save()
        deed.record(ConsentAnswered(hold_id=consent.hold_id, given=given))


def begin_stage(*, stage_id: int, at: datetime) -> bool:
    """Note that the first item of a stage is being handled; done by a reaction, safe to repeat."""
    dossier = Dossier.objects.get(pk=stage_id)
    if dossier.kind != STAGE or dossier.state != "accepted":
        return False
    with deeds.deed("begin", on=stage_id, by=SYSTEM, at=at) as deed:
        deed.record(StageBegun(stage_id=stage_id))
    return True


def _open_there(moved: MovedItem, there: Dossier, at: datetime) -> None:
    with deeds.deed("move_item", on=there.pk, by=SYSTEM, at=at) as deed:
        open_moved(deed, MovedItem.objects.select_related("step__dossier").get(pk=moved.pk))
        deed.record(
            ItemMovedLater(stage_id=there.pk, step_id=moved.step_id, to_stage=moved.to_stage, reason=moved.reason)
        )
