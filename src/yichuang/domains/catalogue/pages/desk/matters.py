"""The desk of a unit's items: the list, one item with its versions, two versions beside each other, a new item."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.models import ItemDraft, ItemVersion, ListingEntry, ServiceItem
from yichuang.domains.catalogue.pages import wording
from yichuang.domains.catalogue.pages.asking import paged, wants_workbook
from yichuang.domains.catalogue.pages.desk.asking import FindForm, counted, desk, who
from yichuang.domains.catalogue.rules import Change
from yichuang.domains.catalogue.terms import ItemState, TaskState
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.kernel.errors import NotPossible
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import once
from yichuang.ui.tables import Cell, Column, Plain, Table

SEE, EDIT, PUBLISH = "catalogue.drafts", "catalogue.edit", "catalogue.publish"


class NewItemForm(UiForm):
    """What a new item begins with."""

    name = forms.CharField(label=gettext_lazy("事项名称"), max_length=200)
    code = forms.CharField(
        label=gettext_lazy("代号"),
        max_length=80,
        help_text=gettext_lazy("小写字母、数字和下划线，例如 outdoor_sign；办事指南的网址用它，以后不能改"),
    )
    unit = forms.ChoiceField(label=gettext_lazy("实施机关"))

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", gettext_lazy("请选择")), *units]  # type: ignore[attr-defined]


class ReasonForm(UiForm):
    """Why something is done."""

    reason = forms.CharField(label=gettext_lazy("理由"), max_length=400)


@page(permission=SEE)
def listed(request: ActingRequest) -> HttpResponse:
    """List the items of one's units with the version in force, the open draft, the last change and the faults."""
    form = FindForm(request.GET, units=queries.units_of_matters(request.actor))
    labels = {"": _("全部"), **dict(ItemState.choices), queries.WITH_DRAFT: _("有草稿")}
    state = request.GET.get("state", "")
    filters = queries.MatterFilters(form.said("q"), state if state in labels else "", form.said("unit"))
    rows = queries.matters(request.actor, filters)
    today = local_day(request.at)
    if wants_workbook(request):
        return _table(queries.on_desk(list(rows), today)).download(f"{_('事项')} {today}")
    on_page, links = paged(request, rows)
    context = {
        "day": today,
        "form": form,
        "paging": links,
        "state": filters.state,
        "counts": counted(request, queries.matter_counts(request.actor, filters), labels),
        "drafts": queries.draft_counts(request.actor),
        "may_edit": request.actor.may(EDIT),
    }
    return desk(request, "catalogue/desk/matters.html", context, table=_table(queries.on_desk(on_page, today)))


@page(permission=EDIT)
def new(request: ActingRequest) -> HttpResponse:
    """Begin an item that is new here."""
    form = NewItemForm(request.POST or None, units=units_for(request.actor, EDIT))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data

        def done() -> str:
            draft = commands.begin_item(
                code=told["code"], name=told["name"], unit=told["unit"], by=request.actor, at=request.at
            )
            return reverse("catalogue:draft", args=[draft.pk])

        try:
            return once(request, done)
        except (commands.CodeWrong, commands.CodeTaken) as reason:
            form.add_error("code", reason.message)
        except NotPossible as reason:
            form.add_error(None, reason.message)
    return desk(request, "catalogue/desk/new.html", {"form": form})


@page(permission=SEE)
def one(request: ActingRequest, code: str) -> HttpResponse:
    """Show one item: what is in force when, what is being written, and how each version differs from the one before."""
    item = _item(request.actor, code)
    return _one(request, item, ReasonForm())


@page(permission=EDIT)
@require_POST
def begin(request: ActingRequest, code: str) -> HttpResponse:
    """Begin the next version of an item; where a draft stands, lead to it."""
    item = _item(request.actor, code)

    def done() -> str:
        draft = commands.begin_draft(code=item.pk, by=request.actor, at=request.at)
        return reverse("catalogue:draft", args=[draft.pk])

    try:
        return once(request, done)
    except commands.DraftStands as reason:
        messages.info(request, reason.message)
        return redirect("catalogue:draft", reason.draft_id)


