"""The five deeds of a case's life ask the database a known number of times; it may only go down."""

from __future__ import annotations

import pytest

from tests.support.api import ready
from yichuang.foundation.work.models import Step

pytestmark = pytest.mark.django_db

FEW = {"apply": 46, "accept": 46, "handle": 33, "review": 32, "sign": 52}
"""Statements of each deed with its log-in, its answer and its key. A plain step takes fewer on PostgreSQL."""


@pytest.mark.usefixtures("definitions_stand")
def test_a_life_asks_few_statements(hall, django_assert_max_num_queries):
    citizen = hall.citizen_calls()
    clerks = {role: hall.calls(role) for role in ("handler", "reviewer", "signer")}

    def live(most: dict[str, int]) -> None:
        def post(stage, client, path, body, status=200):
            with django_assert_max_num_queries(most[stage]):
                return client.ask("POST", path, body, status=status, key=f"{stage}/{sum(most.values())}")

        number = post("apply", citizen, "/applications", {"draft": ready(citizen, hall)}, 201)["number"]
        post("accept", clerks["handler"], f"/cases/{number}/accept", {})
        for stage, role in (("handle", "handler"), ("review", "reviewer")):
            step = Step.objects.get(dossier__number=number, key=stage).pk
            post(stage, clerks[role], f"/steps/{step}/complete", {"outcome": "agree", "opinion": "拟同意。"})
        post("sign", clerks["signer"], f"/cases/{number}/approve", {"content": "准予经营"})

    live(dict.fromkeys(FEW, 1000))  # what a process keeps is kept now
    live(FEW)
