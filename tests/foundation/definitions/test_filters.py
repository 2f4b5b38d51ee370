"""A condition as a filter gives the same answers as one by one, for every row and every condition."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product

import pytest
from django.db.models import BooleanField, Case, CharField, DecimalField, IntegerField, Q, Value, When
from hypothesis import given, settings
from hypothesis import strategies as st

from yichuang.foundation.definitions.filters import sides, to_q
from yichuang.foundation.definitions.models import Definition
from yichuang.kernel.conditions import (
    And,
    Compare,
    Condition,
    Holds,
    Known,
    Literal,
    Member,
    Not,
    Op,
    Or,
    Path,
    Truth,
    parse,
)
from yichuang.kernel.errors import DefinitionError

COLUMNS = {
    "a.text": "text",
    "a.other": "other",
    "a.number": "number",
    "a.amount": "amount",
    "a.day": "valid_to",
    "a.flag": "flag",
}
WORDS, NUMBERS, AMOUNTS = ("", "甲", "乙", "丙"), (-2, 0, 1, 3), ("0", "1.25", "3", "-2.5")
DAYS = (None, date(2019, 7, 1), date(2019, 10, 30))

texts = st.sampled_from(WORDS)
numbers = st.sampled_from([Decimal(each) for each in ("-2.5", "-2", "0", "0.5", "1", "1.25", "3")])
days = st.sampled_from([date(2019, 6, 30), date(2019, 7, 1), date(2019, 10, 30)])
orders, equals = st.sampled_from(list(Op)), st.sampled_from([Op.EQ, Op.NE])


def compare(paths, values, ops):
    path, literal = st.sampled_from(paths).map(Path), values.map(Literal)
    return st.one_of(
        st.builds(Compare, path, ops, literal),
        st.builds(Compare, literal, ops, path),
        st.builds(Compare, path, ops, path),
        st.builds(Member, path, st.lists(values, min_size=1, max_size=3).map(tuple).map(Literal), st.booleans()),
    )


leaves = st.one_of(
    compare(["a.text", "a.other"], texts, equals),
    compare(["a.number", "a.amount"], numbers, orders),
    compare(["a.day"], days, orders),
    st.just(Holds(Path("a.flag"))),
    st.sampled_from(list(COLUMNS)).map(lambda path: Known(Path(path))),
)
trees = st.recursive(
    leaves,
    lambda parts: st.one_of(
        parts.map(Not),
        st.lists(parts, min_size=2, max_size=3).map(tuple).map(And),
        st.lists(parts, min_size=2, max_size=3).map(tuple).map(Or),
    ),
    max_leaves=6,
)


def rows():
    """Put rows down whose annotations are sometimes NULL, and give the queryset."""
    at = datetime(2019, 1, 2, tzinfo=UTC)
    cases = product(range(len(WORDS) + 1), range(len(NUMBERS) + 1), DAYS)
    Definition.objects.bulk_create(
        Definition(
            kind="row",
            code=f"{word}-{number}-{day}",
            version=number + 1,
            name=str(word),
            valid_from=date(2019, 1, 1),
            valid_to=day,
            source=AMOUNTS[(word + number) % len(AMOUNTS)],
            published_at=at,
        )
        for word, number, day in cases
    )
    texts = [When(name=str(place), then=Value(word)) for place, word in enumerate(WORDS)]
    others = [When(name=str(place), then=Value(word)) for place, word in enumerate(reversed(WORDS), start=1)]
    numbers = [When(version=place + 1, then=Value(number)) for place, number in enumerate(NUMBERS)]
    amount = DecimalField(max_digits=12, decimal_places=2)
    amounts = [When(source=each, then=Value(Decimal(each), output_field=amount)) for each in AMOUNTS[:-1]]
    return Definition.objects.annotate(
        text=Case(*texts, default=None, output_field=CharField()),
        other=Case(*others, default=None, output_field=CharField()),
        number=Case(*numbers, default=None, output_field=IntegerField()),
        amount=Case(*amounts, default=None, output_field=amount),
        flag=Case(
            When(version=1, then=Value(True)),
            When(version=2, then=Value(False)),
            default=None,
            output_field=BooleanField(null=True),
        ),
    )


@pytest.mark.django_db
def test_the_filter_and_one_by_one_agree_on_every_row():
    queryset = rows()
    subjects = {row.pk: {path: _fact(getattr(row, column)) for path, column in COLUMNS.items()} for row in queryset}

    @settings(max_examples=150, deadline=None)
    @given(trees)
    def agree(tree):
        condition = Condition(tree)
        both = sides(condition, COLUMNS)
        truths = {key: condition.truth(facts) for key, facts in subjects.items()}

        assert _keys(queryset, both.yes) == {key for key, truth in truths.items() if truth is Truth.YES}
        assert _keys(queryset, both.no) == {key for key, truth in truths.items() if truth is Truth.NO}

    agree()


def _keys(queryset, condition):
    return set(queryset.filter(condition).values_list("pk", flat=True))


def _fact(value):
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def test_no_negated_q_is_ever_made():
    condition = parse("not (a.text = '甲' and not known(a.day)) or a.number not in [1, 3]")

    def negated(q):
        return isinstance(q, Q) and (q.negated or any(map(negated, q.children)))

    assert not negated(to_q(condition, COLUMNS))


def test_only_declared_columns_may_stand_in_a_filter():
    with pytest.raises(DefinitionError, match=r"a\.hidden is no column"):
        to_q(parse("a.hidden = 1"), COLUMNS)
