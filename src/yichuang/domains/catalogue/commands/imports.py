"""A table of items on its way in: brought, looked over by a job, released by a second person, taken in by a job."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from yichuang.domains.catalogue import queries
from yichuang.domains.catalogue.commands.importing import (
    FileChanged,
    OutsideReach,
    digest_of_table,
    mark_of,
    outside_reach,
    own_units,
    publish_plan,
)
from yichuang.domains.catalogue.events import ItemTableBrought, ItemTableChecked, ItemTableReleased
from yichuang.domains.catalogue.models import ImportRun
from yichuang.domains.catalogue.queries.importing import Progress, plan_import
from yichuang.domains.catalogue.terms import ImportPlan, ImportState
from yichuang.foundation.files import commands as files
from yichuang.foundation.files.models import StoredFile
from yichuang.foundation.files.stores import store
from yichuang.foundation.jobs import commands as jobs
from yichuang.foundation.people.actors import Actor, NotAllowed, actor_for, local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.terms import SYSTEM, day_stream
from yichuang.kernel.errors import NotPossible

CHECK_JOB, RUN_JOB = "catalogue.check_table", "catalogue.take_table_in"
IMPORT, PUBLISH = "catalogue.import", "catalogue.publish"
MOST_TOLD = 1_000
"""Findings and changes that are kept in words; the others are counted."""


class OwnTable(NotPossible):
    """A table of our own units' items is released by another person than who brought it."""

    code = "catalogue.own_table"

    def __init__(self) -> None:
        super().__init__(_("表里有本区单位的事项，须由上传人以外的人核对后发布。"))


class NotReady(NotPossible):
    """The table is in a state in which it cannot be released."""

    code = "catalogue.table_not_ready"

    def __init__(self, run: ImportRun) -> None:
        state = ImportState(run.state).label
        super().__init__(_("这份表格现在是“%(state)s”，不能发布。请刷新页面。") % {"state": state})


def bring_table(*, file: StoredFile, by: Actor, at: datetime) -> ImportRun:
    """
    Let a job look over a table that somebody uploaded; nothing is written of it.

    :raises NotAllowed: `by` does not import items
    """
    acting = by.by_for(IMPORT)
    unit = Unit.objects.filter(pk__in=by.unit_ids).order_by("pk").first()
    if unit is None or by.account_id is None:
        raise NotAllowed(IMPORT)
    with deed("bring_item_table", stream=day_stream("system", at), by=acting, at=at) as pen:
        run = ImportRun.objects.create(file=file, name=file.name, unit=unit, brought_by_id=by.account_id, brought_at=at)
        files.attach(pen, [file.pk], purpose=queries.TABLE_PURPOSE)
        pen.record(ItemTableBrought(run=run.pk, file=file.name, digest=file.sha256))
        jobs.enqueue(CHECK_JOB, str(run.pk), at)
    return run


def check_table(*, run_id: int, at: datetime) -> ImportRun:
    """Look a table over and keep what it would do, with every fault at its cell. Safe to run again."""
    run = ImportRun.objects.select_related("file", "brought_by").get(pk=run_id)
    if run.state != ImportState.CHECKING:
        return run
    actor = actor_for(run.brought_by, at)
    with override(actor.language or settings.LANGUAGE_CODE):
        _look_over(run, actor, at)
    return run


def release_table(*, run_id: int, by: Actor, at: datetime) -> ImportRun:
    """
    Let a job take in a table that was looked over.

    :raises NotAllowed: `by` does not publish items of one of its units
    :raises OwnTable: it has items of our own units, and `by` brought it
    :raises NotReady: it has faults, or was released before
    """
    acting = by.by_for(PUBLISH)
    with deed("release_item_table", stream=day_stream("system", at), by=acting, at=at) as pen:
        run = ImportRun.objects.select_for_update().get(pk=run_id)
        if run.state != ImportState.READY:
            raise NotReady(run)
        units = Unit.objects.filter(code__in=run.unit_codes)
        reach = by.units(PUBLISH)
        if reach is not None and any(unit.pk not in reach for unit in units):
            raise NotAllowed(PUBLISH)
        if run.unit_codes and run.brought_by_id == by.account_id:
            raise OwnTable
        run.state, run.released_by_id, run.released_at, run.done = ImportState.RUNNING, by.account_id, at, 0
        run.save(update_fields=["state", "released_by", "released_at", "done"])
        pen.record(ItemTableReleased(run=run.pk, units=run.unit_codes))
        jobs.enqueue(RUN_JOB, str(run.pk), at)
    return run


