"""A signature is a decision: with reason, basis, paper and licence, never the bare end of a step."""

from __future__ import annotations

import pytest

from tests.support.engine import Hall
from yichuang.domains.cases import commands, queries
from yichuang.domains.cases.commands import handling
from yichuang.domains.cases.commands.refusals import DecideInstead
from yichuang.foundation.work.models import Step
from yichuang.foundation.work.steps import AlreadyActed

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("outcome", ["approve", "deny"])
def test_the_step_of_the_signer_is_not_ended_without_a_decision(outcome):
    hall = Hall()
    case = commands.accept_case(case_id=hall.receive().pk, by=hall.window, at=hall.at)
    for by in (hall.handler, hall.reviewer):
        step = Step.objects.get(dossier=case.dossier, state="open")
        commands.complete_step(step_id=step.pk, outcome="agree", opinion="同意", by=by, at=hall.at)
    step = Step.objects.get(dossier=case.dossier, state="open")

    with pytest.raises(DecideInstead):
        commands.complete_step(step_id=step.pk, outcome=outcome, opinion="", by=hall.signer, at=hall.at)

    assert queries.outcomes(step) == ("send_back",)
    assert [each.outcome for each in queries.for_desk(case, hall.signer, hall.at).actions] == ["send_back"]


class TestTwoAtOnce:
    """As one sees it who looked at the case before another's deed and acts after it."""

    def test_the_second_of_two_who_begin_is_told_who_acted(self, monkeypatch):
        hall = Hall()
        case = commands.accept_case(case_id=hall.receive().pk, by=hall.window, at=hall.at)
        step = Step.objects.get(dossier=case.dossier, state="open")
        before = Step.objects.select_related("dossier").get(pk=step.pk)
        commands.complete_step(step_id=step.pk, outcome="agree", opinion="同意", by=hall.handler, at=hall.at)

        monkeypatch.setattr(handling, "_step", lambda _step_id: before)
        with pytest.raises(AlreadyActed):
            commands.complete_step(step_id=step.pk, outcome="agree", opinion="同意", by=hall.handler, at=hall.at)
