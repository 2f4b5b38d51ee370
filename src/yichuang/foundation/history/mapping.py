"""Mappings: what the columns of an old system's file mean. Data that an engineer writes, checked when it is loaded."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from yichuang.foundation.definitions.kinds import Body
from yichuang.foundation.definitions.terms import MAPPING
from yichuang.foundation.history.terms import MOMENTS, TRANSITIONS, Transition
from yichuang.foundation.people import bringing
from yichuang.kernel.errors import DefinitionError
from yichuang.kernel.ledger import canonical

NOWHERE = (bringing.NOWHERE, "未载明")
"""The region of an old system that names none."""


@dataclass(frozen=True, slots=True)
class Take:
    """
    How one value is taken: from a column, or always the same.

    `values` translates what stands there. For moments, `format` is how they are written (strptime) where it is not ISO
    8601, and `zone` the zone of those without an offset.
    """

    column: str = ""
    value: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    format: str = ""
    zone: ZoneInfo | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """What an activity is for us: a step under this key and name; a deed moves the state besides."""

    step: str
    name: str
    deed: str = ""


@dataclass(frozen=True, slots=True)
class OldItem:
    """A service item by its code here and its name."""

    code: str
    name: str


@dataclass(frozen=True)
class HistoryMapping:
    """A checked mapping. Columns of cases in a log are named `case:…`, as tables made from logs do."""

    id: str
    name: str
    version: int
    system: str
    columns: tuple[str, ...]
    log: str
    zone: ZoneInfo
    missing: frozenset[str]
    region: tuple[str, str]
    organisation: str
    units: Mapping[str, str]
    items: Mapping[str, OldItem]
    case: Mapping[str, Take]
    event: Mapping[str, Take]
    ends_with_last_event: bool
    transitions: Mapping[str, Transition]
    activities: Mapping[str, Activity]
    others_are_steps: bool
    mark: str  # a digest of the whole mapping: what it read before, another mapping reads otherwise

    @cached_property
    def deeds(self) -> Mapping[str, str]:
        """Tell which deed a step is, by the step's key."""
        return {each.step: each.deed for each in self.activities.values() if each.deed}

    @property
    def wanted(self) -> list[str]:
        """Name every column that it reads, once."""
        takes = [*self.case.values(), *self.event.values()]
        return list(dict.fromkeys(take.column for take in takes if take.column))

    @property
    def needed(self) -> list[str]:
        """Name the columns without which nothing can be read."""
        takes = [self.case["id"], self.event["activity"], self.event["time"]]
        return [take.column for take in takes if take.column]


def parse(body: Body, place: str) -> HistoryMapping:
    """
    Read a mapping.

    :raises DefinitionError: a zone is unknown, or a form of time stands at something else
    """
    zone = _zone(body["zone"], f"{place}: zone")
    case = dict(body["case"])
    ends_with = case.get("ended") == {"with": "last_event"}
    if ends_with:
        del case["ended"]
    region = body.get("region")
    return HistoryMapping(
        id=body[MAPPING],
        name=body["name"],
        version=body["version"],
        system=str(body.get("system") or body[MAPPING]),
        columns=tuple(body.get("header", ())),
        log=body.get("log", ""),
        zone=zone,
        missing=frozenset(["", *body.get("missing", [])]),
        region=(region["code"], region["name"]) if region else NOWHERE,
        organisation=body["organisation"],
        units=MappingProxyType(body.get("units", {})),
        items=MappingProxyType({key: OldItem(**said) for key, said in body.get("items", {}).items()}),
        case=_takes(case, f"{place}: case"),
        event=_takes(body["event"], f"{place}: event"),
        ends_with_last_event=ends_with,
        transitions=MappingProxyType(TRANSITIONS | _transitions(body.get("transitions", {}))),
        activities=MappingProxyType(dict(_activities(body.get("activities", {})))),
        others_are_steps=body.get("other_activities", "steps") == "steps",
        mark=sha256(canonical(json.loads(json.dumps(body, default=str)))).hexdigest()[:16],
    )


def _takes(said: Mapping[str, Any], place: str) -> Mapping[str, Take]:
    return MappingProxyType({name: _take(name, each, f"{place}.{name}") for name, each in said.items()})


def _take(name: str, said: str | Mapping[str, Any], place: str) -> Take:
    if isinstance(said, str):
        return Take(said)
    if name not in MOMENTS and ("format" in said or "zone" in said):
        raise DefinitionError(place, "format 或 zone", "只用于时间")
    zone = _zone(said["zone"], f"{place}.zone") if "zone" in said else None
    values = MappingProxyType(dict(said.get("values", {})))
    return Take(said.get("column", ""), said.get("value", ""), values, said.get("format", ""), zone)


def _zone(name: str, place: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as reason:
        raise DefinitionError(place, f"没有时区 {name}", "如 Asia/Shanghai") from reason


def _transitions(said: Mapping[str, str]) -> dict[str, Transition]:
    return {word.lower(): Transition(meant) for word, meant in said.items()}


def _activities(said: Mapping[str, Mapping[str, str]]) -> Iterable[tuple[str, Activity]]:
    for activity, each in said.items():
        yield activity, Activity(each.get("step", step_key(activity)), each.get("name", activity), each.get("deed", ""))


def step_key(activity: str) -> str:
    """
    Make the key of a step of the name of an activity: itself, or its beginning and a digest where it is too long.

    >>> step_key("01_HOOFD_010")
    '01_HOOFD_010'
    >>> len(step_key("一" * 100))
    64
    """
    return activity if len(activity) <= 64 else f"{activity[:51]}~{sha256(activity.encode()).hexdigest()[:12]}"
