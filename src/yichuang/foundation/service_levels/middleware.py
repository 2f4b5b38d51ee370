"""Times every answer and counts who used what, and writes what was counted now and then."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from yichuang.foundation.records import realtime
from yichuang.foundation.service_levels import commands
from yichuang.foundation.service_levels.terms import NOBODY, Door, User

UNTIMED = ("/static/", "/healthz")


class Timed:
    """
    Middleware, outside of everything that reads the database: times and counts pages and the API.

    What was counted is written with the first answer after `SERVICE_SAMPLE_SECONDS`; 0 measures nothing. A stream is
    timed up to its first byte. Who acts says so with `count_as`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._written = time.monotonic()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request and count how long it took."""
        every = settings.SERVICE_SAMPLE_SECONDS
        if not every or request.path.startswith(UNTIMED):
            return self.get_response(request)
        began = time.perf_counter()
        response = self.get_response(request)
        took = time.perf_counter() - began
        door = Door.API if request.path.startswith("/api/") else Door.PAGE
        at, status = realtime.now(), response.status_code
        commands.note(door, seconds=took, failed=status >= 500, at=at)
        if request.resolver_match and request.resolver_match.view_name:
            commands.note_use(
                request.resolver_match.view_name,
                getattr(request, "counted_as", NOBODY),
                door=door,
                seconds=took,
                status=status,
                sent=request.method not in ("GET", "HEAD", "OPTIONS"),
                at=at,
            )
        now = time.monotonic()
        if now - self._written >= every:
            self._written = now
            commands.write()
        return response


def count_as(request: HttpRequest, user: User) -> None:
    """Say as whom a request is counted."""
    request.counted_as = user  # type: ignore[attr-defined]
