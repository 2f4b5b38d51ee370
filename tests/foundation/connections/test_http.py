"""The adapter for JSON over HTTP, against a small real server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest
from django.conf import settings as house

from tests.support.people import WEDNESDAY
from yichuang.foundation.connections.adapters import Outgoing, Refused, Theirs
from yichuang.foundation.connections.http import HttpAdapter, make
from yichuang.foundation.connections.terms import TheirState
from yichuang.kernel.errors import Unavailable


class Side(BaseHTTPRequestHandler):
    """The other side: answers as the test says and remembers what it was asked."""

    answers: ClassVar[dict[str, tuple[int, Any]]] = {}
    asked: ClassVar[list[tuple[str, dict[str, str], Any]]] = []

    def answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        self.asked.append((self.path, dict(self.headers), body))
        status, said = self.answers[self.path.split("?")[0]]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(said if isinstance(said, bytes) else json.dumps(said).encode())

    do_GET = do_POST = answer

    def log_message(self, *_args: object) -> None:
        """Be quiet."""


@pytest.fixture
def side() -> Iterator[HttpAdapter]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Side)
    Side.answers.clear()
    Side.asked.clear()
    Thread(target=server.serve_forever, daemon=True).start()
    yield make("outside", {"url": f"http://127.0.0.1:{server.server_port}/api/"})  # type: ignore[misc]
    server.shutdown()
    server.server_close()


MESSAGE = Outgoing("case/1", "case", {"number": "1", "on": date(2019, 10, 30)}, WEDNESDAY)


def test_sends_with_its_key_and_reads_the_reference(side, settings, tmp_path):
    settings.KEYS = tmp_path
    (tmp_path / "connections").mkdir()
    (tmp_path / "connections" / "outside.key").write_text("quiet\n")
    Side.answers["/api/messages"] = (200, {"reference": "S-7", "final": False})

    answer = side.send(MESSAGE)

    (path, headers, body) = Side.asked[0]
    assert (answer.reference, answer.is_final) == ("S-7", False)
    assert (headers["Idempotency-Key"], headers["Authorization"]) == ("case/1", "Bearer quiet")
    assert (path, body["body"]) == ("/api/messages", {"number": "1", "on": "2019-10-30"})


@pytest.mark.parametrize("status", [500, 503, 429, 401])
def test_an_error_over_there_is_tried_again(side, status):
    Side.answers["/api/messages"] = (status, {})

    with pytest.raises(Unavailable):
        side.send(MESSAGE)


def test_a_no_is_a_no(side):
    Side.answers["/api/messages"] = (422, {"detail": "no such item"})

    with pytest.raises(Refused, match="no such item"):
        side.send(MESSAGE)


@pytest.mark.parametrize("said", [b"<html>", b"[]", b"\xff\xfe"])
def test_what_is_no_answer_is_not_taken_for_one(side, said):
    Side.answers["/api/messages"] = (200, said)

    with pytest.raises(Unavailable):
        side.send(MESSAGE)


def test_reads_their_book(side):
    Side.answers["/api/messages"] = (200, {"items": [{"key": "case/1", "state": "done", "reference": "S-7"}]})

    assert list(side.list_for(date(2019, 10, 30))) == [Theirs("case/1", TheirState.DONE, "S-7")]
    assert Side.asked[0][0] == "/api/messages?day=2019-10-30"


def test_a_book_with_unknown_states_is_none(side):
    Side.answers["/api/messages"] = (200, {"items": [{"key": "case/1", "state": "eaten"}]})

    with pytest.raises(Unavailable, match="eaten"):
        list(side.list_for(date(2019, 10, 30)))


def test_reads_what_they_have_for_us(side):
    row = {"key": "a/1", "kind": "case", "body": {"x": 1}, "answers": "case/1", "refused": True}
    Side.answers["/api/outgoing"] = (200, {"items": [row]})

    (incoming,) = side.collect(date(2019, 10, 29))

    assert (incoming.answers, incoming.refused, incoming.body) == ("case/1", True, {"x": 1})


def test_a_missing_address_is_no_refusal_when_one_only_asks(side):
    Side.answers["/api/health"] = (404, {})

    with pytest.raises(Unavailable):
        side.check()


def test_nobody_there_is_unavailable():
    adapter = make("outside", {"url": "http://127.0.0.1:9", "timeout": 1})

    with pytest.raises(Unavailable):
        adapter.check()
    assert house.KEYS is not None
