"""What is counted together is what is counted one by one, in one statement; and durations are rounded as people do."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.db import connection
from django.db.models import DurationField, ExpressionWrapper, F
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.foundation.figures.test_counting import FORMULAS, OF, day, rows, said
from tests.support.engine import Hall
from tests.support.figures import measure, payments, say
from yichuang.foundation.figures.cubes import WHOLE, Ask, Counts
from yichuang.foundation.figures.formulas import Counted, Period, read_formula
from yichuang.foundation.figures.measures import TenthsOfHours, duration, number
from yichuang.foundation.figures.terms import Aggregate, Times
from yichuang.foundation.work.models import Dossier

LEAVES = [leaf for each in FORMULAS if isinstance(leaf := read_formula(each, "test", Period()), Counted)]
ASKS = [Ask(leaf, by) for leaf in LEAVES for by in ("", "unit", "late")]
REPEATING = {"fen": number("fen", "金额", unit="fen", repeats=True)}


class TestTogether(TestCase):
    @settings(max_examples=30, deadline=None)
    @given(rows, st.sets(st.sampled_from(ASKS), min_size=2), st.integers(-2, 12))
    def test_is_as_one_by_one(self, given_rows, asks, as_of):
        with payments() as table:
            for row in given_rows:
                say(table, said(row))
            times = Times(day(as_of))
            together = Counts()
            together.gather((ask, times) for ask in asks)
            for ask in asks:
                assert together.of(ask, times) == Counts().of(ask, times), ask

    @settings(max_examples=30, deadline=None)
    @given(rows, st.integers(1, 100), st.sampled_from(["", "unit"]))
    def test_percentiles_by_how_often_a_value_is_there_are_those_by_number(self, given_rows, percent, by):
        asks = [
            Ask(Counted(OF, Aggregate.PERCENTILE, "fen", percent=percent), by),
            Ask(Counted(OF, Aggregate.COUNT), by),
        ]
        times = Times(day(3))
        with payments() as table:
            for row in given_rows:
                say(table, said(row))
            by_number = [Counts().of(ask, times) for ask in asks]
        with measure(table, replacing=REPEATING):
            counts = Counts()
            counts.gather((ask, times) for ask in asks)
            assert [counts.of(ask, times) for ask in asks] == by_number


@pytest.mark.django_db
class TestStatements:
    def test_one_list_is_gone_through_once(self):
        times = Times(day(3))
        wanted = [
            Ask(leaf, by) for leaf in LEAVES if leaf.aggregate in (Aggregate.COUNT, Aggregate.SUM, Aggregate.MEAN)
            for by in ("", "unit", "late")
        ]  # fmt: skip
        with payments() as table:
            say(table, said((1, 5, 0, "zjj", True, 0, None)))
            counts = Counts()
            with CaptureQueriesContext(connection) as asked:
                counts.gather((ask, times) for ask in wanted)
                assert counts.of(wanted[0], times)[WHOLE].result.made == 1
        assert len(asked) == 1

    def test_two_percentiles_and_the_count_of_their_rows_are_one_statement(self):
        times = Times(day(3), None)
        wanted = [
            Ask(Counted(OF, Aggregate.MEDIAN, "fen"), "unit"),
            Ask(Counted(OF, Aggregate.PERCENTILE, "fen", percent=90), "unit"),
            Ask(Counted(OF, Aggregate.COUNT), "unit"),
        ]
        with payments(replacing=REPEATING) as table:
            say(table, said((1, 5, 0, "zjj", True, 0, None)))
            with CaptureQueriesContext(connection) as asked:
                Counts().gather((ask, times) for ask in wanted)
        assert len(asked) == 1


@pytest.mark.django_db
class TestTenthsOfHours:
    @pytest.mark.parametrize("seconds", [0, 59, 179, 180, 181, 3599, 3600, 5399.999999, 86_400 * 40 + 540])
    def test_are_whole_minutes_with_half_a_tenth_up(self, seconds):
        took = timedelta(seconds=seconds)
        case = Hall().receive()
        Dossier.objects.filter(pk=case.pk).update(opened_at=AT, ended_at=AT + took)
        passed = ExpressionWrapper(F("ended_at") - F("opened_at"), output_field=DurationField())

        stored = Dossier.objects.annotate(took=TenthsOfHours(passed)).get(pk=case.pk).took

        hours = Decimal(took // timedelta(minutes=1)) / 60
        assert duration("took", "历时").value(stored) == hours.quantize(Decimal("0.1"), ROUND_HALF_UP)


AT = datetime.fromisoformat("2019-10-30T09:00:00+08:00")
