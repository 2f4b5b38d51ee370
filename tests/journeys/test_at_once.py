"""Eight at the same moment, over the API of a running house: one case, one completed step, and everybody is told."""

from __future__ import annotations

import base64
import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.journeys.test_api_guide import GUIDE
from tests.support.server import PASSWORD, Server

pytestmark = [pytest.mark.journey, pytest.mark.both]

AT_ONCE = 8


class Program:
    """A program that has logged in; each call is a connection of its own."""

    def __init__(self, url: str, username: str) -> None:
        session = requests.Session()
        session.trust_env = False
        session.get(f"{url}/account/login/")
        told = {"login": username, "password": PASSWORD, "csrfmiddlewaretoken": session.cookies["csrftoken"]}
        session.post(f"{url}/account/login/", data=told)
        self.url, self.cookies = url, session.cookies.get_dict()

    def __call__(self, method: str, path: str, body: Any = None, *, key: str = "", **more: Any) -> requests.Response:
        headers = {"X-CSRFToken": self.cookies["csrftoken"]} | ({"Idempotency-Key": key} if key else {})
        with requests.Session() as session:
            session.trust_env = False
            address = f"{self.url}/api/v1{path}"
            return session.request(method, address, json=body, headers=headers, cookies=self.cookies, **more)

    def often(self, method: str, path: str, body: Any, *, key: str = "") -> list[requests.Response]:
        """Call eight times at once."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(lambda _n: self(method, path, body, key=key), range(AT_ONCE)))


def filled_in(citizen: Program) -> int:
    """Fill in a draft with what the guide answers."""
    guide = GUIDE.read_text(encoding="utf-8")
    answers = json.loads(guide.split("<<'JSON'\n")[1].split("\nJSON")[0])
    picture = re.search(r"^echo (\S+) \|$", guide, re.M)
    assert picture is not None
    draft = citizen("POST", "/drafts", {"item": "food_business_permit"}).json()
    shop = next(each["id"] for each in draft["parties"] if each["name"] == "武昌区刘记热干面馆")
    path = f"/drafts/{draft['id']}"
    citizen("PUT", f"{path}/situation", {"situation": {"business": "restaurant", "place": "own", "area": "small"}})
    citizen("PUT", f"{path}/parties", {"applicant": shop})
    for each in citizen("PATCH", f"{path}/answers", answers).json()["materials"]:
        if not each["exempt"]:
            file = ("plan.png", base64.b64decode(picture[1]), "image/png")
            assert citizen("POST", f"{path}/materials/{each['code']}", files={"file": file}).status_code == 201
    return int(draft["id"])


def test_many_at_once_do_it_once(server: Server) -> None:
    citizen = Program(server.url, "citizen")
    for key in ("same", ""):
        answers = citizen.often("POST", "/applications", {"draft": filled_in(citizen)}, key=key)
        assert {each.status_code for each in answers} == {201}
        assert len({each.json()["number"] for each in answers}) == 1
    number = answers[0].json()["number"]
    own = citizen("GET", "/cases?own=true&limit=200").json()["items"]
    assert sum(each["item"] == "food_business_permit" and each["state"] == "received" for each in own) == 2

    handler = Program(server.url, "handler")
    answers = handler.often("POST", f"/cases/{number}/accept", {})
    assert sorted(each.status_code for each in answers) == [200] + [409] * (AT_ONCE - 1)
    step = next(each["id"] for each in handler("GET", "/steps?limit=200").json()["items"] if each["case"] == number)
    answers = handler.often("POST", f"/steps/{step}/complete", {"outcome": "agree", "opinion": "同意"})
    assert sorted(each.status_code for each in answers) == [200] + [409] * (AT_ONCE - 1)
    told = {each.json()["code"] for each in answers if each.status_code == 409}
    assert told == {"work.already_acted"}
    proven = json.loads(server.folder.command("records", "verify", "--json").stdout.splitlines()[-1])
    assert proven["ok"] is True
