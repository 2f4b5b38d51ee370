"""Who may open a page: `@page` declares a permission, sends strangers to log in, and keeps what they had typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django_htmx.middleware import HtmxDetails

from yichuang.foundation.people import typed
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.permissions import table

PUBLIC_PERMISSION = "public.view"


class ActingRequest(HttpRequest):
    """What a page is given: the request, who acts, and the moment at which it is answered."""

    actor: Actor
    at: datetime
    htmx: HtmxDetails


class Page(Protocol):
    """A page function that says who may open it."""

    permission: str
    public: bool

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer a request."""


def page(permission: str = "", *, public: bool = False) -> Callable[[Callable[..., HttpResponseBase]], Page]:
    """
    Declare who may open a page: those who hold `permission`, anywhere.

    A public page opens for strangers too, who may only look; with a permission, whoever logged in needs it. A page
    that declares nothing opens for no one. What the page then shows is filtered by `visible`.
    """
    needed = permission or (PUBLIC_PERMISSION if public else "")

    def declare(function: Callable[..., HttpResponseBase]) -> Page:
        @wraps(function)
        def guarded(request: ActingRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.actor.may(needed) or (public and not request.actor.is_known):
                typed_before = typed.waiting(request)
                if typed_before is not None:
                    return render(request, "people/typed.html", {"fields": typed_before, "path": request.path})
                response = function(request, *args, **kwargs)
                if not public and not response.has_header("Cache-Control"):
                    add_never_cache_headers(response)
                return response
            if not request.actor.is_known:
                return typed.ask_to_log_in(request)
            return refuse(request, needed)

        guarded.permission = needed  # type: ignore[attr-defined]
        guarded.public = public  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return declare


def refuse(request: HttpRequest, permission: str) -> HttpResponse:
    """Say in plain words that this page is not for this person, and what to do."""
    name = table().permission_name(permission)
    return render(request, "people/refused.html", {"permission": name, "form": None}, status=403)
