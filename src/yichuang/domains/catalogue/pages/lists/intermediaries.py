"""The list of intermediary items, the requests to change it, their check against law and the decision."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.models import IntermediaryChange, IntermediaryItem
from yichuang.domains.catalogue.pages import wording
from yichuang.domains.catalogue.pages.asking import day_of, paged, shown, wants_workbook
from yichuang.domains.catalogue.pages.lists.forms import ChangeForm, ListForm, OpinionForm
from yichuang.domains.catalogue.pages.lists.proofs import history_table
from yichuang.domains.catalogue.terms import ChangeKind, ChangeState
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.kernel.errors import NotPossible
from yichuang.ui import words
from yichuang.ui.repeating import once
from yichuang.ui.tables import Cell, Column, Plain, Table

ASK, CHECK, DECIDE = "catalogue.ask_list_change", "catalogue.check_law", "catalogue.publish"


@page(permission="catalogue.ways")
def listed(request: ActingRequest) -> HttpResponse:
    """List the intermediary items of a day, and the requests that wait."""
    day = day_of(request)
    form = ListForm(request.GET)
    del form.fields["level"]
    form.is_valid()
    asked = form.cleaned_data
    rows = queries.intermediaries(day, status=asked.get("status", ""), q=asked.get("q", "").strip())
    if wants_workbook(request):
        return table(list(rows)).download(f"{_('中介服务事项清单')} {day}")
    on_page, links = paged(request, rows)
    context = {"day": day, "form": form, "paging": links, "may_ask": request.actor.may(ASK)}
    changes = _changes(list(queries.open_changes()), _("待办的调整申请"))
    return shown(request, "catalogue/lists/intermediaries.html", context, table=table(on_page), changes=changes)


@page(permission="catalogue.ways")
def one(request: ActingRequest, code: str) -> HttpResponse:
    """Show one intermediary item with its versions and the requests about it."""
    history = list(queries.intermediary_history(code))
    if not history:
        raise Http404
    context = {"row": queries.intermediary_on(code, day_of(request)) or history[0], "may_ask": request.actor.may(ASK)}
    changes = _changes(list(queries.intermediary_changes(code=code)), _("调整申请"))
    versions = history_table(history, table(history, ""))
    return shown(request, "catalogue/lists/intermediary.html", context, table=versions, changes=changes)


@page(permission=ASK)
def ask(request: ActingRequest) -> HttpResponse:
    """Ask to add, change or cancel an intermediary item."""
    today = local_day(request.at)
    row = queries.intermediary_on(request.GET.get("code", ""), today)
    initial = {"valid_from": today, **(ChangeForm.said_of(row) if row else {"kind": ChangeKind.ADD})}
    form = ChangeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():

        def done() -> str:
            change = commands.ask_change(
                kind=ChangeKind(form.cleaned_data["kind"]),
                item=form.proposed,
                reason=form.cleaned_data["reason"],
                valid_from=form.cleaned_data["valid_from"],
                unit_id=_unit_of(request.actor),
                by=request.actor,
                at=request.at,
            )
            messages.success(request, _("申请已提交，等待合法性审查。"))
            return reverse("catalogue:intermediary_change", args=[change.pk])

        try:
            return once(request, done)
        except NotPossible as reason:
            form.add_error(None, reason.message)
    return shown(request, "catalogue/lists/intermediary_ask.html", {"form": form})


@page(permission="catalogue.ways")
def changed(request: ActingRequest, change_id: int) -> HttpResponse:
    """Show a request beside what stands; check it against law, or decide it."""
    change = get_object_or_404(queries.intermediary_changes(), pk=change_id)
    form = OpinionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        yes, said = request.POST.get("do") == "yes", form.cleaned_data["opinion"]

        def done() -> str:
            if change.state == ChangeState.ASKED:
                commands.check_change(change_id=change.pk, is_lawful=yes, opinion=said, by=request.actor, at=request.at)
            else:
                commands.decide_change(change_id=change.pk, is_made=yes, answer=said, by=request.actor, at=request.at)
            messages.success(request, _("已记录。"))
            return reverse("catalogue:intermediary_change", args=[change.pk])

        try:
            return once(request, done)
        except NotPossible as reason:
            form.add_error(None, reason.message)
    own = change.asked_by_id == request.actor.account_id
    context = {
        "change": change,
        "form": form,
        "may_check": change.state == ChangeState.ASKED and request.actor.may(CHECK) and not own,
        "may_decide": change.state == ChangeState.LAWFUL and request.actor.may(DECIDE) and not own,
    }
    return shown(request, "catalogue/lists/intermediary_change.html", context, table=_beside(change))


def table(rows: Sequence[IntermediaryItem], page_name: str = "catalogue:intermediary") -> Table:
    """Make the table of intermediary items."""
    columns = (
        Column(_("编号")),
        Column(_("中介服务事项名称")),
        Column(_("涉及审批事项")),
        Column(_("收费标准")),
        Column(_("设立依据")),
        Column(_("办理事项")),
        Column(_("定价方式")),
        Column(_("付费主体")),
        Column(_("服务时限")),
        Column(_("服务成果")),
        Column(_("资质要求")),
        Column(_("状态")),
        Column(_("版本"), numeric=True),
        Column(_("生效日期")),
    )
    names = queries.item_names(code for row in rows for code in row.item_codes)
    told: list[list[Plain]] = [
        [
            Cell(row.code, href=reverse(page_name, args=[row.code]) if page_name else ""),
            row.name,
            words.listed(names[code] for code in row.item_codes),
            row.fee_standard,
            row.basis,
            row.handles,
            row.get_fee_kind_display(),
            row.get_payer_display(),
            row.time_limit,
            row.output,
            row.qualification,
            row.get_status_display(),
            row.version,
            row.valid_from,
        ]
        for row in rows
    ]
    return Table("intermediaries", _("中介服务事项清单"), columns, told, _("没有符合条件的中介服务事项。"))


def _changes(rows: Sequence[IntermediaryChange], caption: str) -> Table:
    columns = (
        Column(_("申请")),
        Column(_("编号")),
        Column(_("中介服务事项名称")),
        Column(_("申请单位")),
        Column(_("申请时间")),
        Column(_("拟生效日期")),
        Column(_("状态")),
    )
    told: list[list[Plain]] = [
        [
            Cell(row.get_kind_display(), href=reverse("catalogue:intermediary_change", args=[row.pk])),
            row.code,
            queries.proposed(row).name,
            row.unit.name,
            wording.moment(row.asked_at),
            row.valid_from,
            row.get_state_display(),
        ]
        for row in rows
    ]
    return Table("changes", caption, columns, told, _("没有调整申请。"))


def _beside(change: IntermediaryChange) -> Table:
    """Put what is asked for beside what stands today."""
    proposed = queries.proposed(change)
    stands = queries.intermediary_on(change.code, change.valid_from)
    now = queries.intermediary_of(stands) if stands else None
    names = queries.item_names({*proposed.approvals, *(now.approvals if now else ())})
    labels = {
        "name": _("中介服务事项名称"),
        "approvals": _("涉及审批事项"),
        "fee_kind": _("定价方式"),
        "fee_standard": _("收费标准"),
        "basis": _("设立依据"),
        "handles": _("办理事项"),
        "payer": _("付费主体"),
        "time_limit": _("服务时限"),
        "output": _("服务成果"),
        "qualification": _("资质要求"),
    }

    def said(value: object) -> str:
        if isinstance(value, tuple):
            return words.listed(names[code] for code in value)
        return str(getattr(value, "label", value))

    rows: list[list[Plain]] = [
        [
            label,
            said(getattr(now, name)) if now else "",
            said(getattr(proposed, name)),
            _("有变化") if now and getattr(now, name) != getattr(proposed, name) else Cell("", text=" "),
        ]
        for name, label in labels.items()
    ]
    return Table(
        "beside",
        _("申请内容"),
        (Column(pgettext("what is said", "项目")), Column(_("现行")), Column(_("申请")), Column(_("比较"))),
        rows,
    )


def _unit_of(actor: Actor) -> int:
    """Give the unit for which the actor asks: the first of its own in which it may."""
    units = actor.units(ASK)
    own = sorted(actor.unit_ids if units is None else actor.unit_ids & units)
    return own[0] if own else 0
