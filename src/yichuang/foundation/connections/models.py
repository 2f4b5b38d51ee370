"""What is kept of outside systems: who they are, every message, what differs, and the simulator's own book."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yichuang.foundation.connections.terms import DifferenceKind, Direction, MessageState, TheirState
from yichuang.foundation.people import sealing
from yichuang.kernel.ledger import canonical


def sealed(body: Mapping[str, Any]) -> str:
    """Write what a message says, sealed: it may name people."""
    return sealing.seal(canonical(json.loads(json.dumps(dict(body), default=str))).decode()) if body else ""


def unsealed(text: str) -> dict[str, Any]:
    """Read it back."""
    found: dict[str, Any] = json.loads(sealing.unseal(text)) if text else {}
    return found


class System(models.Model):
    """One system outside, as its definition in force says; whether it is spoken to, and how that went."""

    code = models.CharField(_("代号"), max_length=120, primary_key=True)
    name = models.CharField(_("名称"), max_length=200)
    version = models.PositiveIntegerField()
    adapter = models.CharField(_("接入方式"), max_length=40)
    settings = models.TextField(default="{}", help_text="JSON, no secrets")
    unit = models.ForeignKey("people.Unit", models.PROTECT, null=True, related_name="+")
    enabled = models.BooleanField(_("启用"), default=True)
    last_success_at = models.DateTimeField(null=True, help_text="real clock")
    last_failure_at = models.DateTimeField(null=True, help_text="real clock")
    last_error = models.CharField(max_length=400, default="")

    def __str__(self) -> str:
        return self.name


class Message(models.Model):
    """One message, out or in. `at`, `sent_at`, `answered_at` are business time; `not_before` is the real clock."""

    system = models.ForeignKey(System, models.PROTECT, related_name="messages")
    direction = models.CharField(_("方向"), max_length=3, choices=Direction.choices)
    key = models.CharField(_("编号"), max_length=120)
    kind = models.CharField(_("种类"), max_length=60)
    body = models.TextField(help_text="sealed: it may name people")
    state = models.CharField(_("状态"), max_length=8, choices=MessageState.choices)
    at = models.DateTimeField(_("产生时间"))
    sent_at = models.DateTimeField(_("送达时间"), null=True)
    answered_at = models.DateTimeField(_("回复时间"), null=True)
    reference = models.CharField(_("对方编号"), max_length=120, default="")
    answer = models.TextField(default="", help_text="sealed")
    tries = models.PositiveSmallIntegerField(_("次数"), default=0)
    not_before = models.DateTimeField(null=True, help_text="real clock: when it is tried again")
    error = models.CharField(_("最近一次失败"), max_length=400, default="")
    answers = models.CharField(max_length=120, default="", help_text="the key of ours that it ends")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "direction", "key"], name="message_key_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["system", "at"], name="message_system_at"),
            models.Index(
                fields=["system", "state"],
                name="message_not_ended",
                condition=Q(state__in=["WAITING", "SENT", "FAILED", "PARKED"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system_id} {self.key}"


class Reconciliation(models.Model):
    """Our book of a day against theirs, as it was last compared."""

    system = models.ForeignKey(System, models.PROTECT, related_name="reconciliations")
    day = models.DateField()
    at = models.DateTimeField()
    ours = models.PositiveIntegerField()
    theirs = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["system", "day"], name="reconciliation_once_a_day")]


class Difference(models.Model):
    """One line in which the two books differ."""

    reconciliation = models.ForeignKey(Reconciliation, models.CASCADE, related_name="differences")
    kind = models.CharField(max_length=14, choices=DifferenceKind.choices)
    key = models.CharField(max_length=120, default="")
    reference = models.CharField(max_length=120, default="")
    ours = models.CharField(max_length=8, choices=MessageState.choices, default="", blank=True)
    theirs = models.CharField(max_length=8, choices=TheirState.choices, default="", blank=True)


class SimulatedMessage(models.Model):
    """A line in the book of a simulated system: what an outside system would know."""

    system = models.CharField(max_length=120)
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    body = models.TextField(help_text="sealed")
    day = models.DateField()
    reference = models.CharField(max_length=120, default="")
    state = models.CharField(max_length=8, choices=TheirState.choices)
    tries = models.PositiveSmallIntegerField(default=0)
    is_taken = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["system", "key"], name="simulated_key_once")]
