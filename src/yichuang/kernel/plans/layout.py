"""A layered drawing from left to right: boxes that do not touch, lines that go round them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low

from yichuang.kernel.plans.plan import Plan, in_order

_ROW_GAP = 36  # between boxes of one column
_TRACK = 14  # between upright lines of one gutter
_MARGIN = 24  # before the first and after the last upright line of a gutter, and round the whole
_SWEEPS = 6

Point = tuple[int, int]
Edge = tuple[str, str]
_Node = str | tuple[str, str, int]  # a box, or the place in a column where a long edge passes


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels, (x, y) its upper left corner."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Where everything stands: a box a node, a line of right-angled points an edge, the size of the whole."""

    boxes: Mapping[str, Box]
    lines: Mapping[Edge, tuple[Point, ...]]
    width: int
    height: int


def draw_steps(plan: Plan, width: int = 160, height: int = 64) -> Drawing:
    """Lay out the steps of a plan themselves, for a picture on a page."""
    edges = [(before, step.id) for step in plan.steps.values() for before in step.after]
    return lay_out(dict.fromkeys(plan.steps, (width, height)), edges)


def lay_out(sizes: Mapping[str, tuple[int, int]], edges: Sequence[Edge]) -> Drawing:
    """
    Place nodes of given (width, height) so that every edge of the acyclic graph leads to the right.

    Each node stands in the column after its last predecessor; an edge over several columns keeps a free place in each.
    Columns are ordered by the middle of their neighbours, so that few lines cross; the same graph gives the same
    drawing.

    :raises ValueError: the edges make a loop
    """
    column = _columns(sizes, edges)
    chains = {edge: _chain(edge, column) for edge in edges}
    links = [link for chain in chains.values() for link in pairwise(chain)]
    columns = _ordered(column, chains.values(), links)
    middle = _middles(columns, links, sizes)
    gutters = [_tracks(_links_from(here, links), middle) for here in columns]
    lefts, widths = _lefts(columns, gutters, sizes)
    boxes = {
        one: Box(lefts[column[one]] + (widths[column[one]] - width) // 2, middle[one] - height // 2, width, height)
        for one, (width, height) in sizes.items()
    }
    lines = {edge: _line(edge, chain, column, boxes, middle, gutters, lefts, widths) for edge, chain in chains.items()}
    bottom = max((box.y + box.height for box in boxes.values()), default=0)
    lowest = max((y for line in lines.values() for _, y in line), default=0)
    right = max((box.x + box.width for box in boxes.values()), default=0)
    return Drawing(boxes, lines, right + _MARGIN, max(bottom, lowest) + _MARGIN)


def _columns(nodes: Iterable[str], edges: Sequence[Edge]) -> dict[str, int]:
    before: dict[str, list[str]] = {one: [] for one in nodes}
    for source, target in edges:
        before[target].append(source)
    order, left = in_order(before)
    if left:
        raise ValueError(f"a loop: {', '.join(left)}")
    column: dict[str, int] = {}
    for one in order:
        column[one] = max((column[source] + 1 for source in before[one]), default=0)
    return column


def _chain(edge: Edge, column: Mapping[str, int]) -> tuple[_Node, ...]:
    source, target = edge
    passing = range(column[source] + 1, column[target])
    return (source, *((source, target, number) for number in passing), target)


def _ordered(
    column: Mapping[str, int], chains: Iterable[tuple[_Node, ...]], links: Sequence[tuple[_Node, _Node]]
) -> list[list[_Node]]:
    """Order each column by the middle of its neighbours, to and fro."""
    columns: list[list[_Node]] = [[] for _ in range(max(column.values(), default=-1) + 1)]
    for one, number in column.items():
        columns[number].append(one)
    for chain in chains:
        for place in chain[1:-1]:
            if isinstance(place, tuple):
                columns[place[2]].append(place)
    left: dict[_Node, list[_Node]] = {}
    right: dict[_Node, list[_Node]] = {}
    for source, target in links:
        left.setdefault(target, []).append(source)
        right.setdefault(source, []).append(target)
    for sweep in range(_SWEEPS):
        forth = sweep % 2 == 0
        for here in columns if forth else reversed(columns):
            rank = {one: number for some in columns for number, one in enumerate(some)}
            here.sort(key=lambda one: _mean([rank[n] for n in (left if forth else right).get(one, [])], rank[one]))
    return columns


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _middles(
    columns: Sequence[Sequence[_Node]], links: Sequence[tuple[_Node, _Node]], sizes: Mapping[str, tuple[int, int]]
) -> dict[_Node, int]:
    """Give each place its middle height: near its neighbours', in the order of the column, none touching."""
    neighbours: dict[_Node, list[_Node]] = {}
    for source, target in links:
        neighbours.setdefault(target, []).append(source)
        neighbours.setdefault(source, []).append(target)
    middle: dict[_Node, float] = {}
    for here in columns:
        middle.update(zip(here, _steps_down(here, sizes), strict=True))
    for sweep in range(_SWEEPS):
        for here in columns if sweep % 2 == 0 else reversed(columns):
            wanted = [median_low([middle[n] for n in neighbours.get(one, [one])]) for one in here]
            middle.update(zip(here, _apart(wanted, _steps_down(here, sizes)), strict=True))
    tops = (at - _height(one, sizes) / 2 for one, at in middle.items())
    highest = min(tops, default=0)
    return {one: round(at - highest) + _MARGIN for one, at in middle.items()}


def _height(one: _Node, sizes: Mapping[str, tuple[int, int]]) -> int:
    return sizes[one][1] if isinstance(one, str) else 0


def _steps_down(here: Sequence[_Node], sizes: Mapping[str, tuple[int, int]]) -> list[float]:
    """Give the middles of a column's places when packed from the top."""
    at, middles = 0.0, []
    for one in here:
        middles.append(at + _height(one, sizes) / 2)
        at += _height(one, sizes) + _ROW_GAP
    return middles


def _apart(wanted: Sequence[float], packed: Sequence[float]) -> list[float]:
    """Move values as little as may be (least squares) until they are as far apart as the packed ones, or farther."""
    groups: list[tuple[float, int]] = []  # (mean, count): values that push each other share their mean
    for value, offset in zip(wanted, packed, strict=True):
        mean, count = value - offset, 1
        while groups and groups[-1][0] >= mean:
            other, others = groups.pop()
            mean, count = (mean * count + other * others) / (count + others), count + others
        groups.append((mean, count))
    flat = [mean for mean, count in groups for _ in range(count)]
    return [value + offset for value, offset in zip(flat, packed, strict=True)]


def _links_from(here: Sequence[_Node], links: Sequence[tuple[_Node, _Node]]) -> list[tuple[_Node, _Node]]:
    inside = set(here)
    return [link for link in links if link[0] in inside]


def _tracks(links: Sequence[tuple[_Node, _Node]], middle: Mapping[_Node, int]) -> dict[tuple[_Node, _Node], int]:
    """
    Give each bent link of a gutter its own upright track, from the left.

    A link that leaves at a height where another arrives bends first, else the two would lie on one another.
    """
    bent = [link for link in links if middle[link[0]] != middle[link[1]]]
    bent.sort(key=lambda link: (middle[link[0]], middle[link[1]]))
    names = {str(number): link for number, link in enumerate(bent)}
    first: dict[str, list[str]] = {name: [] for name in names}
    for name, (_, target) in names.items():
        for other, (source, _) in names.items():
            if other != name and middle[source] == middle[target]:
                first[name].append(other)
    order, swapped = in_order(first)
    return {names[name]: track for track, name in enumerate((*order, *swapped))}


def _lefts(
    columns: Sequence[Sequence[_Node]],
    gutters: Sequence[Mapping[tuple[_Node, _Node], int]],
    sizes: Mapping[str, tuple[int, int]],
) -> tuple[list[int], list[int]]:
    lefts, widths = [], []
    at = _MARGIN
    for here, gutter in zip(columns, gutters, strict=True):
        lefts.append(at)
        widths.append(max((sizes[one][0] for one in here if isinstance(one, str)), default=0))
        at += widths[-1] + 2 * _MARGIN + _TRACK * len(gutter)
    return lefts, widths


def _line(
    edge: Edge,
    chain: Sequence[_Node],
    column: Mapping[str, int],
    boxes: Mapping[str, Box],
    middle: Mapping[_Node, int],
    gutters: Sequence[Mapping[tuple[_Node, _Node], int]],
    lefts: Sequence[int],
    widths: Sequence[int],
) -> tuple[Point, ...]:
    source, target = boxes[edge[0]], boxes[edge[1]]
    points: list[Point] = [(source.x + source.width, middle[edge[0]])]
    for number, link in enumerate(pairwise(chain), column[edge[0]]):
        if (track := gutters[number].get(link)) is not None:
            x = lefts[number] + widths[number] + _MARGIN + _TRACK * track
            points += [(x, middle[link[0]]), (x, middle[link[1]])]
    points.append((target.x, middle[edge[1]]))
    return tuple(points)
