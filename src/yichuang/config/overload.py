"""
Under overload the queue refuses and the data do not break: pages first, deeds last, and quickly.

Web workers answer one request at a time, so the queue is the accept queue of the listening socket, which Linux tells
(`tcpi_unacked` of a socket that listens). What waits too long there would be answered after its reader has gone; it is
refused in well under a millisecond instead, so the queue drains by itself.
"""

from __future__ import annotations

import random
import secrets
import socket
import struct
import threading
from collections.abc import Callable, Sequence

import structlog
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from yichuang.config import api
from yichuang.config.read_only import SAFE

PAGES_PER_WORKER = 12
"""Requests that may wait, per worker, before pages and lists are refused."""
DEEDS_PER_WORKER = 48
"""Requests that may wait, per worker, before deeds are refused too."""
ALWAYS = ("/static/", "/healthz")
UNACKED = 24
"""Offset of `tcpi_unacked` in `struct tcp_info`; on a listening socket it counts connections not yet accepted."""


class Queue:
    """How many requests wait for this worker: those not yet accepted, and those being answered."""

    def __init__(self) -> None:
        self.listeners: Sequence[socket.socket] = ()
        self.workers = 1
        self._inside = 0
        self._lock = threading.Lock()

    def watch(self, listeners: Sequence[socket.socket], workers: int) -> None:
        """Watch the sockets of the web server, which `workers` processes share."""
        self.listeners = [each for each in listeners if each.family in (socket.AF_INET, socket.AF_INET6)]
        self.workers = workers

    def waiting(self) -> int:
        """Count what waits per worker."""
        backlog = 0
        for listener in self.listeners:
            info = listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, UNACKED + 4)
            backlog += struct.unpack_from("I", info, UNACKED)[0]
        return backlog // self.workers + max(0, self._inside - 1)

    def enter(self) -> None:
        """Count a request in."""
        with self._lock:
            self._inside += 1

    def leave(self) -> None:
        """Count a request out."""
        with self._lock:
            self._inside -= 1


queue = Queue()


class Overload:
    """Middleware, the first: gives every request its number, and refuses when too many wait."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase], queue: Queue = queue) -> None:
        self.get_response = get_response
        self.queue = queue

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request, or refuse it with 503 and a moment to wait."""
        number = secrets.token_hex(5)
        request.number = number  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()  # kept until the next request: Django logs after the last middleware
        structlog.contextvars.bind_contextvars(request=number)
        self.queue.enter()
        try:
            response = _refuse(request) if self._is_too_much(request) else self.get_response(request)
        finally:
            self.queue.leave()
        response["X-Request-Number"] = number
        return response

    def _is_too_much(self, request: HttpRequest) -> bool:
        if request.path.startswith(ALWAYS):
            return False
        limit = PAGES_PER_WORKER if request.method in SAFE else DEEDS_PER_WORKER
        return self.queue.waiting() > limit


def _refuse(request: HttpRequest) -> HttpResponse:
    """Ask to come back in one to five seconds, each somewhere else in between."""
    wait = random.randint(1, 5)
    heading = _("现在访问的人较多")
    text = _("您已提交的内容不受影响。请等几秒后重试。")
    if request.path.startswith("/api/"):
        answer = api.problem(503, "overloaded", text, title=heading)
    else:
        number = getattr(request, "number", "")
        context = {"status": 503, "heading": heading, "text": text, "request_number": number}
        answer = HttpResponse(render_to_string("ui/layouts/error.html", context), status=503)
    answer["Retry-After"] = str(wait)
    return answer
