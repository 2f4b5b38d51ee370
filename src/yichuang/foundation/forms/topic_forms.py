"""One topic as a Django form, so that pages draw it with their own components; the checking is `Form.clean_topic`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from yichuang.foundation.forms.asking import Ask
from yichuang.foundation.forms.fields import PARTS, Field, Posted, tidy_count
from yichuang.foundation.forms.form import NOTHING, Form
from yichuang.foundation.forms.terms import Answers, Format, Kind, Source

FEW = 7
"""Up to so many choices are shown all at once, more are a list to open."""


@dataclass(frozen=True)
class Section:
    """
    One question as a template draws it.

    `inputs` are the inputs of a question that is no table; a table has `rows` of inputs, and the names of the buttons:
    `add` (value 1) and `remove` (value: the row from 0). `uploads` is the input for new files. `opened_by` names the
    choice of the same page that decides alone whether this is asked, `opened_on` its answers that open it; a page with
    a script hides it until then.
    """

    field: Field
    inputs: tuple[BoundField, ...]
    rows: tuple[tuple[BoundField, ...], ...]
    source: str
    opened_by: str = ""
    opened_on: str = ""

    @property
    def error(self) -> str:
        """Say what is wrong with a table that has no row to say it at."""
        lacking = self.is_table and not self.rows and self.inputs[0].form.is_bound
        return " ".join(map(str, self.inputs[0].form.non_field_errors())) if lacking else ""

    @property
    def add(self) -> str:
        """Name the button that adds a row."""
        return f"{self.field.code}-add"

    @property
    def remove(self) -> str:
        """Name the buttons that remove a row."""
        return f"{self.field.code}-remove"

    @property
    def may_add(self) -> bool:
        """Tell whether another row is allowed."""
        return self.field.kind is Kind.TABLE and len(self.rows) < self.field.rows_most

    @property
    def is_table(self) -> bool:
        """Tell whether the question is a table."""
        return self.field.kind is Kind.TABLE

    @property
    def is_group(self) -> bool:
        """Tell whether several inputs stand under one heading."""
        return self.field.kind in PARTS


class TopicForm(forms.Form):
    """
    The inputs of one topic. `values` are the answers after `is_valid()`, whether it said yes or no: a draft keeps both.

    `sections` lists the questions in order.
    """

    form: Form
    topic_id: str
    answers: Answers
    known: Mapping[str, Any]
    marks: Mapping[str, str]
    values: dict[str, Any]
    asked: tuple[Field, ...]
    sources: dict[str, str]

    def _clean_fields(self) -> None:
        """Check by the form's own rules instead of those of Django's fields."""
        assert isinstance(self.data, Mapping)
        posted = _as_posted(self.data)
        self.values, errors = self.form.clean_topic(self.topic_id, posted, self.answers, self.known)
        self.cleaned_data.update(dict.fromkeys(self.fields))
        for name, message in errors.items():
            self.add_error(self._visible(name), message)

    def _visible(self, name: str) -> str | None:
        """Find the input to which the error summary can lead: a hidden one has a visible one beside it."""
        if f"{name}-upload" in self.fields:
            return f"{name}-upload"
        first_cell = next((each for each in self.fields if each.startswith(f"{name.removesuffix('-rows')}-0-")), None)
        return first_cell if name.endswith("-rows") else name

    @property
    def sections(self) -> list[Section]:
        """List the questions with their inputs, as a template draws them."""
        return [self._section(field) for field in self.asked]

    def _section(self, field: Field) -> Section:
        source = str(Source(self.marks[field.code]).label) if field.code in self.marks else ""
        if field.kind is not Kind.TABLE:
            inputs = tuple(self[name] for name in _input_names(field))
            return Section(field, inputs, (), source, *self._opened(field))
        count = self[f"{field.code}-rows"]
        number = min(int(tidy_count(count.value())), field.rows_most)
        rows = tuple(tuple(self[field.cell(row, ask)] for ask in field.asks) for row in range(number))
        return Section(field, (count,), rows, source, *self._opened(field))

    def _opened(self, field: Field) -> tuple[str, str]:
        chosen = field.when.choice if field.when else None
        by = next((each for each in self.asked if chosen and each.fact == chosen[0] and each.kind is Kind.CHOICE), None)
        return (by.code, " ".join(chosen[1])) if by and chosen else ("", "")


def topic_form(
    form: Form,
    topic_id: str,
    data: Posted | None = None,
    initial: Answers = NOTHING,
    *,
    known: Mapping[str, Any] = NOTHING,
    marks: Mapping[str, str] = NOTHING,
    base: type[forms.Form] = forms.Form,
) -> TopicForm:
    """
    Build the Django form of one topic.

    `initial` are all answers of the draft so far, `known` the facts from elsewhere, `marks` the sources of what was
    filled in beforehand; `base` is the class with which the page draws (`UiForm`). When what was sent opens further
    questions of the topic, they are there too.
    """
    after = initial
    if data is not None:
        after = {**initial, **form.clean_topic(topic_id, data, initial, known)[0]}
    asked = form.asked_of(topic_id, after, known)
    inputs: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for field in asked:
        spread = field.inputs(initial.get(field.code))
        rows = _row_count(field, data, spread)
        inputs |= _django_fields(field, rows)
        values |= spread
    made = type("TopicForm", (TopicForm, base), inputs)(data, initial=values)
    assert isinstance(made, TopicForm)
    made.form, made.topic_id, made.answers, made.known, made.marks = form, topic_id, initial, known, marks
    made.asked, made.values = asked, {}
    sources = {field.code: str(Source(marks[field.code]).label) for field in asked if field.code in marks}
    made.sources = {name: sources[f.code] for f in asked if f.code in sources for name in f.names}
    return made


def edit_rows(form: Form, topic_id: str, data: Posted, answers: Answers = NOTHING) -> dict[str, Any] | None:
    """
    Add or remove a table row when such a button was pressed; None when it was not.

    Returns all answers with what was typed, unchecked: the page shows the topic again from them, without errors.
    """
    fields = form.topic(topic_id).fields
    tables = [field for field in fields if field.kind is Kind.TABLE]
    pressed = [field for field in tables if f"{field.code}-add" in data or f"{field.code}-remove" in data]
    if not pressed:
        return None
    typed = {field.code: field.read(data) for field in fields if field.is_in(data)}
    for field in pressed:
        rows = list(typed.get(field.code) or [])
        if f"{field.code}-add" in data:
            rows = [*rows, {}][: field.rows_most]
        else:
            gone = str(data.get(f"{field.code}-remove"))
            rows = [row for number, row in enumerate(rows) if str(number) != gone]
        typed[field.code] = rows
    return {**answers, **typed}


def _as_posted(data: Any) -> Posted:
    """Take Django's `QueryDict` as it is, and a plain mapping of a test or a program as if it were one."""
    return data if hasattr(data, "getlist") else _Plain(data)


