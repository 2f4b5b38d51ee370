"""What a measurement gives: three runs, their median, the number to reach, and whether it was reached."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from time import perf_counter
from typing import Any

RUNS = 3


@dataclass(frozen=True, slots=True)
class Result:
    """
    One line of the table.

    `runs` are what the runs gave and `value` their median; `target` is the number to reach, None where there is none;
    `higher` says that more is better. `more` holds what else was seen, for programs.
    """

    measure: str
    what: str
    unit: str
    runs: tuple[float, ...]
    target: float | None = None
    higher: bool = False
    note: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def value(self) -> float:
        """The median of the runs."""
        return median(self.runs)

    @property
    def is_reached(self) -> bool | None:
        """Whether the median reaches the target; None without one."""
        if self.target is None:
            return None
        return self.value >= self.target if self.higher else self.value <= self.target

    def told(self) -> dict[str, Any]:
        """Give it as JSON."""
        return asdict(self) | {"value": self.value, "is_reached": self.is_reached}

    def line(self) -> str:
        """Write it as a line of the table."""
        spread = f" [{_number(min(self.runs))}-{_number(max(self.runs))}]" if len(self.runs) > 1 else ""
        asked = "" if self.target is None else f"{'≥' if self.higher else '≤'} {_number(self.target)} {self.unit}"
        verdict = {None: "", True: "reached", False: "missed"}[self.is_reached]
        said = f"{_number(self.value)}{spread} {self.unit}"
        return f"{self.measure:<12} {self.what:<58} {said:<34} {asked:<16} {verdict:<8} {self.note}".rstrip()


def timed(work: Callable[[], object]) -> float:
    """Give the seconds that something takes."""
    began = perf_counter()
    work()
    return perf_counter() - began


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value below which so many per cent of the values lie: percentile_disc."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * int(share) // 100) - 1)]


def milliseconds(values: Sequence[float]) -> dict[str, float]:
    """Tell seconds as p50, p95, p99 and maximum in milliseconds."""
    shares = {f"p{share}": round(percentile(values, share) * 1000, 1) for share in (50, 95, 99)}
    return shares | {"max": round(max(values) * 1000, 1), "n": len(values)}


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
