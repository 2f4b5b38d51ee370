"""One draft: what it changes, what the check says, its pages one by one, the guide as it will be, and its deeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from yichuang.domains.catalogue import commands, queries, rules
from yichuang.domains.catalogue.models import ItemDraft
from yichuang.domains.catalogue.pages import guides, wording
from yichuang.domains.catalogue.pages.asking import paged
from yichuang.domains.catalogue.pages.desk.asking import FindForm, counted, desk, who
from yichuang.domains.catalogue.pages.desk.checks import linked
from yichuang.domains.catalogue.pages.desk.matters import change_table, state_of, unit_key
from yichuang.domains.catalogue.terms import TaskState
from yichuang.domains.catalogue.terms.elements import Topic
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.kernel.errors import DefinitionError, NotPossible
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import once
from yichuang.ui.tables import Cell, Column, Plain, Table

SEE = "catalogue.drafts"
Deed = Callable[..., ItemDraft]


class ReasonForm(UiForm):
    """Why a draft is sent back or given up."""

    reason = forms.CharField(label=gettext_lazy("理由"), max_length=400, required=False)


class DayForm(UiForm):
    """On which day a draft is published."""

    on = forms.DateField(label=gettext_lazy("发布日期"), help_text=gettext_lazy("当天 0 时 1 分发布，例如 2019-11-01"))


@page(permission=SEE)
def listed(request: ActingRequest) -> HttpResponse:
    """List the drafts of one's units by state; what is scheduled stands in the order of the days."""
    form = FindForm(request.GET, units=queries.units_of_matters(request.actor))
    labels = {
        "": _("在办"),
        TaskState.DRAFT.value: _("待提交"),
        queries.SUBMITTED: _("待审定"),
        TaskState.CHECKED.value: _("已审定"),
        queries.SCHEDULED: _("定日发布"),
        TaskState.SENT_BACK.value: _("已驳回"),
        queries.FAULTY: _("有问题"),
        TaskState.PUBLISHED.value: _("已发布"),
    }
    state = request.GET.get("state", "")
    filters = queries.DraftFilters(form.said("q"), state if state in labels else "", form.said("unit"))
    counts = queries.draft_counts(request.actor, filters)
    counts[""] = counts[TaskState.DRAFT] + counts[queries.SUBMITTED] + counts[TaskState.CHECKED]
    counts[""] += counts[TaskState.SENT_BACK]
    on_page, links = paged(request, queries.drafts(request.actor, filters))
    context = {
        "form": form,
        "paging": links,
        "state": filters.state,
        "counts": counted(request, counts, labels, tones={queries.FAULTY: "late"}),
        "may_edit": request.actor.may("catalogue.edit"),
    }
    return desk(request, "catalogue/desk/drafts.html", context, table=_table(on_page))


@page(permission=SEE)
def one(request: ActingRequest, draft_id: int) -> HttpResponse:
    """Show a draft: where it stands, what it changes, what the check has against it, and what may be done now."""
    return _one(request, _draft(request.actor, draft_id))


@page(permission=SEE)
def preview(request: ActingRequest, draft_id: int) -> HttpResponse:
    """Show the guide as the public will see it once the draft is published."""
    draft = _draft(request.actor, draft_id)
    day = draft.publish_on or local_day(request.at)
    try:
        item = rules.read_draft(queries.draft_body(draft), "")
    except DefinitionError as wrong:
        messages.error(request, _("草稿里有读不懂的条件，请先改正：%(why)s") % {"why": wrong})
        return _one(request, draft)
    guide = queries.previewed(item, request.actor, request.at, day)
    context = guides.context_of(guide, reverse("catalogue:guide", args=[draft.code]))
    context |= {"start": "", "draft": draft, "state": state_of(draft)}
    return render(request, "catalogue/desk/preview.html", context)


@page(permission=SEE)
@require_POST
def act(request: ActingRequest, draft_id: int) -> HttpResponse:
    """Do what the button says: hand in, find fit, send back, publish, set a day, take it back, give up."""
    draft = _draft(request.actor, draft_id)
    what = request.POST.get("do", "")
    deeds = _deeds()
    if what not in deeds:
        raise Http404
    deed, done_text = deeds[what]
    form = {"schedule": DayForm, "send_back": ReasonForm, "give_up": ReasonForm}.get(what, UiForm)(request.POST)
    if not form.is_valid():
        return _one(request, draft, typed={what: form})

    def done() -> str:
        deed(draft_id=draft.pk, by=request.actor, at=request.at, **form.cleaned_data)
        messages.success(request, done_text)
        return reverse("catalogue:draft", args=[draft.pk])

    try:
        return once(request, done)
    except commands.NotPublishable as reason:
        return _one(request, draft, refused=reason.flaws)
    except NotPossible as reason:
        form.add_error(None, reason.message)
        return _one(request, draft, typed={what: form})


