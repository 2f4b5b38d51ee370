"""Projects: the list, registering, the project page, and what is done on it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yichuang.domains.construction import commands, queries
from yichuang.domains.construction.models import Consent, OutsidePermit, Project
from yichuang.domains.construction.pages import picture
from yichuang.domains.construction.pages.answers import dossier_of, layout, project_of, sent, text_sent
from yichuang.domains.construction.pages.forms import MoveForm, NoteForm, OutsideForm, ProjectForm
from yichuang.domains.construction.terms import CloseKind, Stage
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.models import Party
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.work import queries as work
from yichuang.foundation.work.models import Step
from yichuang.kernel import plans
from yichuang.kernel.errors import NotPossible
from yichuang.ui import paging
from yichuang.ui.repeating import do, once


@page(permission="construction.view")
def projects(request: ActingRequest) -> HttpResponse:
    """List the projects that the reader sees, after what waits for the reader."""
    mine = request.GET.get("whose") == "mine"
    rows = queries.own_projects(request.actor) if mine else queries.projects(request.actor)
    found = Paginator(rows, 30).get_page(request.GET.get("page"))
    staff = request.actor.is_staff
    context = {
        "layout": layout(request),
        "rows": queries.listed(found, request.at),
        "paging": paging.links(found, request),
        "mine": mine,
        "staff": staff,
        "may_register": request.actor.may("construction.apply"),
        "may_export": request.actor.may("construction.export"),
        "prechecks": list(queries.waiting_prechecks(request.actor)[:50]) if staff else [],
        "to_merge": [(row, work.lamp_of(row, request.at) or "") for row in queries.stages_to_merge(request.actor)[:50]]
        if staff
        else [],
        "early": list(queries.waiting_early_opinions(request.actor)[:50]) if staff else [],
        "alarms": list(queries.alarms(request.actor)[:50]) if request.actor.may("supervision.view") else [],
    }
    return render(request, "construction/projects.html", context)


@page(permission="construction.apply")
def new(request: ActingRequest) -> HttpResponse:
    """Register a project."""
    form = _form(request)
    if request.method == "POST" and form.is_valid():

        def done() -> str:
            project = commands.open_project(
                registration=form.registration(is_synthetic=request.actor.is_demo), by=request.actor, at=request.at
            )
            return reverse("construction:project", args=[project.code])

        try:
            return once(request, done)
        except NotPossible as reason:
            form.add_error(None, reason.message)
    return render(request, "construction/new.html", {"layout": layout(request), "form": form, "project": None})


@page(permission="construction.apply")
def start(request: ActingRequest, item_id: str) -> HttpResponse:
    """Ask for which project a stage is applied for; from its guide one comes here."""
    stage = next((each for each in Stage if each.item == item_id), None)
    if stage is None:
        raise Http404
    rows = queries.own_projects(request.actor).filter(dossier__ended_at=None)
    context = {"layout": layout(request), "stage": stage.label, "item_id": item_id, "rows": list(rows[:100])}
    return render(request, "construction/start.html", context)


@page(permission="construction.view")
def edit(request: ActingRequest, code: str) -> HttpResponse:
    """Correct what a project says of itself; code and developer stay."""
    project = project_of(request, code)
    form = _form(request, project)
    if request.method == "POST" and form.is_valid():

        def done() -> str:
            commands.change_project(
                project_id=project.pk,
                registration=form.registration(is_synthetic=project.dossier.is_synthetic),
                by=request.actor,
                at=request.at,
            )
            return reverse("construction:project", args=[code])

        try:
            return once(request, done)
        except NotPossible as reason:
            form.add_error(None, reason.message)
    return render(request, "construction/new.html", {"layout": layout(request), "form": form, "project": project})


@page(permission="construction.view")
def project(request: ActingRequest, code: str) -> HttpResponse:
    """Show a project: four stages with budgets and one date, the plan as a picture, what waits for whom."""
    return _shown(request, code, [])


@page(permission="construction.view")
def bpmn(request: ActingRequest, code: str, stage: int) -> HttpResponse:
    """Hand out the plan of a stage as BPMN 2.0 with its drawing."""
    if stage not in Stage.values:
        raise Http404
    found = project_of(request, code)
    dossier = queries.current(found.dossier, Stage(stage))
    plan = queries.timetable(found, Stage(stage), dossier, local_day(request.at)).plan
    answer = HttpResponse(plans.export_bpmn(plan), content_type="application/xml")
    answer["Content-Disposition"] = f'attachment; filename="{plan.id}-v{plan.version}.bpmn"'
    return answer


@page(permission="construction.lead")
@require_POST
def move(request: ActingRequest, code: str, number: str, step_id: int) -> HttpResponse:
    """Move an optional item to a later stage."""
    found = project_of(request, code)
    dossier = dossier_of(request, found, number)
    if not Step.objects.filter(pk=step_id, dossier=dossier).exists():
        raise Http404
    stage = queries.stage_of(dossier)
    assert stage is not None, "a project's applications are for stages"
    form = MoveForm(request.POST, after=stage, auto_id=f"move_{step_id}_%s")
    if not form.is_valid():
        return _shown(request, code, form.error_links)
    return do(
        request,
        lambda: commands.move_item_later(
            step_id=step_id,
            to_stage=Stage(form.cleaned_data["to_stage"]),
            reason=form.cleaned_data["reason"],
            by=request.actor,
            at=request.at,
        ),
        _("事项已移入后续阶段。"),
        reverse("construction:project", args=[code]),
        lambda errors: _shown(request, code, errors),
    )


@page(permission="construction.lead")
@require_POST
def ask_consent(request: ActingRequest, code: str, number: str) -> HttpResponse:
    """Bring a unit's question to the applicant."""
    dossier = dossier_of(request, project_of(request, code), number)
    return do(
        request,
        lambda: commands.ask_consent(case_id=dossier.pk, by=request.actor, at=request.at),
        _("已请申请人答复；答复之前时限照常计算。"),
        reverse("construction:project", args=[code]),
        lambda errors: _shown(request, code, errors),
    )


