"""What a search gives."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from yichuang.foundation.search.matching import Match, Range, match
from yichuang.foundation.search.tokens import Asked


class How(StrEnum):
    """By what a thing was found, the best first: this is the order of all that was found."""

    NAME = "name"  # the question is its name
    ALIAS = "alias"  # … another name of it
    TITLE = "title"  # every part of the question is written in its name
    NAMES = "names"  # … in its name or other names
    SOUND = "sound"  # … or its pinyin stands there
    PARTS = "parts"  # some parts are found, in the names or in the text


@dataclass(frozen=True)
class Hit:
    """
    One thing that was found.

    `marks` are the matched ranges of `title`, in order, apart from one another. Where another name says more than the
    title does, it is `alias` with its own marks; otherwise `alias` is empty. They are worked out when they are read.
    """

    kind: str
    key: str
    title: str
    how: How
    aliases: tuple[str, ...]
    asked: Asked

    @cached_property
    def _match(self) -> Match:
        return match(self.asked, self.title, self.aliases)

    @property
    def marks(self) -> tuple[Range, ...]:
        """Give the matched ranges of the title."""
        return self._match.marks

    @property
    def alias(self) -> str:
        """Give the other name that says more than the title; empty where none does."""
        return self._match.alias

    @property
    def alias_marks(self) -> tuple[Range, ...]:
        """Give the matched ranges of that other name."""
        return self._match.alias_marks
