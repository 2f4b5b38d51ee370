"""After the key: the number large, the papers, half a minute to undo; and corrections taken in at the window."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yichuang.domains.cases import commands as cases
from yichuang.domains.counter import queries
from yichuang.domains.counter.models import Reception
from yichuang.domains.counter.pages.desk import bar_context
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.documents import queries as documents
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.work.names import said
from yichuang.kernel.errors import NotPossible
from yichuang.ui.repeating import once

UNDO_SECONDS = 30


@page(permission="counter.view")
def received(request: ActingRequest, number: str) -> HttpResponse:
    """Show what was taken in: number, promise, papers to print or print again, the way back for half a minute."""
    return _received(request, number, [])


@page(permission="counter.call")
@require_POST
def undo(request: ActingRequest, number: str) -> HttpResponse:
    """Take a wrong acceptance back; it stays received."""
    found = _reception(request, number)

    def done() -> str:
        cases.undo_acceptance(case_id=found.case_id, by=request.actor, at=request.at)
        messages.success(request, _("已撤回受理操作，办件仍为已收件；可以重新受理或一次性告知。"))
        return reverse("counter:received", args=[number])

    try:
        return once(request, done)
    except NotPossible as reason:
        return _received(request, number, [{"text": reason.message, "href": ""}], status=422)


def _received(request: ActingRequest, number: str, errors: list[dict[str, str]], status: int = 200) -> HttpResponse:
    found = _reception(request, number)
    dossier = found.case.dossier
    lifecycle = definitions.get("lifecycle", dossier.lifecycle, dossier.lifecycle_version)
    sitting = queries.sitting_of(request.actor)
    gone = int((request.at - dossier.accepted_at).total_seconds()) if dossier.accepted_at else UNDO_SECONDS
    seconds = UNDO_SECONDS - gone if dossier.state == "accepted" and found.by_id == request.actor.account_id else 0
    papers = list(documents.papers_of(found.case_id).prefetch_related("copies"))
    context: dict[str, Any] = {
        "reception": found,
        "dossier": dossier,
        "state_label": said(lifecycle.states[dossier.state].label),
        "papers": papers,
        "bag": getattr(found.case, "bag", None),
        "undo_seconds": max(0, min(seconds, UNDO_SECONDS)),
        "errors": errors,
        "is_waiting": dossier.state in ("received", "corrected"),
        "may_print": request.actor.may("documents.print"),
    }
    if sitting is not None:
        context |= bar_context(request, sitting)
    return render(request, "counter/received.html", context, status=status)


def _reception(request: ActingRequest, number: str) -> Reception:
    found = queries.reception(number, request.actor)
    if found is None:
        raise Http404
    return found
