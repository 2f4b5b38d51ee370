"""Reads what people type, paste or keep in a workbook: 2.34亿元, ２０１９年１０月３０日, 是, a code by its name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any, Protocol

from django.utils.translation import gettext as _

from yichuang.foundation.registers.definition import Field
from yichuang.foundation.registers.terms import MONEY_SCALES, FieldType

LONGEST_TEXT = 200
LONGEST_LONG = 5000
LARGEST = 10**17
"""A cell holds whole numbers below this: a thousand billion yuan in fen."""

TRUE = frozenset({"是", "有", "对", "√", "true", "yes", "1", "y"})
FALSE = frozenset({"否", "无", "没有", "×", "false", "no", "0", "n"})
SEPARATORS = re.compile(r"[、,，;；|\n]+")
_DAY = re.compile(r"(\d{4})\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})\s*日?(?:\s+0{1,2}:00(?::00)?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"(\d{4})\s*(?:年|[-/.])\s*(\d{1,2})\s*月?")
_UNITS = {"万": "万元", "亿": "亿元"} | {unit: unit for unit in MONEY_SCALES}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Unfit(Exception):
    """What was typed does not fit the field; the message says what would."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Lookup(Protocol):
    """Finds what a name or number stands for."""

    def choices(self, field: Field) -> Mapping[str, str]:
        """Give the names of a field's codes."""

    def refer(self, field: Field, text: str) -> Any:
        """
        Find what a reference means.

        :raises Unfit: there is none, or several
        """


def half_width(text: str) -> str:
    """
    Write full-width letters, digits and signs in half width; drop spaces at the ends.

    >>> half_width(" １２．５０ ")
    '12.50'
    """
    return unicodedata.normalize("NFKC", text).strip()


def read(field: Field, typed: Any, lookup: Lookup) -> Any:
    """
    Read one value; None where nothing was typed.

    :raises Unfit: it does not fit the field
    """
    if typed is None or (isinstance(typed, str) and not typed.strip()):
        return None
    if isinstance(typed, float) and typed.is_integer() and not field.type.is_numeric:
        typed = int(typed)  # a workbook keeps every number as a fraction
    match field.type:
        case FieldType.TEXT | FieldType.LONG:
            return _text(field, typed)
        case FieldType.NUMBER | FieldType.INTEGER | FieldType.MONEY:
            return _number(field, typed)
        case FieldType.DATE:
            return _day(field, typed)
        case FieldType.MONTH:
            return _month(field, typed)
        case FieldType.BOOL:
            return _truth(field, typed)
        case FieldType.CODE:
            return _code(field, str(typed), lookup.choices(field))
        case FieldType.CODES:
            return _codes(field, typed, lookup.choices(field))
        case FieldType.FILE:
            return tuple(int(each) for each in typed)
    return lookup.refer(field, _written(typed).strip())


def bound(field: Field, typed: str) -> Decimal | date:
    """
    Read a number or a day by which a list is narrowed, as a form would.

    :raises Unfit: it does not fit the field
    """
    match field.type:
        case FieldType.DATE:
            return _day(field, typed)
        case FieldType.MONTH:
            return _month(field, typed)
    return _number(field, typed)


def _written(typed: Any) -> str:
    return typed.date().isoformat() if isinstance(typed, datetime) else str(typed)


def _text(field: Field, typed: Any) -> str:
    text = _CONTROL.sub("", _written(typed)).replace("\r\n", "\n").strip()
    if field.type is FieldType.TEXT:
        text = " ".join(text.split())
    limit = LONGEST_TEXT if field.type is FieldType.TEXT else LONGEST_LONG
    if len(text) > limit:
        said = {"label": str(field.name), "n": len(text), "limit": limit}
        raise Unfit(_("“%(label)s”有 %(n)d 个字，最多 %(limit)d 个。") % said)
    return text


