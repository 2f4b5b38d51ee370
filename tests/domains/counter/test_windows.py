"""Windows: one clerk at a window, one window for a clerk; sites are loaded twice without change."""

from __future__ import annotations

import pytest

from tests.support.counter import Counter, demo_sites
from yichuang.domains.counter import commands, queries
from yichuang.domains.counter.commands.refusals import (
    NotPaused,
    NotSeated,
    SittingElsewhere,
    StillInHand,
    WindowIsPaused,
    WindowTaken,
)
from yichuang.domains.counter.models import Break, Queue, Sitting, Window
from yichuang.foundation.people.actors import NotAllowed
from yichuang.kernel.errors import DefinitionError

pytestmark = pytest.mark.django_db


def test_one_clerk_sits_at_a_window():
    hall = Counter()
    commands.sit_down(window_id=hall.one.pk, by=hall.window, at=hall.at)

    with pytest.raises(WindowTaken, match="window"):
        commands.sit_down(window_id=hall.one.pk, by=hall.other, at=hall.at)
    with pytest.raises(SittingElsewhere, match="1号"):
        commands.sit_down(window_id=hall.two.pk, by=hall.window, at=hall.at)


def test_sitting_down_twice_is_once():
    hall = Counter()

    pair = [commands.sit_down(window_id=hall.one.pk, by=hall.window, at=hall.at) for _ in range(2)]

    assert pair[0] == pair[1]


def test_is_not_for_who_does_not_call():
    hall = Counter()

    with pytest.raises(NotAllowed):
        commands.sit_down(window_id=hall.one.pk, by=hall.guide, at=hall.at)


def test_leaving_ends_the_pause_and_frees_the_window():
    hall = Counter()
    hall.seat()
    commands.pause_window(reason="午餐", by=hall.window, at=hall.at)
    with pytest.raises(WindowIsPaused):
        commands.pause_window(by=hall.window, at=hall.at)

    commands.leave_window(by=hall.window, at=hall.at)

    assert not Break.objects.filter(to_at=None).exists()
    assert hall.one in queries.free_windows(hall.window)
    with pytest.raises(NotSeated):
        commands.pause_window(by=hall.window, at=hall.at)


def test_nobody_leaves_with_a_ticket_in_hand():
    hall = Counter()
    hall.seat()
    hall.issue()
    commands.call_next(by=hall.window, at=hall.at)

    with pytest.raises(StillInHand):
        commands.leave_window(by=hall.window, at=hall.at)


def test_resuming_what_runs_says_so():
    hall = Counter()
    hall.seat()

    with pytest.raises(NotPaused):
        commands.resume_window(by=hall.window, at=hall.at)


class TestLoadSites:
    def test_changes_nothing_the_second_time(self):
        hall = Counter()
        before = (Window.objects.count(), Queue.objects.count(), Sitting.objects.count())

        told = commands.load_sites(demo_sites(), at=hall.at)

        assert (told.sites, told.queues, told.windows) == (2, 5, 8)
        assert (Window.objects.count(), Queue.objects.count(), Sitting.objects.count()) == before

    def test_names_what_it_does_not_know(self):
        hall = Counter()

        with pytest.raises(DefinitionError, match="nowhere"):
            commands.load_sites({"sites": [{"code": "x", "name": "x", "kind": "HALL", "unit": "nowhere"}]}, at=hall.at)
        site = {"code": "x", "name": "x", "kind": "HALL", "unit": "hall"}
        windows = [{"number": 1, "name": "一", "kind": "SPECIAL", "queues": ["none"]}]
        with pytest.raises(DefinitionError, match="none"):
            commands.load_sites({"sites": [site | {"windows": windows}]}, at=hall.at)
