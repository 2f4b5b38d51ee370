"""What the district reports of itself: its flows with their stages and items, its layers of planning control."""

from __future__ import annotations

from datetime import date

from yichuang.domains.catalogue.terms import Item
from yichuang.domains.construction.models import PlanLayer
from yichuang.domains.construction.queries.package.tables import Tables
from yichuang.domains.construction.queries.timetable import applicable, budget, stage_item
from yichuang.domains.construction.terms import FlowClass, Stage
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.models import Unit
from yichuang.kernel import plans


def add_flows(tables: Tables, on: date) -> None:
    """Tell the flow of every class of projects with its stages and their items, as they are on the day."""
    units = {unit.code: unit for unit in Unit.objects.all()}
    for flow_class in FlowClass:
        code, version = flow_code(tables, flow_class), 1
        tables.add(
            "SPGL_DFXMSPLCXXB",
            code,
            tables.district,
            SPLCBM=code,
            SPLCMC=flow_class.label,
            SPLCBBH=version,
            SPLCSXSJ=stage_item(Stage.LAND, on).valid_from,
            SPLCLX=flow_class.value,
        )
        for stage in Stage:
            item = stage_item(stage, on)
            tables.add(
                "SPGL_DFXMSPLCJDXXB",
                f"{code}/{stage.value}",
                tables.district,
                SPLCBM=code,
                SPLCBBH=version,
                SPJDBM=item.id,
                SPJDMC=stage.label,
                SPJDXH=stage.value,
                DYBZSPJDXH=stage.value,
                SPJDSX=budget(flow_class, stage, on),
            )
            _flow_items(tables, code, version, flow_class, stage, item, units, on)


def add_layer(tables: Tables, layer: PlanLayer) -> None:
    """Tell a layer; its geometry goes along as a file."""
    path = f"SPGL_DFGHKZXXXB/{layer.pk}.geojson"
    tables.files[path] = layer.geometry.encode()
    values = {"KZXWJXH": layer.pk, "KZXWJMC": layer.name, "KZXSYKSSJ": layer.valid_from, "KZXWJSM": layer.source}
    tables.add("SPGL_DFGHKZXXXB", str(layer.pk), tables.district, **values, KZXWJFJ=path)


def flow_code(tables: Tables, flow_class: str) -> str:
    """Give the code under which the district reports the flow of a class."""
    return f"{tables.district}-{flow_class}"


def region() -> str:
    """Give the district's own region, six digits."""
    found = Unit.objects.filter(code="zjj").values_list("region_id", flat=True).first()
    return (found or "420106")[:6]


def _flow_items(
    tables: Tables,
    code: str,
    version: int,
    flow_class: FlowClass,
    stage: Stage,
    item: Item,
    units: dict[str, Unit],
    on: date,
) -> None:
    facts = {"flow_class": flow_class.value}
    found = list(applicable(item, facts, on))
    items = {step.id: child for step, child in found}
    plan: plans.Plan = definitions.in_force("plan", item.for_facts(facts).plan, on=on)
    for step, child in found:
        promise = child.for_facts(facts).promise
        unit = units.get(step.unit or child.unit)
        tables.add(
            "SPGL_DFXMSPLCJDSXXXB",
            f"{code}/{stage.value}/{child.id}",
            tables.district,
            SPLCBM=code,
            SPLCBBH=version,
            SPJDXH=stage.value,
            SPSXBM=child.code,
            SPSXBBH=child.version,
            SPSXMC=child.name,
            SFSXGZCNZ=int(bool(child.commitment)),
            BJLX=1 if child.is_instant else 2,
            SQDX="、".join(child.serves),
            SPSXBLSX=promise.limit if promise else 1,
            SPBMBM=unit.uscc if unit else "",
            SPBMMC=unit.name if unit else "",
            QZSPSXBM=",".join(items[before].code for before in step.after if before in items),
            SFLCBSX=int(not step.optional and not plan.successors[step.id]),
        )
