"""Items: those in force, one with its guide."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import Http404
from ninja import Router
from pydantic import Field

from yichuang.domains.catalogue import queries
from yichuang.domains.catalogue.api.schemas import (
    ChoiceOut,
    FeeOut,
    ItemMaterialOut,
    ItemOut,
    ItemRow,
    LimitOut,
    SituationOut,
    StepOut,
)
from yichuang.domains.catalogue.models import ServiceItem
from yichuang.domains.catalogue.queries import Filters, Guide
from yichuang.domains.catalogue.terms import Item, Limit
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest
from yichuang.ui.api import Code, Cursor, Line, Listed, May, listed_by_code
from yichuang.ui.api import Limit as Size

router = Router(tags=["items"])


@router.get("/items", response=Listed[ItemRow], auth=May("catalogue.view"), summary="Items in force, by id")
def items(
    request: ActingRequest,
    q: Annotated[Line, Field(description="words, as people say them")] = "",
    serves: Literal["", "person", "firm"] = "",
    way: Literal["", "online", "window"] = "",
    unit: Line = "",
    theme: Line = "",
    place: Line = "",
    cursor: Cursor = "",
    limit: Size = 50,
) -> dict[str, Any]:
    """List what can be applied for, narrowed by words and filters."""
    rows = queries.items(request.actor, Filters(serves=serves, unit=unit, theme=theme, way=way, place=place))
    if q.strip():
        rows = rows.filter(pk__in=[hit.key for hit in queries.search(q.strip(), request.actor)])
    return listed_by_code(rows, _row, cursor=cursor, limit=limit)


@router.get("/items/{item_id}", response=ItemOut, auth=May("catalogue.view"), summary="One item with its guide")
def item(request: ActingRequest, item_id: Code) -> ItemOut:
    """Give one item as it is in force today: limits, questions, materials, steps, fees, places."""
    guide = queries.guide(item_id, request.actor, local_day(request.at))
    if guide is None:
        raise Http404
    return _item(guide)


def _row(row: ServiceItem) -> ItemRow:
    return ItemRow(
        id=row.code,
        name=row.name,
        code=row.task_code,
        unit=row.unit_code,
        task_type=row.task_type,
        handling=row.handling,
        promise=_limit(row.promise),
        online=row.is_online,
        window=row.at_window,
        persons=row.for_persons,
        firms=row.for_firms,
    )


def _item(guide: Guide) -> ItemOut:
    found = guide.item
    return ItemOut(
        id=found.id,
        version=found.version,
        in_force_from=guide.in_force_from,
        name=found.name,
        code=found.code,
        catalog_code=found.catalog_code,
        unit=found.unit,
        unit_name=guide.unit,
        task_type=found.task_type,
        handling=found.handling,
        handling_system=found.handling_system,
        level=found.level,
        serves=list(found.serves),
        ways=list(found.ways),
        visits=found.visits,
        legal=_limit(found.legal),
        promise=_limit(found.promise),
        acceptance=_limit(guide.acceptance),
        form=found.form,
        result=found.result_name,
        licence_type=found.licence_type,
        conditions=found.conditions,
        commitment=bool(found.commitment),
        materials=_materials(found),
        situations=_situations(found),
        steps=[
            StepOut(
                title=step.title,
                units=list(step.who),
                days=step.days,
                item=step.code,
                beside=step.beside,
                conditional=step.only_if,
            )
            for step in guide.steps
        ],
        total_days=guide.total_days,
        fees=[
            FeeOut(name=fee.name, amount_fen=fee.amount_fen, standard=fee.standard, basis=fee.basis)
            for fee in found.fees
        ],
        basis=list(found.basis),
        places=list(found.points),
        hours=found.hours,
        consult=found.consult,
        complain=found.complain,
    )


def _materials(found: Item) -> list[ItemMaterialOut]:
    return [
        ItemMaterialOut(
            code=each.code,
            name=each.name,
            need=each.need,
            form=each.form,
            copies=each.copies,
            source=each.source,
            licence_type=each.licence_type,
            filled_by_form=each.filled_by_form,
            standard=each.standard,
            conditional=each.when is not None,
        )
        for each in found.materials
    ]


def _situations(found: Item) -> list[SituationOut]:
    return [
        SituationOut(
            id=each.id,
            question=each.question,
            hint=each.hint,
            choices=[
                ChoiceOut(id=choice.id, label=choice.label, not_eligible=choice.not_eligible) for choice in each.choices
            ],
        )
        for each in found.situations
    ]


def _limit(limit: Limit | None) -> LimitOut | None:
    return LimitOut(limit=limit.limit, unit=limit.unit, basis=limit.basis) if limit else None