def take_table_in(*, run_id: int, at: datetime) -> ImportRun:
    """
    Publish what a released table says, all of it or nothing. Safe to run again.

    Where the catalogue changed since it was looked over, nothing is taken in and the table says so.
    """
    run = ImportRun.objects.select_related("file", "released_by").get(pk=run_id)
    if run.state != ImportState.RUNNING:
        return run
    try:
        plan, digest = _planned(run, at)
        if not plan.findings.is_clean or mark_of(plan, digest) != run.mark:
            raise FileChanged
    except NotPossible as reason:
        run.refusal = reason.message
        _conclude(run, ImportState.REFUSED, at)
        return run
    publish_plan(plan, name=run.name, digest=digest, by=actor_for(run.released_by, at).by, at=at)
    run.done = run.rows
    _conclude(run, ImportState.DONE, at)
    return run


def _look_over(run: ImportRun, actor: Actor, at: datetime) -> None:
    try:
        plan, digest = _planned(run, at)
    except NotPossible as reason:
        run.refusal = reason.message
        _conclude(run, ImportState.FAULTY, at)
        return
    if names := outside_reach(plan, actor):
        plan.findings.error(OutsideReach(names).message, code=OutsideReach.code)
    run.source, run.rows, run.done = plan.source_name, plan.rows, plan.rows
    run.created, run.updated, run.unchanged = len(plan.created), len(plan.updated), plan.unchanged
    run.errors, run.warnings = plan.findings.error_count, plan.findings.warning_count
    run.units = json.dumps([unit.code for unit in own_units(plan)])
    run.told = json.dumps(_told(plan), ensure_ascii=False)
    run.mark = mark_of(plan, digest)
    state = ImportState.READY if plan.changes else ImportState.SAME
    _conclude(run, state if plan.findings.is_clean else ImportState.FAULTY, at)


def _planned(run: ImportRun, at: datetime) -> tuple[ImportPlan, str]:
    with store().open(run.file.sha256) as content:
        digest = digest_of_table(content)
        plan = plan_import(content, name=run.name, on=local_day(at), progress=_progress(run))
    return plan, digest


def _progress(run: ImportRun) -> Progress:
    """Let the row tell how far the job is, phase by phase."""
    counts: dict[str, int] = {}

    def told(phase: str, count: int) -> None:
        counts[phase] = counts.get(phase, 0) + count
        ImportRun.objects.filter(pk=run.pk).update(
            phase=phase, done=counts[phase], rows=max(run.rows, *counts.values())
        )

    return told


def _conclude(run: ImportRun, state: ImportState, at: datetime) -> None:
    with deed("check_item_table", stream=day_stream("system", at), by=SYSTEM, at=at) as pen:
        run.state, run.phase = state, ""
        run.ended_at = at if state is not ImportState.READY else None
        run.save()
        pen.record(
            ItemTableChecked(
                run=run.pk,
                state=state.value,
                rows=run.rows,
                created=run.created,
                updated=run.updated,
                unchanged=run.unchanged,
                errors=run.errors,
                warnings=run.warnings,
            )
        )


def _told(plan: ImportPlan) -> dict[str, Any]:
    """Keep findings with their places, errors first, and what would change in words."""
    errors = [each.as_json() | {"is_error": True} for each in plan.findings.errors]
    warnings = [each.as_json() | {"is_error": False} for each in plan.findings.warnings]
    changes = [
        {"code": each.body["item"], "name": each.body.get("name", ""), "new": each.before is None, "lines": each.lines}
        for each in plan.changes
    ]
    return {"findings": [*errors, *warnings][:MOST_TOLD], "changes": changes[:MOST_TOLD]}
