"""Stages as they are planned: item, plan and promise for a project's class, the critical path, the days used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from yichuang.domains.catalogue.terms import Item, Need
from yichuang.domains.construction.models import Project
from yichuang.domains.construction.terms import STAGE, FlowClass, Stage
from yichuang.domains.licences import queries as licences
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.work import queries as work
from yichuang.foundation.work import steps, timing
from yichuang.foundation.work.models import Clock, Dossier
from yichuang.foundation.work.terms import ClockKind
from yichuang.kernel import clocks as kernel
from yichuang.kernel import plans
from yichuang.kernel.conditions import Truth


@dataclass(frozen=True)
class Timetable:
    """One stage's plan for one project: each step's days, and the path through them."""

    plan: plans.Plan
    facts: dict[str, Any]
    days: dict[str, int]
    path: plans.CriticalPath


@dataclass(frozen=True, slots=True)
class Total:
    """The days that a project has used: accepted to end of each stage, pauses and the gaps between stages left out."""

    used: int
    budget: int
    target: Decimal

    @property
    def within_target(self) -> bool:
        """Say whether the district's target still holds."""
        return self.used <= self.target


@dataclass(frozen=True, slots=True)
class Listed:
    """One project in a list: its last application, the days used of the class's budget."""

    project: Project
    stage: Dossier | None
    used: int
    budget: int


def stage_item(stage: Stage, on: date) -> Item:
    """
    Give the item that opens a stage.

    :raises NotInForce: the district has none on that day
    """
    item: Item = definitions.in_force("item", stage.item, on=on)
    return item


def stage_of(dossier: Dossier) -> Stage | None:
    """Tell which stage an application is for; None where its item is no stage."""
    return next((stage for stage in Stage if stage.item == dossier.item_code), None)


def project_facts(project: Project) -> dict[str, Any]:
    """Give what conditions may ask of a project before and beside its applications."""
    facts = {key: value for key, value in project.read_fields().items() if value not in (None, "")}
    latest = project.checks.exclude(concluded_at=None).order_by("-n").first()
    return facts | {
        "flow_class": project.flow_class,
        "investment_source": project.investment_source,
        "works_class": project.works_class,
        "land_area_m2": project.land_area_m2,
        "building_area_m2": project.building_area_m2,
        **({"plans_agreed": latest.state == "AGREED", "plan_conflicts": latest.conflicts.count()} if latest else {}),
    }


def budget(flow_class: str, stage: Stage, on: date) -> int:
    """Tell the working days that a stage may take, from the dated rule."""
    return int(definitions.rule("construction_stage_budget", on).value[flow_class][stage.item])


def target(on: date) -> Decimal:
    """Tell the district's target for the whole process in working days, such as 61.2."""
    return Decimal(str(definitions.rule("construction_district_target", on).value))


def stages_of(project_dossier: Dossier) -> list[Dossier]:
    """List every application for a stage of a project, oldest first."""
    return list(
        Dossier.objects.filter(parent=project_dossier, kind=STAGE).select_related("unit").order_by("opened_at", "pk")
    )


def current(project_dossier: Dossier, stage: Stage) -> Dossier | None:
    """Give the application of a stage that counts: the last one that was not taken back or refused, else the last."""
    rows = [row for row in stages_of(project_dossier) if row.item_code == stage.item]
    held = [row for row in rows if row.state not in ("recalled", "refused", "withdrawn", "denied")]
    found = held or rows
    return found[-1] if found else None


def listed(projects: Iterable[Project], at: datetime) -> list[Listed]:
    """Give each project with its last application and the days used, in two queries however many there are."""
    rows, on = list(projects), local_day(at)
    stages: dict[int, list[Dossier]] = {}
    keys = [row.pk for row in rows]
    for each in Dossier.objects.filter(parent_id__in=keys, kind=STAGE).order_by("opened_at", "pk"):
        stages.setdefault(each.parent_id or 0, []).append(each)
    every = [each.pk for some in stages.values() for each in some]
    clocks = timing.with_ledger(Clock.objects.filter(dossier_id__in=every, kind=ClockKind.PROMISE, step=None))
    office = timing.office()
    used = {each.dossier_id: int(kernel.used(timing.clock_of(each), at, office)) for each in clocks}
    return [
        Listed(
            project=row,
            stage=stages[row.pk][-1] if row.pk in stages else None,
            used=sum(used.get(each.pk, 0) for each in stages.get(row.pk, [])),
            budget=sum(budget(row.flow_class, stage, on) for stage in Stage),
        )
        for row in rows
    ]


