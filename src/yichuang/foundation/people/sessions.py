"""
One log-in per person: it ends when idle, when the person logs in elsewhere, and when the right to log in ends.

Real clock throughout, except for the last working day of an account, which is a day of business.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from yichuang.foundation.people import typed
from yichuang.foundation.people.actors import may_log_in
from yichuang.foundation.people.models import Account, SessionMark, new_mark
from yichuang.foundation.people.terms import SessionEnd
from yichuang.foundation.records import realtime

MARK = "mark"
SEEN = "seen"
SECOND_FACTOR = "second_factor"
TOUCH = timedelta(minutes=1)

TOLD = {
    SessionEnd.IDLE: _lazy("您已较长时间没有操作，为保护信息已退出登录。"),
    SessionEnd.ELSEWHERE: _lazy(
        "您的账号已在另一处登录，此处已退出。如果不是您本人操作，请立即修改密码并告知系统管理员。"
    ),
    SessionEnd.CLOSED: _lazy("您的账号已停用或已到期。如有疑问，请联系本单位负责人。"),
}


def end_if_over(request: HttpRequest, account: Account, at: datetime) -> bool:
    """End this log-in when it is over, say why, and tell that it ended; otherwise note that it is alive."""
    why = _why_over(request, account, at)
    if why is None:
        _touch(request)
        return False
    _close(request.session.get(MARK), why)
    logout(request)
    typed.remember_owner(request, account.pk)
    messages.warning(request, str(TOLD[why]))
    return True


def has_second_factor(request: HttpRequest, account: Account) -> bool:
    """Say whether the account has set up a second factor; asked of the database until it has."""
    if not request.session.get(SECOND_FACTOR):
        kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
        if not Authenticator.objects.filter(user=account, type__in=kinds).exists():
            return False
        request.session[SECOND_FACTOR] = True
    return True


def on_logged_in(request: HttpRequest, user: Account, **_more: Any) -> None:
    """Make this log-in the only one, and tell the person of the one that it ended."""
    now = realtime.now()
    if user.session_mark and _close(user.session_mark, SessionEnd.ELSEWHERE) and hasattr(request, "_messages"):
        messages.warning(request, _("您此前在另一处的登录已被结束。如果那不是您本人，请立即修改密码。"))
    mark = new_mark()
    request.session[MARK] = mark
    request.session[SEEN] = now.isoformat()
    Account.objects.filter(pk=user.pk).update(session_mark=mark, failures=0, locked_until=None)
    user.session_mark = mark
    SessionMark.objects.create(
        account=user,
        mark=mark,
        address=address_of(request),
        agent=str(request.META.get("HTTP_USER_AGENT", ""))[:200],
        started_at=now,
    )


def on_logged_out(request: HttpRequest, user: Account | None, **_more: Any) -> None:
    """Note that the person left."""
    if user is not None:
        _close(request.session.get(MARK), SessionEnd.LOGGED_OUT)


def address_of(request: HttpRequest) -> str:
    """Give the address from which a request came."""
    return str(request.META.get("REMOTE_ADDR", ""))[:45]


def _why_over(request: HttpRequest, account: Account, at: datetime) -> SessionEnd | None:
    if account.session_mark != request.session.get(MARK):
        return SessionEnd.ELSEWHERE
    seen = request.session.get(SEEN)
    if seen and realtime.now() - datetime.fromisoformat(seen) > timedelta(minutes=settings.IDLE_MINUTES):
        return SessionEnd.IDLE
    return None if may_log_in(account, at) else SessionEnd.CLOSED


def _touch(request: HttpRequest) -> None:
    now = realtime.now()
    seen = request.session.get(SEEN)
    if not seen or now - datetime.fromisoformat(seen) >= TOUCH:
        request.session[SEEN] = now.isoformat()


def _close(mark: str | None, why: SessionEnd) -> bool:
    open_marks = SessionMark.objects.filter(mark=mark or "", ended_at=None)
    return bool(open_marks.update(ended_at=realtime.now(), ended_because=why))
