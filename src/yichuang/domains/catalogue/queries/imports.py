"""Tables of items on their way in, for those who brought them and those who release them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from yichuang.domains.catalogue.models import ImportRun
from yichuang.domains.catalogue.terms import ImportState
from yichuang.foundation.files.scopes import register_file_scope
from yichuang.foundation.people.actors import Actor, Reach
from yichuang.foundation.people.visibility import register_scope, visible

TABLE_PURPOSE = "item_table"
"""The purpose of the files: who sees the table on its way reads it."""


def register() -> None:
    """Tell the one filter: a table is seen by those who see the drafts of the unit that brought it."""
    register_scope(ImportRun, permission="catalogue.drafts", units=_of_units)
    register_file_scope(TABLE_PURPOSE, _readable)


def _of_units(reach: Reach) -> Q:
    return Q(unit_id__in=reach.units)


def _readable(actor: Actor) -> Q:
    return Q(purpose=TABLE_PURPOSE, pk__in=visible(actor, ImportRun).values("file"))


def import_runs(actor: Actor) -> QuerySet[ImportRun]:
    """List the tables that the actor may see, the last first."""
    rows = visible(actor, ImportRun).select_related("unit", "brought_by", "released_by")
    return rows.defer("told").order_by("-brought_at", "-pk")


def import_run(actor: Actor, run_id: int) -> ImportRun | None:
    """Give one table, if the actor may see it."""
    return visible(actor, ImportRun).select_related("unit", "brought_by", "released_by").filter(pk=run_id).first()


def tables_to_release(actor: Actor) -> int:
    """Count the tables that wait for a second person."""
    return visible(actor, ImportRun).filter(state=ImportState.READY).count()
