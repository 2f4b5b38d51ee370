"""Reads a row of another system's list by its mapping."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from yichuang.domains.catalogue.rules.exchange.fields import MAPPED, Form, LimitUnit, choice_words
from yichuang.domains.catalogue.rules.exchange.mapping import ColumnUse, ItemMapping, Use
from yichuang.domains.catalogue.terms.importing import Incoming, Part, Path, Spot
from yichuang.foundation.files.tables import Row
from yichuang.foundation.people.bringing import NamedUnit

_LIMIT = re.compile(r"(\d+)\s*[(（]?\s*个?\s*(工作小时|工作日|自然日|日历日|半天|小时|天|日|月)?\s*[)）]?")
_UNITS = {
    "": LimitUnit.WORKING_DAY,
    "工作日": LimitUnit.WORKING_DAY,
    "自然日": LimitUnit.CALENDAR_DAY,
    "日历日": LimitUnit.CALENDAR_DAY,
    "天": LimitUnit.CALENDAR_DAY,
    "日": LimitUnit.CALENDAR_DAY,
    "工作小时": LimitUnit.WORKING_HOUR,
    "小时": LimitUnit.WORKING_HOUR,
    "半天": LimitUnit.HALF_DAY,
    "月": LimitUnit.MONTH,
}
PLACE_LONGEST = 100
"""Characters of a place's name; longer texts are its address."""


def read_row(row: Row, mapping: ItemMapping, spot: Spot, strangers: Mapping[str, int]) -> Incoming:
    """Read one row; what is wrong is noted at its cell. `strangers` are columns that the mapping does not name."""
    fields: dict[Path, Any] = {(key,): value for key, value in mapping.constants.items()}
    unit: dict[str, str] = {}
    kept: dict[str, str] = {}
    for column in mapping.columns:
        written = row.text(column.title)
        text = "" if written in column.blank else written
        if column.is_kept and written:
            kept[column.title] = written
        for use in column.uses:
            said = _part(text, use)
            if use.is_required and not said:
                row.error(column.title, _("必填，这里是空的。"), "cell.blank")
            if use.field.startswith("unit."):
                unit[use.field.removeprefix("unit.")] = said
            elif use.field:
                field = MAPPED[use.field]
                fields[field.path] = _READERS[field.form](said, row, column, use) if said else None
    for title, index in strangers.items():
        if index < len(row.cells) and row.cells[index] not in (None, ""):
            kept[title] = str(row.cells[index])
    fields["source_fields",] = kept
    _derive(fields)
    _compare(row, mapping, fields)
    named = NamedUnit(**(unit | dict(mapping.unit))) if unit.get("name") else None
    return Incoming(spot, fields, named)


def _part(text: str, use: Use) -> str:
    if use.part:
        text = text[use.part[0] : use.part[1]]
    return text.removeprefix(use.prefix).strip() if use.prefix else text


def _derive(fields: dict[Path, Any]) -> None:
    """Say to whom the item is open at the two entrances, where the list says it in the national words only."""
    servers = fields.get(("servers",))
    if servers and ("serves",) not in fields:
        fields["serves",] = ["person"] * ("1" in servers) + ["firm"] * any(each != "1" for each in servers)


def _compare(row: Row, mapping: ItemMapping, fields: Mapping[Path, Any]) -> None:
    for column in mapping.columns:
        for use in column.uses:
            if use.agrees_with:
                ours = fields.get(MAPPED[use.agrees_with].path)
                written = row.text(column.title)
                if written and ours is not None and written != str(ours):
                    said = _("写的是“%(written)s”，本系统按其他列读作“%(ours)s”；原值已保留。")
                    row.warning(column.title, said % {"written": written, "ours": ours}, "item.differs")


def _text(said: str, row: Row, column: ColumnUse, use: Use) -> Any:
    return _translated(said, row, column, use) if use.values else said


