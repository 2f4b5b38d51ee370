"""Resolved matters: the list with its overdue ones, one matter and what is done with it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from yichuang.domains.projects import commands, queries
from yichuang.domains.projects.models import Resolution
from yichuang.domains.projects.pages.answers import do_typed, resolution_of, stored, unit_choices
from yichuang.domains.projects.queries import OVERDUE, Matter
from yichuang.domains.projects.terms import MatterState
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.ui import paging
from yichuang.ui.forms import Filters, UiForm
from yichuang.ui.saved import views
from yichuang.ui.tables import Cell, Column, Plain, Table

PER_PAGE = 50
ANY = ("", gettext_lazy("全部"))


class FilterForm(Filters):
    """The filters of the list."""

    show = forms.ChoiceField(
        label=gettext_lazy("状态"),
        required=False,
        choices=[ANY, (OVERDUE, gettext_lazy("已超期")), *MatterState.choices],
    )
    unit = forms.ChoiceField(label=gettext_lazy("承办单位"), required=False)
    body = forms.ChoiceField(label=gettext_lazy("会议主体"), required=False)
    q = forms.CharField(label=gettext_lazy("内容、编号或项目"), required=False, max_length=60)

    def __init__(self, request: ActingRequest) -> None:
        super().__init__(request.GET or None)
        bodies = queries.bodies(local_day(request.at))
        for name, given in (("unit", unit_choices(request, "projects.view")), ("body", list(bodies.items()))):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [ANY, *given]


class ReportForm(UiForm):
    """What was done."""

    said = forms.CharField(label=gettext_lazy("办理情况"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    file = forms.FileField(label=gettext_lazy("凭据文件"), required=False)


class FoundForm(UiForm):
    """What was found, or why it is sent back or dropped."""

    said = forms.CharField(
        label=gettext_lazy("核查情况或理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    due_on = forms.DateField(
        label=gettext_lazy("新的办理期限"),
        required=False,
        widget=forms.DateInput,
        help_text=gettext_lazy("只在退回时填写"),
    )


@page(permission="projects.view")
def matters(request: ActingRequest) -> HttpResponse:
    """List resolved matters as the address asks; `format=xlsx` gives them as a workbook."""
    form = FilterForm(request)
    form.is_valid()
    given = getattr(form, "cleaned_data", {})
    asked = {name: given.get(name) or "" for name in ("show", "unit", "body", "q")}
    rows = queries.matters(request.actor, request.at, **asked)
    if request.GET.get("format") == "xlsx" and request.actor.may("projects.export"):
        return _table(queries.shown(rows, request.at)).download(str(_("议定事项")))
    on = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "table": _table(queries.shown(on.object_list, request.at)).context(),
        "paging": paging.links(on, request),
        "views": views(request),
        "overdue": queries.matters(request.actor, request.at, show=OVERDUE).count(),
        "may_export": request.actor.may("projects.export"),
    }
    return render(request, "projects/matters.html", context)


@page(permission="projects.view")
def matter(request: ActingRequest, number: str) -> HttpResponse:
    """Show a resolved matter: what, who, until when, what was done and found."""
    return _shown(request, number)


@page(permission="projects.answer")
@require_POST
def report(request: ActingRequest, number: str) -> HttpResponse:
    """Take a matter in hand, or report that it is done."""
    found = resolution_of(request, number)
    who: dict[str, Any] = {"resolution_id": found.pk, "by": request.actor, "at": request.at}
    if request.POST.get("do") == "take":
        return _do(request, found, None, lambda _given: commands.take_resolution(**who), _("已签收。"))
    form = ReportForm(request.POST, request.FILES, auto_id="report_%s")
    return _do(
        request,
        found,
        form,
        lambda given: commands.report_resolution(
            report=given["said"], file_ids=stored(request, [given["file"]]), **who
        ),
        _("已报告，等待核查。"),
    )


@page(permission="projects.verify")
@require_POST
def verify(request: ActingRequest, number: str) -> HttpResponse:
    """Verify a matter, send it back, or drop it."""
    found, form = resolution_of(request, number), FoundForm(request.POST, auto_id="found_%s")
    who: dict[str, Any] = {"resolution_id": found.pk, "by": request.actor, "at": request.at}
    wanted = request.POST.get("do", "")
    form.fields["due_on"].required = wanted == "send_back"
    deeds = {
        "verify": lambda given: commands.verify_resolution(finding=given["said"], **who),
        "send_back": lambda given: commands.send_back_resolution(reason=given["said"], due_on=given["due_on"], **who),
        "drop": lambda given: commands.drop_resolution(reason=given["said"], **who),
    }
    return _do(request, found, form, deeds.get(wanted, deeds["verify"]), _("已记录。"))


def _table(rows: list[Matter]) -> Table:
    columns = (
        Column(_("编号")),
        Column(_("议定事项")),
        Column(_("会议")),
        Column(_("项目")),
        Column(_("承办单位")),
        Column(_("办理期限")),
        Column(_("状态")),
    )
    return Table("matters", _("议定事项"), columns, [_row(each) for each in rows], _("没有符合条件的议定事项。"))


def _row(each: Matter) -> list[Plain]:
    row = each.row
    late = f"{_('，')}{_('已超期')}" if each.is_overdue else ""
    return [
        Cell(row.dossier.number, href=reverse("projects:matter", args=[row.dossier.number])),
        row.text,
        row.meeting.dossier.title,
        row.project.dossier.title if row.project else "",
        row.dossier.unit.short_name,
        row.due_on,
        f"{each.state.label}{late}",
    ]


def _do(request: ActingRequest, found: Resolution, form: UiForm | None, deed: Any, said: str) -> HttpResponse:
    number = found.dossier.number
    href = reverse("projects:matter", args=[number])
    return do_typed(request, form, deed, said, href, partial(_shown, request, number))


def _shown(
    request: ActingRequest,
    number: str,
    errors: list[dict[str, str]] | None = None,
    typed: dict[str, UiForm] | None = None,
) -> HttpResponse:
    found, kept, actor = resolution_of(request, number), typed or {}, request.actor
    (shown,) = queries.shown([found], request.at)
    unit, state = found.dossier.unit_id, shown.state
    running = state in (MatterState.OPEN, MatterState.DOING)
    context = {
        "matter": shown,
        "errors": errors or [],
        "files": [each.file for each in found.files.select_related("file")],
        "may_take": state == MatterState.OPEN and actor.may("projects.answer", unit),
        "may_report": running and actor.may("projects.answer", unit),
        "may_verify": state == MatterState.REPORTED and actor.may("projects.verify", unit),
        "may_drop": running and actor.may("projects.meet", unit),
        "report_form": kept.get("report_%s") or ReportForm(auto_id="report_%s"),
        "found_form": kept.get("found_%s") or FoundForm(auto_id="found_%s"),
    }
    return render(request, "projects/matter.html", context, status=422 if errors else 200)
