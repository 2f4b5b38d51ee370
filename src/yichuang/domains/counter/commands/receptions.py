"""Receptions: what the keys of the desk do, each one deed: F8 受理, F7 一次性告知, F10 不予受理, F11 即办办结."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from yichuang.domains.cases import commands as cases
from yichuang.domains.cases import queries as case_queries
from yichuang.domains.cases.commands import Application, Brought, Row
from yichuang.domains.cases.terms import MaterialState, NoticeChannel, Place, Relation
from yichuang.domains.counter import queries, rules
from yichuang.domains.counter.commands.refusals import (
    CaseUnknown,
    LateReasonMissing,
    MandateMissing,
    NotInstant,
    ReceivedInFuture,
)
from yichuang.domains.counter.commands.windows import hall_deed, seated
from yichuang.domains.counter.events import BagMade, CorrectionTaken, EnteredLate, TakenIn
from yichuang.domains.counter.models import PaperBag, Reception, Sitting
from yichuang.domains.counter.terms import How
from yichuang.foundation.people import commands as people
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.terms import MandateKind
from yichuang.foundation.records.pen import Pen

MANDATES = {
    Relation.FAMILY: MandateKind.FAMILY,
    Relation.EMPLOYEE: MandateKind.STAFF,
    Relation.AGENCY: MandateKind.AGENCY,
    Relation.HELPER: MandateKind.COMMUNITY,
}
WITHOUT_MANDATE = frozenset({"", Relation.FAMILY})
"""亲友代办 asks for two ID cards only (practice 15)."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the clerk answers on the spot, and what that needs."""

    how: How
    rows: tuple[Row, ...] = ()
    reason: str = ""
    basis: str = ""
    authority: str = ""
    commitment: Mapping[str, str] | None = None
    content: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """How the application came to the desk."""

    ticket_id: int | None = None
    draft_id: int | None = None
    late_because: str = ""
    mandate_until: date | None = None  # the last valid day of a 授权委托书 shown at the window
    has_mandate: bool = False


NO_ARRIVAL = Arrival()


def take_in(
    *, application: Application, reply: Reply, by: Actor, at: datetime, arrival: Arrival = NO_ARRIVAL
) -> Reception:
    """
    Receive an application at the clerk's window and answer it at once, all or nothing.

    Paper that was handed in goes into a bag with a code. A ticket in hand stays until it is finished, as one person
    may have several matters.

    :raises NotSeated: the clerk sits at no window
    :raises LateReasonMissing: it came before now, and no reason says why it is entered late
    :raises ReceivedInFuture: it is said to have come later than now
    :raises MandateMissing: who acts for the applicant has no mandate and is no relative
    :raises NotInstant: the item is not decided on the spot
    :raises NotPossible: what `cases` says of receiving, accepting, telling, refusing or deciding
    """
    sitting = seated(by)
    late = rules.is_late_entry(application.received_at, at)
    if application.received_at > at:
        raise ReceivedInFuture
    if late and not arrival.late_because.strip():
        raise LateReasonMissing
    if application.agent_relation not in WITHOUT_MANDATE and not arrival.has_mandate:
        raise MandateMissing
    site = sitting.window.site
    application = replace(application, site=site.code, window=sitting.window.number)
    with hall_deed("take_in", site.unit_id, by, at) as pen:
        if application.agent_id and arrival.has_mandate:
            application = replace(application, mandate_id=_mandate(application, arrival, by, at))
        case = cases.receive(application=application, by=by, at=at, draft_id=arrival.draft_id)
        _answer(case.pk, application, reply, by, at)
        ticket = queries.ticket_in_hand(by)
        reception = Reception.objects.create(
            case_id=case.pk,
            item_id=application.item_id,
            window=sitting.window,
            ticket_id=ticket.pk if ticket and ticket.pk == arrival.ticket_id else None,
            by_id=sitting.account_id,
            at=at,
            how=reply.how,
            late_because=arrival.late_because.strip() if late else "",
        )
        pen.record(TakenIn(case_id=case.pk, how=reply.how, window_id=sitting.window_id, ticket_id=reception.ticket_id))
        if late:
            told = EnteredLate(
                case_id=case.pk, received_at=application.received_at, reason=arrival.late_because.strip()
            )
            pen.record(told)
        is_kept = reply.how not in (How.REFUSE, How.NOT_NEEDED)
        if is_kept and case.materials.filter(state=MaterialState.HANDED).exists():
            _put_in_bag(pen, case.pk, case.dossier.number, sitting, at)
    return reception


