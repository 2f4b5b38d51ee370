"""Timeliness and bottlenecks: a row a unit, item, channel, step or holder; ranked, ties and small samples shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yichuang.foundation.figures import groups, queries, sight
from yichuang.foundation.figures.answering import Answer
from yichuang.foundation.figures.cubes import Counts
from yichuang.foundation.figures.groups import Group
from yichuang.foundation.figures.terms import Times
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.portals.figures.asking import SampleForm, times_of
from yichuang.ui.figures import query_of, written

CASES = ("cases.concluded", "cases.on_time_rate", "cases.median_days", "cases.p90_days")
FLOWS = ("cases.corrections_per_case", "cases.pauses_per_case")
STEPS = ("cases.steps_done", "cases.step_hours", "cases.step_p90_hours")
LEAST_SAMPLE = 10
MONTHS = 12


@page(permission="figures.all")
def table(request: ActingRequest) -> HttpResponse:
    """Show how fast things are done, told apart by what was chosen; every number is a figure that opens its rows."""
    times, form = times_of(request)
    by = request.GET.get("by", "unit")
    ways = _ways(request.actor)
    by = by if by in ways else "unit"
    sample = SampleForm({"least": request.GET.get("least", LEAST_SAMPLE)})
    least = (sample.is_valid() and sample.cleaned_data["least"]) or LEAST_SAMPLE
    names = queries.figures(times.as_of)
    ids = tuple(id for id in (STEPS if by in ("step", "who") else (*CASES, *FLOWS)) if id in names)
    rows: Mapping[str, Mapping[str, Group | Answer]]
    places: dict[str, str] = {}
    if by == "month":
        rows = queries.monthly(ids, times, MONTHS)
    else:
        rows = apart = _apart(ids, by, times, request.actor)
        places = _places(apart, ids, least)
    inside = times if by == "month" else replace(times, inside=((by, ""),))
    seen = {id for id in ids if sight.may_look_inside(names[id], request.actor, inside)}
    return render(
        request,
        "figures/timeliness.html",
        {
            "form": form,
            "times": times,
            "ways": [(code, label, code == by) for code, label in ways.items()],
            "by": by,
            "sample": sample,
            "query": query_of(times),
            "columns": [(id, names[id].label, names[id].unit_label) for id in ids],
            "rows": [
                {
                    "label": label or _("（空）"),
                    "place": places.get(label, ""),
                    "cells": [_cell(rows[label].get(id), by, times, id in seen) for id in ids],
                }
                for label in sorted(rows, key=lambda each: _order(each, places, by))
            ],
        },
    )


def _cell(told: Group | Answer | None, by: str, times: Times, is_seen: bool) -> tuple[str, str]:
    """Write a number, and where the rows are that make it; who may not look into the group gets no address."""
    if told is None:
        return "—", ""
    of = told.times if isinstance(told, Answer) else replace(times, inside=((by, told.code),))
    rows = f"{reverse('figures:one', args=[told.figure.id])}?{query_of(of)}#rows"
    return written(told.value), rows if is_seen and told.value is not None else ""


def _ways(actor: Actor) -> dict[str, str]:
    ways = {
        "unit": _("单位"),
        "item": _("事项"),
        "channel": _("渠道"),
        "month": _("月份"),
        "step": _("环节"),
    }
    return ways | ({"who": pgettext("officer", "经办人")} if actor.may("supervision.view") else {})


Rows = dict[str, dict[str, Group]]


def _apart(ids: Iterable[str], by: str, times: Times, actor: Actor) -> Rows:
    rows: Rows = {}
    figures = {id: queries.find(id, times.as_of) for id in ids}
    counts = Counts()
    counts.gather(ask for figure in figures.values() for ask in groups.asks_of(figure, by, times))
    for id, figure in figures.items():
        for each in groups.groups(figure, by, times, actor, counts):
            rows.setdefault(each.label, {})[id] = each
    return rows


def _places(rows: Rows, ids: tuple[str, ...], least: int) -> dict[str, str]:
    """Rank by what is done in time, or by the hours of steps; ties and small samples say so."""
    id, highest = ("cases.on_time_rate", True) if ids[:1] == CASES[:1] else ("cases.step_hours", False)
    found = [cells[id] for cells in rows.values() if id in cells]
    ranked, rest = groups.ranked(found, highest_first=highest, least_sample=least)
    places = {each.name: _("并列第%(n)d") % {"n": each.place} if each.tied else str(each.place) for each in ranked}
    return places | {each.name: _("样本不足（%(n)d）") % {"n": each.sample} for each in rest}


def _order(label: str, places: dict[str, str], by: str) -> tuple[Any, ...]:
    if by == "month":
        return (-int(label.replace("-", "")),)
    place = "".join(each for each in places.get(label, "") if each.isdecimal())
    unranked = label not in places or "（" in places[label] or "(" in places[label]
    return (unranked, int(place) if place and not unranked else 0, label)
