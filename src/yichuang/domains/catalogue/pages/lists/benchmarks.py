"""How far items are from another region, item by item and by unit; values are typed in or imported."""

from __future__ import annotations

import io
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.models import BenchmarkValue, ServiceItem
from yichuang.domains.catalogue.pages import wording
from yichuang.domains.catalogue.pages.asking import day_of, paged, shown, wants_workbook
from yichuang.domains.catalogue.pages.lists import sheets
from yichuang.domains.catalogue.pages.lists.forms import BenchmarkForm, DistanceForm, ImportForm
from yichuang.domains.catalogue.terms import Unit
from yichuang.foundation.files.tables import Findings
from yichuang.foundation.people.pages import ActingRequest, page, refuse
from yichuang.foundation.people.visibility import visible
from yichuang.foundation.records.terms import By
from yichuang.kernel.errors import NotPossible
from yichuang.ui.repeating import once
from yichuang.ui.tables import XLSX, Cell, Column, Plain, Table

KEEP = "catalogue.benchmark"


@page(permission="catalogue.ways")
def listed(request: ActingRequest) -> HttpResponse:
    """Put items beside what a region asks for them, those farthest behind first."""
    day = day_of(request)
    known = queries.regions(day)
    regions = [(queries.BEST, _("各地最优")), *((each, each) for each in known)]
    units = sorted(queries.units_with_benchmarks(request.actor, day).items(), key=lambda pair: pair[1])
    form = DistanceForm(request.GET, regions=regions, units=units)
    form.is_valid()
    region = form.cleaned_data.get("region") or queries.BEST
    found = queries.distances(request.actor, day, region, unit=form.cleaned_data.get("unit", ""))
    by_unit = _units(queries.by_unit_behind(found))
    if wants_workbook(request):
        chosen = by_unit if request.GET.get("table") == "units" else _items(found)
        return chosen.download(f"{chosen.caption} {day}")
    on_page, links = paged(request, found)
    context = {
        "day": day,
        "form": form,
        "paging": links,
        "behind": sum(each.is_behind for each in found),
        "may_keep": request.actor.may(KEEP),
    }
    return shown(request, "catalogue/lists/benchmarks.html", context, table=_items(on_page), units=by_unit)


@page(permission="catalogue.ways")
def one(request: ActingRequest, code: str) -> HttpResponse:
    """Show an item beside every region, what was ever entered, and take a new value in."""
    item = get_object_or_404(visible(request.actor, ServiceItem, "ways"), pk=code)
    if request.method == "POST" and not request.actor.may(KEEP):
        return refuse(request, KEEP)
    form = BenchmarkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def done() -> str:
            commands.keep_benchmarks(values=[form.benchmark(item.pk)], by=request.actor, at=request.at)
            messages.success(request, _("对标值已保存。"))
            return reverse("catalogue:benchmark", args=[item.pk])

        try:
            return once(request, done)
        except NotPossible as reason:
            form.add_error(None, reason.message)
    day = day_of(request)
    own = queries.measured(queries.version_of(item.pk, item.version), day)
    context = {
        "item": item,
        "form": form,
        "may_keep": request.actor.may(KEEP),
        "regions": [row.region for row in queries.benchmarks_of(item.pk, day)],
        "own": [
            {"label": pgettext("count", "环节"), "value": wording.amount(own.steps)},
            {"label": _("承诺办结时限"), "value": wording.amount(own.time)},
            {"label": _("法定办结时限"), "value": wording.amount(own.legal)},
            {"label": _("申请材料"), "value": wording.amount(own.materials)},
            {"label": _("到现场次数"), "value": wording.amount(own.visits)},
            {"label": _("收费"), "value": wording.amount(own.cost)},
        ],
    }
    history = list(queries.benchmark_history(item.pk))
    return shown(request, "catalogue/lists/benchmark.html", context, table=_history(history))


@page(permission=KEEP)
@require_POST
def end(request: ActingRequest, code: str) -> HttpResponse:
    """Take back what is known of a region, from today on."""
    item = get_object_or_404(visible(request.actor, ServiceItem, "ways"), pk=code)

    def done() -> str:
        commands.end_benchmark(code=item.pk, region=request.POST.get("region", ""), by=request.actor, at=request.at)
        messages.success(request, _("已从今天起停用。"))
        return reverse("catalogue:benchmark", args=[item.pk])

    return once(request, done)


