"""One topic of an item as a form: fields, single objects, rows in rows; rows come and go without losing typed text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from yichuang.domains.catalogue.pages.desk.fields import Schema, made, raw_of
from yichuang.domains.catalogue.queries import KIND
from yichuang.domains.catalogue.rules.exchange.bodies import CODED, canonical, give_codes
from yichuang.domains.catalogue.terms.elements import ELEMENTS, Element, Topic
from yichuang.foundation.definitions.kinds import KINDS
from yichuang.ui.forms import UiBoundField, UiForm

Raw = dict[str, list[str]]
"""What a browser sends: name of an input → its values."""
Choices = Mapping[str, Sequence[tuple[str, str]]]
"""Key of an element → what may be chosen for it, where that is a list that is kept elsewhere."""
MOST_ROWS = 300
DO = re.compile(r"(add|remove|up)/([a-z_]+(?:-\d+-[a-z_]+)*)(?:/(\d+))?")


class RemarkedField(UiBoundField):
    """A field that tells, beside what is wrong with what was typed, what the publication check says of it."""

    @property
    def error(self) -> str:
        """Give what is wrong, else what the check says."""
        said = super().error
        remarks = self.form.remarks if isinstance(self.form, PartForm) else {}
        return said or remarks.get(self.auto_id, "")


class PartForm(UiForm):
    """The fields of one object: of the item itself, of a limit, of one row."""

    bound_field_class = RemarkedField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remarks: Mapping[str, str] = {}


@dataclass
class Row:
    """One row as it is drawn: its number from 1, the name by which it is moved and removed."""

    number: int
    index: int
    part: Part
    is_new: bool = False


@dataclass
class Block:
    """One element with parts: a single object, or rows."""

    key: str
    path: str
    element: Element
    is_rows: bool
    part: Part | None = None
    rows: list[Row] = field(default_factory=list)
    remark: str = ""

    @property
    def label(self) -> str:
        """Name the element."""
        return str(self.element.label)


@dataclass
class Part:
    """The fields of one object, and those of its elements that have parts; what the object begins with is first."""

    prefix: str
    form: PartForm
    blocks: list[Block]
    is_blank: bool
    begins_with_blocks: bool

    def forms(self) -> Iterator[PartForm]:
        """Give every form in it, in the order of the page."""
        if not self.begins_with_blocks:
            yield self.form
        for block in self.blocks:
            for part in [block.part] if block.part else [row.part for row in block.rows]:
                yield from part.forms()
        if self.begins_with_blocks:
            yield self.form

    def value(self) -> dict[str, Any]:
        """Give what was typed as an object; what is empty is left out, and so are rows in which nothing stands."""
        if self.is_blank:
            return {}
        found = {key: said for key, said in self.form.cleaned_data.items() if said not in (None, "", [], {})}
        for block in self.blocks:
            if block.part is not None:
                said: Any = block.part.value()
            else:
                said = [row.part.value() for row in block.rows if not row.part.is_blank]
                if block.key in CODED:
                    give_codes(said, *CODED[block.key])
            if said:
                found[block.key] = said
        return found


class TopicEditor:
    """One page of the editor: made of a body or of what was sent, it gives back the elements of its topic."""

    def __init__(self, topic: Topic, raw: Raw, *, bound: bool, choices: Choices, focus: str = "") -> None:
        schema = whole_schema()
        self._defs = schema["$defs"]
        self._raw, self._bound, self._choices, self._focus = raw, bound, choices, focus
        self.keys = [key for key, element in ELEMENTS.items() if element.topic == topic]
        elements = {key: ELEMENTS[key] for key in self.keys}
        self.part = self._part(elements, {"properties": schema["properties"], "required": ["name", "unit"]}, "")

    def is_valid(self) -> bool:
        """Tell whether everything that was typed can be read."""
        found = [form.is_valid() for form in self.part.forms() if form.is_bound]  # every form says all that is wrong
        return all(found)

    def changes(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Give the elements that say something else than a body does; None takes one out."""
        said = self.part.value()
        return {
            key: said.get(key)
            for key in self.keys
            if canonical({key: body.get(key)}) != canonical({key: said.get(key)}) and key != KIND
        }

    def refuse(self, path: str, message: str) -> None:
        """Put what is wrong at its field: `path` is that of the schema, materials[0].code."""
        steps = [each for each in re.split(r"[.\[\]]+", path) if each]
        by_prefix = {form.prefix or "": form for form in self.part.forms()}
        for end in range(len(steps), -1, -1):
            form = by_prefix.get("-".join(steps[:end]))
            if form is not None:
                name = steps[end] if end < len(steps) else ""
                if form.is_bound:
                    form.add_error(name if name in form.fields else None, message)
                    return
        self.part.form.add_error(None, message)

    def remark(self, told: Mapping[str, str]) -> None:
        """Tell beside fields and rows what the publication check says of them, by the ids of the page."""
        for form in self.part.forms():
            form.remarks = told
        for block in self._blocks(self.part):
            block.remark = told.get(f"rows_{block.path}", "")

    @property
    def errors(self) -> list[dict[str, str]]:
        """List every error with the address of its field, for the summary."""
        return [error for form in self.part.forms() if form.is_bound for error in form.error_links]

    def _blocks(self, part: Part) -> Iterator[Block]:
        for block in part.blocks:
            yield block
            for inner in [block.part] if block.part else [row.part for row in block.rows]:
                yield from self._blocks(inner)

    def _part(self, elements: Mapping[str, Element], schema: Schema, prefix: str, *, new: bool = False) -> Part:
        properties, required = schema.get("properties", {}), schema.get("required", ())
        known: dict[str, forms.Field] = {}
        blocks = []
        for key, element in elements.items():
            own = _of(properties.get(key, {}), self._defs)
            if element.parts:
                blocks.append(self._block(key, element, own, prefix))
                continue
            asked = key in required and not (prefix and key in ("code", "id"))
            known[key] = made(key, element, own, required=asked, in_row=bool(prefix))
            if key in self._choices and type(known[key]) is forms.CharField:
                known[key] = self._chosen(known[key], key, f"{prefix}-{key}" if prefix else key)
        if new and known:
            next(iter(known.values())).widget.attrs["data-focus"] = True
        blank = bool(prefix) and not any(
            text.strip()
            for name, texts in self._raw.items()
            if name.startswith(f"{prefix}-") and not name.endswith("-rows")
            for text in texts
        )
        form = self._form(known, prefix, bound=self._bound and not blank)
        return Part(prefix, form, blocks, blank, bool(next(iter(elements.values())).parts))

    def _form(self, known: Mapping[str, forms.Field], prefix: str, *, bound: bool) -> PartForm:
        made_class = type("TopicPart", (PartForm,), dict(known))
        data = MultiValueDict(self._raw) if bound else None
        initial = {}
        for key, each in known.items():
            if texts := self._raw.get(f"{prefix}-{key}" if prefix else key):
                initial[key] = texts if isinstance(each, forms.MultipleChoiceField) else texts[0]
        form: PartForm = made_class(data, prefix=prefix or None, initial=initial)
        return form

    def _block(self, key: str, element: Element, schema: Schema, prefix: str) -> Block:
        path = f"{prefix}-{key}" if prefix else key
        block = Block(key, path, element, element.is_rows)
        if not element.is_rows:
            block.part = self._part(element.parts, schema, path)
            return block
        members = _members(schema, self._defs)
        for index in range(rows_in(self._raw, path)):
            is_new = self._focus == f"{path}-{index}"
            part = self._part(element.parts, members, f"{path}-{index}", new=is_new)
            block.rows.append(Row(index + 1, index, part, is_new))
        return block

    def _chosen(self, plain: forms.Field, key: str, name: str) -> forms.Field:
        """Let an element be chosen from a list; what it says today stays a choice, known or not."""
        listed = list(self._choices[key])
        now = (self._raw.get(name) or [""])[0]
        if now and now not in dict(listed):
            listed.append((now, now))
        return forms.ChoiceField(
            label=plain.label, required=plain.required, help_text=plain.help_text, choices=[("", _("未填写")), *listed]
        )


