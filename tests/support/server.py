"""A running house and a browser before it: fixtures for journeys. Nothing here leaves the machine."""

from __future__ import annotations

import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.support.folders import DataFolder, copied, ready_made
from tests.support.patience import patience

PASSWORD = "yichuang-demo"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--font-render-hinting=none",
]  # fmt: skip
ROOT = Path(__file__).resolve().parent.parent.parent
SHOTS = Path(os.environ.get("YICHUANG_SHOTS", ROOT / "artifacts" / "shots"))
TOUR = ROOT / "docs" / "tour" / "images"
DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 375, "height": 667}


@dataclass
class Server:
    """A house that serves one data folder, with its worker."""

    folder: DataFolder
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @classmethod
    def start(cls, folder: DataFolder, *, seconds: float = 60) -> Server:
        """Start it and wait until it serves."""
        port = free_port()
        log = (folder.path / "server.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "yichuang", "demo", "--port", str(port)],
            env=folder.environment | {"YICHUANG_SITE_URL": f"http://127.0.0.1:{port}"}, stdout=log, stderr=log,
        )  # fmt: skip
        server = cls(folder, port, process)
        until = time.monotonic() + seconds
        while not server.answers():
            if process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"the server does not serve:\n{server.log()[-3000:]}")
            time.sleep(0.1)
        return server

    def answers(self) -> bool:
        """Say whether it serves."""
        try:
            with build_opener(ProxyHandler({})).open(f"{self.url}/healthz", timeout=2) as response:
                return bool(response.status == 200)
        except (URLError, OSError):
            return False

    def shift(self, to: str) -> None:
        """Move its business clock to a moment of China's time, as `2019-10-08T09:30`; what comes due is done first."""
        self.folder.command("clock", "--to", to)

    def stop(self) -> int:
        """Stop it as Ctrl-C does; gives its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=30)

    def log(self) -> str:
        """What it has said."""
        return (self.folder.path / "server.log").read_text(encoding="utf-8", errors="replace")


@dataclass
class Visitor:
    """One person at one browser; remembers what must not happen: errors in the console, requests to elsewhere."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open a page of the house."""
        self.page.goto(f"{self.url}{path}")
        return self.page

    def log_in(self, username: str, password: str = PASSWORD) -> Page:
        """Log in by the form."""
        self.go("/account/login/")
        self.page.fill("input[name=login]", username)
        self.page.fill("input[name=password]", password)
        self.page.click("main button[type=submit], main form button")
        self.page.wait_for_load_state()
        assert "/account/login" not in self.page.url, f"{username} could not log in: {self.page.inner_text('main')}"
        return self.page

    def shot(self, name: str, *, full: bool = True) -> Path:
        """Keep a picture, for the tours and for people who look."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        path = SHOTS / f"{name}.png"
        self.page.screenshot(path=path, full_page=full, animations="disabled")
        return path

    def picture(self, name: str) -> None:
        """Renew a small picture of the guided tours, when asked to by `YICHUANG_TOUR=1`; what is seen, not the page."""
        if os.environ.get("YICHUANG_TOUR") != "1":
            return
        TOUR.mkdir(parents=True, exist_ok=True)
        shot = Image.open(io.BytesIO(self.page.screenshot(animations="disabled")))
        shot.save(TOUR / f"{name}.webp", quality=70, method=6)

    def watch(self) -> None:
        """Begin to note complaints."""
        own = urlsplit(self.url).netloc

        def asked(address: str) -> None:
            parts = urlsplit(address)
            if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != own:
                self.complaints.append(f"asked {address}")

        self.page.on("request", lambda request: asked(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("console", lambda told: self.complaints.append(told.text) if _is_a_fault(told) else None)


def _is_a_fault(told) -> bool:  # type: ignore[no-untyped-def]
    """Errors in the console are faults, but for the browser's note of an answer that a test asked for (4xx)."""
    return told.type == "error" and "the server responded with a status of 4" not in told.text


def free_port() -> int:
    """Find a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """The ready-made demo district, opened at 2019-09-27 09:00."""
    base = tmp_path_factory.getbasetemp()
    return ready_made(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)


@pytest.fixture
def data(ready: DataFolder, tmp_path: Path) -> Iterator[DataFolder]:
    """A copy of the demo district for one test."""
    with copied(ready, tmp_path / "data") as folder:
        yield folder


@pytest.fixture
def server(data: DataFolder) -> Iterator[Server]:
    """A house for one test, on a copy of the demo district."""
    running = Server.start(data)
    yield running
    code = running.stop()
    assert code == 0, running.log()[-3000:]


@pytest.fixture(scope="module")
def module_server(ready: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A house for a module of tests that do not disturb each other."""
    with copied(ready, tmp_path_factory.mktemp("module") / "data") as folder:
        running = Server.start(folder)
        yield running
        running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium: without its windows where there is such a one, which takes half the processor's time."""
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    assert path, "chromium is not installed: apt-get install chromium-headless-shell"
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser's driver runs a loop in this thread
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright, patience():
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


Visit = Callable[..., Visitor]


def _visits(browser: Browser, url: str) -> Iterator[Visit]:
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def come(
        username: str = "", *, locale: str = "zh-CN", viewport: dict[str, int] = DESKTOP, js: bool = True
    ) -> Visitor:
        context = browser.new_context(
            locale=locale,
            timezone_id="Asia/Shanghai",
            viewport={"width": viewport["width"], "height": viewport["height"]},
            java_script_enabled=js,
            reduced_motion="reduce",
        )
        context.set_default_timeout(30_000)  # two cores may be busy with other tests
        contexts.append(context)
        visitor = Visitor(context.new_page(), url)
        visitor.watch()
        visitors.append(visitor)
        if username:
            visitor.log_in(username)
        return visitor

    yield come
    for context in contexts:
        context.close()
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    assert complaints == []


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visit]:
    """Come as a visitor, or log in: `visit("window")`; several may come at once. Complaints fail the test."""
    yield from _visits(browser, server.url)


@pytest.fixture
def module_visit(browser: Browser, module_server: Server) -> Iterator[Visit]:
    """Come as a visitor to the house that this module shares."""
    yield from _visits(browser, module_server.url)
