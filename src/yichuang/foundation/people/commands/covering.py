"""The deeds by which one stands in for another: covers for a time, and what is handed over on leaving."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from yichuang.foundation.people import holdings
from yichuang.foundation.people.actors import Actor, local_day, valid_on
from yichuang.foundation.people.commands.accounts import touch_rights
from yichuang.foundation.people.commands.refusals import (
    AlreadyClosed,
    NoSelfCover,
    NotColleagues,
    NotHeld,
    NothingToSign,
    ReasonMissing,
    WrongPeriod,
)
from yichuang.foundation.people.events import (
    HandedOver,
    HandOverSigned,
    SubstituteSet,
    SubstitutionEnded,
)
from yichuang.foundation.people.models import (
    Account,
    Appointment,
    HandOver,
    Substitution,
    Unit,
)
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.terms import day_stream


def set_substitute(
    *,
    absent_id: int,
    substitute_id: int,
    kind: str,
    from_at: datetime,
    to_at: datetime,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> Substitution:
    """
    Let a colleague cover somebody from one moment to another (AB岗). Papers then show who acted for whom.

    :raises NoSelfCover: both are the same person
    :raises WrongPeriod: it ends before it begins, or in the past
    :raises NotColleagues: they share no unit in that time
    :raises NotAllowed: `by` does not arrange cover in that unit
    """
    if absent_id == substitute_id:
        raise NoSelfCover
    if to_at <= from_at or to_at <= at:
        raise WrongPeriod
    shared = _units_of(absent_id, from_at) & _units_of(substitute_id, from_at)
    if not shared:
        raise NotColleagues
    by.require("people.substitute", shared)
    stream = day_stream(f"unit/{min(shared)}", at)
    with deed("set_substitute", stream=stream, by=by.by_for("people.substitute", shared), at=at) as pen:
        row = Substitution.objects.create(
            absent_id=absent_id,
            substitute_id=substitute_id,
            kind=kind,
            reason=reason,
            from_at=from_at,
            to_at=to_at,
        )
        touch_rights(substitute_id)
        pen.record(
            SubstituteSet(
                substitution_id=row.pk,
                absent_id=absent_id,
                substitute_id=substitute_id,
                kind=kind,
                from_at=from_at,
                to_at=to_at,
            )
        )
    return row


def end_substitution(*, substitution_id: int, by: Actor, at: datetime) -> None:
    """
    End a cover before its time; the absent person may do so too.

    :raises NotAllowed: `by` neither arranges cover there nor is the absent person
    """
    row = Substitution.objects.get(pk=substitution_id)
    if row.absent_id != by.account_id:
        by.require("people.substitute", _units_of(row.absent_id, at))
    with deed("end_substitution", stream=day_stream("system", at), by=by.by, at=at) as pen:
        if row.from_at >= at:
            row.delete()
        else:
            Substitution.objects.filter(pk=substitution_id).update(to_at=at)
        touch_rights(row.substitute_id)
        pen.record(SubstitutionEnded(substitution_id=substitution_id))


def hand_over(
    *, giver_id: int, taker_id: int, holding: str, keys: Sequence[str], reason: str, by: Actor, at: datetime
) -> HandOver:
    """
    Move things of one kind from one person to another, by the head. Clocks do not move; both sign afterwards.

    :raises NoSelfCover: both are the same person
    :raises ReasonMissing: no reason
    :raises NotAllowed: `by` is not the head of the giver
    :raises AlreadyClosed: the taker's account is closed
    :raises NotHeld: the giver does not hold one of them (any more)
    """
    if giver_id == taker_id:
        raise NoSelfCover
    if not reason.strip():
        raise ReasonMissing
    units = _units_of(giver_id, at) or _units_ever(giver_id)
    by.require("people.hand_over", units)
    assert by.account_id is not None, "a head is a person"
    stream = day_stream(f"unit/{min(units)}", at)
    with deed("hand_over", stream=stream, by=by.by_for("people.hand_over", units), at=at) as pen:
        if not Account.objects.filter(pk=taker_id, is_active=True).exists():
            raise AlreadyClosed
        kind = holdings.HOLDINGS[holding]
        held = {each.key for each in kind.held_by(giver_id)}
        if gone := [key for key in keys if key not in held]:
            raise NotHeld(gone)
        kind.move(keys, giver_id=giver_id, taker_id=taker_id, reason=reason, by=by, at=at)
        row = HandOver.objects.create(
            giver_id=giver_id,
            taker_id=taker_id,
            holding=holding,
            keys=" ".join(keys),
            reason=reason,
            by_id=by.account_id,
            at=at,
        )
        pen.record(
            HandedOver(
                hand_over_id=row.pk,
                giver_id=giver_id,
                taker_id=taker_id,
                holding=holding,
                keys=tuple(keys),
                reason=reason,
            )
        )
    return row


def sign_hand_over(*, hand_over_id: int, by: Actor, at: datetime) -> None:
    """
    Sign a hand-over, as the one who gives or the one who takes.

    :raises NothingToSign: it does not wait for this person
    """
    with deed("sign_hand_over", stream=day_stream("system", at), by=by.by, at=at) as pen:
        giving = HandOver.objects.filter(pk=hand_over_id, giver=by.account_id, giver_signed_at=None)
        taking = HandOver.objects.filter(pk=hand_over_id, taker=by.account_id, taker_signed_at=None)
        if not giving.update(giver_signed_at=at) + taking.update(taker_signed_at=at):
            raise NothingToSign
        assert by.account_id is not None, "only a person is giver or taker"
        pen.record(HandOverSigned(hand_over_id=hand_over_id, signer_id=by.account_id))


def _units_of(account_id: int, at: datetime) -> frozenset[int]:
    rows = Appointment.objects.filter(valid_on(local_day(at)), account=account_id)
    return frozenset(rows.values_list("unit_id", flat=True))


def _units_ever(account_id: int) -> frozenset[int]:
    units = frozenset(Appointment.objects.filter(account=account_id).values_list("unit_id", flat=True))
    return units or frozenset(Unit.objects.filter(parent=None).values_list("pk", flat=True))
