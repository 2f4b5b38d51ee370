"""
The plain way of connecting: JSON over HTTP, as `docs/guides/connect-an-outside-system.md` writes it down.

The secret lies in the data folder as `keys/connections/<code>.key` and is sent as a bearer token.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

from django.conf import settings as house
from django.utils.translation import gettext_lazy as _

from yichuang.foundation.connections.adapters import (
    Answer,
    Incoming,
    Kind,
    Outgoing,
    Refused,
    Settings,
    Theirs,
    register_adapter,
)
from yichuang.foundation.connections.terms import TheirState
from yichuang.kernel.errors import DefinitionError, Unavailable

HTTP = "http"
TIMEOUT = 10
LARGEST = 10 * 1024 * 1024
REFUSALS = frozenset({400, 404, 409, 410, 413, 415, 422})
"""Answers after which sending the same again would not help; all others are tried again."""


def register() -> None:
    """Make the adapter known."""
    names = frozenset({"url", "timeout"})
    register_adapter(Kind(HTTP, _("HTTP 接口"), make, names, frozenset({"url"})))


def make(code: str, settings: Settings) -> HttpAdapter:
    """
    Make the adapter of one system.

    :raises DefinitionError: the address is none of HTTP
    """
    url = str(settings["url"])
    if not url.startswith(("https://", "http://")):
        raise DefinitionError(f"{code}: settings.url", url, "以 https:// 或 http:// 开头的地址")
    return HttpAdapter(code, url.rstrip("/"), float(settings.get("timeout", TIMEOUT)))


@dataclass(frozen=True, slots=True)
class HttpAdapter:
    """Speaks with one system; `timeout` is in seconds."""

    code: str
    url: str
    timeout: float

    def send(self, message: Outgoing) -> Answer:
        """POST the message with its key."""
        said = self._ask(
            "/messages",
            {
                "key": message.key,
                "kind": message.kind,
                "at": message.at.isoformat(),
                "body": json.loads(json.dumps(dict(message.body), default=str)),
            },
            {"Idempotency-Key": message.key},
        )
        body = said.get("body")
        return Answer(
            reference=str(said.get("reference", ""))[:120],
            body=body if isinstance(body, dict) else {},
            is_final=said.get("final", True) is not False,
        )

    def collect(self, since: date) -> Iterator[Incoming]:
        """GET what they have for us."""
        for row in self._rows(f"/outgoing?since={since.isoformat()}"):
            yield Incoming(
                key=str(row["key"])[:120],
                kind=str(row.get("kind", ""))[:60],
                body=row["body"] if isinstance(row.get("body"), dict) else {},
                answers=str(row.get("answers", ""))[:120],
                reference=str(row.get("reference", ""))[:120],
                refused=row.get("refused") is True,
            )

    def list_for(self, day: date) -> Iterator[Theirs]:
        """GET their book of a day."""
        for row in self._rows(f"/messages?day={quote(day.isoformat())}"):
            state = row.get("state")
            if state not in TheirState.values:
                raise Unavailable(self.code, f"{row.get('key')}: unknown state {state!r}")
            yield Theirs(
                str(row.get("key", ""))[:120],
                TheirState(state),
                str(row.get("reference", ""))[:120],
                str(row.get("kind", ""))[:60],
            )

    def check(self) -> None:
        """GET their health."""
        self._ask("/health")

    def _rows(self, path: str) -> list[dict[str, Any]]:
        rows = self._ask(path).get("items", [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) and "key" in row for row in rows):
            raise Unavailable(self.code, "the list is not one of messages")
        return rows

    def _ask(self, path: str, body: dict[str, Any] | None = None, headers: dict[str, str] | None = None) -> Any:
        said = {"Accept": "application/json", "Content-Type": "application/json", **(headers or {})}
        if token := self._token():
            said["Authorization"] = f"Bearer {token}"
        data = json.dumps(body, ensure_ascii=False).encode() if body is not None else None
        try:
            with urlopen(Request(self.url + path, data, said), timeout=self.timeout) as answer:
                read = json.loads(answer.read(LARGEST) or b"{}")
        except HTTPError as no:
            if body is not None and no.code in REFUSALS:
                raise Refused(f"HTTP {no.code}: {no.read(300).decode(errors='replace')}") from no
            raise Unavailable(self.code, f"HTTP {no.code}") from no
        except (URLError, HTTPException, TimeoutError, ConnectionError, UnicodeDecodeError, ValueError) as silent:
            raise Unavailable(self.code, f"{type(silent).__name__}: {silent}") from silent
        if not isinstance(read, dict):
            raise Unavailable(self.code, "the answer is no JSON object")
        return read

    def _token(self) -> str:
        path = house.KEYS / "connections" / f"{self.code}.key"
        return path.read_text(encoding="utf-8").strip() if path.exists() else ""
