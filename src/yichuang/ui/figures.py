"""How values of figures are written on screen, and where the rows behind them are."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from yichuang.foundation.figures.answering import Answer
from yichuang.foundation.figures.measures import Column
from yichuang.foundation.figures.terms import Times
from yichuang.foundation.registers.writing import YEAR, amount, plain, unit_of
from yichuang.ui.words import with_note


def written(value: Any, unit: str = "") -> str:
    """Write a value for the screen: separators between thousands but not in a year, the unit behind."""
    if value is None:
        return "—"
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        shown = f"{value}" if unit == YEAR else f"{value:,}"
        return f"{shown}{unit}" if unit in ("%", "") else f"{shown} {behind(unit)}"
    return value.isoformat() if isinstance(value, date) else str(value)


def behind(unit: str) -> str:
    """
    Write a unit behind a number: one that is a number itself multiplies it.

    >>> behind("100 million yuan"), behind("projects")
    ('× 100 million yuan', 'projects')
    """
    return f"× {unit}" if unit[:1].isdecimal() else unit


def said(answer: Answer) -> str:
    """Write what a figure comes to, or why there is no value."""
    return answer.reason if answer.value is None else written(answer.value, answer.figure.unit_label)


def cell(value: Any, column: Column | None = None) -> str:
    """Write one value of a row; an amount of money as the office writes it, one in fen in 万元; a month as 2019-10."""
    if value is None:
        return ""
    if column is not None and column.is_money and isinstance(value, int | Decimal):
        in_fen = column.unit == "fen"
        return amount(Decimal(value).scaleb(-6 if in_fen else 0), "万元" if in_fen else column.unit)
    if column is not None and column.is_month and isinstance(value, date):
        return f"{value:%Y-%m}"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return written(value)


def in_column(column: Column) -> str:
    """Write the heading of a column in a workbook: amounts name their unit there, one in fen 万元."""
    unit = "万元" if column.unit == "fen" else column.unit
    return with_note(column.name, unit_of(unit)) if column.is_money else str(column.name)


def in_workbook(value: Any, column: Column) -> Any:
    """Give one value of a row for a workbook: numbers and amounts as such, so that they can be added up."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        in_unit = Decimal(value).scaleb(-6 if column.unit == "fen" else 0) if column.is_money else Decimal(value)
        return plain(in_unit)
    return cell(value, column)


def query_of(times: Times, **more: str) -> str:
    """Write times as the query of an address of the pages of figures; `more` comes behind."""
    pairs = [("as_of", times.as_of.isoformat()), ("known_at", times.known_at.isoformat() if times.known_at else "")]
    pairs += [("region", times.region), *(("in", f"{name}:{code}") for name, code in times.inside), *more.items()]
    return urlencode([(name, value) for name, value in pairs if value])
