"""What the engine keeps. Nothing here moves itself: the one writer is `deeds`."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from yichuang.foundation.work.terms import ClockKind, ScopeKind, ShareState, StepKind, StepState

COUNTED = ("unit", "kind", "watched", "amber_at", "legal_due_at")
"""What else is counted of dossiers in hand: it stands in the index, so that the table is not read."""


class Dossier(models.Model):
    """One piece of promised work: on screen 办件, 任务, 项目. Domains keep one thin table beside it."""

    kind = models.CharField(max_length=24)  # case, stage, project, order …: what the domain calls it
    number = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=300)
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+")  # owes it
    region = models.CharField(max_length=12)
    item_code = models.CharField(max_length=40, default="", db_index=True)
    channel = models.CharField(max_length=12, default="", db_default="")  # through which door it came; none: unknown
    source = models.CharField(max_length=40, default="", db_default="")  # the old system it was brought in from
    state = models.CharField(max_length=32)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    root = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")  # itself for a root; set on opening

    lifecycle = models.CharField(max_length=64)
    lifecycle_version = models.PositiveIntegerField()
    plan = models.CharField(max_length=64, default="")
    plan_version = models.PositiveIntegerField(null=True)
    pinned = models.TextField(default="{}")  # kind → [code, version] of whatever else was in force at acceptance
    limits = models.TextField(default="{}")  # clock kind → {limit, unit, rule}: the limits this dossier is held to
    facts = models.TextField(default="{}")  # what the conditions of its plan may ask

    opened_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    concluded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=24, default="")
    version = models.PositiveIntegerField(default=0)

    # of the clock that is watched now; NULL while paused: lamps are ranges of these two instants
    watched = models.CharField(max_length=16, default="", blank=True)
    amber_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    legal_due_at = models.DateTimeField(null=True)
    paused_since = models.DateTimeField(null=True)

    is_synthetic = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["kind", "state"], name="dossier_kind_state"),
            models.Index(fields=["root"], name="dossier_root"),
            models.Index(fields=["concluded_at", "accepted_at"], name="dossier_concluded", include=["id"]),
            models.Index(fields=["concluded_at"], name="dossier_withdrawn", condition=Q(outcome="withdrawn")),
            models.Index(fields=["opened_at"], name="dossier_opened", include=["id", "unit", "kind"]),
            models.Index(fields=["unit", "due_at"], name="dossier_running", condition=Q(ended_at=None)),
            models.Index(
                fields=["due_at", "id"],
                name="dossier_in_hand",
                condition=Q(ended_at=None, concluded_at=None),
                include=COUNTED,
            ),
            models.Index(fields=["legal_due_at"], name="dossier_legal", condition=Q(ended_at=None, concluded_at=None)),
            models.Index(fields=["id"], name="dossier_paused", condition=Q(paused_since__isnull=False)),
            models.Index(fields=["id"], name="dossier_correcting", condition=Q(state="correcting")),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def stream(self) -> str:
        """Name the stream of this dossier's records."""
        return f"dossier/{self.pk}"

    def read(self, column: str) -> dict[str, Any]:
        """Read one of the TEXT columns that hold JSON: `facts`, `limits`, `pinned`."""
        value: dict[str, Any] = json.loads(getattr(self, column))
        return value


LISTED = ("permission", "kind", "state", "amber_at", "dossier")
"""What else the work list asks of a live step: it stands in the index, so that the table is not read."""


