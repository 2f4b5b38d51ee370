"""Steps: rows that follow the kernel's effects. Called by deeds alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Max
from django.utils.translation import gettext as _

from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.jobs import commands as jobs
from yichuang.foundation.people.models import Unit
from yichuang.foundation.records.prepared import Prepared, update
from yichuang.foundation.work import hooks, models, timing
from yichuang.foundation.work.terms import (
    DEFAULT_POST,
    LIVE,
    POSTS,
    ClockKind,
    ScopeKind,
    ShareState,
    StepKind,
    StepState,
)
from yichuang.kernel import clocks, plans
from yichuang.kernel.errors import NotPossible

if TYPE_CHECKING:
    from yichuang.foundation.people.actors import Actor
    from yichuang.foundation.work.deeds import Deed


STEPS = Prepared(lambda dossier_id: models.Step.objects.filter(dossier_id=dossier_id).order_by("attempt", "pk"))
"""All steps of a dossier, later attempts after earlier ones."""
OPENED = ("state", "opened_at", "flagged", "because", "previous_by")
"""Columns of a step that follow its opening."""
ENDED = ("state", "because", "due_at", "amber_at", "outcome", "opinion", "done_by", "done_at")
"""Columns of a step that follow its end."""


class AlreadyActed(NotPossible):
    """Somebody else ended the step before."""

    code = "work.already_acted"

    def __init__(self, step: models.Step) -> None:
        who = step.done_by.name if step.done_by else _("系统")
        when = f"{timing.local(step.done_at):%Y-%m-%d %H:%M}" if step.done_at else ""
        super().__init__(
            _("已由%(who)s于%(when)s处理（%(outcome)s），您填写的内容没有提交。")
            % {"who": who, "when": when, "outcome": step.outcome or step.get_state_display()}
        )
        self.step_id = step.pk


class NotYours(NotPossible):
    """Another person has the step in hand."""

    code = "work.not_yours"

    def __init__(self, step: models.Step) -> None:
        who = step.claimed_by.name if step.claimed_by else ""
        super().__init__(_("该环节正由%(who)s办理；如需接手，请其退回待办，或由负责人转办。") % {"who": who})


class SharesMissing(NotPossible):
    """A joint step ends when every unit has given its part."""

    code = "work.shares_missing"

    def __init__(self, units: tuple[str, ...]) -> None:
        super().__init__(
            _("还有单位没有给出意见：%(units)s。可以催办，或等到视为同意的日期。") % {"units": _("、").join(units)}
        )
        self.units = units


class CannotMigrate(NotPossible):
    """The dossier does not fit into the other version of its rules."""

    code = "work.cannot_migrate"

    def __init__(self, why: str) -> None:
        super().__init__(_("不能迁移到该版本：%(why)s。该件按原版本继续办理，或先办完相关环节再迁移。") % {"why": why})


def plan_of(dossier: models.Dossier) -> plans.Plan:
    """Give the plan that the dossier is pinned to."""
    assert dossier.plan_version is not None, "the dossier has a plan"
    plan: plans.Plan = definitions.get("plan", dossier.plan, dossier.plan_version)
    return plan


def facts_of(dossier: models.Dossier) -> dict[str, Any]:
    """Read the facts of a dossier as conditions take them: numbers as Decimals, days as dates."""
    return facts_in(dossier.facts)


def facts_in(text: str) -> dict[str, Any]:
    """Read the column of facts."""
    return {name: _typed(value) for name, value in json.loads(text).items()}


def rows_of(dossier: models.Dossier) -> dict[str, models.Step]:
    """Give the latest attempt of every step, by key."""
    return {row.key: row for row in STEPS.all(dossier.pk)}


def standing_of(plan: plans.Plan, rows: Mapping[str, models.Step]) -> plans.Standing:
    """Rebuild the kernel's standing from rows; what was moved in from an earlier stage stands outside the plan."""
    return plans.Standing(
        {
            key: plans.StepStanding(plans.StepState(row.state), row.attempt, row.outcome or None)
            for key, row in rows.items()
            if key in plan.steps
        }
    )


