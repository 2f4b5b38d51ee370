"""Moving entries: checked, published, sent back, withdrawn, many at once too; and the deeds of a lifecycle."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from yichuang.foundation.people.actors import Actor, NotAllowed, local_day
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.pen import Pen
from yichuang.foundation.records.terms import By
from yichuang.foundation.registers import events, problems, rights
from yichuang.foundation.registers.commands.editing import (
    begins,
    keep_files,
    new_entry,
    place,
    sound,
    stream_of,
    working,
)
from yichuang.foundation.registers.commands.spans import Draft, Writer, blocks, digest
from yichuang.foundation.registers.definition import Register
from yichuang.foundation.registers.finding import follow
from yichuang.foundation.registers.lookup import settled
from yichuang.foundation.registers.models import Entry, Version
from yichuang.foundation.registers.queries import register as register_of
from yichuang.foundation.registers.terms import WORKING, Action, Checking, EntryState
from yichuang.foundation.registers.values import facts_of
from yichuang.foundation.work import deeds
from yichuang.foundation.work.terms import ClockKind

KIND = "register"
"""The kind of the dossiers that registers open."""

Moving = Callable[[Writer, Pen, list[Entry]], None]


def check_entries(*, register: str, entry_ids: Sequence[int], by: Actor, at: datetime) -> int:
    """
    Check drafts; where the file says `check: another`, no one checks what he wrote himself.

    All or none: the first that cannot be checked says why.

    :raises NotAllowed: the register's file does not let the actor check one of them
    :raises WrongState: one is no draft
    :raises OwnWork: one was written by the actor
    """

    def work(writer: Writer, pen: Pen, entries: list[Entry]) -> None:
        found = writer.register
        versions = []
        for entry in entries:
            if entry.state != EntryState.DRAFT or found.checking is Checking.NONE:
                raise problems.WrongState(entry.number, found.state_name(entry.state), "核对")
            versions.append(working(entry, found, "核对"))
        if found.checking is Checking.ANOTHER:
            refuse_own(versions, by)
        for version in writer.mark(versions, EntryState.CHECKED):
            pen.record(events.EntryChecked(found.id, version.entry_id, version.n))

    return _each("check_entries", register, entry_ids, Action.CHECK, by, at, work)


def publish_entries(*, register: str, entry_ids: Sequence[int], by: Actor, at: datetime) -> int:
    """
    Publish working copies that were checked, or drafts where the file asks for no check; all or none.

    :raises NotAllowed: the register's file does not let the actor publish one of them
    :raises WrongState: one is not checked
    :raises AlreadyEntered: what may stand only once stands already
    """

    def work(writer: Writer, pen: Pen, entries: list[Entry]) -> None:
        found = writer.register
        ready = (EntryState.DRAFT, EntryState.CHECKED) if found.checking is Checking.NONE else (EntryState.CHECKED,)
        for entry in entries:
            if entry.state not in ready:
                raise problems.WrongState(entry.number, found.state_name(entry.state), "发布")
        for version in writer.publish([working(entry, found, "发布") for entry in entries]):
            pen.record(events.EntryPublished(found.id, version.entry_id, version.n, version.valid_from))
        follow(found, entries, writer.on)

    return _each("publish_entries", register, entry_ids, Action.PUBLISH, by, at, work)


def send_back(*, entry_id: int, reason: str, by: Actor, at: datetime) -> None:
    """
    Send a working copy back to be corrected, with the reason.

    :raises NotAllowed: the register's file does not let the actor check or publish it
    :raises WrongState: there is no working copy
    :raises ReasonMissing: nothing says why
    """
    if not reason.strip():
        raise problems.ReasonMissing
    code = Entry.objects.values_list("register_id", flat=True).get(pk=entry_id)

    def work(writer: Writer, pen: Pen, entries: list[Entry]) -> None:
        (entry,) = entries
        version = working(entry, writer.register, "退回")
        writer.mark([version], EntryState.DRAFT, reason)
        pen.record(events.EntrySentBack(writer.register.id, entry.pk, version.n, reason))

    _each("send_back", code, [entry_id], Action.CHECK, by, at, work)


def withdraw_entry(*, entry_id: int, reason: str, by: Actor, at: datetime, since: date | None = None) -> None:
    """
    Let a published entry hold no more from a day on, today where none is given; its history stays.

    :raises NotAllowed: the register's file does not let the actor withdraw it
    :raises WrongState: it is not published
    :raises BeforeItBegan: the day lies before the entry's first one
    :raises ReasonMissing: nothing says why
    """
    if not reason.strip():
        raise problems.ReasonMissing
    code = Entry.objects.values_list("register_id", flat=True).get(pk=entry_id)

    def work(writer: Writer, pen: Pen, entries: list[Entry]) -> None:
        (entry,) = entries
        day = since or writer.on
        if entry.standing is None or entry.standing.state != EntryState.PUBLISHED:
            raise problems.WrongState(entry.number, writer.register.state_name(entry.state), "撤下")
        if day > writer.on:
            raise problems.FromTheFuture
        if day < entry.standing.valid_from:
            raise problems.BeforeItBegan(entry.standing.valid_from)
        writer.withdraw(entry, day, reason)
        pen.record(events.EntryWithdrawn(writer.register.id, entry.pk, day, reason))
        follow(writer.register, entries, writer.on)

    _each("withdraw_entry", code, [entry_id], Action.WITHDRAW, by, at, work)


# ── registers whose entries have a dossier ──────────────────────────────────────────────────────────────────────


def open_entry(
    *,
    register: str,
    values: Mapping[str, Any],
    by: Actor,
    at: datetime,
    since: date | None = None,
    reason: str = "",
    evidence: Sequence[int] = (),
    is_synthetic: bool = False,
) -> Entry:
    """
    Write an entry whose register names a lifecycle: its dossier opens, its clocks run as the file says.

    :raises NotAllowed: the register's file does not let the actor write it
    :raises EntryFaulty: values are missing, out of bounds or against a rule
    :raises AlreadyEntered: what may stand only once stands already
    """
    found = register_of(register, local_day(at))
    assert found.lifecycle, "without a lifecycle an entry is added: editing.add_entry"
    who = rights.require(by, found, Action.EDIT)
    facts = dict(sound(found, values, by))
    with transaction.atomic():
        facts = dict(settled(facts, at))
        entry = new_entry(found, facts, by, is_synthetic=is_synthetic)
        rights.require(by, found, Action.EDIT, entry.unit_id)
        writer = Writer(found, by=str(who), at=at, on=local_day(at))
        with deeds.opening(
            found.opens,
            kind=KIND,
            title=str(found.entry_name),
            unit_id=entry.unit_id or 0,
            region=entry.region,
            lifecycle=found.lifecycle,
            number=f"{found.id}-{writer.row.last_number + 1}",
            by=by,
            at=at,
            permission=Action.EDIT.permission,
            is_synthetic=is_synthetic,
        ) as opened:
            _hold_to(opened, found)
            facts["stage"] = entry.stage = stage_after(opened)
            entry.dossier = opened.dossier
            (version,) = writer.put([Draft(entry, facts, since or begins(found, facts, at), reason)])
            opened.dossier.title = f"{found.name.chinese}：{entry.title}"[:300]
            keep_files(opened.pen, entry, facts, evidence, by, found)
            opened.record(events.EntryAdded(found.id, entry.pk, entry.number, version.n, digest(version)))
        follow(found, [entry], writer.on)
    return entry


def move_entry(
    *,
    entry_id: int,
    name: str,
    by: Actor,
    at: datetime,
    values: Mapping[str, Any] | None = None,
    ground: str = "",
    reason: str = "",
    evidence: Sequence[int] = (),
) -> Entry:
    """
    Do a deed of the register's lifecycle to an entry, with the values that the deed brings.

    :raises NotAllowed: the register's file does not name the actor's role for this deed, or the row is another's
    :raises NotOpen: the dossier's state does not allow it
    :raises EntryFaulty: values are missing, out of bounds or against a rule
    """
    entry = Entry.objects.select_related("dossier").get(pk=entry_id)
    found = register_of(entry.register_id, local_day(at))
    assert entry.dossier_id is not None, "only entries with a dossier move by deeds of a lifecycle"
    may_move(by, found, entry, name)
    with deeds.deed(name, on=entry.dossier_id, by=by, at=at) as moving:
        writer = Writer(found, by=str(by.by), at=at, on=local_day(at))
        entry = Entry.objects.select_related("current", "standing").get(pk=entry_id)
        assert entry.current is not None
        if ground:
            moving.because(kind=ground, reason=reason)
        before = facts_of(found, entry.current.read())
        brought = settled(values or {}, at)
        facts = {**sound(found, {**before, **brought}, by, touched=brought), "stage": stage_after(moving)}
        entry.stage = facts["stage"]
        place(found, entry, facts)
        writer.put([Draft(entry, facts, writer.on, reason)])
        keep_files(moving.pen, entry, facts, evidence, by, found)
        moving.record(events.EntryMoved(found.id, entry.pk, name, entry.stage))
        follow(found, [entry], writer.on)
    return entry


def may_move(by: Actor, register: Register, entry: Entry, name: str) -> None:
    """
    Insist that the actor's role is named for a deed of the lifecycle, and that he sees the row.

    :raises NotAllowed: it is not, or he does not
    """
    named = register.deeds.get(name, frozenset())
    holds = by.is_system or any(grant.role in named and grant.allowance(Action.VIEW.permission) for grant in by.grants)
    if not holds or not rights.may(by, register, Action.VIEW, entry.unit_id):
        raise NotAllowed(Action.EDIT.permission)


def stage_after(moving: deeds.Deed) -> str:
    """Say where the dossier will stand when the deed is left."""
    return moving.lifecycle.move(moving.dossier.state, moving.name).to


# ── within ──────────────────────────────────────────────────────────────────────────────────────────────────────


def refuse_own(versions: Sequence[Version], by: Actor) -> None:
    """
    Hold that another person wrote what is checked: everybody who worked on the copy since it last held counts.

    :raises OwnWork: the actor did
    """
    for some in blocks([each.entry_id for each in versions]):
        rows = Version.objects.filter(entry__in=some, state__in=WORKING).select_related("entry__standing")
        for row in rows:
            held = row.entry.standing.recorded_at if row.entry.standing else None
            if (held is None or row.recorded_at > held) and By.parse(row.by).account_id == by.account_id:
                raise problems.OwnWork


def _each(
    name: str, register: str, entry_ids: Sequence[int], action: Action, by: Actor, at: datetime, work: Moving
) -> int:
    found = register_of(register, local_day(at))
    with deed(name, stream=stream_of(found, at), by=rights.require(by, found, action), at=at) as pen:
        writer = Writer(found, by=str(pen.by), at=at, on=local_day(at))
        for some in blocks(sorted(set(entry_ids))):
            rows = Entry.objects.filter(pk__in=some, register=register).select_related("current", "standing")
            entries = list(rows.order_by("pk"))
            for entry in entries:
                rights.require(by, found, action, entry.unit_id)
                for version in (entry.current, entry.standing):
                    if version is not None:
                        version.entry = entry
            work(writer, pen, entries)
    return len(set(entry_ids))


def _hold_to(opened: deeds.Deed, register: Register) -> None:
    for clock, limit in register.limits.items():
        opened.hold_to(ClockKind(clock), limit=limit["limit"], unit=limit["unit"], rule=limit["rule"])
