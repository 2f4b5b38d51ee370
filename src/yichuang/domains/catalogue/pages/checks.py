"""Guides by the day on which their unit last looked at them; the editor confirms that one is still right."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.pages.asking import paged, shown
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.ui.repeating import once_or_back


@page(permission="catalogue.drafts")
def listed(request: ActingRequest) -> HttpResponse:
    """List the guides that are to be looked at again, longest waiting first; or all of them."""
    day = local_day(request.at)
    everything = queries.guide_checks(request.actor, day)
    overdue = [each for each in everything if each.check.is_overdue]
    shows_all = request.GET.get("show") == "all"
    on_page, links = paged(request, everything if shows_all else overdue)
    context = {
        "counts": [
            {"label": _("待核对"), "count": len(overdue), "href": "?", "current": not shows_all},
            {"label": _("全部指南"), "count": len(everything), "href": "?show=all", "current": shows_all},
        ],
        "rows": on_page,
        "paging": links,
        "days": queries.recheck_days(day),
        "may_confirm": request.actor.may("catalogue.edit"),
        "back": request.get_full_path(),
    }
    return shown(request, "catalogue/guide_checks.html", context)


@page(permission="catalogue.edit")
@require_POST
def confirm(request: ActingRequest, code: str) -> HttpResponse:
    """Note that the guide is still right."""

    def done() -> str:
        row = commands.confirm_guide(code=code, by=request.actor, at=request.at)
        messages.success(request, _("已确认“%(name)s”的指南仍然正确。") % {"name": row.item.name})
        show = "?show=all" if request.POST.get("show") == "all" else ""
        return reverse("catalogue:guide_checks") + show

    return once_or_back(request, done, "catalogue:guide_checks")
