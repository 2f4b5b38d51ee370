"""
Who comes from an identity provider (统一身份认证, OpenID Connect) and which account that is.

Somebody known comes in as before. Of staff, the first time, the provider's claim named in `OIDC_STAFF_CLAIM` is the
staff number, and the person gets the account with this number: accounts of staff are opened here, never by logging in.
Everybody else gets an account of their own, as if they had signed up.
"""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest

from yichuang.foundation.people.models import Account
from yichuang.foundation.records import clock


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """The adapter that settings name."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Tie a member of staff who comes for the first time to the account with the staff number."""
        if sociallogin.is_existing or request.user.is_authenticated:
            return
        claim = sociallogin.account.get_provider().app.settings.get("staff_claim", "")
        number = str(_claims(sociallogin).get(claim, "")).strip() if claim else ""
        account = Account.objects.filter(staff_no=number).first() if number else None
        if account is not None:
            sociallogin.connect(request, account)

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Account:
        """Take over the name that the provider gives; nothing else is asked of it."""
        account: Account = super().populate_user(request, sociallogin, data)
        account.name = str(_claims(sociallogin).get("name", ""))[:60]
        return account

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Account:
        """Save somebody who came for the first time."""
        sociallogin.user.opened_at = clock.business_now()
        saved: Account = super().save_user(request, sociallogin, form)
        return saved


def _claims(sociallogin: SocialLogin) -> dict[str, Any]:
    """Give what the provider said: of its identity token, and of its page about the person."""
    data: dict[str, Any] = sociallogin.account.extra_data
    return {**data.get("id_token", {}), **data.get("userinfo", data)}
