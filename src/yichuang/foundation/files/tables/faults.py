"""Cells that look filled and hold nothing that can be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

MOST_NOTED = 1000

Corner = tuple[int, int]


@dataclass
class Faults:
    """
    Formulas without a saved result and error values by row (from 1) and column (from 0), and merged ranges (from 0).

    The first thousand are noted, the others counted.
    """

    cells: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    merged: Sequence[tuple[Corner, Corner]] = ()
    noted: int = 0
    uncounted: int = 0

    def add(self, row: int, column: int, what: str) -> None:
        """Note a cell; `what` is its error value, empty for a formula without result."""
        if self.noted >= MOST_NOTED:
            self.uncounted += 1
            return
        self.noted += 1
        self.cells.setdefault(row, []).append((column, what))

    def at(self, row: int) -> Sequence[tuple[int, str]]:
        """Give the faulty cells of a row."""
        return self.cells.get(row, ())
