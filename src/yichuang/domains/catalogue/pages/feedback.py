"""What people say: a guide is wrong, or a question; the answer for whoever has the code; the tasks of who answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.models import Remark
from yichuang.domains.catalogue.pages.asking import paged, shown
from yichuang.domains.catalogue.pages.wording import moment
from yichuang.domains.catalogue.terms import OUTCOMES, GuidePart, Item, RemarkKind, RemarkOutcome
from yichuang.foundation.documents.codes import plain_code, spaced
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.kernel.errors import NotPossible
from yichuang.ui.forms import UiForm
from yichuang.ui.limits import is_within
from yichuang.ui.repeating import once
from yichuang.ui.tables import Cell, Column, Table

REMARKS, REMARKS_SECONDS = 5, 600
"""So many remarks of one address in so many seconds of real time."""
SHOWN = (queries.WAITING, queries.REMARK_LATE, queries.CLOSED)


class RemarkForm(UiForm):
    """What somebody has to say. `website` is seen by machines alone: whoever fills it in is one."""

    text = forms.CharField(
        label=gettext_lazy("您要说的内容"),
        widget=forms.Textarea(attrs={"rows": 6}),
        min_length=5,
        max_length=2000,
        help_text=gettext_lazy("请不要写姓名、证件号码、电话等个人信息；不用登录，答复凭查询码查看"),
        error_messages={
            "required": gettext_lazy("请写下您要说的内容。"),
            "min_length": gettext_lazy("请至少写 5 个字，说明哪里不对或想问什么。"),
            "max_length": gettext_lazy("最多写 2000 个字，请精简后再提交。"),
        },
    )
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_website(self) -> str:
        """Turn machines away."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("留言没有提交，请刷新页面后重新填写。"))
        return ""


class WrongForm(RemarkForm):
    """What is wrong with a guide, and where."""

    part = forms.ChoiceField(
        label=gettext_lazy("哪一部分不对？"),
        choices=GuidePart.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择哪一部分不对；说不清的选“其他”。")},
    )
    field_order = ("part", "text", "website")


class CodeForm(UiForm):
    """The code that was shown when the remark was left."""

    code = forms.CharField(
        label=gettext_lazy("查询码"),
        max_length=60,
        help_text=gettext_lazy("留言提交后显示的 20 位字母和数字"),
        error_messages={"required": gettext_lazy("请填写留言提交后显示的查询码。")},
    )