@page(permission=PUBLISH)
@require_POST
def withdraw(request: ActingRequest, code: str) -> HttpResponse:
    """Withdraw a published version; an earlier one that is still valid comes back."""
    item = _item(request.actor, code)
    form = ReasonForm(request.POST)
    version = request.POST.get("version", "")
    if form.is_valid() and version.isdecimal():

        def done() -> str:
            commands.withdraw_item(
                code=item.pk,
                version=int(version),
                reason=form.cleaned_data["reason"],
                by=request.actor,
                at=request.at,
            )
            messages.success(request, _("第 %(version)s 版已撤回。") % {"version": version})
            return reverse("catalogue:matter", args=[item.pk])

        try:
            return once(request, done)
        except NotPossible as reason:
            form.add_error(None, reason.message)
    return _one(request, item, form)


@page(permission=SEE)
def compare(request: ActingRequest, code: str) -> HttpResponse:
    """Put two versions of an item beside each other, in the words of the office."""
    item = _item(request.actor, code)
    numbers = [each.number for each in queries.versions_of(item.pk)]
    old, new = (_number(request.GET.get(name, ""), numbers) for name in ("old", "new"))
    if old is None or new is None:
        raise Http404
    context = {"item": item, "old": old, "new": new, "numbers": numbers}
    table = change_table(queries.changes_between(item.pk, old, new), _("两版没有差别。"))
    return desk(request, "catalogue/desk/compare.html", context, table=table)


def change_table(changes: Sequence[Change], empty: str) -> Table:
    """Make the table of what two versions say differently."""
    columns = (Column(_("栏目")), Column(_("要素")), Column(_("变化")), Column(_("原来")), Column(_("现在")))
    rows: list[list[Plain]] = [
        [str(each.topic.label), each.label, str(each.kind.label), Cell(each.before), Cell(each.after)]
        for each in changes
    ]
    return Table("changes", _("改动"), columns, rows, empty)


def units_for(actor: Actor, permission: str) -> list[tuple[str, str]]:
    """List the units in which the actor may do something, by name."""
    reach = actor.units(permission)
    rows = Unit.objects.all() if reach is None else Unit.objects.filter(pk__in=reach)
    return list(rows.order_by("rank", "code").values_list("code", "name"))


def _item(actor: Actor, code: str) -> ServiceItem:
    item = queries.matter(actor, code)
    if item is None:
        raise Http404
    return item


def _number(said: str, known: Sequence[int]) -> int | None:
    return int(said) if said.isdecimal() and len(said) < 6 and int(said) in known else None


def _one(request: ActingRequest, item: ServiceItem, form: ReasonForm) -> HttpResponse:
    today = local_day(request.at)
    [told] = queries.on_desk([item], today)
    versions = queries.versions_of(item.pk)
    standing = [each for each in versions if each.withdrawn_at is None]
    context = {
        "item": item,
        "unit": queries.unit_names([item.unit_code])[item.unit_code],
        "told": told,
        "form": form,
        "standing": standing,
        "may_edit": request.actor.may(EDIT, unit_key(item.unit_code)),
        "may_withdraw": request.actor.may(PUBLISH, unit_key(item.unit_code)) and bool(standing),
        "is_public": item.state == ItemState.IN_FORCE,
    }
    drafts = _drafts(queries.drafts_of(request.actor, item.pk))
    tables = {
        "table": _versions(item, versions, today),
        "drafts": drafts,
        "listings": _listings(queries.listings_of(request.actor, item.pk)),
    }
    return desk(request, "catalogue/desk/matter.html", context, **tables)


def unit_key(code: str) -> int:
    """Give the key of a unit for asking what somebody may there; one that does not exist is nobody's."""
    return Unit.objects.filter(code=code).values_list("pk", flat=True).first() or 0


