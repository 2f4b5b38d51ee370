"""One dossier as the supervising office reads it: what was done when, its limits, cards, reminders and orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from yichuang.domains.cases import queries as cases
from yichuang.domains.cases.queries import Asking
from yichuang.domains.supervision.models import Card, Order, Reminder
from yichuang.domains.supervision.terms import Ground
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.records.queries import told
from yichuang.foundation.work import queries as work
from yichuang.foundation.work.models import Dossier
from yichuang.foundation.work.names import said

VIEW = "supervision.view"
OWN_DEEDS = {
    "remind": _("催办"),
    "suspect_card": _("疑似牌"),
    "explain_card": _("申辩"),
    "decide_card": _("核实"),
    "appeal_card": _("申诉"),
    "decide_appeal": _("处理申诉"),
    "defer_reminder": _("暂缓自动催办"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A dossier on the supervising office's page."""

    id: int
    number: str
    title: str
    unit: str
    unit_id: int
    takes_orders: bool
    state: str
    is_over: bool
    clocks: list[work.ClockSeen]
    done: list[dict[str, object]]
    cards: list[Card]
    orders: list[Order]
    open_order: str  # number of the order to the same unit that is not closed yet
    reminded: Reminder | None  # today's reminder to the unit that owes it: there is one a day


def dossier_seen(actor: Actor, number: str, at: datetime) -> Seen | None:
    """Show a dossier of a unit that the actor supervises; None where there is none."""
    units = actor.units(VIEW)
    row = Dossier.objects.select_related("unit").filter(number=number).first()
    if row is None or (units is not None and row.unit_id not in units):
        return None
    lifecycle = definitions.get("lifecycle", row.lifecycle, row.lifecycle_version)
    names = {move.deed: said(move.label) for move in lifecycle.moves}
    names |= {name: str(label) for name, label in OWN_DEEDS.items()}
    done: list[dict[str, object]] = [
        {"title": names[each.payload["deed"]], "at": each.at}
        for each in told(row.stream)
        if each.payload.get("deed") in names
    ]
    orders = list(row.orders.select_related("dossier").order_by("pk"))
    still_open = (each for each in orders if each.dossier.unit_id == row.unit_id and each.dossier.ended_at is None)
    return Seen(
        reminded=row.reminders.filter(unit=row.unit_id, on=local_day(at)).select_related("by").first(),
        id=row.pk,
        number=row.number,
        title=row.title,
        unit=row.unit.short_name,
        unit_id=row.unit_id,
        takes_orders=row.unit.takes_orders,
        state=said(lifecycle.states[row.state].label),
        is_over=row.ended_at is not None or row.concluded_at is not None,
        clocks=work.clocks_of(row, at),
        done=done,
        cards=list(row.cards.order_by("found_at")),
        orders=orders,
        open_order=next((each.dossier.number for each in still_open), ""),
    )


def notices_behind(card: Card) -> list[Asking]:
    """Give the correction notices of a case, oldest first, to lay side by side where a later one asked for more."""
    return list(reversed(cases.notices(card.dossier_id))) if card.ground == Ground.NEW_ROW else []
