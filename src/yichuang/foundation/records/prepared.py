"""
Questions whose statement is written once a process, not at every asking.

The ORM spends more on writing the statement of a small question than the database on answering it. What is asked in
every deed with nothing but other values is therefore written once for each connection; rows become objects as always.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=Model)

MARK = 31_011
"""The first of the values that stand for the places of a statement; they are found again among its parameters."""


@dataclass(frozen=True, slots=True)
class _Written:
    """A statement, where the asked values go in it, and how its rows are read."""

    sql: str
    parameters: tuple[Any, ...]
    places: dict[int, int]  # from the place of a parameter to that of the asked value
    compiler: Any
    converters: dict[int, Any]
    model: type[Model]
    names: list[str]
    columns: slice
    related: list[Any]


class Prepared(Generic[M]):
    """
    A list of rows that depends on a few values alone: `Prepared(lambda pk: Case.objects.filter(pk=pk))`.

    They are whole numbers or, with `kind`, texts, go into the statement as they are, and are never NULL or a list.
    """

    def __init__(self, question: Callable[..., QuerySet[M]], count: int = 1, *, kind: type[int | str] = int) -> None:
        self._question = question
        self._marks = [kind(MARK + number) for number in range(count)]
        self._written: WeakKeyDictionary[Any, _Written] = WeakKeyDictionary()

    def all(self, *values: int | str) -> list[M]:
        """Ask with these values; gives the rows in the order of the question."""
        connection = connections[DEFAULT_DB_ALIAS]
        written = self._written.get(connection)
        if written is None:
            written = self._written[connection] = self._write(connection)
        parameters = list(written.parameters)
        for place, asked in written.places.items():
            parameters[place] = values[asked]
        with connection.cursor() as cursor:
            cursor.execute(written.sql, parameters)
            return _objects(written, cursor.fetchall())

    def first(self, *values: int | str) -> M | None:
        """Give the first row, None where there is none."""
        return next(iter(self.all(*values)), None)

    def get(self, *values: int | str) -> M:
        """
        Give the only row.

        :raises DoesNotExist: there is none
        """
        found = self.first(*values)
        if found is None:
            model = self._question(*self._marks).model
            raise model.DoesNotExist(f"no {model._meta.object_name} {values}")  # type: ignore[attr-defined]
        return found

    def _write(self, connection: Any) -> _Written:
        query = self._question(*self._marks).query
        compiler: Any = query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        fields = [each[0] for each in compiler.select]
        known = compiler.klass_info
        own = known["select_fields"]
        columns = slice(own[0], own[-1] + 1)
        marks = self._marks
        places = {place: marks.index(value) for place, value in enumerate(parameters) if value in marks}
        assert set(places.values()) == set(range(len(marks))), "every value goes into the statement"
        return _Written(
            sql=sql,
            parameters=tuple(parameters),
            places=places,
            compiler=compiler,
            converters=compiler.get_converters(fields),
            model=known["model"],
            names=[each.target.attname for each in fields[columns]],
            columns=columns,
            related=get_related_populators(known, compiler.select, connection.alias),  # type: ignore[call-arg]
        )


def _objects(written: _Written, rows: Sequence[Any]) -> list[Any]:
    if written.converters:
        rows = list(written.compiler.apply_converters(rows, written.converters))
    found = []
    for row in rows:
        each = written.model.from_db(DEFAULT_DB_ALIAS, written.names, row[written.columns])
        for related in written.related:
            related.populate(row, each)
        found.append(each)
    return found


def insert(row: M) -> M:
    """Write a new row as `save(force_insert=True)` does, without signals; it knows its id afterwards."""
    connection, table = connections[DEFAULT_DB_ALIAS], row._meta
    key = table.pk
    assert key is not None
    fields = [each for each in table.concrete_fields if each is not key or row.pk is not None]
    columns = ", ".join(f'"{each.column}"' for each in fields)
    places = ", ".join(["%s"] * len(fields))
    values = [each.get_db_prep_save(each.pre_save(row, True), connection) for each in fields]
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{table.db_table}" ({columns}) VALUES ({places}) RETURNING "{key.column}"', values)
        (row.pk,) = cursor.fetchone()
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return row


def update(row: Model, *names: str) -> None:
    """Write some fields of a row as `save(update_fields=names)` does, without signals."""
    connection, table = connections[DEFAULT_DB_ALIAS], row._meta
    assert table.pk is not None
    fields = [table.get_field(name) for name in names]
    columns = ", ".join(f'"{each.column}" = %s' for each in fields)  # type: ignore[union-attr]
    values = [each.get_db_prep_save(each.pre_save(row, False), connection) for each in fields]  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{table.db_table}" SET {columns} WHERE "{table.pk.column}" = %s', [*values, row.pk])
