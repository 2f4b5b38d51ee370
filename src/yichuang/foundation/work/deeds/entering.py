"""Entering a deed: lock the root, ask who may and whether the state allows it; a new dossier is opened by one too."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.records import realtime
from yichuang.foundation.records.pen import Pen
from yichuang.foundation.records.prepared import Prepared, insert
from yichuang.foundation.records.terms import By
from yichuang.foundation.work import models, numbers, timing
from yichuang.foundation.work.deeds.lasting import Deed
from yichuang.foundation.work.names import said
from yichuang.foundation.work.terms import ScopeKind
from yichuang.kernel.lifecycles import Lifecycle, Move, NotOpen

DOSSIER = Prepared(lambda pk: models.Dossier.objects.select_related("unit").filter(pk=pk))
LOCKED = Prepared(
    lambda pk, root: (
        models.Dossier.objects.select_related("unit").select_for_update(of=("self",)).filter(pk=pk, root_id=root)
    ),
    2,
)


@contextmanager
def deed(
    name: str,
    *,
    on: int,
    by: Actor,
    at: datetime,
    permission: str | None = None,
    unit_id: int | Collection[int] | None = None,
    party_id: int | None = None,
    effective_at: datetime | None = None,
) -> Iterator[Deed]:
    """
    Do `name` to a dossier: one transaction, one record.

    A name that the lifecycle knows is a move and must be open in the present state; any other moves no state.
    `permission` is asked for at `unit_id` (the dossier's unit unless given) or for `party_id`. `effective_at` is when
    clocks and spans change, where the law sets another moment than that of the deed (deemed acceptance).

    :raises NotAllowed: `by` may not
    :raises NotOpen: the state does not allow it
    """
    with transaction.atomic():
        dossier = _locked(on)
        who = _asked(by, permission, dossier.unit_id if unit_id is None else unit_id, party_id)
        lifecycle = definitions.get("lifecycle", dossier.lifecycle, dossier.lifecycle_version)
        moves = [_move(lifecycle, dossier.state, name)] if any(each.deed == name for each in lifecycle.moves) else []
        yield from _while_open(name, dossier, by, who, at, effective_at or at, lifecycle, moves)


@contextmanager
def opening(
    name: str,
    *,
    kind: str,
    title: str,
    unit_id: int,
    region: str,
    lifecycle: str,
    by: Actor,
    at: datetime,
    item_code: str = "",
    channel: str = "",
    parent: models.Dossier | None = None,
    number: str | None = None,
    permission: str | None = None,
    party_id: int | None = None,
    effective_at: datetime | None = None,
    is_synthetic: bool = False,
) -> Iterator[Deed]:
    """
    Open a dossier under the lifecycle in force and do `name`, the first move from its start.

    Without `number` it gets a case number, taken last. A child is locked through its root.

    :raises NotAllowed: `by` may not
    """
    with transaction.atomic():
        who = _asked(by, permission, unit_id, party_id)
        if parent is not None:
            _lock_root(parent.root_id or parent.pk)
        table: Lifecycle = definitions.in_force("lifecycle", lifecycle, on=numbers.local_day(at))
        dossier = models.Dossier(
            kind=kind,
            number=number or f"~{uuid.uuid4().hex}",
            title=title,
            unit_id=unit_id,
            region=region,
            item_code=item_code,
            channel=channel,
            state=table.start,
            parent=parent,
            lifecycle=table.id,
            lifecycle_version=table.version,
            opened_at=at,
            is_synthetic=is_synthetic,
        )
        insert(dossier)
        dossier.root_id = (parent.root_id or parent.pk) if parent else dossier.pk
        models.Span.objects.create(
            dossier=dossier, state=table.start, from_at=effective_at or at, recorded_at=realtime.database_now()
        )
        insert(models.Access(dossier=dossier, scope_kind=ScopeKind.UNIT, scope_id=str(unit_id)))
        moves = [table.move(table.start, name)] if any(each.deed == name for each in table.moves) else []
        yield from _while_open(
            name, dossier, by, who, at, effective_at or at, table, moves, numbered=number is not None, fresh=True
        )


def _while_open(
    name: str,
    dossier: models.Dossier,
    by: Actor,
    who: By,
    at: datetime,
    effective_at: datetime,
    lifecycle: Lifecycle,
    moves: list[Move],
    *,
    numbered: bool = True,
    fresh: bool = False,
) -> Iterator[Deed]:
    pen = Pen(by=who, at=at, stream=dossier.stream, begins=fresh)
    opened = Deed(name, dossier, by, at, effective_at, pen, lifecycle, timing.office(), _moves=moves)
    yield opened
    if not numbered:
        dossier.number = numbers.next_case_number(dossier.region, at)
    opened.leave()


def _move(lifecycle: Lifecycle, state: str, name: str) -> Move:
    """Give the move that is asked for; the no of the kernel is said in the reader's language."""
    try:
        return lifecycle.move(state, name)
    except NotOpen as no:
        labels = {each.deed: said(each.label) for each in lifecycle.moves}
        told = {
            "name": said(lifecycle.name),
            "state": said(lifecycle.states[state].label),
            "deed": labels.get(name, name),
            "choices": _("、").join(labels[each] for each in no.possible),
        }
        if no.possible:
            text = _("%(name)s现为“%(state)s”，不能“%(deed)s”；现在可以：%(choices)s。") % told
        else:
            text = _("%(name)s现为“%(state)s”，不能“%(deed)s”；已无可办理的动作。") % told
        raise NotOpen(text, state=no.state, deed=no.deed, possible=no.possible) from None


def _asked(by: Actor, permission: str | None, unit_id: int | Collection[int], party_id: int | None) -> By:
    return by.by if permission is None else by.by_for(permission, unit_id, party_id=party_id)


def _locked(dossier_id: int) -> models.Dossier:
    """Lock a dossier's root and read the dossier; one that is its own root is read as it is locked."""
    if connection.features.has_select_for_update:
        own = LOCKED.first(dossier_id, dossier_id)
        if own is not None:
            return own
        _lock_root(models.Dossier.objects.values_list("root_id", flat=True).get(pk=dossier_id))
    return DOSSIER.get(dossier_id)


def _lock_root(root_id: int) -> None:
    if connection.features.has_select_for_update:
        models.Dossier.objects.select_for_update(of=("self",)).only("pk").get(pk=root_id)
