"""Joint review and joint acceptance of one item: rounds, the agreed visit, one merged list, rework, new drawings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yichuang.domains.cases import queries as cases
from yichuang.domains.construction import commands, queries
from yichuang.domains.construction.models import Rework, Visit
from yichuang.domains.construction.pages.answers import dossier_of, layout, project_of, sent
from yichuang.domains.construction.pages.forms import MergeForm, NoteForm, VerdictForm, VisitForm
from yichuang.domains.construction.terms import Side, Verdict
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.files import commands as files
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.work.models import Dossier, Share
from yichuang.foundation.work.steps import may_act
from yichuang.foundation.work.terms import LIVE, ShareState
from yichuang.kernel.errors import NotPossible
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import do

ACCEPTANCE = "joint_acceptance"


@page(permission="construction.view")
def joint(request: ActingRequest, code: str, number: str) -> HttpResponse:
    """Show every round of a joint step, and what the reader may do in it."""
    return _shown(request, code, number, [])


@page(permission="construction.view")
@require_POST
def give(request: ActingRequest, code: str, number: str, share_id: int) -> HttpResponse:
    """Give one unit's verdict."""
    dossier = _joint_case(request, code, number)
    if not Share.objects.filter(pk=share_id, dossier=dossier).exists():
        raise Http404
    form = _verdict_form(request, share_id, acceptance=dossier.item_code == ACCEPTANCE)
    if not form.is_valid():
        return _shown(request, code, number, form.error_links)
    return _do(
        request,
        code,
        number,
        lambda: commands.give_opinion(
            share_id=share_id,
            verdict=Verdict(form.cleaned_data["verdict"]),
            opinion=form.cleaned_data["opinion"],
            by=request.actor,
            at=request.at,
        ),
        _("意见已签署。"),
    )


@page(permission="construction.view")
@require_POST
def send(request: ActingRequest, code: str, number: str) -> HttpResponse:
    """Send the round out: every unit is asked at the same time."""
    dossier = _joint_case(request, code, number)
    step = queries.sending_step(dossier.pk)
    if step is None:
        raise Http404
    return _do(
        request,
        code,
        number,
        lambda: commands.open_round(
            step_id=step.pk, opinion=request.POST.get("note", ""), by=request.actor, at=request.at
        ),
        _("已分发，各单位同时办理。"),
    )


@page(permission="construction.view")
@require_POST
def merge(request: ActingRequest, code: str, number: str) -> HttpResponse:
    """Conclude the round with one list and one sheet."""
    dossier = _joint_case(request, code, number)
    step = queries.joint_step(dossier.pk)
    form = MergeForm(request.POST, auto_id="merge_%s")
    if step is None:
        raise Http404
    if not form.is_valid():
        return _shown(request, code, number, form.error_links)
    return _do(
        request,
        code,
        number,
        lambda: commands.merge_opinions(
            step_id=step.pk,
            verdict=queries.verdict_together(step),
            rework_by=form.cleaned_data["rework_by"],
            by=request.actor,
            at=request.at,
        ),
        _("本轮意见已汇总。"),
    )


@page(permission="construction.view")
@require_POST
def propose(request: ActingRequest, code: str, number: str) -> HttpResponse:
    """Propose a date for the visit."""
    dossier = _joint_case(request, code, number)
    form = VisitForm(request.POST, auto_id="visit_%s")
    if not form.is_valid():
        return _shown(request, code, number, form.error_links)
    return _do(
        request,
        code,
        number,
        lambda: commands.propose_visit(case_id=dossier.pk, on=form.cleaned_data["on"], by=request.actor, at=request.at),
        _("日期已提出，等待对方确认。"),
    )


@page(permission="construction.view")
@require_POST
def agree(request: ActingRequest, code: str, number: str, visit_id: int) -> HttpResponse:
    """Accept the date that the other side proposed."""
    dossier = _joint_case(request, code, number)
    if not Visit.objects.filter(pk=visit_id, case_id=dossier.pk).exists():
        raise Http404
    return _do(
        request,
        code,
        number,
        lambda: commands.agree_visit(visit_id=visit_id, by=request.actor, at=request.at),
        _("日期已约定，各单位同一天到场。"),
    )


@page(permission="construction.apply")
@require_POST
def rework(request: ActingRequest, code: str, number: str, rework_id: int) -> HttpResponse:
    """Report that a fault was put right."""
    dossier = _joint_case(request, code, number)
    if not Rework.objects.filter(pk=rework_id, case_id=dossier.pk).exists():
        raise Http404
    form = _note_form(request, rework_id)
    if not form.is_valid():
        return _shown(request, code, number, form.error_links)
    return _do(
        request,
        code,
        number,
        lambda: commands.report_rework(
            rework_id=rework_id, note=form.cleaned_data["note"], by=request.actor, at=request.at
        ),
        _("整改完成情况已报告。"),
    )