def take_correction(
    *,
    number: str,
    brought: Mapping[str, Brought],
    answers: Mapping[str, Any],
    reply: Reply,
    by: Actor,
    at: datetime,
) -> None:
    """
    Receive at the window what a notice asked for and answer at once: accept, or tell again what is still wrong.

    A row that repeats what the first notice said is no breach (practice 5).

    :raises NotSeated: the clerk sits at no window
    :raises CaseUnknown: the clerk sees no case of this number
    :raises NotPossible: what `cases` says of handing in, accepting or telling
    """
    sitting = seated(by)
    case = case_queries.case(number, by)
    if case is None:
        raise CaseUnknown(number)
    with hall_deed("take_correction", sitting.window.site.unit_id, by, at) as pen:
        cases.hand_in_correction(case_id=case.pk, brought=brought, answers=answers, by=by, at=at)
        tolerant = case.materials.filter(state=MaterialState.DEFERRED).exists()
        _reply(case.pk, reply, by, at, tolerant=tolerant)
        pen.record(CorrectionTaken(case_id=case.pk, how=reply.how, window_id=sitting.window_id))
        _put_in_bag(pen, case.pk, number, sitting, at)


def _put_in_bag(pen: Pen, case_id: int, number: str, sitting: Sitting, at: datetime) -> None:
    """Put what was handed in on paper into the case's bag; a case has one bag."""
    if PaperBag.objects.filter(case_id=case_id).exists():
        return
    bag = PaperBag.objects.create(
        code=f"B{number}",
        case_id=case_id,
        place=Place.WINDOW,
        unit_id=sitting.window.site.unit_id,
        keeper_id=sitting.account_id,
        made_at=at,
    )
    pen.record(BagMade(bag_id=bag.pk, case_id=case_id))


def _answer(case_id: int, application: Application, reply: Reply, by: Actor, at: datetime) -> None:
    tolerant = any(each.state == MaterialState.DEFERRED for each in application.brought.values())
    _reply(case_id, reply, by, at, tolerant=tolerant)


def _reply(case_id: int, reply: Reply, by: Actor, at: datetime, *, tolerant: bool) -> None:
    match reply.how:
        case How.ACCEPT | How.INSTANT:
            case = cases.accept_case(case_id=case_id, by=by, at=at, tolerant=tolerant, commitment=reply.commitment)
            if reply.how == How.INSTANT:
                if not case.item.is_instant:
                    raise NotInstant(case.item.name)
                cases.approve_case(case_id=case_id, by=by, at=at, content=reply.content)
        case How.NOTICE:
            cases.ask_correction(case_id=case_id, rows=list(reply.rows), channel=NoticeChannel.WINDOW, by=by, at=at)
        case How.REFUSE:
            cases.refuse_case(
                case_id=case_id, reason=reply.reason, basis=reply.basis, authority=reply.authority, by=by, at=at
            )
        case How.NOT_NEEDED:
            cases.not_needed(case_id=case_id, reason=reply.reason, by=by, at=at)


def _mandate(application: Application, arrival: Arrival, by: Actor, at: datetime) -> int:
    assert application.agent_id is not None
    day = local_day(at)
    until = date.fromordinal(arrival.mandate_until.toordinal() + 1) if arrival.mandate_until else None
    row = people.give_mandate(
        principal_id=application.applicant_id,
        agent_id=application.agent_id,
        kind=MANDATES[Relation(application.agent_relation or Relation.FAMILY)],
        scope=(application.item_id,),
        valid_from=day,
        valid_to=until,
        by=by,
        at=at,
    )
    return row.pk
