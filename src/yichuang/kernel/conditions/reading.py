"""Reading: from text to a checked tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from difflib import get_close_matches

from yichuang.kernel.errors import DefinitionError

from .terms import (
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
    Operand,
    Or,
    Path,
    Tree,
    Value,
)
from .words import KEYWORDS, Sort, Token, UnknownSign, tokens

_ORDERED = (FactKind.NUMBER, FactKind.DATE)
_DEEPEST = 100  # brackets and `not`s inside each other; far beyond what a person can follow


def read(text: str, facts: Mapping[str, FactType] | None, place: str) -> Tree:
    """
    Read a condition and check it against the facts where they are given.

    :raises DefinitionError: it is no condition or does not fit the facts
    """
    reader = _Reader(text, facts, place)
    tree = reader.either()
    reader.end()
    return tree


def kind_of(value: Value) -> FactKind:
    """Say of which kind a fixed value is."""
    match value:
        case bool():
            return FactKind.BOOL
        case Decimal():
            return FactKind.NUMBER
        case str():
            return FactKind.TEXT
        case date():
            return FactKind.DATE


class _Reader:
    """A recursive descent: either → both → negation → leaf."""

    def __init__(self, text: str, facts: Mapping[str, FactType] | None, place: str) -> None:
        self.text, self.facts, self.place = text, facts, place
        self.next, self.depth = 0, 0
        try:
            self.words = list(tokens(text))
        except UnknownSign as reason:
            raise self.wrong(
                reason.at, f"{reason.sign!r}", "a name, a number, a 'text', a date, a comparison"
            ) from None

    def wrong(self, at: int, found: str, expected: str = "", choices: Sequence[str] = ()) -> DefinitionError:
        """Make the complaint about a place of the text."""
        return DefinitionError(f"{self.place}, character {at} of “{self.text}”", found, expected, choices)

    @property
    def word(self) -> Token:
        return self.words[self.next]

    def is_(self, *written: str) -> bool:
        """Say whether the next word is one of these signs or keywords (a quoted text is neither)."""
        return self.word.sort in (Sort.SIGN, Sort.NAME) and self.word.text in written

    def take(self) -> Token:
        word = self.word
        if word.sort is not Sort.END:
            self.next += 1
        return word

    def took(self, written: str) -> bool:
        """Take the next word if it is this one."""
        if self.is_(written):
            self.next += 1
            return True
        return False

    def need(self, written: str) -> None:
        if not self.took(written):
            raise self.wrong(self.word.at, _seen(self.word), f"“{written}”")

    def end(self) -> None:
        if self.word.sort is not Sort.END:
            raise self.wrong(self.word.at, _seen(self.word), "“and”, “or” or the end")

    def either(self) -> Tree:
        parts = [self.both()]
        while self.took("or"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def both(self) -> Tree:
        parts = [self.negation()]
        while self.took("and"):
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def negation(self) -> Tree:
        at = self.word.at
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.wrong(at, "brackets inside brackets", f"at most {_DEEPEST}")
        if self.took("not"):
            tree: Tree = Not(self.negation())
        elif self.took("("):
            tree = self.either()
            self.need(")")
        else:
            tree = self.leaf()
        self.depth -= 1
        return tree

    def leaf(self) -> Tree:
        at = self.word.at
        if self.took("known"):
            self.need("(")
            path = self.path()
            self.need(")")
            return Known(path)
        left = self.operand()
        if self.word.sort is Sort.SIGN and self.word.text in {op.value for op in Op}:
            op = Op(self.take().text)
            if self.is_("="):
                raise self.wrong(self.word.at, "“==”", "“=” once")
            return self.compared(at, left, op, self.operand())
        negated = self.is_("not") and self.words[self.next + 1].text == "in" and self.took("not")
        if self.took("in"):
            return self.belongs(at, left, self.operand(), negated)
        if not isinstance(left, Path):
            raise self.wrong(at, f"{_shown(left)} alone", "a comparison")
        fact = self.fact(left)
        if fact is not None and fact.kind is not FactKind.BOOL:
            raise self.wrong(
                at, f"{left.name} alone, which is a {fact.kind}", "a comparison; only yes-or-no facts stand alone"
            )
        return Holds(left)

    def path(self) -> Path:
        word = self.word
        if word.sort is not Sort.NAME or word.text in KEYWORDS:
            raise self.wrong(word.at, _seen(word), "the name of a fact")
        self.next += 1
        if self.facts is not None and word.text not in self.facts:
            near = get_close_matches(word.text, self.facts, 8, 0.5)
            raise self.wrong(word.at, f"unknown fact {word.text}", "a declared fact", near or sorted(self.facts)[:20])
        return Path(word.text)

    def operand(self) -> Operand:
        word = self.word
        if word.sort is Sort.NAME and word.text not in KEYWORDS:
            return self.path()
        if self.took("["):
            return self.list_from(word.at)
        return Literal(self.value())

    def list_from(self, at: int) -> Literal:
        values = [self.value()]
        while self.took(","):
            values.append(self.value())
        self.need("]")
        if len({kind_of(value) for value in values}) > 1:
            raise self.wrong(at, "a list of different kinds", "numbers, texts or dates alone")
        return Literal(tuple(values))

    def value(self) -> Value:
        word = self.take()
        match word.sort:
            case Sort.NUMBER:
                return Decimal(word.text)
            case Sort.TEXT:
                return word.text
            case Sort.DATE:
                try:
                    return date.fromisoformat(word.text)
                except ValueError:
                    raise self.wrong(
                        word.at, f"{word.text}, a day that no calendar has", "a date such as 2019-10-30"
                    ) from None
            case Sort.NAME if word.text in ("true", "false"):
                return word.text == "true"
            case _:
                raise self.wrong(word.at, _seen(word), "a name, a number, a 'text', a date, true or false")

    def fact(self, path: Path) -> FactType | None:
        return None if self.facts is None else self.facts[path.name]

    def kind(self, side: Operand) -> FactKind | None:
        """Say of which kind one side is; None where no facts were given."""
        if isinstance(side, Path):
            fact = self.fact(side)
            return fact.kind if fact else None
        return FactKind.LIST if isinstance(side.value, tuple) else kind_of(side.value)

    def compared(self, at: int, left: Operand, op: Op, right: Operand) -> Compare:
        if isinstance(left, Literal) and isinstance(right, Literal):
            raise self.wrong(at, "two fixed values", "at least one fact")
        kinds = {kind for kind in (self.kind(left), self.kind(right)) if kind is not None}
        if FactKind.LIST in kinds:
            raise self.wrong(at, "a comparison with a list", "“in”")
        if len(kinds) > 1:
            raise self.wrong(
                at, f"{_shown(left)} {op} {_shown(right)}, {' and '.join(sorted(kinds))}", "the same kind twice"
            )
        if op not in (Op.EQ, Op.NE) and not kinds <= set(_ORDERED):
            raise self.wrong(
                at,
                f"“{op}” between values of kind {', '.join(kinds)}",
                "“=”, “!=” or “in”; order is for numbers and dates",
            )
        self.same_unit(at, left, right)
        self.one_of_choices(at, left, right)
        self.one_of_choices(at, right, left)
        return Compare(left, op, right)

    def belongs(self, at: int, item: Operand, group: Operand, negated: bool) -> Member:
        if isinstance(item, Literal) and isinstance(group, Literal):
            raise self.wrong(at, "two fixed values", "at least one fact")
        kind, of = self.kind(item), self.kind_inside(at, group)
        if kind is FactKind.LIST:
            raise self.wrong(at, "a list in a list", "one value")
        if kind is not None and of is not None and kind is not of:
            raise self.wrong(at, f"{_shown(item)}, a {kind}, in a list of {of}s", f"a {of}")
        if FactKind.BOOL in (kind, of):
            raise self.wrong(at, "“in” with yes or no", "numbers, texts or dates")
        self.same_unit(at, item, group)
        self.one_of_choices(at, item, group)
        self.one_of_choices(at, group, item)
        return Member(item, group, negated)

    def kind_inside(self, at: int, group: Operand) -> FactKind | None:
        """Say what a list holds; None where no facts were given."""
        if isinstance(group, Literal):
            if not isinstance(group.value, tuple):
                raise self.wrong(at, f"“in” {_shown(group)}", "a list such as ['a', 'b']")
            return kind_of(group.value[0])
        fact = self.fact(group)
        if fact is None:
            return None
        if fact.kind is not FactKind.LIST:
            raise self.wrong(at, f"“in” {group.name}, which is a {fact.kind}", "a list")
        return fact.of

    def same_unit(self, at: int, left: Operand, right: Operand) -> None:
        if self.facts is None or not isinstance(left, Path) or not isinstance(right, Path):
            return
        units = self.facts[left.name].unit, self.facts[right.name].unit
        if units[0] != units[1]:
            found = f"{left.name} in {units[0] or 'no unit'} beside {right.name} in {units[1] or 'no unit'}"
            raise self.wrong(at, found, "the same unit twice")

    def one_of_choices(self, at: int, side: Operand, other: Operand) -> None:
        """Check fixed texts against the choices of the fact that they stand beside."""
        fact = self.fact(side) if isinstance(side, Path) else None
        if fact is None or not fact.choices or not isinstance(other, Literal):
            return
        assert isinstance(side, Path)
        for value in other.value if isinstance(other.value, tuple) else (other.value,):
            if value not in fact.choices:
                raise self.wrong(at, f"{value!r} is never the value of {side.name}", "one of its choices", fact.choices)


def _seen(word: Token) -> str:
    return "the end" if word.sort is Sort.END else f"“{word.text}”"


def _shown(side: Operand) -> str:
    if isinstance(side, Path):
        return side.name
    values = side.value if isinstance(side.value, tuple) else (side.value,)
    return ", ".join(f"{value!r}" if isinstance(value, str) else f"{value}" for value in values)
