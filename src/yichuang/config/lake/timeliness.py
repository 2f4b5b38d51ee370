"""
The figures of timeliness on a lake, through Ibis: the same words for DuckDB and for Spark.

They say what `definitions/national/figures` say: concluded, concluded with a limit, concluded in time, and the median
and ninth decile of working days by row numbers (`percentile_disc`). `comparing` holds both against each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import ibis

WORKING_DAY = "working_day"
APART = {"": "", "unit": "unit_code", "item": "item_code", "channel": "channel"}
"""By what the figures are told apart, and its column."""


@dataclass(frozen=True, slots=True)
class Timely:
    """The figures of one group in one month; `None` where there is nothing to say."""

    concluded: int
    with_limit: int
    on_time: int
    median: int | None
    p90: int | None

    @property
    def rate(self) -> Fraction | None:
        """Give the share concluded in time of what had a limit, 0 to 1, exactly."""
        return Fraction(self.on_time, self.with_limit) if self.with_limit else None


def timely(cases: Any, month: str, by: str = "") -> dict[str, Timely]:
    """Tell the figures of a month, `2019-10`, by a column of `APART`; all together stand under the empty text."""
    rows = cases.filter(cases.month == month)
    rows = rows.mutate(key=rows[APART[by]] if by else ibis.literal(""))
    counted = rows.group_by("key").aggregate(
        concluded=rows.count(), with_limit=rows.late.count(), on_time=(~rows.late).cast("int64").sum()
    )
    median, p90 = _percentile(rows, 50), _percentile(rows, 90)
    return {
        row["key"]: Timely(
            int(row["concluded"]),
            int(row["with_limit"]),
            int(row["on_time"] or 0),
            median.get(row["key"]),
            p90.get(row["key"]),
        )
        for row in counted.fill_null({"on_time": 0}).to_pyarrow().to_pylist()
    }


def _percentile(rows: Any, percent: int) -> dict[str, int]:
    """Number the rows of every group by their value, and take the one whose number is `percent` of their count."""
    known = rows.filter(rows.promise_unit == WORKING_DAY, rows.used.notnull())
    whole = ibis.window(group_by=known.key)
    placed = known.mutate(
        place=ibis.row_number().over(ibis.window(group_by=known.key, order_by=[known.used, known.case])) + 1,
        size=known.count().over(whole),
    )
    chosen = placed.filter(placed.place == (placed.size * percent + 99) // 100).select("key", "used")
    return {row["key"]: int(row["used"]) for row in chosen.to_pyarrow().to_pylist()}
