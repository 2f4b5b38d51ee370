"""Template, import with its trial, and export of a register."""

from __future__ import annotations

import io

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yichuang.foundation.files import commands as files
from yichuang.foundation.files import tables
from yichuang.foundation.files.problems import FileRefused
from yichuang.foundation.files.queries import own_upload
from yichuang.foundation.files.stores import store
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.registers import commands, queries, sheets
from yichuang.foundation.registers.definition import Register
from yichuang.foundation.registers.terms import Action
from yichuang.kernel.errors import NotPossible
from yichuang.portals.console.registers.finding import register_or_404, sent
from yichuang.portals.console.registers.forms import FileForm
from yichuang.ui.repeating import once

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 200
"""Faults that the page lists; the others are counted."""
AT_ONCE = 5_000
"""Rows that are taken in within one request."""


class TooMany(NotPossible):
    """More rows than a page takes in."""

    code = "registers.too_many_rows_for_a_page"

    def __init__(self, rows: int) -> None:
        text = _("文件有 %(rows)d 行，网页一次最多导入 %(most)d 行。请拆成几个文件再导入。")
        super().__init__(text % {"rows": rows, "most": AT_ONCE})


@page(permission="registers.import")
def template(request: ActingRequest, code: str) -> HttpResponseBase:
    """Give the workbook to be filled in."""
    register = register_or_404(request, code, Action.IMPORT)
    out = io.BytesIO()
    sheets.write_template(register, request.actor, out, request.at)
    return _download(out, f"{register.name.chinese}模板.xlsx", XLSX)


@page(permission="registers.import")
def take_in(request: ActingRequest, code: str) -> HttpResponse:
    """Try a file, show what it would do; when it is sent again take it in, all of it or nothing."""
    register = register_or_404(request, code, Action.IMPORT)
    form = FileForm(*sent(request))
    trial = None
    file_id = 0
    if request.method == "POST" and request.POST.get("file_id"):
        return _taken(request, register)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            tables.insist(upload, upload.name)
            row = files.store_upload(content=upload, name=upload.name, by=request.actor, at=request.at)
            upload.seek(0)
            trial = commands.try_file(register=code, content=upload, name=upload.name, by=request.actor, at=request.at)
            if trial.rows > AT_ONCE:
                raise TooMany(trial.rows)
            file_id = row.pk
        except (FileRefused, TooMany) as reason:
            form.add_error("file", reason.message)
    context = {"register": register, "form": form, "trial": trial, "file_id": file_id, "shown": SHOWN}
    return render(request, "console/register_import.html", context)


@page(permission="registers.export")
@require_POST
def export(request: ActingRequest, code: str) -> HttpResponseBase:
    """Give what the list shows as a workbook or text; it is recorded who took how many rows."""
    register = register_or_404(request, code, Action.EXPORT)
    asked = queries.asked(register, request.actor, request.GET)
    if asked.unread:
        return redirect(f"{reverse('console:register', args=[code])}?{request.GET.urlencode()}")
    as_csv = request.POST.get("kind") == "csv"
    rows = queries.listed(register, request.actor, asked, "export")
    out = io.BytesIO()
    commands.note_export(
        register=code, rows=rows.count(), kind="csv" if as_csv else "xlsx", by=request.actor, at=request.at
    )
    day = asked.day or local_day(request.at)
    sheets.write_export(register, request.actor, rows.iterator(500), out, day, as_csv=as_csv)
    name = f"{register.name.chinese}{day:%Y%m%d}"
    return _download(out, f"{name}.csv", "text/csv; charset=utf-8") if as_csv else _download(out, f"{name}.xlsx", XLSX)


def _taken(request: ActingRequest, register: Register) -> HttpResponse:
    row = own_upload(request.actor, _number(request.POST.get("file_id", "")))
    if row is None:
        raise Http404

    def done() -> str:
        with store().open(row.sha256) as content:
            batch = commands.import_file(
                register=register.id,
                content=content,
                name=row.name,
                by=request.actor,
                at=request.at,
                expected=request.POST.get("sha256", ""),
            )
        said = {"added": batch.added, "changed": batch.changed, "same": batch.same}
        messages.success(request, _("已导入：新增 %(added)d 条，修改 %(changed)d 条，%(same)d 条没有变化。") % said)
        return reverse("console:register", args=[register.id])

    try:
        return once(request, done)
    except NotPossible as reason:
        form = FileForm()
        messages.error(request, reason.message)
        context = {"register": register, "form": form, "trial": None, "file_id": 0, "shown": SHOWN}
        return render(request, "console/register_import.html", context, status=422)


def _download(out: io.BytesIO, name: str, kind: str) -> HttpResponseBase:
    out.seek(0)
    response = FileResponse(out, as_attachment=True, filename=name, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0
