"""Messages to and from outside systems: sent once whatever happens, parked and not lost, told to others."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import transaction

from tests.support import people
from tests.support.connections import make_system, run, simulator
from tests.support.people import WEDNESDAY
from yichuang.foundation.connections import commands, queries
from yichuang.foundation.connections.adapters import Incoming
from yichuang.foundation.connections.models import Message, SimulatedMessage
from yichuang.foundation.connections.problems import NotConnected, NothingToRetry, OtherMessage, ReasonMissing
from yichuang.foundation.jobs.models import Job
from yichuang.foundation.jobs.runner import TRIES
from yichuang.foundation.people.actors import NotAllowed
from yichuang.foundation.records.models import Record
from yichuang.kernel.errors import Unavailable

pytestmark = pytest.mark.django_db

BODY = {"number": "420106-2019-0001", "name": "张三"}


def post(key: str = "case/1", **more: object) -> Message:
    said = {"system": "provincial", "kind": "case", "key": key, "body": BODY, "at": WEDNESDAY} | more
    return commands.post(**said)  # type: ignore[arg-type]


def kinds() -> list[str]:
    return list(Record.objects.order_by("pk").values_list("kind", flat=True))


class TestPost:
    def test_sends_by_a_job_and_keeps_what_came_back(self):
        make_system()
        row = post()
        assert row.state == "WAITING"

        run(WEDNESDAY)

        row.refresh_from_db()
        assert (row.state, row.tries) == ("ANSWERED", 1)
        assert re.fullmatch(r"PROVINCIAL-\d{6}", row.reference)
        assert queries.answer_of(row) == {"reference": row.reference}
        assert kinds() == ["MessageAnswered"]

    def test_is_not_there_when_the_deed_is_not(self):
        make_system()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            post()
            raise ZeroDivisionError

        assert not Message.objects.exists()
        assert not Job.objects.exists()

    def test_of_the_same_key_is_the_same_message(self):
        make_system()

        assert post() == post()
        with pytest.raises(OtherMessage):
            post(body={"number": "other"})

    def test_keeps_nothing_readable_in_the_table(self):
        make_system()

        assert "张三" not in post().body
        assert queries.body_of(post()) == BODY

    def test_to_an_unknown_system_says_what_to_do(self):
        with pytest.raises(NotConnected, match="systems/"):
            post()

    def test_waits_while_the_system_is_switched_off(self):
        make_system()
        admin = people.make_actor("sysadmin")
        commands.switch(system="provincial", enabled=False, reason="对方升级", by=admin, at=WEDNESDAY)
        row = post()
        run(WEDNESDAY)
        row.refresh_from_db()
        assert row.state == "WAITING"

        commands.switch(system="provincial", enabled=True, reason="升级完毕", by=admin, at=WEDNESDAY)
        run(WEDNESDAY)

        row.refresh_from_db()
        assert row.state == "ANSWERED"


class TestSend:
    def test_tries_again_later_by_the_real_clock(self):
        make_system(fails=1)
        row = post()

        assert run(WEDNESDAY) == 1
        row.refresh_from_db()
        assert (row.state, row.tries) == ("WAITING", 1)
        assert row.not_before is not None and "没有应答" in row.error

        commands.send(message_id=row.pk, at=WEDNESDAY)
        row.refresh_from_db()
        assert (row.state, row.not_before, row.error) == ("ANSWERED", None, "")

    def test_does_nothing_twice_when_the_line_is_cut_before_the_answer(self):
        make_system(cuts=2)
        row = post()
        for _n in range(2):
            with pytest.raises(Unavailable):
                commands.send(message_id=row.pk, at=WEDNESDAY)

        commands.send(message_id=row.pk, at=WEDNESDAY)

        row.refresh_from_db()
        assert row.state == "ANSWERED"
        assert SimulatedMessage.objects.count() == 1

    def test_parks_after_the_eighth_time_and_goes_on_when_asked(self):
        make_system(silent=True)
        row = post()
        for _n in range(TRIES):
            with pytest.raises(Unavailable):
                commands.send(message_id=row.pk, at=WEDNESDAY)
        row.refresh_from_db()
        assert (row.state, row.tries, kinds()) == ("PARKED", TRIES, ["MessageParked"])

        make_system()
        commands.retry(message_id=row.pk, by=people.make_actor("sysadmin"), at=WEDNESDAY)
        run(WEDNESDAY)

        row.refresh_from_db()
        assert row.state == "ANSWERED"
        assert kinds() == ["MessageParked", "MessageRetried", "MessageAnswered"]

    def test_does_not_try_again_what_is_refused(self):
        make_system(refuses=["case"])
        row = post()

        assert run(WEDNESDAY) == 0

        row.refresh_from_db()
        assert (row.state, kinds()) == ("FAILED", ["MessageRefused"])

    def test_that_is_done_is_not_done_again(self):
        make_system()
        row = post()
        run(WEDNESDAY)

        commands.send(message_id=row.pk, at=WEDNESDAY)

        assert SimulatedMessage.objects.get().tries == 1


class TestRetry:
    def test_is_for_those_who_may(self):
        make_system()
        with pytest.raises(NotAllowed):
            commands.retry(message_id=post().pk, by=people.make_actor("window"), at=WEDNESDAY)

    def test_of_what_is_on_its_way_is_no(self):
        make_system()
        with pytest.raises(NothingToRetry, match="待发送"):
            commands.retry(message_id=post().pk, by=people.make_actor("sysadmin"), at=WEDNESDAY)

    def test_a_switch_needs_a_reason(self):
        make_system()
        with pytest.raises(ReasonMissing):
            commands.switch(
                system="provincial", enabled=False, reason=" ", by=people.make_actor("sysadmin"), at=WEDNESDAY
            )


class TestReceive:
    def test_takes_a_message_in_once(self):
        make_system()
        incoming = Incoming("their/1", "notice", {"text": "收到"})

        first = commands.receive(system="provincial", incoming=incoming, at=WEDNESDAY)
        second = commands.receive(system="provincial", incoming=incoming, at=WEDNESDAY)

        assert first[1] and not second[1]
        assert first[0] == second[0]
        assert kinds() == ["MessageReceived"]

    def test_a_late_answer_is_fetched_and_ends_the_message(self):
        make_system(late=True)
        row = post()
        run(WEDNESDAY)
        row.refresh_from_db()
        assert row.state == "SENT"

        run(WEDNESDAY + timedelta(minutes=5))

        row.refresh_from_db()
        assert (row.state, row.answered_at) == ("ANSWERED", WEDNESDAY + timedelta(minutes=5))
        assert kinds() == ["MessageReceived", "MessageAnswered"]

    def test_an_answer_that_comes_twice_is_one_answer(self):
        make_system(late=True, twice=True)
        row = post()
        run(WEDNESDAY)

        assert commands.collect(system="provincial", at=WEDNESDAY) == 1
        assert commands.collect(system="provincial", at=WEDNESDAY) == 0
        assert kinds().count("MessageAnswered") == 1
        row.refresh_from_db()
        assert row.state == "ANSWERED"

    def test_is_asked_for_ever_more_seldom_while_there_is_none(self):
        system = make_system(late=True)
        post()
        run(WEDNESDAY)
        make_system()  # it forgot how to answer late

        run(WEDNESDAY + timedelta(minutes=5))

        due = Job.objects.filter(kind="connections.collect", state="WAITING").get().due_at
        assert due == WEDNESDAY + timedelta(minutes=15)
        assert simulator(system).code == "provincial"

    def test_a_refusal_that_comes_late_is_told(self):
        make_system(late=True)
        row = post()
        run(WEDNESDAY)
        incoming = Incoming("no/1", "case", {"why": "缺编号"}, answers=row.key, refused=True)

        commands.receive(system="provincial", incoming=incoming, at=WEDNESDAY)

        row.refresh_from_db()
        assert row.state == "FAILED"
        assert kinds() == ["MessageReceived", "MessageRefused"]
