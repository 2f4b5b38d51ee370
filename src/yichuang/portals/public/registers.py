"""The lists that the district publishes: what each register's file says is public, today or on a day."""

from __future__ import annotations

import io
from itertools import groupby

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from yichuang.foundation.definitions.problems import NotInForce
from yichuang.foundation.files import tables
from yichuang.foundation.files.queries import file_for
from yichuang.foundation.files.serving import serve
from yichuang.foundation.people.actors import PUBLIC as STRANGER
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.registers import queries, sheets
from yichuang.foundation.registers.definition import Register
from yichuang.foundation.registers.finding import PUBLIC
from yichuang.foundation.search.queries import search
from yichuang.ui import paging
from yichuang.ui.register_filters import described, unread

PAGE = 30
MOST = 20_000
"""Rows of a download."""


@page(public=True)
def index(request: ActingRequest) -> HttpResponse:
    """Show the published lists by group, and what a word finds in all of them."""
    words = request.GET.get("q", "").strip()
    day = local_day(request.at)
    groups = [
        (str(name), list(some)) for name, some in groupby(queries.public_registers(day), key=lambda each: each.group)
    ]
    hits = search(words, PUBLIC, STRANGER) if words else []
    entries = queries.entries_named([int(each.key) for each in hits])
    found = [
        {"hit": each, "href": reverse("public:register_entry", args=[entry.register_id, entry.number])}
        for each in hits
        if (entry := entries.get(int(each.key)))
    ]
    return render(request, "public/registers.html", {"groups": groups, "words": words, "found": found})


@page(public=True)
def one(request: ActingRequest, code: str) -> HttpResponse:
    """Show one list."""
    register, day = _register(request, code), local_day(request.at)
    asked = queries.asked(register, None, request.GET)
    rows = Paginator(queries.public_list(register, day, asked), PAGE).get_page(request.GET.get("page"))
    assert register.public is not None
    fields = [register.fields[name] for name in register.public.fields]
    on = asked.day or day
    context = {
        "register": register,
        "asked": asked,
        "unread": unread(asked),
        "fields": fields,
        "lines": queries.lines(register, None, rows.object_list, fields, on),
        "paging": paging.links(rows, request),
        "filters": described(register, None, request.GET, day),
        "on": on,
        "query": request.GET.urlencode(),
    }
    return render(request, "public/register.html", context)


@page(public=True)
def entry(request: ActingRequest, code: str, number: int) -> HttpResponse:
    """Show one entry of a list as it holds today."""
    register, day = _register(request, code), local_day(request.at)
    version = queries.entries(code, on=day).filter(entry__number=number).select_related("entry").first()
    if version is None:
        raise Http404
    context = {
        "register": register,
        "version": version,
        "title": queries.public_title(register, version),
        "values": queries.public_values(register, version, day),
    }
    return render(request, "public/register_entry.html", context)


@page(public=True)
def of_entry(request: ActingRequest, code: str, entry_id: int) -> HttpResponse:
    """Lead from a row of a figure to its entry: the staff to the desk, others to the public list."""
    entry = queries.entries_named([entry_id]).get(entry_id)
    if entry is None or entry.register_id != code:
        raise Http404
    if queries.entry_for(request.actor, code, entry.number) is not None:
        return redirect("console:register_entry", code, entry.number)
    _register(request, code)
    return redirect("public:register_entry", code, entry.number)


@page(public=True)
def file(request: ActingRequest, code: str, file_id: int) -> HttpResponseBase:
    """Hand out a file of a public field."""
    _register(request, code)
    row = file_for(STRANGER, file_id)
    if row is None:
        raise Http404
    return serve(row, STRANGER)


@page(public=True)
def download(request: ActingRequest, code: str) -> HttpResponseBase:
    """Give what the list shows as text that spreadsheets open."""
    register, day = _register(request, code), local_day(request.at)
    assert register.public is not None
    asked = queries.asked(register, None, request.GET)
    if asked.unread:
        return redirect(f"{reverse('public:register', args=[code])}?{request.GET.urlencode()}")
    fields = [register.fields[name] for name in register.public.fields]
    rows = queries.lines(register, None, queries.public_list(register, day, asked)[:MOST], fields, asked.day or day)
    out = io.BytesIO()
    names = [sheets.NUMBER, *(sheets.title(each) for each in fields)]
    tables.write_csv(out, names, ([each.entry.number, *(value.text for value in each.values)] for each in rows))
    out.seek(0)
    name = f"{register.name.chinese}{asked.day or day:%Y%m%d}.csv"
    return FileResponse(out, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")


def _register(request: ActingRequest, code: str) -> Register:
    try:
        found = queries.register(code, local_day(request.at))
    except NotInForce:
        raise Http404 from None
    if found.public is None:
        raise Http404
    return found
