"""Monthly investment: entered by the unit, confirmed and locked by somebody else, corrected by new entries."""

from __future__ import annotations

from datetime import date, datetime

from yichuang.domains.projects import queries
from yichuang.domains.projects.commands.refusals import (
    AmountUnfit,
    CorrectionWaiting,
    EntryDecided,
    MonthAhead,
    MonthLocked,
    MonthOpen,
    NothingChanged,
    OwnEntry,
    PlanMissing,
    ReasonMissing,
)
from yichuang.domains.projects.events import (
    InvestmentConfirmed,
    InvestmentCorrected,
    InvestmentEntered,
    InvestmentReturned,
)
from yichuang.domains.projects.models import InvestmentEntry
from yichuang.domains.projects.rules.progress import month_of
from yichuang.domains.projects.terms import EntryKind, EntryState
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.records import realtime
from yichuang.foundation.work import deeds

REPORT, CONFIRM = "projects.report", "projects.confirm"


def enter_month(
    *, project_id: int, month: date, amount_fen: int, by: Actor, at: datetime, note: str = ""
) -> InvestmentEntry:
    """
    Enter what was invested in a month; an entry that still waits is replaced and stays in the list.

    :raises AmountUnfit: it is negative
    :raises MonthAhead: the month has not begun
    :raises PlanMissing: the project is in no plan of that year
    :raises MonthLocked: the month is confirmed
    """
    month = month_of(month)
    with deeds.deed("enter_month", on=project_id, by=by, at=at, permission=REPORT) as deed:
        _fit(project_id, month, amount_fen, at)
        earlier = queries.report_of(project_id, month)
        if earlier is not None and earlier.state == EntryState.CONFIRMED:
            raise MonthLocked(month)
        if earlier is not None:
            _end(earlier, EntryState.REPLACED, by, at, "")
        row = InvestmentEntry.objects.create(
            project_id=project_id,
            month=month,
            amount_fen=amount_fen,
            note=note,
            entered_by_id=by.account_id,
            entered_at=at,
            is_synthetic=deed.dossier.is_synthetic,
        )
        deed.record(InvestmentEntered(deed.dossier.number, month, amount_fen, row.pk))
    return row


def correct_month(
    *, project_id: int, month: date, amount_fen: int, reason: str, by: Actor, at: datetime
) -> InvestmentEntry:
    """
    Ask to correct a locked month to `amount_fen`: a new entry with the signed difference; the locked ones stay.

    :raises MonthOpen: nothing of the month is locked
    :raises CorrectionWaiting: another correction of the month waits
    :raises NothingChanged: the month says that already
    :raises ReasonMissing: it is not said why
    """
    month = month_of(month)
    with deeds.deed("correct_month", on=project_id, by=by, at=at, permission=REPORT) as deed:
        _fit(project_id, month, amount_fen, at)
        if not reason.strip():
            raise ReasonMissing
        known = queries.locked_fen(project_id, month)
        if known is None:
            raise MonthOpen(month)
        if queries.correction_waiting(project_id, month):
            raise CorrectionWaiting(month)
        if known == amount_fen:
            raise NothingChanged
        row = InvestmentEntry.objects.create(
            project_id=project_id,
            month=month,
            kind=EntryKind.CORRECTION,
            amount_fen=amount_fen - known,
            reason=reason,
            entered_by_id=by.account_id,
            entered_at=at,
            is_synthetic=deed.dossier.is_synthetic,
        )
        deed.record(InvestmentCorrected(deed.dossier.number, month, row.amount_fen, row.pk, reason))
    return row


def confirm_entry(*, entry_id: int, by: Actor, at: datetime) -> None:
    """
    Confirm an entry: from now on it counts and is never changed.

    :raises OwnEntry: `by` entered it
    :raises EntryDecided: it was decided before
    """
    row = InvestmentEntry.objects.get(pk=entry_id)
    with deeds.deed("confirm_month", on=row.project_id, by=by, at=at, permission=CONFIRM) as deed:
        row = _waiting(entry_id, by)
        row.recorded_at = realtime.database_now()
        _end(row, EntryState.CONFIRMED, by, at, "")
        deed.record(InvestmentConfirmed(deed.dossier.number, row.month, row.amount_fen, row.pk))


def return_entry(*, entry_id: int, reason: str, by: Actor, at: datetime) -> None:
    """
    Give an entry back to be entered anew; it stays in the list with the reason.

    :raises EntryDecided: it was decided before
    :raises ReasonMissing: it is not said why
    """
    row = InvestmentEntry.objects.get(pk=entry_id)
    with deeds.deed("return_month", on=row.project_id, by=by, at=at, permission=CONFIRM) as deed:
        if not reason.strip():
            raise ReasonMissing
        row = _waiting(entry_id, by)
        _end(row, EntryState.RETURNED, by, at, reason)
        deed.record(InvestmentReturned(deed.dossier.number, row.month, row.pk, reason))


def _fit(project_id: int, month: date, amount_fen: int, at: datetime) -> None:
    if amount_fen < 0:
        raise AmountUnfit
    if month > local_day(at):
        raise MonthAhead(month)
    if queries.plan_of(project_id, month.year) is None:
        raise PlanMissing(month.year)


def _waiting(entry_id: int, by: Actor) -> InvestmentEntry:
    row = InvestmentEntry.objects.get(pk=entry_id)
    if row.state != EntryState.WAITING:
        raise EntryDecided
    if row.entered_by_id is not None and row.entered_by_id == by.account_id:
        raise OwnEntry
    return row


def _end(row: InvestmentEntry, state: EntryState, by: Actor, at: datetime, because: str) -> None:
    row.state, row.decided_by_id, row.decided_at, row.decided_because = state, by.account_id, at, because
    row.save()
