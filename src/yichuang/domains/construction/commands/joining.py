"""Joint drawing review and joint acceptance: rounds of opinions, one list; one visit, one sheet, rework, recheck."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from yichuang.domains.cases import commands as cases
from yichuang.domains.cases import queries as case_queries
from yichuang.domains.cases.commands.materials import add_files
from yichuang.domains.construction import queries
from yichuang.domains.construction.commands.refusals import (
    AnsweredAlready,
    DrawingsMissing,
    OpinionMissing,
    OwnProposal,
    ReworkOpen,
    VerdictsDiffer,
    VisitInThePast,
    VisitNotAgreed,
    VisitNotYet,
)
from yichuang.domains.construction.events import (
    DrawingsHandedIn,
    JointOpinionsMerged,
    ReworkDone,
    VerdictsCarriedOver,
    VisitAgreed,
    VisitProposed,
)
from yichuang.domains.construction.models import Rework, Visit
from yichuang.domains.construction.rules.opinions import together
from yichuang.domains.construction.terms import Side, Verdict
from yichuang.foundation.people.actors import SYSTEM, Actor, local_day
from yichuang.foundation.records.labels import in_chinese
from yichuang.foundation.work import commands as work
from yichuang.foundation.work import deeds
from yichuang.foundation.work.models import Dossier, Share, Step
from yichuang.foundation.work.terms import ShareState

ACCEPTANCE = "joint_acceptance"
SHEETS = {"joint_acceptance": "联合验收意见书", "drawing_review": "联合图审意见书"}
"""Which sheet a round leaves, by item; the units' signatures stand on it together."""

BEGINS = {"accepted": "begin", "special_end": "go_on"}


def give_opinion(*, share_id: int, verdict: Verdict, opinion: str, by: Actor, at: datetime) -> None:
    """
    Give one unit's verdict in the round that runs; what does not pass is said line by line.

    In a joint acceptance the unit has been at the visit, and a fault opens a rework of that unit.

    :raises NotAllowed: `by` does not speak for that unit
    :raises ShareGivenAlready: the unit gave it before
    :raises OpinionMissing: it does not pass and nothing is said
    :raises VisitNotAgreed: no date is agreed
    :raises VisitNotYet: the agreed day has not come
    """
    if verdict != Verdict.PASSED and not opinion.strip():
        raise OpinionMissing
    share = Share.objects.select_related("step", "dossier").get(pk=share_id)
    if share.item_code == ACCEPTANCE:
        _visited(share.dossier, share.round, at)
    work.give_share(share_id=share_id, outcome=verdict, opinion=opinion.strip(), by=by, at=at)


def merge_opinions(
    *, step_id: int, verdict: Verdict, by: Actor, at: datetime, rework_by: date | None = None
) -> Verdict:
    """
    Conclude a round as the lead: one sheet with every unit's verdict; `revise` opens the next round.

    :raises NotAllowed: `by` does not act on the step
    :raises SharesMissing: a unit has not given its verdict
    :raises VerdictsDiffer: the units' verdicts together say something else
    """
    step = Step.objects.select_related("dossier", "unit").get(pk=step_id)
    name = BEGINS.get(step.dossier.state, "merge_opinions")
    with deeds.deed(name, on=step.dossier_id, by=by, at=at, permission=step.permission, unit_id=step.unit_id) as deed:
        shares = list(queries.joint_shares(step))
        found = together(share.outcome for share in shares)
        if found != verdict and all(share.state != ShareState.OPEN for share in shares):
            raise VerdictsDiffer(in_chinese(found.label))
        opinions = [
            {
                "unit": share.unit.short_name,
                "outcome": in_chinese(Verdict(share.outcome).label) if share.outcome in Verdict.values else "同意",
                "opinion": share.opinion or None,
            }
            for share in shares
        ]
        deed.complete(step, verdict.value, opinion="；".join(each["opinion"] for each in opinions if each["opinion"]))
        if step.item_code == ACCEPTANCE:
            _note_reworks(step, shares, rework_by, at)
        if sheet := SHEETS.get(step.item_code):
            deed.owe_paper(sheet, _told(step, verdict, opinions, rework_by))
        deed.record(
            JointOpinionsMerged(
                case_id=step.dossier_id,
                step=step.key,
                round=step.attempt,
                verdict=verdict.value,
                shares=tuple((share.unit.code, share.outcome) for share in shares),
            )
        )
    return found