def begin(deed: Deed) -> tuple[plans.Effect, ...]:
    """
    Open the dossier's plan: a row for every step, and the first ones opened or skipped.

    A plan that was closed by an undone acceptance begins again with the next attempt of every step.
    """
    plan = plan_of(deed.dossier)
    before = models.Step.objects.filter(dossier=deed.dossier).aggregate(last=Max("attempt"))["last"] or 0
    standing, begun = plans.begin(plan, facts_of(deed.dossier))
    effects = tuple(replace(each, attempt=each.attempt + before) for each in begun)
    made = models.Step.objects.bulk_create(_row(deed, plan.steps[key], attempt=before + 1) for key in plan.order)
    _follow(deed, plan, effects, {row.key: row for row in made})
    assert set(standing) == set(plan.steps)
    return effects


def move_in(deed: Deed, step: plans.Step, origin: models.Step) -> models.Step:
    """Open an optional step that an earlier stage moved here: beside the plan, linked, without holding its end."""
    row = _row(deed, step, attempt=1)
    row.optional = True
    row.save()
    origin.moved_to = row
    origin.save(update_fields=["moved_to"])
    _open(deed, step, plans.StepOpened(step.id, 1, (f"{origin.dossier.title}移入",)), {step.id: row}, None)
    return models.Step.objects.get(pk=row.pk)


def complete(deed: Deed, row: models.Step, outcome: str, opinion: str) -> tuple[plans.Effect, ...]:
    """End a step with an outcome; see `Deed.complete`."""
    rows = rows_of(deed.dossier)
    row = rows[row.key] if rows[row.key].pk == row.pk else models.Step.objects.get(pk=row.pk)
    if row.state not in LIVE:
        raise AlreadyActed(row)
    if not deed.by.is_system and row.claimed_by_id not in (None, deed.by.account_id) and _claim_holds(row, deed.at):
        raise NotYours(row)
    plan = plan_of(deed.dossier)
    effects: tuple[plans.Effect, ...] = ()
    shares: list[models.Share] | None = None
    if row.key in plan.steps:
        shares = list(models.Share.objects.filter(step=row, round=row.attempt).select_related("unit"))
        if missing := _shares_missing(shares, deed.at):
            raise SharesMissing(missing)
        _, effects = plans.complete(plan, standing_of(plan, rows), row.key, outcome, facts_of(deed.dossier))
    _end(row, StepState.DONE, deed, outcome=outcome, opinion=opinion, shared=shares is None or bool(shares))
    _follow(deed, plan, effects, rows, after=row)
    return effects


def drop(deed: Deed, row: models.Step, how: Callable[..., Any], reason: str) -> tuple[plans.Effect, ...]:
    """Skip, cancel, return or move later a step by the lead's deed."""
    plan, rows = plan_of(deed.dossier), rows_of(deed.dossier)
    given = {"facts": facts_of(deed.dossier)} if how is plans.skip else {}
    effects: tuple[plans.Effect, ...]
    _, effects = how(plan, standing_of(plan, rows), row.key, **given, because=(reason,))
    _follow(deed, plan, effects, rows)
    return effects


def close(deed: Deed) -> None:
    """Cancel whatever of the plan still waits or runs: the dossier ends otherwise."""
    for row in rows_of(deed.dossier).values():
        if row.state in (*LIVE, StepState.WAITING):
            _end(row, StepState.CANCELLED, deed)


def carry_over(deed: Deed, plan: plans.Plan) -> tuple[plans.Effect, ...]:
    """
    Go on by another version of the plan; see `migrating`.

    What was done stays as it was. A live step takes name, unit, post and days of the new version: its clock runs on
    from its start. What the new version does not know is cancelled.

    :raises CannotMigrate: a live step became something else, or nothing would be left to do
    """
    before, rows = plan_of(deed.dossier), rows_of(deed.dossier)
    if plans.is_ended(before, standing_of(before, rows)):
        raise CannotMigrate(_("流程已经办完"))
    deed.dossier.plan_version = plan.version
    for key, row in rows.items():
        if key in before.steps and key not in plan.steps and row.state in (*LIVE, StepState.WAITING):
            _drop_out(deed, row)
    for key in plan.order:
        if key not in rows or (rows[key].state == StepState.CANCELLED and not plan.steps[key].optional):
            _row(deed, plan.steps[key], attempt=rows[key].attempt + 1 if key in rows else 1).save()
        elif rows[key].state in (*LIVE, StepState.WAITING):
            _align(deed, rows[key], plan.steps[key])
    rows = rows_of(deed.dossier)
    effects = plans.carry_over(plan, standing_of(plan, rows), facts_of(deed.dossier))[1]
    if any(isinstance(each, plans.PlanEnded) for each in effects):
        raise CannotMigrate(_("按新版本已经没有要办的环节"))
    _follow(deed, plan, effects, rows)
    return effects


