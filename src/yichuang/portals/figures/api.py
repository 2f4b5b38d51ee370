"""Figures for programs: the same as `yichuang figures … --json`, filtered for the one who asks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Query, Router, Schema
from pydantic import Field

from yichuang.foundation.figures import commands, comparing, groups, sight
from yichuang.foundation.figures.asking import times as asked_times
from yichuang.foundation.figures.models import Snapshot
from yichuang.foundation.figures.telling import definition, group, told, with_rows
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest
from yichuang.ui.api import Code, Cursor, Limit, Line, Listed, May, listed, once

router = Router(tags=["figures"])
VIEW = "figures.view"
MOST_IDS = 200

Moment = datetime | None
Region = Annotated[str, Field(max_length=12, pattern=r"^\d*$")]


class FigureOut(Schema):
    """One figure without its value."""

    id: str
    report: str = Field(description="its number in the report, such as F46; empty where it has none")
    name: str
    unit: str
    mode: str = Field(description="N counted, R ratio, S sum, L lower bound, A about, P label, C configured, X outside")
    needs: str = Field(description="the domain that is not built yet; empty where there is a formula")
    definition: dict[str, Any]


class FiguresOut(Schema):
    """Figures in force on a day."""

    items: list[FigureOut]


class ValueOut(Schema):
    """What a figure comes to. `value` is a number in `unit`, text, or null with `reason`."""

    id: str = Field(description="the name by which it was asked for")
    name: str
    value: int | float | str | None
    unit: str
    mode: str
    numerator: int | float | str | None
    denominator: int | float | str | None
    as_of: date
    known_at: datetime
    region: str
    period: dict[str, str] | None
    definition: dict[str, Any]
    wording: str = Field(description="how a report says a lower bound or an about; `value` stays the true count")
    reason: str
    missing: str
    outside: dict[str, Any] | None = None
    rows: list[dict[str, Any]] | None = None
    counted: dict[str, int] | None = None
    hidden: list[dict[str, Any]] | None = Field(None, description="rows that the caller may not open, by reason")


class ValuesOut(Schema):
    """What figures come to."""

    items: list[ValueOut]


class GroupsOut(Schema):
    """A figure told apart by a column."""

    by: str
    columns: dict[str, str] = Field(description="by which columns it can be told apart")
    items: list[dict[str, Any]]


class SnapshotOut(Schema):
    """A value as it was published."""

    id: int
    figure: str
    version: int
    value: str | None
    unit: str
    as_of: date
    known_at: datetime
    region: str
    rows: int
    digest: str
    occasion: str
    published_at: datetime


class PublishIn(Schema):
    """What to publish, as of which day, and why."""

    figures: list[Code] = Field(min_length=1, max_length=MOST_IDS)
    as_of: date
    region: Region = ""
    occasion: Line


class SnapshotsOut(Schema):
    """What was published by one call."""

    items: list[SnapshotOut]


@router.get("/figures", response=FiguresOut, auth=May(VIEW), summary="Figures in force on a day")
def list_figures(request: ActingRequest, as_of: date | None = None) -> FiguresOut:
    """List the figures that the caller may see, those of the report first."""
    found = sight.listed(request.actor, as_of or local_day(request.at))
    return FiguresOut(
        items=[
            FigureOut(
                id=each.id,
                report=each.report,
                name=each.name,
                unit=each.unit,
                mode=each.mode.value,
                needs=each.needs,
                definition=definition(each),
            )
            for each in found
        ]
    )


@router.get("/figures/values", response=ValuesOut, auth=May(VIEW), summary="What many figures come to, in one pass")
def values(
    request: ActingRequest,
    ids: Annotated[str, Query(description="names with commas; empty: all that the caller may see")] = "",
    as_of: date | None = None,
    known_at: Moment = None,
    region: Region = "",
) -> ValuesOut:
    """Answer many figures at once."""
    times = asked_times(as_of or local_day(request.at), known_at, region)
    wanted = [id.strip() for id in ids.split(",") if id.strip()]
    wanted = wanted or [each.id for each in sight.listed(request.actor, times.as_of)]
    found = sight.answers(wanted, request.actor, times)
    return ValuesOut(items=[ValueOut(**told(answer)) for answer in found.values()])


@router.get("/figures/snapshots", response=Listed[SnapshotOut], auth=May(VIEW), summary="What was published")
def snapshots(request: ActingRequest, figure: str = "", cursor: Cursor = "", limit: Limit = 50) -> dict[str, Any]:
    """List published values, newest first; of one figure, or of all that the caller may see."""
    on = local_day(request.at)
    seen = [sight.find(figure, request.actor, on)] if figure else sight.listed(request.actor, on)
    rows = comparing.snapshots().filter(figure__in=[each.id for each in seen])
    return listed(rows, _snapshot, cursor=cursor, limit=limit)


@router.post("/figures/snapshots", response=SnapshotsOut, auth=May(commands.PUBLISH), summary="Publish values")
def publish(request: ActingRequest, body: PublishIn) -> SnapshotsOut:
    """Publish figures as of a day: each value is kept with its rows, and never changes."""

    def done() -> SnapshotsOut:
        rows = commands.publish(
            ids=body.figures,
            times=asked_times(body.as_of, None, body.region),
            occasion=body.occasion,
            by=request.actor,
            at=request.at,
        )
        return SnapshotsOut(items=[_snapshot(row) for row in rows])

    return once(request, SnapshotsOut, body.model_dump(mode="json"), done)


@router.get("/figures/{id}", response=ValueOut, auth=May(VIEW), summary="What one figure comes to")
def one(
    request: ActingRequest,
    id: Code,
    as_of: date | None = None,
    known_at: Moment = None,
    region: Region = "",
    rows: Annotated[bool, Query(description="with the rows that the caller may open")] = False,
    start: Annotated[int, Query(ge=0)] = 0,
    limit: Limit = 50,
) -> ValueOut:
    """Answer one figure by its dotted name or its number in the report."""
    times = asked_times(as_of or local_day(request.at), known_at, region)
    answer = sight.answers([id], request.actor, times)[id]
    body = with_rows(answer, request.actor, start, start + limit) if rows else told(answer)
    return ValueOut(**body)


@router.get("/figures/{id}/groups", response=GroupsOut, auth=May(VIEW), summary="One figure, told apart by a column")
def apart(request: ActingRequest, id: Code, by: Code, as_of: date | None = None, region: Region = "") -> GroupsOut:
    """Tell a figure apart; the public sees no group of fewer than five rows."""
    times = asked_times(as_of or local_day(request.at), None, region)
    figure = sight.find(id, request.actor, times.as_of)
    found = groups.groups(figure, by, times, request.actor)
    columns = {name: str(column.name) for name, column in groups.columns_of(figure, times, request.actor).items()}
    return GroupsOut(by=by, columns=columns, items=[group(each) for each in found])


def _snapshot(row: Snapshot) -> SnapshotOut:
    return SnapshotOut(
        id=row.pk,
        figure=row.figure,
        version=row.version,
        value=row.value,
        unit=row.unit,
        as_of=row.as_of,
        known_at=row.known_at,
        region=row.region,
        rows=row.rows,
        digest=row.digest,
        occasion=row.occasion,
        published_at=row.published_at,
    )