def _number(field: Field, typed: Any) -> Decimal:
    told = {"label": str(field.name), "typed": typed, "unit": field.unit}
    if isinstance(typed, bool | datetime | date) or (isinstance(typed, float) and not isfinite(typed)):
        raise Unfit(_("“%(label)s”应为数字，现为 %(typed)s。") % told)
    if isinstance(typed, float):
        return _exact(field, Decimal(repr(typed)), is_inexact=True)
    text = re.sub(r"[,\s]|人民币|¥|￥", "", half_width(str(typed))).replace("−", "-")
    text, shift = _without_unit(field, text)
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise Unfit(_("“%(label)s”应为数字，现为 %(typed)s。") % told)
    return _exact(field, value.scaleb(shift))


def _without_unit(field: Field, text: str) -> tuple[str, int]:
    """Take a unit off the end; another unit of money is converted, another unit of anything else is no number."""
    if field.type is FieldType.MONEY:
        for word in sorted(_UNITS, key=len, reverse=True):
            if text.endswith(word):
                return text.removesuffix(word), MONEY_SCALES[_UNITS[word]] - field.scale
        return text, 0
    return text.removesuffix(field.unit) if field.unit else text, 0


def _exact(field: Field, value: Decimal, *, is_inexact: bool = False) -> Decimal:
    places = field.scale if field.type is FieldType.MONEY else field.digits
    step = Decimal(1).scaleb(-places)
    told = {"label": str(field.name), "value": f"{value:f}"}
    if abs(value) >= Decimal(LARGEST).scaleb(-places):
        raise Unfit(_("“%(label)s”的数太大：%(value)s。请核对单位。") % told)
    rounded = value.quantize(step)
    if rounded != value and not (is_inexact and abs(rounded - value) <= abs(value) * Decimal("1e-12")):
        if places == 0:
            raise Unfit(_("“%(label)s”应为整数，现为 %(value)s。") % told)
        raise Unfit(_("“%(label)s”最多 %(places)s 位小数，现为 %(value)s。") % (told | {"places": str(places)}))
    return rounded


def _day(field: Field, typed: Any) -> date:
    if isinstance(typed, datetime):
        return typed.date()
    if isinstance(typed, date):
        return typed
    text = half_width(str(typed))
    found = _DAY.fullmatch(text) or _COMPACT.fullmatch(text)
    if found:
        try:
            return date(*map(int, found.groups()))
        except ValueError:
            raise Unfit(_("“%(label)s”没有这一天：%(typed)s。") % {"label": str(field.name), "typed": typed}) from None
    told = {"label": str(field.name), "typed": typed}
    raise Unfit(_("“%(label)s”应为日期，例如 2019年10月30日，现为 %(typed)s。") % told)


def _month(field: Field, typed: Any) -> date:
    if isinstance(typed, datetime | date):
        return date(typed.year, typed.month, 1)
    text = half_width(str(typed))
    found = _MONTH.fullmatch(text) or re.fullmatch(r"(\d{4})(\d{2})", text)
    if found and 1 <= int(found.group(2)) <= 12:
        return date(int(found.group(1)), int(found.group(2)), 1)
    told = {"label": str(field.name), "typed": typed}
    raise Unfit(_("“%(label)s”应为月份，例如 2019年10月，现为 %(typed)s。") % told)


def _truth(field: Field, typed: Any) -> bool:
    if isinstance(typed, bool):
        return typed
    word = half_width(str(typed)).lower()
    if word in TRUE or word in FALSE:
        return word in TRUE
    raise Unfit(_("“%(label)s”请填是或否，现为 %(typed)s。") % {"label": str(field.name), "typed": typed})


def _code(field: Field, typed: str, names: Mapping[str, str]) -> str:
    word = half_width(typed)
    if word in names:
        return word
    for code, name in names.items():
        if half_width(name) == word:
            return code
    told = {"label": str(field.name), "typed": typed, "names": "、".join(names.values())}
    raise Unfit(_("“%(label)s”没有“%(typed)s”这一项；可填：%(names)s。") % told)


def _codes(field: Field, typed: Any, names: Mapping[str, str]) -> tuple[str, ...] | None:
    words = [str(each) for each in typed] if isinstance(typed, list | tuple) else SEPARATORS.split(str(typed))
    chosen = {_code(field, word, names) for word in words if word.strip()}
    return tuple(code for code in names if code in chosen) or None
