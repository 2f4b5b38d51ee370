"""Every operation times every role: opens exactly as `access.yaml` says, which is written by hand."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
import yaml
from django.test import Client

from tests.support import people
from tests.support.api import ROOT, Operation, caller, operations
from yichuang.config.urls import API
from yichuang.foundation.people.permissions import table
from yichuang.ui.api import May

FILE = Path(__file__).with_name("access.yaml")
GROUPS = FILE.parent.parent / "pages" / "access.yaml"
PROMISED = [
    "items", "forms", "drafts", "applications", "materials", "cases", "steps", "decisions", "papers", "licences",
    "verification", "calendar", "registers", "figures", "projects", "records",
]  # fmt: skip
SAMPLES = {
    "item_id": "nothing", "code": "nothing", "number": "0", "draft_id": "1", "step_id": "1", "paper_id": "1",
    "licence_id": "1", "file_id": "1", "day": "2019-10-30", "id": "F99",
}  # fmt: skip


@cache
def expected() -> dict[str, frozenset[str]]:
    groups = yaml.safe_load(GROUPS.read_text(encoding="utf-8"))["groups"]
    told = yaml.safe_load(FILE.read_text(encoding="utf-8"))["operations"]
    return {
        name: frozenset(role for each in roles for role in groups.get(each, [each])) for name, roles in told.items()
    }


def knock(client: Client, operation: Operation) -> int:
    """Call an operation with sample values and an empty body: the door is asked before anything else."""
    path = operation.path
    for name, value in SAMPLES.items():
        path = path.replace(f"{{{name}}}", value)
    answer = client.generic(operation.method, ROOT + path, "{}", "application/json")
    assert answer.status_code < 500, f"{operation.name}: {answer.status_code} {answer.content.decode()[:300]}"
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json"
        assert {"status", "code", "detail"} <= set(json.loads(answer.content))
    return answer.status_code


class TestDescription:
    def test_every_operation_declares_a_permission_that_there_is(self):
        unknown = [each.name for each in operations() if each.permission not in table().permissions]

        assert unknown == []

    def test_no_door_stands_beside_the_description(self):
        """What the routers hold is described, and asks for exactly one permission."""
        for _bound, router in API._routers:
            for view in router.path_operations.values():
                for operation in view.operations:
                    assert operation.include_in_schema, operation.view_func
                    assert [type(each) for each in operation.auth_callbacks] == [May], operation.view_func

    def test_access_names_every_operation_and_no_other(self):
        there = {each.name for each in operations()}

        assert (sorted(there - expected().keys()), sorted(expected().keys() - there)) == ([], [])

    def test_everything_promised_is_there(self):
        tags = [each["name"] for each in API.get_openapi_schema()["tags"]]

        assert tags == PROMISED
        assert {tag for each in operations() for tag in each.told["tags"]} == set(PROMISED)
        assert "/cases/{number}/proof" in {each.path for each in operations()}

    def test_every_operation_is_told_in_words(self):
        for each in operations():
            assert each.told.get("summary") and each.told.get("description"), each.name
            assert {"4XX", "503"} <= each.told["responses"].keys(), each.name
            keys = [one for one in each.told["parameters"] if one["name"] == "Idempotency-Key"]
            assert len(keys) == (each.method == "POST"), each.name

    def test_no_two_kinds_of_answer_share_a_name(self):
        """OpenAPI keeps kinds by name: the second would silently stand for the first."""
        kinds: dict[str, object] = {}
        for _bound, router in API._routers:
            for view in router.path_operations.values():
                for operation in view.operations:
                    for kind in vars(__import__(operation.view_func.__module__, fromlist=["x"])).values():
                        if isinstance(kind, type) and hasattr(kind, "model_json_schema") and "[" not in kind.__name__:
                            assert kinds.setdefault(kind.__name__, kind) is kind, kind


@pytest.mark.django_db
class TestDoors:
    @pytest.fixture(autouse=True)
    def day(self) -> None:
        people.make_demo()

    def test_the_table_says_the_same(self):
        """Fast, without a request: permission of the operation, role of the table."""
        wrong = {}
        for each in operations():
            found = {role for role in table().roles if table().allowance(role, each.permission)}
            if found != expected().get(each.name, frozenset()):
                wrong[each.name] = sorted(found ^ expected().get(each.name, frozenset()))
        assert wrong == {}

    @pytest.mark.parametrize("role", table().roles)
    def test_opens_for_those_and_no_others(self, role):
        if role == "public":
            client, shut = caller(), 401
        else:
            firm = (people.make_party("某公司", kind="ENTERPRISE"),) if role == "firm" else ()
            outside = role in ("citizen", "firm")
            account = (
                people.make_account(party=people.make_party(), firms=firm)
                if outside
                else people.make_account(role, "zjj")
            )
            client, shut = caller(account), 403
        wrong = [
            f"{each.name} {'stayed shut' if role in expected().get(each.name, ()) else 'opened'}"
            for each in operations()
            if (knock(client, each) == shut) is (role in expected().get(each.name, ()))
        ]
        assert wrong == []

    def test_no_get_writes(self):
        client = caller(people.make_account("auditor", "zjj"))

        assert all(knock(client, each) < 500 for each in operations() if each.method == "GET")


@pytest.mark.django_db
class TestCalling:
    def test_the_page_of_the_api_loads_nothing_from_elsewhere(self):
        page = Client().get(f"{ROOT}/docs").content.decode()

        assert "//" not in page.replace("/static/", "").replace("<!--", "").replace("https://www.w3.org", "")

    def test_a_session_that_writes_needs_the_csrf_token(self):
        client = Client(enforce_csrf_checks=True)
        client.force_login(people.make_account(party=people.make_party()))

        answer = client.post(f"{ROOT}/drafts", "{}", "application/json")

        assert answer.status_code == 403
        assert json.loads(answer.content)["code"] == "refused"

    def test_an_address_that_is_none_is_told_as_a_problem_too(self):
        answer = Client().get(f"{ROOT}/moon")

        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")

    def test_a_no_is_told_in_the_language_asked_for(self):
        for language, detail in (("zh-CN", "请先登录。"), ("en", "Please log in first.")):
            answer = Client().get(f"{ROOT}/cases", headers={"Accept-Language": language})
            assert answer.json()["detail"] == detail
