"""Writes days, moments, money and numbers as Chinese papers write them (GB/T 9704-2012: Arabic digits)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


class FactType(StrEnum):
    """What sort of thing a paper is told."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    MOMENT = "moment"
    MONEY = "money"
    LIST = "list"


def day_in_words(day: date) -> str:
    """
    Write a day.

    >>> day_in_words(date(2019, 10, 8))
    '2019年10月8日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


def moment_in_words(moment: datetime) -> str:
    """
    Write a moment in China's time.

    >>> from datetime import UTC
    >>> moment_in_words(datetime(2019, 10, 30, 1, 5, tzinfo=UTC))
    '2019年10月30日9时05分'
    """
    local = moment.astimezone(CHINA)
    return f"{day_in_words(local.date())}{local.hour}时{local.minute:02d}分"


def money_in_words(fen: int) -> str:
    """
    Write whole fen as yuan.

    >>> money_in_words(1234567)
    '12,345.67元'
    """
    return f"{Decimal(fen) / 100:,.2f}元"


def write(value: Any, kind: FactType) -> str:
    """
    Write a frozen fact as its type says; what is absent is the empty text.

    Words that stand for a day or a moment stay as they are.

    >>> write("2019-10-08", FactType.DAY), write("长期", FactType.DAY), write(None, FactType.DAY)
    ('2019年10月8日', '长期', '')
    """
    if value is None:
        return ""
    text = str(value)
    match kind:
        case FactType.DAY if text[:4].isdecimal():
            return day_in_words(date.fromisoformat(text[:10]))
        case FactType.MOMENT if text[:4].isdecimal():
            return moment_in_words(datetime.fromisoformat(text))
        case FactType.MONEY:
            return money_in_words(int(value))
    return text
