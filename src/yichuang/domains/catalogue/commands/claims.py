"""Units claim items of the national standard, fill them in, and have them checked and published (S31)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from yichuang.domains.catalogue import queries
from yichuang.domains.catalogue.commands.drafting import NoSuchItem, begin_item, unit_id
from yichuang.domains.catalogue.commands.following import said_of
from yichuang.domains.catalogue.events import ClaimDeclined, ClaimMade, ClaimsAssigned, CodesMapped
from yichuang.domains.catalogue.models import ClaimTask, ItemCodeMap
from yichuang.domains.catalogue.terms import ClaimState, TaskType
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.dated import write
from yichuang.foundation.records.terms import day_stream
from yichuang.kernel.errors import NotPossible

ASSIGN = "catalogue.keep_registries"
CLAIM = "catalogue.claim"
BATCH = 500
AGAIN = (ClaimState.TO_CLAIM, ClaimState.DECLINED)
"""What may be claimed, or given to somebody else."""


class UnknownUnits(NotPossible):
    """A task is given to a unit that is here."""

    code = "catalogue.claim_unknown_units"

    def __init__(self, codes: Iterable[str]) -> None:
        super().__init__(_("没有这些单位：%(codes)s。一项也没有下发，请改正后重试。") % {"codes": "、".join(codes)})


class DeadlinePast(NotPossible):
    """A unit has time to claim."""

    code = "catalogue.claim_deadline_past"

    def __init__(self, on: date) -> None:
        super().__init__(_("认领期限 %(day)s 已过，请填写今天或以后的日期。") % {"day": on})


class ClaimSettled(NotPossible):
    """The task is in a state in which this cannot be done."""

    code = "catalogue.claim_settled"

    def __init__(self, state: str) -> None:
        super().__init__(
            _("这项任务现在是“%(state)s”，不能这样处理。请刷新页面。") % {"state": ClaimState(state).label}
        )


class DeclineReason(NotPossible):
    """Who does not claim says why."""

    code = "catalogue.claim_reason"

    def __init__(self) -> None:
        super().__init__(_("请写明不予认领的理由，例如不属于本单位职责。"))


class CodeNotMapped(NotPossible):
    """A mapping names two codes that differ."""

    code = "catalogue.code_not_mapped"

    def __init__(self, row: int) -> None:
        super().__init__(_("第 %(row)s 行：原编码和新编码都要填写，且不能相同。") % {"row": row})


@dataclass(frozen=True, slots=True)
class Assignment:
    """One catalogue item that the province gives to a unit to claim."""

    unit: str
    catalog_code: str
    name: str
    task_type: TaskType
    old_code: str = ""


def assign_claims(*, tasks: Sequence[Assignment], due_on: date, by: Actor, at: datetime) -> int:
    """
    Give units items to claim by a day; a task that waits or was declined gets the new day, others stay. Tell how many.

    :raises NotAllowed: `by` does not give out tasks
    :raises DeadlinePast: the day is past
    :raises UnknownUnits: a unit is not here; nothing is given out
    """
    acting = by.by_for(ASSIGN)
    if due_on < local_day(at):
        raise DeadlinePast(due_on)
    here = set(Unit.objects.filter(code__in={each.unit for each in tasks}).values_list("code", flat=True))
    if lost := sorted({each.unit for each in tasks} - here):
        raise UnknownUnits(lost)
    settled = set(ClaimTask.objects.exclude(state__in=AGAIN).values_list("unit_code", "catalog_code"))
    rows = {
        (each.unit, each.catalog_code): ClaimTask(
            unit_code=each.unit,
            catalog_code=each.catalog_code,
            name=each.name,
            task_type=each.task_type,
            old_code=each.old_code,
            due_on=due_on,
            assigned_at=at,
            assigned_by=str(acting),
        )
        for each in tasks
        if (each.unit, each.catalog_code) not in settled
    }
    if not rows:
        return 0
    with deed("assign_claims", stream=day_stream("system", at), by=acting, at=at) as pen:
        ClaimTask.objects.bulk_create(
            rows.values(),
            update_conflicts=True,
            unique_fields=["unit_code", "catalog_code"],
            update_fields=["name", "task_type", "old_code", "due_on", "state", "reason", "assigned_at", "assigned_by"],
            batch_size=BATCH,
        )
        pen.record(ClaimsAssigned(tasks=len(rows), units=len({unit for unit, _code in rows}), due_on=due_on))
    return len(rows)


def claim(*, task_id: int, by: Actor, at: datetime, item_code: str = "") -> ClaimTask:
    """
    Claim an item for one's unit: one that is kept here already by its code, else a new draft is begun for it.

    :raises NotAllowed: `by` does not claim for the unit
    :raises ClaimSettled: it was claimed already
    :raises NoSuchItem: the item that is named is not kept here for this unit
    """
    unit = ClaimTask.objects.values_list("unit_code", flat=True).get(pk=task_id)
    acting = by.by_for(CLAIM, unit_id(unit))
    with deed("claim_item", stream=day_stream(f"unit/{unit}", at), by=acting, at=at) as pen:
        task = ClaimTask.objects.select_for_update().get(pk=task_id)
        if task.state not in AGAIN:
            raise ClaimSettled(task.state)
        task.item_code = _linked(item_code, unit) if item_code else _begun(task, by, at)
        task.state, task.claimed_at, task.claimed_by, task.reason = ClaimState.CLAIMED, at, str(acting), ""
        task.save()
        pen.record(ClaimMade(task=task.pk, unit=unit, catalog_code=task.catalog_code, item=task.item_code))
    return task


def decline_claim(*, task_id: int, reason: str, by: Actor, at: datetime) -> ClaimTask:
    """
    Say that an item is not one's unit's, and why; the office gives it to another or closes it.

    :raises NotAllowed: `by` does not claim for the unit
    :raises ClaimSettled: it was claimed or declined already
    :raises DeclineReason: no reason is given
    """
    unit = ClaimTask.objects.values_list("unit_code", flat=True).get(pk=task_id)
    acting = by.by_for(CLAIM, unit_id(unit))
    if not reason.strip():
        raise DeclineReason
    with deed("decline_claim", stream=day_stream(f"unit/{unit}", at), by=acting, at=at) as pen:
        task = ClaimTask.objects.select_for_update().get(pk=task_id)
        if task.state != ClaimState.TO_CLAIM:
            raise ClaimSettled(task.state)
        task.state, task.reason = ClaimState.DECLINED, reason.strip()
        task.save(update_fields=["state", "reason"])
        pen.record(ClaimDeclined(task=task.pk, unit=unit, catalog_code=task.catalog_code, reason=task.reason))
    return task


def map_codes(*, pairs: Sequence[tuple[str, str, str]], by: Actor, at: datetime) -> int:
    """
    Say which new codes stand for old ones (old, new, note), from today on; tell how many rows are new.

    :raises NotAllowed: `by` does not keep the map
    :raises CodeNotMapped: a row lacks a code, or names one twice; nothing is kept
    """
    acting = by.by_for(ASSIGN)
    for row, (old, new, _note) in enumerate(pairs, 1):
        if not old or not new or old == new:
            raise CodeNotMapped(row)
    with deed("map_codes", stream=day_stream("system", at), by=acting, at=at) as pen:
        rows = write(ItemCodeMap, [said_of(old, new, note, acting, at) for old, new, note in pairs])
        pen.record(CodesMapped(given=len(pairs), new=len(rows)))
    return len(rows)


def _linked(code: str, unit: str) -> str:
    item = queries.item_of_unit(code, unit)
    if item is None:
        raise NoSuchItem(code)
    return item.code


def _begun(task: ClaimTask, by: Actor, at: datetime) -> str:
    """Begin a draft with what the catalogue says; one that an earlier claim had begun is gone on with."""
    code = f"{task.unit_code}_{task.catalog_code}".lower()
    if definitions.versions(queries.KIND, code).exists() or queries.open_draft(code) is not None:
        return code
    said = {"catalog_code": task.catalog_code, "catalog_name": task.name, "task_type": task.task_type}
    if task.old_code:
        said["local_code"] = task.old_code
    return begin_item(code=code, name=task.name, unit=task.unit_code, more=said, by=by, at=at).code
