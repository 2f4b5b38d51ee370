"""What the office does: reminds, verifies cards, drafts, signs, verifies and closes orders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yichuang.domains.cases import queries as cases
from yichuang.domains.supervision import commands, queries
from yichuang.domains.supervision.models import Card, Order
from yichuang.domains.supervision.pages.forms import DeferForm, OrderForm, SaidForm
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.people.visibility import visible
from yichuang.kernel.errors import NotPossible
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import once, once_or_back


@page(permission="supervision.view")
def dossier(request: ActingRequest, number: str) -> HttpResponse:
    """Show what was done with a case, its limits, cards and orders; remind, or draft an order."""
    seen = _seen(request, number)
    form = OrderForm(request.POST or None, initial={"letter": "inquiry"})
    if seen.takes_orders:
        del form.fields["letter"]

    def done() -> str:
        words = dict(form.cleaned_data)
        is_reminder = words.pop("letter", "") == "reminder"
        order = commands.draft_order(
            about_id=seen.id, by=request.actor, at=request.at, is_reminder=is_reminder, **words
        )
        return reverse("supervision:order", args=[order.dossier.number])

    context = {
        "case": seen,
        "rating": cases.rating(seen.id),
        "form": form,
        "reminder": queries.reminder_words(seen.number),
        "may_remind": not seen.is_over and request.actor.may("supervision.remind", seen.unit_id),
        "may_draft": not seen.open_order and request.actor.may("supervision.draft", seen.unit_id),
    }
    return answered(request, form, done, "supervision/dossier.html", context)


@page(permission="supervision.remind")
@require_POST
def remind(request: ActingRequest, number: str) -> HttpResponse:
    """Remind the unit, once a day."""
    seen = _seen(request, number)
    back = reverse("supervision:dossier", args=[number])

    def done() -> str:
        commands.remind(dossier_id=seen.id, by=request.actor, at=request.at)
        messages.success(request, _("已催办 %(unit)s") % {"unit": seen.unit})
        return back

    return once_or_back(request, done, back)


@page(permission="supervision.view")
def card(request: ActingRequest, card_id: int) -> HttpResponse:
    """Show a suspected card with what the unit says; the office confirms or dismisses it."""
    found = get_object_or_404(visible(request.actor, Card).select_related("dossier", "unit", "step"), pk=card_id)
    form = SaidForm(request.POST or None)

    def done() -> str:
        _decide(request, found.pk, form.cleaned_data["said"])
        return reverse("supervision:card", args=[found.pk])

    appeals = list(found.appeals.order_by("pk"))
    may = request.actor.may("supervision.verify", found.unit_id)
    is_appealed = any(each.decided_at is None for each in appeals)
    context = {
        "card": found,
        "form": form,
        "appeals": appeals,
        "may_decide": may and found.decided_at is None and not is_appealed,
        "may_decide_appeal": may and is_appealed,
        "notices": queries.notices_behind(found),
        "case_href": reverse("supervision:dossier", args=[found.dossier.number]),
    }
    return answered(request, form, done, "supervision/card.html", context)


@page(permission="supervision.view")
def order(request: ActingRequest, number: str) -> HttpResponse:
    """Show an order as its paper says it, and what the office may do next."""
    rows = visible(request.actor, Order).select_related("dossier__unit", "about", "signed_by")
    found = get_object_or_404(rows, dossier__number=number)
    form = SaidForm(request.POST or None)
    form.fields["said"].required = request.POST.get("do") != "sign"

    def done() -> str:
        _do(request, found, form.cleaned_data["said"])
        return reverse("supervision:order", args=[number])

    more = {"case_href": reverse("supervision:dossier", args=[found.about.number])}
    context = order_told(request, found, form, queries.actions_of(found, request.actor)) | more
    return answered(request, form, done, "supervision/order.html", context)


@page(permission="supervision.remind")
def defer(request: ActingRequest, clock_id: int) -> HttpResponse:
    """Hold back the next automatic reminder of a limit, with a reason and until a day."""
    found = queries.one_upcoming(request.actor, clock_id, request.at)
    if found is None:
        raise Http404
    form = DeferForm(request.POST or None)

    def done() -> str:
        commands.defer_reminder(clock_id=clock_id, by=request.actor, at=request.at, **form.cleaned_data)
        messages.success(request, _("已暂缓自动催办 %(number)s") % {"number": found.number})
        return reverse("supervision:board")

    return answered(request, form, done, "supervision/defer.html", {"next": found, "form": form})


def _decide(request: ActingRequest, card_id: int, reason: str) -> None:
    who: dict[str, Any] = {"card_id": card_id, "reason": reason, "by": request.actor, "at": request.at}
    match request.POST.get("do"):
        case "confirm":
            commands.decide_card(is_confirmed=True, **who)
        case "dismiss":
            commands.decide_card(is_confirmed=False, **who)
        case "grant":
            commands.decide_appeal(is_granted=True, **who)
        case "reject":
            commands.decide_appeal(is_granted=False, **who)
        case _:
            raise Http404


def _do(request: ActingRequest, found: Order, said: str) -> None:
    who: dict[str, Any] = {"order_id": found.pk, "by": request.actor, "at": request.at}
    match request.POST.get("do"):
        case "sign":
            commands.sign_order(**who)
        case "discard":
            commands.discard_order(reason=said, **who)
        case "verify":
            commands.verify_order(finding=said, **who)
        case "send_back":
            commands.send_back_order(reason=said, **who)
        case "close":
            commands.close_order(evidence=said, **who)
        case _:
            raise Http404


def answered(
    request: ActingRequest, form: UiForm, done: Callable[[], str], template: str, context: dict[str, Any]
) -> HttpResponse:
    """Do what was posted once, or show the page, again with what is wrong."""
    if request.method == "POST" and form.is_valid():
        try:
            return once(request, done)
        except NotPossible as reason:
            form.add_error(None, reason.message)
    return render(request, template, context, status=422 if form.errors else 200)


def order_told(request: ActingRequest, found: Order, form: UiForm, actions: Sequence[queries.Action]) -> dict[str, Any]:
    """Tell the page of an order what the office and the unit see alike: its paper, its state, what comes next."""
    return {
        "order": found,
        "form": form,
        "actions": actions,
        "needs_words": any(each.needs_words for each in actions),
        "state": queries.state_of(found),
        "preview": queries.preview(found, request.actor, request.at),
    }


def _seen(request: ActingRequest, number: str) -> queries.Seen:
    seen = queries.dossier_seen(request.actor, number, request.at)
    if seen is None:
        raise Http404
    return seen
