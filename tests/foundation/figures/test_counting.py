"""What the database makes of rows is what one makes of them by hand, for any two times, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from unittest import mock

import pytest
from django.db.models import Q
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.support.figures import figure, payments, publish, say
from yichuang.foundation.figures import counting, groups, queries, reckoning
from yichuang.foundation.figures.formulas import Counted, Period, read_formula
from yichuang.foundation.figures.measures import DATED, MEASURES
from yichuang.foundation.figures.reckoning import Differs
from yichuang.foundation.figures.rows import behind
from yichuang.foundation.figures.terms import Aggregate, Missing, Times
from yichuang.foundation.people.actors import SYSTEM
from yichuang.foundation.records import realtime
from yichuang.foundation.records.dated import Said
from yichuang.kernel.indicators import PeriodKind

MONDAY = date(2019, 10, 7)
OF = "trial.payments"


def pay(number: str, fen: int | None, on: int, *, unit="zjj", late=False, since=0, until=None, region="420106001"):
    values = {"unit": unit, "region": region, "fen": fen, "paid_on": day(on), "late": late}
    return Said({"number": number}, values, day(since), None if until is None else day(until))


def day(n: int) -> date:
    return MONDAY + timedelta(days=n)


rows = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.one_of(st.none(), st.integers(-5, 300)),
        st.integers(-40, 10),
        st.sampled_from(["zjj", "cgj", "sgj"]),
        st.booleans(),
        st.integers(-5, 5),
        st.one_of(st.none(), st.integers(6, 12)),
    ),
    min_size=1,
    max_size=14,
)
FORMULAS = [
    {"count": {"of": OF}},
    {"count": {"of": OF, "when": "late and unit != 'zjj'"}},
    {"count": {"of": OF, "when": "not (fen > 100 or late)"}},
    {"count": {"of": OF, "until": "paid_on"}},
    {"sum": {"of": OF, "column": "fen", "until": "paid_on", "when": "late"}},
    {"distinct": {"of": OF, "column": "unit"}},
    {"distinct": {"of": OF, "column": "fen", "when": "fen >= 3"}},
    {"sum": {"of": OF, "column": "fen"}},
    {"mean": {"of": OF, "column": "fen", "when": "not late"}},
    {"min": {"of": OF, "column": "paid_on"}},
    {"max": {"of": OF, "column": "fen"}},
    {"median": {"of": OF, "column": "fen"}},
    {"percentile": {"of": OF, "column": "fen", "percent": 90, "when": "unit in ['zjj', 'cgj']"}},
    {"only": {"of": OF, "column": "unit"}},
    {"place": {"of": OF, "among": "unit", "own": "zjj", "column": "fen", "aggregate": "sum"}},
    {"place": {"of": OF, "among": "unit", "own": "zjj", "column": "fen", "each": "late", "counted": 1}},
    {"per_period": {"of": OF, "every": "week", "working": True}},
]


class TestAgainstHand(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(rows, st.integers(-2, 12), st.sampled_from(["standing", "month", "week", "year_to_date"]), st.booleans())
    def test_every_formula_for_two_times(self, given_rows, as_of, period, before):
        with payments() as table:
            half = len(given_rows) // 2
            for row in given_rows[:half]:
                say(table, said(row))
            known_at = realtime.database_now()
            for row in given_rows[half:]:
                say(table, said(row))
            times = Times(day(as_of), known_at if before else None)
            source = MEASURES[OF]
            there = list(table.objects.on(times.as_of, times.known_at).values())
            span = Period(PeriodKind(period)).span(times.as_of)
            leaves = [read_formula(formula, "test", Period(PeriodKind(period))) for formula in FORMULAS]
            found = counting.results(leaves, times)
            known = source.known(times).exists()
            for leaf in leaves:
                chosen = reckoning.chosen(leaf, there, span, source.day, times.as_of)
                wanted, missing = by_hand(leaf, chosen, span, times)
                if not known:
                    assert found[leaf].missing is Missing.NO_ROWS
                elif missing:
                    assert found[leaf].missing is missing, leaf
                else:
                    assert found[leaf].made == wanted, (leaf, chosen)


def by_hand(leaf, chosen, span, times):
    try:
        made = reckoning.made_of(leaf, chosen, span=span, day="paid_on", as_of=times.as_of, works=counting.works())
    except Differs:
        return None, Missing.DIFFERS
    made = made.value if isinstance(made, reckoning.Parts) else made
    return made, Missing.NO_ROWS if made is None else None


def said(row) -> Said:
    number, fen, on, unit, late, since, until = row
    return pay(str(number), fen, on, unit=unit, late=late, since=since, until=until)


class TestGroupsAgainstHand(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(rows, st.sampled_from(["unit", "late"]))
    def test_every_group_is_the_figure_of_its_rows(self, given_rows, by):
        with payments() as table:
            for row in given_rows:
                say(table, said(row))
            publish(
                figure("trial.sum", {"sum": {"of": OF, "column": "fen"}}, unit="元", mode="S", digits=2),
                figure("trial.p90", {"percentile": {"of": OF, "column": "fen", "percent": 90}}, unit="元", digits=2),
                figure(
                    "trial.late",
                    {"ratio": {"of": {"count": {"of": OF, "when": "late"}}, "over": "trial.all"}},
                    unit="%",
                    mode="R",
                    digits=1,
                ),
                figure("trial.all", {"count": {"of": OF}}),
            )
            times = Times(day(3))
            there = list(table.objects.on(times.as_of).values())
            for id, kind in (("trial.sum", Aggregate.SUM), ("trial.p90", Aggregate.PERCENTILE)):
                made = {each.code: each.exact for each in groups.groups(queries.find(id, times.as_of), by, times)}
                for code in {str(row[by]) for row in there}:
                    values = [row["fen"] for row in there if str(row[by]) == code]
                    assert made[code] == reckoning.aggregate(kind, values, 90)
            shares = groups.groups(queries.find("trial.late", times.as_of), by, times)
            assert sum(each.rows for each in shares) == len(there)
            assert sum(each.numerator for each in shares) == sum(row["late"] for row in there)


@pytest.fixture
def table(db):
    with payments() as made:
        yield made


class TestTimes:
    def test_what_was_known_stays_for_ever_and_what_is_true_moves_by_the_row(self, table):
        publish(
            figure("trial.paid", {"sum": {"of": OF, "column": "fen"}}, unit="亿元", mode="S", digits=2, report="F46")
        )
        say(table, pay("1", 20_000_000_000, 0), pay("2", 708_000_000, 1))
        before = realtime.database_now()
        say(table, pay("2", 1_340_000_000, 1))

        now = queries.ask("F46", Times(day(3)))
        then = queries.ask("F46", Times(day(3), before))

        assert (now.value, then.value) == (Decimal("2.13"), Decimal("2.07"))
        assert queries.ask("F46", Times(day(3), before)).value == then.value

    def test_a_row_counts_from_its_first_day_until_before_its_last(self, table):
        publish(figure("trial.all", {"count": {"of": OF}}))
        say(table, pay("1", 5, 0, since=1, until=3))

        assert [queries.ask("trial.all", Times(day(n))).value for n in (0, 1, 2, 3)] == [0, 1, 1, 0]

    def test_nothing_ever_recorded_is_no_value_and_a_nought_is_a_nought(self, table):
        publish(figure("trial.all", {"count": {"of": OF}}), figure("trial.late", {"count": {"of": OF, "when": "late"}}))
        before = realtime.database_now()

        empty = queries.ask("trial.late", Times(day(0)))
        say(table, pay("1", 5, 0))

        assert (empty.value, empty.missing) == (None, Missing.NO_ROWS)
        assert queries.ask("trial.late", Times(day(0))).value == 0
        assert queries.ask("trial.late", Times(day(0), before)).missing is Missing.NO_ROWS

    def test_a_period_ends_with_the_day(self, table):
        publish(
            figure("trial.month", {"count": {"of": OF}}, period="month"),
            figure("trial.ytd", {"count": {"of": OF}}, period="year_to_date"),
            figure("trial.since", {"count": {"of": OF}}, period={"since": "2019-10-08"}),
        )
        say(table, pay("0", 5, -20, since=-30), pay("1", 5, 0), pay("2", 5, 1), pay("3", 5, 9))

        found = queries.answers(["trial.month", "trial.ytd", "trial.since"], Times(day(2)))

        assert [each.value for each in found.values()] == [2, 3, 1]


class TestRatio:
    def test_money_over_money_in_percent_with_both_in_yuan(self, table):
        publish(
            figure("trial.late", {"sum": {"of": OF, "column": "fen", "when": "late"}}, unit="亿元", mode="S", digits=2),
            figure(
                "trial.share",
                {"ratio": {"of": "trial.late", "over": {"sum": {"of": OF, "column": "fen"}}}},
                unit="%",
                mode="R",
                digits=2,
            ),
        )
        say(table, pay("1", 20_708_000_000, 0, late=True), pay("2", 2_523_000_000, 0))

        found = queries.ask("trial.share", Times(day(1)))

        assert (found.value, found.numerator, found.denominator) == (Decimal("89.14"), Decimal("2.07"), Decimal("2.32"))

    def test_over_nothing_there_is_no_value(self, table):
        publish(
            figure(
                "trial.share",
                {
                    "ratio": {
                        "of": {"count": {"of": OF, "when": "late"}},
                        "over": {"count": {"of": OF, "when": "unit = 'x'"}},
                    }
                },
                unit="%",
                mode="R",
            ),
        )
        say(table, pay("1", 5, 0, late=True))

        found = queries.ask("trial.share", Times(day(1)))

        assert (found.value, found.missing, found.numerator, found.denominator) == (None, Missing.NO_DENOMINATOR, 1, 0)


class TestWording:
    @pytest.mark.parametrize(
        ("mode", "wording", "count", "said"),
        [
            ("L", {"text": "{n}万余", "step": 10000, "by": 10000}, 163412, "16万余"),
            ("L", {"text": "{n}万多", "step": 10000, "by": 10000}, 20000, "2万多"),
            ("L", {"text": "{n}余", "step": 100}, 123, "100余"),
            ("L", {"text": "{n}%以上", "step": 10}, 84, "80%以上"),
            ("A", {"text": "约{n}", "step": 10}, 98, "约100"),
            ("A", {"text": "约{n}", "step": 10}, 94, "约90"),
            ("A", {"text": "约{n}", "step": 10}, 3, ""),
            ("L", {"text": "{n}万余", "step": 10000, "by": 10000}, 6, ""),
        ],
    )
    def test_the_true_count_stays_apart(self, table, mode, wording, count, said):
        publish(figure("trial.sum", {"sum": {"of": OF, "column": "fen"}}, unit="元", mode=mode, wording=wording))
        say(table, pay("1", count * 100, 0))

        found = queries.ask("trial.sum", Times(day(0)))

        assert (found.value, found.wording) == (count, said)


class TestRegion:
    def test_counts_what_lies_inside(self, table):
        publish(figure("trial.all", {"count": {"of": OF}}))
        say(
            table,
            pay("1", 5, 0, region="420106001"),
            pay("2", 5, 0, region="420106001003"),
            pay("3", 5, 0, region="420106015"),
        )

        found = [
            queries.ask("trial.all", Times(day(0), region=code)).value
            for code in ("", "420106", "420106001", "42010601")
        ]

        assert found == [3, 3, 2, 1]


class TestRounding:
    def test_half_goes_up(self, table):
        publish(
            figure("trial.mean", {"mean": {"of": OF, "column": "fen"}}, unit="元", digits=2),
        )
        say(table, pay("1", 100, 0), pay("2", 101, 0))

        assert queries.ask("trial.mean", Times(day(0))).value == Decimal("1.01")
        leaf = Counted(OF, Aggregate.MEAN, "fen")
        assert counting.results([leaf], Times(day(0)))[leaf].made == Fraction(201, 2)


class TestNewest(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(rows, st.integers(1, 4))
    def test_is_the_value_of_the_row_that_began_last(self, given_rows, latest):
        leaves = [
            read_formula({"newest": {"of": OF, "column": column}}, "test", Period()) for column in ("fen", "paid_on")
        ]
        with payments() as table, mock.patch.object(counting, "LATEST", latest):
            for row in given_rows:
                say(table, said(row))
            found = counting.results(leaves, Times(day(3)))
            for leaf in leaves:
                known = [
                    (row["valid_from"], row[leaf.column])
                    for row in table.objects.on(day(3)).values()
                    if row[leaf.column] is not None
                ]
                assert found[leaf].made == (max(known)[1] if known else None)


class TestRowsOfSeveralLists(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(rows, st.integers(0, 6), st.one_of(st.none(), st.integers(0, 8)))
    def test_are_one_list_in_its_order(self, given_rows, start, length):
        late, on_time = (DATED.holds(Times(day(3))) & Q(late=late) for late in (True, False))
        with payments(dating=replace(DATED, asking_apart=lambda times: [late, on_time])) as table:
            for row in given_rows:
                say(table, said(row))
            publish(figure("trial.all", {"count": {"of": OF}}))
            times, stop = Times(day(3)), None if length is None else start + length
            (part,) = behind(queries.find("trial.all", times.as_of), times, SYSTEM)
            wanted = sorted(table.objects.on(times.as_of).values_list("paid_on", "number"))
            assert part.total == len(wanted)
            assert [key for key, _ in part.rows.between(start, stop)] == [key for _, key in wanted][start:stop]
