"""What is published stays as it was, and tells by which rows today's value is another."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from tests.foundation.figures.test_counting import OF, day, pay
from tests.support import people
from tests.support.figures import figure, payments, publish, say
from yichuang.foundation.figures import commands, comparing, queries
from yichuang.foundation.figures.models import Snapshot
from yichuang.foundation.figures.terms import Part, Times
from yichuang.foundation.people.actors import NotAllowed
from yichuang.foundation.records.dated import Said
from yichuang.foundation.records.models import Record
from yichuang.foundation.records.terms import CHINA

AT = datetime(2019, 10, 10, 9, tzinfo=CHINA)  # a Thursday
TODAY = Times(date(2019, 10, 10))


@pytest.fixture
def table(db):
    with payments() as made:
        publish(
            figure("trial.paid", {"sum": {"of": OF, "column": "fen"}}, unit="亿元", mode="S", digits=2, report="F46"),
            figure("trial.share", {"ratio": {"of": "trial.late", "over": "trial.all"}}, unit="%", mode="R", digits=2),
            figure("trial.late", {"count": {"of": OF, "when": "late"}}),
            figure("trial.all", {"count": {"of": OF}}),
        )
        say(made, pay("1", 2_000_000_000_000, 0), pay("2", 70_800_000_000, 1, late=True), pay("9", 1, 1, until=2))
        yield made


@pytest.fixture
def office(db):
    return people.make_actor("office", people.make_unit("office"), at=AT)


def publish_values(by, *ids, times=TODAY):
    return commands.publish(ids=ids, times=times, occasion="2019年10月月报", by=by, at=AT)


def gone(number: str, on: int) -> Said:
    """Say that a payment no longer holds from a day on."""
    return Said({"number": number}, None, day(on))


class TestPublish:
    def test_keeps_value_definition_both_times_and_the_rows(self, table, office):
        (row,) = publish_values(office, "F46")

        assert (row.figure, row.version, row.value, row.unit, row.rows) == ("trial.paid", 1, "207.08", "亿元", 2)
        assert row.read() == {("numerator", "1"): "2000000000000", ("numerator", "2"): "70800000000"}
        assert (row.as_of, row.published_by) == (TODAY.as_of, str(office.by))
        told = Record.objects.get(kind="FiguresPublished")
        assert row.digest in told.payload and '"207.08"' in told.payload

    def test_is_never_changed(self, table, office):
        (row,) = publish_values(office, "F46")

        with pytest.raises(DatabaseError), transaction.atomic():
            Snapshot.objects.filter(pk=row.pk).update(value="213.40")

    def test_is_for_those_who_may(self, table):
        with pytest.raises(NotAllowed):
            publish_values(people.make_actor("handler", people.make_unit("zjj"), at=AT), "F46")

    def test_wants_a_figure_an_occasion_and_a_day_that_has_come(self, table, office):
        with pytest.raises(commands.NothingToPublish):
            publish_values(office)
        with pytest.raises(commands.NothingToPublish):
            commands.publish(ids=["F46"], times=TODAY, occasion=" ", by=office, at=AT)
        with pytest.raises(commands.NotYet):
            publish_values(office, "F46", times=Times(TODAY.as_of + timedelta(days=1)))


class TestCompare:
    def test_names_the_rows_that_came_went_and_changed(self, table, office):
        (row,) = publish_values(office, "F46")
        say(table, pay("2", 134_000_000_000, 1, late=True), pay("3", 100, 2), gone("1", 2))

        found = comparing.compare(row)

        assert (found.then.value, found.value, found.differs) == ("207.08", "13.40", True)
        assert [(each.key, each.how, each.then, each.now) for each in found.changes] == [
            ("1", "removed", "2000000000000", ""),
            ("2", "changed", "70800000000", "134000000000"),
            ("3", "added", "", "100"),
        ]

    def test_the_same_two_times_give_the_published_value_for_ever(self, table, office):
        published = publish_values(office, "F46", "trial.share", "trial.all")
        say(table, pay("2", 1, 1), pay("4", 5, 1), gone("1", 1))

        for row in published:
            assert str(queries.ask(row.figure, row.times).value) == row.value

    def test_of_a_ratio_tells_both_parts(self, table, office):
        (row,) = publish_values(office, "trial.share")
        say(table, pay("3", 5, 1, late=True))

        found = comparing.compare(row)

        assert (found.then.value, found.value) == ("50.00", "66.67")
        assert [(each.part, each.key) for each in found.changes] == [(Part.DENOMINATOR, "3"), (Part.NUMERATOR, "3")]

    def test_nothing_differs_while_nothing_was_learnt(self, table, office):
        (row,) = publish_values(office, "F46")
        say(table, pay("5", 5, 30, since=30))

        assert not comparing.compare(row).differs
        assert comparing.last("trial.paid") == row
