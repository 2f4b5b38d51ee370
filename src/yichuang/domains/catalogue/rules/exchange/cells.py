"""How values of a definition stand in cells, and how cells become values again: one gives the other back exactly."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yichuang.domains.catalogue.rules.exchange.fields import Form, ItemField
from yichuang.foundation.files.tables import Row, Value

PLAIN_PAIRS = frozenset({"source_fields"})
"""Pairs whose values are texts as they stand; those of the others are numbers and truths too."""


def written(field: ItemField, value: Any) -> Value:
    """Write a value as a cell."""
    if value is None:
        return None
    match field.form:
        case Form.CHOICE:
            return _label(field, value)
        case Form.CHOICES:
            return "\n".join(_label(field, each) for each in value)
        case Form.TEXTS:
            return "\n".join(_one_line(each) for each in ([value] if isinstance(value, str) else value))
        case Form.PAIRS:
            return _pairs_written(value, field.key in PLAIN_PAIRS)
        case Form.MONEY:
            return Decimal(value) / 100  # type: ignore[return-value]
        case Form.DAY:
            return value if isinstance(value, date) else date.fromisoformat(value)
        case Form.JSON:
            return as_json(value) if value else None
    assert isinstance(value, str | int | bool), f"{field.title}: {value!r}"
    return value


def read(field: ItemField, row: Row) -> Any:
    """Read a cell; None where blank or wrong, which is then noted at the cell."""
    text = row.text(field.title, is_required=field.is_required)
    return _READERS[field.form](field, row, text) if text else None


def as_json(value: Any) -> str:
    """Write JSON that people can read in a cell."""
    return json.dumps(value, ensure_ascii=False, default=_number)


def from_json(row: Row, title: str, text: str) -> Any:
    """Read JSON; None where it is none, which is noted at the cell."""
    try:
        return json.loads(text, parse_float=Decimal)
    except ValueError:
        row.error(title, _("应为 JSON，由导出写入。请改回导出的内容，或清空这一格。"), "cell.not_json")
        return None


def _number(value: Any) -> Any:
    assert isinstance(value, Decimal), f"{value!r} is no JSON"
    return float(value)


def _label(field: ItemField, code: Any) -> str:
    return next((label for label, each in field.words.items() if each == code), str(code))


def _one_line(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n") if "\n" in text or "\\" in text else text


def _unescaped(text: str) -> str:
    found, signs = [], iter(text)
    for sign in signs:
        if sign == "\\":
            follows = next(signs, "\\")
            found.append("\n" if follows == "n" else follows)
        else:
            found.append(sign)
    return "".join(found)


def _pairs_written(pairs: Mapping[str, Any], is_plain: bool) -> str:
    """Write name=value a line; as JSON where a name or value would not come back from a line."""
    lines = {name: value if is_plain else _said(value) for name, value in pairs.items()}
    if any(
        name != name.strip() or name[:1] == "{" or "=" in name or "\n" in name + line or line != line.strip()
        for name, line in lines.items()
    ):
        return as_json(pairs)
    return "\n".join(f"{name}={line}" for name, line in lines.items())


def _said(value: Any) -> str:
    """Write a value bare where it reads back as the text it is, else as JSON."""
    if isinstance(value, str) and value and not _is_json(value):
        return value
    return as_json(value)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _texts(field: ItemField, row: Row, text: str) -> list[str]:
    return [_unescaped(line.strip()) for line in text.split("\n") if line.strip()]


def _choices(field: ItemField, row: Row, text: str) -> list[Any]:
    found = [_choice(field, row, each) for each in row.several(field.title)]
    return [each for each in found if each is not None]


def _choice(field: ItemField, row: Row, text: str) -> Any:
    return text if text in field.words.values() else row.chosen(field.title, text, field.words)


def _pairs(field: ItemField, row: Row, text: str) -> dict[str, Any] | None:
    if text.startswith("{"):
        found = from_json(row, field.title, text)
        return found if isinstance(found, dict) else None
    pairs: dict[str, Any] = {}
    for line in filter(None, map(str.strip, text.split("\n"))):
        name, sign, value = line.partition("=")
        if not sign:
            row.error(field.title, _("应为“名称=值”，一行一个，现有“%(line)s”。") % {"line": line}, "cell.not_pairs")
            return None
        is_text = field.key in PLAIN_PAIRS or not _is_json(value.strip())
        pairs[name.strip()] = value.strip() if is_text else json.loads(value, parse_float=Decimal)
    return pairs


def _day(field: ItemField, row: Row, text: str) -> str | None:
    day = row.day(field.title)
    return day.isoformat() if day else None


_READERS: Mapping[Form, Callable[[ItemField, Row, str], Any]] = {
    Form.TEXT: lambda field, row, text: text,
    Form.WHOLE: lambda field, row, text: row.whole(field.title, least=0),
    Form.YES_NO: lambda field, row, text: row.yes_no(field.title),
    Form.MONEY: lambda field, row, text: row.money_fen(field.title),
    Form.DAY: _day,
    Form.CHOICE: _choice,
    Form.CHOICES: _choices,
    Form.TEXTS: _texts,
    Form.PAIRS: _pairs,
    Form.JSON: lambda field, row, text: from_json(row, field.title, text),
}
