"""What a unit answers: its suspected cards and the orders and letters that it got."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from yichuang.domains.supervision import commands, queries
from yichuang.domains.supervision.models import Card, Order
from yichuang.domains.supervision.pages.deciding import answered, order_told
from yichuang.domains.supervision.pages.forms import SaidForm
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.people.visibility import visible

PERMISSION = "supervision.answer"


@page(permission=PERMISSION)
def answers(request: ActingRequest) -> HttpResponse:
    """List the cards and orders that wait for the unit's word."""
    context = {
        "cards": queries.to_explain(request.actor),
        "appealable": queries.to_appeal(request.actor, request.at),
        "orders": visible(request.actor, Order, "answer")
        .filter(dossier__state__in=("issued", "received"))
        .select_related("dossier"),
    }
    return render(request, "supervision/answers.html", context)


@page(permission=PERMISSION)
def explain(request: ActingRequest, card_id: int) -> HttpResponse:
    """Show a card to its unit, which explains itself or, once it is confirmed, appeals."""
    rows = visible(request.actor, Card, "answer").select_related("dossier", "unit", "step")
    found = get_object_or_404(rows, pk=card_id)
    form = SaidForm(request.POST or None)

    def done() -> str:
        said = form.cleaned_data["said"]
        if request.POST.get("do") == "appeal":
            commands.appeal_card(card_id=found.pk, text=said, by=request.actor, at=request.at)
        else:
            commands.explain_card(card_id=found.pk, explanation=said, by=request.actor, at=request.at)
        return reverse("supervision:answers")

    context = {
        "card": found,
        "form": form,
        "appeals": list(found.appeals.order_by("pk")),
        "may_explain": found.decided_at is None,
        "may_appeal": queries.may_appeal(found, request.at),
        "notices": queries.notices_behind(found),
        "is_unit": True,
        "case_href": reverse("cases:screen", args=[found.dossier.number]),
    }
    return answered(request, form, done, "supervision/card.html", context)


@page(permission=PERMISSION)
def reply(request: ActingRequest, number: str) -> HttpResponse:
    """Show an order to its unit, which signs for it and reports back."""
    rows = visible(request.actor, Order, "answer").exclude(dossier__state="draft").exclude(signed_at=None)
    found = get_object_or_404(rows.select_related("dossier__unit", "about", "signed_by"), dossier__number=number)
    form = SaidForm(request.POST or None)
    form.fields["said"].required = request.POST.get("do") != "receive"

    def done() -> str:
        if request.POST.get("do") == "receive":
            commands.receive_order(order_id=found.pk, by=request.actor, at=request.at)
            return reverse("supervision:reply", args=[number])
        commands.answer_order(order_id=found.pk, answer=form.cleaned_data["said"], by=request.actor, at=request.at)
        return reverse("supervision:answers")

    more = {"is_unit": True, "case_href": reverse("cases:screen", args=[found.about.number])}
    context = order_told(request, found, form, queries.replies_of(found)) | more
    return answered(request, form, done, "supervision/order.html", context)
