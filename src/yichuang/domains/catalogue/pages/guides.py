"""The guide of an item, and the questions that lead to what one person needs (情形导办)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from yichuang.domains.catalogue import queries
from yichuang.domains.catalogue.pages import telling
from yichuang.domains.catalogue.queries import Fit, Guide
from yichuang.domains.catalogue.terms import Item, Situation, Way
from yichuang.foundation.documents.codes import qr_svg
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.ui.forms import UiForm

ASKED, AGAIN = "asked", "again"
"""In the address: the question whose form was sent, and one that is to be answered anew."""


class SituationForm(UiForm):
    """One question with its answers."""

    def __init__(self, *args: Any, situation: Situation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[situation.id] = forms.ChoiceField(
            label=situation.question,
            help_text=situation.hint,
            choices=[(choice.id, choice.label) for choice in situation.choices],
            widget=forms.RadioSelect,
            error_messages={"required": _("请选择一项，再继续。"), "invalid_choice": _("请从下面的选项里选择一项。")},
        )


@page(permission="catalogue.view", public=True)
def guide(request: ActingRequest, code: str) -> HttpResponse:
    """Tell all that an item takes: eight facts, conditions, materials, steps, basis, questions."""
    found = queries.guide(code, request.actor, local_day(request.at))
    if found is None:
        raise Http404
    return render(request, "catalogue/guide.html", context_of(found, request.path))


def context_of(found: Guide, path: str) -> dict[str, Any]:
    """Give what the guide is drawn with; `path` is where its printed form leads back to."""
    address = f"{settings.SITE_URL}{path}"
    return {
        "guide": found,
        "item": found.item,
        "facts": telling.facts_of(found),
        "materials": telling.material_rows(found.item, found.item.materials, found.licences, found.bundle),
        "stops": telling.stop_rows(found.route),
        "totals": telling.totals_of(found.route),
        "bundle": telling.bundle_facts(found.bundle, found) if found.bundle else None,
        "news": telling.news_lines(found),
        "check_line": telling.check_line(found),
        "start": "" if found.parts_of else _start(found.item),
        "address": address,
        "qr": mark_safe(qr_svg(address)),
    }


@page(permission="catalogue.view", public=True)
def fit(request: ActingRequest, code: str) -> HttpResponse:
    """Ask one question a page; the answers stand in the address, and end in one's own list of materials."""
    day = local_day(request.at)
    item = queries.in_force(code, request.actor, day)
    if item is None:
        raise Http404
    answers = {each.id: request.GET[each.id] for each in item.situations if each.id in request.GET}
    asked = request.GET.get(ASKED, "")
    if asked and any(choice.id == answers.get(asked) for choice in _choices(item, asked)):
        return redirect(_address(code, answers))
    found = queries.fit(item, answers, again=asked or request.GET.get(AGAIN, ""))
    if found.asks is None:
        return render(request, "catalogue/fit_result.html", _result(found, answers, item, request))
    sent = request.GET if asked else None
    form = SituationForm(sent, situation=found.asks, initial=answers, auto_id="answer_%s")
    later = {name: value for name, value in answers.items() if name != found.asks.id}
    context = {
        "item": item,
        "form": form,
        "field": form[found.asks.id],
        "kept": [*later.items(), (ASKED, found.asks.id)],
        "place": found.place,
        "back": _back(found, code),
    }
    return render(request, "catalogue/fit.html", context)


def _choices(item: Item, situation: str) -> tuple[Any, ...]:
    return next((each.choices for each in item.situations if each.id == situation), ())


def _start(item: Item) -> str:
    """Give the address where the application begins; empty where it is not taken online here."""
    if item.is_guide_only or Way.ONLINE not in item.ways:
        return ""
    try:
        return reverse(queries.STARTS.get(item.lifecycle, "cases:apply"), args=[item.id])
    except NoReverseMatch:  # a house without applications
        return ""


def _start_with(found: Fit) -> str:
    """Give the same address with the answers in it, so that the application does not ask them again."""
    start = _start(found.item)
    answers = {situation.id: choice.id for situation, choice in found.answered}
    return f"{start}?{urlencode(answers)}" if start and answers else start


def _address(code: str, answers: dict[str, str], **more: str) -> str:
    query = QueryDict(mutable=True)
    query.update(answers | more)
    address = reverse("catalogue:fit", args=[code])
    return f"{address}?{query.urlencode()}" if query else address


def _back(found: Fit, code: str) -> str:
    """Lead to the question before this one, with its answer still chosen; from the first one to the guide."""
    if not found.answered:
        return reverse("catalogue:guide", args=[code])
    last = found.answered[-1][0].id
    return _address(code, {each.id: choice.id for each, choice in found.answered}, **{AGAIN: last})


def _result(found: Fit, answers: dict[str, str], written: Item, request: ActingRequest) -> dict[str, Any]:
    code = found.item.id
    day = local_day(request.at)
    licences = queries.licence_names((each.licence_type for each in found.materials), day)
    steps, _total = queries.steps_of(found.item, day, found.facts)
    route = queries.route_of(found.item, steps, queries.surroundings(found.item, day), found.materials)
    parts_of = queries.parents(day).get(code, ())
    return {
        "item": found.item,
        "stops": telling.stop_rows(route),
        "totals": telling.totals_of(route),
        "fit": found,
        "limit": telling.limit_of(found.item),
        "answered": [
            {
                "label": situation.question,
                "value": choice.label,
                "href": _address(code, answers, **{AGAIN: situation.id}),
            }
            for situation, choice in found.answered
        ],
        "materials": telling.material_rows(written, found.materials, licences),
        "start": "" if found.reasons or parts_of else _start_with(found),
        "address": request.build_absolute_uri(),
    }
