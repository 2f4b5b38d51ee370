"""
What somebody had typed when the log-in had run out: kept encrypted for one hour, and handed back after logging in.

It is given only to the person who typed it; uploads are not kept and the page says so.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

from yichuang.foundation.people import sealing
from yichuang.foundation.records import realtime

KEY = "typed"
OWNER = "typed_owner"
KEPT_FOR = timedelta(hours=1)
LARGEST = 200_000
"""Characters of typed text that are kept; more than any form of ours holds."""
NEVER = frozenset({"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword", "code"})


def ask_to_log_in(request: HttpRequest) -> HttpResponse:
    """Send the request to the log-in page; a POST by somebody we knew comes back after it."""
    back = request.get_full_path() if request.method == "GET" else request.path
    owner = request.session.get(OWNER)
    if request.method == "POST" and owner is not None:
        pairs = [(key, value) for key, values in request.POST.lists() for value in values if key not in NEVER]
        text = json.dumps({"path": request.path, "owner": owner, "pairs": pairs, "files": bool(request.FILES)})
        if len(text) <= LARGEST:
            request.session[KEY] = {"until": (realtime.now() + KEPT_FOR).isoformat(), "sealed": sealing.seal(text)}
            messages.info(request, _("登录已超时。您刚才填写的内容已为您保留一小时，重新登录后可以继续提交。"))
    address = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def waiting(request: HttpRequest) -> list[tuple[str, str]] | None:
    """Give the pairs that this person typed on this page before the log-in ran out; None when there are none."""
    kept = request.session.get(KEY) if hasattr(request, "session") else None
    if not kept:
        return None
    text = json.loads(sealing.unseal(kept["sealed"]))
    if text["path"] != request.path:
        return None
    is_late = datetime.fromisoformat(kept["until"]) < realtime.now()
    is_another = text["owner"] != request.user.pk
    if is_late or is_another or request.method == "POST" or "discard" in request.GET:
        del request.session[KEY]
        return None
    return [(str(key), str(value)) for key, value in text["pairs"]]


def remember_owner(request: HttpRequest, account_id: int) -> None:
    """Note in a session that has just lost its log-in whose typed text it may keep."""
    request.session[OWNER] = account_id
