"""What an import would do: rows beside the definitions that stand, checked as a whole; nothing is written."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import IO, Any, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from yichuang.domains.catalogue.queries.publishing import known
from yichuang.domains.catalogue.rules import changes as differences
from yichuang.domains.catalogue.rules import flaws
from yichuang.domains.catalogue.rules.exchange import own
from yichuang.domains.catalogue.rules.exchange.bodies import canonical, overlaid
from yichuang.domains.catalogue.rules.exchange.lists import read_row, spots
from yichuang.domains.catalogue.rules.exchange.mapping import ItemMapping
from yichuang.domains.catalogue.rules.exchange.oddities import oddities
from yichuang.domains.catalogue.terms.elements import ELEMENTS
from yichuang.domains.catalogue.terms.importing import ImportPlan, Incoming, Revision, Spot
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.definitions.folders import exact, of_bodies
from yichuang.foundation.definitions.kinds import KINDS
from yichuang.foundation.definitions.mappings import ListMapping, NoMapping, mapping_for, mapping_named
from yichuang.foundation.definitions.problems import Problem
from yichuang.foundation.files import tables
from yichuang.foundation.files.tables import Book, Findings, Limits, Sheet, column_letter
from yichuang.foundation.files.tables.problems import EmptyTable
from yichuang.foundation.people.bringing import known_units, own_code
from yichuang.foundation.people.models import Unit

T = TypeVar("T")
Progress = Callable[[str, int], None]
"""Hears what is being done, and of how many things one more batch is done."""

BATCH = 500
LIMITS = Limits(rows=120_000)
"""A province's whole list has some ten thousands of items."""
MOST_FINDINGS = 50_000
"""Findings kept in words for a program."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """The newest version of an item that is not withdrawn, or the newest of all."""

    code: str
    newest: int  # number of the newest version, withdrawn or not
    valid_from: date
    body: dict[str, Any]


def silent(_what: str, _count: int) -> None:
    """Tell nobody."""


def plan_import(
    content: IO[bytes], *, name: str, on: date, mapping: str = "", progress: Progress = silent
) -> ImportPlan:
    """
    Read a table and tell what its import on a day would do. All faults are in the plan's findings, each at its cell.

    :raises FileRefused: it is no table, or not one that can be read
    :raises NoMapping, SeveralMappings, UnknownMapping: it is a list of another system, and how it is read is not clear
    """
    with tables.opened(content, name=name, limits=LIMITS) as book:
        if not book.sheets:
            raise EmptyTable(name)
        findings = Findings(most=MOST_FINDINGS)
        source, coming = _read(book, mapping, on, findings)
        plan = ImportPlan(source.id if source else own.FORM, findings, source.name if source else _OWN_SOURCE)
        incoming = list(_counted(coming, progress, _("读取")))
    plan.rows = len(incoming)
    _compare(plan, incoming, source, on, progress)
    return plan


def _read(book: Book, mapping: str, on: date, findings: Findings) -> tuple[ListMapping | None, Iterator[Incoming]]:
    """Find out whether the table is our own form or a list that a mapping reads."""
    if own.is_own(book) and mapping in ("", own.FORM):
        return None, own.read_book(book, findings)
    sheet = book.sheets[0]
    if mapping and mapping != own.FORM:
        found = mapping_named("items", mapping, on)
        return found, _read_list(sheet, found, findings)
    try:
        found = mapping_for("items", _titles(sheet), on)
    except NoMapping:
        if not own.may_be_own(book):
            raise
        return None, own.read_book(book, findings)
    return found, _read_list(sheet, found, findings)


def _titles(sheet: Sheet) -> list[str]:
    """Give the titles of the row that looks most like a header: the one with most different texts."""
    rows = [[str(cell).strip() for cell in row if isinstance(cell, str) and cell.strip()] for row in sheet.head()]
    return max(rows, key=lambda row: len(set(row)), default=[])


def _read_list(sheet: Sheet, mapping: ListMapping, findings: Findings) -> Iterator[Incoming]:
    own_part = mapping.own
    assert isinstance(own_part, ItemMapping), "mappings that items take are parsed by `parse_mapping`"
    needed = set(mapping.header)
    columns = [tables.Column(title, title in needed) for title in own_part.titles]
    table = sheet.table(columns, findings)
    header = table.header
    strangers = {header.titles[index]: index for index in header.unknown}
    places = [(title, column_letter(index)) for title, index in header.places.items()]
    cells = spots(places, own_part)
    for row in table.rows():
        yield read_row(row, own_part, Spot(sheet.shown, row.number, cells), strangers)


def _counted(coming: Iterable[Incoming], progress: Progress, what: str) -> Iterator[Incoming]:
    for batch in _batches(coming):
        progress(what, len(batch))
        yield from batch


def _batches(things: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(things)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _compare(
    plan: ImportPlan, incoming: Sequence[Incoming], source: ListMapping | None, on: date, progress: Progress
) -> None:
    comparing = _Comparing(plan, source, on, incoming)
    for batch in _batches(incoming):
        changes = [change for each in batch if (change := comparing.change(each)) is not None]
        comparing.check(changes)
        progress(pgettext("progress", "核对"), len(batch))


class _Comparing:
    """Lays rows over what stands and says what is new, what changes and what is wrong."""

    def __init__(self, plan: ImportPlan, source: ListMapping | None, on: date, incoming: Sequence[Incoming]) -> None:
        self.plan, self.on = plan, on
        self.origin = [f"{source.name}（{source.source}）"] if source else [_OWN_SOURCE]
        self.standing = _standing()
        self.ids = {each.body.get("code", ""): each.code for each in self.standing.values()}
        self.seen: dict[str, Spot] = {}
        named = dict.fromkeys(each.unit for each in incoming if each.unit)
        self.units = known_units(each for each in named if each)
        self.known = {kind: set(definitions.codes(kind)) for kind in _REFERS.values()}
        self.is_list = source is not None
        self.brought = set(Unit.objects.exclude(source="").values_list("code", flat=True))
        self.there = known(on)

    def change(self, said: Incoming) -> Revision | None:
        """Say what becomes of one row; None: nothing, or it is wrong."""
        code = said.id or self.ids.get(self._code(said)) or self._code(said).lower()
        if not code:
            return None  # noted when the row was read
        if code in self.seen:
            told = _("与第 %(row)s 行是同一个事项，一份表里只能出现一次。") % {"row": self.seen[code].row}
            self._error(said.spot, "code", told, "item.twice")
            return None
        self.seen[code] = said.spot
        standing = self.standing.get(code)
        body = overlaid(standing.body if standing else None, said)
        self._set_unit(body, said, standing)
        body.setdefault("source", self.origin if "basis" not in body else None)
        body = canonical(body)
        is_same = standing is not None and self._is_same(body, standing, said)
        if self.is_list or not is_same:
            for odd, field, words in oddities(body):
                self.plan.findings.warning(words, code=odd, **said.spot.of(field))
        if is_same:
            self.plan.unchanged += 1
            return None
        begins = self._begins(said, standing)
        body["in_force"] = {**body.get("in_force", {}), "from": begins.isoformat()}
        version = standing.newest + 1 if standing else 1
        whole = {"item": code, "version": version, "materials": []} | body
        if missing := [key for key in KINDS["item"].required if key not in whole]:
            self._lacks(missing, whole, said.spot, is_new=standing is None)
            return None
        return Revision(said.spot, whole, standing.body if standing else None)

    def check(self, changes: Sequence[Revision]) -> None:
        """Check new bodies as definitions are checked, and ours as they are before publication; keep what is sound."""
        by_place = {f"item {each.body['item']}": each for each in changes}
        found = of_bodies([("item", each.body) for each in changes])
        sound, shape = {file.file for file in found.files}, KINDS["item"].validator
        shaped = [place for place, each in by_place.items() if place in sound or shape.is_valid(each.body)]
        refused = {place: self._refused(by_place[place]) for place in shaped}
        for problem in found.problems:
            field = problem.field.partition(".")[0].partition("[")[0]
            if field not in refused.get(problem.file, ()):
                self._note(problem, by_place[problem.file].spot, field)
        faulty = {problem.file for problem in found.problems}
        for file in found.files:
            if file.file not in faulty:
                self.plan.folder.add(file)
        for each in changes:
            self._check_references(each)
            (self.plan.created if each.before is None else self.plan.updated).append(_with_lines(each))

    def _lacks(self, missing: list[str], body: dict[str, Any], spot: Spot, *, is_new: bool) -> None:
        """Tell what an item cannot be without and the row does not say, by the titles of the table."""
        told = [own.title_of(key) or str(ELEMENTS[key].label) for key in missing if key != "unit"]
        if told:
            words = (
                _("没有“%(code)s”这个事项；如果是新事项，还要写：%(missing)s。")
                if is_new
                else _("还要写：%(missing)s。")
            )
            said = {"code": body.get("code") or body["item"], "missing": _("、").join(told)}
            self._error(spot, missing[0], words % said, "item.incomplete")

    def _note(self, problem: Problem, spot: Spot, field: str) -> None:
        said = f"{_called(problem.field)}：{problem.found}" if problem.field else problem.found
        words = _("%(said)s；应为 %(expected)s。") if problem.expected else _("%(said)s。")
        expected = _PATTERNS.get(problem.expected.removeprefix("符合 "), problem.expected)
        self._error(spot, field, words % {"said": said, "expected": expected}, "item.faulty")

    def _refused(self, change: Revision) -> set[str]:
        """Ask of what our own units publish by our own form what the editor's check asks; give the keys refused."""
        if self.is_list or change.body["unit"] in self.plan.units or change.body["unit"] in self.brought:
            return set()
        refused = set()
        for flaw in flaws(change.body, self.on, self.there):
            key = flaw.key.partition(".")[0]
            note = self.plan.findings.warning if flaw.is_warning else self.plan.findings.error
            note(str(flaw), code=flaw.code, **change.spot.of(key))
            refused |= set() if flaw.is_warning else {key}
        return refused

    def _code(self, said: Incoming) -> str:
        return str(said.fields.get(("code",)) or "")

    def _is_same(self, body: dict[str, Any], standing: _Standing, said: Incoming) -> bool:
        """Say whether nothing changes; a day on which it begins is no change where it is the one that stands."""
        old, new = canonical(standing.body), dict(body)
        begins = said.fields.get(("in_force", "from"))
        for each in (old, new):
            each["in_force"] = {key: value for key, value in each.get("in_force", {}).items() if key != "from"}
        return old == new and begins in (None, standing.valid_from.isoformat())

    def _begins(self, said: Incoming, standing: _Standing | None) -> date:
        """Say from when the new version holds: as the table says, else from today."""
        given = said.fields.get(("in_force", "from"))
        day = date.fromisoformat(given) if given else None
        if standing is None:
            return day or self.on
        earliest = max(self.on, standing.valid_from)
        if day is None or day == standing.valid_from:
            return earliest
        if day < earliest:
            told = _("已发布的版本不能改到过去：新版本最早从 %(day)s 起生效。") % {"day": earliest}
            self._error(said.spot, "in_force", told, "item.begins_too_early")
        return day

    def _set_unit(self, body: dict[str, Any], said: Incoming, standing: _Standing | None) -> None:
        if said.unit is None:
            if "unit" not in body:
                self._error(said.spot, "unit", _("没有写实施机关。"), "item.no_unit")
            return
        stands = standing.body["unit"] if standing else ""
        code = self.units.get(said.unit)
        if code is None and said.unit.name == stands:
            code = stands
        if code is None and said.brings_unit:
            code = own_code(said.unit)
            self.plan.units[code] = said.unit
        if code is None:
            self._error(said.spot, "unit", self._no_unit(said.unit.name), "item.unknown_unit")
        body["unit"] = code or said.unit.name

    def _no_unit(self, name: str) -> str:
        names = [each for pair in Unit.objects.values_list("name", "short_name") for each in pair]
        near = difflib.get_close_matches(name, names, n=1, cutoff=0.4)
        if near:
            return _("没有单位“%(name)s”，是不是“%(near)s”？") % {"name": name, "near": near[0]}
        return _("没有单位“%(name)s”。请填单位的名称、简称或代号。") % {"name": name}

    def _check_references(self, change: Revision) -> None:
        for field, kind in _REFERS.items():
            name = change.body.get(field)
            if name and name not in self.known[kind]:
                near = difflib.get_close_matches(name, sorted(self.known[kind]), n=1, cutoff=0.4)
                told = _("没有名为“%(name)s”的%(kind)s。") % {"name": name, "kind": KINDS[kind].label}
                if near:
                    told += _("是不是“%(near)s”？") % {"near": near[0]}
                self._error(change.spot, field, told, "item.unknown_name")

    def _error(self, spot: Spot, field: str, words: str, code: str) -> None:
        self.plan.findings.error(words, code=code, **spot.of(field))