def may_act(actor: Actor, row: models.Step) -> bool:
    """Say whether the actor's posts let him act on the step, whoever has it in hand."""
    return actor.may(row.permission, unit_id=row.unit_id)


def _claim_holds(row: models.Step, at: datetime) -> bool:
    return row.claim_until is None or at <= row.claim_until


def _drop_out(deed: Deed, row: models.Step) -> None:
    if row.child_id is not None:
        raise CannotMigrate(_("环节“%(name)s”有在办的子办件，新版本没有这个环节") % {"name": row.name})
    row.because = "新版本流程没有这个环节"
    _end(row, StepState.CANCELLED, deed)


def _align(deed: Deed, row: models.Step, step: plans.Step) -> None:
    """Let a step that waits or runs be what the new version says."""
    fresh, live = _row(deed, step, attempt=row.attempt), row.state in LIVE
    of_plan = models.Share.objects.filter(step=row, round=row.attempt, asked_by=None)
    shares = set(of_plan.values_list("unit__code", flat=True))
    if live and (row.kind != fresh.kind or (row.kind == StepKind.WORK and shares != set(step.joint))):
        raise CannotMigrate(_("环节“%(name)s”正在办理，新版本改变了它的种类或联办单位") % {"name": row.name})
    if live and (row.unit_id, row.permission) != (fresh.unit_id, fresh.permission):
        row.state, row.claimed_by, row.claimed_at, row.claim_until = StepState.OPEN, None, None, None
    for column in ("kind", "name", "unit_id", "permission", "item_code", "optional"):
        setattr(row, column, getattr(fresh, column))
    row.save()
    if live and row.kind == StepKind.WORK:
        assert row.unit_id is not None
        deed.see(ScopeKind.UNIT, row.unit_id)
        _relimit(deed, row, step.days)


def _relimit(deed: Deed, row: models.Step, days: int | None) -> None:
    """Hold a live step to other days: its clock keeps its start, its pauses and what it has used."""
    running = models.Clock.objects.filter(step=row, stopped_at=None).first()
    if running is None and days:
        deed.clocks.start(ClockKind.STEP, step=row, days=days)
        row.save(update_fields=["due_at", "amber_at"])
    elif running is not None and days:
        running.limit = days
        running.save(update_fields=["limit"])
        deed.clocks.retime(running)
    elif running is not None:
        deed.clocks.stop_of(row)
        models.Step.objects.filter(pk=row.pk).update(due_at=None, amber_at=None)


def _row(deed: Deed, step: plans.Step, *, attempt: int) -> models.Step:
    unit_id = deed.dossier.unit_id if step.unit is None else Unit.objects.get(code=step.unit).pk
    post = step.post or DEFAULT_POST
    return models.Step(
        dossier=deed.dossier,
        root_id=deed.dossier.root_id or deed.dossier.pk,
        key=step.id,
        attempt=attempt,
        kind=step.kind,
        name=step.name,
        unit_id=unit_id,
        permission=POSTS.get(post, post),
        item_code=step.item or deed.dossier.item_code,
        state=StepState.WAITING,
        optional=step.optional,
    )


def _follow(
    deed: Deed,
    plan: plans.Plan,
    effects: tuple[plans.Effect, ...],
    rows: dict[str, models.Step],
    *,
    after: models.Step | None = None,
) -> None:
    """Let the rows, the latest attempt of every step, follow what the plan says."""
    for effect in effects:
        match effect:
            case plans.StepOpened():
                _open(deed, plan.steps[effect.step], effect, rows, after)
            case plans.StepSkipped():
                row = _at_attempt(deed, plan.steps[effect.step], effect.attempt, rows)
                row.because = "；".join(effect.because)
                _end(row, StepState.SKIPPED, deed)
            case plans.StepCancelled():
                row = _at_attempt(deed, plan.steps[effect.step], effect.attempt, rows)
                row.because = "；".join(effect.because)
                _end(row, StepState.CANCELLED, deed)
            case plans.StepWaits():
                _break_off(deed, rows.get(effect.step))
                _at_attempt(deed, plan.steps[effect.step], effect.attempt, rows)


