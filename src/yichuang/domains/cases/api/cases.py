"""Cases: the list that the caller may see, one, its way."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Router
from pydantic import Field

from yichuang.domains.cases import queries
from yichuang.domains.cases.api.looking import is_own, seen_case
from yichuang.domains.cases.api.schemas import (
    CaseOut,
    CaseRow,
    ClockOut,
    MomentOut,
    NoticeOut,
    RowOut,
    TimelineOut,
)
from yichuang.domains.cases.models import Case
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.pages import ActingRequest
from yichuang.foundation.people.visibility import fields
from yichuang.foundation.work import queries as work
from yichuang.foundation.work.names import said
from yichuang.foundation.work.terms import Lamp
from yichuang.ui.api import Code, Cursor, Limit, Line, Listed, May, listed

router = Router(tags=["cases"])
VIEW = "cases.view"


@router.get("/cases", response=Listed[CaseRow], auth=May(VIEW), summary="Cases that one may see")
def cases(
    request: ActingRequest,
    item: Line = "",
    state: Line = "",
    lamp: Annotated[Lamp | None, Field(description="green, yellow, red or stopped")] = None,
    own: Annotated[bool, Field(description="one's own alone, and those of who mandated one")] = False,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> dict[str, Any]:
    """List cases, newest first."""
    rows = queries.own_cases(request.actor) if own else queries.cases(request.actor)
    if item:
        rows = rows.filter(item_id=item)
    if state:
        rows = rows.filter(dossier__state=state)
    if lamp:
        found = work.with_lamp(work.dossiers(request.actor), lamp, request.at)
        rows = rows.filter(pk__in=found.order_by().values("pk"))
    return listed(rows, lambda row: CaseRow(**_row(request, row)), cursor=cursor, limit=limit)


@router.get("/cases/{number}", response=CaseOut, auth=May(VIEW), summary="One case")
def case(request: ActingRequest, number: Code) -> CaseOut:
    """Give one case: state, dates, limits with their pauses, corrections."""
    return told(request, seen_case(request, number))


@router.get("/cases/{number}/timeline", response=TimelineOut, auth=May(VIEW), summary="The way of a case")
def timeline(request: ActingRequest, number: Code) -> TimelineOut:
    """Tell what was done, goes on and comes next, with who holds it."""
    seen = queries.for_applicant(seen_case(request, number), request.at)
    return TimelineOut(items=[MomentOut(**each) for each in seen.steps])


def told(request: ActingRequest, row: Case) -> CaseOut:
    """Tell a case to a caller who may see it."""
    dossier = row.dossier
    own = is_own(request, row)
    clocks = work.clocks_of(dossier, request.at)
    agent = fields(request.actor, Case, own=own).show("name", row.agent.name) if row.agent else ""
    return CaseOut(
        **_row(request, row),
        item_version=row.item_version,
        accepted_at=dossier.accepted_at,
        concluded_at=dossier.concluded_at,
        agent=agent,
        deemed=row.deemed,
        tolerant=row.is_tolerant,
        on_commitment=row.on_commitment,
        project=row.project_code,
        paused_because=next((each.paused_because for each in clocks if each.paused_since), ""),
        clocks=[_clock(each) for each in clocks],
        notices=[
            NoticeOut(n=each.n, told_at=each.told_at, channel=each.channel, rows=[_wanted(line) for line in each.rows])
            for each in queries.notices(row.pk)
        ],
        answers=row.read("answers") if own else None,
    )


def _row(request: ActingRequest, row: Case) -> dict[str, Any]:
    dossier = row.dossier
    lifecycle = definitions.get("lifecycle", dossier.lifecycle, dossier.lifecycle_version)
    name = row.applicant.name
    if row.applicant.is_person:
        name = fields(request.actor, Case, own=is_own(request, row)).show("name", name)
    return {
        "number": dossier.number,
        "item": row.item_id,
        "title": dossier.title,
        "applicant": name,
        "unit": dossier.unit.name,
        "state": dossier.state,
        "state_label": said(lifecycle.states[dossier.state].label),
        "channel": row.channel,
        "received_at": row.received_at,
        "due_at": dossier.due_at,
        "lamp": work.lamp_of(dossier, request.at) or "",
        "paused_since": dossier.paused_since,
        "ended_at": dossier.ended_at,
    }


def _clock(seen: work.ClockSeen) -> ClockOut:
    return ClockOut(
        kind=seen.kind,
        label=str(seen.label),
        limit=seen.limit,
        unit=seen.unit,
        started_at=seen.started_at,
        due_at=seen.due_at,
        stopped_at=seen.stopped_at,
        days_left=seen.days_left,
        paused_since=seen.paused_since,
        due_if_resumed=seen.due_if_resumed,
        overdue=seen.is_overdue,
    )


def _wanted(line: tuple[str, str, str, str, str, bool]) -> RowOut:
    material, field, name, reason, how, solved = line
    return RowOut(material=material, field=field, name=name, reason=reason, how=how, solved=solved)
