"""The papers of a stage as the paper room writes them: complete, numbered, one notice, one sheet a round."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.construction import (
    ACCEPTED,
    BEFORE_STAGE_3,
    RECEIVED,
    agree,
    child,
    developer,
    hold,
    joint,
    open_district,
    opened,
    stage,
    who,
)
from tests.support.engine import china
from yichuang.domains.cases import commands as cases
from yichuang.domains.cases.rules import Brought
from yichuang.domains.construction import commands
from yichuang.domains.construction.terms import Verdict
from yichuang.foundation.documents.models import Paper
from yichuang.foundation.work.models import Share, Step

pytestmark = pytest.mark.django_db


def papers(dossier) -> list[str]:
    return list(Paper.objects.filter(dossier=dossier).order_by("pk").values_list("name", flat=True))


def test_every_paper_of_a_stage_is_complete():
    open_district()
    hold(*BEFORE_STAGE_3)
    opened()
    case = stage()
    share = Share.objects.get(dossier=case.dossier, unit__code="rfb")
    row = commands.WantedRow("", "缺人防专业图", "", "drawings")
    commands.give_precheck(share_id=share.pk, rows=[row], by=who("rfb_handler"), at=RECEIVED)
    agree(case, RECEIVED)
    commands.merge_precheck(case_id=case.pk, by=who("zjj_handler"), at=RECEIVED)
    cases.hand_in_correction(
        case_id=case.pk, brought={"drawings": Brought()}, answers={}, by=developer(ACCEPTED), at=ACCEPTED
    )
    agree(case, ACCEPTED)
    commands.merge_precheck(case_id=case.pk, by=who("zjj_handler", ACCEPTED), at=ACCEPTED)
    assert papers(case.dossier) == ["材料接收凭证", "一次性告知书", "材料接收凭证", "受理通知书"]

    review, at = child(case, "drawing_review"), china("2019-10-11 10:00")
    commands.open_round(
        step_id=Step.objects.get(dossier=review.dossier, state="open").pk, opinion="", by=who("zjj_handler", at), at=at
    )
    step = Step.objects.get(dossier=review.dossier, state="open")
    joint(step, at, rfb=Verdict.FAILED)
    commands.merge_opinions(
        step_id=step.pk, verdict=Verdict.FAILED, by=who("zjj_handler", at), at=at, rework_by=date(2019, 10, 25)
    )
    sheet = Paper.objects.get(dossier=review.dossier)
    assert (sheet.name, "图审字第1号" in sheet.number) == ("联合图审意见书", True)

    step = Step.objects.get(dossier=review.dossier, state="open")
    cases.complete_step(step_id=step.pk, outcome="agree", opinion="", by=who("zjj_reviewer", at), at=at)
    cases.deny_case(
        case_id=review.pk, reason="不满足强制性条文", basis="消防法 第十一条", by=who("zjj_signer", at), at=at
    )
    case.dossier.refresh_from_db()
    assert case.dossier.state == "denied"
    assert papers(case.dossier)[-1] == "不予行政许可决定书"