@page(permission="construction.apply")
@require_POST
def answer_consent(request: ActingRequest, code: str, consent_id: int) -> HttpResponse:
    """Answer as the applicant whether an item's clock may stand still."""
    found = project_of(request, code)
    if not Consent.objects.filter(pk=consent_id, case__dossier__root_id=found.pk).exists():
        raise Http404
    given = request.POST.get("answer") == "yes"
    return do(
        request,
        lambda: commands.answer_consent(consent_id=consent_id, given=given, by=request.actor, at=request.at),
        _("已同意停表补充材料。") if given else _("已答复不同意，该事项按现有材料办理。"),
        reverse("construction:project", args=[code]),
        lambda errors: _shown(request, code, errors),
    )


@page(permission="construction.lead")
@require_POST
def lift_block(request: ActingRequest, code: str) -> HttpResponse:
    """Let a blocked project go on."""
    found = project_of(request, code)
    return do(
        request,
        lambda: commands.lift_block(
            project_id=found.pk, reason=request.POST.get("note", ""), by=request.actor, at=request.at
        ),
        _("项目已恢复受理。"),
        reverse("construction:project", args=[code]),
        lambda errors: _shown(request, code, errors),
    )


@page(permission="construction.lead")
@require_POST
def close(request: ActingRequest, code: str) -> HttpResponse:
    """Close a project."""
    found = project_of(request, code)
    kind = CloseKind.GIVEN_UP if request.POST.get("kind") == "given_up" else CloseKind.FINISHED
    return do(
        request,
        lambda: commands.close_project(project_id=found.pk, kind=kind, by=request.actor, at=request.at),
        _("项目已办结。"),
        reverse("construction:project", args=[code]),
        lambda errors: _shown(request, code, errors),
    )


