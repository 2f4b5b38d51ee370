"""待办 with its counts, and the online applications that wait for an answer."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy, pgettext_lazy

from yichuang.domains.cases import queries
from yichuang.domains.cases.models import Case
from yichuang.domains.cases.pages import rows
from yichuang.foundation.people import queries as people
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.people.visibility import fields
from yichuang.foundation.work import queries as work
from yichuang.foundation.work import worklist as worklists
from yichuang.ui import paging, saved

FILTERS = {
    "overdue": (gettext_lazy("已超期"), "late"),
    "today": (gettext_lazy("今日到期"), "late"),
    "tomorrow": (gettext_lazy("明日到期"), "soon"),
    "to_claim": (pgettext_lazy("step", "待签收"), ""),
    "correcting": (gettext_lazy("待补正返回"), ""),
    "to_countersign": (gettext_lazy("待会签"), ""),
    "special": (gettext_lazy("特别程序中"), "paused"),
    "all": (gettext_lazy("全部"), ""),
}
PAGE = 100
"""Rows of the work list on one page."""
SHARES = 50
"""Parts of joint steps that are listed above it."""


@page(permission="work.view")
def worklist(request: ActingRequest) -> HttpResponse:
    """List what waits for this person, the most urgent first; the counts on top are filters."""
    chosen = request.GET.get("show", "all")
    chosen = chosen if chosen in FILTERS else "all"
    found = worklists.worklist(request.actor, request.at, show=chosen, number=paging.asked(request), size=PAGE)
    shares = list(work.my_shares(request.actor).select_related("dossier", "step", "unit")[:SHARES])
    waiting = work.my_shares(request.actor).count() if len(shares) == SHARES else len(shares)
    counts = found.counts | {"to_countersign": waiting}
    context = {
        "rows": rows.of_worklist(queries.work_rows(found.rows, request.actor)),
        "counts": [
            {
                "label": label,
                "count": counts[name],
                "href": f"?show={name}",
                "current": name == chosen,
                "tone": tone if counts[name] else "",
            }
            for name, (label, tone) in FILTERS.items()
        ],
        "paging": paging.numbered(found.number, found.pages, found.count, request),
        "views": saved.views(request),
        "shares": shares,
    }
    return render(request, "cases/worklist.html", context)


@page(permission="cases.precheck")
def prechecks(request: ActingRequest) -> HttpResponse:
    """List the online applications that wait for an answer; silence becomes acceptance."""
    rows = queries.prechecks(request.actor, request.at)
    listed = Paginator(rows, 50).get_page(request.GET.get("page"))
    shown = fields(request.actor, Case, "list")
    context = {
        "rows": [
            (row, people.party_as(shown, row.applicant).name, work.lamp_of(row.dossier, request.at) or "")
            for row in listed
        ],
        "paging": paging.links(listed, request),
    }
    return render(request, "cases/prechecks.html", context)
