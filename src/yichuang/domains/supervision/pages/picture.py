"""The week's chart, drawn by the server as SVG: two bars a day, one full, one hollow; a list says the same."""

from __future__ import annotations

from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from yichuang.domains.supervision.queries import Day

WIDTH, HEIGHT, FLOOR, TALL = 244, 150, 122, 90
EDGE, STEP, BAR = 10, 33, 13


def chart(days: list[Day]) -> SafeString:
    """Draw the days from Monday; the tallest bar fills the height, no number at all leaves the floor empty."""
    most = max((max(day.new, day.settled) for day in days), default=0) or 1
    parts = [
        _bar(EDGE + STEP * n + shift, number, most, filled)
        for n, day in enumerate(days)
        for shift, number, filled in ((0, day.new, True), (BAR + 2, day.settled, False))
    ]
    parts += [
        f'<text x="{EDGE + STEP * n + BAR + 1}" y="{FLOOR + 18}" font-size="12" fill="#1A1F26" text-anchor="middle">'
        f"{day.on:%d}</text>"
        for n, day in enumerate(days)
    ]
    return mark_safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(_("本周新增和已销"))}" '
        f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<path d="M4 {FLOOR}.5H{WIDTH - 4}" stroke="#5B6675"/>{"".join(parts)}</svg>'
    )


def words(days: list[Day]) -> SafeString:
    """Say the same in a list."""
    rows = (
        _("%(day)s 新增%(new)s，已销%(settled)s") % {"day": f"{day.on:%m-%d}", "new": day.new, "settled": day.settled}
        for day in days
    )
    return mark_safe(f"<ul>{''.join(f'<li>{escape(row)}</li>' for row in rows)}</ul>")


def _bar(x: int, number: int, most: int, filled: bool) -> str:
    if not number:
        return ""
    height = TALL * number // most
    fill = "#0B4A8F" if filled else "#FFFFFF"
    return (
        f'<rect x="{x}" y="{FLOOR - height}" width="{BAR}" height="{height}" fill="{fill}" stroke="#0B4A8F"/>'
        f'<text x="{x + BAR // 2}" y="{FLOOR - height - 4}" font-size="12" fill="#1A1F26" text-anchor="middle">'
        f"{number}</text>"
    )