class AnswerForm(UiForm):
    """How a remark is closed."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("处理结果"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择处理结果。")},
    )
    answer = forms.CharField(
        label=gettext_lazy("给留言人的答复"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=2000,
        error_messages={"required": gettext_lazy("请写明给留言人的答复。")},
    )

    def __init__(self, *args: Any, kind: RemarkKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [(each.value, each.label) for each in OUTCOMES[kind]]  # type: ignore[attr-defined]


class PassOnForm(UiForm):
    """To whom a remark goes, and why."""

    unit = forms.ChoiceField(
        label=gettext_lazy("转去的单位"), error_messages={"required": gettext_lazy("请选择要转去的单位。")}
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=200,
        error_messages={"required": gettext_lazy("请写明转办的理由，例如不属于本单位职责。")},
    )


@page(permission="catalogue.view", public=True)
def wrong(request: ActingRequest, code: str) -> HttpResponse:
    """Let anybody say what is wrong with a guide; it becomes a task of its unit."""
    item = queries.in_force(code, request.actor, local_day(request.at))
    if item is None:
        raise Http404
    return _leave(request, WrongForm(request.POST or None), RemarkKind.WRONG, item)


@page(permission="catalogue.view", public=True)
def question(request: ActingRequest) -> HttpResponse:
    """Let anybody ask what no guide answers; the hall answers."""
    sought = request.GET.get("q", "").strip()[:100]
    text = _("我找“%(query)s”，没有找到。") % {"query": sought} if sought else ""
    return _leave(request, RemarkForm(request.POST or None, initial={"text": text}), RemarkKind.QUESTION, None)


def _leave(request: ActingRequest, form: RemarkForm, kind: RemarkKind, item: Item | None) -> HttpResponse:
    status = 200
    if request.method == "POST" and form.is_valid():
        if is_within(request, "remark", most=REMARKS, seconds=REMARKS_SECONDS):

            def done() -> str:
                row = commands.leave_remark(
                    kind=kind,
                    text=form.cleaned_data["text"],
                    item_code=item.id if item else "",
                    part=form.cleaned_data.get("part", ""),
                    by=request.actor,
                    at=request.at,
                )
                return reverse("catalogue:remark", args=[row.code])

            try:
                return once(request, done)
            except NotPossible as reason:
                form.add_error(None, reason.message)
        else:
            status = 429
            form.add_error(None, _("您提交得太频繁，请十分钟后再试；急事请拨打 12345。"))
    context = {
        "form": form,
        "item": item,
        "is_question": kind is RemarkKind.QUESTION,
        "days": queries.answer_limit(kind, local_day(request.at)).limit,
    }
    return render(request, "catalogue/remark_form.html", context, status=status)


@page(permission="catalogue.view", public=True)
def ask(request: ActingRequest) -> HttpResponse:
    """Ask for the code of a remark."""
    form = CodeForm(request.GET or None)
    if form.is_bound and form.is_valid():
        code = plain_code(form.cleaned_data["code"])
        if queries.remark_by_code(code) is not None:
            return redirect("catalogue:remark", code)
        form.add_error("code", _("没有找到这条留言，请核对查询码。"))
    return render(request, "catalogue/remark_ask.html", {"form": form})


@page(permission="catalogue.view", public=True)
def remark(request: ActingRequest, code: str) -> HttpResponse:
    """Show whoever has the code what was said, by when it is answered, and the answer."""
    row = queries.remark_by_code(plain_code(code))
    if row is None:
        return redirect("catalogue:remark_ask")
    context = {"remark": row, "code": spaced(row.code), "facts": _facts(row)}
    answer = render(request, "catalogue/remark.html", context)
    answer["X-Robots-Tag"] = "noindex"
    return answer


@page(permission=queries.ANSWER)
def tasks(request: ActingRequest) -> HttpResponse:
    """List the remarks that wait, soonest due first; those that are late; those that are closed."""
    show = request.GET.get("show", "")
    show = show if show in SHOWN else queries.WAITING
    on_page, links = paged(request, queries.remarks(request.actor, request.at, show=show))
    counts = queries.remark_counts(request.actor, request.at)
    labels = {queries.WAITING: _("待答复"), queries.REMARK_LATE: _("已超期"), queries.CLOSED: _("已办结")}
    context = {
        "counts": [
            {"label": labels[each], "count": counts[each], "href": f"?show={each}", "current": each == show}
            for each in SHOWN
        ],
        "paging": links,
    }
    return shown(request, "catalogue/remark_tasks.html", context, table=_table(on_page, show))


@page(permission=queries.ANSWER)
def task(request: ActingRequest, number: str) -> HttpResponse:
    """Answer one remark, or pass it on."""
    row = _task(request, number)
    form = AnswerForm(request.POST or None, kind=RemarkKind(row.kind))
    if request.method == "POST" and form.is_valid():

        def done() -> str:
            commands.answer_remark(
                remark_id=row.pk,
                outcome=RemarkOutcome(form.cleaned_data["outcome"]),
                answer=form.cleaned_data["answer"],
                by=request.actor,
                at=request.at,
            )
            messages.success(request, _("已答复，留言人凭查询码可以看到。"))
            return reverse("catalogue:remark_task", args=[number])

        try:
            return once(request, done)
        except NotPossible as reason:
            form.add_error(None, reason.message)
    return _task_page(request, row, form, _pass_on_form(request, row, is_sent=False))


@page(permission=queries.ANSWER)
@require_POST
def pass_on(request: ActingRequest, number: str) -> HttpResponse:
    """Give a remark to another unit."""
    row = _task(request, number)
    form = _pass_on_form(request, row, is_sent=True)
    if form.is_valid():

        def done() -> str:
            passed = commands.pass_remark_on(
                remark_id=row.pk,
                unit_id=int(form.cleaned_data["unit"]),
                reason=form.cleaned_data["reason"],
                by=request.actor,
                at=request.at,
            )
            messages.success(request, _("已转给%(unit)s。") % {"unit": passed.dossier.unit.name})
            return reverse("catalogue:remark_tasks")

        try:
            return once(request, done)
        except NotPossible as reason:
            form.add_error(None, reason.message)
    return _task_page(request, row, AnswerForm(kind=RemarkKind(row.kind)), form)


def _task(request: ActingRequest, number: str) -> Remark:
    row = queries.remark(request.actor, number)
    if row is None:
        raise Http404
    return row


def _pass_on_form(request: ActingRequest, row: Remark, *, is_sent: bool) -> PassOnForm:
    form = PassOnForm(request.POST if is_sent else None, prefix="to")
    units = queries.may_take_over(row.dossier.unit, request.at)
    form.fields["unit"].choices = [("", _("请选择")), *((str(each.pk), each.name) for each in units)]  # type: ignore[attr-defined]
    return form


def _task_page(request: ActingRequest, row: Remark, form: AnswerForm, pass_form: PassOnForm) -> HttpResponse:
    context = {
        "remark": row,
        "facts": _facts(row),
        "form": form,
        "pass_form": pass_form,
        "lamp": queries.remark_lamp(row, request.at),
    }
    return shown(request, "catalogue/remark_task.html", context)


def _facts(row: Remark) -> list[dict[str, str]]:
    dossier = row.dossier
    return [
        {"label": _("留言号"), "value": dossier.number},
        {"label": _("种类"), "value": str(RemarkKind(row.kind).label)},
        {"label": _("收到"), "value": moment(dossier.opened_at)},
        {"label": _("答复单位"), "value": dossier.unit.name},
        {"label": _("答复期限"), "value": moment(dossier.due_at) if dossier.due_at else _("已停止计时")},
        {"label": _("状态"), "value": str(RemarkOutcome(row.outcome).label) if row.outcome else _("待答复")},
    ]


def _table(rows: list[Remark], show: str) -> Table:
    closed = show == queries.CLOSED
    return Table(
        "remarks",
        _("留言"),
        (
            Column(_("留言号")),
            Column(_("种类")),
            Column(_("事项")),
            Column(_("内容")),
            Column(_("答复单位")),
            Column(_("收到")),
            Column(_("办结") if closed else _("答复期限")),
            Column(_("结果")),
        ),
        [
            [
                Cell(row.dossier.number, href=reverse("catalogue:remark_task", args=[row.dossier.number])),
                str(RemarkKind(row.kind).label),
                row.item.name if row.item else "",
                row.text[:60],
                row.dossier.unit.short_name,
                moment(row.dossier.opened_at),
                moment(row.answered_at if closed else row.dossier.due_at),
                str(RemarkOutcome(row.outcome).label) if row.outcome else "",
            ]
            for row in rows
        ],
        _("没有留言。"),
    )
