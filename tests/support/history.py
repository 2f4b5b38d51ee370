"""Small files of an old system, its mapping, and the real data where they lie beside the project."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from tests.support.engine import china, publish
from yichuang.foundation.history import commands
from yichuang.foundation.history.commands import Result
from yichuang.foundation.records.terms import SYSTEM

DATA = Path(settings.DEFINITIONS[0]).parent.parent.parent / "shared" / "data" / "permits"
AT = china("2019-10-30 09:00")

HEADER = ("case", "what", "when", "state", "who", "office", "due", "door", "planned", "ended")
TEXT = """\
A-1,登记,2019-03-01 09:00,complete,张三,受理科,,网上,2019-03-08 17:00,2019-03-07 10:00
A-1,审查,2019-03-05 15:30,complete,李四,审查科,2019-03-04 17:00,网上,2019-03-08 17:00,2019-03-07 10:00
A-2,登记,2019-03-01 10:00,complete,张三,受理科,,窗口,2019-03-08 17:00,2019-03-11 10:00
A-1,决定,2019-03-07 10:00,complete,王五,审查科,,网上,2019-03-08 17:00,2019-03-07 10:00
A-2,决定,2019-03-11 10:00,complete,王五,审查科,,窗口,2019-03-08 17:00,2019-03-11 10:00
A-3,登记,2019-03-02 09:00,complete,,受理科,,,2019-03-09 17:00,
"""
ROWS = tuple(tuple(line.split(",")) for line in TEXT.splitlines())

MAPPING: dict[str, Any] = {
    "mapping": "old_desk",
    "takes": "history",
    "name": "旧窗口系统",
    "version": 1,
    "in_force": {"from": "2010-01-01"},
    "source": "测试",
    "header": ["case", "what", "when"],
    "zone": "Asia/Shanghai",
    "organisation": "旧政务中心",
    "items": {"permit": {"code": "old_desk.permit", "name": "旧许可"}},
    "case": {
        "id": "case",
        "item": {"value": "permit"},
        "ended": "ended",
        "planned_end": "planned",
        "channel": {"column": "door", "values": {"网上": "ONLINE", "窗口": "WINDOW"}},
    },
    "event": {
        "activity": "what", "time": "when", "transition": "state", "person": "who", "unit": "office", "due": "due",
    },
    "activities": {"登记": {"deed": "receive"}, "决定": {"deed": "grant"}},
}  # fmt: skip


def table(path: Path, rows: Iterable[Sequence[str]] = ROWS, header: Sequence[str] = HEADER, encoding="utf-8") -> Path:
    """Write a table as an old system would."""
    lines = [",".join(header), *(",".join(row) for row in rows)]
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


def mapping(folder: Path, **changes: Any) -> str:
    """Write the mapping of these tables into a folder; None takes a key away."""
    body = {key: value for key, value in (MAPPING | changes).items() if value is not None}
    path = folder / "old_desk.yaml"
    path.write_text(yaml.safe_dump(body, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return str(path)


def bring_in(path: Path, at: datetime = AT, **more: Any) -> Result:
    """Bring a file in."""
    return commands.import_history(path=path, by=SYSTEM, at=at, **more)


def real(name: str) -> Path:
    """Give a file of the real data; the test is skipped where it is not there."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the real data are not beside the project: {path}")
    return path


__all__ = ["AT", "HEADER", "MAPPING", "ROWS", "bring_in", "mapping", "publish", "real", "table"]
