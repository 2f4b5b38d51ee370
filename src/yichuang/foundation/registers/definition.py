"""A register as its file says it: fields, states, who may, what the public sees, rules, computed columns, figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language

from yichuang.foundation.registers.formulas import Formula
from yichuang.foundation.registers.terms import (
    MONEY_SCALES,
    NEVER_MARKED,
    Action,
    Aggregate,
    Checking,
    EntryState,
    FieldType,
    Reach,
)
from yichuang.kernel.conditions import Condition, FactKind, FactType


@dataclass(frozen=True, slots=True)
class Name:
    """What something is called on screen, in the language of the reader; Chinese where there is no English."""

    chinese: str
    english: str = ""

    def __str__(self) -> str:
        return self.english if self.english and (get_language() or "").startswith("en") else self.chinese


@dataclass(frozen=True, slots=True)
class Choice:
    """One code of a field."""

    code: str
    name: Name


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a register, or one computed column: then `formula` is there and nobody types it."""

    id: str
    type: FieldType
    name: Name
    unit: str = ""
    digits: int = 0
    help: Name = Name("")
    codes: str = ""  # the code list
    choices: tuple[Choice, ...] = ()  # or the codes themselves
    register: str = ""  # whose entries a reference names
    pattern: str = ""
    minimum: Any = None
    maximum: Any = None
    default: Any = None
    required: bool = False
    unique: bool = False
    is_filter: bool = False
    is_sort: bool = False
    is_figure: bool = False
    is_searched: bool = False
    in_list: bool = False
    seen_by: frozenset[str] = frozenset()  # roles; empty: whoever sees the entry
    mask: str = ""  # how others see it; empty: not at all
    formula: Formula | None = None

    @property
    def scale(self) -> int:
        """Say by how many places a cell's whole number is shifted: value × 10^scale."""
        return MONEY_SCALES[self.unit] if self.type is FieldType.MONEY else self.digits

    @property
    def is_restricted(self) -> bool:
        """Say whether only some roles see it."""
        return bool(self.seen_by)

    @property
    def has_cells(self) -> bool:
        """Say whether its values stand in `registers_cell`."""
        marked = self.is_filter or self.is_sort or self.is_figure or self.unique
        return marked and self.type not in NEVER_MARKED

    @property
    def fact(self) -> FactType:
        """Declare the field to conditions."""
        kind, of = FactKind.TEXT, FactKind.TEXT
        if self.type.is_numeric:
            kind = FactKind.NUMBER
        elif self.type.is_day:
            kind = FactKind.DATE
        elif self.type is FieldType.BOOL:
            kind = FactKind.BOOL
        elif self.type in (FieldType.CODES, FieldType.FILE):
            kind = FactKind.LIST
        choices = tuple(each.code for each in self.choices) if kind is not FactKind.LIST else ()
        return FactType(kind, unit=self.unit, name=self.name.chinese, choices=choices, of=of)


@dataclass(frozen=True, slots=True)
class Rule:
    """What every entry must satisfy; where it cannot be decided it is satisfied."""

    condition: Condition
    message: Name
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FigureOf:
    """A number over the published entries, shown above the list; `figures` makes a figure of it."""

    id: str
    name: Name
    aggregate: Aggregate
    of: str = ""
    where: Condition | None = None
    unit: str = ""
    digits: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """What the public page shows: these fields of published entries, in this order."""

    fields: tuple[str, ...]
    note: Name = Name("")


@dataclass(frozen=True, slots=True)
class Match:
    """A two-way comparison with what is kept elsewhere: what is here and not there, what is there and not here."""

    field: str
    target: str
    name: Name
    where: Condition | None
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Register:
    """A checked register. Immutable; made by `loading.parse_register`."""

    id: str
    name: Name
    version: int
    source: str
    about: Name
    group: Name
    entry_name: Name
    title: tuple[str, ...]
    fields: Mapping[str, Field]
    access: Mapping[Action, Mapping[str, Reach]]
    checking: Checking
    state_names: Mapping[EntryState, Name]
    order: tuple[str, ...]
    owner: str = ""
    region: str = ""
    valid_from: str = ""
    keys: tuple[tuple[str, ...], ...] = ()
    rules: tuple[Rule, ...] = ()
    figures: Mapping[str, FigureOf] = field(default_factory=dict)
    public: Shown | None = None
    lifecycle: str = ""
    opens: str = ""
    deeds: Mapping[str, frozenset[str]] = field(default_factory=dict)
    limits: Mapping[str, Any] = field(default_factory=dict)
    match: Match | None = None

    @property
    def typed(self) -> tuple[Field, ...]:
        """Give the fields that people fill in."""
        return tuple(each for each in self.fields.values() if each.formula is None)

    @property
    def computed(self) -> tuple[Field, ...]:
        """Give the computed columns, each after those that it reads."""
        return tuple(each for each in self.fields.values() if each.formula is not None)

    @property
    def facts(self) -> dict[str, FactType]:
        """Declare all fields to conditions."""
        return {each.id: each.fact for each in self.fields.values()}

    @property
    def marks(self) -> str:
        """Write down which fields have cells and how: when it differs, cells are made anew."""
        return " ".join(f"{each.id}:{each.type}:{each.scale}" for each in self.fields.values() if each.has_cells)

    @property
    def is_direct(self) -> bool:
        """Say whether what is saved holds at once, without draft and publication."""
        return bool(self.lifecycle)

    def having_cells(self) -> Iterator[Field]:
        """Give the fields whose values lists and figures can find."""
        return (each for each in self.fields.values() if each.has_cells)

    def state_name(self, state: str) -> str:
        """Name a state as this register calls it."""
        found = EntryState(state)
        return str(self.state_names.get(found, found.label))
