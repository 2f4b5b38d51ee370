"""Workbooks of a register: the template with its lists to choose from, the export that reads back the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import IO, Any

from yichuang.foundation.files import tables
from yichuang.foundation.people.actors import Actor, local_day, valid_on
from yichuang.foundation.people.models import Region, Unit
from yichuang.foundation.registers import rights
from yichuang.foundation.registers.definition import Field, Register
from yichuang.foundation.registers.labels import Labels
from yichuang.foundation.registers.models import Version
from yichuang.foundation.registers.published import chinese_choices
from yichuang.foundation.registers.terms import EntryState, FieldType
from yichuang.foundation.registers.values import facts_of
from yichuang.foundation.registers.writing import in_cell

NUMBER, STATE, SINCE = "编号", "状态", "起始日期"
INFORMING = (STATE, SINCE)
"""Columns of an export that an import passes over."""
BLOCK = 500

HINTS = {
    FieldType.TEXT: "文字，不超过 200 字。",
    FieldType.LONG: "文字，可分行。",
    FieldType.NUMBER: "数字。",
    FieldType.INTEGER: "整数。",
    FieldType.MONEY: "金额，可写“2.34亿元”“12万元”，不写单位时按本列单位。",
    FieldType.DATE: "日期，例如 2019-10-30 或 2019年10月30日。",
    FieldType.MONTH: "月份，例如 2019-10 或 2019年10月。",
    FieldType.BOOL: "是或否。",
    FieldType.CODE: "从列表中选择。",
    FieldType.CODES: "从可选项中选择，多项用顿号分隔。",
    FieldType.PARTY: "统一社会信用代码，或“名称 统一社会信用代码”。",
    FieldType.UNIT: "单位名称或简称。",
    FieldType.REGION: "区划名称或代码。",
    FieldType.ITEM: "事项编号或全称。",
    FieldType.PROJECT: "项目编号或全称。",
    FieldType.ENTRY: "被引用条目的编号。",
}


def columns(register: Register, actor: Actor) -> list[Field]:
    """Give the fields that an actor fills in by a workbook: those he sees whole; files are hung on at the page."""
    return [each for each in register.typed if each.type is not FieldType.FILE and rights.sees(actor, each)]


def title(field: Field) -> str:
    """Name a column with its unit."""
    return f"{field.name.chinese}（{field.unit}）" if field.unit else field.name.chinese


def wanted(register: Register, actor: Actor) -> list[tables.Column]:
    """Say which columns an import reads, under the names that they may bear."""
    found = [tables.Column(NUMBER, aliases=("序号", "number"))]
    for field in columns(register, actor):
        names = {field.name.chinese, field.name.english, field.id} - {"", title(field)}
        found.append(tables.Column(title(field), aliases=tuple(sorted(names))))
    passed = [
        *INFORMING,
        *(title(each) for each in register.computed),
        *(each.name.chinese for each in register.computed),
    ]
    return found + [tables.Column(name) for name in dict.fromkeys(passed)]


def write_template(register: Register, actor: Actor, out: IO[bytes], at: datetime) -> None:
    """Write a workbook to be filled in: notes, titles with hints, lists to choose from."""
    day = local_day(at)
    fields = tuple(_planned(field, day, actor) for field in columns(register, actor))
    plan = tables.SheetPlan(
        register.name.chinese[:31], (tables.Field(NUMBER, "新增的留空；修改已有条目时填它的编号。", width=8), *fields)
    )
    tables.write_template(out, [plan], _notes(register))


def write_export(
    register: Register, actor: Actor, rows: Iterator[Version], out: IO[bytes], on: date, *, as_csv: bool
) -> None:
    """Write what a list shows, with the fields that the actor sees whole; reading it back changes nothing."""
    fields = columns(register, actor)
    counted = [each for each in register.computed if rights.sees(actor, each)]
    names = [NUMBER, *map(title, fields), *map(title, counted), *INFORMING]
    lines = _lines(register, fields, counted, rows, on)
    if as_csv:
        tables.write_csv(out, names, lines)
        return
    plan = tables.SheetPlan(register.name.chinese[:31], tuple(tables.Field(name) for name in names))
    tables.write_workbook(out, [(plan, lines)])


def _lines(
    register: Register, fields: Sequence[Field], counted: Sequence[Field], rows: Iterator[Version], on: date
) -> Iterator[list[Any]]:
    labels = Labels()
    for block in _blocks(rows):
        known = [facts_of(register, each.read()) for each in block]
        labels.more(fields, known)
        for version, facts in zip(block, known, strict=True):
            cells = [in_cell(field, facts.get(field.id), labels, on) for field in (*fields, *counted)]
            state = register.state_names.get(EntryState(version.state))
            shown = state.chinese if state else str(EntryState(version.state).label)
            yield [version.entry.number, *cells, shown, version.valid_from]


def _blocks(rows: Iterator[Version]) -> Iterator[list[Version]]:
    block: list[Version] = []
    for row in rows:
        block.append(row)
        if len(block) == BLOCK:
            yield block
            block = []
    if block:
        yield block


def _planned(field: Field, on: date, actor: Actor) -> tables.Field:
    hint = " ".join(part for part in (field.help.chinese, HINTS[field.type]) if part)
    width = 34 if field.type in (FieldType.PARTY, FieldType.LONG, FieldType.ITEM) else 16
    return tables.Field(
        title(field),
        hint,
        is_required=field.required,
        choices=_choices(field, on),
        is_open=field.type is FieldType.CODES or field.type.is_reference,
        width=width,
    )


def _choices(field: Field, on: date) -> tuple[str, ...]:
    match field.type:
        case FieldType.CODE | FieldType.CODES:
            return tuple(chinese_choices(field, on).values())
        case FieldType.BOOL:
            return ("是", "否")
        case FieldType.UNIT:
            return tuple(Unit.objects.filter(valid_on(on)).values_list("short_name", flat=True))
        case FieldType.REGION:
            return tuple(Region.objects.filter(level__in=("DISTRICT", "STREET")).values_list("name", flat=True))
    return ()


def _notes(register: Register) -> list[str]:
    rules = [f"校验：{each.message.chinese}" for each in register.rules]
    keys = [f"不能重复：{'、'.join(register.fields[name].name.chinese for name in names)}" for names in register.keys]
    return [
        f"{register.name.chinese}：{register.about.chinese}" if register.about.chinese else register.name.chinese,
        "一行一条，标 * 的必填。新增的行“编号”留空；填了编号的行修改那一条，该行留空的格会清空原值。",
        "上传后先试读：有一处不对，就什么也不导入，并逐处指出行和列。",
        *keys,
        *rules,
    ]