def timetable(project: Project, stage: Stage, dossier: Dossier | None, on: date) -> Timetable:
    """Compute a stage's timetable: as it stands where the application has a plan, else as it would begin."""
    item = stage_item(stage, on)
    facts = project_facts(project) | (steps.facts_of(dossier) if dossier else {})
    if dossier is None or not dossier.plan:
        plan: plans.Plan = definitions.in_force("plan", item.for_facts(facts).plan, on=on)
        days = {key: _promised(step, facts, on) for key, step in plan.steps.items()}
        return Timetable(plan, facts, days, plans.critical_path(plan, facts, days))
    plan, rows = steps.plan_of(dossier), steps.rows_of(dossier)
    days = {key: _promised(step, facts, on) for key, step in plan.steps.items()}
    children = {row.child_id: key for key, row in rows.items() if row.child_id is not None}
    running = Clock.objects.filter(dossier_id__in=children, kind=ClockKind.PROMISE, step=None)
    days |= {children[clock.dossier_id]: clock.limit for clock in running if children[clock.dossier_id] in plan.steps}
    return Timetable(plan, facts, days, plans.critical_path(plan, facts, days, steps.standing_of(plan, rows)))


def days_used(dossier: Dossier, at: datetime) -> int | None:
    """Tell the working days that a stage has used since its acceptance, pauses out; None before it."""
    kind = ClockKind.PROMISE if work.days_used(dossier, ClockKind.PROMISE, at) is not None else ClockKind.LEGAL
    return work.days_used(dossier, kind, at)


def total(project: Project, at: datetime) -> Total:
    """Add up the days of all stages, also of an application that was denied."""
    on = local_day(at)
    used = sum(days_used(row, at) or 0 for row in stages_of(project.dossier))
    return Total(used, sum(budget(project.flow_class, stage, on) for stage in Stage), target(on))


def class_budget(flow_class: FlowClass, on: date) -> int:
    """Tell the working days of a class of projects for all four stages."""
    return sum(budget(flow_class, stage, on) for stage in Stage)


def applicable(item: Item, facts: dict[str, Any], on: date) -> Iterator[tuple[plans.Step, Item]]:
    """List the items of a stage that apply or may apply, each with its step; what is not known applies."""
    plan: plans.Plan = definitions.in_force("plan", item.for_facts(facts).plan, on=on)
    for step in plan.steps.values():
        if step.kind == "dossier" and (step.when is None or step.when.decide(facts).truth is not Truth.NO):
            assert step.item, "a step of kind dossier names its item"
            yield step, definitions.in_force("item", step.item, on=on)


def units_concerned(item: Item, facts: dict[str, Any], on: date) -> dict[str, str]:
    """Map the code of every unit that has an item in a stage to the first of its items."""
    found: dict[str, str] = {}
    for step, child in applicable(item, facts, on):
        found.setdefault(step.unit or child.unit, child.id)
    return found


def units_of_all_stages(on: date) -> set[str]:
    """Name every unit that may have to do with a project: leads, owners of items, and who shares a joint step."""
    found: set[str] = set()
    for stage in Stage:
        item = stage_item(stage, on)
        found.add(item.unit)
        for step, child in applicable(item, {}, on):
            found.add(step.unit or child.unit)
            inner: plans.Plan = definitions.in_force("plan", child.plan, on=on)
            found |= {unit for each in inner.steps.values() for unit in each.joint}
    return found


def permit_types(on: date) -> frozenset[str]:
    """Name every licence type that an item of the four stages issues."""
    items = (child for stage in Stage for _, child in applicable(stage_item(stage, on), {}, on))
    return frozenset(item.licence_type for item in items if item.licence_type)


def missing_from_library(item: Item, facts: dict[str, Any], project_code: str, on: date) -> tuple[str, ...]:
    """
    Name what earlier stages issue, the items of this stage ask for, and the library does not hold for the project.

    What an item of the same stage issues is not asked for: it is there when its turn comes.
    """
    items = [child for _, child in applicable(item, facts, on)]
    made_here = {child.licence_type for child in items}
    wanted: dict[str, str] = {}
    for child in items:
        for material in child.materials:
            kind = material.licence_type
            asked = material.need == Need.REQUIRED and (
                material.when is None or material.when.decide(facts).truth is not Truth.NO
            )
            if asked and kind and kind not in made_here and licences.licence_type(kind, on).by_project:
                wanted[kind] = material.name
    held = licences.valid_for(holder_ids=[], types=wanted, on=on, project_code=project_code)
    return tuple(name for kind, name in wanted.items() if kind not in held)


def _promised(step: plans.Step, facts: dict[str, Any], on: date) -> int:
    """Give a step's working days: its plan's own, else the promise of its item; what is decided at once takes a day."""
    if step.days is not None:
        return step.days
    if step.item is None:
        return 0
    item: Item = definitions.in_force("item", step.item, on=on)
    promise = item.for_facts(facts).promise
    return promise.limit if promise else 1
