"""Keeping the index, in the transaction of whoever changes the thing itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from yichuang.foundation.search.fulltext import count_words
from yichuang.foundation.search.models import Entry, Word
from yichuang.foundation.search.tokens import fold, kept_words, written

AT_ONCE = 500
SAID = ("title", "folded", "size", "aliases", "text", "words", "popularity")


@dataclass(frozen=True, slots=True)
class Thing:
    """What a thing is found by; without `popularity` the old one stays, 0 for a new thing."""

    key: str
    title: str
    aliases: tuple[str, ...] = ()
    text: str = ""
    popularity: int | None = None


def index(
    kind: str, key: str, title: str, aliases: Iterable[str] = (), text: str = "", *, popularity: int | None = None
) -> None:
    """
    Let a thing be found by its title, its other names (both also by pinyin) and the words of a text.

    Done twice it changes nothing; without `popularity` the old one stays.
    """
    index_all(kind, [Thing(key, title, tuple(aliases), text, popularity)])


def index_all(kind: str, things: Iterable[Thing]) -> None:
    """Index many things, five hundred at a time."""
    waiting = iter(things)
    while some := list(islice(waiting, AT_ONCE)):
        known = {row.key: row for row in Entry.objects.filter(kind=kind, key__in=[each.key for each in some])}
        old, new = Counter[str](), Counter[str]()
        rows = {each.key: known.get(each.key) or Entry(kind=kind, key=each.key) for each in some}
        for row in known.values():
            old.update(_counted(row))
        for each in some:
            _say(rows[each.key], each)
        for row in rows.values():
            new.update(_counted(row))
        _keep(rows.values())
        _count(kind, old, new)


def forget(kind: str, *keys: str) -> None:
    """Let things be found no more."""
    rows = Entry.objects.filter(kind=kind, key__in=keys)
    gone = Counter[str]()
    for row in rows:
        gone.update(_counted(row))
    rows.delete()
    _count(kind, gone, Counter())


def set_popularity(kind: str, counts: Mapping[str, int]) -> None:
    """Say how often each thing was wanted; among equals the more wanted comes first. What is not named is at 0."""
    rows = [
        row
        for row in Entry.objects.filter(kind=kind).only("key", "popularity")
        if row.popularity != counts.get(row.key, 0)
    ]
    for row in rows:
        row.popularity = counts.get(row.key, 0)
    Entry.objects.bulk_update(rows, ["popularity"], batch_size=AT_ONCE)


def rebuild() -> None:
    """Write all tokens anew from what is said of each thing: after the tokenizer changed."""
    Word.objects.all().delete()
    for kind in Entry.objects.values_list("kind", flat=True).order_by("kind").distinct():
        keys = list(Entry.objects.filter(kind=kind).order_by("key").values_list("key", flat=True))
        for first in range(0, len(keys), AT_ONCE):
            rows = list(Entry.objects.filter(kind=kind, key__in=keys[first : first + AT_ONCE]))
            for row in rows:
                _say(row, Thing(row.key, row.title, tuple(row.aliases.splitlines()), row.text))
            _keep(rows)
            new = Counter[str]()
            for row in rows:
                new.update(_counted(row))
            _count(kind, Counter(), new)


def _say(row: Entry, thing: Thing) -> None:
    row.title = thing.title
    row.folded = fold(thing.title).text
    row.size = len(thing.title)
    row.aliases = "\n".join(thing.aliases)
    row.text = thing.text
    row.words = kept_words(thing.title, thing.aliases, thing.text)
    if thing.popularity is not None:
        row.popularity = thing.popularity


def _keep(rows: Iterable[Entry]) -> None:
    Entry.objects.bulk_create(rows, update_conflicts=True, update_fields=SAID, unique_fields=["kind", "key"])


def _counted(row: Entry) -> set[str]:
    return {*written(row.words), ""}


def _count(kind: str, old: Counter[str], new: Counter[str]) -> None:
    changes = {word: new[word] - old[word] for word in {*old, *new} if new[word] != old[word]}
    count_words(kind, changes)
