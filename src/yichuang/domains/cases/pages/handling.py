"""The deeds of a department on a case, from acceptance to the archive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yichuang.domains.cases import commands, rules
from yichuang.domains.cases.models import Case, Hold
from yichuang.domains.cases.pages.forms import (
    CheckForm,
    CorrectionForm,
    DecisionForm,
    DeliveryForm,
    HoldForm,
    OpinionForm,
    transfer_form,
)
from yichuang.domains.cases.pages.screen import act_on, case_of, screen_with
from yichuang.domains.cases.terms import (
    CheckResult,
    DeliveryKind,
    HoldKind,
    IdentityCheck,
    NoticeChannel,
)
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.work import commands as work_deeds


@page(permission="cases.accept")
@require_POST
def accept(request: ActingRequest, number: str) -> HttpResponse:
    """Accept what was pre-checked."""
    tolerant = request.POST.get("tolerant") == "1"
    return act_on(
        request,
        number,
        lambda case: commands.accept_case(case_id=case.pk, by=request.actor, at=request.at, tolerant=tolerant),
        _("已受理，承诺时限开始计算。"),
    )


@page(permission="cases.correct")
@require_POST
def ask_correction(request: ActingRequest, number: str) -> HttpResponse:
    """Tell everything that is to be corrected, once: one row a material that was ticked."""
    case = case_of(request, number)
    names = dict(case.materials.values_list("code", "name"))
    rows = [
        rules.Row(name=names[code], reason=request.POST.get(f"reason_{code}", ""), material=code)
        for code in names
        if request.POST.get(f"ask_{code}")
    ]
    form = CorrectionForm(request.POST, auto_id="correct_%s")
    if not form.is_valid():
        return screen_with(request, number, {"correction": form})
    if field := form.cleaned_data["field"]:
        rows.append(rules.Row(name=field, reason=form.cleaned_data["field_reason"], field=field))
    return act_on(
        request,
        number,
        lambda case: commands.ask_correction(
            case_id=case.pk, rows=rows, channel=NoticeChannel.ONLINE, by=request.actor, at=request.at
        ),
        _("一次性告知书已发出，受理时限停止计算。"),
    )


@page(permission="cases.refuse")
@require_POST
def refuse(request: ActingRequest, number: str) -> HttpResponse:
    """Refuse acceptance, with reason, basis and the competent authority."""
    form = DecisionForm(request.POST, auto_id="refuse_%s")
    if not form.is_valid():
        return screen_with(request, number, {"refusal": form})
    return act_on(
        request,
        number,
        lambda case: commands.refuse_case(
            case_id=case.pk,
            reason=form.cleaned_data["reason"],
            basis=form.cleaned_data["basis"],
            authority=request.POST.get("authority", ""),
            by=request.actor,
            at=request.at,
        ),
        _("不予受理决定书已生成。"),
    )


@page(permission="work.view")
@require_POST
def claim(request: ActingRequest, number: str, step_id: int) -> HttpResponse:
    """Take a step into hand."""
    return act_on(
        request,
        number,
        lambda case: work_deeds.claim_step(step_id=step_id, by=request.actor, at=request.at),
        _("已签收，由您办理。"),
    )


@page(permission="work.view")
@require_POST
def complete(request: ActingRequest, number: str, step_id: int) -> HttpResponse:
    """End a step with an opinion; the second of two approvers is told who acted."""
    form = OpinionForm(request.POST)
    if not form.is_valid():
        return screen_with(request, number, {"opinion": form})
    return act_on(
        request,
        number,
        lambda case: commands.complete_step(
            step_id=step_id,
            outcome=form.cleaned_data["outcome"],
            opinion=form.cleaned_data["opinion"],
            by=request.actor,
            at=request.at,
        ),
        _("意见已提交。"),
    )


@page(permission="cases.transfer")
@require_POST
def transfer(request: ActingRequest, number: str, step_id: int) -> HttpResponse:
    """Hand a step to another person, with a reason."""
    form = transfer_form(request, request.POST)
    if not form.is_valid():
        return screen_with(request, number, {"transfer": form})
    return act_on(
        request,
        number,
        lambda case: work_deeds.transfer_step(
            step_id=step_id,
            to_account=form.cleaned_data["to"].pk,
            reason=form.cleaned_data["reason"],
            by=request.actor,
            at=request.at,
        ),
        _("已转办，时限不变。"),
    )


@page(permission="cases.special")
@require_POST
def ask_hold(request: ActingRequest, number: str) -> HttpResponse:
    """Ask for a special procedure, suspension or extension."""
    form = HoldForm(request.POST, auto_id="hold_%s", on=local_day(request.at))
    if not form.is_valid():
        return screen_with(request, number, {"hold_form": form})
    return act_on(
        request,
        number,
        lambda case: commands.ask_hold(
            case_id=case.pk,
            kind=HoldKind(form.cleaned_data["kind"]),
            ground=form.cleaned_data["ground"],
            reason=form.cleaned_data["reason"],
            expected_days=form.cleaned_data["days"],
            by=request.actor,
            at=request.at,
        ),
        _("已提交，等待负责人批准；批准前时限照常计算。"),
    )


@page(permission="work.view")
@require_POST
def decide_hold(request: ActingRequest, number: str, hold_id: int) -> HttpResponse:
    """Approve, reject or end what was asked for."""
    if not Hold.objects.filter(pk=hold_id, case=case_of(request, number)).exists():
        raise Http404
    how, note = request.POST.get("how", ""), request.POST.get("note", "")
    by, at = request.actor, request.at
    deeds: dict[str, tuple[Callable[[Case], Any], str]] = {
        "approve": (lambda case: commands.approve_hold(hold_id=hold_id, by=by, at=at), _("已批准。")),
        "reject": (lambda case: commands.reject_hold(hold_id=hold_id, reason=note, by=by, at=at), _("未批准。")),
        "end": (lambda case: commands.end_hold(hold_id=hold_id, result=note, by=by, at=at), _("时限恢复计算。")),
    }
    if how not in deeds:
        raise Http404
    return act_on(request, number, *deeds[how])


@page(permission="cases.check_commitment")
@require_POST
def check_commitment(request: ActingRequest, number: str) -> HttpResponse:
    """Note what the after-check of a commitment found."""
    form = CheckForm(request.POST, auto_id="check_%s")
    if not form.is_valid():
        return screen_with(request, number, {"check": form})
    said = form.cleaned_data
    return act_on(
        request,
        number,
        lambda case: commands.check_commitment(
            case_id=case.pk,
            result=CheckResult(said["result"]),
            finding=said["finding"],
            by=request.actor,
            at=request.at,
        ),
        _("核查结果已记录。"),
    )


@page(permission="cases.deliver")
@require_POST
def deliver(request: ActingRequest, number: str) -> HttpResponse:
    """Note that the holder has the result, or that it went to the post."""
    form = DeliveryForm(request.POST, auto_id="deliver_%s")
    if not form.is_valid():
        return screen_with(request, number, {"delivery": form})
    if waybill := form.cleaned_data["waybill"]:
        return act_on(
            request,
            number,
            lambda case: commands.post_result(case_id=case.pk, waybill=waybill, by=request.actor, at=request.at),
            _("已交邮。"),
        )
    return act_on(
        request,
        number,
        lambda case: commands.deliver_result(
            case_id=case.pk,
            kind=DeliveryKind.WINDOW,
            receiver=form.cleaned_data["receiver"],
            identity=IdentityCheck.MANUAL,
            by=request.actor,
            at=request.at,
        ),
        _("已送达。"),
    )


@page(permission="cases.archive")
@require_POST
def archive(request: ActingRequest, number: str) -> HttpResponse:
    """Put the file into the archive."""
    return act_on(
        request,
        number,
        lambda case: commands.archive_case(case_id=case.pk, by=request.actor, at=request.at),
        _("已归档。"),
    )
