"""大厅排队: the guide gives out tickets and sees every queue; the public screen shows who is called where."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yichuang.domains.counter import commands, queries
from yichuang.domains.counter.models import Queue, Site
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.people.terms import IdKind
from yichuang.kernel.errors import NotPossible
from yichuang.ui.forms import CodeField, UiForm
from yichuang.ui.repeating import once


class TicketForm(UiForm):
    """A number is not needed; with one, age and disability give priority without asking."""

    id_kind = forms.ChoiceField(label=_("证件类型"), choices=IdKind.choices, initial=IdKind.RESIDENT)
    id_number = CodeField(
        label=_("证件号码"),
        required=False,
        help_text=_("65岁以上和残疾人自动优先"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    asks_priority = forms.BooleanField(label=_("孕妇、军人等优先"), required=False)


@page(permission="counter.view")
def tickets(request: ActingRequest) -> HttpResponse:
    """Show the queues of a hall, live; who may gives out tickets."""
    sites = list(queries.sites(request.actor))
    site = next((each for each in sites if each.code == request.GET.get("site")), sites[0] if sites else None)
    if site is None:
        return render(request, "counter/no_site.html")
    context = _waiting(request, site)
    if request.htmx and request.method != "POST":
        if context["version"] == request.GET.get("v"):
            return HttpResponse(status=204)
        return render(request, "counter/waiting.html", context)
    form = TicketForm(request.POST or None)
    may_issue = request.actor.may("counter.ticket", site.unit_id)
    if request.method == "POST" and may_issue and form.is_valid():
        try:
            return once(request, lambda: _issued(request, site, form))
        except NotPossible as reason:
            form.add_error(None, reason.message)
    hours = queries.served_on(site, request.at)
    context |= {"form": form, "sites": sites, "may_issue": may_issue, "hours": hours}
    return render(request, "counter/tickets.html", context, status=422 if form.errors else 200)


@page(permission="counter.ticket")
def slip(request: ActingRequest, ticket_id: int) -> HttpResponse:
    """Show a ticket's slip, to print on 80 mm or to read out."""
    ticket = queries.ticket_seen(request.actor, ticket_id)
    if ticket is None:
        raise Http404
    seen = next(each for each in queries.queues_seen(ticket.site, request.at) if each.queue.pk == ticket.queue_id)
    context = {"ticket": ticket, "before": max(0, seen.waiting - 1), "windows": seen.windows}
    return render(request, "counter/slip.html", context)


@page(public=True)
def call_screen(request: ActingRequest, site_code: str) -> HttpResponse:
    """Show who is called to which window, for everybody in the hall: numbers, never names."""
    site = queries.site_of(site_code)
    if site is None:
        raise Http404
    called, windows = queries.called(site, request.at), queries.windows_seen(site)
    numbers = [(each.number, each.recalls, each.window_id) for each in called]
    manned = [(each.window.pk, each.clerk != "", each.paused_since) for each in windows]
    context = {"site": site, "called": called, "windows": windows, "version": _digest(numbers, manned)}
    if request.htmx:
        if context["version"] == request.GET.get("v"):
            return HttpResponse(status=204)
        return render(request, "counter/called.html", context)
    return render(request, "counter/call_screen.html", context)


def _issued(request: ActingRequest, site: Site, form: TicketForm) -> str:
    asked = request.POST.get("queue", "")
    queue = Queue.objects.filter(site=site, pk=asked).first() if asked.isdecimal() else None
    if queue is None:
        raise NotPossible(str(_("请选择队列。")))
    ticket = commands.issue_ticket(queue_id=queue.pk, by=request.actor, at=request.at, **form.cleaned_data)
    return reverse("counter:slip", args=[ticket.pk])


def _waiting(request: ActingRequest, site: Site) -> dict[str, Any]:
    seen = queries.queues_seen(site, request.at)
    windows = queries.windows_seen(site)
    lengths = [(each.queue.pk, each.waiting, each.priority, each.longest_minutes) for each in seen]
    manned = [(each.window.pk, each.clerk, str(each.ticket), each.paused_since) for each in windows]
    return {"site": site, "queues": seen, "windows": windows, "version": _digest(lengths, manned)}


def _digest(*told: list[Any]) -> str:
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]
