"""The registers, and the list of one: filtered and sorted by its address, on a day, with what its figures say."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.people.visibility import visible
from yichuang.foundation.registers import queries, rights
from yichuang.foundation.registers.definition import Field, Register
from yichuang.foundation.registers.finding import STAFF
from yichuang.foundation.registers.models import Entry
from yichuang.foundation.registers.terms import Action, Checking, EntryState
from yichuang.foundation.registers.writing import measured
from yichuang.foundation.search.queries import search
from yichuang.portals.console.registers.finding import TONES, register_or_404
from yichuang.ui import paging, saved
from yichuang.ui.register_filters import described, unread

PAGE = 50


@page(permission="registers.view")
def index(request: ActingRequest) -> HttpResponse:
    """Show the registers that the reader may see, by group, and what a word finds in all of them."""
    words = request.GET.get("q", "").strip()
    day = local_day(request.at)
    registers = queries.registers_for(request.actor, day)
    own = visible(request.actor, Entry).exclude(state=EntryState.WITHDRAWN)
    counts = dict(own.values_list("register").annotate(n=Count("pk")).order_by())
    groups = [
        (str(name), [{"register": each, "count": counts.get(each.id, 0)} for each in some])
        for name, some in groupby(registers, key=lambda each: each.group)
    ]
    hits = search(words, STAFF, request.actor) if words else []
    entries = queries.entries_named(int(each.key) for each in hits)
    named = {each.id: str(each.name) for each in registers}
    found = [
        {
            "hit": each,
            "href": _address(entries[int(each.key)]),
            "register": named.get(entries[int(each.key)].register_id),
        }
        for each in hits
    ]
    return render(request, "console/registers.html", {"groups": groups, "words": words, "found": found})


@page(permission="registers.view")
def one(request: ActingRequest, code: str) -> HttpResponse:
    """List the entries of a register that the reader may see."""
    register = register_or_404(request, code)
    actor, day = request.actor, local_day(request.at)
    asked = queries.asked(register, actor, request.GET)
    rows = Paginator(queries.listed(register, actor, asked), PAGE).get_page(request.GET.get("page"))
    fields = queries.columns(register, actor)
    context = {
        "register": register,
        "asked": asked,
        "unread": unread(asked),
        "headings": headings(request, fields, asked.sort or (register.order[0] if register.order else "")),
        "lines": [
            {
                "line": line,
                "state": _state(register, line.entry, line.version),
                "href": _address(line.entry),
            }
            for line in queries.lines(register, actor, rows.object_list, fields, asked.day or day)
        ],
        "paging": paging.links(rows, request),
        "counts": _counts(request, register, asked),
        "filters": described(register, actor, request.GET, day),
        "narrowed": asked.is_narrowed or asked.day is not None,
        "figures": figures(register, asked.day or day),
        "views": saved.views(request),
        "may": {action.value: rights.may(actor, register, action) for action in Action},
        "checks": register.checking is not Checking.NONE and not register.is_direct,
        "query": request.GET.urlencode(),
        "requests": len(queries.open_requests(register, actor)),
        "has_match": register.match is not None,
        "kept": [(name, request.GET[name]) for name in ("sort", "state") if request.GET.get(name)],
    }
    return render(request, "console/register.html", context)


def headings(request: HttpRequest, fields: list[Field], sort: str) -> list[dict[str, Any]]:
    """Give the headings of a list, those of sorted fields with the address that sorts by them."""
    found = []
    for field in fields:
        href = ""
        if field.is_sort:
            query = request.GET.copy()
            query["sort"] = f"-{field.id}" if sort == field.id else field.id
            query.pop("page", None)
            href = f"?{query.urlencode()}"
        way = {field.id: "asc", f"-{field.id}": "desc"}.get(sort, "")
        found.append(
            {"label": str(field.name), "href": href, "sorted": way, "numeric": "yes" if field.type.is_numeric else ""}
        )
    return found


def figures(register: Register, on: Any) -> list[dict[str, Any]]:
    """Work out the figures that the register's file names, over all that is published."""
    found = []
    for figure in register.figures.values():
        value = queries.rounded(queries.figure_of(register, figure, on=on).value, figure.digits)
        if value is None:
            shown = _("暂无")
        elif isinstance(value, Decimal):
            shown = measured(value, figure.unit)
        else:
            shown = str(value)
        found.append({"label": str(figure.name), "value": shown})
    return found


def _counts(request: HttpRequest, register: Register, asked: queries.Asked) -> list[dict[str, Any]]:
    counts = queries.counts_by_state(register, request.actor)  # type: ignore[attr-defined]
    states = ("published", "withdrawn") if register.is_direct else EntryState.values
    shown = [
        {
            "label": register.state_name(state),
            "count": counts[state],
            "href": _with(request, state=state),
            "current": asked.state == state,
        }
        for state in states
    ]
    every = {
        "label": _("全部"),
        "count": sum(counts.values()),
        "href": _with(request, state=""),
        "current": not asked.state,
    }
    return [every, *shown]


def _with(request: HttpRequest, **changes: str) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = value
        if not value:
            del query[name]
    query.pop("page", None)
    return f"?{query.urlencode()}"


def _state(register: Register, entry: Entry, version: Any) -> dict[str, str]:
    """Name where an entry stands; a published one that is being changed says both."""
    text = register.state_name(version.state)
    if version.state in ("draft", "checked") and entry.standing_id:
        text = _("%(state)s（已发布的有修改）") % {"state": text}
    return {"label": text, "tone": TONES[version.state]}


def _address(entry: Entry) -> str:
    return reverse("console:register_entry", args=[entry.register_id, entry.number])
