"""The directly-follows picture, drawn by the server as SVG; the table beside it says the same and more."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from textwrap import wrap
from unicodedata import east_asian_width

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yichuang.foundation.work import flow
from yichuang.kernel.plans.layout import Point, lay_out

WIDTH, HEIGHT = 196, 76
MOST_EDGES = 24
"""Pairs that are drawn, the most frequent: more cannot be read."""
LINE = 26
"""Half widths of a line of a box: thirteen characters, or twenty-six letters."""
THINNEST, THICKEST = 1.5, 6.0
LEAST_ROOM = 34
"""Pixels of a level stretch in which a number has room."""


def drawn_edges(graph: flow.Follows) -> list[flow.Edge]:
    """Choose the pairs that are drawn, the most frequent first; of two that lead to and fro only the more frequent."""
    chosen: dict[frozenset[str], flow.Edge] = {}
    for edge in sorted(graph.edges, key=lambda edge: -edge.count):
        chosen.setdefault(frozenset((edge.before, edge.after)), edge)
    return list(chosen.values())[:MOST_EDGES]


def picture(graph: flow.Follows) -> SafeString:
    """Draw what followed what: a box a step, an arrow a pair, thicker the more often, dashed where it leads back."""
    edges = drawn_edges(graph)
    if not edges:
        return mark_safe("")
    place = {node.key: number for number, node in enumerate(graph.nodes)}
    ahead = {
        (edge.before, edge.after) if place[edge.before] < place[edge.after] else (edge.after, edge.before): edge
        for edge in edges
    }
    nodes = {node.key: node for node in graph.nodes if any(node.key in pair for pair in ahead)}
    drawing = lay_out(dict.fromkeys(nodes, (WIDTH, HEIGHT)), list(ahead))
    most = max(edge.count for edge in edges)
    lines, numbers = [], []
    taken: set[Point] = set()
    for pair, edge in ahead.items():
        points = list(drawing.lines[pair])
        back = edge.before != pair[0]
        thick = THINNEST + (THICKEST - THINNEST) * edge.count / most
        ends = "marker-start" if back else "marker-end"
        dashed = ' stroke-dasharray="6 4"' if back else ""
        lines.append(
            f'<polyline points="{" ".join(f"{x},{y}" for x, y in points)}" fill="none" stroke="#5B6675" '
            f'stroke-width="{thick:.1f}"{dashed} {ends}="url(#follows-arrow)"/>'
        )
        x, y = _spot(points, taken)
        numbers.append(
            f'<text x="{x}" y="{y - 6}" font-size="13" text-anchor="middle" fill="#1A1F26" stroke="#FFFFFF" '
            f'stroke-width="4" stroke-linejoin="round" paint-order="stroke">{edge.count}</text>'
        )
    boxes = [_box(node, drawing.boxes[key].x, drawing.boxes[key].y) for key, node in nodes.items()]
    width, height = drawing.width, drawing.height
    return mark_safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(_("环节先后图"))}" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        '<defs><marker id="follows-arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="11" markerHeight="11" '
        'markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path fill="#1A1F26" d="M0 0 8 4 0 8z"/></marker>'
        "</defs>"
        f"{''.join(lines)}{''.join(boxes)}{''.join(numbers)}</svg>"
    )


def _spot(points: Sequence[Point], taken: set[Point]) -> Point:
    """Find where the number of a line stands: on its longest level stretch where none stands yet."""
    level = [(before, after) for before, after in pairwise(points) if before[1] == after[1]]
    level.sort(key=lambda pair: -abs(pair[1][0] - pair[0][0]))
    for before, after in level:
        for share in (2, 3, 4):
            spot = before[0] + (after[0] - before[0]) // share, before[1]
            if all(abs(spot[0] - x) > LEAST_ROOM or abs(spot[1] - y) > 14 for x, y in taken):
                taken.add(spot)
                return spot
    spot = points[len(points) // 2]
    taken.add(spot)
    return spot


def _box(node: flow.Node, x: int, y: int) -> str:
    first, *rest = _lines(node.name)
    again = _("，自身接续%(n)s") % {"n": node.again} if node.again else ""
    said = [(first, 22, 14, 700), *((each, 40, 14, 700) for each in rest[:1])]
    said.append((pgettext("times", "%(n)s 次") % {"n": node.count} + again, 62, 13, 400))
    texts = "".join(
        f'<text x="{x + 10}" y="{y + down}" font-size="{size}" font-weight="{weight}" fill="#1A1F26">'
        f"{escape(words)}</text>"
        for words, down, size, weight in said
    )
    return (
        f'<g><title>{escape(node.name)}</title><rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="2" '
        f'fill="#E8F0FA" stroke="#0B4A8F"/>{texts}</g>'
    )


def _lines(name: str) -> list[str]:
    """Break a name into at most two lines of a box; what does not fit ends in an ellipsis and stands in the title."""
    if all(east_asian_width(sign) not in "WF" for sign in name):
        lines = wrap(name, LINE - 2) or [name]
    else:
        half = LINE // 2 - 1
        lines = [name[start : start + half] for start in range(0, len(name), half)] or [name]
    return lines if len(lines) < 3 else [lines[0], f"{lines[1][: LINE - 3]}…"]
