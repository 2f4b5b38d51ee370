"""What supervision keeps beside the dossiers that it is about."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yichuang.domains.supervision.terms import CardState, Colour, Ground


class Reminder(models.Model):
    """One reminder (催办) to a unit about a dossier; once a day."""

    dossier = models.ForeignKey("work.Dossier", models.PROTECT, related_name="reminders")
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+")
    on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")  # empty: the machine
    text = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dossier", "unit", "on"], name="reminder_once_a_day"),
        ]


class Card(models.Model):
    """A suspected breach. It counts when the office has confirmed it, after the unit was heard or let its time pass."""

    dossier = models.ForeignKey("work.Dossier", models.PROTECT, related_name="cards")
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+")
    colour = models.CharField(max_length=8, choices=Colour.choices)
    ground = models.CharField(max_length=12, choices=Ground.choices)
    cause = models.CharField(max_length=40)  # clock or notice that raised it: a suspicion is raised once
    state = models.CharField(max_length=10, choices=CardState.choices, default=CardState.SUSPECTED)
    detail = models.CharField(max_length=200, default="")
    step = models.ForeignKey("work.Step", models.PROTECT, null=True, related_name="+")  # where the time was spent
    breached_at = models.DateTimeField()
    found_at = models.DateTimeField()
    hear_by = models.DateTimeField()
    explanation = models.TextField(default="")
    heard_at = models.DateTimeField(null=True)
    heard_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    reason = models.TextField(default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cause", "ground"], name="card_once_a_cause"),
            models.CheckConstraint(
                name="card_decided_with_reason",
                condition=Q(state__in=["SUSPECTED", "HEARD"])
                | (~Q(reason="") & Q(decided_at__isnull=False) & Q(decided_by__isnull=False)),
                violation_error_message=_("认定或不予认定须由人写明理由。"),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["unit", "found_at"], name="card_waiting", condition=Q(state__in=["SUSPECTED", "HEARD"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_colour_display()} {self.get_ground_display()}"


class Appeal(models.Model):
    """申诉 against a card; where it is granted the card is withdrawn."""

    card = models.ForeignKey(Card, models.PROTECT, related_name="appeals")
    opened_at = models.DateTimeField()
    by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")  # empty: the machine
    text = models.TextField()
    is_granted = models.BooleanField(null=True)
    reason = models.TextField(default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["card"], condition=Q(decided_at=None), name="appeal_one_open"),
            models.CheckConstraint(
                name="appeal_decided_with_reason",
                condition=Q(is_granted=None, decided_at=None)
                | (~Q(reason="") & Q(is_granted__isnull=False, decided_at__isnull=False, decided_by__isnull=False)),
                violation_error_message=_("申诉须由人写明理由后处理。"),
            ),
        ]


class Deferral(models.Model):
    """暂缓: the automatic reminder of a limit waits until a day; the latest one of a limit holds."""

    clock = models.ForeignKey("work.Clock", models.PROTECT, related_name="deferrals")
    until = models.DateField()
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")


class Order(models.Model):
    """A 督办单 or 商请函 beside its dossier, which holds unit, state and limits."""

    dossier = models.OneToOneField("work.Dossier", models.PROTECT, primary_key=True, related_name="order")
    about = models.ForeignKey("work.Dossier", models.PROTECT, related_name="orders")
    subject = models.CharField(max_length=200)
    findings = models.TextField()
    demand = models.TextField()
    answer_days = models.PositiveSmallIntegerField()
    drafted_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")  # empty: the machine
    signed_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    is_letter = models.BooleanField(default=False)
    is_reminder = models.BooleanField(default=False)  # the letter only reminds (提醒函)
    paper_number = models.CharField(max_length=60, default="")
    answer_by = models.DateField(null=True)
    answer = models.TextField(default="")
    finding = models.TextField(default="")
    evidence = models.TextField(default="")
    closed_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
