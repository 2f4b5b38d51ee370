"""What is kept of messages to people: what was told to whom, by which channels, and lines that wait for a digest."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yichuang.foundation.notices.terms import Channel, SendingState


class Notice(models.Model):
    """
    One message to one person or party: a wording of a version, and facts that name nobody.

    A party without an account has it in its own name.
    """

    key = models.CharField(max_length=160, unique=True)
    template = models.CharField(max_length=120)
    version = models.PositiveIntegerField()
    facts = models.TextField(default="{}")
    account = models.ForeignKey("people.Account", models.CASCADE, null=True, related_name="+")
    party = models.ForeignKey("people.Party", models.PROTECT, null=True, related_name="+")
    dossier = models.ForeignKey("work.Dossier", models.PROTECT, null=True, related_name="+")
    link = models.CharField(max_length=200, default="", help_text="an address of the house")
    at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("已读"), null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="notice_to_somebody", condition=Q(account__isnull=False) | Q(party__isnull=False)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "-id"], name="notice_of_account"),
            models.Index(fields=["account"], name="notice_unread", condition=Q(read_at=None)),
        ]

    def read(self) -> dict[str, Any]:
        """Read the facts."""
        value: dict[str, Any] = json.loads(self.facts)
        return value


class Sending(models.Model):
    """One message by one channel. `due_at` and `sent_at` are business time: nobody is woken at night."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="sendings")
    channel = models.CharField(_("渠道"), max_length=6, choices=Channel.choices)
    state = models.CharField(_("状态"), max_length=8, choices=SendingState.choices, default=SendingState.WAITING)
    address = models.CharField(_("去向"), max_length=60, default="", help_text="masked")
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(_("次数"), default=0)
    error = models.CharField(max_length=400, default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["notice", "channel"], name="sending_once_a_channel")]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"], name="sending_not_sent", condition=Q(state__in=["WAITING", "HANDED", "PARKED"])
            ),
        ]


class DigestLine(models.Model):
    """One line for somebody's next digest."""

    key = models.CharField(max_length=160, unique=True)
    account = models.ForeignKey("people.Account", models.CASCADE, related_name="+")
    dossier = models.ForeignKey("work.Dossier", models.PROTECT, related_name="+")
    text = models.CharField(max_length=200)
    at = models.DateTimeField()
    notice = models.ForeignKey(Notice, models.SET_NULL, null=True, related_name="lines")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account"], name="line_waiting", condition=Q(notice=None))]
