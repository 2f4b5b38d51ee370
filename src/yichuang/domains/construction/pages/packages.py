"""The exchange package: what it holds, and the button that makes it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yichuang.domains.construction import commands, queries
from yichuang.domains.construction.pages.answers import layout
from yichuang.domains.construction.queries import package as tables
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.kernel.errors import NotPossible


@page(permission="construction.export")
def package(request: ActingRequest) -> HttpResponse:
    """Say what the package holds; the button makes it, counted against the database."""
    errors: list[dict[str, str]] = []
    if request.method == "POST":
        try:
            made = commands.export_package(by=request.actor, at=request.at, code=request.POST.get("code", "").strip())
        except NotPossible as reason:
            errors.append({"text": reason.message, "href": ""})
        else:
            answer = HttpResponse(made.content, content_type="application/zip")
            answer["Content-Disposition"] = f'attachment; filename="{made.name}"'
            return answer
    context = {
        "layout": layout(request),
        "errors": errors,
        "columns": [{"label": _("表")}, {"label": _("名称")}, {"label": _("字段"), "numeric": True}],
        "rows": [[name, label, len(fields)] for name, (label, fields) in tables.TABLES.items()],
        "count": queries.projects(request.actor, "export").count(),
    }
    return render(request, "construction/package.html", context, status=422 if errors else 200)
