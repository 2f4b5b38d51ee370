"""The page of a project and what is done on it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yichuang.domains.projects import commands, queries
from yichuang.domains.projects.models import Difficulty, InvestmentEntry, MajorProject, Node
from yichuang.domains.projects.pages import forms
from yichuang.domains.projects.pages.answers import do_typed, project_of, stored, unit_choices, year_of
from yichuang.domains.projects.rules.amounts import in_wan
from yichuang.domains.projects.terms import Chain, EntryState, NodeKind, PlanKind, Stage
from yichuang.foundation.people.models import Unit
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.kernel.errors import NotPossible
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import do, once


@page(permission="projects.manage")
def new(request: ActingRequest) -> HttpResponse:
    """Take a project into the list."""
    units = unit_choices(request, "projects.manage")
    form = forms.ProjectForm(request.POST or None, units=units)

    def done() -> str:
        made = commands.enrol_project(
            said=form.said,
            unit_id=Unit.objects.get(code=form.cleaned_data["unit"]).pk,
            by=request.actor,
            at=request.at,
            is_synthetic=request.actor.is_demo,
        )
        return reverse("projects:project", args=[made.number])

    return _filled(request, form, done, {"project": None})


@page(permission="projects.manage")
def edit(request: ActingRequest, number: str) -> HttpResponse:
    """Correct what is said of a project; its unit and number stay."""
    found = project_of(request, number)
    units = [(found.dossier.unit.code, found.dossier.unit.short_name)]
    form = forms.ProjectForm(request.POST or None, units=units, initial=forms.ProjectForm.of(found))

    def done() -> str:
        commands.change_project(project_id=found.pk, said=form.said, by=request.actor, at=request.at)
        return reverse("projects:project", args=[number])

    return _filled(request, form, done, {"project": found})


@page(permission="projects.view")
def project(request: ActingRequest, number: str) -> HttpResponse:
    """Show a project: plan and done, months with who entered them, nodes, difficulties, links."""
    return _shown(request, number)


@page(permission="projects.manage")
@require_POST
def plan(request: ActingRequest, number: str) -> HttpResponse:
    """Set or adjust a year's plan."""
    found, form = project_of(request, number), forms.PlanForm(request.POST, auto_id="plan_%s")
    return _do(
        request,
        found,
        form,
        lambda given: commands.set_plan(
            project_id=found.pk,
            year=given["year"],
            kind=PlanKind(given["kind"]),
            plan_fen=given["plan"],
            reason=given["reason"],
            by=request.actor,
            at=request.at,
        ),
        _("年度计划已保存。"),
    )


@page(permission="projects.manage")
@require_POST
def move(request: ActingRequest, number: str) -> HttpResponse:
    """Bring a project to another stage."""
    found = project_of(request, number)
    form = forms.StageForm(request.POST, stages=queries.next_stages(found.dossier), auto_id="move_%s")
    return _do(
        request,
        found,
        form,
        lambda given: commands.move_project(
            project_id=found.pk, to=Stage(given["to"]), reason=given["reason"], by=request.actor, at=request.at
        ),
        _("阶段已变更。"),
    )


@page(permission="projects.report")
@require_POST
def month(request: ActingRequest, number: str) -> HttpResponse:
    """Enter a month, or ask to correct a locked one."""
    found, form = project_of(request, number), forms.MonthForm(request.POST, auto_id="month_%s")

    def deed(given: dict[str, Any]) -> None:
        what: dict[str, Any] = {"project_id": found.pk, "month": given["month"], "amount_fen": given["amount"]}
        who: dict[str, Any] = {"by": request.actor, "at": request.at}
        if request.POST.get("do") == "correct":
            commands.correct_month(reason=given["reason"], **what, **who)
        else:
            commands.enter_month(note=given["note"], **what, **who)

    return _do(request, found, form, deed, _("已提交，等待他人审核锁定。"))


@page(permission="projects.confirm")
def waiting(request: ActingRequest) -> HttpResponse:
    """List the entries that wait for confirmation; tick and confirm many at once, or return one with a reason."""
    return _waiting(request, [])


@page(permission="projects.confirm")
@require_POST
def decide(request: ActingRequest) -> HttpResponse:
    """Confirm the entries that are ticked, or return one."""
    known = {str(row.pk): row for row in queries.waiting_entries(request.actor)}
    chosen = [known[each] for each in request.POST.getlist("entry") if each in known]
    reason = request.POST.get("reason", "")

    def deed() -> None:
        for row in chosen:
            if request.POST.get("do") == "return":
                commands.return_entry(entry_id=row.pk, reason=reason, by=request.actor, at=request.at)
            else:
                commands.confirm_entry(entry_id=row.pk, by=request.actor, at=request.at)

    if not chosen:
        return _waiting(request, [{"text": _("请先勾选要处理的数据。"), "href": ""}])
    said = _("已处理%(count)s笔数据。") % {"count": len(chosen)}
    return do(request, deed, said, reverse("projects:waiting"), lambda errors: _waiting(request, errors))


@page(permission="projects.report")
@require_POST
def node(request: ActingRequest, number: str) -> HttpResponse:
    """Plan a node."""
    found, form = project_of(request, number), forms.NodeForm(request.POST, auto_id="node_%s")
    return _do(
        request,
        found,
        form,
        lambda given: commands.plan_node(
            project_id=found.pk,
            kind=NodeKind(given["kind"]),
            name=given["name"],
            planned_on=given["planned_on"],
            by=request.actor,
            at=request.at,
        ),
        _("节点已增加。"),
    )


