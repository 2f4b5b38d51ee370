"""The list of messages, marking them as read, and the way from one to what it is about."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yichuang.foundation.notices import commands, queries
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.ui import paging
from yichuang.ui.repeating import once


@page(permission="notices.view")
def listed(request: ActingRequest) -> HttpResponse:
    """Show what this person was told, newest first; what was not read is marked and counted."""
    only_new = request.GET.get("show") == "new"
    rows = queries.own(request.actor)
    found = Paginator(rows.filter(read_at=None) if only_new else rows, 20).get_page(request.GET.get("page"))
    unread = queries.unread(request.actor)
    counts = [
        {"label": _("未读"), "count": unread, "href": "?show=new", "current": only_new},
        {"label": _("全部"), "count": rows.count(), "href": "?", "current": not only_new},
    ]
    context = {
        "rows": [queries.shown(row, get_language() or "") for row in found],
        "unread": unread,
        "counts": counts,
        "paging": paging.links(found, request),
        "layout": "ui/layouts/desk.html" if request.actor.is_staff else "ui/layouts/public.html",
    }
    return render(request, "messages/list.html", context)


@page(permission="notices.view")
@require_POST
def follow(request: ActingRequest, notice_id: int) -> HttpResponse:
    """Mark one as read and go to what it is about."""
    row = queries.own(request.actor).filter(pk=notice_id).first()
    if row is None:
        raise Http404
    commands.mark_read(by=request.actor, at=request.at, notice_ids=[notice_id])
    return redirect(row.link or reverse("notices:list"))


@page(permission="notices.view")
@require_POST
def read_all(request: ActingRequest) -> HttpResponse:
    """Mark all as read."""

    def done() -> str:
        count = commands.mark_read(by=request.actor, at=request.at)
        messages.success(request, ngettext("%(n)s 条已标为已读。", "%(n)s 条已标为已读。", count) % {"n": count})
        return reverse("notices:list")

    return once(request, done)
