"""Who is let in, who is sent where, and what is not lost on the way."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.test import Client

from tests.support.people import make_account
from yichuang.foundation.people.models import Account, SessionMark
from yichuang.foundation.records import realtime

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.foundation.people.urls")]

PASSWORD = "shi-wo-ziji-2019"


@pytest.fixture
def handler() -> Account:
    return make_account("handler", username="chen", name="陈工", password=PASSWORD)


def log_in(client: Client, account: Account):
    return client.post("/account/login/", {"login": account.username, "password": PASSWORD})


class TestPage:
    def test_public_opens_for_everybody(self, client):
        assert client.get("/try/home").content == b"home"

    def test_a_stranger_is_sent_to_log_in_and_back(self, client):
        answer = client.get("/try/desk?sort=due")

        assert answer.status_code == 302
        assert answer["Location"] == "/account/login/?next=%2Ftry%2Fdesk%3Fsort%3Ddue"

    def test_htmx_is_told_to_go_as_a_whole(self, client):
        answer = client.get("/try/desk", headers={"HX-Request": "true"})

        assert answer.headers["HX-Redirect"].startswith("/account/login/")

    def test_the_right_person_comes_in(self, client, handler):
        client.force_login(handler)

        assert client.get("/try/desk").content.decode() == "desk of 陈工: "

    def test_the_wrong_person_is_told_in_plain_words(self, client):
        client.force_login(make_account("guide"))

        answer = client.get("/try/desk")

        assert answer.status_code == 403
        assert "此页需要“承办”的权限" in answer.content.decode()

    def test_public_with_a_permission_is_for_strangers_and_for_who_has_it(self, client):
        assert client.get("/try/start").status_code == 200

        client.force_login(make_account())
        assert client.get("/try/start").status_code == 200

        client.force_login(make_account("leader"))
        assert client.get("/try/start").status_code == 403

    def test_a_page_that_forgot_opens_for_no_one(self, client, handler):
        client.force_login(handler)

        assert client.get("/try/forgotten").status_code == 403

    def test_pages_behind_the_log_in_are_not_cached(self, client, handler):
        client.force_login(handler)

        assert "no-store" in client.get("/try/desk").headers["Cache-Control"]


class TestLogIn:
    def test_with_password(self, client, handler):
        assert log_in(client, handler).status_code == 302
        assert client.get("/try/desk").status_code == 200

    def test_five_failures_lock_the_account(self, client, handler):
        for _ in range(5):
            client.post("/account/login/", {"login": "chen", "password": "wrong-password"})

        answer = log_in(client, handler)

        assert answer.status_code == 200
        assert "已锁定" in answer.content.decode() or "失败" in answer.content.decode()
        handler.refresh_from_db()
        assert handler.locked_until is not None

    def test_the_lock_opens_by_itself(self, client, handler):
        handler.locked_until = realtime.now() - timedelta(seconds=1)
        handler.save()

        assert log_in(client, handler).status_code == 302

    def test_a_second_log_in_ends_the_first_and_tells_both(self, handler):
        first, second = Client(), Client()
        log_in(first, handler)
        told_second = second.post(
            "/account/login/", {"login": "chen", "password": PASSWORD, "next": "/account/email/"}, follow=True
        )

        assert "您此前在另一处的登录已被结束" in told_second.content.decode()
        ended = first.get("/try/desk", follow=True)
        assert "您的账号已在另一处登录" in ended.content.decode()
        assert second.get("/try/desk").status_code == 200
        assert list(SessionMark.objects.order_by("pk").values_list("ended_because", flat=True)) == ["ELSEWHERE", ""]

    def test_ends_when_idle(self, client, handler):
        log_in(client, handler)
        session = client.session
        session["seen"] = (realtime.now() - timedelta(minutes=31)).isoformat()
        session.save()

        answer = client.get("/try/desk", follow=True)

        assert "较长时间没有操作" in answer.content.decode()
        assert SessionMark.objects.get().ended_because == "IDLE"

    def test_is_touched_at_most_once_a_minute(self, client, handler, django_assert_max_num_queries):
        log_in(client, handler)
        client.get("/try/desk")
        before = Session.objects.get(pk=client.session.session_key).session_data

        client.get("/try/desk")

        assert Session.objects.get(pk=client.session.session_key).session_data == before

    def test_ends_at_the_midnight_of_the_last_day(self, client):
        account = make_account("handler", username="temp", password=PASSWORD, valid_to=date(2019, 10, 31))
        with time_machine.travel(datetime(2019, 10, 30, 15, 58, tzinfo=UTC), tick=False):
            log_in(client, account)
            assert client.get("/try/desk").status_code == 200
        with time_machine.travel(datetime(2019, 10, 30, 16, 0, tzinfo=UTC), tick=False):
            assert "账号已停用或已到期" in client.get("/try/desk", follow=True).content.decode()
            assert log_in(client, account)["Location"] == "/account/inactive/"

    def test_changing_the_password_keeps_the_log_in(self, client, handler):
        log_in(client, handler)
        new = "huan-le-yige-2019"
        client.post(
            "/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}, follow=True
        )

        handler.refresh_from_db()
        assert handler.check_password(new)
        assert client.get("/try/desk").status_code == 200

    def test_a_first_password_must_be_changed(self, client):
        account = make_account("handler", username="new", password=PASSWORD, is_demo=False, must_change_password=True)
        log_in(client, account)

        assert client.get("/try/desk")["Location"] == "/account/password/change/"

    def test_staff_must_have_a_second_factor(self, client):
        account = make_account("handler", username="staff", password=PASSWORD, is_demo=False)
        log_in(client, account)

        assert client.get("/try/desk")["Location"] == "/account/2fa/totp/activate/"
        Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={"secret": "x"})
        assert client.get("/try/desk").status_code == 200

    def test_citizens_need_none(self, client):
        client.force_login(make_account(is_demo=False))

        assert client.get("/try/home").status_code == 200


class TestTypedText:
    def run_out(self, client: Client, account: Account):
        log_in(client, account)
        session = client.session
        session["seen"] = (realtime.now() - timedelta(minutes=31)).isoformat()
        session.save()
        return client.post("/try/desk", {"opinion": "同意，按图施工"})

    def test_comes_back_after_logging_in_again(self, client, handler):
        answer = self.run_out(client, handler)
        assert answer["Location"] == "/account/login/?next=%2Ftry%2Fdesk"

        log_in(client, handler)
        offered = client.get("/try/desk").content.decode()
        assert 'name="opinion" value="同意，按图施工"' in offered

        sent = client.post("/try/desk", {"opinion": "同意，按图施工"})
        assert "同意，按图施工" in sent.content.decode()
        assert client.get("/try/desk").content.decode() == "desk of 陈工: "

    def test_is_not_readable_in_the_session(self, client, handler):
        self.run_out(client, handler)

        assert "同意" not in str(dict(client.session))
        assert "opinion" not in str(dict(client.session))

    def test_is_shown_to_nobody_else(self, client, handler):
        self.run_out(client, handler)
        other = make_account("handler", username="li", name="李工", password=PASSWORD)
        log_in(client, other)

        assert client.get("/try/desk").content.decode() == "desk of 李工: "

    def test_is_kept_for_an_hour(self, client, handler):
        self.run_out(client, handler)
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=61)):
            log_in(client, handler)
            assert client.get("/try/desk").content.decode() == "desk of 陈工: "

    def test_can_be_thrown_away(self, client, handler):
        self.run_out(client, handler)
        log_in(client, handler)

        assert client.get("/try/desk?discard=1").content.decode() == "desk of 陈工: "

    def test_of_a_stranger_is_not_kept(self, client):
        client.post("/try/desk", {"opinion": "谁也不是"})

        assert "typed" not in client.session
