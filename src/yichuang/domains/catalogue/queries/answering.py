"""What people say about guides and ask the house: to whom it goes, what waits, what was answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from yichuang.domains.catalogue.models import Remark, ServiceItem
from yichuang.domains.catalogue.terms import Limit, RemarkKind
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import Actor, Reach
from yichuang.foundation.people.models import Unit
from yichuang.foundation.people.queries import current_unit, units_in_force
from yichuang.foundation.people.terms import UnitKind
from yichuang.foundation.people.visibility import register_scope, visible
from yichuang.foundation.work import queries as work
from yichuang.foundation.work.terms import Lamp

ANSWER = "catalogue.answer"
LIMITS = {RemarkKind.WRONG: "guide_correction_limit", RemarkKind.QUESTION: "question_answer_limit"}
"""The rule that says within how many days each kind is answered."""
WAITING, LATE, CLOSED = "waiting", "late", "closed"


def register() -> None:
    """Tell the one filter: remarks are seen by those who answer for their unit."""
    register_scope(Remark, permission=ANSWER, units=_of_units)


def _of_units(reach: Reach) -> Q:
    return Q(dossier__unit_id__in=reach.units)


def remarks(actor: Actor, at: datetime, *, show: str = WAITING, kind: str = "") -> QuerySet[Remark]:
    """List the remarks that the actor may see: those that wait, soonest due first; the late ones; or the closed."""
    rows = visible(actor, Remark).select_related("dossier__unit", "item")
    if kind:
        rows = rows.filter(kind=kind)
    if show == CLOSED:
        return rows.exclude(outcome="").order_by("-answered_at", "-pk")
    rows = rows.filter(outcome="").order_by("dossier__due_at", "pk")
    return rows.filter(dossier__due_at__lt=at) if show == LATE else rows


def remark_counts(actor: Actor, at: datetime) -> Mapping[str, int]:
    """Count the remarks that wait, are late, are closed."""
    waiting = Q(outcome="")
    found: dict[str, int] = visible(actor, Remark).aggregate(
        **{
            WAITING: Count("pk", filter=waiting),
            LATE: Count("pk", filter=waiting & Q(dossier__due_at__lt=at)),
            CLOSED: Count("pk", filter=~waiting),
        }
    )
    return found


def remark(actor: Actor, number: str) -> Remark | None:
    """Give one remark, if the actor may see it."""
    rows = visible(actor, Remark).select_related("dossier__unit", "item")
    return rows.filter(dossier__number=number).first()


def remark_of(dossier_id: int) -> Remark:
    """Give one remark, whoever asks: for deeds and reactions."""
    return Remark.objects.select_related("dossier__unit", "item").get(pk=dossier_id)


def remark_by_code(code: str) -> Remark | None:
    """Give the remark whose code somebody has; nobody guesses one."""
    return Remark.objects.select_related("dossier__unit", "item").filter(code=code).first()


def remark_lamp(row: Remark, at: datetime) -> Lamp | None:
    """Give the lamp of a remark that waits."""
    return work.lamp_of(row.dossier, at)


def answer_limit(kind: RemarkKind, on: date) -> Limit:
    """
    Give the limit within which a kind of remark is answered.

    :raises NotInForce: no rule says so on that day
    """
    rule = definitions.rule(LIMITS[kind], on)
    return Limit(int(rule.value), rule.unit, f"{LIMITS[kind]}：{rule.basis}")


def addressee(item: ServiceItem | None, at: datetime) -> Unit | None:
    """
    Find the unit that answers: that of the item, else the hall.

    An item of a unit that only an imported list names has nobody here: the hall answers for it.
    """
    there = units_in_force(at)
    if item is not None:
        named = Unit.objects.filter(code=item.unit_code).first()
        own = there.filter(pk=current_unit(named).pk).first() if named else None
        if own is not None:
            return own
    return there.filter(kind=UnitKind.HALL).order_by("code").first()


def may_take_over(unit: Unit, at: datetime) -> QuerySet[Unit]:
    """List the units to which a remark may be passed on."""
    return units_in_force(at).exclude(pk=unit.pk).order_by("rank", "code")
