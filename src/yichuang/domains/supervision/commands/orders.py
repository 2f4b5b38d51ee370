"""督办单 and 商请函: drafted by a machine or a person, signed by a person, answered, verified, closed with evidence."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yichuang.domains.supervision.commands.refusals import DraftedByMachine, OrderOpen, OwnDebt, ReasonMissing
from yichuang.domains.supervision.events import (
    OrderAnswered,
    OrderClosed,
    OrderDiscarded,
    OrderDrafted,
    OrderReceived,
    OrderSentBack,
    OrderSigned,
    OrderVerified,
)
from yichuang.domains.supervision.models import Order
from yichuang.domains.supervision.queries.papers import paper_facts, paper_of
from yichuang.domains.supervision.terms import ANSWER_DAYS, KIND, SIGNING_DAYS
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.work import deeds, numbers
from yichuang.foundation.work.models import Dossier
from yichuang.foundation.work.terms import ClockKind

RULE = "区督查工作规则"


def draft_order(
    *,
    about_id: int,
    subject: str,
    findings: str,
    demand: str,
    by: Actor,
    at: datetime,
    answer_days: int = ANSWER_DAYS,
    unit_id: int | None = None,
    is_reminder: bool = False,
) -> Order:
    """
    Draft an order about a dossier to the unit that owes it, or to `unit_id`.

    With `is_reminder` the letter to a unit that takes no orders only reminds (提醒函).

    :raises OrderOpen: one to the same unit about the same dossier is not closed yet
    :raises ReasonMissing: nothing is said or asked
    """
    if not (subject.strip() and findings.strip() and demand.strip()):
        raise ReasonMissing
    about = Dossier.objects.get(pk=about_id)
    unit = Unit.objects.get(pk=unit_id or about.unit_id)
    with transaction.atomic():
        open_one = Order.objects.filter(about=about, dossier__unit=unit, dossier__ended_at=None).first()
        if open_one is not None:
            raise OrderOpen(open_one.dossier.number)
        year = local_day(at).year
        with deeds.opening(
            "draft",
            kind=KIND,
            title=subject,
            unit_id=unit.pk,
            region=about.region,
            lifecycle=KIND,
            number=f"DB{about.region[:6]}{year}{numbers.take(f'order/{about.region[:6]}/{year}'):05d}",
            by=by,
            at=at,
            permission="supervision.draft",
            is_synthetic=about.is_synthetic,
        ) as deed:
            order = Order.objects.create(
                dossier=deed.dossier,
                about=about,
                subject=subject,
                findings=findings,
                demand=demand,
                answer_days=answer_days,
                is_reminder=is_reminder and not unit.takes_orders,
                drafted_by_id=by.account_id,
            )
            deed.record(OrderDrafted(about.number, unit.code, subject))
    return order


def sign_order(*, order_id: int, by: Actor, at: datetime) -> Order:
    """
    Sign a draft: a numbered 督办单 where the unit takes orders, else a 商请函 or 提醒函; its limits run.

    :raises DraftedByMachine: not a person signs
    """
    order = Order.objects.select_related("dossier__unit", "about").get(pk=order_id)
    paper, is_letter = paper_of(order), not order.dossier.unit.takes_orders
    if by.account_id is None:
        raise DraftedByMachine
    name = "issue_letter" if is_letter else "issue"
    with deeds.deed(name, on=order_id, by=by, at=at, permission="supervision.sign") as deed:
        order.answer_by = definitions.office().calendar.add(local_day(at), order.answer_days)
        deed.hold_to(ClockKind.ANSWER, limit=order.answer_days, unit="working_day", rule=RULE)
        deed.hold_to(ClockKind.SIGNING, limit=SIGNING_DAYS, unit="working_day", rule=RULE)
        if is_letter:
            deed.because(kind=paper, reason=order.subject)
        deed.record(OrderSigned(is_letter, order.answer_by))
        deed.without_papers()  # the move names one paper for all letters
        deed.owe_paper(paper, paper_facts(order, signer=by.name, answer_by=order.answer_by, at=at))
        order.is_letter, order.signed_at, order.signed_by_id = is_letter, at, by.account_id
    order.paper_number = next((str(getattr(paper, "number", "")) for paper in deed.papers), "")
    order.save()
    return order


def discard_order(*, order_id: int, reason: str, by: Actor, at: datetime) -> None:
    """
    Throw a draft away.

    :raises ReasonMissing: it is not said why
    """
    with deeds.deed("discard", on=order_id, by=by, at=at, permission="supervision.draft") as deed:
        deed.record(OrderDiscarded(_said(reason)))


def receive_order(*, order_id: int, by: Actor, at: datetime) -> None:
    """Sign for an order."""
    with deeds.deed("sign_for", on=order_id, by=by, at=at, permission="supervision.answer") as deed:
        deed.record(OrderReceived(deed.dossier.unit.code))


def answer_order(*, order_id: int, answer: str, by: Actor, at: datetime) -> None:
    """
    Report back what was done.

    :raises ReasonMissing: nothing was said
    """
    with deeds.deed("answer", on=order_id, by=by, at=at, permission="supervision.answer") as deed:
        Order.objects.filter(pk=order_id).update(answer=_said(answer))
        deed.record(OrderAnswered(answer))


def verify_order(*, order_id: int, finding: str, by: Actor, at: datetime) -> None:
    """
    Note that the answer was looked at and found true.

    :raises OwnDebt: somebody of the unit itself would verify
    :raises ReasonMissing: it is not said what was found
    """
    with deeds.deed("verify", on=order_id, by=by, at=at, permission="supervision.verify") as deed:
        _other_unit(deed.dossier, by)
        Order.objects.filter(pk=order_id).update(finding=_said(finding))
        deed.record(OrderVerified(finding))


def send_back_order(*, order_id: int, reason: str, by: Actor, at: datetime) -> None:
    """
    Ask the unit to report again; a new limit runs.

    :raises ReasonMissing: it is not said why
    """
    with deeds.deed("send_back", on=order_id, by=by, at=at, permission="supervision.verify") as deed:
        _other_unit(deed.dossier, by)
        deed.record(OrderSentBack(_said(reason)))


def close_order(*, order_id: int, evidence: str, by: Actor, at: datetime) -> None:
    """
    Close an order with evidence (销号).

    :raises OwnDebt: somebody of the unit itself would close it
    :raises ReasonMissing: no evidence was named
    """
    with deeds.deed("close", on=order_id, by=by, at=at, permission="supervision.close") as deed:
        _other_unit(deed.dossier, by)
        Order.objects.filter(pk=order_id).update(evidence=_said(evidence), closed_by=by.account_id)
        deed.record(OrderClosed(evidence))


def draft_for_overdue(*, about_id: int, days: int, at: datetime, by: Actor) -> Order | None:
    """Draft an order about an overdue dossier, unless one is open; the office signs it or throws it away."""
    about = Dossier.objects.get(pk=about_id)
    if Order.objects.filter(about=about, dossier__unit_id=about.unit_id, dossier__ended_at=None).exists():
        return None
    return draft_order(
        about_id=about_id,
        subject=_("%(title)s超期办理") % {"title": about.title},
        findings=_("办件 %(number)s 已超承诺期限%(days)s个工作日，仍未办结。") % {"number": about.number, "days": days},
        demand=_("请尽快办结，并书面说明原因和改进措施。"),
        by=by,
        at=at,
    )


def _said(text: str) -> str:
    if not text.strip():
        raise ReasonMissing
    return text


def _other_unit(dossier: Dossier, by: Actor) -> None:
    """Refuse whoever is appointed in the unit that owes the answer, or under it."""
    below = Unit.objects.filter(pk__in=by.unit_ids, path__startswith=dossier.unit.path)
    if below.exists():
        raise OwnDebt
