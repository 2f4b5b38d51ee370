"""The list behind a share: every way of every item with the elements that decide it, to be confirmed or looked into."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yichuang.domains.catalogue import commands, queries, rules
from yichuang.domains.catalogue.models import ItemWay, ServiceItem
from yichuang.domains.catalogue.pages import wording
from yichuang.domains.catalogue.pages.asking import day_of, paged, shown, wants_workbook, yes_no
from yichuang.domains.catalogue.pages.ways.forms import ListForm, OverrideForm
from yichuang.domains.catalogue.pages.ways.overview import known_registry, registry_of, ways_address
from yichuang.domains.catalogue.terms import FourWay, WayState
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.people.visibility import visible
from yichuang.foundation.records.terms import By
from yichuang.kernel.errors import NotPossible
from yichuang.ui.repeating import once, once_or_back
from yichuang.ui.tables import Cell, Column, Plain, Table

CONFIRM = "catalogue.confirm_ways"


@page(permission="catalogue.ways")
def listed(request: ActingRequest) -> HttpResponse:
    """List the ways of a registry's items, narrowed by the filters of the address."""
    registry, day = registry_of(request), day_of(request)
    rows = queries.ways_seen(request.actor, registry, day)
    codes = sorted(set(rows.order_by().values_list("item__unit_code", flat=True)))
    names = queries.unit_names(codes)
    form = ListForm(request.GET, units=sorted(names.items(), key=lambda pair: pair[1]))
    found = narrowed(rows, form).order_by("item__name_key", "item", "way")
    if wants_workbook(request):
        return _table(list(found), names, frozenset()).download(f"{_('四办清单')} {day}")
    on_page, links = paged(request, found)
    ours = _confirmable(request.actor, codes) if day == local_day(request.at) else frozenset()
    context = {
        "day": day,
        "registry": registry,
        "registries": queries.registry_names(),
        "form": form,
        "paging": links,
        "may_confirm": any(_waits(row, ours) for row in on_page),
        "query": request.GET.urlencode(),
    }
    return shown(request, "catalogue/ways/list.html", context, table=_table(on_page, names, ours))


@page(permission=CONFIRM)
@require_POST
def confirm(request: ActingRequest) -> HttpResponse:
    """Confirm the ways that were ticked, or all that wait of a list."""
    back = f"{reverse('catalogue:ways_list')}?{request.POST.get('query', '')}"

    def done() -> str:
        keys = _all_waiting(request) if request.POST.get("do") == "all" else _ticked(request)
        number = commands.confirm_ways(keys=keys, by=request.actor, at=request.at)
        messages.success(request, _("已确认 %(n)s 条。") % {"n": number})
        return back

    return once_or_back(request, done, back)


@page(permission="catalogue.ways")
def one(request: ActingRequest, code: str) -> HttpResponse:
    """Show the ways of one item, what decides each, and how they came to stand so."""
    return _shown_one(request, code, OverrideForm(), "")


@page(permission=CONFIRM)
@require_POST
def override(request: ActingRequest, code: str, way: str) -> HttpResponse:
    """Confirm a way of an item, or say otherwise with a reason."""
    item = get_object_or_404(visible(request.actor, ServiceItem, "ways"), pk=code)
    chosen = FourWay(way) if way in FourWay.values else FourWay.INSTANT
    agrees = request.POST.get("do") == "confirm"
    form = OverrideForm(request.POST)

    def done() -> str:
        if agrees:
            commands.confirm_ways(keys=[(item.pk, chosen)], by=request.actor, at=request.at)
            messages.success(request, _("已确认。"))
        else:
            commands.override_way(
                code=item.pk,
                way=chosen,
                flag=request.POST.get("flag") == "yes",
                reason=form.cleaned_data["reason"],
                by=request.actor,
                at=request.at,
            )
            messages.success(request, _("已记录人工认定。"))
        return reverse("catalogue:ways_item", args=[item.pk])

    if agrees or form.is_valid():
        try:
            return once(request, done)
        except NotPossible as reason:
            form.add_error(None, reason.message)
    return _shown_one(request, code, form, chosen)


def narrowed(rows: QuerySet[ItemWay], form: ListForm) -> QuerySet[ItemWay]:
    """Narrow the ways by the filters; a filter that is none is passed over."""
    form.is_valid()
    asked = form.cleaned_data
    if asked.get("way"):
        rows = rows.filter(way=asked["way"])
    if asked.get("flag"):
        rows = rows.filter(flag=asked["flag"] == "yes", in_base=True)
    if asked.get("state") == "questioned":
        rows = rows.filter(is_questioned=True)
    elif asked.get("state"):
        rows = rows.filter(state=asked["state"])
    if asked.get("element"):
        rows = rows.filter(decided_by__contains=asked["element"])
    if asked.get("unit"):
        rows = rows.filter(item__unit_code=asked["unit"])
    if words := asked.get("q", "").strip():
        rows = rows.filter(Q(item__name__icontains=words) | Q(item__code__iexact=words))
    return rows.select_related("item")


