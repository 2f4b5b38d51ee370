"""Writing: from a tree to its canonical text, which reads back to the same tree."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .terms import And, Compare, Holds, Known, Member, Not, Operand, Or, Path, Tree, Value


def write(tree: Tree) -> str:
    """Write a tree with as few brackets as reading needs."""
    match tree:
        case Compare(left, op, right):
            return f"{_operand(left)} {op} {_operand(right)}"
        case Member(item, group, negated):
            return f"{_operand(item)} {'not in' if negated else 'in'} {_operand(group)}"
        case Holds(path):
            return path.name
        case Known(path):
            return f"known({path.name})"
        case Not(part):
            return f"not {_inside(part, And, Or)}"
        case And(parts):
            return " and ".join(_inside(part, And, Or) for part in parts)
        case Or(parts):
            return " or ".join(_inside(part, Or) for part in parts)


def written(value: Value) -> str:
    """Write one fixed value."""
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case str():
            return "'" + value.replace("'", "''") + "'"
        case date():
            return value.isoformat()


def _inside(tree: Tree, *bracketed: type[Tree]) -> str:
    text = write(tree)
    return f"({text})" if isinstance(tree, bracketed) else text


def _operand(side: Operand) -> str:
    if isinstance(side, Path):
        return side.name
    if isinstance(side.value, tuple):
        return "[" + ", ".join(written(value) for value in side.value) + "]"
    return written(side.value)
