"""Pictures of the cockpit, drawn by the server as SVG; the table beside each says the same. Colours: cockpit.css."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

SHADES = 5


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the trend; None where there are no records."""

    label: str
    received: int | None
    concluded: int | None
    on_time: Decimal | None


@dataclass(frozen=True, slots=True)
class Tile:
    """One street: where it stands, what it counts, and where that leads. `shade` is 0 for none, to 4 for most."""

    row: int
    column: int
    name: str
    value: str
    shade: int
    href: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One step: the median and the ninetieth percentile of its hours, written beside them."""

    name: str
    middle: Decimal
    slow: Decimal


def _svg(kind: str, title: str, width: int, height: int, parts: Sequence[str], role: str = "img") -> SafeString:
    return mark_safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart chart--{kind}" role="{role}" '
        f'aria-label="{escape(title)}" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f"{''.join(parts)}</svg>"
    )


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "middle") -> str:
    more = f" {kind}" if kind else ""
    return f'<text class="chart__text{more}" x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{escape(words)}</text>'


STEP, BAR, FLOOR, TALL, EDGE = 66, 24, 200, 150, 16


def trend(months: Sequence[Month]) -> SafeString:
    """Draw two bars a month, one full (received) and one hollow (concluded), and the share in time below."""
    most = max((max(month.received or 0, month.concluded or 0) for month in months), default=0) or 1
    width = EDGE * 2 + STEP * len(months)
    parts = [f'<path class="chart__line" d="M4 {FLOOR}.5H{width - 4}"/>']
    for number, month in enumerate(months):
        x = EDGE + STEP * number
        for shift, value, kind in ((4, month.received, "full"), (4 + BAR + 4, month.concluded, "hollow")):
            if value:
                tall = max(TALL * value // most, 1)
                parts.append(
                    f'<rect class="chart__bar chart__bar--{kind}" x="{x + shift}" y="{FLOOR - tall}" '
                    f'width="{BAR}" height="{tall}"/>'
                )
                parts.append(_text(x + shift + BAR / 2, FLOOR - tall - 5, str(value), "chart__small"))
        parts.append(_text(x + STEP / 2 - 3, FLOOR + 18, month.label[2:]))
        share = _("无") if month.on_time is None else f"{month.on_time}%"
        parts.append(_text(x + STEP / 2 - 3, FLOOR + 36, share, "chart__small"))
    parts.append(
        f'<rect class="chart__bar chart__bar--full" x="{EDGE}" y="6" width="14" height="12"/>'
        + _text(EDGE + 20, 17, pgettext("count", "收件"), anchor="start")
        + f'<rect class="chart__bar chart__bar--hollow" x="{EDGE + 110}" y="6" width="14" height="12"/>'
        + _text(EDGE + 130, 17, _("办结"), anchor="start")
        + _text(EDGE + 230, 17, _("下方：按时办结率"), anchor="start")
    )
    return _svg("trend", _("近12个月收件、办结和按时办结率"), width, FLOOR + 46, parts)


TILE_WIDE, TILE_HIGH, GAP = 132, 66, 6


def tiles(streets: Sequence[Tile]) -> SafeString:
    """Draw a tile a street, darker the more; each is a link that the keyboard reaches."""
    parts = []
    for tile in streets:
        x, y = GAP + tile.column * (TILE_WIDE + GAP), GAP + tile.row * (TILE_HIGH + GAP)
        parts.append(
            f'<a href="{escape(tile.href)}" class="tile tile--{tile.shade}" '
            f'aria-label="{escape(tile.name)} {escape(tile.value)}">'
            f'<rect x="{x}" y="{y}" width="{TILE_WIDE}" height="{TILE_HIGH}" rx="2"/>'
            f"{_text(x + TILE_WIDE / 2, y + 27, tile.name, 'tile__name')}"
            f"{_text(x + TILE_WIDE / 2, y + 51, tile.value, 'tile__value')}</a>"
        )
    width = GAP + (max((tile.column for tile in streets), default=0) + 1) * (TILE_WIDE + GAP)
    height = GAP + (max((tile.row for tile in streets), default=0) + 1) * (TILE_HIGH + GAP)
    return _svg("tiles", _("街道方块图"), width, height, parts, role="group")


def shade(value: int, most: int) -> int:
    """
    Choose how dark a tile is: none for nothing, else by its share of the most.

    >>> [shade(value, 40) for value in (0, 1, 10, 11, 40)]
    [0, 1, 1, 2, 4]
    """
    return 0 if value <= 0 or most <= 0 else -(-value * (SHADES - 1) // most)


LEFT, ROW, LONG, HEAD = 190, 44, 380, 28
LONGEST = 13


def bars(steps: Sequence[Bar]) -> SafeString:
    """Draw the hours of each step: a full bar to the median, a thin one to the ninetieth percentile."""
    most = max((step.slow for step in steps), default=Decimal(0)) or Decimal(1)
    parts = [
        f'<rect class="chart__bar chart__bar--full" x="{LEFT}" y="6" width="14" height="12"/>',
        _text(LEFT + 20, 17, _("用时中位数（小时）"), anchor="start"),
        f'<rect class="chart__bar chart__bar--slow" x="{LEFT + 190}" y="8" width="14" height="8"/>',
        _text(LEFT + 210, 17, _("九成用时（小时）"), anchor="start"),
    ]
    for number, step in enumerate(steps):
        y = HEAD + ROW * number
        name = step.name if len(step.name) <= LONGEST else f"{step.name[: LONGEST - 1]}…"
        middle, slow = max(int(LONG * step.middle / most), 1), max(int(LONG * step.slow / most), 1)
        parts += [
            _text(LEFT - 10, y + 22, name, anchor="end"),
            f'<rect class="chart__bar chart__bar--full" x="{LEFT}" y="{y + 4}" width="{middle}" height="18"/>',
            f'<rect class="chart__bar chart__bar--slow" x="{LEFT}" y="{y + 24}" width="{slow}" height="8"/>',
            _text(LEFT + slow + 6, y + 32, f"{step.middle} / {step.slow}", "chart__small", "start"),
        ]
    return _svg(
        "bars", _("各环节用时中位数和九成用时（小时）"), LEFT + LONG + 110, HEAD + 8 + ROW * max(len(steps), 1), parts
    )
