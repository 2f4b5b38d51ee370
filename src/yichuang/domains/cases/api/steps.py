"""Steps: what waits for the caller's posts; take in hand, give back, complete."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any, Literal

from django.http import Http404, HttpResponse
from ninja import Router
from pydantic import Field

from yichuang.domains.cases import commands, queries
from yichuang.domains.cases.api.refusals import OutcomeUnknown
from yichuang.domains.cases.api.schemas import CompleteIn, StepRow, WorkListOut
from yichuang.foundation.people.pages import ActingRequest
from yichuang.foundation.people.visibility import visible
from yichuang.foundation.records.prepared import Prepared
from yichuang.foundation.work import commands as deeds
from yichuang.foundation.work import queries as work
from yichuang.foundation.work import worklist as worklists
from yichuang.foundation.work.models import Step
from yichuang.foundation.work.terms import StepKind
from yichuang.ui.api import Cursor, Id, Limit, Listed, May, listed, once

router = Router(tags=["steps"])
VIEW = "work.view"
STEP = Prepared(lambda pk: Step.objects.select_related("dossier", "unit", "claimed_by").filter(pk=pk))


@router.get("/steps", response=Listed[StepRow], auth=May(VIEW), summary="Steps that wait for one's posts")
def steps(
    request: ActingRequest,
    show: Literal["all", "overdue", "today", "tomorrow", "to_claim", "correcting", "special"] = "all",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> dict[str, Any]:
    """List what waits, the last opened first; `show` filters as the counts of the screen do."""
    rows = work.filtered(work.my_steps(request.actor), show, request.at)
    rows = rows.select_related("dossier", "unit", "claimed_by")
    return listed(rows, lambda row: _row(row, request), cursor=cursor, limit=limit)


@router.get("/worklist", response=WorkListOut, auth=May(VIEW), summary="The work list with its counts")
def work_list(
    request: ActingRequest,
    show: Literal["all", "overdue", "today", "tomorrow", "to_claim", "correcting", "to_countersign", "special"] = "all",
    page: Annotated[int, Field(ge=1, le=100_000)] = 1,
    limit: Limit = 100,
) -> HttpResponse:
    """List what waits, the most urgent first, as the screen does, with the exact count of every filter and lamp."""
    found = worklists.worklist(request.actor, request.at, show=show, number=page, size=limit)
    told = {
        "counts": found.counts | {"to_countersign": work.my_shares(request.actor).count()},
        "lamps": {lamp.value: count for lamp, count in found.lamps.items()},
        "count": found.count,
        "page": found.number,
        "pages": found.pages,
        "items": [_told(row) for row in queries.work_rows(found.rows, request.actor)],
    }
    return HttpResponse(json.dumps(told, ensure_ascii=False), content_type="application/json; charset=utf-8")


def _told(row: queries.WorkRow) -> dict[str, Any]:
    """Write one row; a test holds it to the schema, which would cost more than the query."""
    return {
        "id": row.step_id,
        "case": row.number,
        "title": row.item,
        "applicant": row.applicant,
        "step": row.step,
        "lamp": row.lamp,
        "days_left": row.days_left,
        "due_at": row.due_at and row.due_at.isoformat(),
        "paused": row.paused,
        "opened_at": row.since and row.since.isoformat(),
        "previous": row.previous,
        "corrections": row.corrections,
        "channel": row.channel,
        "outside": row.outside,
        "claimed_by": row.who,
        "mine": row.mine,
    }


@router.post("/steps/{step_id}/claim", response=StepRow, auth=May(VIEW), summary="Take a step into hand")
def claim(request: ActingRequest, step_id: Id) -> StepRow:
    """Take a step into one's hands until the close of office of the next working day."""
    return _done(request, step_id, {}, lambda _row: deeds.claim_step(step_id=step_id, by=request.actor, at=request.at))


@router.post("/steps/{step_id}/release", response=StepRow, auth=May(VIEW), summary="Give a step back")
def release(request: ActingRequest, step_id: Id) -> StepRow:
    """Give a step that one has in hand back to the post."""
    return _done(
        request, step_id, {}, lambda _row: deeds.release_step(step_id=step_id, by=request.actor, at=request.at)
    )


@router.post("/steps/{step_id}/complete", response=StepRow, auth=May(VIEW), summary="End a step with an opinion")
def complete(request: ActingRequest, step_id: Id, body: CompleteIn) -> StepRow:
    """End a step with one of its outcomes; the second of two is told who acted. Decisions have their own addresses."""

    def done(row: Step) -> None:
        if body.outcome not in (choices := queries.outcomes(row)):
            raise OutcomeUnknown(body.outcome, choices)
        commands.complete_step(
            step_id=step_id, outcome=body.outcome, opinion=body.opinion, by=request.actor, at=request.at
        )

    return _done(request, step_id, body.model_dump(), done)


def _done(request: ActingRequest, step_id: int, asked: dict[str, Any], deed: Callable[[Step], None]) -> StepRow:
    row = _step(request, step_id)

    def answer() -> StepRow:
        deed(row)
        return _row(STEP.get(row.pk), request)

    return once(request, StepRow, asked, answer)


def _step(request: ActingRequest, step_id: int) -> Step:
    """
    Give a step of a case that the caller may see.

    :raises Http404: there is none for him
    """
    rows = visible(request.actor, Step).select_related("dossier", "unit", "claimed_by")
    row = rows.filter(pk=step_id, kind=StepKind.WORK).first()
    if row is None:
        raise Http404
    return row


def _row(row: Step, request: ActingRequest) -> StepRow:
    return StepRow(
        id=row.pk,
        case=row.dossier.number,
        title=row.dossier.title,
        step=row.name,
        unit=row.unit.name if row.unit else "",
        state=row.state,
        opened_at=row.opened_at,
        due_at=row.due_at,
        lamp=work.lamp_of(row, request.at) or "",
        paused=row.dossier.paused_since is not None,
        claimed_by=str(row.claimed_by or ""),
        mine=row.claimed_by_id == request.actor.account_id,
        outcomes=list(queries.outcomes(row)),
    )
