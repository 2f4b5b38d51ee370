"""What was published: by kind, all versions, how they differ; and the withdrawal of a version."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import yaml
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yichuang.foundation.definitions import commands, queries
from yichuang.foundation.definitions.kinds import KINDS
from yichuang.foundation.definitions.models import Definition
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.records.terms import CHINA, By
from yichuang.kernel.errors import NotPossible
from yichuang.portals.console.names import names
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import once


class WithdrawForm(UiForm):
    """Why a version is stopped."""

    reason = forms.CharField(
        label=gettext_lazy("撤回原因"),
        help_text=gettext_lazy("撤回后不再用于新办件，正在办理的办件不受影响。"),
        max_length=200,
    )


@page(permission="definitions.view")
def listed(request: ActingRequest) -> HttpResponse:
    """List the newest version of everything of a kind."""
    kind = request.GET.get("kind", "plan")
    if kind not in KINDS:
        raise Http404
    newest: dict[str, Definition] = {}
    for row in queries.published(kind):
        newest.setdefault(row.code, row)
    return render(
        request,
        "console/definitions.html",
        {
            "kinds": [(each, each.name == kind) for each in KINDS.values()],
            "kind": KINDS[kind],
            "rows": newest.values(),
            "today": request.at.astimezone(CHINA).date(),
        },
    )


@page(permission="definitions.view")
def one(request: ActingRequest, kind: str, code: str) -> HttpResponse:
    """Show all versions of one definition and how each differs from the one before."""
    return _shown(request, kind, code, WithdrawForm(), 0)


@page(permission="definitions.withdraw")
def withdraw(request: ActingRequest, kind: str, code: str, version: int) -> HttpResponse:
    """Stop the new use of one version, with a reason."""
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def done() -> str:
            commands.withdraw(
                kind=kind,
                code=code,
                version=version,
                reason=form.cleaned_data["reason"],
                by=request.actor.by,
                at=request.at,
            )
            messages.success(request, _("第%(version)s版已撤回。") % {"version": version})
            return reverse("console:definition", args=[kind, code])

        try:
            return once(request, done)
        except NotPossible as reason:
            form.add_error(None, reason.message)
    return _shown(request, kind, code, form, version)


def _shown(request: ActingRequest, kind: str, code: str, form: WithdrawForm, asked: int) -> HttpResponse:
    if kind not in KINDS:
        raise Http404
    rows = list(queries.versions(kind, code))
    if not rows or (asked and asked not in {row.version for row in rows}):
        raise Http404
    differences = {new.pk: queries.diff(old, new) for new, old in pairwise(rows)}
    by = {row.pk: By.parse(row.published_by).account_id for row in rows}
    named = names(request.actor, {each for each in by.values() if each is not None})
    versions: list[dict[str, Any]] = [
        {
            "row": row,
            "differences": differences.get(row.pk, []),
            "who": named.get(by[row.pk] or 0, _("系统")),
            "body": yaml.safe_dump(json.loads(row.body), allow_unicode=True, sort_keys=False),
        }
        for row in rows
    ]
    return render(
        request,
        "console/definition.html",
        {
            "kind": KINDS[kind],
            "code": code,
            "name": rows[0].name,
            "versions": versions,
            "form": form,
            "asked": asked,
            "may_withdraw": request.actor.may("definitions.withdraw"),
        },
    )
