"""Every page times every role: opens exactly as `access.yaml` says, which is written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.support.people import make_account, make_party
from yichuang.foundation.people import pages as guard
from yichuang.foundation.people.permissions import table

FILE = Path(__file__).with_name("access.yaml")
DECIDE_BY_THEMSELVES = ("account/", "i18n/", "api/")
SAMPLES = {"int": "0", "str": "0", "slug": "0", "path": "0", "uuid": "00000000-0000-0000-0000-000000000000"}


@cache
def expected() -> dict[str, frozenset[str]]:
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    groups = data["groups"]
    return {
        name: frozenset(role for each in roles for role in groups.get(each, [each]))
        for name, roles in data["pages"].items()
    }


def pages(resolver: URLResolver, space: str = "", before: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    """Give name, an address with sample values, and the pattern of every page that has a permission."""
    for each in resolver.url_patterns:
        address = before + str(each.pattern)
        if address.startswith(DECIDE_BY_THEMSELVES):
            continue
        if isinstance(each, URLResolver):
            yield from pages(each, f"{each.namespace}:" if each.namespace else space, address)
        elif hasattr(each.callback, "permission"):
            yield f"{space}{each.name}", filled(each, address), each


def filled(pattern: URLPattern, address: str) -> str:
    for name, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        address = address.replace(f"<{kind}:{name}>", SAMPLES[kind]).replace(f"<{name}>", SAMPLES[kind])
    return f"/{address}"


@pytest.fixture
def clients(db: None) -> dict[str, Client]:
    found = {}
    for role in table().roles:
        found[role] = client = Client(raise_request_exception=False)
        if role == "public":
            continue
        if role == "firm":
            account = make_account(party=make_party(), firms=(make_party("某公司", kind="ENTERPRISE"),))
        elif role == "citizen":
            account = make_account(party=make_party())
        else:
            account = make_account(role, "zjj")
        client.force_login(account)
    return found


def opens(client: Client, address: str) -> bool:
    """Say whether the door itself opened: what lies behind may well not exist, or take POST alone."""
    answer = client.get(address)
    sent_away = answer.status_code == 302 and answer["Location"].startswith("/account/login/")
    return not (answer.has_header("X-Refused") or sent_away)


class TestAccess:
    def test_names_every_page_and_no_other(self):
        there = {name for name, _, _ in pages(get_resolver())}

        assert (sorted(there - expected().keys()), sorted(expected().keys() - there)) == ([], [])

    def test_names_roles_that_exist(self):
        named = frozenset().union(*expected().values())

        assert named <= table().roles.keys()

    def test_the_table_says_the_same(self):
        """Fast, without a request: permission of the page, role of the table."""
        wrong = {}
        for name, _, pattern in pages(get_resolver()):
            permission = pattern.callback.permission
            found = {role for role in table().roles if table().allowance(role, permission)}
            found |= {"public"} if pattern.callback.public else set()
            if found != expected().get(name, frozenset()):
                wrong[name] = sorted(found ^ expected().get(name, frozenset()))
        assert wrong == {}

    @pytest.mark.slow
    def test_every_door_opens_for_those_and_no_others(self, clients, monkeypatch):
        """With requests. The page that says no is drawn elsewhere; here it is only marked, a thousand times."""
        monkeypatch.setattr(guard, "refuse", lambda *_: HttpResponse(status=403, headers={"X-Refused": "1"}))
        wrong = [
            f"{role}: {name} {'stayed shut' if role in expected().get(name, ()) else 'opened'}"
            for name, address, _ in pages(get_resolver())
            for role, client in clients.items()
            if opens(client, address) != (role in expected().get(name, ()))
        ]
        assert wrong == []

    def test_every_permission_that_code_names_is_in_the_table(self):
        named = {pattern.callback.permission for _, _, pattern in pages(get_resolver())}

        assert named - table().permissions.keys() == set()
