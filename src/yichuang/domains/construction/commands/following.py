"""What construction does inside other rooms' deeds on stages and their items: called by the engine after each move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yichuang.domains.cases.commands.refusals import MaterialsMissing
from yichuang.domains.construction import queries
from yichuang.domains.construction.commands.refusals import (
    Blocked,
    ClassDiffers,
    ConsentMissing,
    NotOwner,
    ProjectClosedAlready,
    ProjectMissing,
    StageRunning,
)
from yichuang.domains.construction.events import ItemEnded
from yichuang.domains.construction.models import Consent, MovedItem, Project
from yichuang.domains.construction.terms import CONSENTED, PERMIT, STAGE, ConsentState
from yichuang.foundation.jobs import commands as jobs
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.work import hooks, steps
from yichuang.foundation.work.models import Clock, Dossier, Share
from yichuang.foundation.work.terms import ClockKind, ScopeKind, ShareState

if TYPE_CHECKING:
    from yichuang.foundation.work.deeds import Deed
    from yichuang.kernel.lifecycles import Move

PRECHECK_JOB = "construction.precheck"


def register() -> None:
    """Tell the engine what follows moves of stages and of the items inside them."""
    hooks.register_follower(STAGE, follow_stage)
    hooks.register_follower(PERMIT, follow_item)
    hooks.register_plan_end(STAGE, end_stage)


def follow_stage(deed: Deed, move: Move) -> None:
    """Let follow what a move of a stage application brings: shares to give, moved items, the end of its items."""
    match move.deed:
        case "receive":
            _belongs_to_its_project(deed)
            open_shares(deed)
        case "hand_in_correction":
            open_shares(deed)
        case "accept":
            _check_library(deed)
            _end_shares(deed)
            _open_moved(deed)
        case "deemed_accepted":
            _end_shares(deed)
            _open_moved(deed)
    if move.closes == "plan":
        end_children(deed, deed.lifecycle.states[move.to].label)


def follow_item(deed: Deed, move: Move) -> None:
    """
    Insist that a unit's question after acceptance stops an item's clock only with the applicant's consent.

    :raises ConsentMissing: the lead has not asked, or the applicant has not agreed
    """
    if move.deed != "suspend" or deed.ground is None or deed.ground.kind != CONSENTED:
        return
    if deed.dossier.parent is None or deed.dossier.parent.kind != STAGE:
        return
    if not Consent.objects.filter(case_id=deed.dossier.pk, state=ConsentState.GIVEN, hold__ended_at=None).exists():
        raise ConsentMissing


def end_stage(deed: Deed) -> None:
    """Conclude or deny a stage as its plan is over."""
    if deed.denied:
        denial = deed.move("deny")
        failed = deed.dossier.steps.filter(outcome="failed").order_by("-done_at").first()
        because = failed.name if failed else ""
        deed.paper_facts(
            denial.paper or "",
            {"item": deed.dossier.title, "reason": f"{because}未予许可", "basis": "行政许可法 第三十八条第二款"},
        )
        return
    if deed.dossier.state == "special":
        deed.move("end_special")
    deed.move("conclude")


def open_shares(deed: Deed) -> None:
    """Ask every unit that has an item in the stage; who says nothing by the end of the pre-check clock agrees."""
    clock = Clock.objects.filter(dossier=deed.dossier, kind=ClockKind.PRECHECK, stopped_at=None).first()
    silent_at = clock.due_at if clock else None
    stage, on = queries.stage_of(deed.dossier), local_day(deed.at)
    assert stage is not None, "a stage application is of one of the four items"
    concerned = queries.units_concerned(queries.stage_item(stage, on), deed.facts(), on)
    rounds = Share.objects.filter(dossier=deed.dossier, step=None).order_by("-round").values_list("round", flat=True)
    round_ = (rounds.first() or 0) + 1
    for unit in Unit.objects.filter(code__in=concerned):
        deed.see(ScopeKind.UNIT, unit.pk)
        Share.objects.create(
            dossier=deed.dossier,
            unit=unit,
            item_code=concerned[unit.code],
            round=round_,
            opened_at=deed.effective_at,
            silent_at=silent_at,
        )
    if silent_at:
        jobs.enqueue(PRECHECK_JOB, f"{deed.dossier.pk}/{silent_at:%Y%m%d%H%M}", silent_at, again=True)


def end_children(deed: Deed, because: str) -> None:
    """End the items that still run as their stage is over; what cannot be taken back ends by its own decision."""
    for child in Dossier.objects.filter(parent=deed.dossier, ended_at=None, concluded_at=None):
        end_child(deed, child, because)


def end_child(deed: Deed, child: Dossier, because: str) -> bool:
    """End one item inside the deed on its stage; tell whether its state allowed it."""
    below = deed.on(child)
    if not below.goes_on_by("withdraw"):
        return False
    below.move("withdraw")
    below.without_papers()
    below.record(ItemEnded(case_id=child.pk, because=because))
    below.leave()
    return True


def _belongs_to_its_project(deed: Deed) -> None:
    parent = deed.dossier.parent
    project = Project.objects.select_related("owner").filter(dossier=parent).first() if parent else None
    if project is None or parent is None:
        raise ProjectMissing(deed.dossier.case.project_code)
    if parent.ended_at is not None:
        raise ProjectClosedAlready
    if deed.dossier.case.applicant_id != project.owner_id:
        raise NotOwner(project.owner.name)
    if project.blocked_at:
        raise Blocked(project.blocked_because)
    said = deed.dossier.read("facts").get("flow_class")
    if said is not None and str(said) != project.flow_class:
        raise ClassDiffers(project.flow_class)
    stage = queries.stage_of(deed.dossier)
    assert stage is not None, "a stage application is of one of the four items"
    running = [
        row
        for row in queries.stages_of(parent)
        if row.pk != deed.dossier.pk and row.item_code == stage.item and row.concluded_at is None
    ]
    if running:
        raise StageRunning(stage, running[0].number)
    deed.set_facts({**queries.project_facts(project), **deed.dossier.read("facts")})


def _check_library(deed: Deed) -> None:
    stage, on = queries.stage_of(deed.dossier), local_day(deed.at)
    assert stage is not None, "a stage application is of one of the four items"
    code = deed.dossier.case.project_code
    project = Project.objects.get(dossier=deed.dossier.parent)
    if project.blocked_at:
        raise Blocked(project.blocked_because)
    if missing := queries.missing_from_library(queries.stage_item(stage, on), deed.facts(), code, on):
        raise MaterialsMissing(missing)


def _end_shares(deed: Deed) -> None:
    waiting = Share.objects.filter(dossier=deed.dossier, step=None, state=ShareState.OPEN)
    waiting.update(state=ShareState.CANCELLED)


def _open_moved(deed: Deed) -> None:
    stage = queries.stage_of(deed.dossier)
    waiting = MovedItem.objects.filter(project__dossier=deed.dossier.parent, opened_at=None, to_stage__lte=stage or 0)
    for moved in waiting.select_related("step__dossier"):
        open_moved(deed, moved)


def open_moved(deed: Deed, moved: MovedItem) -> None:
    """Open a moved item in the stage of the deed, linked to the step that was cancelled."""
    origin = moved.step
    step = steps.plan_of(origin.dossier).steps[origin.key]
    deed.move_in(step, origin)
    moved.opened_at = deed.at
    moved.save(update_fields=["opened_at"])
