"""Our own form: the workbook of items with a sheet for each list inside them, and the text table with these as JSON."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from django.utils.translation import gettext as _

from yichuang.domains.catalogue.rules.exchange.bodies import canonical
from yichuang.domains.catalogue.rules.exchange.cells import as_json, from_json, read, written
from yichuang.domains.catalogue.rules.exchange.fields import ITEM_FIELDS, PART_SHEETS, Form, ItemField, PartSheet
from yichuang.domains.catalogue.terms import HandlingSystem
from yichuang.domains.catalogue.terms.importing import Incoming, Part, Path, Spot
from yichuang.foundation.files.tables import Book, Column, Field, Findings, Row, Sheet, SheetPlan, Value, column_letter
from yichuang.foundation.people.bringing import NamedUnit

FORM = "own"
"""How an import by our own form is called where a mapping is named."""
SHEET = "事项"
REFERENCE = "事项代号"
REST = ITEM_FIELDS[-1]
MARKS = ("代号", "实施编码")
"""One of these columns says which item a row is."""
ITEM_COLUMNS = tuple(Column(field.title) for field in ITEM_FIELDS)
PART_COLUMNS = tuple(Column(part.title) for part in PART_SHEETS)

Members = dict[str, dict[str, list[Mapping[str, Any]]]]
"""Members of a list by the list's key and what the row calls its item."""


def title_of(key: str) -> str:
    """Give the title of the column of an element; empty where it has none of its own."""
    return next((field.title for field in ITEM_FIELDS if field.path == (key,)), "")


def is_own(book: Book) -> bool:
    """Say whether a table is of our own form: it has our sheet, or nothing but our columns."""
    if book.has(SHEET):
        return True
    header = book.sheets[0].header((*ITEM_COLUMNS, *PART_COLUMNS))
    return header is not None and any(mark in header.places for mark in MARKS) and not header.unknown


def may_be_own(book: Book) -> bool:
    """Say whether a table that no mapping knows may be meant as ours: it names items as we do."""
    header = book.sheets[0].header(ITEM_COLUMNS)
    return header is not None and any(mark in header.places for mark in MARKS)


def read_book(book: Book, findings: Findings) -> Iterator[Incoming]:
    """Read the items of a workbook or a text table; what is wrong is noted at its cell."""
    sheet = book.sheet(SHEET) if book.has(SHEET) else book.sheets[0]
    columns = (*ITEM_COLUMNS, *PART_COLUMNS) if len(book.sheets) == 1 else ITEM_COLUMNS
    table = sheet.table(columns, findings)
    there = set(table.header.places)
    if not there.intersection(MARKS):
        said = _("缺少“代号”或“实施编码”列，不知道每一行是哪个事项。")
        findings.error(said, sheet=sheet.shown, row=table.header.row, code="header.missing")
        return
    cells = {
        field.path[0]: (field.title, column_letter(table.header.places[field.title]))
        for field in reversed(ITEM_FIELDS)
        if field.path and field.title in there
    }
    parts = _Parts(book, findings)
    fields = [field for field in ITEM_FIELDS if field.title in there]
    for row in table.rows():
        yield _incoming(row, fields, parts, Spot(sheet.shown, row.number, cells))
    parts.note_strays(findings)


def _incoming(row: Row, fields: Sequence[ItemField], parts: _Parts, spot: Spot) -> Incoming:
    said: dict[Path, Any] = {}
    named: dict[str, Any] = {}
    for field in fields:
        value = read(field, row)
        if field is REST:
            said |= {(key,): each for key, each in (value or {}).items()}
        elif field.path in (("item",), ("unit",)):
            named[field.path[0]] = value
        else:
            said[field.path] = value
    for key in ("legal", "promise"):
        if (key, "limit") in said and said[key, "limit"] is None:
            said = {path: value for path, value in said.items() if path[0] != key} | {(key,): None}
    if not row.has("代号") and not row.has("实施编码"):
        row.error(
            "实施编码" if "实施编码" in {f.title for f in fields} else "代号", _("必填，这里是空的。"), "cell.blank"
        )
    said |= parts.of(row)
    elsewhere = said.get(("handling_system",)) not in (None, HandlingSystem.HERE.value)
    unit = NamedUnit(
        name=named.get("unit") or "",
        code=named.get("unit") or "",
        uscc=(said.get(("body_code",)) or "") if elsewhere else "",
    )
    return Incoming(spot, said, unit if unit.name else None, named.get("item") or "", brings_unit=elsewhere)


