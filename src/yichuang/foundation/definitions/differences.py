"""Tells in readable lines how two versions of a definition differ."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


def diff(old: Any, new: Any) -> list[str]:
    """
    List how two bodies differ, a line a difference, in the order of the new one.

    >>> diff({"days": 5, "steps": {"a": {"days": 1}}}, {"days": 3, "steps": {"b": {}}})
    ['days：5 → 3', 'steps.b：新增 {}', 'steps.a：删去 {"days": 1}']
    >>> diff({"after": ["x"]}, {"after": ["x"]})
    []
    """
    return list(_differences(old, new, ""))


def _differences(old: Any, new: Any, place: str) -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        dot = f"{place}." if place else ""
        for key, value in new.items():
            if key in old:
                yield from _differences(old[key], value, f"{dot}{key}")
            else:
                yield f"{dot}{key}：新增 {_written(value)}"
        for key, value in old.items():
            if key not in new:
                yield f"{dot}{key}：删去 {_written(value)}"
    elif isinstance(old, list) and isinstance(new, list) and old != new:
        for number, (before, after) in enumerate(zip(old, new, strict=False)):
            yield from _differences(before, after, f"{place}[{number}]")
        for number, value in enumerate(new[len(old) :], start=len(old)):
            yield f"{place}[{number}]：新增 {_written(value)}"
        for number, value in enumerate(old[len(new) :], start=len(new)):
            yield f"{place}[{number}]：删去 {_written(value)}"
    elif old != new:
        yield f"{place}：{_written(old)} → {_written(new)}"


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
