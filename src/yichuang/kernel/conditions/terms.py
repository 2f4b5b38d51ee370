"""The words of conditions: truth with an unknown, decisions with reasons, the declared type of a fact, the tree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, StrEnum


class Truth(Enum):
    """Yes, no or unknown, combined by Kleene's tables (`&`, `|`, `~`); unknown is a value like the others."""

    YES = True
    NO = False
    UNKNOWN = None

    def __and__(self, other: Truth) -> Truth:
        if Truth.NO in (self, other):
            return Truth.NO
        return Truth.UNKNOWN if Truth.UNKNOWN in (self, other) else Truth.YES

    def __or__(self, other: Truth) -> Truth:
        return ~(~self & ~other)

    def __invert__(self) -> Truth:
        return _SWAPPED[self]

    def __bool__(self) -> bool:
        """Refuse: whoever writes `if truth:` has forgotten the unknown."""
        raise TypeError("a Truth may be unknown: compare it with Truth.YES, Truth.NO or Truth.UNKNOWN")


_SWAPPED = {Truth.YES: Truth.NO, Truth.NO: Truth.YES, Truth.UNKNOWN: Truth.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Decision:
    """A truth and, in Chinese, the facts that made it so: fact, what was found, what was wanted."""

    truth: Truth
    because: tuple[str, ...]


class FactKind(StrEnum):
    """What a fact may hold. Numbers are int or Decimal, never float; dates are days of China."""

    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    BOOL = "bool"
    LIST = "list"  # several texts, numbers or dates, as `FactType.of` says


@dataclass(frozen=True, slots=True)
class FactType:
    """How a lifecycle, theme, register or policy declares one of its facts."""

    kind: FactKind
    unit: str = ""  # as shown beside numbers; two facts are compared only in the same unit
    source: str = ""  # where the fact comes from: a form, a licence, another office
    name: str = ""  # Chinese; the path stands in where it is empty
    choices: tuple[str, ...] = ()  # the texts there are, empty for any
    of: FactKind = FactKind.TEXT  # what a list holds


class Op(StrEnum):
    """The comparisons, in their canonical writing."""

    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="


Value = Decimal | str | date | bool


@dataclass(frozen=True, slots=True)
class Path:
    """The name of a fact, with dots."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A fixed value; a tuple is a list of values of one kind."""

    value: Value | tuple[Value, ...]


Operand = Path | Literal


@dataclass(frozen=True, slots=True)
class Compare:
    """`left op right`; at least one side is a path. Order (`<` …) is for numbers and dates alone."""

    left: Operand
    op: Op
    right: Operand


@dataclass(frozen=True, slots=True)
class Member:
    """`item in group`, or `item not in group`: the group is a list literal or a fact that is a list."""

    item: Operand
    group: Operand
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Holds:
    """A yes-or-no fact standing alone."""

    path: Path


@dataclass(frozen=True, slots=True)
class Known:
    """`known(path)`: yes if the fact is there, else no; the only question that is never unknown."""

    path: Path


@dataclass(frozen=True, slots=True)
class Not:
    """`not part`."""

    part: Tree


@dataclass(frozen=True, slots=True)
class And:
    """Two or more parts joined by `and`."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Two or more parts joined by `or`."""

    parts: tuple[Tree, ...]


Leaf = Compare | Member | Holds | Known
Tree = Leaf | Not | And | Or
