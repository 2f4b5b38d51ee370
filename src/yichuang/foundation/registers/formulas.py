"""
Computed columns: `credit - drawn`, `drawn / credit * 100`, `days(begins_on, ends_on)`. Pure: no database.

Names, whole and decimal numbers, `+ - * /`, brackets and the functions of `FUNCTIONS`; nothing else, nothing that runs.
What is missing makes the result missing; so does a division by zero.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from yichuang.kernel.errors import DefinitionError

Value = Decimal | date | None
Kind = str
NUMBER, DAY = "number", "day"

LONGEST = 400
"""Characters of a formula."""

LARGEST = Decimal(10**12)
"""What is larger is no number of an office: a fixed one is refused, a result is missing."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function of formulas: what it takes, what it gives, how."""

    takes: tuple[Kind, ...]
    gives: Kind
    work: Callable[..., Value]
    about: str


def _months(begin: date, end: date) -> Decimal:
    whole = (end.year - begin.year) * 12 + end.month - begin.month
    return Decimal(whole - (end.day < begin.day))


FUNCTIONS: Mapping[str, Function] = {
    "days": Function((DAY, DAY), NUMBER, lambda one, two: Decimal((two - one).days), "从第一个日期到第二个的天数"),
    "months": Function((DAY, DAY), NUMBER, _months, "两个日期之间满几个月"),
    "year": Function((DAY,), NUMBER, lambda day: Decimal(day.year), "年份"),
    "least": Function((NUMBER, NUMBER), NUMBER, min, "较小的数"),
    "most": Function((NUMBER, NUMBER), NUMBER, max, "较大的数"),
    "share": Function((NUMBER, NUMBER), NUMBER, lambda part, all_: part / all_ * 100 if all_ else None, "百分比"),
}

_SIGNS: Mapping[type[ast.operator], Callable[[Decimal, Decimal], Value]] = {
    ast.Add: lambda one, two: one + two,
    ast.Sub: lambda one, two: one - two,
    ast.Mult: lambda one, two: one * two,
    ast.Div: lambda one, two: one / two if two else None,
}
_TYPED = str.maketrans("（）＋－×÷＊／，", "()+-*/*/,")


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read; `names` are the fields it reads."""

    text: str
    names: tuple[str, ...]
    tree: ast.expr

    def work_out(self, facts: Mapping[str, Any], digits: int) -> Decimal | None:
        """
        Work it out on the values of one entry, rounded half up.

        >>> read("share(drawn, credit)").work_out({"drawn": Decimal(1), "credit": Decimal(3)}, 1)
        Decimal('33.3')
        >>> read("drawn / credit").work_out({"drawn": Decimal(1), "credit": None}, 1)
        """
        found = _value(self.tree, facts)
        if not isinstance(found, Decimal) or abs(found) >= LARGEST:
            return None
        return found.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def read(text: str, kinds: Mapping[str, Kind] | None = None, place: str = "formula") -> Formula:
    """
    Read a formula; with `kinds`, check every name and what is done with it.

    :raises DefinitionError: it is no formula, names what is not there, or adds days to numbers
    """
    if len(text) > LONGEST:
        raise DefinitionError(place, f"公式有 {len(text)} 个字符", f"不超过 {LONGEST} 个")
    try:
        tree = ast.parse(text.translate(_TYPED).strip(), mode="eval").body
    except SyntaxError as wrong:
        at = wrong.offset or 1
        raise DefinitionError(place, f"第 {at} 个字符处读不通：{text}", "如 (应收 - 已收) / 应收 * 100") from wrong
    names = dict.fromkeys(node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id not in FUNCTIONS)
    gives = _kind(tree, kinds, place)
    if gives != NUMBER:
        raise DefinitionError(place, f"{text} 得到的是日期", "一个数，例如 days(起, 止)")
    return Formula(text, tuple(names), tree)


def _kind(node: ast.expr, kinds: Mapping[str, Kind] | None, place: str) -> Kind:
    match node:
        case ast.Constant(value) if isinstance(value, bool) or not isinstance(value, int | float):
            raise DefinitionError(place, f"{value!r} 不是数", "数字、字段名、+ - * / 和括号")
        case ast.Constant(int() | float() as value) if abs(Decimal(repr(value))) >= LARGEST:
            raise DefinitionError(place, f"{value} 太大", f"小于 {LARGEST:f} 的数")
        case ast.Constant():
            return NUMBER
        case ast.Name(name):
            if kinds is None:
                return NUMBER
            if name not in kinds:
                raise DefinitionError(place, f"公式用了没有的字段 {name}", "数字或日期字段", tuple(kinds))
            return kinds[name]
        case ast.UnaryOp(ast.USub() | ast.UAdd(), operand):
            return _number(operand, kinds, place)
        case ast.BinOp(left, op, right) if type(op) in _SIGNS:
            _number(left, kinds, place)
            return _number(right, kinds, place)
        case ast.Call(ast.Name(name), arguments, []) if name in FUNCTIONS:
            return _call(name, arguments, kinds, place)
        case ast.Call(ast.Name(name)):
            raise DefinitionError(place, f"没有函数 {name}", "已有的函数", tuple(FUNCTIONS))
    written = re.sub(r"\s+", " ", ast.unparse(node))
    raise DefinitionError(place, f"公式里不能写 {written}", "数字、字段名、+ - * /、括号和函数", tuple(FUNCTIONS))


def _call(name: str, arguments: list[ast.expr], kinds: Mapping[str, Kind] | None, place: str) -> Kind:
    function = FUNCTIONS[name]
    if len(arguments) != len(function.takes):
        raise DefinitionError(place, f"{name} 有 {len(arguments)} 个参数", f"{len(function.takes)} 个")
    for argument, wanted in zip(arguments, function.takes, strict=True):
        found = _kind(argument, kinds, place)
        if kinds is not None and found != wanted:
            word = {NUMBER: "数字", DAY: "日期"}
            raise DefinitionError(
                place, f"{name} 的参数 {ast.unparse(argument)} 是{word[found]}", f"{word[wanted]}字段"
            )
    return function.gives


def _number(node: ast.expr, kinds: Mapping[str, Kind] | None, place: str) -> Kind:
    if _kind(node, kinds, place) != NUMBER:
        raise DefinitionError(place, f"{ast.unparse(node)} 是日期，不能加减乘除", "days(起, 止) 得到天数")
    return NUMBER


def _value(node: ast.expr, facts: Mapping[str, Any]) -> Value:
    match node:
        case ast.Constant(value):
            return Decimal(str(value))
        case ast.Name(name):
            found = facts.get(name)
            assert found is None or isinstance(found, Decimal | int | date), f"{name} is no number and no day"
            return Decimal(found) if isinstance(found, int) else found
        case ast.UnaryOp(op, operand):
            inner = _value(operand, facts)
            assert inner is None or isinstance(inner, Decimal)
            return inner if inner is None or isinstance(op, ast.UAdd) else -inner
        case ast.BinOp(left, op, right):
            one, two = _value(left, facts), _value(right, facts)
            if not (isinstance(one, Decimal) and isinstance(two, Decimal)):
                return None
            return _SIGNS[type(op)](one, two)
        case ast.Call(ast.Name(name), arguments):
            values = [_value(each, facts) for each in arguments]
            return None if None in values else FUNCTIONS[name].work(*values)
    raise AssertionError("`read` lets nothing else through")
