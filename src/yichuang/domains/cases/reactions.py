"""
What an application's news set off: its applicant and agent are told, those who hold a step are reminded, then heads.

Only reminders go out by themselves; what blames anybody is a person's deed elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from yichuang.domains.cases.models import Case, CaseMaterial, Delivery, Hold, Notice
from yichuang.domains.cases.terms import KIND, STAGE, Channel, DecisionKind, HoldKind, MaterialState
from yichuang.foundation.documents.models import Paper
from yichuang.foundation.notices import commands as notices
from yichuang.foundation.notices import queries as notice_queries
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.records.models import Record
from yichuang.foundation.records.pen import read
from yichuang.foundation.records.reactions import reaction
from yichuang.foundation.work import queries as work
from yichuang.foundation.work.models import Clock
from yichuang.foundation.work.terms import ClockKind

RESULT = "approval_decision"
"""The paper whose making says that the result can be fetched."""
PENDING = "approved_pending"
"""The state of an approval that waits for deferred materials."""
MOST_ROWS = 5
"""Corrections that a message names; the notice names all."""

APPLICANTS = {ClockKind.CORRECTION: "case_correction_due", ClockKind.SUPPLEMENT: "case_supplement_due"}
"""Limits that the applicant has to keep: he is reminded once, when they are due soon."""
PERMISSIONS = {
    ClockKind.ACCEPTANCE: "cases.precheck",
    ClockKind.DELIVERY: "cases.deliver",
    ClockKind.CHECK: "cases.check_commitment",
}
"""Who keeps a limit of the whole case; the others are kept by those who hold its live steps."""


@reaction("ApplicationReceived")
def tell_received(record: Record) -> None:
    """Tell that the application came, and by when it is answered; the items of a stage say nothing of their own."""
    case = _case(record)
    if case.channel != Channel.STAGE:
        _tell(record, case, "case_received", unit=case.dossier.unit.name, due=_due(case, ClockKind.ACCEPTANCE))


@reaction("CaseAccepted")
def tell_accepted(record: Record) -> None:
    """Tell that it was accepted, and the promised day."""
    case = _case(record)
    if case.channel != Channel.STAGE:
        _tell(record, case, "case_accepted", unit=case.dossier.unit.name, due=_due(case, ClockKind.PROMISE))


@reaction("DeemedAccepted")
def tell_deemed_accepted(record: Record) -> None:
    """Tell that silence made it accepted, from the day of receipt."""
    case = _case(record)
    promise = _due(case, ClockKind.PROMISE)
    day = case.dossier.accepted_at
    _tell(record, case, "case_deemed_accepted", unit=case.dossier.unit.name, day=day, due=promise)


@reaction("CorrectionAsked")
def tell_correction(record: Record) -> None:
    """Tell what is to be corrected, and by when."""
    case = _case(record)
    names = list(Notice.objects.get(pk=read(record)["notice"]).rows.order_by("pk").values_list("name", flat=True))
    listed = "、".join(names[:MOST_ROWS]) + ("等" if len(names) > MOST_ROWS else "")
    due = _due(case, ClockKind.CORRECTION)
    _tell(record, case, "case_correction_asked", count=len(names), list=listed, due=due)


@reaction("CorrectionLapsed")
def tell_lapsed(record: Record) -> None:
    """Tell that the date for corrections passed."""
    _tell(record, _case(record), "case_lapsed")


@reaction("CaseRefused")
def tell_refused(record: Record) -> None:
    """Tell that it was not accepted; the paper says why."""
    case = _case(record)
    _tell(record, case, "case_refused", unit=case.dossier.unit.name)


@reaction("HoldApproved")
def tell_held(record: Record) -> None:
    """Tell why the limit stands still or is longer."""
    hold = Hold.objects.get(pk=read(record)["hold_id"])
    case = _of(hold.case_id)
    if hold.kind == HoldKind.EXTENSION:
        _tell(record, case, "case_extended", days=hold.expected_days, due=_due(case, ClockKind.PROMISE))
    else:
        _tell(record, case, "case_paused", ground=hold.ground, days=hold.expected_days, day=record.at)


@reaction("HoldEnded")
def tell_resumed(record: Record) -> None:
    """Tell that the limit goes on, and the new date."""
    case = _of(Hold.objects.values_list("case", flat=True).get(pk=read(record)["hold_id"]))
    _tell(record, case, "case_resumed", due=_due(case, ClockKind.PROMISE))


@reaction("CaseDecided")
def tell_decided(record: Record) -> None:
    """Tell what was decided."""
    case = _case(record)
    template = "case_denied" if read(record)["kind"] == DecisionKind.DENIED else "case_approved"
    _tell(record, case, template, unit=case.dossier.unit.name)


@reaction("SupplementHandedIn")
def remind_of_certificate(record: Record) -> None:
    """Remind those who sign that a pending approval has all it waited for, and its licence may be issued."""
    case = _case(record)
    open_rows = CaseMaterial.objects.filter(case=case, state=MaterialState.DEFERRED)
    if case.dossier.state == PENDING and not open_rows.exists():
        people = notice_queries.people_with("cases.decide", case.dossier.unit_id, record.at)
        _remind(record, case, "supplement_complete", people)


@reaction("DecisionRevoked")
def tell_revoked(record: Record) -> None:
    """Tell that a permit was revoked."""
    case = _case(record)
    _tell(record, case, "case_revoked", unit=case.dossier.unit.name)


@reaction("PaperSealed")
def tell_ready(record: Record) -> None:
    """Tell that the result can be fetched, once its paper is sealed."""
    paper = Paper.objects.filter(pk=read(record)["paper_id"], kind=RESULT, dossier__case__isnull=False).first()
    if paper is not None:
        _tell(record, _of(paper.dossier_id), "case_ready", paper=paper.name)


@reaction("ResultPosted")
def tell_posted(record: Record) -> None:
    """Tell the mail number."""
    told = read(record)
    _tell(record, _case(record), "case_posted", waybill=told["waybill"])


@reaction("ResultReturned")
def tell_returned(record: Record) -> None:
    """Tell that the post brought the result back, while it still waits."""
    case = _case(record)
    if not Delivery.objects.filter(case=case, received_at__isnull=False).exists():
        _tell(record, case, "case_returned")


@reaction("CommitmentCheckDue")
def remind_of_check(record: Record) -> None:
    """Remind those who check commitments in the unit."""
    case = _case(record)
    people = notice_queries.people_with("cases.check_commitment", case.dossier.unit_id, record.at)
    _remind(record, case, "commitment_check_due", people)


@reaction("RungReached")
def remind(record: Record) -> None:
    """Remind whoever has to keep a limit; once it is over, put it into the digest of the heads too."""
    told = read(record)
    clock = Clock.objects.select_related("dossier", "step").filter(pk=told["clock_id"], stopped_at=None).first()
    if clock is None or clock.dossier.kind not in (KIND, STAGE) or clock.due_at is None:
        return
    case, kind, due = _of(clock.dossier_id), ClockKind(clock.kind), clock.due_at
    soon = told["rung"] == "amber"
    if kind in APPLICANTS:
        if soon:
            _tell(record, case, APPLICANTS[kind], due=due)
        return
    facts = {"step": clock.step.name if clock.step else clock.get_kind_display(), "due": due}
    people = _keepers(clock, case, record)
    _remind(record, case, "step_due_soon" if soon else "step_overdue", people, facts)
    if not soon:
        unit_id = clock.step.unit_id if clock.step and clock.step.unit_id else case.dossier.unit_id
        notices.put_in_digest(
            account_ids=notice_queries.heads_of(unit_id, record.at),
            text=f"{case.dossier.number} {case.dossier.title}（{local_day(due):%m-%d}）",
            key=f"{record.stream}/{record.seq}",
            dossier_id=case.pk,
            at=record.at,
        )


def _keepers(clock: Clock, case: Case, record: Record) -> list[int]:
    """List who has to keep a limit: who has the step in hand, else all on its post."""
    permission = PERMISSIONS.get(ClockKind(clock.kind))
    if clock.step is None and permission:
        return notice_queries.people_with(permission, case.dossier.unit_id, record.at)
    steps = [clock.step] if clock.step else list(work.live_steps(case.dossier))
    found: list[int] = []
    for step in steps:
        if step.claimed_by_id:
            found += notice_queries.present([step.claimed_by_id], record.at)
        elif step.unit_id:
            found += notice_queries.people_with(step.permission, step.unit_id, record.at)
    return list(dict.fromkeys(found))


def _case(record: Record) -> Case:
    return _of(read(record)["case_id"])


def _of(case_id: int) -> Case:
    return Case.objects.select_related("dossier__unit").get(pk=case_id)


def _due(case: Case, kind: ClockKind) -> Any:
    """Give the due moment of a limit; None where there is none, or it stands still."""
    clock = work.running(case.dossier, kind)
    return clock.due_at if clock else None


def _tell(record: Record, case: Case, template: str, **facts: Any) -> None:
    """Tell the applicant and the agent, each once."""
    for party_id in dict.fromkeys(each for each in (case.applicant_id, case.agent_id) if each):
        notices.tell_party(
            template=template,
            party_id=party_id,
            facts=_about(case) | facts,
            key=f"{record.stream}/{record.seq}",
            at=record.at,
            dossier_id=case.pk,
            link=reverse("cases:follow", args=[case.dossier.number]),
        )


def _remind(
    record: Record, case: Case, template: str, account_ids: list[int], facts: Mapping[str, Any] | None = None
) -> None:
    notices.tell_accounts(
        template=template,
        account_ids=account_ids,
        facts=_about(case) | dict(facts or {}),
        key=f"{record.stream}/{record.seq}",
        at=record.at,
        dossier_id=case.pk,
        link=reverse("cases:screen", args=[case.dossier.number]),
    )


def _about(case: Case) -> dict[str, Any]:
    return {"number": case.dossier.number, "item": case.dossier.title}
