"""Tells how busy the machine is before something is measured: a number of a busy machine says little by itself."""

from __future__ import annotations

import os
import time
from pathlib import Path

WATCHED = 1.0
"""Seconds for which the processors are watched while we do nothing."""
QUIET = 10.0
"""Per cent of all processors that others may take on a quiet machine."""


def load() -> dict[str, float | bool]:
    """Give the load average of the last minute, the share that others take now in per cent, and whether it is quiet."""
    before = _ticks()
    time.sleep(WATCHED)
    busy, total = (after - first for after, first in zip(_ticks(), before, strict=True))
    taken = round(100 * busy / max(total, 1), 1)
    return {"load": round(os.getloadavg()[0], 2), "taken_percent": taken, "is_quiet": taken <= QUIET}


def said(load: dict[str, float | bool]) -> str:
    """Write it for a person."""
    kind = "quiet" if load["is_quiet"] else "BUSY"
    return f"machine {kind}: load average {load['load']}, others take {load['taken_percent']} %"


def _ticks() -> tuple[int, int]:
    """Count the ticks in which the processors were busy, and all of them."""
    ticks = [int(each) for each in Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]]
    return sum(ticks) - ticks[3] - ticks[4], sum(ticks)
