"""The list of major projects: filters in the address, saved views, the same rows as a workbook; board and Gantt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yichuang.domains.projects import queries
from yichuang.domains.projects.pages import picture
from yichuang.domains.projects.pages.answers import unit_choices, year_of
from yichuang.domains.projects.pages.forms import FilterForm
from yichuang.domains.projects.queries import Asked, Listed
from yichuang.domains.projects.rules.amounts import in_wan, in_yi, share
from yichuang.domains.projects.rules.progress import time_share
from yichuang.domains.projects.terms import Stage
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.ui import paging
from yichuang.ui.saved import views
from yichuang.ui.tables import Cell, Column, Plain, Table
from yichuang.ui.words import listed

PER_PAGE = 50


@page(permission="projects.view")
def projects(request: ActingRequest) -> HttpResponse:
    """List the projects of a year as the address asks; `format=xlsx` gives all of them as a workbook."""
    form, asked = _asked(request)
    wants_workbook = request.GET.get("format") == "xlsx" and request.actor.may("projects.export")
    rows = queries.asked_for(request.actor, asked, "export" if wants_workbook else "list")
    if wants_workbook:
        return table(queries.listed(rows)).download(f"{_('重大项目')} {asked.year}")
    whole = queries.listed(rows)
    on = Paginator(whole, PER_PAGE).get_page(request.GET.get("page"))
    context = _context(request, form, asked, whole) | {
        "table": table(list(on.object_list)).context(),
        "paging": paging.links(on, request),
        "views": views(request),
        "waiting": queries.waiting_entries(request.actor).count() if request.actor.may("projects.confirm") else None,
        "may_manage": request.actor.may("projects.manage"),
        "may_import": request.actor.may("projects.import"),
        "may_export": request.actor.may("projects.export"),
    }
    return render(request, "projects/projects.html", context)


@page(permission="projects.view")
def board(request: ActingRequest) -> HttpResponse:
    """Show the projects of a year in columns, a stage each."""
    form, asked = _asked(request)
    rows = queries.listed(queries.asked_for(request.actor, asked))
    columns = [(stage, [row for row in rows if row.stage == stage]) for stage in Stage]
    context = _context(request, form, asked, rows) | {"columns": [each for each in columns if each[1]]}
    return render(request, "projects/board.html", context)


@page(permission="projects.view")
def gantt(request: ActingRequest) -> HttpResponse:
    """Show the projects of a year as bars over the months with their nodes, and the same as a list."""
    form, asked = _asked(request)
    rows = queries.listed(queries.asked_for(request.actor, asked))
    bars = queries.bars(rows)
    context = _context(request, form, asked, rows) | {
        "svg": picture.gantt(bars, asked.year, asked.on),
        "table": picture.gantt_table(bars).context(),
    }
    return render(request, "projects/gantt.html", context)


def table(rows: Sequence[Listed]) -> Table:
    """Make the table of projects."""
    columns = (
        Column(_("编号")),
        Column(_("项目名称")),
        Column(_("责任单位")),
        Column(_("类别")),
        Column(_("阶段")),
        Column(_("年度计划（万元）"), numeric=True),
        Column(_("完成投资（万元）"), numeric=True),
        Column(_("完成率（%）"), numeric=True),
        Column(_("预警")),
    )
    return Table("projects", _("重大项目"), columns, [_row(row) for row in rows], _("没有符合条件的项目。"))


def _row(row: Listed) -> list[Plain]:
    project, number = row.project, row.project.number
    return [
        Cell(number, href=reverse("projects:project", args=[number])),
        project.dossier.title + (_("（演示数据）") if project.dossier.is_synthetic else ""),
        project.dossier.unit.short_name,
        str(row.kind.label) if row.kind else "",
        str(row.stage.label),
        in_wan(row.plan_fen),
        in_wan(row.done_fen),
        row.share,
        listed(str(each.label) for each in row.troubles),
    ]


def _asked(request: ActingRequest) -> tuple[FilterForm, Asked]:
    form = FilterForm(request.GET or None, units=unit_choices(request, "projects.view"))
    form.is_valid()
    given = getattr(form, "cleaned_data", {})
    words = {name: given.get(name) or "" for name in ("q", "stage", "kind", "sector", "unit", "trouble", "sort")}
    return form, Asked(year=given.get("year") or year_of(request), on=local_day(request.at), **words)


def _context(request: ActingRequest, form: FilterForm, asked: Asked, rows: Sequence[Listed]) -> dict[str, Any]:
    plan, done = queries.total_of(rows)
    return {
        "form": form,
        "year": asked.year,
        "on": asked.on,
        "count": len(rows),
        "plan": in_yi(plan),
        "done": in_yi(done),
        "share": share(done, plan),
        "time_share": f"{float(time_share(asked.year, asked.on)) * 100:.1f}",
        "behind": sum("behind" in row.troubles for row in rows),
        "query": request.GET.urlencode(),
    }
