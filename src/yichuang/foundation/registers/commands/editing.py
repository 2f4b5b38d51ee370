"""Writing entries: adding, changing, correcting, giving up a working copy, and the files that stand beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from yichuang.foundation.files import commands as files
from yichuang.foundation.files import queries as uploads
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.pen import Pen
from yichuang.foundation.records.terms import day_stream
from yichuang.foundation.registers import events, problems, rights
from yichuang.foundation.registers.cells import Places, first_day
from yichuang.foundation.registers.commands.spans import Draft, Writer, digest
from yichuang.foundation.registers.definition import Register
from yichuang.foundation.registers.finding import follow
from yichuang.foundation.registers.lookup import settled
from yichuang.foundation.registers.models import Entry, Evidence, Version
from yichuang.foundation.registers.queries import register as register_of
from yichuang.foundation.registers.rules import complaints
from yichuang.foundation.registers.terms import Action, EntryState, FieldType
from yichuang.foundation.registers.values import as_kept, facts_of

PURPOSE = "register"


def add_entry(
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
    Write an entry for the first time; it is a draft until it is published.

    `values` are facts as `reading.read` gives them. Where the register opens dossiers, `moving.open_entry` does it.

    :raises NotAllowed: the register's file does not let the actor write it, or not for that unit
    :raises EntryFaulty: values are missing, out of bounds or against a rule
    :raises AlreadyEntered: what may stand only once stands already
    """
    found = register_of(register, local_day(at))
    assert not found.lifecycle, "the first deed of the lifecycle opens it: moving.open_entry"
    who = rights.require(by, found, Action.EDIT)
    with deed("add_entry", stream=stream_of(found, at), by=who, at=at) as pen:
        facts = sound(found, settled(values, at), by)
        entry = new_entry(found, facts, by, is_synthetic=is_synthetic)
        rights.require(by, found, Action.EDIT, entry.unit_id)
        writer = Writer(found, by=str(who), at=at, on=local_day(at))
        (version,) = writer.put([Draft(entry, facts, since or begins(found, facts, at), reason)])
        keep_files(pen, entry, facts, evidence, by, found)
        pen.record(events.EntryAdded(found.id, entry.pk, entry.number, version.n, digest(version)))
    return entry


def change_entry(
    *,
    entry_id: int,
    values: Mapping[str, Any],
    by: Actor,
    at: datetime,
    seen: int | None = None,
    since: date | None = None,
    reason: str = "",
    evidence: Sequence[int] = (),
) -> Entry:
    """
    Let an entry say something else: `values` are the fields that change, the others stay.

    It becomes a working copy; what is published holds until the copy is. `since` is the day from which the change is
    true: today where it is left out, an earlier one for a correction. `seen` is the version that the editor had before
    him.

    :raises NotAllowed: the register's file does not let the actor write this entry
    :raises ChangedMeanwhile: somebody else wrote it since
    :raises NothingChanged: the values are those that stand already
    :raises EntryFaulty: values are missing, out of bounds or against a rule
    :raises AlreadyEntered: what may stand only once stands already
    """
    entry = Entry.objects.select_related("current", "standing").get(pk=entry_id)
    found = register_of(entry.register_id, local_day(at))
    who = rights.require(by, found, Action.EDIT, entry.unit_id)
    with deed("change_entry", stream=stream_of(found, at), by=who, at=at) as pen:
        writer = Writer(found, by=str(who), at=at, on=local_day(at))
        entry = Entry.objects.select_related("current", "standing").get(pk=entry_id)
        before = entry.current_id
        version, changed = rewrite(writer, entry, settled(values, at), by, seen=seen, since=since, reason=reason)
        if version.pk == before and not evidence:
            raise problems.NothingChanged
        keep_files(pen, entry, facts_of(found, version.read()), evidence, by, found)
        pen.record(events.EntryChanged(found.id, entry.pk, version.n, changed, digest(version), reason))
        if found.is_direct:
            follow(found, [entry])
    return entry


def discard_draft(*, entry_id: int, by: Actor, at: datetime) -> None:
    """
    Give up a working copy; what was published holds on, what never was is withdrawn.

    :raises NotAllowed: the register's file does not let the actor write this entry
    :raises WrongState: there is no working copy
    """
    entry = Entry.objects.select_related("current", "standing").get(pk=entry_id)
    found = register_of(entry.register_id, local_day(at))
    who = rights.require(by, found, Action.EDIT, entry.unit_id)
    with deed("discard_draft", stream=stream_of(found, at), by=who, at=at) as pen:
        writer = Writer(found, by=str(who), at=at, on=local_day(at))
        entry = Entry.objects.select_related("current", "standing").get(pk=entry_id)
        version = working(entry, found, "放弃修改")
        writer.discard(entry)
        pen.record(events.DraftDiscarded(found.id, entry.pk, version.n))


def remove_evidence(*, evidence_id: int, reason: str, by: Actor, at: datetime) -> None:
    """
    Take a file from beside an entry; the file itself stays in the file room.

    :raises NotAllowed: the register's file does not let the actor write this entry
    :raises ReasonMissing: nothing says why
    """
    row = Evidence.objects.select_related("entry").get(pk=evidence_id, removed_at=None)
    found = register_of(row.entry.register_id, local_day(at))
    who = rights.require(by, found, Action.EDIT, row.entry.unit_id)
    if not reason.strip():
        raise problems.ReasonMissing
    with deed("remove_evidence", stream=stream_of(found, at), by=who, at=at) as pen:
        Evidence.objects.filter(pk=row.pk).update(removed_at=at)
        pen.record(events.EvidenceRemoved(found.id, row.entry_id, row.file_id, reason))


