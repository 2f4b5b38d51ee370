"""The head of a unit or the office checks a draft; it is published now, or by a job on its day."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from yichuang.domains.catalogue import queries, rules
from yichuang.domains.catalogue.commands.drafting import DraftClosed, NotPublishable, insist, on_draft, unit_id
from yichuang.domains.catalogue.commands.following import follow_claim, list_claims
from yichuang.domains.catalogue.commands.refreshing import refresh
from yichuang.domains.catalogue.events import (
    ItemDraftApproved,
    ItemDraftSentBack,
    ItemPublicationHeld,
    ItemPublicationScheduled,
    ItemPublished,
)
from yichuang.domains.catalogue.models import ItemDraft, ServiceItem
from yichuang.domains.catalogue.terms import ClaimState, TaskState
from yichuang.foundation.definitions import commands as definitions
from yichuang.foundation.definitions.folders import of_bodies
from yichuang.foundation.jobs import commands as jobs
from yichuang.foundation.people.actors import SYSTEM, Actor, local_day
from yichuang.foundation.records.pen import Pen
from yichuang.foundation.records.terms import CHINA, By
from yichuang.kernel.errors import NotPossible

PUBLISH_JOB = "catalogue.publish_draft"
MORNING = time(0, 1)
"""When what is due on a day is published: before the catalogue follows the new day."""


class OwnDraft(NotPossible):
    """Nobody checks what he himself wrote."""

    code = "catalogue.own_draft"

    def __init__(self) -> None:
        super().__init__(_("这份草稿是您本人编辑的，请由单位负责人或审批局的其他人审定。"))


class ReasonNeeded(NotPossible):
    """Who sends a draft back says why."""

    code = "catalogue.send_back_reason"

    def __init__(self) -> None:
        super().__init__(_("请写明驳回的理由，编辑才知道改什么。"))


class DayPast(NotPossible):
    """A publication is scheduled for a day to come."""

    code = "catalogue.day_past"

    def __init__(self, on: date) -> None:
        super().__init__(_("%(day)s 不晚于今天，请直接发布，或另选以后的日期。") % {"day": on})


class WithdrawalReason(NotPossible):
    """Who withdraws what is published says why."""

    code = "catalogue.withdrawal_reason"

    def __init__(self) -> None:
        super().__init__(_("请写明撤回的理由，历史记录里要看得到。"))


def approve_draft(*, draft_id: int, by: Actor, at: datetime) -> ItemDraft:
    """
    Find a draft fit to be published (审定); it is checked anew.

    :raises NotAllowed: `by` does not check the items of its unit
    :raises DraftClosed: it was not handed in
    :raises OwnDraft: `by` edited it last
    :raises NotPublishable: the publication check has reasons against it
    """
    with on_draft(draft_id, "approve_item_draft", "catalogue.check", by, at) as (draft, pen):
        _insist_on_waiting(draft, by)
        insist(draft, at)
        draft.state, draft.checked_by, draft.checked_at = TaskState.CHECKED, str(pen.by), at
        draft.save(update_fields=["state", "checked_by", "checked_at", "flaws"])
        follow_claim(draft, ClaimState.CHECKED, at)
        pen.record(ItemDraftApproved(draft=draft.pk, code=draft.code, version=draft.version, revision=draft.revision))
    return draft


def send_back_draft(*, draft_id: int, reason: str, by: Actor, at: datetime) -> ItemDraft:
    """
    Send a draft back to its editor (审核驳回), also one that was found fit and is not published yet.

    :raises NotAllowed: `by` does not check the items of its unit
    :raises DraftClosed: it was not handed in
    :raises ReasonNeeded: no reason is given
    """
    with on_draft(draft_id, "send_back_item_draft", "catalogue.check", by, at) as (draft, pen):
        if not draft.is_submitted and draft.state != TaskState.CHECKED:
            raise DraftClosed(draft)
        if not reason.strip():
            raise ReasonNeeded
        draft.state, draft.reason = TaskState.SENT_BACK, reason.strip()
        draft.submitted_at, draft.checked_at, draft.checked_by, draft.publish_on = None, None, "", None
        draft.save()
        follow_claim(draft, ClaimState.REJECTED, at, draft.reason)
        jobs.cancel(PUBLISH_JOB, str(draft.pk))
        pen.record(ItemDraftSentBack(draft=draft.pk, code=draft.code, version=draft.version, reason=draft.reason))
    return draft


def publish_draft(*, draft_id: int, by: Actor, at: datetime) -> ItemDraft:
    """
    Publish a draft that was found fit, in force from today; the catalogue and the search follow at once.

    :raises NotAllowed: `by` does not publish the items of its unit
    :raises DraftClosed: it was not found fit
    :raises NotPublishable: the publication check has reasons against it today
    """
    with on_draft(draft_id, "publish_item", "catalogue.publish", by, at) as (draft, pen):
        if draft.state != TaskState.CHECKED:
            raise DraftClosed(draft)
        insist(draft, at)
        _publish(draft, pen)
        jobs.cancel(PUBLISH_JOB, str(draft.pk))
    return draft


def schedule_draft(*, draft_id: int, on: date, by: Actor, at: datetime) -> ItemDraft:
    """
    Let a draft that was found fit be published on a day to come; a day that was set before is replaced.

    :raises NotAllowed: `by` does not publish the items of its unit
    :raises DraftClosed: it was not found fit
    :raises DayPast: the day is today or past
    :raises NotPublishable: the publication check has reasons against it on that day
    """
    with on_draft(draft_id, "schedule_item", "catalogue.publish", by, at) as (draft, pen):
        if draft.state != TaskState.CHECKED:
            raise DraftClosed(draft)
        if on <= local_day(at):
            raise DayPast(on)
        if found := rules.refusing(queries.draft_flaws(draft, on)):
            raise NotPublishable(found)
        draft.publish_on, draft.reason = on, ""
        draft.save(update_fields=["publish_on", "reason"])
        jobs.enqueue(PUBLISH_JOB, str(draft.pk), datetime.combine(on, MORNING, tzinfo=CHINA), again=True)
        pen.record(ItemPublicationScheduled(draft=draft.pk, code=draft.code, version=draft.version, on=on))
    return draft


def unschedule_draft(*, draft_id: int, by: Actor, at: datetime) -> ItemDraft:
    """
    Take back that a draft is published on a day; it stays fit.

    :raises NotAllowed: `by` does not publish the items of its unit
    :raises DraftClosed: no day was set
    """
    with on_draft(draft_id, "unschedule_item", "catalogue.publish", by, at) as (draft, pen):
        if draft.state != TaskState.CHECKED or draft.publish_on is None:
            raise DraftClosed(draft)
        draft.publish_on = None
        draft.save(update_fields=["publish_on"])
        jobs.cancel(PUBLISH_JOB, str(draft.pk))
        pen.record(ItemPublicationScheduled(draft=draft.pk, code=draft.code, version=draft.version, on=None))
    return draft


def withdraw_item(*, code: str, version: int, reason: str, by: Actor, at: datetime) -> None:
    """
    Withdraw a published version: what begins from now on uses the one before that is still valid, if there is any.

    :raises NotAllowed: `by` does not publish the items of its unit
    :raises WithdrawalReason: no reason is given
    :raises NotInForce: there is no such version, or it was withdrawn already
    """
    unit = ServiceItem.objects.values_list("unit_code", flat=True).get(pk=code)
    acting = by.by_for("catalogue.publish", unit_id(unit))
    if not reason.strip():
        raise WithdrawalReason
    with transaction.atomic():
        definitions.withdraw(kind=queries.KIND, code=code, version=version, reason=reason.strip(), by=acting, at=at)
        refresh(at=at, by=acting, codes=[code])


def publish_scheduled(*, draft_id: int, at: datetime) -> bool:
    """
    Publish a draft whose day has come, and tell whether it was.

    Where the check has reasons against it that day it is held back: the draft says why, and somebody decides anew.
    """
    draft = ItemDraft.objects.filter(pk=draft_id, state=TaskState.CHECKED, publish_on__lte=local_day(at)).first()
    if draft is None:
        return False
    try:
        publish_draft(draft_id=draft_id, by=SYSTEM, at=at)
    except NotPossible as reason:
        _hold(draft_id, reason.message, at)
        return False
    return True


def _hold(draft_id: int, reason: str, at: datetime) -> None:
    with on_draft(draft_id, "hold_item", "catalogue.publish", SYSTEM, at) as (draft, pen):
        on, draft.publish_on, draft.reason = draft.publish_on, None, reason
        draft.save(update_fields=["publish_on", "reason"])
        pen.record(ItemPublicationHeld(draft=draft.pk, code=draft.code, version=draft.version, on=on, reason=reason))


def _insist_on_waiting(draft: ItemDraft, by: Actor) -> None:
    if not draft.is_submitted:
        raise DraftClosed(draft)
    if by.account_id is not None and By.parse(draft.edited_by).account_id == by.account_id:
        raise OwnDraft


def _publish(draft: ItemDraft, pen: Pen) -> None:
    """Make a definition of the draft and publish it; what the check did not see, the loader still refuses."""
    body = queries.draft_body(draft)
    body["in_force"] = {**body.get("in_force", {}), "from": local_day(pen.at).isoformat()}
    definitions.publish(of_bodies([(queries.KIND, queries.in_order(body))]), by=pen.by, at=pen.at)
    draft.state, draft.ended_at, draft.reason = TaskState.PUBLISHED, pen.at, ""
    draft.save(update_fields=["state", "ended_at", "reason"])
    refresh(at=pen.at, by=pen.by, codes=[draft.code])
    list_claims(draft.code, draft.unit_code, str(body.get("code", "")), pen)
    pen.record(ItemPublished(draft=draft.pk, code=draft.code, version=draft.version, unit=draft.unit_code))
