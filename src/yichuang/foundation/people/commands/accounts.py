"""The deeds on accounts and on the roles of those who bear them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import F, Q

from yichuang.foundation.people import holdings
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.commands.refusals import (
    AlreadyAppointed,
    AlreadyClosed,
    KeptApart,
    NoSelfGrant,
    StillHolding,
    TermTooLong,
    UnknownRole,
    UsernameTaken,
    WrongPeriod,
)
from yichuang.foundation.people.events import (
    AccountClosed,
    AccountOpened,
    AccountUnlocked,
    Appointed,
    AppointmentEnded,
)
from yichuang.foundation.people.models import (
    Account,
    Appointment,
    Post,
    Substitution,
    new_mark,
)
from yichuang.foundation.people.permissions import table
from yichuang.foundation.people.terms import TEMPORARY, TEMPORARY_DAYS
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.terms import day_stream


def open_account(
    *,
    username: str,
    name: str,
    by: Actor,
    at: datetime,
    password: str | None = None,
    staff_no: str = "",
    phone: str = "",
    party_id: int | None = None,
    valid_until: date | None = None,
    language: str = "",
) -> Account:
    """
    Open an account. A password given here is only for the first log-in.

    :raises NotAllowed: `by` does not manage accounts
    :raises UsernameTaken: the user name or the staff number is in use
    """
    by.require("people.manage")
    with deed("open_account", stream=day_stream("system", at), by=by.by, at=at) as pen:
        if Account.objects.filter(username=username).exists():
            raise UsernameTaken(username)
        if staff_no and Account.objects.filter(staff_no=staff_no).exists():
            raise UsernameTaken(staff_no)
        account = Account.objects.create_user(
            username,
            password,
            name=name,
            staff_no=staff_no,
            phone=phone,
            party_id=party_id,
            valid_until=valid_until,
            language=language,
            must_change_password=password is not None,
            opened_at=at,
        )
        pen.record(AccountOpened(account_id=account.pk, valid_until=valid_until))
    return account


def close_account(*, account_id: int, by: Actor, at: datetime) -> None:
    """
    Close an account that holds nothing any more; its appointments end today and its log-in ends at once.

    :raises NotAllowed: `by` does not manage accounts
    :raises AlreadyClosed: it is closed
    :raises StillHolding: steps, tickets, paper bags, seals or other things must be handed over first
    """
    by.require("people.manage")
    with deed("close_account", stream=day_stream("system", at), by=by.by, at=at) as pen:
        account = Account.objects.select_for_update().get(pk=account_id)
        if not account.is_active:
            raise AlreadyClosed
        if held := holdings.held_by(account_id):
            raise StillHolding(held)
        day = local_day(at)
        _end_appointments(Q(account=account), day)
        Substitution.objects.filter(Q(absent=account) | Q(substitute=account), from_at__lt=at, to_at__gt=at).update(
            to_at=at
        )
        Substitution.objects.filter(Q(absent=account) | Q(substitute=account), from_at__gte=at).delete()
        Account.objects.filter(pk=account_id).update(is_active=False, closed_at=at, rights_mark=new_mark())
        pen.record(AccountClosed(account_id=account_id))


def unlock_account(*, account_id: int, by: Actor, at: datetime) -> None:
    """
    Let an account in again that wrong passwords had locked.

    :raises NotAllowed: `by` may not unlock
    """
    by.require("people.unlock")
    with deed("unlock_account", stream=day_stream("system", at), by=by.by, at=at) as pen:
        Account.objects.filter(pk=account_id).update(failures=0, locked_until=None)
        pen.record(AccountUnlocked(account_id=account_id))


def appoint(
    *,
    account_id: int,
    unit_id: int,
    role: str,
    staff_kind: str,
    valid_from: date,
    by: Actor,
    at: datetime,
    valid_to: date | None = None,
    post_id: int | None = None,
) -> Appointment:
    """
    Give somebody a role in a unit, from `valid_from` on; `valid_to` is the first day on which it no longer holds.

    :raises NotAllowed: `by` does not grant roles
    :raises NoSelfGrant: `by` would appoint himself
    :raises UnknownRole: no such role, or one that nobody is appointed to
    :raises WrongPeriod: it ends before it begins
    :raises TermTooLong: temporary staff without an end, or for more than a year
    :raises AlreadyClosed: the account is closed
    :raises KeptApart: the person holds a role of the same group of administrators
    :raises AlreadyAppointed: the same role, there, in these days
    """
    by.require("people.grant")
    if account_id == by.account_id:
        raise NoSelfGrant
    if role not in table().roles or role in ("public", "citizen", "firm"):
        raise UnknownRole(role)
    if valid_to is not None and valid_to <= valid_from:
        raise WrongPeriod
    if staff_kind in TEMPORARY and (valid_to is None or valid_to > valid_from + timedelta(days=TEMPORARY_DAYS)):
        raise TermTooLong
    with deed("appoint", stream=day_stream(f"unit/{unit_id}", at), by=by.by, at=at) as pen:
        account = Account.objects.select_for_update().get(pk=account_id)
        if not account.is_active:
            raise AlreadyClosed
        meanwhile = account.appointments.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=valid_from))
        if valid_to is not None:
            meanwhile = meanwhile.filter(valid_from__lt=valid_to)
        if meanwhile.filter(unit=unit_id, role=role).exists():
            raise AlreadyAppointed
        if clash := table().conflicts(frozenset(meanwhile.values_list("role", flat=True)), role):
            raise KeptApart(role, sorted(clash))
        row = Appointment.objects.create(
            account=account,
            unit_id=unit_id,
            post=Post.objects.get(pk=post_id, unit=unit_id) if post_id is not None else None,
            role=role,
            staff_kind=staff_kind,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        touch_rights(account_id)
        pen.record(
            Appointed(
                appointment_id=row.pk,
                account_id=account_id,
                unit_id=unit_id,
                role=role,
                staff_kind=staff_kind,
                valid_from=valid_from,
                valid_to=valid_to,
            )
        )
    return row


def end_appointment(*, appointment_id: int, on: date, by: Actor, at: datetime) -> None:
    """
    End a role; `on` is the first day on which it is no longer held.

    :raises NotAllowed: `by` does not grant roles
    :raises WrongPeriod: `on` lies before its first day, or after its end
    """
    by.require("people.grant")
    row = Appointment.objects.get(pk=appointment_id)
    with deed("end_appointment", stream=day_stream(f"unit/{row.unit_id}", at), by=by.by, at=at) as pen:
        if on < row.valid_from or (row.valid_to is not None and on > row.valid_to):
            raise WrongPeriod
        Appointment.objects.filter(pk=appointment_id).update(valid_to=on)
        touch_rights(row.account_id)
        pen.record(AppointmentEnded(appointment_id=appointment_id, account_id=row.account_id, on=on))


def _end_appointments(which: Q, day: date) -> None:
    """End what runs, and what would have begun later on the day on which it would have."""
    rows = Appointment.objects.filter(which).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))
    rows.filter(valid_from__gt=day).update(valid_to=F("valid_from"))
    rows.filter(valid_from__lte=day).update(valid_to=day)


def touch_rights(*account_ids: int) -> None:
    """Let the actors of these accounts be built anew."""
    for account_id in account_ids:
        Account.objects.filter(pk=account_id).update(rights_mark=new_mark())
