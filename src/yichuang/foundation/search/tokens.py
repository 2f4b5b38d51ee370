"""
The one tokenizer: single characters, pairs of characters, pinyin in full and by initials, and words of other letters.

Trigram indexes find nothing for words of two characters, which is what most Chinese words are; pairs find all of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from itertools import pairwise

LONGEST = 40
"""Letters of a token; nobody types more."""
QUESTION = re.compile(
    "我想要?|我要|想要|请问|您好|你好|麻烦|谢谢|怎么样?|怎么办|如何|怎样|在?哪[里儿]?(?:可以)?|可以|有哪些|哪些|一[个家下]|吗|呢|了|"
    "(?:都?需?要)?(?:带|交|准备|提交)?(?:些|什么|啥)|多久|多少钱?|能不能|办得?好"
)
"""What people say around a matter; where a matter is called so, its whole name is compared all the same."""
HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
RUNS = re.compile(f"[{HAN}]+|[a-z0-9]+")

NAME, OTHER_NAME, TITLE, ALIAS, TEXT, SOUND, ALIAS_SOUND = "e", "f", "t", "a", "x", "p", "q"
"""
The first letter of a token as it is kept says where it stands: a whole name, a whole other name; a word of the title,
of another name, of the text alone; what the title, what another name sounds like.
"""
WRITTEN = (TITLE, ALIAS, TEXT)


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in half width and small letters; `at` tells for each character where it stood in the text as written."""

    text: str
    at: tuple[int, ...]

    def runs(self) -> Iterator[tuple[int, str]]:
        """List the runs of characters, and of letters and digits, each with its place."""
        for found in RUNS.finditer(self.text):
            yield found.start(), found.group()


def fold(text: str) -> Folded:
    """
    Write a text as it is compared.

    >>> fold("ＡＢ 许可").text
    'ab 许可'
    """
    signs, at = [], []
    for place, sign in enumerate(text):
        for one in unicodedata.normalize("NFKC", sign).casefold():
            signs.append(one)
            at.append(place)
    return Folded("".join(signs), tuple(at))


def is_han(run: str) -> bool:
    """Tell a run of characters from one of letters and digits."""
    return not run.isascii()


def words(text: str) -> set[str]:
    """
    List the tokens by which a text is found as it is written.

    >>> sorted(words("许可A4"))
    ['a4', '可', '许', '许可']
    """
    found: set[str] = set()
    for _, run in fold(text).runs():
        found |= {*run, *map("".join, pairwise(run))} if is_han(run) else {run[:LONGEST]}
    return found


def sounds(text: str) -> set[str]:
    """
    List the tokens by which a name is found as it sounds: from each character on, in full and by initials.

    >>> sorted(sounds("许可"))
    ['k', 'ke', 'xk', 'xuke']
    """
    found: set[str] = set()
    for _, run in fold(text).runs():
        if is_han(run):
            spoken = syllables(run)
            for first in range(len(spoken)):
                found.add("".join(spoken[first:])[:LONGEST])
                found.add("".join(one[0] for one in spoken[first:])[:LONGEST])
    return found


@lru_cache(maxsize=8192)
def syllables(run: str) -> tuple[str, ...]:
    """
    Speak a run of characters, a syllable each; one that has no sound stands for itself.

    >>> syllables("银行")
    ('yin', 'hang')
    """
    spoken = _pinyin(run)
    return spoken if len(spoken) == len(run) else tuple(map(_sound, run))


@lru_cache(maxsize=8192)
def _sound(sign: str) -> str:
    return _pinyin(sign)[0]


def _pinyin(run: str) -> tuple[str, ...]:
    spoken: list[str] = import_module("pypinyin").lazy_pinyin(run, v_to_u=False)  # loaded by the first: half a second
    return tuple(spoken)


def kept_words(title: str, aliases: Iterable[str], text: str) -> str:
    """
    Write down all tokens of a thing, sorted and separated by blanks; a word stands in its best field alone.

    >>> kept_words("许可", [], "A4")
    'e许可 pk pke pxk pxuke t可 t许 t许可 xa4'
    """
    others = tuple(aliases)
    of_title = words(title)
    of_aliases = set[str]().union(*map(words, others)) - of_title
    of_text = words(text) - of_title - of_aliases
    said = sounds(title)
    by_field = {
        NAME: {compact(title)[:LONGEST]} - {""},
        OTHER_NAME: {compact(other)[:LONGEST] for other in others} - {""},
        TITLE: of_title,
        ALIAS: of_aliases,
        TEXT: of_text,
        SOUND: said,
        ALIAS_SOUND: set[str]().union(*map(sounds, others)) - said,
    }
    return " ".join(sorted(field + word for field, found in by_field.items() for word in found))


def written(kept: str) -> set[str]:
    """
    List the words of kept tokens, wherever they stand; sounds and whole names are left out.

    >>> sorted(written("e许可 pk t可 t许 t许可 xa4"))
    ['a4', '可', '许', '许可']
    """
    return {token[1:] for token in kept.split() if token[0] in WRITTEN}


def compact(text: str) -> str:
    """
    Write a name without blanks and signs, as whole names are compared.

    >>> compact("食品经营许可（新办）")
    '食品经营许可新办'
    """
    return "".join(run for _, run in fold(text).runs())


@dataclass(frozen=True, slots=True)
class Asked:
    """
    A question taken apart: the `wholes` that may be a name, `parts` as they are looked up, `runs` as they stand.

    A part is a pair of characters, a single character that stands alone, or a word, which is also taken as pinyin.
    """

    wholes: tuple[str, ...]
    parts: tuple[str, ...]
    runs: tuple[str, ...]


def ask(query: str) -> Asked:
    """
    Take a question apart; what people say around a matter is left out.

    >>> ask("我想开饭店").parts
    ('开饭', '饭店')
    """
    folded = fold(query).text[:200]
    plain = QUESTION.sub(" ", folded)
    runs = tuple(run for _, run in fold(plain if RUNS.search(plain) else folded).runs())
    parts: list[str] = []
    for run in runs:
        if is_han(run):
            parts += map("".join, pairwise(run)) if len(run) > 1 else run
        else:
            parts.append(run[:LONGEST])
    wholes = ("".join(runs), compact(folded))
    return Asked(tuple(dict.fromkeys(each[:LONGEST] for each in wholes)), tuple(dict.fromkeys(parts)), runs)
