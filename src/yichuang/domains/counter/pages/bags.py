"""材料袋: what lies here and what is late, lists given and signed for by scan, labels."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yichuang.domains.cases.terms import Place
from yichuang.domains.counter import commands, queries
from yichuang.foundation.documents.codes import qr_svg
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.kernel.errors import NotPossible
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import once
from yichuang.ui.words import listed

SCANNER = {"rows": 4, "autocomplete": "off", "spellcheck": "false"}


class GiveForm(UiForm):
    """Where the bags go, and their codes as the scanner types them, a line each."""

    to_place = forms.ChoiceField(label=gettext_lazy("交到"), choices=Place.choices, initial=Place.DEPARTMENT)
    codes = forms.CharField(label=gettext_lazy("袋号，每行一个"), widget=forms.Textarea(attrs=SCANNER))


class TakeForm(UiForm):
    """The codes of the bags that came."""

    codes = forms.CharField(label=gettext_lazy("实收袋号，每行一个"), widget=forms.Textarea(attrs=SCANNER))


@page(permission="cases.hand_over_paper")
def bags(request: ActingRequest) -> HttpResponse:
    """Show the bags that lie here, the late ones first; hand over by scan."""
    form = GiveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return once(request, lambda: _given(request, form))
        except NotPossible as reason:
            form.add_error("codes", reason.message)
    runs, upcoming = queries.runs_of(queries.sites(request.actor), request.at)
    shown = queries.bags_of(request.actor, request.at)
    context = {
        "form": form,
        "bags": shown,
        "late": sum(each.is_late for each in shown),
        "to_sign": queries.lists_to_sign(request.actor),
        "recent": queries.recent_lists(request.actor),
        "runs": runs,
        "next_run": upcoming,
    }
    return render(request, "counter/bags.html", context, status=422 if form.errors else 200)


@page(permission="cases.hand_over_paper")
def custody_list(request: ActingRequest, number: str) -> HttpResponse:
    """Show a list, to print and to sign for by scan."""
    found = queries.custody_list(number, request.actor)
    if found is None:
        raise Http404
    paper, rows = found
    form = TakeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return once(request, lambda: _taken(request, paper.pk, number, form))
        except NotPossible as reason:
            form.add_error("codes", reason.message)
    may_take = paper.taken_at is None and request.actor.may("cases.hand_over_paper", paper.to_unit_id)
    context = {
        "paper": paper,
        "rows": rows,
        "form": form,
        "may_take": may_take,
        "from_place": Place(paper.from_place).label,
        "to_place": Place(paper.to_place).label,
        "open_rows": sum(row.taken_at is None for row in rows),
    }
    return render(request, "counter/list.html", context, status=422 if form.errors else 200)


@page(permission="cases.hand_over_paper")
def label(request: ActingRequest, code: str) -> HttpResponse:
    """Show the label of a bag, to print."""
    found = queries.bag(code, request.actor)
    if found is None:
        raise Http404
    svg = mark_safe(qr_svg(found.code))  # drawn by segno from a code of ours
    return render(request, "counter/label.html", {"bag": found, "dossier": found.case.dossier, "svg": svg})


def _given(request: ActingRequest, form: GiveForm) -> str:
    codes = form.cleaned_data["codes"].split()
    papers = commands.give_bags(
        codes=codes, to_place=Place(form.cleaned_data["to_place"]), by=request.actor, at=request.at
    )
    numbers: dict[str, Any] = {"numbers": listed(paper.number for paper in papers)}
    messages.success(request, _("已交出，清单号：%(numbers)s。等待对方扫码签收。") % numbers)
    return reverse("counter:list", args=[papers[0].number]) if len(papers) == 1 else reverse("counter:bags")


def _taken(request: ActingRequest, list_id: int, number: str, form: TakeForm) -> str:
    codes = form.cleaned_data["codes"].split()
    missing = commands.take_bags(list_id=list_id, codes=codes, by=request.actor, at=request.at)
    if missing:
        messages.warning(request, _("已签收，清单上还有没收到的：%(codes)s") % {"codes": listed(missing)})
    else:
        messages.success(request, _("已全部签收。"))
    return reverse("counter:list", args=[number])
