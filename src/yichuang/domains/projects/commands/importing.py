"""Projects taken in from a table: all of it or nothing; a dry run says what would happen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from yichuang.domains.projects import queries
from yichuang.domains.projects.commands.projects import enrol_project, set_plan
from yichuang.domains.projects.events import ProjectsImported
from yichuang.domains.projects.queries.importing import ProjectRow
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.terms import day_stream

IMPORT = "projects.import"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do."""

    rows: int
    enrolled: int


def import_projects(*, rows: Sequence[ProjectRow], digest: str, by: Actor, at: datetime) -> Imported:
    """
    Enrol the projects of rows without a number, and set the yearly plans of all; one transaction.

    :raises NotAllowed: `by` may not import, or not for the unit of a row
    :raises NotStarted: a stage needs a start that nothing shows
    """
    by.require(IMPORT)
    enrolled = 0
    with transaction.atomic(), deed("import_projects", stream=day_stream("system", at), by=by.by, at=at) as pen:
        for row in rows:
            project_id = row.project_id
            if project_id is None:
                made = enrol_project(
                    said=row.said,
                    unit_id=row.unit_id,
                    stage=row.stage,
                    start=row.start,
                    by=by,
                    at=at,
                    is_synthetic=by.is_demo,
                )
                project_id, enrolled = made.pk, enrolled + 1
            set_plan(
                project_id=project_id,
                year=row.year,
                kind=row.kind,
                plan_fen=row.plan_fen,
                reason=_reason(project_id, row),
                by=by,
                at=at,
            )
        pen.record(ProjectsImported(digest, len(rows), enrolled))
    return Imported(len(rows), enrolled)


def _reason(project_id: int, row: ProjectRow) -> str:
    """Say why a plan is adjusted, where there is one."""
    return row.reason if queries.plan_of(project_id, row.year) else ""
