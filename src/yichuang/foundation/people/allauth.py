"""How log-in, sign-up and passwords work here: the house's rules on top of django-allauth."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from yichuang.foundation.people.actors import may_log_in
from yichuang.foundation.people.models import Account
from yichuang.foundation.records import clock, realtime

FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
"""等保 2.0 level 3: lock after five failures. Kept in the table, so that every web process sees the same count."""

PASSWORDS = {
    "password_too_short": _lazy("密码至少 10 位，请加长。"),
    "password_too_common": _lazy("这个密码太常见，容易被猜到，请换一个。"),
    "password_too_similar": _lazy("密码与姓名、工号或用户名太相近，请换一个。"),
}


def shown_name(user: Account) -> str:
    """Call somebody by the name under which others know him; settings name this function."""
    return user.name or str(user.username)


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """The adapter that settings name."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Say no while the account is locked, and count what an address tries."""
        super().pre_authenticate(request, **credentials)
        name = credentials.get("username", "")
        if Account.objects.filter(username=name, locked_until__gt=realtime.now()).exists():
            raise forms.ValidationError(
                _("密码连续输错 %(n)d 次，账号已锁定 %(minutes)d 分钟。请稍后再试，或请系统管理员解锁。")
                % {"n": FAILURES, "minutes": LOCKED_FOR // timedelta(minutes=1)}
            )

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a wrong password; the fifth locks the account for a while."""
        rows = Account.objects.filter(username=credentials.get("username", ""))
        rows.update(failures=F("failures") + 1)
        rows.filter(failures__gte=FAILURES).update(failures=0, locked_until=realtime.now() + LOCKED_FOR)

    def pre_login(self, request: HttpRequest, user: Account, **more: Any) -> HttpResponse | None:
        """Turn away an account that is closed or past its last day."""
        if not may_log_in(user, clock.business_now()):
            answer: HttpResponse = self.respond_user_inactive(request, user)
            return answer
        response: HttpResponse | None = super().pre_login(request, user, **more)
        return response

    def clean_password(self, password: str, user: Account | None = None) -> str:
        """Check a new password; say what is wrong with it in our words."""
        try:
            return str(super().clean_password(password, user))
        except forms.ValidationError as no:
            told = [str(PASSWORDS.get(each.code or "", each.messages[0])) for each in no.error_list]
            raise forms.ValidationError(told) from no

    def set_password(self, user: Account, password: str) -> None:
        """Set a password; one that the person chose needs not be changed at once."""
        user.must_change_password = False
        super().set_password(user, password)

    def save_user(self, request: HttpRequest, user: Account, form: Any, commit: bool = True) -> Account:
        """Save somebody who signed up; staff are never made this way, only appointed."""
        user.opened_at = clock.business_now()
        saved: Account = super().save_user(request, user, form, commit=commit)
        return saved
