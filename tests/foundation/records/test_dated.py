"""Dated rows: what holds on a day, as it is known now and as it was known before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import ClassVar

import pytest
from django.db import IntegrityError, connection, connections, models, transaction
from django.test.utils import isolate_apps
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from yichuang.foundation.records import realtime
from yichuang.foundation.records.dated import Dated, Said, dated_constraints, write

MONDAY = date(2019, 10, 7)


@pytest.fixture
def price(db: None) -> Iterator[type[Dated]]:
    with isolate_apps("yichuang.foundation.records"):
        table = price_table()
        make(table)
        yield table


def price_table() -> type[Dated]:
    class Price(Dated):
        KEY: ClassVar[tuple[str, ...]] = ("what", "where")

        what = models.CharField(max_length=20)
        where = models.CharField(max_length=20)
        fen = models.IntegerField()

        class Meta:
            app_label = "records"
            constraints: ClassVar = dated_constraints("price", "what", "where")

    return Price


def make(table: type[Dated]) -> None:
    """Make the table inside the test's transaction."""
    editor = connection.schema_editor(collect_sql=True)
    editor.deferred_sql = []
    editor.create_model(table)
    with connection.cursor() as cursor:
        for statement in [*editor.collected_sql, *map(str, editor.deferred_sql)]:
            cursor.execute(statement)


def day(n: int) -> date:
    return MONDAY + timedelta(days=n)


def said(fen: int | None, start: int, end: int | None = None, what: str = "tea") -> Said:
    values = None if fen is None else {"fen": fen}
    return Said({"what": what, "where": "shop"}, values, day(start), None if end is None else day(end))


def say(table: type[Dated], *rows: Said) -> list[Dated]:
    with transaction.atomic():
        return write(table, rows)


def on(table: type[Dated], n: int, known_at: datetime | None = None, what: str = "tea") -> list[int]:
    return [row.fen for row in table.objects.on(day(n), known_at).filter(what=what)]


class TestWrite:
    def test_the_next_value_ends_the_one_before(self, price):
        say(price, said(100, 0))

        say(price, said(120, 5))

        assert [on(price, n) for n in (-1, 0, 4, 5, 99)] == [[], [100], [100], [120], [120]]

    def test_what_was_known_before_stays_as_it_was_known(self, price):
        say(price, said(100, 0))
        before = realtime.database_now()

        say(price, said(90, 0, 3))

        assert [on(price, n) for n in (0, 2, 3)] == [[90], [90], [100]]
        assert [on(price, n, before) for n in (0, 2, 3)] == [[100], [100], [100]]

    def test_a_correction_in_the_middle_leaves_both_sides(self, price):
        say(price, said(100, 0, 10))

        say(price, said(50, 4, 6))

        current = price.objects.current().order_by("valid_from").values_list("fen", "valid_from", "valid_to")
        assert list(current) == [(100, day(0), day(4)), (50, day(4), day(6)), (100, day(6), day(10))]

    def test_what_holds_already_is_not_written_again(self, price):
        say(price, said(100, 0))

        new = say(price, said(100, 3), said(100, 0, 9))

        assert new == []
        assert price.objects.count() == 1

    def test_nothing_may_hold(self, price):
        say(price, said(100, 0))

        say(price, said(None, 2, 4))

        assert [on(price, n) for n in (1, 2, 3, 4)] == [[100], [], [], [100]]

    def test_the_later_of_two_in_one_deed_wins_and_the_earlier_leaves_no_row(self, price):
        say(price, said(100, 0), said(110, 0))

        assert on(price, 0) == [110]
        assert price.objects.count() == 1

    def test_keys_do_not_touch_each_other(self, price):
        say(price, said(100, 0), said(7, 0, what="salt"))

        say(price, said(8, 0, what="salt"))

        assert (on(price, 0), on(price, 0, what="salt")) == ([100], [8])

    def test_is_refused_outside_a_deed(self, price, monkeypatch):
        with monkeypatch.context() as outside, pytest.raises(AssertionError, match="in a deed"):
            outside.setattr(connections["default"], "in_atomic_block", False)

            write(price, [said(1, 0)])

    def test_a_key_that_is_not_whole_is_refused(self, price):
        with pytest.raises(AssertionError, match="is about"):
            say(price, Said({"what": "tea"}, {"fen": 1}, MONDAY))


class TestConstraints:
    @pytest.mark.parametrize(
        ("start", "end"), [(3, None), (0, 4), (2, 2)], ids=["second open row", "same first day", "ends as it begins"]
    )
    def test_the_database_refuses(self, price, start, end):
        say(price, said(100, 0))

        with pytest.raises(IntegrityError), transaction.atomic():
            price.objects.create(
                what="tea",
                where="shop",
                fen=1,
                valid_from=day(start),
                valid_to=None if end is None else day(end),
                recorded_at=realtime.database_now(),
            )


spans = st.tuples(
    st.one_of(st.none(), st.integers(1, 3)), st.integers(0, 11), st.one_of(st.none(), st.integers(1, 8))
).map(lambda drawn: said(drawn[0], drawn[1], None if drawn[2] is None else drawn[1] + drawn[2]))


class TestAnySequence(TestCase):
    """Against a list of days on which each value is simply put down."""

    @settings(max_examples=60, deadline=None)
    @given(st.lists(spans, max_size=8))
    def test_each_day_holds_what_was_said_last_and_each_moment_keeps_what_it_knew(self, rows):
        with isolate_apps("yichuang.foundation.records"):
            table = price_table()
            make(table)
            plain: list[int | None] = [None] * 24
            moments = []
            for row in rows:
                say(table, row)
                start, end = (row.valid_from - MONDAY).days, 24
                if row.valid_to:
                    end = (row.valid_to - MONDAY).days
                plain[start:end] = [None if row.values is None else row.values["fen"]] * (end - start)
                moments.append((realtime.database_now(), list(plain)))

            for moment, known in moments:
                assert [on(table, n, moment) for n in range(24)] == [[] if fen is None else [fen] for fen in known]
