"""The whole package: every table for some projects at a moment, and how many rows it must have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from yichuang.domains.construction.models import PlanLayer, Project
from yichuang.domains.construction.queries.package.district import add_flows, add_layer, region
from yichuang.domains.construction.queries.package.items import SPECIAL, add_item
from yichuang.domains.construction.queries.package.projects import add_project
from yichuang.domains.construction.queries.package.tables import Tables
from yichuang.domains.construction.queries.timetable import stages_of
from yichuang.domains.construction.terms import FlowClass, Stage
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.work.models import Dossier, Pause, Share
from yichuang.foundation.work.terms import ClockKind


def tables_of(projects: Sequence[Project], at: datetime) -> Tables:
    """Build every table for these projects as they stand at a moment."""
    tables = Tables(region())
    on = local_day(at)
    add_flows(tables, on)
    for layer in PlanLayer.objects.filter(valid_from__lte=on).order_by("pk"):
        add_layer(tables, layer)
    for project in projects:
        add_project(tables, project, on)
        for stage in stages_of(project.dossier):
            for child in Dossier.objects.filter(parent=stage).select_related("unit").order_by("pk"):
                add_item(tables, project, stage, child)
    return tables


def expected(projects: Sequence[Project], at: datetime) -> dict[str, int]:
    """Count, by statements of their own, the rows that tables with one row a thing must have."""
    keys = [project.pk for project in projects]
    items = Dossier.objects.filter(root_id__in=keys, parent__kind="stage")
    return {
        "SPGL_DFXMSPLCXXB": len(FlowClass),
        "SPGL_DFXMSPLCJDXXB": len(FlowClass) * len(Stage),
        "SPGL_XMJBXXB": len(keys),
        "SPGL_XMSPSXBLXXB": items.count(),
        "SPGL_XMSPSXBLTBCXXXB": Pause.objects.filter(
            clock__dossier__in=items,
            clock__kind=ClockKind.PROMISE,
            clock__step=None,
            kind__in=SPECIAL,
            cancelled_at=None,
        ).count(),
        "SPGL_XMQQYJXXB": Share.objects.filter(dossier_id__in=keys, step=None, state__in=["given", "silent"]).count(),
        "SPGL_XMYDHXJZXXB": sum(bool(project.red_line) for project in projects),
        "SPGL_DFGHKZXXXB": PlanLayer.objects.filter(valid_from__lte=local_day(at)).count(),
    }
