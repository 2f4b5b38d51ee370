"""Proofs are kept or cancelled, intermediary items change on request after a check of law; nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime

from django.utils.translation import gettext as _

from yichuang.domains.catalogue import queries
from yichuang.domains.catalogue.events import (
    IntermediariesKept,
    IntermediaryChangeAsked,
    IntermediaryChangeChecked,
    IntermediaryChangeDecided,
    ProofsKept,
)
from yichuang.domains.catalogue.models import IntermediaryChange, IntermediaryItem, ProofItem
from yichuang.domains.catalogue.terms import ChangeKind, ChangeState, Intermediary, ListStatus, Proof
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.dated import Said, write
from yichuang.foundation.records.terms import day_stream
from yichuang.kernel.errors import NotPossible
from yichuang.kernel.ledger import canonical

KEPT = ListStatus.KEPT


class ProofIncomplete(NotPossible):
    """What is kept has a basis, what is cancelled a substitute."""

    code = "catalogue.proof_incomplete"
    basis = "优化营商环境条例 第四十四条"

    def __init__(self, code: str) -> None:
        super().__init__(
            _("证明事项%(code)s不完整：保留的须写明设定依据、索要单位、开具单位和办理指南，取消的须写明替代方式。")
            % {"code": code}
        )


class ProofListed(NotPossible):
    """A number stands for one proof."""

    code = "catalogue.proof_listed"

    def __init__(self, code: str) -> None:
        super().__init__(_("编号%(code)s已经用过。请换一个编号，或到该证明事项的页面修改。") % {"code": code})


class IntermediaryIncomplete(NotPossible):
    """What is made public of an intermediary item is there."""

    code = "catalogue.intermediary_incomplete"
    basis = "优化营商环境条例 第四十三条"

    def __init__(self, code: str) -> None:
        super().__init__(
            _("中介服务事项%(code)s不完整：名称、涉及审批事项、收费标准、设立依据、办理事项都要公布，请填写。")
            % {"code": code}
        )


class UnknownApprovals(NotPossible):
    """A list names items that are here."""

    code = "catalogue.list_unknown_items"

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__(_("没有这些审批事项：%(codes)s。请核对事项代号。") % {"codes": "、".join(codes)})


class NotOnTheList(NotPossible):
    """Only what is on the list is changed or cancelled, and only what is not on it is added."""

    code = "catalogue.intermediary_not_listed"

    def __init__(self, code: str, is_listed: bool) -> None:
        said = _("%(code)s已在清单中，请申请“调整”。") if is_listed else _("%(code)s不在清单中，请申请“新增”。")
        super().__init__(said % {"code": code})


class ChangeWaiting(NotPossible):
    """One request at a time for one item."""

    code = "catalogue.intermediary_change_waiting"

    def __init__(self, code: str) -> None:
        super().__init__(_("%(code)s已有一件申请在办理，请等它办完。") % {"code": code})


class ChangeSettled(NotPossible):
    """A request is checked once and decided once."""

    code = "catalogue.intermediary_change_settled"

    def __init__(self, state: str) -> None:
        super().__init__(_("这件申请现在是“%(state)s”，不能再这样处理。") % {"state": state})


class OwnRequest(NotPossible):
    """Nobody checks or decides what he asked for."""

    code = "catalogue.intermediary_own_request"

    def __init__(self) -> None:
        super().__init__(_("这是您本人提出的申请，请由他人审查和决定。"))


class OpinionMissing(NotPossible):
    """A check of law and a refusal say why."""

    code = "catalogue.intermediary_opinion_missing"

    def __init__(self) -> None:
        super().__init__(_("请写明审查意见或不采纳的理由。"))


def keep_proofs(*, proofs: Sequence[Proof], valid_from: date, by: Actor, at: datetime) -> int:
    """
    Put proofs on the list or change them, from a day on; tell how many rows are new.

    :raises NotAllowed: `by` does not keep the lists
    :raises ProofIncomplete: a kept proof lacks basis, bodies or guide, a cancelled one its substitute
    :raises UnknownApprovals: an item that is named is not here
    """
    by.require("catalogue.lists")
    for each in proofs:
        if not each.is_complete:
            raise ProofIncomplete(each.code)
    _known(code for each in proofs for code in each.items)
    stands = {row.code: queries.proof_of(row) for row in queries.proofs(valid_from)}
    changed = [each for each in proofs if stands.get(each.code) != each]
    if not changed:
        return 0
    versions = queries.last_versions(ProofItem, [each.code for each in changed])
    said = []
    for each in changed:
        values = asdict(each) | {"items": "\n".join(each.items), "version": versions.get(each.code, 0) + 1}
        del values["code"]
        said.append(Said({"code": each.code}, values | {"by": str(by.by)}, valid_from))
    with deed("keep_proofs", stream=day_stream("system", at), by=by.by, at=at) as pen:
        rows = write(ProofItem, said)
        pen.record(ProofsKept(codes=tuple(each.code for each in changed), valid_from=valid_from))
    return len(rows)


def keep_intermediaries(*, items: Sequence[Intermediary], valid_from: date, by: Actor, at: datetime) -> int:
    """
    Put a list of intermediary items in force from a day on, as when a district's list is taken over.

    :raises NotAllowed: `by` does not publish lists
    :raises IntermediaryIncomplete: one of the published fields is empty
    :raises UnknownApprovals: an approval item that is named is not here
    """
    by.require("catalogue.publish")
    _whole(items)
    kept = {row.code: queries.intermediary_of(row) for row in queries.intermediaries(valid_from, status=KEPT)}
    changed = [each for each in items if kept.get(each.code) != each]
    if not changed:
        return 0
    with deed("keep_intermediaries", stream=day_stream("system", at), by=by.by, at=at) as pen:
        rows = _write_intermediaries(changed, KEPT, valid_from, by)
        pen.record(IntermediariesKept(codes=tuple(each.code for each in changed), valid_from=valid_from))
    return rows


def ask_change(
    *,
    kind: ChangeKind,
    item: Intermediary,
    reason: str,
    valid_from: date,
    unit_id: int,
    by: Actor,
    at: datetime,
) -> IntermediaryChange:
    """
    Ask for an intermediary item to be added, changed or cancelled; for a cancelling only the code of `item` counts.

    :raises NotAllowed: `by` does not ask for that unit
    :raises IntermediaryIncomplete: one of the published fields is empty
    :raises UnknownApprovals: an approval item that is named is not here
    :raises NotOnTheList: what is to change is not listed, or what is to be added is
    :raises ChangeWaiting: another request for it is open
    :raises OpinionMissing: no reason is given
    """
    by.require("catalogue.ask_list_change", unit_id)
    assert by.account_id is not None, "a person asks"
    if not reason.strip():
        raise OpinionMissing
    stands = queries.intermediary_on(item.code, valid_from)
    is_listed = stands is not None and stands.status == KEPT
    if is_listed == (kind == ChangeKind.ADD):
        raise NotOnTheList(item.code, is_listed)
    if kind == ChangeKind.CANCEL:
        assert stands is not None
        item = queries.intermediary_of(stands)
    _whole([item])
    if queries.open_changes().filter(code=item.code).exists():
        raise ChangeWaiting(item.code)
    with deed("ask_list_change", stream=day_stream("system", at), by=by.by, at=at) as pen:
        change = IntermediaryChange.objects.create(
            code=item.code,
            kind=kind,
            state=ChangeState.ASKED,
            proposed=canonical(asdict(item)).decode(),
            reason=reason.strip(),
            valid_from=valid_from,
            unit_id=unit_id,
            asked_by_id=by.account_id,
            asked_at=at,
        )
        pen.record(IntermediaryChangeAsked(change=change.pk, code=item.code, kind=kind))
    return change


def check_change(*, change_id: int, is_lawful: bool, opinion: str, by: Actor, at: datetime) -> IntermediaryChange:
    """
    Check a request against law, with an opinion.

    :raises NotAllowed: `by` does not check
    :raises OwnRequest: `by` asked for it
    :raises OpinionMissing: no opinion is given
    :raises ChangeSettled: it was checked already
    """
    by.require("catalogue.check_law")
    if not opinion.strip():
        raise OpinionMissing
    with deed("check_list_change", stream=day_stream("system", at), by=by.by, at=at) as pen:
        change = _waiting(change_id, ChangeState.ASKED, by)
        change.state = ChangeState.LAWFUL if is_lawful else ChangeState.UNLAWFUL
        change.opinion, change.checked_by_id, change.checked_at = opinion.strip(), by.account_id, at
        change.save()
        pen.record(IntermediaryChangeChecked(change=change.pk, code=change.code, is_lawful=is_lawful))
    return change


def decide_change(*, change_id: int, is_made: bool, answer: str, by: Actor, at: datetime) -> IntermediaryChange:
    """
    Decide a lawful request: the list changes from the day that was asked for, or from today where that is past.

    :raises NotAllowed: `by` does not publish lists
    :raises OwnRequest: `by` asked for it
    :raises OpinionMissing: a refusal gives no reason
    :raises ChangeSettled: it was not found lawful, or is decided already
    """
    by.require("catalogue.publish")
    if not is_made and not answer.strip():
        raise OpinionMissing
    with deed("decide_list_change", stream=day_stream("system", at), by=by.by, at=at) as pen:
        change = _waiting(change_id, ChangeState.LAWFUL, by)
        change.state = ChangeState.MADE if is_made else ChangeState.REFUSED
        change.answer, change.decided_by_id, change.decided_at = answer.strip(), by.account_id, at
        if is_made:
            status = ListStatus.CANCELLED if change.kind == ChangeKind.CANCEL else KEPT
            change.valid_from = max(change.valid_from, local_day(at))
            _write_intermediaries([queries.proposed(change)], status, change.valid_from, by)
        change.save()
        pen.record(
            IntermediaryChangeDecided(change=change.pk, code=change.code, is_made=is_made, valid_from=change.valid_from)
        )
    return change


def _write_intermediaries(items: Sequence[Intermediary], status: ListStatus, valid_from: date, by: Actor) -> int:
    versions = queries.last_versions(IntermediaryItem, [each.code for each in items])
    said = []
    for each in items:
        values = asdict(each) | {"approvals": "\n".join(each.approvals), "status": status}
        del values["code"]
        more = {"version": versions.get(each.code, 0) + 1, "by": str(by.by)}
        said.append(Said({"code": each.code}, values | more, valid_from))
    return len(write(IntermediaryItem, said))


def _waiting(change_id: int, state: ChangeState, by: Actor) -> IntermediaryChange:
    """Lock a request that waits in a state and is not one's own."""
    change = IntermediaryChange.objects.select_for_update().get(pk=change_id)
    if change.state != state:
        raise ChangeSettled(str(change.get_state_display()))
    if change.asked_by_id == by.account_id:
        raise OwnRequest
    return change


def _whole(items: Sequence[Intermediary]) -> None:
    for each in items:
        if not each.is_complete:
            raise IntermediaryIncomplete(each.code)
    _known(code for each in items for code in each.approvals)


def _known(codes: Iterable[str]) -> None:
    wanted = set(codes)
    if unknown := sorted(wanted - set(queries.all_codes())):
        raise UnknownApprovals(unknown)
