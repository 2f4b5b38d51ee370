"""Writes values as the office does: 2.34亿元, 2019年10月30日, codes by their names; screens separate thousands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from yichuang.foundation.registers.definition import Field, Register
from yichuang.foundation.registers.labels import Labels
from yichuang.foundation.registers.published import chinese_choices, choices
from yichuang.foundation.registers.terms import MONEY_SCALES, FieldType

YEAR = "年"
"""The unit of a calendar year, whose digits are never separated."""
MEASURES = {
    "元": pgettext_lazy("unit", "元"),
    "万元": pgettext_lazy("unit", "万元"),
    "亿元": pgettext_lazy("unit", "亿元"),
    "分": pgettext_lazy("unit", "分"),
    "分钟": pgettext_lazy("unit", "分钟"),
    "小时": pgettext_lazy("unit", "小时"),
    "天": pgettext_lazy("unit", "天"),
    "日": pgettext_lazy("unit", "日"),
    "个工作日": pgettext_lazy("unit", "个工作日"),
    "工作日": pgettext_lazy("unit", "工作日"),
    "个月": pgettext_lazy("unit", "个月"),
    "平方米": pgettext_lazy("unit", "平方米"),
    "公里": pgettext_lazy("unit", "公里"),
    "亩": pgettext_lazy("unit", "亩"),
}
"""Units that have a name in English."""
COUNTING = frozenset("家件个项场次类人名户位份条册篇年")
"""Words by which Chinese counts things; English has none: 15家 is 15."""


def written(field: Field, value: Any, labels: Labels, on: date) -> str:
    """Write a value for a page, in the language of the reader; empty where there is none."""
    if value in (None, "", ()):
        return ""
    match field.type:
        case FieldType.MONEY:
            return amount(value, field.unit)
        case FieldType.NUMBER | FieldType.INTEGER:
            return measured(value, field.unit)
        case FieldType.DATE:
            return day(value)
        case FieldType.MONTH:
            return month(value)
        case FieldType.BOOL:
            return _("是") if value else _("否")
        case FieldType.CODE:
            return choices(field, on).get(value, value)
        case FieldType.CODES:
            names = choices(field, on)
            return ("、" if not is_english() else ", ").join(names.get(each, each) for each in value)
        case FieldType.FILE:
            return "、".join(labels.name(field, each) for each in value)
        case FieldType.TEXT | FieldType.LONG:
            return str(value)
    return labels.name(field, value)


def in_cell(field: Field, value: Any, labels: Labels, on: date) -> Any:
    """Write a value for a workbook, so that reading it back gives the same: numbers and days as such, names in full."""
    if value in (None, "", ()):
        return None
    match field.type:
        case FieldType.MONEY | FieldType.NUMBER | FieldType.INTEGER:
            return plain(value)
        case FieldType.DATE:
            return value
        case FieldType.MONTH:
            return f"{value:%Y-%m}"
        case FieldType.BOOL:
            return "是" if value else "否"
        case FieldType.CODE:
            return chinese_choices(field, on).get(value, value)
        case FieldType.CODES:
            names = chinese_choices(field, on)
            return "、".join(names.get(each, each) for each in value)
        case FieldType.PARTY:
            return " ".join(each for each in (labels.name(field, value), labels.numbers.get(value, "")) if each)
        case FieldType.ENTRY:
            return f"{labels.places[value][1]} {labels.name(field, value)}" if value in labels.places else str(value)
        case FieldType.ITEM | FieldType.PROJECT:
            return f"{value} {labels.name(field, value)}"
        case FieldType.FILE:
            return "、".join(labels.name(field, each) for each in value)
        case FieldType.UNIT | FieldType.REGION:
            return labels.name(field, value) if field.type is FieldType.UNIT else value
    return str(value)


def plain(value: Decimal) -> int | float | str:
    """Write a number for a cell: as a number where a workbook keeps all its digits, else as text."""
    tidy = value.normalize()
    if tidy == tidy.to_integral_value():
        return int(tidy) if abs(tidy) < 10**15 else f"{tidy:f}"
    return float(tidy) if len(tidy.as_tuple().digits) <= 15 else f"{tidy:f}"


def amount(value: Decimal, in_unit: str) -> str:
    """
    Write an amount: 2.34亿元; in English in whole yuan.

    >>> amount(Decimal("2.3400000000"), "亿元")
    '2.34亿元'
    """
    if is_english():
        yuan = value.scaleb(MONEY_SCALES[in_unit] - 2)
        return f"CNY {number(yuan.normalize() if yuan == yuan.to_integral_value() else yuan)}"
    return f"{number(value.normalize())}{in_unit}"


def number(value: Decimal) -> str:
    """Write a number with its digits and separated thousands."""
    digits = max(0, -int(value.as_tuple().exponent))
    return f"{value:,.{digits}f}"


def day(value: date) -> str:
    """
    Write a day: 2019年10月30日.

    >>> day(date(2019, 10, 30))
    '2019年10月30日'
    """
    return formats.date_format(value, "j F Y") if is_english() else f"{value.year}年{value.month}月{value.day}日"


def month(value: date) -> str:
    """
    Write a month: 2019年10月.

    >>> month(date(2019, 10, 1))
    '2019年10月'
    """
    return formats.date_format(value, "F Y") if is_english() else f"{value.year}年{value.month}月"


def measured(value: Decimal, unit: str) -> str:
    """
    Write a number and its unit: signs close to it, in English words apart; a calendar year without separators.

    >>> measured(Decimal(2018), "年"), measured(Decimal(5458), "项")
    ('2018年', '5,458项')
    """
    if unit in MONEY_SCALES:
        return amount(value, unit)
    told = unit_of(unit)
    if unit == YEAR:
        return f"{value:f}{told}"
    apart = " " if is_english() and told not in ("%", "‰", "") else ""
    return f"{number(value)}{apart}{told}"


def unit_of(unit: str) -> str:
    """
    Write a unit alone, in the reader's language: in English measures by their names, words of counting not at all.

    >>> unit_of("家")
    '家'
    """
    if not is_english():
        return unit
    return "" if unit in COUNTING else str(MEASURES.get(unit, unit))


def is_english() -> bool:
    """Say whether the reader reads English."""
    return (get_language() or "").startswith("en")


def title_of(register: Register, facts: Mapping[str, Any], labels: Labels, on: date) -> str:
    """Name an entry by the fields that its register names; always in Chinese, as it is kept."""
    parts = []
    for name in register.title:
        field = register.fields[name]
        value = facts.get(name)
        if value in (None, "", ()):
            continue
        if field.type is FieldType.CODE:
            parts.append(chinese_choices(field, on).get(value, value))
        elif field.type is FieldType.DATE:
            parts.append(f"{value.year}年{value.month}月{value.day}日")
        elif field.type is FieldType.MONTH:
            parts.append(f"{value.year}年{value.month}月")
        elif field.type.is_numeric:
            parts.append(f"{plain(value)}{field.unit}")
        else:
            parts.append(labels.name(field, value) if field.type.is_reference else str(value))
    return " ".join(parts)[:200] or "—"
