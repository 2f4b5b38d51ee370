"""Shares as bars, drawn by the server; a table beside them says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from html import escape

from django.utils.safestring import SafeString, mark_safe

ROW, FULL, TOLD = 44, 260, 76
LONGEST = 18
"""Characters of a label that are drawn; of a longer one the last is a sign that there are more."""
LETTER, EDGE = 15, 12
"""Width of a character of a label, and what is left beside it."""
INK, OURS, OTHER, LINE = "#1A1F26", "#0B4A8F", "#8A5A00", "#5B6675"


@dataclass(frozen=True, slots=True)
class Bar:
    """One share in percent, with the marks that it is held against."""

    label: str
    share: Decimal | None
    marks: tuple[tuple[str, Decimal], ...] = ()


def drawn(title: str, bars: Sequence[Bar]) -> SafeString:
    """Draw bars from 0 to 100; a mark is a line with its word, under the bar."""
    bars = [replace(bar, label=_short(bar.label)) for bar in bars]
    left = max((len(bar.label) for bar in bars), default=0) * LETTER + EDGE
    width, height = left + FULL + TOLD, ROW * len(bars) + 8
    parts = [part for number, bar in enumerate(bars) for part in _bar(bar, left, 4 + ROW * number)]
    return mark_safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bars" role="img" aria-label="{escape(title)}" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">{"".join(parts)}</svg>'
    )


def _short(label: str) -> str:
    return label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…"


def _bar(bar: Bar, left: int, top: int) -> list[str]:
    told = "—" if bar.share is None else f"{bar.share} %"
    long = 0 if bar.share is None else _length(bar.share)
    parts = [
        f'<text x="{left - 8}" y="{top + 18}" font-size="15" fill="{INK}" text-anchor="end">{escape(bar.label)}</text>',
        f'<rect x="{left}" y="{top + 2}" width="{FULL}" height="22" fill="#FFFFFF" stroke="{LINE}"/>',
        f'<rect x="{left}" y="{top + 2}" width="{long}" height="22" fill="{OURS}"/>',
        f'<text x="{left + FULL + 8}" y="{top + 18}" font-size="15" fill="{INK}">{told}</text>',
    ]
    for word, share in bar.marks:
        at = left + _length(share)
        parts.append(f'<path d="M{at} {top - 2}V{top + 28}" stroke="{OTHER}" stroke-width="3"/>')
        parts.append(
            f'<text x="{at}" y="{top + 40}" font-size="12" fill="{OTHER}" text-anchor="middle">'
            f"{escape(word)} {share}</text>"
        )
    return parts


def _length(share: Decimal) -> int:
    return int(min(max(share, Decimal(0)), Decimal(100)) * FULL / 100)
