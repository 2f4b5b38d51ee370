"""Papers: shown as page and as PDF, made at once where the job has not come to it, printed together with one key."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yichuang.foundation.documents import commands, printing, queries
from yichuang.foundation.documents.models import Paper
from yichuang.foundation.documents.pages import as_html
from yichuang.foundation.documents.rendering import render_paper
from yichuang.foundation.documents.terms import PaperState
from yichuang.foundation.files.serving import Disposition, serve
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.kernel.errors import NotPossible, Unavailable

TONES = {PaperState.VOID: "late", PaperState.REVOKED: "late", PaperState.DUE: "soon"}


@page(permission="cases.view")
def show(request: ActingRequest, paper_id: int) -> HttpResponse:
    """Show a paper in the words of its PDF."""
    paper = _paper(request, paper_id)
    return render(request, "papers/paper.html", _context(request, paper))


@page(permission="cases.view")
def pdf(request: ActingRequest, paper_id: int) -> HttpResponseBase:
    """Give the sealed PDF; `?save=1` saves it. While it is being made, the paper's own page says so."""
    paper = _paper(request, paper_id)
    if paper.file is None:
        return redirect("files:paper", paper_id)
    return serve(paper.file, request.actor, Disposition.ATTACHMENT if request.GET.get("save") else Disposition.INLINE)


@page(permission="cases.view")
@require_POST
def make(request: ActingRequest, paper_id: int) -> HttpResponse:
    """Make the PDF at once, for whoever does not want to wait for the job; twice changes nothing."""
    paper = render_paper(_paper(request, paper_id).pk, at=request.at)
    return redirect("files:paper_pdf", paper.pk)


@page(permission="documents.print")
@require_POST
def print_papers(request: ActingRequest) -> HttpResponse:
    """
    Print papers with one key as one file: those that were chosen, else all of a case that were never printed.

    What the worker has not made yet is made now: somebody waits before the window. A second printing asks for a reason
    and says so on the paper.
    """
    rows = _chosen(request)
    reason = request.POST.get("reason", "")
    if not rows:
        errors = [{"text": _("没有待打印的文书；补打请勾选文书并写明原因。"), "href": ""}]
        return render(request, "papers/print.html", {"papers": [], "reason": reason, "errors": errors}, status=422)
    try:
        for row in rows:
            if row.state == PaperState.DUE:
                render_paper(row.pk, at=request.at)
        tasks = commands.print_papers(
            paper_ids=[row.pk for row in rows],
            by=request.actor,
            at=request.at,
            workstation=request.POST.get("workstation", ""),
            reason=reason,
        )
    except (NotPossible, Unavailable) as no:
        context = {"papers": rows, "reason": reason, "errors": [{"text": no.message, "href": "#reason"}]}
        return render(request, "papers/print.html", context, status=422)
    answer = HttpResponse(printing.combined(task.content for task in tasks), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="print.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _chosen(request: ActingRequest) -> list[Paper]:
    mine = queries.papers_for(request.actor, "print")
    ids = [int(each) for each in request.POST.getlist("paper") if each.isdecimal()]
    dossier = request.POST.get("dossier", "")
    if not ids and dossier.isdecimal():
        ids = list(queries.unprinted(int(dossier)).values_list("pk", flat=True))
    rows = list(mine.filter(pk__in=ids).order_by("pk"))
    if ids and not rows:
        raise Http404
    return rows


def _paper(request: ActingRequest, paper_id: int) -> Paper:
    paper = queries.paper_for(request.actor, paper_id)
    if paper is None:
        raise Http404
    return paper


def _context(request: ActingRequest, paper: Paper) -> dict[str, object]:
    staff = request.actor.is_staff
    return {
        "paper": paper,
        "sheet": as_html(queries.sheet_of(paper)),
        "tone": TONES.get(PaperState(paper.state), "ok"),
        "layout": "ui/layouts/desk.html" if staff else "ui/layouts/public.html",
        "may_print": request.actor.may("documents.print", paper.unit_id),
        "back": reverse("cases:screen" if staff else "cases:follow", args=[paper.dossier.number]),
    }
