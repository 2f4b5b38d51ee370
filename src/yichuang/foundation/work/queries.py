"""Questions to the engine. Lists start from the one filter; pages get frozen values made for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet

from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.visibility import visible
from yichuang.foundation.records.terms import CHINA
from yichuang.foundation.work import family, steps, timing
from yichuang.foundation.work.models import Clock, Dossier, Pause, Share, Step
from yichuang.foundation.work.reasons import in_words
from yichuang.foundation.work.terms import COUNTERSIGN, LIVE, POSTS, ClockKind, Lamp, ShareState, StepKind
from yichuang.kernel import clocks as kernel
from yichuang.kernel import plans


@dataclass(frozen=True, slots=True)
class ClockSeen:
    """One clock as a page tells it."""

    kind: ClockKind
    label: str
    limit: int
    unit: str
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    days_left: int | None
    lamp: Lamp | None
    paused_since: datetime | None
    paused_because: str
    due_if_resumed: datetime | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class StepSeen:
    """One step as a page tells it: who owes it, since when, until when, and how it ended."""

    id: int
    key: str
    name: str
    attempt: int
    kind: str
    unit: str
    state: str
    label: str
    optional: bool
    flagged: bool
    because: str
    opened_at: datetime | None
    done_at: datetime | None
    due_at: datetime | None
    outcome: str
    opinion: str
    who: str
    child_id: int | None
    child_number: str
    lamp: Lamp | None


def dossier(number: str) -> Dossier:
    """
    Find a dossier by its number, with its unit.

    :raises Dossier.DoesNotExist: no such number
    """
    return Dossier.objects.select_related("unit").get(number=number)


def dossiers(actor: Actor, purpose: str = "list") -> QuerySet[Dossier]:
    """List what the actor may see."""
    return visible(actor, Dossier, purpose)


def lamp_of(row: Dossier | Step, at: datetime) -> Lamp | None:
    """Tell the lamp of a dossier or a step from its stored instants."""
    paused = isinstance(row, Dossier) and row.paused_since is not None
    return timing.lamp(amber_at=row.amber_at, due_at=row.due_at, at=at, paused=paused)


def with_lamp(rows: QuerySet[Any], lamp: Lamp, at: datetime) -> QuerySet[Any]:
    """Filter dossiers or steps by lamp: ranges of two stored instants, never a function per row."""
    match lamp:
        case Lamp.RED:
            return rows.filter(due_at__lt=at)
        case Lamp.YELLOW:
            return rows.filter(amber_at__lte=at, due_at__gte=at)
        case Lamp.GREEN:
            return rows.filter(due_at__gte=at).exclude(amber_at__lte=at)
    return rows.filter(paused_since__isnull=False)


def clocks_of(row: Dossier, at: datetime) -> list[ClockSeen]:
    """Tell every clock of a dossier itself, the running ones first."""
    office = timing.office()
    found = [each for each in timing.clocks_of(row.pk) if each.step_id is None]
    return [_seen(each, at, office) for each in sorted(found, key=lambda each: (each.stopped_at is not None, each.pk))]


def running(row: Dossier, kind: ClockKind) -> Clock | None:
    """Give the running clock of a kind, with its ledger, where there is one."""
    rows = Clock.objects.filter(dossier=row, kind=kind, step=None, stopped_at=None)
    return timing.with_ledger(rows).first()


def steps_of(row: Dossier, at: datetime, *, all_attempts: bool = False) -> list[StepSeen]:
    """Tell the steps of a dossier in the order of its plan; the latest attempt of each unless all are asked for."""
    if not row.plan:
        return []
    order = {key: place for place, key in enumerate(steps.plan_of(row).order)}
    found = Step.objects.filter(dossier=row).select_related("unit", "claimed_by", "done_by", "child")
    latest: dict[tuple[str, int], Step] = {}
    for each in found.order_by("attempt"):
        latest[(each.key, each.attempt if all_attempts else 0)] = each
    ordered = sorted(latest.values(), key=lambda each: (order.get(each.key, 99), each.attempt))
    return [_step_seen(each, at) for each in ordered]


def live_steps(row: Dossier) -> QuerySet[Step]:
    """List the steps of a dossier that wait for somebody."""
    return Step.objects.filter(dossier=row, state__in=LIVE).order_by(F("due_at").asc(nulls_last=True), "pk")


def my_steps(actor: Actor, permissions: Iterable[str] = tuple(POSTS.values())) -> QuerySet[Step]:
    """List the live steps of work on which the actor's posts act, in every unit where they do."""
    mine = Q()
    reached = False
    for permission in permissions:
        units = actor.units(permission)
        if units is None:
            mine |= Q(permission=permission)
            reached = True
        elif units:
            mine |= Q(permission=permission, unit_id__in=units)
            reached = True
    rows = Step.objects.filter(state__in=LIVE, kind=StepKind.WORK)
    return rows.filter(mine) if reached else rows.none()


