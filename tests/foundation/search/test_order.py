"""
The order is the one that is written down: compared with a plain reckoning over all things, on either database.

`YICHUANG_TEST_DB=postgresql` runs the same there; as both equal the reckoning, they equal each other.
"""

from __future__ import annotations

from math import log2
from random import Random

import pytest

from yichuang.config.bench.search import questions, things
from yichuang.foundation.people.actors import PUBLIC
from yichuang.foundation.search import commands, fulltext, kinds
from yichuang.foundation.search.commands import Thing
from yichuang.foundation.search.models import Entry, Word
from yichuang.foundation.search.queries import search
from yichuang.foundation.search.tokens import ask, compact, kept_words, sounds, words

pytestmark = pytest.mark.django_db
KIND = "thing"
COUNT = 600


@pytest.fixture
def made(monkeypatch):
    monkeypatch.setitem(kinds.KINDS, KIND, lambda actor, keys: keys)
    rows = [Thing(*each) for each in things(COUNT, Random(7))]
    commands.index_all(KIND, rows)
    return rows


def asked_ways() -> list[tuple[str, str]]:
    names = [name for _, name, *_ in things(COUNT, Random(7))]
    return list(questions(names, Random(11), 160))


def standing(thing: Thing) -> tuple[int, int, bytes]:
    return -(thing.popularity or 0), len(thing.title), thing.key.encode()


def says(part: str, where: set[str]) -> bool:
    return part in where or (part.isascii() and len(part) > 1 and any(each.startswith(part) for each in where))


def reckoned(query: str, all_things: list[Thing]) -> list[list[str]]:
    """Give the keys in groups that only differ in how they stand, for what is found by name, title or other names."""
    asked = ask(query)
    left = sorted(all_things, key=standing)
    groups: list[list[str]] = []

    def take(chosen: list[Thing]) -> None:
        groups.append([each.key for each in chosen])
        for each in chosen:
            left.remove(each)

    take([each for each in left if compact(each.title) in asked.wholes])
    take([each for each in left if {*map(compact, each.aliases)} & {*asked.wholes}])
    take([each for each in left if all(says(part, words(each.title)) for part in asked.parts)])
    return groups


@pytest.mark.parametrize("way", ["two characters", "whole name", "four characters", "two words"])
def test_names_then_other_names_then_titles_each_as_they_stand(made, way):
    for kind, query in asked_ways():
        if kind == way:
            wanted = [key for group in reckoned(query, made) for key in group]

            found = [hit.key for hit in search(query, KIND, PUBLIC, limit=COUNT)]

            assert found[: len(wanted)] == wanted, query
            assert len(found) == len(set(found))


@pytest.mark.parametrize("way", ["initials", "pinyin"])
def test_pinyin_finds_every_title_that_sounds_so_as_they_stand(made, way):
    found_some = 0
    for kind, query in asked_ways():
        if kind == way and query.isalpha():
            wanted = [each.key for each in sorted(made, key=standing) if says(query, sounds(each.title))]

            found = [hit.key for hit in search(query, KIND, PUBLIC, limit=COUNT)]

            assert found[: len(wanted)] == wanted, query
            found_some += bool(wanted)
    assert found_some > 10


def test_some_parts_are_weighed_by_rarity_and_place(made):
    have = {part: sum(part in words(each.title) | words("\n".join(each.aliases)) | words(each.text) for each in made)
            for part in ("平面", "身份")}  # fmt: skip
    assert 0 < have["身份"] < have["平面"] < COUNT, "the rarer is worth more"

    found = [hit.key for hit in search("平面 身份 量子", KIND, PUBLIC, limit=COUNT)]

    weights = {part: round(16 * log2(1 + COUNT / n)) for part, n in have.items()}
    weights["量子"] = sum(weights.values()) // 2
    worth = {}
    for each in made:
        tokens = set(kept_words(each.title, each.aliases, each.text).split())
        worth[each.key] = sum(
            weight * next((w for field, w in (("t", 10), ("a", 9), ("x", 3)) if field + part in tokens), 0)
            for part, weight in weights.items()
        )
    best = sorted(made, key=lambda each: (-worth[each.key], standing(each)))
    assert found == [each.key for each in best[: len(found)]]
    assert len(found) == 60


def test_walking_and_looking_up_find_the_same(made):
    for question in ([["t许可"]], [["t街道"], ["t登记"]], [["pxk", "txk"]], [["pjiedao", "tjiedao"]]):
        looked_up = fulltext.standing(KIND, question, 20)

        assert fulltext.walked(KIND, question, COUNT, 20) == looked_up, question
        assert looked_up


def test_words_are_counted_as_things_come_change_and_go(made):
    def counted() -> dict[str, int]:
        return dict(Word.objects.filter(kind=KIND, entries__gt=0).values_list("word", "entries"))

    before = counted()
    assert before[""] == COUNT
    assert before["许可"] == Entry.objects.filter(words__contains=" t许可").count() + sum(
        "许可" in "".join(each.aliases) and "许可" not in each.title for each in made
    )

    commands.index(KIND, "new", "量子登记", ["许可量子"])
    commands.index(KIND, "new", "量子备案")
    commands.forget(KIND, "new")
    assert counted() == before

    commands.rebuild()
    assert counted() == before
