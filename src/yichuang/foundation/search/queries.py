"""The one question of this room."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log2, sqrt

from yichuang.foundation.people.actors import PUBLIC, Actor
from yichuang.foundation.search import fulltext
from yichuang.foundation.search.fulltext import Place, Question
from yichuang.foundation.search.kinds import KINDS
from yichuang.foundation.search.matching import WORTH, cover, enough, joints
from yichuang.foundation.search.models import Entry, Word
from yichuang.foundation.search.terms import Hit, How
from yichuang.foundation.search.tokens import (
    ALIAS,
    ALIAS_SOUND,
    LONGEST,
    NAME,
    OTHER_NAME,
    SOUND,
    TEXT,
    TITLE,
    Asked,
    ask,
    compact,
    is_han,
    syllables,
)

FEW = 10
"""Where fewer are found by all parts of a question, those are added that have some of them."""
MOST_COVERED = 60
"""How many rows that have some parts are given at most."""
MOST_READ = 1500
"""How many rows are weighed for some parts of a question: the rarest parts that together have no more."""
MOST_HEARD = 4
"""How many pairs that are written nowhere are looked for by their sound."""
SCALE = 16
"""Steps of a part's weight for each halving of the number of things that have it."""

Stage = Callable[[int, int], list[Place]]
"""Gives so many rows from so many on, best first."""


@dataclass(frozen=True, slots=True)
class _Stock:
    """How many things of a kind there are, and how many have each part of the question."""

    total: int
    have: Mapping[str, int]

    def weight(self, part: str) -> int:
        """Say how much a part tells: the rarer, the more; one that nothing has tells as much as an average one."""
        known = [self._weight(n) for n in self.have.values() if n]
        n = self.have.get(part, 0)
        return self._weight(n) if n else sum(known) // len(known) if known else SCALE

    def _weight(self, n: int) -> int:
        return round(SCALE * log2(1 + self.total / n))


def search(query: str, kind: str, actor: Actor = PUBLIC, limit: int = 20) -> list[Hit]:
    """
    Find what a question means, best first: exact name, other name, covered pairs, pinyin; among equals the popular.

    Where some are called so, those that only mention it are left out. Empty for a question without a letter or
    character. Nothing of the question is kept.

    :raises KeyError: no room has registered the kind
    """
    seen = KINDS[kind]
    asked = ask(query)
    found: dict[int, How] = {}
    if not asked.parts or limit < 1:
        return []
    stock = _stock(kind, asked)
    for how, stage in _stages(kind, asked, stock, found):
        for id_ in _visible(stage, lambda keys: set(seen(actor, keys)), limit, set(found)):
            found[id_] = how
            if len(found) == limit:
                break
        if len(found) == limit:
            break
    rows = Entry.objects.defer("words", "text").in_bulk(found)
    return [_hit(rows[id_], how, asked) for id_, how in found.items()]


def _hit(row: Entry, how: How, asked: Asked) -> Hit:
    if how is How.NAME and compact(row.title)[:LONGEST] not in asked.wholes:
        how = How.ALIAS
    return Hit(row.kind, row.key, row.title, how, tuple(row.aliases.splitlines()), asked)


def _stages(kind: str, asked: Asked, stock: _Stock, found: Mapping[int, How]) -> Iterator[tuple[How, Stage]]:
    """Go from the best way of being found to the worst; each looks at what was found before it."""
    has_words = not all(is_han(part) for part in asked.parts)

    def all_in(*fields: str) -> Question:
        return [[field + part for field in fields if _fits(field, part)] for part in asked.parts]

    exact = [([field + whole for whole in asked.wholes], weight) for field, weight in ((NAME, 2), (OTHER_NAME, 1))]
    yield How.NAME, lambda limit, offset: fulltext.covering(kind, exact, offset + limit)[offset:]
    if all(stock.have.get(part) or not is_han(part) for part in asked.parts):
        if not has_words:
            yield How.TITLE, _common_first(kind, all_in(TITLE), _among_characters(asked, stock))
        else:
            yield How.TITLE, _standing(kind, all_in(TITLE))
        yield How.NAMES, _by_cover(asked, stock, _standing(kind, all_in(TITLE, ALIAS)))
        if has_words:
            yield How.SOUND, _common_first(kind, all_in(TITLE, SOUND), lambda limit: 15 * limit)
            yield How.SOUND, _by_cover(asked, stock, _standing(kind, all_in(TITLE, ALIAS, SOUND, ALIAS_SOUND)))
    if not found and (heard := _heard(asked)):
        yield How.SOUND, _standing(kind, heard)
    if len(found) < FEW:
        yield How.PARTS, _covered(kind, asked, stock, with_text=not found)


def _standing(kind: str, question: Question) -> Stage:
    return lambda limit, offset: fulltext.standing(kind, question, limit, offset)


def _fits(field: str, part: str) -> bool:
    return field not in (SOUND, ALIAS_SOUND) or not is_han(part)