def my_shares(actor: Actor, permission: str = "cases.handle") -> QuerySet[Share]:
    """List the parts of joint steps, and what was asked to be countersigned, that wait for the actor's units."""
    rows = Share.objects.filter(state=ShareState.OPEN)
    return rows.filter(_units(actor, permission, permission="") | _units(actor, COUNTERSIGN, permission=COUNTERSIGN))


def _units(actor: Actor, held: str, **shares: str) -> Q:
    units = actor.units(held)
    return Q(**shares) if units is None else Q(**shares, unit_id__in=units)


def filtered(rows: QuerySet[Step], name: str, at: datetime) -> QuerySet[Step]:
    """Narrow a work list by one of `worklist.FILTERS`."""
    return rows.filter(_filter(name, at))


def critical_path(row: Dossier) -> plans.CriticalPath:
    """Tell the timetable of a dossier's plan as it stands."""
    plan, rows = steps.plan_of(row), steps.rows_of(row)
    durations = {}
    for key, each in rows.items():
        if each.child_id is not None:
            promise = Clock.objects.filter(dossier_id=each.child_id, kind=ClockKind.PROMISE, step=None).first()
            if promise is not None:
                durations[key] = promise.limit
    return plans.critical_path(plan, steps.facts_of(row), durations, steps.standing_of(plan, rows))


def paused_because(row: Dossier) -> str:
    """Tell why the watched clock of a dossier stands still."""
    pause = Pause.objects.filter(clock__dossier=row, clock__step=None, to_at=None, cancelled_at=None).first()
    return family.because(pause.kind, pause.reason) if pause else ""


def days_used(row: Dossier, kind: ClockKind, at: datetime) -> int | None:
    """Tell the whole units used by the latest clock of a kind, pauses out; None where there was none."""
    found = timing.with_ledger(Clock.objects.filter(dossier=row, kind=kind, step=None)).order_by("-attempt").first()
    return None if found is None else int(kernel.used(timing.clock_of(found), at, timing.office()))


def _filter(name: str, at: datetime) -> Q:
    today = timing.local(at).date()
    ends = [datetime.combine(today + timedelta(days=n), time(), CHINA) for n in (1, 2)]
    match name:
        case "overdue":
            return Q(due_at__lt=at)
        case "today":
            return Q(due_at__gte=at, due_at__lt=ends[0])
        case "tomorrow":
            return Q(due_at__gte=ends[0], due_at__lt=ends[1])
        case "to_claim":
            return Q(state="open")
        case "correcting":
            return Q(dossier__state="correcting")
        case "special":
            return Q(dossier__paused_since__isnull=False)
        case "to_countersign":
            return Q(shares__state=ShareState.OPEN)
    return Q(pk__isnull=False)


def _seen(row: Clock, at: datetime, office: Any) -> ClockSeen:
    clock = timing.clock_of(row)
    pause = next((each for each in row.pauses.all() if each.to_at is None and each.cancelled_at is None), None)
    stopped = row.stopped_at is not None
    return ClockSeen(
        kind=ClockKind(row.kind),
        label=row.get_kind_display(),
        limit=row.limit,
        unit=row.unit,
        started_at=row.started_at,
        due_at=row.due_at,
        stopped_at=row.stopped_at,
        days_left=None if stopped else int(kernel.remaining(clock, at, office)),
        lamp=None if stopped else timing.lamp(amber_at=row.amber_at, due_at=row.due_at, at=at, paused=bool(pause)),
        paused_since=pause.from_at if pause else None,
        paused_because=family.because(pause.kind, pause.reason) if pause else "",
        due_if_resumed=kernel.due_if_resumed(clock, at, office) if pause else None,
        is_overdue=kernel.was_late(clock, office) if stopped else kernel.is_overdue(clock, at, office),
    )


def _step_seen(row: Step, at: datetime) -> StepSeen:
    who = row.done_by or row.claimed_by
    return StepSeen(
        id=row.pk,
        key=row.key,
        name=row.name,
        attempt=row.attempt,
        kind=row.kind,
        unit=row.unit.short_name if row.unit else "",
        state=row.state,
        label=row.get_state_display(),
        optional=row.optional,
        flagged=row.flagged,
        because=in_words(row.because, local_day(at)),
        opened_at=row.opened_at,
        done_at=row.done_at,
        due_at=row.due_at,
        outcome=row.outcome,
        opinion=row.opinion,
        who=str(who) if who else "",
        child_id=row.child_id,
        child_number=row.child.number if row.child else "",
        lamp=lamp_of(row, at) if row.state in LIVE else None,
    )
