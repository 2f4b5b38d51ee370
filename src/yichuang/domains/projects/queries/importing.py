"""Major projects as a table that people fill in: columns, template, reading with every fault at its cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import InvalidOperation
from typing import IO

from django.utils.translation import gettext as _

from yichuang.domains.projects.models import MajorProject
from yichuang.domains.projects.queries.finding import permit_of, plan_of, projects
from yichuang.domains.projects.rules.amounts import fen_of_wan
from yichuang.domains.projects.rules.progress import StartShown
from yichuang.domains.projects.rules.said import ProjectSaid
from yichuang.domains.projects.terms import NEEDS_START, PlanKind, Sector, Stage
from yichuang.foundation.files.tables import Column, Field, Findings, Row, SheetPlan, opened, write_template
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.models import Unit
from yichuang.foundation.records.labels import in_chinese
from yichuang.kernel.errors import NotPossible
from yichuang.kernel.identifiers import parse_project_code

NUMBER, NAME, UNIT, DEVELOPER = "编号", "项目名称", "责任单位", "建设单位"
SECTOR, STAGE, TOTAL, CODE = "领域", "阶段", "总投资（万元）", "项目代码"
YEAR, KIND, PLAN, REASON = "年度", "类别", "年度计划投资（万元）", "调整理由"
START, END, STARTED, BASIS = "计划开工", "计划建成", "开工日期", "开工依据"
SHEET = "重大项目"
COLUMNS = (
    Column(NUMBER),
    Column(NAME, is_required=True),
    Column(UNIT, is_required=True, aliases=("单位",)),
    Column(DEVELOPER, is_required=True, aliases=("业主单位",)),
    Column(SECTOR, is_required=True),
    Column(STAGE, is_required=True),
    Column(TOTAL, is_required=True, aliases=("总投资",)),
    Column(YEAR, is_required=True),
    Column(KIND, is_required=True),
    Column(PLAN, is_required=True, aliases=("年度计划（万元）", "年度计划投资")),
    Column(REASON),
    Column(START),
    Column(END),
    Column(CODE),
    Column(STARTED),
    Column(BASIS),
)


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """One row that may be taken in: a new project, or a known one with a plan."""

    project_id: int | None
    said: ProjectSaid
    unit_id: int
    stage: Stage
    start: StartShown | None
    year: int
    kind: PlanKind
    plan_fen: int
    reason: str


def read_projects(file: IO[bytes], name: str, findings: Findings, actor: Actor, on: date) -> list[ProjectRow]:
    """
    Read the rows of a table; what is wrong is noted in `findings` at its cell, and such rows are left out.

    :raises FileRefused: one of its kinds, where the file cannot be read at all
    """
    units = {word: unit for unit in Unit.objects.filter(source="") for word in (unit.code, unit.short_name, unit.name)}
    known = {row.number: row for row in projects(actor)}
    found = []
    with opened(file, name=name) as book:
        sheet = book.sheet(SHEET) if book.has(SHEET) else book.sheets[0]
        seen: dict[tuple[str, int], int] = {}
        for row in sheet.table(COLUMNS, findings).rows():
            read = _read(row, units, known, on)
            key = (row.text(NAME), row.whole(YEAR) or 0) if read else ("", 0)
            if read and key in seen:
                row.error(
                    NAME, _("与第%(row)s行重复：同一项目同一年度只能有一行。") % {"row": seen[key]}, "project.twice"
                )
            elif read:
                seen[key] = row.number
                found.append(read)
    return found


def write_template_of_projects(out: IO[bytes]) -> None:
    """Write the workbook to be filled in."""
    sectors = tuple(in_chinese(each.label) for each in Sector)
    hints = {
        NUMBER: _("已入库的项目填编号，只更新年度计划；新项目留空"),
        UNIT: _("单位简称、全称或代号"),
        SECTOR: "、".join(sectors),
        STAGE: "、".join(in_chinese(each.label) for each in Stage),
        KIND: "、".join(in_chinese(each.label) for each in PlanKind),
        STARTED: _("已开工及以后的阶段必填，或填有施工许可的项目代码"),
        BASIS: _("例如 施工许可证号"),
    }
    required = {column.name for column in COLUMNS if column.is_required}
    fields = tuple(Field(each.name, hints.get(each.name, ""), is_required=each.name in required) for each in COLUMNS)
    write_template(out, [SheetPlan(SHEET, fields)], (_("一行是一个项目一个年度的计划；金额的单位是万元。"),))


def _read(row: Row, units: dict[str, Unit], known: dict[str, MajorProject], on: date) -> ProjectRow | None:
    project, unit = _project(row, known), _unit(row, units)
    sector = row.choice(SECTOR, {in_chinese(each.label): each for each in Sector})
    stage = row.choice(STAGE, {in_chinese(each.label): each for each in Stage})
    kind = row.choice(KIND, {in_chinese(each.label): each for each in PlanKind})
    total, plan, year = _wan(row, TOTAL), _wan(row, PLAN), row.whole(YEAR, least=2000, most=2100)
    begin, end, started = row.day(START), row.day(END), row.day(STARTED)
    code, basis = _code(row), row.text(BASIS, longest=200)
    name, developer = row.text(NAME, is_required=True, longest=120), row.text(DEVELOPER, is_required=True, longest=120)
    for column, value in ((SECTOR, sector), (STAGE, stage), (KIND, kind), (TOTAL, total), (PLAN, plan), (YEAR, year)):
        if value is None and not row.has(column):
            row.error(column, _("必填，这里是空的。"), "cell.blank")
    if begin and end and end < begin:
        row.error(END, _("计划建成时间不能早于计划开工时间。"), "project.ends_before_start")
    start = _start(row, stage, started, basis, code, on) if project is None else None
    if project is not None and year and plan_of(project.pk, year) and not row.has(REASON):
        row.error(REASON, _("该项目已有%(year)s年计划，调整须写明理由。") % {"year": year}, "project.reason")
    if unit is None or sector is None or stage is None or kind is None or total is None or plan is None or year is None:
        return None
    said = ProjectSaid(
        name=name,
        developer=developer,
        sector=sector.value,
        total_investment_fen=total,
        planned_start_on=begin,
        planned_completion_on=end,
        construction_code=code,
    )
    reason = row.text(REASON, longest=200)
    return ProjectRow(project.pk if project else None, said, unit.pk, stage, start, year, kind, plan, reason)


def _project(row: Row, known: dict[str, MajorProject]) -> MajorProject | None:
    number = row.text(NUMBER)
    if number and number not in known:
        row.error(NUMBER, _("没有这个编号的项目；新项目请留空。"), "project.unknown")
    return known.get(number)


def _unit(row: Row, units: dict[str, Unit]) -> Unit | None:
    asked = row.text(UNIT, is_required=True)
    if asked and asked not in units:
        row.error(UNIT, _("没有这个单位：%(name)s。填单位简称、全称或代号。") % {"name": asked}, "project.unknown_unit")
    return units.get(asked)


def _wan(row: Row, column: str) -> int | None:
    amount = row.number_of(column)
    if amount is None:
        return None
    if amount < 0:
        row.error(column, _("金额不能是负数。"), "project.negative")
        return None
    try:
        return fen_of_wan(amount)
    except InvalidOperation:
        row.error(column, _("小数过多：以万元为单位最多六位小数。"), "project.decimals")
        return None


def _code(row: Row) -> str:
    typed = row.text(CODE)
    if not typed:
        return ""
    try:
        return str(parse_project_code(typed))
    except NotPossible as reason:
        row.error(CODE, reason.message, "project.code")
        return ""


def _start(row: Row, stage: Stage | None, started: date | None, basis: str, code: str, on: date) -> StartShown | None:
    if started and started > on:
        row.error(STARTED, _("%(day)s还没有到，请填写实际日期。") % {"day": started}, "project.day_ahead")
    if started and basis:
        return StartShown(started, basis)
    if stage in NEEDS_START and permit_of(code, on) is None:
        row.error(
            BASIS if started else STARTED,
            _("该阶段须有开工日期和开工依据（施工许可证号等），或有施工许可的项目代码。"),
            "project.not_started",
        )
    return None