@page(permission="construction.apply")
@require_POST
def drawings(request: ActingRequest, code: str, number: str) -> HttpResponse:
    """Take in drawings for the next round."""
    dossier = _joint_case(request, code, number)
    form = _drawings_form(dossier, request)
    if not form.is_valid():
        return _shown(request, code, number, form.error_links)
    try:
        stored = {
            name: (
                files.store_upload(
                    content=upload,
                    name=upload.name,
                    by=request.actor,
                    at=request.at,
                    is_synthetic=request.actor.is_demo,
                ).pk,
            )
            for name, upload in form.cleaned_data.items()
            if upload
        }
    except NotPossible as reason:
        return _shown(request, code, number, [{"text": reason.message, "href": ""}])
    return _do(
        request,
        code,
        number,
        lambda: commands.hand_in_drawings(case_id=dossier.pk, files=stored, by=request.actor, at=request.at),
        _("图纸已提交，等待分发下一轮。"),
    )


def _joint_case(request: ActingRequest, code: str, number: str) -> Dossier:
    dossier = dossier_of(request, project_of(request, code), number)
    if not queries.joint_key(dossier):
        raise Http404
    return dossier


def _do(request: ActingRequest, code: str, number: str, deed: Any, said: str) -> HttpResponse:
    here = reverse("construction:joint", args=[code, number])
    return do(request, deed, said, here, lambda errors: _shown(request, code, number, errors))


def _verdict_form(request: ActingRequest, share_id: int, *, acceptance: bool) -> VerdictForm:
    typed = sent(request, "give_opinion", share_id=share_id)
    return VerdictForm(typed, acceptance=acceptance, auto_id=f"share_{share_id}_%s")


def _note_form(request: ActingRequest, rework_id: int) -> NoteForm:
    return NoteForm(sent(request, "report_rework", rework_id=rework_id), auto_id=f"rework_{rework_id}_%s")


def _drawings_form(dossier: Dossier, request: ActingRequest | None = None) -> UiForm:
    """Ask for new files of what the applicant brings; one is enough."""
    asked = cases.materials(dossier.pk).filter(state="HANDED")
    fields = {row.code: forms.FileField(label=row.name, required=False) for row in asked}
    made = type("DrawingsForm", (UiForm,), fields)
    form = made(request.POST, request.FILES) if request is not None else made()
    assert isinstance(form, UiForm)
    return form


def _shown(request: ActingRequest, code: str, number: str, errors: list[dict[str, str]]) -> HttpResponse:
    found = project_of(request, code)
    dossier = _joint_case(request, code, number)
    actor, acceptance = request.actor, dossier.item_code == ACCEPTANCE
    step = queries.joint_step(dossier.pk)
    sending = queries.sending_step(dossier.pk)
    visit = queries.visit(dossier.pk, queries.round_of(dossier.pk)) if acceptance else None
    own = actor.may("cases.apply", party_id=dossier.case.applicant_id)
    lead = actor.may("construction.inspect", dossier.unit_id)
    mine = [
        share
        for share in (queries.joint_shares(step) if step is not None and step.state in LIVE else [])
        if share.state == ShareState.OPEN and step is not None and actor.may(step.permission, share.unit_id)
    ]
    context = {
        "layout": layout(request),
        "project": found,
        "dossier": dossier,
        "number": number,
        "errors": errors,
        "acceptance": acceptance,
        "rounds": queries.rounds(dossier.pk, definitions.office()),
        "reworks": [(row, _note_form(request, row.pk)) for row in queries.reworks(dossier.pk)],
        "visit": visit,
        "own": own,
        "may_arrange": acceptance and sending is not None and (own or lead),
        "may_agree": visit is not None
        and visit.agreed_at is None
        and ((own and visit.side == Side.LEAD) or (lead and not own and visit.side == Side.APPLICANT)),
        "may_send": sending is not None and may_act(actor, sending),
        "sending": sending,
        "mine": [(share, _verdict_form(request, share.pk, acceptance=acceptance)) for share in mine],
        "may_merge": step is not None and step.state in LIVE and may_act(actor, step),
        "together": queries.verdict_together(step).label if step is not None else "",
        "merge_form": MergeForm(sent(request, "merge_round"), auto_id="merge_%s"),
        "visit_form": VisitForm(sent(request, "propose_visit"), auto_id="visit_%s"),
        "drawings_form": _drawings_form(dossier)
        if own and not acceptance and sending is not None and sending.attempt > 1
        else None,
    }
    return render(request, "construction/joint.html", context, status=422 if errors else 200)
