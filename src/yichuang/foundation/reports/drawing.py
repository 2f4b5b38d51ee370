"""Charts of a report, drawn by the server: one bar a figure, its value behind it; the words beside say the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from html import escape
from typing import Any

ROW, FULL, TOLD, LETTER = 34, 300, 110, 15
INK, OURS, LINE = "#1A1F26", "#0B4A8F", "#5B6675"
FONT = "Noto Sans SC, Noto Sans CJK SC, sans-serif"


def chart(title: str, bars: Sequence[Mapping[str, Any]]) -> str:
    """
    Draw bars as SVG; shares go to 100, other values to the largest. What has no value has no bar and says so.

    A bar is `{label, value, text}`.
    """
    values = [Decimal(bar["value"]) for bar in bars if bar["value"] is not None]
    is_share = all(str(bar["text"]).endswith("%") for bar in bars if bar["value"] is not None)
    most = Decimal(100) if is_share and max(values, default=Decimal(0)) <= 100 else max(values, default=Decimal(1))
    left = max((len(bar["label"]) for bar in bars), default=0) * LETTER + 14
    width, height = left + FULL + TOLD, ROW * len(bars) + 8
    drawn = "".join(_bar(bar, left, 4 + ROW * number, most or Decimal(1)) for number, bar in enumerate(bars))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bars" role="img" aria-label="{escape(title)}" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}" font-family="{FONT}">{drawn}</svg>'
    )


def _bar(bar: Mapping[str, Any], left: int, top: int, most: Decimal) -> str:
    value = Decimal(0) if bar["value"] is None else max(Decimal(bar["value"]), Decimal(0))
    long = int(min(value / most, Decimal(1)) * FULL)
    label, told = escape(bar["label"]), escape(bar["text"])
    return (
        f'<text x="{left - 8}" y="{top + 18}" font-size="15" fill="{INK}" text-anchor="end">{label}</text>'
        f'<rect x="{left}" y="{top + 2}" width="{FULL}" height="22" fill="#FFFFFF" stroke="{LINE}"/>'
        f'<rect x="{left}" y="{top + 2}" width="{long}" height="22" fill="{OURS}"/>'
        f'<text x="{left + FULL + 8}" y="{top + 18}" font-size="15" fill="{INK}">{told}</text>'
    )
