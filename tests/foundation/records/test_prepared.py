"""What is written once a process gives the same rows as the question itself, and writes the same."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yichuang.foundation.jobs.models import Job
from yichuang.foundation.people.models import Region, Unit
from yichuang.foundation.records.models import Stream
from yichuang.foundation.records.prepared import Prepared, insert, update

pytestmark = pytest.mark.django_db

AT = datetime(2019, 10, 8, 1, 0, 0, 250, tzinfo=UTC)


def job(key: str, **more: object) -> Job:
    return Job(kind="test.prepared", key=key, due_at=AT, **more)


class TestPrepared:
    def test_gives_what_the_question_gives_each_time_for_other_values(self):
        region = Region.objects.create(code="420106", name="武昌区", level="DISTRICT")
        units = [
            Unit.objects.create(code=code, name=code, short_name=code, kind="BUREAU", region=region, valid_from=AT)
            for code in ("one", "two")
        ]
        found = Prepared(lambda pk: Unit.objects.select_related("region", "parent").filter(pk=pk))

        for unit in units:
            (row,) = found.all(unit.pk)
            plain = Unit.objects.get(pk=unit.pk)
            assert [getattr(row, each.attname) for each in Unit._meta.concrete_fields] == [
                getattr(plain, each.attname) for each in Unit._meta.concrete_fields
            ]
            with CaptureQueriesContext(connection) as asked:
                assert (row.region.name, row.parent) == ("武昌区", None)
            assert not asked

    def test_takes_texts_and_several_values_and_keeps_what_the_question_says_itself(self):
        Stream.objects.create(id="a/1", head="f" * 64, count=3)
        assert Prepared(lambda stream: Stream.objects.filter(id=stream), kind=str).get("a/1").count == 3

        for key in ("x", "y"):
            job(key, tries=2, state="PARKED").save()
        asked = Prepared(lambda pk, tries: Job.objects.filter(state="PARKED", pk=pk, tries=tries), 2)
        row = Job.objects.get(key="y")
        assert asked.first(row.pk, 2) == row
        assert asked.first(row.pk, 3) is None

    def test_says_that_there_is_none(self):
        with pytest.raises(Job.DoesNotExist):
            Prepared(lambda pk: Job.objects.filter(pk=pk)).get(1)

    def test_every_value_must_stand_in_the_statement(self):
        with pytest.raises(AssertionError):
            Prepared(lambda pk, _other: Job.objects.filter(pk=pk), 2).all(1, 2)

    def test_writes_its_statement_once(self):
        written = []

        def question(pk: int):
            written.append(pk)
            return Job.objects.filter(pk=pk)

        asked = Prepared(question)
        for pk in (1, 2, 3):
            asked.all(pk)
        assert len(written) == 1


class TestWriting:
    def test_a_row_is_written_as_save_writes_it(self):
        ours, plain = insert(job("ours", tries=1, result="好")), job("plain", tries=1, result="好")
        plain.save()

        assert ours.pk
        assert not ours._state.adding
        columns = [each.attname for each in Job._meta.concrete_fields if each.name not in ("id", "key")]
        rows = Job.objects.in_bulk([ours.pk, plain.pk])
        assert [getattr(rows[ours.pk], each) for each in columns] == [getattr(rows[plain.pk], each) for each in columns]

    def test_some_fields_are_written_and_no_others(self):
        row = insert(job("ours"))
        row.tries, row.not_before, row.result = 3, AT, "kept to itself"
        update(row, "tries", "not_before")

        stands = Job.objects.get(pk=row.pk)
        assert (stands.tries, stands.not_before, stands.result) == (3, AT, "")
