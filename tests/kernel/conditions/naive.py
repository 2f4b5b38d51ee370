"""A second way to decide a tree: straight down, with Truth's own tables, nothing compiled."""

import operator

from yichuang.kernel.conditions import And, Compare, Holds, Known, Literal, Member, Not, Or, Truth

OPERATORS = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def decide(tree, facts):
    match tree:
        case Not(part):
            return ~decide(part, facts)
        case And(parts):
            answer = Truth.YES
            for part in parts:
                answer &= decide(part, facts)
            return answer
        case Or(parts):
            answer = Truth.NO
            for part in parts:
                answer |= decide(part, facts)
            return answer
        case Known(path):
            return Truth(facts.get(path.name) is not None)
        case Holds(path):
            return Truth(facts.get(path.name))
        case Compare(left, op, right):
            one, two = value(left, facts), value(right, facts)
            return Truth.UNKNOWN if one is None or two is None else Truth(OPERATORS[op](one, two))
        case Member(item, group, negated):
            one, many = value(item, facts), value(group, facts)
            return Truth.UNKNOWN if one is None or many is None else Truth((one in many) is not negated)


def value(side, facts):
    return side.value if isinstance(side, Literal) else facts.get(side.name)
