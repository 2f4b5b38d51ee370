"""What all identifiers share: reading what people type, and saying no."""

from __future__ import annotations

import datetime as dt
import string
import unicodedata
from collections.abc import Callable

from yichuang.kernel.errors import NotPossible

DIGITS = string.digits
CHARACTERS = string.digits + string.ascii_uppercase
"""Digits, then capitals: the alphabet of codes, in the order of their values."""

_HYPHENS = "-‐‑‒–—−_"


class NotAnIdentifier(NotPossible):
    """What was typed cannot be such a number; the message says why and does not repeat the number."""

    code = "identifiers.wrong"

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}有误：{why}。请核对后重新填写。")
        self.name, self.why = name, why


class SyntheticIdentifier(NotAnIdentifier):
    """The number was made for demonstrations and stands for nobody."""

    code = "identifiers.synthetic"

    def __init__(self, name: str) -> None:
        super().__init__(name, "这是演示数据使用的号码，不能用于正式业务")


def tidy(text: str) -> str:
    """
    Read what was typed as plain capitals and digits: full-width becomes plain, spaces and hyphens go.

    >>> tidy(" 1101０1-1949 1231 002ｘ ")
    '11010119491231002X'
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(character for character in plain if not _is_filling(character))


def _is_filling(character: str) -> bool:
    """Tell whether a character only spaces others apart, the invisible ones of pasted text included."""
    return character.isspace() or character in _HYPHENS or unicodedata.category(character) == "Cf"


def need_length(text: str, *lengths: int, name: str) -> None:
    """
    Make sure of the length.

    :raises NotAnIdentifier: it is another one
    """
    if len(text) not in lengths:
        raise NotAnIdentifier(name, f"应为 {'、'.join(map(str, lengths))} 位，现为 {len(text)} 位")


def need_characters(text: str, allowed: str, *, name: str, first: int = 1, saying: str) -> None:
    """
    Make sure that every character is allowed; `first` is the place of the first of them in the whole number.

    :raises NotAnIdentifier: one is not; its place is told
    """
    for place, character in enumerate(text, first):
        if character not in allowed:
            raise NotAnIdentifier(name, f"第 {place} 位应为{saying}")


def need_day(text: str, *, name: str) -> dt.date:
    """
    Read eight digits as a day.

    :raises NotAnIdentifier: there is no such day
    """
    try:
        return dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise NotAnIdentifier(name, "其中的日期不存在") from None


def need_numbers(name: str, **parts: tuple[int, int]) -> None:
    """
    Make sure that numbers fit their places: each part gives its value and its number of digits.

    :raises ValueError: one does not
    """
    for part, (value, digits) in parts.items():
        if not 0 <= value < 10**digits:
            raise ValueError(f"{name}: {part} {value} does not fit into {digits} digits")


def is_valid(check: Callable[[str], object], text: str) -> bool:
    """
    Tell whether a `parse_…` or `check_…` function takes the text.

    >>> is_valid(tidy, "x")
    True
    """
    try:
        check(text)
    except NotAnIdentifier:
        return False
    return True
