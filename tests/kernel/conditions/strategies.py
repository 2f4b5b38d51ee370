"""Random conditions over a fixed set of facts, and random subjects with facts left out."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from yichuang.kernel.conditions import (
    And,
    Compare,
    FactKind,
    FactType,
    Holds,
    Known,
    Literal,
    Member,
    Not,
    Op,
    Or,
    Path,
)

FACTS = {
    "project.area": FactType(FactKind.NUMBER, "平方米", "申请表", "建筑面积"),
    "project.floors": FactType(FactKind.NUMBER, "平方米"),
    "project.fee": FactType(FactKind.NUMBER, "平方米"),
    "kind": FactType(FactKind.TEXT, name="类别"),
    "other.kind": FactType(FactKind.TEXT),
    "项目.日期": FactType(FactKind.DATE),
    "until": FactType(FactKind.DATE),
    "closed": FactType(FactKind.BOOL),
    "open": FactType(FactKind.BOOL),
    "tags": FactType(FactKind.LIST),
    "sizes": FactType(FactKind.LIST, "平方米", of=FactKind.NUMBER),
    "days": FactType(FactKind.LIST, of=FactKind.DATE),
}
SCALES = {"project.area": 2, "project.floors": 0, "project.fee": 4, "sizes": 1}

TEXTS = ["甲", "乙", "it's", "", "a\nb"]
DATES = [date(2019, 9, 30), date(2019, 10, 1), date(2020, 2, 29)]
ORDER = (Op.LT, Op.LE, Op.GT, Op.GE)


def numbers(scale):
    return st.integers(-300, 300).map(lambda n: Decimal(n).scaleb(-scale))


VALUES = {
    FactKind.NUMBER: st.one_of(
        numbers(0), numbers(3), numbers(4), st.sampled_from([Decimal(10) ** 20, -(Decimal(10) ** 20) - Decimal("0.5")])
    ),
    FactKind.TEXT: st.sampled_from(TEXTS),
    FactKind.DATE: st.sampled_from(DATES),
    FactKind.BOOL: st.booleans(),
}


def value_of(path):
    fact = FACTS[path]
    kind = fact.of if fact.kind is FactKind.LIST else fact.kind
    one = numbers(SCALES[path]) if kind is FactKind.NUMBER else VALUES[kind]
    return st.lists(st.none() | one, max_size=4) if fact.kind is FactKind.LIST else one


def paths_of(kind):
    return [path for path, fact in FACTS.items() if fact.kind is kind]


@st.composite
def leaves(draw):
    form = draw(st.sampled_from(["compare", "compare", "member", "holds", "known"]))
    if form == "known":
        return Known(Path(draw(st.sampled_from(sorted(FACTS)))))
    if form == "holds":
        return Holds(Path(draw(st.sampled_from(paths_of(FactKind.BOOL)))))
    kind = draw(st.sampled_from(sorted(VALUES if form == "compare" else set(VALUES) - {FactKind.BOOL})))
    one = Path(draw(st.sampled_from(paths_of(kind))))
    literal = VALUES[kind].map(Literal)
    if form == "compare":
        ordered = ORDER if kind in (FactKind.NUMBER, FactKind.DATE) else ()
        op = draw(st.sampled_from([Op.EQ, Op.NE, *ordered]))
        two = draw(literal | st.sampled_from(paths_of(kind)).map(Path))
        return Compare(*draw(st.permutations([one, two]).map(lambda pair: (pair[0], op, pair[1]))))
    negated = draw(st.booleans())
    if draw(st.booleans()):
        return Member(one, Literal(tuple(draw(st.lists(VALUES[kind], min_size=1, max_size=3)))), negated)
    group = next(path for path, fact in FACTS.items() if fact.kind is FactKind.LIST and fact.of is kind)
    return Member(draw(literal | st.just(one)), Path(group), negated)


def joined(parts):
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(parts.map(Not), several.map(And), several.map(Or))


trees = st.recursive(leaves(), joined, max_leaves=8)
subjects = st.fixed_dictionaries({}, optional={path: st.none() | value_of(path) for path in FACTS})
