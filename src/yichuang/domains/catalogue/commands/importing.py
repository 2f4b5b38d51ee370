"""Taking a table of items in: all of it or nothing."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import IO

from django.utils.translation import gettext as _

from yichuang.domains.catalogue.commands.refreshing import refresh
from yichuang.domains.catalogue.events import ItemsImported
from yichuang.domains.catalogue.queries.importing import Progress, plan_import, silent
from yichuang.domains.catalogue.terms.importing import ImportPlan
from yichuang.foundation.definitions import commands as definitions
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.commands import bring_units
from yichuang.foundation.people.models import Unit
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.terms import By, day_stream
from yichuang.kernel.errors import NotPossible


class ImportFaulty(NotPossible):
    """Rows of the table are wrong; nothing was taken in."""

    code = "catalogue.import_faulty"

    def __init__(self, plan: ImportPlan) -> None:
        count = plan.findings.error_count
        text = _("表里有 %(n)s 处错误，没有导入任何事项。请改正后重新导入。") % {"n": count}
        super().__init__("\n".join([text, *(each.text for each in plan.findings.errors[:20])]))
        self.plan = plan


class OutsideReach(NotPossible):
    """The table changes items of units for which the actor does not import."""

    code = "catalogue.import_outside_reach"

    def __init__(self, names: list[str]) -> None:
        shown = "、".join(names[:8]) + ("……" if len(names) > 8 else "")
        text = _("表里有不归您管理的单位的事项（%(units)s），没有导入任何事项。请删去这些行，或请有权的人导入。")
        super().__init__(text % {"units": shown})


class FileChanged(NotPossible):
    """The content is not the one that was looked over."""

    code = "catalogue.import_file_changed"

    def __init__(self) -> None:
        super().__init__(_("这份文件或目录在核对以后有了变化，没有导入。请重新核对。"))


def import_items(
    content: IO[bytes],
    *,
    name: str,
    by: Actor,
    at: datetime,
    mapping: str = "",
    expects: str = "",
    progress: Progress = silent,
) -> ImportPlan:
    """
    Publish what a table says that is new or changed, with the units that it brings, in one deed; tell what was done.

    A second time nothing changes. `expects` is the mark of the dry run that somebody looked over: `mark_of`.

    :raises NotAllowed: `by` does not import items
    :raises OutsideReach: the table changes items of other units
    :raises FileRefused: it is no table that can be read
    :raises NoMapping, SeveralMappings, UnknownMapping: how the list is read is not clear
    :raises ImportFaulty: something is wrong with a row
    :raises FileChanged: it is not what was looked over
    """
    by.require("catalogue.import")
    digest = digest_of_table(content)
    plan = plan_import(content, name=name, on=local_day(at), mapping=mapping, progress=progress)
    if not plan.findings.is_clean:
        raise ImportFaulty(plan)
    if expects and expects != mark_of(plan, digest):
        raise FileChanged
    if names := outside_reach(plan, by):
        raise OutsideReach(names)
    publish_plan(plan, name=name, digest=digest, by=by.by, at=at, progress=progress)
    return plan


def publish_plan(
    plan: ImportPlan, *, name: str, digest: str, by: By, at: datetime, progress: Progress = silent
) -> None:
    """Publish what a clean plan says that is new or changed, with the units that it brings, in one deed."""
    if not plan.changes:
        return
    with deed("import_items", stream=day_stream("system", at), by=by, at=at) as pen:
        bring_units(plan.units.values(), source=plan.source_name, by=by, at=at)
        definitions.publish(plan.folder, by=by, at=at)
        pen.record(
            ItemsImported(
                file=name,
                digest=digest,
                mapping=plan.source,
                rows=plan.rows,
                created=len(plan.created),
                updated=len(plan.updated),
                unchanged=plan.unchanged,
                units=len(plan.units),
            )
        )
        refresh(at=at, by=by)
    progress(_("发布"), len(plan.changes))


def mark_of(plan: ImportPlan, digest: str) -> str:
    """Mark what somebody looked over: this content, and what it would do here."""
    said = [digest, plan.source, *sorted(f"{each.body['item']} {each.body['version']}" for each in plan.changes)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def own_units(plan: ImportPlan) -> list[Unit]:
    """List the units that stand and whose items would change; units that a list brings are nobody's here."""
    codes = {each.body["unit"] for each in plan.changes} | {each.before["unit"] for each in plan.updated if each.before}
    return list(Unit.objects.filter(code__in=codes, source="").order_by("code"))


def outside_reach(plan: ImportPlan, by: Actor) -> list[str]:
    """Name the units whose items would change and for which `by` does not import."""
    reach = by.units("catalogue.import")
    return [] if reach is None else [unit.short_name for unit in own_units(plan) if unit.pk not in reach]


def digest_of_table(content: IO[bytes]) -> str:
    """Give the digest of a table's content, and set it back to its beginning."""
    digest = hashlib.sha256()
    content.seek(0)
    while piece := content.read(1 << 18):
        digest.update(piece)
    content.seek(0)
    return digest.hexdigest()
