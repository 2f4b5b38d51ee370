"""Pages repeat safely: a form that arrives twice with the same key gets the first answer again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from yichuang.foundation.records import retrying
from yichuang.foundation.work import repeats
from yichuang.kernel.errors import NotPossible
from yichuang.ui.forms import UiForm, posted_key

OWN_FIELDS = frozenset({"key", "csrfmiddlewaretoken"})

Again = Callable[[list[dict[str, str]]], HttpResponse]
"""Draws a page again with what was typed and with links to what is wrong."""


def once(request: HttpRequest, answer: Callable[[], str]) -> HttpResponse:
    """
    Do the deed of a POST once and lead to the address that `answer` gives; a repetition leads there again.

    The key is kept in the deed's own transaction. A form without a key (a program's) is simply done.

    :raises NotPossible: what the deed says, or the key came with another content
    """
    key = posted_key(request)
    if not key:
        return redirect(retrying.again(answer))
    actor = getattr(request, "actor", None)
    who = str(actor.account_id) if actor and actor.account_id else f"session/{request.session.session_key}"
    asked = {name: request.POST.getlist(name) for name in request.POST if name not in OWN_FIELDS}
    address, _again = repeats.once(actor=who, route=request.path, key=key, asked=asked, answer=answer)
    return redirect(address)


def once_or_back(request: HttpRequest, answer: Callable[[], str], back: str) -> HttpResponse:
    """Do the deed of a button once, as `once` does; a no is told at `back`, an address or the name of a page."""
    try:
        return once(request, answer)
    except NotPossible as reason:
        messages.error(request, reason.message)
        return redirect(back)


def do(
    request: HttpRequest, deed: Callable[[], Any], said: str, href: str, again: Again, form: UiForm | None = None
) -> HttpResponse:
    """Do a deed once, where the form is filled in, and lead to `href`; a no is shown on the page that `again` draws."""
    if form is not None and not form.is_valid():
        return again(form.error_links)

    def answer() -> str:
        deed()
        messages.success(request, said)
        return href

    try:
        return once(request, answer)
    except NotPossible as reason:
        return again([{"text": reason.message, "href": ""}])