def _table(rows: Sequence[ItemWay], names: dict[str, str], ours: frozenset[str]) -> Table:
    boxes = any(_waits(row, ours) for row in rows)
    columns = (
        *([Column(_("选"), on_screen=True)] if boxes else []),
        Column(_("事项")),
        Column(_("实施机关")),
        Column(_("四办")),
        Column(_("是否属于")),
        Column(_("计入基数")),
        Column(_("决定要素")),
        Column(_("状态")),
        Column(_("理由")),
    )
    told: list[list[Plain]] = [
        [
            *([_box(row, ours)] if boxes else []),
            Cell(row.item.name, href=reverse("catalogue:ways_item", args=[row.item_id])),
            names[row.item.unit_code],
            row.get_way_display(),
            yes_no(row.flag),
            yes_no(row.in_base),
            row.element_names,
            f"{row.get_state_display()}{_('，需要复核') if row.is_questioned else ''}",
            Cell(row.reason, text=row.reason or " "),
        ]
        for row in rows
    ]
    return Table("ways", _("四办清单"), columns, told, _("没有符合条件的事项。"))


def _box(row: ItemWay, ours: frozenset[str]) -> Cell:
    if not _waits(row, ours):
        return Cell("", text=" ")
    label = _("确认%(item)s的%(way)s") % {"item": row.item.name, "way": row.get_way_display()}
    return Cell(
        format_html('<input type="checkbox" name="key" value="{}/{}" aria-label="{}">', row.item_id, row.way, label)
    )


def _waits(row: ItemWay, ours: frozenset[str]) -> bool:
    return row.state == WayState.COMPUTED and row.item.unit_code in ours


def _confirmable(actor: Actor, codes: Sequence[str]) -> frozenset[str]:
    """Give the codes of the units for which the actor confirms."""
    units = actor.units(CONFIRM)
    known = Unit.objects.filter(code__in=codes)
    return frozenset((known if units is None else known.filter(pk__in=units)).values_list("code", flat=True))


def _ticked(request: ActingRequest) -> list[tuple[str, FourWay]]:
    pairs = [key.rpartition("/") for key in request.POST.getlist("key")]
    return [(code, FourWay(way)) for code, _slash, way in pairs if way in FourWay.values]


def _all_waiting(request: ActingRequest) -> list[tuple[str, FourWay]]:
    """Give everything that waits behind the filters of the list and that the actor may confirm."""
    day = local_day(request.at)
    asked = dict(parse_qsl(request.POST.get("query", "")))
    rows = queries.ways_seen(request.actor, known_registry(asked.get("registry", "")), day)
    codes = sorted(set(rows.order_by().values_list("item__unit_code", flat=True)))
    form = ListForm(asked, units=[(code, code) for code in codes])
    waiting = narrowed(rows, form).filter(
        state=WayState.COMPUTED, item__unit_code__in=_confirmable(request.actor, codes)
    )
    return [(row.item_id, FourWay(row.way)) for row in waiting]


def _shown_one(request: ActingRequest, code: str, form: OverrideForm, asked: str) -> HttpResponse:
    item = get_object_or_404(visible(request.actor, ServiceItem, "ways"), pk=code)
    today = local_day(request.at)
    standing = {row.way: row for row in queries.open_ways([item.pk])}
    ours = bool(_confirmable(request.actor, [item.unit_code]))
    ways = [
        _way(standing[way], form if way == asked else OverrideForm(auto_id=f"{way}_%s"))
        for way in FourWay
        if way in standing
    ]
    columns = (
        Column(_("记录时间")),
        Column(_("四办")),
        Column(_("是否属于")),
        Column(_("按要素计算")),
        Column(_("状态")),
        Column(_("理由")),
        Column(_("起")),
        Column(_("止")),
        Column(_("更正时间")),
        Column(_("经办")),
    )
    rows = list(queries.way_history(item.pk))
    who = queries.names_of(By.parse(row.by).account_id for row in rows)
    history: list[list[Plain]] = [
        [
            Cell(wording.moment(row.recorded_at)),
            row.get_way_display(),
            yes_no(row.flag),
            yes_no(row.computed),
            row.get_state_display(),
            Cell(row.reason, text=row.reason or " "),
            row.valid_from,
            row.valid_to,
            Cell(wording.moment(row.superseded_at)),
            who.get(By.parse(row.by).account_id or 0, _("系统")),
        ]
        for row in rows
    ]
    table = Table("history", _("变更记录"), columns, history)
    context = {
        "item": item,
        "unit": queries.unit_names([item.unit_code])[item.unit_code],
        "ways": ways,
        "ours": ours,
        "day": today,
        "form": form,
        "back": ways_address(page_name="catalogue:ways_list"),
    }
    return shown(request, "catalogue/ways/item.html", context, table=table)


def _way(row: ItemWay, form: OverrideForm) -> dict[str, object]:
    item = queries.version_of(row.item_id, row.version)
    elements = rules.elements_of(item)
    verdict = rules.ways_of(elements)[FourWay(row.way)]
    return {
        "row": row,
        "form": form,
        "elements": [{"label": str(each.label), "value": wording.said_of(item, each)} for each in verdict.decided_by],
        "other": not row.computed,
    }
