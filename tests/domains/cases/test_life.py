"""A whole life of one case, in the engine alone."""

from __future__ import annotations

import pytest

from tests.support.engine import Hall, china
from yichuang.domains.cases import commands
from yichuang.domains.cases.models import Case
from yichuang.domains.cases.terms import DeliveryKind, IdentityCheck
from yichuang.foundation.work import queries as work
from yichuang.foundation.work.models import Clock, Step

pytestmark = pytest.mark.django_db


def live(case: Case) -> Step:
    return work.live_steps(case.dossier).get()


def test_a_permit_from_the_window_to_the_archive() -> None:
    hall = Hall()
    case = hall.receive()
    assert case.dossier.state == "received"

    commands.accept_case(case_id=case.pk, by=hall.window, at=hall.at)
    case.dossier.refresh_from_db()
    assert case.dossier.state == "accepted"
    promise = Clock.objects.get(dossier=case.dossier, kind="promise")
    assert promise.due_at == china("2019-10-21 17:00")  # 10 working days, 10-12 is a working Saturday

    commands.complete_step(
        step_id=live(case).pk, outcome="agree", opinion="齐", by=hall.handler, at=china("2019-10-09 10:00")
    )
    commands.complete_step(
        step_id=live(case).pk, outcome="agree", opinion="同意", by=hall.reviewer, at=china("2019-10-10 10:00")
    )
    decision = commands.approve_case(case_id=case.pk, by=hall.signer, at=china("2019-10-11 10:00"))
    case.dossier.refresh_from_db()
    assert case.dossier.state == "approved"
    assert decision.paper_number
    commands.deliver_result(
        case_id=case.pk,
        kind=DeliveryKind.WINDOW,
        receiver="刘某",
        identity=IdentityCheck.READER,
        by=hall.delivery,
        at=china("2019-10-12 10:00"),
    )
    case.dossier.refresh_from_db()
    assert case.dossier.state == "delivered"
