"""Whatever is sent, the API answers: what Schemathesis makes of its own description finds no 500."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as bounded
from hypothesis import strategies as st
from schemathesis.core.result import Ok

from tests.support import people
from tests.support.api import ROOT, ApiHall, caller
from yichuang.config.wsgi import application
from yichuang.domains.cases import commands
from yichuang.domains.cases.models import Case
from yichuang.domains.licences.models import Licence
from yichuang.foundation.documents.models import Paper
from yichuang.foundation.people.models import Account
from yichuang.foundation.work.models import Step
from yichuang.foundation.work.terms import LIVE

TOKEN = "a" * 32
EXAMPLES = 6
CLERK = ("window", "handler", "reviewer", "signer", "delivery")


class Known(ApiHall):
    """A hall whose ids stand in for those that a program would know; what was used up is made again."""

    def clerk(self) -> Account:
        """Make somebody with every post of the hall, so that no door stops what is sent."""
        account = people.make_account("window", self.unit)
        for role in CLERK[1:]:
            people.appoint(account, role, self.unit)
        return account

    @cached_property
    def accepted(self) -> Case:
        """A case that was accepted."""
        return commands.accept_case(case_id=self.receive().pk, by=self.window, at=self.at)

    def real(self, operation: str) -> dict[str, Any]:
        """Give ids that there are: a case that is accepted, but for the deeds that come before."""
        before = operation.endswith(("accept", "refuse", "correction", "take-back"))
        case = self.receive() if before else self.accepted
        draft = commands.begin_draft(item_id=case.item_id, by=self.citizen, at=self.at)
        return {
            "item": case.item_id,
            "item_id": case.item_id,
            "applicant": self.party.pk,
            "draft": draft.pk,
            "code": "food_floor_plan",
            "material": "lease",
            "number": case.dossier.number,
            "draft_id": draft.pk,
            "step_id": Step.objects.filter(state__in=LIVE).order_by("-pk").values_list("pk", flat=True).first(),
            "outcome": "agree",
            "rows": [{"material": "lease", "reason": "缺页"}],
            "receiver": "刘某",
            "day": "2019-10-30",
            "start": "2019-10-30",
            "a": "2019-10-30",
            "b": "2019-11-30",
            "n": 5,
            "paper_id": Paper.objects.order_by("-pk").values_list("pk", flat=True).first(),
            "licence_id": Licence.objects.order_by("pk").values_list("pk", flat=True).first(),
        }


@pytest.mark.slow
@pytest.mark.parametrize("who", ["citizen", "clerk"])
def test_no_input_breaks_it(who, settings, tmp_path, db):
    settings.FILES, settings.KEYS = tmp_path / "files", tmp_path / "keys"
    hall = Known()
    client = hall.citizen_calls() if who == "citizen" else caller(hall.clerk())
    cookies = {"sessionid": client.cookies["sessionid"].value, "csrftoken": TOKEN}
    schema = schemathesis.openapi.from_wsgi(f"{ROOT}/openapi.json", application)
    answered: dict[str, set[int]] = {}
    for each in schema.get_all_operations():
        assert isinstance(each, Ok)
        answered[each.ok().label] = _try(each.ok(), hall, cookies)

    went_well = {label for label, codes in answered.items() if codes & {200, 201, 204}}
    assert len(went_well) >= 20, {label: codes for label, codes in answered.items() if label not in went_well}
    assert {404, 422} <= set().union(*answered.values())


def _try(operation: Any, hall: Known, cookies: dict[str, str]) -> set[int]:
    seen: set[int] = set()

    @bounded(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    @given(case=operation.as_strategy(), real=st.booleans())
    def call(case: Any, real: bool) -> None:
        if real:
            known = hall.real(operation.path)
            case.path_parameters = _with(known, case.path_parameters or {})
            case.query = _with(known, case.query or {})
            if isinstance(case.body, dict):
                case.body = _with(known, case.body)
        answer = case.call(headers={"X-CSRFToken": TOKEN}, cookies=cookies)
        seen.add(answer.status_code)
        assert answer.status_code < 500, f"{case.as_curl_command()}\n{answer.text[:500]}"

    call()
    return seen


def _with(known: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
    return {name: known.get(name, value) for name, value in made.items()}
