"""Draws templates without a database, and shows them to a browser without a server."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory
from playwright.sync_api import Page, Route

HOST = "http://one-window.test"
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)


class Undefined(str):
    """Stands where a template names a variable that nobody gave: it fails instead of drawing nothing."""

    def __contains__(self, part: object) -> bool:
        return part == "%s"

    def __mod__(self, name: object) -> str:
        raise AssertionError(f"the template uses {name}, which it was not given")


@pytest.fixture(autouse=True)
def strict_templates(monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", Undefined("%s"))


@pytest.fixture
def a_request() -> Callable[..., HttpRequest]:
    def make(path: str = "/desk?page=2", *, style: str = "normal", method: str = "get", **data: str) -> HttpRequest:
        request = getattr(RequestFactory(), method)(path, data or None)
        request.COOKIES["style"] = style
        return request

    return make


@pytest.fixture
def draw(a_request) -> Callable[..., str]:
    def drawn(source: str, context: dict | None = None, request: HttpRequest | None = None) -> str:
        return engines["django"].from_string(source).render(context or {}, request or a_request())

    return drawn


class House:
    """Answers a browser from memory, under our content security policy, and remembers what it was asked."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pages: dict[str, str] = {}
        self.posts: list[str] = []
        self.answers: list[Callable[[Route], None]] = []
        self.strangers: list[str] = []
        self.complaints: list[str] = []
        page.route("**/*", self._answer)
        page.on("console", lambda message: message.type == "error" and self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str, html: str) -> Page:
        """Show a page under an address of the house."""
        self.pages[path] = html
        self.page.goto(HOST + path)
        return self.page

    def _answer(self, route: Route) -> None:
        address = route.request.url
        path = address.removeprefix(HOST).split("#")[0]
        if not address.startswith(HOST):
            self.strangers.append(address)
            route.abort()
        elif route.request.method == "POST":
            self.posts.append(route.request.post_data or "")
            self.answers.pop(0)(route)
        elif path.startswith("/static/"):
            found = finders.find(path.removeprefix("/static/"))
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            route.fulfill(body=Path(found).read_bytes(), content_type=kind) if found else route.fulfill(status=404)
        else:
            known = self.pages.get(path)
            route.fulfill(
                status=200 if known is not None else 404,
                body=known or "",
                headers={"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY},
            )


@pytest.fixture
def house(browser) -> Iterator[House]:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
    yield House(context.new_page())
    context.close()