# ── shared with the other deeds ─────────────────────────────────────────────────────────────────────────────────


def rewrite(
    writer: Writer,
    entry: Entry,
    values: Mapping[str, Any],
    by: Actor,
    *,
    seen: int | None = None,
    since: date | None = None,
    reason: str = "",
) -> tuple[Version, tuple[str, ...]]:
    """Write the changed values of one entry inside a deed; gives the version and the names of what changed."""
    found = writer.register
    assert entry.current is not None, "an entry was written at least once"
    if seen is not None and seen != entry.current.n:
        raise problems.ChangedMeanwhile(entry.number)
    before = facts_of(found, entry.current.read())
    facts = sound(found, {**before, **values}, by, touched=values)
    changed = differing(found, before, facts)
    starts = since or (entry.current.valid_from if entry.state in ("draft", "checked") else writer.on)
    if starts > writer.on:
        raise problems.FromTheFuture
    moves_day = since is not None and since != entry.current.valid_from
    if not changed and not moves_day:
        return entry.current, ()
    place(found, entry, facts)
    rights.require(by, found, Action.EDIT, entry.unit_id)
    (version,) = writer.put([Draft(entry, facts, starts, reason)])
    return version, changed


def sound(
    register: Register, facts: Mapping[str, Any], by: Actor, *, touched: Mapping[str, Any] | None = None
) -> Mapping[str, Any]:
    """
    Hold values against the register.

    :raises RestrictedLost: the actor sets a field that he does not see
    :raises EntryFaulty: something is wrong with them
    """
    given = facts if touched is None else touched
    strange = [
        str(field.name)
        for field in register.typed
        if field.id in given and given[field.id] not in (None, "", ()) and not rights.sees(by, field)
    ]
    if strange:
        raise problems.RestrictedLost(strange)
    if wrong := complaints(register, facts):
        raise problems.EntryFaulty(wrong)
    return facts


def differing(register: Register, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the typed fields that differ."""
    old, new = as_kept(register, before), as_kept(register, after)
    return tuple(field.id for field in register.typed if old.get(field.id) != new.get(field.id))


def new_entry(
    register: Register, facts: Mapping[str, Any], by: Actor, *, is_synthetic: bool, places: Places | None = None
) -> Entry:
    """Make the row of an entry that is written for the first time."""
    entry = Entry(register_id=register.id, is_synthetic=is_synthetic, state=EntryState.DRAFT)
    entry.unit_id = unit_for(register, by)
    place(register, entry, facts, places)
    return entry


def place(register: Register, entry: Entry, facts: Mapping[str, Any], places: Places | None = None) -> None:
    """Let an entry belong to the unit and region that its values name now."""
    places = places or Places()
    entry.unit_id = places.unit_of(register, facts, entry.unit_id)
    entry.region = places.region_of(register, facts, entry.unit_id)


def unit_for(register: Register, by: Actor) -> int | None:
    """Find the unit for which an actor writes entries that name none themselves: the first in which he may."""
    for grant in by.grants:
        if grant.unit_id is not None and rights.may(by, register, Action.EDIT, grant.unit_id):
            return grant.unit_id
    return None


def begins(register: Register, facts: Mapping[str, Any], at: datetime) -> date:
    """Find the first day of a new entry; what is planned for later is known from today on."""
    today = local_day(at)
    return min(first_day(register, facts, today), today)


def working(entry: Entry, register: Register, wanted: str) -> Version:
    """
    Give the working copy of an entry.

    :raises WrongState: there is none
    """
    version = entry.current
    if version is None or version.state not in (EntryState.DRAFT, EntryState.CHECKED):
        raise problems.WrongState(entry.number, register.state_name(entry.state), wanted)
    return version


def keep_files(
    pen: Pen, entry: Entry, facts: Mapping[str, Any], more: Iterable[int], by: Actor, register: Register
) -> None:
    """Hang uploads on an entry: those that file fields name, and those that stand beside it as evidence."""
    wanted = {
        (field.id, file_id)
        for field in register.typed
        if field.type is FieldType.FILE
        for file_id in facts.get(field.id) or ()
    }
    wanted |= {("", file_id) for file_id in more}
    there = set(Evidence.objects.filter(entry=entry, removed_at=None).values_list("field", "file_id"))
    hung = {file_id for _field, file_id in there}
    new = sorted(wanted - there)
    for _field, file_id in new:
        if file_id not in hung and uploads.own_upload(by, file_id) is None and not by.is_system:
            raise problems.NotYourUpload
    Evidence.objects.bulk_create(
        Evidence(entry=entry, field=field, file_id=file_id, by=str(pen.by), at=pen.at) for field, file_id in new
    )
    files.attach(pen, [file_id for _field, file_id in new if file_id not in hung], purpose=PURPOSE)


def stream_of(register: Register, at: datetime) -> str:
    """Name the stream of a register's records on a day."""
    return day_stream(f"register/{register.id}", at)
