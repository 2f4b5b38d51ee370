"""Shows pages of the house to a browser without a server: what the test client was given, and the static files."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, Page, Route

from tests.support.server import DESKTOP, SHOTS
from tools.vendor_assets import AXE

HOST = "http://127.0.0.1"
RUN = "() => axe.run(document, {resultTypes: ['violations'], rules: {region: {enabled: true}}})"


class Window:
    """A browser window on the house; remembers requests to elsewhere and complaints of the console."""

    def __init__(
        self, browser: Browser, client: Client, viewport: dict[str, int] = DESKTOP, *, js: bool = True
    ) -> None:
        self.client = client
        self.strangers: list[str] = []
        self.complaints: list[str] = []
        self.context = browser.new_context(
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport=viewport,
            java_script_enabled=js,
            reduced_motion="reduce",
        )
        self.page: Page = self.context.new_page()
        self.page.route("**/*", self._answer)
        self.page.on("console", lambda told: self.complaints.append(told.text) if told.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, path: str) -> Page:
        """Open a page: the client asks for it first, as the browser's own thread has no part in the transaction."""
        self.answer = self.client.get(path, headers={"host": urlsplit(HOST).netloc})
        self.page.goto(HOST + path)
        return self.page

    def shot(self, name: str, *, full: bool = True) -> None:
        """Keep a picture for people who look."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png", full_page=full, animations="disabled")

    def problems(self) -> list[str]:
        """List what axe finds serious or critical, with the element."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        return [
            f"{one['id']}: {node['html'][:160]}"
            for one in self.page.evaluate(RUN)["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]

    def overflow(self) -> int:
        """Give the pixels by which the page is wider than the window."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return width

    def close(self) -> None:
        """Close the window."""
        self.context.close()

    def _answer(self, route: Route) -> None:
        address = urlsplit(route.request.url)
        if f"{address.scheme}://{address.netloc}" != HOST:
            self.strangers.append(route.request.url)
            route.abort()
        elif address.path.startswith("/static/"):
            found = finders.find(address.path.removeprefix("/static/"))
            kind = mimetypes.guess_type(address.path)[0] or "application/octet-stream"
            if found:
                route.fulfill(body=Path(found).read_bytes(), content_type=kind)
            else:
                route.fulfill(status=404)
        else:
            route.fulfill(status=self.answer.status_code, headers=dict(self.answer.headers), body=self.answer.content)
