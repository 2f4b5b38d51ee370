"""The lists of the tours with no row, with one, with many and with too many: always a page that one can read."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.test import Client

from tests.support import people
from tests.support.engine import Hall, china
from yichuang.domains.cases import commands
from yichuang.domains.cases.terms import Channel
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.models import Account

pytestmark = pytest.mark.django_db

LATE = china("2019-11-29 09:00")
"""Friday: whatever was received on 2019-10-08 is long overdue."""


@dataclass(frozen=True)
class Listed:
    """One list of a tour: who opens it, where, and what stands there when it is empty."""

    who: str
    address: str
    empty: str


LISTS = (
    Listed("citizen", "/me?show=running", "这里没有办件"),
    Listed("handler", "/dept", "这里没有待办"),
    Listed("handler", "/dept?show=overdue", "这里没有待办"),
    Listed("handler", "/desk/prechecks", "没有等待预审的申请"),
    Listed("office", "/supervise?show=over_promise", "没有办件"),
)


@pytest.fixture(autouse=True)
def business_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every page be answered seven weeks later."""
    monkeypatch.setattr("yichuang.foundation.people.middleware.clock.business_now", lambda: LATE)


def opened(actor: Actor, address: str) -> str:
    cache.clear()
    client = Client()
    client.force_login(Account.objects.get(pk=actor.account_id))
    answer = client.get(address)
    assert answer.status_code == 200, address
    return re.sub(r"<(script|style).*?</\1>", "", answer.content.decode(), flags=re.S)


def take_in(hall: Hall, count: int) -> list[str]:
    """Take cases in: half of them accepted at the window, half waiting online for an answer."""
    numbers = []
    for n in range(count):
        case = hall.receive(channel=Channel.ONLINE, applicant_id=hall.party.pk)
        if n % 2 == 0:
            commands.accept_case(case_id=case.pk, by=hall.handler, at=hall.at)
        numbers.append(case.dossier.number)
    return numbers


@pytest.mark.slow
def test_lists_of_every_length_can_be_read() -> None:
    hall = Hall()
    people.make_unit("office")
    who = {
        "citizen": hall.citizen,
        "handler": hall.handler,
        "office": people.make_actor("office", "office", at=hall.at),
    }

    for each in LISTS:
        page = opened(who[each.who], each.address)
        assert each.empty in page, each
        assert "govuk-pagination__list" not in page, each

    numbers = take_in(hall, 2)
    for each in LISTS:
        page = opened(who[each.who], each.address)
        assert any(number in page for number in numbers), each
        assert "govuk-pagination__list" not in page, each

    numbers += take_in(hall, 250)
    own = opened(hall.citizen, "/me")
    assert "查看全部 252 件" in own
    assert sum(number in own for number in numbers) == 20
    for each in LISTS:
        page = opened(who[each.who], each.address)
        shown = sum(number in page for number in numbers)
        assert 20 <= shown <= 100, (each, shown)
        joined = "&" if "?" in each.address else "?"
        assert "page=2" in page, each
        last = opened(who[each.who], f"{each.address}{joined}page=9999")  # beyond the end: the last page
        assert any(number in last for number in numbers), each
