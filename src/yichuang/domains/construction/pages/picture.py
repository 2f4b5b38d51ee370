"""Pictures drawn by the server: a project's plan by stages, and the sketch of a red line over planning layers."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any
from unicodedata import east_asian_width

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from yichuang.domains.construction.models import PlanCheck, Project
from yichuang.domains.construction.queries import ProjectShown, StageShown, StepShown
from yichuang.foundation.work.terms import Lamp
from yichuang.kernel import plans
from yichuang.ui.words import in_parts

BOX = (196, 104)
HEAD = 46  # height of a stage's heading
WIDTH = 960  # at least: room for headings and four boxes side by side
BESIDE = 4
GAP = 18  # between stages
EDGE = 24
LINE = 13  # Chinese characters in a line of a box
ROOM = 13.2  # and in a line of its smaller text; other signs take about half as much
LAMPS = {"green": "●", "yellow": "▲", "red": "■", "stopped": "‖"}
"""Lamps are told by shape and word; the same shapes as those of the component `lamp`."""

MAP_WIDTH, MAP_HEIGHT, MAP_EDGE = 640, 440, 24


def plan_of(seen: ProjectShown) -> SafeString:
    """Draw the steps of every stage, one stage under the other: who holds what, critical path, slack and lamps."""
    parts: list[str] = []
    top, width = 0, WIDTH
    for stage in seen.stages:
        drawing = arranged(stage.timetable.plan)
        parts.append(_band(stage, drawing, top))
        top += HEAD + drawing.height + GAP
        width = max(width, drawing.width)
    title = _("%(name)s 审批流程图") % {"name": seen.name}
    described = _("分四个阶段，粗线框和粗线是关键路径；同样的内容在图下以文字列出。")
    return mark_safe(
        f'<svg class="plan" xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="plan-title plan-desc" '
        f'width="{width}" height="{top}" viewBox="0 0 {width} {top}">'
        f'<title id="plan-title">{escape(title)}</title><desc id="plan-desc">{escape(described)}</desc>'
        '<defs><marker id="plan-arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="10" markerHeight="10" '
        'markerUnits="userSpaceOnUse" orient="auto"><path class="plan__arrow" d="M0 0 8 4 0 8z"/></marker></defs>'
        + "".join(parts)
        + "</svg>"
    )


def arranged(plan: plans.Plan) -> plans.Drawing:
    """
    Lay out a plan: what hangs together by the kernel's layout, steps that wait for nothing and hold up nothing below.

    So that a stage whose items run side by side is a block and not a tower.
    """
    tied = {key for step in plan.steps.values() for before in step.after for key in (step.id, before)}
    edges = [(before, step.id) for step in plan.steps.values() for before in step.after]
    drawing = plans.lay_out({key: BOX for key in plan.steps if key in tied}, edges)
    free = [key for key in plan.steps if key not in tied]
    boxes, top = dict(drawing.boxes), drawing.height if tied else EDGE
    for number, key in enumerate(free):
        row, column = divmod(number, BESIDE)
        boxes[key] = plans.Box(EDGE + column * (BOX[0] + EDGE), top + row * (BOX[1] + EDGE), *BOX)
    rows = -(-len(free) // BESIDE)
    right = max((box.x + box.width for box in boxes.values()), default=0) + EDGE
    return plans.Drawing(boxes, drawing.lines, max(drawing.width, right), top + rows * (BOX[1] + EDGE))


def plan_as_text(seen: ProjectShown) -> SafeString:
    """List the same as the picture in words, stage by stage, in order."""
    stages = [(heading(stage), [_said(step) for step in (*stage.steps, *stage.moved_in)]) for stage in seen.stages]
    return mark_safe(render_to_string("construction/plan_list.html", {"stages": stages}))


def heading(stage: StageShown) -> str:
    """Say what a stage is about in a line."""
    parts = [_("第%(n)s阶段 %(name)s") % {"n": stage.stage.value, "name": stage.label}, stage.state_label]
    parts.append(_("期限%(days)s个工作日") % {"days": stage.budget})
    parts.append(_("关键路径%(days)s天") % {"days": stage.path_total})
    return " · ".join(parts)


def map_of(project: Project, check: PlanCheck) -> SafeString:
    """Draw the red line, the layers it meets and the conflicts, to scale, north up; marked as a sketch."""
    red = _rings(check.red_line)
    conflicts = list(check.conflicts.select_related("layer").order_by("pk"))
    spread = _Spread([point for ring in red for point in ring])
    layers = "".join(
        f'<path class="map__layer map__layer--{number % 4}" d="{spread.path(_rings(each.layer.geometry))}"/>'
        for number, each in enumerate(conflicts)
    )
    marks = "".join(_conflict(spread, _rings(each.geometry), number) for number, each in enumerate(conflicts, 1))
    title = escape(_("%(name)s 用地红线与规划控制线示意图") % {"name": project.dossier.title})
    described = escape(_("上北下南；编号的阴影是冲突部分，面积见冲突清单。"))
    sketch, north = escape(_("示意图，不作为界址依据")), escape(_("北"))
    return mark_safe(
        f'<svg class="map" xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="map-title map-desc" '
        f'width="{MAP_WIDTH}" height="{MAP_HEIGHT}" viewBox="0 0 {MAP_WIDTH} {MAP_HEIGHT}">'
        f'<title id="map-title">{title}</title><desc id="map-desc">{described}</desc>'
        f'<rect class="map__ground" x="0" y="0" width="{MAP_WIDTH}" height="{MAP_HEIGHT}"/>{layers}'
        f'<path class="map__red" d="{spread.path(red)}"/>{marks}'
        f'<text class="map__note" x="{MAP_EDGE}" y="{MAP_HEIGHT - 10}">{sketch}</text>'
        f'<g class="map__north"><path d="M{MAP_WIDTH - 30} 44 l8 -26 l8 26 l-8 -6z"/>'
        f'<text x="{MAP_WIDTH - 22}" y="60" text-anchor="middle">{north}</text></g>'
        f"{_scale(spread)}</svg>"
    )


def _band(stage: StageShown, drawing: plans.Drawing, top: int) -> str:
    critical = set(stage.timetable.path.steps)
    below = top + HEAD
    lines = []
    for (source, target), points in drawing.lines.items():
        bold = " plan__line--critical" if source in critical and target in critical else ""
        path = " ".join(f"{x},{y + below}" for x, y in points)
        lines.append(f'<polyline class="plan__line{bold}" points="{path}" marker-end="url(#plan-arrow)"/>')
    boxes = [_box(step, drawing.boxes[step.key], below) for step in stage.steps]
    return (
        f'<rect class="plan__band" x="0" y="{top}" width="100%" height="{HEAD + drawing.height}"/>'
        f'<text class="plan__stage" x="24" y="{top + 30}">{escape(heading(stage))}</text>' + "".join(lines + boxes)
    )


def _box(step: StepShown, box: plans.Box, below: int) -> str:
    x, y = box.x, box.y + below
    told = [*((line, "title") for line in _wrapped(step.title))]
    told += [(_fitting(_who(step)), "text"), (_in_box(step), "text"), (_fitting(_path(step)), "text")]
    rows = [
        f'<text class="plan__{kind}" x="{x + 12}" y="{y + 22 + 18 * n}">{escape(text)}</text>'
        for n, (text, kind) in enumerate(told)
    ]
    classes = f"plan__box plan__box--{step.mark}" + (" plan__box--critical" if step.is_critical else "")
    return f'<rect class="{classes}" x="{x}" y="{y}" width="{box.width}" height="{box.height}" rx="2"/>' + "".join(rows)


def _said(step: StepShown) -> dict[str, Any]:
    """Give a step as the component `steps` takes it."""
    told = [_standing(step), _path(step)]
    if step.number:
        told.append(_("办件号%(number)s") % {"number": step.number})
    if step.because and step.mark == "skipped":
        told.append(step.because)
    return {
        "title": step.title,
        "state": step.mark,
        "who": _who(step),
        "text": in_parts(told),
    }


def _who(step: StepShown) -> str:
    days = _("%(days)s天") % {"days": step.days}
    return f"{step.unit} · {days}" if step.starts is not None or step.number else step.unit


def _standing(step: StepShown) -> str:
    if not step.lamp:
        return step.label
    return f"{LAMPS[step.lamp]} {Lamp(step.lamp).label} · {step.label}"


def _in_box(step: StepShown) -> str:
    """Say the standing in a line of the box: where lamp and state do not fit, the sign of the lamp stands for it."""
    whole = _standing(step)
    if step.lamp and _fitting(whole) != whole:
        return _fitting(f"{LAMPS[step.lamp]} {step.label}")
    return _fitting(whole)


def _fitting(text: str) -> str:
    """Cut what is longer than a line of a box; the list beside the picture says it whole."""
    room = ROOM
    for n, sign in enumerate(text):
        room -= 1 if east_asian_width(sign) in "WF" else 0.5
        if room < 0:
            return text[: n - 1].rstrip() + "…"
    return text


def _path(step: StepShown) -> str:
    if step.starts is None:
        return ""
    if step.is_critical:
        said = _("关键")
    elif step.is_optional:
        said = _("可移后")
    else:
        said = _("可宽%(days)s天") % {"days": step.slack}
    span = _("第%(from)s—%(to)s天") % {"from": step.starts + 1, "to": step.ends} if step.ends else ""
    return f"{span} · {said}" if span else said


def _wrapped(title: str) -> list[str]:
    """Break a title into two lines at most; what does not fit ends in …, the list says it whole."""
    rest = title[LINE:]
    return [title[:LINE], *([rest] if len(rest) <= LINE else [rest[: LINE - 1] + "…"])] if rest else [title]


def _rings(geojson: str) -> list[list[tuple[float, float]]]:
    data = json.loads(geojson)
    polygons = [data["coordinates"]] if data["type"] == "Polygon" else data["coordinates"]
    return [[(point[0], point[1]) for point in ring] for polygon in polygons for ring in polygon]


class _Spread:
    """Places longitudes and latitudes on the picture: true to shape at the middle latitude, with room around."""

    def __init__(self, points: Sequence[tuple[float, float]]) -> None:
        west, east = min(x for x, _y in points), max(x for x, _y in points)
        south, north = min(y for _x, y in points), max(y for _x, y in points)
        self.shrink = math.cos(math.radians((south + north) / 2))
        wide, high = (east - west) * self.shrink, north - south
        self.unit = 0.6 * min((MAP_WIDTH - 2 * MAP_EDGE) / wide, (MAP_HEIGHT - 2 * MAP_EDGE) / high)
        self.x, self.y = (west + east) / 2, (south + north) / 2
        self.metres = 111_320 / self.unit  # a picture unit on the ground, near enough for a scale bar

    def place(self, point: tuple[float, float]) -> tuple[float, float]:
        """Give the place of a point on the picture; what is far outside stays at its edge."""
        x = MAP_WIDTH / 2 + (point[0] - self.x) * self.shrink * self.unit
        y = MAP_HEIGHT / 2 - (point[1] - self.y) * self.unit
        return min(max(x, -MAP_WIDTH), 2 * MAP_WIDTH), min(max(y, -MAP_HEIGHT), 2 * MAP_HEIGHT)

    def path(self, rings: Iterable[Iterable[tuple[float, float]]]) -> str:
        """Write rings as the data of a path."""
        return " ".join(
            "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in (self.place(point) for point in ring)) + "Z"
            for ring in rings
        )


def _conflict(spread: _Spread, rings: list[list[tuple[float, float]]], number: int) -> str:
    corners = [spread.place(point) for point in rings[0][:-1]]
    x = sum(x for x, _y in corners) / len(corners)
    y = sum(y for _x, y in corners) / len(corners)
    return (
        f'<path class="map__conflict" d="{spread.path(rings)}"/>'
        f'<circle class="map__dot" cx="{x:.1f}" cy="{y:.1f}" r="12"/>'
        f'<text class="map__number" x="{x:.1f}" y="{y + 5:.1f}" text-anchor="middle">{number}</text>'
    )


def _scale(spread: _Spread) -> str:
    metres = next(each for each in (10, 20, 50, 100, 200, 500, 1000, 5000, 20000, 100000) if each / spread.metres >= 60)
    width = metres / spread.metres
    x, y, said = MAP_WIDTH - MAP_EDGE - width, MAP_HEIGHT - 14, escape(_("%(n)s 米") % {"n": metres})
    return (
        f'<g class="map__scale"><path d="M{x:.1f} {y - 5} v5 h{width:.1f} v-5"/>'
        f'<text x="{x + width / 2:.1f}" y="{y - 8}" text-anchor="middle">{said}</text></g>'
    )
