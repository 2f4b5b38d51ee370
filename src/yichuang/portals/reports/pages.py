"""The list of reports, one report with its comparison, and its files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from importlib import import_module
from typing import Any
from urllib.parse import quote

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from yichuang.foundation.people import queries as people
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.reports import queries
from yichuang.foundation.reports.models import Report
from yichuang.foundation.reports.page import drawn
from yichuang.foundation.reports.pdf import set_report
from yichuang.foundation.reports.terms import CHECK, DRAFT, PUBLISH, VIEW, ReportState
from yichuang.foundation.reports.words import separated
from yichuang.ui import paging

PAGE_ROWS = 30
TONES = {ReportState.DRAFT: "active", ReportState.CHECKED: "soon", ReportState.PUBLISHED: "ok"}
WORD_WRITER = "yichuang.foundation.reports.word"
"""Loaded by the first that wants Word: the library behind it takes half a second."""
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@page(permission=VIEW)
def listed(request: ActingRequest) -> HttpResponse:
    """List the reports that the reader may see: drafts only where he works on them."""
    on = Paginator(queries.reports_for(request.actor), PAGE_ROWS).get_page(request.GET.get("page"))
    rows = [
        {
            "report": each,
            "span": each.span.words,
            "state": {"label": each.get_state_display(), "tone": TONES[ReportState(each.state)]},
        }
        for each in on.object_list
    ]
    context = {"rows": rows, "paging": paging.links(on, request), "may_draft": request.actor.may(DRAFT)}
    return render(request, "report_room/listed.html", context)


@page(permission=VIEW)
def one(request: ActingRequest, report_id: int) -> HttpResponse:
    """Show one report: its words, each figure a link to its rows; what has changed; the deeds that are open."""
    report = report_or_404(request, report_id)
    content = report.read()
    is_published = report.state == ReportState.PUBLISHED
    context = {
        "report": report,
        "content": content,
        "blocks": drawn(content),
        "site": "",
        "known_at": report.known_at.isoformat(),
        "state": {"label": report.get_state_display(), "tone": TONES[ReportState(report.state)]},
        "facts": _facts(request, report),
        "missing": [each for each in content["figures"] if each["value"] is None],
        "last": queries.last_published(report),
        "moved": _on_screen(each for each in queries.against_last(report) if each.then != each.now),
        "since": _on_screen(queries.since_published(report)) if is_published else [],
        "is_published": is_published,
        "deeds": deeds_of(request, report),
    }
    return render(request, "report_room/one.html", context)


@page(permission=VIEW)
def word(request: ActingRequest, report_id: int) -> HttpResponse:
    """Give a report as Word."""
    report = report_or_404(request, report_id)
    return _file(report, import_module(WORD_WRITER).write_word(report.read()), WORD, "docx")


@page(permission=VIEW)
def pdf(request: ActingRequest, report_id: int) -> HttpResponse:
    """Give a report as PDF."""
    report = report_or_404(request, report_id)
    return _file(
        report, set_report(report.read(), at=report.published_at or report.drafted_at), "application/pdf", "pdf"
    )


@page(permission=VIEW)
def figures(request: ActingRequest, report_id: int) -> HttpResponse:
    """Give the figures of a report as `yichuang figures show --json` tells them."""
    report = report_or_404(request, report_id)
    told = [each["told"] for each in report.read()["figures"]]
    return _file(report, json.dumps(told, ensure_ascii=False).encode(), "application/json", "json")


def report_or_404(request: ActingRequest, report_id: int) -> Report:
    """
    Find a report that the reader may see.

    :raises Http404: there is none, or it is a draft that he does not work on
    """
    found = queries.reports_for(request.actor).filter(pk=report_id).first()
    if found is None:
        raise Http404
    return found


def deeds_of(request: ActingRequest, report: Report) -> list[dict[str, Any]]:
    """List the deeds that are open to the reader now."""
    may = request.actor.may
    own = report.drafted_by_id == request.actor.account_id
    open_to = {
        ReportState.DRAFT: [
            ("check", _("核对无误"), "primary", may(CHECK) and not own),
            ("refresh", _("重新取数"), "secondary", may(DRAFT)),
        ],
        ReportState.CHECKED: [
            ("publish", _("发布"), "primary", may(PUBLISH)),
            ("send-back", _("退回重拟"), "secondary", may(CHECK)),
        ],
    }
    return [
        {
            "name": name,
            "label": label,
            "kind": kind,
            "href": reverse("reports:move", args=[report.pk, name]),
            "asks": name == "send-back",
            "sure": _("发布后不能更改，文中每个指标连同数出它的行一并存档。确定发布吗？") if name == "publish" else "",
        }
        for name, label, kind, is_open in open_to.get(ReportState(report.state), [])
        if is_open
    ]


def _on_screen(rows: Iterable[queries.Moved]) -> list[queries.Moved]:
    """Write numbers with separators between thousands, as screens do; the report itself has none."""
    return [
        replace(each, then=separated(each.then), now=separated(each.now), difference=separated(each.difference))
        for each in rows
    ]


def _facts(request: ActingRequest, report: Report) -> list[dict[str, str]]:
    steps = [
        (_("起草人"), report.drafted_by_id, report.drafted_at),
        (_("核对人"), report.checked_by_id, report.checked_at),
        (_("发布人"), report.published_by_id, report.published_at),
    ]
    seen = {
        row.pk: str(row) for row in people.people(request.actor).filter(pk__in=[each[1] for each in steps if each[1]])
    }
    facts = [(_("范围"), report.span.words), (_("数据截止"), f"{localtime(report.known_at):%Y-%m-%d %H:%M}")]
    for label, account_id, at in steps:
        if at is not None:
            who = seen.get(account_id or 0) or (_("账号%(id)s") % {"id": account_id} if account_id else _("系统"))
            facts.append((label, f"{who} {localtime(at):%Y-%m-%d %H:%M}"))
    return [{"label": label, "value": value} for label, value in facts]


def _file(report: Report, content: bytes, kind: str, ending: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    name = quote(f"{report.title}{report.as_of:%Y%m%d}.{ending}")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer
