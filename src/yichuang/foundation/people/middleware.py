"""Gives every request its moment and its actor, and ends what must not go on: idle, second and expired log-ins."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from yichuang.foundation.people import sessions
from yichuang.foundation.people.actors import Actor, actor_for
from yichuang.foundation.people.models import Account
from yichuang.foundation.people.pages import ActingRequest
from yichuang.foundation.people.permissions import table
from yichuang.foundation.records import clock
from yichuang.foundation.service_levels.middleware import count_as
from yichuang.foundation.service_levels.terms import NOBODY, User

STILL_OPEN = ("/account/", "/i18n/", "/static/")
"""Addresses that stay open to somebody who must first change a password or set up the second factor."""


class Acting:
    """Middleware: `request.at` is the business moment, read once; `request.actor` is who acts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: ActingRequest) -> HttpResponse:
        """Answer a request."""
        request.at = clock.business_now()
        account = request.user if isinstance(request.user, Account) else None
        if account is not None and sessions.end_if_over(request, account, request.at):
            account = None
        request.actor = actor_for(account, request.at)
        count_as(request, _counted(request.actor))
        if account is not None and not request.path.startswith(STILL_OPEN):
            first = self._first(request, account)
            if first:
                return _ask_of_a_program() if request.path.startswith("/api/") else redirect(reverse(first))
        return self.get_response(request)

    def _first(self, request: ActingRequest, account: Account) -> str:
        """Name the page that must come before any other, if one must."""
        if account.must_change_password and not account.is_demo:
            return "account_change_password"
        if request.actor.is_staff and not account.is_demo and not sessions.has_second_factor(request, account):
            return "mfa_activate_totp"
        return ""


def _counted(actor: Actor) -> User:
    """Say as whom a request is counted: staff under the unit and role of their first post, others by role alone."""
    if not actor.grants:
        return NOBODY
    if actor.is_staff:
        first = next(grant for grant in actor.grants if table().roles[grant.role].is_staff)
        return User(first.unit_id or 0, first.role, actor.account_id)
    return User(role=actor.grants[0].role)


def _ask_of_a_program() -> JsonResponse:
    """Tell a program, which no page can be shown, that the log-in is not finished (problem details)."""
    detail = _("请先在网页上登录，修改初始密码并启用动态口令，再使用接口。")
    told = {"type": "about:blank", "title": detail, "status": 403, "code": "people.log_in_unfinished", "detail": detail}
    return JsonResponse(told, status=403, content_type="application/problem+json")