class Step(models.Model):
    """One attempt at one step of a plan: who owes it since when, and how it ended."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="steps")
    root = models.ForeignKey(Dossier, models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    attempt = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=8, choices=StepKind.choices)
    name = models.CharField(max_length=120)
    unit = models.ForeignKey("people.Unit", models.PROTECT, null=True, related_name="+")
    permission = models.CharField(max_length=40)
    item_code = models.CharField(max_length=40, default="")  # copied here for the work list's filter
    state = models.CharField(max_length=10, choices=StepState.choices)
    optional = models.BooleanField(default=False)
    flagged = models.BooleanField(default=False)  # opened because its condition was unknown
    because = models.TextField(default="")

    opened_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    claimed_at = models.DateTimeField(null=True)
    claim_until = models.DateTimeField(null=True)
    done_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=32, default="")
    opinion = models.TextField(default="")
    previous_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")  # 前手
    child = models.OneToOneField(Dossier, models.PROTECT, null=True, related_name="step_of")
    moved_to = models.OneToOneField("self", models.PROTECT, null=True, related_name="moved_from")
    amber_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dossier", "key", "attempt"], name="step_attempt_once"),
            models.CheckConstraint(
                name="step_done_has_outcome",
                condition=~Q(state="done") | (Q(done_at__isnull=False) & ~Q(outcome="")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["unit", "due_at", "id"],
                name="step_live_unit",
                condition=Q(state__in=["open", "claimed"]),
                include=LISTED,
            ),
            models.Index(
                fields=["item_code", "due_at", "id"],
                name="step_live_item",
                condition=Q(state__in=["open", "claimed"]),
            ),
            models.Index(
                fields=["due_at", "id"],
                name="step_live_due",
                condition=Q(state__in=["open", "claimed"]),
                include=LISTED,
            ),
            models.Index(
                fields=["done_at"],
                name="step_done",
                condition=Q(kind="work", opened_at__isnull=False, done_at__isnull=False),
                include=["kind", "opened_at", "name"],  # how long each step takes
            ),
        ]


class Share(models.Model):
    """
    One unit's part of a joint step, or of a stage's pre-check (step is empty then).

    One that was asked for by a person (会签) says what is asked and by whom; its plan knows nothing of it.
    """

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="shares")
    step = models.ForeignKey(Step, models.PROTECT, null=True, related_name="shares")
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+")
    item_code = models.CharField(max_length=40, default="")
    round = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=ShareState.choices, default=ShareState.OPEN)
    outcome = models.CharField(max_length=32, default="")
    opinion = models.TextField(default="")
    by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True)
    silent_at = models.DateTimeField(null=True)  # from then on silence is agreement; empty: it waits
    permission = models.CharField(
        max_length=40, default="", db_default=""
    )  # who may give it; empty: whoever may act on the step
    asked = models.CharField(max_length=400, default="", db_default="")
    asked_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["step", "unit", "round"], name="share_once_in_step"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "silent_at"], name="share_open_unit", condition=Q(state="open")),
        ]


class Clock(models.Model):
    """A limit that runs, of a dossier or of one of its steps. What it says is computed by `kernel/clocks`."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="clocks")
    step = models.ForeignKey(Step, models.PROTECT, null=True, related_name="clocks")
    kind = models.CharField(max_length=16, choices=ClockKind.choices)
    attempt = models.PositiveSmallIntegerField(default=1)
    limit = models.PositiveIntegerField()
    unit = models.CharField(max_length=16)
    rule = models.CharField(max_length=120, default="")  # where the limit comes from
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    amber_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["dossier", "kind", "attempt"], name="clock_attempt_once", condition=Q(step=None)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="clock_running", condition=Q(stopped_at=None)),
            models.Index(
                fields=["due_at"], name="clock_delivering", condition=Q(kind="delivery", step=None, stopped_at=None)
            ),
        ]


class Pause(models.Model):
    """A stretch in which a clock stood still. A wrong one is cancelled by a correcting row, never edited."""

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="pauses")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)
    kind = models.CharField(max_length=24)
    reason = models.TextField()
    basis = models.CharField(max_length=120)
    approved_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_because = models.TextField(default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["clock"], name="one_open_pause", condition=Q(to_at=None, cancelled_at=None)
            ),
        ]


class Extension(models.Model):
    """More of the same limit, once, decided before it was due."""

    clock = models.OneToOneField(Clock, models.PROTECT, related_name="extension")
    amount = models.PositiveIntegerField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    reason = models.TextField()
    basis = models.CharField(max_length=120)


