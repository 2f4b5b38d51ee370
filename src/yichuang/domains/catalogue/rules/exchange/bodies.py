"""Definitions of items as plain values: when two say the same, and what a table makes of one that stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from yichuang.domains.catalogue.terms.importing import Incoming, Part, Path
from yichuang.foundation.files.tables.rows import plain_text

Body = dict[str, Any]

NOT_COMPARED = frozenset({"item", "version"})
EMPTY: tuple[Any, ...] = (None, "", [], {}, ())
IDENTITY: Mapping[str, tuple[str, ...]] = {
    "materials": ("code", "name"),
    "situations": ("id", "question"),
    "choices": ("id", "label"),
    "fees": ("name",),
    "faq": ("question",),
    "legal_basis": ("law",),
    "steps": ("name",),
    "points": ("name",),
    "variants": ("id",),
}
"""By what a member of a list is known again: the first of these that the table has a column for."""
CODED = {"materials": ("code", "m"), "situations": ("id", "s"), "choices": ("id", "c")}
"""Members that need a code of their own, and how codes that nobody gave begin."""


def canonical(body: Mapping[str, Any]) -> Body:
    """
    Write a body so that two which say the same are equal: no empty fields, texts without outer blanks, one form of
    what may be written in two (a law as text or in parts, a place as text or in parts, one source or several).

    >>> canonical({"item": "a", "aliases": [], "name": " 甲\\r\\n", "points": ["大厅"], "legal_basis": ["某法 第一条"]})
    {'name': '甲', 'points': [{'name': '大厅'}], 'legal_basis': [{'law': '某法', 'article': '第一条'}]}
    """
    found = {key: _clean(value) for key, value in body.items() if key not in NOT_COMPARED}
    for key, whole in (("points", _place), ("legal_basis", _law)):
        if found.get(key):
            found[key] = [whole(each) for each in found[key]]
    for key in ("source", "basis"):
        if isinstance(found.get(key), str):
            found[key] = [found[key]]
    return {key: value for key, value in found.items() if value not in EMPTY}


def overlaid(standing: Mapping[str, Any] | None, said: Incoming) -> Body:
    """Lay what a table says over the definition that stands, if any; what it has no column for stays."""
    body = deepcopy(canonical(standing or {}))
    for path, value in said.fields.items():
        _set(body, path, value)
    return canonical(body)


def _set(body: Body, path: Path, value: Any) -> None:
    for name in path[:-1]:
        body = body.setdefault(name, {})
    last = path[-1]
    body[last] = _members(last, value, body.get(last, [])) if isinstance(value, Part) else value


def _members(key: str, part: Part, before: Sequence[Mapping[str, Any]]) -> list[Body]:
    """Know members again and keep of them what the table has no column for; give codes to those without one."""
    mark = next(name for name in IDENTITY[key] if part.known is None or name in part.known)
    standing: dict[Any, list[Mapping[str, Any]]] = {}
    for each in before:
        standing.setdefault(each.get(mark), []).append(each)
    found = []
    for member in part.members:
        same = standing.get(member.get(mark)) if member.get(mark) else None
        old = same.pop(0) if same else {}
        kept = {name: value for name, value in old.items() if part.known is not None and name not in part.known}
        new = kept | dict(member)
        if isinstance(new.get("choices"), Part):
            new["choices"] = _members("choices", new["choices"], old.get("choices", []))
        found.append(new)
    if key in CODED:
        give_codes(found, *CODED[key])
    return found


def give_codes(members: list[Body], name: str, letter: str) -> None:
    """Give a code to each member that has none, and none that another has."""
    taken = {each.get(name) for each in members}
    number = 0
    for each in members:
        number += 1
        if not each.get(name):
            while f"{letter}{number}" in taken:
                number += 1
            each[name] = f"{letter}{number}"
            taken.add(each[name])


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, Mapping):
        return {plain_text(key): clean for key, each in value.items() if (clean := _clean(each)) not in EMPTY}
    if isinstance(value, list | tuple):
        return [clean for each in value if (clean := _clean(each)) not in EMPTY]
    return value


def _place(each: Any) -> Body:
    return {"name": each} if isinstance(each, str) else each


def _law(each: Any) -> Body:
    if not isinstance(each, str):
        return dict(each)
    law, _, article = each.partition(" ")
    return {"law": law, "article": article} if article else {"law": law}
