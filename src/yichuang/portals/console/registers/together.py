"""Deeds on many entries of a list at once, and the two-way comparison with what is kept elsewhere."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.people.visibility import visible
from yichuang.foundation.registers import commands, queries
from yichuang.foundation.registers.models import Entry
from yichuang.portals.console.registers.entries import address
from yichuang.portals.console.registers.finding import register_or_404
from yichuang.ui.repeating import once_or_back

MOST = 500
"""Entries of one page's deed."""


@page(permission="registers.view")
@require_POST
def move(request: ActingRequest, code: str) -> HttpResponse:
    """Check or publish the entries that are ticked, or all that the list shows; all or none."""
    register = register_or_404(request, code)
    here = f"{reverse('console:register', args=[code])}?{request.GET.urlencode()}"
    ids = _chosen(request, code)
    deeds = {"check": (commands.check_entries, _("核对")), "publish": (commands.publish_entries, _("发布"))}
    name = next((each for each in deeds if each in request.POST), "")
    if not name:
        raise Http404
    if not ids:
        messages.error(request, _("请先勾选条目。"))
        return redirect(here)
    work, label = deeds[name]

    def done() -> str:
        count = work(register=register.id, entry_ids=ids, by=request.actor, at=request.at)
        messages.success(request, _("已%(deed)s %(count)d 条。") % {"deed": label, "count": count})
        return here

    return once_or_back(request, done, here)


@page(permission="registers.view")
def compare(request: ActingRequest, code: str) -> HttpResponse:
    """Compare a register with what its file names: what is here and not there, what is there and not here."""
    register = register_or_404(request, code)
    if register.match is None:
        raise Http404
    found = queries.compared(register, request.actor, local_day(request.at))
    rows = [{"entry": each, "href": address(each)} for each in found.only_here]
    return render(request, "console/register_match.html", {"register": register, "found": found, "rows": rows})


def _chosen(request: ActingRequest, code: str) -> list[int]:
    numbers = [int(each) for each in request.POST.getlist("number") if each.isdigit()][:MOST]
    rows = visible(request.actor, Entry).filter(register=code, number__in=numbers)
    return list(rows.values_list("pk", flat=True))
