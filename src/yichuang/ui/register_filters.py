"""The filters of a register's list, as the templates of its pages draw them; desk and portal share it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.models import Region, Unit
from yichuang.foundation.registers import queries
from yichuang.foundation.registers.definition import Field, Register
from yichuang.foundation.registers.queries.listing import RANGED
from yichuang.foundation.registers.terms import FieldType
from yichuang.foundation.registers.writing import unit_of


def described(register: Register, actor: Actor | None, query: Mapping[str, str], on: date) -> list[dict[str, Any]]:
    """Describe the filters of a list, as the template draws them; what was asked stays filled in."""
    found: list[dict[str, Any]] = []
    for field in queries.filtered_fields(register, actor):
        if field.type in RANGED:
            kind = {FieldType.DATE: "date", FieldType.MONTH: "month"}.get(field.type, "text")
            found.append(
                {
                    "kind": "range",
                    "input": kind,
                    "label": str(field.name),
                    "unit": unit_of(field.unit),
                    "name": field.id,
                    "from": query.get(f"{field.id}_from", ""),
                    "to": query.get(f"{field.id}_to", ""),
                }
            )
            continue
        options = _options(field, on)
        found.append(
            {
                "kind": "select" if options else "text",
                "label": str(field.name),
                "name": field.id,
                "value": query.get(field.id, ""),
                "options": options,
            }
        )
    return found


def unread(asked: queries.Asked) -> list[dict[str, str]]:
    """Tell what an address asks that cannot be read, with the field where it stands, for the summary of errors."""
    return [
        {"text": _("%(told)s没有按它筛选。") % {"told": told}, "href": "" if name == "known_at" else _place(name)}
        for name, told in asked.unread
    ]


def _place(name: str) -> str:
    field, _sign, edge = name.rpartition("_")
    return f"#filter-{field}-{edge}" if edge in ("from", "to") else f"#filter-{name}"


def _options(field: Field, on: date) -> list[tuple[str, str]]:
    match field.type:
        case FieldType.CODE | FieldType.CODES:
            return list(queries.choices(field, on).items())
        case FieldType.BOOL:
            return [("1", _("是")), ("0", _("否"))]
        case FieldType.UNIT:
            return list(Unit.objects.order_by("rank", "code").values_list("code", "short_name"))
        case FieldType.REGION:
            return list(Region.objects.filter(level__in=("DISTRICT", "STREET")).values_list("code", "name"))
    return []
