"""Registers as measures: `registers.ID` counts the entries that were published, with every marked field as a column."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yichuang.foundation.definitions.folders import Folder
from yichuang.foundation.definitions.problems import NotInForce
from yichuang.foundation.figures.measures import DATED, Column, Measure, Row, Source, register_finder
from yichuang.foundation.figures.terms import REGISTERS, Times
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.models import Party, Region, Unit
from yichuang.foundation.people.visibility import visible
from yichuang.foundation.registers import queries, rights
from yichuang.foundation.registers.definition import Field, Register
from yichuang.foundation.registers.models import Entry, Version
from yichuang.foundation.registers.targets import TARGETS
from yichuang.foundation.registers.terms import REGISTER, Action, EntryState, FieldType
from yichuang.kernel.conditions import Condition, FactKind

STAGE = "stage"


def register() -> None:
    """Let figures find registers."""
    register_finder(REGISTERS, REGISTER, find)


def find(code: str, on: date, folder: Folder | None) -> Source | None:
    """Make the measure of a register: as a folder of definitions would have it, or as it is published."""
    if folder is not None:
        found = folder.get(REGISTER, code)
        return measure_of(found, on) if isinstance(found, Register) else None
    try:
        return measure_of(queries.register(code, on), on)
    except NotInForce:
        return None


def measure_of(register: Register, on: date) -> Measure:
    """Make the measure of a register."""
    columns = {field.id: _column(field, on) for field in register.having_cells()}
    if register.lifecycle:
        columns[STAGE] = Column(f"f_{STAGE}", FactKind.TEXT, _("状态"))
    listed = tuple(name for name in register.fields if name in columns and register.fields[name].in_list)
    return Measure(
        id=f"{REGISTERS}.{register.id}",
        name=str(register.name),
        columns=columns,
        rows=lambda: Version.objects.filter(register=register.id, state=EntryState.PUBLISHED),
        dating=DATED,
        day=register.valid_from if register.valid_from in columns else "",
        region=register.region if register.region in columns else "",
        unit=register.owner if register.owner in columns else "",
        key="entry_id",
        opens=Entry,
        opened_by="entry_id",
        opening=partial(_open_to, register),
        hides=partial(_hidden_from, register, frozenset(columns)),
        adding=partial(_with_columns, register),
        compiling=partial(_compiled, register),
        link=partial(_link, register.id),
        shows=listed or tuple(columns),
    )


def _column(field: Field, on: date) -> Column:
    kind = FactKind.TEXT if field.type is FieldType.CODES else field.fact.kind
    return Column(
        path=f"f_{field.id}",
        kind=kind,
        name=str(field.name),
        unit=field.unit,
        names=partial(_names, field, on) if _is_coded(field) else None,
        choices=field.fact.choices,
        scale=field.scale if field.type.is_numeric else 0,
        is_list=field.type is FieldType.CODES,
        is_month=field.type is FieldType.MONTH,
    )


def _is_coded(field: Field) -> bool:
    return field.type.is_reference or field.type in (FieldType.CODE, FieldType.CODES, FieldType.BOOL)


def _names(field: Field, on: date, codes: Iterable[str]) -> Mapping[str, str]:
    """Give the words for the codes in a field."""
    wanted = set(codes)
    match field.type:
        case FieldType.PARTY:
            rows = Party.objects.filter(pk__in=wanted)
            return {str(key): name for key, name in rows.values_list("pk", "name")}
        case FieldType.ENTRY:
            entries = Entry.objects.filter(pk__in=wanted)
            return {str(key): title for key, title in entries.values_list("pk", "title")}
        case FieldType.UNIT:
            return dict(Unit.objects.filter(code__in=wanted).values_list("code", "short_name"))
        case FieldType.REGION:
            return dict(Region.objects.filter(code__in=wanted).values_list("code", "name"))
        case FieldType.BOOL:
            return {"1": str(_("是")), "0": str(_("否")), "True": str(_("是")), "False": str(_("否"))}
        case FieldType.ITEM | FieldType.PROJECT:
            target = TARGETS.get(field.type)
            return target.names(wanted) if target else {}
    return queries.choices(field, on)


def _with_columns(
    register: Register, rows: QuerySet[Any, Any], names: Collection[str], _times: Times
) -> QuerySet[Any, Any]:
    there = [name for name in names if name in register.fields]
    rows = queries.with_fields(rows, register, there)
    return rows.annotate(**{f"f_{STAGE}": queries.stage()}) if STAGE in names else rows


def _compiled(register: Register, when: Condition) -> tuple[dict[str, Any], Q]:
    return queries.compiled(register, when)


def _open_to(register: Register, actor: Actor, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """Give the entries that a reader may open: by the one filter, or because the public page shows them."""
    if register.public is not None:
        return rows
    return rows.filter(entry__in=visible(actor, Entry).values("pk"))


def _hidden_from(register: Register, columns: frozenset[str], actor: Actor) -> frozenset[str]:
    """
    Name the fields that a reader does not see whole: the restricted ones.

    Where the public sees the rows of others too, whoever does not reach all rows is shown the public fields alone.
    """
    seen = {field.id for field in register.fields.values() if rights.sees(actor, field)}
    if register.public is not None and not actor.is_system and not rights.rows(actor, register, Action.VIEW).everything:
        seen &= set(register.public.fields)
    return columns - seen


def _link(code: str, key: str, _row: Row) -> str:
    return f"/registers/{code}/{key}"
