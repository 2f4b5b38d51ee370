"""
The doors of a demo: log in as any role by one click, and move the business clock forwards.

They are there only in a demo folder, served with DEMO=1, on loopback and under the names localhost or 127.0.0.1
(`semantics.md` §9); anywhere else the addresses do not exist.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from yichuang.foundation.jobs.shifting import shift_clock
from yichuang.foundation.people import queries as people
from yichuang.foundation.people.actors import SYSTEM, Actor, actor_for, may_log_in
from yichuang.foundation.people.models import Account
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.records import queries as records
from yichuang.foundation.records.terms import CHINA
from yichuang.kernel.errors import NotPossible
from yichuang.portals.public.landing import landing
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import once
from yichuang.ui.words import listed

HERE = frozenset({"localhost", "127.0.0.1"})
BACKEND = "django.contrib.auth.backends.ModelBackend"
FARTHEST = timedelta(days=366)
"""How far one shift may go: everything due on the way is done before the next page."""
OPENING = time(9, 0)


@dataclass(frozen=True, slots=True)
class Door:
    """One account to enter as: who it is and what it may do."""

    username: str
    name: str
    roles: str
    unit: str


class ClockForm(UiForm):
    """The moment to which the business clock is moved, in China's time."""

    to = forms.DateTimeField(
        label=gettext_lazy("拨到"),
        help_text=gettext_lazy("例如 2019-10-08 09:30；只能向前"),
        input_formats=["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"],
        error_messages={"invalid": gettext_lazy("请填写日期和时间，例如 2019-10-08 09:30。")},
    )

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at

    def clean_to(self) -> datetime:
        """Hold one shift to a year."""
        to: datetime = self.cleaned_data["to"]
        if to - self.at > FARTHEST:
            raise forms.ValidationError(_("一次最多拨一年，请选择更近的时间，再接着拨。"))
        return to


def is_open(request: HttpRequest) -> bool:
    """Say whether the doors are there for this request; a proxy in front shuts them."""
    if not settings.DEMO or "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META:
        return False
    if not _is_loopback(request.META.get("REMOTE_ADDR", "")):
        return False
    folder = records.folder()
    return urlsplit(f"//{request.get_host()}").hostname in HERE and folder is not None and folder.is_demo


@page(permission="demo.use", public=True)
def doors(request: ActingRequest) -> HttpResponse:
    """List the roles to enter as, and the business clock."""
    _insist(request)
    return _show(request, ClockForm(at=request.at))


@page(permission="demo.use", public=True)
@require_POST
def enter(request: ActingRequest) -> HttpResponse:
    """Log in as a demo account and lead to where its work begins."""
    _insist(request)
    account = get_object_or_404(_accounts(), username=request.POST.get("username", ""))
    if not may_log_in(account, request.at):
        messages.warning(request, _("%(name)s在演示时间已经离岗，不能登录。请换一个角色。") % {"name": account.name})
        return redirect("public:demo")
    login(request, account, backend=BACKEND)
    return redirect(landing(actor_for(account, request.at)))


@page(permission="demo.use", public=True)
@require_POST
def shift(request: ActingRequest) -> HttpResponse:
    """Move the business clock forwards; what comes due on the way is done first, in its order."""
    _insist(request)
    form = ClockForm(request.POST, at=request.at)
    if not request.actor.is_known:
        form.add_error(None, _("请先以任一角色进入，再拨动时间：每次拨动都记下是谁拨的。"))
    if form.is_valid():
        try:
            return once(request, lambda: _shift(request, form.cleaned_data["to"]))
        except NotPossible as reason:
            form.add_error("to", reason.message)
    return _show(request, form, status=422)


def _shift(request: ActingRequest, to: datetime) -> str:
    ran = shift_clock(to=to, by=request.actor.by, at=request.at)
    messages.success(request, _("演示时间已拨动，途中到期的 %(n)s 项任务已经办完。") % {"n": ran.done})
    return reverse("public:demo")


def _insist(request: ActingRequest) -> None:
    if not is_open(request):
        raise Http404


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _accounts() -> Any:
    return people.people(SYSTEM).filter(is_demo=True, is_active=True)


def _show(request: ActingRequest, form: ClockForm, status: int = 200) -> HttpResponse:
    local = request.at.astimezone(CHINA)
    morning = datetime.combine(local.date() + timedelta(days=1), OPENING, CHINA)
    soon = [
        (_("一小时后"), local + timedelta(hours=1)),
        (_("明天 9:00"), morning),
        (_("一周后 9:00"), morning + timedelta(days=6)),
    ]
    context = {
        "inside": list(_doors(request.at, staff=True)),
        "outside": list(_doors(request.at, staff=False)),
        "form": form,
        "now": local,
        "soon": [(label, f"{to:%Y-%m-%d %H:%M}") for label, to in soon],
    }
    return render(request, "public/demo.html", context, status=status)


def _doors(at: datetime, *, staff: bool) -> Iterable[Door]:
    for account in _accounts().order_by("pk"):
        actor = actor_for(account, at)
        if actor.is_staff == staff and may_log_in(account, at):
            yield Door(account.username, account.name, _roles(actor), _units(account, at))


def _roles(actor: Actor) -> str:
    return listed(dict.fromkeys(people.role_name(grant.role) for grant in actor.grants))


def _units(account: Account, at: datetime) -> str:
    day = at.astimezone(CHINA).date()
    rows = people.appointments_of(account.pk)
    valid = (row for row in rows if row.valid_from <= day and (row.valid_to is None or day < row.valid_to))
    return listed(dict.fromkeys(row.unit.short_name for row in valid))
