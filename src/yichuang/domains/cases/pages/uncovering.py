"""What a case covers, whole: after a reason was given, once, and noted before it is shown (`domain.md` §16)."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from yichuang.domains.cases import queries
from yichuang.domains.cases.models import Case
from yichuang.domains.cases.pages.screen import case_of
from yichuang.foundation.forms.form import CheckRow
from yichuang.foundation.people import commands as people
from yichuang.foundation.people import notes
from yichuang.foundation.people import queries as parties
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.people.visibility import fields
from yichuang.ui.forms import UiForm

FIELDS = ("id_number", "phone", "address")


class ReasonForm(UiForm):
    """Why somebody has to see the whole number."""

    reason = forms.CharField(label=gettext_lazy("查看事由"), max_length=200)


@page(permission="people.unmask")
def applicant(request: ActingRequest, number: str) -> HttpResponse:
    """
    Ask for a reason; then show the applicant's number, telephone and address and what is covered among the answers.

    Two accesses are kept: to the party, and to the answers of this case where some of them are covered.
    """
    case = case_of(request, number)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    shown: dict[str, str] = {}
    answers: tuple[CheckRow, ...] = ()
    if form.is_bound and form.is_valid():
        unit_id = case.dossier.unit_id
        said = {
            "reason": form.cleaned_data["reason"],
            "by": request.actor,
            "at": request.at,
            "unit_id": unit_id if request.actor.may("people.unmask", unit_id) else None,
            "address": request.META.get("REMOTE_ADDR", ""),
        }
        shown = people.unmask_party(party_id=case.applicant_id, fields=FIELDS, **said)
        answers = queries.covered_answers(case, request.actor)
        if answers:
            people.unmask(subject=notes.subject_of(case), fields=("answers",), **said)
    name = parties.party_as(fields(request.actor, Case, "list"), case.applicant).name
    context = {"number": number, "name": name, "form": form, "shown": shown, "answers": answers}
    return render(request, "cases/applicant.html", context)
