"""
Puts many rows into a table at once, as fast as the database takes them: COPY on PostgreSQL, else prepared inserts.

For writers that have thousands of rows in one deed: an import. The rows are plain tuples, in the types of the columns;
nothing of the model runs, so every column without a default of the database is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)
Row = Sequence[Any]


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write rows, of which each has the named columns in this order; call it inside a deed."""
    assert connection.in_atomic_block, "rows are written in a deed"
    table = connection.ops.quote_name(model._meta.db_table)
    listed = ", ".join(connection.ops.quote_name(each) for each in columns)
    with connection.wrap_database_errors, connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(columns))
            told = [_as_text(place) for place, name in enumerate(columns) if _is_day(model, name)]
            cursor.executemany(
                f"INSERT INTO {table} ({listed}) VALUES ({places})", [_with(list(row), told) for row in rows]
            )


def write(model: type[M], rows: Sequence[M]) -> None:
    """Write new objects, whose other columns are set, and give ids to those that have none; call it inside a deed."""
    missing = [row for row in rows if row.pk is None]
    for row, pk in zip(missing, take_ids(model, len(missing)), strict=True):
        row.pk = pk
    fields = model._meta.concrete_fields
    columns = [str(each.column) for each in fields]
    insert(model, columns, ([getattr(row, each.attname) for each in fields] for row in rows))
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def take_ids(model: type[models.Model], count: int) -> list[int]:
    """Take ids for rows that are about to be written, in growing order; call it inside a deed."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()
    first = (last[0] if last else 0) + 1
    return list(range(first, first + count))


def _is_day(model: type[models.Model], column: str) -> bool:
    found = next(each for each in model._meta.concrete_fields if each.column == column)
    return isinstance(found, models.DateField)  # a moment is one too


def _as_text(place: int) -> Callable[[list[Any]], None]:
    """Write the day or moment at a place as the embedded database keeps it."""

    def write(row: list[Any]) -> None:
        if isinstance(row[place], datetime):
            row[place] = connection.ops.adapt_datetimefield_value(row[place])
        elif isinstance(row[place], date):
            row[place] = row[place].isoformat()

    return write


def _with(row: list[Any], changes: Iterable[Callable[[list[Any]], None]]) -> list[Any]:
    for change in changes:
        change(row)
    return row
