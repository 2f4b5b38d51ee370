"""What people say about guides and ask the house: taken in with a limit, passed on, answered (留言)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from yichuang.domains.catalogue import queries
from yichuang.domains.catalogue.events import RemarkAnswered, RemarkLeft, RemarkPassedOn
from yichuang.domains.catalogue.models import Remark, ServiceItem
from yichuang.domains.catalogue.terms import OUTCOMES, REMARK, RemarkKind, RemarkOutcome
from yichuang.foundation.documents.codes import new_code
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.work import deeds, numbers
from yichuang.foundation.work.terms import ClockKind, ScopeKind
from yichuang.kernel.errors import NotPossible

LONGEST = 2000
"""Characters of a remark or an answer."""


class RemarkEmpty(NotPossible):
    """Something is said."""

    code = "catalogue.remark_empty"

    def __init__(self) -> None:
        super().__init__(_("请写下您要说的内容，至少 5 个字，最多 2000 个字。"))


class NobodyAnswers(NotPossible):
    """There is neither a unit nor a hall that could answer."""

    code = "catalogue.nobody_answers"

    def __init__(self) -> None:
        super().__init__(_("暂时没有单位受理留言，请拨打 12345。"))


class RemarkClosed(NotPossible):
    """The remark was answered before."""

    code = "catalogue.remark_closed"

    def __init__(self, row: Remark) -> None:
        said = RemarkOutcome(row.outcome).label
        super().__init__(_("这条留言已经办结（%(outcome)s），不能再次处理。请刷新页面。") % {"outcome": said})


class AnswerMissing(NotPossible):
    """Whoever closes a remark answers its sender."""

    code = "catalogue.answer_missing"

    def __init__(self) -> None:
        super().__init__(_("请选择处理结果，并写明给留言人的答复。"))


class NothingMended(NotPossible):
    """A guide is said to be mended although it is the one that was read, and nobody works on the next."""

    code = "catalogue.nothing_mended"

    def __init__(self) -> None:
        super().__init__(
            _(
                "指南还是留言时的那一版，也没有在编辑的草稿。请先起草新版本改正，再答复“指南已更正”；指南没有错的，选“指南没有错”。"
            )
        )


class PassedNowhere(NotPossible):
    """A remark is passed on to another unit of the day, with a reason."""

    code = "catalogue.remark_passed_nowhere"

    def __init__(self) -> None:
        super().__init__(_("请选择要转去的单位，并写明理由。"))


def leave_remark(
    *, kind: RemarkKind, text: str, by: Actor, at: datetime, item_code: str = "", part: str = ""
) -> Remark:
    """
    Take in what somebody says, who may be nobody that we know: it is the task of the item's unit, or of the hall.

    :raises RemarkEmpty: nothing is said, or too much
    :raises NobodyAnswers: there is no unit that could
    """
    said = text.strip()
    if not 5 <= len(said) <= LONGEST:
        raise RemarkEmpty
    item = ServiceItem.objects.filter(pk=item_code).first() if item_code else None
    unit = queries.addressee(item, at)
    if unit is None:
        raise NobodyAnswers
    year = local_day(at).year
    limit = queries.answer_limit(kind, local_day(at))
    with (
        deeds.opening(  # without `item_code`: that counts as an application for the item
            "leave",
            kind=REMARK,
            title=f"{kind.label}：{item.name}" if item else str(kind.label),
            unit_id=unit.pk,
            region=unit.region_id,
            lifecycle=REMARK,
            channel="ONLINE",
            number=f"LY{unit.region_id[:6]}{year}{numbers.take(f'remark/{unit.region_id[:6]}/{year}'):05d}",
            by=by,
            at=at,
            is_synthetic=settings.DEMO,
        ) as deed
    ):
        deed.hold_to(ClockKind.ANSWER, limit=limit.limit, unit=limit.unit, rule=limit.basis)
        row = Remark.objects.create(
            dossier=deed.dossier,
            kind=kind,
            item=item,
            version=item.version if item else None,
            part=part,
            text=said,
            code=new_code(),
            party_id=by.party_id,
        )
        deed.record(RemarkLeft(remark=row.pk, kind=kind.value, item=item.code if item else "", unit=unit.code))
    return row


def pass_remark_on(*, remark_id: int, unit_id: int, reason: str, by: Actor, at: datetime) -> Remark:
    """
    Give a remark to another unit, with a reason; its limit goes on.

    :raises NotAllowed: `by` does not answer for the unit that has it
    :raises RemarkClosed: it was answered
    :raises PassedNowhere: no other unit of the day, or no reason is named
    """
    with deeds.deed("pass_on", on=remark_id, by=by, at=at, permission=queries.ANSWER) as deed:
        row = _open(remark_id)
        unit = queries.may_take_over(deed.dossier.unit, at).filter(pk=unit_id).first()
        if unit is None or not reason.strip():
            raise PassedNowhere
        deed.dossier.unit = unit
        deed.see(ScopeKind.UNIT, unit.pk)
        deed.clocks.changed()
        deed.record(RemarkPassedOn(row.pk, unit.code, reason.strip()))
    return row


def answer_remark(*, remark_id: int, outcome: RemarkOutcome, answer: str, by: Actor, at: datetime) -> Remark:
    """
    Answer a remark, which closes it; a sender who was logged in is told.

    :raises NotAllowed: `by` does not answer for its unit
    :raises RemarkClosed: it was answered before
    :raises AnswerMissing: no words for the sender, or an outcome that this kind does not have
    :raises NothingMended: the guide is the one that was read, and there is no draft of the next
    """
    name = "set_aside" if outcome is RemarkOutcome.SET_ASIDE else "answer"
    _open(remark_id)  # a friendlier no than that of the lifecycle
    with deeds.deed(name, on=remark_id, by=by, at=at, permission=queries.ANSWER) as deed:
        row = _open(remark_id)
        said = answer.strip()
        if not said or len(said) > LONGEST or outcome not in OUTCOMES[RemarkKind(row.kind)]:
            raise AnswerMissing
        if outcome is RemarkOutcome.MENDED and not _is_mended(row):
            raise NothingMended
        row.outcome, row.answer, row.answered_at, row.answered_by = outcome, said, at, str(deed.pen.by)
        row.save(update_fields=["outcome", "answer", "answered_at", "answered_by"])
        deed.record(RemarkAnswered(row.pk, outcome.value, said))
    return row


def _open(remark_id: int) -> Remark:
    row = queries.remark_of(remark_id)
    if row.outcome:
        raise RemarkClosed(row)
    return row


def _is_mended(row: Remark) -> bool:
    item = row.item
    return item is not None and (item.version > (row.version or 0) or queries.open_draft(item.code) is not None)
