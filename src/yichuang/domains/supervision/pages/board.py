"""Screen ③ 预警督办, its A4 sheet, and the page 疑似规避时限."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yichuang.domains.supervision import queries
from yichuang.domains.supervision.pages import picture
from yichuang.domains.supervision.pages.rows import of_units
from yichuang.domains.supervision.terms import Pattern
from yichuang.foundation.people.models import Unit
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.ui import paging

FIRST = "today"
"""The number whose cases stand below where no other was asked for, or one that there is not."""
PAGE_ROWS = 50
RUNNING = 10
"""Signed orders below the board, the first to be answered first; their own list has all."""
NEXT_REMINDERS = 5
"""Automatic reminders shown beside the board, the next first."""
BESIDE_ROWS = 8
"""Newest suspicions beside the board; the page 疑似规避时限 lists all."""


@page(permission="supervision.view")
def board(request: ActingRequest) -> HttpResponse:
    """Show the counts, a row a unit, and what lies behind the number that was clicked."""
    lists = {"cards": queries.cards, "drafts": queries.drafts, "orders": queries.running_orders}
    shown = request.GET.get("show", "")
    shown = shown if shown in (*lists, *queries.LISTS, *queries.CELLS) else FIRST
    days = queries.week(request.actor, request.at)
    unit = Unit.objects.filter(pk=request.GET["unit"]).first() if request.GET.get("unit", "").isdecimal() else None
    leads = queries.leads(request.actor, request.at)
    now = queries.in_hand(request.actor, request.at)
    rows = queries.units_table(request.actor, request.at, now=now)
    counts = queries.counts(request.actor, request.at, evasion=len(leads), now=now)
    context: dict[str, Any] = {
        "counts": _counts(counts, shown),
        "rows": of_units(rows, linked=True),
        "shown": shown,
        "unit": unit,
        "who": request.GET.get("who") == "1",
        "running": queries.running_orders(request.actor)[:RUNNING],
        "suspicions": queries.in_words(leads[:BESIDE_ROWS]),
        "reminders": queries.upcoming(request.actor, request.at, NEXT_REMINDERS),
        "may_remind": request.actor.units("supervision.remind") != frozenset(),
        "chart": picture.chart(days),
        "chart_list": picture.words(days),
    }
    if shown in lists:
        context |= _paged(request, shown, lists[shown](request.actor))
    else:
        key = unit.pk if unit else None
        count = queries.count_behind(shown, now, rows, key)
        keys = queries.behind(request.actor, shown, request.at, unit_id=key).values_list("pk", flat=True)
        found = _paged(request, "cases", keys, count)  # keys alone: an index has them in this order
        context |= found | {"cases": queries.listed(found["cases"], request.at, with_who=context["who"])}
    return render(request, "supervision/board.html", context)


@page(permission="supervision.view")
def printed(request: ActingRequest) -> HttpResponse:
    """Show one A4 sheet for the morning meeting: by unit, without names."""
    now = queries.in_hand(request.actor, request.at)
    context = {
        "counts": _counts(queries.counts(request.actor, request.at, now=now), ""),
        "rows": of_units(queries.units_table(request.actor, request.at, now=now), linked=False),
        "at": request.at,
    }
    return render(request, "supervision/print.html", context)


@page(permission="supervision.view")
def evasion(request: ActingRequest) -> HttpResponse:
    """List what looks arranged, by pattern; each row opens its records."""
    found = queries.evasion(request.actor, request.at)
    groups = [{"pattern": pattern, "label": pattern.label, "rows": found[pattern]} for pattern in Pattern]
    return render(request, "supervision/evasion.html", {"groups": groups, "days": queries.LOOK_BACK.days})


def _counts(told: Mapping[str, int | None], shown: str) -> list[dict[str, Any]]:
    base = reverse("supervision:board")
    labels = (
        ("today", _("今日到期未办"), "soon"),
        ("over_promise", _("已超承诺"), "late"),
        ("over_legal", _("已超法定"), "late"),
        ("evasion", _("疑似规避"), ""),
        ("cards", _("待核实牌"), ""),
        ("drafts", _("待签发督办单"), ""),
        ("demands", _("未答复诉求"), ""),
        ("visits", _("差评待回访"), ""),
    )
    elsewhere = {"evasion": reverse("supervision:evasion"), "demands": base, "visits": base}
    return [
        {
            "label": label,
            "count": told[name],
            "href": elsewhere.get(name, f"{base}?show={name}#cases"),
            "current": name == shown,
            "tone": tone if told[name] else "",
        }
        for name, label, tone in labels
    ]


def _paged(request: ActingRequest, name: str, rows: QuerySet[Any], count: int | None = None) -> dict[str, Any]:
    """Cut a list into pages; `count` where it was counted already."""
    pages = Paginator(rows, PAGE_ROWS)
    if count is not None:
        pages.count = count
    on = pages.get_page(request.GET.get("page"))
    return {name: list(on.object_list), "paging": paging.links(on, request)}
