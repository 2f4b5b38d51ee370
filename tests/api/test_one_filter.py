"""Every list, search and file of the API holds what the one filter lets its caller see, and nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support import people
from tests.support.api import ROOT, ApiHall, Caller, begun, caller, operations, upload
from yichuang.domains.cases import commands
from yichuang.domains.cases.commands.intake import receive
from yichuang.domains.cases.models import Case
from yichuang.domains.cases.rules import Brought
from yichuang.domains.licences.models import Licence
from yichuang.foundation.documents.models import Paper
from yichuang.foundation.files.models import StoredFile
from yichuang.foundation.people.permissions import table
from yichuang.foundation.people.visibility import visible
from yichuang.foundation.work.models import Step

pytestmark = pytest.mark.django_db

INSIDE = [name for name in table().roles if name not in ("public", "citizen", "firm")]
UNDER_A_CASE = [each.path for each in operations() if each.method == "GET" and each.path.startswith("/cases/{number}")]


@dataclass
class District:
    """Two applicants with a case each, one decided with a licence, one under way, and a third at another unit."""

    hall: ApiHall
    cases: list[Case]


@pytest.fixture
def district(hall) -> District:
    decided = commands.accept_case(case_id=hall.receive().pk, by=hall.window, at=hall.at)
    for client in (hall.calls("handler"), hall.calls("reviewer")):
        step = client.ask("GET", "/steps")["items"][0]
        client.ask("POST", f"/steps/{step['id']}/complete", {"outcome": step["outcomes"][0], "opinion": "同意"})
    hall.calls("signer").ask("POST", f"/cases/{decided.dossier.number}/approve", {"content": "准予经营"})
    citizen = hall.citizen_calls()
    upload(citizen, begun(citizen, hall)["id"], "food_floor_plan")
    stored = StoredFile.objects.get().pk
    brought = dict(hall.application().brought) | {"food_floor_plan": Brought(files=(stored,), pages=1)}
    other = people.make_party("何某")
    under_way = hall.receive(applicant_id=other.pk, brought=brought)
    people.make_unit("zjj", uscc="11420106MB1A000029")
    firm = people.make_party("某建设公司", kind="ENTERPRISE")
    elsewhere = receive(
        application=hall.application("construction_permit", situation={}, applicant_id=firm.pk),
        by=people.make_actor("window", hall.hall, at=hall.at),
        at=hall.at,
    )
    return District(hall, [decided, under_way, elsewhere])


def listed(client: Caller, path: str) -> list[dict[str, Any]] | None:
    """Walk a list to its end, two rows a page; None where the caller may not ask."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = client.get(f"{ROOT}{path}{'&' if '?' in path else '?'}limit=2&cursor={cursor}")
        if answer.status_code == 403:
            return None
        page = json.loads(answer.content)
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found


def test_staff_see_what_their_role_reaches(district, subtests):
    for role in INSIDE:
        with subtests.test(role):
            look_around(district, role)


def look_around(district: District, role: str) -> None:
    account = people.make_account(role, district.hall.unit)
    actor, client = people.actor_of(account, district.hall.at), caller(account)

    cases = listed(client, "/cases")
    seen = set(visible(actor, Case).values_list("dossier__number", flat=True))
    assert (None if cases is None else {each["number"] for each in cases}) == (
        seen if actor.may("cases.view") else None
    )
    for query in ("?item=food_business_permit", "?state=received", "?lamp=green", "?own=true"):
        narrowed = listed(client, f"/cases{query}")
        assert narrowed is None or {each["number"] for each in narrowed} <= seen
    licences = listed(client, "/licences?q=食品")
    assert {each["id"] for each in licences or ()} <= set(visible(actor, Licence).values_list("pk", flat=True))
    steps = listed(client, "/steps")
    assert {each["id"] for each in steps or ()} <= set(visible(actor, Step).values_list("pk", flat=True))
    if actor.may("cases.view"):
        open_one_by_one(client, actor, district)


def open_one_by_one(client: Caller, actor: Any, district: District) -> None:
    for case in district.cases:
        is_seen = visible(actor, Case).filter(pk=case.pk).exists()
        for path in UNDER_A_CASE:
            answer = client.get(ROOT + path.format(number=case.dossier.number))
            if path.endswith("/papers"):
                assert answer.status_code == 200
                ids = {each["id"] for each in answer.json()["items"]}
                assert ids == set(visible(actor, Paper).filter(dossier=case.dossier).values_list("pk", flat=True))
            else:
                assert answer.status_code == (200 if is_seen else 404), path
    for paper in Paper.objects.all():
        is_seen = visible(actor, Paper).filter(pk=paper.pk).exists()
        assert client.get(f"{ROOT}/papers/{paper.pk}").status_code == (200 if is_seen else 404)
        assert client.get(f"{ROOT}/papers/{paper.pk}/pdf").status_code == (409 if is_seen else 404)
    for step in Step.objects.all():
        if not visible(actor, Step).filter(pk=step.pk).exists() and actor.may("work.view"):
            client.ask("POST", f"/steps/{step.pk}/claim", status=404)


def test_applicants_see_their_own_and_nothing_of_others(district):
    own, others = district.cases[0], district.cases[1:]
    client = district.hall.citizen_calls()

    assert [each["number"] for each in listed(client, "/cases") or ()] == [own.dossier.number]
    assert [each["holder"] for each in listed(client, "/licences") or ()] == ["刘某"]
    assert [each["item"] for each in listed(client, "/drafts") or ()] == ["food_business_permit"]
    for case in others:
        for path in UNDER_A_CASE:
            told = client.get(ROOT + path.format(number=case.dossier.number))
            assert told.status_code == 404 or told.json() == {"items": []}, path


def test_another_unit_and_a_stranger_to_all_see_nothing(district):
    for account in (people.make_account("handler", "cgj"), people.make_account(party=people.make_party())):
        client = caller(account)
        for path in ("/cases", "/licences", "/drafts", "/steps"):
            assert not listed(client, path), path


def test_a_file_is_given_to_who_sees_its_case(district):
    under_way = district.cases[1]
    path = f"/cases/{under_way.dossier.number}/materials"
    materials = district.hall.calls("handler").ask("GET", path)["items"]
    (address,) = [file["url"] for each in materials for file in each["files"]]

    assert district.hall.calls("handler").get(address).status_code == 200
    for account in (people.make_account("handler", "cgj"), people.make_account(party=people.make_party())):
        assert caller(account).get(address).status_code == 404
    assert StoredFile.objects.count() == 1
