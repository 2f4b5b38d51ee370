"""Cases whose whole life lies in the past and whose records were kept elsewhere: brought in, thousands in one deed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from yichuang.domains.cases.events import PastCasesBrought
from yichuang.domains.cases.models import Case, CaseMaterial, Decision, Notice, NoticeRow
from yichuang.domains.cases.terms import (
    KIND,
    Channel,
    DecisionKind,
    IdentityCheck,
    MaterialState,
    NoticeChannel,
)
from yichuang.domains.catalogue.terms import Item
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.records import bulk
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.terms import By, day_stream
from yichuang.foundation.work import past, timing
from yichuang.foundation.work.terms import ClockKind, ScopeKind
from yichuang.kernel.ledger import canonical

ARCHIVED_AFTER = timedelta(days=1)
"""After the delivery; a convention of what is brought in."""
OUTCOMES = {True: "passed", False: "failed"}


@dataclass(frozen=True, slots=True)
class Correction:
    """One 一次性告知: of which material and why, when it was told and answered."""

    material: str
    reason: str
    told_at: datetime
    answered_at: datetime
    told_by_id: int


@dataclass(frozen=True, slots=True)
class PastCase:
    """
    One case from the application to the delivery.

    Its item is in the version that it was held to. Steps are those of the item's plan, the last is the decision; a
    refusal gives its reason. It was taken in by the unit `taken_in_by`, which sees it too.
    """

    number: str
    item: Item
    unit_id: int
    region: str
    applicant_id: int
    channel: Channel
    site: str
    taken_in_by_id: int
    opened_at: datetime
    accepted_at: datetime
    delivered_at: datetime
    steps: tuple[past.DoneStep, ...]
    correction: Correction | None = None
    halts: tuple[past.Halt, ...] = ()
    refused_because: str = ""
    is_synthetic: bool = False

    @property
    def concluded_at(self) -> datetime:
        """Give the moment of the decision."""
        return self.steps[-1].done_at

    @property
    def states(self) -> tuple[tuple[str, datetime], ...]:
        """Tell the states of the permit that it went through."""
        found = [("draft", self.opened_at), ("received", self.opened_at)]
        if self.correction:
            found += [("correcting", self.correction.told_at), ("corrected", self.correction.answered_at)]
        found += [("accepted", self.accepted_at), ("processing", self.steps[0].opened_at)]
        for halt in self.halts:
            found += [("special_start", halt.from_at), ("special_end", halt.to_at)]
        decided = "denied" if self.refused_because else "approved"
        archived = self.delivered_at + ARCHIVED_AFTER
        return (*found, (decided, self.concluded_at), ("delivered", self.delivered_at), ("archived", archived))


def bring_past_cases(*, cases: Sequence[PastCase], by: By, at: datetime) -> list[int]:
    """
    Write cases that are over, all of them or none, with one record and the digest over them; give their ids.

    Nothing runs, nobody is told, no paper is made: what was told at the time lies where the records were kept.
    """
    if not cases:
        return []
    with deed("bring_past_cases", stream=day_stream("system", at), by=by, at=at) as pen:
        ids = past.write([_work(case, local_day(at)) for case in cases], timing.office())
        pairs = list(zip(ids, cases, strict=True))
        bulk.write(Case, [_case(pk, case) for pk, case in pairs])
        bulk.write(CaseMaterial, [row for pk, case in pairs for row in _materials(pk, case)])
        bulk.write(Decision, [_decision(pk, case) for pk, case in pairs])
        _write_notices(pairs)
        said = [[case.number, case.opened_at.isoformat(), case.concluded_at.isoformat()] for case in cases]
        pen.record(
            PastCasesBrought(
                cases=len(cases),
                first=min(case.number for case in cases),
                last=max(case.number for case in cases),
                digest=sha256(canonical(said)).hexdigest(),
            )
        )
    return ids


def _work(case: PastCase, day: date) -> past.PastWork:
    """Make the dossier, under the plan and the lifecycle of the day on which it is brought in."""
    item = case.item
    plan = (item.plan, definitions.version_in_force("plan", item.plan, day))
    lifecycle = (item.lifecycle, definitions.version_in_force("lifecycle", item.lifecycle, day))
    assert item.legal is not None, "an item that is handled here has a legal limit"
    limits = [past.Limit(ClockKind.LEGAL, item.legal.limit, item.legal.unit, item.legal.basis)]
    if item.promise is not None:
        rule = f"item:{item.id}@{item.version}"
        limits.insert(0, past.Limit(ClockKind.PROMISE, item.promise.limit, item.promise.unit, rule))
    return past.PastWork(
        kind=KIND,
        number=case.number,
        title=item.name,
        unit_id=case.unit_id,
        region=case.region,
        item_code=item.id,
        channel=case.channel,
        lifecycle=lifecycle,
        plan=plan,
        pinned={"item": (item.id, item.version), "plan": plan},
        opened_at=case.opened_at,
        accepted_at=case.accepted_at,
        concluded_at=case.concluded_at,
        outcome=OUTCOMES[not case.refused_because],
        states=case.states,
        steps=case.steps,
        limits=tuple(limits),
        halts=case.halts,
        seen_by=((ScopeKind.PARTY, case.applicant_id), (ScopeKind.UNIT, case.taken_in_by_id)),
        is_synthetic=case.is_synthetic,
    )


def _case(pk: int, case: PastCase) -> Case:
    online = case.channel == Channel.ONLINE
    return Case(
        dossier_id=pk,
        item_id=case.item.id,
        item_version=case.item.version,
        applicant_id=case.applicant_id,
        channel=case.channel,
        site=case.site,
        received_at=case.opened_at,
        entered_at=case.opened_at,
        identity_check=IdentityCheck.ACCOUNT if online else IdentityCheck.READER,
        query_code=sha256(case.number.encode()).hexdigest()[:6].upper(),
    )


def _materials(pk: int, case: PastCase) -> list[CaseMaterial]:
    return [
        CaseMaterial(
            case_id=pk,
            code=each.code,
            name=each.name,
            need=each.need,
            form=each.form,
            copies=each.copies,
            place=place,
            state=MaterialState.HANDED,
            handed_at=case.opened_at,
        )
        for place, each in enumerate(case.item.materials)
    ]


def _decision(pk: int, case: PastCase) -> Decision:
    refused = case.refused_because
    return Decision(
        case_id=pk,
        kind=DecisionKind.DENIED if refused else DecisionKind.APPROVED,
        at=case.concluded_at,
        by_id=case.steps[-1].account_id,
        reason=refused,
        basis=str(case.item.bases[0]) if refused else "",
    )


def _write_notices(pairs: Sequence[tuple[int, PastCase]]) -> None:
    corrected = [(pk, case, case.correction) for pk, case in pairs if case.correction]
    notices = [
        Notice(
            case_id=pk,
            n=1,
            channel=NoticeChannel.ONLINE if case.channel == Channel.ONLINE else NoticeChannel.WINDOW,
            told_at=told.told_at,
            told_by_id=told.told_by_id,
            is_precheck=False,
            answered_at=told.answered_at,
        )
        for pk, case, told in corrected
    ]
    bulk.write(Notice, notices)
    names = [{each.code: each.name for each in case.item.materials} for _pk, case, _told in corrected]
    bulk.write(
        NoticeRow,
        [
            NoticeRow(
                notice_id=notice.pk,
                material=told.material,
                name=named[told.material],
                reason=told.reason,
                first_notice_id=notice.pk,
                solved_at=told.answered_at,
            )
            for notice, named, (_pk, _case_, told) in zip(notices, names, corrected, strict=True)
        ],
    )
