"""
Deciding one subject: a tree becomes functions, once.

Inside, truth is True, False or None (unknown). `not` is pushed down to the leaves first, which Kleene's tables allow;
so each reason says what was wanted of its fact without a negation around it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from .terms import (
    And,
    Compare,
    FactKind,
    FactType,
    Holds,
    Known,
    Leaf,
    Literal,
    Member,
    Not,
    Op,
    Operand,
    Or,
    Path,
    Tree,
)

Maybe = bool | None
Facts = Mapping[str, Any]
Decide = Callable[[Facts], Maybe]
Tell = Callable[[Facts, Maybe], list[str]]  # the reasons for an answer that `Decide` gave of the same facts

_COMPARE: dict[Op, Callable[[Any, Any], bool]] = {
    Op.EQ: operator.eq,
    Op.NE: operator.ne,
    Op.LT: operator.lt,
    Op.LE: operator.le,
    Op.GT: operator.gt,
    Op.GE: operator.ge,
}
NEGATED = {Op.EQ: Op.NE, Op.NE: Op.EQ, Op.LT: Op.GE, Op.LE: Op.GT, Op.GT: Op.LE, Op.GE: Op.LT}
TURNED = {Op.EQ: Op.EQ, Op.NE: Op.NE, Op.LT: Op.GT, Op.LE: Op.GE, Op.GT: Op.LT, Op.GE: Op.LE}

_WORDS = {Op.EQ: "等于", Op.NE: "不等于", Op.LT: "小于", Op.LE: "不超过", Op.GT: "大于", Op.GE: "不少于"}
_DAY_WORDS = {Op.EQ: "是", Op.NE: "不是", Op.LT: "早于", Op.LE: "不晚于", Op.GT: "晚于", Op.GE: "不早于"}


def positive(tree: Tree, negated: bool = False) -> Tree:
    """Push every `not` down into the leaves; only `known` and yes-or-no facts keep one."""
    match tree:
        case Not(part):
            return positive(part, not negated)
        case And(parts) | Or(parts):
            joined = tuple(positive(part, negated) for part in parts)
            return And(joined) if isinstance(tree, And) is not negated else Or(joined)
        case Compare(left, op, right) if negated:
            return Compare(left, NEGATED[op], right)
        case Member(item, group, out) if negated:
            return Member(item, group, not out)
        case Holds() | Known() if negated:
            return Not(tree)
        case _:
            return tree


def decider(tree: Tree) -> Decide:
    """Make the function that decides without reasons; `tree` is positive."""
    match tree:
        case And(parts):
            return _all([decider(part) for part in parts])
        case Or(parts):
            return _any([decider(part) for part in parts])
        case Not(Holds() | Known() as leaf):
            return _swapped(_leaf(leaf))
        case Compare() | Member() | Holds() | Known():
            return _leaf(tree)
        case Not():
            raise AssertionError("`positive` leaves no other negation")


def teller(tree: Tree, types: Mapping[str, FactType]) -> Tell:
    """Make the function that tells why: of joined parts those that have the answer of the whole; `tree` is positive."""
    if not isinstance(tree, And | Or):
        return _told(tree, types)
    parts = [(decider(part), teller(part, types)) for part in tree.parts]

    def tell(facts: Facts, answer: Maybe) -> list[str]:
        settling = [tell for decide, tell in parts if decide(facts) is answer]
        return [reason for tell in settling for reason in tell(facts, answer)]

    return tell


def _all(parts: list[Decide]) -> Decide:
    def decide(facts: Facts) -> Maybe:
        answer: Maybe = True
        for part in parts:
            found = part(facts)
            if found is False:
                return False
            if found is None:
                answer = None
        return answer

    return decide


def _any(parts: list[Decide]) -> Decide:
    def decide(facts: Facts) -> Maybe:
        answer: Maybe = False
        for part in parts:
            found = part(facts)
            if found:
                return True
            if found is None:
                answer = None
        return answer

    return decide


def _swapped(part: Decide) -> Decide:
    def decide(facts: Facts) -> Maybe:
        found = part(facts)
        return None if found is None else not found

    return decide


def _leaf(leaf: Leaf) -> Decide:
    match leaf:
        case Known(Path(name)):
            return lambda facts: facts.get(name) is not None
        case Holds(Path(name)):
            check = _CHECKS[FactKind.BOOL]

            def holds(facts: Facts) -> Maybe:
                found = facts.get(name)
                return None if found is None else bool(check(name, found))

            return holds
        case Compare(left, op, right):
            return _comparison(left, op, right)
        case Member(item, group, negated):
            return _membership(item, group, negated)


def _comparison(left: Operand, op: Op, right: Operand) -> Decide:
    if isinstance(left, Literal):
        left, op, right = right, TURNED[op], left
    assert isinstance(left, Path), "one side is a fact"
    compare, name = _COMPARE[op], left.name
    if isinstance(right, Path):
        other = right.name
        ordered = op not in (Op.EQ, Op.NE)

        def compare_facts(facts: Facts) -> Maybe:
            one, two = facts.get(name), facts.get(other)
            if one is None or two is None:
                return None
            kind = _kind(name, one)
            if ordered and kind not in (FactKind.NUMBER, FactKind.DATE):
                raise TypeError(f"{name} is a {kind}, which has no order")
            return compare(one, _CHECKS[kind](other, two))

        return compare_facts
    wanted = right.value
    assert not isinstance(wanted, tuple), "lists are not compared"
    check = _CHECKS[_kind("a literal", wanted)]

    def compare_value(facts: Facts) -> Maybe:
        found = facts.get(name)
        return None if found is None else compare(check(name, found), wanted)

    return compare_value


def _membership(item: Operand, group: Operand, negated: bool) -> Decide:
    if isinstance(group, Path):
        inside = group.name

        def in_fact(facts: Facts) -> Maybe:
            wanted = facts.get(item.name) if isinstance(item, Path) else item.value
            found = facts.get(inside)
            if found is None or wanted is None:
                return None
            check = _CHECKS[_kind(item.name if isinstance(item, Path) else "a literal", wanted)]
            if isinstance(found, str) or not isinstance(found, Collection):
                raise TypeError(f"{inside} is {found!r}, not a list")
            return (wanted in [check(inside, value) for value in found if value is not None]) is not negated

        return in_fact
    assert isinstance(item, Path), "one side is a fact"
    assert isinstance(group.value, tuple), "`in` asks for a list"
    name, values, check = item.name, frozenset(group.value), _CHECKS[_kind("a literal", group.value[0])]

    def in_values(facts: Facts) -> Maybe:
        found = facts.get(name)
        return None if found is None else (check(name, found) in values) is not negated

    return in_values


def _number(name: str, value: Any) -> Any:
    kind = type(value)
    if kind is int or (kind is Decimal and value.is_finite()):
        return value
    raise TypeError(f"{name} is {value!r}, not an int or a finite Decimal")


def _text(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return value
    raise TypeError(f"{name} is {value!r}, not a text")


def _day(name: str, value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise TypeError(f"{name} is {value!r}, not a date")


def _flag(name: str, value: Any) -> Any:
    if value is True or value is False:
        return value
    raise TypeError(f"{name} is {value!r}, neither True nor False")


_CHECKS: dict[FactKind, Callable[[str, Any], Any]] = {
    FactKind.NUMBER: _number,
    FactKind.TEXT: _text,
    FactKind.DATE: _day,
    FactKind.BOOL: _flag,
}


def _kind(name: str, value: Any) -> FactKind:
    if isinstance(value, bool):
        return FactKind.BOOL
    for kind in (FactKind.NUMBER, FactKind.TEXT, FactKind.DATE):
        try:
            _CHECKS[kind](name, value)
        except TypeError:
            continue
        return kind
    raise TypeError(f"{name} is {value!r}, not a number, a text, a date or yes-or-no")


def _told(tree: Tree, types: Mapping[str, FactType]) -> Tell:
    """Make the function that tells of one leaf what was found and what was wanted."""
    ask = _asked(tree, types)

    def tell(facts: Facts, answer: Maybe) -> list[str]:
        paths, found, wanted = ask(facts)
        if answer is None:
            missing = "、".join(_label(path, types) for path in paths if facts.get(path) is None)
            return [f"尚不知道{missing}，条件是“{wanted}”"]
        return [f"{found}，{'符合' if answer else '不符合'}条件“{wanted}”"]

    return tell


Asked = Callable[[Facts], tuple[tuple[str, ...], str, str]]  # the paths asked for, what was found, what was wanted


def _asked(tree: Tree, types: Mapping[str, FactType]) -> Asked:
    """Put one leaf into Chinese."""
    negated = isinstance(tree, Not)
    match tree.part if isinstance(tree, Not) else tree:
        case Known(Path(name)):
            wanted = "未知" if negated else "已知"
            return lambda facts: ((name,), _found(name, facts, types), wanted)
        case Holds(Path(name)):
            wanted = "否" if negated else "是"
            return lambda facts: ((name,), _found(name, facts, types), wanted)
        case Compare(left, op, right):
            if isinstance(left, Literal):
                left, op, right = right, TURNED[op], left
            return _side_asked(left, _words(op, left, right, types), right, "", types)
        case Member(item, Literal() as group, out):
            return _side_asked(item, "不属于" if out else "属于", group, "", types)
        case Member(Literal() as item, group, out):
            return _side_asked(group, "不含" if out else "含有", item, "", types)
        case Member(item, group, out):
            return _side_asked(item, "不在" if out else "在", group, "之中", types)
        case And() | Or() | Not():
            raise AssertionError("only leaves are told about")


def _side_asked(side: Operand, word: str, other: Operand, end: str, types: Mapping[str, FactType]) -> Asked:
    assert isinstance(side, Path), "one side is a fact"
    name = side.name
    if isinstance(other, Literal):
        wanted = f"{word} {_shown(other.value, _type(name, types))}{end}"
        return lambda facts: ((name,), _found(name, facts, types), wanted)
    against = other.name

    def ask(facts: Facts) -> tuple[tuple[str, ...], str, str]:
        value = facts.get(against)
        told = "" if value is None else f"（{_shown(value, _type(against, types))}）"
        return (name, against), _found(name, facts, types), f"{word} {_label(against, types)}{told}{end}"

    return ask


def _words(op: Op, left: Operand, right: Operand, types: Mapping[str, FactType]) -> str:
    days = isinstance(right, Literal) and isinstance(right.value, date)
    days = days or (isinstance(left, Path) and _type(left.name, types).kind is FactKind.DATE)
    return (_DAY_WORDS if days else _WORDS)[op]


_ANY = FactType(FactKind.TEXT)


def _type(name: str, types: Mapping[str, FactType]) -> FactType:
    return types.get(name, _ANY)


def _label(name: str, types: Mapping[str, FactType]) -> str:
    given = _type(name, types).name
    return f"{given}（{name}）" if given else name


def _found(name: str, facts: Facts, types: Mapping[str, FactType]) -> str:
    label = _label(name, types)
    return f"{label}{'' if label.endswith('）') else ' '}为 {_shown(facts.get(name), _type(name, types))}"


def _shown(value: Any, fact: FactType) -> str:
    if value is None:
        return "未知"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | Decimal):
        return f"{value:f} {fact.unit}".rstrip() if isinstance(value, Decimal) else f"{value} {fact.unit}".rstrip()
    if isinstance(value, Collection) and not isinstance(value, str):
        return "、".join(_shown(each, fact) for each in value) or "（空）"
    return str(value)
