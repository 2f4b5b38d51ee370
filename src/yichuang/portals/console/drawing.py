"""A plan drawn by the server as SVG: boxes for steps, the longest chain in bold; the page lists the same in words."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from yichuang.kernel import plans

WIDTH, HEIGHT = 196, 68
LINE = 13  # Chinese characters in a line of a box


def drawn(plan: plans.Plan, path: plans.CriticalPath | None, units: Mapping[str, str]) -> SafeString:
    """Draw the steps of a plan; `path` makes its longest chain bold, `units` names units by their codes."""
    drawing = plans.draw_steps(plan, WIDTH, HEIGHT)
    critical = set(path.steps) if path else set()
    parts = [
        f'<polyline class="drawn__line{_bold("line", {source, target} <= critical)}" '
        f'points="{" ".join(f"{x},{y}" for x, y in points)}" marker-end="url(#drawn-arrow)"/>'
        for (source, target), points in drawing.lines.items()
    ]
    parts += [_box(plan.steps[step], units, box, step in critical) for step, box in drawing.boxes.items()]
    title = escape(_("%(name)s流程图") % {"name": plan.name})
    described = escape(_("粗线是最长的一条路径，虚线框是可选环节；同样的内容在图下以文字列出。"))
    return mark_safe(
        f'<svg class="drawn" xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="drawn-title drawn-desc" '
        f'width="{drawing.width}" height="{drawing.height}" viewBox="0 0 {drawing.width} {drawing.height}">'
        f'<title id="drawn-title">{title}</title><desc id="drawn-desc">{described}</desc>'
        '<defs><marker id="drawn-arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="10" markerHeight="10" '
        'markerUnits="userSpaceOnUse" orient="auto"><path class="drawn__arrow" d="M0 0 8 4 0 8z"/></marker></defs>'
        + "".join(parts)
        + "</svg>"
    )


def _box(step: plans.Step, units: Mapping[str, str], box: plans.Box, is_critical: bool) -> str:
    title = step.name if len(step.name) <= LINE else f"{step.name[: LINE - 1]}…"
    optional = " drawn__box--optional" if step.optional else ""
    said = [units.get(step.unit or "") or _("牵头单位")]
    if step.days is not None:
        said.append(_("%(days)s个工作日") % {"days": step.days})
    return (
        f'<rect class="drawn__box{_bold("box", is_critical)}{optional}" x="{box.x}" y="{box.y}" '
        f'width="{box.width}" height="{box.height}" rx="2"/>'
        f'<text class="drawn__title" x="{box.x + 12}" y="{box.y + 26}">{escape(title)}</text>'
        f'<text class="drawn__text" x="{box.x + 12}" y="{box.y + 48}">{escape(" · ".join(said))}</text>'
    )


def _bold(part: str, is_critical: bool) -> str:
    return f" drawn__{part}--critical" if is_critical else ""
