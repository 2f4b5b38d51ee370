"""Handling: the departments' steps, and what stops or lengthens a limit, each with an approver."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db.models import Q
from django.utils.translation import gettext as _

from yichuang.domains.cases import rules
from yichuang.domains.cases.commands.refusals import (
    DecideInstead,
    GroundUnknown,
    HoldRunning,
    NotWaiting,
    OwnRequest,
    ReasonMissing,
)
from yichuang.domains.cases.events import HoldApproved, HoldAsked, HoldEnded, HoldRejected, StepHandled
from yichuang.domains.cases.models import Case, Hold
from yichuang.domains.cases.terms import HoldKind, HoldState
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.records.prepared import Prepared
from yichuang.foundation.work import commands as work
from yichuang.foundation.work import deeds
from yichuang.foundation.work.models import Step
from yichuang.foundation.work.terms import LIVE, ClockKind
from yichuang.kernel.lifecycles import NotOpen

STEP = Prepared(lambda pk: Step.objects.select_related("dossier").filter(pk=pk))
MOVES = {HoldKind.SPECIAL: ("begin_special", "end_special"), HoldKind.SUSPENSION: ("suspend", "resume")}


def begin_case(*, case_id: int, by: Actor, at: datetime) -> None:
    """
    Begin handling (部门开始办理): the department has the case.

    :raises NotAllowed: `by` does not handle there
    :raises NotOpen: it was begun before
    """
    with deeds.deed("begin", on=case_id, by=by, at=at, permission="cases.handle") as deed:
        deed.record(StepHandled(case_id=case_id, step="", outcome="begun"))


def complete_step(*, step_id: int, outcome: str, opinion: str, by: Actor, at: datetime) -> None:
    """
    End a step with an outcome that its plan declares; the first one of a case also begins its handling.

    :raises NotAllowed: the actor's posts do not act on it
    :raises AlreadyActed: somebody ended it before; says who and when
    :raises NotYours: somebody else has it in hand
    :raises DecideInstead: the outcome is a decision
    """
    if outcome in rules.SIGNED:
        raise DecideInstead
    step = _step(step_id)
    state = step.dossier.state
    try:
        _complete(step, outcome, opinion, by, at)
    except NotOpen:
        step.dossier.refresh_from_db(fields=["state"])
        if step.dossier.state == state:
            raise
        _complete(step, outcome, opinion, by, at)  # somebody began the case, or went on with it, at the same moment


def _step(step_id: int) -> Step:
    return STEP.get(step_id)


def _complete(step: Step, outcome: str, opinion: str, by: Actor, at: datetime) -> None:
    name = {"accepted": "begin", "special_end": "go_on"}.get(step.dossier.state, "complete_step")
    if name == "complete_step":
        told = partial(_handled, step.dossier_id, outcome)
        work.complete_step(step_id=step.pk, outcome=outcome, opinion=opinion, by=by, at=at, told=told)
        return
    with deeds.deed(name, on=step.dossier_id, by=by, at=at, permission=step.permission, unit_id=step.unit_id) as deed:
        deed.complete(step, outcome, opinion=opinion)
        deed.record(_handled(step.dossier_id, outcome, step.key))


def _handled(case_id: int, outcome: str, step: str) -> StepHandled:
    return StepHandled(case_id=case_id, step=step, outcome=outcome)


def ask_hold(
    *, case_id: int, kind: HoldKind, ground: str, reason: str, expected_days: int, by: Actor, at: datetime
) -> Hold:
    """
    Ask for a special procedure, suspension or extension; the clocks run on until it is approved.

    Who asks has the case in hand: handling begins, if it had not.

    :raises NotAllowed: `by` does not handle there
    :raises GroundUnknown: the law or the item knows no such ground
    :raises ReasonMissing: no reason is given
    :raises HoldRunning: another one waits or runs
    """
    case = Case.objects.get(pk=case_id)
    with deeds.deed(f"ask_{kind.lower()}", on=case_id, by=by, at=at, permission="cases.special") as deed:
        basis = _basis(case, kind, ground, at)
        if not reason.strip():
            raise ReasonMissing
        if case.holds.filter(state__in=[HoldState.ASKED, HoldState.RUNNING]).exists():
            raise HoldRunning
        assert by.account_id is not None
        hold = Hold.objects.create(
            case=case,
            kind=kind,
            ground=ground,
            reason=reason,
            basis=basis,
            expected_days=expected_days,
            state=HoldState.ASKED,
            asked_by_id=by.account_id,
            asked_at=at,
        )
        if deed.goes_on_by("begin"):
            deed.move("begin")
        deed.record(HoldAsked(hold_id=hold.pk, kind=kind, ground=ground))
    return hold


def approve_hold(*, hold_id: int, by: Actor, at: datetime) -> None:
    """
    Approve what was asked: the clocks stand still from now, or run for longer; the applicant is told in writing.

    :raises NotAllowed: `by` does not approve there
    :raises OwnRequest: `by` asked for it
    :raises NotWaiting: it was decided before
    """
    hold = Hold.objects.get(pk=hold_id)
    extending = hold.kind == HoldKind.EXTENSION
    name = "extend" if extending else MOVES[HoldKind(hold.kind)][0]
    permission = "cases.extend" if extending else "cases.approve_suspension"
    with deeds.deed(name, on=hold.case_id, by=by, at=at, permission=permission) as deed:
        _decide(hold, by, at, HoldState.RUNNING)
        deed.because(kind=hold.ground, reason=hold.reason, basis=hold.basis, approved_by=by.account_id)
        told = {"ground": hold.ground, "reason": hold.reason, "basis": hold.basis, "days": hold.expected_days}
        deed.paper_facts("特别程序告知书", told)
        deed.paper_facts("延期通知书", told)
        if extending:
            deed.extend((ClockKind.PROMISE, ClockKind.LEGAL), amount=hold.expected_days)
            hold.state, hold.ended_at = HoldState.ENDED, at
            hold.save(update_fields=["state", "ended_at"])
        deed.record(HoldApproved(hold_id=hold.pk, kind=hold.kind, ground=hold.ground))


def reject_hold(*, hold_id: int, reason: str, by: Actor, at: datetime) -> None:
    """
    Decline what was asked; the clocks ran on all the while.

    :raises NotAllowed: `by` does not approve there
    :raises OwnRequest: `by` asked for it
    :raises ReasonMissing: no reason is given
    """
    hold = Hold.objects.get(pk=hold_id)
    with deeds.deed("reject_hold", on=hold.case_id, by=by, at=at, permission="cases.approve_suspension") as deed:
        if not reason.strip():
            raise ReasonMissing
        _decide(hold, by, at, HoldState.REJECTED)
        deed.record(HoldRejected(hold_id=hold.pk, reason=reason))


def end_hold(*, hold_id: int, result: str, by: Actor, at: datetime) -> None:
    """
    End a special procedure or suspension with its result: the clocks go on.

    :raises NotAllowed: `by` does not handle there
    :raises NotWaiting: it does not run
    """
    hold = Hold.objects.get(pk=hold_id)
    if hold.state != HoldState.RUNNING:
        raise NotWaiting(
            _("该%(kind)s%(state)s") % {"kind": hold.get_kind_display(), "state": hold.get_state_display()},
            hold.ended_at,
        )
    with deeds.deed(MOVES[HoldKind(hold.kind)][1], on=hold.case_id, by=by, at=at, permission="cases.special") as deed:
        hold.state, hold.ended_at, hold.result = HoldState.ENDED, at, result
        hold.save(update_fields=["state", "ended_at", "result"])
        if hold.kind == HoldKind.SPECIAL and deed.goes_on_by("go_on"):
            deed.move("go_on")
        deed.record(HoldEnded(hold_id=hold.pk, result=result))


def _basis(case: Case, kind: HoldKind, ground: str, at: datetime) -> str:
    on = local_day(at)
    if kind == HoldKind.EXTENSION:
        return str(definitions.rule("decision_extension", on).basis)
    grounds = {each["name"]: each for each in definitions.rule("pause_grounds", on).value}
    special = kind == HoldKind.SPECIAL
    choices = tuple(
        name
        for name, each in grounds.items()
        if each["special"] == special and (not special or not case.item.special or name in case.item.special)
    )
    if ground not in choices:
        raise GroundUnknown(ground, choices)
    return str(grounds[ground]["basis"])


def _decide(hold: Hold, by: Actor, at: datetime, state: HoldState) -> None:
    if hold.asked_by_id == by.account_id:
        raise OwnRequest
    changed = Hold.objects.filter(Q(pk=hold.pk, state=HoldState.ASKED)).update(
        state=state, decided_by_id=by.account_id, decided_at=at
    )
    if not changed:
        hold.refresh_from_db()
        raise NotWaiting(_("该申请%(state)s") % {"state": hold.get_state_display()}, hold.decided_at)
    hold.refresh_from_db()


def live_step(case_id: int, permission: str) -> Step | None:
    """Give the live step of a case on which a post acts."""
    return Step.objects.filter(dossier_id=case_id, permission=permission, state__in=LIVE).first()
