"""Reads one register file; what is wrong is told with its place, what was found and what there is to choose from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from yichuang.foundation.people.permissions import table
from yichuang.foundation.registers import formulas
from yichuang.foundation.registers.definition import Choice, Field, FigureOf, Match, Name, Register, Rule, Shown
from yichuang.foundation.registers.terms import (
    MONEY_SCALES,
    NEVER_MARKED,
    Action,
    Aggregate,
    Checking,
    EntryState,
    FieldType,
    Reach,
)
from yichuang.kernel.conditions import FactKind, FactType, parse
from yichuang.kernel.errors import DefinitionError

RESERVED = frozenset(
    {"state", "stage", "number", "unit", "day", "as_of", "known_at", "page", "sort", "q", "view", "key"}
)
"""Names that addresses and conditions need for themselves."""

STAGE = "stage"
"""The fact by which conditions ask where the dossier of an entry stands."""

LISTED = 6
"""Columns of the list where the file marks none."""


def parse_register(body: Mapping[str, Any], place: str) -> Register:
    """
    Make a register of what its file says.

    :raises DefinitionError: something names what is not there, or does not fit
    """
    fields = {name: _field(name, row, f"{place}: fields.{name}") for name, row in body["fields"].items()}
    fields |= _computed(body.get("computed", {}), fields, f"{place}: computed")
    _names(fields, place)
    facts = {name: each.fact for name, each in fields.items()}
    lifecycle = body.get("lifecycle", {})
    if lifecycle:
        facts[STAGE] = FactType(FactKind.TEXT, name="状态")
    states = body.get("states", {})
    register = Register(
        id=str(body["register"]),
        name=Name(str(body["name"]), str(body.get("english", ""))),
        version=int(body["version"]),
        source=_source(body),
        about=_named(body.get("about", "")),
        group=_named(body["group"]),
        entry_name=_named(body["entry"]),
        title=_known(body["title"], fields, f"{place}: title"),
        fields=_listed(fields),
        access=_access(body["access"], bool(lifecycle), states, place),
        checking=Checking.NONE if lifecycle else Checking(states.get("check", Checking.ANOTHER)),
        state_names={EntryState(state): _named(name) for state, name in states.get("names", {}).items()},
        order=tuple(body.get("order", ())),
        owner=body.get("owner", ""),
        region=body.get("region", ""),
        valid_from=body.get("valid_from", ""),
        keys=_keys(body, fields, place),
        rules=_rules(body.get("rules", ()), facts, f"{place}: rules"),
        figures=_figures(body.get("figures", {}), fields, facts, f"{place}: figures"),
        public=_public(body.get("public"), fields, f"{place}: public"),
        lifecycle=lifecycle.get("id", ""),
        deeds={
            deed: _roles(roles, f"{place}: lifecycle.deeds.{deed}")
            for deed, roles in lifecycle.get("deeds", {}).items()
        },
        opens=lifecycle.get("opens", ""),
        limits=lifecycle.get("clocks", {}),
        match=_match(body.get("match"), fields, facts, f"{place}: match"),
    )
    _roles_of_the_whole(register, place)
    return register


def _named(text: str | list[str]) -> Name:
    return Name(text) if isinstance(text, str) else Name(*text)


def _source(body: Mapping[str, Any]) -> str:
    texts: list[str] = []
    for key in ("source", "basis"):
        given = body.get(key, [])
        texts += [given] if isinstance(given, str) else given
    return "；".join(texts)


def _field(name: str, row: Mapping[str, Any], place: str) -> Field:
    kind = FieldType(row["type"])
    _only(row, kind, place)
    field = Field(
        id=name,
        type=kind,
        name=_named(row["name"]),
        unit=_unit(row, kind, place),
        digits=int(row.get("digits", 2 if kind is FieldType.NUMBER else 0)),
        help=_named(row.get("help", "")),
        codes=row.get("codes", ""),
        choices=_choices(row.get("choices", ()), place),
        register=row.get("register", ""),
        pattern=_pattern(row.get("pattern", ""), place),
        minimum=row.get("minimum"),
        maximum=row.get("maximum"),
        default=row.get("default"),
        required=row.get("required", False),
        unique=row.get("unique", False),
        is_filter=row.get("filter", False),
        is_sort=row.get("sort", False),
        is_figure=row.get("figure", False),
        is_searched=row.get("search", False),
        in_list=row.get("list", False),
        seen_by=_roles(row.get("seen_by", ()), f"{place}.seen_by"),
        mask=row.get("mask", ""),
    )
    _marks(field, place)
    return field


_BELONGS: Mapping[str, frozenset[FieldType]] = {
    "digits": frozenset({FieldType.NUMBER}),
    "codes": frozenset({FieldType.CODE, FieldType.CODES}),
    "choices": frozenset({FieldType.CODE, FieldType.CODES}),
    "register": frozenset({FieldType.ENTRY}),
    "pattern": frozenset({FieldType.TEXT}),
    "minimum": frozenset({FieldType.NUMBER, FieldType.INTEGER, FieldType.MONEY}),
    "maximum": frozenset({FieldType.NUMBER, FieldType.INTEGER, FieldType.MONEY}),
    "unit": frozenset({FieldType.NUMBER, FieldType.INTEGER, FieldType.MONEY}),
    "mask": frozenset({FieldType.TEXT, FieldType.LONG}),
}


def _only(row: Mapping[str, Any], kind: FieldType, place: str) -> None:
    """Refuse keys that mean nothing for this type, and a type that lacks what it needs."""
    for key, kinds in _BELONGS.items():
        if key in row and kind not in kinds:
            raise DefinitionError(f"{place}.{key}", f"{kind} 类型没有 {key}", f"只用于 {'、'.join(sorted(kinds))}")
    if kind in (FieldType.CODE, FieldType.CODES) and ("codes" in row) == ("choices" in row):
        raise DefinitionError(
            place, "代码字段的取值没有写明，或写了两处", "codes（代码表编号）或 choices（逐项列出）之一"
        )
    if kind is FieldType.ENTRY and "register" not in row:
        raise DefinitionError(place, "没有写明引用哪本台账", "register: 台账编号")
    if "mask" in row and "seen_by" not in row:
        raise DefinitionError(f"{place}.mask", "写了遮盖方式，却没有写谁能看全", "seen_by: [角色]")


def _unit(row: Mapping[str, Any], kind: FieldType, place: str) -> str:
    unit = str(row.get("unit", "元" if kind is FieldType.MONEY else ""))
    if kind is FieldType.MONEY and unit not in MONEY_SCALES:
        raise DefinitionError(f"{place}.unit", unit, "金额的单位", tuple(MONEY_SCALES))
    return unit


def _choices(rows: Iterable[Mapping[str, Any]], place: str) -> tuple[Choice, ...]:
    choices = tuple(Choice(row["code"], _named(row["name"])) for row in rows)
    for what, seen in (("代码", [each.code for each in choices]), ("名称", [each.name.chinese for each in choices])):
        if len(set(seen)) < len(seen):
            again = next(each for each in seen if seen.count(each) > 1)
            raise DefinitionError(f"{place}.choices", f"{what}「{again}」写了两次", "每个一次")
    return choices


def _pattern(text: str, place: str) -> str:
    try:
        re.compile(text)
    except re.error as wrong:
        raise DefinitionError(f"{place}.pattern", f"{text} 不是正则表达式：{wrong}", r"例如 ^\d{13}$") from wrong
    return text


def _roles(roles: Iterable[str], place: str) -> frozenset[str]:
    known = table().roles
    for role in roles:
        if role not in known:
            raise DefinitionError(place, f"没有角色「{role}」", "permissions.yaml 中的角色", tuple(known))
    return frozenset(roles)


def _marks(field: Field, place: str) -> None:
    marked = [
        word
        for word, is_set in (
            ("filter", field.is_filter),
            ("sort", field.is_sort),
            ("unique", field.unique),
            ("figure", field.is_figure),
        )
        if is_set
    ]
    if marked and field.type in NEVER_MARKED:
        raise DefinitionError(f"{place}.{marked[0]}", f"{field.type} 类型不能筛选、排序、统计", "去掉这个标记")
    if field.is_sort and field.type is FieldType.CODES:
        raise DefinitionError(f"{place}.sort", "多选字段不能排序", "去掉 sort")
    if field.is_restricted and field.is_figure:
        raise DefinitionError(f"{place}.figure", "限制可见的字段不能进入指标", "去掉 figure 或 seen_by")
    if field.is_restricted and field.is_searched:
        raise DefinitionError(f"{place}.search", "限制可见的字段不能供搜索", "去掉 search 或 seen_by")


def _computed(rows: Mapping[str, Any], fields: Mapping[str, Field], place: str) -> dict[str, Field]:
    """Read the computed columns and order them so that each comes after those that it reads."""
    kinds = {name: formulas.NUMBER for name, each in fields.items() if each.type.is_numeric}
    kinds |= {name: formulas.DAY for name, each in fields.items() if each.type.is_day}
    kinds |= dict.fromkeys(rows, formulas.NUMBER)
    read = {}
    for name, row in rows.items():
        if name in fields:
            raise DefinitionError(f"{place}.{name}", f"{name} 已是填报字段", "另一个名字")
        read[name] = formulas.read(row["formula"], kinds, f"{place}.{name}.formula")
    made: dict[str, Field] = {}
    for name in _in_order(read, place):
        row, formula = rows[name], read[name]
        sources = {each: fields.get(each) or made[each] for each in formula.names}
        made[name] = field = Field(
            id=name,
            type=FieldType.NUMBER,
            name=_named(row["name"]),
            unit=row.get("unit", ""),
            digits=int(row.get("digits", 2)),
            help=_named(row.get("help", "")),
            is_filter=row.get("filter", False),
            is_sort=row.get("sort", False),
            is_figure=row.get("figure", False),
            in_list=row.get("list", False),
            seen_by=_roles(row.get("seen_by", ()), f"{place}.{name}.seen_by"),
            formula=formula,
        )
        _marks(field, f"{place}.{name}")
        for source in sources.values():
            if source.is_restricted and not (field.seen_by and field.seen_by <= source.seen_by):
                raise DefinitionError(
                    f"{place}.{name}",
                    f"由限制可见的字段 {source.id} 算得，却有更多人能看",
                    f"seen_by 不超出 {sorted(source.seen_by)}",
                )
    return made


def _in_order(read: Mapping[str, formulas.Formula], place: str) -> list[str]:
    order: list[str] = []
    on_the_way: list[str] = []

    def visit(name: str) -> None:
        if name in on_the_way:
            circle = " → ".join([*on_the_way[on_the_way.index(name) :], name])
            raise DefinitionError(f"{place}.{name}.formula", f"计算列互相引用，绕成一圈：{circle}", "去掉其中一处引用")
        if name in order:
            return
        on_the_way.append(name)
        for source in read[name].names:
            if source in read:
                visit(source)
        on_the_way.pop()
        order.append(name)

    for name in read:
        visit(name)
    return order


def _names(fields: Mapping[str, Field], place: str) -> None:
    for name, field in fields.items():
        if name in RESERVED:
            raise DefinitionError(f"{place}: fields.{name}", f"{name} 留作系统使用", "另一个名字，例如 owner_unit")
        if name in formulas.FUNCTIONS:
            raise DefinitionError(f"{place}: fields.{name}", f"{name} 是公式函数的名字", "另一个名字")
        same = [each.id for each in fields.values() if each.name.chinese == field.name.chinese]
        if len(same) > 1:
            found = f"{'、'.join(same)} 的名称都是「{field.name.chinese}」"
            raise DefinitionError(f"{place}: fields.{same[1]}.name", found, "模板以名称认列，每列一个名称")


def _listed(fields: dict[str, Field]) -> dict[str, Field]:
    """Where the file marks no column for the list, the first ones are it."""
    if any(each.in_list for each in fields.values()):
        return fields
    first = [name for name, each in fields.items() if each.type not in NEVER_MARKED and not each.is_restricted]
    return {name: replace(each, in_list=True) if name in first[:LISTED] else each for name, each in fields.items()}


def _known(names: Iterable[str], fields: Mapping[str, Field], place: str) -> tuple[str, ...]:
    for name in names:
        if name not in fields:
            raise DefinitionError(place, f"没有字段「{name}」", "已有的字段", tuple(fields))
    return tuple(names)


def _keys(body: Mapping[str, Any], fields: Mapping[str, Field], place: str) -> tuple[tuple[str, ...], ...]:
    single = [(name,) for name, each in fields.items() if each.unique]
    together = [_known(names, fields, f"{place}: unique") for names in body.get("unique", ())]
    for names in together:
        for name in names:
            if fields[name].type in NEVER_MARKED or fields[name].formula is not None:
                raise DefinitionError(f"{place}: unique", f"{name} 不能用来判断重复", "填报的短字段")
    return (*single, *together)


def _rules(rows: Iterable[Mapping[str, Any]], facts: Mapping[str, FactType], place: str) -> tuple[Rule, ...]:
    rules = []
    for number, row in enumerate(rows):
        condition = parse(row["condition"], facts, f"{place}.{number}.condition")
        rules.append(Rule(condition, _named(row["message"]), tuple(name for name in facts if name in condition.paths)))
    return tuple(rules)


def _figures(
    rows: Mapping[str, Any], fields: Mapping[str, Field], facts: Mapping[str, FactType], place: str
) -> dict[str, FigureOf]:
    figures = {}
    for name, row in rows.items():
        here = f"{place}.{name}"
        aggregate, of = Aggregate(row["aggregate"]), row.get("of", "")
        if (aggregate is Aggregate.COUNT) == bool(of):
            raise DefinitionError(here, "count 数条数，其余要写 of", "of: 字段" if not of else "去掉 of")
        if of:
            countable(fields, of, f"{here}.of")
            if aggregate not in (Aggregate.DISTINCT, Aggregate.MIN, Aggregate.MAX) and not fields[of].type.is_numeric:
                raise DefinitionError(f"{here}.of", f"{of} 不是数，不能{aggregate}", "数字或金额字段")
        where = parse(row["where"], facts, f"{here}.where") if "where" in row else None
        for path in sorted(where.paths if where else ()):
            countable(fields, path, f"{here}.where")
        unit = row.get("unit", fields[of].unit if of else "")
        figures[name] = FigureOf(name, _named(row["name"]), aggregate, of, where, unit, int(row.get("digits", 0)))
    return figures


def countable(fields: Mapping[str, Field], name: str, place: str) -> None:
    """
    Hold that a field may enter a figure.

    :raises DefinitionError: there is none of this name, or it is not marked, or only some may see it
    """
    if name == STAGE and name not in fields:
        return
    _known([name], fields, place)
    if fields[name].is_restricted:
        raise DefinitionError(place, f"{name} 限制可见，不能进入指标", "公开给本台账读者的字段")
    if not fields[name].is_figure:
        marked = tuple(each.id for each in fields.values() if each.is_figure)
        raise DefinitionError(place, f"{name} 没有标 figure: true", "标了 figure 的字段", marked)


def _public(row: Mapping[str, Any] | None, fields: Mapping[str, Field], place: str) -> Shown | None:
    if row is None:
        return None
    for name in _known(row["fields"], fields, f"{place}.fields"):
        if fields[name].is_restricted:
            raise DefinitionError(f"{place}.fields", f"{name} 限制可见，不能公开", "去掉它，或去掉 seen_by")
    return Shown(tuple(row["fields"]), _named(row.get("note", "")))


def _access(
    rows: Mapping[str, Any], is_direct: bool, states: Mapping[str, Any], place: str
) -> dict[Action, dict[str, Reach]]:
    given = {Action(action): {role: Reach(reach) for role, reach in grants.items()} for action, grants in rows.items()}
    needed = [] if is_direct else [Action.PUBLISH]
    if not is_direct and states.get("check", Checking.ANOTHER) != Checking.NONE:
        needed.append(Action.CHECK)
    for action in needed:
        if action not in given:
            raise DefinitionError(f"{place}: access.{action}", "没有写谁可以", f"{action}: {{角色: 范围}}")
    given.setdefault(Action.CHECK, {})
    given.setdefault(Action.PUBLISH, {} if not is_direct else given[Action.EDIT])
    given.setdefault(Action.WITHDRAW, given[Action.PUBLISH])
    given.setdefault(Action.EXPORT, given[Action.VIEW])
    given.setdefault(Action.IMPORT, given[Action.EDIT])
    given.setdefault(Action.DECIDE, given[Action.EDIT])
    given.setdefault(
        Action.PROPOSE, {r: reach for r, reach in given[Action.VIEW].items() if r not in given[Action.EDIT]}
    )
    for action, grants in given.items():
        _roles(grants, f"{place}: access.{action}")
        for role in grants:
            if action.value in rows and table().allowance(role, action.permission) is None:
                able = tuple(each for each in table().roles if table().allowance(each, action.permission))
                found = f"角色 {role} 没有“{table().permission_name(action.permission)}”的权限"
                raise DefinitionError(f"{place}: access.{action}", found, f"有 {action.permission} 的角色", able)
            if action is not Action.VIEW and role not in given[Action.VIEW]:
                found = f"角色 {role} 可以 {action}，却不能查看"
                raise DefinitionError(f"{place}: access.{action}", found, "先写进 view", tuple(given[Action.VIEW]))
    return given


def _match(
    row: Mapping[str, Any] | None, fields: Mapping[str, Field], facts: Mapping[str, FactType], place: str
) -> Match | None:
    if row is None:
        return None
    _known([row["field"]], fields, f"{place}.field")
    where = parse(row["where"], facts, f"{place}.where") if "where" in row else None
    return Match(row["field"], row["target"], _named(row["name"]), where, tuple(row.get("kinds", ())))


def _roles_of_the_whole(register: Register, place: str) -> None:
    """Hold what concerns several parts of a file: title, owner, order, region, first day."""
    fields = register.fields
    for name in register.title:
        if fields[name].is_restricted:
            raise DefinitionError(f"{place}: title", f"{name} 限制可见，不能作标题", "人人可见的字段")
    _of_type(register.owner, (FieldType.UNIT,), fields, f"{place}: owner")
    _of_type(register.region, (FieldType.REGION,), fields, f"{place}: region")
    _of_type(register.valid_from, (FieldType.DATE, FieldType.MONTH), fields, f"{place}: valid_from")
    for name in (register.owner, register.region, register.valid_from):
        if name and not fields[name].required:
            raise DefinitionError(
                f"{place}: fields.{name}", f"{name} 决定条目的归属或起始日，却可以不填", "required: true"
            )
    for key in register.order:
        name = key.removeprefix("-")
        _known([name], fields, f"{place}: order")
        if not fields[name].is_sort:
            raise DefinitionError(f"{place}: order", f"{name} 没有标 sort: true", "标了 sort 的字段")
        if fields[name].is_restricted:
            raise DefinitionError(f"{place}: order", f"{name} 限制可见，不能决定次序", "人人可见的字段")
    for rule in register.rules:
        hidden = [name for name in rule.fields if name in fields and fields[name].is_restricted]
        editors = frozenset(register.access[Action.EDIT])
        for name in hidden:
            if not editors <= fields[name].seen_by:
                found = f"规则用了 {name}，它的校验提示会让看不到它的填报人知道它"
                raise DefinitionError(f"{place}: rules", found, f"edit 的角色都在 {name} 的 seen_by 之内")

    editors = frozenset(register.access[Action.EDIT])
    for field in register.typed:
        if field.required and field.is_restricted and not editors <= field.seen_by:
            found = f"{field.id} 必填，而 {'、'.join(sorted(editors - field.seen_by))} 能填报却看不到它"
            raise DefinitionError(f"{place}: fields.{field.id}", found, "required: false，或扩大 seen_by")


def _of_type(name: str, kinds: tuple[FieldType, ...], fields: Mapping[str, Field], place: str) -> None:
    if not name:
        return
    _known([name], fields, place)
    if fields[name].type not in kinds:
        raise DefinitionError(place, f"{name} 是 {fields[name].type} 类型", f"{'、'.join(kinds)} 类型的字段")
