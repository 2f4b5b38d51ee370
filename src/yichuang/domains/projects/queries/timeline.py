"""What a Gantt picture shows: a bar a project, from its planned or real start to its planned end, with its nodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from yichuang.domains.projects.models import Node
from yichuang.domains.projects.queries.listing import Listed


@dataclass(frozen=True, slots=True)
class Mark:
    """One node on a bar."""

    name: str
    planned_on: date
    done_on: date | None


@dataclass(frozen=True, slots=True)
class Bar:
    """One project over time; either end may be unknown."""

    row: Listed
    begins: date | None
    ends: date | None
    is_started: bool
    marks: tuple[Mark, ...]


def bars(rows: Sequence[Listed]) -> list[Bar]:
    """Give a bar for each project, in the order of the list."""
    marks: dict[int, list[Mark]] = {}
    nodes = Node.objects.filter(project__in=[row.project.pk for row in rows], taken_back_at=None)
    for node in nodes.order_by("planned_on", "pk"):
        marks.setdefault(node.project_id, []).append(Mark(str(node), node.planned_on, node.done_on))
    return [
        Bar(
            row,
            row.project.started_on or row.project.planned_start_on,
            row.project.planned_completion_on,
            row.project.started_on is not None,
            tuple(marks.get(row.project.pk, ())),
        )
        for row in rows
    ]
