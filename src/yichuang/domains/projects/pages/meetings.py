"""Meetings: the list with the weeks of a body, one meeting with agenda, minutes and matters, the weekly bulletin."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from functools import partial
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from yichuang.domains.projects import commands, queries
from yichuang.domains.projects.models import Meeting
from yichuang.domains.projects.pages.answers import do_typed, meeting_of, unit_choices
from yichuang.domains.projects.terms import MeetingKind, MeetingState, Topic
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.records.terms import CHINA
from yichuang.kernel.errors import NotPossible
from yichuang.ui import paging
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import once
from yichuang.ui.words import named

PER_PAGE = 50
COMMITTEE = "INVEST_COMMITTEE"
FIRST_WEEK, LAST_WEEK = date(1990, 1, 1), date(2100, 12, 24)


class MeetingForm(UiForm):
    """A meeting to come."""

    body = forms.ChoiceField(label=gettext_lazy("会议主体"))
    kind = forms.ChoiceField(label=gettext_lazy("会议类型"), choices=MeetingKind.choices)
    topic = forms.ChoiceField(label=gettext_lazy("议题范围"), choices=Topic.choices)
    on = forms.DateField(label=gettext_lazy("日期"), widget=forms.DateInput)
    hour = forms.TimeField(label=gettext_lazy("时间"), help_text=gettext_lazy("例如 09:30"))
    unit = forms.ChoiceField(label=gettext_lazy("承办单位"))
    place = forms.CharField(label=gettext_lazy("地点"), required=False, max_length=120)
    projects = forms.MultipleChoiceField(
        label=gettext_lazy("建议议题：有难点和预警的项目"), required=False, widget=forms.CheckboxSelectMultiple
    )
    more = forms.CharField(
        label=gettext_lazy("其他议题"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("一行一项"),
    )

    def __init__(self, *args: Any, choices: dict[str, Sequence[tuple[str, str]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, given in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(given)

    @property
    def planned_at(self) -> datetime:
        """Give the moment of the meeting."""
        hour: time = self.cleaned_data["hour"]
        return datetime.combine(self.cleaned_data["on"], hour, CHINA)


class HeldForm(UiForm):
    """A meeting that was held."""

    held_on = forms.DateField(label=gettext_lazy("召开日期"), widget=forms.DateInput)
    chair = forms.CharField(label=gettext_lazy("主持人"), required=False, max_length=40)
    attendees = forms.CharField(
        label=gettext_lazy("参会单位和人员"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class MinutesForm(UiForm):
    """The minutes."""

    minutes = forms.CharField(
        label=gettext_lazy("会议纪要"), max_length=20000, widget=forms.Textarea(attrs={"rows": 8})
    )


class MatterForm(UiForm):
    """A matter that was resolved."""

    text = forms.CharField(label=gettext_lazy("议定事项"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    unit = forms.ChoiceField(label=gettext_lazy("承办单位"))
    due_on = forms.DateField(label=gettext_lazy("办理期限"), widget=forms.DateInput)
    project = forms.ChoiceField(label=gettext_lazy("相关项目"), required=False)

    def __init__(
        self, *args: Any, units: Sequence[tuple[str, str]], projects: Sequence[tuple[str, str]], **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        for name, given in (("unit", units), ("project", [("", "—"), *projects])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(given)


class CancelForm(UiForm):
    """Why a meeting does not take place."""

    reason = forms.CharField(label=gettext_lazy("取消理由"), max_length=200)


@page(permission="projects.view")
def meetings(request: ActingRequest) -> HttpResponse:
    """List the meetings, newest first, of one body or all; of a body also the weeks of the year in which it met."""
    bodies, body = queries.bodies(local_day(request.at)), request.GET.get("body", "")
    rows = queries.meetings(request.actor)
    rows = rows.filter(body=body) if body in bodies else rows
    on = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    weeks = queries.weeks_of(body or COMMITTEE, local_day(request.at))
    owed = [week for week in weeks if not week.is_holiday]
    context = {
        "rows": [(row, bodies.get(row.body, row.body), MeetingState(row.dossier.state)) for row in on.object_list],
        "paging": paging.links(on, request),
        "bodies": bodies,
        "body": body,
        "weeks_body": bodies.get(body or COMMITTEE, ""),
        "met": sum(week.is_met for week in owed),
        "owed": len(owed),
        "missed": [week for week in weeks if week.is_missed],
        "holidays": [week for week in weeks if week.is_holiday],
        "may_meet": request.actor.may("projects.meet"),
    }
    return render(request, "projects/meetings.html", context)


@page(permission="projects.meet")
def plan_meeting(request: ActingRequest) -> HttpResponse:
    """Plan a meeting; its agenda is proposed from the projects in trouble."""
    day = local_day(request.at)
    found = {str(each.row.project.pk): each for each in queries.proposals(request.actor, day)}
    form = MeetingForm(
        request.POST or None,
        initial={"body": COMMITTEE, "topic": Topic.PROJECTS, "hour": "09:30"},
        choices={
            "body": list(queries.bodies(day).items()),
            "unit": unit_choices(request, "projects.meet"),
            "projects": [(key, named(each.row.project.dossier.title, each.said)) for key, each in found.items()],
        },
    )

    def done() -> str:
        given = form.cleaned_data
        of_projects = [
            commands.AgendaSaid(found[key].row.project.dossier.title, int(key), found[key].because[:300])
            for key in given["projects"]
        ]
        made = commands.plan_meeting(
            body=given["body"],
            kind=MeetingKind(given["kind"]),
            topic=Topic(given["topic"]),
            planned_at=form.planned_at,
            agenda=[*of_projects, *(commands.AgendaSaid(line[:200]) for line in given["more"].splitlines())],
            unit_id=Unit.objects.get(code=given["unit"]).pk,
            place=given["place"],
            by=request.actor,
            at=request.at,
            is_synthetic=request.actor.is_demo,
        )
        return reverse("projects:meeting", args=[made.dossier.number])

    if request.method == "POST" and form.is_valid():
        try:
            return once(request, done)
        except NotPossible as reason:
            form.add_error(None, reason.message)
    status = 422 if form.errors else 200
    return render(request, "projects/plan_meeting.html", {"form": form}, status=status)


@page(permission="projects.view")
def meeting(request: ActingRequest, number: str) -> HttpResponse:
    """Show a meeting: agenda, minutes, what was resolved and how far it is."""
    return _shown(request, number)


@page(permission="projects.meet")
@require_POST
def hold(request: ActingRequest, number: str) -> HttpResponse:
    """Note that it was held, or that it does not take place."""
    found = meeting_of(request, number)
    who: dict[str, Any] = {"meeting_id": found.pk, "by": request.actor, "at": request.at}
    if request.POST.get("do") == "cancel":
        why = CancelForm(request.POST, auto_id="cancel_%s")
        return _do(
            request, found, why, lambda given: commands.cancel_meeting(reason=given["reason"], **who), _("已取消。")
        )
    form = HeldForm(request.POST, auto_id="held_%s")
    return _do(request, found, form, lambda given: commands.hold_meeting(**given, **who), _("会议已编号。"))


@page(permission="projects.meet")
@require_POST
def minutes(request: ActingRequest, number: str) -> HttpResponse:
    """Issue the minutes."""
    found, form = meeting_of(request, number), MinutesForm(request.POST, auto_id="minutes_%s")
    return _do(
        request,
        found,
        form,
        lambda given: commands.issue_minutes(
            meeting_id=found.pk, minutes=given["minutes"], by=request.actor, at=request.at
        ),
        _("纪要已印发。"),
    )


@page(permission="projects.meet")
@require_POST
def resolve(request: ActingRequest, number: str) -> HttpResponse:
    """Note what was resolved."""
    found, form = meeting_of(request, number), _matter_form(request, request.POST)
    return _do(
        request,
        found,
        form,
        lambda given: commands.resolve_matter(
            meeting_id=found.pk,
            text=given["text"],
            unit_id=Unit.objects.get(code=given["unit"]).pk,
            due_on=given["due_on"],
            project_id=int(given["project"]) if given["project"] else None,
            by=request.actor,
            at=request.at,
        ),
        _("已交办。"),
    )


class WeekForm(UiForm):
    """Which week the bulletin tells; no further than the working calendar goes."""

    week = forms.DateField(
        label=gettext_lazy("哪一周（填其中一天）"),
        widget=forms.DateInput,
        validators=[MinValueValidator(FIRST_WEEK), MaxValueValidator(LAST_WEEK)],
        error_messages={
            code: gettext_lazy("请填写 1990 年至 2100 年之间的日期。") for code in ("min_value", "max_value", "far")
        },
    )


@page(permission="projects.view")
def bulletin(request: ActingRequest) -> HttpResponse:
    """Tell a week on one page to print: meetings, what was resolved, settled and is overdue."""
    today = local_day(request.at)
    form = WeekForm(request.GET if request.GET.get("week") else None, initial={"week": today})
    day: date = form.cleaned_data["week"] if form.is_valid() else today
    told = queries.bulletin(request.actor, day, request.at)
    return render(request, "projects/bulletin.html", {"told": told, "form": form, "bodies": queries.bodies(day)})


def _do(request: ActingRequest, found: Meeting, form: UiForm, deed: Any, said: str) -> HttpResponse:
    number = found.dossier.number
    href = reverse("projects:meeting", args=[number])
    return do_typed(request, form, deed, said, href, partial(_shown, request, number))


def _shown(
    request: ActingRequest,
    number: str,
    errors: list[dict[str, str]] | None = None,
    typed: dict[str, UiForm] | None = None,
) -> HttpResponse:
    found, kept = meeting_of(request, number), typed or {}
    rows = queries.resolutions(request.actor).filter(meeting=found).order_by("n")
    context = {
        "meeting": found,
        "errors": errors or [],
        "body": queries.bodies(local_day(request.at)).get(found.body, found.body),
        "state": MeetingState(found.dossier.state),
        "agenda": list(found.agenda.select_related("project__dossier").order_by("place")),
        "matters": queries.shown(rows, request.at),
        "may_meet": request.actor.may("projects.meet", found.dossier.unit_id),
        "held_form": kept.get("held_%s") or HeldForm(auto_id="held_%s", initial={"held_on": local_day(request.at)}),
        "cancel_form": kept.get("cancel_%s") or CancelForm(auto_id="cancel_%s"),
        "minutes_form": kept.get("minutes_%s") or MinutesForm(auto_id="minutes_%s"),
        "matter_form": kept.get("matter_%s") or _matter_form(request, None),
    }
    return render(request, "projects/meeting.html", context, status=422 if errors else 200)


def _matter_form(request: ActingRequest, data: Any) -> MatterForm:
    rows = queries.projects(request.actor).filter(dossier__ended_at=None)
    projects = [(str(row.pk), row.dossier.title) for row in rows]
    return MatterForm(data, units=unit_choices(request, "projects.meet"), projects=projects, auto_id="matter_%s")
