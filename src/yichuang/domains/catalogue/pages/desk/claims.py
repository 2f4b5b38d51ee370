"""Tasks to claim items of the national standard: deadlines, claiming, declining, giving out; the map of codes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.models import ClaimTask, ItemCodeMap
from yichuang.domains.catalogue.pages import wording
from yichuang.domains.catalogue.pages.asking import paged, wants_workbook
from yichuang.domains.catalogue.pages.desk import sheets
from yichuang.domains.catalogue.pages.desk.asking import FindForm, counted, desk, who
from yichuang.domains.catalogue.pages.desk.matters import unit_key
from yichuang.domains.catalogue.terms import ClaimState
from yichuang.foundation.files.tables import Findings
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page, refuse
from yichuang.kernel.errors import NotPossible
from yichuang.ui.forms import Filters, UiForm
from yichuang.ui.repeating import once
from yichuang.ui.tables import Cell, Column, Plain, Table

SEE, CLAIM, KEEP = "catalogue.registries", "catalogue.claim", "catalogue.keep_registries"


class ClaimForm(UiForm):
    """As which item a task is claimed, or why it is not."""

    item_code = forms.CharField(
        label=gettext_lazy("已有事项的代号"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("留空则按目录新建一份草稿"),
    )
    reason = forms.CharField(label=gettext_lazy("不予认领的理由"), required=False, max_length=400)


class AssignForm(UiForm):
    """Which tasks are given out, and until when they are to be claimed."""

    due_on = forms.DateField(label=gettext_lazy("认领期限"), help_text=gettext_lazy("例如 2019-11-30"))
    table = forms.FileField(label=gettext_lazy("任务表"), help_text=gettext_lazy("Excel（.xlsx）或 CSV，列名见说明"))


class TableForm(UiForm):
    """A workbook or text table."""

    table = forms.FileField(label=gettext_lazy("文件"), help_text=gettext_lazy("Excel（.xlsx）或 CSV，列名见说明"))


class WordForm(Filters):
    """The beginning of a code."""

    q = forms.CharField(label=gettext_lazy("编码"), required=False, max_length=40)


@page(permission=SEE)
def listed(request: ActingRequest) -> HttpResponse:
    """List the tasks with deadline and lateness, and how far each unit is."""
    day = local_day(request.at)
    by_unit = queries.claims_by_unit(request.actor, day)
    find = FindForm(request.GET, units=[each.unit for each in by_unit])
    labels = {"": _("全部"), **dict(ClaimState.choices), queries.LATE: _("逾期")}
    state = request.GET.get("state", "")
    filters = queries.ClaimFilters(state if state in labels else "", find.said("unit"), find.said("q"))
    rows = queries.claims(request.actor, filters, day)
    if wants_workbook(request):
        return _tasks(list(rows), day).download(f"{_('认领任务')} {day}")
    on_page, links = paged(request, rows)
    context = {
        "day": day,
        "form": find,
        "state": filters.state,
        "paging": links,
        "counts": counted(
            request, queries.claim_counts(request.actor, filters, day), labels, tones={queries.LATE: "late"}
        ),
        "may_keep": request.actor.may(KEEP),
    }
    tables = {"table": _tasks(on_page, day), "units": _units(by_unit)}
    return desk(request, "catalogue/desk/claims.html", context, **tables)


@page(permission=SEE)
def one(request: ActingRequest, task_id: int) -> HttpResponse:
    """Show one task, who holds it and until when; its unit claims it, or declines with a reason."""
    task = queries.claim_of(request.actor, task_id)
    if task is None:
        raise Http404
    ours = request.actor.may(CLAIM, unit_key(task.unit_code))
    if request.method == "POST" and not ours:
        return refuse(request, CLAIM)
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data

        def done() -> str:
            if request.POST.get("do") == "decline":
                commands.decline_claim(task_id=task_id, reason=told["reason"], by=request.actor, at=request.at)
                messages.success(request, _("已登记不予认领，审批局会看到理由。"))
                return reverse("catalogue:claims")
            claimed = commands.claim(
                task_id=task_id, item_code=told["item_code"].strip(), by=request.actor, at=request.at
            )
            messages.success(request, _("已认领。"))
            draft = queries.open_draft(claimed.item_code)
            return reverse("catalogue:draft", args=[draft.pk]) if draft else request.path

        try:
            return once(request, done)
        except commands.DeclineReason as reason:
            form.add_error("reason", reason.message)
        except commands.NoSuchItem as reason:
            form.add_error("item_code", reason.message)
        except NotPossible as reason:
            form.add_error(None, reason.message)
    day = local_day(request.at)
    names = who([task.assigned_by, task.claimed_by])
    context = {
        "task": task,
        "form": form,
        "unit": queries.unit_names([task.unit_code])[task.unit_code],
        "late": lateness(task, day),
        "giver": names[task.assigned_by],
        "claimer": names[task.claimed_by],
        "draft": queries.open_draft(task.item_code) if task.item_code else None,
        "may_claim": ours and task.state in (ClaimState.TO_CLAIM, ClaimState.DECLINED),
        "may_decline": ours and task.state == ClaimState.TO_CLAIM,
    }
    return desk(request, "catalogue/desk/claim.html", context)


@page(permission=KEEP)
def assign(request: ActingRequest) -> HttpResponse:
    """Give tasks out from a table: all of it, or nothing with every fault at its cell."""
    form = AssignForm(request.POST or None, request.FILES or None)
    findings = Findings()
    if request.method == "POST" and form.is_valid():

        def done() -> str:
            tasks = sheets.read_tasks(form.cleaned_data["table"], findings)
            number = commands.assign_claims(
                tasks=tasks, due_on=form.cleaned_data["due_on"], by=request.actor, at=request.at
            )
            said = _("表中 %(rows)s 项，下发 %(n)s 项；已认领的不再下发。")
            messages.success(request, said % {"rows": len(tasks), "n": number})
            return reverse("catalogue:claims")

        try:
            return once(request, done)
        except commands.DeadlinePast as reason:
            form.add_error("due_on", reason.message)
        except NotPossible as reason:
            form.add_error("table", reason.message)
    context = {
        "form": form,
        "findings": findings,
        "title": _("下发认领任务"),
        "button": _("下发"),
        "back": reverse("catalogue:claims"),
        "back_label": _("认领任务"),
        "columns": sheets.named(sheets.TASKS),
    }
    return desk(request, "catalogue/desk/take_in.html", context)


@page(permission=SEE)
def codes(request: ActingRequest) -> HttpResponse:
    """List which new codes stand for old ones today."""
    day = local_day(request.at)
    form = WordForm(request.GET)
    form.is_valid()
    rows = queries.code_map(day, form.cleaned_data.get("q", "").strip())
    if wants_workbook(request):
        return _codes(list(rows)).download(f"{_('新旧编码对照')} {day}")
    on_page, links = paged(request, rows)
    context = {"day": day, "form": form, "paging": links, "may_keep": request.actor.may(KEEP)}
    return desk(request, "catalogue/desk/codes.html", context, table=_codes(on_page))


@page(permission=KEEP)
def take_codes(request: ActingRequest) -> HttpResponse:
    """Take a table of old and new codes in, and tell how many rows are new."""
    form = TableForm(request.POST or None, request.FILES or None)
    findings = Findings()
    if request.method == "POST" and form.is_valid():

        def done() -> str:
            pairs = sheets.read_codes(form.cleaned_data["table"], findings)
            number = commands.map_codes(pairs=pairs, by=request.actor, at=request.at)
            said = _("表中 %(rows)s 行，新增或改动 %(n)s 行。")
            messages.success(request, said % {"rows": len(pairs), "n": number})
            return reverse("catalogue:codes")

        try:
            return once(request, done)
        except NotPossible as reason:
            form.add_error("table", reason.message)
    context = {
        "form": form,
        "findings": findings,
        "title": _("导入新旧编码对照"),
        "button": _("导入"),
        "back": reverse("catalogue:codes"),
        "back_label": _("新旧编码对照"),
        "columns": sheets.named(sheets.CODES),
    }
    return desk(request, "catalogue/desk/take_in.html", context)


def lateness(task: ClaimTask, day: date) -> int:
    """Tell how many calendar days a task is late; 0 where it is not, or is published."""
    if task.state not in queries.OPEN_CLAIMS:
        return 0
    return max((day - task.due_on).days, 0)


def _tasks(rows: Sequence[ClaimTask], day: date) -> Table:
    columns = (
        Column(_("基本编码")),
        Column(_("目录名称")),
        Column(_("单位")),
        Column(_("认领期限")),
        Column(_("逾期天数"), numeric=True),
        Column(_("状态")),
        Column(_("认领人")),
        Column(_("认领时间")),
        Column(_("理由")),
    )
    units, names = queries.unit_names(row.unit_code for row in rows), who([row.claimed_by for row in rows])
    told: list[list[Plain]] = [
        [
            Cell(row.catalog_code, href=reverse("catalogue:claim", args=[row.pk])),
            row.name,
            units[row.unit_code],
            row.due_on,
            lateness(row, day) or None,
            row.get_state_display(),
            names[row.claimed_by],
            wording.moment(row.claimed_at),
            row.reason,
        ]
        for row in rows
    ]
    return Table("tasks", _("认领任务"), columns, told, _("没有符合条件的任务。"))


def _codes(rows: Sequence[ItemCodeMap]) -> Table:
    columns = (Column(_("原编码")), Column(_("新编码")), Column(_("说明")), Column(_("起")), Column(_("经办")))
    names = who([row.by for row in rows])
    told: list[list[Plain]] = [[row.old_code, row.new_code, row.note, row.valid_from, names[row.by]] for row in rows]
    return Table("codes", _("新旧编码对照"), columns, told, _("没有符合条件的对照。"))


def _units(found: Sequence[queries.UnitClaims]) -> Table:
    columns = (
        Column(_("单位")),
        Column(_("任务"), numeric=True),
        Column(_("已认领"), numeric=True),
        Column(_("已填报"), numeric=True),
        Column(_("已发布"), numeric=True),
        Column(_("逾期"), numeric=True),
    )
    here = reverse("catalogue:claims")
    rows: list[list[Plain]] = [
        [
            Cell(each.name, href=f"{here}?unit={each.unit}"),
            each.total,
            each.claimed,
            each.filled,
            Cell(each.published, href=f"{here}?unit={each.unit}&state={ClaimState.PUBLISHED}"),
            Cell(each.late, href=f"{here}?unit={each.unit}&state={queries.LATE}"),
        ]
        for each in found
    ]
    return Table("units", _("各单位进度"), columns, rows, _("还没有下发任务。"))
