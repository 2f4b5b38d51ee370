"""What supervision does when the engine or a case has news."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from yichuang.domains.cases.queries import Case, Notice
from yichuang.domains.cases.terms import KIND, STAGE
from yichuang.domains.supervision import commands
from yichuang.domains.supervision.commands.orders import draft_for_overdue
from yichuang.domains.supervision.commands.refusals import AlreadyEnded, RemindedToday
from yichuang.domains.supervision.queries.reminders import held_back
from yichuang.domains.supervision.rules import gives_no_reason
from yichuang.domains.supervision.terms import DRAFT_RUNG, REMIND_RUNG, Colour, Ground
from yichuang.foundation.people.actors import SYSTEM, local_day
from yichuang.foundation.records.models import Record
from yichuang.foundation.records.queries import payload_of
from yichuang.foundation.records.reactions import reaction
from yichuang.foundation.work.models import Clock
from yichuang.foundation.work.terms import RUNGS, ClockKind

CARDS = {
    ClockKind.ACCEPTANCE: (Colour.YELLOW, Ground.ACCEPTANCE),
    ClockKind.PROMISE: (Colour.YELLOW, Ground.PROMISE),
    ClockKind.LEGAL: (Colour.RED, Ground.LEGAL),
}
"""Which suspicion a limit that passed raises (domain §2.3)."""


@reaction("RungReached")
def follow_a_clock(record: Record) -> None:
    """Suspect a card when a limit of a case passes; remind one working day later, draft an order after five."""
    told = payload_of(record)
    clock = Clock.objects.select_related("dossier").filter(pk=told["clock_id"], step=None).first()
    if clock is None or clock.dossier.kind not in (KIND, STAGE) or clock.kind not in CARDS or clock.due_at is None:
        return
    if clock.due_at > record.at or (clock.stopped_at is not None and clock.stopped_at <= clock.due_at):
        return  # it was paused, extended or stopped in time before this was heard
    rung, dossier = told["rung"], clock.dossier
    if rung == "due":
        _suspect(clock, ClockKind(clock.kind), clock.due_at, record)
    elif clock.stopped_at is None and rung == REMIND_RUNG:
        deferral = held_back(clock)
        if deferral is not None and deferral.until > local_day(record.at):
            return  # a job reminds on that day
        try:
            commands.remind(dossier_id=dossier.pk, by=SYSTEM, at=record.at)
        except (RemindedToday, AlreadyEnded):
            return
    elif clock.stopped_at is None and rung == DRAFT_RUNG and clock.kind == ClockKind.PROMISE:
        draft_for_overdue(about_id=dossier.pk, days=RUNGS[DRAFT_RUNG], at=record.at, by=SYSTEM)


@reaction("DeemedAccepted")
def follow_silence(record: Record) -> None:
    """Suspect a yellow card where nobody answered in time and the application counts as accepted."""
    case_id = payload_of(record)["case_id"]
    clock = Clock.objects.filter(dossier_id=case_id, kind=ClockKind.ACCEPTANCE).order_by("-attempt").first()
    if clock is not None and clock.due_at is not None:
        _suspect(clock, ClockKind.ACCEPTANCE, clock.due_at, record)


@reaction("CorrectionAsked")
def follow_a_notice(record: Record) -> None:
    """Suspect a red card when a later notice asks something new about what was in hand at the first."""
    told = payload_of(record)
    if not told["suspected"]:
        return
    notice = Notice.objects.get(pk=told["notice"])
    names = notice.rows.filter(suspected=True).values_list("name", flat=True)
    commands.suspect(
        dossier_id=notice.case_id,
        colour=Colour.RED,
        ground=Ground.NEW_ROW,
        cause=f"notice/{notice.pk}",
        breached_at=notice.told_at,
        at=record.at,
        detail=_("第%(n)s次告知新增：%(names)s") % {"n": notice.n, "names": "、".join(names)[:160]},
    )


@reaction("CaseRefused")
def follow_a_refusal(record: Record) -> None:
    """Suspect a red card when 不予受理 gives no reason."""
    _look_for_a_reason(record)


@reaction("CaseDecided")
def follow_a_denial(record: Record) -> None:
    """Suspect a red card when 不予许可 gives no reason."""
    _look_for_a_reason(record)


@reaction("ClocksRecomputed")
def follow_a_new_notice(record: Record) -> None:
    """Open an appeal against the cards of limits that a calendar notice has moved: they stay until a person decides."""
    moved = [clock_id for clock_id, _old, _new in payload_of(record)["moved"]]
    for clock in Clock.objects.filter(pk__in=moved, stopped_at=None):
        commands.appeal_for_notice(clock=clock, at=record.at)


def _look_for_a_reason(record: Record) -> None:
    """Nothing at all is not accepted as a reason in the first place; stock phrases are no reason either."""
    told = payload_of(record)
    decision = Case.objects.get(pk=told["case_id"]).decisions.filter(kind=told["kind"]).order_by("-pk").first()
    if decision is None or told["kind"] not in ("REFUSED", "DENIED") or not gives_no_reason(decision.reason):
        return
    commands.suspect(
        dossier_id=decision.case_id,
        colour=Colour.RED,
        ground=Ground.NO_REASON,
        cause=f"decision/{decision.pk}",
        breached_at=decision.at,
        at=record.at,
        detail=_("所写理由：%(reason)s") % {"reason": decision.reason[:160]},
    )


def _suspect(clock: Clock, kind: ClockKind, due: datetime, record: Record) -> None:
    colour, ground = CARDS[kind]
    commands.suspect(
        dossier_id=clock.dossier_id,
        colour=colour,
        ground=ground,
        cause=f"clock/{clock.pk}/{due:%Y%m%d}",
        breached_at=due,
        at=record.at,
    )