@page(permission="construction.view")
@require_POST
def register_outside(request: ActingRequest, code: str) -> HttpResponse:
    """Register a permit that was found outside the system."""
    found = project_of(request, code)
    form = OutsideForm(request.POST, auto_id="outside_%s")
    if not form.is_valid():
        return _shown(request, code, form.error_links)
    said = form.cleaned_data
    return do(
        request,
        lambda: commands.register_outside_permit(
            project_id=found.pk,
            name=said["name"],
            number=said["number"],
            unit_id=said["unit"].pk if said["unit"] else None,
            issued_on=said["issued_on"],
            found_how=said["found_how"],
            by=request.actor,
            at=request.at,
        ),
        _("已登记，预警督办可以看到。"),
        reverse("construction:project", args=[code]),
        lambda errors: _shown(request, code, errors),
    )


@page(permission="supervision.verify")
@require_POST
def answer_outside(request: ActingRequest, code: str, alarm_id: int) -> HttpResponse:
    """Explain a permit found outside, or confirm it as a detour."""
    found = project_of(request, code)
    if not OutsidePermit.objects.filter(pk=alarm_id, project=found).exists():
        raise Http404
    return do(
        request,
        lambda: commands.answer_outside_permit(
            alarm_id=alarm_id,
            confirmed=request.POST.get("how") == "confirm",
            answer=request.POST.get("note", ""),
            by=request.actor,
            at=request.at,
        ),
        _("已记录。"),
        reverse("construction:project", args=[code]),
        lambda errors: _shown(request, code, errors),
    )


def _form(request: ActingRequest, project: Project | None = None) -> ProjectForm:
    actor = request.actor
    mine = Party.objects.filter(pk__in=actor.party_ids | actor.principal_ids, kind="ENTERPRISE")
    rows = Party.objects.filter(pk=project.owner_id) if project else mine
    owners = [(str(row.pk), row.name) for row in rows.order_by("name")]
    initial = ProjectForm.of(project) if project else {"owner": owners[0][0]} if len(owners) == 1 else {}
    data: Any = request.POST if request.method == "POST" else None
    form = ProjectForm(data, owners=owners, on=local_day(request.at), initial=initial)
    if project is not None:
        form.fields["code"].disabled = form.fields["owner"].disabled = True
    return form


def _shown(request: ActingRequest, code: str, errors: list[dict[str, str]]) -> HttpResponse:
    found = project_of(request, code)
    seen = queries.project_shown(found, request.actor, request.at)
    context = {
        "layout": layout(request),
        "seen": seen,
        "errors": errors,
        "staff": request.actor.is_staff,
        "facts": _facts(found),
        "svg": picture.plan_of(seen),
        "as_text": picture.plan_as_text(seen),
        "outside": OutsideForm(sent(request, "register_outside"), auto_id="outside_%s"),
        "note": NoteForm(sent(request, "lift_block"), auto_id="note_%s"),
        "answering": text_sent(request, "answer_outside", "note"),
        "moves": [
            (stage, step, _move_form(request, stage.stage, step.step_id))
            for stage in seen.stages
            for step in stage.steps
            if seen.leads and step.step_id and stage.stage != Stage.COMPLETION
        ],
    }
    return render(request, "construction/project.html", context, status=422 if errors else 200)


def _move_form(request: ActingRequest, stage: Stage, step_id: int) -> MoveForm:
    return MoveForm(sent(request, "move", step_id=step_id), after=stage, auto_id=f"move_{step_id}_%s")


def _facts(found: Project) -> list[dict[str, Any]]:
    return [
        {"label": _("建设单位"), "value": found.owner.name},
        {"label": _("审批流程类型"), "value": found.get_flow_class_display()},
        {"label": _("总投资"), "value": _("%(wan)s万元") % {"wan": queries.money(found.total_investment_fen)}},
        {"label": _("用地面积"), "value": _("%(area)s平方米") % {"area": found.land_area_m2}},
        {"label": _("建筑面积"), "value": _("%(area)s平方米") % {"area": found.building_area_m2}},
        {"label": _("登记日期"), "value": local_day(found.applied_at).isoformat()},
    ]
