"""容缺准予: the approval is given, the licence waits until everything that was deferred has come."""

from __future__ import annotations

import pytest

from tests.support.engine import Hall, china
from yichuang.domains.cases import commands
from yichuang.domains.cases.commands.refusals import SupplementMissing
from yichuang.domains.cases.models import Case
from yichuang.domains.cases.rules import Brought
from yichuang.domains.cases.terms import DecisionKind, DeliveryKind, IdentityCheck, MaterialState
from yichuang.domains.licences.models import Licence
from yichuang.foundation.documents.models import Paper
from yichuang.foundation.notices import queries as notices
from yichuang.foundation.notices.models import Notice
from yichuang.foundation.people.actors import NotAllowed
from yichuang.foundation.records import commands as records
from yichuang.foundation.work import queries as work
from yichuang.kernel.lifecycles import NotOpen

pytestmark = pytest.mark.django_db

SIGNED, BROUGHT_AT, MADE = china("2019-10-11 10:00"), china("2019-10-14 10:00"), china("2019-10-15 10:00")


@pytest.fixture
def hall() -> Hall:
    return Hall()


def pending(hall: Hall) -> Case:
    """Bring a permit without its safety rules to 容缺准予."""
    brought = {code: Brought() for code in ("business_licence", "resident_id", "food_floor_plan", "lease")} | {
        "food_safety_rules": Brought(MaterialState.DEFERRED)
    }
    case = hall.receive(brought=brought)
    commands.accept_case(case_id=case.pk, by=hall.window, at=hall.at, tolerant=True)
    for at, who in (("2019-10-09 10:00", hall.handler), ("2019-10-10 10:00", hall.reviewer)):
        step = work.live_steps(case.dossier).get()
        commands.complete_step(step_id=step.pk, outcome="agree", opinion="同意", by=who, at=china(at))
    decision = commands.approve_case(case_id=case.pk, by=hall.signer, at=SIGNED)
    assert decision.kind == DecisionKind.APPROVED_PENDING
    case.dossier.refresh_from_db()
    return case


def bring(hall: Hall, case: Case) -> None:
    commands.hand_in_supplement(
        case_id=case.pk, brought={"food_safety_rules": Brought(pages=2)}, by=hall.citizen, at=BROUGHT_AT
    )


def test_no_licence_before_the_supplement(hall):
    case = pending(hall)

    with pytest.raises(SupplementMissing, match="食品安全"):
        commands.certify_case(case_id=case.pk, by=hall.signer, at=SIGNED)

    assert not Licence.objects.exists()


def test_the_licence_is_issued_after_it(hall):
    case = pending(hall)
    bring(hall, case)

    commands.certify_case(case_id=case.pk, by=hall.signer, at=MADE)

    row = Licence.objects.get(dossier=case.dossier)
    case.dossier.refresh_from_db()
    assert case.dossier.state == "certified"
    assert (row.valid_from, row.holder_id) == (MADE.date(), hall.party.pk)
    assert Paper.objects.filter(pk=row.paper_id, dossier=case.dossier).exists()
    commands.deliver_result(
        case_id=case.pk,
        kind=DeliveryKind.WINDOW,
        receiver="刘某",
        identity=IdentityCheck.READER,
        by=hall.delivery,
        at=MADE,
    )


def test_is_done_once_and_only_by_those_who_sign(hall):
    case = pending(hall)
    bring(hall, case)

    with pytest.raises(NotAllowed):
        commands.certify_case(case_id=case.pk, by=hall.handler, at=MADE)
    commands.certify_case(case_id=case.pk, by=hall.signer, at=MADE)
    with pytest.raises(NotOpen):
        commands.certify_case(case_id=case.pk, by=hall.signer, at=MADE)

    assert Licence.objects.count() == 1


def test_those_who_sign_are_reminded(hall):
    case = pending(hall)
    bring(hall, case)

    while records.deliver(at=BROUGHT_AT):
        pass

    rows = Notice.objects.filter(account=hall.signer.account_id)
    titles = [notices.shown(row, "zh").title for row in rows]
    assert f"容缺材料已补齐，请制证：{case.dossier.number}" in titles


def test_what_never_comes_ends_in_a_denial(hall):
    case = pending(hall)

    commands.deny_case(
        case_id=case.pk, reason="容缺材料逾期未补交", basis="容缺受理承诺书第二条", by=hall.signer, at=MADE
    )

    case.dossier.refresh_from_db()
    assert case.dossier.state == "denied"
    assert not Licence.objects.exists()
