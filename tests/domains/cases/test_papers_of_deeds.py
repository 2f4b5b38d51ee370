"""Every deed that owes a paper has all that the paper must say."""

from __future__ import annotations

import pytest

from tests.support.engine import Hall, china
from yichuang.domains.cases import commands, rules
from yichuang.domains.cases.models import Case
from yichuang.domains.cases.rules import Brought
from yichuang.domains.cases.terms import DeliveryKind, HoldKind, IdentityCheck, MaterialState, NoticeChannel
from yichuang.foundation.documents.models import Paper
from yichuang.foundation.work import queries as work

pytestmark = pytest.mark.django_db


def names(case: Case) -> list[str]:
    return list(Paper.objects.filter(dossier=case.dossier).order_by("pk").values_list("name", flat=True))


def accepted(hall: Hall) -> Case:
    case = hall.receive()
    commands.accept_case(case_id=case.pk, by=hall.window, at=hall.at)
    return case


def handled(hall: Hall) -> Case:
    case = accepted(hall)
    for actor in (hall.handler, hall.reviewer):
        step = work.live_steps(case.dossier).get()
        commands.complete_step(step_id=step.pk, outcome="agree", opinion="同意", by=actor, at=hall.at)
    return case


def test_a_correction_and_what_answers_it() -> None:
    hall = Hall()
    case = hall.receive()
    row = rules.Row(name="经营场所平面图", reason="未标面积", material="food_floor_plan")
    commands.ask_correction(case_id=case.pk, rows=[row], channel=NoticeChannel.WINDOW, by=hall.window, at=hall.at)
    commands.hand_in_correction(
        case_id=case.pk, brought={"food_floor_plan": Brought()}, answers={}, by=hall.window, at=hall.at
    )
    assert names(case) == ["材料接收凭证", "一次性告知书", "材料接收凭证"]


def test_a_refusal() -> None:
    hall = Hall()
    case = hall.receive()
    commands.refuse_case(
        case_id=case.pk,
        reason="不属于本机关职权",
        basis="行政许可法 第三十二条",
        authority="",
        by=hall.window,
        at=hall.at,
    )
    assert names(case)[-1] == "不予受理决定书"


def test_an_approval_with_its_licence_and_the_receipt() -> None:
    hall = Hall()
    case = handled(hall)
    commands.approve_case(case_id=case.pk, by=hall.signer, at=hall.at)
    commands.deliver_result(
        case_id=case.pk,
        kind=DeliveryKind.WINDOW,
        receiver="刘某",
        identity=IdentityCheck.MANUAL,
        by=hall.delivery,
        at=hall.at,
    )
    assert {"准予行政许可决定书", "送达回证"} <= set(names(case))


def test_a_denial() -> None:
    hall = Hall()
    case = handled(hall)
    commands.deny_case(case_id=case.pk, reason="不符合条件", basis="食品安全法 第三十五条", by=hall.signer, at=hall.at)
    assert names(case)[-1] == "不予行政许可决定书"


def test_a_special_procedure_and_an_extension() -> None:
    hall = Hall()
    case = accepted(hall)
    commands.begin_case(case_id=case.pk, by=hall.handler, at=hall.at)
    for kind, ground in ((HoldKind.SPECIAL, "专家评审"), (HoldKind.EXTENSION, "")):
        hold = commands.ask_hold(
            case_id=case.pk,
            kind=kind,
            ground=ground,
            reason="情况复杂",
            expected_days=5,
            by=hall.handler,
            at=china("2019-10-09 10:00"),
        )
        commands.approve_hold(hold_id=hold.pk, by=hall.head, at=china("2019-10-09 11:00"))
        if kind == HoldKind.SPECIAL:
            commands.end_hold(hold_id=hold.pk, result="通过", by=hall.handler, at=china("2019-10-10 11:00"))
    assert names(case)[-2:] == ["特别程序告知书", "延期通知书"]


def test_a_withdrawal() -> None:
    hall = Hall()
    case = accepted(hall)
    commands.withdraw_case(case_id=case.pk, reason="不办了", by=hall.citizen, at=hall.at)
    assert names(case)[-1] == "撤回确认书"


def test_a_tolerant_acceptance_and_the_supplement() -> None:
    hall = Hall()
    brought = dict(hall.application().brought) | {"food_safety_rules": Brought(state=MaterialState.DEFERRED)}
    case = hall.receive(brought=brought)
    commands.accept_case(case_id=case.pk, by=hall.window, at=hall.at, tolerant=True)
    commands.hand_in_supplement(case_id=case.pk, brought={"food_safety_rules": Brought()}, by=hall.window, at=hall.at)
    assert names(case)[-1] == "材料接收凭证"


def test_a_revocation() -> None:
    hall = Hall()
    case = handled(hall)
    commands.approve_case(case_id=case.pk, by=hall.signer, at=hall.at)
    commands.revoke_decision(
        case_id=case.pk, reason="以欺骗手段取得", basis="行政许可法 第六十九条", by=hall.head, at=hall.at
    )
    assert names(case)[-1] == "撤销行政许可决定书"
