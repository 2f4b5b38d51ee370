"""A GET writes nothing: the database itself refuses it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
EXEMPT = ("/account/oidc/", "/account/2fa/recovery-codes/")
"""Log-in at an identity provider ends with a GET, by its protocol; recovery codes note that they were shown."""


class ReadOnlyGet:
    """
    Middleware: serve safe requests on a connection that may not write, and give it back as it was.

    What a GET has to note (the access log) goes through the connection `notes`; the session is saved outside.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request."""
        if request.method not in SAFE or request.path.startswith(EXEMPT):
            return self.get_response(request)
        with read_only():
            return self.get_response(request)


@contextmanager
def read_only() -> Iterator[None]:
    """Keep the default connection from writing until the block ends."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only=ON")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only=OFF")