@page(permission=KEEP)
def take_in(request: ActingRequest) -> HttpResponse:
    """Take values in from a workbook or text table: all of it, or nothing with every fault at its cell."""
    form = ImportForm(request.POST or None, request.FILES or None)
    findings = Findings()
    if request.method == "POST" and form.is_valid():

        def done() -> str:
            values = sheets.read_benchmarks(form.cleaned_data["table"], findings)
            if not findings.is_clean:
                raise sheets.TableFaulty(findings)
            number = commands.keep_benchmarks(values=values, by=request.actor, at=request.at)
            messages.success(
                request, _("已导入 %(rows)s 行，其中 %(new)s 行有变化。") % {"rows": len(values), "new": number}
            )
            return reverse("catalogue:benchmarks")

        try:
            return once(request, done)
        except NotPossible as reason:
            form.add_error(None, reason.message)
    context = {"form": form, "findings": findings}
    return shown(request, "catalogue/lists/benchmark_import.html", context)


@page(permission=KEEP)
def template(request: ActingRequest) -> HttpResponse:
    """Give the workbook to be filled in."""
    out = io.BytesIO()
    sheets.write_template_of_benchmarks(out)
    answer = HttpResponse(out.getvalue(), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="benchmarks.xlsx"'
    return answer


def _items(found: Sequence[queries.Distance]) -> Table:
    columns = (
        Column(_("事项")),
        Column(_("实施机关")),
        Column(_("对标地区")),
        *(
            Column(label, numeric=True)
            for name in _labels().values()
            for label in (_("%(name)s：本区") % {"name": name}, _("对方"), _("差"))
        ),
        Column(_("压缩法定时限（%）"), numeric=True),
        Column(_("来源")),
    )
    rows: list[list[Plain]] = []
    for each in found:
        numbers: list[Plain] = []
        for measure in queries.MEASURES:
            own, theirs, gap = getattr(each.own, measure), getattr(each.theirs, measure), each.gaps[measure]
            difference = None if gap is None else wording.counted(gap, _UNITS[measure])
            numbers += [
                Cell(wording.number_of(own), text=wording.amount(own) if wording.number_of(own) is None else ""),
                Cell(wording.number_of(theirs)),
                Cell(difference, text="" if difference is None else f"{difference:+}"),
            ]
        rows.append(
            [
                Cell(each.name, href=reverse("catalogue:benchmark", args=[each.code])),
                each.unit,
                each.region,
                *numbers,
                each.saved_percent,
                each.source,
            ]
        )
    return Table("distances", _("事项对标"), columns, rows, _("还没有对标值。"))


_UNITS = {
    "steps": Unit.STEP,
    "time": Unit.MINUTE,
    "materials": Unit.MATERIAL,
    "visits": Unit.VISIT,
    "cost": Unit.FEN,
}


def _labels() -> dict[str, str]:
    return {
        "steps": pgettext("count", "环节"),
        "time": _("工作日"),
        "materials": _("材料"),
        "visits": _("到现场"),
        "cost": _("收费（元）"),
    }


def _units(found: Sequence[queries.UnitDistance]) -> Table:
    columns = (
        Column(_("实施机关")),
        Column(_("对标事项"), numeric=True),
        Column(_("落后事项"), numeric=True),
        *(Column(_("平均差：%(name)s") % {"name": name}, numeric=True) for name in _labels().values()),
    )
    rows: list[list[Plain]] = [
        [each.name, each.items, each.behind, *(_average(each, measure) for measure in queries.MEASURES)]
        for each in found
    ]
    return Table("units", _("各单位对标"), columns, rows, _("还没有对标值。"))


def _average(unit: queries.UnitDistance, measure: str) -> Cell:
    total, known = unit.gaps[measure]
    if not known:
        return Cell(None)
    mean = wording.short(wording.counted(total, _UNITS[measure]) / known)
    return Cell(mean, text=f"{mean:+}")


def _history(rows: Sequence[BenchmarkValue]) -> Table:
    columns = (
        Column(_("对标地区")),
        Column(_("起")),
        Column(_("止")),
        *(Column(name, numeric=True) for name in _labels().values()),
        Column(_("来源")),
        Column(_("经办")),
        Column(_("记录时间")),
        Column(_("更正时间")),
    )
    who = queries.names_of(By.parse(row.by).account_id for row in rows)
    told: list[list[Plain]] = [
        [
            row.region,
            row.valid_from,
            row.valid_to,
            row.steps,
            None if row.minutes is None else wording.days(row.minutes),
            row.materials,
            row.visits,
            None if row.cost_fen is None else wording.yuan(row.cost_fen),
            row.source,
            who.get(By.parse(row.by).account_id or 0, _("系统")),
            wording.moment(row.recorded_at),
            wording.moment(row.superseded_at),
        ]
        for row in rows
    ]
    return Table("history", _("对标值和历次更正"), columns, told, _("还没有对标值。"))
