"""Two deeds that meet in the database: the one that was broken off is done anew, a bounded number of times."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Barrier, BrokenBarrierError, Thread

import pytest
from django.db import OperationalError, connection, transaction

from yichuang.foundation.records import retrying


class Broken(Exception):
    """What the driver would say."""

    sqlstate = "40001"


def failing(times: int) -> tuple[list[int], object]:
    tries: list[int] = []

    def work() -> str:
        tries.append(1)
        if len(tries) <= times:
            raise OperationalError from Broken()
        return "done"

    return tries, work


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "LONGEST", 0.001)


class TestAgain:
    def test_is_done_anew_up_to_three_times(self) -> None:
        tries, work = failing(3)

        assert retrying.again(work) == "done"
        assert len(tries) == 4

    def test_gives_up_then(self) -> None:
        tries, work = failing(9)

        with pytest.raises(OperationalError):
            retrying.again(work)
        assert len(tries) == 4

    def test_other_failures_are_told_at_once(self) -> None:
        tries: list[int] = []

        def work() -> None:
            tries.append(1)
            raise OperationalError("disk full")

        with pytest.raises(OperationalError, match="disk full"):
            retrying.again(work)
        assert len(tries) == 1


@pytest.mark.django_db
def test_inside_a_transaction_nothing_is_done_anew() -> None:
    tries, work = failing(1)

    with transaction.atomic(), pytest.raises(OperationalError):
        retrying.again(work)
    assert len(tries) == 1


@pytest.fixture
def accounts(django_db_blocker: pytest.FixtureRequest, django_db_setup: None) -> Iterator[None]:
    """A table with two rows that other connections see."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE met (id int PRIMARY KEY, moved int NOT NULL)")
            cursor.execute("INSERT INTO met VALUES (1, 0), (2, 0)")
        yield
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE met")
        connection.close()


@pytest.mark.postgresql
@pytest.mark.usefixtures("accounts")
class TestTwoConnections:
    def test_both_of_a_deadlock_are_done_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(retrying, "LONGEST", 0.05)  # as it is: at once anew, it meets the other before that wakes
        meeting, tries, failures = Barrier(2, timeout=5), [], []

        def deed(first: int, second: int) -> None:
            tries.append(first)
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("UPDATE met SET moved = moved + 1 WHERE id = %s", [first])
                if len(tries) <= 2:
                    meeting.wait()  # each has one row now and wants the other's
                cursor.execute("UPDATE met SET moved = moved + 1 WHERE id = %s", [second])

        def outermost(first: int, second: int) -> None:
            try:
                retrying.again(lambda: deed(first, second))
            except (OperationalError, BrokenBarrierError) as failure:
                failures.append(failure)
            finally:
                connection.close()

        both = [Thread(target=outermost, args=order) for order in ((1, 2), (2, 1))]
        for each in both:
            each.start()
        for each in both:
            each.join(20)

        with connection.cursor() as cursor:
            cursor.execute("SELECT moved FROM met ORDER BY id")
            assert cursor.fetchall() == [(2,), (2,)]
        assert not failures
        assert len(tries) >= 3  # one of them anew

    def test_a_serialisation_failure_is_done_anew(self) -> None:
        tries: list[int] = []

        def other() -> None:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("UPDATE met SET moved = moved + 10 WHERE id = 1")
            connection.close()

        def deed() -> None:
            tries.append(1)
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                cursor.execute("SELECT moved FROM met WHERE id = 1")
                if len(tries) == 1:
                    meanwhile = Thread(target=other)
                    meanwhile.start()
                    meanwhile.join(10)
                cursor.execute("UPDATE met SET moved = moved + 1 WHERE id = 1")

        retrying.again(deed)

        with connection.cursor() as cursor:
            cursor.execute("SELECT moved FROM met WHERE id = 1")
            assert cursor.fetchone() == (11,)
        assert len(tries) == 2
