"""
The deed: the only context in which dossiers, steps, clocks and their records are written.

It locks the root, checks who may and whether the state allows it, lets the domain do its own, and on leaving writes
state, clocks, steps, papers due, stream and record in one transaction.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import connection, transaction

from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.records import realtime
from yichuang.foundation.records.models import Record
from yichuang.foundation.records.pen import Pen
from yichuang.foundation.records.prepared import Prepared, insert, update
from yichuang.foundation.records.terms import By
from yichuang.foundation.work import family, hooks, models, numbers, steps, tallies, timing
from yichuang.foundation.work.terms import ClockKind, ScopeKind
from yichuang.kernel import plans
from yichuang.kernel.calendars import Office
from yichuang.kernel.errors import DefinitionError, NotPossible
from yichuang.kernel.lifecycles import Lifecycle, Move

DOSSIER = Prepared(lambda pk: models.Dossier.objects.select_related("unit").filter(pk=pk))
LOCKED = Prepared(
    lambda pk, root: (
        models.Dossier.objects.select_related("unit").select_for_update(of=("self",)).filter(pk=pk, root_id=root)
    ),
    2,
)
END_SPAN = "UPDATE work_span SET to_at = %s WHERE dossier_id = %s AND to_at IS NULL"
BEGIN_SPAN = "INSERT INTO work_span (dossier_id, state, from_at, recorded_at) VALUES (%s, %s, %s, %s)"
SEE = "INSERT INTO work_access (dossier_id, scope_kind, scope_id) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"


class AlreadyPaused(NotPossible):
    """A clock that stands still cannot be paused again."""

    code = "work.already_paused"

    def __init__(self, since: datetime) -> None:
        super().__init__(f"时限自 {since:%Y-%m-%d %H:%M} 起已经停表；请先恢复，再办理新的停表事由。")


class NotPaused(NotPossible):
    """There is no pause to end."""

    code = "work.not_paused"

    def __init__(self) -> None:
        super().__init__("时限正在计算，没有需要恢复的停表。")


class AlreadyExtended(NotPossible):
    """A limit is extended once."""

    code = "work.already_extended"
    basis = "行政许可法 第四十二条"

    def __init__(self) -> None:
        super().__init__("该时限已经延长过一次，依法不能再次延长。")


class TooLateToExtend(NotPossible):
    """An extension is decided before the limit passes."""

    code = "work.too_late_to_extend"
    basis = "行政许可法 第四十二条"

    def __init__(self, due: datetime) -> None:
        super().__init__(f"时限已于 {due:%Y-%m-%d %H:%M} 届满，不能再延长；请尽快作出决定。")


@dataclass(frozen=True, slots=True)
class Ground:
    """Why clocks stand still: the kind that the lifecycle names, the reason, the law, and who approved."""

    kind: str
    reason: str
    basis: str = ""
    approved_by: int | None = None


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
    _clocks_changed: bool = False
    _clocks: list[models.Clock] | None = None
    _stored: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self._stored = _columns(self.dossier)
        if self.pen.begins:  # the dossier was made just now: it has no clocks, and its root is yet to be written
            self._clocks, self._stored["root"] = [], None

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
            raise NotPossible(f"“{kind}”不是法定事由；可以选择：{'、'.join(sorted(known))}。")
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
            running = set(self._running().filter(step=None).values_list("kind", flat=True))
            if self.dossier.state not in self.lifecycle.states:
                raise steps.CannotMigrate(f"新版本没有现在的状态“{self.dossier.state}”")
            if unknown := running - self.lifecycle.clocks.keys():
                raise steps.CannotMigrate(f"新版本没有正在计算的时限：{'、'.join(sorted(unknown))}")
            self.dossier.lifecycle_version = version
        if kind in (pinned := self.dossier.read("pinned")):
            self.pin(kind, pinned[kind][0], version)

    def facts(self) -> dict[str, Any]:
        """Give the facts as conditions read them: numbers are Decimals, days are dates."""
        return steps.facts_of(self.dossier)

    def see(self, kind: ScopeKind, scope_id: str | int) -> None:
        """Let a unit, party, agent or region see the dossier."""
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
        self._clocks_changed = True
        return row

    def drop(
        self, row: models.Step, how: Callable[..., plans.standing.Result], reason: str
    ) -> tuple[plans.Effect, ...]:
        """Skip, cancel, return or move later a step by the lead's deed; `how` is the kernel's function."""
        effects = steps.drop(self, row, how, reason)
        self._after(effects)
        return effects

    def start(
        self, kind: ClockKind, *, step: models.Step | None = None, days: int | None = None
    ) -> models.Clock | None:
        """Start a clock from `effective_at`, held to the dossier's limit or, for a step, to its `days`."""
        limits = self.dossier.read("limits")
        if step is None and kind.value not in limits:
            raise DefinitionError(self.dossier.number, f"no limit of kind {kind.value}", "one", tuple(limits))
        limit = {"limit": days, "unit": "working_day", "rule": "plan"} if step else limits[kind.value]
        if limit is None or limit["limit"] is None:
            return None
        rows = self.clocks()
        step_id = step.pk if step else None
        row = models.Clock(
            dossier=self.dossier,
            step=step,
            kind=kind,
            attempt=sum(each.kind == kind and each.step_id == step_id for each in rows) + 1,
            started_at=self.effective_at,
            **limit,
        )
        timing.begin(row, self.office)
        rows.append(row)
        return row

    def stop(self, *kinds: ClockKind) -> None:
        """Stop the running clocks of these kinds, where there are any."""
        self._stop([row for row in self.running() if row.kind in kinds])

    def stop_of(self, step: models.Step) -> None:
        """Stop the running clock of a step that ends, where it has one."""
        rows = [row for row in self.clocks() if row.step_id == step.pk and row.stopped_at is None]
        self._stop(rows)

    def clocks(self) -> list[models.Clock]:
        """Give all clocks of the dossier and its steps with their ledgers, as they stand by now; read once."""
        if self._clocks is None:
            self._clocks = timing.clocks_of(self.dossier.pk)
        return self._clocks

    def running(self) -> list[models.Clock]:
        """Give the dossier's own clocks that run, those of its steps aside."""
        return [row for row in self.clocks() if row.step_id is None and row.stopped_at is None]

    def pause(self, kinds: tuple[str, ...]) -> None:
        """
        Pause the running clocks of these kinds, and those of the open steps with them.

        :raises AlreadyPaused: one of them stands still already
        """
        assert self.ground, "a pause has a ground: call deed.because first"
        for row in timing.with_ledger(self._running().filter(kind__in=[*kinds, ClockKind.STEP])):
            open_pause = next((each for each in row.pauses.all() if each.to_at is None and not each.cancelled_at), None)
            if open_pause and row.kind == ClockKind.STEP:
                continue
            if open_pause:
                raise AlreadyPaused(open_pause.from_at)
            models.Pause.objects.create(
                clock=row,
                from_at=self.effective_at,
                kind=self.ground.kind,
                reason=self.ground.reason,
                basis=self.ground.basis,
                approved_by_id=self.ground.approved_by,
            )
            self.retime(row)

    def resume(self, kinds: tuple[str, ...]) -> None:
        """
        End the pauses of these kinds and of the open steps.

        :raises NotPaused: none of them stands still
        """
        rows = models.Pause.objects.filter(
            clock__dossier=self.dossier, clock__kind__in=[*kinds, ClockKind.STEP], to_at=None, cancelled_at=None
        )
        ended = list(rows.select_related("clock"))
        if not ended:
            raise NotPaused
        for row in ended:
            row.to_at = self.effective_at
            row.save(update_fields=["to_at"])
            self.retime(row.clock)

    def extend(self, kinds: tuple[ClockKind, ...], *, amount: int) -> None:
        """
        Add to running limits once, before they are due.

        :raises AlreadyExtended: it was extended before
        :raises TooLateToExtend: the limit has passed
        """
        assert self.ground, "an extension has a ground: call deed.because first"
        for row in timing.with_ledger(self._running().filter(kind__in=kinds, step=None)):
            if hasattr(row, "extension"):
                raise AlreadyExtended
            if row.due_at is not None and self.at > row.due_at:
                raise TooLateToExtend(row.due_at)
            approver = self.ground.approved_by or self.by.account_id
            assert approver, "a person decides an extension"
            models.Extension.objects.create(
                clock=row,
                amount=amount,
                decided_at=self.at,
                decided_by_id=approver,
                reason=self.ground.reason,
                basis=self.ground.basis,
            )
            self.retime(row)

    def on(self, other: models.Dossier) -> Deed:
        """Go on, in the same deed, on another dossier under the same root; it is left on its own."""
        assert other.root_id == self.dossier.root_id, "one deed, one root"
        pen = Pen(by=self.pen.by, at=self.at, stream=other.stream)
        lifecycle = definitions.get("lifecycle", other.lifecycle, other.lifecycle_version)
        return Deed(self.name, other, self.by, self.at, self.effective_at, pen, lifecycle, self.office)

    def retime(self, row: models.Clock) -> None:
        """Compute a clock's instants anew as its ledger changed."""
        timing.set_instants(timing.with_ledger(models.Clock.objects.filter(pk=row.pk)).get(), self.office)
        self.clocks_changed()

    def clocks_changed(self) -> None:
        """Let the dossier's own instants follow its clocks when the deed is left; the clocks are read anew."""
        self._clocks_changed = True
        self._clocks = None

    # ── leaving ─────────────────────────────────────────────────────────────────────────────────────────────────

    def leave(self) -> None:
        """Write what the deed brought about."""
        before = self.dossier.state
        for move in self._moves:  # grows while a plan ends or a domain follows
            self._apply(move)
            hooks.moved(self, move)
        if self._clocks_changed or self._moves:
            timing.watch(self.dossier, self.running())
        for move in self._moves:
            if move.paper and not self._without_paper:
                self.owe_paper(move.paper, self._paper_facts.get(move.paper, {}))
        self.dossier.version += 1
        stored = self._stored
        self._stored = _columns(self.dossier)
        changed = [name for name, value in self._stored.items() if value != stored[name]]
        update(self.dossier, *changed)
        if self._clocks_changed or self._moves or before == self.lifecycle.start:
            own = [row for row in self.clocks() if row.step_id is None]
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
        self.stop(*map(ClockKind, move.clocks.stop))
        for kind in move.clocks.start:
            self.start(ClockKind(kind))
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
        self._clocks_changed = True
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

    def _running(self) -> Any:
        return models.Clock.objects.filter(dossier=self.dossier, stopped_at=None)

    def _stop(self, rows: list[models.Clock]) -> None:
        for row in rows:
            row.stopped_at = self.effective_at
            for pause in row.pauses.all():
                if pause.to_at is None and pause.cancelled_at is None:
                    pause.to_at = self.effective_at
                    pause.save(update_fields=["to_at"])
        if rows:
            models.Clock.objects.filter(pk__in=[row.pk for row in rows]).update(stopped_at=self.effective_at)

    def _set(self, column: str, value: Mapping[str, Any]) -> None:
        setattr(self.dossier, column, json.dumps(value, ensure_ascii=False, sort_keys=True, default=_plain))


