"""The Gantt picture, drawn by the server, and the table that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yichuang.domains.projects.queries import Bar, Mark
from yichuang.ui.tables import Cell, Column, Table
from yichuang.ui.words import named

LEFT, MONTH, ROW, TOP = 300, 46, 34, 34
MONTHS = 12
INK, PLANNED, STARTED, LINE, LATE = "#1A1F26", "#C9D3DF", "#0B4A8F", "#5B6675", "#A61B1B"
LONGEST = 17
"""Characters of a name that fit beside the bars; the table has the whole of it."""


def gantt(bars: Sequence[Bar], year: int, on: date) -> SafeString:
    """
    Draw a year: a bar a project, a diamond a node, filled when reached, red when late, and a line for today.

    Every bar and node says in words what it is; the table beside says the same.
    """
    width, height = LEFT + MONTH * MONTHS + 12, TOP + ROW * len(bars) + 10
    parts = [_month(number, height) for number in range(MONTHS)]
    for number, bar in enumerate(bars):
        parts += _bar(bar, TOP + ROW * number, year, on)
    if on.year == year:
        x = _x(on, year)
        parts.append(f'<path d="M{x:.0f} {TOP - 8}V{height - 4}" stroke="{LATE}" stroke-dasharray="4 3"/>')
        parts.append(f'<text x="{x:.0f}" y="12" font-size="12" fill="{LATE}" text-anchor="middle">{_("今天")}</text>')
    title = _("%(year)s年项目进度图，共%(count)s个项目") % {"year": year, "count": len(bars)}
    return mark_safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="gantt" role="img" aria-label="{escape(title)}" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">{"".join(parts)}</svg>'
    )


def gantt_table(bars: Sequence[Bar]) -> Table:
    """Say the same in rows: a row a node, and one for each project without any."""
    columns = (
        Column(_("项目名称")),
        Column(_("开工")),
        Column(_("计划建成")),
        Column(_("节点")),
        Column(_("计划日期")),
        Column(_("完成日期")),
    )
    rows = []
    for bar in bars:
        number = bar.row.project.number
        name = Cell(bar.row.project.dossier.title, href=reverse("projects:project", args=[number]))
        begins = "" if bar.begins is None else f"{bar.begins}{'' if bar.is_started else _('（计划）')}"
        nodes: Sequence[Mark | None] = bar.marks or (None,)
        rows += [
            [name, begins, bar.ends, mark.name, mark.planned_on, mark.done_on]
            if mark
            else [name, begins, bar.ends, "", "", ""]
            for mark in nodes
        ]
    return Table("gantt-list", _("与图相同的列表"), columns, rows, _("没有符合条件的项目。"))


def _x(day: date, year: int) -> float:
    """Place a day on the year; days before and after stand at its edges."""
    if day.year < year:
        return LEFT
    if day.year > year:
        return LEFT + MONTH * MONTHS
    return LEFT + MONTH * (day.month - 1 + (day.day - 1) / 31)


def _month(number: int, height: int) -> str:
    x = LEFT + MONTH * number
    return (
        f'<path d="M{x} {TOP - 8}V{height - 4}" stroke="{PLANNED}"/>'
        f'<text x="{x + MONTH / 2:.0f}" y="{TOP - 10}" font-size="12" fill="{INK}" text-anchor="middle">'
        f"{escape(pgettext('above a column', '%(month)s月') % {'month': number + 1})}</text>"
    )


def _bar(bar: Bar, top: int, year: int, on: date) -> list[str]:
    name = bar.row.project.dossier.title
    told = named(name, f"{bar.begins or _('开工未定')} – {bar.ends or _('建成未定')}")
    short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    parts = [
        f'<text x="{LEFT - 8}" y="{top + 20}" font-size="14" fill="{INK}" text-anchor="end">{escape(short)}</text>'
    ]
    if bar.begins is not None:
        begin = _x(bar.begins, year)
        end = _x(bar.ends, year) if bar.ends else float(LEFT + MONTH * MONTHS)
        colour = STARTED if bar.is_started else PLANNED
        parts.append(
            f'<rect x="{begin:.0f}" y="{top + 8}" width="{max(end - begin, 3):.0f}" height="16" fill="{colour}" '
            f'stroke="{LINE}"><title>{escape(told)}</title></rect>'
        )
    parts += [
        _diamond(mark, top + 16, year, on) for mark in bar.marks if (mark.done_on or mark.planned_on).year == year
    ]
    return parts


def _diamond(mark: Mark, y: int, year: int, on: date) -> str:
    x = _x(mark.done_on or mark.planned_on, year)
    is_late = mark.done_on is None and mark.planned_on < on
    fill = INK if mark.done_on else "#FFFFFF"
    word = _("已完成") if mark.done_on else _("逾期") if is_late else _("计划")
    told = f"{mark.name} {mark.done_on or mark.planned_on} {word}"
    return (
        f'<path d="M{x:.0f} {y - 7}l7 7l-7 7l-7 -7z" fill="{fill}" stroke="{LATE if is_late else INK}" '
        f'stroke-width="2"><title>{escape(told)}</title></path>'
    )
