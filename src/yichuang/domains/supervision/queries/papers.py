"""What the paper of an order says: of the preview and of the paper alike."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from yichuang.domains.supervision.models import Order
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.work import queries as work
from yichuang.foundation.work.models import Dossier
from yichuang.foundation.work.terms import ClockKind

BLAMED = {ClockKind.LEGAL: "法定时限", ClockKind.PROMISE: "承诺时限", ClockKind.ACCEPTANCE: "受理时限"}
"""Limits whose passing an order tells, the gravest first; a paper is Chinese whoever signs it."""


def paper_of(order: Order) -> str:
    """Name the paper that goes out: to a unit that the district does not command a letter, which asks or reminds."""
    if order.dossier.unit.takes_orders:
        return "督办单"
    return "提醒函" if order.is_reminder else "商请函"


def paper_facts(order: Order, *, signer: str, answer_by: date, at: datetime) -> dict[str, Any]:
    """Tell what the paper says: of the preview and of the paper alike."""
    about = order.about
    return {
        "to": {"name": order.dossier.unit.name},
        "subject": order.subject,
        "findings": order.findings,
        "demand": order.demand,
        "answer_by": answer_by,
        "signer": signer,
        "cases": [{"number": about.number, "title": about.title, "late": lateness(about, at)}],
    }


def lateness(about: Dossier, at: datetime) -> str:
    """Say which limit a dossier has passed and by how many working days, the gravest one; empty where none."""
    clocks = work.clocks_of(about, at)
    for clock in (each for kind in BLAMED for each in clocks if each.kind == kind):
        until = clock.stopped_at or at
        if clock.due_at is not None and clock.due_at < until:
            days = definitions.office().calendar.between(local_day(clock.due_at), local_day(until))
            words = BLAMED[clock.kind]
            return f"超{words}{days}个工作日" if days else f"超{words}不足1个工作日"
    return ""