class _Plain(dict[str, Any]):
    """A plain mapping with the one method more that pages' data have."""

    def getlist(self, name: str, /) -> list[Any]:
        value = self.get(name)
        return list(value) if isinstance(value, list | tuple) else [] if value is None else [value]


def _row_count(field: Field, data: Posted | None, spread: Mapping[str, Any]) -> int:
    if field.kind is not Kind.TABLE:
        return 0
    if data is not None and field.is_in(data):
        return len(field.read(data))
    return int(spread[f"{field.code}-rows"])


def _input_names(field: Field) -> tuple[str, ...]:
    return (field.code, f"{field.code}-upload") if field.kind is Kind.FILE else field.names


def _django_fields(field: Field, rows: int) -> dict[str, forms.Field]:
    if field.kind is Kind.TABLE:
        count = forms.IntegerField(widget=forms.HiddenInput, initial=rows, required=False, label=field.label)
        cells = {field.cell(row, ask): _input(ask) for row in range(rows) for ask in field.asks}
        return {f"{field.code}-rows": count} | cells
    if field.kind in PARTS:
        return {
            name: _input(replace(ask, label=field.label + ask.label, required=ask.required and field.required))
            for name, ask in zip(field.names, field.asks, strict=True)
        }
    if field.kind is Kind.FILE:
        kept = forms.MultipleChoiceField(widget=forms.MultipleHiddenInput, required=False, label=field.label)
        upload = forms.FileField(label=field.label, help_text=field.hint, required=field.required)
        return {field.code: kept, f"{field.code}-upload": upload}
    return {field.code: _input(replace(field.asks[0], required=field.required, hint=field.hint))}


def _input(ask: Ask) -> forms.Field:
    about: dict[str, Any] = {"label": ask.label, "help_text": _hint(ask), "required": ask.required}
    match ask.kind:
        case Kind.CHOICE if len(ask.choices) <= FEW:
            return forms.ChoiceField(choices=list(ask.choices.items()), widget=forms.RadioSelect, **about)
        case Kind.CHOICE:
            return forms.ChoiceField(choices=[("", _("请选择")), *ask.choices.items()], **about)
        case Kind.CHOICES:
            boxes = forms.CheckboxSelectMultiple
            return forms.MultipleChoiceField(choices=list(ask.choices.items()), widget=boxes, **about)
        case Kind.DATE:
            return forms.CharField(widget=forms.DateInput, **about)
        case Kind.NUMBER:
            return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal", "unit": ask.unit}), **about)
    if ask.format is Format.LONG:
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 5}), **about)
    return forms.CharField(widget=forms.TextInput(attrs=_typing(ask.format)), **about)


def _hint(ask: Ask) -> str:
    parts = [ask.hint, _("单位：%(unit)s") % {"unit": ask.unit} if ask.unit else ""]
    return "　".join(part for part in parts if part)


def _typing(form: Format) -> dict[str, str]:
    """Help the keyboard of a phone, and keep browsers from mending codes."""
    match form:
        case Format.PHONE:
            return {"inputmode": "tel", "autocomplete": "tel"}
        case Format.EMAIL:
            return {"inputmode": "email", "autocomplete": "email"}
        case Format.POSTCODE:
            return {"inputmode": "numeric"}
        case Format.RESIDENT_ID | Format.USCC | Format.PROJECT_CODE:
            return {"spellcheck": "false", "autocapitalize": "characters"}
    return {}
