"""Change requests: proposing one, the list of those that wait, deciding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.registers import commands, queries, rights
from yichuang.foundation.registers.models import ChangeRequest
from yichuang.foundation.registers.terms import Action, ChangeKind
from yichuang.foundation.registers.values import facts_of
from yichuang.kernel.errors import NotPossible
from yichuang.portals.console.registers.entries import address, written
from yichuang.portals.console.registers.finding import entry_or_404, posted, register_or_404
from yichuang.portals.console.registers.forms import DecideForm, EntryForm, ReasonForm
from yichuang.ui.repeating import once


@page(permission="registers.view")
def listed(request: ActingRequest, code: str) -> HttpResponse:
    """List the change requests that wait, with what each would change."""
    register = register_or_404(request, code)
    day = local_day(request.at)
    rows = [
        {
            "row": row,
            "differences": queries.proposed(register, request.actor, row.read(), row.entry, day),
            "may_decide": _may_decide(request, row),
            "href": address(row.entry) if row.entry else "",
        }
        for row in queries.open_requests(register, request.actor)
    ]
    return render(request, "console/register_requests.html", {"register": register, "rows": rows, "form": DecideForm()})


@page(permission="registers.propose")
def propose(request: ActingRequest, code: str, number: int) -> HttpResponse:
    """Propose that an entry says something else."""
    register = register_or_404(request, code, Action.PROPOSE)
    entry = entry_or_404(request, register, number)
    if entry.current is None:
        raise Http404
    before = facts_of(register, entry.current.read())
    form = EntryForm(posted(request), register=register, request=request, before=before)
    del form.fields["evidence"]
    form.fields["why"].required = True

    def done(_stored: Mapping[str, int]) -> str:
        _propose(request, code, ChangeKind.CHANGE, form.values({}), form.cleaned_data["why"], entry.pk)
        return address(entry)

    context = {
        "register": register,
        "deed": _("提出修改申请"),
        "back": {"href": address(entry), "label": _("返回条目")},
    }
    return written(request, form, done, {**context, "title": _("申请修改：%(title)s") % {"title": entry.title}})


@page(permission="registers.propose")
def propose_new(request: ActingRequest, code: str) -> HttpResponse:
    """Propose an entry that is missing."""
    register = register_or_404(request, code, Action.PROPOSE)
    if register.lifecycle:
        raise Http404
    form = EntryForm(posted(request), register=register, request=request)
    del form.fields["evidence"]
    form.fields["why"].required = True
    here = reverse("console:register", args=[code])

    def done(_stored: Mapping[str, int]) -> str:
        _propose(request, code, ChangeKind.ADD, form.values({}), form.cleaned_data["why"], None)
        return here

    back = {"href": here, "label": _("返回%(name)s") % {"name": register.name}}
    title = _("申请新增%(entry)s") % {"entry": register.entry_name}
    return written(request, form, done, {"register": register, "deed": _("提出申请"), "back": back, "title": title})


@page(permission="registers.propose")
def propose_withdrawal(request: ActingRequest, code: str, number: int) -> HttpResponse:
    """Propose that an entry is withdrawn."""
    register = register_or_404(request, code, Action.PROPOSE)
    entry = entry_or_404(request, register, number)
    form = ReasonForm(posted(request))

    def done() -> str:
        _propose(request, code, ChangeKind.WITHDRAW, {}, form.cleaned_data["reason"], entry.pk)
        return address(entry)

    if request.method == "POST" and form.is_valid():
        try:
            return once(request, done)
        except NotPossible as reason:
            form.add_error(None, reason.message)
    context = {"form": form, "register": register, "deed": _("提出撤下申请"), "seen": 0}
    context |= {"title": _("申请撤下：%(title)s") % {"title": entry.title}}
    context |= {"back": {"href": address(entry), "label": _("返回条目")}}
    return render(request, "console/register_form.html", context)


@page(permission="registers.edit")
@require_POST
def decide(request: ActingRequest, code: str, request_id: int) -> HttpResponse:
    """Take or refuse a change request."""
    register = register_or_404(request, code, Action.DECIDE)
    row = ChangeRequest.objects.filter(pk=request_id, register=code).first()
    if row is None or not _may_decide(request, row):
        raise Http404
    here = reverse("console:register_requests", args=[code])
    form = DecideForm(request.POST)
    said: dict[str, Any] = {"request_id": request_id, "by": request.actor, "at": request.at}

    def done() -> str:
        answer = form.cleaned_data["answer"] if form.is_valid() else ""
        if "take" in request.POST:
            entry = commands.take_request(answer=answer, **said)
            messages.success(request, _("已采纳，形成一份待核对的修改。"))
            return address(entry)
        commands.refuse_request(answer=answer, **said)
        messages.success(request, _("已答复不采纳。"))
        return here

    try:
        return once(request, done)
    except NotPossible as reason:
        messages.error(request, reason.message)
        return once(request, lambda: here) if register else HttpResponse(status=422)


def _may_decide(request: ActingRequest, row: ChangeRequest) -> bool:
    register = queries.register(row.register_id, local_day(request.at))
    return rights.may(request.actor, register, Action.DECIDE, row.unit_id)


def _propose(
    request: ActingRequest, code: str, kind: ChangeKind, values: Mapping[str, Any], why: str, entry_id: int | None
) -> None:
    commands.propose(
        register=code, kind=kind, values=values, reason=why, by=request.actor, at=request.at, entry_id=entry_id
    )
    messages.success(request, _("申请已提交，由台账负责人处理。"))
