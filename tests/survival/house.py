"""A house whose processes are killed, and a program that applies at it until it has an answer."""

from __future__ import annotations

import base64
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import Any
from uuid import uuid4

import requests

from tests.support.folders import DataFolder
from tests.support.server import PASSWORD, Server

PLAN = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAACgAAAAeAQAAAAB2pmFwAAAAEklEQVR42mP8z8DAwMDEMJRIAMgZATtc/w87AAAAAElFTkSuQmCC"
)


def children(process: int) -> list[int]:
    """List the processes right below one, the oldest first."""
    told = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True, check=False)
    return [int(line) for line in told.stdout.split()]


@dataclass
class House:
    """A house with its tree of processes: one that watches, the web with its processes, the worker."""

    folder: DataFolder
    server: Server | None = None
    killed: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Give the address where it serves now: another one after each start."""
        return self.server.url if self.server else "http://127.0.0.1:1"

    def start(self) -> None:
        """Start it, or start it again."""
        self.server = Server.start(self.folder, seconds=120)

    def stop(self) -> int:
        """Stop what runs, in good order."""
        return self.server.stop() if self.server and self.server.process.poll() is None else 0

    def kill(self, what: str) -> None:
        """Kill `a web process`, `the web`, `the worker` or `everything` without a warning, and start what is gone."""
        assert self.server is not None
        top = self.server.process.pid
        web, worker = children(top)
        web_processes = children(web)
        victims = {
            "a web process": [random.choice(web_processes)],
            "the web": [web],
            "the worker": [worker],
            "everything": [top, web, worker, *web_processes],
        }[what]
        for victim in victims:
            os.kill(victim, signal.SIGKILL)
        self.killed.append(what)
        if what != "a web process":  # the tree ends when a part does
            self.server.process.wait(timeout=60)
            self.start()


@dataclass
class Program:
    """A program that applies for a food permit; asks again, with the same key, until it has an answer."""

    house: House
    journal: dict[str, str] = field(default_factory=dict)
    session: requests.Session = field(default_factory=requests.Session)
    tries: int = 0

    def log_in(self, name: str) -> None:
        """Log in by the form, as the guide of the API does."""
        self.session.trust_env = False
        self._until(lambda: self._login(name))

    def _login(self, name: str) -> requests.Response:
        address = f"{self.house.url}/account/login/"
        self.session.get(address, timeout=20)
        form = {"login": name, "password": PASSWORD, "csrfmiddlewaretoken": self.session.cookies["csrftoken"]}
        return self.session.post(address, data=form, timeout=20, headers={"Referer": address})

    def ask(self, method: str, path: str, body: Any = None, files: Any = None) -> Any:
        """Call an operation until it answers; a repetition carries the same key."""
        key = uuid4().hex

        def send() -> requests.Response:
            self.tries += 1
            headers = {"X-CSRFToken": self.session.cookies.get("csrftoken", ""), "Idempotency-Key": key}
            return self.session.request(
                method, f"{self.house.url}/api/v1{path}", json=body, files=files, headers=headers, timeout=20
            )

        answer = self._until(send)
        assert answer.status_code in (200, 201), f"{path}: {answer.status_code} {answer.text[:500]}"
        return answer.json()

    def apply(self) -> str:
        """Apply once; the number is written into the journal when it was acknowledged."""
        draft = self.ask("POST", "/drafts", {"item": "food_business_permit"})["id"]
        situation = {"business": "restaurant", "place": "own", "area": "small"}
        told = self.ask("PUT", f"/drafts/{draft}/situation", {"situation": situation})
        firm = next(each["id"] for each in told["parties"] if each["name"] == "武昌区刘记热干面馆")
        self.ask("PUT", f"/drafts/{draft}/parties", {"applicant": firm})
        told = self.ask("PATCH", f"/drafts/{draft}/answers", {"answers": ANSWERS})
        for wanting in told["wanting"]:
            part, _, code = wanting["where"].partition(".")
            assert part == "materials", told["wanting"]
            self.ask("POST", f"/drafts/{draft}/materials/{code}", files={"file": ("plan.png", PLAN, "image/png")})
        number: str = self.ask("POST", "/applications", {"draft": draft})["number"]
        self.journal[str(draft)] = number
        return number

    def _until(self, send: Callable[[], requests.Response], seconds: float = 120) -> requests.Response:
        """Send until something answers that is no fault of the house."""
        until = time.monotonic() + seconds
        while True:
            try:
                answer = send()
                if answer.status_code < 500:
                    return answer
                pause = float(answer.headers.get("Retry-After", 0.2))
            except requests.RequestException:
                pause = 0.2
            assert time.monotonic() < until, "the house does not answer any more"
            Event().wait(min(pause, 2))


ANSWERS = {
    "enterprise_kind": "individual_business",
    "legal_representative": {"name": "刘敏", "id_number": "99999919840612122X"},
    "enterprise_address": {"street": "粮道街", "detail": "示范巷8号"},
    "food_business_form": "catering",
    "food_business_items": [{"item": "hot", "note": "热干面"}],
    "food_by_network": "shop_only",
    "food_premises": {"street": "粮道街", "detail": "示范巷8号"},
    "food_premises_area_m2": "45",
    "food_safety_manager": {"name": "刘敏", "id_number": "99999919840612122X"},
    "food_workers": [{"name": "刘敏", "post": "厨师", "certificate": "健2019001", "until": "2020-09-01"}],
    "food_equipment": [{"name": "冰柜", "count": "1"}],
    "contact_person": {"name": "刘敏", "id_number": "99999919840612122X"},
    "delivery_kind": "window",
}
