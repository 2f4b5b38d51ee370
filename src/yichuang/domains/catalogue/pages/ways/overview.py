"""The shares of the four ways with what they are held against, by unit; targets; making the list public."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.pages import bars, wording
from yichuang.domains.catalogue.pages.asking import day_of, shown, wants_workbook
from yichuang.domains.catalogue.pages.ways.forms import TargetForm
from yichuang.domains.catalogue.terms import FourWay
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.kernel.errors import NotPossible
from yichuang.ui.repeating import once, once_or_back
from yichuang.ui.tables import Cell, Column, Plain, Table


@page(permission="catalogue.ways")
def overview(request: ActingRequest) -> HttpResponse:
    """Show the share of each way on a day, with the city's and the target, and each unit's."""
    registry, day = registry_of(request), day_of(request)
    ratios = queries.ratios(registry, day)
    table, units = ratio_table(ratios, registry, day), unit_table(queries.by_unit(registry, day), registry, day)
    if wants_workbook(request):
        chosen = units if request.GET.get("table") == "units" else table
        return chosen.download(f"{chosen.caption} {day}")
    publication = queries.published_ways(registry)
    context = {
        "day": day,
        "registry": registry,
        "registries": queries.registry_names(),
        "svg": picture(ratios),
        "waiting": sum(each.waiting + each.questioned for each in ratios),
        "publication": publication,
        "may_publish": request.actor.may("catalogue.publish_ways"),
    }
    return shown(request, "catalogue/ways/overview.html", context, table=table, units=units)


@page(permission="catalogue.publish_ways")
@require_POST
def publish(request: ActingRequest) -> HttpResponse:
    """Make the list of a registry public as it stands."""
    registry = known_registry(request.POST.get("registry", ""))

    def done() -> str:
        commands.publish_ways(registry=registry, by=request.actor, at=request.at)
        messages.success(request, _("四办清单已公布。"))
        return ways_address(registry)

    return once_or_back(request, done, ways_address(registry))


@page(permission="catalogue.publish_ways")
def targets(request: ActingRequest) -> HttpResponse:
    """List the targets by quarter, and set one."""
    registry, day = registry_of(request), day_of(request)
    form = TargetForm(request.POST or None, initial={"quarter": queries.quarter_of(day)})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data

        def done() -> str:
            commands.set_target(
                registry=registry,
                way=FourWay(told["way"]),
                quarter=told["quarter"],
                percent=told["percent"],
                source=told["source"],
                by=request.actor,
                at=request.at,
            )
            messages.success(request, _("目标已设定。"))
            return request.get_full_path()

        try:
            return once(request, done)
        except NotPossible as reason:
            form.add_error(None, reason.message)
    columns = (Column(_("季度")), Column(_("四办")), Column(_("目标"), numeric=True), Column(_("依据")))
    rows: list[list[Plain]] = [
        [each.quarter, each.get_way_display(), Cell(Decimal(each.hundredths) / 100), each.source]
        for each in queries.targets(registry, day)
    ]
    table = Table("targets", _("目标（%）"), columns, rows, _("还没有设定目标。"))
    context = {"form": form, "registry": registry, "day": day}
    return shown(request, "catalogue/ways/targets.html", context, table=table)


def registry_of(request: ActingRequest) -> str:
    """Read which registry the address asks for; the base of the four ways where it names none that is there."""
    return known_registry(request.GET.get("registry", ""))


def known_registry(asked: str) -> str:
    """Give a registry that is there; the base of the four ways in place of one that is not."""
    return asked if asked in dict(queries.registry_names()) else queries.base_registry()


def ways_address(registry: str = "", on: date | None = None, page_name: str = "catalogue:ways", **more: str) -> str:
    """Give the address of a page on the ways with its registry and day."""
    asked = {"registry": registry, "on": on.isoformat() if on else "", **more}
    query = urlencode({name: value for name, value in asked.items() if value})
    return reverse(page_name) + (f"?{query}" if query else "")


def ratio_table(ratios: Sequence[queries.Ratio], registry: str, day: date) -> Table:
    """Make the table of shares."""
    columns = (
        Column(_("四办")),
        Column(_("事项数"), numeric=True),
        Column(_("基数"), numeric=True),
        Column(_("占比（%）"), numeric=True),
        Column(_("全市（%）"), numeric=True),
        Column(_("与全市差"), numeric=True),
        Column(_("本季目标（%）"), numeric=True),
        Column(_("与目标差"), numeric=True),
        Column(_("待确认"), numeric=True),
        Column(_("需要复核"), numeric=True),
    )

    def address(way: FourWay, **more: str) -> str:
        return ways_address(registry, day, "catalogue:ways_list", way=way, **more)

    rows: list[list[Plain]] = [
        [
            Cell(str(each.way.label), href=address(each.way)),
            Cell(each.count, href=address(each.way, flag="yes")),
            each.base,
            each.percent,
            each.city,
            _difference(each.percent, each.city),
            each.target,
            _difference(each.percent, each.target),
            Cell(each.waiting, href=address(each.way, state="COMPUTED") if each.waiting else ""),
            Cell(each.questioned, href=address(each.way, state="questioned") if each.questioned else ""),
        ]
        for each in ratios
    ]
    return Table("ratios", _("四办占比"), columns, rows)


def _difference(own: Decimal | None, other: Decimal | None) -> Cell:
    gap = None if own is None or other is None else own - other
    return Cell(gap, text=wording.points(gap))


def unit_table(units: Sequence[queries.UnitShares], registry: str, day: date) -> Table:
    """Make the table of units."""
    columns = (
        Column(_("实施机关")),
        Column(_("事项数"), numeric=True),
        *(Column(_("%(way)s（%%）") % {"way": way.label}, numeric=True) for way in FourWay),
        Column(_("即办件占比（%）"), numeric=True),
    )
    rows: list[list[Plain]] = [
        [
            Cell(each.name, href=ways_address(registry, day, "catalogue:ways_list", unit=each.code)),
            each.items,
            *(each.ways[way].percent for way in FourWay),
            each.instant_items.percent,
        ]
        for each in units
    ]
    return Table("units", _("各单位四办占比"), columns, rows, _("这一天清单中没有事项。"))


def picture(ratios: Sequence[queries.Ratio]) -> str:
    """Draw the shares as bars with the city's and the target."""
    return bars.drawn(
        _("四办占比"),
        [
            bars.Bar(
                str(each.way.label),
                each.percent,
                tuple(
                    (word, share)
                    for word, share in ((_("全市"), each.city), (_("目标"), each.target))
                    if share is not None
                ),
            )
            for each in ratios
        ],
    )
