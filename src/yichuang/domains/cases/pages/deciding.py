"""The decision on a case: read as it will be printed, then signed; certified and revoked."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yichuang.domains.cases import commands, queries
from yichuang.domains.cases.models import Case
from yichuang.domains.cases.pages.forms import ApprovalForm, DecisionForm
from yichuang.domains.cases.pages.screen import act_on, case_of, screen_with
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.kernel.errors import NotPossible

TYPED = ("content", "opinion", "reason", "basis")
"""What is typed for a decision, and kept through its preview."""


@page(permission="cases.decide")
@require_POST
def approve(request: ActingRequest, number: str) -> HttpResponse:
    """Show the decision as it will be printed, then sign for the applicant."""
    form = ApprovalForm(request.POST)
    form.is_valid()
    if request.POST.get("do") == "preview":
        case = case_of(request, number)
        given = {"item": case.item.name, "content": form.cleaned_data["content"]}
        return _preview(request, case, "准予许可决定书", given, "approve")
    return act_on(
        request,
        number,
        lambda case: commands.approve_case(
            case_id=case.pk,
            by=request.actor,
            at=request.at,
            content=form.cleaned_data["content"],
            opinion=form.cleaned_data["opinion"],
        ),
        _("准予决定已签发。"),
    )


@page(permission="cases.decide")
@require_POST
def deny(request: ActingRequest, number: str) -> HttpResponse:
    """Show the decision with reason, basis and remedies as it will be printed, then sign against the applicant."""
    form = DecisionForm(request.POST, auto_id="deny_%s")
    if not form.is_valid():
        return screen_with(request, number, {"denial": form})
    if request.POST.get("do") == "preview":
        case = case_of(request, number)
        return _preview(request, case, "不予许可决定书", {"item": case.item.name, **form.cleaned_data}, "deny")
    return act_on(
        request,
        number,
        lambda case: commands.deny_case(
            case_id=case.pk,
            reason=form.cleaned_data["reason"],
            basis=form.cleaned_data["basis"],
            by=request.actor,
            at=request.at,
        ),
        _("不予许可决定已签发。"),
    )


@page(permission="cases.decide")
@require_POST
def certify(request: ActingRequest, number: str) -> HttpResponse:
    """Issue the licence of a pending approval, now that its deferred materials came."""
    return act_on(
        request,
        number,
        lambda case: commands.certify_case(case_id=case.pk, by=request.actor, at=request.at),
        _("已制证，可以出件。"),
    )


@page(permission="cases.revoke")
@require_POST
def revoke(request: ActingRequest, number: str) -> HttpResponse:
    """Revoke a granted permit, with reason and basis."""
    form = DecisionForm(request.POST, auto_id="revoke_%s")
    if not form.is_valid():
        return screen_with(request, number, {"revocation": form})
    return act_on(
        request,
        number,
        lambda case: commands.revoke_decision(
            case_id=case.pk,
            reason=form.cleaned_data["reason"],
            basis=form.cleaned_data["basis"],
            by=request.actor,
            at=request.at,
        ),
        _("已撤销，证照同时失效。"),
    )


def _preview(request: ActingRequest, case: Case, paper: str, given: dict[str, Any], deed: str) -> HttpResponse:
    """Show the paper of a decision before it is signed; the button below signs what was read."""
    try:
        sheet = queries.paper_draft(case, paper, given, request.actor, request.at)
    except NotPossible as reason:
        return screen_with(request, case.dossier.number, {}, errors=[{"text": reason.message, "href": ""}], status=422)
    context = {
        "number": case.dossier.number,
        "title": case.dossier.title,
        "sheet": sheet,
        "action": reverse(f"cases:{deed}", args=[case.dossier.number]),
        "kept": [(name, request.POST[name]) for name in TYPED if name in request.POST],
        "is_adverse": deed == "deny",
    }
    return render(request, "cases/sign.html", context)
