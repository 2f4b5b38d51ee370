"""People: accounts, appointments, units, covers; closing an account and handing over what it holds (practice 13)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from yichuang.foundation.people import commands, queries
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.holdings import HOLDINGS, held_by
from yichuang.foundation.people.models import Account, Appointment, Substitution
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.records import realtime
from yichuang.ui import paging
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import once_or_back
from yichuang.ui.words import named

PAGE = 50


class HandOverForm(UiForm):
    """Who takes over, what, and why."""

    taker = forms.CharField(label=gettext_lazy("接收人用户名"))
    reason = forms.CharField(label=gettext_lazy("交接原因"), max_length=200)
    things = forms.MultipleChoiceField(label=gettext_lazy("交接内容"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, account_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["things"].choices = [  # type: ignore[attr-defined]
            (f"{kind}/{each.key}", named(HOLDINGS[kind].label, each.label))
            for kind, things in held_by(account_id).items()
            for each in things
        ]

    def clean_taker(self) -> int:
        """Find the open account of the one who takes over."""
        taker = Account.objects.filter(username=self.cleaned_data["taker"], is_active=True).first()
        if taker is None:
            raise forms.ValidationError(_("没有这个用户名，或账号已停用，请核对。"))
        return taker.pk

    @property
    def by_kind(self) -> dict[str, list[str]]:
        """Give the keys that were chosen, by the kind of thing."""
        chosen: dict[str, list[str]] = {}
        for each in self.cleaned_data["things"]:
            kind, _slash, key = each.partition("/")
            chosen.setdefault(kind, []).append(key)
        return chosen


def accounts(actor: Actor) -> QuerySet[Account]:
    """Give the accounts the actor may open; who manages accounts or grants roles opens those without a post too."""
    purposes = {"manage": "people.manage", "grant": "people.grant"}
    purpose = next((each for each, permission in purposes.items() if actor.may(permission)), "list")
    return queries.people(actor, purpose)


@page(permission="people.view")
def listed(request: ActingRequest) -> HttpResponse:
    """List the staff one may see, searched by name or user name, and what waits for one's signature."""
    words = request.GET.get("q", "").strip()
    is_staff = ~Q(staff_no="") | Q(pk__in=Appointment.objects.values("account"))
    found = accounts(request.actor)
    if words:
        alike = Q(username__icontains=words) | Q(name__icontains=words) | Q(staff_no=words)
        found = found.filter((is_staff & alike) | Q(username=words))
    else:
        found = found.filter(is_staff)
    rows = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "console/people.html",
        {
            "words": words,
            "accounts": rows,
            "paging": paging.links(rows, request),
            "to_sign": queries.hand_overs_to_sign(request.actor.account_id or 0),
            "may_manage": request.actor.may("people.manage"),
        },
    )


@page(permission="people.view")
def units(request: ActingRequest) -> HttpResponse:
    """Show the units of the day as a tree."""
    rows = sorted(queries.units_in_force(request.at), key=lambda unit: unit.path)
    ranks = {unit.pk: f"{unit.rank:06}{unit.code}" for unit in rows}
    rows.sort(key=lambda unit: [ranks.get(int(each), "") for each in unit.path.strip("/").split("/") if each])
    told = [{"unit": unit, "indent": "　" * (unit.path.strip("/").count("/"))} for unit in rows]
    return render(request, "console/units.html", {"units": told})


@page(permission="people.view")
def one(request: ActingRequest, account_id: int) -> HttpResponse:
    """Show one account: appointments, covers, what it holds."""
    account = get_object_or_404(accounts(request.actor), pk=account_id)
    return _shown(request, account, HandOverForm(account_id=account.pk))


@page(permission="people.manage")
@require_POST
def close(request: ActingRequest, account_id: int) -> HttpResponse:
    """Close an account that holds nothing any more."""
    account = get_object_or_404(accounts(request.actor), pk=account_id)

    def done() -> None:
        commands.close_account(account_id=account.pk, by=request.actor, at=request.at)
        messages.success(request, _("账号已停用。"))

    return tried(request, done, reverse("console:person", args=[account.pk]))


@page(permission="people.hand_over")
@require_POST
def hand_over(request: ActingRequest, account_id: int) -> HttpResponse:
    """Move what an account holds to another person; both sign afterwards."""
    account = get_object_or_404(accounts(request.actor), pk=account_id)
    form = HandOverForm(request.POST, account_id=account.pk)
    if not form.is_valid():
        return _shown(request, account, form)

    def done() -> None:
        for kind, keys in form.by_kind.items():
            commands.hand_over(
                giver_id=account.pk,
                taker_id=form.cleaned_data["taker"],
                holding=kind,
                keys=keys,
                reason=form.cleaned_data["reason"],
                by=request.actor,
                at=request.at,
            )
        messages.success(request, _("已交接，等待双方签字。"))

    return tried(request, done, reverse("console:person", args=[account.pk]))


@page(permission="people.view")
@require_POST
def sign(request: ActingRequest, hand_over_id: int) -> HttpResponse:
    """Sign a hand-over, as the one who gives or the one who takes."""

    def done() -> None:
        commands.sign_hand_over(hand_over_id=hand_over_id, by=request.actor, at=request.at)
        messages.success(request, _("已签字。"))

    return tried(request, done, reverse("console:people"))


def tried(request: ActingRequest, done: Callable[[], None], address: str) -> HttpResponse:
    """Do a deed once and go to an address; a no is told there."""

    def answer() -> str:
        done()
        return address

    return once_or_back(request, answer, address)


def _shown(request: ActingRequest, account: Account, form: HandOverForm) -> HttpResponse:
    covers = Substitution.objects.filter(Q(absent=account) | Q(substitute=account)).select_related(
        "absent", "substitute"
    )
    today = local_day(request.at)
    appointments = [
        (row, queries.role_name(row.role), row.valid_to is None or row.valid_to > today)
        for row in queries.appointments_of(account.pk)
    ]
    held = [(HOLDINGS[kind].label, things) for kind, things in held_by(account.pk).items()]
    return render(
        request,
        "console/person.html",
        {
            "account": account,
            "appointments": appointments,
            "covers": [(row, _may_end(request, row)) for row in covers.order_by("-from_at")],
            "held": held,
            "form": form,
            "may_manage": request.actor.may("people.manage"),
            "may_grant": request.actor.may("people.grant"),
            "may_unlock": request.actor.may("people.unlock"),
            "may_hand_over": request.actor.may("people.hand_over"),
            "is_locked": account.locked_until is not None and account.locked_until > realtime.now(),
        },
    )


def _may_end(request: ActingRequest, cover: Substitution) -> bool:
    """Say whether a cover still runs and the reader may end it: as the absent person, or as one who arranges covers."""
    mine = cover.absent_id == request.actor.account_id
    return cover.to_at > request.at and (mine or request.actor.may("people.substitute"))
