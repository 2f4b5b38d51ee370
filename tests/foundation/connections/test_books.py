"""Comparing the books, health, who sees the log, and systems as definitions."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest

from tests.support import people
from tests.support.connections import make_system, run, simulator
from tests.support.people import WEDNESDAY
from yichuang.foundation.connections import commands, queries
from yichuang.foundation.connections.adapters import Theirs
from yichuang.foundation.connections.kinds import parse_system
from yichuang.foundation.connections.models import Message, System
from yichuang.foundation.connections.rules import Line, differences
from yichuang.foundation.connections.terms import DifferenceKind, MessageState, Standing, TheirState
from yichuang.foundation.jobs import runner
from yichuang.foundation.jobs.models import Job
from yichuang.kernel.errors import DefinitionError, Unavailable

DAY = date(2019, 10, 30)


class TestDifferences:
    def test_of_equal_books_there_are_none(self):
        ours = [Line("a", MessageState.ANSWERED), Line("b", MessageState.SENT), Line("c", MessageState.FAILED)]
        theirs = [Theirs("a", TheirState.DONE), Theirs("b", TheirState.RECEIVED), Theirs("c", TheirState.REFUSED)]

        assert differences(ours, theirs) == []

    def test_tells_each_side_apart(self):
        ours = [Line("a", MessageState.ANSWERED), Line("b", MessageState.SENT)]
        theirs = [Theirs("b", TheirState.DONE, "B-1"), Theirs("", TheirState.RECEIVED, "X-9")]

        found = [(each.kind, each.key, each.reference) for each in differences(ours, theirs)]

        assert found == [
            (DifferenceKind.OURS_ONLY, "a", ""),
            (DifferenceKind.STATE_DIFFERS, "b", "B-1"),
            (DifferenceKind.THEIRS_ONLY, "", "X-9"),
        ]

    @pytest.mark.parametrize("state", [MessageState.WAITING, MessageState.PARKED])
    def test_what_waits_here_is_not_missed_there_but_stands_out_when_it_is_there(self, state):
        assert differences([Line("a", state)], []) == []
        (found,) = differences([Line("a", state)], [Theirs("a", TheirState.RECEIVED)])
        assert found.kind == DifferenceKind.STATE_DIFFERS

    def test_every_line_is_counted_once(self):
        for states in itertools.product(MessageState, [None, *TheirState]):
            mine, other = states
            found = differences([Line("a", mine)], [Theirs("a", other)] if other else [])
            assert len(found) <= 1


@pytest.mark.django_db
class TestReconcile:
    def test_the_third_story_lists_one_of_each_and_none_after_they_are_fixed(self):
        system = make_system()
        rows = [
            commands.post(system="provincial", kind="case", key=f"case/{n}", body={"n": n}, at=WEDNESDAY)
            for n in range(2)
        ]
        run(WEDNESDAY)
        theirs = simulator(system)
        theirs.begin("else/1", "case", DAY)
        theirs.turn(rows[1].key, TheirState.RECEIVED)

        found = commands.reconcile(system="provincial", day=DAY, at=WEDNESDAY)

        assert sorted(each.kind for each in found) == ["STATE_DIFFERS", "THEIRS_ONLY"]
        assert queries.differences(system="provincial", day=DAY).count() == 2

        theirs.turn(rows[1].key, TheirState.DONE)
        Message.objects.create(
            system=system, direction="OUT", key="else/1", kind="case", body="", state="SENT", at=WEDNESDAY
        )
        assert commands.reconcile(system="provincial", day=DAY, at=WEDNESDAY) == []
        assert queries.differences().count() == 0

    def test_every_night_for_the_day_before(self):
        make_system()
        commands.post(system="provincial", kind="case", key="a", body={}, at=WEDNESDAY)
        run(WEDNESDAY)
        night = WEDNESDAY + timedelta(hours=17)  # 03:00 in China

        runner.enqueue_nights(at=night)
        Job.objects.exclude(kind__startswith="connections.").delete()
        run(night)

        (health,) = [each for each in queries.health(night) if each.code == "provincial"]
        assert (health.reconciled_on, health.differences) == (DAY, 0)

    def test_of_a_silent_system_is_tried_again(self):
        make_system(silent=True)

        with pytest.raises(Unavailable):
            commands.reconcile(system="provincial", day=DAY, at=WEDNESDAY)


@pytest.mark.django_db
class TestHealth:
    def test_is_good_after_a_success(self):
        make_system()
        assert [each.standing for each in queries.health(WEDNESDAY)] == [Standing.UNTRIED]

        assert commands.check(system="provincial")

        (health,) = queries.health(WEDNESDAY)
        assert (health.standing, health.adapter) == (Standing.OK, "模拟系统")
        assert health.last_success_at is not None

    def test_says_that_nobody_answers_and_what_waits(self):
        make_system(silent=True)
        commands.post(system="provincial", kind="case", key="a", body={}, at=WEDNESDAY)
        run(WEDNESDAY)

        assert not commands.check(system="provincial")
        (health,) = queries.health(WEDNESDAY + timedelta(hours=2))

        assert (health.standing, health.waiting, health.oldest_age) == (Standing.DOWN, 1, timedelta(hours=2))
        assert "没有应答" in health.last_error

    def test_tells_what_was_switched_off(self):
        System.objects.filter(pk=make_system().pk).update(enabled=False)

        assert [each.standing for each in queries.health(WEDNESDAY)] == [Standing.OFF]


@pytest.mark.django_db
class TestWhoSees:
    def test_the_log_is_for_those_who_look_after_the_system(self):
        unit = people.make_unit("xzspj")
        system = make_system()
        System.objects.filter(pk=system.pk).update(unit=unit)
        commands.post(system="provincial", kind="case", key="a", body={}, at=WEDNESDAY)

        places = (("sysadmin", "xzspj"), ("handler", "xzspj"), ("handler", "zjj"), ("leader", "xzspj"))
        seen = [queries.messages(people.make_actor(role, where)).count() for role, where in places]
        waiting = queries.messages(people.make_actor("handler", "xzspj"), system="provincial", state="WAITING")

        assert seen == [1, 1, 0, 0]
        assert waiting.count() == 1
        assert [each.pk for each in queries.systems(people.make_actor("handler", "xzspj"))] == ["provincial"]


BODY = {"system": "provincial", "name": "省垂系统", "version": 1, "adapter": "http"}


class TestDefinition:
    def test_holds_no_secret(self):
        with pytest.raises(DefinitionError, match=r"keys/connections/provincial\.key"):
            parse_system(BODY | {"settings": {"url": "https://a", "api_token": "x"}}, "f")

    @pytest.mark.parametrize(
        ("said", "wrong"),
        [
            ({"adapter": "pigeon"}, "simulator"),
            ({"settings": {"url": "https://a", "speed": 1}}, "speed"),
            ({"settings": {}}, "url"),
            ({"settings": {"url": "ftp://a"}}, "https://"),
        ],
    )
    def test_is_held_to_its_adapter(self, said, wrong):
        with pytest.raises(DefinitionError, match=wrong):
            parse_system(BODY | said, "f")

    @pytest.mark.django_db
    def test_what_is_published_is_connected(self):
        from tests.support.engine import publish
        from yichuang.foundation.records import commands as records

        publish()
        records.deliver(at=WEDNESDAY)

        assert queries.is_open("sms")
        assert commands.follow_definitions(at=WEDNESDAY) == ()
