"""
A small HTTP client: one connection a request, as the web server closes each, and little work of its own.

It shares the machine with what it measures, so it costs what it must and no more.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Barrier, Thread
from time import perf_counter
from typing import Any

from yichuang.config.bench.district import LogIn

TOKEN = "b" * 32
"""The token against forged requests: the same in cookie and header."""
PATIENCE = 120


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and the seconds that it took."""

    status: int
    headers: dict[str, str]
    body: bytes
    took: float

    def json(self) -> Any:
        """Read the body."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who asks the house on a port."""

    port: int
    who: LogIn | None = None

    def get(self, path: str) -> Answer:
        """Ask for something."""
        return self._ask("GET", path, b"", "")

    def post(self, path: str, body: Any, *, key: str = "", method: str = "POST") -> Answer:
        """Send JSON; `key` makes repeating harmless."""
        return self._ask(method, path, json.dumps(body).encode(), f"Idempotency-Key: {key}\r\n" if key else "")

    def upload(self, path: str, name: str, content: bytes, *, field: str = "file") -> Answer:
        """Send a picture as a form does."""
        head = (
            f'--{TOKEN}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
            "Content-Type: image/png\r\n\r\n"
        )
        body = head.encode() + content + f"\r\n--{TOKEN}--\r\n".encode()
        return self._ask("POST", path, body, "", kind=f"multipart/form-data; boundary={TOKEN}")

    def _ask(self, method: str, path: str, body: bytes, more: str, *, kind: str = "application/json") -> Answer:
        began = perf_counter()
        session = f"; sessionid={self.who.cookie}" if self.who else ""
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nConnection: close\r\n"
            f"Accept-Language: zh-CN\r\nCookie: csrftoken={TOKEN}{session}\r\nX-CSRFToken: {TOKEN}\r\n{more}"
        )
        if method != "GET":
            head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as line:
            line.sendall(head.encode() + b"\r\n" + body)
            parts = []
            while part := line.recv(65536):
                parts.append(part)
        return _read(b"".join(parts), perf_counter() - began)


def _read(raw: bytes, took: float) -> Answer:
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    if headers.get("transfer-encoding") == "chunked":
        body = _joined(body)
    return Answer(int(first.split()[1]) if first else 0, headers, body, took)


def _joined(chunked: bytes) -> bytes:
    parts = []
    while chunked:
        size, _, chunked = chunked.partition(b"\r\n")
        if not (length := int(size, 16)):
            break
        parts.append(chunked[:length])
        chunked = chunked[length + 2 :]
    return b"".join(parts)


def at_once(works: Sequence[Callable[[], None]]) -> float:
    """Let several work side by side, all from the same moment; gives the seconds until the last is done."""
    ready, failed = Barrier(len(works) + 1), list[BaseException]()

    def run(work: Callable[[], None]) -> None:
        ready.wait()
        try:
            work()
        except (OSError, AssertionError, KeyError, ValueError) as failure:
            failed.append(failure)

    threads = [Thread(target=run, args=[work], daemon=True) for work in works]
    for thread in threads:
        thread.start()
    ready.wait()
    began = perf_counter()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return perf_counter() - began
