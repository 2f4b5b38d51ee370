"""What holds of every condition: it reads back, decides as the tables say, and the same in columns."""

import pickle
from decimal import Decimal

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernel.conditions import naive
from tests.kernel.conditions.strategies import FACTS, SCALES, subjects, trees
from yichuang.kernel.conditions import Condition, FactKind, Truth, parse
from yichuang.kernel.conditions.columns import Table, columns

DTYPES = {FactKind.TEXT: pl.String, FactKind.DATE: pl.Date, FactKind.BOOL: pl.Boolean}


def dtype(path):
    fact = FACTS[path]
    kind = fact.of if fact.kind is FactKind.LIST else fact.kind
    one = pl.Decimal(18, SCALES[path]) if kind is FactKind.NUMBER else DTYPES[kind]
    return pl.List(one) if fact.kind is FactKind.LIST else one


SCHEMA = {path: dtype(path) for path in FACTS}


@settings(deadline=None)
@given(trees)
def test_a_written_condition_reads_back_to_the_same_tree(tree):
    text = str(Condition(tree))

    assert parse(text).tree == tree
    assert parse(text, FACTS).tree == tree


@settings(deadline=None)
@given(trees, subjects)
def test_decides_as_kleene_s_tables_say_with_and_without_reasons(tree, facts):
    condition = Condition(tree, FACTS)

    expected = naive.decide(tree, facts)
    assert condition.truth(facts) is expected
    assert condition.decide(facts).truth is expected


@settings(deadline=None)
@given(trees, subjects)
def test_every_answer_has_reasons(tree, facts):
    decision = Condition(tree, FACTS).decide(facts)

    assert decision.because
    assert all(reason.strip() for reason in decision.because)
    assert (decision.truth is Truth.UNKNOWN) == any(reason.startswith("尚不知道") for reason in decision.because)


@settings(deadline=None)
@given(st.lists(trees, min_size=1, max_size=4), st.lists(subjects, max_size=6), st.sets(st.sampled_from(sorted(FACTS))))
def test_columns_answer_as_one_by_one(some, rows, absent):
    conditions = [Condition(tree) for tree in some]
    schema = {path: kind for path, kind in SCHEMA.items() if path not in absent}
    facts = [{path: value for path, value in row.items() if path in schema} for row in rows]
    frame = pl.DataFrame({"row": pl.Series(range(len(rows)), dtype=pl.Int64)}).with_columns(
        pl.Series(path, [row.get(path) for row in facts], dtype=kind) for path, kind in schema.items()
    )

    table = Table.of(frame, frozenset().union(*(condition.paths for condition in conditions)))

    for condition, found in zip(conditions, table.decide(conditions), strict=True):
        assert [Truth(answer) for answer in found] == [condition.truth(row) for row in facts]


@settings(deadline=None)
@given(st.lists(st.none() | st.integers(-(10**6), 10**6), min_size=1), st.integers(0, 6), st.integers(-(10**5), 10**5))
def test_scaled_whole_columns_compare_exactly(stored, scale, threshold):
    condition = parse(f"x >= {Decimal(threshold).scaleb(-3):f}")
    frame = pl.DataFrame({"x": stored}, schema={"x": pl.Int64})

    found = columns(condition, frame, {"x": scale})

    exact = [None if n is None else Decimal(n).scaleb(-scale) for n in stored]
    assert [Truth(answer) for answer in found] == [condition.truth({"x": value}) for value in exact]


@settings(deadline=None)
@given(trees)
def test_a_condition_survives_pickling(tree):
    condition = Condition(tree, FACTS)

    assert pickle.loads(pickle.dumps(condition)) == condition


@settings(deadline=None)
@given(st.text())
def test_any_text_is_a_condition_or_a_definition_error(text):
    try:
        condition = parse(text)
    except ValueError as reason:
        assert "character" in str(reason)
    else:
        assert parse(str(condition)) == condition
