"""Parent and child: a child that ends completes its parent's step; a child that stands still may hold up the parent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from yichuang.foundation.work import models, steps, timing
from yichuang.foundation.work.events import ParentClockMoved, StepCompleted
from yichuang.foundation.work.names import said
from yichuang.foundation.work.terms import LIVE, ClockKind, StepKind
from yichuang.kernel import plans

if TYPE_CHECKING:
    from yichuang.foundation.work.deeds import Deed

CHILD = "child"
"""The kind of a pause that a parent takes from its child."""
INHERITED = (CHILD, "parent")
"""The kinds of pauses that come from another dossier."""


def because(kind: str, reason: str) -> str:
    """Give the ground and the reason of a pause; one that comes from parent or child names its ground itself."""
    return reason if kind in INHERITED else _("%(ground)s：%(reason)s") % {"ground": said(kind), "reason": reason}


def concluded(deed: Deed, outcome: str) -> None:
    """Complete the parent's step as its child has reached an outcome; the parent's record says so in its own stream."""
    if deed.dossier.parent_id is None:
        return
    step = models.Step.objects.filter(child=deed.dossier, state__in=LIVE).select_related("dossier").first()
    if step is None:
        return
    parent = deed.on(step.dossier)
    declared = steps.plan_of(step.dossier).steps.get(step.key)
    if declared is None or outcome in declared.outcomes:
        parent.complete(step, outcome)
    else:
        parent.drop(step, plans.cancel, f"子办件{outcome}")
    parent.record(StepCompleted(step_id=step.pk, key=step.key, outcome=outcome))
    parent.leave()


def standing_still(deed: Deed) -> None:
    """
    Let the parent's promise follow a child that paused or went on, and children follow a parent that says so.

    The parent's promise stands still only while a paused child is on its critical path and no other open critical step
    runs. Legal clocks never inherit.
    """
    if deed.lifecycle.pauses_children:
        _children(deed)
    if deed.dossier.parent_id is not None:
        _parent(deed)


def _parent(deed: Deed) -> None:
    assert deed.dossier.parent_id is not None
    parent = models.Dossier.objects.get(pk=deed.dossier.parent_id)
    if not parent.plan:
        return
    should = _holds_up(parent)
    promise = timing.with_ledger(
        models.Clock.objects.filter(dossier=parent, kind=ClockKind.PROMISE, step=None, stopped_at=None)
    ).first()
    if promise is None:
        return
    standing = next((each for each in promise.pauses.all() if each.to_at is None and not each.cancelled_at), None)
    if should and standing is None:
        above = deed.on(parent)
        above.because(kind=CHILD, reason=_why(deed), basis="")
        above.pause((ClockKind.PROMISE.value,))
    elif not should and standing is not None and standing.kind == CHILD:
        above = deed.on(parent)
        above.resume((ClockKind.PROMISE.value,))
    else:
        return
    above.record(ParentClockMoved(child_id=deed.dossier.pk, paused=should))
    above.leave()


def _why(deed: Deed) -> str:
    """Say which child stands still and for what reason, in the words that its own clock bears."""
    ground = f"因{deed.ground.kind}停表：{deed.ground.reason}" if deed.ground else "停表"
    return f"{deed.dossier.title}（{deed.dossier.number}）{ground}"


def _holds_up(parent: models.Dossier) -> bool:
    plan, rows = steps.plan_of(parent), steps.rows_of(parent)
    durations = {key: _days(row) for key, row in rows.items()}
    path = plans.critical_path(plan, steps.facts_of(parent), durations, steps.standing_of(plan, rows))
    critical = [row for key, row in rows.items() if path.slack.get(key) == 0 and row.state in LIVE]
    paused = [row for row in critical if _is_paused(row)]
    return bool(paused) and len(paused) == len(critical)


def _days(row: models.Step) -> int:
    if row.kind == StepKind.DOSSIER and row.child_id is not None:
        promise = models.Clock.objects.filter(dossier_id=row.child_id, kind=ClockKind.PROMISE, step=None).first()
        if promise is not None:
            return promise.limit
    declared = steps.plan_of(row.dossier).steps.get(row.key)
    return (declared.days if declared else None) or 0


def _is_paused(row: models.Step) -> bool:
    whose = {"dossier_id": row.child_id} if row.kind == StepKind.DOSSIER else {"step": row}
    kinds = [ClockKind.PROMISE] if row.kind == StepKind.DOSSIER else [ClockKind.STEP]
    return models.Pause.objects.filter(
        to_at=None,
        cancelled_at=None,
        clock__stopped_at=None,
        clock__kind__in=kinds,
        **{f"clock__{key}": value for key, value in whose.items()},
    ).exists()


def _children(deed: Deed) -> None:
    for child in models.Dossier.objects.filter(parent=deed.dossier, ended_at=None):
        below = deed.on(child)
        running = models.Clock.objects.filter(dossier=child, kind=ClockKind.PROMISE, step=None, stopped_at=None)
        standing = models.Pause.objects.filter(clock__in=running, to_at=None, cancelled_at=None, kind="parent").exists()
        if deed.ground and running.exists() and not standing:
            below.because(kind="parent", reason=deed.ground.reason, basis=deed.ground.basis)
            below.pause((ClockKind.PROMISE.value,))
        elif standing:
            below.resume((ClockKind.PROMISE.value,))
        else:
            continue
        below.record(ParentClockMoved(child_id=child.pk, paused=not standing))
        below.leave()
