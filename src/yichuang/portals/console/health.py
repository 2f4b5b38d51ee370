"""How the house is: what the doctor looks at inside the database, what waits, and what was parked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.jobs import queries as jobs
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.records import commands, realtime, triggers
from yichuang.foundation.records import queries as records
from yichuang.foundation.records.models import Delivery
from yichuang.foundation.service_levels import queries as service_levels
from yichuang.portals.console.calendar import warning
from yichuang.ui.repeating import once
from yichuang.ui.words import listed

APART = timedelta(seconds=2)
"""How far our clock and the database's may differ."""
SHOWN = 100
DAYS = 7
"""Days of service levels that are shown."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at, and what was seen."""

    name: str
    ok: bool
    said: str


@page(permission="health.view")
def health(request: ActingRequest) -> HttpResponse:
    """Show the checks, parked reactions and parked jobs."""
    return render(
        request,
        "console/health.html",
        {
            "checks": checks(request.at),
            "reactions": records.parked()[:SHOWN],
            "jobs": jobs.parked()[:SHOWN],
            "may_run": request.actor.may("jobs.run"),
            "levels": service_levels.levels(realtime.now(), DAYS),
        },
    )


@page(permission="jobs.run")
@require_POST
def retry(request: ActingRequest, delivery_id: int) -> HttpResponse:
    """Send a parked reaction on its way again."""

    def done() -> str:
        try:
            commands.retry_parked(delivery_id=delivery_id, by=request.actor.by, at=request.at)
        except Delivery.DoesNotExist as gone:
            raise Http404 from gone
        messages.success(request, _("已放回队列，将重新投递。"))
        return reverse("console:health")

    return once(request, done)


def checks(at: datetime) -> list[Check]:
    """Look at database, append-only triggers, clocks, calendar, jobs and reactions."""
    missing = sorted(name for name, there in triggers.installed().items() if not there)
    unguarded = _("缺少：%(names)s") % {"names": listed(missing)}
    apart = abs(realtime.database_now() - realtime.now())
    work = jobs.health(at)
    waiting, parked = records.waiting_deliveries(), records.parked().count()
    calendar = warning(definitions.calendar(), at)
    seconds = f"{apart.total_seconds():.1f}"
    counts = {"waiting": work.waiting, "late": work.late, "parked": work.parked}
    told = {"waiting": waiting, "parked": parked}
    return [
        Check(_("数据库"), True, connection.vendor),
        Check(_("记录只增不改"), not missing, unguarded if missing else _("已生效")),
        Check(_("时钟"), apart < APART, _("与数据库相差%(seconds)s秒") % {"seconds": seconds}),
        Check(_("工作日历"), not calendar, calendar or _("六十天内的日期均有放假安排")),
        Check(
            pgettext("of the machine", "任务"),
            not (work.late or work.parked),
            _("等待%(waiting)s个，迟到%(late)s个，搁置%(parked)s个") % counts,
        ),
        Check(_("记录投递"), not parked, _("等待%(waiting)s条，搁置%(parked)s条") % told),
    ]