def _visible(stage: Stage, seen: Callable[[list[str]], set[str]], wanted: int, known: set[int]) -> Iterator[int]:
    """Give the rows of a stage that are new and may be seen, asking for more where too few are."""
    offset, size = 0, wanted
    while True:
        places = stage(size, offset)
        fresh = [place for place in places if place[0] not in known]
        may = seen([key for _, key in fresh]) if fresh else set()
        yield from (id_ for id_, key in fresh if key in may)
        if len(places) < size:
            return
        offset, size = offset + size, size * 4


def _common_first(kind: str, question: Question, among: Callable[[int], int]) -> Stage:
    """
    Look at the first rows of the kind before all that answer, where these may be so many that it is quicker.

    What is found is the same: the first rows in their order are the first rows.
    """

    def looked(limit: int, offset: int) -> list[Place]:
        if not offset and (rows := among(limit)):
            places = fulltext.walked(kind, question, rows, limit)
            if len(places) == limit:
                return places
        return fulltext.standing(kind, question, limit, offset)

    return looked


def _among_characters(asked: Asked, stock: _Stock) -> Callable[[int], int]:
    """Tell among how many rows enough are found if words are spread evenly; 0 where ordering all of them is quicker."""
    rarest = min(stock.have[part] for part in asked.parts)
    return lambda limit: 3 * stock.total * limit // rarest if rarest > sqrt(stock.total * limit) else 0


def _by_cover(asked: Asked, stock: _Stock, stage: Stage) -> Stage:
    """Order what has all parts somewhere in its names by where they stand: title before other names before sound."""
    weights = {part: stock.weight(part) for part in asked.parts}

    def ordered(limit: int, offset: int) -> list[Place]:
        places = stage(limit, offset)
        kept = _kept(places)
        return sorted(places, key=lambda place: -cover(weights, kept[place[0]]).worth)

    return ordered


def _heard(asked: Asked) -> list[list[str]]:
    """Ask for names that sound like the characters of a question, which may have been mistyped: 深分证, 身份证."""
    sounds = ["".join(syllables(run)) for run in asked.runs if is_han(run) and len(run) > 1]
    return [[SOUND + sound, ALIAS_SOUND + sound] for sound in sounds] if len(sounds) == len(asked.runs) else []


def _covered(kind: str, asked: Asked, stock: _Stock, *, with_text: bool) -> Stage:
    """Weigh rows that have some parts, each by how rare it is and where it stands; the rarest parts choose the rows."""
    said = [part for part in asked.parts if part not in joints(asked, stock.have)]
    weights = {part: stock.weight(part) for part in said}
    strange = [part for part in said if is_han(part) and len(part) > 1 and not stock.have[part]]
    unwritten = {part: "".join(syllables(part)) for part in strange[:MOST_HEARD]}
    groups = [
        ([token], weights[part] * WORTH[token[0]])
        for part in _rarest(said, stock)
        if part in unwritten or part not in strange
        for token in _tokens(part, unwritten.get(part, ""), with_text=with_text)
    ]

    def weighed(limit: int, offset: int) -> list[Place]:
        if offset:
            return []
        places = fulltext.covering(kind, groups, MOST_COVERED) if groups else []
        kept = _kept(places)
        covers = {id_: cover(weights, kept[id_], by_sound=unwritten) for id_, _ in places}
        least = enough((each.found for each in covers.values()), strictly=not with_text)
        kept_places = [place for place in places if covers[place[0]].found >= least]
        return sorted(kept_places, key=lambda place: -covers[place[0]].worth)

    return weighed


def _rarest(said: Sequence[str], stock: _Stock) -> list[str]:
    """Choose the rarest parts, as many as together stand in no more rows than are weighed; at least one."""
    chosen: list[str] = []
    read = 0
    for part in sorted(said, key=lambda part: (stock.have[part], part)):
        read += stock.have[part]
        if read > MOST_READ and chosen:
            break
        chosen.append(part)
    return chosen


def _tokens(part: str, sound: str, *, with_text: bool) -> list[str]:
    """List the tokens by which a part is looked up: as it is written, or where it is written nowhere, as it sounds."""
    if sound:
        return [SOUND + sound, ALIAS_SOUND + sound]
    if is_han(part) or not part.isalpha():
        return [field + part for field in (TITLE, ALIAS, TEXT)[: 3 if with_text else 2]]
    return [field + part for field in (TITLE, ALIAS, SOUND, ALIAS_SOUND, TEXT)[: 5 if with_text else 4]]


def _kept(places: list[Place]) -> dict[int, str]:
    return dict(Entry.objects.filter(pk__in=[id_ for id_, _ in places]).values_list("pk", "words"))


def _stock(kind: str, asked: Asked) -> _Stock:
    have = dict(Word.objects.filter(kind=kind, word__in=["", *asked.parts]).values_list("word", "entries"))
    return _Stock(max(have.pop("", 0), 1), {part: have.get(part, 0) for part in asked.parts})
