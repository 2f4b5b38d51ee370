"""What one element keeps out of a way, what changing it would do, and how far units lie apart."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from yichuang.domains.catalogue import commands, queries, rules
from yichuang.domains.catalogue.models import WhatIfRun
from yichuang.domains.catalogue.pages import bars, wording
from yichuang.domains.catalogue.pages.asking import day_of, paged, shown, wants_workbook
from yichuang.domains.catalogue.pages.ways.forms import ChangeForm
from yichuang.domains.catalogue.pages.ways.overview import registry_of, unit_table, ways_address
from yichuang.domains.catalogue.terms import Element, ElementChange, FourWay
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.records.terms import By
from yichuang.kernel.errors import NotPossible
from yichuang.ui.repeating import once
from yichuang.ui.tables import Cell, Column, Plain, Table
from yichuang.ui.words import listed

BEST_CHANGE = {FourWay.INSTANT: (Element.PROMISE, Decimal("0.125")), FourWay.ONCE: (Element.VISITS, Decimal(1))}
"""What the form proposes first: an hour, one visit."""


@page(permission="catalogue.ways")
def near(request: ActingRequest) -> HttpResponse:
    """List what one element keeps out of a way; try what changing it would do."""
    registry, day, way = registry_of(request), day_of(request), _way_of(request)
    found = queries.near_misses(request.actor, registry, way, day)
    if request.GET.get("show") == "candidates":
        found = [each for each in found if each.is_candidate]
    if wants_workbook(request):
        return _near_table(found, (), way).download(f"{_('差一个要素')} {way.label} {day}")
    form = ChangeForm(request.POST or None, initial=_proposed(way, found))
    ticked = tuple(request.POST.getlist("item"))
    if request.method == "POST" and form.is_valid():
        codes = [each.code for each in found] if request.POST.get("do") == "all" else list(ticked)
        if codes:
            return _tried(request, registry, form, codes) or _near(request, registry, way, found, form, ticked)
        form.add_error(None, _("请勾选要改的事项，或点“对全部测算”。"))
    return _near(request, registry, way, found, form, ticked)


@page(permission="catalogue.ways")
def tried(request: ActingRequest) -> HttpResponse:
    """List the trials that were kept."""
    columns = (
        Column(_("测算时间")),
        Column(_("改动")),
        Column(_("事项数"), numeric=True),
        *(Column(str(way.label), numeric=True) for way in FourWay),
        Column(_("说明")),
        Column(_("经办")),
    )
    runs = list(queries.what_ifs())
    who = queries.names_of(By.parse(run.made_by).account_id for run in runs)
    rows: list[list[Plain]] = [
        [
            Cell(wording.moment(run.made_at), href=reverse("catalogue:what_if", args=[run.pk])),
            wording.said_of_change(ElementChange(Element(run.element), run.number)),
            len(run.codes),
            *(_moved(run, way) for way in FourWay),
            Cell(run.note, text=run.note or " "),
            who.get(By.parse(run.made_by).account_id or 0, _("系统")),
        ]
        for run in runs
    ]
    table = Table("runs", _("测算记录"), columns, rows, _("还没有测算过。"))
    if wants_workbook(request):
        return table.download(_("测算记录"))
    return shown(request, "catalogue/ways/tried.html", {}, table=table)


@page(permission="catalogue.ways")
def trial(request: ActingRequest, run_id: int) -> HttpResponse:
    """Show what a trial would do to each way, and which items come in."""
    run = queries.what_if(run_id)
    if run is None:
        raise Http404
    effects = {FourWay(each.way): each for each in run.effects.all()}
    names = queries.item_names({*run.codes, *(code for each in effects.values() for code in each.gained.split())})
    columns = (
        Column(_("四办")),
        Column(_("基数"), numeric=True),
        Column(_("现在"), numeric=True),
        Column(_("现在占比（%）"), numeric=True),
        Column(_("之后"), numeric=True),
        Column(_("之后占比（%）"), numeric=True),
        Column(_("增加"), numeric=True),
        Column(_("新增事项")),
    )
    rows: list[list[Plain]] = []
    drawn = []
    for way, each in effects.items():
        now, then = rules.percent(each.before, each.base), rules.percent(each.after, each.base)
        gained = listed(names[code] for code in each.gained.split())
        rows.append([str(way.label), each.base, each.before, now, each.after, then, each.after - each.before, gained])
        drawn.append(bars.Bar(str(way.label), then, () if now is None else ((_("现在"), now),)))
    table = Table("effects", _("测算结果"), columns, rows)
    if wants_workbook(request):
        return table.download(f"{_('测算结果')} {run.pk}")
    context = {
        "run": run,
        "day": run.on,
        "said": wording.said_of_change(ElementChange(Element(run.element), run.number)),
        "items": [(code, names[code]) for code in run.codes],
        "svg": bars.drawn(_("测算结果"), drawn),
        "again": ways_address(run.registry, page_name="catalogue:ways_near"),
    }
    return shown(request, "catalogue/ways/trial.html", context, table=table)


@page(permission="catalogue.ways")
def spread(request: ActingRequest) -> HttpResponse:
    """Show how far units lie apart: best, median and worst, and the rate of 即办件 of each."""
    registry, day = registry_of(request), day_of(request)
    units = queries.by_unit(registry, day)
    columns = (
        Column(_("四办")),
        Column(_("最高（%）"), numeric=True),
        Column(_("中位（%）"), numeric=True),
        Column(_("最低（%）"), numeric=True),
        Column(_("差距"), numeric=True),
        Column(_("最高的单位")),
        Column(_("最低的单位")),
    )
    spreads = queries.spreads(units)
    rows: list[list[Plain]] = [
        [
            Cell(str(each.way.label), href=ways_address(registry, day, "catalogue:ways_list", way=each.way)),
            each.best,
            each.median,
            each.worst,
            each.best - each.worst,
            *_whose(each),
        ]
        for each in spreads
    ]
    table = Table("spread", _("单位之间的差距"), columns, rows, _("这一天清单中没有事项。"))
    by_rate = sorted(units, key=lambda each: (-(each.instant_items.percent or 0), each.code))
    each_unit = unit_table(by_rate, registry, day)
    if wants_workbook(request):
        chosen = each_unit if request.GET.get("table") == "units" else table
        return chosen.download(f"{chosen.caption} {day}")
    rate = queries.Share(
        sum(each.instant_items.count for each in units), sum(each.instant_items.base for each in units)
    )
    short = queries.unit_names((each.code for each in units), in_short=True)
    context = {
        "day": day,
        "registry": registry,
        "registries": queries.registry_names(),
        "rate": rate,
        "candidates": len(queries.candidates(request.actor, registry, day)),
        "svg": bars.drawn(
            _("各单位即办件占比"), [bars.Bar(short[each.code], each.instant_items.percent) for each in by_rate]
        ),
    }
    return shown(request, "catalogue/ways/spread.html", context, table=table, units=each_unit)


def _whose(spread: queries.Spread) -> tuple[str, str]:
    """Name the units that are best and those that are worst; where all are alike they are neither."""
    if spread.best == spread.worst:
        return _("各单位相同"), _("各单位相同")
    return wording.some(spread.best_units), wording.some(spread.worst_units)


def _way_of(request: ActingRequest) -> FourWay:
    asked = request.GET.get("way", "")
    return FourWay(asked) if asked in FourWay.values else FourWay.INSTANT


def _proposed(way: FourWay, found: Sequence[queries.NearMiss]) -> dict[str, object]:
    element, number = BEST_CHANGE.get(way, (found[0].element if found else Element.PLACES, None))
    return {"element": element.value, "number": number}


def _tried(request: ActingRequest, registry: str, form: ChangeForm, codes: list[str]) -> HttpResponse | None:
    """Try the change and lead to its answer; None where it was refused."""

    def done() -> str:
        run = commands.try_change(
            registry=registry,
            change=form.change,
            codes=codes,
            note=form.cleaned_data["note"],
            by=request.actor,
            at=request.at,
        )
        return reverse("catalogue:what_if", args=[run.pk])

    try:
        return once(request, done)
    except NotPossible as reason:
        form.add_error(None, reason.message)
        return None


def _near(
    request: ActingRequest,
    registry: str,
    way: FourWay,
    found: Sequence[queries.NearMiss],
    form: ChangeForm,
    ticked: Sequence[str],
) -> HttpResponse:
    on_page, links = paged(request, found)
    day = day_of(request)
    counts = [
        {
            "label": str(each.label),
            "count": len(found) if each is way else len(queries.near_misses(request.actor, registry, each, day)),
            "href": ways_address(registry, day, "catalogue:ways_near", way=each),
            "current": each is way,
        }
        for each in FourWay
    ]
    context = {
        "day": day,
        "registry": registry,
        "registries": queries.registry_names(),
        "way": way,
        "counts": counts,
        "form": form,
        "paging": links,
        "total": len(found),
        "only": request.GET.get("show") == "candidates",
        "has_candidates": way is FourWay.INSTANT,
        "is_today": day == local_day(request.at),
    }
    return shown(request, "catalogue/ways/near.html", context, table=_near_table(on_page, ticked, way))


def _near_table(found: Sequence[queries.NearMiss], ticked: Sequence[str], way: FourWay) -> Table:
    columns = (
        Column(_("选"), on_screen=True),
        Column(_("事项")),
        Column(_("实施机关")),
        Column(_("差的要素")),
        Column(_("现在")),
        *([Column(_("建议改为即办"))] if way is FourWay.INSTANT else []),
    )
    rows: list[list[Plain]] = [
        [
            format_html(
                '<input type="checkbox" name="item" value="{}" aria-label="{}"{}>',
                each.code,
                each.name,
                format_html(" checked") if each.code in ticked else "",
            ),
            Cell(each.name, href=reverse("catalogue:ways_item", args=[each.code])),
            each.unit,
            str(each.element.label),
            wording.said_of(each.item, each.element),
            *([_("建议") if each.is_candidate else Cell("", text=" ")] if way is FourWay.INSTANT else []),
        ]
        for each in found
    ]
    return Table("near", _("差一个要素的事项"), columns, rows, _("没有只差一个要素的事项。"))


def _moved(run: WhatIfRun, way: FourWay) -> Cell:
    effect = next((each for each in run.effects.all() if each.way == way), None)
    return Cell(
        None if effect is None else effect.after - effect.before,
        text="" if effect is None else f"{effect.after - effect.before:+}",
    )
