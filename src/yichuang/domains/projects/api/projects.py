"""Projects with plan and investment, resolved matters, and the OC4IDS package."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404
from ninja import Router, Schema
from pydantic import Field

from yichuang.domains.projects import queries
from yichuang.domains.projects.models import MajorProject, Resolution
from yichuang.domains.projects.queries import Asked
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest
from yichuang.ui.api import Code, Cursor, Limit, Line, Listed, May, listed

router = Router(tags=["projects"])


class ProjectOut(Schema):
    """One major project of a year; amounts in fen."""

    number: str
    name: str
    unit: str
    developer: str
    sector: str
    stage: str = Field(description="reserve, preparing, land, started, building, finishing, done or suspended")
    kind: str = Field(description="what the year's plan wants: NEW, ONGOING, OTHER; empty without a plan")
    plan_fen: int
    done_fen: int = Field(description="locked investment of the year, up to today")
    share: Decimal | None = Field(description="done in percent of the plan; null without a plan")
    troubles: list[str]
    started_on: date | None
    start_basis: str
    construction_code: str
    synthetic: bool


class MatterOut(Schema):
    """One resolved matter."""

    number: str
    text: str
    meeting: str
    project: str
    unit: str
    state: str = Field(description="open, doing, reported, verified or dropped")
    due_on: date
    lamp: str


@router.get("/projects", response=Listed[ProjectOut], auth=May("projects.view"), summary="Major projects of a year")
def projects(
    request: ActingRequest,
    year: int = 0,
    q: Line = "",
    stage: Line = "",
    trouble: Line = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> dict[str, Any]:
    """List projects, newest first; without `year` those of this year."""
    rows = queries.asked_for(request.actor, _asked(request, year, q=q, stage=stage, trouble=trouble))
    return listed(rows, _project, cursor=cursor, limit=limit)


@router.get("/projects/oc4ids", auth=May("projects.export"), summary="Major projects as OC4IDS 0.9")
def oc4ids(request: ActingRequest, year: int = 0) -> dict[str, Any]:
    """Give the projects of a year as one OC4IDS package."""
    return queries.package(queries.asked_for(request.actor, _asked(request, year), "export"), request.at)


@router.get("/projects/{number}", response=ProjectOut, auth=May("projects.view"), summary="One major project")
def project(request: ActingRequest, number: Code, year: int = 0) -> ProjectOut:
    """Give one project with its plan and investment of a year."""
    row = queries.asked_for(request.actor, _asked(request, year)).filter(dossier__number=number).first()
    if row is None:
        raise Http404
    return _project(row)


@router.get("/resolutions", response=Listed[MatterOut], auth=May("projects.view"), summary="Resolved matters")
def resolutions(
    request: ActingRequest, show: Line = "", q: Line = "", cursor: Cursor = "", limit: Limit = 50
) -> dict[str, Any]:
    """List resolved matters, newest first; `show` is a state or `overdue`."""
    rows = queries.matters(request.actor, request.at, show=show, q=q)

    def tell(row: Resolution) -> MatterOut:
        (shown,) = queries.shown([row], request.at)
        return MatterOut(
            number=row.dossier.number,
            text=row.text,
            meeting=row.meeting.dossier.title,
            project=row.project.number if row.project else "",
            unit=row.dossier.unit.code,
            state=shown.state.value,
            due_on=row.due_on,
            lamp=shown.lamp.value if shown.lamp else "",
        )

    return listed(rows, tell, cursor=cursor, limit=limit)


def _asked(request: ActingRequest, year: int, *, q: str = "", stage: str = "", trouble: str = "") -> Asked:
    day = local_day(request.at)
    wanted = year if 2000 <= year <= 2100 else day.year
    return Asked(year=wanted, on=day, q=q, stage=stage, trouble=trouble)


def _project(row: MajorProject) -> ProjectOut:
    (told,) = queries.listed([row])
    return ProjectOut(
        number=row.number,
        name=row.dossier.title,
        unit=row.dossier.unit.code,
        developer=row.developer,
        sector=row.sector,
        stage=told.stage.value,
        kind=told.kind.value if told.kind else "",
        plan_fen=told.plan_fen,
        done_fen=told.done_fen,
        share=told.share,
        troubles=[each.value for each in told.troubles],
        started_on=row.started_on,
        start_basis=row.start_basis,
        construction_code=row.construction_code,
        synthetic=row.dossier.is_synthetic,
    )
