"""The words of a written condition: text is cut into tokens, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto


class Sort(Enum):
    """The sorts of tokens."""

    NAME = auto()
    NUMBER = auto()
    TEXT = auto()
    DATE = auto()
    SIGN = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One word: `text` is its canonical writing (of a quoted text what it says), `at` counts characters from 1."""

    sort: Sort
    text: str
    at: int


KEYWORDS = frozenset({"and", "or", "not", "in", "known", "true", "false"})

# Signs as people type them with a Chinese keyboard, and their canonical writing.
_SIGNS = {
    "＝": "=",
    "≠": "!=",
    "！＝": "!=",
    "!＝": "!=",
    "！=": "!=",
    "＜": "<",
    "＞": ">",
    "≤": "<=",
    "≦": "<=",
    "≥": ">=",
    "≧": ">=",
    "＜＝": "<=",
    "＞＝": ">=",
    "（": "(",
    "）": ")",
    "［": "[",
    "］": "]",
    "【": "[",
    "】": "]",
    "，": ",",
    "、": ",",
}
_PLAIN = ["<=", ">=", "!=", "=", "<", ">", "(", ")", "[", "]", ","]
_QUOTES = {"'": "'", '"': '"', "‘": "’", "“": "”"}

NAME = r"[^\W\d]\w*"
PATH = re.compile(rf"{NAME}(?:\.{NAME})*")

_TOKEN = re.compile(
    rf"""
    (?P<space>\s+)
  | (?P<date>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?![\w.-]))
  | (?P<number>-?[0-9]+(?:\.[0-9]+)?(?![\w.]))
  | (?P<name>{PATH.pattern})
  | (?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*"|‘[^’]*’|“[^”]*”)
  | (?P<sign>{"|".join(re.escape(sign) for sign in sorted([*_SIGNS, *_PLAIN], key=len, reverse=True))})
    """,
    re.VERBOSE,
)
_SORTS = {"date": Sort.DATE, "number": Sort.NUMBER, "name": Sort.NAME, "text": Sort.TEXT, "sign": Sort.SIGN}


def tokens(text: str) -> Iterator[Token]:
    """
    Cut a text into tokens; the last is END.

    :raises UnknownSign: a character belongs to no word
    """
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise UnknownSign(text[place], place + 1)
        sort, written = found.lastgroup, found.group()
        assert sort is not None
        if sort == "text":
            close = _QUOTES[written[0]]
            written = written[1:-1].replace(close * 2, close)
        elif sort == "sign":
            written = _SIGNS.get(written, written)
        if sort != "space":
            yield Token(_SORTS[sort], written, place + 1)
        place = found.end()
    yield Token(Sort.END, "", len(text) + 1)


class UnknownSign(Exception):
    """A character that no condition has, and where it stands."""

    def __init__(self, sign: str, at: int) -> None:
        super().__init__(sign, at)
        self.sign, self.at = sign, at
