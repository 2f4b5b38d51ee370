"""The deeds on whom cases are about, who acts for them, and on uncovering what is masked of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from yichuang.foundation.people import notes, queries, sealing
from yichuang.foundation.people.actors import Actor, NotAllowed, local_day
from yichuang.foundation.people.commands.accounts import touch_rights
from yichuang.foundation.people.commands.refusals import (
    AccountOfStaff,
    NoSelfCover,
    NoSuchAccount,
    OtherPerson,
    ReasonMissing,
    WrongPeriod,
)
from yichuang.foundation.people.events import (
    AccountTied,
    MandateEnded,
    MandateGiven,
    PartyChanged,
    PartyRegistered,
    Unmasked,
)
from yichuang.foundation.people.models import (
    Account,
    Mandate,
    Party,
    PartyAccount,
)
from yichuang.foundation.people.numbers import checked_number
from yichuang.foundation.people.terms import IdKind, PartyKind, Tie
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.terms import day_stream


def register_party(
    *,
    kind: str,
    name: str,
    id_kind: str,
    number: str,
    by: Actor,
    at: datetime,
    phone: str = "",
    address: str = "",
    legal_representative: str = "",
    region_code: str | None = None,
    born_on: date | None = None,
    is_synthetic: bool = False,
) -> Party:
    """
    Find the party that bears this number, or register it. What is known already is not overwritten.

    Whoever applies may be registered by anybody who is logged in; the staff by those who manage parties.

    :raises NotAllowed: nobody is logged in, or the staff member does not manage parties
    :raises NotAnIdentifier: no such number can be; one made for demonstrations is taken in a demo alone
    """
    if not (by.is_system or by.may("parties.manage") or (by.is_known and not by.is_staff)):
        raise NotAllowed("parties.manage")
    exact = checked_number(id_kind, number)
    found = queries.party_by_number(id_kind, exact)
    if found is not None:
        return found.merged_into or found
    with deed("register_party", stream=day_stream("system", at), by=by.by, at=at) as pen:
        party = Party.objects.create(
            kind=kind,
            name=name.strip(),
            id_kind=id_kind,
            id_sealed=sealing.seal(exact),
            id_hash=sealing.fingerprint(id_kind, exact),
            uscc=exact if id_kind == IdKind.USCC and kind == PartyKind.ENTERPRISE else "",
            phone=phone,
            address=address,
            legal_representative=legal_representative,
            region_id=region_code,
            born_on=born_on,
            is_synthetic=is_synthetic,
            created_at=at,
        )
        pen.record(PartyRegistered(party_id=party.pk, kind=kind))
    return party


CHANGEABLE = frozenset({"name", "phone", "address", "legal_representative", "region_id", "born_on", "is_priority"})


def change_party(*, party_id: int, values: Mapping[str, Any], by: Actor, at: datetime) -> Party:
    """
    Correct facts about a party: its own people, or those who manage parties. The record names the fields only.

    :raises NotAllowed: neither of them
    """
    assert values.keys() <= CHANGEABLE, "the identity itself is not changed; register the right party"
    if party_id not in by.party_ids:
        by.require("parties.manage")
    with deed("change_party", stream=day_stream("system", at), by=by.by, at=at) as pen:
        party = Party.objects.select_for_update().get(pk=party_id)
        for field, value in values.items():
            setattr(party, field, value)
        party.save(update_fields=list(values))
        pen.record(PartyChanged(party_id=party_id, fields=tuple(sorted(values))))
    return party


def tie_account(
    *, account_id: int, party_id: int, tie: str, valid_from: date, by: Actor, at: datetime, valid_to: date | None = None
) -> PartyAccount:
    """
    Let an account act for a party: itself, or a firm it represents or works for. The tie must have been proven before.

    :raises NotAllowed: `by` does not manage parties
    """
    by.require("parties.manage")
    with deed("tie_account", stream=day_stream("system", at), by=by.by, at=at) as pen:
        row, _is_new = PartyAccount.objects.get_or_create(
            account_id=account_id,
            party_id=party_id,
            valid_to=None,
            defaults={"tie": tie, "valid_from": valid_from},
        )
        if tie == Tie.SELF:
            Account.objects.filter(pk=account_id, party=None).update(party_id=party_id)
        if valid_to is not None:
            PartyAccount.objects.filter(pk=row.pk).update(valid_to=valid_to)
        touch_rights(account_id)
        pen.record(AccountTied(account_id=account_id, party_id=party_id, tie=tie))
    return row


def identify_account(*, username: str, party_id: int, tie: str, by: Actor, at: datetime) -> PartyAccount:
    """
    Tie the account of somebody who stands at a window and has shown the papers: to himself, or to a firm.

    :raises NotAllowed: `by` does not manage parties
    :raises NoSuchAccount: nobody bears the user name, or the account is closed
    :raises AccountOfStaff: staff apply with an account of their own
    :raises OtherPerson: the account was identified as somebody else
    """
    by.require("parties.manage")
    account = Account.objects.filter(username=username, is_active=True).first()
    if account is None:
        raise NoSuchAccount(username)
    if account.appointments.exists():
        raise AccountOfStaff(username)
    if tie == Tie.SELF and account.party_id not in (None, party_id):
        raise OtherPerson(username)
    return tie_account(account_id=account.pk, party_id=party_id, tie=tie, valid_from=local_day(at), by=by, at=at)


def give_mandate(
    *,
    principal_id: int,
    agent_id: int,
    kind: str,
    valid_from: date,
    by: Actor,
    at: datetime,
    scope: Sequence[str] = (),
    valid_to: date | None = None,
    file_id: int | None = None,
) -> Mandate:
    """
    Note a 授权委托书: given online by the principal, or at the window by those who manage parties.

    `scope` names service items; empty means every matter.

    :raises NotAllowed: neither of them
    :raises NoSelfCover: principal and agent are the same
    :raises WrongPeriod: it ends before it begins
    """
    if principal_id == agent_id:
        raise NoSelfCover
    if valid_to is not None and valid_to <= valid_from:
        raise WrongPeriod
    if principal_id not in by.party_ids:
        by.require("parties.manage")
    with deed("give_mandate", stream=day_stream("system", at), by=by.by, at=at) as pen:
        row = Mandate.objects.create(
            principal_id=principal_id,
            agent_id=agent_id,
            kind=kind,
            scope=" ".join(scope),
            file_id=file_id,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        _touch_agents(agent_id)
        pen.record(
            MandateGiven(
                mandate_id=row.pk,
                principal_id=principal_id,
                agent_id=agent_id,
                kind=kind,
                valid_from=valid_from,
                valid_to=valid_to,
            )
        )
    return row


def end_mandate(*, mandate_id: int, by: Actor, at: datetime) -> None:
    """
    Withdraw a mandate: from today on it no longer holds.

    :raises NotAllowed: `by` is neither the principal nor manages parties
    """
    row = Mandate.objects.get(pk=mandate_id)
    if row.principal_id not in by.party_ids:
        by.require("parties.manage")
    day = local_day(at)
    with deed("end_mandate", stream=day_stream("system", at), by=by.by, at=at) as pen:
        Mandate.objects.filter(pk=mandate_id).update(valid_to=max(day, row.valid_from))
        _touch_agents(row.agent_id)
        pen.record(MandateEnded(mandate_id=mandate_id, on=day))


def unmask(
    *,
    subject: str,
    fields: Sequence[str],
    reason: str,
    by: Actor,
    at: datetime,
    unit_id: int | None = None,
    address: str = "",
) -> None:
    """
    Ask for personal fields of a subject uncovered. The access is noted first, then recorded; only then show them.

    `subject` is what `notes.subject_of` gives; `unit_id` is the unit in which the right is needed. The caller has
    made sure that the row itself is `visible`.

    :raises NotAllowed: `by` may not unmask, there
    :raises ReasonMissing: no reason
    :raises Unavailable: the access could not be noted
    """
    by.require("people.unmask", unit_id)
    if not reason.strip():
        raise ReasonMissing
    notes.note_access(by, subject=subject, fields=fields, purpose="unmask", at=at, reason=reason, address=address)
    stream = day_stream(f"unit/{unit_id}" if unit_id else "system", at)
    with deed("unmask", stream=stream, by=by.by_for("people.unmask", unit_id), at=at) as pen:
        pen.record(Unmasked(subject=subject, fields=tuple(fields), reason=reason))


def unmask_party(
    *,
    party_id: int,
    fields: Sequence[str],
    reason: str,
    by: Actor,
    at: datetime,
    unit_id: int | None = None,
    address: str = "",
) -> dict[str, str]:
    """
    Uncover fields of a party: `id_number`, `phone`, `address`, `name`, `legal_representative`.

    :raises NotAllowed: `by` may not unmask, there
    :raises ReasonMissing: no reason
    :raises Unavailable: the access could not be noted
    """
    party = Party.objects.get(pk=party_id)
    subject = notes.subject_of(party)
    unmask(subject=subject, fields=fields, reason=reason, by=by, at=at, unit_id=unit_id, address=address)
    return {name: queries.number_of(party) if name == "id_number" else str(getattr(party, name)) for name in fields}


def _touch_agents(party_id: int) -> None:
    ties = PartyAccount.objects.filter(party=party_id).values_list("account", flat=True)
    touch_rights(*{*ties, *Account.objects.filter(party=party_id).values_list("pk", flat=True)})
