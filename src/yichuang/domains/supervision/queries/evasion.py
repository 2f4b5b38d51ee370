"""
疑似规避时限: cases whose dates look arranged (practice 5). Each is a question to be answered, not a finding.

Every pattern looks at the last `LOOK_BACK` days of the units that the reader supervises.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from yichuang.domains.cases.queries import Case, Delivery, Hold, Notice
from yichuang.domains.cases.terms import DeliveryState, HoldKind
from yichuang.domains.construction import queries as construction
from yichuang.domains.supervision.terms import AGAIN_WITHIN, ENTERED_LATE, MINUTES, Pattern
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.records.models import Record
from yichuang.foundation.records.terms import CHINA
from yichuang.foundation.work import timing
from yichuang.foundation.work.models import Clock, Dossier
from yichuang.foundation.work.terms import ClockKind
from yichuang.kernel import clocks as kernel

LOOK_BACK = timedelta(days=90)
"""How far back the page looks."""

VIEW = "supervision.view"
MANY = 50
"""Units from which on a statement is not told which: what it finds of others is left out afterwards."""


@dataclass(frozen=True, slots=True)
class Lead:
    """One case that looks arranged: by which pattern, whose, when, and what its words are made of."""

    pattern: Pattern
    case_id: int
    unit_id: int
    at: datetime
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One row of the page: which case, what was seen, when."""

    pattern: Pattern
    number: str
    title: str
    unit: str
    at: datetime
    seen: str
    unit_id: int | None  # empty: found outside, of no unit


def evasion(actor: Actor, at: datetime) -> dict[Pattern, list[Suspicion]]:
    """List what looks arranged, by pattern, newest first."""
    found: dict[Pattern, list[Suspicion]] = {pattern: [] for pattern in Pattern}
    for row in in_words(leads(actor, at)):
        found[row.pattern].append(row)
    return found


def leads(actor: Actor, at: datetime) -> list[Lead | Suspicion]:
    """List what looks arranged, newest first, as far as it is needed to count it: `in_words` gives rows to be read."""
    units = actor.units(VIEW)
    rows = Case.objects.all()
    if units is not None and len(units) <= MANY:
        rows = rows.filter(dossier__unit_id__in=units)
    found: list[Lead | Suspicion] = [lead for ask in ASKED for lead in ask(rows, at)]
    found += _outside(actor, at)
    if units is not None:
        found = [each for each in found if each.unit_id is None or each.unit_id in units]
    return sorted(found, key=lambda each: each.at, reverse=True)


def in_words(found: Sequence[Lead | Suspicion]) -> list[Suspicion]:
    """Give leads as rows to be read, in their order."""
    keys = {each.case_id for each in found if isinstance(each, Lead)}
    cases = Dossier.objects.select_related("unit").in_bulk(keys)
    return [each if isinstance(each, Suspicion) else _row(each, cases[each.case_id]) for each in found]


def _entered_late(rows: QuerySet[Case], at: datetime) -> Iterator[Lead]:
    late = Case.objects.filter(
        Q(entered_at__gt=F("received_at")),  # an index holds those
        entered_at__gte=at - LOOK_BACK,
        entered_at__gt=_plus(F("received_at"), ENTERED_LATE),
    )
    for key, unit, entered, received in _told(rows.filter(pk__in=_keys(late)), "entered_at", "received_at"):
        yield Lead(Pattern.ENTERED_LATE, key, unit, entered, {"received": _moment(received)})