def _deeds() -> Mapping[str, tuple[Deed, str]]:
    return {
        "submit": (commands.submit_draft, _("已提交审定。")),
        "approve": (commands.approve_draft, _("已审定，可以发布。")),
        "send_back": (commands.send_back_draft, _("已驳回，编辑会看到理由。")),
        "publish": (commands.publish_draft, _("已发布，办事指南已经更新。")),
        "schedule": (commands.schedule_draft, _("已定日，到期自动发布。")),
        "unschedule": (commands.unschedule_draft, _("已取消定日发布。")),
        "give_up": (commands.give_up_draft, _("草稿已取消，已发布的版本不受影响。")),
    }


def _draft(actor: Actor, draft_id: int) -> ItemDraft:
    draft = queries.draft(actor, draft_id)
    if draft is None:
        raise Http404
    return draft


def _one(
    request: ActingRequest,
    draft: ItemDraft,
    *,
    refused: tuple[rules.Flaw, ...] = (),
    typed: Mapping[str, UiForm] = MappingProxyType({}),
) -> HttpResponse:
    body = queries.draft_body(draft)
    found = queries.draft_flaws(draft, draft.publish_on or local_day(request.at)) if draft.is_open else ()
    refusing = refused or rules.refusing(found)
    names = who([draft.edited_by, draft.begun_by, draft.checked_by])
    bad = next((form for form in typed.values() if form.errors), None)
    told = linked(refusing, draft, body)
    context = {
        "draft": draft,
        "state": state_of(draft),
        "unit": queries.unit_names([draft.unit_code]).get(draft.unit_code, draft.unit_code),
        "editor": names[draft.edited_by],
        "checker": names[draft.checked_by],
        "refusing": told,
        "errors": [{"text": each["text"], "href": each["href"]} for each in told] if refused else [],
        "warnings": linked([each for each in found if each.is_warning], draft, body),
        "topics": _topics(draft, refusing),
        "failed": bad,
        "reason_form": typed.get("send_back") or ReasonForm(auto_id="send_back_%s"),
        "give_up_form": typed.get("give_up") or ReasonForm(auto_id="give_up_%s"),
        "day_form": typed.get("schedule") or DayForm(auto_id="day_%s"),
        "item": queries.matter(request.actor, draft.code),
        **_rights(request.actor, draft),
    }
    empty = _("没有改动。") if draft.base_version else _("这是新事项，没有可以比较的版本。")
    table = change_table(queries.draft_changes(draft), empty)
    return desk(request, "catalogue/desk/draft.html", context, table=table)


def _rights(actor: Actor, draft: ItemDraft) -> dict[str, bool]:
    """Tell which deeds the page offers now; the deeds ask again."""
    unit = unit_key(draft.unit_code)
    edits, checks, publishes = (
        actor.may(f"catalogue.{name}", unit) and draft.is_open for name in ("edit", "check", "publish")
    )
    waits, fit = draft.is_submitted, draft.state == TaskState.CHECKED
    return {
        "may_edit": edits,
        "may_submit": edits and not waits and not fit,
        "may_approve": checks and waits,
        "may_send_back": checks and (waits or fit),
        "may_publish": publishes and fit,
        "may_unschedule": publishes and fit and draft.publish_on is not None,
    }


def _topics(draft: ItemDraft, refusing: tuple[rules.Flaw, ...]) -> list[dict[str, Any]]:
    return [
        {
            "label": topic.label,
            "href": reverse("catalogue:draft_topic", args=[draft.pk, topic.value]),
            "faults": sum(each.topic == topic for each in refusing),
        }
        for topic in Topic
    ]


def _table(rows: list[ItemDraft]) -> Table:
    columns = (
        Column(_("事项")),
        Column(_("实施机关")),
        Column(_("状态")),
        Column(_("发布日期")),
        Column(_("待改正"), numeric=True),
        Column(_("编辑")),
        Column(_("最后编辑")),
    )
    units, names = queries.unit_names(row.unit_code for row in rows), who([row.edited_by for row in rows])
    told: list[list[Plain]] = [
        [
            Cell(row.name, href=reverse("catalogue:draft", args=[row.pk])),
            units[row.unit_code],
            state_of(row),
            _day(row.publish_on),
            row.flaws,
            names[row.edited_by],
            wording.moment(row.edited_at),
        ]
        for row in rows
    ]
    return Table("drafts", pgettext("list", "草稿"), columns, told, _("没有符合条件的草稿。"))


def _day(on: date | None) -> str:
    return on.isoformat() if on else ""
