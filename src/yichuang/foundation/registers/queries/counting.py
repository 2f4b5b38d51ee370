"""Counting the rows that held on a day: value, numerator rows and keys for the drill-down come from one queryset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, Max, Min, QuerySet, Sum

from yichuang.foundation.registers.definition import Field, FigureOf, Register
from yichuang.foundation.registers.models import Cell, Version
from yichuang.foundation.registers.queries.standing import column_of, entries, meeting
from yichuang.foundation.registers.terms import Aggregate, FieldType
from yichuang.kernel.conditions import Condition

Answer = Decimal | date | str | None


@dataclass(frozen=True)
class Counted:
    """
    Rows of a register counted in one way.

    `value` is exact: a Decimal in the field's unit, a day for `min` and `max` of days, None where nothing was there.
    """

    register: Register
    aggregate: Aggregate
    of: str
    rows: QuerySet[Version]

    @property
    def value(self) -> Answer:
        """Work out the value over all rows, whoever may see them."""
        if self.aggregate is Aggregate.COUNT:
            return Decimal(self.rows.count())
        field = self.register.fields[self.of]
        column = column_of(field)
        cells = Cell.objects.filter(field=self.of, version__in=self.rows.order_by().values("pk"))
        cells = cells.filter(**{f"{column}__isnull": False})
        match self.aggregate:
            case Aggregate.DISTINCT:
                return Decimal(cells.aggregate(n=Count(column, distinct=True))["n"])
            case Aggregate.SUM:
                total = cells.aggregate(n=Sum(column))["n"]
                return None if total is None else shifted(field, total)
            case Aggregate.MEAN:
                found = cells.aggregate(total=Sum(column), n=Count("id"))
                return shifted(field, found["total"]) / found["n"] if found["n"] else None
        asked = cells.aggregate(n=Min(column) if self.aggregate is Aggregate.MIN else Max(column))["n"]
        return shifted(field, asked) if asked is not None and field.type.is_numeric else asked

    @property
    def keys(self) -> list[int]:
        """Give the ids of the entries behind the value, sorted: what a snapshot keeps."""
        return list(self.rows.order_by("entry_id").values_list("entry_id", flat=True))


def counted(
    register: Register,
    aggregate: Aggregate,
    of: str = "",
    *,
    on: date,
    known_at: datetime | None = None,
    where: Condition | None = None,
) -> Counted:
    """
    Count the entries of a register that held on a day and meet a condition, as they were known at a moment.

    :raises DefinitionError: the condition names a field without cells
    """
    rows = entries(register.id, on=on, known_at=known_at)
    if where is not None:
        rows = meeting(rows, register, where)
    return Counted(register, aggregate, of, rows)


def figure_of(register: Register, figure: FigureOf, *, on: date, known_at: datetime | None = None) -> Counted:
    """Count a figure that the register's file names."""
    return counted(register, figure.aggregate, figure.of, on=on, known_at=known_at, where=figure.where)


def rounded(value: Answer, digits: int) -> Answer:
    """Round a number half up; days and nothing stay."""
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) if isinstance(value, Decimal) else value


def shifted(field: Field, whole: int) -> Decimal:
    """Turn the whole number of a cell back into the value in the field's unit."""
    return Decimal(whole).scaleb(-field.scale)


def per_group(counted_rows: Counted, by: Field) -> Mapping[Any, int]:
    """Count the rows for each value of another field: rows without one are counted under None."""
    column = column_of(by)
    cells = Cell.objects.filter(field=by.id, version__in=counted_rows.rows.order_by().values("pk"))
    found: dict[Any, int] = dict(cells.values_list(column).annotate(n=Count("version", distinct=True)).order_by(column))
    if by.type is not FieldType.CODES and (rest := counted_rows.rows.count() - sum(found.values())):
        found[None] = rest
    return found
