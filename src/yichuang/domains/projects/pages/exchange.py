"""Projects taken in from a table, and given out as OC4IDS."""

from __future__ import annotations

import hashlib
import io
import json

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yichuang.domains.projects import commands, queries
from yichuang.domains.projects.pages.answers import year_of
from yichuang.domains.projects.queries import Asked
from yichuang.foundation.files.tables import Findings
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.kernel.errors import NotPossible
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import once
from yichuang.ui.tables import XLSX


class TableForm(UiForm):
    """A table to take in."""

    file = forms.FileField(label=gettext_lazy("项目表（.xlsx 或 .csv）"))


@page(permission="projects.import")
def import_table(request: ActingRequest) -> HttpResponse:
    """Check a table, or take it in: all of it or nothing; `?template` gives the workbook to fill in."""
    if "template" in request.GET:
        out = io.BytesIO()
        queries.write_template_of_projects(out)
        answer = HttpResponse(out.getvalue(), content_type=XLSX)
        answer["Content-Disposition"] = 'attachment; filename="major-projects.xlsx"'
        return answer
    form, findings = TableForm(request.POST or None, request.FILES or None), Findings()
    rows: list[queries.ProjectRow] | None = None
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            rows = queries.read_projects(upload.file, upload.name, findings, request.actor, local_day(request.at))
            if findings.is_clean and request.POST.get("do") == "import":
                digest = hashlib.sha256(b"".join(upload.chunks())).hexdigest()
                return once(request, lambda: _taken(request, rows or [], digest))
        except NotPossible as reason:
            form.add_error("file", reason.message)
    bad = bool(form.errors) or not findings.is_clean
    context = {
        "form": form,
        "findings": findings,
        "count": None if rows is None else len(rows),
        "new": sum(row.project_id is None for row in rows or []),
    }
    return render(request, "projects/import.html", context, status=422 if bad else 200)


@page(permission="projects.export")
def oc4ids(request: ActingRequest) -> HttpResponse:
    """Give the projects of a year as an OC4IDS package."""
    asked = Asked(year=year_of(request), on=local_day(request.at))
    told = queries.package(queries.asked_for(request.actor, asked, "export"), request.at)
    answer = HttpResponse(json.dumps(told, ensure_ascii=False, indent=1), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="oc4ids-{asked.year}.json"'
    return answer


def _taken(request: ActingRequest, rows: list[queries.ProjectRow], digest: str) -> str:
    done = commands.import_projects(rows=rows, digest=digest, by=request.actor, at=request.at)
    said = {"rows": done.rows, "new": done.enrolled}
    messages.success(request, _("已导入%(rows)s行，其中新入库%(new)s个项目。") % said)
    return reverse("projects:projects")
