"""Plans: seen as a picture and a list, taken in and out as BPMN 2.0, and published as new versions (M1)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import yaml
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from yichuang.domains.catalogue.queries import unit_names
from yichuang.foundation.definitions import commands, folders, queries
from yichuang.foundation.definitions.kinds import KINDS
from yichuang.foundation.definitions.models import Definition
from yichuang.foundation.definitions.problems import DefinitionsFaulty, Problem
from yichuang.foundation.definitions.reading import read_text
from yichuang.foundation.definitions.terms import PLAN
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.records.terms import CHINA
from yichuang.kernel import plans
from yichuang.kernel.conditions import parse as parse_condition
from yichuang.kernel.errors import DefinitionError, NotPossible
from yichuang.kernel.plans import Plan
from yichuang.portals.console.drawing import drawn
from yichuang.ui import words
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import once

LARGEST = 2_000_000
"""Bytes of a model or a plan; the largest reference model has a tenth of it."""
ITEM = "item"


class ModelForm(UiForm):
    """A BPMN 2.0 file."""

    model = forms.FileField(label=gettext_lazy("BPMN 2.0文件"), help_text=gettext_lazy("只检查和转换，不发布。"))

    def clean_model(self) -> bytes:
        """Read it, if it is of a model's size."""
        sent = self.cleaned_data["model"]
        if sent.size > LARGEST:
            raise forms.ValidationError(_("文件超过2 MB，请检查是否选错。"))
        return bytes(sent.read())


class PlanForm(UiForm):
    """A plan as YAML, to be published."""

    text = forms.CharField(
        label=gettext_lazy("流程YAML"),
        help_text=gettext_lazy("发布后成为新版本；正在办理的办件仍按原版本办完。"),
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
        strip=False,
        max_length=LARGEST,
    )


@page(permission="definitions.view")
def listed(request: ActingRequest) -> HttpResponse:
    """List the newest version of every plan."""
    return _listed(request, ModelForm())


@page(permission="definitions.view")
def one(request: ActingRequest, code: str, version: int) -> HttpResponse:
    """Show one version of a plan: picture, list, longest path, examples."""
    plan = _plan(code, version)
    known = all(step.days is not None for step in plan.steps.values())
    path = plans.critical_path(plan, {}) if known else None
    units = unit_names(unit for step in plan.steps.values() for unit in (step.unit, *step.joint) if unit)
    return render(
        request,
        "console/plan.html",
        {
            "plan": plan,
            "picture": drawn(plan, path, units),
            "total": path.total if path else None,
            "steps": [_step(plan, step, path, units) for step in plan.order],
            "examples": [_example(plan, each) for each in plan.examples],
            "versions": queries.versions(PLAN, code),
            "may_publish": request.actor.may("definitions.publish"),
        },
    )


