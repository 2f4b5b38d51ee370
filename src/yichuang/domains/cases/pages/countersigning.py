"""会签 on the screen of a case: ask other units, answer for one's own, ask no longer."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yichuang.domains.cases import commands, queries
from yichuang.domains.cases.pages.forms import countersign_form
from yichuang.domains.cases.pages.screen import act_on, case_of, screen_with
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.work import countersigning


@page(permission="work.view")
@require_POST
def ask(request: ActingRequest, number: str, step_id: int) -> HttpResponse:
    """Ask other units to sign a step too; it does not end before they answered."""
    case = case_of(request, number)
    seen = queries.for_desk(case, request.actor, request.at)
    form = countersign_form(seen, request, request.POST)
    if form is None or seen.step is None or seen.step.pk != step_id:
        raise Http404
    if not form.is_valid():
        return screen_with(request, number, {"ask_countersign": form})
    return act_on(
        request,
        number,
        lambda case: countersigning.ask_countersign(
            step_id=step_id,
            units=[unit.pk for unit in form.cleaned_data["units"]],
            asked=form.cleaned_data["asked"],
            days=form.cleaned_data["days"],
            by=request.actor,
            at=request.at,
        ),
        _("已提请会签；会签单位答复前，本环节不能办结，时限照常计算。"),
    )


@page(permission="cases.countersign")
@require_POST
def give(request: ActingRequest, number: str, share_id: int) -> HttpResponse:
    """Say for one's own unit whether it agrees."""
    _of_case(request, number, share_id)
    return act_on(
        request,
        number,
        lambda case: commands.give_countersign(
            share_id=share_id,
            agrees=request.POST.get("outcome") == "agree",
            opinion=request.POST.get("countersign_opinion", ""),
            by=request.actor,
            at=request.at,
        ),
        _("会签意见已提交。"),
    )


@page(permission="work.view")
@require_POST
def take_back(request: ActingRequest, number: str, share_id: int) -> HttpResponse:
    """Ask a unit no longer, with a reason."""
    _of_case(request, number, share_id)
    return act_on(
        request,
        number,
        lambda case: countersigning.take_back_countersign(
            share_id=share_id, reason=request.POST.get("because", ""), by=request.actor, at=request.at
        ),
        _("已撤回会签。"),
    )


def _of_case(request: ActingRequest, number: str, share_id: int) -> None:
    dossier = case_of(request, number).dossier
    if not dossier.shares.filter(pk=share_id, asked_by__isnull=False).exists():
        raise Http404
