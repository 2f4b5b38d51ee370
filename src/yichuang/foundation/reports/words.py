"""Figures as the office writes them in a report: no separators of thousands, 16万余人, 2019年10月30日; or 无记录."""

from __future__ import annotations

import re
from decimal import Decimal

from yichuang.foundation.figures.answering import Answer
from yichuang.foundation.figures.terms import Mode
from yichuang.foundation.reports.terms import NO_RECORDS

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_LONG = re.compile(r"(?<![\d.])\d{4,}(?![\d年])")
_MONTH = re.compile(r"(\d{4})-(\d{2})")


def written(answer: Answer) -> str:
    """Write what a figure comes to; a lower bound, an about and a label by their wording."""
    value, figure = answer.value, answer.figure
    if value is None:
        return NO_RECORDS
    if answer.wording:
        return _with_unit(answer.wording, "" if figure.mode is Mode.LABEL else figure.unit)
    if isinstance(value, Decimal):
        return f"{value:f}{figure.unit}"
    return in_words(str(value))


def in_words(text: str) -> str:
    """
    Write a day or a month in words; what is neither stays.

    >>> in_words("2019-04"), in_words("2019-10-30"), in_words("V3.0")
    ('2019年4月', '2019年10月30日', 'V3.0')
    """
    if found := _DAY.fullmatch(text):
        year, month, day = map(int, found.groups())
        return f"{year}年{month}月{day}日"
    if found := _MONTH.fullmatch(text):
        year, month = map(int, found.groups())
        return f"{year}年{month}月"
    return text


def separated(text: str) -> str:
    """
    Separate thousands for a screen; years stay.

    >>> separated("5458项"), separated("234000000.50元"), separated("2019年4月")
    ('5,458项', '234,000,000.50元', '2019年4月')
    """
    return _LONG.sub(lambda found: f"{int(found[0]):,}", text)


def _with_unit(wording: str, unit: str) -> str:
    """
    Put the unit behind a wording that does not say it.

    >>> _with_unit("16万余", "人"), _with_unit("80%以上", "%")
    ('16万余人', '80%以上')
    """
    return wording if unit in wording else f"{wording}{unit}"