@page(permission="projects.report")
@require_POST
def reach(request: ActingRequest, number: str, node_id: int) -> HttpResponse:
    """Say that a node was reached, with evidence; or take that back."""
    found = project_of(request, number)
    if not Node.objects.filter(pk=node_id, project=found).exists():
        raise Http404
    who: dict[str, Any] = {"by": request.actor, "at": request.at}
    if request.POST.get("do") == "take_back":
        form: UiForm = forms.SaidForm(request.POST, auto_id=f"node{node_id}_%s")
        back = _("已撤回节点完成记录。")
        return _do(
            request,
            found,
            form,
            lambda given: commands.take_back_node(node_id=node_id, reason=given["said"], **who),
            back,
        )
    form = forms.ReachForm(request.POST, request.FILES, auto_id=f"node{node_id}_%s")
    return _do(
        request,
        found,
        form,
        lambda given: commands.reach_node(
            node_id=node_id,
            done_on=given["done_on"],
            evidence=given["evidence"],
            file_ids=stored(request, [given["file"]]),
            **who,
        ),
        _("节点完成已记录。"),
    )


@page(permission="projects.report")
@require_POST
def difficulty(request: ActingRequest, number: str) -> HttpResponse:
    """Name a difficulty, or say how one was solved."""
    found = project_of(request, number)
    who: dict[str, Any] = {"by": request.actor, "at": request.at}
    solved = request.POST.get("difficulty", "")
    if solved:
        if not solved.isdecimal() or not Difficulty.objects.filter(pk=int(solved), project=found).exists():
            raise Http404
        form: UiForm = forms.SaidForm(request.POST, auto_id=f"difficulty{solved}_%s")
        return _do(
            request,
            found,
            form,
            lambda given: commands.solve_difficulty(difficulty_id=int(solved), how=given["said"], **who),
            _("已记录解决情况。"),
        )
    form = forms.DifficultyForm(request.POST, auto_id="difficulty_%s")
    return _do(
        request,
        found,
        form,
        lambda given: commands.raise_difficulty(
            project_id=found.pk, chain=Chain(given["chain"]), text=given["text"], **who
        ),
        _("难点已登记，将列入会议议题建议。"),
    )


def _do(request: ActingRequest, found: MajorProject, form: UiForm, deed: Any, said: str) -> HttpResponse:
    """Do one deed of the project page; what was typed stands again where it is refused."""
    href = f"{reverse('projects:project', args=[found.number])}?year={year_of(request)}"
    return do_typed(request, form, deed, said, href, partial(_shown, request, found.number))


def _shown(
    request: ActingRequest,
    number: str,
    errors: list[dict[str, str]] | None = None,
    typed: dict[str, UiForm] | None = None,
) -> HttpResponse:
    found, kept = project_of(request, number), typed or {}
    year = year_of(request)
    seen = queries.project_shown(found, request.actor, request.at, year)
    context = {
        "seen": seen,
        "errors": errors or [],
        "construction_href": f"/construction/{found.construction_code}",
        "of_year": f"?year={year}",
        "matters": queries.shown(seen.matters, request.at),
        "months": [_month(each) for each in seen.months],
        "plan_wan": in_wan(seen.row.plan_fen),
        "done_wan": in_wan(seen.row.done_fen),
        "total_wan": in_wan(found.total_investment_fen),
        "plan_form": kept.get("plan_%s") or forms.PlanForm(auto_id="plan_%s", initial={"year": year}),
        "move_form": kept.get("move_%s") or forms.StageForm(stages=seen.stages, auto_id="move_%s"),
        "month_form": kept.get("month_%s")
        or forms.MonthForm(auto_id="month_%s", initial={"month": f"{request.at:%Y-%m}"}),
        "node_form": kept.get("node_%s") or forms.NodeForm(auto_id="node_%s"),
        "difficulty_form": kept.get("difficulty_%s") or forms.DifficultyForm(auto_id="difficulty_%s"),
        "nodes": [(each, _node_form(each, kept)) for each in seen.nodes],
        "difficulties": [
            (each, kept.get(f"difficulty{each.pk}_%s") or forms.SaidForm(auto_id=f"difficulty{each.pk}_%s"))
            for each in seen.difficulties
        ],
    }
    return render(request, "projects/project.html", context, status=422 if errors else 200)


def _node_form(node_row: Node, kept: dict[str, UiForm]) -> UiForm:
    name = f"node{node_row.pk}_%s"
    return kept.get(name) or (forms.SaidForm(auto_id=name) if node_row.done_on else forms.ReachForm(auto_id=name))


def _month(row: queries.Month) -> dict[str, Any]:
    return {
        "month": row.month,
        "locked": None if row.locked_fen is None else in_wan(row.locked_fen),
        "entries": [_entry(each) for each in row.entries],
    }


def _entry(row: InvestmentEntry) -> dict[str, Any]:
    return {
        "row": row,
        "wan": in_wan(row.amount_fen),
        "tone": {EntryState.CONFIRMED: "ok", EntryState.WAITING: "active"}.get(EntryState(row.state), "plain"),
    }


def _waiting(request: ActingRequest, errors: list[dict[str, str]]) -> HttpResponse:
    rows = queries.waiting_entries(request.actor)[:500]
    context = {
        "errors": errors,
        "entries": [(row, in_wan(row.amount_fen), row.entered_by_id == request.actor.account_id) for row in rows],
        "chosen": set(request.POST.getlist("entry")),
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "projects/waiting.html", context, status=422 if errors else 200)


def _filled(request: ActingRequest, form: UiForm, done: Any, context: dict[str, Any]) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            return once(request, done)
        except NotPossible as reason:
            form.add_error(None, reason.message)
    return render(request, "projects/new.html", context | {"form": form}, status=422 if form.errors else 200)
