"""How two versions of an item differ, told in the words of the office and not in keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from yichuang.domains.catalogue.terms import Fee, Limit
from yichuang.domains.catalogue.terms.elements import ELEMENTS, Element, Topic

PASSED_OVER = ("version", "examples")


class ChangeKind(models.TextChoices):
    """What happened to an element."""

    ADDED = "ADDED", gettext_lazy("新增")
    REMOVED = "REMOVED", gettext_lazy("删去")
    CHANGED = "CHANGED", gettext_lazy("改动")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: the element, what it said before and says now; one of them is empty where it is new or gone."""

    topic: Topic
    label: str
    kind: ChangeKind
    before: str
    after: str

    @property
    def text(self) -> str:
        """Write the change in one line: 承诺办结时限：5 个工作日 → 3 个工作日."""
        match self.kind:
            case ChangeKind.ADDED:
                return _("%(label)s：新增 %(after)s") % {"label": self.label, "after": self.after}
            case ChangeKind.REMOVED:
                return _("%(label)s：删去 %(before)s") % {"label": self.label, "before": self.before}
        return _("%(label)s：%(before)s → %(after)s") % {
            "label": self.label,
            "before": self.before,
            "after": self.after,
        }


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    """List how two bodies differ, in the order in which people read an item; the version's number is passed over."""
    return tuple(
        change
        for key, element in ELEMENTS.items()
        if key not in PASSED_OVER
        for change in _differences(element, old.get(key), new.get(key))
    )


def _differences(element: Element, old: Any, new: Any) -> Iterator[Change]:
    if old == new or (not _is_said(old) and not _is_said(new)):
        return
    if element.is_rows:
        yield from _rows(element, as_rows(old, element), as_rows(new, element))
    elif element.parts and _is_said(old) and _is_said(new):
        yield from _parts(element, "", old, new)
    else:
        yield _change(element, str(element.label), old, new)


def _rows(element: Element, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Iterator[Change]:
    """Match rows by what people tell them apart by; a row that only moved is told once for all."""
    before, after = _named(element, old), _named(element, new)
    for name, row in after.items():
        if name in before:
            yield from _parts(element, called(element, row), before[name], row)
        else:
            yield Change(element.topic, str(element.label), ChangeKind.ADDED, "", called(element, row))
    for name, row in before.items():
        if name not in after:
            yield Change(element.topic, str(element.label), ChangeKind.REMOVED, called(element, row), "")
    if list(before) != list(after) and set(before) == set(after):
        label = _("%(label)s的顺序") % {"label": element.label}
        yield Change(
            element.topic,
            label,
            ChangeKind.CHANGED,
            _("、").join(called(element, row) for row in before.values()),
            _("、").join(called(element, row) for row in after.values()),
        )


def _parts(element: Element, row: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    if "limit" in element.parts and _limit(old) != _limit(new):
        yield Change(element.topic, str(element.label), ChangeKind.CHANGED, _limit(old), _limit(new))
    for key, part in element.parts.items():
        if "limit" in element.parts and key in ("limit", "unit"):
            continue
        before, after = old.get(key), new.get(key)
        if before != after and (_is_said(before) or _is_said(after)):
            label = _("“%(row)s”的%(label)s") % {"row": row, "label": part.label} if row else _joined(element, part)
            yield _change(part, label, before, after, key)


def _joined(element: Element, part: Element) -> str:
    same = str(part.label).startswith(str(element.label))
    return str(part.label) if same else _("%(whole)s的%(part)s") % {"whole": element.label, "part": part.label}


def _change(element: Element, label: str, old: Any, new: Any, key: str = "") -> Change:
    one_sided = ChangeKind.ADDED if _is_said(new) else ChangeKind.REMOVED
    kind = ChangeKind.CHANGED if _is_said(old) and _is_said(new) else one_sided
    return Change(element.topic, label, kind, written(element, old, key), written(element, new, key))


def _is_said(value: Any) -> bool:
    return value is not None and value != "" and value != [] and value != {}


def as_rows(value: Any, element: Element) -> list[dict[str, Any]]:
    """Give rows as objects; one that is written as a plain text says the first of its parts."""
    first = next(iter(element.parts))
    return [each if isinstance(each, dict) else _from_text(each, first) for each in value or []]


def _from_text(text: str, first: str) -> dict[str, Any]:
    if first != "law":
        return {first: text}
    law, _blank, article = text.partition(" ")
    return {"law": law} | ({"article": article} if article else {})


def _named(element: Element, rows: list[dict[str, Any]]) -> dict[tuple[str, ...], dict[str, Any]]:
    """Give rows by their names; of two with one name the second is told apart by its number."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows:
        name = tuple(str(row.get(part, "")) for part in element.named_by)
        while name in found:
            name = (*name, "+")
        found[name] = row
    return found


def called(element: Element, row: Mapping[str, Any]) -> str:
    """Say which row it is: a material by its name, a basis by law and article."""
    if row.get("name"):
        return str(row["name"])
    said = [str(row[part]) for part in element.named_by if row.get(part)]
    return str(row.get("question") or " ".join(said))


def written(element: Element, value: Any, key: str = "") -> str:
    """Write a value as the office says it: 是 and 否, the words of a code list, limits, money."""
    if not _is_said(value):
        return ""
    if element.words is not None:
        names = dict(element.words.choices)
        chosen = value if isinstance(value, list) else [value]
        return _("、").join(str(names.get(each, each)) for each in chosen)
    if isinstance(value, bool):
        return pgettext("a box that is ticked", "是") if value else pgettext("a box that is not ticked", "否")
    if key == "amount_fen":
        return _("%(yuan)s 元") % {"yuan": Fee("", int(value), "").yuan}
    if isinstance(value, dict):
        return _written_object(element, value)
    if isinstance(value, list):
        return _("、").join(_entry(each) for each in value)
    return str(value)


def _written_object(element: Element, value: Mapping[str, Any]) -> str:
    if "limit" in value:
        return _limit(value)
    labels = {key: str(part.label) for key, part in element.parts.items()}
    return _("；").join(f"{labels.get(key, key)} {_entry(each)}" for key, each in value.items())


def _entry(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("label") or value.get("name") or "，".join(f"{key} {each}" for key, each in value.items()))
    return str(value)


def _limit(body: Mapping[str, Any]) -> str:
    return Limit(int(body["limit"]), str(body.get("unit", "working_day")), "").text if "limit" in body else ""
