"""The list of figures, one figure with its rows, and what was published of it."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yichuang.foundation.figures import commands, comparing, groups, rows, sight
from yichuang.foundation.figures.answering import Answer
from yichuang.foundation.figures.figure import Figure
from yichuang.foundation.figures.formulas import as_text
from yichuang.foundation.figures.measures import measure_named, own_column
from yichuang.foundation.figures.models import Snapshot
from yichuang.foundation.figures.problems import NoSuchFigure
from yichuang.foundation.figures.queries import parts_of
from yichuang.foundation.figures.rows import Behind, Line
from yichuang.foundation.files.tables import Field, SheetPlan, write_workbook
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.records.terms import CHINA
from yichuang.portals.figures.asking import NO_DEFINITION, AskForm, change, published, times_of
from yichuang.ui import paging
from yichuang.ui.figures import cell, in_column, in_workbook, query_of, said, written
from yichuang.ui.words import in_parts, named

PAGE_ROWS = 50
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = ("report", "other", "missing")
"""How the list may be narrowed: figures of the report, the others, those without records yet."""


@page(permission="figures.view")
def listed(request: ActingRequest) -> HttpResponse:
    """List figures with what they come to as of a day; each opens how it is counted and its rows."""
    times, form = times_of(request)
    kind, query = request.GET.get("kind", ""), request.GET.get("q", "").strip()
    found = [each for each in sight.listed(request.actor, times.as_of) if _fits(each, kind, query)]
    on = Paginator(found, PAGE_ROWS).get_page(request.GET.get("page"))
    answers = sight.answers([each.id for each in on.object_list], request.actor, times)
    return render(
        request,
        "figures/listed.html",
        {
            "form": form,
            "times": times,
            "kind": kind,
            "query": query,
            "row_query": query_of(times),
            "rows": [_row(answers[each.id]) for each in on.object_list],
            "paging": paging.links(on, request),
            "may_publish": request.actor.may(commands.PUBLISH),
        },
    )


def _fits(figure: Figure, kind: str, query: str) -> bool:
    fits = {"report": bool(figure.report), "other": not figure.report, "missing": bool(figure.needs)}
    words = f"{figure.report} {figure.id} {figure.name} {figure.name_en}".lower()
    return fits.get(kind, True) and query.lower() in words


def _row(answer: Answer) -> dict[str, Any]:
    figure = answer.figure
    return {
        "id": figure.id,
        "report": figure.report,
        "name": figure.label,
        "value": said(answer),
        "has_value": answer.value is not None,
        "wording": answer.wording,
        "mode": figure.mode.label,
    }


@page(permission="figures.view")
def one(request: ActingRequest, id: str) -> HttpResponse:
    """Show one figure: value, how it is counted, the rows behind it, groups, and what was published."""
    try:
        answer, form = _asked(request, id)
    except NoSuchFigure as unknown:
        return _unknown(request, unknown)
    times = answer.times
    parts = rows.behind(answer.figure, times, request.actor)
    shown = _part(parts, request.GET.get("part", ""))
    context: dict[str, Any] = {
        "form": form,
        "times": times,
        "answer": answer,
        "figure": answer.figure,
        "value": said(answer),
        "facts": _facts(answer),
        "outside": _outside(answer),
        "parts": [
            {"part": each.part, "label": named(each.part.label, each.source.name), "total": each.total}
            for each in parts
        ],
        "snapshots": [] if times.region or times.inside else comparing.snapshots(answer.figure.id)[:10],
        "compared": _compared(answer),
        "kept": [(name, each) for name in ("by", "part", "in") for each in request.GET.getlist(name) if each],
        "export_query": query_of(times),
        "may_publish": request.actor.may(commands.PUBLISH),
        "may_export": request.actor.may("figures.export"),
    }
    return render(request, "figures/one.html", context | _rows(request, shown) | _groups(request, answer))


def _asked(request: ActingRequest, id: str) -> tuple[Answer, AskForm]:
    """
    Answer a figure as it is asked; on a day before it is defined the field says so, and today is taken.

    :raises NoSuchFigure: there is none, or not for this reader
    """
    times, form = times_of(request)
    today = local_day(request.at)
    try:
        return sight.answers([id], request.actor, times)[id], form
    except NoSuchFigure:
        answer = sight.answers([id], request.actor, replace(times, as_of=today))[id]
    form.add_error("as_of", NO_DEFINITION)
    return answer, form


def _unknown(request: ActingRequest, reason: NoSuchFigure) -> HttpResponse:
    links = [{"label": _("全部指标"), "href": reverse("figures:listed")}]
    context = {"heading": _("没有这个指标"), "text": reason.message, "links": links}
    return render(request, "ui/layouts/error.html", context, status=reason.status)


def _part(parts: list[Behind], asked: str) -> Behind | None:
    return next((part for part in parts if part.part == asked), parts[0] if parts else None)


def _facts(answer: Answer) -> list[dict[str, str]]:
    figure = answer.figure
    span = f"{answer.span.first} — {answer.span.last}" if answer.span else _("统计日当天有效的全部")
    known = answer.known_at.astimezone(CHINA)
    facts = [
        (_("统计日"), answer.times.as_of.isoformat()),
        (_("统计期"), span),
        (_("数据截止"), f"{known:%Y-%m-%d %H:%M}"),
        (_("类型"), str(figure.mode.label)),
        (_("报告编号"), figure.report),
        (_("指标编号"), figure.id),
        (_("口径"), figure.meaning),
        (_("算法"), str(as_text(figure.formula)) if figure.formula else ""),
        (_("定义版本"), str(figure.version)),
        (_("依据"), in_parts(figure.source)),
    ]
    facts[1:1] = _inside(answer)
    if answer.denominator is not None:
        facts.insert(0, (_("分子 / 分母"), f"{written(answer.numerator)} / {written(answer.denominator)}"))
    return [{"label": label, "value": value} for label, value in facts if value]


def _inside(answer: Answer) -> list[tuple[str, str]]:
    """Tell the group that was looked into, by the names of its columns and the words of their codes."""
    parts = parts_of(answer.figure, answer.times)
    source = measure_named(parts[0][1].of, answer.times.as_of) if parts else None
    if source is None:
        return []
    told = []
    for name, code in answer.times.inside:
        column = source.columns.get(own_column(source, name))
        if column is not None:
            told.append((str(column.name), column.words([code]).get(code, code) or _("（空）")))
    return told


def _outside(answer: Answer) -> dict[str, str] | None:
    if answer.outside is None:
        return None
    unit = answer.figure.unit_label
    outside = answer.outside
    return {
        "value": written(outside.value, unit),
        "own": written(outside.own, unit),
        "difference": written(outside.difference, unit),
    }


def _compared(answer: Answer) -> dict[str, Any] | None:
    """Tell the newest publication beside the value that is shown."""
    last = None if answer.times.inside else comparing.last(answer.figure.id, answer.times.region)
    if last is None:
        return None
    difference = change(answer.value, last.value)
    better = answer.figure.better
    tone = ""
    if difference and better:
        tone = "ok" if (difference > 0) == (better == "higher") else "late"
    return {
        "snapshot": last,
        "value": published(last, answer.figure),
        "arrow": "" if not difference else "▲" if difference > 0 else "▼",
        "difference": written(abs(difference), answer.figure.unit_label) if difference else "",
        "tone": tone,
    }


def _cells(part: Behind, line: Line) -> list[str]:
    return [cell(line.values.get(name), column) for name, column in part.columns]


def _rows(request: ActingRequest, part: Behind | None) -> dict[str, Any]:
    if part is None:
        return {"part": None}
    on = Paginator(range(part.opened), PAGE_ROWS).get_page(request.GET.get("page"))
    start = (on.number - 1) * PAGE_ROWS
    lines = part.lines(start, start + PAGE_ROWS)
    return {
        "part": part.part,
        "counted": part,
        "hidden": [{"why": reason.label, "count": count} for reason, count in part.hidden.items()],
        "columns": [str(column.name) for _, column in part.columns],
        "lines": [{"link": line.link, "cells": _cells(part, line)} for line in lines],
        "paging": paging.links(on, request),
    }


def _groups(request: ActingRequest, answer: Answer) -> dict[str, Any]:
    figure, times, by = answer.figure, answer.times, request.GET.get("by", "")
    there = groups.columns_of(figure, times, request.actor)
    found = groups.groups(figure, by, times, request.actor) if by in there else []
    ordered = sorted(found, key=lambda each: (each.exact is None, -(each.exact or 0), each.label))
    return {
        "columns_apart": [(name, str(column.name), name == by) for name, column in there.items()],
        "by": str(there[by].name) if by in there else "",
        "not_apart": groups.NotApart(figure, by, there).message if by and by not in there else "",
        "groups": [
            {
                "label": each.label or _("（空）"),
                "href": _rows_of(request, answer, by, each),
                "value": written(each.value, figure.unit_label) if each.missing is None else each.missing.label,
                "rows": "" if each.rows is None else written(each.rows),
            }
            for each in ordered
        ],
    }


def _rows_of(request: ActingRequest, answer: Answer, by: str, group: groups.Group) -> str:
    """Give the address of the rows behind one group; empty where the reader may not look into it."""
    inside = replace(answer.times, inside=(*answer.times.inside, (by, group.code)))
    if group.missing is not None or not sight.may_look_inside(answer.figure, request.actor, inside):
        return ""
    return f"{reverse('figures:one', args=[answer.figure.id])}?{query_of(inside)}#rows"


@page(permission="figures.export")
def export(request: ActingRequest, id: str) -> HttpResponse:
    """Give a figure and the rows behind it as a workbook: what the screen shows, all pages of it."""
    try:
        answer, form = _asked(request, id)
    except NoSuchFigure as unknown:
        return _unknown(request, unknown)
    if form.errors:
        return redirect(f"{reverse('figures:one', args=[id])}?{request.GET.urlencode()}")
    times = answer.times
    facts = [(each["label"], each["value"]) for each in _facts(answer)]
    head = SheetPlan(_("指标"), (Field(pgettext("what is said", "项目")), Field(_("内容"), width=60)))
    sheets: list[Any] = [(head, [(_("数值"), said(answer)), *facts])]
    for part in rows.behind(answer.figure, times, request.actor):
        fields = tuple(Field(in_column(column)) for _name, column in part.columns)
        lines = [[in_workbook(line.values.get(name), each) for name, each in part.columns] for line in part.lines()]
        sheets.append((SheetPlan(str(part.part.label), fields), lines))
        sheets += (
            [
                (
                    SheetPlan(_("未列出的行"), (Field(_("原因")), Field(_("行数")))),
                    [(str(reason.label), count) for reason, count in part.hidden.items()],
                )
            ]
            if part.hidden
            else []
        )
    out = io.BytesIO()
    write_workbook(out, sheets)
    answered = HttpResponse(out.getvalue(), content_type=WORKBOOK)
    answered["Content-Disposition"] = f'attachment; filename="{answer.figure.id}-{times.as_of}.xlsx"'
    return answered


@page(permission="figures.view")
def snapshot(request: ActingRequest, snapshot_id: int) -> HttpResponse:
    """Show a published value beside today's of the same day, and the rows by which they differ."""
    row = get_object_or_404(Snapshot, pk=snapshot_id)
    try:
        figure = sight.find(row.figure, request.actor, local_day(request.at))
    except NoSuchFigure as unknown:
        raise Http404 from unknown
    found = comparing.compare(row)
    on = Paginator(found.changes if request.actor.may("figures.all") else (), PAGE_ROWS).get_page(
        request.GET.get("page")
    )
    return render(
        request,
        "figures/snapshot.html",
        {
            "row": row,
            "figure": figure,
            "then": published(row, figure),
            "now": said(found.now),
            "differs": found.differs,
            "count": len(found.changes),
            "changes": on.object_list,
            "paging": paging.links(on, request),
            "times": row.times,
        },
    )