def _minutes(rows: QuerySet[Case], at: datetime) -> Iterator[Lead]:
    promised = Clock.objects.filter(dossier=OuterRef("pk"), kind=ClockKind.PROMISE, step=None)
    quick = Dossier.objects.filter(
        Exists(promised), concluded_at__gte=at - LOOK_BACK, concluded_at__lte=_plus(F("accepted_at"), MINUTES)
    )
    moments = ("dossier__concluded_at", "dossier__accepted_at")
    for key, unit, concluded, accepted in _told(rows.filter(pk__in=_keys(quick)), *moments):
        minutes = int((concluded - accepted).total_seconds() // 60)
        yield Lead(Pattern.MINUTES, key, unit, concluded, {"n": minutes})


def _last_day(rows: QuerySet[Case], at: datetime) -> Iterator[Lead]:
    kinds = (HoldKind.SPECIAL, HoldKind.SUSPENSION)
    asked = Hold.objects.filter(case__in=rows, kind__in=kinds, asked_at__gte=at - LOOK_BACK)
    holds = list(asked.select_related("case__dossier"))
    promises = timing.with_ledger(
        Clock.objects.filter(dossier__in=[each.case_id for each in holds], kind=ClockKind.PROMISE, step=None)
    )
    by_case = {clock.dossier_id: clock for clock in promises.order_by("attempt")}
    for hold in holds:
        due = _due_when(by_case[hold.case_id], hold.asked_at) if hold.case_id in by_case else None
        if due is None or definitions.office().calendar.between(local_day(hold.asked_at), local_day(due)) > 1:
            continue
        told = {"kind": hold.get_kind_display(), "due": _moment(due)}
        yield Lead(Pattern.LAST_DAY, hold.case_id, hold.case.dossier.unit_id, hold.asked_at, told)


def _due_when(row: Clock, asked_at: datetime) -> datetime | None:
    """Tell when a promise was due, as it stood just before a stop was asked for; None after the promise had passed."""
    clock = timing.clock_of(row)
    before = dataclasses.replace(
        clock,
        pauses=tuple(each for each in clock.pauses if each.from_at < asked_at),
        extensions=tuple(each for each in clock.extensions if each.decided_at < asked_at),
        stopped_at=None,
    )
    due = kernel.due(before, definitions.office())
    return due if due is not None and due >= asked_at else None


def _again(rows: QuerySet[Case], at: datetime) -> Iterator[Lead]:
    later = Case.objects.filter(
        applicant=OuterRef("applicant"),
        item_id=OuterRef("item_id"),
        received_at__gte=OuterRef("dossier__concluded_at"),
        received_at__lte=_plus(OuterRef("dossier__concluded_at"), AGAIN_WITHIN),
    ).exclude(pk=OuterRef("pk"))
    back = rows.filter(dossier__outcome="withdrawn", dossier__concluded_at__gte=at - LOOK_BACK).annotate(
        again=Subquery(later.order_by("received_at").values("dossier__number")[:1])
    )
    for key, unit, concluded, number in _told(back.filter(again__isnull=False), "dossier__concluded_at", "again"):
        yield Lead(Pattern.AGAIN, key, unit, concluded, {"number": number})


def _returned(rows: QuerySet[Case], at: datetime) -> Iterator[Lead]:
    since = at - LOOK_BACK
    told = Notice.objects.filter(is_precheck=True, told_at__gte=since).order_by().values_list("case_id")
    often = dict(told.annotate(n=Count("pk")).filter(n__gte=2))
    for key, unit, received in _told(rows.filter(pk__in=often, received_at__gte=since), "received_at"):
        yield Lead(Pattern.RETURNED, key, unit, received, {"n": often[key]})


def _not_delivered(rows: QuerySet[Case], at: datetime) -> Iterator[Lead]:
    out = Delivery.objects.filter(case=OuterRef("pk"), state__in=[DeliveryState.POSTED, DeliveryState.RECEIVED])
    late = Clock.objects.filter(
        dossier=OuterRef("pk"), kind=ClockKind.DELIVERY, step=None, stopped_at=None, due_at__lt=at
    )
    kept = rows.filter(
        ~Exists(out),
        Exists(late),
        dossier__outcome__in=["passed", "passed_with_conditions"],
        dossier__concluded_at__gte=at - LOOK_BACK,
    )
    for key, unit, concluded in _told(kept, "dossier__concluded_at"):
        yield Lead(Pattern.NOT_DELIVERED, key, unit, concluded, {})


def _undone(rows: QuerySet[Case], at: datetime) -> Iterator[Lead]:
    """A taken back acceptance starts a new acceptance clock of the full limit: done often, nothing is ever late."""
    told = Record.objects.filter(kind="AcceptanceUndone", at__gte=at - LOOK_BACK).order_by("-at")
    moments: dict[int, list[datetime]] = {}
    for stream, moment in told.values_list("stream", "at"):
        moments.setdefault(int(stream.removeprefix("dossier/")), []).append(moment)
    for key, unit in _told(rows.filter(pk__in=moments)):
        yield Lead(Pattern.UNDONE, key, unit, moments[key][0], {"n": len(moments[key])})


def _outside(actor: Actor, at: datetime) -> list[Suspicion]:
    return [
        Suspicion(
            Pattern.OUTSIDE,
            alarm.project.dossier.number,
            alarm.name,
            str(alarm.unit or ""),
            alarm.found_at,
            _("%(number)s：%(how)s") % {"number": alarm.number, "how": alarm.found_how},
            alarm.unit_id,
        )
        for alarm in construction.alarms(actor).filter(found_at__gte=at - LOOK_BACK)
    ]


ASKED: tuple[Callable[[QuerySet[Case], datetime], Iterator[Lead]], ...] = (
    _entered_late,
    _minutes,
    _last_day,
    _again,
    _returned,
    _not_delivered,
    _undone,
)


def _row(lead: Lead, dossier: Dossier) -> Suspicion:
    seen = _seen(lead.pattern) % {**lead.told, "at": _moment(lead.at)}
    return Suspicion(
        lead.pattern, dossier.number, dossier.title, dossier.unit.short_name, lead.at, seen, dossier.unit_id
    )


def _seen(pattern: Pattern) -> str:
    return {
        Pattern.ENTERED_LATE: _("收件 %(received)s，录入 %(at)s"),
        Pattern.MINUTES: _("受理后%(n)s分钟办结"),
        Pattern.LAST_DAY: _("%(at)s 申请%(kind)s，承诺时限 %(due)s"),
        Pattern.AGAIN: _("%(at)s 撤回，又以 %(number)s 重报"),
        Pattern.RETURNED: _("预审退回%(n)s次"),
        Pattern.NOT_DELIVERED: _("%(at)s 办结，送达时限已过，没有出件记录"),
        Pattern.UNDONE: _("%(at)s 撤回受理，受理时限重新起算；共%(n)s次"),
    }[pattern]


def _told(rows: QuerySet[Case], *names: str) -> QuerySet[Case, tuple[Any, ...]]:
    """Tell of cases key and unit, then what is named."""
    return rows.order_by().values_list("pk", "dossier__unit_id", *names)


def _keys(rows: QuerySet[Any]) -> list[int]:
    """Ask for keys alone first: an index has them, and few of many are found."""
    return list(rows.order_by().values_list("pk", flat=True))


def _plus(moment: F | OuterRef, span: timedelta) -> ExpressionWrapper:
    return ExpressionWrapper(moment + span, output_field=DateTimeField())


def _moment(at: datetime) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"