@contextmanager
def deed(
    name: str,
    *,
    on: int,
    by: Actor,
    at: datetime,
    permission: str | None = None,
    unit_id: int | Collection[int] | None = None,
    party_id: int | None = None,
    effective_at: datetime | None = None,
) -> Iterator[Deed]:
    """
    Do `name` to a dossier: one transaction, one record.

    A name that the lifecycle knows is a move and must be open in the present state; any other moves no state.
    `permission` is asked for at `unit_id` (the dossier's unit unless given) or for `party_id`. `effective_at` is when
    clocks and spans change, where the law sets another moment than that of the deed (deemed acceptance).

    :raises NotAllowed: `by` may not
    :raises NotOpen: the state does not allow it
    """
    with transaction.atomic():
        dossier = _locked(on)
        who = _asked(by, permission, dossier.unit_id if unit_id is None else unit_id, party_id)
        lifecycle = definitions.get("lifecycle", dossier.lifecycle, dossier.lifecycle_version)
        moves = [lifecycle.move(dossier.state, name)] if any(each.deed == name for each in lifecycle.moves) else []
        yield from _while_open(name, dossier, by, who, at, effective_at or at, lifecycle, moves)


@contextmanager
def opening(
    name: str,
    *,
    kind: str,
    title: str,
    unit_id: int,
    region: str,
    lifecycle: str,
    by: Actor,
    at: datetime,
    item_code: str = "",
    channel: str = "",
    parent: models.Dossier | None = None,
    number: str | None = None,
    permission: str | None = None,
    party_id: int | None = None,
    effective_at: datetime | None = None,
    is_synthetic: bool = False,
) -> Iterator[Deed]:
    """
    Open a dossier under the lifecycle in force and do `name`, the first move from its start.

    Without `number` it gets a case number, taken last. A child is locked through its root.

    :raises NotAllowed: `by` may not
    """
    with transaction.atomic():
        who = _asked(by, permission, unit_id, party_id)
        if parent is not None:
            _lock_root(parent.root_id or parent.pk)
        table: Lifecycle = definitions.in_force("lifecycle", lifecycle, on=numbers.local_day(at))
        dossier = models.Dossier(
            kind=kind,
            number=number or f"~{uuid.uuid4().hex}",
            title=title,
            unit_id=unit_id,
            region=region,
            item_code=item_code,
            channel=channel,
            state=table.start,
            parent=parent,
            lifecycle=table.id,
            lifecycle_version=table.version,
            opened_at=at,
            is_synthetic=is_synthetic,
        )
        insert(dossier)
        dossier.root_id = (parent.root_id or parent.pk) if parent else dossier.pk
        models.Span.objects.create(
            dossier=dossier, state=table.start, from_at=effective_at or at, recorded_at=realtime.database_now()
        )
        models.Access.objects.bulk_create(
            [
                models.Access(dossier=dossier, scope_kind=ScopeKind.UNIT, scope_id=str(unit_id)),
                models.Access(dossier=dossier, scope_kind=ScopeKind.REGION, scope_id=region),
            ]
        )
        moves = [table.move(table.start, name)] if any(each.deed == name for each in table.moves) else []
        yield from _while_open(
            name, dossier, by, who, at, effective_at or at, table, moves, numbered=number is not None, fresh=True
        )


