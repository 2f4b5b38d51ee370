"""The runner does what is due, once, in order, and shows what it could not do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from django.conf import settings

from yichuang.foundation.jobs import commands, queries, registry, runner
from yichuang.foundation.jobs.models import Job
from yichuang.foundation.jobs.terms import Due, JobState, Outcome
from yichuang.foundation.records import realtime

pytestmark = pytest.mark.django_db

NOON = datetime(2019, 9, 27, 4, tzinfo=UTC)  # Friday, 12:00 in China


class Diary:
    """Remembers what the jobs of a test were given."""

    def __init__(self) -> None:
        self.seen: list[Due] = []
        self.fails = False

    def note(self, due: Due) -> Outcome:
        self.seen.append(due)
        if self.fails:
            raise RuntimeError("printer on fire")
        return Outcome(rows=3, result="三行")

    @property
    def keys(self) -> list[str]:
        return [due.key for due in self.seen]


@pytest.fixture
def diary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Diary]:
    monkeypatch.setattr(registry, "_handlers", {})
    diary = Diary()
    registry.job("note")(diary.note)
    yield diary


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[datetime]]:
    """The real clock, to be set by the test."""
    moment = [datetime(2025, 1, 6, tzinfo=UTC)]
    monkeypatch.setattr(realtime, "now", lambda: moment[0])
    yield moment


class TestRunDue:
    def test_goes_by_due_time_and_leaves_the_future_alone(self, diary):
        for key, hours in [("late", -1), ("early", -5), ("future", 1)]:
            commands.enqueue("note", key, NOON + timedelta(hours=hours))

        ran = runner.run_due(at=NOON)

        assert diary.keys == ["early", "late"]
        assert ran.done == 2
        assert Job.objects.get(key="future").state == JobState.WAITING

    def test_told_to_stop_in_the_middle_gives_its_job_back_at_once(self, diary, monkeypatch):
        class Stopped(BaseException):
            pass

        def stopped(due: Due) -> Outcome:
            raise Stopped

        commands.enqueue("note", "n", NOON)
        monkeypatch.setattr(registry, "_handlers", {})
        registry.job("note")(stopped)
        with pytest.raises(Stopped):
            runner.run_due(at=NOON)
        monkeypatch.setattr(registry, "_handlers", {})
        registry.job("note")(diary.note)

        ran = runner.run_due(at=NOON)

        assert ran.done == 1
        assert diary.seen[0].tries == 1

    def test_gives_the_true_date_and_keeps_what_the_job_said(self, diary):
        commands.enqueue("note", "rung", NOON - timedelta(days=2), {"clock": 7})

        runner.run_due(at=NOON)

        assert diary.seen[0].due_at == NOON - timedelta(days=2)
        assert diary.seen[0].payload == {"clock": 7}
        job = Job.objects.get(key="rung")
        assert (job.rows, job.result, job.state) == (3, "三行", JobState.DONE)

    def test_parks_after_eight_failures_and_a_person_may_try_again(self, diary, real):
        diary.fails = True
        commands.enqueue("note", "x", NOON)

        for _ in range(12):
            runner.run_due(at=NOON)
            real[0] += timedelta(hours=2)

        assert len(diary.seen) == 8
        parked = queries.parked().get()
        assert "printer on fire" in parked.last_error
        diary.fails = False
        commands.retry(job_id=parked.pk)
        assert runner.run_due(at=NOON).done == 1
        with pytest.raises(commands.NotParked):
            commands.retry(job_id=parked.pk)

    def test_waits_longer_after_each_failure_by_the_real_clock(self, diary, real):
        diary.fails = True
        commands.enqueue("note", "x", NOON)

        runner.run_due(at=NOON)
        runner.run_due(at=NOON + timedelta(days=30))  # the business clock was shifted: no new try

        assert len(diary.seen) == 1
        real[0] += timedelta(seconds=5)
        runner.run_due(at=NOON)
        assert len(diary.seen) == 2

    def test_two_runners_may_share_by_kind(self, diary):
        commands.enqueue("note", "x", NOON)

        assert runner.run_due(at=NOON, but="note").total == 0
        assert runner.run_due(at=NOON, only="other").total == 0
        assert runner.run_due(at=NOON, only="note").done == 1

    def test_takes_over_from_a_runner_that_died(self, diary, real):
        commands.enqueue("note", "x", NOON)
        assert runner._take(NOON) is not None

        assert runner.run_due(at=NOON).total == 0
        real[0] += timedelta(seconds=settings.JOB_LEASE_SECONDS + 1)

        assert runner.run_due(at=NOON).done == 1

    def test_undoes_what_a_failed_job_had_written(self, diary):
        @registry.job("half")
        def half(due: Due) -> None:
            commands.enqueue("note", "left over", NOON)
            raise RuntimeError

        commands.enqueue("half", "x", NOON)

        assert runner.run_due(at=NOON).failed == 1
        assert not Job.objects.filter(key="left over").exists()

    def test_does_the_jobs_that_jobs_enqueue_in_the_order_of_their_moments(self, diary):
        @registry.job("first")
        def first(due: Due) -> None:
            commands.enqueue("note", "child", due.due_at + timedelta(hours=1))

        commands.enqueue("first", "x", NOON - timedelta(hours=5))
        commands.enqueue("note", "later", NOON - timedelta(hours=1))

        runner.run_due(at=NOON)

        assert diary.keys == ["child", "later"]

    def test_runs_once_more_what_was_enqueued_while_it_ran(self, diary):
        @registry.job("again", atomic=False)
        def again(due: Due) -> None:
            diary.note(due)
            if len(diary.seen) == 1:
                commands.enqueue("again", "x", NOON)

        commands.enqueue("again", "x", NOON)

        runner.run_due(at=NOON)

        assert diary.keys == ["x", "x"]
        assert Job.objects.get(kind="again").state == JobState.DONE

    def test_shows_a_kind_that_nobody_does(self, diary):
        commands.enqueue("unheard of", "x", NOON)

        assert runner.run_due(at=NOON).failed == 1
        assert "unheard of" in Job.objects.get(kind="unheard of").last_error


class TestEnqueue:
    def test_moves_a_waiting_job(self, diary):
        commands.enqueue("note", "x", NOON)
        commands.enqueue("note", "x", NOON + timedelta(days=1), {"n": 2})

        assert runner.run_due(at=NOON).total == 0
        assert runner.run_due(at=NOON + timedelta(days=1)).done == 1
        assert diary.seen[0].payload == {"n": 2}

    def test_leaves_a_done_job_done_unless_asked(self, diary):
        commands.enqueue("note", "x", NOON)
        runner.run_due(at=NOON)

        commands.enqueue("note", "x", NOON)
        assert runner.run_due(at=NOON).total == 0
        commands.enqueue("note", "x", NOON, again=True)
        assert runner.run_due(at=NOON).done == 1

    def test_can_be_taken_back_before_it_began(self, diary):
        commands.enqueue("note", "x", NOON)

        assert commands.cancel("note", "x")
        assert not commands.cancel("note", "x")
        assert runner.run_due(at=NOON).total == 0


class TestNights:
    def test_missed_nights_are_caught_up_once(self, diary):
        registry.nightly("close_day", at=time(1, 30), label="日终")(diary.note)
        runner.enqueue_nights(at=NOON)
        runner.run_due(at=NOON)

        monday = NOON + timedelta(days=3)
        assert runner.enqueue_nights(at=monday) == 1
        assert runner.enqueue_nights(at=monday) == 0
        runner.run_due(at=monday)

        assert diary.keys == ["2019-09-27", "2019-09-30"]

    def test_the_night_before_its_hour_is_yesterday(self, diary):
        registry.nightly("close_day", at=time(23, 0))(diary.note)

        runner.enqueue_nights(at=NOON)

        assert Job.objects.get(kind="close_day").key == "2019-09-26"

    def test_the_page_shows_start_end_rows_and_result(self, diary):
        registry.nightly("close_day", at=time(1, 30), label="日终")(diary.note)
        runner.enqueue_nights(at=NOON)
        runner.run_due(at=NOON)

        (night,) = queries.nights()

        assert night.label == "日终"
        assert night.last is not None
        assert (night.last.rows, night.last.result) == (3, "三行")
        assert night.last.started_at <= night.last.done_at
