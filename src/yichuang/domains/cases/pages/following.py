"""Following: a person's own cases, corrections, taking back, rating; and tracking by number and code."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yichuang.domains.cases import commands, queries
from yichuang.domains.cases.commands.refusals import NotConcluded, NotRated, RatingReasonMissing
from yichuang.domains.cases.models import Case
from yichuang.domains.cases.rules import Brought
from yichuang.domains.cases.terms import RatingReason, Stars
from yichuang.foundation.files import commands as files
from yichuang.foundation.people.masking import mask
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.kernel.errors import NotPossible
from yichuang.ui import paging
from yichuang.ui.forms import CodeField, UiForm
from yichuang.ui.limits import is_within
from yichuang.ui.repeating import once
from yichuang.ui.words import in_parts

TRIES = 10
TRIES_SECONDS = 600
"""Looking a case up by number and code is limited to so many tries in so many seconds (experience, T1)."""

NUMBER_LENGTH = 40

WORDS = 1000
"""As much as somebody says about a rating."""

LISTED = 20
"""As many rows of a list as the own page shows at once."""


class TrackForm(UiForm):
    """Number and slip code, as they stand on the receipt."""

    number = CodeField(label=gettext_lazy("办件编号"), max_length=NUMBER_LENGTH)
    code = CodeField(label=gettext_lazy("查询码"), max_length=8, help_text=gettext_lazy("在材料接收凭证上，6位"))


class ReasonForm(UiForm):
    """Why something is done."""

    reason = forms.CharField(label=gettext_lazy("原因"), widget=forms.Textarea)


class RatingForm(UiForm):
    """好差评: five levels in words, none chosen beforehand; the reasons are asked where a bad one is chosen."""

    stars = forms.TypedChoiceField(
        label=gettext_lazy("您对这次办理满意吗？"), choices=Stars.choices, coerce=int, widget=forms.RadioSelect
    )
    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("不满意的原因"),
        help_text=gettext_lazy("不满意时请至少选一项，或者在下面写几句。"),
        choices=RatingReason.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    text = forms.CharField(label=gettext_lazy("想说的话"), required=False, max_length=WORDS, widget=forms.Textarea)


class AddingForm(UiForm):
    """追评: one word more, after some time."""

    text = forms.CharField(label=gettext_lazy("追评"), max_length=WORDS, widget=forms.Textarea)


@page(permission="account.use")
def mine(request: ActingRequest) -> HttpResponse:
    """Show what waits for this person: drafts, cases to act on, running and past ones; `show` leafs through one."""
    found = queries.mine(request.actor)
    shown = request.GET.get("show", "")
    if shown in found:
        listed = Paginator(found[shown], LISTED).get_page(request.GET.get("page"))
        context = {"rows": queries.mine_rows(listed.object_list), "paging": paging.links(listed, request)}
        return render(request, "cases/mine_all.html", context | {"shown": shown, "count": listed.paginator.count})
    lists = [
        {"name": name, "rows": queries.mine_rows(rows[:LISTED]), "count": rows.count()} for name, rows in found.items()
    ]
    drafts = [(row, queries.item_name(row, request.at)) for row in queries.drafts(request.actor)[:LISTED]]
    ways = [{"label": _("找要办的事"), "href": reverse("catalogue:matters")}]
    context = {"drafts": drafts, "ways": ways, **{str(each["name"]): each for each in lists}}
    return render(request, "cases/mine.html", context)


@page(permission="cases.apply")
def follow(request: ActingRequest, number: str) -> HttpResponse:
    """Show a case to its applicant: one state, one date, who holds what."""
    seen = _seen(request, number)
    context = {"case": seen, "masked": False, "papers": queries.papers(seen.case, request.actor)}
    return render(request, "cases/follow.html", context)


@page(permission="cases.apply")
def correct(request: ActingRequest, number: str) -> HttpResponse:
    """Take in what a notice asks for, and nothing else; every row is listed with why and how."""
    seen = _seen(request, number)
    if not seen.asks_correction:
        return redirect("cases:follow", number)
    notice = seen.notices[0]
    rows = [row for row in notice.rows if not row[5]]
    form = _correction_form(rows, request)
    if request.method == "POST" and form.is_valid():
        try:
            brought = {
                row[0]: Brought(files=(_stored(request, form.cleaned_data[f"file_{row[0]}"]),), pages=1)
                for row in rows
                if row[0]
            }
            answers = {row[1]: form.cleaned_data[f"field_{row[1]}"] for row in rows if row[1]}
            return once(request, lambda: _hand_in(request, seen.case, brought, answers))
        except NotPossible as reason:
            form.add_error(None, reason.message)
    return render(request, "cases/correct.html", {"case": seen, "notice": notice, "rows": rows, "form": form})


@page(permission="cases.apply")
def supplement(request: ActingRequest, number: str) -> HttpResponse:
    """Take in what was accepted as 容缺."""
    seen = _seen(request, number)
    rows = [(code, "", name, "", "", False) for code, name in seen.awaits_supplement]
    if not rows:
        return redirect("cases:follow", number)
    form = _correction_form(rows, request)
    if request.method == "POST" and form.is_valid():
        try:
            brought = {
                code: Brought(files=(_stored(request, form.cleaned_data[f"file_{code}"]),), pages=1)
                for code, _name in seen.awaits_supplement
            }
            return once(request, lambda: _supplement(request, seen.case, brought))
        except NotPossible as reason:
            form.add_error(None, reason.message)
    return render(request, "cases/correct.html", {"case": seen, "notice": None, "rows": rows, "form": form})


@page(permission="cases.withdraw")
def take_back(request: ActingRequest, number: str) -> HttpResponse:
    """Let the applicant take the application back, with a reason."""
    seen = _seen(request, number)
    if request.method != "POST" and not (seen.may_withdraw or seen.may_recall):
        return _not_now(request, number, _("这件办件现在不能撤回：已经作出决定，或者已经撤回。"))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        deed = commands.withdraw_case if seen.may_withdraw else commands.recall_case
        try:
            return once(request, lambda: _taken_back(request, deed, seen.case, form.cleaned_data["reason"]))
        except NotPossible as reason:
            form.add_error(None, reason.message)
    return render(request, "cases/take_back.html", {"case": seen, "form": form})


@page(permission="cases.rate")
def rate(request: ActingRequest, number: str) -> HttpResponse:
    """Ask for a rating, once a case and when it is concluded."""
    seen = _seen(request, number)
    if not seen.may_rate and seen.rating is None:
        return _not_now(request, number, NotConcluded().message)
    if request.method != "POST" and seen.rating is not None:
        return _not_now(request, number, _("这件办件已经评价过了，谢谢您。"))
    form = RatingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return once(request, lambda: _rated(request, seen.case, form.cleaned_data))
        except RatingReasonMissing as reason:
            form.add_error("reasons", reason.message)
        except NotPossible as reason:
            form.add_error(None, reason.message)
    return render(request, "cases/rate.html", {"case": seen, "form": form})


@page(permission="cases.rate")
def add_to_rating(request: ActingRequest, number: str) -> HttpResponse:
    """Take one word more about a case that was rated (追评)."""
    seen = _seen(request, number)
    if seen.rating is None:
        return _not_now(request, number, NotRated().message)
    if request.method != "POST" and not seen.rating.may_add:
        return _not_now(request, number, _("这件办件已经追评过了，谢谢您。"))
    form = AddingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return once(request, lambda: _added(request, seen.case, form.cleaned_data["text"]))
        except NotPossible as reason:
            form.add_error(None, reason.message)
    return render(request, "cases/add_to_rating.html", {"case": seen, "form": form})


@page(public=True)
def track(request: ActingRequest) -> HttpResponse:
    """Find a case by number and slip code: one answer for a wrong number and a wrong code, ten tries in ten minutes."""
    form = TrackForm(request.POST or None, initial={"number": request.GET.get("number", "")[:NUMBER_LENGTH]})
    if request.method == "POST" and form.is_valid():
        if not is_within(request, "track", most=TRIES, seconds=TRIES_SECONDS):
            form.add_error(None, _("查询次数过多，请十分钟后再试，或持证件到窗口查询。"))
            return render(request, "cases/track.html", {"form": form}, status=429)
        found = queries.by_slip(form.cleaned_data["number"], form.cleaned_data["code"])
        if found is None:
            form.add_error(None, _("没有找到这件办件：请核对凭证上的办件编号和查询码。"))
        else:
            request.session["tracked"] = [*request.session.get("tracked", [])[-9:], found.pk]
            return redirect("cases:tracked", found.dossier.number)
    return render(request, "cases/track.html", {"form": form})


@page(public=True)
def tracked(request: ActingRequest, number: str) -> HttpResponse:
    """Show a case that was found by number and code: names and phones masked, no answers, no materials."""
    found = Case.objects.select_related("dossier__unit", "applicant").filter(dossier__number=number).first()
    if found is None or found.pk not in request.session.get("tracked", []):
        return redirect(f"{reverse('cases:track')}?{urlencode({'number': number[:NUMBER_LENGTH]})}")
    context = {
        "case": queries.for_applicant(found, request.at),
        "masked": True,
        "applicant": mask(found.applicant.name, "name") if found.applicant.is_person else found.applicant.name,
    }
    return render(request, "cases/follow.html", context)


def _not_now(request: ActingRequest, number: str, why: str) -> HttpResponse:
    """Lead back to the case and say why the page that was asked for has nothing to ask."""
    messages.info(request, why)
    return redirect("cases:follow", number)


def _seen(request: ActingRequest, number: str) -> queries.CaseForApplicant:
    case = queries.case(number, request.actor)
    if case is None:
        raise Http404
    return queries.for_applicant(case, request.at)


def _correction_form(rows: Any, request: ActingRequest) -> UiForm:
    fields: dict[str, forms.Field] = {}
    for material, field, name, reason, how, _solved in rows:
        hint = in_parts((reason, how))
        if material:
            fields[f"file_{material}"] = forms.FileField(label=name, help_text=hint)
        else:
            fields[f"field_{field}"] = forms.CharField(label=name, help_text=hint)
    made = type("CorrectionForm", (UiForm,), fields)(request.POST or None, request.FILES or None)
    assert isinstance(made, UiForm)
    return made


def _stored(request: ActingRequest, upload: Any) -> int:
    row = files.store_upload(
        content=upload, name=upload.name, by=request.actor, at=request.at, is_synthetic=request.actor.is_demo
    )
    return row.pk


def _hand_in(request: ActingRequest, case: Case, brought: dict[str, Brought], answers: dict[str, Any]) -> str:
    commands.hand_in_correction(case_id=case.pk, brought=brought, answers=answers, by=request.actor, at=request.at)
    messages.success(request, _("补正材料已提交，受理时限重新计算。"))
    return reverse("cases:follow", args=[case.dossier.number])


def _supplement(request: ActingRequest, case: Case, brought: dict[str, Brought]) -> str:
    commands.hand_in_supplement(case_id=case.pk, brought=brought, by=request.actor, at=request.at)
    messages.success(request, _("容缺材料已补交。"))
    return reverse("cases:follow", args=[case.dossier.number])


def _taken_back(request: ActingRequest, deed: Any, case: Case, reason: str) -> str:
    deed(case_id=case.pk, reason=reason, by=request.actor, at=request.at)
    messages.success(request, _("申请已撤回。"))
    return reverse("cases:follow", args=[case.dossier.number])


def _rated(request: ActingRequest, case: Case, cleaned: dict[str, Any]) -> str:
    commands.rate_case(
        case_id=case.pk,
        stars=Stars(cleaned["stars"]),
        reasons=[RatingReason(each) for each in cleaned["reasons"]],
        text=cleaned["text"],
        channel="ONLINE",
        by=request.actor,
        at=request.at,
    )
    messages.success(request, _("谢谢您的评价。"))
    return reverse("cases:follow", args=[case.dossier.number])


def _added(request: ActingRequest, case: Case, text: str) -> str:
    commands.add_to_rating(case_id=case.pk, text=text, by=request.actor, at=request.at)
    messages.success(request, _("谢谢您的追评。"))
    return reverse("cases:follow", args=[case.dossier.number])