class _Parts:
    """The sheets of the lists inside items, read before the items: they are few beside them."""

    def __init__(self, book: Book, findings: Findings) -> None:
        self._known: dict[str, frozenset[str]] = {}
        self._members: dict[str, dict[str, list[tuple[Row, dict[str, Any]]]]] = {}
        self._choices: set[str] = set()
        self._used: set[tuple[str, str]] = set()
        for part in PART_SHEETS:
            if len(book.sheets) > 1 and book.has(part.title):
                self._read(part, book.sheet(part.title), findings)

    def _read(self, part: PartSheet, sheet: Sheet, findings: Findings) -> None:
        columns = [Column(REFERENCE, True), *(Column(each.title, each.is_required) for each in part.fields)]
        table = sheet.table(columns, findings)
        fields = [each for each in part.fields if each.title in table.header.places]
        self._known[part.key] = frozenset(each.path[0] for each in fields)
        rows: defaultdict[str, list[tuple[Row, dict[str, Any]]]] = defaultdict(list)
        for row in table.rows():
            reference = row.text(REFERENCE, is_required=True)
            if reference:
                rows[reference].append((row, _member(fields, row)))
        self._members[part.key] = dict(rows)
        self._choices |= {each.path[1] for each in fields if each.path[0] == "choices"}

    def of(self, row: Row) -> dict[Path, Any]:
        """Give the lists of the item of a row: of its sheets, or of its own columns where they hold JSON."""
        found: dict[Path, Any] = {}
        names = dict.fromkeys(name for mark in MARKS if (name := row.text(mark)))
        for part in PART_SHEETS:
            if part.key in self._members:
                rows = [each for name in names for each in self._members[part.key].get(name, [])]
                self._used.update((part.key, name) for name in names)
                members = [member for _row, member in rows]
                _note_codes_written_twice(part, rows)
                if part.key == "situations":
                    members = _gathered(members, frozenset(self._choices))
                found[part.key,] = Part(tuple(members), self._known[part.key])
            elif row.cell(part.title):
                found[part.key,] = _from_cell(part, row)
        return found

    def note_strays(self, findings: Findings) -> None:
        """Note rows whose item is not among the items."""
        for key, members in self._members.items():
            for reference, rows in members.items():
                if (key, reference) not in self._used:
                    said = _("工作表“事项”里没有代号或实施编码为“%(name)s”的事项。") % {"name": reference}
                    rows[0][0].error(REFERENCE, said, "item.stray")


def _note_codes_written_twice(part: PartSheet, rows: Iterable[tuple[Row, Mapping[str, Any]]]) -> None:
    """Note a code that two members of one item bear; the choices of a question share its code."""
    if part.key not in ("materials", "variants"):
        return
    seen: dict[str, int] = {}
    for row, member in rows:
        field = part.fields[0]
        code = member.get(field.path[0])
        if code and code in seen:
            said = _("同一事项里“%(code)s”已用在第 %(row)s 行，请改为另一个代号或留空。")
            row.error(field.title, said % {"code": code, "row": seen[code]}, "item.code_twice")
        elif code:
            seen[code] = row.number


def _member(fields: Sequence[ItemField], row: Row) -> dict[str, Any]:
    member: dict[str, Any] = {}
    for field in fields:
        value = read(field, row)
        place = member
        for name in field.path[:-1]:
            place = place.setdefault(name, {})
        if value is not None:
            place[field.path[-1]] = value
    if "promise" in member and "limit" not in member["promise"]:
        del member["promise"]
    return member


def _gathered(rows: Iterable[Mapping[str, Any]], of_choices: frozenset[str]) -> list[dict[str, Any]]:
    """Gather the choices of each question: rows of one code, or of one question where there is none."""
    questions: dict[str, dict[str, Any]] = {}
    choices: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        mark = row.get("id") or row.get("question") or ""
        questions.setdefault(mark, {key: value for key, value in row.items() if key != "choices"})
        if choice := row.get("choices"):
            choices[mark].append(choice)
    if not of_choices:
        return list(questions.values())
    return [said | {"choices": Part(tuple(choices[mark]), of_choices)} for mark, said in questions.items()]