def open_round(*, step_id: int, opinion: str, by: Actor, at: datetime) -> None:
    """
    Send a round out as the lead: distribute drawings, or confirm the agreed visit, so that the units give verdicts.

    After a round that asked for changes this waits for the new drawings or the finished rework; verdicts that passed
    in an earlier round of a joint acceptance stand and are carried over.

    :raises NotAllowed: `by` does not act on the step
    :raises VisitNotAgreed: no date for the visit is agreed
    :raises DrawingsMissing: the applicant has handed in nothing new
    :raises ReworkOpen: a rework is not reported as done
    """
    step = Step.objects.select_related("dossier").get(pk=step_id)
    if step.item_code == ACCEPTANCE:
        _ready_for_visit(step)
    elif step.attempt > 1 and not queries.drawings_since(step.dossier_id, step.opened_at).exists():
        raise DrawingsMissing
    cases.complete_step(step_id=step_id, outcome="agree", opinion=opinion, by=by, at=at)
    if step.item_code == ACCEPTANCE and step.attempt > 1:
        _carry_over(step, at)


def hand_in_drawings(*, case_id: int, files: Mapping[str, tuple[int, ...]], by: Actor, at: datetime) -> None:
    """
    Take in drawings for the next round; the earlier ones stay.

    :raises NotAllowed: `by` neither is the applicant nor mandated
    :raises DrawingsMissing: no file came
    """
    if not any(files.values()):
        raise DrawingsMissing
    case = Dossier.objects.get(pk=case_id)
    applicant = case.case.applicant_id
    with deeds.deed("hand_in_drawings", on=case_id, by=by, at=at, permission="cases.apply", party_id=applicant) as deed:
        round_ = queries.round_of(case_id)
        for material in case_queries.materials(case_id).filter(code__in=files):
            add_files(material, files[material.code], deed=deed, round_=round_)
        deed.record(DrawingsHandedIn(case_id=case_id, round=round_, materials=tuple(sorted(files))))


def propose_visit(*, case_id: int, on: date, by: Actor, at: datetime) -> Visit:
    """
    Propose a date for the one visit of this round; another proposal takes the place of one not yet accepted.

    :raises NotAllowed: `by` is neither the applicant nor the lead
    :raises VisitInThePast: not a working day to come
    :raises AnsweredAlready: a date is agreed
    """
    side, permission, party = _side(case_id, by)
    with deeds.deed("propose_visit", on=case_id, by=by, at=at, permission=permission, party_id=party) as deed:
        if on <= local_day(at) or not deed.office.calendar.is_working(on):
            raise VisitInThePast(on)
        round_ = queries.round_of(case_id)
        known = queries.visit(case_id, round_)
        if known and known.agreed_at:
            raise AnsweredAlready(known.agreed_at)
        if known:
            known.replaced_at = at
            known.save(update_fields=["replaced_at"])
        visit = Visit.objects.create(
            case_id=case_id, round=round_, on=on, side=side, proposed_by_id=by.account_id, proposed_at=at
        )
        deed.record(VisitProposed(case_id=case_id, round=round_, on=on, side=side))
    return visit


def agree_visit(*, visit_id: int, by: Actor, at: datetime) -> None:
    """
    Accept the date that the other side proposed.

    :raises NotAllowed: `by` is neither the applicant nor the lead
    :raises OwnProposal: the same side proposed it
    :raises AnsweredAlready: it is agreed, or another date was proposed
    :raises VisitInThePast: the day has passed meanwhile
    """
    visit = Visit.objects.get(pk=visit_id)
    side, permission, party = _side(visit.case_id, by)
    with deeds.deed("agree_visit", on=visit.case_id, by=by, at=at, permission=permission, party_id=party) as deed:
        visit = Visit.objects.get(pk=visit_id)
        if visit.agreed_at or visit.replaced_at:
            raise AnsweredAlready(visit.agreed_at or visit.replaced_at)
        if visit.side == side:
            raise OwnProposal
        if visit.on < local_day(at):
            raise VisitInThePast(visit.on)
        visit.agreed_by_id, visit.agreed_at = by.account_id, at
        visit.save(update_fields=["agreed_by", "agreed_at"])
        deed.record(VisitAgreed(case_id=visit.case_id, round=visit.round, on=visit.on))


