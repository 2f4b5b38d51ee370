"""What leaves the house in a lake: the columns of a case, what they hold, and where they come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa

from yichuang.foundation.records.terms import CHINA

OPEN = "open"
"""The month of what is not concluded."""

MOMENT = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True, slots=True)
class LakeColumn:
    """One column: its name in the lake, its type, the path on a tally, and what it says."""

    name: str
    type: pa.DataType
    path: str
    means: str


COLUMNS = (
    LakeColumn("case", pa.int64(), "dossier_id", "key of the case in the house's database; the case number stays here"),
    LakeColumn("item_code", pa.string(), "item_code", "code of the service item"),
    LakeColumn("unit_code", pa.string(), "unit__code", "code of the unit that owes the case"),
    LakeColumn("region", pa.string(), "region", "GB/T 2260"),
    LakeColumn("channel", pa.string(), "channel", "through which door it came"),
    LakeColumn("source", pa.string(), "source", "system it was brought from; empty for our own"),
    LakeColumn("is_synthetic", pa.bool_(), "is_synthetic", "a row made for a demonstration"),
    LakeColumn("opened_at", MOMENT, "opened_at", "received"),
    LakeColumn("accepted_at", MOMENT, "accepted_at", "accepted"),
    LakeColumn("concluded_at", MOMENT, "concluded_at", "concluded"),
    LakeColumn("ended_at", MOMENT, "ended_at", "ended, in whatever way"),
    LakeColumn("outcome", pa.string(), "outcome", "code of the outcome"),
    LakeColumn("promise_limit", pa.int32(), "promise_limit", "promised limit"),
    LakeColumn("promise_unit", pa.string(), "promise_unit", "its unit: working_day, working_hour, …"),
    LakeColumn("due_at", MOMENT, "due_at", "end of the promise"),
    LakeColumn("legal_limit", pa.int32(), "legal_limit", "limit of the law"),
    LakeColumn("legal_unit", pa.string(), "legal_unit", "its unit"),
    LakeColumn("legal_due_at", MOMENT, "legal_due_at", "end of the limit of the law"),
    LakeColumn("used", pa.int32(), "used", "whole units of the promise used, pauses left out"),
    LakeColumn("late", pa.bool_(), "is_late", "concluded after the promise; empty where there is none, or open"),
    LakeColumn("late_legally", pa.bool_(), "is_late_legally", "concluded after the limit of the law"),
)

SCHEMA = pa.schema([pa.field(each.name, each.type, metadata={"means": each.means}) for each in COLUMNS])
PATHS = tuple(each.path for each in COLUMNS)


def month_of(moment: datetime | None) -> str:
    """Give the month of China in which a moment lies, `2019-10`; `open` where there is none."""
    return f"{moment.astimezone(CHINA):%Y-%m}" if moment else OPEN


def table_of(rows: list[tuple[Any, ...]]) -> pa.Table:
    """Put rows in the order of `PATHS` into a table."""
    columns = zip(*rows, strict=True)
    return pa.Table.from_arrays(
        [pa.array(values, type=each.type) for values, each in zip(columns, COLUMNS, strict=True)], schema=SCHEMA
    )


def months_between(first: date, last: date) -> list[date]:
    """List the first days of the months from that of `first` to that of `last`."""
    found, month = [], first.replace(day=1)
    while month <= last:
        found.append(month)
        month = (month + timedelta(days=31)).replace(day=1)
    return found
