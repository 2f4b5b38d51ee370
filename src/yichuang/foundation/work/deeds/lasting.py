"""The deed while it lasts: what a domain asks of it, and what it writes on leaving."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.records import realtime
from yichuang.foundation.records.models import Record
from yichuang.foundation.records.pen import Pen
from yichuang.foundation.records.prepared import update
from yichuang.foundation.work import family, hooks, models, steps, tallies, timing
from yichuang.foundation.work.deeds.clocks import Clocks, Ground
from yichuang.foundation.work.terms import ClockKind, ScopeKind
from yichuang.kernel import plans
from yichuang.kernel.calendars import Office
from yichuang.kernel.errors import NotPossible
from yichuang.kernel.lifecycles import Lifecycle, Move

END_SPAN = "UPDATE work_span SET to_at = %s WHERE dossier_id = %s AND to_at IS NULL"
BEGIN_SPAN = "INSERT INTO work_span (dossier_id, state, from_at, recorded_at) VALUES (%s, %s, %s, %s)"
SEE = "INSERT INTO work_access (dossier_id, scope_kind, scope_id) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"


@dataclass
class Deed:
    """One deed on one dossier while it lasts. Domains speak to it; nothing is final before it is left."""

    name: str
    dossier: models.Dossier
    by: Actor
    at: datetime
    effective_at: datetime
    pen: Pen
    lifecycle: Lifecycle
    office: Office
    ground: Ground | None = None
    denied: bool = False
    plan_over: bool = False
    papers: list[Any] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    _moves: list[Move] = field(default_factory=list)
    _changes: dict[str, Any] = field(default_factory=dict)
    _paper_facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    _without_paper: bool = False
    clocks: Clocks = field(init=False)
    _stored: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self._stored = _columns(self.dossier)
        known: list[models.Clock] | None = None
        if self.pen.begins:  # the dossier was made just now: it has no clocks, and its root is yet to be written
            known, self._stored["root"] = [], None
        self.clocks = Clocks(self.dossier, self.by, self.at, self.effective_at, self.office, known)

    @cached_property
    def recorded_at(self) -> datetime:
        """When we learn of this deed: read once, by the clock of the database."""
        return realtime.database_now()

    # ── what a domain asks ──────────────────────────────────────────────────────────────────────────────────────

    def record(self, event: Any) -> None:
        """Tell one event of the dossier's own stream; what moved is added to the first."""
        self.pen.record(event)

    def because(self, *, kind: str, reason: str, basis: str = "", approved_by: int | None = None) -> None:
        """
        Give the ground of a pause, an extension or a special procedure.

        :raises NotPossible: the lifecycle does not know this ground
        """
        known = {each for move in self._moves for each in move.kinds}
        if known and kind not in known:
            raise NotPossible(
                _("“%(kind)s”不是法定事由；可以选择：%(choices)s。")
                % {"kind": kind, "choices": _("、").join(sorted(known))}
            )
        self.ground = Ground(kind, reason, basis, approved_by)

    def move(self, deed: str) -> Move:
        """
        Let one more move of the lifecycle follow in this deed.

        :raises NotOpen: the state that the dossier then has does not allow it
        """
        state = self._moves[-1].to if self._moves else self.dossier.state
        found = self.lifecycle.move(state, deed)
        self._moves.append(found)
        return found

    def goes_on_by(self, deed: str) -> bool:
        """Say whether one more move of this name could follow in this deed."""
        state = self._moves[-1].to if self._moves else self.dossier.state
        return any(each.deed == deed for each in self.lifecycle.deeds_from(state))

    def paper_facts(self, paper: str, facts: Mapping[str, Any]) -> None:
        """Give what a paper that this move owes must say."""
        self._paper_facts[paper] = dict(facts)

    def owe_paper(self, paper: str, facts: Mapping[str, Any]) -> Any:
        """Number one more paper, now: its text is frozen, its rendering a job's."""
        written = hooks.write_paper(self, paper, dict(facts))
        self.papers.append(written)
        return written

    def without_papers(self) -> None:
        """Owe none of the papers that the moves of this deed name: a child's are the parent's."""
        self._without_paper = True

    def pin(self, kind: str, code: str, version: int) -> None:
        """Hold the dossier to one version of a definition for good."""
        self._set("pinned", self.dossier.read("pinned") | {kind: [code, version]})

    def hold_to(self, kind: ClockKind, *, limit: int, unit: str, rule: str) -> None:
        """Say by which limit a clock of this kind runs when the lifecycle starts it."""
        self._set("limits", self.dossier.read("limits") | {kind.value: {"limit": limit, "unit": unit, "rule": rule}})

    def hold_to_none(self, kind: ClockKind) -> None:
        """Say that this dossier has no limit of this kind: what is decided on the spot promises no days."""
        self._set("limits", self.dossier.read("limits") | {kind.value: None})

    def take_plan(self, plan: plans.Plan) -> None:
        """Pin the plan by which the dossier is handled; the lifecycle says when it opens."""
        self.dossier.plan, self.dossier.plan_version = plan.id, plan.version

    def set_facts(self, facts: Mapping[str, Any]) -> None:
        """Keep what conditions may ask; what they decided before stays."""
        self._set("facts", self.dossier.read("facts") | dict(facts))

    def carry_over(self, kind: str, version: int) -> None:
        """
        Go on by another version of the lifecycle or plan that the dossier is pinned to.

        :raises CannotMigrate: it does not fit
        :raises OutcomeUndeclared: a step was done with an outcome that the version does not know
        """
        if kind == "plan":
            plan: plans.Plan = definitions.get("plan", self.dossier.plan, version)
            self._after(steps.carry_over(self, plan))
        else:
            self.lifecycle = definitions.get("lifecycle", self.dossier.lifecycle, version)
            running = set(self.clocks.unstopped().filter(step=None).values_list("kind", flat=True))
            if self.dossier.state not in self.lifecycle.states:
                raise steps.CannotMigrate(_("新版本没有现在的状态“%(state)s”") % {"state": self.dossier.state})
            if unknown := running - self.lifecycle.clocks.keys():
                raise steps.CannotMigrate(
                    _("新版本没有正在计算的时限：%(clocks)s") % {"clocks": _("、").join(sorted(unknown))}
                )
            self.dossier.lifecycle_version = version
        if kind in (pinned := self.dossier.read("pinned")):
            self.pin(kind, pinned[kind][0], version)

    def facts(self) -> dict[str, Any]:
        """Give the facts as conditions read them: numbers are Decimals, days are dates."""
        return steps.facts_of(self.dossier)

    def see(self, kind: ScopeKind, scope_id: str | int) -> None:
        """Let a unit, party or agent see the dossier."""
        with connection.cursor() as cursor:
            cursor.execute(SEE, [self.dossier.pk, kind.value, str(scope_id)])

    def complete(self, row: models.Step, outcome: str, *, opinion: str = "") -> tuple[plans.Effect, ...]:
        """
        End a step with an outcome and let follow what the plan says.

        :raises AlreadyActed: somebody else ended it before; the message says who and when
        :raises NotYours: another person has it in hand
        """
        effects = steps.complete(self, row, outcome, opinion)
        self._after(effects)
        return effects

    def move_in(self, step: plans.Step, origin: models.Step) -> models.Step:
        """Open here an optional step that an earlier stage moved, linked to where it was cancelled."""
        row = steps.move_in(self, step, origin)
        self.clocks.have_changed = True
        return row

    def drop(
        self, row: models.Step, how: Callable[..., plans.standing.Result], reason: str
    ) -> tuple[plans.Effect, ...]:
        """Skip, cancel, return or move later a step by the lead's deed; `how` is the kernel's function."""
        effects = steps.drop(self, row, how, reason)
        self._after(effects)
        return effects

    def running(self) -> list[models.Clock]:
        """Give the dossier's own clocks that run, those of its steps aside."""
        return self.clocks.running()

    def pause(self, kinds: tuple[str, ...]) -> None:
        """
        Pause the running clocks of these kinds, and those of the open steps with them.

        :raises AlreadyPaused: one of them stands still already
        """
        assert self.ground, "a pause has a ground: call deed.because first"
        self.clocks.pause(kinds, self.ground)

    def resume(self, kinds: tuple[str, ...]) -> None:
        """
        End the pauses of these kinds and of the open steps.

        :raises NotPaused: none of them stands still
        """
        self.clocks.resume(kinds)

    def extend(self, kinds: tuple[ClockKind, ...], *, amount: int) -> None:
        """
        Add to running limits once, before they are due.

        :raises AlreadyExtended: it was extended before
        :raises TooLateToExtend: the limit has passed
        """
        assert self.ground, "an extension has a ground: call deed.because first"
        self.clocks.extend(kinds, self.ground, amount=amount)

    def on(self, other: models.Dossier) -> Deed:
        """Go on, in the same deed, on another dossier under the same root; it is left on its own."""
        assert other.root_id == self.dossier.root_id, "one deed, one root"
        pen = Pen(by=self.pen.by, at=self.at, stream=other.stream)
        lifecycle = definitions.get("lifecycle", other.lifecycle, other.lifecycle_version)
        return Deed(self.name, other, self.by, self.at, self.effective_at, pen, lifecycle, self.office)

    # ── leaving ─────────────────────────────────────────────────────────────────────────────────────────────────

    def leave(self) -> None:
        """Write what the deed brought about."""
        before = self.dossier.state
        for move in self._moves:  # grows while a plan ends or a domain follows
            self._apply(move)
            hooks.moved(self, move)
        if self.clocks.have_changed or self._moves:
            timing.watch(self.dossier, self.running())
        for move in self._moves:
            if move.paper and not self._without_paper:
                self.owe_paper(move.paper, self._paper_facts.get(move.paper, {}))
        self.dossier.version += 1
        stored = self._stored
        self._stored = _columns(self.dossier)
        changed = [name for name, value in self._stored.items() if value != stored[name]]
        update(self.dossier, *changed)
        if self.clocks.have_changed or self._moves or before == self.lifecycle.start:
            own = [row for row in self.clocks.all() if row.step_id is None]
            tallies.keep(
                self.dossier,
                own,
                self.office,
                since=self.effective_at,
                recorded_at=self.recorded_at,
                is_first=self.pen.begins,
            )
        self._tell(before)
        self.records = self.pen.write(self.recorded_at)

    def _apply(self, move: Move) -> None:
        self.clocks.stop(*map(ClockKind, move.clocks.stop))
        for kind in move.clocks.start:
            self.clocks.start(ClockKind(kind))
        if move.clocks.pause:
            self.pause(move.clocks.pause)
        if move.clocks.resume:
            self.resume(move.clocks.resume)
        if move.to != self.dossier.state:
            self._enter(move.to)
        if move.closes == "plan":
            steps.close(self)
        if move.opens == "plan":
            self._after(steps.begin(self))
        if move.clocks.pause or move.clocks.resume:
            family.standing_still(self)

    def _enter(self, state: str) -> None:
        effective_at, recorded_at = map(connection.ops.adapt_datetimefield_value, (self.effective_at, self.recorded_at))
        with connection.cursor() as cursor:
            cursor.execute(END_SPAN, [effective_at, self.dossier.pk])
            cursor.execute(BEGIN_SPAN, [self.dossier.pk, state, effective_at, recorded_at])
        self.dossier.state = state
        ended = state in self.lifecycle.ends
        self.dossier.ended_at = self.at if ended else None
        outcome = self.lifecycle.states[state].outcome
        if outcome and not self.dossier.outcome:
            self.dossier.outcome, self.dossier.concluded_at = outcome, self.at
            family.concluded(self, outcome)

    def _after(self, effects: tuple[plans.Effect, ...]) -> None:
        self.clocks.have_changed = True
        told = self._changes.setdefault("steps", [])
        told.extend([type(each).__name__, each.step, each.attempt, list(each.because)] for each in effects)
        for effect in effects:
            self.denied |= isinstance(effect, plans.Denied)
            self.plan_over |= isinstance(effect, plans.PlanEnded)
        if self.denied or self.plan_over:
            hooks.plan_over(self)

    def _tell(self, before: str) -> None:
        changes: dict[str, Any] = {"deed": self.name, **self._changes}
        if self.dossier.state != before:
            changes["state"] = [before, self.dossier.state]
        if self.effective_at != self.at:
            changes["effective_at"] = self.effective_at
        if self.ground:
            changes["ground"] = self.ground.kind
        changes["due_at"] = self.dossier.due_at
        changes["papers"] = [str(paper) for paper in self.papers]
        self.pen.add_to_first(changes)

    def _set(self, column: str, value: Mapping[str, Any]) -> None:
        setattr(self.dossier, column, json.dumps(value, ensure_ascii=False, sort_keys=True, default=_plain))


def _columns(dossier: models.Dossier) -> dict[str, Any]:
    return {each.name: getattr(dossier, each.attname) for each in models.Dossier._meta.concrete_fields}


def _plain(value: Any) -> Any:
    """Write a Decimal as a JSON number, so that conditions read it as a number again; anything else as text."""
    if not isinstance(value, Decimal):
        return str(value)
    return int(value) if value == value.to_integral_value() else float(value)  # repr of a float keeps 15 digits
