"""A condition: parsed and checked once, decided as often as needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .deciding import Decide, Tell, decider, positive, teller
from .reading import read
from .terms import And, Compare, Decision, FactType, Holds, Known, Literal, Member, Not, Op, Or, Path, Tree, Truth
from .writing import write


@dataclass(frozen=True, slots=True)
class Condition:
    """
    A checked condition. Two are equal when their trees are; `str` writes it so that it parses to the same tree.

    Subjects are flat mappings from dotted path to int, Decimal, str, date, bool or a list of these; a path that is
    absent or None is unknown, an empty place inside a list is passed over.

    >>> condition = parse("building.basement_area_m2 > 0 and not known(project.waiver)")
    >>> condition.decide({"building.basement_area_m2": 0}).because
    ('building.basement_area_m2 为 0，不符合条件“大于 0”',)
    >>> condition.truth({"project.waiver": None})
    <Truth.UNKNOWN: None>
    """

    tree: Tree
    facts: Mapping[str, FactType] = field(default_factory=dict, compare=False, repr=False)
    _decide: Decide = field(init=False, compare=False, repr=False)
    _tell: Tell = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Compile both functions once."""
        plain = positive(self.tree)
        object.__setattr__(self, "_decide", decider(plain))
        object.__setattr__(self, "_tell", teller(plain, self.facts))

    def __str__(self) -> str:
        return write(self.tree)

    def __reduce__(self) -> tuple[type[Condition], tuple[Tree, Mapping[str, FactType]]]:
        return Condition, (self.tree, dict(self.facts))

    @property
    def paths(self) -> frozenset[str]:
        """Every path that the condition names."""
        return frozenset(_paths(self.tree))

    @property
    def choice(self) -> tuple[str, tuple[str, ...]] | None:
        """
        Give the one path and the texts on which it holds, where it asks for nothing else.

        >>> parse("delivery = 'post'").choice, parse("kind in ['a', 'b']").choice, parse("delivery != 'post'").choice
        (('delivery', ('post',)), ('kind', ('a', 'b')), None)
        """
        match self.tree:
            case Compare(Path(name), Op.EQ, Literal(str() as text)):
                return name, (text,)
            case Member(Path(name), Literal(tuple() as texts), False):
                return name, tuple(map(str, texts))
        return None

    def decide(self, facts: Mapping[str, Any]) -> Decision:
        """
        Decide for one subject, with every reason that made the answer what it is.

        :raises TypeError: a fact is of another kind than the condition compares it with; a float is no number
        """
        answer = self._decide(facts)
        return Decision(Truth(answer), tuple(dict.fromkeys(self._tell(facts, answer))))

    def truth(self, facts: Mapping[str, Any]) -> Truth:
        """
        Decide for one subject without reasons, as fast as Python allows; it stops where the answer is settled.

        :raises TypeError: a fact that it came to is of another kind than the condition compares it with
        """
        return Truth(self._decide(facts))


def parse(text: str, facts: Mapping[str, FactType] | None = None, place: str = "condition") -> Condition:
    """
    Read a condition; with `facts`, check every path, kind, unit and choice against them.

    >>> str(parse("(a.b ≥ 1.50) and x not in ['甲','乙']"))
    "a.b >= 1.50 and x not in ['甲', '乙']"

    :raises DefinitionError: what is written is no condition, or does not fit the facts; says at which character
    """
    return Condition(read(text, facts, place), facts or {})


def _paths(tree: Tree) -> Iterator[str]:
    match tree:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _paths(part)
        case Not(part):
            yield from _paths(part)
        case Holds(path) | Known(path):
            yield path.name
        case Compare(one, _, two) | Member(one, two):
            yield from (side.name for side in (one, two) if isinstance(side, Path))
