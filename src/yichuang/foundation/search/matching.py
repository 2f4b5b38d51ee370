"""How much of a question a thing answers, and which characters say so. Pure: no database."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from yichuang.foundation.search.tokens import (
    ALIAS,
    ALIAS_SOUND,
    SOUND,
    TEXT,
    TITLE,
    Asked,
    Folded,
    fold,
    is_han,
    syllables,
)

WORTH: Mapping[str, int] = {TITLE: 10, ALIAS: 9, SOUND: 6, ALIAS_SOUND: 5, TEXT: 3}
"""What a part is worth by where it stands, the best place first; the best counts."""
ENOUGH = 1 / 5
"""The share of its parts that must be found, each weighed by how rare it is."""
LEAST = 1 / 10
"""That share where nothing has enough, as of a long sentence about little; and then half of what the best has."""

Range = tuple[int, int]
"""First character, and the first one after it."""
Places = frozenset[int]
"""Numbers of the characters of a text."""


@dataclass(frozen=True, slots=True)
class Cover:
    """How much of a question a thing says: `worth` by place and rarity, and the share of it that was `found` at all."""

    worth: int
    found: float


def cover(weights: Mapping[str, int], kept: str, *, by_sound: Mapping[str, str] = {}) -> Cover:
    """
    Weigh the parts of a question that are among the kept tokens of a thing.

    Words also count as beginnings of tokens. `by_sound` tells for parts written nowhere what they sound like.
    """
    in_order = kept.split()
    tokens = frozenset(in_order)
    worth = found = 0
    for part, weight in weights.items():
        best = next((each for each, wanted in _wanted(part, by_sound) if _has(tokens, in_order, wanted)), None)
        if best:
            worth += weight * WORTH[best]
            found += weight
    return Cover(worth, found / (sum(weights.values()) or 1))


@lru_cache(maxsize=1024)
def _wanted_of(part: str, sound: str) -> tuple[tuple[str, str], ...]:
    """List the tokens that stand for a part, the best place first."""
    words = {field: sound if field in (SOUND, ALIAS_SOUND) else part for field in WORTH}
    return tuple((field, field + word) for field, word in words.items() if word)


def _wanted(part: str, by_sound: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return _wanted_of(part, part if part.isascii() else by_sound.get(part, ""))


def _has(tokens: frozenset[str], in_order: Sequence[str], wanted: str) -> bool:
    if wanted in tokens:
        return True
    if not begins(wanted[1:]):
        return False
    place = bisect_left(in_order, wanted)
    return place < len(in_order) and in_order[place].startswith(wanted)


def begins(part: str) -> bool:
    """Tell whether a part is also looked up as the beginning of a token; a single letter begins too much."""
    return part.isascii() and len(part) > 1


def joints(asked: Asked, have: Mapping[str, int]) -> frozenset[str]:
    """
    Name the pairs that only join two words: written nowhere, though the pair before and the pair after are.

    They say nothing of what is asked for, and are no typing mistakes: 士考 in 护士考试.
    """
    found: set[str] = set()
    for run in asked.runs:
        pairs = list(map("".join, pairwise(run))) if is_han(run) else []
        for before, pair, after in zip(pairs, pairs[1:], pairs[2:], strict=False):
            if not have.get(pair) and have.get(before) and have.get(after):
                found.add(pair)
    return frozenset(found)


def enough(shares: Iterable[float], *, strictly: bool) -> float:
    """Tell the share from which on something is found; `strictly` where better things were found before."""
    best = max(shares, default=0.0)
    return ENOUGH if strictly or best >= ENOUGH else max(LEAST, best / 2)


@dataclass(frozen=True, slots=True)
class Match:
    """What is marked of a thing: ranges of its title and, where that says more, of another name."""

    marks: tuple[Range, ...]
    alias: str
    alias_marks: tuple[Range, ...]


def match(asked: Asked, title: str, aliases: Sequence[str]) -> Match:
    """Find the characters of a thing's names that answer a question."""
    name, others = fold(title), [fold(alias) for alias in aliases]
    in_name = _found(asked, name)
    in_others = [_found(asked, other) for other in others]
    number = _best_alias(in_name, in_others)
    return Match(
        marks=_ranges(name, in_name.values()),
        alias=aliases[number] if number is not None else "",
        alias_marks=_ranges(others[number], in_others[number].values()) if number is not None else (),
    )


def _found(asked: Asked, name: Folded) -> dict[str, Places]:
    """Tell for each part where it stands; where none does, for each run where something sounds like it."""
    found = {part: _places(part, name) for part in asked.parts}
    if any(found.values()):
        return found
    return {run: _sounding("".join(syllables(run)), name) for run in asked.runs if is_han(run) and len(run) > 1} | found


def _best_alias(in_name: Mapping[str, Places], in_others: Sequence[Mapping[str, Places]]) -> int | None:
    """Choose the other name that says most of what the name itself does not; the first of equals."""
    said = [sum(bool(places) and not in_name.get(part) for part, places in other.items()) for other in in_others]
    best = max(said, default=0)
    return said.index(best) if best else None


def _places(part: str, text: Folded) -> Places:
    written = _written(part, text.text)
    return written if written or is_han(part) or len(part) < 2 else _sounding(part, text)


def _sounding(part: str, text: Folded) -> Places:
    for start, run in text.runs():
        if is_han(run) and (spoken := _spoken(part, syllables(run))):
            return frozenset(range(start + spoken[0], start + spoken[1]))
    return frozenset()


def _written(part: str, text: str) -> Places:
    found: set[int] = set()
    place = text.find(part)
    while place >= 0:
        found.update(range(place, place + len(part)))
        place = text.find(part, place + 1)
    return frozenset(found)


def _spoken(part: str, run: Sequence[str]) -> Range | None:
    """Find where a run of syllables sounds like the part: its initials, or syllables of which the last may be cut."""
    initials = "".join(one[0] for one in run)
    for first in range(len(run)):
        rest, last = part, first
        while rest and last < len(run) and rest.startswith(run[last]):
            rest, last = rest[len(run[last]) :], last + 1
        if not rest or (last < len(run) and run[last].startswith(rest)):
            return first, last + bool(rest)
    place = initials.find(part)
    return (place, place + len(part)) if place >= 0 else None


def _ranges(text: Folded, found: Iterable[Places]) -> tuple[Range, ...]:
    """Join the places into ranges of the text as it was written."""
    places = sorted({text.at[place] for each in found for place in each})
    ranges: list[Range] = []
    for place in places:
        if ranges and ranges[-1][1] == place:
            ranges[-1] = (ranges[-1][0], place + 1)
        else:
            ranges.append((place, place + 1))
    return tuple(ranges)
