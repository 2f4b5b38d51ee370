"""
How lists that other systems made are read: a kind of definition that each room which imports fills with its own words.

A mapping says which room `takes` the list, and by which `header` columns it is known. The rest of its keys belong to
that room, which registers them with `register_taker` in its `AppConfig.ready`.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yichuang.foundation.definitions import queries
from yichuang.foundation.definitions.folders import of_bodies
from yichuang.foundation.definitions.kinds import COMMON, Body, Kind, register_kind
from yichuang.foundation.definitions.problems import DefinitionsFaulty
from yichuang.foundation.definitions.reading import read_text
from yichuang.foundation.definitions.terms import MAPPING
from yichuang.kernel.errors import DefinitionError, NotPossible


@dataclass(frozen=True, slots=True)
class Taker:
    """A room that imports: the name by which mappings call it, the schema of its own keys, and their parser."""

    name: str
    label: str
    schema: Mapping[str, Any]
    parse: Callable[[Body, str], object]


@dataclass(frozen=True, slots=True)
class ListMapping:
    """One mapping: `own` is what the taking room made of its keys."""

    id: str
    name: str
    version: int
    source: str
    takes: str
    header: tuple[str, ...]  # columns by which a list is known; none: it must be named
    own: object

    def lacks(self, titles: Iterable[str]) -> list[str]:
        """List the columns by which the list is known and which these titles do not have."""
        there = {_plain(each) for each in titles}
        return [each for each in self.header if _plain(each) not in there]


class NoMapping(NotPossible):
    """No mapping knows a list by its header."""

    code = "definitions.no_mapping"

    def __init__(self, titles: Sequence[str], nearest: ListMapping | None) -> None:
        shown = "、".join(titles[:6]) + ("……" if len(titles) > 6 else "")
        text = _("没有对照表认得这份清单的表头（%(titles)s）。") % {"titles": shown}
        if nearest is not None:
            missing = "、".join(nearest.lacks(titles))
            near = _("最接近的是“%(name)s”（%(id)s），还缺列：%(missing)s。")
            text += near % {"name": nearest.name, "id": nearest.id, "missing": missing}
        super().__init__(text + _("请用 --mapping 指定对照表，或改用本系统的模板。"))


class SeveralMappings(NotPossible):
    """More than one mapping knows a list by its header."""

    code = "definitions.several_mappings"

    def __init__(self, fitting: Sequence[ListMapping]) -> None:
        listed = "、".join(f"{each.id}（{each.name}）" for each in fitting)
        super().__init__(
            _("有几份对照表都认得这份清单：%(listed)s。请用 --mapping 指定其中一份。") % {"listed": listed}
        )


class UnknownMapping(NotPossible):
    """There is no mapping of this name for this room, nor a file."""

    code = "definitions.unknown_mapping"

    def __init__(self, name: str, there: Sequence[str]) -> None:
        near = difflib.get_close_matches(name, there, n=1)
        text = _("没有对照表“%(name)s”。") % {"name": name}
        if near:
            text += _("是不是“%(near)s”？") % {"near": near[0]}
        super().__init__(text + _("可用的有：%(there)s；也可以写一个 .yaml 文件的路径。") % {"there": "、".join(there)})


_takers: dict[str, Taker] = {}


def register_taker(taker: Taker) -> None:
    """Make known a room that imports; the kind `mapping` then checks the keys of its mappings."""
    _takers[taker.name] = taker
    register_kind(Kind(MAPPING, "mappings", gettext_noop("导入对照表"), _schema(), _parse))


def mappings(takes: str, on: date) -> list[ListMapping]:
    """List the mappings of a room that are in force on a day."""
    return [each for each in queries.all_in_force(MAPPING, on).values() if each.takes == takes]


def mapping_for(takes: str, titles: Sequence[str], on: date) -> ListMapping:
    """
    Find the mapping that knows a list by its header; of two where one asks for all that the other does, the stricter.

    :raises NoMapping: none knows it
    :raises SeveralMappings: more than one does
    """
    known = [each for each in mappings(takes, on) if each.header]
    fitting = [each for each in known if not each.lacks(titles)]
    strict = [each for each in fitting if not any(set(each.header) < set(other.header) for other in fitting)]
    if len(strict) == 1:
        return strict[0]
    if strict:
        raise SeveralMappings(strict)
    near = [each for each in known if len(each.lacks(titles)) * 2 <= len(each.header)]
    raise NoMapping(titles, min(near, key=lambda each: len(each.lacks(titles)), default=None))


def mapping_named(takes: str, name: str, on: date) -> ListMapping:
    """
    Give a mapping by its id, or read it from a YAML file.

    :raises UnknownMapping: there is neither
    :raises DefinitionsFaulty: the file is no sound mapping
    """
    known = {each.id: each for each in mappings(takes, on)}
    if name in known:
        return known[name]
    path = Path(name)
    if path.suffix not in (".yaml", ".yml") or not path.is_file():
        raise UnknownMapping(name, sorted(known))
    found = read_mapping(path)
    if found.takes != takes:
        raise UnknownMapping(name, sorted(known))
    return found


def read_mapping(path: Path) -> ListMapping:
    """
    Read a mapping from a YAML file that is not published.

    :raises DefinitionsFaulty: it is no sound mapping
    """
    text = read_text(path.read_text(encoding="utf-8"), path.name)
    folder = of_bodies([(MAPPING, text.body if isinstance(text.body, dict) else {})])
    if text.problems or folder.problems:
        raise DefinitionsFaulty([*text.problems, *folder.problems])
    found = folder.files[0].parsed
    assert isinstance(found, ListMapping)
    return found


def _schema() -> dict[str, Any]:
    """Build the schema of all mappings: the keys of a taker are allowed in the mappings that it takes."""
    own = {"takes": {"enum": sorted(_takers)}, "header": {"type": "array", "items": {"type": "string"}, "minItems": 1}}
    common = {MAPPING, *COMMON["properties"], *own}
    keys: dict[str, Any] = {}
    cases = []
    defs: dict[str, Any] = {}
    for taker in _takers.values():
        properties = taker.schema.get("properties", {})
        keys |= {key: {} for key in properties}
        defs |= taker.schema.get("$defs", {})
        then = {
            "properties": {key: {} for key in common} | properties,
            "required": taker.schema.get("required", []),
            "additionalProperties": False,
        }
        cases.append({"if": {"properties": {"takes": {"const": taker.name}}}, "then": then})
    return {"properties": keys | own, "required": ["takes"], "allOf": cases, "$defs": defs}


def _parse(body: Body, place: str) -> ListMapping:
    taker = _takers.get(body["takes"])
    if taker is None:
        raise DefinitionError(f"{place}: takes", body["takes"], "a room that imports", sorted(_takers))
    source = body.get("source") or body.get("basis") or ""
    return ListMapping(
        id=body[MAPPING],
        name=body["name"],
        version=body["version"],
        source=source if isinstance(source, str) else "；".join(map(str, source)),
        takes=body["takes"],
        header=tuple(body.get("header", [])),
        own=taker.parse(body, place),
    )


def _plain(title: str) -> str:
    return "".join(str(title).split()).casefold()
