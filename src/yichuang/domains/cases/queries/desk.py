"""What a desk sees: the work list of screen 待办, and one case on one screen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from yichuang.domains.cases.models import (
    Case,
    CaseMaterial,
    Decision,
    Handover,
    Hold,
    MaterialFile,
    OutsideNumber,
    Phrase,
)
from yichuang.domains.cases.queries.answers import Answers, answers_of
from yichuang.domains.cases.queries.finding import Asking, decision, notices, running_hold, waiting_for_precheck
from yichuang.domains.cases.queries.following import TONES
from yichuang.domains.cases.rules import SIGNED
from yichuang.domains.cases.terms import Channel
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.documents import numbering
from yichuang.foundation.documents.pages import as_html
from yichuang.foundation.files.terms import FileKind
from yichuang.foundation.people import queries as people
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.models import Account
from yichuang.foundation.people.terms import PartyKind
from yichuang.foundation.people.visibility import fields
from yichuang.foundation.records import queries as records
from yichuang.foundation.records import statements
from yichuang.foundation.work import queries as work
from yichuang.foundation.work import steps
from yichuang.foundation.work.events import RungReached
from yichuang.foundation.work.models import Dossier, Step
from yichuang.foundation.work.names import said
from yichuang.foundation.work.terms import ClockKind, rung_said
from yichuang.foundation.work.worklist import Waiting
from yichuang.foundation.work.worklist import numbers as listed_numbers
from yichuang.ui.words import in_parts

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One row of the work list, in the order of its columns (practice, screen 2)."""

    step_id: int
    lamp: str
    days_left: int | None
    due_at: datetime | None
    paused: str
    number: str
    item: str
    applicant: str
    step: str
    since: datetime | None
    previous: str
    corrections: int
    channel: str
    outside: str
    who: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Action:
    """One outcome that a step can be given by the one who looks."""

    outcome: str
    label: StrOrPromise
    key: str = ""


@dataclass(frozen=True, slots=True)
class Leaf:
    """
    One file of the materials, as one turns the leaves: `kind` is picture, pdf or what only opens elsewhere.

    `is_new`: it came with a correction or supplement.
    """

    file_id: int
    name: str
    material: str
    kind: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the history: which kind of record, when, who, and what was said."""

    kind: str
    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class CaseForDesk:
    """One case with all that a desk needs at a glance."""

    case: Case
    dossier: Dossier
    number: str
    title: str
    state_label: str
    tone: str
    applicant: people.PartyShown
    agent: str
    materials: tuple[CaseMaterial, ...]
    leaves: tuple[Leaf, ...]
    groups: tuple[Answers, ...]
    clocks: tuple[work.ClockSeen, ...]
    steps: tuple[work.StepSeen, ...]
    notices: tuple[Asking, ...]
    hold: Hold | None
    decision: Decision | None
    handovers: tuple[Handover, ...]
    outside: tuple[OutsideNumber, ...]
    history: tuple[Happened, ...]
    previous: work.StepSeen | None
    step: Step | None
    may_act: bool
    actions: tuple[Action, ...]
    may: frozenset[str]


OUTCOMES = {
    "agree": Action("agree", _("同意"), "Alt+A"),
    "disagree": Action("disagree", _("不同意"), "Alt+D"),
    "send_back": Action("send_back", _("退回承办"), "Alt+B"),
    "passed": Action("passed", _("通过"), "Alt+A"),
    "passed_with_conditions": Action("passed_with_conditions", _("有条件通过")),
    "revise": Action("revise", _("修改后再审"), "Alt+B"),
    "failed": Action("failed", _("不通过"), "Alt+D"),
    "approve": Action("approve", _("准予")),
    "deny": Action("deny", _("不予")),
    "begun": Action("begun", _("开始办理")),
}
SAID = ("reason", "because", "result", "waybill", "number", "said")
"""What of a record's own words a history shows."""

ON_A_CASE = (
    "cases.accept",
    "cases.correct",
    "cases.refuse",
    "cases.handle",
    "cases.special",
    "cases.approve_suspension",
    "cases.extend",
    "cases.transfer",
    "cases.decide",
    "cases.revoke",
    "cases.deliver",
    "cases.archive",
    "cases.check_commitment",
    "cases.link_outside",
    "documents.print",
)


def work_rows(rows: Iterable[Waiting], actor: Actor) -> list[WorkRow]:
    """Write a page of the work list; one query however long it is."""
    found = list(rows)
    cases = _beside({row.dossier_id for row in found}, actor)
    return [_row(row, cases.get(row.dossier_id, NOTHING), actor) for row in found]


def prechecks(actor: Actor, at: datetime) -> QuerySet[Case]:
    """List the online applications that wait for an answer, the most urgent first; a stage waits for its units."""
    rows = waiting_for_precheck(actor)
    return rows.select_related("dossier__unit", "applicant").order_by("dossier__due_at", "received_at")