def _called(path: str) -> str:
    """Call a place inside a body as people do: materials[3].when is the fourth material's."""
    first, number, *rest = [*re.findall(r"\w+", path), ""]
    element = ELEMENTS.get(first)
    if element is None:
        return path
    if not number.isdecimal():
        part = element.parts.get(number)
        return f"{element.label} {part.label}" if part else str(element.label)
    row = _("%(label)s第 %(n)s 项") % {"label": element.label, "n": int(number) + 1}
    part = element.parts.get(rest[0])
    return f"{row} {part.label}" if part else row


_OWN_SOURCE = "事项工作簿"
_PATTERNS = {
    "^[0-9A-Z]{12,33}$": gettext_lazy("12至33位大写字母和数字"),
    "^[a-z0-9_]+$": gettext_lazy("小写字母、数字和下划线"),
}
"""What a pattern of the schema asks, in words."""
_REFERS = {"lifecycle": "lifecycle", "plan": "plan", "form": "form"}
MOST_LINES = 12
"""Differences of one item that are told."""


def _with_lines(change: Revision) -> Revision:
    if change.before is None:
        return change
    old, new = canonical(change.before), canonical(change.body)
    with_day = tuple(each.text for each in differences(old, new))
    for each in (old, new):  # a version begins when it is imported: no news where there is any other
        each["in_force"] = {key: value for key, value in each["in_force"].items() if key != "from"}
    lines = tuple(each.text for each in islice(differences(old, new), MOST_LINES))
    return replace(change, lines=lines or with_day)


def _standing() -> dict[str, _Standing]:
    """Read for each item the newest version that is not withdrawn, or the newest of all."""
    found: dict[str, _Standing] = {}
    for row in definitions.published("item").order_by("code", "version").iterator():
        if row.withdrawn_at is None or row.code not in found:
            found[row.code] = _Standing(row.code, row.version, row.valid_from, exact(row.body))
        else:
            found[row.code] = replace(found[row.code], newest=row.version)
    return found
