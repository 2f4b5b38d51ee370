"""How much of a table is read at once, so that no file fills the memory."""

from __future__ import annotations

from dataclasses import dataclass

from yichuang.foundation.files.terms import MEGABYTE


@dataclass(frozen=True, slots=True)
class Limits:
    """
    The most that is read.

    `cells` bounds the filled area of a sheet (its rows × its columns: 100,000 rows of 50), `unpacked` the bytes that a
    packed file may unfold to, `ratio` how many times more than its own size that may be.
    """

    cells: int = 5_000_000
    rows: int = 5_000_000
    unpacked: int = 1024 * MEGABYTE
    ratio: int = 200

    def unpacked_of(self, packed: int) -> int:
        """Say how many bytes a file of `packed` bytes may unfold to; small ones may always be a megabyte."""
        return min(self.unpacked, max(self.ratio * packed, MEGABYTE))
