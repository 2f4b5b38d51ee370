"""Change requests: whoever sees a register and may not edit it proposes; whoever may edit it takes or refuses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.records.commands import deed
from yichuang.foundation.registers import events, problems, rights
from yichuang.foundation.registers.commands.editing import (
    begins,
    differing,
    new_entry,
    rewrite,
    sound,
    stream_of,
)
from yichuang.foundation.registers.commands.spans import Draft, Writer, digest, locked
from yichuang.foundation.registers.definition import Register
from yichuang.foundation.registers.finding import follow
from yichuang.foundation.registers.lookup import settled
from yichuang.foundation.registers.models import ChangeRequest, Entry
from yichuang.foundation.registers.queries import register as register_of
from yichuang.foundation.registers.rules import complaints
from yichuang.foundation.registers.terms import Action, ChangeKind, EntryState, RequestState
from yichuang.foundation.registers.values import as_kept, facts_of, read
from yichuang.kernel.ledger import canonical


def propose(
    *,
    register: str,
    kind: ChangeKind,
    values: Mapping[str, Any],
    reason: str,
    by: Actor,
    at: datetime,
    entry_id: int | None = None,
) -> ChangeRequest:
    """
    Ask for an entry to be added, changed or withdrawn; nothing changes until the owner takes it.

    :raises NotAllowed: the register's file does not let the actor propose, or he does not see the entry
    :raises ReasonMissing: nothing says why
    :raises NothingChanged: the proposed values are those that stand already
    :raises EntryFaulty: they do not fit
    :raises StepByStep: entries of this register are opened by the first deed of their lifecycle
    """
    found = register_of(register, local_day(at))
    entry = Entry.objects.select_related("current").get(pk=entry_id, register=register) if entry_id else None
    who = rights.require(by, found, Action.PROPOSE)
    if entry is not None:
        rights.require(by, found, Action.VIEW, entry.unit_id)
    if not reason.strip():
        raise problems.ReasonMissing
    if found.lifecycle and kind is ChangeKind.ADD:
        raise problems.StepByStep
    assert by.account_id is not None, "somebody who logged in proposes"
    with deed("propose", stream=stream_of(found, at), by=who, at=at) as pen:
        brought = settled(values, at)
        fields: tuple[str, ...] = ()
        if kind is not ChangeKind.WITHDRAW:
            before = facts_of(found, entry.current.read()) if entry and entry.current else {}
            facts = sound(found, {**before, **brought}, by, touched=brought)
            fields = differing(found, before, facts)
            if not fields:
                raise problems.NothingChanged
        request = ChangeRequest.objects.create(
            register=locked(found.id),
            entry=entry,
            kind=kind,
            values=canonical(as_kept(found, {name: brought.get(name) for name in fields})).decode(),
            reason=reason[:300],
            unit_id=entry.unit_id if entry else None,
            asked_by_id=by.account_id,
            asked_at=at,
        )
        pen.record(events.ChangeProposed(found.id, request.pk, entry_id, kind, fields))
    return request


def take_request(*, request_id: int, by: Actor, at: datetime, answer: str = "") -> Entry:
    """
    Take a change request: the change becomes a working copy that is checked and published like any other.

    :raises NotAllowed: the register's file does not let the actor decide it
    :raises RequestDecided: it was decided before
    :raises EntryFaulty: the values do not fit any more
    """
    request = _open(request_id)
    found = register_of(request.register_id, local_day(at))
    who = rights.require(by, found, Action.DECIDE, request.unit_id)
    with deed("take_request", stream=stream_of(found, at), by=who, at=at) as pen:
        writer = Writer(found, by=str(who), at=at, on=local_day(at))
        request = _open(request_id)
        values = {name: read(found.fields[name], kept) for name, kept in request.read().items() if name in found.fields}
        because = f"采纳修改申请：{request.reason}"
        if request.kind == ChangeKind.ADD:
            facts = _sound(found, values)
            entry = new_entry(found, facts, by, is_synthetic=False)
            (version,) = writer.put([Draft(entry, facts, begins(found, facts, at), because)])
            pen.record(events.EntryAdded(found.id, entry.pk, entry.number, version.n, digest(version)))
        else:
            entry = Entry.objects.select_related("current", "standing").get(requests=request)
            if request.kind == ChangeKind.WITHDRAW:
                rights.require(by, found, Action.WITHDRAW, entry.unit_id)
                if entry.standing is None or entry.standing.state != EntryState.PUBLISHED:
                    raise problems.WrongState(entry.number, found.state_name(entry.state), "撤下")
                writer.withdraw(entry, writer.on, because)
                pen.record(events.EntryWithdrawn(found.id, entry.pk, writer.on, because))
            else:
                version, changed = rewrite(writer, entry, values, by, reason=because)
                pen.record(events.EntryChanged(found.id, entry.pk, version.n, changed, digest(version), because))
            follow(found, [entry], writer.on)
        _decide(request, RequestState.TAKEN, answer, by, at)
        ChangeRequest.objects.filter(pk=request.pk).update(entry=entry)
        pen.record(events.ChangeDecided(found.id, request.pk, RequestState.TAKEN, answer))
    return entry


def refuse_request(*, request_id: int, answer: str, by: Actor, at: datetime) -> None:
    """
    Refuse a change request, saying why.

    :raises NotAllowed: the register's file does not let the actor decide it
    :raises RequestDecided: it was decided before
    :raises ReasonMissing: nothing says why
    """
    request = _open(request_id)
    found = register_of(request.register_id, local_day(at))
    who = rights.require(by, found, Action.DECIDE, request.unit_id)
    if not answer.strip():
        raise problems.ReasonMissing
    with deed("refuse_request", stream=stream_of(found, at), by=who, at=at) as pen:
        Writer(found, by=str(who), at=at, on=local_day(at))  # locks the register
        _decide(_open(request_id), RequestState.REFUSED, answer, by, at)
        pen.record(events.ChangeDecided(found.id, request_id, RequestState.REFUSED, answer))


def _open(request_id: int) -> ChangeRequest:
    request = ChangeRequest.objects.get(pk=request_id)
    if request.state != RequestState.OPEN:
        raise problems.RequestDecided
    return request


def _decide(request: ChangeRequest, state: RequestState, answer: str, by: Actor, at: datetime) -> None:
    request.state, request.answer = state, answer[:300]
    request.decided_by_id, request.decided_at = by.account_id, at
    request.save(update_fields=["state", "answer", "decided_by", "decided_at"])


def _sound(register: Register, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    if wrong := complaints(register, facts):
        raise problems.EntryFaulty(wrong)
    return facts
