"""Drafting a report, and the deeds that bring it to its publication."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.reports import commands, queries
from yichuang.foundation.reports.terms import DRAFT, VIEW, SpanKind
from yichuang.kernel.errors import NotPossible
from yichuang.portals.reports.pages import deeds_of, report_or_404
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import once
from yichuang.ui.words import named


class DraftForm(UiForm):
    """In whose words, and about what."""

    template = forms.ChoiceField(label=gettext_lazy("模板"))
    kind = forms.ChoiceField(label=gettext_lazy("范围"), choices=SpanKind.choices, widget=forms.RadioSelect)
    day = forms.DateField(
        label=gettext_lazy("日期"), help_text=gettext_lazy("按月或按年的，选其中任意一天；当月、当年未完的，算到今天。")
    )

    def __init__(self, *args: Any, templates: list[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the templates there are."""
        super().__init__(*args, **kwargs)
        self.fields["template"].choices = templates  # type: ignore[attr-defined]


class ReasonForm(UiForm):
    """Why a report goes back."""

    reason = forms.CharField(label=gettext_lazy("原因"), max_length=300)


@page(permission=DRAFT)
def draft(request: ActingRequest) -> HttpResponse:
    """Fill a template for a day, a month or a year."""
    today = local_day(request.at)
    known = [(each.id, each.name) for each in queries.templates(today)]
    form = DraftForm(request.POST or None, templates=known, initial={"kind": SpanKind.DAY, "day": today})

    def done() -> str:
        given = form.cleaned_data
        report = commands.draft_report(
            template=given["template"], kind=SpanKind(given["kind"]), day=given["day"], by=request.actor, at=request.at
        )
        messages.success(request, _("已按当前记录取数，形成草稿。请另一位同事核对。"))
        return reverse("reports:one", args=[report.pk])

    if request.method == "POST" and form.is_valid():
        try:
            return once(request, done)
        except NotPossible as reason:
            form.add_error(None, reason.message)
    context = {"form": form, "title": _("编写报告"), "deed": _("取数并形成草稿"), "back": reverse("reports:listed")}
    return render(request, "report_room/form.html", context)


@page(permission=VIEW)
def move(request: ActingRequest, report_id: int, deed: str) -> HttpResponse:
    """Do one deed to a report: refresh, check, send back, publish."""
    report = report_or_404(request, report_id)
    known = {each["name"]: each for each in deeds_of(request, report)}
    if deed not in known:
        raise Http404
    here = reverse("reports:one", args=[report.pk])
    form = ReasonForm(request.POST if request.method == "POST" else None) if known[deed]["asks"] else None
    said: dict[str, Any] = {"report_id": report.pk, "by": request.actor, "at": request.at}

    def done() -> str:
        match deed:
            case "refresh":
                commands.refresh_report(**said)
            case "check":
                commands.check_report(**said)
            case "publish":
                commands.publish_report(**said)
            case _:
                assert form is not None, "sending back asks why"
                commands.send_back_report(reason=form.cleaned_data["reason"], **said)
        messages.success(request, _("已办理：%(deed)s。") % {"deed": known[deed]["label"]})
        return here

    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            return once(request, done)
        except NotPossible as reason:
            if form is None:
                messages.error(request, reason.message)
                return once(request, lambda: here)
            form.add_error(None, reason.message)
    title = named(known[deed]["label"], report.title)
    context = {"form": form or UiForm(), "title": title, "deed": known[deed]["label"], "back": here}
    return render(request, "report_room/form.html", context)