@page(permission="definitions.view")
def as_bpmn(request: ActingRequest, code: str, version: int) -> HttpResponse:
    """Hand out a version as BPMN 2.0 with a drawing."""
    answer = HttpResponse(plans.export_bpmn(_plan(code, version)), content_type="application/bpmn+xml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{code}.v{version}.bpmn"'
    return answer


@page(permission="definitions.view")
def import_bpmn(request: ActingRequest) -> HttpResponse:
    """Turn a BPMN 2.0 file into a checked plan in YAML, or name the element that a plan cannot hold."""
    form = ModelForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        items = queries.published(ITEM).values_list("code", flat=True)
        try:
            made = plans.import_bpmn(form.cleaned_data["model"], parse_condition, frozenset(items))
        except DefinitionError as reason:
            form.add_error("model", _("元素「%(place)s」：%(reason)s") % {"place": reason.place, "reason": reason})
        else:
            text = yaml.safe_dump(made.plan_data, allow_unicode=True, sort_keys=False)
            return _publishing(request, PlanForm(initial={"text": text}), made.warnings)
    return _listed(request, form)


@page(permission="definitions.publish")
def publish(request: ActingRequest) -> HttpResponse:
    """Check a plan in YAML together with everything that stands, and publish it as a new version."""
    form = PlanForm(request.POST or None, initial={"text": _start(request)})
    if request.method == "POST" and form.is_valid():
        try:
            file = checked(form.cleaned_data["text"])

            def done() -> str:
                made = commands.publish(folders.Folder([file]), by=request.actor.by, at=request.at)
                said = _("已发布新版本。") if made else _("该版本已经发布，内容相同。")
                messages.success(request, said)
                return reverse("console:plan", args=[file.code, file.version])

            return once(request, done)
        except DefinitionsFaulty as reason:
            for problem in reason.problems:
                form.add_error("text", str(problem))
        except NotPossible as reason:
            form.add_error("text", reason.message)
    return _publishing(request, form, ())


def checked(text: str) -> folders.DefinitionFile:
    """
    Read one plan among everything published; the newest version of the same plan stands beside it.

    :raises DefinitionsFaulty: the plan has problems
    """
    read = read_text(text, "YAML")
    if read.problems:
        raise DefinitionsFaulty(read.problems)
    if not isinstance(read.body, dict) or PLAN not in read.body:
        raise DefinitionsFaulty([Problem("YAML", 1, "", _("不是流程定义"), "plan: …")])
    standing: dict[tuple[str, str], Definition] = {}
    for row in queries.published().filter(withdrawn_at=None, kind__in=KINDS):
        standing.setdefault((row.kind, row.code), row)
    standing.pop((PLAN, str(read.body[PLAN])), None)
    others = [(row.kind, json.loads(row.body)) for row in standing.values()]
    whole = folders.of_bodies([*others, (PLAN, read.body)])
    place = f"{PLAN} {read.body[PLAN]}"
    if own := [problem for problem in whole.problems if problem.file == place]:
        raise DefinitionsFaulty(own)
    return next(file for file in whole.files if file.kind.name == PLAN and file.code == str(read.body[PLAN]))


def _plan(code: str, version: int) -> Plan:
    try:
        found = queries.get(PLAN, code, version)
    except Definition.DoesNotExist as missing:
        raise Http404 from missing
    assert isinstance(found, Plan)
    return found


def _start(request: ActingRequest) -> str:
    """Write the newest version of the plan that `?from=` names, with the next number, to begin from."""
    newest = queries.versions(PLAN, request.GET.get("from", "")).first()
    if newest is None:
        return ""
    day = max(request.at.astimezone(CHINA).date(), newest.valid_from)
    body = json.loads(newest.body) | {"version": newest.version + 1, "in_force": {"from": day.isoformat()}}
    return yaml.safe_dump(body, allow_unicode=True, sort_keys=False)


def _listed(request: ActingRequest, form: ModelForm) -> HttpResponse:
    newest: dict[str, Definition] = {}
    for row in queries.published(PLAN):
        newest.setdefault(row.code, row)
    may = request.actor.may("definitions.publish")
    return render(request, "console/plans.html", {"rows": newest.values(), "form": form, "may_publish": may})


def _publishing(request: ActingRequest, form: PlanForm, warnings: tuple[str, ...]) -> HttpResponse:
    may = request.actor.may("definitions.publish")
    return render(request, "console/publish_plan.html", {"form": form, "warnings": warnings, "may_publish": may})


def _step(plan: Plan, key: str, path: plans.CriticalPath | None, units: Mapping[str, str]) -> dict[str, Any]:
    step = plan.steps[key]
    return {
        "step": step,
        "unit": units.get(step.unit or "", ""),
        "joint": words.listed(units[unit] for unit in step.joint),
        "after": words.listed(plan.steps[before].name for before in step.after),
        "outcomes": words.listed(outcome.label for outcome in step.outcomes.values()),
        "is_critical": path is not None and key in path.steps,
        "slack": path.slack.get(key) if path else None,
    }


def _example(plan: Plan, example: plans.Example) -> dict[str, str]:
    opens = [plan.steps[each].name for each in example.opens or ()]
    return {
        "given": words.in_parts(f"{key} = {value}" for key, value in example.given.items()),
        "done": words.in_parts(words.named(plan.steps[key].name, value) for key, value in example.done.items()),
        "opens": words.listed(opens),
        "ends": {"concluded": _("办结"), "denied": pgettext("outcome", "不予许可"), None: ""}[example.ends],
        "longest": "" if example.longest is None else str(example.longest),
    }
