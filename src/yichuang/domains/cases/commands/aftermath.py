"""Afterwards: what was deferred is brought, commitments are checked, outside numbers are noted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from yichuang.domains.cases.commands.deciding import revoke_in
from yichuang.domains.cases.commands.materials import add_files
from yichuang.domains.cases.commands.refusals import NotWaiting
from yichuang.domains.cases.events import (
    CommitmentCheckDue,
    CommitmentChecked,
    OutsideLinked,
    SupplementHandedIn,
)
from yichuang.domains.cases.models import Case, Commitment, OutsideNumber
from yichuang.domains.cases.rules import Brought
from yichuang.domains.cases.terms import CheckResult, MaterialState
from yichuang.foundation.people.actors import SYSTEM, Actor
from yichuang.foundation.work import deeds

BREACH = "行政许可法 第六十九条；优化营商环境条例 第四十条"


def hand_in_supplement(*, case_id: int, brought: Mapping[str, Brought], by: Actor, at: datetime) -> None:
    """
    Take in what was accepted as 容缺; the supplement clock stops when nothing is left open.

    :raises NotAllowed: `by` neither is the applicant nor takes in cases
    :raises NotWaiting: nothing of it is open
    """
    case = Case.objects.get(pk=case_id)
    own = by.may("cases.apply", party_id=case.applicant_id)
    open_rows = {row.code: row for row in case.materials.filter(state=MaterialState.DEFERRED)}
    if not open_rows or not brought.keys() & open_rows.keys():
        raise NotWaiting(_("没有待补交的容缺材料"))
    name = "hand_in_supplement" if not open_rows.keys() - brought.keys() else "hand_in_part"
    permission = "cases.apply" if own else "cases.accept"
    with deeds.deed(name, on=case_id, by=by, at=at, permission=permission, party_id=case.applicant_id) as deed:
        for code in sorted(brought.keys() & open_rows.keys()):
            row = open_rows[code]
            row.state, row.handed_at, row.pages = MaterialState.HANDED, at, brought[code].pages
            row.save()
            add_files(row, brought[code].files, deed=deed)
        deed.paper_facts("材料接收凭证", {"materials": [open_rows[code].name for code in brought if code in open_rows]})
        deed.record(SupplementHandedIn(case_id=case_id, materials=tuple(sorted(brought))))


def check_commitment(*, case_id: int, result: CheckResult, finding: str, by: Actor, at: datetime) -> None:
    """
    Note what the after-check of a commitment found; a breach revokes what was granted on it.

    :raises NotAllowed: `by` does not check there
    :raises NotWaiting: it was checked before
    """
    breached = result == CheckResult.BREACHED
    name = "revoke" if breached else "check_commitment"
    with deeds.deed(name, on=case_id, by=by, at=at, permission="cases.check_commitment") as deed:
        commitment = Commitment.objects.get(case_id=case_id)
        if commitment.checked_at:
            raise NotWaiting(_("承诺已经核查"), commitment.checked_at)
        commitment.checked_at, commitment.checked_by_id = at, by.account_id
        commitment.result, commitment.finding = result, finding
        commitment.save()
        deed.record(CommitmentChecked(case_id=case_id, result=result))
        if breached:
            revoke_in(deed, reason=f"承诺不实：{finding}", basis=BREACH)


def remind_of_check(*, case_id: int, at: datetime) -> bool:
    """Tell that the after-check of a commitment is due and nobody has made it; done by a job, safe to repeat."""
    if not Commitment.objects.filter(case_id=case_id, checked_at=None).exists():
        return False
    with deeds.deed("remind_of_check", on=case_id, by=SYSTEM, at=at) as deed:
        deed.record(CommitmentCheckDue(case_id=case_id))
    return True


def link_outside(*, case_id: int, system: str, number: str, state: str, by: Actor, at: datetime) -> OutsideNumber:
    """
    Note the number under which a system outside knows the case (人工回填).

    :raises NotAllowed: `by` does not link cases
    :raises NotWaiting: that number belongs to a case already
    """
    with deeds.deed("link_outside", on=case_id, by=by, at=at, permission="cases.link_outside") as deed:
        taken = OutsideNumber.objects.filter(system=system, number=number).select_related("case__dossier").first()
        if taken:
            raise NotWaiting(
                _("%(system)s %(number)s 已经对应办件 %(case)s")
                % {"system": system, "number": number, "case": taken.case.dossier.number}
            )
        row = OutsideNumber.objects.create(case_id=case_id, system=system, number=number, state=state, at=at)
        deed.record(OutsideLinked(case_id=case_id, system=system, number=number))
    return row
