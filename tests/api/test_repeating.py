"""Whatever is posted twice with one key is done once, answers the same, and is refused with another body."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.test_registers import VALUES
from tests.support import people
from tests.support.api import ITEM, ROOT, Caller, begun, caller, operations, picture, ready, upload
from tests.support.definitions import publish
from tests.support.registers import loans
from yichuang.domains.cases import commands
from yichuang.domains.cases.models import Case, Draft
from yichuang.foundation.records.models import Record
from yichuang.foundation.work.models import RepeatKey

pytestmark = pytest.mark.django_db


class Twice:
    """Posts everything twice with one key, and then once more with another body."""

    def __init__(self) -> None:
        self.done: set[str] = set()

    def __call__(self, client: Caller, name: str, body: Any = None, *, status: int = 200, **where: Any) -> Any:
        key = f"key-{len(self.done)}"
        path = name.format(**where)
        first = client.ask("POST", path, body, key=key, status=status)
        before = Record.objects.count()
        assert client.ask("POST", path, body, key=key, status=status) == first
        assert Record.objects.count() == before
        if body:
            other = {field: "x" if isinstance(told, str) else told for field, told in body.items()}
            if other != body:
                client.ask("POST", path, other, key=key, status=422)
        self.done.add(f"POST {name}")
        return first

    def send(self, client: Caller, name: str, field: str, *, status: int = 200, **where: Any) -> Any:
        key = f"key-{len(self.done)}"
        path = name.format(**where)
        first = client.send(path, {field: picture()}, key=key, status=status)
        assert client.send(path, {field: picture()}, key=key, status=status) == first
        assert client.send(path, {field: picture("black")}, key=key, status=422)["code"] == "work.key_with_other_body"
        self.done.add(f"POST {name}")
        return first


def test_every_post_is_done_once(hall):
    twice = Twice()
    citizen, window, handler = hall.citizen_calls(), hall.calls("window"), hall.calls("handler")
    reviewer, signer, delivery = hall.calls("reviewer"), hall.calls("signer"), hall.calls("delivery")

    def step(client: Caller) -> dict[str, Any]:
        return client.ask("GET", "/steps")["items"][0]

    draft_id = twice(citizen, "/drafts", {"item": ITEM}, status=201)["id"]
    begun(citizen, hall)
    twice.send(
        citizen, "/drafts/{draft_id}/materials/{code}", "file", draft_id=draft_id, code="food_floor_plan", status=201
    )
    assert len(citizen.ask("GET", f"/drafts/{draft_id}/materials")["items"]) >= 3
    assert ready(citizen, hall) == draft_id
    twice(citizen, "/applications", {"draft": draft_id}, status=201)

    turned_away = {"reason": "不属于职权", "basis": "行政许可法 第三十二条"}
    twice(window, "/cases/{number}/refuse", turned_away, number=hall.receive().dossier.number)
    twice(citizen, "/cases/{number}/take-back", {"reason": "不办了"}, number=hall.receive().dossier.number)

    number = hall.receive().dossier.number
    rows = [{"material": "food_floor_plan", "reason": "未标注操作间"}]
    twice(window, "/cases/{number}/ask-correction", {"rows": rows, "channel": "WINDOW"}, number=number)
    twice.send(citizen, "/cases/{number}/hand-in-correction", "food_floor_plan", number=number)
    twice(window, "/cases/{number}/accept", {"tolerant": False}, number=number)
    for client in (handler, reviewer):
        found = step(client)
        twice(client, "/steps/{step_id}/claim", step_id=found["id"])
        twice(client, "/steps/{step_id}/release", step_id=found["id"])
        done = {"outcome": found["outcomes"][0], "opinion": "同意"}
        twice(client, "/steps/{step_id}/complete", done, step_id=found["id"])
    twice(signer, "/cases/{number}/approve", {"content": "准予经营"}, number=number)
    twice(delivery, "/cases/{number}/deliver", {"receiver": "刘某"}, number=number)
    revoked = {"reason": "以欺骗取得", "basis": "行政许可法 第六十九条"}
    twice(signer, "/cases/{number}/revoke", revoked, number=number)

    denied = commands.accept_case(case_id=hall.receive().pk, by=hall.window, at=hall.at).dossier.number
    for client in (handler, reviewer):
        found = next(each for each in client.ask("GET", "/steps")["items"] if each["case"] == denied)
        client.ask("POST", f"/steps/{found['id']}/complete", {"outcome": found["outcomes"][0], "opinion": "不同意"})
    unfit = {"reason": "面积不符", "basis": "食品经营许可管理办法 第十二条"}
    twice(signer, "/cases/{number}/deny", unfit, number=denied)
    office = caller(people.make_actor("office", "office", at=hall.at).account_id)
    twice(office, "/figures/snapshots", {"figures": ["F21"], "as_of": "2019-10-08", "occasion": "试报"})

    people.make_unit("zjj"), people.make_unit("other")
    publish(loans())
    clerk, head = (caller(people.make_account(role, "zjj")) for role in ("handler", "dept_head"))
    twice(clerk, "/registers/{code}/entries", {"values": VALUES, "reason": "签约"}, code="loans", status=201)
    twice(head, "/registers/{code}/entries/{number}/deeds", {"deed": "check"}, code="loans", number=1)
    head.ask("POST", "/registers/loans/entries/1/deeds", {"deed": "publish"})
    asked = {"kind": "change", "number": 1, "values": {"credit": 3}, "reason": "合同改签"}
    twice(office, "/registers/{code}/requests", asked, code="loans", status=201)

    assert twice.done == {each.name for each in operations() if each.method == "POST"}


class TestKeys:
    def test_a_key_is_of_one_caller_and_one_address(self, hall):
        hall.citizen_calls().ask("POST", "/drafts", {"item": ITEM}, key="k", status=201)
        other = caller(people.make_account(party=people.make_party()))

        other.ask("POST", "/drafts", {"item": "construction_permit"}, key="k", status=201)

    def test_what_failed_is_tried_again(self, hall):
        client = hall.citizen_calls()
        draft = client.ask("POST", "/drafts", {"item": ITEM}, status=201)["id"]
        client.ask("POST", "/applications", {"draft": draft}, key="k", status=422)

        assert ready(client, hall) == draft
        client.ask("POST", "/applications", {"draft": draft}, key="k", status=201)

    def test_a_lost_answer_is_given_again_though_things_went_on(self, hall):
        client = hall.citizen_calls()
        first = client.ask("POST", "/drafts", {"item": ITEM}, key="k", status=201)
        begun(client, hall)

        assert client.ask("POST", "/drafts", {"item": ITEM}, key="k", status=201) == first

    def test_an_upload_that_comes_twice_is_one_file(self, hall):
        client = hall.citizen_calls()
        draft = begun(client, hall)["id"]

        twice = [upload(client, draft, "food_floor_plan", key="u") for _n in range(2)]

        assert twice[0] == twice[1]
        assert len(twice[0]["files"]) == 1

    @pytest.mark.parametrize("key", ["k" * 81, "k\x7f", "钥匙"])
    def test_a_key_is_never_cut(self, hall, key):
        answer = hall.citizen_calls().generic(
            "POST", f"{ROOT}/drafts", f'{{"item": "{ITEM}"}}', "application/json", HTTP_IDEMPOTENCY_KEY=key
        )

        assert (answer.status_code, answer.json()["code"]) == (422, "api.key_unfit")
        assert not Draft.objects.exists()

    def test_what_is_kept_of_an_answer_is_sealed(self, hall):
        hall.citizen_calls().ask("POST", "/drafts", {"item": ITEM}, key="k", status=201)

        kept = RepeatKey.objects.get()
        assert kept.answered
        assert ITEM not in kept.answered


class TestWithoutKeys:
    def test_handing_in_often_gives_one_case(self, hall):
        client = hall.citizen_calls()
        draft = ready(client, hall)

        numbers = {client.ask("POST", "/applications", {"draft": draft}, status=201)["number"] for _n in range(3)}

        assert len(numbers) == 1
        assert Case.objects.count() == 1
