"""Published definitions for tests: everything that ships, or a few bodies written in the test."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.conf import settings

from yichuang.foundation.definitions import commands, folders, index
from yichuang.foundation.definitions.models import Definition
from yichuang.foundation.records.terms import SYSTEM

EARLY = datetime(2019, 1, 2, 1, tzinfo=UTC)  # a Wednesday, 9:00 in China


@cache
def shipped() -> folders.Folder:
    """Read all files below `definitions/` that this district uses, once a test run."""
    return folders.read_folder(settings.DEFINITIONS)


def publish_shipped(*kinds: str, at: datetime = EARLY) -> list[Definition]:
    """Publish what ships, as a new data folder does; or only some kinds of it."""
    index.forget()
    some = folders.Folder([file for kind in kinds for file in shipped().of(kind)])
    return commands.publish(some if kinds else shipped(), by=SYSTEM, at=at)


def publish(*bodies: tuple[str, dict[str, Any]], at: datetime = EARLY) -> list[Definition]:
    """Publish (kind, body) pairs; the common keys that a test does not care about are filled in."""
    index.forget()
    return commands.publish(folders.of_bodies((kind, whole(body)) for kind, body in bodies), by=SYSTEM, at=at)


def whole(body: dict[str, Any]) -> dict[str, Any]:
    """Fill in name, validity and source."""
    return {"name": "测试", "in_force": {"from": "2019-01-01"}, "source": "测试"} | body


def rule(key: str = "limit", *, value: Any = 20, since: str = "2019-01-01", **more: Any) -> tuple[str, dict[str, Any]]:
    """Write a rule of one row."""
    rows = [{"from": since, "value": value, "basis": "测试"}]
    body = {"rule": key, "unit": "working_day", "rows": rows, "examples": [{"day": since, "gives": value}]} | more
    return "rule", body