def whole_schema() -> dict[str, Any]:
    """Give the schema of an item with the keys that every definition has."""
    schema = KINDS[KIND].validator.schema
    assert isinstance(schema, dict)
    return schema


def rows_in(raw: Raw, path: str) -> int:
    """Tell how many rows of an element a page shows."""
    said = (raw.get(f"{path}-rows") or ["0"])[0]
    return min(int(said), MOST_ROWS) if said.isdecimal() and len(said) < 6 else 0


def flattened(topic: Topic, body: Mapping[str, Any]) -> Raw:
    """Write the elements of a topic as the browser would send them."""
    schema = whole_schema()
    said = canonical(body)
    raw: Raw = {}
    elements = {key: element for key, element in ELEMENTS.items() if element.topic == topic}
    _flatten(raw, elements, schema["properties"], schema["$defs"], said, "")
    return raw


def applied(raw: Raw, do: str) -> tuple[Raw, str] | None:
    """
    Add, remove or move up a row in what was typed; give it with the prefix of the row that is to be typed in next.

    None where `do` names no such thing.
    """
    asked = DO.fullmatch(do)
    if asked is None:
        return None
    what, path, at = asked.group(1), asked.group(2), int(asked.group(3) or 0)
    count = rows_in(raw, path)
    if what == "add" and count < MOST_ROWS:
        return raw | {f"{path}-rows": [str(count + 1)]}, f"{path}-{count}"
    if what == "up" and 0 < at < count:
        return _renumbered(raw, path, {at: at - 1, at - 1: at}), f"{path}-{at - 1}"
    if what == "remove" and at < count:
        moved = {number: number - 1 for number in range(at + 1, count)} | {at: -1}
        left = _renumbered(raw, path, moved)
        return left | {f"{path}-rows": [str(count - 1)]}, f"{path}-{max(at - 1, 0)}"
    return raw, ""


