"""Judged questions, what they are asked of, a plain TF-IDF over pairs of characters, and the two measures."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log, log2, sqrt
from pathlib import Path
from typing import Any

import yaml

from yichuang.foundation.search.commands import Thing
from yichuang.foundation.search.tokens import fold, is_han

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = ROOT / "tests" / "foundation" / "search" / "questions.yaml"
ITEMS = ROOT.parent / "shared" / "data" / "items" / "items_2262.csv"
DEMO = ROOT / "definitions" / "wuchang" / "items"
ANSWERS = 2
"""The least grade that answers a question; below it a matter is only of use."""

Finder = Callable[[str], Sequence[str]]
"""Gives the keys that are found, best first."""


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody types, of which kind it is, and the grade of each matter that answers it."""

    ask: str
    way: str
    grades: dict[str, int]


@dataclass(frozen=True, slots=True)
class Set:
    """One list of matters and the questions that are asked of it."""

    name: str
    things: tuple[Thing, ...]
    questions: tuple[Question, ...]


def sets(*names: str) -> list[Set]:
    """
    Read the sets that are named (golden, imported, demo; all where none is).

    :raises FileNotFoundError: the list of 2,262 matters is not here
    :raises ValueError: a question has no matter that answers it: its judgment is wrong
    """
    told = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))
    added = [Thing(f"added-{n}", name) for n, name in enumerate(told["added"])]
    imported = (*added, *_imported()) if not names or {"golden", "imported"} & set(names) else ()
    of = {"golden": imported, "imported": imported, "demo": tuple(_demo())}
    return [Set(name, of[name], tuple(_question(each, of[name]) for each in told[name])) for name in names or tuple(of)]


def small() -> Set:
    """Give the golden questions over what they ask for and the demo's matters alone: no file outside is needed."""
    told = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))
    things = (*(Thing(f"added-{n}", name) for n, name in enumerate(told["added"])), *_demo())
    return Set("small", things, tuple(_question(each, things) for each in told["golden"]))


def _question(told: dict[str, Any], things: Iterable[Thing]) -> Question:
    grades: dict[str, int] = {}
    for thing in things:
        fitting = [grade for grade, parts in told["finds"].items() if any(part in thing.title for part in parts)]
        if fitting:
            grades[thing.key] = max(fitting)
    if max(grades.values(), default=0) < ANSWERS:
        raise ValueError(f"{told['ask']}: nothing answers it")
    return Question(told["ask"], told.get("way", "golden"), grades)


def _imported() -> Iterable[Thing]:
    with ITEMS.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            text = " ".join(row[name] for name in ("theme_category", "material_intro", "TASK_CODE", "CATAID"))
            yield Thing(f"{number}", row["TASK_NAME"], (), text, 0)


def _demo() -> Iterable[Thing]:
    for path in sorted(DEMO.glob("*.yaml")):
        body = yaml.safe_load(path.read_text(encoding="utf-8"))
        said = [*body.get("themes", []), *(each["name"] for each in body.get("materials", []))]
        said += [each["question"] for each in body.get("faq", [])]
        yield Thing(body["item"], body["name"], tuple(body.get("aliases", [])), " ".join(said), 0)


def tf_idf(things: Sequence[Thing], *, with_text: bool) -> Finder:
    """Make the plain thing to beat: pairs of characters and words, weighed by tf-idf, ordered by the cosine."""
    bags = {
        thing.key: Counter(_tokens(" ".join((thing.title, *thing.aliases, thing.text if with_text else ""))))
        for thing in things
    }
    in_how_many = Counter(token for bag in bags.values() for token in bag)
    rarity = {token: log(len(bags) / n) + 1 for token, n in in_how_many.items()}
    weighed = {key: {token: n * rarity[token] for token, n in bag.items()} for key, bag in bags.items()}
    length = {key: sqrt(sum(value * value for value in bag.values())) or 1 for key, bag in weighed.items()}

    def found(query: str) -> Sequence[str]:
        asked = Counter(_tokens(query))
        worth = {
            key: sum(n * rarity[token] * bag[token] for token, n in asked.items() if token in bag) / length[key]
            for key, bag in weighed.items()
        }
        return sorted((key for key, value in worth.items() if value), key=lambda key: (-worth[key], key))

    return found


def _tokens(text: str) -> Iterable[str]:
    for _, run in fold(text).runs():
        if is_han(run):
            yield from map("".join, pairwise(run))
        else:
            yield run


def hit(question: Question, found: Sequence[str], at: int = 5) -> bool:
    """Tell whether something that answers the question is among the first."""
    return any(question.grades.get(key, 0) >= ANSWERS for key in found[:at])


def ndcg(question: Question, found: Sequence[str], at: int = 10) -> float:
    """Weigh what is found by grade and place (2^grade - 1 over log2(place + 1)); 1 is the best order there could be."""
    gains = [2 ** question.grades.get(key, 0) - 1 for key in found[:at]]
    best = sorted((2**grade - 1 for grade in question.grades.values()), reverse=True)[:at]
    return _summed(gains) / _summed(best)


def _summed(gains: Sequence[int]) -> float:
    return sum(gain / log2(place + 2) for place, gain in enumerate(gains))
