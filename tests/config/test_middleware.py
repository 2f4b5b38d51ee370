"""What stands before every page: the queue that refuses, the connection that does not write, the pages for errors."""

from __future__ import annotations

import errno
import socket
import sqlite3

import pytest
from django.db import connection, transaction
from django.db.utils import Error, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from yichuang.config import errors, overload, read_only
from yichuang.config.logs import mask, masked


class Busy(overload.Queue):
    """A queue in which as many wait as the test says."""

    def __init__(self, waiting: int) -> None:
        super().__init__()
        self.number = waiting

    def waiting(self) -> int:
        return self.number


def served(method: str, path: str, waiting: int) -> HttpResponse:
    front = overload.Overload(lambda request: HttpResponse("served"), Busy(waiting))
    answer = front(RequestFactory().generic(method, path))
    assert isinstance(answer, HttpResponse)
    return answer


class TestOverload:
    def test_pages_are_refused_before_deeds(self):
        many = overload.PAGES_PER_WORKER + 1

        assert served("GET", "/desk", many).status_code == 503
        assert served("POST", "/desk/accept", many).status_code == 200
        assert served("POST", "/desk/accept", overload.DEEDS_PER_WORKER + 1).status_code == 503

    def test_nothing_is_refused_when_few_wait(self):
        assert served("GET", "/desk", overload.PAGES_PER_WORKER).content == b"served"

    def test_the_probe_and_the_styles_are_always_served(self):
        assert served("GET", "/healthz", 10_000).status_code == 200
        assert served("GET", "/static/ui/yichuang.css", 10_000).status_code == 200

    def test_says_when_to_come_back_each_at_another_moment(self):
        waits = {int(served("GET", "/", 10_000)["Retry-After"]) for _ in range(60)}

        assert waits <= {1, 2, 3, 4, 5}
        assert len(waits) > 1

    def test_tells_programs_with_problem_details(self):
        answer = served("GET", "/api/v1/cases", 10_000)

        assert answer["Content-Type"] == "application/problem+json"
        assert answer.status_code == 503

    def test_every_answer_has_a_number(self):
        assert served("GET", "/", 0)["X-Request-Number"] != served("GET", "/", 0)["X-Request-Number"]

    def test_counts_the_connections_that_nobody_has_accepted(self):
        queue = overload.Queue()
        with socket.create_server(("127.0.0.1", 0)) as listener:
            queue.watch([listener], workers=1)
            assert queue.waiting() == 0
            waiting = [socket.create_connection(listener.getsockname()) for _ in range(5)]

            assert queue.waiting() == 5
            for each in waiting:
                each.close()


@pytest.mark.django_db
class TestReadOnly:
    def test_a_get_cannot_write(self):
        def page(request: HttpRequest) -> HttpResponse:
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM django_session")
            return HttpResponse()

        with pytest.raises(Error), transaction.atomic():
            read_only.ReadOnlyGet(page)(RequestFactory().get("/"))
        assert read_only.ReadOnlyGet(page)(RequestFactory().post("/")).status_code == 200

    def test_the_connection_is_given_back_as_it_was(self):
        with read_only.read_only(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_session")


def below(code: int) -> OperationalError:
    """Make the error that SQLite's code becomes."""
    cause = sqlite3.OperationalError("told by SQLite")
    cause.sqlite_errorcode = code
    failure = OperationalError("told by Django")
    failure.__cause__ = cause
    return failure


class TestErrors:
    @pytest.mark.parametrize(
        ("page", "status"),
        [(errors.refused, 403), (errors.csrf_failure, 403), (errors.not_found, 404), (errors.failed, 500)],
    )
    def test_are_told_in_plain_words_with_a_way_out_and_a_number(self, page, status):
        request = RequestFactory().get("/somewhere")
        request.number = "ab12cd34ef"  # type: ignore[attr-defined]

        answer = page(request)

        text = answer.content.decode()
        assert answer.status_code == status
        assert "ab12cd34ef" in text
        assert 'href="/"' in text

    @pytest.mark.parametrize(
        ("failure", "status"),
        [
            (OSError(errno.ENOSPC, "no space left"), 503),
            (OSError(errno.ENOENT, "a bug"), 500),
            (InterfaceError("connection already closed"), 503),
            (OperationalError("server closed the connection"), 503),
            (below(sqlite3.SQLITE_FULL), 503),
            (below(sqlite3.SQLITE_IOERR | (3 << 8)), 503),
            (below(sqlite3.SQLITE_ERROR), 500),  # no such table: a bug
            (ValueError("a bug"), 500),
        ],
    )
    def test_what_is_below_us_is_told_apart_from_a_bug(self, failure, status):
        request = RequestFactory().get("/somewhere")
        try:
            raise failure
        except type(failure):
            answer = errors.failed(request)

        assert answer.status_code == status
        assert ("数据暂时不能读写" in answer.content.decode()) == (status == 503)

    def test_are_told_to_programs_as_problem_details(self):
        answer = errors.not_found(RequestFactory().get("/api/v1/nothing"))

        assert answer["Content-Type"] == "application/problem+json"


class TestLogs:
    def test_hide_identity_and_telephone_numbers(self):
        assert mask("99999919900101123X") == "999999********123X"
        assert masked(None, "", {"event": "call 10012345678", "n": 5}) == {"event": "call 100****5678", "n": 5}

    def test_leave_other_numbers_alone(self):
        assert mask("2019092700001, 91420106MA4KXXXX01") == "2019092700001, 91420106MA4KXXXX01"
