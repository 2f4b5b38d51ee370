"""One case on one screen, with the forms as they were filled in; and doing one deed on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from yichuang.domains.cases import queries
from yichuang.domains.cases.models import Case, CaseMaterial, PhoneCall
from yichuang.domains.cases.pages.forms import (
    ApprovalForm,
    CallForm,
    CheckForm,
    CorrectionForm,
    DecisionForm,
    DeliveryForm,
    HoldForm,
    OpinionForm,
    OutsideForm,
    ReturnForm,
    countersign_form,
    transfer_form,
)
from yichuang.domains.cases.terms import (
    DeliveryState,
    HoldKind,
    MaterialState,
)
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.ui import history
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import do

CONSENTED = {"kind": HoldKind.SUSPENSION, "ground": "申请人同意的补正"}
"""After acceptance something is corrected only with the applicant's consent; the clocks stand still meanwhile."""


@page(permission="cases.view")
def screen(request: ActingRequest, number: str) -> HttpResponse:
    """Show one case on one screen; every deed of this desk is one button."""
    return screen_with(request, number, {})


def screen_with(
    request: ActingRequest,
    number: str,
    bound: dict[str, UiForm],
    *,
    errors: list[dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the case with the forms as they were filled in, and what was wrong with them."""
    case = case_of(request, number)
    seen = queries.for_desk(case, request.actor, request.at)
    before, after = queries.next_numbers(request.actor, number)
    found = list(errors or [])
    for form in bound.values():
        found += form.error_links
    typed = request.POST if request.method == "POST" and (errors or bound) else None
    phrases = queries.phrases(request.actor)
    phrase = next((each.text for each in phrases if str(each.n) == request.GET.get("phrase")), "")
    shown = next((place for place, leaf in enumerate(seen.leaves) if str(leaf.file_id) == request.GET.get("file")), 0)
    asks_correction = request.GET.get("ask") == "correction"
    last = seen.previous
    context = {
        "seen": seen,
        "before": before,
        "after": after,
        "papers": queries.papers(case, request.actor),
        "may_unmask": request.actor.may("people.unmask"),
        "may_print": request.actor.may("documents.print"),
        "errors": found,
        "facts": _facts(seen),
        "leaf": seen.leaves[shown] if seen.leaves else None,
        "leaf_before": seen.leaves[shown - 1] if shown else None,
        "leaf_after": seen.leaves[shown + 1] if shown + 1 < len(seen.leaves) else None,
        "place": shown + 1,
        "last_outcome": queries.OUTCOMES[last.outcome].label if last and last.outcome in queries.OUTCOMES else "",
        "history": [
            {"title": history.label(each.kind), "at": each.at, "by": each.by, "text": each.text}
            for each in seen.history
        ],
        "rating": queries.rating(case.pk),
        "phrases": phrases,
        "countersigns": queries.countersigns(case.dossier, seen.step, request.actor, request.at),
        "ask_countersign": bound.get("ask_countersign") or countersign_form(seen, request, typed),
        "calls": PhoneCall.objects.filter(notice__case=case).order_by("-at"),
        "is_posted": case.deliveries.filter(state=DeliveryState.POSTED).exists(),
        "deferred": [each for each in seen.materials if each.state == MaterialState.DEFERRED],
        "opinion": bound.get("opinion") or OpinionForm(typed, initial={"opinion": phrase}),
        "approval": ApprovalForm(typed),
        "correction": bound.get("correction") or CorrectionForm(_sent(request, "ask_correction"), auto_id="correct_%s"),
        "asking": _asking(request, seen),
        "delivery": bound.get("delivery") or DeliveryForm(_sent(request, "deliver"), auto_id="deliver_%s"),
        "return": bound.get("return") or ReturnForm(_sent(request, "returned"), auto_id="returned_%s"),
        "check": bound.get("check") or CheckForm(_sent(request, "check_commitment"), auto_id="check_%s"),
        "authority": request.POST.get("authority", ""),
        "note": request.POST.get("note", ""),
        "denial": bound.get("denial") or DecisionForm(typed, auto_id="deny_%s"),
        "refusal": bound.get("refusal") or DecisionForm(typed, auto_id="refuse_%s"),
        "revocation": bound.get("revocation") or DecisionForm(typed, auto_id="revoke_%s"),
        "asks_correction": asks_correction,
        "hold_form": bound.get("hold_form")
        or HoldForm(typed, auto_id="hold_%s", initial=CONSENTED if asks_correction else {}, on=local_day(request.at)),
        "call": bound.get("call") or CallForm(typed, auto_id="call_%s"),
        "outside_form": bound.get("outside_form") or OutsideForm(typed, auto_id="outside_%s"),
        "transfer": bound.get("transfer") or transfer_form(request, typed),
    }
    return render(request, "cases/screen.html", context, status=422 if bound else status)


def _sent(request: ActingRequest, page: str) -> QueryDict | None:
    """Give what was typed into the form of a page that says no; None for every other form of the screen."""
    match = request.resolver_match
    return request.POST if request.method == "POST" and match is not None and match.url_name == page else None


def _asking(request: ActingRequest, seen: queries.CaseForDesk) -> list[tuple[CaseMaterial, bool, str]]:
    """Give the materials with what was ticked and written beside them, so that a no loses nothing of it."""
    typed = _sent(request, "ask_correction") or QueryDict()
    return [(each, f"ask_{each.code}" in typed, str(typed.get(f"reason_{each.code}", ""))) for each in seen.materials]


def act_on(request: ActingRequest, number: str, deed: Callable[[Case], Any], said: str) -> HttpResponse:
    """Do a deed on a case once; a no is shown on the case's own page with what was typed."""
    case = case_of(request, number)

    def again(errors: list[dict[str, str]]) -> HttpResponse:
        return screen_with(request, number, {}, errors=errors, status=422)

    href = reverse("cases:prechecks") if _is_lent(request, case) else reverse("cases:screen", args=[number])
    return do(request, lambda: deed(case), said, href, again)


def _is_lent(request: ActingRequest, case: Case) -> bool:
    """Tell whether the actor sees the case only until its pre-check is answered: then the list is what comes next."""
    is_waiting = case.dossier.state in queries.PRECHECKED and request.actor.may("cases.precheck")
    return is_waiting and not queries.cases(request.actor).filter(pk=case.pk).exists()


def case_of(request: ActingRequest, number: str) -> Case:
    """
    Find a case that the actor sees, or is to pre-check.

    :raises Http404: there is none, or it is not theirs to see
    """
    case = queries.case(number, request.actor) or queries.case_to_precheck(number, request.actor)
    if case is None:
        raise Http404
    return case


def _facts(seen: queries.CaseForDesk) -> list[dict[str, str]]:
    """Give what is read first: who applies, which unit, the limit that runs, and who acted before."""
    running = next((each for each in seen.clocks if each.stopped_at is None and each.due_at), None)
    last = seen.previous
    found = [(_("申请人"), seen.applicant.name), (_("承办单位"), seen.dossier.unit.short_name)]
    if running is not None and running.due_at is not None:
        found.append((str(running.label), f"{localtime(running.due_at):%Y-%m-%d %H:%M}"))
    if last is not None and last.done_at is not None:
        found.append((_("前手"), f"{last.name} {last.who} {localtime(last.done_at):%m-%d %H:%M}"))
    return [{"label": label, "value": value} for label, value in found]
