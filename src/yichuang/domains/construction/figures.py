"""What figures may count of construction approvals: the items of the published flow, and what an applicant brings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from yichuang.domains.catalogue.queries import unit_names
from yichuang.domains.catalogue.terms import Item
from yichuang.domains.construction.terms import Stage
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.definitions.problems import NotInForce
from yichuang.foundation.figures.measures import Listing, Row, flag, number, register_measure, text
from yichuang.foundation.figures.terms import Times
from yichuang.kernel.plans import Plan


def _stages(times: Times) -> Iterator[tuple[Stage, Item]]:
    """Give the stages of the flow that was in force: each an item whose plan holds the approvals."""
    for stage in Stage:
        try:
            yield stage, definitions.in_force("item", stage.item, times.as_of)
        except NotInForce:
            continue


def _flow_items(times: Times) -> list[Row]:
    """List the approvals that stand in the plans of the stages."""
    rows: list[Row] = []
    for stage, whole in _stages(times):
        plan = definitions.in_force("plan", whole.plan, times.as_of)
        assert isinstance(plan, Plan)
        for step in plan.steps.values():
            if step.item:
                item = definitions.in_force("item", step.item, times.as_of)
                rows.append(
                    {
                        "item": item.id,
                        "name": item.name,
                        "stage": stage.value,
                        "unit": item.unit,
                        "days": step.days,
                        "optional": step.optional,
                    }
                )
    return rows


def _flow_materials(times: Times) -> list[Row]:
    """List the materials of the stages, each with where it comes from."""
    return [
        {
            "material": f"{whole.id}/{material.code}",
            "code": material.code,
            "name": material.name,
            "stage": stage.value,
            "from": "library" if material.licence_type else "applicant",
            "always": material.when is None,
        }
        for stage, whole in _stages(times)
        for material in whole.materials
    ]


def _flow_units(times: Times) -> list[Row]:
    """List the units that decide an approval of the flow, or give a share in one: each with how many it works on."""
    found: Counter[str] = Counter()
    for row in _flow_items(times):
        item = definitions.in_force("item", row["item"], times.as_of)
        found.update(_at_work(item, times) | {row["unit"]})
    return [{"unit": code, "items": count} for code, count in sorted(found.items())]


def _at_work(item: Item, times: Times) -> set[str]:
    """Name the units that give a share in the steps of an item's plan."""
    if not item.plan:
        return set()
    plan = definitions.in_force("plan", item.plan, times.as_of)
    assert isinstance(plan, Plan)
    return {unit for step in plan.steps.values() for unit in step.joint}


def _guide(item: str, _row: Row) -> str:
    return f"/matters/{item}"


def _guide_of_stage(material: str, _row: Row) -> str:
    return f"/matters/{material.partition('/')[0]}"


register_measure(
    Listing(
        id="construction.flow_items",
        name=_("工程建设审批流程的事项"),
        columns={
            "item": text("item", _("代号")),
            "name": text("name", _("事项")),
            "stage": replace(number("stage", _("阶段")), apart=True),
            "unit": text("unit", _("审批部门"), names=unit_names),
            "days": number("days", _("时限（工作日）")),
            "optional": flag("optional", _("可移到下一阶段")),
        },
        rows=_flow_items,
        key="item",
        link=_guide,
        shows=("name", "stage", "unit", "days", "optional"),
    ),
    Listing(
        id="construction.flow_materials",
        name=_("工程建设审批流程的材料"),
        columns={
            "material": text("material", _("材料编号")),
            "code": text("code", _("材料代码")),
            "name": text("name", _("材料")),
            "stage": number("stage", _("阶段")),
            "from": text("from", _("由谁提供")),
            "always": flag("always", _("每次都要")),
        },
        rows=_flow_materials,
        key="material",
        link=_guide_of_stage,
        shows=("name", "stage", "from", "always"),
    ),
    Listing(
        id="construction.flow_units",
        name=_("工程建设审批流程的部门"),
        columns={
            "unit": text("unit", _("审批部门"), names=unit_names),
            "items": number("items", _("参与的事项")),
        },
        rows=_flow_units,
        key="unit",
        shows=("unit", "items"),
    ),
)
