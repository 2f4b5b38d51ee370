"""What held on a day, as it was known at a moment: the rows that figures count and that the public sees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zlib import crc32

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models import Value as SqlValue

from yichuang.foundation.definitions.filters import sides
from yichuang.foundation.registers.definition import Field, Name, Register
from yichuang.foundation.registers.models import Cell, Version
from yichuang.foundation.registers.terms import STANDING, EntryState, FieldType
from yichuang.kernel.conditions import (
    And,
    Compare,
    Condition,
    Holds,
    Known,
    Literal,
    Member,
    Not,
    Op,
    Or,
    Path,
    Tree,
    Value,
)
from yichuang.kernel.errors import DefinitionError

COLUMNS = {FieldType.DATE: "day", FieldType.MONTH: "day", FieldType.PARTY: "ref", FieldType.ENTRY: "ref"}
"""In which column of a cell a type keeps what identifies it; numbers are whole, the rest are texts."""


def column_of(field: Field) -> str:
    """Name the column of `registers_cell` by which values of a field are compared."""
    if field.type.is_numeric or field.type is FieldType.BOOL:
        return "number"
    return COLUMNS.get(field.type, "text")


def entries(register: str, *, on: date, known_at: datetime | None = None) -> QuerySet[Version]:
    """
    Give the published versions of a register that held on a day, one a entry, as they were known at a moment.

    Without `known_at` as they are known now. `version.entry` is the entry, `version.read()` its values.
    """
    rows: QuerySet[Version] = Version.objects.on(on, known_at)
    return rows.filter(register=register, state=EntryState.PUBLISHED).order_by("entry_id")


def history_of(entry_id: int, known_at: datetime | None = None) -> QuerySet[Version]:
    """Give the timeline of one entry: what held when, by day."""
    rows: QuerySet[Version] = Version.objects.current() if known_at is None else Version.objects.known(known_at)
    return rows.filter(entry=entry_id, state__in=STANDING).order_by("valid_from")


def with_fields(rows: QuerySet[Version], register: Register, names: Iterable[str]) -> QuerySet[Version]:
    """Add the cells of fields to versions, each as `f_<name>`: whole number, day, text or id (`column_of`)."""
    return rows.annotate(**{f"f_{name}": cell(register.fields[name]) for name in names})


def stage() -> Subquery:
    """Give where the dossier of an entry stands, of a register with a lifecycle."""
    return cell(STAGE_FIELD)


def cell(field: Field, version: str = "pk") -> Subquery:
    """Give the value of a field of a version as a subquery."""
    found = Cell.objects.filter(version=OuterRef(version), field=field.id).order_by("id")
    return Subquery(found.values(column_of(field))[:1])


def meeting(rows: QuerySet[Version], register: Register, condition: Condition) -> QuerySet[Version]:
    """
    Keep the versions for which a condition is decided yes; its fields have cells.

    :raises DefinitionError: it names a field without cells
    """
    columns, asked = compiled(register, condition)
    return rows.annotate(**columns).filter(asked)


def compiled(register: Register, condition: Condition) -> tuple[dict[str, Any], Q]:
    """
    Compile a condition over versions: what they are to be annotated with, and the filter over that.

    Equal annotations have equal names, so that several conditions may be asked of one list.

    :raises DefinitionError: it names a field without cells
    """
    made = _Compiled(register)
    tree = made.tree(condition.tree)
    return made.columns, sides(replace(condition, tree=tree), {name: name for name in made.columns}).yes


@dataclass
class _Compiled:
    """
    A condition on its way to SQL: fields become annotated cells, numbers are brought to one scale, lists are asked.

    Cells are whole numbers, so no fraction is ever rounded and both databases agree.
    """

    register: Register

    def __post_init__(self) -> None:
        self.columns: dict[str, Any] = {}

    def tree(self, tree: Tree) -> Tree:
        match tree:
            case And(parts):
                return And(tuple(self.tree(part) for part in parts))
            case Or(parts):
                return Or(tuple(self.tree(part) for part in parts))
            case Not(part):
                return Not(self.tree(part))
            case Holds(path):
                return Compare(self.column(path.name), Op.EQ, Literal(Decimal(1)))
            case Known(path):
                return Known(self.column(path.name))
            case Member(Literal() as item, Path(name), negated):
                return Compare(self.contains(name, item), Op.EQ, Literal(Decimal(0 if negated else 1)))
            case Member(Path(name), Literal(tuple() as group), negated):
                path = self.column(name)
                return Member(path, Literal(tuple(self.value(each, name) for each in group)), negated)
            case Compare(left, op, right):
                return self.compare(left, op, right)
        raise DefinitionError("condition", f"{tree} 不能用来筛选", "字段与值的比较")

    def compare(self, left: Any, op: Op, right: Any) -> Tree:
        names = [side.name for side in (left, right) if isinstance(side, Path)]
        scale = max(self.field(name).scale for name in names)
        made = [
            self.column(side.name, scale)
            if isinstance(side, Path)
            else Literal(self.value(side.value, names[0], scale))
            for side in (left, right)
        ]
        return Compare(made[0], op, made[1])

    def column(self, name: str, scale: int | None = None) -> Path:
        field = self.field(name)
        shift = (scale - field.scale) if scale is not None else 0
        key = f"f_{name}" if not shift else f"f_{name}_{shift}"
        found = cell(field)
        self.columns[f"f_{name}"] = found
        if shift:
            self.columns[key] = F(f"f_{name}") * SqlValue(10**shift)
        return Path(key)

    def contains(self, name: str, item: Literal) -> Path:
        """Ask whether a field of several codes has one: 1 or 0; nothing chosen is unknown."""
        self.field(name)
        cells = Cell.objects.filter(version=OuterRef("pk"), field=name)
        key = f"f_{name}_has_{crc32(str(item.value).encode())}"
        self.columns[key] = Case(
            When(Exists(cells.filter(text=item.value)), then=1),
            When(Exists(cells), then=0),
            default=None,
            output_field=IntegerField(null=True),
        )
        return Path(key)

    def value(self, value: Value, name: str, scale: int | None = None) -> Value:
        """Shift a fixed number to the scale of the cells beside it; an id stands in conditions as text."""
        field = self.field(name)
        if isinstance(value, Decimal):
            return value.scaleb(field.scale if scale is None else scale)
        if isinstance(value, str) and column_of(field) == "ref":
            return Decimal(value)
        return Decimal(value) if isinstance(value, bool) else value

    def field(self, name: str) -> Field:
        if name == "stage" and name not in self.register.fields:
            return STAGE_FIELD
        field = self.register.fields.get(name)
        marked = tuple(each.id for each in self.register.having_cells())
        if field is None or not field.has_cells:
            raise DefinitionError("condition", f"{name} 没有标 filter、sort、unique 或 figure", "有标记的字段", marked)
        return field


STAGE_FIELD = Field("stage", FieldType.CODE, Name("状态", "State"), is_figure=True)
"""Where the dossier of an entry stands: kept in a cell of every version, as any other field."""
