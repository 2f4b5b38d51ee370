"""AB岗: who covers whom and when, arranged by the head of a unit, ended by the head or the absent (practice 13)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from yichuang.foundation.people import commands
from yichuang.foundation.people.actors import Actor, local_day, valid_on
from yichuang.foundation.people.models import Appointment, Substitution
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.people.terms import AbsenceKind
from yichuang.kernel.errors import NotPossible
from yichuang.portals.console.asking import tell
from yichuang.portals.console.people import tried
from yichuang.ui import paging, words
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import once

PAGE = 50
MAY = "people.substitute"


class MomentField(forms.DateTimeField):
    """A moment of China's time, to the minute."""

    def __init__(self, label: Any) -> None:
        super().__init__(
            label=label,
            input_formats=["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"],
            help_text=gettext_lazy("例如 2019-10-30 09:00"),
            error_messages={"invalid": gettext_lazy("请按 2019-10-30 09:00 的格式填写时间。")},
        )


class CoverForm(UiForm):
    """Who is away, who covers, why, from when to when."""

    absent = forms.TypedChoiceField(label=gettext_lazy("不在岗"), coerce=int)
    substitute = forms.TypedChoiceField(
        label=gettext_lazy("代岗"), coerce=int, help_text=gettext_lazy("须与不在岗的人同在一个单位。")
    )
    kind = forms.ChoiceField(label=gettext_lazy("事由"), choices=AbsenceKind.choices)
    from_at = MomentField(gettext_lazy("自"))
    to_at = MomentField(gettext_lazy("至"))
    reason = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Actor, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = _appointments(actor).filter(valid_on(local_day(at)), account__is_active=True)
        units: dict[tuple[int, str], dict[str, None]] = {}
        for row in rows.select_related("account", "unit").order_by("unit__rank", "unit__code", "account__username"):
            units.setdefault((row.account_id, str(row.account)), {})[row.unit.short_name] = None
        staff = [
            (account_id, words.with_note(name, words.listed(places))) for (account_id, name), places in units.items()
        ]
        for field in ("absent", "substitute"):
            self.fields[field].choices = [("", _("请选择")), *staff]  # type: ignore[attr-defined]


@page(permission=MAY)
def listed(request: ActingRequest) -> HttpResponse:
    """List the covers of the units one answers for, the newest first, and arrange another."""
    form = CoverForm(request.POST or None, actor=request.actor, at=request.at)
    if request.method == "POST" and form.is_valid():

        def done() -> str:
            made = commands.set_substitute(
                absent_id=form.cleaned_data.pop("absent"),
                substitute_id=form.cleaned_data.pop("substitute"),
                **form.cleaned_data,
                by=request.actor,
                at=request.at,
            )
            messages.success(request, _("已安排%(substitute)s代岗。") % {"substitute": made.substitute})
            return reverse("console:covers")

        try:
            return once(request, done)
        except NotPossible as reason:
            tell(form, reason)
    seen = _appointments(request.actor).order_by().values("account")
    found = Substitution.objects.filter(absent__in=seen).select_related("absent", "substitute").order_by("-from_at")
    rows = Paginator(found, PAGE).get_page(request.GET.get("page"))
    covers = [(row, row.to_at > request.at) for row in rows]
    return render(
        request,
        "console/covers.html",
        {
            "form": form,
            "covers": covers,
            "paging": paging.links(rows, request),
        },
    )


@page(permission="people.view")
@require_POST
def end(request: ActingRequest, substitution_id: int) -> HttpResponse:
    """End a cover before its time: who arranges covers there, or the absent person."""

    def done() -> None:
        try:
            commands.end_substitution(substitution_id=substitution_id, by=request.actor, at=request.at)
        except Substitution.DoesNotExist as gone:
            raise Http404 from gone
        messages.success(request, _("代岗已结束。"))

    if request.actor.may(MAY):
        return tried(request, done, reverse("console:covers"))
    return tried(request, done, reverse("console:person", args=[request.actor.account_id]))


def _appointments(actor: Actor) -> QuerySet[Appointment]:
    """Give the appointments in the units for which the actor arranges cover."""
    units = actor.units(MAY)
    return Appointment.objects.all() if units is None else Appointment.objects.filter(unit__in=units)
