"""Every page and text of django-allauth is ours: Chinese, in our layout."""

from __future__ import annotations

import re
from pathlib import Path

import allauth
import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.urls import reverse

from tests.support.people import make_account

THEIRS = Path(allauth.__file__).parent / "templates"
OURS = Path(__file__).parents[3] / "src/yichuang/foundation/people/templates"
ROOMS = ("account", "mfa", "socialaccount", "allauth/layouts")
SWITCHED_OFF = "mfa/webauthn/", "mfa/messages/webauthn", "mfa/email/webauthn"
"""Passkeys: recovery codes come first (semantics §11). `allauth/elements` are drawn by their own pages only."""

PASSWORD = "shi-wo-ziji-2019"


def names(root: Path) -> set[str]:
    found = {str(path.relative_to(root)) for path in root.rglob("*.*")}
    return {name for name in found if name.startswith(ROOMS)}


class TestTemplates:
    def test_of_allauth_are_all_overridden(self):
        missing = {name for name in names(THEIRS) - names(OURS) if not name.startswith(SWITCHED_OFF)}

        assert sorted(missing) == []
        assert "webauthn" not in settings.MFA_SUPPORTED_TYPES

    def test_stand_in_front_of_those_of_allauth(self):
        apps = list(settings.INSTALLED_APPS)

        assert apps.index("yichuang.foundation.people") < apps.index("allauth.account")

    def test_are_chinese_and_marked_for_translation(self):
        tag = re.compile(r"{% blocktrans.*?endblocktrans\w* %}|{[%#].*?[%#]}|{{.*?}}|<[^>]*>", re.S)
        outside = {
            str(path.relative_to(OURS))
            for path in OURS.rglob("*.html")
            if re.search("[\u4e00-\u9fff]", tag.sub("", path.read_text(encoding="utf-8")))
        }
        english = [
            str(path.relative_to(OURS))
            for path in OURS.rglob("*.html")
            if re.search(r'translate "[A-Za-z]', path.read_text(encoding="utf-8"))
        ]
        assert (sorted(outside), english) == ([], [])


@pytest.mark.django_db
@pytest.mark.urls("tests.foundation.people.urls")
class TestPages:
    @pytest.mark.parametrize(
        ("name", "title"),
        [
            ("account_login", "登录"),
            ("account_signup", "注册个人账号"),
            ("account_reset_password", "重置密码"),
            ("account_reset_password_done", "请查收邮件"),
            ("account_reset_password_from_key_done", "密码已修改"),
            ("account_inactive", "账号不能登录"),
            ("account_email_verification_sent", "请验证邮箱"),
            ("socialaccount_login_cancelled", "已取消登录"),
            ("socialaccount_login_error", "统一身份认证没有成功"),
        ],
    )
    def test_of_strangers(self, client, name, title):
        answer = client.get(reverse(name), follow=True).content.decode()

        assert f"<title>{title}" in answer
        assert '<h1 class="govuk-heading-l">' in answer

    @pytest.mark.parametrize(
        ("name", "title"),
        [
            ("account_logout", "退出登录"),
            ("account_change_password", "修改密码"),
            ("account_email", "电子邮箱"),
            ("mfa_index", "两步验证"),
            ("socialaccount_connections", "绑定的身份"),
        ],
    )
    def test_of_people(self, client, name, title):
        account = make_account(username="wang", password=PASSWORD)
        client.post("/account/login/", {"login": account.username, "password": PASSWORD})

        answer = client.get(reverse(name)).content.decode()

        assert f"<title>{title}" in answer

    def test_name_the_field_that_is_empty(self, client):
        answer = client.post(reverse("account_signup"), {}).content.decode()

        for label in ("用户名", "密码", "密码（重复）"):
            assert answer.count(f"请填写“{label}”。") == 2  # in the summary and at the field
        assert "这个字段是必填项" not in answer

    def test_lead_staff_to_their_second_factor(self, client):
        account = make_account("handler", username="chen", password=PASSWORD, is_demo=False)
        client.post("/account/login/", {"login": account.username, "password": PASSWORD})

        asked = client.get("/try/desk", follow=True)
        assert "<title>请再次确认身份" in asked.content.decode()
        path = reverse("mfa_activate_totp")
        client.post(f"{reverse('account_reauthenticate')}?next={path}", {"password": PASSWORD})
        page = client.get(path)
        assert "<title>启用验证器" in page.content.decode()
        secret = page.context["form"].secret
        code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
        codes = client.post(path, {"code": code}, follow=True).content.decode()

        assert "<title>备用码" in codes
        assert "共 10 个" in codes
        assert client.get("/try/desk").status_code == 200
        client.post("/account/logout/")
        step = client.post("/account/login/", {"login": account.username, "password": PASSWORD}, follow=True)
        assert "<title>两步验证" in step.content.decode()

    def test_errors_are_summed_up_and_linked(self, client):
        answer = client.post("/account/login/", {"login": "", "password": ""}).content.decode()

        assert "<title>错误：登录" in answer
        assert 'href="#id_login"' in answer

    def test_a_weak_password_is_refused_in_our_words(self, client):
        told = client.post("/account/signup/", {"username": "liu", "password1": "12345", "password2": "12345"})

        assert "密码至少 10 位，请加长。" in told.content.decode()

    def test_speak_english_too(self, client):
        answer = client.get("/account/login/", headers={"Accept-Language": "en"}).content.decode()

        assert "<title>Sign in" in answer
        assert "No account yet?" in answer

    def test_a_person_signs_up(self, client):
        told = client.post(
            "/account/signup/", {"username": "liu", "password1": PASSWORD, "password2": PASSWORD}, follow=False
        )

        assert told.status_code == 302
