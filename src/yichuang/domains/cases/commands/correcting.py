"""Correcting: everything is told once, by rows that name material or field and the notice that first raised it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from yichuang.domains.cases import rules
from yichuang.domains.cases.commands.intake import expect_silence
from yichuang.domains.cases.commands.materials import add_files
from yichuang.domains.cases.commands.refusals import NothingAsked, NotWaiting, StillMissing
from yichuang.domains.cases.events import CorrectionAsked, CorrectionHandedIn, CorrectionLapsed, ToldByPhone
from yichuang.domains.cases.models import Case, CaseMaterial, Notice, NoticeRow, PhoneCall
from yichuang.domains.cases.rules import Brought
from yichuang.domains.cases.terms import Channel, MaterialState, NoticeChannel
from yichuang.foundation.jobs import commands as jobs
from yichuang.foundation.people.actors import SYSTEM, Actor
from yichuang.foundation.work import deeds
from yichuang.foundation.work.models import Clock
from yichuang.foundation.work.terms import ClockKind


def ask_correction(
    *, case_id: int, rows: Sequence[rules.Row], channel: NoticeChannel, by: Actor, at: datetime
) -> Notice:
    """
    Tell the applicant everything that is to be corrected, at once (一次性告知, 预审退回).

    A row that repeats an unsolved one keeps the notice that first raised it. A row that is new, about something that
    was in hand at the first notice, is let through and marked suspected: the office looks at it.

    :raises NotAllowed: `by` does not ask for corrections
    :raises NothingAsked: no row, or a row without a reason
    :raises NotOpen: the case is accepted, corrected or closed
    """
    case = Case.objects.get(pk=case_id)
    with deeds.deed("ask_correction", on=case_id, by=by, at=at, permission="cases.correct") as deed:
        if not rows or any(not row.reason.strip() for row in rows):
            raise NothingAsked
        assert by.account_id is not None
        notice = Notice.objects.create(
            case=case,
            n=case.notices.count() + 1,
            channel=channel,
            told_at=at,
            told_by_id=by.account_id,
            is_precheck=case.channel == Channel.ONLINE,
        )
        written = [_row(case, notice, row) for row in rows]
        NoticeRow.objects.bulk_create(written)
        for row in written:
            _mark_missing(case, row)
        deed.paper_facts(
            "一次性告知书", {"rows": [[row.name, row.reason, row.how] for row in written], "notice": notice.n}
        )
        deed.record(
            CorrectionAsked(
                case_id=case_id, notice=notice.pk, rows=len(written), suspected=sum(row.suspected for row in written)
            )
        )
    clock = Clock.objects.filter(dossier_id=case_id, kind=ClockKind.CORRECTION, stopped_at=None).first()
    if clock and clock.due_at:
        jobs.enqueue("cases.lapse", f"{case_id}/{clock.due_at:%Y%m%d}", clock.due_at, {}, again=True)
    return notice


def hand_in_correction(
    *,
    case_id: int,
    brought: Mapping[str, Brought],
    answers: Mapping[str, Any],
    by: Actor,
    at: datetime,
    received_at: datetime | None = None,
) -> None:
    """
    Take in what the last notice asked for: a new acceptance clock of the full limit runs from the receipt.

    :raises NotAllowed: `by` neither is the applicant nor takes in cases
    :raises StillMissing: a row of the notice has no new file and no new answer
    :raises NotOpen: nothing is being corrected
    """
    case = Case.objects.get(pk=case_id)
    own = by.may("cases.apply", party_id=case.applicant_id)
    with deeds.deed(
        "hand_in_correction",
        on=case_id,
        by=by,
        at=at,
        permission="cases.apply" if own else "cases.accept",
        party_id=case.applicant_id,
        effective_at=received_at or at,
    ) as deed:
        notice = case.notices.order_by("-n").first()
        assert notice is not None, "a case that is correcting has a notice"
        open_rows = list(notice.rows.filter(solved_at=None))
        lacking = [
            row.name for row in open_rows if row.material not in brought and (not row.field or row.field not in answers)
        ]
        if lacking:
            raise StillMissing(tuple(lacking))
        for row in open_rows:
            if row.material:
                _take(case, row.material, brought[row.material], deed, notice.n + 1)
            row.solved_at = at
        NoticeRow.objects.bulk_update(open_rows, ["solved_at"])
        _amend(case, answers)
        notice.answered_at = at
        notice.save(update_fields=["answered_at"])
        deed.paper_facts("材料接收凭证", {"materials": [row.name for row in open_rows]})
        deed.record(CorrectionHandedIn(case_id=case_id, notice=notice.pk, materials=tuple(sorted(brought))))
    expect_silence(deed.dossier, deed.running())


def lapse_correction(*, case_id: int, at: datetime) -> bool:
    """Close a case whose date for corrections has passed; done by a job, safe to repeat."""
    clock = Clock.objects.filter(dossier_id=case_id, kind=ClockKind.CORRECTION, stopped_at=None).first()
    if clock is None or clock.due_at is None:
        return False
    if at < clock.due_at:
        jobs.enqueue("cases.lapse", f"{case_id}/{clock.due_at:%Y%m%d}", clock.due_at, {}, again=True)
        return False
    with deeds.deed("lapse", on=case_id, by=SYSTEM, at=at) as deed:
        deed.record(CorrectionLapsed(case_id=case_id))
    return True


def tell_by_phone(
    *, notice_id: int, number: str, reached: bool, answered_by: str, said: str, by: Actor, at: datetime
) -> PhoneCall:
    """
    Note a telephone call about a correction: it accompanies the notice and neither replaces nor repeats it.

    :raises NotAllowed: `by` does not ask for corrections
    :raises NotWaiting: the notice was answered before
    """
    notice = Notice.objects.get(pk=notice_id)
    with deeds.deed("tell_by_phone", on=notice.case_id, by=by, at=at, permission="cases.correct") as deed:
        if notice.answered_at:
            raise NotWaiting(_("申请人已经补正"), notice.answered_at)
        assert by.account_id is not None
        call = PhoneCall.objects.create(
            notice=notice,
            number=number,
            at=at,
            by_id=by.account_id,
            reached=reached,
            answered_by=answered_by,
            said=said,
        )
        deed.record(ToldByPhone(notice=notice.pk, reached=reached))
    return call


def _row(case: Case, notice: Notice, row: rules.Row) -> NoticeRow:
    earlier = NoticeRow.objects.filter(notice__case=case).exclude(notice=notice)
    same = earlier.filter(material=row.material, field=row.field).order_by("notice__n").first()
    first = case.notices.order_by("n").first()
    assert first is not None, "this notice exists"
    return NoticeRow(
        notice=notice,
        material=row.material,
        field=row.field,
        name=row.name,
        reason=row.reason,
        how=row.how,
        unit_id=row.unit_id,
        first_notice=same.first_notice if same else notice,
        suspected=rules.is_new_about_old(
            first_told=first.pk != notice.pk,
            was_in_hand=_was_in_hand(case, row, first),
            told_before=same is not None,
        ),
    )


def _was_in_hand(case: Case, row: rules.Row, first: Notice) -> bool:
    if row.field:
        return True
    material = case.materials.filter(code=row.material).first()
    return material is not None and material.handed_at is not None and material.handed_at <= first.told_at


def _mark_missing(case: Case, row: NoticeRow) -> None:
    if row.material:
        waiting = case.materials.filter(code=row.material).exclude(state=MaterialState.EXEMPT)
        waiting.update(state=MaterialState.MISSING)


def _take(case: Case, code: str, brought: Brought, deed: deeds.Deed, round_: int) -> None:
    material = CaseMaterial.objects.get(case=case, code=code)
    material.state, material.handed_at = brought.state, material.handed_at or deed.at
    material.pages = brought.pages or material.pages
    material.save()
    add_files(material, brought.files, deed=deed, round_=round_)


def _amend(case: Case, answers: Mapping[str, Any]) -> None:
    if answers:
        case.answers_before = case.answers
        case.write("answers", case.read("answers") | dict(answers))
        case.save(update_fields=["answers", "answers_before"])
