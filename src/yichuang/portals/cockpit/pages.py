"""The cockpit, its wall, its files, and the projects behind the share of the year's plan."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yichuang.foundation.figures.cubes import Counts
from yichuang.foundation.figures.groups import Group
from yichuang.foundation.figures.terms import Part
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.reports.terms import DRAFT
from yichuang.portals.cockpit import blocks, looking, terms
from yichuang.portals.cockpit.asking import Asked, asked
from yichuang.portals.cockpit.blocks import Block
from yichuang.portals.cockpit.numbers import Number, Numbers, asks, numbers
from yichuang.ui.figures import behind, cell, written
from yichuang.ui.tables import Table, download, download_text

NAMED = 3
"""Units with most overdue cases that the sentence names."""


@dataclass(frozen=True)
class Screen:
    """Everything that the cockpit shows; page, wall and files are made of it."""

    told: Numbers
    overdue: list[Group]
    blocks: list[Block]


def _screen(request: ActingRequest, ask: Asked) -> Screen:
    """Ask everything in one pass: each figure once for the day and once for the period before."""
    own = [*terms.KEY, *terms.WAYS.values(), *terms.RATINGS, *terms.TILES]
    whole = (*terms.CITY, terms.BULLETIN)
    sets = (
        ([id for id in own if id not in {*whole, *terms.PROJECTS}], ask.times),
        (terms.PROJECTS, ask.of_unit.times),
        (whole, ask.district.times),
    )
    counts = Counts()
    counts.gather(chain(*(asks(ids, times) for ids, times in sets), blocks.speed_asks(ask.district), looking.asks(ask)))
    told: Numbers = {}
    for ids, times in sets:
        told = {**told, **numbers(ids, request.actor, times, counts)}
    found = looking.apart(terms.OVERDUE, "unit", ask, request.actor, counts)
    overdue = sorted(found, key=lambda each: (-(each.exact or 0), each.label))
    return Screen(
        told,
        overdue,
        [
            blocks.city(told, ask.district),
            blocks.speed(request, ask.district, counts),
            blocks.late(request, ask, overdue),
            blocks.investment(request, told, ask),
            blocks.ways(told, ask),
            *blocks.not_there(),
            blocks.ratings(told, ask),
            looking.trend(ask, counts),
            looking.ranked(ask, request.actor, counts),
            looking.tiles(ask, request.actor, told, counts),
            looking.steps(ask, request.actor, counts),
        ],
    )


def _card(number: Number, ask: Asked) -> dict[str, Any]:
    id = number.figure.id
    of = ask.district if id in terms.CITY else ask.of_unit if id in terms.PROJECTS else ask
    return {
        "label": number.figure.label,
        "value": number.value,
        "unit": behind(number.figure.unit_label) if number.is_there else "",
        "is_there": number.is_there,
        "href": blocks.rows_of(id, of),
        "meaning": number.figure.meaning,
        "span": number.span,
        "change": number.change,
        "tone": number.tone,
        "before_on": number.before_on,
        "mode": number.figure.mode.label,
        "is_red": id == terms.OVERDUE and bool(number.now.value),
    }


def _linked(number: Number, ask: Asked, *, has_unit: bool = True) -> SafeString | str:
    if not number.is_there:
        return number.value
    told = number.said if has_unit else number.value
    return format_html('<a href="{}">{}</a>', blocks.rows_of(number.figure.id, ask), told)


def _sentence(screen: Screen, ask: Asked) -> list[SafeString | str]:
    """Say in two sentences how things stand; every number in them is a link."""
    told, on = screen.told, ask.times.as_of
    whose = format_html_join(
        _("、"),
        '{}<a href="{}">{}</a>',
        (
            (each.label or _("（空）"), ask.rows(terms.OVERDUE, inside=(("unit", each.code),)), written(each.value))
            for each in screen.overdue[:NAMED]
        ),
    )
    late = _linked(told[terms.OVERDUE], ask)
    said = [
        format_html(
            _("{who}截至{month}月{day}日：在办 {in_hand}，超期 {late}{whose}。"),
            who=f"{ask.unit_name}{_('，')}" if ask.unit else "",
            month=on.month,
            day=on.day,
            in_hand=_linked(told[terms.IN_HAND], ask),
            late=late,
            whose=format_html(_("（{units}）"), units=whose) if whose else "",
        )
    ]
    place, score, top = (told.get(id) for id in (terms.PLACE, terms.SCORE, terms.TOP))
    if place is None or score is None or top is None or not place.is_there:
        return [*said, _("全市月度考核：没有记录。")]
    gap = blocks.difference(top, score)
    whole = ask.district
    apart = format_html(_("，距第1差 {gap} 分（第1 {top}）"), gap=written(gap), top=_linked(top, whole)) if gap else ""
    return [
        *said,
        format_html(
            _("{bulletin} 全市考核第 {place} 位，得分 {score}{apart}。"),
            bulletin=told[terms.BULLETIN].value,
            place=_linked(place, whole, has_unit=False),
            score=_linked(score, whole),
            apart=apart,
        ),
    ]


def _context(request: ActingRequest, ask: Asked) -> dict[str, Any]:
    screen = _screen(request, ask)
    return {
        "asked": ask,
        "form": ask.form,
        "query": ask.query,
        "sentences": _sentence(screen, ask),
        "cards": [_card(screen.told[id], ask) for id in terms.KEY if id in screen.told],
        "blocks": [(block, [table.context() for table in block.tables]) for block in screen.blocks],
        "at": request.at,
    }


@page(permission=terms.VIEW)
def cockpit(request: ActingRequest) -> HttpResponse:
    """Show how the district stands: a sentence, the key row, the eight blocks, and where to look closer."""
    ask = asked(request)
    more = {"may_export": request.actor.may(terms.EXPORT), "may_draft": request.actor.may(DRAFT)}
    return render(request, "cockpit/cockpit.html", _context(request, ask) | more)


@page(permission=terms.VIEW)
def wall(request: ActingRequest) -> HttpResponse:
    """Show the same for a wall: dark and large, no cases and no names; it loads itself again."""
    ask = asked(request)
    context = _context(request, ask)
    kept = [(block, tables) for block, tables in context["blocks"] if block.id in ON_WALL]
    return render(request, "cockpit/wall.html", context | {"blocks": kept, "refresh": terms.REFRESH})


ON_WALL = ("trend", "tiles", "units", "speed")
"""Blocks of the wall."""


@page(permission=terms.EXPORT)
def export(request: ActingRequest) -> HttpResponse:
    """Give everything on the page as a workbook, a sheet a table, or as text with `format=csv`."""
    ask = asked(request)
    if ask.form.errors:
        return redirect(f"{reverse('cockpit:cockpit')}?{request.GET.urlencode()}")
    screen = _screen(request, ask)
    key = blocks.figure_table("key", _("主要指标"), terms.KEY, screen.told, ask)
    tables: list[Table] = [key, *(table for block in screen.blocks for table in block.tables)]
    name = f"{_('驾驶舱')} {ask.times.as_of}"
    return download_text(tables, name) if request.GET.get("format") == "csv" else download(tables, name)


@page(permission=terms.VIEW)
def projects(request: ActingRequest) -> HttpResponse:
    """Show the projects whose amounts make the share of the plan, each with its months and who entered them."""
    ask = asked(request).of_unit
    number = numbers([terms.PLAN_DONE], request.actor, ask.times, Counts()).get(terms.PLAN_DONE)
    if number is None:
        raise Http404
    parts = {part.part: part for part in blocks.behind(terms.PLAN_DONE, request.actor, ask)}
    plans, months = parts.get(Part.DENOMINATOR), parts.get(Part.NUMERATOR)
    entries: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for line in months.lines() if months else []:
        told = {name: cell(value) for name, value in line.values.items()}
        entries[told["project"]].append(told | {"month": told["month"][:7], "amount": _wan(line.values["amount"])})
    found = [
        {
            "link": line.link,
            **{name: cell(value) for name, value in line.values.items()},
            "plan": _wan(line.values["plan"]),
            "entries": entries[line.key],
        }
        for line in (plans.lines() if plans else [])
    ]
    context = {
        "asked": ask,
        "number": number,
        "answer": number.now,
        "plans": plans,
        "months": months,
        "rows": found,
        "figure_href": ask.rows(terms.PLAN_DONE),
    }
    return render(request, "cockpit/projects.html", context)


def _wan(fen: int) -> str:
    return written(blocks.in_wan(fen))
