"""Due work: what waits, what was parked, and how the last nights went."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yichuang.foundation.jobs import commands, queries
from yichuang.foundation.jobs.terms import JobState
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.ui import paging
from yichuang.ui.repeating import once_or_back

PAGE = 50


@page(permission="jobs.view")
def due(request: ActingRequest) -> HttpResponse:
    """Show counts, the nights, parked jobs, and the list of one state."""
    wanted = request.GET.get("state", "")
    state = wanted if wanted in JobState.values else JobState.WAITING.value
    health = queries.health(request.at)
    rows = Paginator(queries.jobs(state), PAGE).get_page(request.GET.get("page"))
    address = reverse("console:jobs")
    counts = [
        (JobState.WAITING, health.waiting, ""),
        (JobState.RUNNING, health.running, ""),
        (JobState.PARKED, health.parked, "late" if health.parked else ""),
    ]
    return render(
        request,
        "console/jobs.html",
        {
            "counts": [
                {
                    "label": one.label,
                    "count": count,
                    "href": f"{address}?state={one.value}",
                    "current": one == state,
                    "tone": tone,
                }
                for one, count, tone in counts
            ],
            "late": health.late,
            "nights": queries.nights(),
            "state_label": JobState(state).label,
            "jobs": rows,
            "paging": paging.links(rows, request),
            "may_run": request.actor.may("jobs.run"),
        },
    )


@page(permission="jobs.run")
@require_POST
def retry(request: ActingRequest, job_id: int) -> HttpResponse:
    """Let a parked job run again."""

    def done() -> str:
        commands.retry(job_id=job_id)
        messages.success(request, _("已放回队列，将重新执行。"))
        return reverse("console:jobs")

    return once_or_back(request, done, "console:jobs")