def report_rework(*, rework_id: int, note: str, by: Actor, at: datetime) -> None:
    """
    Report as the applicant that a fault was put right.

    :raises NotAllowed: `by` neither is the applicant nor mandated
    :raises AnsweredAlready: it was reported before
    """
    rework = Rework.objects.select_related("case").get(pk=rework_id)
    with deeds.deed(
        "report_rework",
        on=rework.case_id,
        by=by,
        at=at,
        permission="cases.apply",
        party_id=rework.case.applicant_id,
    ) as deed:
        rework = Rework.objects.get(pk=rework_id)
        if rework.done_at:
            raise AnsweredAlready(rework.done_at)
        rework.done_at, rework.done_note = at, note
        rework.save(update_fields=["done_at", "done_note"])
        deed.record(ReworkDone(case_id=rework.case_id, rework_id=rework.pk))


def _visited(dossier: Dossier, round_: int, at: datetime) -> Visit:
    visit = queries.visit(dossier.pk, round_)
    if visit is None or visit.agreed_at is None:
        raise VisitNotAgreed
    if local_day(at) < visit.on:
        raise VisitNotYet(visit.on)
    return visit


def _ready_for_visit(step: Step) -> None:
    waiting = Rework.objects.filter(case_id=step.dossier_id, done_at=None).select_related("unit")
    if units := tuple(rework.unit.short_name for rework in waiting):
        raise ReworkOpen(units)
    visit = queries.visit(step.dossier_id, step.attempt)
    if visit is None or visit.agreed_at is None:
        raise VisitNotAgreed


def _carry_over(arranged: Step, at: datetime) -> None:
    """Let the verdicts stand that passed in the round before: only what failed is looked at again."""
    now = queries.joint_step(arranged.dossier_id)
    assert now is not None, "the plan of a joint acceptance has a joint step"
    passed = Share.objects.filter(
        step__dossier_id=arranged.dossier_id, step__key=now.key, round=now.attempt - 1, outcome=Verdict.PASSED
    )
    units = dict(passed.values_list("unit_id", "unit__code"))
    rows = list(Share.objects.filter(step=now, round=now.attempt, state=ShareState.OPEN, unit_id__in=units))
    if not rows:
        return
    with deeds.deed("carry_over", on=arranged.dossier_id, by=SYSTEM, at=at) as deed:
        for row in rows:
            row.state, row.outcome, row.given_at = ShareState.GIVEN, Verdict.PASSED, at
            row.opinion = f"沿用第{now.attempt - 1}轮结论"
        Share.objects.bulk_update(rows, ["state", "outcome", "given_at", "opinion"])
        told = tuple(units[row.unit_id] for row in rows)
        deed.record(VerdictsCarriedOver(case_id=arranged.dossier_id, round=now.attempt, units=told))


def _note_reworks(step: Step, shares: list[Share], rework_by: date | None, at: datetime) -> None:
    for share in shares:
        if share.outcome == Verdict.REVISE:
            Rework.objects.create(
                case_id=step.dossier_id,
                unit_id=share.unit_id,
                found_in_round=step.attempt,
                what=share.opinion,
                due_on=rework_by,
                opened_at=at,
            )
        else:
            mended = Rework.objects.filter(case_id=step.dossier_id, unit_id=share.unit_id, rechecked_at=None)
            mended.update(rechecked_at=at)


def _told(
    step: Step, verdict: Verdict, opinions: list[dict[str, str | None]], rework_by: date | None
) -> dict[str, object]:
    project = queries.of_dossier(step.dossier)
    visit = queries.visit(step.dossier_id, step.attempt)
    return {
        "applicant": {"name": step.dossier.case.applicant.name},
        "project": {"name": project.dossier.title if project else step.dossier.title},
        "round": step.attempt,
        "outcome": in_chinese(verdict.label),
        "opinions": opinions,
        "visited_on": visit.on if visit else None,
        "rework_by": rework_by,
        "reply_by": rework_by,
    }


def _side(case_id: int, by: Actor) -> tuple[Side, str, int | None]:
    """Tell for whom somebody speaks about a visit, by which right."""
    applicant = Dossier.objects.get(pk=case_id).case.applicant_id
    if by.may("cases.apply", party_id=applicant):
        return Side.APPLICANT, "cases.apply", applicant
    return Side.LEAD, "construction.inspect", None
