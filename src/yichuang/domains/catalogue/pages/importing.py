"""Bringing a table of items in: template, upload, what it would do, release by a second person, how far it is."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.models import ImportRun
from yichuang.domains.catalogue.pages.asking import paged, shown, wants_workbook
from yichuang.domains.catalogue.pages.wording import moment
from yichuang.domains.catalogue.terms import ImportState
from yichuang.foundation.files import commands as files
from yichuang.foundation.files import tables
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page, refuse
from yichuang.kernel.errors import NotPossible
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import once
from yichuang.ui.tables import XLSX, Cell, Column, Table
from yichuang.ui.words import in_a_line, with_note

IMPORT, PUBLISH = "catalogue.import", "catalogue.publish"
ON_PAGE = 200
"""Findings and changes that a page lists; the workbook holds all that were kept."""


class TableForm(UiForm):
    """The table that is brought."""

    table = forms.FileField(
        label=gettext_lazy("事项表格"),
        help_text=gettext_lazy(".xlsx 或 .csv，最多 12 万行；也可以是其他系统导出的清单"),
        error_messages={"required": gettext_lazy("请选择要导入的文件。")},
    )


@page(permission="catalogue.drafts")
def listed(request: ActingRequest) -> HttpResponse:
    """Take a table to be looked over, and list those that came before."""
    if request.method == "POST" and not request.actor.may(IMPORT):
        return refuse(request, IMPORT)
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["table"]

        def done() -> str:
            tables.insist(upload, upload.name)
            row = files.store_upload(content=upload, name=upload.name, by=request.actor, at=request.at)
            run = commands.bring_table(file=row, by=request.actor, at=request.at)
            return reverse("catalogue:import", args=[run.pk])

        try:
            return once(request, done)
        except NotPossible as reason:
            form.add_error("table", reason.message)
    on_page, links = paged(request, queries.import_runs(request.actor))
    context = {
        "form": form,
        "may_import": request.actor.may(IMPORT),
        "waiting": queries.tables_to_release(request.actor),
        "paging": links,
    }
    return shown(request, "catalogue/imports.html", context, table=_runs(on_page))


@page(permission=IMPORT)
def template(request: ActingRequest) -> HttpResponse:
    """Give the empty workbook with its lists to choose from."""
    out = io.BytesIO()
    queries.write_template(out)
    return _workbook(out, _("事项导入模板"))


@page(permission="catalogue.drafts")
def export(request: ActingRequest) -> HttpResponse:
    """Give the items that the reader works on as the same workbook: brought back unchanged, it changes nothing."""
    codes = queries.items(request.actor, purpose="ways").values_list("pk", flat=True)
    out = io.BytesIO()
    queries.export_items(out, codes=list(codes))
    return _workbook(out, f"{_('事项')}{local_day(request.at):%Y%m%d}")


@page(permission="catalogue.drafts")
def one(request: ActingRequest, run_id: int) -> HttpResponse:
    """Show how far a table is, every fault at its row and column, what it would change, and what became of it."""
    run = _run(request, run_id)
    report = run.report
    findings = _findings(report.get("findings", []))
    if wants_workbook(request):
        return findings.download(f"{run.name} {findings.caption}")
    may_release = run.state == ImportState.READY and request.actor.may(PUBLISH)
    is_own = bool(run.unit_codes) and run.brought_by_id == request.actor.account_id
    context: dict[str, Any] = {
        "run": run,
        "facts": _facts(run),
        "changes": report.get("changes", [])[:ON_PAGE],
        "more_changes": max(run.created + run.updated - ON_PAGE, 0),
        "more_findings": max(run.errors + run.warnings - ON_PAGE, 0),
        "percent": 100 * run.done // run.rows if run.rows else 0,
        "may_release": may_release and not is_own,
        "waits_for_another": run.state == ImportState.READY and not (may_release and not is_own),
    }
    first = _findings(report.get("findings", [])[:ON_PAGE])
    return shown(request, "catalogue/import.html", context, table=first)


@page(permission=PUBLISH)
@require_POST
def release(request: ActingRequest, run_id: int) -> HttpResponse:
    """Let a table that was looked over be taken in."""
    run = _run(request, run_id)

    def done() -> str:
        commands.release_table(run_id=run.pk, by=request.actor, at=request.at)
        return reverse("catalogue:import", args=[run.pk])

    try:
        return once(request, done)
    except NotPossible as reason:
        messages.error(request, reason.message)
        return one(request, run_id)  # type: ignore[return-value]


def _run(request: ActingRequest, run_id: int) -> ImportRun:
    run = queries.import_run(request.actor, run_id)
    if run is None:
        raise Http404
    return run


def _facts(run: ImportRun) -> list[dict[str, str]]:
    brought = in_a_line((with_note(run.brought_by.name, run.unit.short_name), moment(run.brought_at)))
    released = in_a_line((run.released_by.name, moment(run.released_at))) if run.released_by else ""
    return [
        {"label": _("状态"), "value": str(ImportState(run.state).label)},
        {"label": _("读法"), "value": run.source},
        {"label": _("行数"), "value": str(run.rows)},
        {"label": _("新增"), "value": str(run.created)},
        {"label": _("更新"), "value": str(run.updated)},
        {"label": _("不变"), "value": str(run.unchanged)},
        {"label": _("错误"), "value": str(run.errors)},
        {"label": pgettext("list", "提醒"), "value": str(run.warnings)},
        {"label": pgettext("moment", "上传"), "value": brought},
        {"label": _("发布"), "value": released},
    ]


def _findings(found: list[dict[str, Any]]) -> Table:
    return Table(
        "findings",
        _("错误和提醒"),
        (Column(_("工作表")), Column(_("行"), numeric=True), Column(_("列")), Column(_("种类")), Column(_("原因"))),
        [
            [
                each["sheet"],
                each["row"] or None,
                f"{each['column']} {each['cell']}".strip(),
                _("错误") if each["is_error"] else _("提醒"),
                each["message"],
            ]
            for each in found
        ],
        _("没有错误，也没有提醒。"),
    )


def _runs(rows: list[ImportRun]) -> Table:
    return Table(
        "runs",
        _("上传过的表格"),
        (
            Column(_("文件")),
            Column(_("状态")),
            Column(_("行数"), numeric=True),
            Column(_("新增"), numeric=True),
            Column(_("更新"), numeric=True),
            Column(_("错误"), numeric=True),
            Column(_("上传人")),
            Column(_("上传时间")),
        ),
        [
            [
                Cell(run.name, href=reverse("catalogue:import", args=[run.pk])),
                str(ImportState(run.state).label),
                run.rows,
                run.created,
                run.updated,
                run.errors,
                run.brought_by.name,
                moment(run.brought_at),
            ]
            for run in rows
        ],
        _("还没有上传过表格。"),
    )


def _workbook(out: io.BytesIO, name: str) -> HttpResponse:
    answer = HttpResponse(out.getvalue(), content_type=XLSX)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    return answer
