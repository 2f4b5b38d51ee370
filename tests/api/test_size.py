"""A longer list asks the database no more often than a short one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.api import ROOT, Caller
from yichuang.domains.cases import commands

pytestmark = pytest.mark.django_db


def asked(client: Caller, path: str) -> int:
    client.get(ROOT + path)  # what is kept between requests is kept now
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(ROOT + path)
    assert answer.status_code == 200
    assert answer.json()["items"]
    return len(seen)


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("handler", "/cases"),
        ("handler", "/steps"),
        ("citizen", "/licences"),
        ("handler", "/cases/{number}/papers"),
        ("handler", "/cases/{number}/records"),
        ("citizen", "/cases?own=true"),
        ("citizen", "/drafts"),
        ("citizen", "/items"),
    ],
)
@pytest.mark.usefixtures("definitions_stand")
def test_a_list_asks_as_often_for_many_rows_as_for_few(hall, who, path):
    def another() -> str:
        case = commands.accept_case(case_id=hall.receive().pk, by=hall.window, at=hall.at)
        commands.begin_draft(item_id="food_business_permit", by=hall.citizen, at=hall.at)
        if path == "/licences":
            decided(hall, case)
        return case.dossier.number

    path = path.format(number=another())
    client = hall.citizen_calls() if who == "citizen" else hall.calls(who)
    once = asked(client, path)
    for _n in range(3):
        another()

    assert asked(client, path) <= once <= 20


def decided(hall, case) -> None:
    for client in (hall.calls("handler"), hall.calls("reviewer")):
        (step,) = client.ask("GET", "/steps")["items"]
        client.ask("POST", f"/steps/{step['id']}/complete", {"outcome": step["outcomes"][0], "opinion": "同意"})
    hall.calls("signer").ask("POST", f"/cases/{case.dossier.number}/approve", {"content": "准予经营"})