def _renumbered(raw: Raw, path: str, numbers: Mapping[int, int]) -> Raw:
    """Give rows other numbers; one that gets -1 is dropped."""
    pattern = re.compile(rf"{re.escape(path)}-(\d+)-(.+)")
    found: Raw = {}
    for name, texts in raw.items():
        row = pattern.fullmatch(name)
        if row is None:
            found[name] = texts
            continue
        number = numbers.get(int(row.group(1)), int(row.group(1)))
        if number >= 0:
            found[f"{path}-{number}-{row.group(2)}"] = texts
    return found


def _flatten(
    raw: Raw, elements: Mapping[str, Element], properties: Schema, defs: Schema, said: Mapping[str, Any], prefix: str
) -> None:
    for key, element in elements.items():
        name, value = (f"{prefix}-{key}" if prefix else key), said.get(key)
        own = _of(properties.get(key, {}), defs)
        if element.is_rows:
            rows = value or []
            raw[f"{name}-rows"] = [str(len(rows))]
            members = _members(own, defs).get("properties", {})
            for index, row in enumerate(rows):
                _flatten(raw, element.parts, members, defs, row, f"{name}-{index}")
        elif element.parts:
            _flatten(raw, element.parts, own.get("properties", {}), defs, value or {}, name)
        elif value is not None:
            raw[name] = raw_of(made(key, element, own, required=False, in_row=bool(prefix)), value)


def _of(schema: Schema, defs: Schema) -> Schema:
    reference = schema.get("$ref", "")
    found: Schema = defs[reference.rpartition("/")[2]] if reference else schema
    return found


def _members(schema: Schema, defs: Schema) -> Schema:
    """Give the schema of a row as an object, where a row may be a plain text too."""
    members = _of(schema.get("items", {}), defs)
    return next((_of(each, defs) for each in members.get("oneOf", ()) if "$ref" in each), members)
