"""Draw the rooms and who really knows whom, from the imports, into `docs/architecture.svg`."""

from __future__ import annotations

import sys
from collections import Counter
from html import escape
from itertools import pairwise
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "architecture.svg"
LAYERS = ["config", "portals", "domains", "ui", "foundation", "kernel"]
BOX, GAP, ROW, LEFT = 118, 14, 92, 120


def main() -> int:
    """Draw."""
    graph = grimp.build_graph("yichuang")
    rooms = {name for module in graph.modules if (name := room(module))}
    arrows = Counter(
        (room(user), room(used))
        for user in graph.modules
        for used in graph.find_modules_directly_imported_by(user)
        if room(user) and room(used) and room(user) != room(used)
    )
    TARGET.write_text(drawn(rooms, arrows), encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {len(rooms)} rooms, {len(arrows)} arrows")
    return 0


def room(module: str) -> str:
    """Name the room of a module: `foundation.work`, or `config` and `ui` as one each."""
    parts = module.split(".")[1:]
    if not parts:
        return ""
    if parts[0] in ("config", "ui"):
        return parts[0]
    return ".".join(parts[:2]) if len(parts) > 1 else ""


def rows(rooms: set[str], arrows: Counter[tuple[str, str]]) -> list[list[str]]:
    """Put the rooms into rows: layers from the top, within one layer users above what they use."""
    found: list[list[str]] = []
    for layer in LAYERS:
        left = sorted(name for name in rooms if name.split(".")[0] == layer)
        while left:
            used = {b for a, b in arrows if a in left and b in left}
            top = [name for name in left if name not in used] or left
            found.append(top)
            left = [name for name in left if name not in top]
    return found


def drawn(rooms: set[str], arrows: Counter[tuple[str, str]]) -> str:
    """Give the SVG."""
    places: dict[str, tuple[int, int]] = {}
    lines = rows(rooms, arrows)
    widest = max(len(line) for line in lines)
    for number, line in enumerate(lines):
        indent = (widest - len(line)) * (BOX + GAP) // 2
        for column, name in enumerate(line):
            places[name] = (LEFT + indent + column * (BOX + GAP), 20 + number * ROW)
    width = LEFT + widest * (BOX + GAP) + 20
    height = 20 + len(lines) * ROW
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        ' font-family="sans-serif" font-size="13"><title>The rooms and who knows whom</title>'
    ]
    for (user, used), count in sorted(arrows.items()):
        (ax, ay), (bx, by) = places[user], places[used]
        ax, ay, bx = ax + BOX // 2, ay + 40, bx + BOX // 2
        parts.append(
            f'<path d="M{ax} {ay} C{ax} {ay + 30} {bx} {by - 30} {bx} {by}"'
            f' fill="none" stroke="#0B4A8F" stroke-opacity=".35" stroke-width="{min(4, 0.6 + count / 12):.1f}"/>'
        )
    for name, (x, y) in places.items():
        label = escape(name.rpartition(".")[2])
        parts.append(f'<rect x="{x}" y="{y}" width="{BOX}" height="40" fill="#F4F6F9" stroke="#5B6675"/>')
        parts.append(f'<text x="{x + BOX / 2}" y="{y + 25}" text-anchor="middle" fill="#1A1F26">{label}</text>')
    names = [line[0].split(".")[0] for line in lines]
    for number, (before, layer) in enumerate(pairwise(["", *names])):
        if layer != before:
            parts.append(f'<text x="10" y="{45 + number * ROW}" fill="#4A5563" font-weight="bold">{layer}</text>')
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    sys.exit(main())