def for_desk(case: Case, actor: Actor, at: datetime) -> CaseForDesk:
    """Put one case on one screen: who, what, materials, form, clocks, steps, history, and what this person may do."""
    dossier = case.dossier
    lifecycle = definitions.get("lifecycle", dossier.lifecycle, dossier.lifecycle_version)
    shown = fields(actor, Case, "list")
    step = _my_step(dossier, actor)
    seen = tuple(work.steps_of(dossier, at))
    done = [each for each in seen if each.done_at is not None and each.who]
    return CaseForDesk(
        case=case,
        dossier=dossier,
        number=dossier.number,
        title=dossier.title,
        state_label=said(lifecycle.states[dossier.state].label),
        tone=TONES.get(dossier.state, "plain"),
        applicant=people.party_as(shown, case.applicant),
        agent=shown.show("name", case.agent.name) if case.agent else "",
        materials=tuple(case.materials.order_by("place").prefetch_related("files__file")),
        leaves=tuple(_leaves(case)),
        groups=tuple(answers_of(case, actor)),
        clocks=tuple(work.clocks_of(dossier, at)),
        steps=seen,
        notices=tuple(notices(case.pk)),
        hold=running_hold(case.pk),
        decision=decision(case.pk),
        handovers=tuple(Handover.objects.filter(case=case).select_related("given_by", "taken_by").order_by("n")),
        outside=tuple(OutsideNumber.objects.filter(case=case)),
        history=tuple(_history(dossier)),
        previous=max(done, key=lambda each: each.done_at or at, default=None),
        step=step,
        may_act=step is not None,
        actions=_actions(step),
        may=frozenset(name for name in ON_A_CASE if actor.may(name, dossier.unit_id)),
    )


def next_numbers(actor: Actor, number: str) -> tuple[str, str]:
    """Tell the cases before and after one in the work list, for J and K."""
    numbers = list(dict.fromkeys(listed_numbers(actor)))
    if number not in numbers:
        return "", numbers[0] if numbers else ""
    place = numbers.index(number)
    return numbers[place - 1] if place else "", numbers[place + 1] if place + 1 < len(numbers) else ""


class Beside(NamedTuple):
    """What stands beside a dossier on the work list: who applied through which door, and what came after."""

    applicant: str
    channel: str
    corrections: int
    outside: str


NOTHING = Beside("", "", 0, "")
BESIDE = """
SELECT c.dossier_id, p.name, p.kind, c.channel, (SELECT count(*) FROM cases_notice n WHERE n.case_id = c.dossier_id),
  (SELECT max(o.number) FROM cases_outsidenumber o WHERE o.case_id = c.dossier_id)
FROM cases_case c JOIN people_party p ON p.id = c.applicant_id WHERE c.dossier_id {among}
"""


def _beside(dossier_ids: Collection[int], actor: Actor) -> dict[int, Beside]:
    if not dossier_ids:
        return {}
    among, said = statements.among("cases", sorted(dossier_ids), "bigint")
    labels = {each.value: str(each.label) for each in Channel}
    shown = fields(actor, Case, "list")
    with connection.cursor() as cursor:
        cursor.execute(BESIDE.format(among=among), said)
        found = {}
        for dossier_id, name, kind, channel, corrections, outside in cursor.fetchall():
            applicant = shown.show("name", name) if kind == PartyKind.PERSON else name
            found[dossier_id] = Beside(applicant, labels[channel], corrections, outside or "")
        return found


def _row(row: Waiting, beside: Beside, actor: Actor) -> WorkRow:
    return WorkRow(
        step_id=row.step_id,
        lamp=row.lamp or "",
        days_left=row.days_left,
        due_at=row.due_at,
        paused=row.paused_because,
        number=row.number,
        item=row.title,
        applicant=beside.applicant,
        step=row.step,
        since=row.opened_at,
        previous=row.previous,
        corrections=beside.corrections,
        channel=beside.channel,
        outside=beside.outside,
        who=row.claimed_by,
        mine=row.claimed_by_id == actor.account_id,
    )


def _my_step(dossier: Dossier, actor: Actor) -> Step | None:
    for row in work.live_steps(dossier).filter(kind="work").select_related("unit", "claimed_by"):
        if steps.may_act(actor, row):
            return row
    return None


def _actions(step: Step | None) -> tuple[Action, ...]:
    if step is None:
        return ()
    return tuple(OUTCOMES[name] for name in outcomes(step))


def outcomes(row: Step) -> tuple[str, ...]:
    """Name the outcomes with which a step may be completed, in the order of its plan: all but decisions."""
    plan = steps.plan_of(row.dossier)
    declared = plan.steps[row.key].outcomes if row.key in plan.steps else {}
    return tuple(name for name in declared if name in OUTCOMES and name not in SIGNED)


def _leaves(case: Case) -> Iterator[Leaf]:
    rows = MaterialFile.objects.filter(material__case=case).select_related("file", "material")
    for row in rows.order_by("material__place", "round", "place", "pk"):
        kind = "picture" if FileKind(row.file.kind).is_image else row.file.kind
        yield Leaf(row.file_id, row.file.name, row.material.name, kind, row.round > 1)


def _history(dossier: Dossier) -> Iterator[Happened]:
    """Tell what happened, the newest first, with who did it and what he said."""
    told = records.told(dossier.stream)
    names = dict(Account.objects.filter(pk__in={each.by.account_id for each in told}).values_list("pk", "name"))
    for each in reversed(told):
        outcome = OUTCOMES.get(str(each.payload.get("outcome", "")))
        said = [str(outcome.label)] if outcome else []
        said += [str(each.payload[name]) for name in SAID if isinstance(each.payload.get(name), str)]
        said += each.payload.get("papers") or []
        if each.kind == RungReached.__name__:
            said += [f"{ClockKind(each.payload['clock']).label} {rung_said(each.payload['rung'])}"]
        by = names.get(each.by.account_id or 0) or str(_("系统"))
        yield Happened(each.kind, each.at, by, in_parts(said))


def paper_draft(case: Case, paper: str, given: Mapping[str, Any], actor: Actor, at: datetime) -> SafeString:
    """
    Draw a paper as it would be signed now by this person.

    :raises PaperIncomplete: it was not told what it must say
    """
    return as_html(numbering.draft(paper, given, dossier=case.dossier, by=actor, at=at))


def phrases(actor: Actor) -> list[Phrase]:
    """List the phrases that somebody keeps for opinions, by their key."""
    return list(Phrase.objects.filter(account_id=actor.account_id or 0))
