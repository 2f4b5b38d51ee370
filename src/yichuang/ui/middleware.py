"""Lets the page's script post a form and follow the answer itself, so that a cut network loses no text."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

ASKED = "X-Ui-Post"
LOCATION = "X-Ui-Location"


class PostAnswer:
    """
    Turn the redirect that answers a scripted post into a plain answer that names the address.

    A script cannot see a redirect: the browser would follow it, and messages shown once would be lost. Posts without
    the header, those of browsers without JavaScript among them, are left alone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; 204 with the address in a header instead of 302 or 303."""
        response = self.get_response(request)
        if request.headers.get(ASKED) != "1" or response.status_code not in (302, 303):
            return response
        answer = HttpResponse(status=204, headers={LOCATION: response.headers["Location"], "Cache-Control": "no-store"})
        answer.cookies = response.cookies
        return answer
