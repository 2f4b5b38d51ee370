"""The working calendar: notices, the days of a year, a calculator, and the import of the next notice (M5)."""

from __future__ import annotations

from calendar import Calendar as Months
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yichuang.foundation.definitions import commands, queries
from yichuang.foundation.definitions.terms import CALENDAR
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.records.terms import CHINA
from yichuang.kernel.calendars import Calendar
from yichuang.kernel.errors import NotPossible
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import once
from yichuang.ui.words import listed

AHEAD = timedelta(days=60)
"""How long before a year without a notice begins the page warns (M5)."""
YEARS = range(1991, 2100)
LARGEST = 1_000_000
"""Bytes of a notice; a real one has a few thousand."""


class SumForm(UiForm):
    """The working day some days after another, or how many lie between two."""

    start = forms.DateField(label=gettext_lazy("从哪一天起"))
    days = forms.IntegerField(label=gettext_lazy("加几个工作日"), required=False, min_value=-5000, max_value=5000)
    end = forms.DateField(label=gettext_lazy("或者，到哪一天"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and (data["days"] is None) == (data["end"] is None):
            raise forms.ValidationError(_("请填写工作日数或截止日期，两者填一个。"))
        return data


class NoticeForm(UiForm):
    """The file of a year's notice."""

    notice = forms.FileField(
        label=gettext_lazy("放假安排文件"), help_text=gettext_lazy("JSON：year、papers、days（name、date、isOffDay）。")
    )

    def clean_notice(self) -> bytes:
        """Read it, if it is of a notice's size."""
        sent = self.cleaned_data["notice"]
        if sent.size > LARGEST:
            raise forms.ValidationError(_("文件超过1 MB，不是放假安排，请重新选择。"))
        return bytes(sent.read())


@dataclass(frozen=True, slots=True)
class Day:
    """A day as the year view shows it: `name` where a notice speaks of it."""

    day: date
    is_working: bool
    name: str


@page(permission="calendar.view")
def year(request: ActingRequest) -> HttpResponse:
    """Show a year, what a sum gives, and the notices there are."""
    form = SumForm(request.GET) if "start" in request.GET else SumForm()
    return _shown(request, form, NoticeForm())


@page(permission="calendar.import")
def import_notice(request: ActingRequest) -> HttpResponse:
    """Publish a year's notice; clocks that run over its days are computed again by jobs."""
    form = NoticeForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():

        def done() -> str:
            made = commands.import_notice(form.cleaned_data["notice"], by=request.actor.by, at=request.at)
            messages.success(
                request,
                _("%(name)s第%(version)s版已生效。") % {"name": made.name, "version": made.version},
            )
            return f"{reverse('console:calendar')}?year={made.code}"

        try:
            return once(request, done)
        except NotPossible as reason:
            form.add_error("notice", reason.message)
    return _shown(request, SumForm(), form)


def warning(calendar: Calendar, at: datetime) -> str:
    """Say that the year which begins within sixty days has no notice yet; empty when all is well."""
    soon = (at + AHEAD).astimezone(CHINA).date()
    if not calendar.is_provisional(soon):
        return ""
    return _("%(year)s年的放假安排还没有导入，该年日期暂按周末休息推算。请在公布后立即导入。") % {"year": soon.year}


def _shown(request: ActingRequest, form: SumForm, notice_form: NoticeForm) -> HttpResponse:
    today = request.at.astimezone(CHINA).date()
    asked = request.GET.get("year", "")
    shown = int(asked) if asked.isdecimal() and len(asked) == 4 else today.year
    if shown not in YEARS:
        raise Http404
    calendar = queries.calendar()
    answer = ""
    if form.is_bound and form.is_valid():
        try:
            answer = _answer(calendar, **form.cleaned_data)
        except NotPossible as reason:
            form.add_error(None, reason.message)
    months = [
        {"month": month, "weeks": [[_day(calendar, each, month) for each in week] for week in _weeks(shown, month)]}
        for month in range(1, 13)
    ]
    named = [each for each in calendar.named.values() if each.date.year == shown]
    return render(
        request,
        "console/calendar.html",
        {
            "form": form,
            "notice_form": notice_form,
            "answer": answer,
            "warning": warning(calendar, request.at),
            "year": shown,
            "provisional": shown not in calendar.notices,
            "working": calendar.between(date(shown - 1, 12, 31), date(shown, 12, 31)),
            "months": months,
            "named": sorted(named, key=lambda each: each.date),
            "notices": queries.published(CALENDAR).order_by("-code", "-version"),
            "may_import": request.actor.may("calendar.import"),
        },
    )


def _weeks(shown: int, month: int) -> list[list[date]]:
    return Months().monthdatescalendar(shown, month)


def _day(calendar: Calendar, day: date, month: int) -> Day | None:
    if day.month != month:
        return None
    named = calendar.named.get(day)
    return Day(day, calendar.is_working(day), named.name if named else "")


def _answer(calendar: Calendar, start: date, days: int | None, end: date | None) -> str:
    if days is not None:
        found = calendar.add(start, days)
        said = _("%(start)s加%(days)s个工作日是%(found)s。") % {"start": start, "days": days, "found": found}
    else:
        assert end is not None, "the form asks for one of the two"
        found = end
        count = calendar.between(start, end)
        said = _("%(start)s之后到%(end)s（含）有%(count)s个工作日。") % {"start": start, "end": end, "count": count}
    first, last = sorted((start, found))
    guessed = [str(each) for each in range(first.year, last.year + 1) if calendar.is_provisional(date(each, 7, 1))]
    if guessed:
        said += _("其中%(years)s年没有放假安排，暂按周末休息推算。") % {"years": listed(guessed)}
    return said
