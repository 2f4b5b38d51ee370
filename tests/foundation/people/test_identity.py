"""Log-in by an identity provider (OpenID Connect): a real one on this machine, from the button to the session."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from tests.support import identity
from tests.support.people import make_account
from yichuang.foundation.people.models import Account

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.foundation.people.urls")]


@pytest.fixture
def provider(settings: object) -> Iterator[identity.Provider]:
    """A provider that the settings lead to."""
    with identity.provider() as found:
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [found.app]}}  # type: ignore[attr-defined]
        yield found


def come_in(client: Client, code: str) -> object:
    """Press the button, be sent to the provider, come back with its code."""
    sent = client.post("/account/oidc/oidc/login/")
    asked = parse_qs(urlsplit(sent["Location"]).query)
    assert asked["client_id"] == [identity.CLIENT]
    return client.get("/account/oidc/oidc/login/callback/", {"code": code, "state": asked["state"][0]})


def who(client: Client) -> str:
    key = client.session.get("_auth_user_id")
    return Account.objects.get(pk=key).username if key else ""


class TestComingIn:
    def test_the_button_leads_there(self, client: Client, provider: identity.Provider) -> None:
        page = client.get("/account/login/").content.decode()

        assert "统一身份认证" in page
        assert client.post("/account/oidc/oidc/login/")["Location"].startswith(f"{provider.url}/authorize?")

    def test_staff_get_the_account_with_their_number_and_keep_it(
        self, client: Client, provider: identity.Provider
    ) -> None:
        make_account("handler", username="chen", name="陈工", staff_no="1021")
        provider.people["c1"] = {"sub": "a-7", "name": "陈某", "employee_number": "1021"}

        come_in(client, "c1")
        first = who(client)
        client.logout()
        provider.people["c2"] = {"sub": "a-7", "name": "陈某"}  # the number is asked the first time only
        come_in(client, "c2")

        assert (first, who(client)) == ("chen", "chen")
        assert client.get("/try/desk").content.decode() == "desk of 陈工: "

    def test_others_get_an_account_as_if_signed_up(self, client: Client, provider: identity.Provider) -> None:
        provider.people["c1"] = {"sub": "b-1", "name": "李某", "preferred_username": "limou", "employee_number": "9999"}

        come_in(client, "c1")

        account = Account.objects.get(username=who(client))
        assert (account.name, account.staff_no, account.appointments.count()) == ("李某", "", 0)
        assert account.opened_at is not None
        assert not account.has_usable_password()


class TestNotComingIn:
    def test_a_closed_account_stays_closed(self, client: Client, provider: identity.Provider) -> None:
        make_account("handler", username="wang", staff_no="1022", valid_until=date(2019, 1, 1))
        provider.people["c1"] = {"sub": "a-8", "name": "王某", "employee_number": "1022"}

        come_in(client, "c1")

        assert who(client) == ""

    def test_a_code_that_the_provider_does_not_know_is_told_in_plain_words(
        self, client: Client, provider: identity.Provider
    ) -> None:
        answer = come_in(client, "forged")

        assert who(client) == ""
        assert "统一身份认证没有成功" in answer.content.decode()  # type: ignore[attr-defined]

    def test_a_state_of_somebody_else_is_not_taken(self, client: Client, provider: identity.Provider) -> None:
        make_account("handler", username="chen", staff_no="1021")
        provider.people["c1"] = {"sub": "a-7", "name": "陈某", "employee_number": "1021"}
        client.post("/account/oidc/oidc/login/")

        client.get("/account/oidc/oidc/login/callback/", {"code": "c1", "state": "guessed"})

        assert who(client) == ""
        assert provider.asked == []
