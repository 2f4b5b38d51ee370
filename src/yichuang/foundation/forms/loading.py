"""The kind `form`: from YAML to a checked form, with labels, kinds, units and choices from the element dictionary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_noop

from yichuang.foundation.definitions.folders import DefinitionFile, Folder
from yichuang.foundation.definitions.kinds import Body, Kind, register_kind, schema_file
from yichuang.foundation.definitions.problems import Problem
from yichuang.foundation.definitions.standard import together
from yichuang.foundation.forms.asking import Ask
from yichuang.foundation.forms.fields import FREE_PARTS, PARTS, Field
from yichuang.foundation.forms.form import Form, Topic
from yichuang.foundation.forms.terms import Format, Source
from yichuang.foundation.forms.terms import Kind as FieldKind
from yichuang.foundation.people.permissions import table
from yichuang.kernel.bundles import Element, ElementKind, Elements
from yichuang.kernel.conditions import Condition, FactKind, FactType
from yichuang.kernel.conditions import parse as parse_condition
from yichuang.kernel.errors import DefinitionError

FORM = "form"
ELEMENT = "element"
COVERED = {Format.RESIDENT_ID: "id_number", Format.PHONE: "phone", Format.EMAIL: "email"}
"""What such a text is in the permission table, wherever it is asked."""
COVERED_PARTS = {"name": "name", "detail": "address"}
"""Parts of a personal answer, and columns of a personal table, that are covered without being told so."""


@dataclass(frozen=True, slots=True)
class Written:
    """A form as it is written: `resolved` makes it a form, with the element dictionary of a day."""

    body: Mapping[str, Any]
    place: str


def register() -> None:
    """Make the kind known to the definition room."""
    schema = schema_file(Path(__file__).parent / "schemas" / "form.schema.json")
    register_kind(Kind(FORM, "forms", gettext_noop("表单"), schema, parse_form, _check, _try_example))


def parse_form(body: Body, place: str) -> Written:
    """
    Read a form; what only the element dictionary can tell is checked by `resolved`.

    :raises DefinitionError: a topic or an element stands twice
    """
    topics = [topic["id"] for topic in body["topics"]]
    codes = [each["element"] for topic in body["topics"] for each in topic["fields"]]
    for what, names in (("topics", topics), ("fields", codes)):
        if twice := {name for name in names if names.count(name) > 1}:
            raise DefinitionError(f"{place}: {what}", f"{'、'.join(sorted(twice))} 写了两次", "整张表单里只问一次")
    return Written(MappingProxyType(body), place)


def resolved(written: Written, elements: Elements) -> Form:
    """
    Make the form that pages use.

    :raises DefinitionError: an element is unknown or its keys do not fit its kind; a condition does not parse, or names
        what is neither known nor asked before
    """
    body = written.body
    known = {path: _fact_type(row) for path, row in body.get("facts", {}).items()}
    types, topics = dict(known), []
    for number, row in enumerate(body["topics"]):
        place = f"{written.place}: topics.{number}"
        when = _condition(row, types, place)
        fields = []
        for each in row["fields"]:
            fields.append(_field(each, elements, types, f"{place}.fields.{each['element']}", str(body[FORM])))
            types |= fields[-1].fact_types()
        topics.append(Topic(row["id"], row["title"], tuple(fields), row.get("hint", ""), when, row.get("when", "")))
    form = Form(
        code=str(body[FORM]),
        name=str(body["name"]),
        version=int(body.get("version", 1)),
        minutes=int(body["minutes"]),
        all_topics=tuple(topics),
        facts_known=MappingProxyType(known),
        forms=(str(body[FORM]),),
    )
    _check_dates(form, written.place)
    return form


def _check_dates(form: Form, place: str) -> None:
    dates = {field.code for field in form.fields if field.kind is FieldKind.DATE}
    for field in form.fields:
        if field.not_before and (field.not_before not in dates or field.code not in dates):
            raise DefinitionError(f"{place}: {field.code}", f"not_before {field.not_before}", "两个日期", sorted(dates))


def _fact_type(row: Mapping[str, Any]) -> FactType:
    choices = tuple(row.get("choices", ()))
    return FactType(FactKind(row["kind"]), unit=row.get("unit", ""), name=row["name"], choices=choices)


def _condition(row: Mapping[str, Any], types: Mapping[str, FactType], place: str) -> Condition | None:
    return parse_condition(row["when"], types, f"{place}.when") if "when" in row else None


def _field(row: Mapping[str, Any], elements: Elements, types: Mapping[str, FactType], place: str, form: str) -> Field:
    code = row["element"]
    if code not in elements.elements:
        raise DefinitionError(place, f"没有数据元 {code}", "elements 中的一个", sorted(elements.elements)[:20])
    element = elements.elements[code]
    kind = _kind(row, element, place)
    rows = row.get("rows", {})
    return Field(
        code=code,
        label=row.get("label", element.name),
        kind=kind,
        asks=_asks(row, element, kind, place),
        fact=row.get("fact", code),
        required=not row.get("optional", False),
        hint=row.get("hint", ""),
        when=_condition(row, types, place),
        when_text=row.get("when", ""),
        prefill=tuple(Source(each) for each in row.get("prefill", ())),
        not_before=row.get("not_before", ""),
        rows_least=rows.get("least", 1),
        rows_most=rows.get("most", 50),
        forms=(form,),
    )


def _kind(row: Mapping[str, Any], element: Element, place: str) -> FieldKind:
    if "columns" in row and element.kind is not ElementKind.TABLE:
        raise DefinitionError(place, f"{element.code} 不是表格", "columns 只用于表格")
    if "columns" not in row and element.kind is ElementKind.TABLE:
        raise DefinitionError(place, f"表格 {element.code} 没有列", "columns")
    if ("kind" in row or "only" in row) and element.kind is not ElementKind.CHOICE:
        raise DefinitionError(place, f"{element.code} 不是选择", "kind: choices 和 only 只用于选择")
    return FieldKind.CHOICES if "kind" in row else FieldKind(element.kind.value)


def _asks(row: Mapping[str, Any], element: Element, kind: FieldKind, place: str) -> tuple[Ask, ...]:
    if kind is FieldKind.TABLE:
        return tuple(_column(each, element, place) for each in row["columns"])
    if kind in PARTS:
        free = FREE_PARTS.union(row.get("optional_parts", ()))
        return tuple(
            Ask(part, label, FieldKind.TEXT, form, required=part not in free, mask=_mask(part, form, element))
            for part, label, form in PARTS[kind]
        )
    only = row.get("only", tuple(element.choices))
    if unknown := [each for each in only if each not in element.choices]:
        raise DefinitionError(f"{place}.only", "、".join(unknown), "数据元的选项", tuple(element.choices))
    choices = MappingProxyType({each: element.choices[each] for each in only})
    label = row.get("label", element.name)
    return (_ask(row, element.code, label, kind, choices, row.get("unit", element.unit), element),)


def _column(row: Mapping[str, Any], element: Element, place: str) -> Ask:
    kind = FieldKind(row["kind"])
    if (kind is FieldKind.CHOICE) is not ("choices" in row):
        raise DefinitionError(f"{place}.columns.{row['id']}", row["kind"], "choice 与 choices 同时写")
    choices = MappingProxyType(dict(row.get("choices", {})))
    return _ask(row, row["id"], row["name"], kind, choices, row.get("unit", ""), element)


def _ask(
    row: Mapping[str, Any],
    name: str,
    label: str,
    kind: FieldKind,
    choices: Mapping[str, str],
    unit: str,
    element: Element,
) -> Ask:
    form = Format(row.get("format", Format.PLAIN))
    return Ask(
        id=name,
        label=label,
        kind=kind,
        format=form,
        required=not row.get("optional", False),
        hint=row.get("hint", ""),
        unit=unit,
        choices=choices,
        least=Decimal(row["least"]) if "least" in row else None,
        most=Decimal(row["most"]) if "most" in row else None,
        digits=row.get("digits", 2),
        longest=row.get("longest", 2000 if form is Format.LONG else 200),
        mask=_mask(name, form, element),
    )


def _mask(part: str, form: Format, element: Element) -> str:
    """Name the personal field as which an answer is covered: by its format, else by the part it is, else as written."""
    if form in COVERED or not element.personal:
        return COVERED.get(form, "")
    if part in COVERED_PARTS:
        return element.mask or COVERED_PARTS[part]
    return element.mask if part == element.code else ""


def _dictionary(folder: Folder) -> Elements:
    return together(file.parsed for file in folder.of(ELEMENT) if isinstance(file.parsed, Elements))


def _check(folder: Folder) -> Iterator[Problem]:
    """Resolve every form with the dictionary that stands beside it."""
    elements = _dictionary(folder)
    for file in folder.of(ELEMENT):
        yield from _strange_masks(file)
    for file in folder.of(FORM):
        assert isinstance(file.parsed, Written)
        try:
            resolved(file.parsed, elements)
        except DefinitionError as reason:
            yield _problem(file, reason)


def _strange_masks(file: DefinitionFile) -> Iterator[Problem]:
    """A field that the permission table does not know would be covered for nobody."""
    assert isinstance(file.parsed, Elements)
    for code, element in file.parsed.elements.items():
        if element.mask and element.mask not in table().masks:
            told = f"permissions.yaml 的 masks 之一（{'、'.join(sorted(table().masks))}）"
            yield file.problem(("elements", code, "mask"), element.mask, told)


def _problem(file: DefinitionFile, reason: DefinitionError) -> Problem:
    path = tuple(int(part) if part.isdigit() else part for part in reason.place.partition(": ")[2].split(".") if part)
    expected = reason.expected + (f"（{'、'.join(reason.choices)}）" if reason.choices else "")
    return file.problem(path, reason.found, expected)


def _try_example(written: Written, example: Mapping[str, Any], folder: Folder) -> Iterator[str]:
    """Run `{answers, known, topics, asks, asks_not, missing, wrong}`: what is asked and missing given some answers."""
    try:
        form = resolved(written, _dictionary(folder))
    except DefinitionError:  # told by `_check` already
        return
    answers, known = example["answers"], example.get("known", {})
    if strange := set(answers) - {field.code for field in form.fields}:
        yield f"表单不问 {'、'.join(sorted(strange))}"
    asked = form.asked(answers, known)
    if absent := [code for code in example.get("asks", ()) if code not in asked]:
        yield f"没有问 {'、'.join(absent)}"
    if extra := [code for code in example.get("asks_not", ()) if code in asked]:
        yield f"问了 {'、'.join(extra)}"
    found = {
        "topics": [topic.id for topic in form.topics(answers, known)],
        "missing": [field.code for field in form.missing(answers, known)],
        "wrong": sorted(form.check(answers, known)),
    }
    for key, value in found.items():
        if key in example and value != example[key]:
            yield f"{key} 是 {'、'.join(value) or '（空）'}"