def _translated(said: str, row: Row, column: ColumnUse, use: Use) -> Any:
    words: Mapping[str, Any] = use.values or choice_words(MAPPED[use.field].choices)
    if said in words:
        return words[said]
    if not use.values and said in words.values():
        return said
    near = difflib.get_close_matches(said, list(words), n=1, cutoff=0.5)
    shown = "、".join(list(words)[:12])
    if near:
        told = _("对照表不认得“%(value)s”，是不是“%(near)s”？可译的有：%(shown)s。")
    else:
        told = _("对照表不认得“%(value)s”。可译的有：%(shown)s。")
    row.error(column.title, told % {"value": said, "near": "".join(near), "shown": shown}, "cell.not_a_choice")
    return None


def _whole(said: str, row: Row, column: ColumnUse, use: Use) -> Any:
    return _translated(said, row, column, use) if use.values else row.whole(column.title, least=0)


def _yes_no(said: str, row: Row, column: ColumnUse, use: Use) -> Any:
    return _translated(said, row, column, use) if use.values else row.yes_no(column.title)


def _day(said: str, row: Row, column: ColumnUse, use: Use) -> str | None:
    day = row.day(column.title)
    return day.isoformat() if day else None


def _limit(said: str, row: Row, column: ColumnUse, use: Use) -> dict[str, Any] | None:
    """Read 20(工作日), 20个工作日, 3天, 1 个月; a bare number is working days."""
    found = _LIMIT.fullmatch(unicodedata.normalize("NFKC", said))
    if not found or not int(found[1]):
        told = _("应填时限，如 20(工作日)，现为“%(value)s”。")
        row.error(column.title, told % {"value": said}, "cell.not_a_limit")
        return None
    return {"limit": int(found[1]), "unit": str(_UNITS[found[2] or ""])}


def _split(said: str, use: Use) -> list[str]:
    pieces = said.split(use.separator) if use.separator else [said]
    return [piece.strip() for piece in pieces if piece.strip()]


def _texts(said: str, row: Row, column: ColumnUse, use: Use) -> list[str]:
    return list(dict.fromkeys(_split(said, use)))


def _choices(said: str, row: Row, column: ColumnUse, use: Use) -> list[Any]:
    found = [_translated(each, row, column, use) for each in _texts(said, row, column, use)]
    return [each for each in found if each is not None]


def _materials(said: str, row: Row, column: ColumnUse, use: Use) -> Part:
    names = _split(said, use)
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        told = _("材料“%(name)s”写了不止一次，都已保留。") % {"name": "、".join(twice)}
        row.warning(column.title, told, "item.material_twice")
    return Part(tuple({"name": name} for name in names), frozenset({"name"}))


def _places(said: str, row: Row, column: ColumnUse, use: Use) -> Part:
    return Part(tuple(_place(each) for each in _split(said, use)), frozenset({"name", "address"}))


def _place(said: str) -> dict[str, str]:
    return {"name": said} if len(said) <= PLACE_LONGEST else {"name": f"{said[: PLACE_LONGEST - 1]}…", "address": said}


def _bases(said: str, row: Row, column: ColumnUse, use: Use) -> Part:
    return Part(tuple({"law": each} for each in _split(said, use)), frozenset({"law"}))


_Reader = Callable[[str, Row, ColumnUse, Use], Any]
_READERS: Mapping[Form, _Reader] = {
    Form.TEXT: _text,
    Form.WHOLE: _whole,
    Form.YES_NO: _yes_no,
    Form.DAY: _day,
    Form.CHOICE: _translated,
    Form.CHOICES: _choices,
    Form.TEXTS: _texts,
    Form.LIMIT: _limit,
    Form.MATERIALS: _materials,
    Form.PLACES: _places,
    Form.BASES: _bases,
}


def spots(titles: Sequence[tuple[str, str]], mapping: ItemMapping) -> dict[str, tuple[str, str]]:
    """Tell for each field the column that fills it: (title, letter)."""
    letters = dict(titles)
    found: dict[str, tuple[str, str]] = {}
    for column in mapping.columns:
        for use in column.uses:
            if use.field and column.title in letters:
                found.setdefault(use.field.partition(".")[0], (column.title, letters[column.title]))
    return found
