"""The kinds of definition that every district has: calendars, lifecycles, plans, rules, elements, code lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_noop

from yichuang.foundation.definitions.folders import DefinitionFile, Folder
from yichuang.foundation.definitions.kinds import SCHEMAS, Body, Kind, register_kind, schema_file
from yichuang.foundation.definitions.problems import Problem
from yichuang.foundation.definitions.rules import Rule, frozen, parse_rule
from yichuang.foundation.definitions.terms import CALENDAR, CODE_LIST, ELEMENT, LIFECYCLE, PLAN, RULE
from yichuang.kernel.bundles import Element, Elements, Material, parse_elements
from yichuang.kernel.calendars import Calendar, Notice, parse_notice
from yichuang.kernel.conditions import parse as parse_condition
from yichuang.kernel.errors import DefinitionError
from yichuang.kernel.lifecycles import parse_lifecycle
from yichuang.kernel.plans import parse_plan


@dataclass(frozen=True, slots=True)
class CodeList:
    """The words of one field: code → Chinese name, in the order of the file; English names where the file has them."""

    code: str
    name: str
    names: Mapping[str, str]
    english: Mapping[str, str] = field(default_factory=dict)


def register() -> None:
    """Make the kinds known."""
    for kind in (
        Kind(
            CALENDAR,
            "calendars",
            gettext_noop("工作日历"),
            _schema(CALENDAR),
            _calendar,
            _whole_years,
            _calendar_example,
        ),
        Kind(LIFECYCLE, "lifecycles", gettext_noop("状态表"), _schema(LIFECYCLE), parse_lifecycle),
        Kind(PLAN, "plans", gettext_noop("流程"), _schema(PLAN), _plan, refers={"steps.*.item": "item"}),
        Kind(RULE, "rules", gettext_noop("规则"), _schema(RULE), parse_rule, None, _rule_example),
        Kind(ELEMENT, "elements", gettext_noop("数据元"), _schema(ELEMENT), _elements, _one_dictionary),
        Kind(CODE_LIST, "code_lists", gettext_noop("代码表"), _schema(CODE_LIST), _code_list),
    ):
        register_kind(kind)


def _schema(name: str) -> dict[str, Any]:
    return schema_file(SCHEMAS / f"{name}.schema.json")


def _calendar(body: Body, place: str) -> Notice:
    notice = parse_notice({key: body[key] for key in ("year", "papers", "days")}, place)
    if body[CALENDAR] != str(notice.year):
        raise DefinitionError(f"{place}: year", f"{notice.year}", f"与编号 {body[CALENDAR]} 一致")
    return notice


def _whole_years(folder: Folder) -> Iterator[Problem]:
    """Find a year that is missing between the first and the last notice."""
    files = folder.of(CALENDAR)
    years = {int(file.code) for file in files}
    for year in sorted(set(range(min(years, default=0), max(years, default=0))) - years):
        first = min(files, key=lambda file: abs(int(file.code) - year))
        yield Problem(f"calendars/{year}.yaml", 0, "", f"缺少 {year} 年的工作日历", f"与 {first.file} 同样的文件")


def _calendar_example(_notice: Notice, example: Mapping[str, Any], folder: Folder) -> Iterator[str]:
    """Run `{start, days, gives}`: the n-th working day after the start."""
    calendar = Calendar.of([file.parsed for file in folder.of(CALENDAR) if isinstance(file.parsed, Notice)])
    found = calendar.add(date.fromisoformat(example["start"]), example["days"]).isoformat()
    if found != example["gives"]:
        yield f"{example['start']} 之后第 {example['days']} 个工作日是 {found}，不是 {example['gives']}"


def _plan(body: Body, place: str) -> object:
    return parse_plan(body, place, parse_condition)


def _rule_example(rule: Rule, example: Mapping[str, Any], _folder: Folder) -> Iterator[str]:
    """Run `{day, gives}`; `gives: nothing` where no row holds."""
    row = rule.row(date.fromisoformat(example["day"]))
    found = "nothing" if row is None else row.value
    if found != frozen(example["gives"]):
        yield f"{example['day']} 得 {found}，不是 {example['gives']}"


def _elements(body: Body, place: str) -> Elements:
    return parse_elements({place: body})


def together(parts: Iterable[Elements]) -> Elements:
    """Join the parts of the element dictionary."""
    elements: dict[str, Element] = {}
    materials: dict[str, Material] = {}
    for part in parts:
        elements |= part.elements
        materials |= part.materials
    return Elements(MappingProxyType(elements), MappingProxyType(materials))


def _one_dictionary(folder: Folder) -> Iterator[Problem]:
    """Find an element or material that stands in two files."""
    places: defaultdict[str, list[DefinitionFile]] = defaultdict(list)
    for file in folder.of(ELEMENT):
        assert isinstance(file.parsed, Elements)
        for code in (*file.parsed.elements, *file.parsed.materials):
            places[code].append(file)
    for code, files in places.items():
        for again in files[1:]:
            yield again.problem(("elements", code), f"{code} 也写在 {files[0].file}", "每个数据元一处")


def _code_list(body: Body, place: str) -> CodeList:
    names = {row["code"]: row["name"] for row in body["codes"]}
    if len(names) < len(body["codes"]):
        raise DefinitionError(f"{place}: codes", "同一个代码写了两次", "每个代码一次")
    english = {row["code"]: row["english"] for row in body["codes"] if "english" in row}
    return CodeList(body[CODE_LIST], body["name"], MappingProxyType(names), MappingProxyType(english))
