"""A program's log-in is a person's: it ends as one, and what is asked of a person first is told as a no."""

from __future__ import annotations

import pytest

from tests.support import people
from tests.support.api import caller

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def day() -> None:
    people.make_demo()


def test_a_log_in_elsewhere_ends_this_one():
    account = people.make_account("handler", "zjj")
    first, second = caller(account), caller(account)

    assert first.ask("GET", "/cases", status=401)["code"] == "not_logged_in"
    second.ask("GET", "/cases")


@pytest.mark.parametrize("account", [{"must_change_password": True}, {}])
def test_an_unfinished_log_in_is_told_as_a_problem_not_as_a_page(account):
    client = caller(people.make_account("handler", "zjj", is_demo=False, **account))

    for method, path in (("GET", "/cases"), ("GET", "/items"), ("POST", "/drafts")):
        no = client.ask(method, path, status=403)
        assert no["code"] == "people.log_in_unfinished"
