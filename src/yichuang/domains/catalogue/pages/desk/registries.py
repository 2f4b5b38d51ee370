"""Registries on pages: what each lists, checks and leaves out, and the one deed that publishes all that waits."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.models import ListingEntry, ListingRun
from yichuang.domains.catalogue.pages import wording
from yichuang.domains.catalogue.pages.asking import paged, wants_workbook
from yichuang.domains.catalogue.pages.desk.asking import FindForm, address, counted, desk
from yichuang.domains.catalogue.pages.desk.matters import ReasonForm
from yichuang.domains.catalogue.pages.ways.overview import ways_address
from yichuang.domains.catalogue.terms import EntryState, FourWay, Registry, RunState
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.ui import words
from yichuang.ui.repeating import once_or_back
from yichuang.ui.tables import Cell, Column, Plain, Table

SEE, KEEP = "catalogue.registries", "catalogue.keep_registries"


@page(permission=SEE)
def listed(request: ActingRequest) -> HttpResponse:
    """List the registries with their edition, what each lists and what waits, and the four ways over each."""
    today = local_day(request.at)
    context = {"day": today}
    tables = {"table": _registries(request), "ratios": _ratios(request)}
    return desk(request, "catalogue/desk/registries.html", context, **tables)


@page(permission=SEE)
def one(request: ActingRequest, registry: str) -> HttpResponse:
    """Show the entries of a registry with their counts by state, level and body."""
    return _one(request, _registry(registry), ReasonForm())


@page(permission=SEE)
def progress(request: ActingRequest, registry: str) -> HttpResponse:
    """Tell how far the publication of a registry is, for the page that asks every second."""
    which = _registry(registry)
    return render(request, "catalogue/desk/progress.html", {"registry": which, "run": queries.last_run(which)})


@page(permission=KEEP)
@require_POST
def act(request: ActingRequest, registry: str) -> HttpResponse:
    """Enter what the catalogue itself says, publish all that waits in one deed, or take entries back."""
    which = _registry(registry)
    what = request.POST.get("do", "")
    back = reverse("catalogue:registry", args=[which.value])
    form = ReasonForm(request.POST)
    if what == "withdraw" and not form.is_valid():
        return _one(request, which, form)

    def done() -> str:
        if what == "enter":
            pairs = queries.proposed_entries(which, local_day(request.at))
            entered = commands.enter_listings(registry=which, pairs=pairs, by=request.actor, at=request.at)
            said = _("录入 %(new)s 条，已有 %(known)s 条。")
            messages.success(request, said % {"new": entered.new, "known": entered.known})
        elif what == "publish":
            run = commands.order_listings(registry=which, by=request.actor, at=request.at)
            messages.success(request, _("开始检查并发布 %(n)s 条。") % {"n": run.total})
        elif what == "withdraw":
            number = commands.withdraw_listings(
                registry=which,
                pairs=queries.pairs_of(request.actor, which, request.POST.getlist("entry")),
                reason=form.cleaned_data["reason"],
                by=request.actor,
                at=request.at,
            )
            messages.success(request, _("已撤回 %(n)s 条。") % {"n": number})
        return back

    return once_or_back(request, done, back)


def _registry(said: str) -> Registry:
    if said not in Registry.values:
        raise Http404
    return Registry(said)


def _one(request: ActingRequest, registry: Registry, form: ReasonForm) -> HttpResponse:
    levels, bodies = queries.by_level(request.actor, registry), queries.by_body(request.actor, registry)
    find = FindForm(request.GET, units=[each.code for each in bodies])
    labels = {"": _("全部"), **dict(EntryState.choices)}
    state, level = request.GET.get("state", ""), request.GET.get("level", "")
    filters = queries.EntryFilters(
        q=find.said("q"),
        state=state if state in labels else "",
        level=level if level in {each.code for each in levels} else "",
        unit=find.said("unit"),
    )
    rows = queries.entries(request.actor, registry, filters)
    day = local_day(request.at)
    if wants_workbook(request):
        return _entries(list(rows), boxes=False).download(f"{registry.label} {day}")
    may_keep = request.actor.may(KEEP)
    on_page, links = paged(request, rows)
    context = {
        "day": day,
        "registry": registry,
        "form": find,
        "reason_form": form,
        "state": filters.state,
        "level": filters.level,
        "paging": links,
        "counts": counted(request, queries.entry_counts(request.actor, registry, filters), labels, tones=TONES),
        "run": queries.last_run(registry),
        "listed": queries.listed_count(registry, day),
        "may_keep": may_keep,
    }
    tables = {
        "table": _entries(on_page, boxes=may_keep),
        "levels": _counts(request, "levels", _("按层级"), levels, "level"),
        "bodies": _counts(request, "bodies", _("按单位"), bodies, "unit"),
    }
    return desk(request, "catalogue/desk/registry.html", context, **tables)


TONES = {EntryState.FAULTY.value: "late", EntryState.ENTERED.value: "soon"}


def _registries(request: ActingRequest) -> Table:
    columns = (
        Column(_("事项库")),
        Column(_("版次")),
        Column(_("已发布"), numeric=True),
        Column(_("待发布"), numeric=True),
        Column(_("检查未通过"), numeric=True),
        Column(_("单位"), numeric=True),
    )
    rows: list[list[Plain]] = []
    for registry in Registry:
        here = reverse("catalogue:registry", args=[registry.value])
        bodies = queries.by_body(request.actor, registry)
        numbers = {
            EntryState.PUBLISHED: sum(each.listed for each in bodies),
            EntryState.ENTERED: sum(each.waiting for each in bodies),
            EntryState.FAULTY: sum(each.faulty for each in bodies),
        }
        rows.append(
            [
                Cell(str(registry.label), href=here),
                edition(registry),
                Cell(numbers[EntryState.PUBLISHED], href=f"{here}?state={EntryState.PUBLISHED}"),
                numbers[EntryState.ENTERED],
                Cell(numbers[EntryState.FAULTY], href=f"{here}?state={EntryState.FAULTY}"),
                len(bodies),
            ]
        )
    return Table("registries", _("事项库（口径不同，不能相加）"), columns, rows)


def edition(registry: Registry) -> str:
    """Say the how manieth publication of a registry the last one was, and of which day."""
    number, run = queries.edition_of(registry)
    if run is None or run.ended_at is None:
        return _("还没有发布过")
    return _("第 %(n)s 次发布 %(at)s") % {"n": number, "at": wording.moment(run.ended_at)}


def _ratios(request: ActingRequest) -> Table:
    day = local_day(request.at)
    columns = (Column(_("事项库")), *(Column(way.label, numeric=True) for way in FourWay))
    rows: list[list[Plain]] = []
    for code, label in queries.registry_names():
        shares = {each.way: each for each in queries.ratios(code, day)}
        cells: list[Plain] = []
        for way in FourWay:
            told = shares[way]
            share = told.percent if isinstance(told.percent, Decimal) else None
            text = f"{told.count}/{told.base}" + (f" = {share} %" if share is not None else "")
            cells.append(Cell(share, text=text))
        rows.append([Cell(label, href=ways_address(code)), *cells])
    return Table("ratios", _("各事项库的四办占比"), columns, rows)


def _counts(request: ActingRequest, key: str, caption: str, found: Sequence[queries.Counted], name: str) -> Table:
    columns = (
        Column(caption),
        Column(_("已发布"), numeric=True),
        Column(_("待发布"), numeric=True),
        Column(_("检查未通过"), numeric=True),
    )
    rows: list[list[Plain]] = [
        [
            Cell(each.label, href=address(request, **{name: each.code})),
            each.listed,
            each.waiting,
            each.faulty,
        ]
        for each in found
    ]
    return Table(key, caption, columns, rows, _("还没有录入。"))


def _entries(rows: Sequence[ListingEntry], *, boxes: bool) -> Table:
    columns = (
        *([Column(_("选"), on_screen=True)] if boxes else []),
        Column(_("事项")),
        Column(_("实施机关")),
        Column(_("行使层级")),
        Column(_("状态")),
        Column(_("版本"), numeric=True),
        Column(_("发布时间")),
        Column(_("未通过的原因")),
    )
    names = queries.unit_names(row.unit_code for row in rows)
    told: list[list[Plain]] = [
        [
            *([_box(row, names[row.unit_code])] if boxes else []),
            Cell(row.item.name, href=reverse("catalogue:guide", args=[row.item_id])),
            names[row.unit_code],
            row.get_level_display(),
            row.get_state_display(),
            row.version,
            wording.moment(row.published_at),
            Cell(words.in_parts(row.reasons) if row.state == EntryState.FAULTY else ""),
        ]
        for row in rows
    ]
    return Table("entries", _("条目"), columns, told, _("没有符合条件的条目。"))


def _box(row: ListingEntry, unit: str) -> Cell:
    if row.state == EntryState.WITHDRAWN:
        return Cell("", text=" ")
    label = _("选择%(unit)s的%(item)s") % {"unit": unit, "item": row.item.name}
    return Cell(format_html('<input type="checkbox" name="entry" value="{}" aria-label="{}">', row.pk, label))


def is_under_way(run: ListingRun | None) -> bool:
    """Tell whether a registry is being published."""
    return run is not None and run.state != RunState.DONE
