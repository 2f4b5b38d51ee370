"""Anchors leave the database as lines of a file, here and elsewhere; each night everything is verified."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from yichuang.foundation.jobs import runner
from yichuang.foundation.jobs.models import Job
from yichuang.foundation.records import commands, queries, reading
from yichuang.foundation.records.events import ClockShifted
from yichuang.foundation.records.models import Stream
from yichuang.foundation.records.terms import SYSTEM
from yichuang.kernel.ledger import public_key_of

pytestmark = pytest.mark.django_db

AT = datetime(2019, 9, 27, 1, tzinfo=UTC)


@pytest.fixture
def keys(tmp_path: Path, settings) -> Path:
    settings.KEYS, settings.ANCHORS = tmp_path / "keys", [tmp_path / "elsewhere"]
    return settings.KEYS


def tell(n: int) -> None:
    with commands.deed("tell", stream=f"import/{n}", by=SYSTEM, at=AT) as deed:
        deed.record(ClockShifted(from_at=AT, to_at=AT))


def kept(folder: Path) -> list[int]:
    return [json.loads(line)["number"] for line in (folder / "anchors.jsonl").read_text().splitlines()]


def anchored(callbacks) -> None:
    with callbacks(execute=True):
        commands.anchor(at=AT, keys=commands.settings.KEYS)


class TestHandOut:
    def test_adds_a_line_here_and_elsewhere(self, keys, django_capture_on_commit_callbacks):
        for n in (1, 2):
            tell(n)
            anchored(django_capture_on_commit_callbacks)

        assert kept(keys) == kept(keys.parent / "elsewhere") == [1, 2]

    def test_makes_up_for_the_time_out_of_reach(self, keys, django_capture_on_commit_callbacks):
        blocked = keys.parent / "elsewhere"
        blocked.write_text("a file where the folder should be")
        tell(1)
        anchored(django_capture_on_commit_callbacks)
        assert kept(keys) == [1]
        blocked.unlink()

        anchored(django_capture_on_commit_callbacks)

        assert kept(blocked) == [1, 2]

    def test_an_anchor_gone_from_the_database_is_found_by_the_file(self, keys, django_capture_on_commit_callbacks):
        tell(1)
        anchored(django_capture_on_commit_callbacks)
        line = (keys / "anchors.jsonl").read_text()
        (keys / "anchors.jsonl").write_text(line.replace('"number":1', '"number":2'))

        report = queries.verify(public_key_of(commands.signing_key(keys)), witnesses=queries.kept_anchors(keys))

        assert [problem.message for problem in report.problems] == ["锚点 2 不见了。"]


def report(keys: Path):
    return queries.verify(public_key_of(commands.signing_key(keys)))


class TestWhatGrew:
    def test_where_nothing_grew_the_next_anchor_says_the_same_without_reading_streams(
        self, keys, django_assert_max_num_queries
    ):
        for n in range(20):
            tell(n)
        first = commands.anchor(at=AT, keys=keys)

        with django_assert_max_num_queries(10) as asked:
            second = commands.anchor(at=AT, keys=keys)

        assert (second.root, second.streams, second.records) == (first.root, 20, 20)
        assert (second.number, second.marks.count()) == (2, 0)
        assert not any("ORDER BY id" in each["sql"] for each in asked.captured_queries)
        assert report(keys).ok

    def test_a_stream_that_grew_is_marked_once(self, keys):
        for n in (1, 2):
            tell(n)
        commands.anchor(at=AT, keys=keys)
        tell(2)
        tell(3)

        second, third = (commands.anchor(at=AT, keys=keys) for _ in range(2))

        assert list(second.marks.order_by("stream").values_list("stream", "count")) == [
            ("import/2", 2),
            ("import/3", 1),
        ]
        assert not third.marks.exists()
        assert report(keys).ok

    def test_an_anchor_that_was_told_nothing_grew_is_found_out(self, keys):
        tell(1)
        commands.anchor(at=AT, keys=keys)
        tell(1)
        tell(2)
        Stream.objects.filter(id="import/1").update(anchored=2)

        commands.anchor(at=AT, keys=keys)

        assert not report(keys).ok


class TestTwoParts:
    def test_joined_they_say_what_one_pass_says(self, keys):
        for n in (1, 2, 3, 10):
            tell(n)
        commands.anchor(at=AT, keys=keys)
        tell(2)
        tell(30)
        commands.anchor(at=AT, keys=keys)
        Stream.objects.filter(id="import/30").update(head="0" * 64)
        key = public_key_of(commands.signing_key(keys))
        whole = reading.check().finish(key)

        for middle in Stream.objects.values_list("id", flat=True):
            first = reading.check(reading.Part(until=middle))
            first.join(reading.check(reading.Part(since=middle, before=reading.before(middle))))

            assert first.finish(key) == whole

        assert whole.found == 1
        assert reading.middle() == "import/2"


class TestNight:
    def test_verifies_every_record(self, keys):
        tell(1)

        runner.enqueue_nights(at=AT)
        Job.objects.exclude(kind="records.verify").delete()  # other nights write records too
        runner.run_due(at=AT)

        job = Job.objects.get(kind="records.verify")
        assert (job.state, job.rows) == ("DONE", 1)
        assert "全部相符" in job.result

    def test_says_what_does_not_agree(self, keys):
        tell(1)
        Stream.objects.filter(id="import/1").update(head="0" * 64)

        runner.enqueue_nights(at=AT)
        runner.run_due(at=AT)

        job = Job.objects.get(kind="records.verify")
        assert job.state == "WAITING"
        assert "链头与最后一条记录的摘要不符" in job.last_error