class Span(models.Model):
    """How long a dossier was in a state: what figures count."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="spans")
    state = models.CharField(max_length=32)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dossier"], name="one_open_span", condition=Q(to_at=None)),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "from_at"], name="span_state_from")]


STANDING = ("valid_from", "valid_to", "superseded_at")
"""What says which row of a dossier stood at a moment: it stands in the indexes along which tallies are counted."""


class Tally(models.Model):
    """
    What figures count of one dossier, narrow and dated: written when a deed changes it, and then never again.

    A change writes the next row and gives the old one its successor's two times: `valid_to`, from when the next is
    true, and `superseded_at`, when we learnt it. So the row of a moment as it was known at a moment is the one with
    `valid_from` and `recorded_at` not later, and not both of its successor's times reached (`tallies.as_of`).
    """

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="tallies", db_index=False)
    kind = models.CharField(max_length=24)
    item_code = models.CharField(max_length=40)
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+", db_index=False)
    region = models.CharField(max_length=12)
    channel = models.CharField(max_length=12)
    source = models.CharField(max_length=40)
    is_synthetic = models.BooleanField()

    opened_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    concluded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=24)

    promise_limit = models.PositiveIntegerField(null=True)  # of the latest promise clock, in its unit
    promise_unit = models.CharField(max_length=16)
    due_at = models.DateTimeField(null=True)  # of the promise; empty while paused, kept from the conclusion on
    legal_limit = models.PositiveIntegerField(null=True)
    legal_unit = models.CharField(max_length=16)
    legal_due_at = models.DateTimeField(null=True)
    used = models.PositiveIntegerField(null=True)  # whole units of the promise used at the conclusion, pauses out
    is_late = models.BooleanField(null=True)  # concluded after the promise; empty while open or without one
    is_late_legally = models.BooleanField(null=True)

    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dossier"], name="tally_open_once", condition=Q(superseded_at=None)),
            models.CheckConstraint(
                name="tally_late_when_concluded", condition=Q(is_late=None) | Q(concluded_at__isnull=False)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["dossier", "recorded_at"], name="tally_dossier"),
            models.Index(fields=["recorded_at"], name="tally_recorded", include=["valid_from"]),
            models.Index(fields=["valid_to"], name="tally_left", condition=Q(superseded_at__isnull=False)),
            models.Index(fields=["opened_at"], name="tally_opened", include=[*STANDING, "unit", "region", "kind"]),
            models.Index(
                fields=["opened_at"],
                name="tally_in_hand",
                condition=Q(superseded_at=None, concluded_at=None, ended_at=None),
                include=[*STANDING, "concluded_at", "ended_at", "unit", "region", "kind", "due_at"],
            ),
            models.Index(
                fields=["concluded_at"],
                name="tally_concluded",
                condition=Q(concluded_at__isnull=False),
                include=[*STANDING, "unit", "region", "kind", "used", "promise_unit", "promise_limit", "is_late"],
            ),
            models.Index(fields=["item_code", "concluded_at"], name="tally_item", condition=Q(superseded_at=None)),
            models.Index(fields=["unit", "concluded_at"], name="tally_unit", condition=Q(superseded_at=None)),
        ]


class Rung(models.Model):
    """One mark that a clock passed, noted once; marks that a recomputation took back are moot."""

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="rungs")
    name = models.CharField(max_length=16)
    attempt = models.PositiveSmallIntegerField(default=1)
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField()
    moot_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["clock", "name", "attempt"], name="rung_once")]


class Access(models.Model):
    """Through what a dossier is seen. Kept by `work`, read by the one filter (`people.visible`)."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="access")
    scope_kind = models.CharField(max_length=8, choices=ScopeKind.choices)
    scope_id = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scope_kind", "scope_id", "dossier"], name="access_once"),
        ]


class Counter(models.Model):
    """The last number given for a key; taken last in a deed. Gaps are allowed, duplicates never."""

    key = models.CharField(primary_key=True, max_length=64)
    last = models.PositiveIntegerField(default=0)


class RepeatKey(models.Model):
    """A deed's idempotency key with the digest of what was asked and answered; kept seven real days."""

    actor = models.CharField(max_length=64)
    route = models.CharField(max_length=160)
    key = models.CharField(max_length=80)
    asked = models.CharField(max_length=64)
    answered = models.TextField(default="")
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["actor", "route", "key"], name="repeat_key_once")]
