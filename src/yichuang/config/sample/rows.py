"""
Rows written out from families: a template and how many; what differs from row to row follows from its place alone.

A value of a template is a text or number as it stands; in a text `{n}` is the place in the family, from 1, and
`{word}` a word of the family's `words`, all combinations of them in turn. Instead of a value may stand

- `{turn: [a, b, c]}`: one after the other, again and again; with `each: 5`, five rows the same;
- `{spread: [2019-01-02, 2019-10-28]}`: days evenly from the first to the last;
- `{firm: pool, from: 20}`: the firms of a pool of `firms.yaml`, from the one after the twentieth on; with `firm_name`
  their names alone, as the entries of a list of firms are called.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from yichuang.kernel.identifiers import make_synthetic_uscc

Words = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Pool:
    """Firms of one kind, all made up: a serial to begin with, a name and its words."""

    first: int
    name: str
    words: Words

    def called(self, place: int) -> str:
        """Name a firm."""
        return filled(self.name, self.words, place)

    def firm(self, place: int) -> str:
        """Name a firm with its number, as an import reads it: `名称 统一社会信用代码`."""
        return f"{self.called(place)} {make_synthetic_uscc(self.first + place)}"


def pools(said: Mapping[str, Any]) -> dict[str, Pool]:
    """Read the pools of `firms.yaml`; words that a pool does not have are those of all."""
    shared = said["words"]
    return {
        name: Pool(each["first"], each["name"], shared | each.get("words", {})) for name, each in said["pools"].items()
    }


def rows_of(family: Mapping[str, Any], count: int, firms: Mapping[str, Pool]) -> Iterator[dict[str, Any]]:
    """Write the rows of a family out; the same family gives the same rows."""
    words = family.get("words", {})
    for place in range(count):
        yield {name: _value(said, words, place, count, firms) for name, said in family["row"].items()}


def filled(text: str, words: Words, place: int) -> str:
    """
    Fill a text with the words of a place: all change from row to row, and no combination comes twice before its turn.

    >>> [filled("{n}{a}{b}", {"a": "xy", "b": "pq"}, place) for place in range(4)]
    ['1xp', '2yq', '3xq', '4yp']
    """
    chosen: dict[str, Any] = {"n": place + 1}
    rest, turn = place, 0
    for name, choices in words.items():
        if f"{{{name}" in text:
            rest, digit = divmod(rest, len(choices))
            chosen[name] = choices[(digit + turn) % len(choices)]
            turn = turn or digit
    return text.format(**chosen)


def _value(said: Any, words: Words, place: int, count: int, firms: Mapping[str, Pool]) -> Any:
    match said:
        case str():
            return filled(said, words, place)
        case {"turn": choices}:
            return _value(choices[place // said.get("each", 1) % len(choices)], words, place, count, firms)
        case {"spread": [begin, end]}:
            return begin + _share(end - begin, place, count)
        case {"firm": pool}:
            return firms[pool].firm(said.get("from", 0) + place)
        case {"firm_name": pool}:
            return firms[pool].called(said.get("from", 0) + place)
    return said


def _share(span: timedelta, place: int, count: int) -> timedelta:
    return timedelta(days=span.days * place // max(count - 1, 1))


def day_of(row: Mapping[str, Any], field: str | None) -> date | None:
    """Tell the day on which a row begins to hold, where a field says it: a day, or a month as `2019-04`."""
    said = row.get(field) if field else None
    if isinstance(said, str) and said:
        return date.fromisoformat(f"{said}-01")
    return said if isinstance(said, date) else None