def _table(rows: Sequence[queries.Matter]) -> Table:
    columns = (
        Column(_("事项")),
        Column(_("实施机关")),
        Column(_("状态")),
        Column(_("在用版本"), numeric=True),
        Column(pgettext("list", "草稿")),
        Column(_("最近变化")),
        Column(pgettext("of a matter", "问题"), numeric=True),
    )
    names = queries.unit_names(row.item.unit_code for row in rows)
    told: list[list[Plain]] = [
        [
            Cell(row.item.name, href=reverse("catalogue:matter", args=[row.item.pk])),
            names[row.item.unit_code],
            row.item.get_state_display(),
            row.item.version if row.item.state == ItemState.IN_FORCE else None,
            Cell(state_of(row.draft), href=reverse("catalogue:draft", args=[row.draft.pk])) if row.draft else "",
            wording.moment(row.changed_at),
            row.faults,
        ]
        for row in rows
    ]
    return Table("matters", pgettext("list", "事项"), columns, told, _("没有符合条件的事项。"))


def state_of(draft: ItemDraft) -> str:
    """Say where a draft stands, and on which day it is to be published."""
    if draft.is_submitted:
        return _("第 %(n)s 版 待审定") % {"n": draft.version}
    if draft.state == TaskState.CHECKED and draft.publish_on:
        return _("第 %(n)s 版 定于 %(day)s 发布") % {"n": draft.version, "day": draft.publish_on}
    return _("第 %(n)s 版 %(state)s") % {"n": draft.version, "state": draft.get_state_display()}


def _versions(item: ServiceItem, versions: Sequence[ItemVersion], today: date) -> Table:
    columns = (
        Column(_("版本"), numeric=True),
        Column(_("名称")),
        Column(_("起")),
        Column(_("止")),
        Column(_("情况")),
        Column(_("发布时间")),
        Column(_("发布人")),
        Column(_("与上一版的差别")),
    )
    publishers = queries.publishers_of(item.pk)
    names = who(list(publishers.values()))
    numbers = sorted(each.number for each in versions)
    rows: list[list[Plain]] = []
    for each in versions:
        before = max((number for number in numbers if number < each.number), default=None)
        beside = reverse("catalogue:matter_compare", args=[item.pk])
        rows.append(
            [
                each.number,
                each.name,
                each.valid_from,
                each.until or each.valid_to,
                _standing(item, each, today),
                wording.moment(each.published_at),
                names[publishers.get(each.number, "")],
                Cell(_("看差别"), href=f"{beside}?old={before}&new={each.number}") if before else "",
            ]
        )
    return Table("versions", _("版本"), columns, rows, _("还没有发布过。"))


def _standing(item: ServiceItem, version: ItemVersion, today: date) -> str:
    if version.withdrawn_at is not None:
        return _("已撤回")
    if version.valid_from > today:
        return _("尚未生效")
    if item.state == ItemState.IN_FORCE and item.version == version.number:
        return _("在用")
    return _("已被代替或到期")


def _drafts(rows: Sequence[ItemDraft]) -> Table:
    columns = (Column(_("草稿")), Column(_("最后编辑")), Column(_("编辑")), Column(_("待改正"), numeric=True))
    names = who([row.edited_by for row in rows])
    told: list[list[Plain]] = [
        [
            Cell(state_of(row), href=reverse("catalogue:draft", args=[row.pk])),
            wording.moment(row.edited_at),
            names[row.edited_by],
            row.flaws,
        ]
        for row in rows
    ]
    return Table("drafts", pgettext("list", "草稿"), columns, told, _("没有草稿。"))


def _listings(rows: Sequence[ListingEntry]) -> Table:
    columns = (
        Column(_("事项库")),
        Column(_("实施机关")),
        Column(_("行使层级")),
        Column(_("状态")),
        Column(_("版本"), numeric=True),
        Column(_("发布时间")),
    )
    names = queries.unit_names(row.unit_code for row in rows)
    told: list[list[Plain]] = [
        [
            row.get_registry_display(),
            names[row.unit_code],
            row.get_level_display(),
            row.get_state_display(),
            row.version,
            wording.moment(row.published_at),
        ]
        for row in rows
    ]
    return Table("listings", _("列入的事项库"), columns, told, _("没有列入任何事项库。"))
