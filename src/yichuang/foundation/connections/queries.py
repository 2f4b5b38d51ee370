"""Questions about outside systems: the log, what differs, how each stands. What messages say is sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from yichuang.foundation.connections.adapters import adapter_kinds
from yichuang.foundation.connections.models import Difference, Message, Reconciliation, System, unsealed
from yichuang.foundation.connections.terms import Direction, MessageState, Standing
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.visibility import register_scope, visible

OLD = timedelta(hours=1)
"""A message that waits for longer means that a system is slow."""


@dataclass(frozen=True, slots=True)
class Health:
    """How one system stands. `last_success_at` and `last_failure_at` are real time, `oldest_waiting_at` business."""

    code: str
    name: str
    adapter: str
    standing: Standing
    last_success_at: datetime | None
    last_failure_at: datetime | None
    last_error: str
    waiting: int
    oldest_waiting_at: datetime | None
    oldest_age: timedelta | None
    unanswered: int
    refused: int
    parked: int
    reconciled_on: date | None
    differences: int | None


def register_scopes() -> None:
    """Tell the one filter: the log is seen by who looks after outside systems, of a unit or of all."""
    units = Q(system__unit__isnull=False)
    register_scope(
        Message,
        permission="connections.view",
        purposes={"retry": "connections.retry"},
        units=lambda reach: units & Q(system__unit__in=reach.units),
    )
    register_scope(System, permission="connections.view", units=lambda reach: Q(unit__in=reach.units))


def system(code: str) -> System | None:
    """Find a system; None where it is not connected."""
    return System.objects.filter(code=code).first()


def is_open(code: str) -> bool:
    """Say whether a system is connected and spoken to."""
    return System.objects.filter(code=code, enabled=True).exists()


def systems(actor: Actor) -> QuerySet[System]:
    """List the systems that the actor may see."""
    return visible(actor, System).order_by("code")


def messages(actor: Actor, *, system: str = "", state: str = "") -> QuerySet[Message]:
    """List the messages that the actor may see, newest first."""
    rows = visible(actor, Message).select_related("system").order_by("-pk")
    if system:
        rows = rows.filter(system=system)
    return rows.filter(state=state) if state else rows


def message(system: str, key: str) -> Message | None:
    """Find a message of ours by its key."""
    return Message.objects.filter(system=system, direction=Direction.OUT, key=key).first()


def body_of(row: Message) -> Mapping[str, Any]:
    """Read what a message says. It may name people: who shows it to somebody notes the access before."""
    return unsealed(row.body)


def answer_of(row: Message) -> Mapping[str, Any]:
    """Read what the other side answered; the same holds."""
    return unsealed(row.answer)


def differences(*, system: str = "", day: date | None = None) -> QuerySet[Difference]:
    """List the lines in which the books differ, newest day first."""
    rows = Difference.objects.select_related("reconciliation__system").order_by("-reconciliation__day", "pk")
    if system:
        rows = rows.filter(reconciliation__system=system)
    return rows.filter(reconciliation__day=day) if day else rows


def health(at: datetime) -> list[Health]:
    """Tell how every system stands at the business moment `at`: three queries however many there are."""
    out = Message.objects.filter(direction=Direction.OUT)
    counted = {
        row["system"]: row
        for row in out.exclude(state=MessageState.ANSWERED)
        .order_by()
        .values("system")
        .annotate(
            waiting=Count("pk", filter=Q(state=MessageState.WAITING)),
            oldest=Min("at", filter=Q(state=MessageState.WAITING)),
            unanswered=Count("pk", filter=Q(state=MessageState.SENT)),
            refused=Count("pk", filter=Q(state=MessageState.FAILED)),
            parked=Count("pk", filter=Q(state=MessageState.PARKED)),
        )
    }
    compared = {
        row.system_id: row for row in Reconciliation.objects.annotate(found=Count("differences")).order_by("day")
    }
    return [_health(row, counted.get(row.pk, {}), compared.get(row.pk), at) for row in System.objects.order_by("code")]


def _health(row: System, counts: Mapping[str, Any], last: Any, at: datetime) -> Health:
    oldest: datetime | None = counts.get("oldest")
    age = at - oldest if oldest else None
    kinds = adapter_kinds()
    return Health(
        code=row.code,
        name=row.name,
        adapter=str(kinds[row.adapter].label) if row.adapter in kinds else row.adapter,
        standing=_standing(row, age, counts.get("parked", 0)),
        last_success_at=row.last_success_at,
        last_failure_at=row.last_failure_at,
        last_error=row.last_error,
        waiting=counts.get("waiting", 0),
        oldest_waiting_at=oldest,
        oldest_age=age,
        unanswered=counts.get("unanswered", 0),
        refused=counts.get("refused", 0),
        parked=counts.get("parked", 0),
        reconciled_on=last.day if last else None,
        differences=last.found if last else None,
    )


def _standing(row: System, age: timedelta | None, parked: int) -> Standing:
    if not row.enabled:
        return Standing.OFF
    if row.last_error:
        return Standing.DOWN
    if parked or (age is not None and age > OLD):
        return Standing.SLOW
    return Standing.OK if row.last_success_at else Standing.UNTRIED
