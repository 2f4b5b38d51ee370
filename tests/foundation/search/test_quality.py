"""What people really type finds what they mean: questions judged by hand (`questions.yaml`), beside a plain TF-IDF."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.support import search_quality as quality
from yichuang.foundation.search import commands, kinds
from yichuang.foundation.search.matching import enough, joints
from yichuang.foundation.search.queries import search
from yichuang.foundation.search.tokens import ask

KIND = "judged"


def ours(things: Sequence[commands.Thing], monkeypatch: pytest.MonkeyPatch) -> quality.Finder:
    monkeypatch.setitem(kinds.KINDS, KIND, lambda _actor, keys: keys)
    commands.index_all(KIND, things)
    return lambda query: [hit.key for hit in search(query, KIND, limit=10)]


def means(each: quality.Set, finder: quality.Finder) -> tuple[float, float]:
    found = [(question, finder(question.ask)) for question in each.questions]
    hits = sum(quality.hit(question, keys) for question, keys in found) / len(found)
    return hits, sum(quality.ndcg(question, keys) for question, keys in found) / len(found)


@pytest.mark.django_db
def test_the_questions_of_a_desk_are_answered_among_the_first_five(monkeypatch):
    each = quality.small()
    finder = ours(each.things, monkeypatch)

    assert [question.ask for question in each.questions if not quality.hit(question, finder(question.ask))] == []
    assert len(each.questions) == 12


@pytest.mark.django_db
def test_our_own_questions_are_answered_no_worse_than_by_plain_tf_idf(monkeypatch):
    (each,) = quality.sets("demo")

    hits, order = means(each, ours(each.things, monkeypatch))

    plain_hits, plain_order = means(each, quality.tf_idf(each.things, with_text=True))
    assert hits >= plain_hits
    assert order >= plain_order
    assert hits >= 0.95


def test_a_hundred_questions_are_ours_and_each_is_answered_by_something():
    if not quality.ITEMS.exists():
        pytest.skip(f"{quality.ITEMS} is not here: the list of 2,262 matters lies beside the project")
    found = quality.sets()

    assert [each.name for each in found] == ["golden", "imported", "demo"]
    assert sum(len(each.questions) for each in found[1:]) >= 100
    assert {"two", "name", "alias", "pinyin", "initials", "typo", "spoken"} <= {
        question.way for each in found for question in each.questions
    }


def test_a_pair_that_joins_two_words_says_nothing():
    have = {"护士": 4, "考试": 40, "试报": 9, "报名": 20}

    assert joints(ask("护士考试报名"), have) == {"士考"}
    assert joints(ask("残记人证"), {"人证": 8}) == frozenset(), (
        "a typing mistake: the pair before it is written nowhere"
    )


def test_a_fifth_is_enough_and_half_of_the_best_where_nothing_has_it():
    assert enough([0.5, 0.1], strictly=False) == enough([0.1], strictly=True) == 0.2
    assert enough([0.16, 0.1], strictly=False) == 0.1
    assert enough([], strictly=False) == 0.1
