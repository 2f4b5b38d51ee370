"""
Moves dossiers to another version of the rules that they are pinned to: after a faulty version was withdrawn.

Each dossier is moved under its own lock with one record. The preview does the deed and undoes it, so that it shows what
will be: every step and every date.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yichuang.foundation.people.actors import Actor
from yichuang.foundation.work import steps
from yichuang.foundation.work.deeds import deed
from yichuang.foundation.work.events import Migrated
from yichuang.foundation.work.models import Dossier, Step
from yichuang.foundation.work.steps import CannotMigrate
from yichuang.kernel.errors import NotPossible

KINDS = ("lifecycle", "plan")
"""What a dossier can be moved to another version of."""


@dataclass(frozen=True, slots=True)
class StepMoved:
    """How one step stands before and after; empty where it was not, or is no more, in the plan."""

    key: str
    name: str
    before: str
    after: str
    due_before: datetime | None
    due_after: datetime | None

    @property
    def is_change(self) -> bool:
        """Say whether the move changes anything about this step."""
        return (self.before, self.due_before) != (self.after, self.due_after)


@dataclass(frozen=True, slots=True)
class Moved:
    """What moving one dossier does, or would do; `refusal` says why it cannot be moved."""

    dossier_id: int
    number: str
    from_version: int
    to_version: int
    steps: tuple[StepMoved, ...] = ()
    due_before: datetime | None = None
    due_after: datetime | None = None
    refusal: str = ""


class _Undone(Exception):
    """Takes a preview back."""


def pinned(kind: str, code: str, version: int, numbers: Collection[str] = ()) -> list[int]:
    """List the dossiers, not ended, that are pinned to a version; of these numbers, where some are given."""
    rows = Dossier.objects.filter(**{kind: code, f"{kind}_version": version}, ended_at=None)
    if numbers:
        rows = rows.filter(number__in=numbers)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def preview(*, kind: str, dossiers: Iterable[int], to_version: int, by: Actor, at: datetime) -> list[Moved]:
    """Tell what moving these dossiers would do to each step and date; nothing stays of it."""
    found: list[Moved] = []
    for dossier_id in dossiers:
        try:
            with transaction.atomic():
                found.append(migrate(kind=kind, dossier_id=dossier_id, to_version=to_version, reason="", by=by, at=at))
                raise _Undone
        except _Undone:
            continue
        except NotPossible as refusal:
            row = Dossier.objects.get(pk=dossier_id)
            found.append(Moved(row.pk, row.number, _version(row, kind), to_version, refusal=refusal.message))
    return found


def migrate(*, kind: str, dossier_id: int, to_version: int, reason: str, by: Actor, at: datetime) -> Moved:
    """
    Move one dossier to another version of its lifecycle or plan, with one record; tells what moved.

    :raises NotAllowed: `by` may not migrate there
    :raises CannotMigrate: it has ended, stands there already, or does not fit
    :raises OutcomeUndeclared: a step was done with an outcome that the version does not know
    """
    with deed("migrate", on=dossier_id, by=by, at=at, permission="work.migrate") as done:
        row = done.dossier
        version, before, due = _version(row, kind), _standing(row), row.due_at
        if row.ended_at is not None:
            raise CannotMigrate(_("该件已经办结"))
        if version == to_version:
            raise CannotMigrate(_("该件已经适用该版本"))
        done.carry_over(kind, to_version)
        done.record(Migrated(kind, row.plan if kind == "plan" else row.lifecycle, version, to_version, reason))
    after = _standing(row)
    moved = tuple(
        StepMoved(key, (after.get(key) or before[key]).name, *_states(before.get(key), after.get(key)))
        for key in {**before, **after}
    )
    return Moved(row.pk, row.number, version, to_version, moved, due, row.due_at)


def _standing(row: Dossier) -> dict[str, Step]:
    return steps.rows_of(row)


def _states(before: Step | None, after: Step | None) -> tuple[str, str, datetime | None, datetime | None]:
    return (
        before.state if before else "",
        after.state if after else "",
        before.due_at if before else None,
        after.due_at if after else None,
    )


def _version(row: Dossier, kind: str) -> int:
    version = row.plan_version if kind == "plan" else row.lifecycle_version
    if version is None:
        raise CannotMigrate(_("该件没有流程"))
    return version