def _open(
    deed: Deed,
    step: plans.Step,
    effect: plans.StepOpened,
    rows: dict[str, models.Step],
    after: models.Step | None,
) -> None:
    if (latest := rows.get(step.id)) and latest.attempt < effect.attempt:
        _break_off(deed, latest)
    row = _at_attempt(deed, step, effect.attempt, rows)
    row.state, row.opened_at, row.flagged = StepState.OPEN, deed.effective_at, effect.unknown
    row.because = "；".join(effect.because)
    row.previous_by_id = deed.by.account_id if after else None
    if step.kind == "dossier":
        row.save()
        row.child = hooks.open_child(deed, row, step)
        row.save(update_fields=["child"])
        deed.clocks.changed()
        return
    assert row.unit_id is not None
    deed.see(ScopeKind.UNIT, row.unit_id)
    clock = deed.clocks.start(ClockKind.STEP, step=row, days=step.days) if step.days else None
    update(row, *OPENED, "due_at", "amber_at")
    for code in step.joint:
        unit = Unit.objects.get(code=code)
        deed.see(ScopeKind.UNIT, unit.pk)
        models.Share.objects.create(
            dossier=deed.dossier,
            step=row,
            unit=unit,
            item_code=row.item_code,
            round=row.attempt,
            opened_at=deed.effective_at,
            silent_at=(silent_at := _silent_at(deed, step, clock)),
        )
        if silent_at:
            jobs.enqueue(
                "work.silence", f"{deed.dossier.pk}/{timing.local(silent_at):%Y%m%d%H%M}", silent_at, again=True
            )


def _silent_at(deed: Deed, step: plans.Step, clock: models.Clock | None) -> datetime | None:
    if step.silence != "agree":
        return None
    if step.silence_days is None:
        return clock.due_at if clock else None
    limit = clocks.Clock(limit=step.silence_days, unit=clocks.Unit.WORKING_DAY, started_at=deed.effective_at)
    return clocks.due(limit, deed.office)


def _shares_missing(shares: Iterable[models.Share], at: datetime) -> tuple[str, ...]:
    waiting = [share for share in shares if share.state == ShareState.OPEN]
    return tuple(share.unit.short_name for share in waiting if share.silent_at is None or at <= share.silent_at)


def _at_attempt(deed: Deed, step: plans.Step, attempt: int, rows: dict[str, models.Step]) -> models.Step:
    found = rows.get(step.id)
    if found is None or found.attempt != attempt:
        found = models.Step.objects.filter(dossier=deed.dossier, key=step.id, attempt=attempt).first()
    if found is None:
        found = _row(deed, step, attempt=attempt)
        found.save()
    rows[step.id] = found
    return found


def _break_off(deed: Deed, row: models.Step | None) -> None:
    """End the latest attempt of a step that is to be done again; those before it have ended."""
    if row is not None and row.state in (*LIVE, StepState.WAITING):
        _end(row, StepState.RETURNED, deed)


def _end(
    row: models.Step,
    state: StepState,
    deed: Deed,
    *,
    outcome: str = "",
    opinion: str = "",
    shared: bool = True,
) -> None:
    was_live = row.state in LIVE
    row.state, row.due_at, row.amber_at = state, None, None
    if state == StepState.DONE:
        row.outcome, row.opinion = outcome, opinion
        row.done_by_id, row.done_at = deed.by.account_id, deed.at
    update(row, *ENDED)
    if was_live:
        deed.clocks.stop_of(row)
        if shared:
            models.Share.objects.filter(step=row, state=ShareState.OPEN).update(state=ShareState.CANCELLED)


def _typed(value: Any) -> Any:
    match value:
        case bool() | None:
            return value
        case int() | float():
            return Decimal(str(value))
        case list():
            return tuple(_typed(each) for each in value)
        case str() if len(value) == 10 and value[4] == value[7] == "-" and value.replace("-", "").isdigit():
            return date.fromisoformat(value)
    return value


__all__ = ["AlreadyActed", "NotYours", "SharesMissing", "may_act", "plan_of", "rows_of", "standing_of"]
