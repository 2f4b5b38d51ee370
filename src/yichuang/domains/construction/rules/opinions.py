"""What units say, put together: the rows of a pre-check into one notice, the verdicts of a round into one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from yichuang.domains.construction.terms import Verdict

WORSE = (Verdict.PASSED, Verdict.REVISE, Verdict.FAILED)


@dataclass(frozen=True, slots=True)
class WantedRow:
    """One thing that a unit wants corrected: of a material (its code) or of a field, with the reason and how."""

    name: str
    reason: str
    how: str = ""
    material: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Opinion:
    """One unit's share of a pre-check."""

    unit_id: int
    unit: str
    rows: tuple[WantedRow, ...]


@dataclass(frozen=True, slots=True)
class MergedRow:
    """One row of the one notice; `unit_id` is the unit that asked first, `units` are all of them."""

    row: WantedRow
    unit_id: int
    units: tuple[str, ...]


def write_rows(rows: Sequence[WantedRow]) -> str:
    """Write rows as a share keeps them."""
    return json.dumps([asdict(row) for row in rows], ensure_ascii=False)


def read_rows(text: str) -> tuple[WantedRow, ...]:
    """Read the rows of a share; an empty one has none."""
    return tuple(WantedRow(**row) for row in json.loads(text)) if text else ()


def merge(opinions: Iterable[Opinion]) -> tuple[MergedRow, ...]:
    """
    Put the rows of all units into one list: what several want of the same thing becomes one row that names them.

    >>> drawings = WantedRow("施工图", "缺人防专业", material="drawings")
    >>> again = WantedRow("施工图", "缺防雷专业", material="drawings")
    >>> [merged] = merge([Opinion(1, "人防", (drawings,)), Opinion(2, "气象", (again,))])
    >>> merged.row.reason, merged.unit_id
    ('人防：缺人防专业；气象：缺防雷专业', 1)
    """
    things: dict[tuple[str, str], list[tuple[Opinion, WantedRow]]] = {}
    for opinion in opinions:
        for row in opinion.rows:
            things.setdefault((row.material, row.field), []).append((opinion, row))
    return tuple(_merged(asked) for asked in things.values())


def together(verdicts: Iterable[str]) -> Verdict:
    """
    Give the verdict of a round: the worst that a unit gave; silence where it agrees counts as passed.

    >>> together(["passed", "agreed", "revise"]).value
    'revise'
    """
    known = [Verdict(each) for each in verdicts if each in Verdict.values]
    return max(known, key=WORSE.index, default=Verdict.PASSED)


def _merged(asked: list[tuple[Opinion, WantedRow]]) -> MergedRow:
    first_opinion, first = asked[0]
    units = tuple(dict.fromkeys(opinion.unit for opinion, _ in asked))
    if len(asked) == 1:
        return MergedRow(first, first_opinion.unit_id, units)
    hows = "；".join(f"{opinion.unit}：{row.how}" for opinion, row in asked if row.how)
    reasons = "；".join(f"{opinion.unit}：{row.reason}" for opinion, row in asked)
    return MergedRow(WantedRow(first.name, reasons, hows, first.material, first.field), first_opinion.unit_id, units)