def _from_cell(part: PartSheet, row: Row) -> Part:
    text = row.text(part.title)
    members = from_json(row, part.title, text) if text else []
    if not isinstance(members, list) or not all(isinstance(each, dict) for each in members):
        row.error(part.title, _("应为 JSON 的列表，由导出写入。请改回导出的内容，或清空这一格。"), "cell.not_json")
        members = []
    return Part(tuple(members), None)


COVERED = frozenset(field.path for field in ITEM_FIELDS if field.path) | {(part.key,) for part in PART_SHEETS}


def leftover(body: Mapping[str, Any]) -> dict[str, Any]:
    """Give what of a definition no column holds."""
    rest = deepcopy(canonical(body))
    for *way, last in COVERED:
        inner: Any = rest
        for name in way:
            inner = inner.get(name) if isinstance(inner, dict) else None
        if isinstance(inner, dict):
            inner.pop(last, None)
    return {key: value for key, value in rest.items() if value not in ({}, [])}


Bodies = Callable[[], Iterable[Mapping[str, Any]]]
"""Gives the definitions anew, as often as a sheet is written."""


def sheet_plans(lists: Mapping[str, tuple[str, ...]]) -> tuple[SheetPlan, ...]:
    """Plan the sheets of our workbook; `lists` are values to choose from by the title of their column."""
    items = SheetPlan(SHEET, tuple(_planned(field, lists) for field in ITEM_FIELDS))
    reference = Field(REFERENCE, _("“事项”表里的代号或实施编码"), is_required=True, width=28)
    parts = [SheetPlan(p.title, (reference, *(_planned(each, lists) for each in p.fields))) for p in PART_SHEETS]
    return (items, *parts)


def _planned(field: ItemField, lists: Mapping[str, tuple[str, ...]]) -> Field:
    choices = ("是", "否") if field.form is Form.YES_NO else tuple(field.words) or lists.get(field.title, ())
    is_open = field.form is Form.CHOICES or field.title in lists
    return Field(field.title, field.hint, field.is_required, choices, is_open, field.width)


def sheet_rows(bodies: Bodies, units: Mapping[str, str]) -> list[Iterator[list[Value]]]:
    """Give the rows of each sheet of our workbook, in the order of `sheet_plans`; `units` names units by code."""
    return [_item_rows(bodies, units), *(_part_rows(bodies, part) for part in PART_SHEETS)]


def _item_rows(bodies: Bodies, units: Mapping[str, str]) -> Iterator[list[Value]]:
    for body in bodies():
        yield _item_row(body, units)


def _item_row(body: Mapping[str, Any], units: Mapping[str, str]) -> list[Value]:
    said = canonical(body) | {"item": body["item"], "unit": units.get(body["unit"], body["unit"])}
    rest = leftover(body)
    return [written(field, rest if field is REST else _at(said, field.path)) for field in ITEM_FIELDS]


def _part_rows(bodies: Bodies, part: PartSheet) -> Iterator[list[Value]]:
    for body in bodies():
        for member in canonical(body).get(part.key, []):
            for row in [{**member, "choices": each} for each in member.get("choices", [])] or [member]:
                yield [body["item"], *(written(field, _at(row, field.path)) for field in part.fields)]


def text_titles() -> list[str]:
    """List the columns of our text table: those of items, then their lists."""
    return [field.title for field in ITEM_FIELDS] + [part.title for part in PART_SHEETS]


def text_rows(bodies: Bodies, units: Mapping[str, str]) -> Iterator[list[Value]]:
    """Give the rows of our text table."""
    for body in bodies():
        said = canonical(body)
        lists = [as_json(said[part.key]) if part.key in said else None for part in PART_SHEETS]
        yield [*_item_row(body, units), *lists]


def _at(said: Any, path: Path) -> Any:
    for name in path:
        said = said.get(name) if isinstance(said, Mapping) else None
    return said