def _while_open(
    name: str,
    dossier: models.Dossier,
    by: Actor,
    who: By,
    at: datetime,
    effective_at: datetime,
    lifecycle: Lifecycle,
    moves: list[Move],
    *,
    numbered: bool = True,
    fresh: bool = False,
) -> Iterator[Deed]:
    pen = Pen(by=who, at=at, stream=dossier.stream, begins=fresh)
    opened = Deed(name, dossier, by, at, effective_at, pen, lifecycle, timing.office(), _moves=moves)
    yield opened
    if not numbered:
        dossier.number = numbers.next_case_number(dossier.region, at)
    opened.leave()


def _columns(dossier: models.Dossier) -> dict[str, Any]:
    return {each.name: getattr(dossier, each.attname) for each in models.Dossier._meta.concrete_fields}


def _plain(value: Any) -> Any:
    """Write a Decimal as a JSON number, so that conditions read it as a number again; anything else as text."""
    if not isinstance(value, Decimal):
        return str(value)
    return int(value) if value == value.to_integral_value() else float(value)  # repr of a float keeps 15 digits


def _asked(by: Actor, permission: str | None, unit_id: int | Collection[int], party_id: int | None) -> By:
    return by.by if permission is None else by.by_for(permission, unit_id, party_id=party_id)


def _locked(dossier_id: int) -> models.Dossier:
    """Lock a dossier's root and read the dossier; one that is its own root is read as it is locked."""
    if connection.features.has_select_for_update:
        own = LOCKED.first(dossier_id, dossier_id)
        if own is not None:
            return own
        _lock_root(models.Dossier.objects.values_list("root_id", flat=True).get(pk=dossier_id))
    return DOSSIER.get(dossier_id)


def _lock_root(root_id: int) -> None:
    if connection.features.has_select_for_update:
        models.Dossier.objects.select_for_update(of=("self",)).only("pk").get(pk=root_id)
